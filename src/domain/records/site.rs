//! What a record says of the site and its people, besides answers and new findings.

use crate::ids::{EquipmentCode, FindingId};
use serde::{Deserialize, Serialize};

/// An earlier finding that was looked at and stays open (P02).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarriedFinding {
    /// The office's number of the finding, as the site's file lists it.
    pub finding: FindingId,
    /// How it stands; empty: as it was.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What is new about those who operate the equipment (P14); for the site's operation file.
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
    /// Whether nothing is said of them.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.skill.is_empty() && self.changes.is_empty()
    }
}

/// What the customer's engineer says to an item (P03).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerRemark {
    /// Code of an equipment that the record has answers for.
    pub equipment: EquipmentCode,
    /// Key of an item that is answered there.
    pub item: String,
    pub text: String,
}
