//! Readers' connections: the one that has just answered is used for the next statement at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::{Database, Pool};

use super::engine::noticed;

/// A connection that has been idle for longer is given back to its pool, which tests it before anybody uses it.
const FRESH_FOR: Duration = Duration::from_secs(1);

/// A pool from which only statements that read take connections.
///
/// Giving a connection back to sqlx's pool and taking it out again costs a task and up to three round trips, more than
/// most statements, and background work runs a hundred statements in a row. So the connection of a statement that has
/// succeeded is kept for the next one, unless somebody waits for the pool.
#[derive(Debug)]
pub(super) struct ReadPool<DB: Database> {
    pool: Pool<DB>,
    /// `None` for a pool that is shared with writers: they would wait for the connection that is kept.
    kept: Option<Arc<Kept<DB>>>,
}

/// The connection that is kept, if any, with the moment of its last answer.
#[derive(Debug)]
struct Kept<DB: Database> {
    connection: Mutex<Option<(PoolConnection<DB>, Instant)>>,
    waiting: AtomicUsize,
}

impl<DB: Database> Clone for ReadPool<DB> {
    fn clone(&self) -> Self {
        ReadPool { pool: self.pool.clone(), kept: self.kept.clone() }
    }
}

impl<DB: Database> ReadPool<DB> {
    /// A pool of the readers' own.
    pub(super) fn of_readers(pool: Pool<DB>) -> ReadPool<DB> {
        let kept = Kept { connection: Mutex::default(), waiting: AtomicUsize::new(0) };
        ReadPool { pool, kept: Some(Arc::new(kept)) }
    }

    /// A pool that others use as well.
    pub(super) fn shared(pool: Pool<DB>) -> ReadPool<DB> {
        ReadPool { pool, kept: None }
    }

    pub(super) fn pool(&self) -> &Pool<DB> {
        &self.pool
    }

    /// The connection that is kept, or the next one of the pool.
    pub(super) async fn connection(&self) -> sqlx::Result<PoolConnection<DB>> {
        // Said before looking: what is given back from here on goes to the pool.
        let _waiting = self.kept.as_deref().map(Waiting::new);
        if let Some((connection, answered_at)) = self.take_kept()
            && answered_at.elapsed() < FRESH_FOR
        {
            return Ok(connection);
        }
        noticed(self.pool.acquire()).await
    }

    /// Keeps a connection whose statement has succeeded for the next one.
    pub(super) fn keep(&self, connection: PoolConnection<DB>) {
        let Some(kept) = &self.kept else { return };
        let mut place = kept.place();
        if place.is_none() && kept.waiting.load(Ordering::SeqCst) == 0 && !self.pool.is_closed() {
            *place = Some((connection, Instant::now()));
        }
    }

    /// Takes the connection that is kept, with the moment of its last answer.
    pub(super) fn take_kept(&self) -> Option<(PoolConnection<DB>, Instant)> {
        self.kept.as_ref()?.place().take()
    }

    /// Closes all connections once they are idle.
    pub(super) async fn close(&self) {
        let closing = self.pool.close();
        drop(self.take_kept());
        closing.await;
    }
}

impl<DB: Database> Kept<DB> {
    fn place(&self) -> std::sync::MutexGuard<'_, Option<(PoolConnection<DB>, Instant)>> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<DB: Database> Drop for Kept<DB> {
    /// Outside a runtime, no task can give the connection back: it ends with its process.
    fn drop(&mut self) {
        if let Some((connection, _)) = self.place().take()
            && tokio::runtime::Handle::try_current().is_err()
        {
            drop(connection.leak());
        }
    }
}

/// Somebody who waits for a connection of the pool.
struct Waiting<'a>(&'a AtomicUsize);

impl Waiting<'_> {
    fn new<DB: Database>(kept: &Kept<DB>) -> Waiting<'_> {
        kept.waiting.fetch_add(1, Ordering::SeqCst);
        Waiting(&kept.waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::sqlite_pool;

    async fn two() -> ReadPool<sqlx::Sqlite> {
        ReadPool::of_readers(sqlite_pool(2).connect("sqlite::memory:").await.unwrap())
    }

    #[tokio::test]
    async fn what_has_answered_is_used_again_and_the_pool_opens_no_other() {
        let readers = two().await;
        for _ in 0..10 {
            let connection = readers.connection().await.unwrap();
            readers.keep(connection);
        }
        assert_eq!((readers.pool().size(), readers.pool().num_idle()), (1, 0));
        readers.close().await;
        assert_eq!(readers.pool().size(), 0, "the one that was kept is closed with the others");
    }

    #[tokio::test]
    async fn whoever_waits_gets_the_connection_before_those_who_come_later() {
        let readers = two().await;
        let (first, second) = (readers.connection().await.unwrap(), readers.connection().await.unwrap());
        let mut waits = Box::pin(readers.connection());
        assert!(tokio::time::timeout(Duration::ZERO, &mut waits).await.is_err(), "both are taken");
        readers.keep(first);
        assert!(readers.take_kept().is_none(), "it goes to the pool");
        waits.await.unwrap();
        readers.keep(second);
        assert!(readers.take_kept().is_some());
    }

    #[test]
    fn a_store_may_be_dropped_outside_a_runtime() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let readers = runtime.block_on(async {
            let readers = two().await;
            readers.keep(readers.connection().await.unwrap());
            readers
        });
        drop(runtime);
        drop(readers);
    }
}
