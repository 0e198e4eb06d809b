//! Readers' connections: the one that has just answered is used for the next statement at once.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::{Database, Pool};

use super::engine::noticed;

/// A connection that nobody has used for so long is given back to its pool, which tests it.
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

#[derive(Debug)]
struct Kept<DB: Database> {
    connection: Mutex<Option<PoolConnection<DB>>>,
    /// How many wait for the pool.
    waiting: AtomicUsize,
    /// Whether a connection was kept since the watcher last looked.
    used: AtomicBool,
    /// Whether there is a watcher, see [`give_back_when_idle`].
    watched: AtomicBool,
}

impl<DB: Database> Clone for ReadPool<DB> {
    fn clone(&self) -> Self {
        ReadPool { pool: self.pool.clone(), kept: self.kept.clone() }
    }
}

impl<DB: Database> ReadPool<DB> {
    /// A pool of the readers' own.
    pub(super) fn of_readers(pool: Pool<DB>) -> ReadPool<DB> {
        let kept = Kept {
            connection: Mutex::default(),
            waiting: AtomicUsize::new(0),
            used: AtomicBool::new(false),
            watched: AtomicBool::new(false),
        };
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
        match self.take_kept() {
            Some(connection) => Ok(connection),
            None => noticed(self.pool.acquire()).await,
        }
    }

    /// Keeps a connection whose statement has succeeded for the next one.
    pub(super) fn keep(&self, connection: PoolConnection<DB>) {
        let Some(kept) = &self.kept else { return };
        let mut place = kept.place();
        if place.is_none() && kept.waiting.load(Ordering::SeqCst) == 0 && !self.pool.is_closed() {
            *place = Some(connection);
            kept.used.store(true, Ordering::SeqCst);
            if !kept.watched.swap(true, Ordering::SeqCst) {
                tokio::spawn(give_back_when_idle(Arc::downgrade(kept)));
            }
        }
    }

    /// Takes the connection that is kept.
    pub(super) fn take_kept(&self) -> Option<PoolConnection<DB>> {
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
    fn place(&self) -> std::sync::MutexGuard<'_, Option<PoolConnection<DB>>> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<DB: Database> Drop for Kept<DB> {
    /// Outside a runtime, no task can give the connection back: it ends with its process.
    fn drop(&mut self) {
        if let Some(connection) = self.place().take()
            && tokio::runtime::Handle::try_current().is_err()
        {
            drop(connection.leak());
        }
    }
}

/// Gives the connection that is kept back to its pool once nobody has used it for a while.
async fn give_back_when_idle<DB: Database>(kept: Weak<Kept<DB>>) {
    loop {
        tokio::time::sleep(FRESH_FOR).await;
        let Some(kept) = kept.upgrade() else { return };
        if !kept.used.swap(false, Ordering::SeqCst) {
            kept.watched.store(false, Ordering::SeqCst);
            drop(kept.place().take());
            return;
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
    use crate::pools::sqlite_pool;

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

    #[tokio::test]
    async fn a_connection_that_nobody_uses_any_more_is_given_back() {
        let readers = two().await;
        readers.keep(readers.connection().await.unwrap());
        tokio::time::timeout(FRESH_FOR * 60, async {
            while readers.pool().num_idle() == 0 {
                tokio::time::sleep(FRESH_FOR / 10).await;
            }
        })
        .await
        .expect("it is idle in its pool");
        assert!(readers.take_kept().is_none());
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
