//! Differences between two records of one visit, for a manager to compare.

use serde::Serialize;
use serde_json::Value;

use super::Record;

/// How many characters of a value a difference shows.
const SHOWN: usize = 80;

/// A place where two records differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecordDifference {
    /// The place as it appears in messages: `equipment[0].answers[3].reading`.
    pub path: String,
    /// The value in the stored record; `None`: it has none.
    pub on_file: Option<String>,
    /// The value in the other record; `None`: it has none.
    pub other: Option<String>,
}

impl Record {
    /// Where `other` differs from this record, which is the stored one, by field names. List entries are compared by
    /// position; long values are truncated.
    #[must_use]
    pub fn differences(&self, other: &Record) -> Vec<RecordDifference> {
        let json = |record: &Record| serde_json::to_value(record).expect("a record is plain data with text keys");
        let mut found = Vec::new();
        compare("", Some(&json(self)), Some(&json(other)), &mut found);
        found
    }
}

fn compare(path: &str, on_file: Option<&Value>, other: Option<&Value>, found: &mut Vec<RecordDifference>) {
    if on_file == other {
        return;
    }
    match (on_file, other) {
        (Some(Value::Object(was)), Some(Value::Object(is))) => {
            let added = is.keys().filter(|key| !was.contains_key(*key));
            for key in was.keys().chain(added) {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                compare(&path, was.get(key), is.get(key), found);
            }
        }
        // Nobody reads the numbers of a drawing.
        (Some(Value::Array(was)), Some(Value::Array(is))) if !path.ends_with("strokes") => {
            for at in 0..was.len().max(is.len()) {
                compare(&format!("{path}[{at}]"), was.get(at), is.get(at), found);
            }
        }
        (was, is) => {
            let path = path.to_owned();
            found.push(RecordDifference { path, on_file: was.map(shown), other: is.map(shown) });
        }
    }
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{Outcome, Photo};

    fn example() -> Record {
        Record::parse(include_bytes!("../../../templates/record.example.json")).expect("the example is a record")
    }

    #[test]
    fn p03_two_records_differ_where_they_say_something_else() {
        let (on_file, mut other) = (example(), example());
        assert_eq!(on_file.differences(&other), []);
        let Outcome::Done(done) = &mut other.outcome else { panic!("the example took place") };
        done.completed_at += chrono::TimeDelta::hours(1);
        let photos = done.photos.len();
        done.photos.push(Photo { file: "late.jpg".to_owned(), caption: String::new() });
        done.engineer_signature.strokes.clear();
        let found = on_file.differences(&other);
        let at = |path: &str| found.iter().find(|difference| difference.path == path).expect("it differs");
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(at("completed_at").on_file.is_some() && at("completed_at").other.is_some());
        let photo = at(&format!("photos[{photos}]"));
        assert!(photo.on_file.is_none() && photo.other.as_ref().is_some_and(|photo| photo.contains("late.jpg")));
        let drawn = at("engineer_signature.strokes");
        assert!(drawn.on_file.as_ref().is_some_and(|drawn| drawn.chars().count() <= SHOWN + 1), "{found:?}");
    }
}
