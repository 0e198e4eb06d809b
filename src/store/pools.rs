//! Pools of connections: how many, and what is asked of one before it is used and after it was given back.

use std::time::Duration;

use sqlx::Connection;
use sqlx::postgres::{PgConnection, PgPoolOptions};
use sqlx::sqlite::SqlitePoolOptions;

use super::engine::answered;

/// PostgreSQL's limit for one statement.
const STATEMENT_WITHIN: &str = "60s";
/// Time limit for checking that a returned connection is still usable.
const RETURN_WITHIN: Duration = Duration::from_secs(5);
/// A connection that was given back longer ago is tested before it is used again.
const UNTESTED_FOR: Duration = Duration::from_secs(1);

/// A pool of up to `most` SQLite connections. A commit that fails because the disk is full would make its connection
/// unusable for good, so such a connection is not returned to the pool. Connections are not tested before use: a file
/// cannot hang up, and each test is a round trip to the connection's thread.
pub(super) fn sqlite_pool(most: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(most)
        .acquire_slow_threshold(Duration::MAX)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_release(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
}

/// Connections that abort a statement after `within`.
pub(super) fn postgres_pool(within: &'static str) -> PgPoolOptions {
    PgPoolOptions::new()
        .acquire_slow_threshold(Duration::MAX)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                let bounds =
                    format!("set idle_in_transaction_session_timeout = '60s'; set statement_timeout = '{within}'");
                sqlx::raw_sql(sqlx::AssertSqlSafe(bounds)).execute(connection).await?;
                Ok(())
            })
        })
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                // It was tested when it was given back.
                if meta.idle_for > UNTESTED_FOR {
                    answered(connection.ping()).await?;
                }
                Ok(true)
            })
        })
        .after_release(|connection, _| Box::pin(returned(connection)))
}

/// Readers and writers have this many connections each.
pub(super) fn office_pool() -> PgPoolOptions {
    postgres_pool(STATEMENT_WITHIN).max_connections(5).acquire_timeout(Duration::from_secs(10))
}

/// Whether a returned connection can be reused. Tested here first, because sqlx's own test waits forever if the server
/// has vanished, and thereby blocks a place in the pool.
async fn returned(connection: &mut PgConnection) -> sqlx::Result<bool> {
    let flushed = async {
        if connection.is_in_transaction() {
            sqlx::query("rollback").execute(&mut *connection).await?;
        }
        connection.ping().await
    };
    Ok(matches!(tokio::time::timeout(RETURN_WITHIN, flushed).await, Ok(Ok(()))))
}
