//! Clocks of days: which days count, and when the last one ends (rules 14 and 15).

use chrono::NaiveDate;

use super::replay::Pause;
use super::{CannotReckon, DayStretch, DayWhy, Locality};
use crate::Instant;
use crate::calendar::{Calendar, DayIs, SpecialDay};

/// Which days count.
#[derive(Debug, Clone, Copy)]
pub(super) enum CountDays<'a> {
    All,
    Worked(&'a Calendar),
}

/// The result of counting days.
#[derive(Debug)]
pub(super) enum CountedDays {
    /// The end of the last day, and all days up to it.
    Until { end: Instant, days: Vec<DayStretch> },
    /// A pause that has not ended affects all further days.
    Held,
}

/// Counts `n` days, beginning with the day after the local day of `start`. With `n` 0, the result is the end of that
/// day itself, or of the next day that counts, as in calendars.
pub(super) fn count(
    which: CountDays<'_>,
    place: Locality<'_>,
    start: Instant,
    n: u32,
    pauses: &[Pause],
) -> Result<CountedDays, CannotReckon> {
    let mut days: Vec<DayStretch> = Vec::new();
    let mut counted = 0;
    let next = |day: NaiveDate| day.succ_opt().expect("far from the end of the calendar");
    let first = place.zone.begun_day(start);
    let mut day = if n == 0 { first } else { next(first) };
    let mut end = place.zone.start_of(day);
    loop {
        let begin = end;
        end = place.zone.end_of(day);
        let why = if begin == end {
            DayWhy::LeftOut
        } else if lasts(pauses, end) {
            return Ok(CountedDays::Held);
        } else {
            let is_paused =
                pauses.iter().any(|pause| pause.from < end && pause.until.is_none_or(|until| until > begin));
            match said_of(which, day)? {
                SaidOfDay::Off(why) => why,
                SaidOfDay::Counts(_) if is_paused => DayWhy::Paused,
                SaidOfDay::Counts(special) => {
                    counted += 1;
                    DayWhy::Counted { n: counted.min(n), special }
                }
            }
        };
        match days.last_mut() {
            Some(run) if run.why == why => run.through = day,
            Some(_) | None => days.push(DayStretch { from: day, through: day, why }),
        }
        if counted == n.max(1) {
            return Ok(CountedDays::Until { end, days });
        }
        day = next(day);
    }
}

/// Whether a pause that began before `end` has not ended, and so affects all further days.
fn lasts(pauses: &[Pause], end: Instant) -> bool {
    pauses.last().is_some_and(|last| last.until.is_none() && last.from < end)
}

/// What the calendar alone says about a day.
enum SaidOfDay {
    Counts(Option<SpecialDay>),
    Off(DayWhy),
}

fn said_of(which: CountDays<'_>, day: NaiveDate) -> Result<SaidOfDay, CannotReckon> {
    let calendar = match which {
        CountDays::All => return Ok(SaidOfDay::Counts(None)),
        CountDays::Worked(calendar) => calendar,
    };
    let is_working = calendar.is_working(day).map_err(CannotReckon::Holidays)?;
    Ok(match (calendar.day(day).map_err(CannotReckon::Holidays)?, is_working) {
        (DayIs::Worked | DayIs::Weekend, true) => SaidOfDay::Counts(None),
        (DayIs::Special(special), true) => SaidOfDay::Counts(Some(special.clone())),
        (DayIs::Worked | DayIs::Weekend, false) => SaidOfDay::Off(DayWhy::Weekend),
        (DayIs::Special(special), false) => SaidOfDay::Off(DayWhy::Off { special: special.clone() }),
    })
}
