//! When a clock can run: always, or during the working hours of working days (rule 8).

use std::collections::{BTreeMap, VecDeque};

use chrono::{Datelike, NaiveDate};

use super::{CannotReckon, Locality};
use crate::Instant;
use crate::time::WallTime;

/// A place's working hours, in local time. The spans of each day are in order and do not overlap.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkingHours {
    /// By weekday, starting with Monday. A working day that falls on a weekly day off has Monday's hours.
    pub weekly: [Vec<WorkSpan>; 7],
    /// Days with hours of their own, if they are working days.
    pub half_days: BTreeMap<NaiveDate, Vec<WorkSpan>>,
}

/// A span of working hours; [from, until) in local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkSpan {
    pub from: WallTime,
    pub until: WallTime,
}

/// A non-empty span of time; [from, until).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RunnableSpan {
    pub(super) from: Instant,
    pub(super) until: Instant,
}

/// When a clock can run at all.
#[derive(Debug, Clone, Copy)]
pub(super) enum Possible<'a> {
    Always,
    InHours(Locality<'a>),
}

/// The spans in which a clock can run, in order, beginning with an instant. They end at [`NEVER`], or with an error.
pub(super) enum Spans<'a> {
    Always(Option<RunnableSpan>),
    InHours { place: Locality<'a>, from: Instant, day: NaiveDate, of_day: VecDeque<RunnableSpan> },
}

/// The end of time.
pub(super) const NEVER: Instant = Instant::MAX_UTC;

impl<'a> Possible<'a> {
    pub(super) fn from(self, from: Instant) -> Spans<'a> {
        match self {
            Possible::Always => Spans::Always(Some(RunnableSpan { from, until: NEVER })),
            Possible::InHours(place) => {
                Spans::InHours { place, from, day: place.zone.begun_day(from), of_day: VecDeque::new() }
            }
        }
    }
}

impl Iterator for Spans<'_> {
    type Item = Result<RunnableSpan, CannotReckon>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Spans::Always(all) => all.take().map(Ok),
            Spans::InHours { place, from, day, of_day } => loop {
                if let Some(span) = of_day.pop_front() {
                    return Some(Ok(span));
                }
                match windows(*place, *day) {
                    Ok(found) => of_day.extend(found.into_iter().filter_map(|span| span.since(*from))),
                    Err(why) => return Some(Err(why)),
                }
                *day = day.succ_opt()?;
            },
        }
    }
}

impl RunnableSpan {
    /// The part after `from`.
    fn since(self, from: Instant) -> Option<RunnableSpan> {
        let from = self.from.max(from);
        (from < self.until).then_some(RunnableSpan { from, until: self.until })
    }
}

/// The working hours of a day at the place, as instants.
fn windows(place: Locality<'_>, day: NaiveDate) -> Result<Vec<RunnableSpan>, CannotReckon> {
    let calendar = place.calendar.ok_or(CannotReckon::NoCalendar)?;
    let hours = place.hours.ok_or(CannotReckon::NoHours)?;
    if !calendar.is_working(day).map_err(CannotReckon::Holidays)? {
        return Ok(Vec::new());
    }
    let like = if calendar.is_weekly_day_off(day) { 0 } else { day.weekday().num_days_from_monday() as usize };
    let spans = hours.half_days.get(&day).unwrap_or(&hours.weekly[like]);
    Ok(spans
        .iter()
        .map(|span| RunnableSpan { from: span.from.on(day, place.zone), until: span.until.on(day, place.zone) })
        .filter(|span| span.from < span.until)
        .collect())
}
