//! Imports holidays from an iCalendar feed into a closures file of the office, after showing what that changes.

use chrono::{Datelike, Days, NaiveDate};
use serde::Serialize;
use serde_json::json;

use super::import_office::Mode;
use crate::acting::note;
use crate::{Acting, Error, Office, Result};
use domain::access::{Deed, DeedCase};
use domain::audit::trail::DeedNote;
use domain::calendar::DayKind;
use domain::people::equipment::plain_place;
use domain::suggest;
use world::holidays::{feed, imported};

/// How far back known days count: as far as open deadlines may depend on them.
const LOOKED_AT: Days = Days::new(90);
/// The fraction of known days that a feed may remove: one in this many.
const MAY_TAKE: usize = 5;
/// For how many years days that recur without end are compared.
const YEARS_AHEAD: i32 = 5;
/// Maximum size of a feed.
const LARGEST: usize = 8 * 1024 * 1024;

/// What to import, and under which name.
#[derive(Debug, Clone)]
pub struct CalendarImport {
    /// The feed's name, for error messages and the file's first line.
    pub file: String,
    pub bytes: Vec<u8>,
    /// `company`, `calendar:CN`, `municipality:ES-CT/Barcelona`, `customer:CODE`, `site:CODE` or `engineer:CODE`.
    pub applies: String,
    /// `None`: the feed's own name, or else the file's.
    pub name: Option<String>,
    pub losses: Losses,
    pub mode: Mode,
}

/// What to do if a feed removes many of the days that an earlier import with its name had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Losses {
    /// Refuse if it removes more than a fifth: a broken feed is more likely than the abolition of so many holidays.
    Refuse,
    Accept,
}

/// A day that the import adds, removes or changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayChange {
    pub day: NaiveDate,
    pub was: Option<ListedDay>,
    pub is: Option<ListedDay>,
}

/// What a file says about a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListedDay {
    pub kind: DayKind,
    pub name: String,
}

/// What an import changes, or would change.
#[derive(Debug, Clone, Serialize)]
pub struct Difference {
    pub name: String,
    pub path: std::path::PathBuf,
    pub applies: String,
    /// To whom other imports with this name apply; those stay unchanged.
    pub others: Vec<String>,
    /// Whether the file was written.
    pub stored: bool,
    /// The days that the feed lists in the compared years.
    pub days: usize,
    pub added: Vec<DayChange>,
    pub gone: Vec<DayChange>,
    pub changed: Vec<DayChange>,
}

/// Reads a feed and returns what it changes. With [`Mode::Store`], writes it to the calendars folder, where it replaces
/// an earlier import with the same name and scope. It takes effect when the office is next started or reloaded.
///
/// # Errors
/// A refusal: mistakes in the feed, with their lines; somebody who does not exist; or too many lost days. Then nothing
/// is written.
pub async fn import_calendar(office: &Acting, wanted: &CalendarImport) -> Result<Difference> {
    let codes = office.calendars.codes();
    imported::check_applies(&wanted.applies, &codes).map_err(Error::Refused)?;
    exists(office, &wanted.applies).await?;
    if wanted.bytes.len() > LARGEST {
        return Err(Error::Refused(format!("{} is larger than 8 MB; export the holidays alone", wanted.file)));
    }
    let feed = feed::read(&wanted.file, &wanted.bytes).map_err(|mistakes| Error::Refused(mistakes.join("\n")))?;
    let name = name_of(wanted, &feed)?;
    let place = imported::place(&office.config.folders.calendars, &name, &wanted.applies, &codes)
        .map_err(|why| Error::Refused(why.to_string()))?;
    let imported::ImportPlace { path, earlier, others } = place;
    let text = imported::text(&feed, &name, &wanted.applies, &wanted.file);
    let today = office.today();
    let first = NaiveDate::from_ymd_opt(today.year() - 1, 1, 1).expect("a year's first day");
    let last = NaiveDate::from_ymd_opt(today.year() + YEARS_AHEAD, 12, 31).expect("a year's last day");
    let days = |text: &str| {
        imported::days(&path.display().to_string(), text, &codes, first, last)
            .map_err(|mistakes| Error::Refused(mistakes.join("\n")))
    };
    let (was, is) = (earlier.as_deref().map_or_else(|| Ok(imported::ClosureDays::new()), days)?, days(&text)?);
    let mut difference = compare(&was, &is);
    difference = Difference { name, path: path.clone(), applies: wanted.applies.clone(), others, ..difference };
    if wanted.mode == Mode::DryRun {
        return Ok(difference);
    }
    if wanted.losses == Losses::Refuse {
        few_are_lost(&was, &difference, today - LOOKED_AT)?;
    }
    let mut tx = office.begin().await?;
    let counts = [difference.added.len(), difference.gone.len(), difference.changed.len()];
    let after = json!({ "applies": wanted.applies, "added": counts[0], "gone": counts[1], "changed": counts[2] });
    let line = DeedNote { after: Some(after), ..DeedNote::of_office(Deed::ImportCalendar, difference.name.as_str()) };
    note(&mut tx, &DeedCase::default(), line)?;
    imported::write(&path, &text).map_err(|error| anyhow::anyhow!("cannot write {}: {error}", path.display()))?;
    tx.commit().await?;
    difference.stored = true;
    Ok(difference)
}

fn name_of(wanted: &CalendarImport, feed: &feed::HolidayFeed) -> Result<String> {
    let stem = std::path::Path::new(&wanted.file).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let given = wanted.name.clone().or_else(|| feed.name.clone()).or(stem).unwrap_or_default();
    let (name, plain) = (given.trim(), plain_place(&given));
    if plain.is_empty() || plain.chars().count() > 100 {
        return Err(Error::Refused(format!("{name:?} is no name for a file of closures; give one with --name")));
    }
    Ok(name.to_owned())
}

fn compare(was: &imported::ClosureDays, is: &imported::ClosureDays) -> Difference {
    let listed = |days: &imported::ClosureDays, day: &NaiveDate| {
        days.get(day).map(|(kind, name)| ListedDay { kind: *kind, name: name.clone() })
    };
    let mut difference = Difference {
        name: String::new(),
        path: std::path::PathBuf::new(),
        applies: String::new(),
        others: Vec::new(),
        stored: false,
        days: is.len(),
        added: Vec::new(),
        gone: Vec::new(),
        changed: Vec::new(),
    };
    let all: std::collections::BTreeSet<&NaiveDate> = was.keys().chain(is.keys()).collect();
    for day in all {
        let change = DayChange { day: *day, was: listed(was, day), is: listed(is, day) };
        match (&change.was, &change.is) {
            (None, _) => difference.added.push(change),
            (_, None) => difference.gone.push(change),
            (Some(was), Some(is)) if was != is => difference.changed.push(change),
            (Some(_), Some(_)) => {}
        }
    }
    difference
}

/// Refuses a feed that removes more than a fifth of the days known from `since` on. A make-up day that has become a day
/// off counts as changed, not as removed.
fn few_are_lost(was: &imported::ClosureDays, difference: &Difference, since: NaiveDate) -> Result<()> {
    let known = was.range(since..).count();
    let lost = difference.gone.iter().filter(|change| change.day >= since).count();
    if lost * MAY_TAKE <= known {
        return Ok(());
    }
    Err(Error::Refused(format!(
        "the feed takes away {lost} of the {known} days that the import {:?} knows from {since} on, more than a fifth; \
         look at them with --dry-run, and take it with --force if it is right",
        difference.name
    )))
}

/// Whether the named customer, site or engineer exists.
async fn exists(office: &Office, applies: &str) -> Result<()> {
    let Some((whose, code)) = applies.split_once(':') else { return Ok(()) };
    let (whose, code) = (whose.trim(), code.trim());
    let codes: Vec<String> = match whose {
        "customer" => store::people::customer::all(&office.db)
            .await?
            .into_iter()
            .map(|customer| customer.customer.into())
            .collect(),
        "site" => store::people::site::all(&office.db).await?.into_iter().map(|site| site.site.into()).collect(),
        "engineer" => store::people::engineer::all(&office.db)
            .await?
            .into_iter()
            .map(|engineer| engineer.engineer.into())
            .collect(),
        _ => return Ok(()),
    };
    if codes.iter().any(|known| known == code) {
        return Ok(());
    }
    let meant = suggest::did_you_mean(suggest::nearest(code, codes.iter().map(String::as_str)));
    Err(Error::Refused(format!("there is no {whose} {code:?}{meant}")))
}
