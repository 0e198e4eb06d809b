//! What one line of a digest is about, and what its reader can do about it.

use crate::ids::{EngineerCode, FormId, LetterId, SlotId, VisitId};
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// What one line of a digest is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Matter {
    /// By key, because numbers of deadlines can be reused.
    Deadline(String),
    Visit(VisitId),
    /// A slot without a visit.
    Slot(SlotId),
    /// A letter that was given up.
    Letter(LetterId),
    /// A form that is waiting for a manager.
    Form(FormId),
}

impl Matter {
    /// The matter as text: `deadline:report/V12`, `visit:12`, `slot:7`, `letter:9`, `form:3`.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Matter::Deadline(key) => format!("deadline:{key}"),
            Matter::Visit(visit) => format!("visit:{}", visit.0),
            Matter::Slot(slot) => format!("slot:{slot}"),
            Matter::Letter(letter) => format!("letter:{}", letter.0),
            Matter::Form(form) => format!("form:{form}"),
        }
    }

    /// Parses what [`Matter::key`] has written.
    #[must_use]
    pub fn parse(key: &str) -> Option<Matter> {
        let (kind, rest) = key.split_once(':')?;
        match kind {
            "deadline" if !rest.is_empty() && !rest.contains(char::is_control) => {
                Some(Matter::Deadline(rest.to_owned()))
            }
            "visit" => rest.parse().ok().map(|visit| Matter::Visit(VisitId(visit))),
            "slot" => rest.parse().ok().map(|slot| Matter::Slot(SlotId(slot))),
            "letter" => rest.parse().ok().map(|letter| Matter::Letter(LetterId(letter))),
            "form" => rest.parse().ok().map(|form| Matter::Form(FormId(form))),
            _ => None,
        }
    }
}

/// What a manager can do about a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ActKind {
    Remind,
    Assign,
    Move,
    TakeProposal,
    HandedOver,
    #[serde(rename = "excuse")]
    #[strum(serialize = "excuse")]
    Waive,
    Retry,
    TakeForm,
    DismissForm,
}

impl ActKind {
    /// The word used in the store, in forms and in texts.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl ActKind {
    /// Whether this act, once done, makes an act from an older page pointless: it is the same act, or one based on what
    /// has changed since.
    #[must_use]
    pub fn overtakes(self, asked: ActKind) -> bool {
        match self {
            ActKind::Remind | ActKind::HandedOver | ActKind::Waive | ActKind::Retry => asked == self,
            // The older page named an engineer and a day that no longer apply.
            ActKind::Assign | ActKind::Move | ActKind::TakeProposal => match asked {
                ActKind::Remind | ActKind::Assign | ActKind::Move | ActKind::TakeProposal => true,
                ActKind::HandedOver | ActKind::Waive | ActKind::Retry | ActKind::TakeForm | ActKind::DismissForm => {
                    false
                }
            },
            ActKind::TakeForm | ActKind::DismissForm => match asked {
                ActKind::TakeForm | ActKind::DismissForm => true,
                ActKind::Remind
                | ActKind::Assign
                | ActKind::Move
                | ActKind::TakeProposal
                | ActKind::HandedOver
                | ActKind::Waive
                | ActKind::Retry => false,
            },
        }
    }
}

/// Whether a person overrides the rules that protect a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Insist {
    No,
    Yes,
}

/// One act on a matter, as requested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum Act {
    /// Writes to the engineer now.
    Remind,
    /// Assigns another engineer.
    Assign { engineer: EngineerCode, insist: Insist },
    /// Moves the visit to another day, and to another time if one is given; both local at the site.
    Move { day: NaiveDate, starts: Option<NaiveTime>, insist: Insist },
    /// Applies the proposal for a visit that cannot take place as booked; the time is local at the site.
    TakeProposal { engineer: EngineerCode, day: NaiveDate, starts: NaiveTime },
    /// Records that the report was handed over: by whom, to whom, and on which day at the site.
    HandedOver { by: String, to: String, on: NaiveDate },
    /// Waives the deadline: it stays in the store and is no longer held against anybody.
    #[serde(rename = "excuse")]
    Waive { why: String },
    /// Sends the letter again.
    Retry,
    /// Accepts the form as the visit's record.
    TakeForm,
    /// Dismisses the form, which stays in the store.
    DismissForm { why: String },
}

impl Act {
    /// The kind of act, without its details.
    #[must_use]
    pub fn kind(&self) -> ActKind {
        match self {
            Act::Remind => ActKind::Remind,
            Act::Assign { .. } => ActKind::Assign,
            Act::Move { .. } => ActKind::Move,
            Act::TakeProposal { .. } => ActKind::TakeProposal,
            Act::HandedOver { .. } => ActKind::HandedOver,
            Act::Waive { .. } => ActKind::Waive,
            Act::Retry => ActKind::Retry,
            Act::TakeForm => ActKind::TakeForm,
            Act::DismissForm { .. } => ActKind::DismissForm,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matter_is_read_back_from_its_key() {
        for matter in [
            Matter::Deadline("record/V12/2026-03-02".to_owned()),
            Matter::Visit(VisitId(12)),
            Matter::Slot(SlotId(7)),
            Matter::Letter(LetterId(9)),
            Matter::Form(FormId(3)),
        ] {
            assert_eq!(Matter::parse(&matter.key()), Some(matter));
        }
        for wrong in ["", "deadline:", "deadline:record/\0", "visit:x", "nothing:1", "visit"] {
            assert_eq!(Matter::parse(wrong), None, "{wrong:?}");
        }
    }
}
