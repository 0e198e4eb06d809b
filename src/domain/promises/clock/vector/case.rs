//! A case in its written form.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::Value;

use super::super::{
    Allowed, CalendarDays, ClockStep, ClockTerms, Happened, Happening, LevelHow, Minutes, StepAt, WorkSpan,
    WorkingHours,
};
use super::BadCase;
use crate::Instant;
use crate::calendar::WorkingDays;
use crate::fields::{self, BadJsonField, JsonField, JsonFields};
use crate::time::{WallTime, Zone};

/// A case whose values are each valid on their own.
pub(super) struct ClockCase {
    pub(super) id: Value,
    pub(super) basis: Basis,
    pub(super) zone: Zone,
    pub(super) terms: ClockTerms,
    pub(super) days: Option<CaseDays>,
    pub(super) hours: Option<WorkingHours>,
    pub(super) events: Vec<Happening>,
    pub(super) now: Instant,
}

/// The clock on which time is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    Elapsed,
    Hours,
    WorkingDays,
    CalendarDays,
}

/// Which days are working days.
pub(super) struct CaseDays {
    /// Starting with Monday.
    pub(super) weekend: [bool; 7],
    pub(super) off: BTreeSet<NaiveDate>,
    pub(super) work: BTreeSet<NaiveDate>,
}

/// No promise allows more than this, and no count needs it.
const MOST_MINUTES: u32 = 100 * 366 * 24 * 60;
const MOST_DAYS: u32 = 100 * 366;
/// No real history has more events than this, and judging them would take more than a second.
const MOST_EVENTS: usize = 10_000;

const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// `title` is only for readers.
const KEYS: [&str; 12] =
    ["id", "title", "basis", "zone", "allow", "days", "hours", "half_days", "pausable", "steps", "events", "now"];

pub(super) fn read(line: &str) -> Result<ClockCase, BadJsonField> {
    let value = fields::parse(line)?;
    let case = JsonFields::of("a case", &value)?;
    case.only(&KEYS)?;
    let id = fields::id(&case)?;
    let of_basis = case.need("basis")?.one_of(&["elapsed", "hours", "working-days", "calendar-days"])?;
    let basis = [Basis::Elapsed, Basis::Hours, Basis::WorkingDays, Basis::CalendarDays][of_basis];
    let zone = case.need("zone")?;
    let zone = Zone::parse(zone.text()?).map_err(|unknown| zone.wrong(&unknown.to_string()))?;
    let events = case.need("events")?.list()?;
    if events.len() > MOST_EVENTS {
        return Err(BadJsonField(format!("events has {}; give at most {MOST_EVENTS}", events.len())));
    }
    let half_days = case.maybe("half_days");
    let terms = ClockTerms {
        allowed: allowed(basis, &case.need("allow")?)?,
        pausable: texts(case.maybe("pausable"))?.into_iter().collect(),
        steps: list(case.maybe("steps"))?.iter().map(step).collect::<Result<_, _>>()?,
    };
    Ok(ClockCase {
        id,
        basis,
        zone,
        terms,
        days: case.maybe("days").map(|days| case_days(&days)).transpose()?,
        hours: case.maybe("hours").map(|hours| working_hours(&hours, half_days.as_ref())).transpose()?,
        events: events.iter().map(|event| happening(basis, event)).collect::<Result<_, _>>()?,
        now: case.need("now")?.instant()?,
    })
}

fn list(field: Option<JsonField<'_>>) -> Result<Vec<JsonField<'_>>, BadJsonField> {
    field.map_or_else(|| Ok(Vec::new()), |field| field.list())
}

fn texts(field: Option<JsonField<'_>>) -> Result<Vec<String>, BadJsonField> {
    list(field)?.iter().map(|text| text.text().map(str::to_owned)).collect()
}

/// The only key of an object, with its value.
fn only_key<'v>(field: &JsonField<'v>, keys: &[&str]) -> Result<(&'v str, JsonField<'v>), BadJsonField> {
    let fields = field.object()?;
    fields.only(keys)?;
    let mut entries = fields.entries();
    match (entries.next(), entries.next()) {
        (Some(only), None) => Ok(only),
        (None, _) | (Some(_), Some(_)) => Err(field.wrong(&format!("give exactly one of {}", keys.join(", ")))),
    }
}

fn minutes(field: &JsonField<'_>) -> Result<Minutes, BadJsonField> {
    match field.number()? {
        n @ 1..=MOST_MINUTES => Ok(Minutes(n)),
        _ => Err(field.wrong(&format!("give 1 to {MOST_MINUTES} minutes"))),
    }
}

fn days(field: &JsonField<'_>) -> Result<u32, BadJsonField> {
    match field.number()? {
        n @ 1..=MOST_DAYS => Ok(n),
        _ => Err(field.wrong(&format!("give 1 to {MOST_DAYS} days"))),
    }
}

fn allowed(basis: Basis, field: &JsonField<'_>) -> Result<Allowed, BadJsonField> {
    let (unit, n) = only_key(field, &["minutes", "working_days", "calendar_days"])?;
    let wanted = match basis {
        Basis::Elapsed | Basis::Hours => "minutes",
        Basis::WorkingDays => "working_days",
        Basis::CalendarDays => "calendar_days",
    };
    if unit != wanted {
        return Err(field.wrong(&format!("this basis counts in another unit; give {{\"{wanted}\": n}}")));
    }
    Ok(match basis {
        Basis::Elapsed => Allowed::Elapsed(minutes(&n)?),
        Basis::Hours => Allowed::Hours(minutes(&n)?),
        Basis::WorkingDays => Allowed::WorkingDays(WorkingDays(days(&n)?)),
        Basis::CalendarDays => Allowed::CalendarDays(CalendarDays(days(&n)?)),
    })
}

fn step(field: &JsonField<'_>) -> Result<ClockStep, BadJsonField> {
    let (when, count) = only_key(field, &["before", "at_due", "after"])?;
    let at = match when {
        "before" => StepAt::Before(minutes(&count)?),
        "after" => StepAt::After(minutes(&count)?),
        _ if count.value == &Value::Bool(true) => StepAt::AtDue,
        _ => return Err(count.wrong("write true, or leave the step out")),
    };
    Ok(ClockStep { at, tell: Vec::new() })
}

fn happening(basis: Basis, field: &JsonField<'_>) -> Result<Happening, BadJsonField> {
    const WHAT: [&str; 7] = ["called", "level", "paused", "resumed", "met", "withdrawn", "reopened"];
    let event = field.object()?;
    let what = WHAT[event.need("what")?.one_of(&WHAT)?];
    let own: &[&str] = match what {
        "level" => &["allow", "how"],
        "paused" | "resumed" => &["reason"],
        _ => &[],
    };
    event.only(&[&["at", "noted_at", "what"], own].concat())?;
    let at = event.need("at")?.instant()?;
    let noted_at = event.maybe("noted_at").map_or(Ok(at), |noted| noted.instant())?;
    let what = match what {
        "called" => Happened::Called,
        "level" => {
            let how = event.need("how")?.one_of(&["corrected", "worsened", "eased"])?;
            let how = [LevelHow::Corrected, LevelHow::Worsened, LevelHow::Eased][how];
            Happened::Level { to: allowed(basis, &event.need("allow")?)?, how }
        }
        "paused" => Happened::Paused { reason: event.need("reason")?.text()?.to_owned() },
        "resumed" => Happened::Resumed {
            reason: event.maybe("reason").map(|reason| reason.text().map(str::to_owned)).transpose()?,
        },
        "met" => Happened::Met,
        "withdrawn" => Happened::Withdrawn,
        _ => Happened::Reopened,
    };
    Ok(Happening { at, noted_at, what })
}

fn case_days(field: &JsonField<'_>) -> Result<CaseDays, BadJsonField> {
    let fields = field.object()?;
    fields.only(&["weekend", "off", "work"])?;
    let dates = |key: &str| list(fields.maybe(key))?.iter().map(JsonField::date).collect::<Result<BTreeSet<_>, _>>();
    let mut weekend = [false; 7];
    for weekday in list(fields.maybe("weekend"))? {
        match weekday.number()? {
            n @ 2..=7 => weekend[n as usize - 1] = true,
            _ => return Err(weekday.wrong("give 2 (Tuesday) to 7 (Sunday); Monday is never a day off by its weekday")),
        }
    }
    let (off, work) = (dates("off")?, dates("work")?);
    if let Some(day) = off.intersection(&work).next() {
        return Err(BadJsonField(format!("{day} is both off and work; leave it in one of the lists")));
    }
    Ok(CaseDays { weekend, off, work })
}

fn working_hours(weekly: &JsonField<'_>, half_days: Option<&JsonField<'_>>) -> Result<WorkingHours, BadJsonField> {
    let mut hours = WorkingHours::default();
    let by_weekday = weekly.object()?;
    by_weekday.only(&WEEKDAYS)?;
    for (weekday, spans) in by_weekday.entries() {
        let at = WEEKDAYS.iter().position(|known| *known == weekday).expect("others are refused");
        hours.weekly[at] = work_spans(&spans)?;
    }
    if let Some(half_days) = half_days {
        for (day, spans) in half_days.object()?.entries() {
            hours.half_days.insert(spans.date_of(day)?, work_spans(&spans)?);
        }
    }
    Ok(hours)
}

fn work_spans(field: &JsonField<'_>) -> Result<Vec<WorkSpan>, BadJsonField> {
    let time = |field: &JsonField<'_>| WallTime::parse(field.text()?).map_err(|none| field.wrong(&none.to_string()));
    let mut read: Vec<WorkSpan> = Vec::new();
    for window in field.list()? {
        let ends = window.list()?;
        let [from, until] = ends.as_slice() else {
            return Err(window.wrong("give a window as its begin and its end, as [\"08:00\", \"18:00\"]"));
        };
        let span = WorkSpan { from: time(from)?, until: time(until)? };
        if span.from >= span.until || read.last().is_some_and(|last| last.until > span.from) {
            return Err(window.wrong("it ends before it begins, or overlaps; give the windows of a day in order"));
        }
        read.push(span);
    }
    Ok(read)
}

/// The length of a window in local time.
fn minutes_of(window: &WorkSpan) -> u64 {
    let length = window.until.of(NaiveDate::MIN) - window.from.of(NaiveDate::MIN);
    length.num_minutes().unsigned_abs()
}

/// How many days all openings of a case may examine together: about a second of work.
const MOST_DAYS_LOOKED_AT: u64 = 2_000_000;
/// The longest span for which a calendar is made.
const MOST_DAYS_EACH: u64 = 400 * 366;

impl ClockCase {
    /// Rejects cases that would take minutes to judge, since each opening examines every day until its due instant.
    pub(super) fn is_within_reason(&self) -> Result<(), BadCase> {
        let levels = self.events.iter().filter_map(|event| match &event.what {
            Happened::Level { to, .. } => Some(*to),
            Happened::Called
            | Happened::Paused { .. }
            | Happened::Resumed { .. }
            | Happened::Met
            | Happened::Withdrawn
            | Happened::Reopened
            | Happened::Struck { .. } => None,
        });
        let longest = levels.chain([self.terms.allowed]).map(|level| self.days_for(level)).max().unwrap_or_default();
        let reopened = self.events.iter().filter(|event| event.what == Happened::Reopened).count() as u64;
        let most = MOST_DAYS_LOOKED_AT / longest.max(1);
        if reopened < most.max(1) {
            return Ok(());
        }
        Err(BadCase(format!(
            "it is reopened {reopened} times with a time of about {longest} days; give less time, or fewer than {most} \
             reopenings"
        )))
    }

    /// About how many days are examined until this much time is used up.
    fn days_for(&self, level: Allowed) -> u64 {
        let worked = self.days.as_ref().map_or(7, |days| days.weekend.iter().filter(|is_off| !**is_off).count() as u64);
        let of_weeks = |count: u64, a_week: u64| count.saturating_mul(7) / a_week.max(1);
        let days = match level {
            Allowed::Hours(Minutes(n)) => {
                let spans = self.hours.iter().flat_map(|hours| hours.weekly.iter().flatten());
                of_weeks(u64::from(n), spans.map(minutes_of).sum())
            }
            Allowed::WorkingDays(WorkingDays(n)) => of_weeks(u64::from(n), worked),
            Allowed::CalendarDays(CalendarDays(n)) => u64::from(n),
            Allowed::Elapsed(_) | Allowed::Window { .. } | Allowed::Until(_) => 0,
        };
        days.min(MOST_DAYS_EACH)
    }
}
