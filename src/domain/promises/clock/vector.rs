//! The published form of a case and its answer: a line of JSON each (`tests/vectors/CLOCK.md`).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Allowed, CalendarDays, ClockStep, ClockTerms, Happened, Happening, History, JudgedOpening, Judgement, LevelHow,
    Locality, Minutes, OpeningStanding, StepAt, TimeLimit, WhenNoted, WorkSpan, WorkingHours, judge,
};
use crate::Instant;
use crate::calendar::{Calendar, CalendarParts, DayKind, Layer, SpecialDay, WeekendRule, WorkingDays};
use crate::time::{WallTime, Zone};

/// Why a line cannot be answered, with what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadCase(String);

/// The answer to one case, ready to be written as JSON. What does not apply is null.
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

/// A case as it is written.
#[derive(Debug, Deserialize)]
struct ClockCase {
    id: Value,
    basis: Basis,
    zone: String,
    allow: Allow,
    days: Option<DaysText>,
    hours: Option<BTreeMap<WeekdayText, Vec<[String; 2]>>>,
    #[serde(default)]
    half_days: BTreeMap<NaiveDate, Vec<[String; 2]>>,
    #[serde(default)]
    pausable: BTreeSet<String>,
    #[serde(default)]
    steps: Vec<StepText>,
    events: Vec<EventText>,
    now: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Basis {
    Elapsed,
    Hours,
    WorkingDays,
    CalendarDays,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Allow {
    Minutes(u32),
    WorkingDays(u32),
    CalendarDays(u32),
}

#[derive(Debug, Deserialize)]
struct DaysText {
    #[serde(default)]
    weekend: Vec<u8>,
    #[serde(default)]
    off: BTreeSet<NaiveDate>,
    #[serde(default)]
    work: BTreeSet<NaiveDate>,
}

/// Monday first, as weekdays are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WeekdayText {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StepText {
    Before(u32),
    AtDue(bool),
    After(u32),
}

#[derive(Debug, Deserialize)]
struct EventText {
    at: String,
    noted_at: Option<String>,
    #[serde(flatten)]
    what: WhatText,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
enum WhatText {
    Called,
    Level { allow: Allow, how: LevelHow },
    Paused { reason: String },
    Resumed { reason: Option<String> },
    Met,
    Withdrawn,
    Reopened,
}

/// Answers one line, which holds a case.
///
/// # Errors
/// [`BadCase`], where the line is no case, or one that no time can settle.
pub fn answer(line: &str) -> Result<ClockAnswer, BadCase> {
    let case: ClockCase = serde_json::from_str(line).map_err(|error| {
        BadCase(format!("this is no case: {}; `ronda clock --help` shows one", crate::wording::in_one_line(&error)))
    })?;
    let zone = Zone::parse(&case.zone).map_err(|unknown| BadCase(unknown.to_string()))?;
    let terms = ClockTerms {
        allowed: allowed(case.basis, case.allow)?,
        pausable: case.pausable.clone(),
        steps: case.steps.iter().map(step).collect::<Result<_, _>>()?,
    };
    let events = case.events.iter().map(|event| happening(case.basis, event)).collect::<Result<Vec<_>, _>>()?;
    let now = instant("now", &case.now)?;
    if let Some(at) = events.iter().position(|event| event.noted_at > now) {
        return bad(format!("now lies before event {at} was noted; give a later now"));
    }
    let history = History::of(events).map_err(|not| BadCase(not.to_string()))?;
    let hours = match (case.basis, &case.hours) {
        (Basis::Hours, Some(hours)) => Some(working_hours(hours, &case.half_days)?),
        (Basis::Hours, None) => return bad("the basis is hours, and there are none; give \"hours\" by weekday"),
        (Basis::Elapsed | Basis::WorkingDays | Basis::CalendarDays, _) => None,
    };
    let days = match (case.basis, &case.days) {
        (Basis::Hours | Basis::WorkingDays, Some(days)) => Some(checked(days)?),
        (Basis::Hours | Basis::WorkingDays, None) => {
            return bad("working days are needed; give \"days\" with weekend, off and work");
        }
        (Basis::Elapsed | Basis::CalendarDays, _) => None,
    };
    let judgement = settled(&terms, &zone, hours.as_ref(), days, &history, now)?;
    let ahead = |(event, happening): (usize, &Happening)| {
        happening.at > now && !judgement.refused.iter().any(|refused| refused.event == event)
    };
    if let Some(at) = history.events().iter().enumerate().position(ahead) {
        return bad(format!("event {at} lies after now; give a later now"));
    }
    Ok(told(case.id, &judgement))
}

/// How many years after the last instant a calendar is made for; more, where the first do not settle the case.
const YEARS: [u16; 5] = [1, 5, 25, 100, 400];

fn settled(
    terms: &ClockTerms,
    zone: &Zone,
    hours: Option<&WorkingHours>,
    days: Option<&DaysText>,
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

/// A calendar of the days given, known from the year before the first event on.
fn calendar(days: &DaysText, history: &History, now: Instant, years: u16) -> Calendar {
    let instants = || history.events().iter().map(|event| event.at).chain([now]);
    let year = |at: Option<Instant>| at.expect("now at least").year();
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).expect("a year that can be written");
    let known_from = day(year(instants().min()) - 1, 1, 1);
    let known_through = day(year(instants().max()) + i32::from(years), 12, 31);
    let mut off = [false; 7];
    days.weekend.iter().for_each(|weekday| off[usize::from(*weekday) - 1] = true);
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
        weekends: vec![WeekendRule { from: known_from, off }],
        special: listed(&days.off, DayKind::Off).into_iter().chain(listed(&days.work, DayKind::Work)).collect(),
    })
}

fn bad<T>(why: impl Into<String>) -> Result<T, BadCase> {
    Err(BadCase(why.into()))
}

/// More than this no promise allows, and no count needs.
const MOST_MINUTES: u32 = 100 * 366 * 24 * 60;
const MOST_DAYS: u32 = 100 * 366;

fn minutes(of: &str, n: u32) -> Result<Minutes, BadCase> {
    match n {
        1..=MOST_MINUTES => Ok(Minutes(n)),
        _ => bad(format!("{of} = {n} minutes; give 1 to {MOST_MINUTES}")),
    }
}

fn allowed(basis: Basis, allow: Allow) -> Result<Allowed, BadCase> {
    let days = |n| match n {
        1..=MOST_DAYS => Ok(n),
        _ => bad(format!("allow = {n} days; give 1 to {MOST_DAYS}")),
    };
    match (basis, allow) {
        (Basis::Elapsed, Allow::Minutes(n)) => minutes("allow", n).map(Allowed::Elapsed),
        (Basis::Hours, Allow::Minutes(n)) => minutes("allow", n).map(Allowed::Hours),
        (Basis::WorkingDays, Allow::WorkingDays(n)) => Ok(Allowed::WorkingDays(WorkingDays(days(n)?))),
        (Basis::CalendarDays, Allow::CalendarDays(n)) => Ok(Allowed::CalendarDays(CalendarDays(days(n)?))),
        (Basis::Elapsed | Basis::Hours, _) => bad("allow is in another unit than the basis; give {\"minutes\": n}"),
        (Basis::WorkingDays, _) => bad("allow is in another unit than the basis; give {\"working_days\": n}"),
        (Basis::CalendarDays, _) => bad("allow is in another unit than the basis; give {\"calendar_days\": n}"),
    }
}

fn step(step: &StepText) -> Result<ClockStep, BadCase> {
    let at = match step {
        StepText::Before(n) => StepAt::Before(minutes("before", *n)?),
        StepText::AtDue(true) => StepAt::AtDue,
        StepText::AtDue(false) => return bad("at_due is false; leave the step out, or write true"),
        StepText::After(n) => StepAt::After(minutes("after", *n)?),
    };
    Ok(ClockStep { at, tell: Vec::new() })
}

fn happening(basis: Basis, event: &EventText) -> Result<Happening, BadCase> {
    let at = instant("at", &event.at)?;
    let noted_at = event.noted_at.as_ref().map_or(Ok(at), |text| instant("noted_at", text))?;
    let what = match &event.what {
        WhatText::Called => Happened::Called,
        WhatText::Level { allow, how } => Happened::Level { to: allowed(basis, *allow)?, how: *how },
        WhatText::Paused { reason } => Happened::Paused { reason: reason.clone() },
        WhatText::Resumed { reason } => Happened::Resumed { reason: reason.clone() },
        WhatText::Met => Happened::Met,
        WhatText::Withdrawn => Happened::Withdrawn,
        WhatText::Reopened => Happened::Reopened,
    };
    Ok(Happening { at, noted_at, what })
}

fn instant(field: &str, text: &str) -> Result<Instant, BadCase> {
    let at = DateTime::parse_from_rfc3339(text).map_err(|_| {
        BadCase(format!("{field} = {text:?} is no instant; write it with its offset, as 2026-03-02T07:30:00.000+01:00"))
    })?;
    if at.timestamp_subsec_nanos() % 1_000_000 != 0 || at.timestamp_subsec_millis() > 999 {
        return bad(format!("{field} = {text:?} is no whole millisecond; round it"));
    }
    Ok(at.with_timezone(&Utc))
}

fn checked(days: &DaysText) -> Result<&DaysText, BadCase> {
    if let Some(weekday) = days.weekend.iter().find(|weekday| !(2..=7).contains(*weekday)) {
        return bad(format!("weekend has {weekday}; give 2 (Tuesday) to 7 (Sunday), never Monday"));
    }
    if let Some(day) = days.off.intersection(&days.work).next() {
        return bad(format!("{day} is both off and work; leave it in one of the lists"));
    }
    Ok(days)
}

fn working_hours(
    weekly: &BTreeMap<WeekdayText, Vec<[String; 2]>>,
    half_days: &BTreeMap<NaiveDate, Vec<[String; 2]>>,
) -> Result<WorkingHours, BadCase> {
    let mut hours = WorkingHours::default();
    for (weekday, spans) in weekly {
        hours.weekly[*weekday as usize] = work_spans(spans)?;
    }
    for (day, spans) in half_days {
        hours.half_days.insert(*day, work_spans(spans)?);
    }
    Ok(hours)
}

fn work_spans(spans: &[[String; 2]]) -> Result<Vec<WorkSpan>, BadCase> {
    let time = |text: &str| WallTime::parse(text).map_err(|none| BadCase(none.to_string()));
    let mut read: Vec<WorkSpan> = Vec::new();
    for [from, until] in spans {
        let span = WorkSpan { from: time(from)?, until: time(until)? };
        if span.from >= span.until || read.last().is_some_and(|last| last.until > span.from) {
            return bad(format!("the window {from} to {until} ends before it begins, or overlaps; give them in order"));
        }
        read.push(span);
    }
    Ok(read)
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
