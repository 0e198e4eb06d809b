//! Migrations: one folder an engine, the same numbers.

use std::fs::File;
use std::path::{Path, PathBuf};

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// Lets nobody else open the file at `path` until the answer is dropped. sqlx locks PostgreSQL while it migrates, but no
/// file: two that migrate at once would each find the other's tables in the way, and whoever connects while a new file is
/// being made is told that it is locked, without a wait. None where the folder cannot be locked: one that is alone still
/// gets its store.
pub(super) async fn opening(path: &Path) -> Option<File> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder.to_owned(),
        Some(_) | None => PathBuf::from("."),
    };
    let locked = tokio::task::spawn_blocking(move || {
        let folder = File::open(folder)?;
        folder.lock()?;
        Ok::<File, std::io::Error>(folder)
    });
    locked.await.ok().and_then(Result::ok)
}

/// Brings the file up to date.
pub(super) async fn sqlite(pool: &SqlitePool) -> Result<(), MigrateError> {
    SQLITE.run(pool).await
}

/// The schema that this version brings a SQLite file to.
pub(super) fn newest_sqlite() -> i64 {
    SQLITE.iter().map(|migration| migration.version).max().unwrap_or(0)
}

pub(super) async fn postgres(pool: &PgPool) -> Result<(), MigrateError> {
    POSTGRES.run(pool).await
}
