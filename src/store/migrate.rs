//! Migrations: one folder an engine, the same numbers.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

pub(super) async fn sqlite(pool: &SqlitePool) -> Result<(), MigrateError> {
    SQLITE.run(pool).await
}

pub(super) async fn postgres(pool: &PgPool) -> Result<(), MigrateError> {
    POSTGRES.run(pool).await
}
