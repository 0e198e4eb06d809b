//! What is stored about letters.

use super::circuit::Circuit;
use super::undelivered::UndeliveredWords;
use crate::ids::{CustomerCode, LetterId, VisitId};

/// A letter that should have been written by now but could not be; it will be tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnwritableLetter {
    pub letter: LetterId,
    /// The word of its notice.
    pub notice: String,
    /// The recipient's address.
    pub to: String,
    /// The customer concerned; `None` if the letter concerns the whole office.
    pub customer: Option<CustomerCode>,
    pub why: String,
}

/// A letter that was given up, with its subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenUpLetter {
    pub visit: Option<VisitId>,
    /// `None` if the letter concerns the whole office.
    pub customer: Option<CustomerCode>,
    pub words: UndeliveredWords,
}

/// A customer who was told about the hotline's new number in some other way than by letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldOtherwise {
    pub customer: CustomerCode,
    pub how: String,
}

/// A relay, by the name under which attempts are recorded, and its circuit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayState {
    pub relay: String,
    pub circuit: Circuit,
}
