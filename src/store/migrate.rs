//! Migrations: one folder an engine, the same numbers.

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::SqlitePool;

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

pub(super) async fn sqlite(pool: &SqlitePool) -> Result<(), MigrateError> {
    SQLITE.run(pool).await
}

pub(super) async fn postgres(connection: &mut PgConnection) -> Result<(), MigrateError> {
    POSTGRES.run(connection).await
}
