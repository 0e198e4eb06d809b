//! The record: the form that the engineer and the customer's engineer fill in together on site (P03).
//!
//! Its JSON, `"schema": 1`, is what `ronda record VISIT FILE.json` takes and what is embedded in the report.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

/// A record as handed in. Instants carry the offset of the place where they were written down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Version of this form; 1.
    pub schema: u32,
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// Whether the visit took place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    Done(Box<Done>),
    /// The visit did not take place; the reason is told to the customer and the manager.
    NotDone {
        reason: String,
        noted_at: DateTime<FixedOffset>,
        by: String,
    },
}

/// What was found and done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Done {
    pub started_at: DateTime<FixedOffset>,
    /// The report's clock starts on this day at the site (P04).
    pub completed_at: DateTime<FixedOffset>,
    /// Per equipment, in the order in which they are reported.
    #[serde(default)]
    pub equipment: Vec<EquipmentAnswers>,
    #[serde(default)]
    pub findings: Vec<Finding>,
    /// Numbers of earlier findings of the site that are closed by this visit (P02).
    #[serde(default)]
    pub closes: Vec<ClosedFinding>,
    #[serde(default)]
    pub advice: Vec<Advice>,
    #[serde(default)]
    pub photos: Vec<Photo>,
    /// Who was trained; a training's record needs at least one.
    #[serde(default)]
    pub attendance: Vec<Attendee>,
    /// What was taught.
    #[serde(default)]
    pub topics: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remarks: String,
    pub engineer_signature: Signature,
    pub customer_signature: CustomerSignature,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EquipmentAnswers {
    /// Code of an equipment of the site.
    pub equipment: String,
    pub answers: Vec<Answer>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Key of an item of the equipment's checklist.
    pub item: String,
    pub result: ItemResult,
    /// In the item's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<f64>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remark: String,
}

/// An item's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemResult {
    Ok,
    NotApplicable,
    Attention,
    Fault,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    Minor,
    Major,
    Critical,
}

/// A hidden danger (P02).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    pub severity: Severity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equipment: Option<String>,
    pub text: String,
    /// What was done about it on the spot.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub done: String,
    /// True where it was put right on the spot.
    #[serde(default)]
    pub closed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_by: Option<NaiveDate>,
    /// File name of one of the record's photos.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedFinding {
    /// The finding's number, as the site's file lists it.
    pub finding: i64,
    pub how: String,
}

/// Advice to upgrade, rework or replace (P06).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equipment: Option<String>,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<NaiveDate>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Photo {
    /// Name of a JPEG or PNG file that is handed in beside the record.
    pub file: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub caption: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attendee {
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub role: String,
}

/// A signature drawn with a finger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub role: String,
    pub signed_at: DateTime<FixedOffset>,
    /// Strokes of points (x, y), x to the right and y downwards, in any unit; drawn to scale.
    pub strokes: Vec<Vec<(f64, f64)>>,
}

/// The signature of the customer's engineer (P03), or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum CustomerSignature {
    Signed(Signature),
    /// Nobody of the customer's was there.
    Absent {
        reason: String,
    },
    /// The customer's engineer did not want to sign.
    Refused {
        name: String,
        reason: String,
    },
}
