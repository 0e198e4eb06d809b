//! Findings as they are on file: found by one visit, closed by the same or a later one (P02).

use super::Finding;
use crate::Instant;
use crate::ids::{FindingId, VisitId};

/// A finding as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredFinding {
    /// The office's number; a later record closes it by this.
    pub id: FindingId,
    /// The visit that found it.
    pub visit: VisitId,
    /// Its place in that visit's record, from 1.
    pub number: i64,
    pub finding: Finding,
}

/// A finding of an earlier visit.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundBefore {
    pub stored: StoredFinding,
    /// When its visit was completed.
    pub found_at: Option<Instant>,
}

/// A finding of a site with its end.
#[derive(Debug, Clone, PartialEq)]
pub struct EndedFinding {
    pub stored: StoredFinding,
    /// When its visit was completed.
    pub found_at: Option<Instant>,
    pub closed: Option<FindingEnd>,
}

/// When and how a finding was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingEnd {
    pub at: Option<Instant>,
    pub how: String,
}
