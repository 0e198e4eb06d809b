//! Releases memory while a store is idle.

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{Sqlite, SqlitePool};

use super::Db;
use super::engine::Pools;

impl Db {
    /// Releases the page caches of idle connections. SQLite would keep them forever, one per connection, although the
    /// operating system caches the file for all of them.
    pub async fn rest(&self) {
        let idle = [&self.pools, &self.aside].into_iter().flat_map(|pools| match pools {
            Pools::Sqlite { read, write } => {
                read.take_kept().into_iter().chain([read.pool(), write].into_iter().flat_map(idle_of)).collect()
            }
            Pools::Postgres { .. } => Vec::new(),
        });
        for mut connection in idle.collect::<Vec<_>>() {
            // If the connection is broken, its next user will report it.
            let _ = sqlx::query("pragma shrink_memory").execute(&mut *connection).await;
        }
    }
}

/// Takes all idle connections out of a pool.
fn idle_of(pool: &SqlitePool) -> impl Iterator<Item = PoolConnection<Sqlite>> {
    std::iter::from_fn(|| pool.try_acquire())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[tokio::test]
    async fn a_store_that_rests_waits_for_nobody_who_works_and_answers_as_before() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open_sqlite(&folder.path().join("office.sqlite")).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        tx.sql("insert into fact (name, value) values ('a', 'b')").execute().await.unwrap();
        let reads = tokio::spawn({
            let db = db.clone();
            async move { db.rest().await }
        });
        tokio::time::timeout(Duration::from_secs(60), reads).await.expect("it does not wait for the writer").unwrap();
        tx.commit().await.unwrap();
        db.rest().await;
        crate::health::answers(&db).await.unwrap();
        let (value,): (String,) = db.read("select value from fact where name = 'a'").one().await.unwrap();
        assert_eq!(value, "b");
    }
}
