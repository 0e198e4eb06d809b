//! Visits in the form in which they are stored.

use chrono::NaiveDate;

use super::{Appointment, Visit, VisitState, VisitStateWord};
use crate::Instant;
use crate::contract::Purpose;
use crate::ids::{ContractCode, SiteCode, SlotId, TermName, VisitId};

/// A stored visit, with the id of its slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVisit {
    pub visit: Visit,
    pub slot: Option<SlotId>,
    /// The day from which it is due to be announced, while it is only planned.
    pub announce_on: NaiveDate,
}

/// A visit to be stored as planned.
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
    /// The visit as it will be stored.
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
                rest_of: None,
                state: VisitState::Planned { appointment: self.appointment },
            },
            slot: Some(self.slot),
            announce_on: self.announce_on,
        }
    }
}

/// A visit in addition to what its contract calls for, added by a person or for the rest of an earlier one; to be stored
/// as planned.
#[derive(Debug, Clone)]
pub struct AddedVisit {
    pub id: VisitId,
    pub contract: ContractCode,
    pub site: SiteCode,
    /// The term that determines when its record and report are due.
    pub term: TermName,
    pub purpose: Purpose,
    pub why: String,
    /// The visit whose rest it is to see; `None`: a visit of its own.
    pub rest_of: Option<VisitId>,
    pub appointment: Appointment,
}

impl AddedVisit {
    /// The visit as it will be stored: an extra one, due to be announced at once.
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
                rest_of: self.rest_of,
                state: VisitState::Planned { appointment: self.appointment },
            },
            slot: None,
        }
    }
}

/// A visit with the names shown in calendars.
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
    /// When it was announced; `None` if nobody was ever told.
    pub announced_at: Option<Instant>,
    pub cancelled_at: Option<Instant>,
}
