//! Parses a record's JSON, with the location of errors.
//!
//! Parsing uses a flat table of all keys, because serde's flattened and tagged enums would accept unknown keys and lose
//! the location of errors.

use chrono::{DateTime, FixedOffset};
use serde::Deserialize;

use super::{
    Advice, Attendee, CarriedFinding, ClosedFinding, CustomerRemark, CustomerSignature, Done, EquipmentAnswers,
    Finding, Operators, Outcome, Photo, Record, Signature,
};

/// Maximum size of a record in bytes, without photos.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Invalid JSON, with the location and the cause.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {why}")]
pub struct BadJson {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in bytes.
    pub column: usize,
    pub why: String,
}

impl Record {
    /// Parses a record's JSON. This only checks its form; [`Record::validate`] checks its contents.
    ///
    /// # Errors
    /// [`BadJson`] with the first location that cannot be read: invalid JSON, an unknown, missing or repeated key, a
    /// value of the wrong type, or more than [`MAX_BYTES`].
    pub fn parse(json: &[u8]) -> Result<Record, BadJson> {
        if json.len() > MAX_BYTES {
            let why = format!(
                "the record has {} bytes, and {MAX_BYTES} are allowed; hand photos in as files beside it",
                json.len()
            );
            return Err(BadJson { line: 1, column: 1, why });
        }
        let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
        Ok(serde_json::from_slice(json)?)
    }
}

impl From<serde_json::Error> for BadJson {
    /// The location is stored separately, and removed from the text.
    fn from(error: serde_json::Error) -> BadJson {
        let text = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let why = text.strip_suffix(&place).unwrap_or(&text).to_owned();
        BadJson { line: error.line().max(1), column: error.column().max(1), why }
    }
}

/// All keys of a record's outermost object.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRecord {
    schema: u32,
    outcome: Word,
    started_at: Option<DateTime<FixedOffset>>,
    completed_at: Option<DateTime<FixedOffset>>,
    equipment: Option<Vec<EquipmentAnswers>>,
    findings: Option<Vec<Finding>>,
    closes: Option<Vec<ClosedFinding>>,
    carried: Option<Vec<CarriedFinding>>,
    advice: Option<Vec<Advice>>,
    photos: Option<Vec<Photo>>,
    present: Option<Vec<Attendee>>,
    attendance: Option<Vec<Attendee>>,
    topics: Option<Vec<String>>,
    operators: Option<Operators>,
    customer_remarks: Option<Vec<CustomerRemark>>,
    remarks: Option<String>,
    engineer_signature: Option<Signature>,
    customer_signature: Option<CustomerSignature>,
    reason: Option<String>,
    noted_at: Option<DateTime<FixedOffset>>,
    by: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Word {
    Done,
    NotDone,
}

/// The keys do not match the outcome.
#[derive(Debug, thiserror::Error)]
pub(super) enum BadOutcome {
    #[error("the key `{key}` is missing; a record with outcome {outcome:?} has it")]
    Missing { key: &'static str, outcome: &'static str },
    #[error("the key `{key}` does not belong to a record with outcome {outcome:?}; take it out")]
    Alien { key: &'static str, outcome: &'static str },
}

impl TryFrom<RawRecord> for Record {
    type Error = BadOutcome;

    fn try_from(wire: RawRecord) -> Result<Record, BadOutcome> {
        let schema = wire.schema;
        let outcome = match wire.outcome {
            Word::Done => Outcome::Done(Box::new(wire.done()?)),
            Word::NotDone => wire.not_done()?,
        };
        Ok(Record { schema, outcome })
    }
}

impl RawRecord {
    fn done(self) -> Result<Done, BadOutcome> {
        let outcome = "done";
        let alien =
            [("reason", self.reason.is_some()), ("noted_at", self.noted_at.is_some()), ("by", self.by.is_some())];
        refuse_alien(&alien, outcome)?;
        let missing = |key| BadOutcome::Missing { key, outcome };
        Ok(Done {
            started_at: self.started_at.ok_or_else(|| missing("started_at"))?,
            completed_at: self.completed_at.ok_or_else(|| missing("completed_at"))?,
            equipment: self.equipment.unwrap_or_default(),
            findings: self.findings.unwrap_or_default(),
            closes: self.closes.unwrap_or_default(),
            carried: self.carried.unwrap_or_default(),
            advice: self.advice.unwrap_or_default(),
            photos: self.photos.unwrap_or_default(),
            present: self.present.unwrap_or_default(),
            attendance: self.attendance.unwrap_or_default(),
            topics: self.topics.unwrap_or_default(),
            operators: self.operators.unwrap_or_default(),
            customer_remarks: self.customer_remarks.unwrap_or_default(),
            remarks: self.remarks.unwrap_or_default(),
            engineer_signature: self.engineer_signature.ok_or_else(|| missing("engineer_signature"))?,
            customer_signature: self.customer_signature.ok_or_else(|| missing("customer_signature"))?,
        })
    }

    fn not_done(self) -> Result<Outcome, BadOutcome> {
        let outcome = "not-done";
        let alien = [
            ("started_at", self.started_at.is_some()),
            ("completed_at", self.completed_at.is_some()),
            ("equipment", self.equipment.is_some()),
            ("findings", self.findings.is_some()),
            ("closes", self.closes.is_some()),
            ("carried", self.carried.is_some()),
            ("advice", self.advice.is_some()),
            ("photos", self.photos.is_some()),
            ("present", self.present.is_some()),
            ("attendance", self.attendance.is_some()),
            ("topics", self.topics.is_some()),
            ("operators", self.operators.is_some()),
            ("customer_remarks", self.customer_remarks.is_some()),
            ("remarks", self.remarks.is_some()),
            ("engineer_signature", self.engineer_signature.is_some()),
            ("customer_signature", self.customer_signature.is_some()),
        ];
        refuse_alien(&alien, outcome)?;
        let missing = |key| BadOutcome::Missing { key, outcome };
        Ok(Outcome::NotDone {
            reason: self.reason.ok_or_else(|| missing("reason"))?,
            noted_at: self.noted_at.ok_or_else(|| missing("noted_at"))?,
            by: self.by.ok_or_else(|| missing("by"))?,
        })
    }
}

fn refuse_alien(keys: &[(&'static str, bool)], outcome: &'static str) -> Result<(), BadOutcome> {
    match keys.iter().find(|(_, given)| *given) {
        Some((key, _)) => Err(BadOutcome::Alien { key, outcome }),
        None => Ok(()),
    }
}
