//! Places and readings in the words of the command line.

use std::fmt;

use super::{DifferencePlace, DifferenceReading};

impl fmt::Display for DifferencePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DifferencePlace::Window { first_on, last_on } => write!(f, "the period {first_on} to {last_on}"),
            DifferencePlace::Record { visit, day } => write!(f, "the record of {visit} on {day}"),
            DifferencePlace::Report { visit } => write!(f, "the report of {visit}"),
            DifferencePlace::Correction { visit, revision } => {
                write!(f, "revision {revision} of the report of {visit}")
            }
            DifferencePlace::Visit { visit, day } => write!(f, "{visit} on {day}"),
        }
    }
}

impl fmt::Display for DifferenceReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DifferenceReading::NothingOwed => f.write_str("nothing owed"),
            DifferenceReading::OpenUntil { day } => write!(f, "open until {day}"),
            DifferenceReading::LateAfter { day } => write!(f, "late, due {day}"),
            DifferenceReading::KeptOn { day } => write!(f, "kept on {day}"),
            DifferenceReading::KeptLateOn { day } => write!(f, "kept late on {day}"),
            DifferenceReading::Waived => f.write_str("waived"),
            DifferenceReading::Paused => f.write_str("paused by a closure"),
            DifferenceReading::NotCounted => f.write_str("cannot be counted"),
            DifferenceReading::DueOn { day } => write!(f, "due {day}"),
            DifferenceReading::Flagged => f.write_str("flagged as late"),
            DifferenceReading::NotFlagged => f.write_str("never flagged as late"),
            DifferenceReading::AVisit => f.write_str("a visit"),
            DifferenceReading::NoVisit => f.write_str("no visit"),
            DifferenceReading::Fit => f.write_str("can take place"),
            DifferenceReading::Unfit => f.write_str("cannot take place"),
        }
    }
}

impl DifferencePlace {
    /// The word used in texts.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Whether it is a report, original or corrected.
    pub(super) fn is_report(self) -> bool {
        match self {
            DifferencePlace::Report { .. } | DifferencePlace::Correction { .. } => true,
            DifferencePlace::Window { .. } | DifferencePlace::Record { .. } | DifferencePlace::Visit { .. } => false,
        }
    }
}
