//! How the facts read that are held against the books.

use super::super::{JudgedPeriod, NoFitVisit, PeriodStanding};
use super::DifferenceReading;

/// How a period stands that somebody owes; None where nobody does.
pub(super) fn reading_of(judged: &JudgedPeriod) -> Option<DifferenceReading> {
    let until = judged.period.last_on;
    match &judged.standing {
        PeriodStanding::Kept { on, .. } => Some(DifferenceReading::KeptOn { day: *on }),
        PeriodStanding::KeptLate { on, .. } => Some(DifferenceReading::KeptLateOn { day: *on }),
        PeriodStanding::Late { .. } => Some(DifferenceReading::LateAfter { day: until }),
        PeriodStanding::Open { .. } | PeriodStanding::OpenWithout { .. } => {
            Some(DifferenceReading::OpenUntil { day: until })
        }
        PeriodStanding::Paused { .. } => Some(DifferenceReading::Paused),
        PeriodStanding::Waived { .. } => Some(DifferenceReading::Waived),
        PeriodStanding::HandedTo { .. } | PeriodStanding::ContractEnded | PeriodStanding::BeforeTheOffice => None,
    }
}

/// Whether a period that is open has no visit at all, so that the books say why.
pub(super) fn has_no_visit(standing: &PeriodStanding) -> bool {
    match standing {
        PeriodStanding::OpenWithout { why: NoFitVisit::NoVisit | NoFitVisit::Cancelled { .. } } => true,
        PeriodStanding::OpenWithout { .. }
        | PeriodStanding::Kept { .. }
        | PeriodStanding::KeptLate { .. }
        | PeriodStanding::Late { .. }
        | PeriodStanding::Open { .. }
        | PeriodStanding::Paused { .. }
        | PeriodStanding::Waived { .. }
        | PeriodStanding::HandedTo { .. }
        | PeriodStanding::ContractEnded
        | PeriodStanding::BeforeTheOffice => false,
    }
}
