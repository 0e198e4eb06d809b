//! The record: the form that the engineer and the customer's engineer fill in together on site (P03).
//!
//! Its JSON, `"schema": 1`, is what `ronda record VISIT FILE.json` takes and what is embedded in the report;
//! `templates/record.example.json` is a whole one. A key that is not listed here is refused.
//!
//! | key of a visit that took place | value |
//! |---|---|
//! | `schema` | 1 |
//! | `outcome` | `"done"` |
//! | `started_at`, `completed_at` | RFC 3339 with offset, `2026-03-02T09:05:00+01:00` |
//! | `equipment[]` | `equipment` (code), `answers[]` |
//! | `equipment[].answers[]` | `item` (key in the checklist), `result` (`ok`, `not-applicable`, `attention`, `fault`), `reading`?, `choice`? (key in the item), `text`?, `photos[]`? (files of the record's photos), `remark`? |
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
//! Lists may be left out where they are empty, and keys with `?` where there is nothing to say. A visit that
//! did not take place is `schema`, `outcome` (`"not-done"`), `reason`, `noted_at`, `by`.

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

/// A record as handed in. Instants carry the offset of the place where they were written down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "read::RawRecord")]
pub struct Record {
    /// Version of this form; 1.
    pub schema: u32,
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// Whether the visit took place.
#[derive(Debug, Clone, PartialEq, Serialize)]
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

/// The one text of a record that its SHA-256 is taken of: JSON without spaces, keys in the form's order.
///
/// Two files that say the same in another layout are one record.
#[must_use]
pub fn canonical(record: &Record) -> String {
    serde_json::to_string(record).expect("a record is plain data with text keys")
}

/// What was found and done.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Done {
    pub started_at: DateTime<FixedOffset>,
    /// The report's clock starts on this day at the site (P04).
    pub completed_at: DateTime<FixedOffset>,
    /// Per equipment, in the order in which they are reported.
    pub equipment: Vec<EquipmentAnswers>,
    pub findings: Vec<Finding>,
    /// Numbers of earlier findings of the site that are closed by this visit (P02).
    pub closes: Vec<ClosedFinding>,
    /// Earlier findings of the site that were looked at and stay open (P02).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub carried: Vec<CarriedFinding>,
    pub advice: Vec<Advice>,
    pub photos: Vec<Photo>,
    /// Who was there besides those who sign.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub present: Vec<Attendee>,
    /// Who was trained (P07, P09, P10); a training's record needs at least one.
    pub attendance: Vec<Attendee>,
    /// What was taught.
    pub topics: Vec<String>,
    /// What is new about those who operate the equipment (P14).
    #[serde(skip_serializing_if = "Operators::is_empty")]
    pub operators: Operators,
    /// What the customer's engineer says to single items (P03).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub customer_remarks: Vec<CustomerRemark>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub remarks: String,
    pub engineer_signature: Signature,
    pub customer_signature: CustomerSignature,
}

impl Done {
    /// Whether anybody has looked at a piece of equipment.
    #[must_use]
    pub fn answers(&self, unit: &EquipmentCode) -> bool {
        self.equipment.iter().any(|answers| answers.equipment == *unit)
    }
}

/// The answers to one equipment's checklist.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EquipmentAnswers {
    /// Code of an equipment of the site.
    pub equipment: EquipmentCode,
    pub answers: Vec<Answer>,
}

/// One item of a checklist as the engineer answered it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Key of an item of the equipment's checklist.
    pub item: String,
    pub result: ItemResult,
    /// In the item's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<f64>,
    /// Key of one of the item's choices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<String>,
    /// The answer to an item that wants a text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// File names of the record's photos that show the item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photos: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remark: String,
}

impl Answer {
    /// An answer that says its result and nothing more.
    #[must_use]
    pub fn plain(item: impl Into<String>, result: ItemResult) -> Answer {
        let (text, remark) = (String::new(), String::new());
        Answer { item: item.into(), result, reading: None, choice: None, text, photos: Vec::new(), remark }
    }
}

/// How an item of a checklist turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ItemResult {
    Ok,
    NotApplicable,
    Attention,
    Fault,
}

impl ItemResult {
    /// The word in records and checklists.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// How much a finding matters.
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
    /// The word in records and in the store.
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
    /// True where it was put right on the spot.
    #[serde(default)]
    pub closed: bool,
    /// Who closes it, where it stays open: a person, a department, a firm.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub responsible: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_by: Option<NaiveDate>,
    /// File name of one of the record's photos.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photo: Option<String>,
}

/// An earlier finding that this visit put right.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClosedFinding {
    /// The office's number of the finding, as the site's file lists it.
    pub finding: FindingId,
    pub how: String,
}

/// Advice to upgrade, rework or replace (P06).
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

/// What following an advice will cost, as far as one can say on site; the office's offer gives the sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum CostClass {
    /// Within what the upkeep of the equipment costs anyway.
    Low,
    /// To be planned for within the year.
    Medium,
    /// An investment.
    High,
}

impl CostClass {
    /// The word in records.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A photo by file name; its bytes are handed in beside the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Photo {
    /// Name of a JPEG or PNG file that is handed in beside the record.
    pub file: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub caption: String,
}

/// Somebody who was trained (P07, P09, P10), or was there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attendee {
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub role: String,
    /// The signature of somebody who was trained, as [`Signature::strokes`]; empty where they did not sign.
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
    /// Where it was signed; empty: at the site.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    pub signed_at: DateTime<FixedOffset>,
    /// Strokes of points (x, y), x to the right and y downwards, in any unit; drawn to scale.
    pub strokes: Vec<Vec<(f64, f64)>>,
}

/// The signature of the customer's engineer (P03), or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "kebab-case", deny_unknown_fields)]
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
    /// The customer's engineer signs later, by a link.
    Asked {
        name: String,
        #[serde(default, skip_serializing_if = "String::is_empty")]
        role: String,
        /// Where the link goes by mail; empty: it is shown on the engineer's phone.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        email: String,
    },
}
