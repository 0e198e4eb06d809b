//! A draft is a flat map of fields, so that two phones on one visit can be merged field by field.
//!
//! The office numbers what it takes: each field has the revision at which it was written last. A phone says with
//! each change which revision of the field it has seen. Clocks decide nothing: those of phones are wrong.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The longest path of a field, in bytes.
pub const LONGEST_PATH: usize = 200;
/// The longest name of a phone, in bytes. It is kept with each field that the phone writes.
pub const LONGEST_DEVICE: usize = 64;
/// The most fields that a phone may send at a time; the form's page sends 300.
pub const MOST_FIELDS_AT_ONCE: usize = 1_000;
/// The most fields of a visit's draft.
pub const MOST_FIELDS: usize = 5_000;
/// The most bytes of a visit's draft, as JSON.
pub const MOST_BYTES: usize = 4 * 1024 * 1024;

/// A field as the office keeps it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoredField {
    pub path: String,
    pub value: Value,
    pub rev: i64,
    /// The phone that wrote it.
    pub device: String,
}

/// A field that a phone has changed.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub path: String,
    pub value: Value,
    /// The field's revision that the phone has seen last; 0: none.
    #[serde(default)]
    pub base: i64,
}

/// What a phone sends to mirror its draft.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Push {
    pub device: String,
    /// The revision up to which the phone knows the draft; 0: nothing.
    #[serde(default)]
    pub since: i64,
    #[serde(default)]
    pub fields: Vec<Field>,
}

/// A field that two phones have changed: what the office has. A person chooses.
pub type Conflict = StoredField;

/// Why a draft is not mirrored; it stays on the phone.
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

/// Merges what a phone has changed into what the office has, which is brought up to date. Says which fields are new
/// there, and which stand in conflict.
///
/// A change is taken where the phone has seen the field's latest revision. One that says what stands there already
/// is no change. Any other stands in conflict: the office keeps what it has, and the phone keeps its own, until a
/// person has chosen and the choice comes with the latest revision. So nothing that was typed is ever overwritten
/// unseen, in whatever order changes arrive, and sending the same change twice is the same as once.
///
/// # Errors
/// [`DraftRefused`]; nothing is taken then.
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

/// What an engineer who loses a visit leaves behind under their own name, emptied as by a further writing, so that
/// every phone hears of it: both signatures, the times, and who said that the visit did not take place. What was read
/// and found stays.
#[must_use]
pub fn handed_over(stored: &[StoredField]) -> Vec<StoredField> {
    let is_theirs =
        |path: &str| path.starts_with("sign/") || ["started_at", "completed_at", "not_done/by"].contains(&path);
    let last = last_rev(stored);
    let theirs = stored.iter().filter(|field| is_theirs(&field.path) && !field.value.is_null());
    (1..).zip(theirs).map(|(nth, field)| StoredField { value: Value::Null, rev: last + nth, ..field.clone() }).collect()
}

/// What a draft keeps once its visit is known not to have taken place, for when it is booked again: all but what was
/// said of that day, the office's note with it. Each field counts as written anew, since phones have forgotten it.
#[must_use]
pub fn kept_for_another_day(stored: &[StoredField]) -> Vec<StoredField> {
    let is_of_the_day = |path: &str| {
        // Who signs is likely the same on another day; what was drawn, and when, is not.
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

/// Holds that a push is one that a phone may send: what is answered to it is then no larger than the draft.
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
    // Before any of it is copied.
    match size(push.fields.iter().map(|field| (&field.path, &field.value))) {
        bytes if bytes > MOST_BYTES => Err(DraftRefused::TooLarge { bytes }),
        _ => Ok(()),
    }
}

/// Bytes of fields, as JSON.
fn size<'f>(fields: impl Iterator<Item = (&'f String, &'f Value)>) -> usize {
    fields.map(|(path, value)| path.len() + value.to_string().len()).sum()
}
