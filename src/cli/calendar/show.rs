//! `ronda calendar show`: a year of working days, month by month.

use std::fmt::Write;

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::Serialize;

use super::super::show::{self, OutputFormat};
use super::super::{Call, due};
use domain::calendar::{Calendar, DayIs, DayKind, Layer, UnknownHolidays};
use domain::language::Language;
use domain::promises::account;
use office::Error;
use words::{Locales, Value};
use world::holidays::publish;

/// Print the calendar of a year, month by month, with every holiday
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  ronda calendar show ES-MD 2027\n  ronda calendar show ES-MD 2027 --ics > holidays.ics\n  ronda calendar show ES-MD --json"
)]
pub(super) struct CalendarShowArgs {
    /// A country, or a country and a subdivision: ES, ES-MD
    calendar: String,
    /// The year [default: this one]
    year: Option<i32>,
    /// Print an iCalendar feed instead
    #[arg(long, conflicts_with = "json")]
    ics: bool,
    #[command(flatten)]
    form: OutputFormat,
}

/// One year of a calendar.
#[derive(Debug, Serialize)]
struct Year {
    calendar: String,
    version: String,
    year: i32,
    /// True if part of the year has not been published yet.
    provisional: bool,
    working_days: u32,
    months: Vec<Month>,
    /// Every day whose status differs from that of its weekday.
    days: Vec<Listed>,
}

#[derive(Debug, Serialize)]
struct Month {
    month: u32,
    working_days: u32,
}

#[derive(Debug, Serialize)]
struct Listed {
    on: NaiveDate,
    kind: DayKind,
    name: String,
    layer: Layer,
    estimated: bool,
}

/// Prints the year.
///
/// # Errors
/// If there is no such calendar, or it does not cover the year.
pub(super) fn run(call: &Call, args: &CalendarShowArgs) -> anyhow::Result<()> {
    let calendars = due::load(call)?;
    let (country, subdivision) = args.calendar.split_once('-').unwrap_or((&args.calendar, ""));
    let calendar = due::named(&calendars, country, subdivision).map_err(Error::NotFound)?;
    let year = args.year.unwrap_or_else(|| call.clock.now().year());
    let Some(first) = NaiveDate::from_ymd_opt(year, 1, 1) else {
        return Err(Error::Refused(format!("{year} is not a year that calendars have; give one like 2027")).into());
    };
    let unknown = |unknown: UnknownHolidays| Error::Refused(unknown.to_string());
    if args.ics {
        print!("{}", publish::year(&calendar, year, call.clock.now()).map_err(unknown)?);
        return Ok(());
    }
    let found = look(&calendar, first).map_err(unknown)?;
    if args.form.json {
        show::json(&found);
    } else {
        print!("{}", text(&calendar, &found, first).map_err(unknown)?);
    }
    Ok(())
}

fn look(calendar: &Calendar, first: NaiveDate) -> Result<Year, UnknownHolidays> {
    let mut year = Year {
        calendar: calendar.code().to_owned(),
        version: calendar.version().to_owned(),
        year: first.year(),
        provisional: false,
        working_days: 0,
        months: (1..=12).map(|month| Month { month, working_days: 0 }).collect(),
        days: Vec::new(),
    };
    for day in first.iter_days().take_while(|day| day.year() == first.year()) {
        year.provisional |= calendar.is_provisional(day);
        if calendar.is_working(day)? {
            year.working_days += 1;
            year.months[day.month0() as usize].working_days += 1;
        }
        if let DayIs::Special(special) = calendar.day(day)? {
            year.days.push(Listed {
                on: day,
                kind: special.kind,
                name: special.name.clone(),
                layer: special.layer.clone(),
                estimated: special.estimated,
            });
        }
    }
    Ok(year)
}

/// Lays the months out three abreast, as on a wall calendar.
fn text(calendar: &Calendar, year: &Year, first: NaiveDate) -> Result<String, UnknownHolidays> {
    let mut out = String::new();
    let Year { calendar: code, version, working_days, .. } = year;
    writeln!(out, "{code} {}: {working_days} working days (calendar version {version})", year.year).expect("a text");
    if year.provisional {
        writeln!(out, "Provisional: not all of this year is published yet.").expect("a text");
    }
    for quarter in 0..4 {
        let months: Vec<Vec<String>> = (0..3)
            .map(|month| month_of(calendar, first + Months::new(quarter * 3 + month), year))
            .collect::<Result<_, _>>()?;
        writeln!(out).expect("a text");
        for line in 0..months.iter().map(Vec::len).max().unwrap_or_default() {
            let cells = months.iter().map(|month| month.get(line).map_or("", String::as_str));
            let row: Vec<String> = cells.map(|cell| format!("{cell:<28}")).collect();
            writeln!(out, "{}", row.join("   ").trim_end()).expect("a text");
        }
    }
    writeln!(out, "\n[1] day off   +1 worked, though a day off by its weekday   ~1 half day   ·1 weekly day off\n")
        .expect("a text");
    let locales = Locales::load();
    let say = |key: &str, values: &[(&str, Value<'_>)]| locales.say(Language::En, key, values);
    for listed in &year.days {
        let (layer, name) = (account::layer(&listed.layer, &say), &listed.name);
        let kind = match listed.kind {
            DayKind::Off => "",
            DayKind::Work => ", worked",
            DayKind::Half => ", half a day",
        };
        let sure = if listed.estimated { ", estimated" } else { "" };
        writeln!(out, "{}  {name} ({layer}{kind}{sure})", listed.on.format("%a %Y-%m-%d")).expect("a text");
    }
    Ok(out)
}

/// One month as lines: its name and number of working days, the weekdays, then its weeks.
fn month_of(calendar: &Calendar, first: NaiveDate, year: &Year) -> Result<Vec<String>, UnknownHolidays> {
    let count = year.months[first.month0() as usize].working_days;
    let mut lines = vec![format!("{} ({count})", first.format("%B")), " Mo  Tu  We  Th  Fr  Sa  Su".to_owned()];
    let mut week = "    ".repeat(first.weekday().num_days_from_monday() as usize);
    for day in first.iter_days().take_while(|day| day.month() == first.month()) {
        week.push_str(&cell(calendar.day(day)?, day.day()));
        let is_last = (day + Days::new(1)).month() != first.month();
        if day.weekday() == chrono::Weekday::Sun || is_last {
            lines.push(std::mem::take(&mut week));
        }
    }
    Ok(lines)
}

fn cell(is: DayIs<'_>, day: u32) -> String {
    match is {
        DayIs::Worked => format!("{day:>3} "),
        DayIs::Weekend => format!("{:>3} ", format!("·{day}")),
        DayIs::Special(special) => match special.kind {
            DayKind::Off => format!("{:>4}", format!("[{day}]")),
            DayKind::Work => format!("{:>3} ", format!("+{day}")),
            DayKind::Half => format!("{:>3} ", format!("~{day}")),
        },
    }
}
