//! The days on which a slot's visit can be, and the one that even spacing targets.

use chrono::{Days as DayCount, NaiveDate, TimeDelta};

use super::{Wanted, map};
use crate::calendar::{Calendar, UnknownHolidays};
use crate::planning::slots::Unplanned;

/// Up to this many days from the target, the spacing still counts as even.
const EASY_DAYS: u64 = 2;

/// The working days of a slot's window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Days<'a> {
    calendar: &'a Calendar,
    first: NaiveDate,
    last: NaiveDate,
    aim: NaiveDate,
    called_off_on: &'a [NaiveDate],
}

impl<'a> Days<'a> {
    /// # Errors
    /// Why there is no such day.
    pub(super) fn of(wanted: &Wanted<'a>) -> Result<Days<'a>, Unplanned> {
        let unknown =
            |e: UnknownHolidays| Unplanned::UnknownHolidays { calendar: e.calendar, known_through: e.known_through };
        let (first, last) = (wanted.slot.first_on.max(wanted.not_before), wanted.slot.last_on);
        if last < first {
            return Err(Unplanned::Passed);
        }
        let calendar = wanted.calendar;
        let aim = aim(wanted).clamp(first, last);
        let rolled = calendar.roll(aim, wanted.roll).map_err(unknown)?;
        let aim = if rolled < first || rolled > last { aim } else { rolled };
        let worked = u32::from(calendar.is_working(first).map_err(unknown)?);
        if worked + calendar.count(first, last).map_err(unknown)? == 0 {
            return Err(Unplanned::NoWorkingDay);
        }
        let days = Days { calendar, first, last, aim, called_off_on: wanted.called_off_on };
        if !wanted.called_off_on.is_empty() && days.nearest_first().next().is_none() {
            return Err(Unplanned::CalledOff);
        }
        Ok(days)
    }

    /// All days, nearest to the target first; the later one in a tie.
    pub(super) fn nearest_first(&self) -> impl Iterator<Item = NaiveDate> + use<'a> {
        let Days { calendar, first, last, aim, called_off_on } = *self;
        let reach = (last - aim).max(aim - first).num_days();
        let later = move |days| aim.checked_add_signed(TimeDelta::days(days));
        let both = (0..=reach).flat_map(move |days| [later(days), later(-days).filter(|_| days > 0)]);
        both.flatten().filter(move |day| {
            *day >= first
                && *day <= last
                && !called_off_on.contains(day)
                && calendar.is_working(*day).expect("asked for the whole window in `of`")
        })
    }

    /// The days that do not affect the spacing, nearest first.
    pub(super) fn easy(&self) -> Vec<NaiveDate> {
        let mut days = self.nearest_first();
        let mut easy = Vec::with_capacity(1 + 2 * usize::try_from(EASY_DAYS).expect("a few"));
        let Some(nearest) = days.next() else { return easy };
        easy.push(nearest);
        easy.extend(days.take_while(|day| (*day - nearest).num_days().unsigned_abs() <= EASY_DAYS));
        easy
    }
}

/// The day that even spacing requires. The first time, it is spread over the window by the site's position, so that
/// neighbouring sites get nearby days, and other sites different ones.
fn aim(wanted: &Wanted<'_>) -> NaiveDate {
    let length = u64::try_from((wanted.slot.last_on - wanted.slot.first_on).num_days()).unwrap_or(0);
    let offset = match wanted.offset_days {
        Some(days) => u64::from(days).min(length),
        None => spread(wanted.position, wanted.slot.number, length),
    };
    wanted.slot.first_on.checked_add_days(DayCount::new(offset)).unwrap_or(wanted.slot.last_on)
}

/// The target for a new round in a window of `length` days, along a curve over the map.
fn spread(position: Option<(f64, f64)>, number: u32, length: u64) -> u64 {
    let fraction = match position {
        Some(position) => map::along_the_curve(position),
        None => f64::from(number.wrapping_mul(0x9E37_79B9) >> 8) / f64::from(1_u32 << 24),
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "below length"
    )]
    let days = (fraction * (length + 1) as f64) as u64;
    days.min(length)
}
