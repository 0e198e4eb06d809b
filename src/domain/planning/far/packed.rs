//! Far slots as one short text: some eighty characters for a year of monthly visits.
//!
//! `inspection B4OC…|["no-working-day"…]`: the word of the purpose, a space, numbers, and a JSON array with the reasons
//! of slots without a visit, if there are any. Numbers are encoded with five bits per character, as in source maps (the
//! sixth bit means that more follow); those that may be negative have their sign in the lowest bit. The first numbers
//! are the minutes and the days of notice. Then follows each slot, as its difference from the previous one, which is
//! mostly in the number alone.

use chrono::{NaiveDate, NaiveTime, TimeDelta, Timelike};

use super::{FarPlan, FarSlot, FarSlots, FarVisit};
use crate::contract::Purpose;
use crate::ids::{EngineerCode, SlotId, VisitId};
use crate::planning::slots::{Slot, Unplanned};

/// The far slots of a round as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FarText {
    pub text: String,
    /// Engineers of the round's visits other than its own engineer.
    pub others: Vec<EngineerCode>,
}

/// The stored form of a round's far slots, with the columns by which they are found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedSlots {
    pub kept: FarText,
    /// The day on which the first of them becomes near.
    pub near_on: NaiveDate,
    /// The lowest and the highest number of their visits.
    pub visits: Option<(VisitId, VisitId)>,
    /// How many of them have no visit.
    pub waiting: u32,
}

/// Properties of a slot, one bit each.
mod is {
    /// The slot has no visit.
    pub(super) const WAITING: u64 = 1;
    /// The slot directly follows the previous one: in its number, its ids of slot and visit, and its window.
    pub(super) const NEXT: u64 = 2;
    /// The visit is made by an engineer other than the round's.
    pub(super) const ANOTHERS: u64 = 4;
    /// The visit starts at the same time as the previous one.
    pub(super) const AS_EARLY: u64 = 8;
    /// The slot has the same reason as the previous one without a visit.
    pub(super) const SAME_REASON: u64 = 16;
}

impl FarSlots {
    /// Packs the slots of a round whose engineer is `own`; `None` if there are none.
    #[must_use]
    pub fn pack(&self, own: Option<&EngineerCode>) -> Option<PackedSlots> {
        let near_on = self.slots.iter().map(|far| self.near_on(far)).min()?;
        let mut numbers = Numbers::default();
        numbers.put(u64::from(self.takes_minutes));
        numbers.put(u64::from(self.announce_days));
        let (mut others, mut reasons): (Vec<EngineerCode>, Vec<&Unplanned>) = (Vec::new(), Vec::new());
        let mut visits: Option<(VisitId, VisitId)> = None;
        let (mut before, mut waiting) = (Before::default(), 0);
        for far in &self.slots {
            let mut flags = if before.is_followed_by(far) { is::NEXT } else { 0 };
            match &far.plan {
                FarPlan::Waits(why) => {
                    waiting += 1;
                    flags |= is::WAITING | if reasons.last() == Some(&why) { is::SAME_REASON } else { 0 };
                }
                FarPlan::Visit(visit) => {
                    flags |= if own == Some(&visit.engineer) { 0 } else { is::ANOTHERS };
                    flags |= if before.starts == minutes(visit.starts) { is::AS_EARLY } else { 0 };
                }
            }
            numbers.put(flags);
            if flags & is::NEXT == 0 {
                numbers.put_signed(i64::from(far.slot.number) - i64::from(before.number));
                numbers.put_signed(far.id.0 - before.id);
                numbers.put_signed((far.slot.first_on - before.last_on).num_days());
                numbers.put_signed((far.slot.nominal_on - far.slot.first_on).num_days());
            }
            numbers.put_signed((far.slot.last_on - far.slot.first_on).num_days() - LENGTH);
            match &far.plan {
                FarPlan::Waits(why) if flags & is::SAME_REASON == 0 => reasons.push(why),
                FarPlan::Waits(_) => {}
                FarPlan::Visit(visit) => {
                    if flags & is::NEXT == 0 {
                        numbers.put_signed(visit.visit.0 - before.visit);
                    }
                    numbers.put_signed((visit.day - far.slot.first_on).num_days() - MIDDLE);
                    if flags & is::AS_EARLY == 0 {
                        numbers.put(u64::from(minutes(visit.starts)));
                    }
                    if flags & is::ANOTHERS != 0 {
                        let known = others.iter().position(|other| *other == visit.engineer);
                        numbers.put(known.unwrap_or(others.len()) as u64);
                        if known.is_none() {
                            others.push(visit.engineer.clone());
                        }
                    }
                    let id = visit.visit;
                    visits = Some(visits.map_or((id, id), |(low, high)| (low.min(id), high.max(id))));
                }
            }
            before.note(far);
        }
        let mut text = format!("{} {}", self.purpose.word(), numbers.0);
        if !reasons.is_empty() {
            text.push('|');
            text.push_str(&serde_json::to_string(&reasons).expect("reasons are plain data"));
        }
        let kept = FarText { text, others };
        Some(PackedSlots { kept, near_on, visits, waiting })
    }
}

/// Typical length of a month's window in days, and its middle, which most values are close to.
const LENGTH: i64 = 30;
const MIDDLE: i64 = 15;

impl PackedSlots {
    /// Unpacks the slots of a round whose engineer is `own`; see [`FarText::unpack`].
    #[must_use]
    pub fn unpack(&self, own: Option<&EngineerCode>) -> FarSlots {
        self.kept.unpack(own)
    }
}

impl FarText {
    /// Unpacks the slots of a round whose engineer is `own`.
    ///
    /// # Panics
    /// If the text was not written by [`FarSlots::pack`].
    #[must_use]
    pub fn unpack(&self, own: Option<&EngineerCode>) -> FarSlots {
        self.read(own).unwrap_or_else(|| panic!("{:?} was not written by `pack`", self.text))
    }

    fn read(&self, own: Option<&EngineerCode>) -> Option<FarSlots> {
        let (purpose, rest) = self.text.split_once(' ')?;
        let (numbers, reasons) = rest.split_once('|').map_or((rest, None), |(numbers, json)| (numbers, Some(json)));
        let reasons: Vec<Unplanned> = reasons.map_or(Some(Vec::new()), |json| serde_json::from_str(json).ok())?;
        let mut reasons = reasons.into_iter();
        let mut numbers = Letters(numbers.bytes());
        let mut far = FarSlots {
            purpose: Purpose::ALL.into_iter().find(|known| known.word() == purpose)?,
            takes_minutes: numbers.take()?,
            announce_days: numbers.take()?,
            slots: Vec::new(),
        };
        let (mut before, mut reason) = (Before::default(), None);
        while !numbers.is_over() {
            let flags = u64::from(numbers.take::<u32>()?);
            let (number, id, first_on, nominal_on);
            if flags & is::NEXT == 0 {
                number = u32::try_from(i64::from(before.number) + numbers.take_signed()?).ok()?;
                id = before.id + numbers.take_signed()?;
                first_on = days_after(before.last_on, numbers.take_signed()?)?;
                nominal_on = days_after(first_on, numbers.take_signed()?)?;
            } else {
                (number, id) = (before.number + 1, before.id + 1);
                first_on = days_after(before.last_on, 1)?;
                nominal_on = first_on;
            }
            let last_on = days_after(first_on, numbers.take_signed()? + LENGTH)?;
            let plan = if flags & is::WAITING != 0 {
                if flags & is::SAME_REASON == 0 {
                    reason = reasons.next();
                }
                FarPlan::Waits(reason.clone()?)
            } else {
                let visit =
                    if flags & is::NEXT == 0 { before.visit + numbers.take_signed()? } else { before.visit + 1 };
                let day = days_after(first_on, numbers.take_signed()? + MIDDLE)?;
                let starts = if flags & is::AS_EARLY == 0 { numbers.take()? } else { before.starts };
                let engineer = if flags & is::ANOTHERS == 0 {
                    own?.clone()
                } else {
                    self.others.get(usize::try_from(numbers.take::<u32>()?).ok()?)?.clone()
                };
                let starts = NaiveTime::from_num_seconds_from_midnight_opt(starts.checked_mul(60)?, 0)?;
                FarPlan::Visit(FarVisit { visit: VisitId(visit), engineer, day, starts })
            };
            let slot = Slot { number, nominal_on, first_on, last_on };
            let one = FarSlot { id: SlotId(id), slot, plan };
            before.note(&one);
            far.slots.push(one);
        }
        Some(far)
    }
}

fn minutes(time: NaiveTime) -> u32 {
    time.num_seconds_from_midnight() / 60
}

fn days_after(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    day.checked_add_signed(TimeDelta::try_days(days)?)
}

/// The previous slot, from which each slot is encoded as a difference.
struct Before {
    number: u32,
    id: i64,
    visit: i64,
    last_on: NaiveDate,
    starts: u32,
}

impl Default for Before {
    fn default() -> Before {
        let last_on = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day");
        Before { number: 0, id: 0, visit: 0, last_on, starts: 0 }
    }
}

impl Before {
    fn is_followed_by(&self, far: &FarSlot) -> bool {
        let Slot { number, nominal_on, first_on, last_on: _ } = far.slot;
        self.number.checked_add(1) == Some(number)
            && far.id.0 == self.id + 1
            && Some(first_on) == days_after(self.last_on, 1)
            && nominal_on == first_on
            && far.visit().is_none_or(|of| of.visit.0 == self.visit + 1)
    }

    fn note(&mut self, far: &FarSlot) {
        (self.number, self.id, self.last_on) = (far.slot.number, far.id.0, far.slot.last_on);
        if let Some(visit) = far.visit() {
            (self.visit, self.starts) = (visit.visit.0, minutes(visit.starts));
        }
    }
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BITS: u32 = 5;
const MORE: u64 = 1 << BITS;

/// Encodes numbers as letters.
#[derive(Default)]
struct Numbers(String);

impl Numbers {
    fn put(&mut self, mut number: u64) {
        loop {
            let (low, rest) = (number & (MORE - 1), number >> BITS);
            let letter = if rest == 0 { low } else { low | MORE };
            self.0.push(char::from(LETTERS[usize::try_from(letter).expect("below 64")]));
            if rest == 0 {
                return;
            }
            number = rest;
        }
    }

    fn put_signed(&mut self, number: i64) {
        self.put(number.unsigned_abs() << 1 | u64::from(number < 0));
    }
}

/// Decodes letters into numbers.
struct Letters<'a>(std::str::Bytes<'a>);

impl Letters<'_> {
    fn is_over(&self) -> bool {
        self.0.len() == 0
    }

    fn next(&mut self) -> Option<u64> {
        let (mut number, mut shift) = (0, 0);
        loop {
            let letter = value_of(self.0.next()?)?;
            number |= (letter & (MORE - 1)).checked_shl(shift)?;
            if letter & MORE == 0 {
                return Some(number);
            }
            shift += BITS;
        }
    }

    fn take<T: TryFrom<u64>>(&mut self) -> Option<T> {
        T::try_from(self.next()?).ok()
    }

    fn take_signed(&mut self) -> Option<i64> {
        let number = self.next()?;
        let size = i64::try_from(number >> 1).ok()?;
        Some(if number & 1 == 1 { -size } else { size })
    }
}

fn value_of(letter: u8) -> Option<u64> {
    let value = match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u64::from(value))
}

#[cfg(test)]
mod tests;
