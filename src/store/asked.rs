//! How often each line of this crate has asked a store, so that stories can tell what reads sets from what reads rows one by
//! one. Debug builds only; a release counts nothing.

use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

/// The statements of one store, by the line that asked them.
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
