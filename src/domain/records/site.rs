//! What a record says about the site and its people, besides answers and new findings.

use crate::ids::{EquipmentCode, FindingId};
use serde::{Deserialize, Serialize};

/// An earlier finding that was looked at and stays open (P02).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarriedFinding {
    /// The finding's number, as listed in the site's file.
    pub finding: FindingId,
    /// Its current state; empty if unchanged.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// News about the people who operate the equipment (P14), for the site's file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Operators {
    /// How well they know the equipment, and what they should be shown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub skill: String,
    /// Who came and who left.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub changes: String,
}

impl Operators {
    /// Whether there is no news.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.skill.is_empty() && self.changes.is_empty()
    }
}

/// A remark of the customer's engineer on an item (P03).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerRemark {
    /// The code of a piece of equipment for which the record has answers.
    pub equipment: EquipmentCode,
    /// The key of an item that has an answer.
    pub item: String,
    pub text: String,
}
