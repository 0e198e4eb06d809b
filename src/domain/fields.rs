//! Hand-written JSON, read key by key: errors say in plain words what is wrong, where, and what to write instead;
//! unknown keys are rejected rather than ignored.

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::suggest;

/// What is wrong with a value: its place, what it contains, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadJsonField(pub String);

/// An object and its place.
#[derive(Debug, Clone)]
pub struct JsonFields<'v> {
    place: String,
    map: &'v Map<String, Value>,
}

/// A value and its place: `events[2].at`.
#[derive(Debug, Clone)]
pub struct JsonField<'v> {
    /// Its place, in the form shown to people.
    pub place: String,
    /// Its contents.
    pub value: &'v Value,
}

/// Parses JSON in which no key is repeated.
///
/// # Errors
/// [`BadJsonField`] if it is not JSON, or a key is repeated.
pub fn parse(line: &str) -> Result<Value, BadJsonField> {
    let read = serde_json::from_str::<WithoutRepeats>(line);
    read.map(|WithoutRepeats(value)| value).map_err(|error| BadJsonField(crate::wording::in_one_line(&error)))
}

impl<'v> JsonFields<'v> {
    /// The fields of an object; `what` names it in errors ("a case").
    ///
    /// # Errors
    /// [`BadJsonField`] if it is not an object.
    pub fn of(what: &str, value: &'v Value) -> Result<JsonFields<'v>, BadJsonField> {
        match value {
            Value::Object(map) => Ok(JsonFields { place: String::new(), map }),
            other => Err(BadJsonField(format!("{what} is an object in braces, and this is {}", kind(other)))),
        }
    }

    /// Rejects keys other than `known`.
    ///
    /// # Errors
    /// [`BadJsonField`], with the key that was probably meant, or all known ones.
    pub fn only(&self, known: &[&str]) -> Result<(), BadJsonField> {
        let Some(unknown) = self.map.keys().find(|key| !known.contains(&key.as_str())) else { return Ok(()) };
        let remedy = match suggest::nearest(unknown, known.iter().copied()) {
            Some(meant) => format!("did you mean {meant}?"),
            None => format!("there are {}", known.join(", ")),
        };
        let place = if self.place.is_empty() { String::new() } else { format!(" in {}", self.place) };
        Err(BadJsonField(format!("there is no key {unknown:?}{place}; {remedy}")))
    }

    /// The value of a key; null counts as missing.
    #[must_use]
    pub fn maybe(&self, key: &str) -> Option<JsonField<'v>> {
        let value = self.map.get(key).filter(|value| !value.is_null())?;
        Some(JsonField { place: self.at(key), value })
    }

    /// The value of a required key.
    ///
    /// # Errors
    /// [`BadJsonField`] if it is missing.
    pub fn need(&self, key: &str) -> Result<JsonField<'v>, BadJsonField> {
        self.maybe(key).ok_or_else(|| BadJsonField(format!("{} is missing", self.at(key))))
    }

    /// All keys with their values, sorted by key.
    pub fn entries(&self) -> impl Iterator<Item = (&'v str, JsonField<'v>)> {
        self.map.iter().map(|(key, value)| (key.as_str(), JsonField { place: self.at(key), value }))
    }

    fn at(&self, key: &str) -> String {
        if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) }
    }
}

/// The last year that is accepted: well before the end of four-digit years.
const LAST_YEAR: i32 = 9000;

impl<'v> JsonField<'v> {
    /// An error about this field; `rule` is a sentence without its full stop.
    #[must_use]
    pub fn wrong(&self, rule: &str) -> BadJsonField {
        const SHOWN: usize = 60;
        let whole = self.value.to_string();
        let mut shown: String = whole.chars().take(SHOWN).collect();
        if shown.len() < whole.len() {
            shown.push('…');
        }
        BadJsonField(format!("{} = {shown}: {rule}", self.place))
    }

    /// Its value as a text.
    ///
    /// # Errors
    /// [`BadJsonField`] if it is not a text.
    pub fn text(&self) -> Result<&'v str, BadJsonField> {
        self.value.as_str().ok_or_else(|| self.wrong("give a text, in quotes"))
    }

    /// A whole number from 0 to 4,294,967,295.
    ///
    /// # Errors
    /// [`BadJsonField`] if it is not one.
    pub fn number(&self) -> Result<u32, BadJsonField> {
        let number = self.value.as_u64().and_then(|number| u32::try_from(number).ok());
        number.ok_or_else(|| self.wrong(&format!("give a whole number up to {}, without quotes", u32::MAX)))
    }

    /// A day such as 2026-03-02, in the years 1 to 9000.
    ///
    /// # Errors
    /// [`BadJsonField`] if it is not one.
    pub fn date(&self) -> Result<NaiveDate, BadJsonField> {
        self.date_of(self.text()?)
    }

    /// Parses a day from this field's value or key.
    ///
    /// # Errors
    /// [`BadJsonField`] if it is not one.
    pub fn date_of(&self, text: &str) -> Result<NaiveDate, BadJsonField> {
        let day = text.parse::<NaiveDate>().ok().filter(|day| (1..=LAST_YEAR).contains(&day.year()));
        day.ok_or_else(|| {
            BadJsonField(format!("{} = {text:?}: give a day of the years 1 to {LAST_YEAR}, as 2026-03-02", self.place))
        })
    }

    /// An instant in the years 1 to 9000, with its offset.
    ///
    /// # Errors
    /// [`BadJsonField`] if it is not one.
    pub fn instant(&self) -> Result<crate::Instant, BadJsonField> {
        let wrong = |rule: &str| self.wrong(rule);
        let at = chrono::DateTime::parse_from_rfc3339(self.text()?)
            .map_err(|_| wrong("give an instant with its offset, as 2026-03-02T07:30:00.000+01:00"))?;
        let at = at.with_timezone(&chrono::Utc);
        if !(1..=LAST_YEAR).contains(&at.year()) {
            return Err(wrong(&format!("give an instant of the years 1 to {LAST_YEAR}")));
        }
        if at.timestamp_subsec_nanos() % 1_000_000 != 0 || at.timestamp_subsec_millis() > 999 {
            return Err(wrong("round it to a whole millisecond"));
        }
        Ok(at)
    }

    /// The items of its list, each with its place.
    ///
    /// # Errors
    /// [`BadJsonField`] if it is not a list.
    pub fn list(&self) -> Result<Vec<JsonField<'v>>, BadJsonField> {
        let Value::Array(items) = self.value else { return Err(self.wrong("give a list, in square brackets")) };
        let item = |(at, value)| JsonField { place: format!("{}[{at}]", self.place), value };
        Ok(items.iter().enumerate().map(item).collect())
    }

    /// The fields of its object.
    ///
    /// # Errors
    /// [`BadJsonField`] if it is not an object.
    pub fn object(&self) -> Result<JsonFields<'v>, BadJsonField> {
        let Value::Object(map) = self.value else { return Err(self.wrong("give an object, in braces")) };
        Ok(JsonFields { place: self.place.clone(), map })
    }

    /// The index of its text among these words.
    ///
    /// # Errors
    /// [`BadJsonField`], with the word that was probably meant, or all of them.
    pub fn one_of(&self, words: &[&str]) -> Result<usize, BadJsonField> {
        let text = self.text()?;
        words.iter().position(|word| *word == text).ok_or_else(|| {
            let meant = suggest::did_you_mean(suggest::nearest(text, words.iter().copied()));
            self.wrong(&format!("give one of {}{meant}", words.join(", ")))
        })
    }
}

/// `a list`.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// JSON in which no object has a repeated key; otherwise one of the values would be ignored silently.
struct WithoutRepeats(Value);

impl<'de> Deserialize<'de> for WithoutRepeats {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<WithoutRepeats, D::Error> {
        from.deserialize_any(Whole).map(WithoutRepeats)
    }
}

struct Whole;

impl<'de> Visitor<'de> for Whole {
    type Value = Value;

    fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("JSON")
    }

    fn visit_bool<E>(self, is: bool) -> Result<Value, E> {
        Ok(Value::Bool(is))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(WithoutRepeats(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let WithoutRepeats(value) = entries.next_value()?;
            if map.contains_key(&key) {
                return Err(de::Error::custom(format!("the key {key:?} stands twice in one object")));
            }
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

/// The id by which answers are matched to questions. It is returned unchanged, so a number that JSON readers would
/// round is rejected.
///
/// # Errors
/// [`BadJsonField`] if it is missing, or is a number that would be rounded.
pub fn id(fields: &JsonFields<'_>) -> Result<Value, BadJsonField> {
    // Everything is returned unchanged, including null, which for every other key counts as missing.
    let given = fields.map.get("id").map(|value| JsonField { place: fields.at("id"), value });
    let Some(id) = given else { return fields.need("id").map(|id| id.value.clone()) };
    match id.value {
        Value::Number(number) if number.is_f64() => {
            Err(id.wrong("give a text, or a whole number of at most 64 bits; any other would not come back as it is"))
        }
        other => Ok(other.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(line: &str, read: impl Fn(&JsonFields<'_>) -> Result<(), BadJsonField>) -> String {
        let value = parse(line).unwrap();
        read(&JsonFields::of("a case", &value).unwrap()).unwrap_err().0
    }

    #[test]
    fn a_key_that_means_nothing_is_refused_with_the_one_that_was_meant() {
        let only = |fields: &JsonFields<'_>| fields.need("days")?.object()?.only(&["weekend", "off", "work"]);
        let said = refused(r#"{"days": {"weekends": [6, 7]}}"#, only);
        assert_eq!(said, "there is no key \"weekends\" in days; did you mean weekend?");
        assert_eq!(
            refused(r#"{"days": {"x": 1}}"#, only),
            "there is no key \"x\" in days; there are weekend, off, work"
        );
    }

    #[test]
    fn what_is_wrong_is_said_in_plain_words_with_its_place() {
        let second =
            |fields: &JsonFields<'_>| fields.need("events")?.list()?[1].object()?.need("at")?.instant().map(drop);
        assert_eq!(refused(r#"{"events": [1, {}]}"#, second), "events[1].at is missing");
        assert_eq!(refused(r#"{"events": [1, {"at": 5}]}"#, second), "events[1].at = 5: give a text, in quotes");
        assert_eq!(refused(r#"{"events": 5}"#, second), "events = 5: give a list, in square brackets");
        let number = |fields: &JsonFields<'_>| fields.need("n")?.number().map(drop);
        assert_eq!(refused(r#"{"n": "3"}"#, number), "n = \"3\": give a whole number up to 4294967295, without quotes");
        assert!(JsonFields::of("a case", &Value::Null).unwrap_err().0.ends_with("and this is null"));
    }

    #[test]
    fn a_key_that_stands_twice_is_refused() {
        assert!(parse(r#"{"a": {"b": 1, "b": 2}}"#).unwrap_err().0.starts_with("the key \"b\" stands twice"));
    }

    #[test]
    fn an_id_comes_back_as_it_was_or_is_refused() {
        let of = |line: &str| id(&JsonFields::of("a case", &parse(line).unwrap()).unwrap());
        assert_eq!(of(r#"{"id": 18446744073709551615}"#).unwrap().to_string(), "18446744073709551615");
        assert!(of(r#"{"id": 123456789012345678901234567890}"#).is_err());
        assert_eq!(of(r#"{"id": null}"#).unwrap(), Value::Null);
        assert!(of("{}").unwrap_err().0.contains("id is missing"));
    }
}
