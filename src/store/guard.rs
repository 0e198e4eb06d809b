//! Who has a transaction open, and asks the store by another connection all the same: found at once, where it would
//! otherwise be found when as many do it at a time as the pool has connections, and all of them wait for one more.
//!
//! In debug builds alone; a release asks nothing.

use std::collections::HashMap;
use std::panic::Location;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;

/// Whoever does one thing after another: a task, a part of one that is [`apart`], or the thread of a `block_on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Who {
    Apart(u64),
    Task(tokio::task::Id),
    Thread(ThreadId),
}

impl Who {
    fn asks() -> Who {
        let apart = APART.try_with(|number| Who::Apart(*number)).ok();
        let task = || tokio::task::try_id().map(Who::Task);
        apart.or_else(task).unwrap_or_else(|| Who::Thread(std::thread::current().id()))
    }
}

tokio::task_local! {
    static APART: u64;
}

/// A transaction that is open.
#[derive(Debug, Clone)]
struct Transaction {
    begun_at: &'static Location<'static>,
    /// The beginning of its latest statement.
    last: &'static str,
}

static OPEN: LazyLock<Mutex<HashMap<Who, Transaction>>> = LazyLock::new(Mutex::default);

fn open() -> MutexGuard<'static, HashMap<Who, Transaction>> {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Stands in the book for as long as its transaction is open.
#[derive(Debug)]
pub(super) struct GuardEntry(Who);

impl GuardEntry {
    /// # Panics
    /// If whoever asks has one open already.
    pub(super) fn new(begun_at: &'static Location<'static>) -> GuardEntry {
        none_open("begin");
        let who = Who::asks();
        open().insert(who, Transaction { begun_at, last: "begin" });
        GuardEntry(who)
    }

    /// Notes what the transaction asks now.
    pub(super) fn asks(&self, statement: &'static str) {
        if let Some(transaction) = open().get_mut(&self.0) {
            transaction.last = statement;
        }
    }
}

impl Drop for GuardEntry {
    fn drop(&mut self) {
        open().remove(&self.0);
    }
}

/// To be asked before a connection is taken from the pool.
///
/// # Panics
/// If whoever asks has a transaction open.
pub(super) fn none_open(statement: &str) {
    let found = open().get(&Who::asks()).cloned();
    if let Some(Transaction { begun_at, last }) = found {
        let words = |text: &str| text.split_whitespace().take(12).collect::<Vec<_>>().join(" ");
        panic!(
            "a second connection beside an open transaction: {:?} is asked by the pool while the transaction that was \
             begun at {begun_at} stands after {:?}; ask by the transaction, or before it begins",
            words(statement),
            words(last)
        );
    }
}

/// Does a work that goes on beside others of its task, each with transactions of its own.
pub(super) async fn apart<T>(work: impl Future<Output = T>) -> T {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    APART.scope(NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed), work).await
}
