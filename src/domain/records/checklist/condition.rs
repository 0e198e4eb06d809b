//! Conditions under which an item is asked.

use std::fmt;

use serde::Serialize;

use crate::records::{Answer, ItemResult};

/// What the answer to an earlier item must be for an item to be asked.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Condition {
    /// The key of an item further up in the same checklist.
    pub item: String,
    /// What is required of its answer.
    #[serde(flatten)]
    pub test: Test,
}

impl fmt::Display for Condition {
    /// `mode is manual`, `load is above 80`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is ", self.item)?;
        match &self.test {
            Test::Result(results) => {
                write!(f, "{}", results.iter().map(|result| result.word()).collect::<Vec<_>>().join(" or "))
            }
            Test::Choice(choices) => write!(f, "{}", choices.join(" or ")),
            Test::Above(limit) => write!(f, "above {limit}"),
            Test::Below(limit) => write!(f, "below {limit}"),
        }
    }
}

/// A requirement on an answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Test {
    /// Its result is one of these.
    Result(Vec<ItemResult>),
    /// Its choice is one of these.
    Choice(Vec<String>),
    /// Its reading is greater than this, in the item's unit.
    Above(f64),
    /// Its reading is less than this, in the item's unit.
    Below(f64),
}

impl Test {
    /// Whether the answer satisfies the requirement; if it lacks the choice or reading, it does not.
    #[must_use]
    pub fn holds(&self, answer: &Answer) -> bool {
        match self {
            Test::Result(results) => results.contains(&answer.result),
            Test::Choice(choices) => answer.choice.as_ref().is_some_and(|choice| choices.contains(choice)),
            Test::Above(limit) => answer.reading.is_some_and(|reading| reading > *limit),
            Test::Below(limit) => answer.reading.is_some_and(|reading| reading < *limit),
        }
    }
}
