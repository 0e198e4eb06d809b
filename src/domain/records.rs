//! The record: the form that the engineer and the customer's engineer fill in together on site (P03).
//!
//! Its JSON, `"schema": 1`, is the input of `ronda record VISIT FILE.json`, and is embedded in the report;
//! `templates/record.example.json` is a complete example. Unknown keys are rejected.
//!
//! | key of a visit that took place | value |
//! |---|---|
//! | `schema` | 1 |
//! | `outcome` | `"done"` |
//! | `started_at`, `completed_at` | RFC 3339 with offset, `2026-03-02T09:05:00+01:00` |
//! | `equipment[]` | `equipment` (code), `answers[]` |
//! | `equipment[].answers[]` | `item` (key in the checklist), `result` (`ok`, `not-applicable`, `attention`, `fault`, `not-inspected`: it could not be looked at, and `remark` says why), `reading`?, `choice`? (key in the item), `text`?, `photos[]`? (files of the record's photos), `remark`? |
//! | `findings[]` | `severity` (`minor`, `major`, `critical`), `text`, `equipment`?, `done`?, `closed`?, `responsible`? (who closes it), `close_by`? (date), `photo`? |
//! | `closes[]` | `finding` (number of an open one of the site), `how` |
//! | `carried[]` | `finding` (number of an open one of the site), `note`?: looked at, still open |
//! | `present[]` | `name`, `role`?: who else was there, besides the two who sign |
//! | `advice[]` | `text`, `equipment`?, `by`? (date), `cost`? (`low`, `medium`, `high`) |
//! | `photos[]` | `file` (plain name, `.jpg`, `.jpeg`, `.png`), `caption`? |
//! | `attendance[]` | `name`, `role`?, `strokes`? (their signature); a training needs one at least |
//! | `topics[]` | texts: what was taught |
//! | `operators` | `skill`?, `changes`?: how well those who operate the equipment know it, and who came or left |
//! | `customer_remarks[]` | `equipment` (code), `item`, `text`: what the customer's engineer says to an item |
//! | `remarks` | text |
//! | `engineer_signature` | `name`, `role`?, `place`? (else the site), `signed_at`, `strokes` (a list of lists of `[x, y]`) |
//! | `customer_signature` | `status` `"signed"` with the keys above; `"absent"` with `reason`; `"refused"` with `name`, `reason`; `"asked"` with `name`, `role`?, `email`?: to be signed by a link |
//!
//! Empty lists may be omitted, and so may keys with `?`. The record of a visit that did not take place consists of
//! `schema`, `outcome` (`"not-done"`), `reason`, `noted_at` and `by`.

pub mod checklist;
pub mod form;

mod differences;
mod findings;
mod photos;
mod read;
mod site;
mod stored;
mod validate;

use crate::ids::{EquipmentCode, FindingId};
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

pub use differences::RecordDifference;
pub use findings::{EndedFinding, FindingEnd, FoundBefore, StoredFinding};
pub use photos::{MAX_PHOTO_BYTES, MAX_PHOTOS_BYTES, bad_photos, is_plain_photo_name};
pub use read::{BadJson, MAX_BYTES};
pub use site::{CarriedFinding, CustomerRemark, Operators};
pub use stored::{
    AskedSignature, FormPhoto, GivenSignature, NewSubmission, PastRecord, RecordPhoto, SettledReview, StoredRecord,
    Submission,
};
pub use validate::{BadField, CLOCK_SKEW, MAX_PHOTOS, OnSite, RecordContext, answers_for_all};

/// The version of the form that this program reads.
pub const SCHEMA: u32 = 1;

/// A submitted record. Instants have the offset of the place where they were written down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "read::RawRecord")]
pub struct Record {
    /// The version of the form; 1.
    pub schema: u32,
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// Whether the visit took place.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    Done(Box<Done>),
    /// The visit did not take place; the reason is reported to the customer and the manager.
    NotDone {
        reason: String,
        noted_at: DateTime<FixedOffset>,
        by: String,
    },
}

/// The canonical text of a record, from which its SHA-256 is computed: JSON without spaces, with keys in the form's
/// order.
///
/// Two files with the same contents but different layouts are the same record.
#[must_use]
pub fn canonical(record: &Record) -> String {
    serde_json::to_string(record).expect("a record is plain data with text keys")
}

/// What was found and done on a visit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Done {
    pub started_at: DateTime<FixedOffset>,
    /// The report's clock starts on this day, at the site (P04).
    pub completed_at: DateTime<FixedOffset>,
    /// Answers for each piece of equipment, in the order in which they are reported.
    pub equipment: Vec<EquipmentAnswers>,
    pub findings: Vec<Finding>,
    /// Earlier findings of the site that this visit closed (P02).
    pub closes: Vec<ClosedFinding>,
    /// Earlier findings of the site that were looked at and stay open (P02).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub carried: Vec<CarriedFinding>,
    pub advice: Vec<Advice>,
    pub photos: Vec<Photo>,
    /// Who was present, besides those who sign.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub present: Vec<Attendee>,
    /// Who was trained (P07, P09, P10); a training's record needs at least one entry.
    pub attendance: Vec<Attendee>,
    /// What was taught.
    pub topics: Vec<String>,
    /// News about the people who operate the equipment (P14).
    #[serde(skip_serializing_if = "Operators::is_empty")]
    pub operators: Operators,
    /// Remarks of the customer's engineer on single items (P03).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub customer_remarks: Vec<CustomerRemark>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub remarks: String,
    pub engineer_signature: Signature,
    pub customer_signature: CustomerSignature,
}

impl Done {
    /// Whether there are answers for a piece of equipment.
    #[must_use]
    pub fn answers(&self, unit: &EquipmentCode) -> bool {
        self.equipment.iter().any(|answers| answers.equipment == *unit)
    }
}

/// The answers to the checklist of one piece of equipment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EquipmentAnswers {
    /// The code of a piece of equipment at the site.
    pub equipment: EquipmentCode,
    pub answers: Vec<Answer>,
}

/// The engineer's answer to one item of a checklist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The key of an item in the equipment's checklist.
    pub item: String,
    pub result: ItemResult,
    /// In the item's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<f64>,
    /// The key of one of the item's choices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<String>,
    /// The answer to an item that asks for a text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The file names of the photos in the record that show the item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<String>,
    /// Of what was not inspected, the reason.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remark: String,
}

impl Answer {
    /// An answer with only a result.
    #[must_use]
    pub fn plain(item: impl Into<String>, result: ItemResult) -> Answer {
        let (text, remark) = (String::new(), String::new());
        Answer { item: item.into(), result, reading: None, choice: None, text, photos: Vec::new(), remark }
    }
}

/// The result of checking an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ItemResult {
    Ok,
    NotApplicable,
    Attention,
    Fault,
    /// It could not be looked at, for example because the room was locked; the answer's remark says why. The visit is
    /// incomplete until another has seen it.
    NotInspected,
}

impl ItemResult {
    /// The word used in records and checklists.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Severity {
    Minor,
    Major,
    Critical,
}

impl Severity {
    /// The word used in records and in the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A hidden danger (P02).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    pub severity: Severity,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equipment: Option<EquipmentCode>,
    pub text: String,
    /// What was done about it on the spot.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub done: String,
    /// Whether it was fixed on the spot.
    #[serde(default)]
    pub closed: bool,
    /// Who will close it, if it stays open: a person, a department or a company.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub responsible: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_by: Option<NaiveDate>,
    /// The file name of one of the record's photos.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<String>,
}

/// An earlier finding that this visit has fixed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedFinding {
    /// The finding's number, as listed in the site's file.
    pub finding: FindingId,
    pub how: String,
}

/// Advice to upgrade, rework or replace something (P06).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equipment: Option<EquipmentCode>,
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<CostClass>,
}

/// A rough estimate, made on site, of what it costs to follow an advice; the actual sum is in the office's offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum CostClass {
    /// Covered by normal maintenance costs.
    Low,
    /// To be budgeted within the year.
    Medium,
    /// An investment.
    High,
}

impl CostClass {
    /// The word used in records.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A photo by file name; its bytes are submitted along with the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Photo {
    /// The name of a JPEG or PNG file that is submitted along with the record.
    pub file: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub caption: String,
}

/// Somebody who was trained (P07, P09, P10) or present.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attendee {
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub role: String,
    /// The signature of a trained person, see [`Signature::strokes`]; empty if they did not sign.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub strokes: Vec<Vec<(f64, f64)>>,
}

/// A signature drawn with a finger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub role: String,
    /// Where it was signed; if empty, at the site.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    pub signed_at: DateTime<FixedOffset>,
    /// Strokes of points (x, y), with x to the right and y downwards, in any unit; drawn to scale.
    pub strokes: Vec<Vec<(f64, f64)>>,
}

/// The signature of the customer's engineer (P03), or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "kebab-case", deny_unknown_fields)]
pub enum CustomerSignature {
    Signed(Signature),
    /// Nobody from the customer was present.
    Absent {
        reason: String,
    },
    /// The customer's engineer refused to sign.
    Refused {
        name: String,
        reason: String,
    },
    /// The customer's engineer will sign later, through a link.
    Asked {
        name: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        role: String,
        /// The mail address for the link; if empty, it is shown on the engineer's phone.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        email: String,
    },
}
