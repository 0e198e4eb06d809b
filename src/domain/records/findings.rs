//! Findings in the form in which they are stored: found on one visit, closed on the same or a later one (P02).

use super::Finding;
use crate::Instant;
use crate::ids::{FindingId, VisitId};

/// A finding as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredFinding {
    /// The finding's number, by which a later record closes it.
    pub id: FindingId,
    /// The visit that found it.
    pub visit: VisitId,
    /// Its position in that visit's record, counted from 1.
    pub number: i64,
    pub finding: Finding,
}

/// A finding from an earlier visit.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundBefore {
    pub stored: StoredFinding,
    /// When that visit was completed.
    pub found_at: Option<Instant>,
}

/// A finding of a site, with how it ended.
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
