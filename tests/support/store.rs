//! A throwaway store on each engine, for tests that need no whole office.

use std::sync::atomic::{AtomicU32, Ordering};

use ronda::store::Db;
use tempfile::TempDir;

/// A store, and the folder that goes with it.
pub struct TestStore {
    pub db: Db,
    pub folder: TempDir,
}

static NEXT: AtomicU32 = AtomicU32::new(0);

impl TestStore {
    /// A new SQLite file.
    pub async fn sqlite() -> TestStore {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(&folder.path().join("office.db")).await.unwrap();
        TestStore { db, folder }
    }

    /// A new database of the throwaway cluster that `tests/run` starts.
    pub async fn postgres() -> TestStore {
        let url = std::env::var("RONDA_TEST_POSTGRES")
            .expect("these tests run on PostgreSQL too: start them with tests/run, or set RONDA_TEST_POSTGRES");
        let name = format!("store_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let admin = sqlx::postgres::PgPoolOptions::new().max_connections(1).connect(&url).await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}"))).execute(&admin).await.unwrap();
        admin.close().await;
        let (server, _) = url.rsplit_once('/').expect("a URL with a database");
        let db = Db::open_postgres(&format!("{server}/{name}")).await.unwrap();
        TestStore { db, folder: tempfile::tempdir().unwrap() }
    }
}

/// Makes two tests of one: `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! on_both_engines {
    ($(#[$doc:meta])* $name:ident, |$store:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn test($store: $crate::store::TestStore) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                test($crate::store::TestStore::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                test($crate::store::TestStore::postgres().await).await;
            }
        }
    };
}
