//! The published form of a roster and its answer: a line of JSON each (`tests/vectors/CLOCK.md`).

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveDateTime, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{DutyOverride, Roster, Shift, runs};
use crate::Instant;
use crate::time::{WallTime, Zone};

/// Why a line cannot be answered, with what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadRoster(String);

/// The answer to one roster, ready to be written as JSON.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RosterAnswer {
    id: Value,
    on_duty: Vec<OnDutyLine>,
    gaps: Vec<SpanLine>,
    overlaps: Vec<SpanLine>,
    uncovered_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct OnDutyLine {
    who: BTreeSet<String>,
    until: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct SpanLine {
    from: String,
    until: String,
}

#[derive(Debug, Deserialize)]
struct RosterCase {
    id: Value,
    zone: String,
    begins: NaiveDate,
    ends: Option<NaiveDate>,
    shifts: Vec<ShiftText>,
    #[serde(default)]
    overrides: Vec<OverrideText>,
    check: CheckText,
    #[serde(default)]
    at: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct ShiftText {
    from: String,
    until: String,
    days: Option<Vec<String>>,
    every_weeks: Option<u32>,
    rota: Vec<Option<String>>,
}

#[derive(Debug, Deserialize)]
struct OverrideText {
    from: String,
    until: String,
    who: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct CheckText {
    from: NaiveDate,
    until: NaiveDate,
}

/// The longest span that is looked at.
const MOST_DAYS_CHECKED: i64 = 100 * 366;

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Answers one line, which holds a roster and what is asked of it.
///
/// # Errors
/// [`BadRoster`], where the line is no roster with its questions.
pub fn answer(line: &str) -> Result<RosterAnswer, BadRoster> {
    let case: RosterCase = serde_json::from_str(line).map_err(|error| {
        BadRoster(format!(
            "this is no roster: {}; `ronda roster --help` shows one",
            crate::wording::in_one_line(&error)
        ))
    })?;
    let roster = Roster {
        zone: Zone::parse(&case.zone).map_err(|unknown| BadRoster(unknown.to_string()))?,
        begins_on: case.begins,
        ends_on: case.ends,
        shifts: case.shifts.into_iter().map(shift).collect::<Result<_, _>>()?,
        overrides: case.overrides.into_iter().map(instead).collect::<Result<_, _>>()?,
    };
    let CheckText { from, until } = case.check;
    if until <= from || (until - from).num_days() > MOST_DAYS_CHECKED {
        return bad(format!("the check is from {from} until {until}; give a later until, at most 100 years on"));
    }
    let duty = roster.duty(from, until);
    let end = duty.last().map(|span| span.until);
    let on_duty = case.at.iter().map(|text| {
        let at = instant(text)?;
        let span = duty.iter().find(|span| span.from <= at && at < span.until);
        let Some(span) = span else {
            return bad(format!("at = {text:?} lies outside the check; give an instant in it"));
        };
        let until = Some(span.until).filter(|until| Some(*until) != end);
        Ok(OnDutyLine { who: span.who.clone(), until: until.map(stamp) })
    });
    let on_duty = on_duty.collect::<Result<_, _>>()?;
    let gaps = runs(&duty, |span| span.who.is_empty());
    let uncovered: TimeDelta = gaps.iter().map(|(from, until)| *until - *from).sum();
    let lines = |runs: Vec<(Instant, Instant)>| {
        runs.into_iter().map(|(from, until)| SpanLine { from: stamp(from), until: stamp(until) }).collect()
    };
    Ok(RosterAnswer {
        id: case.id,
        on_duty,
        gaps: lines(gaps),
        overlaps: lines(runs(&duty, |span| span.who.len() > 1)),
        uncovered_ms: uncovered.num_milliseconds(),
    })
}

fn bad<T>(why: impl Into<String>) -> Result<T, BadRoster> {
    Err(BadRoster(why.into()))
}

fn shift(text: ShiftText) -> Result<Shift, BadRoster> {
    let time = |text: &str| WallTime::parse(text).map_err(|none| BadRoster(none.to_string()));
    let mut weekdays = [text.days.is_none(); 7];
    for day in text.days.iter().flatten() {
        match WEEKDAYS.iter().position(|weekday| weekday == day) {
            Some(weekday) => weekdays[weekday] = true,
            None => return bad(format!("{day:?} is no weekday; write it as mon, tue, … sun")),
        }
    }
    if text.from == "24:00" {
        return bad("a shift begins at 24:00; write 00:00 of the next day");
    }
    if text.rota.is_empty() {
        return bad("a shift has an empty rota; give at least one name, or null for nobody");
    }
    let every_weeks = text.every_weeks.unwrap_or(1);
    if every_weeks == 0 {
        return bad("every_weeks is 0; give 1 or more");
    }
    Ok(Shift { from: time(&text.from)?, until: time(&text.until)?, weekdays, every_weeks, rota: text.rota })
}

fn instead(text: OverrideText) -> Result<DutyOverride, BadRoster> {
    Ok(DutyOverride { from: local(&text.from)?, until: local(&text.until)?, who: text.who })
}

/// `2026-03-02T07:30`, or with 24:00 as its time.
fn local(text: &str) -> Result<NaiveDateTime, BadRoster> {
    let read = text.split_once('T').and_then(|(day, time)| {
        let day: NaiveDate = day.parse().ok()?;
        Some(WallTime::parse(time).ok()?.of(day))
    });
    read.ok_or_else(|| BadRoster(format!("{text:?} is no local time; write it as 2026-03-02T07:30")))
}

fn instant(text: &str) -> Result<Instant, BadRoster> {
    let at = DateTime::parse_from_rfc3339(text).map_err(|_| {
        BadRoster(format!("at = {text:?} is no instant; write it with its offset, as 2026-03-02T07:30:00+01:00"))
    })?;
    Ok(at.with_timezone(&Utc))
}

fn stamp(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
