//! New stores, brought up to date once a process: a file is written from memory, a database is copied by the server.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use ronda::store::Db;
use sqlx::{AssertSqlSafe, PgPool};
use tokio::sync::OnceCell;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// An empty store of today's schema, as the bytes of its file.
static SQLITE: OnceCell<Vec<u8>> = OnceCell::const_new();

/// The database that others are copied from.
static POSTGRES: OnceCell<String> = OnceCell::const_new();

/// Lays an empty SQLite store of today's schema down at `path`.
pub async fn sqlite_at(path: &Path) {
    let made = SQLITE.get_or_init(|| async {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.db");
        Db::open_sqlite(&path).await.unwrap().close().await;
        let left = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, 1, "the last connection that is closed leaves one whole file");
        std::fs::read(path).unwrap()
    });
    std::fs::write(path, made.await).unwrap();
}

/// The address of a new PostgreSQL database of today's schema, in the throwaway cluster that `tests/run` starts.
pub async fn postgres() -> String {
    let template = POSTGRES.get_or_init(|| async {
        let name = new_name("template");
        create(&format!("create database {name}")).await;
        Db::open_postgres(&address(&name)).await.unwrap().close().await;
        #[cfg(debug_assertions)]
        {
            let full = new_name("full");
            create(&format!("create database {full} template {name}")).await;
            super::full::fill(&address(&full)).await;
            ronda::store::judge_postgres_by(&address(&full));
        }
        name
    });
    let (name, template) = (new_name("store"), template.await);
    create(&format!("create database {name} template {template}")).await;
    address(&name)
}

/// The address of a new PostgreSQL database without a schema, for a store of an earlier release.
pub async fn bare_postgres() -> String {
    let name = new_name("bare");
    create(&format!("create database {name}")).await;
    address(&name)
}

fn new_name(what: &str) -> String {
    format!("{what}_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

fn cluster() -> String {
    std::env::var("RONDA_TEST_POSTGRES")
        .expect("these tests run on PostgreSQL too: start them with tests/run, or set RONDA_TEST_POSTGRES")
}

fn address(database: &str) -> String {
    let url = cluster();
    let (server, _) = url.rsplit_once('/').expect("a URL with a database");
    format!("{server}/{database}")
}

async fn create(sql: &str) {
    let admin = PgPool::connect(&cluster()).await.unwrap();
    sqlx::query(AssertSqlSafe(sql)).execute(&admin).await.unwrap();
    admin.close().await;
}
