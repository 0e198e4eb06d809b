//! Counts how often each line of this crate queries a store, so that stories can tell a query for a whole set from one
//! query per row. Debug builds only.

use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

/// The number of statements per calling line, for one store.
#[derive(Debug, Clone, Default)]
pub(super) struct StatementCounts(Arc<Mutex<BTreeMap<&'static Location<'static>, u64>>>);

impl StatementCounts {
    #[track_caller]
    pub(super) fn count(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(Location::caller()).or_default() += 1;
    }

    pub(super) fn by_line(&self) -> BTreeMap<String, u64> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|(line, count)| (format!("{}:{}", line.file(), line.line()), *count)).collect()
    }
}
