//! Detects code that has a transaction open and queries the store through another connection. It panics the first time
//! this happens; otherwise it would show only when as many callers as the pool has connections do so at once, each
//! waiting for one more.
//!
//! Debug builds only.

use std::collections::HashMap;
use std::panic::Location;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;

/// One sequential flow of execution: a task, a part of a task under [`apart`], or the thread of a `block_on`.
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

/// An open transaction.
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

/// Registers a transaction while it is open.
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

    /// Notes the statement that the transaction is about to run.
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

/// To be called before a connection is taken from the pool.
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

/// Runs work next to other work of the same task, each with its own transactions.
pub(super) async fn apart<T>(work: impl Future<Output = T>) -> T {
    static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    APART.scope(NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed), work).await
}
