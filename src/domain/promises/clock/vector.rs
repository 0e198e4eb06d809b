//! The published form of a case and its answer: one line of JSON each (`tests/vectors/CLOCK.md`).

mod case;

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, SecondsFormat, TimeDelta};
use serde::Serialize;
use serde_json::Value;

use self::case::{Basis, CaseDays};
use super::{
    ClockTerms, Happening, History, JudgedOpening, Judgement, Locality, OpeningStanding, TimeLimit, WhenNoted,
    WorkingHours, judge,
};
use crate::Instant;
use crate::calendar::{Calendar, CalendarParts, DayKind, Layer, SpecialDay, WeekendRule};
use crate::time::Zone;

/// Why a line cannot be answered, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadCase(String);

/// The answer for a case, to be written as JSON. Whatever does not apply is null.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ClockAnswer {
    id: Value,
    #[serde(flatten)]
    last: LastOpening,
    earlier: Vec<EarlierOpening>,
    refused: Vec<RefusedLine>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct LastOpening {
    standing: &'static str,
    due: Option<String>,
    late_from: Option<String>,
    left_ms: Option<i64>,
    late_ms: Option<i64>,
    paused_ms: i64,
    met_at: Option<String>,
    noted_late: bool,
    reached: Vec<ReachedLine>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct EarlierOpening {
    standing: &'static str,
    due: Option<String>,
    late_ms: Option<i64>,
    met_at: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct ReachedLine {
    step: usize,
    at: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct RefusedLine {
    event: usize,
    rule: &'static str,
}

/// Answers one line, which contains a case.
///
/// # Errors
/// [`BadCase`] if the line is not a case, or is one that would never be settled.
pub fn answer(line: &str) -> Result<ClockAnswer, BadCase> {
    let case = case::read(line).map_err(|bad| {
        BadCase(format!("this is not a case that can be judged: {bad}; `ronda help clocks` describes cases"))
    })?;
    let now = case.now;
    if let Some(at) = case.events.iter().position(|event| event.noted_at > now) {
        return bad(format!("now lies before event {at} was noted; give a later now"));
    }
    case.is_within_reason()?;
    let history = History::of(case.events).map_err(|not| BadCase(not.to_string()))?;
    let hours = match (case.basis, case.hours) {
        (Basis::Hours, Some(hours)) => Some(hours),
        (Basis::Hours, None) => return bad("the basis is hours, and there are none; give \"hours\" by weekday"),
        (Basis::Elapsed | Basis::WorkingDays | Basis::CalendarDays, _) => None,
    };
    let days = match (case.basis, case.days) {
        (Basis::Hours | Basis::WorkingDays, Some(days)) => Some(days),
        (Basis::Hours | Basis::WorkingDays, None) => {
            return bad("working days are needed; give \"days\" with weekend, off and work");
        }
        (Basis::Elapsed | Basis::CalendarDays, _) => None,
    };
    let judgement = settled(&case.terms, &case.zone, hours.as_ref(), days.as_ref(), &history, now)?;
    let ahead = |(event, happening): (usize, &Happening)| {
        happening.at > now && !judgement.refused.iter().any(|refused| refused.event == event)
    };
    if let Some(at) = history.events().iter().enumerate().position(ahead) {
        return bad(format!("event {at} lies after now; give a later now"));
    }
    Ok(told(case.id, &judgement))
}

/// How many years after the last instant the calendar covers; increased until the case is settled.
const YEARS: [u16; 5] = [1, 5, 25, 100, 400];

fn settled(
    terms: &ClockTerms,
    zone: &Zone,
    hours: Option<&WorkingHours>,
    days: Option<&CaseDays>,
    history: &History,
    now: Instant,
) -> Result<Judgement, BadCase> {
    for years in YEARS {
        let calendar = days.map(|days| calendar(days, history, now, years));
        let judgement = judge(terms, Locality { zone, calendar: calendar.as_ref(), hours }, history, now);
        let is_open = |judged: &JudgedOpening| match judged.limit {
            TimeLimit::Known { .. } => false,
            TimeLimit::Unknown { .. } => true,
            TimeLimit::Held => {
                terms.allowed.minutes().is_some() && judged.standing == OpeningStanding::Held { left: None }
            }
        };
        if !judgement.openings.iter().any(is_open) {
            return Ok(judgement);
        }
    }
    bad("the time is not used up within 400 years; give less time, or more days and hours in which the clock can run")
}

/// A calendar with the given days, known from the year before the first event on.
fn calendar(days: &CaseDays, history: &History, now: Instant, years: u16) -> Calendar {
    let instants = || history.events().iter().map(|event| event.at).chain([now]);
    let year = |at: Option<Instant>| at.expect("now at least").year();
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).expect("a year that can be written");
    let known_from = day(year(instants().min()) - 1, 1, 1);
    let known_through = day(year(instants().max()) + i32::from(years), 12, 31);
    let listed = |days: &BTreeSet<NaiveDate>, kind: DayKind| {
        let special = SpecialDay { kind, name: "listed".to_owned(), layer: Layer::Site, estimated: false };
        days.iter().map(|day| (*day, special.clone())).collect::<Vec<_>>()
    };
    Calendar::new(CalendarParts {
        code: "case".to_owned(),
        version: String::new(),
        known_from,
        known_through,
        confirmed_through: known_through,
        weekends: vec![WeekendRule { from: known_from, off: days.weekend }],
        special: listed(&days.off, DayKind::Off).into_iter().chain(listed(&days.work, DayKind::Work)).collect(),
    })
}

fn bad<T>(why: impl Into<String>) -> Result<T, BadCase> {
    Err(BadCase(why.into()))
}

fn told(id: Value, judgement: &Judgement) -> ClockAnswer {
    let mut openings: Vec<LastOpening> = judgement.openings.iter().map(told_opening).collect();
    let last = openings.pop().expect("a judgement has an opening");
    let earlier = |LastOpening { standing, due, late_ms, met_at, .. }: LastOpening| EarlierOpening {
        standing,
        due,
        late_ms,
        met_at,
    };
    let refused = judgement.refused.iter();
    ClockAnswer {
        id,
        last,
        earlier: openings.into_iter().map(earlier).collect(),
        refused: refused.map(|refused| RefusedLine { event: refused.event, rule: refused.rule.word() }).collect(),
    }
}

fn told_opening(opening: &JudgedOpening) -> LastOpening {
    let ms = |span: &TimeDelta| span.num_milliseconds();
    let (standing, left_ms, late_ms, met_at) = match &opening.standing {
        OpeningStanding::Open { left } => ("open", Some(ms(left)), None, None),
        OpeningStanding::Late { by } => ("late", None, Some(ms(by)), None),
        OpeningStanding::Met { at, .. } => ("met", None, None, Some(*at)),
        OpeningStanding::MetLate { at, by } => ("met-late", None, Some(ms(by)), Some(*at)),
        OpeningStanding::Held { left } => ("held", left.as_ref().map(ms), None, None),
        OpeningStanding::Withdrawn { late_by, .. } => ("withdrawn", None, late_by.as_ref().map(ms), None),
        OpeningStanding::Unknown => ("unknown", None, None, None),
        OpeningStanding::Waived => ("waived", None, None, None),
    };
    LastOpening {
        standing,
        due: opening.due().map(stamp),
        late_from: opening.late_from().map(stamp),
        left_ms,
        late_ms,
        paused_ms: ms(&opening.paused),
        met_at: met_at.map(stamp),
        noted_late: matches!(opening.standing, OpeningStanding::Met { noted: WhenNoted::Late, .. }),
        reached: opening.reached.iter().map(|step| ReachedLine { step: step.step, at: stamp(step.at) }).collect(),
    }
}

fn stamp(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
