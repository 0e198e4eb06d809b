//! Visits as they are on file.

use chrono::NaiveDate;

use super::{Appointment, Visit, VisitState, VisitStateWord};
use crate::Instant;
use crate::contract::Purpose;
use crate::ids::{ContractCode, SiteCode, SlotId, TermName, VisitId};

/// A visit with the number of its slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVisit {
    pub visit: Visit,
    pub slot: Option<SlotId>,
    /// From this day on it is announced, if it is only planned.
    pub announce_on: NaiveDate,
}

/// A visit to be put on file as planned.
#[derive(Debug, Clone)]
pub struct NewVisit {
    pub id: VisitId,
    pub slot: SlotId,
    pub contract: ContractCode,
    pub site: SiteCode,
    pub term: TermName,
    pub number: u32,
    pub purpose: Purpose,
    pub appointment: Appointment,
    pub announce_on: NaiveDate,
}

impl NewVisit {
    /// The visit as it is then.
    #[must_use]
    pub fn planned(self) -> StoredVisit {
        StoredVisit {
            visit: Visit {
                id: self.id,
                contract: self.contract,
                site: self.site,
                term: self.term,
                number: self.number,
                purpose: self.purpose,
                why: None,
                state: VisitState::Planned { appointment: self.appointment },
            },
            slot: Some(self.slot),
            announce_on: self.announce_on,
        }
    }
}

/// A visit that a person adds beside what its contract calls for, to be put on file as planned.
#[derive(Debug, Clone)]
pub struct AddedVisit {
    pub id: VisitId,
    pub contract: ContractCode,
    pub site: SiteCode,
    /// The term by whose numbers its record and report are owed.
    pub term: TermName,
    pub purpose: Purpose,
    pub why: String,
    pub appointment: Appointment,
}

impl AddedVisit {
    /// The visit as it is then, an extra one, which is announced at once.
    #[must_use]
    pub fn planned(self) -> StoredVisit {
        StoredVisit {
            announce_on: self.appointment.day,
            visit: Visit {
                id: self.id,
                contract: self.contract,
                site: self.site,
                term: self.term,
                number: 0,
                purpose: self.purpose,
                why: Some(self.why),
                state: VisitState::Planned { appointment: self.appointment },
            },
            slot: None,
        }
    }
}

/// A visit with the names that a calendar shows.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedVisit {
    pub visit: VisitId,
    pub state: VisitStateWord,
    pub sequence: u32,
    pub purpose: Purpose,
    pub site: SiteCode,
    pub customer_name: String,
    pub engineer_name: String,
    pub engineer_email: String,
    pub engineer_phone: String,
    pub day: NaiveDate,
    pub starts: chrono::NaiveTime,
    pub takes_minutes: u32,
    /// Whether anyone was ever told of it.
    pub announced_at: Option<Instant>,
    pub cancelled_at: Option<Instant>,
}
