//! What a new judgement changes about steps that were already raised: they are withdrawn with a reason, never deleted.

use serde::{Deserialize, Serialize};

use super::{JudgedOpening, Judgement, OpeningStanding, TimeLimit};
use crate::Instant;

/// A step that was raised, as known at the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// The index of the opening.
    pub opening: usize,
    /// Its index in the terms.
    pub step: usize,
    /// When it was reached.
    pub dated: Instant,
    /// The first late instant for which it was raised; `None` while held.
    pub late_from: Option<Instant>,
}

/// A step that was raised and is no longer reached as it was; it stays in the store with the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenBack {
    pub raised: Raised,
    pub why: TakenBackWhy,
}

/// Why a raised step is withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "kebab-case")]
pub enum TakenBackWhy {
    /// The due instant has moved: a corrected allowance, a pause, a changed calendar.
    DueMoved {
        /// The first late instant as known now.
        late_from: Instant,
    },
    /// It had been met or withdrawn before the step.
    Ended {
        /// When that happened.
        at: Instant,
    },
    /// A pause makes the due instant unknown.
    Held,
    /// The due instant can no longer be computed.
    Unknown,
    /// A manager waived it.
    Waived,
    /// The opening that it belonged to did not take place.
    NotOpened,
    /// The due instant is the same, but the step is not reached any more.
    NotReached,
}

impl TakenBackWhy {
    /// The word used in lists and texts.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            TakenBackWhy::DueMoved { .. } => "due-moved",
            TakenBackWhy::Ended { .. } => "ended",
            TakenBackWhy::Held => "held",
            TakenBackWhy::Unknown => "unknown",
            TakenBackWhy::Waived => "waived",
            TakenBackWhy::NotOpened => "not-opened",
            TakenBackWhy::NotReached => "not-reached",
        }
    }
}

impl std::fmt::Display for TakenBackWhy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            TakenBackWhy::DueMoved { late_from } => {
                write!(f, "it is late from {} UTC only", late_from.format("%Y-%m-%d %H:%M"))
            }
            TakenBackWhy::Ended { at } => write!(f, "it had ended at {} UTC", at.format("%Y-%m-%d %H:%M")),
            TakenBackWhy::Held => f.write_str("its clock stands still"),
            TakenBackWhy::Unknown => f.write_str("its days cannot be counted any more"),
            TakenBackWhy::Waived => f.write_str("it was waived"),
            TakenBackWhy::NotOpened => f.write_str("it was not owed again after all"),
            TakenBackWhy::NotReached => f.write_str("the step is not reached any more"),
        }
    }
}

/// The difference between the steps that were raised and those that are reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recount {
    /// To be withdrawn, in the order in which they were raised.
    pub taken_back: Vec<TakenBack>,
    /// To be raised, by opening and in the order of the steps.
    pub raise: Vec<Raised>,
}

/// Compares the steps currently raised (without those already withdrawn) with a judgement.
///
/// A step that is still reached in the same opening, for the same due instant or at the same instant, is left
/// unchanged: each step is raised once per due instant. After raising and withdrawing everything in the result, the
/// next recount is empty.
#[must_use]
pub fn recount(raised: &[Raised], judgement: &Judgement) -> Recount {
    let reached: Vec<Raised> = judgement.openings.iter().enumerate().flat_map(reached).collect();
    let same = |one: &Raised, other: &Raised| {
        let is_same_due = one.late_from.is_some() && one.late_from == other.late_from;
        (one.opening, one.step) == (other.opening, other.step) && (is_same_due || one.dated == other.dated)
    };
    let stale = raised.iter().filter(|raised| !reached.iter().any(|now| same(raised, now)));
    Recount {
        taken_back: stale.map(|raised| TakenBack { raised: *raised, why: why(raised, judgement) }).collect(),
        raise: reached.iter().filter(|now| !raised.iter().any(|raised| same(raised, now))).copied().collect(),
    }
}

fn reached((opening, judged): (usize, &JudgedOpening)) -> Vec<Raised> {
    if judged.standing == OpeningStanding::Waived {
        return Vec::new();
    }
    let late_from = judged.late_from();
    let raised = |step: &super::ReachedStep| Raised { opening, step: step.step, dated: step.at, late_from };
    judged.reached.iter().map(raised).collect()
}

fn why(raised: &Raised, judgement: &Judgement) -> TakenBackWhy {
    let Some(judged) = judgement.openings.get(raised.opening) else {
        return TakenBackWhy::NotOpened;
    };
    let ended = match judged.standing {
        OpeningStanding::Waived => return TakenBackWhy::Waived,
        OpeningStanding::Met { at, .. }
        | OpeningStanding::MetLate { at, .. }
        | OpeningStanding::Withdrawn { at, .. } => Some(at),
        OpeningStanding::Open { .. }
        | OpeningStanding::Late { .. }
        | OpeningStanding::Held { .. }
        | OpeningStanding::Unknown => None,
    };
    match (&judged.limit, ended) {
        (_, Some(at)) if at < raised.dated => TakenBackWhy::Ended { at },
        (TimeLimit::Held, _) => TakenBackWhy::Held,
        (TimeLimit::Unknown { .. }, _) => TakenBackWhy::Unknown,
        (TimeLimit::Known { late_from, .. }, _) if Some(*late_from) != raised.late_from => {
            TakenBackWhy::DueMoved { late_from: *late_from }
        }
        (TimeLimit::Known { .. }, _) => TakenBackWhy::NotReached,
    }
}
