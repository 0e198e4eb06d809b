//! The published form of a roster and its answer: one line of JSON each (`tests/vectors/CLOCK.md`).

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveDateTime, SecondsFormat, TimeDelta};
use serde::Serialize;
use serde_json::Value;

use super::{DutyOverride, Roster, Shift, runs};
use crate::Instant;
use crate::fields::{self, BadJsonField, JsonField, JsonFields};
use crate::time::{WallTime, Zone};

/// Why a line cannot be answered, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadRoster(String);

/// The answer for a roster, to be written as JSON.
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

/// The longest span that is checked.
const MOST_DAYS_CHECKED: i64 = 100 * 366;

/// No real roster has more than this, and reading it would take more than a second.
const MOST_SHIFTS: usize = 1_000;
const MOST_OVERRIDES: usize = 10_000;
/// The limit on the checked days times the number of shifts.
const MOST_SHIFTS_CHECKED: u64 = 1_000_000;

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Answers one line, which contains a roster and a question.
///
/// # Errors
/// [`BadRoster`] if the line is not a roster with a question.
pub fn answer(line: &str) -> Result<RosterAnswer, BadRoster> {
    let refused = |bad: BadJsonField| {
        BadRoster(format!("this is not a roster that can be read: {bad}; `ronda help clocks` describes rosters"))
    };
    let value = fields::parse(line).map_err(refused)?;
    let RosterCase { id, roster, check: (from, until), at } = read(&value).map_err(refused)?;
    let duty = roster.duty(from, until);
    let end = duty.last().map(|span| span.until);
    let on_duty = at.iter().map(|field| {
        let at = field.instant().map_err(refused)?;
        let behind = duty.partition_point(|span| span.until <= at);
        let Some(span) = duty.get(behind).filter(|span| span.from <= at) else {
            return Err(refused(field.wrong("it lies outside the check; give an instant in it")));
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
        id,
        on_duty,
        gaps: lines(gaps),
        overlaps: lines(runs(&duty, |span| span.who.len() > 1)),
        uncovered_ms: uncovered.num_milliseconds(),
    })
}

/// A roster as written, and the question.
struct RosterCase<'v> {
    id: Value,
    roster: Roster,
    /// From the beginning of one day to the beginning of another.
    check: (NaiveDate, NaiveDate),
    at: Vec<JsonField<'v>>,
}

fn read(value: &Value) -> Result<RosterCase<'_>, BadJsonField> {
    let case = JsonFields::of("a roster", value)?;
    case.only(&["id", "title", "zone", "begins", "ends", "shifts", "overrides", "check", "at"])?;
    let id = fields::id(&case)?;
    let zone = case.need("zone")?;
    let begins_on = case.need("begins")?.date()?;
    let ends = case.maybe("ends");
    let ends_on = ends.as_ref().map(JsonField::date).transpose()?;
    if let (Some(ends), Some(ends_on)) = (&ends, ends_on)
        && ends_on <= begins_on
    {
        return Err(ends.wrong(&format!("it is not after begins, {begins_on}, so that no shift would begin at all")));
    }
    let (shifts, overrides) = (at_most(&case.need("shifts")?, MOST_SHIFTS)?, case.maybe("overrides"));
    let overrides = overrides.map_or_else(|| Ok(Vec::new()), |all| at_most(&all, MOST_OVERRIDES))?;
    let roster = Roster {
        zone: Zone::parse(zone.text()?).map_err(|unknown| zone.wrong(&unknown.to_string()))?,
        begins_on,
        ends_on,
        shifts: shifts.iter().map(shift).collect::<Result<_, _>>()?,
        overrides: overrides.iter().map(instead).collect::<Result<_, _>>()?,
    };
    let of_check = case.need("check")?;
    let span = of_check.object()?;
    span.only(&["from", "until"])?;
    let (from, until) = (span.need("from")?.date()?, span.need("until")?.date()?);
    if until <= from || (until - from).num_days() > MOST_DAYS_CHECKED {
        return Err(of_check.wrong("give an until after from, at most 100 years on"));
    }
    let days = u64::try_from((until - from).num_days()).expect("until is after from");
    if days * roster.shifts.len() as u64 > MOST_SHIFTS_CHECKED {
        return Err(
            of_check.wrong(&format!("all shifts of all its days are more than {MOST_SHIFTS_CHECKED}; check less"))
        );
    }
    let at = case.maybe("at").map_or_else(|| Ok(Vec::new()), |at| at.list())?;
    Ok(RosterCase { id, roster, check: (from, until), at })
}

fn at_most<'v>(field: &JsonField<'v>, most: usize) -> Result<Vec<JsonField<'v>>, BadJsonField> {
    let items = field.list()?;
    if items.len() > most {
        return Err(BadJsonField(format!("{} has {} entries; give at most {most}", field.place, items.len())));
    }
    Ok(items)
}

fn shift(field: &JsonField<'_>) -> Result<Shift, BadJsonField> {
    let fields = field.object()?;
    fields.only(&["from", "until", "days", "every_weeks", "rota"])?;
    let time = |key: &str| {
        let field = fields.need(key)?;
        let read = WallTime::parse(field.text()?).map_err(|_| field.wrong("give a time of day as 08:00, up to 24:00"));
        read.map(|time| (field, time))
    };
    let days = fields.maybe("days");
    let mut weekdays = [days.is_none(); 7];
    for day in days.map_or_else(|| Ok(Vec::new()), |days| days.list())? {
        weekdays[day.one_of(&WEEKDAYS)?] = true;
    }
    let ((begin, from), (_, until)) = (time("from")?, time("until")?);
    if begin.value == "24:00" {
        return Err(begin.wrong("a shift begins on the day that it is of; write 00:00 of the next"));
    }
    let turns = fields.need("rota")?;
    let rota = turns.list()?.iter().map(who).collect::<Result<Vec<_>, _>>()?;
    if rota.is_empty() {
        return Err(turns.wrong("give at least one name, or null for nobody"));
    }
    let every_weeks = match fields.maybe("every_weeks") {
        None => 1,
        Some(weeks) => match weeks.number()? {
            0 => return Err(weeks.wrong("give 1 or more")),
            n => n,
        },
    };
    Ok(Shift { from, until, weekdays, every_weeks, rota })
}

/// A name; null means nobody.
fn who(field: &JsonField<'_>) -> Result<Option<String>, BadJsonField> {
    if field.value.is_null() { Ok(None) } else { field.text().map(|name| Some(name.to_owned())) }
}

fn instead(field: &JsonField<'_>) -> Result<DutyOverride, BadJsonField> {
    let fields = field.object()?;
    fields.only(&["from", "until", "who"])?;
    let (from, until) = (local(&fields.need("from")?)?, local(&fields.need("until")?)?);
    if until <= from {
        return Err(field.wrong("its until is not after its from, so that it would replace nobody"));
    }
    Ok(DutyOverride { from, until, who: fields.maybe("who").map(|name| name.text().map(str::to_owned)).transpose()? })
}

/// `2026-03-02T07:30`; the time may be 24:00.
fn local(field: &JsonField<'_>) -> Result<NaiveDateTime, BadJsonField> {
    let Some((day, time)) = field.text()?.split_once('T') else {
        return Err(field.wrong("give a local time as 2026-03-02T07:30"));
    };
    let time = WallTime::parse(time).map_err(|_| field.wrong("give a local time as 2026-03-02T07:30"))?;
    Ok(time.of(field.date_of(day)?))
}

fn stamp(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
