//! A draft is a flat map of fields, so that the drafts of two phones for one visit can be merged field by field.
//!
//! The office numbers its changes: each field has the revision at which it was last written. With each change, a phone
//! says which revision of the field it has seen. Clocks play no part, because those of phones are unreliable.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Maximum length of a field's path, in bytes.
pub const LONGEST_PATH: usize = 200;
/// Maximum length of a phone's name, in bytes. It is stored with each field that the phone writes.
pub const LONGEST_DEVICE: usize = 64;
/// Maximum number of fields that a phone can send at a time; the form's page sends 300.
pub const MOST_FIELDS_AT_ONCE: usize = 1_000;
/// Maximum number of fields in a draft.
pub const MOST_FIELDS: usize = 5_000;
/// Maximum size of a draft as JSON, in bytes.
pub const MOST_BYTES: usize = 4 * 1024 * 1024;

/// A field as stored by the office.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoredField {
    pub path: String,
    pub value: Value,
    pub rev: i64,
    /// The phone that wrote it.
    pub device: String,
}

/// A field changed by a phone.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub path: String,
    pub value: Value,
    /// The field's latest revision that the phone has seen; 0: none.
    #[serde(default)]
    pub base: i64,
}

/// A phone's update of its draft.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Push {
    pub device: String,
    /// The revision up to which the phone knows the draft; 0: none of it.
    #[serde(default)]
    pub since: i64,
    #[serde(default)]
    pub fields: Vec<Field>,
}

/// The office's version of a field that two phones have changed. A person has to choose.
pub type Conflict = StoredField;

/// Why a draft is not mirrored; it remains on the phone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftRefused {
    #[error("device {device:?}: the name of a phone has 1 to {LONGEST_DEVICE} bytes and no control characters")]
    Device { device: String },
    #[error("{fields} fields came at once, and {MOST_FIELDS_AT_ONCE} are allowed; send them in parts")]
    TooManyAtOnce { fields: usize },
    #[error("path {path:?} is named twice; send each field once")]
    Twice { path: String },
    #[error("path {path:?}: a path has 1 to {LONGEST_PATH} bytes and no control characters")]
    Path { path: String },
    #[error("the draft would have {fields} fields, and {MOST_FIELDS} are allowed")]
    TooManyFields { fields: usize },
    #[error("the draft would have {bytes} bytes, and {MOST_BYTES} are allowed")]
    TooLarge { bytes: usize },
}

/// Merges a phone's changes into the office's draft. Returns which fields have changed in the draft, and which are in
/// conflict.
///
/// A change is accepted if the phone has seen the field's latest revision. A change to the value that is already there
/// is ignored. Any other change is a conflict: the office and the phone each keep their own value until a person has
/// chosen, and the choice arrives with the latest revision. Nothing that was typed is thus ever overwritten unseen, in
/// whatever order changes arrive, and sending the same change twice has no further effect.
///
/// # Errors
/// [`DraftRefused`]; nothing is changed then.
pub fn merge(
    stored: &mut BTreeMap<String, StoredField>,
    push: &Push,
) -> Result<(Vec<StoredField>, Vec<Conflict>), DraftRefused> {
    admit(push)?;
    let mut rev = stored.values().map(|field| field.rev).max().unwrap_or(0);
    let (mut taken, mut conflicts) = (Vec::new(), Vec::new());
    let mut merged = stored.clone();
    for field in &push.fields {
        match merged.get(&field.path) {
            Some(known) if known.value == field.value => {}
            Some(known) if known.rev != field.base => conflicts.push(known.clone()),
            Some(_) | None => {
                rev += 1;
                let new = StoredField {
                    path: field.path.clone(),
                    value: field.value.clone(),
                    rev,
                    device: push.device.clone(),
                };
                merged.insert(field.path.clone(), new.clone());
                taken.push(new);
            }
        }
    }
    if merged.len() > MOST_FIELDS {
        return Err(DraftRefused::TooManyFields { fields: merged.len() });
    }
    if !taken.is_empty() {
        let bytes = size(merged.values().map(|field| (&field.path, &field.value)));
        if bytes > MOST_BYTES {
            return Err(DraftRefused::TooLarge { bytes });
        }
    }
    *stored = merged;
    Ok((taken, conflicts))
}

/// The fields that an engineer who loses a visit has filled in under their own name, emptied and numbered as new
/// changes, so that every phone is told: both signatures, the times, and who stated that the visit did not take place.
/// Readings and findings stay.
#[must_use]
pub fn handed_over(stored: &[StoredField]) -> Vec<StoredField> {
    let is_theirs =
        |path: &str| path.starts_with("sign/") || ["started_at", "completed_at", "not_done/by"].contains(&path);
    let last = last_rev(stored);
    let theirs = stored.iter().filter(|field| is_theirs(&field.path) && !field.value.is_null());
    (1..).zip(theirs).map(|(nth, field)| StoredField { value: Value::Null, rev: last + nth, ..field.clone() }).collect()
}

/// The part of a draft that is kept when its visit did not take place, in case it is booked again: everything except
/// what concerns that day, which includes the note for the office. All fields are numbered as new, because phones have
/// discarded them.
#[must_use]
pub fn kept_for_another_day(stored: &[StoredField]) -> Vec<StoredField> {
    let is_of_the_day = |path: &str| {
        // The same person is likely to sign on another day; the drawing and its time are not kept.
        (path.starts_with("sign/") && ["/strokes", "/signed_at", "/of"].iter().any(|what| path.ends_with(what)))
            || path.starts_with("not_done/")
            || ["outcome", "started_at", "completed_at", "times_checked", "office_note"].contains(&path)
    };
    let last = last_rev(stored);
    let anew = |(nth, field): (i64, &StoredField)| StoredField {
        value: if is_of_the_day(&field.path) { Value::Null } else { field.value.clone() },
        rev: last + nth,
        ..field.clone()
    };
    (1..).zip(stored).map(anew).collect()
}

fn last_rev(stored: &[StoredField]) -> i64 {
    stored.iter().map(|field| field.rev).max().unwrap_or(0)
}

/// Checks the limits for a push, so that the reply is never larger than the draft.
fn admit(push: &Push) -> Result<(), DraftRefused> {
    let is_name =
        |text: &str, longest: usize| (1..=longest).contains(&text.len()) && !text.chars().any(char::is_control);
    let shortened = |text: &str| text.chars().take(60).collect();
    if !is_name(&push.device, LONGEST_DEVICE) {
        return Err(DraftRefused::Device { device: shortened(&push.device) });
    }
    if push.fields.len() > MOST_FIELDS_AT_ONCE {
        return Err(DraftRefused::TooManyAtOnce { fields: push.fields.len() });
    }
    let mut seen = BTreeSet::new();
    for Field { path, .. } in &push.fields {
        if !is_name(path, LONGEST_PATH) {
            return Err(DraftRefused::Path { path: shortened(path) });
        }
        if !seen.insert(path) {
            return Err(DraftRefused::Twice { path: shortened(path) });
        }
    }
    // Checked before anything is copied.
    match size(push.fields.iter().map(|field| (&field.path, &field.value))) {
        bytes if bytes > MOST_BYTES => Err(DraftRefused::TooLarge { bytes }),
        _ => Ok(()),
    }
}

/// The size of fields as JSON, in bytes.
fn size<'f>(fields: impl Iterator<Item = (&'f String, &'f Value)>) -> usize {
    fields.map(|(path, value)| path.len() + value.to_string().len()).sum()
}
