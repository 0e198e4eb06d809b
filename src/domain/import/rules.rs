//! Rules for single cells: addresses, places, dates, times, lists, words.

use chrono::{NaiveDate, NaiveTime};

use super::cells::Cells;
use super::countries::{is_country, meant};
use crate::digest::Rhythm;
use crate::language::Language;
use crate::people::{ContactRole, Skill, is_mail_address};
use crate::suggest::nearest;
use crate::time::Zone;

/// Maximum length of a code that is used as a key.
const LONGEST_CODE: usize = 64;

/// A code; it must not contain `;`, which separates codes in lists.
pub(super) fn code(cells: &Cells<'_>, column: &'static str) -> Option<String> {
    let text = cells.required(column)?;
    if text.contains([';', '/', '*']) {
        cells.fault(column, "is a code, which cannot hold ; / or *", None);
        return None;
    }
    if text.chars().count() > LONGEST_CODE {
        cells.fault(column, format!("is a code, which is at most {LONGEST_CODE} characters long"), None);
        return None;
    }
    Some(text.to_owned())
}

pub(super) fn required_text(cells: &Cells<'_>, column: &'static str) -> Option<String> {
    cells.required(column).map(str::to_owned)
}

/// A valid mail address, with its domain in lower case.
pub(super) fn email(cells: &Cells<'_>, column: &'static str) -> Option<String> {
    let text = cells.required(column)?;
    if text.contains([',', ';']) {
        cells.fault(column, "is not one mail address", Some("give each address its own row".to_owned()));
        return None;
    }
    let parts = text.split_once('@').filter(|_| is_mail_address(text));
    let Some((local, domain)) = parts else {
        cells.fault(column, "is not a mail address", Some("write it as name@example.com".to_owned()));
        return None;
    };
    Some(format!("{local}@{}", domain.to_lowercase()))
}

/// A language; `None` if the cell is invalid.
pub(super) fn language(cells: &Cells<'_>, column: &'static str) -> Option<Language> {
    let text = cells.required(column)?;
    match text.parse() {
        Ok(language) => Some(language),
        Err(_) => {
            let help = match text.to_lowercase().as_str() {
                "english" | "inglés" | "ingles" => "did you mean en?",
                "spanish" | "español" | "espanol" => "did you mean es?",
                "chinese" | "chino" | "中文" | "cn" => "did you mean zh?",
                _ => "use en, es or zh",
            };
            cells.fault(column, "is not a language of Ronda", Some(help.to_owned()));
            None
        }
    }
}

/// An optional language; `Some(None)` if the cell is blank.
#[expect(clippy::option_option, reason = "outer: readable; inner: given")]
pub(super) fn optional_language(cells: &Cells<'_>) -> Option<Option<Language>> {
    match cells.filled("language") {
        None => Some(None),
        Some(_) => language(cells, "language").map(Some),
    }
}

pub(super) fn zone(cells: &Cells<'_>) -> Option<Zone> {
    let text = cells.required("time_zone")?;
    match Zone::parse(text) {
        Ok(zone) => Some(zone),
        Err(unknown) => {
            let help = unknown.suggestion.map(|name| format!("did you mean {name}?"));
            cells.fault("time_zone", "is not an IANA time zone", help);
            None
        }
    }
}

pub(super) fn country(cells: &Cells<'_>) -> Option<String> {
    let text = cells.required("country")?;
    if is_country(text) {
        return Some(text.to_owned());
    }
    let help = meant(text).map_or_else(|| "as ES, CN, MX".to_owned(), |code| format!("did you mean {code}?"));
    cells.fault("country", "is not a country's two letters (ISO 3166-1)", Some(help));
    None
}

/// The part of an ISO 3166-2 code after the country, or a name known to `called`; empty if the cell is blank.
pub(super) fn subdivision(
    cells: &Cells<'_>,
    country: Option<&str>,
    called: &dyn Fn(&str, &str) -> Option<String>,
) -> Option<String> {
    let text = cells.text("subdivision");
    if text.is_empty() || is_subdivision(text) {
        return Some(text.to_owned());
    }
    if let Some(code) = country.and_then(|country| called(country, text)) {
        return Some(code);
    }
    let short = country.and_then(|country| text.strip_prefix(country)).and_then(|rest| rest.strip_prefix('-'));
    let help = short.filter(|code| is_subdivision(code)).map(|code| format!("did you mean {code}?"));
    cells.fault("subdivision", "is not an ISO 3166-2 code without its country, as MD or 13", help);
    None
}

fn is_subdivision(text: &str) -> bool {
    (1..=3).contains(&text.len()) && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

/// A calendar's code: a country, with or without a subdivision, or a calendar made by the administrator.
pub(super) fn calendar(cells: &Cells<'_>, is_known: &dyn Fn(&str) -> bool) -> Option<String> {
    let text = cells.required("calendar")?;
    let (country, rest) = text.split_once('-').map_or((text, None), |(country, rest)| (country, Some(rest)));
    // A country without a calendar may get one later; until then, any of its subdivisions is accepted.
    let may_come = is_country(country) && rest.is_none_or(is_subdivision) && !(rest.is_some() && is_known(country));
    if may_come || is_known(text) {
        return Some(text.to_owned());
    }
    if rest.is_some() && is_known(country) {
        let help = format!("`ronda calendar list {country}` shows them");
        cells.fault("calendar", "is not a calendar: its country has no such subdivision", Some(help));
        return None;
    }
    let help = meant(text).map_or_else(|| "as ES or ES-MD".to_owned(), |code| format!("did you mean {code}?"));
    cells.fault("calendar", "is not a calendar: a country's code, with or without a subdivision", Some(help));
    None
}

/// Degrees, WGS 84; both or neither; rounded to 7 decimals, about a centimetre.
#[expect(clippy::option_option, reason = "outer: readable; inner: given")]
pub(super) fn position(cells: &Cells<'_>) -> Option<Option<(f64, f64)>> {
    let latitude = degrees(cells, "latitude", 90.0);
    let longitude = degrees(cells, "longitude", 180.0);
    match (latitude?, longitude?) {
        (Some(latitude), Some(longitude)) => Some(Some((latitude, longitude))),
        (None, None) => Some(None),
        (Some(_), None) => {
            cells.fault("longitude", "is missing beside its latitude", Some("give both, or neither".to_owned()));
            None
        }
        (None, Some(_)) => {
            cells.fault("latitude", "is missing beside its longitude", Some("give both, or neither".to_owned()));
            None
        }
    }
}

#[expect(clippy::option_option, reason = "outer: readable; inner: given")]
fn degrees(cells: &Cells<'_>, column: &'static str, most: f64) -> Option<Option<f64>> {
    let Some(text) = cells.filled(column) else { return Some(None) };
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && value.abs() <= most => Some(Some((value * 1e7).round() / 1e7)),
        Ok(_) => {
            cells.fault(column, format!("is not between -{most} and {most} degrees"), None);
            None
        }
        Err(_) => {
            let pointed = text.replace(',', ".");
            let help = pointed.parse::<f64>().is_ok().then(|| format!("did you mean {pointed}?"));
            cells.fault(column, "is not a number of degrees", help);
            None
        }
    }
}

pub(super) fn required_date(cells: &Cells<'_>, column: &'static str) -> Option<NaiveDate> {
    cells.required(column)?;
    optional_date(cells, column)?
}

/// A day in ISO 8601; `Some(None)` if the cell is blank.
#[expect(clippy::option_option, reason = "outer: readable; inner: given")]
/// First and last day of a leave; both, or neither.
pub(super) fn leave(cells: &Cells<'_>) -> Option<Option<(NaiveDate, NaiveDate)>> {
    let (from, until) = (optional_date(cells, "leave_from")?, optional_date(cells, "leave_until")?);
    match (from, until) {
        (None, None) => Some(None),
        (Some(from), Some(until)) if from <= until => Some(Some((from, until))),
        (Some(from), Some(_)) => {
            cells.fault("leave_until", format!("is before {from}, the first day of the leave"), None);
            None
        }
        (Some(_), None) => {
            cells.fault("leave_until", "is missing, though the leave has a first day".to_owned(), None);
            None
        }
        (None, Some(_)) => {
            cells.fault("leave_from", "is missing, though the leave has a last day".to_owned(), None);
            None
        }
    }
}

pub(super) fn optional_date(cells: &Cells<'_>, column: &'static str) -> Option<Option<NaiveDate>> {
    let Some(text) = cells.filled(column) else { return Some(None) };
    let plain = text.len() == 10 && text.chars().all(|c| c.is_ascii_digit() || c == '-');
    match NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| plain) {
        Some(day) => Some(Some(day)),
        None => {
            cells.fault(column, "is not a day of the calendar, written as 2026-03-31", other_date(text));
            None
        }
    }
}

/// A day in another format, if it can be read in only one way.
fn other_date(text: &str) -> Option<String> {
    let text = text.replace(['/', '.'], "-");
    let readings = ["%d-%m-%Y", "%m-%d-%Y", "%Y-%m-%d"];
    let mut days: Vec<NaiveDate> =
        readings.iter().filter_map(|form| NaiveDate::parse_from_str(&text, form).ok()).collect();
    days.retain(|day| (1900..2200).contains(&chrono::Datelike::year(day)));
    days.dedup();
    match days.as_slice() {
        [day] => Some(format!("did you mean {day}?")),
        _ => None,
    }
}

pub(super) fn time_of_day(cells: &Cells<'_>, column: &'static str) -> Option<NaiveTime> {
    let text = cells.required(column)?;
    let time = NaiveTime::parse_from_str(text, "%H:%M").ok();
    if time.is_none() {
        cells.fault(column, "is not a time of day, written as 07:30", None);
    }
    time
}

/// The digests that a manager gets; by default the daily one.
pub(super) fn digests(cells: &Cells<'_>) -> Option<Vec<Rhythm>> {
    let words = list(cells.text("digests"));
    if words.is_empty() {
        return Some(vec![Rhythm::Daily]);
    }
    let mut all = Vec::new();
    for word in &words {
        match Rhythm::ALL.into_iter().find(|rhythm| rhythm.word().eq_ignore_ascii_case(word)) {
            Some(rhythm) => all.push(rhythm),
            None => {
                let help = nearest(word, Rhythm::ALL.iter().map(|rhythm| rhythm.word())).map_or_else(
                    || "use daily, weekly, monthly, separated by ;".to_owned(),
                    |word| format!("did you mean {word}?"),
                );
                cells.fault("digests", format!("names {word:?}, which is no kind of digest"), Some(help));
            }
        }
    }
    all.sort_unstable();
    all.dedup();
    (all.len() == words.len()).then_some(all)
}

pub(super) fn role(cells: &Cells<'_>) -> Option<ContactRole> {
    let text = cells.required("role")?;
    let role = ContactRole::ALL.into_iter().find(|role| role.word().eq_ignore_ascii_case(text));
    if role.is_none() {
        let words = ContactRole::ALL.map(ContactRole::word);
        let help =
            nearest(text, words).map_or_else(|| format!("use {}", words.join(", ")), |w| format!("did you mean {w}?"));
        cells.fault("role", "is not a contact's role", Some(help));
    }
    role
}

/// A list separated by `;`, sorted, without duplicates and blanks.
pub(super) fn list(text: &str) -> Vec<String> {
    let mut words: Vec<String> =
        text.split(';').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// An engineer's skills: a list separated by `;`, each optionally with its last day (`cooling until 2026-12-31`).
pub(super) fn skills(cells: &Cells<'_>) -> Option<Vec<Skill>> {
    let mut skills: Vec<Skill> = Vec::new();
    for text in list(cells.text("skills")) {
        let skill = Skill::from(text.as_str());
        let has_bad_day =
            |name: &str| name.split_whitespace().rev().nth(1) == Some("until") && skill.valid_until.is_none();
        if has_bad_day(&skill.skill) && text.ends_with(|c: char| c.is_ascii_digit()) {
            let rule = format!("names {text:?}, whose last day is not a day of the calendar");
            cells.fault("skills", rule, Some("write it as cooling until 2026-12-31".to_owned()));
            return None;
        }
        if skills.iter().any(|other| other.skill == skill.skill) {
            cells.fault("skills", format!("names {:?} twice", skill.skill), None);
            return None;
        }
        skills.push(skill);
    }
    skills.sort_unstable();
    Some(skills)
}

/// Months of warranty; `Some(None)` if the cell is blank.
#[expect(clippy::option_option, reason = "outer: readable; inner: given")]
pub(super) fn months(cells: &Cells<'_>, column: &'static str) -> Option<Option<u32>> {
    let Some(text) = cells.filled(column) else { return Some(None) };
    match text.parse::<u32>() {
        Ok(months) if months <= 1200 => Some(Some(months)),
        Ok(_) | Err(_) => {
            cells.fault(column, "is not a whole number of months from 0 to 1200", None);
            None
        }
    }
}
