//! Migrations: one folder per engine, with the same numbers.

use std::fs::File;
use std::path::{Path, PathBuf};

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// Locks the file at `path` against being opened by others until the returned guard is dropped. sqlx takes a lock on
/// PostgreSQL while it migrates, but none on a file: two processes that migrate at once would each run into the other's
/// tables, and one that connects to a file while it is being created would fail at once because the file is locked.
/// `None` if the folder cannot be locked: a process that is alone can open its store all the same.
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

/// Applies all missing migrations.
pub(super) async fn sqlite(pool: &SqlitePool) -> Result<(), MigrateError> {
    SQLITE.run(pool).await
}

/// The schema version that this version migrates SQLite to.
pub(super) fn newest_sqlite() -> i64 {
    SQLITE.iter().map(|migration| migration.version).max().unwrap_or(0)
}

pub(super) async fn postgres(pool: &PgPool) -> Result<(), MigrateError> {
    POSTGRES.run(pool).await
}
