//! Catches code that has a transaction open and asks the store through another connection: at its first run, not only
//! once as many do so at the same time as the pool has connections and all of them wait for one more.
//!
//! Debug builds only; a release checks nothing.

use std::collections::HashMap;
use std::panic::Location;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;

/// One sequential line of work: a task, a part of one that is [`apart`], or the thread of a `block_on`.
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

/// Registers a transaction for as long as it is open.
#[derive(Debug)]
pub(super) struct GuardEntry(Who);

impl GuardEntry {
    /// # Panics
    /// If the caller already has one open.
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

/// Call this before a connection is taken from the pool.
///
/// # Panics
/// If the caller has a transaction open.
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

/// Runs work beside other work of the same task, each with transactions of its own.
pub(super) async fn apart<T>(work: impl Future<Output = T>) -> T {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    APART.scope(NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed), work).await
}
