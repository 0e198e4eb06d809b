//! What the office knows of its letters, as it is on file.

use super::circuit::Circuit;
use super::undelivered::UndeliveredWords;
use crate::ids::{CustomerCode, LetterId, VisitId};

/// A letter that should be written by now and could not be; it waits and is tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnwritableLetter {
    pub letter: LetterId,
    /// Word of its notice.
    pub notice: String,
    /// Address of its recipient.
    pub to: String,
    /// Whom it is about; None for a letter of the office as a whole.
    pub customer: Option<CustomerCode>,
    pub why: String,
}

/// A letter that was given up, with what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenUpLetter {
    pub visit: Option<VisitId>,
    /// None for a letter of the office as a whole.
    pub customer: Option<CustomerCode>,
    pub words: UndeliveredWords,
}

/// A customer who was told of the hotline's new number without a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldOtherwise {
    pub customer: CustomerCode,
    pub how: String,
}

/// A relay by the name that attempts are filed under, and its circuit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayState {
    pub relay: String,
    pub circuit: Circuit,
}
