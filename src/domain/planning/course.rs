//! The course of a round: the slots that a term calls for at a site, through all versions of its contract.

use chrono::{Days, NaiveDate};

use super::slots::{BadRule, Slot, SlotPeriod, Stubs, WantedSlots, is_stub, number_on, periods};
use crate::contract::history::{PromisedStretch, StretchEnds};

/// The input that determines a round's slots.
#[derive(Debug, Clone, Copy)]
pub struct RoundCourse<'a> {
    /// The stretches in which the contract promises them, earliest first.
    pub stretches: &'a [PromisedStretch],
    /// The day from which the office is responsible for the term at the site; what was nearly over by then is not made
    /// up for.
    pub since_on: NaiveDate,
}

impl RoundCourse<'_> {
    /// The slots whose windows overlap [`from`, `until`], by number. Numbers are consecutive through all stretches, and
    /// do not depend on `from`.
    ///
    /// If the office took over, or the rhythm changed, in the middle of a period, the period keeps a window of its own
    /// if at least half of its window, or of the period itself, is left. Otherwise the first visit is that of the next
    /// period. What is still open when the rhythm changes gives way to the first period of the new rhythm.
    ///
    /// # Errors
    /// [`BadRule`].
    pub fn slots(&self, from: NaiveDate, until: NaiveDate) -> Result<Vec<Slot>, BadRule> {
        let mut found = Vec::new();
        let mut last_number = 0;
        let mut is_under_way = false;
        for (index, stretch) in self.stretches.iter().enumerate() {
            let is_first = index == 0;
            let mut of = StretchSlots { stretch, is_first, since_on: self.since_on, never_a_stub: 1 };
            let Some(first_number) = of.number_on(stretch.from)? else { continue };
            let pushed = if is_first { 0 } else { (last_number + 1_u32).saturating_sub(first_number) };
            if is_under_way {
                of.never_a_stub = first_number;
            }
            let begin = if is_first { from.min(self.since_on) } else { stretch.from };
            found.extend(of.periods(begin, until)?.iter().filter_map(|period| {
                let slot = of.wanted(period)?;
                (slot.last_on >= from).then_some(Slot { number: slot.number + pushed, ..slot })
            }));
            is_under_way = of.is_under_way_at_its_end()?;
            if let Some(through) = stretch.through {
                last_number = of.number_on(through)?.map_or(last_number, |number| number + pushed);
            }
        }
        Ok(found)
    }

    /// The first day of the first slot that begins after `after`; `None` if the contract calls for no more.
    ///
    /// # Errors
    /// [`BadRule`].
    pub fn next_after(&self, after: NaiveDate) -> Result<Option<NaiveDate>, BadRule> {
        let Some(stretch) = self.stretches.last() else { return Ok(None) };
        super::slots::next_of(&stretch.every, stretch.window, stretch.counted_from, stretch.through, after)
    }
}

/// One stretch of a course.
struct StretchSlots<'a> {
    stretch: &'a PromisedStretch,
    is_first: bool,
    since_on: NaiveDate,
    /// The first period that is one even where the contract's end leaves less than half of it: the first of all, or the one
    /// to which the rhythm before gives way.
    never_a_stub: u32,
}

/// What a period is through all that was said of the contract's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StubStory {
    Period,
    /// Its days were the period's before until this day, from which on the contract was to reach further.
    PeriodSince(NaiveDate),
    /// The contract's end leaves too little of it.
    Stub,
}

impl StretchSlots<'_> {
    fn periods(&self, from: NaiveDate, until: NaiveDate) -> Result<Vec<SlotPeriod>, BadRule> {
        let PromisedStretch { every, window, counted_from, .. } = self.stretch;
        let (ends_on, stubs) = (self.stretch.contract_end(), Stubs::Included);
        let wanted = WantedSlots { window: *window, accepted_on: *counted_from, ends_on, from, until, stubs };
        let mut found = periods(every, &wanted)?;
        found.retain(|period| self.is_first || period.ends_on >= self.stretch.from);
        Ok(found)
    }

    /// The number, within this stretch, of the period that a day belongs to, even if the contract's end leaves too
    /// little of it to count; `None` if the rule names no day of the contract.
    fn number_on(&self, day: NaiveDate) -> Result<Option<u32>, BadRule> {
        number_on(&self.stretch.every, self.stretch.counted_from, self.stretch.contract_end(), day)
    }

    /// Whether the rhythm changes before the last period is over.
    fn is_under_way_at_its_end(&self) -> Result<bool, BadRule> {
        let next = match (self.stretch.ends, self.stretch.through) {
            (StretchEnds::WithItsRhythm, Some(through)) if self.stretch.contract_end() != Some(through) => {
                through.succ_opt()
            }
            (StretchEnds::WithItsRhythm | StretchEnds::WithTheContract { .. }, _) => None,
        };
        let (Some(through), Some(next)) = (self.stretch.through, next) else { return Ok(false) };
        Ok(self.number_on(through)? == self.number_on(next)?)
    }

    /// The slot to be planned; `None` if its promise belongs to another period, or to none any more.
    fn wanted(&self, period: &SlotPeriod) -> Option<Slot> {
        let begins_on = self.begins_on(&period.slot);
        let entered_on = match self.story(period) {
            StubStory::Stub => return None,
            StubStory::PeriodSince(day) => Some(day),
            StubStory::Period => None,
        };
        let entered = entered_on.filter(|on| begins_on < *on);
        let grown = match entered {
            Some(on) => self.entered(period, on)?,
            None => Slot { last_on: period.whole_last_on, ..period.slot },
        };
        let end = self.stretch.contract_end().unwrap_or(NaiveDate::MAX);
        let cut = Slot { last_on: grown.last_on.min(end), ..grown };
        let slot = if entered.is_none() && is_nearly_over(&cut, self.since_on) {
            let late = late_window(&cut, (begins_on, period.ends_on), self.since_on);
            late.filter(|_| period.ends_on >= self.since_on)?
        } else {
            cut
        };
        match self.stretch.ends {
            StretchEnds::WithItsRhythm => {
                let through = self.stretch.through?;
                // The current period gives way if there is time left; the periods after it never begin.
                let is_under_way = period.ends_on > through && slot.last_on > through;
                Some(slot).filter(|slot| slot.nominal_on <= through && !is_under_way)
            }
            StretchEnds::WithTheContract { noted_on: Some(noted_on) } => {
                let is_surprised = cut.first_on < noted_on && (cut.last_on - noted_on) * 2 < cut.last_on - cut.first_on;
                let is_gone = cut.last_on < grown.last_on && (is_surprised || cut.last_on < cut.first_on);
                Some(slot).filter(|_| !is_gone)
            }
            StretchEnds::WithTheContract { noted_on: None } => Some(slot),
        }
    }

    /// Whether the contract's end leaves enough of a period. What was said when its window was over changes it no more.
    fn story(&self, period: &SlotPeriod) -> StubStory {
        let SlotPeriod { slot, next_on, whole_last_on, .. } = *period;
        let begins_on = self.begins_on(&slot);
        let from = Some(self.stretch.from).filter(|from| !self.is_first && begins_on < *from);
        let begun = from.map_or(StubStory::Period, StubStory::PeriodSince);
        if slot.number == self.never_a_stub {
            return begun;
        }
        let is_out = |ends_on: Option<NaiveDate>| {
            let is_short = |end| slot.number > 1 && is_stub((slot.nominal_on, next_on), end);
            ends_on.is_some_and(|end| end < slot.nominal_on || is_short(end))
        };
        let length = whole_last_on - slot.first_on;
        let mut story = begun;
        for (index, said) in self.stretch.said.iter().enumerate() {
            story = match (story, is_out(said.ends_on)) {
                (StubStory::Stub, false) => StubStory::PeriodSince(said.since_on),
                (StubStory::Period, true) if index > 0 && said.since_on > whole_last_on => return story,
                (StubStory::PeriodSince(day), true) if said.since_on > whole_last_on.max(day + length) => return story,
                (StubStory::Stub | StubStory::Period | StubStory::PeriodSince(_), true) => StubStory::Stub,
                (StubStory::Period | StubStory::PeriodSince(_), false) => story,
            };
        }
        story
    }

    /// A period that is under way on the day from which on it is promised.
    fn entered(&self, period: &SlotPeriod, on: NaiveDate) -> Option<Slot> {
        let begins_on = self.begins_on(&period.slot);
        // What was said of the contract's end later shortens it, but does not change whose its days are.
        let end = self.stretch.end_known_on(on).unwrap_or(NaiveDate::MAX);
        let end = self.stretch.contract_end().unwrap_or(NaiveDate::MAX).max(end);
        let slot = Slot { last_on: period.whole_last_on.min(end), ..period.slot };
        let ends_on = period.next_on.pred_opt().unwrap_or(period.next_on).min(end);
        let left = Slot { first_on: slot.first_on.max(on), ..slot };
        if !is_nearly_over(&slot, on) {
            return Some(left);
        }
        let late = late_window(&slot, (begins_on, ends_on), on);
        // If no other period follows, whatever is left of the window has to do.
        late.or_else(|| Some(left).filter(|left| left.last_on >= on && !self.is_followed((begins_on, ends_on))))
    }

    /// Whether at least half of another period follows one with this first and last day, as known when it was over.
    fn is_followed(&self, (begins_on, ends_on): (NaiveDate, NaiveDate)) -> bool {
        self.stretch.end_known_on(ends_on).is_none_or(|end| (end - ends_on) * 2 >= ends_on - begins_on)
    }

    /// The first period also includes the days before a rule's first day.
    fn begins_on(&self, slot: &Slot) -> NaiveDate {
        if slot.number == 1 { self.stretch.counted_from } else { slot.nominal_on }
    }
}

/// As much time as its window has, from a day on, where at least half of its period is left then; the period by its first
/// and last day.
fn late_window(slot: &Slot, (begins_on, ends_on): (NaiveDate, NaiveDate), on: NaiveDate) -> Option<Slot> {
    if (ends_on - on) * 2 < ends_on - begins_on {
        return None;
    }
    let first_on = slot.first_on.max(on);
    let length = Days::new((slot.last_on - slot.first_on).num_days().unsigned_abs());
    let last_on = first_on.checked_add_days(length).unwrap_or(NaiveDate::MAX);
    Some(Slot { first_on, last_on: last_on.min(ends_on), ..*slot })
}

/// Whether less than half of a window is left on a day.
fn is_nearly_over(slot: &Slot, on: NaiveDate) -> bool {
    (slot.last_on - on) * 2 < slot.last_on - slot.first_on
}

#[cfg(test)]
mod tests;
