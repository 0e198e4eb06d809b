//! The course of a round: the slots that a term calls for at a site, through all versions of its contract.

use chrono::NaiveDate;

use super::slots::{BadRule, Slot, SlotPeriod, Stubs, WantedSlots, is_stub, number_on, periods};
use crate::contract::history::{PromisedStretch, SaidEnd, StretchEnds};

/// The input that determines a round's slots.
#[derive(Debug, Clone, Copy)]
pub struct RoundCourse<'a> {
    /// The stretches in which the contract promises them, earliest first.
    pub stretches: &'a [PromisedStretch],
    /// The day from which the office is responsible for the term at the site. What the contract was like before counts
    /// for the numbers alone: from this day on, the site is served as if the contract had always been as it was then.
    pub since_on: NaiveDate,
}

impl RoundCourse<'_> {
    /// The slots whose windows overlap [`from`, `until`], by number. Numbers are consecutive through all stretches, and
    /// do not depend on `from`.
    ///
    /// If the office took over, the rhythm changed, or an extension made a period long enough in the middle of it, the
    /// period keeps a window of its own if at least half of its window, or of the period itself, is left, as the
    /// contract's end was known on that day. Otherwise the first visit is that of the next period. What is still open
    /// when the rhythm changes gives way to the first period of the new rhythm.
    ///
    /// # Errors
    /// [`BadRule`].
    pub fn slots(&self, from: NaiveDate, until: NaiveDate) -> Result<Vec<Slot>, BadRule> {
        let mut found = Vec::new();
        let mut last_number = None;
        let mut is_under_way = false;
        for (index, stretch) in self.stretches.iter().enumerate() {
            let entered_on = Some(stretch.from).filter(|from| index > 0 && *from > self.since_on);
            // A site that a contract names later is served from then on.
            let since_on = entered_on.map_or(self.since_on.max(stretch.from), |_| self.since_on);
            let mut of = StretchSlots { stretch, entered_on, since_on, never_a_stub: None };
            let Some(first_number) = of.number_on(stretch.from)? else {
                is_under_way = false;
                continue;
            };
            let pushed = last_number.map_or(0, |last: u32| (last + 1).saturating_sub(first_number));
            if is_under_way && entered_on.is_some() {
                of.never_a_stub = Some(first_number);
            }
            let is_over = stretch.through.is_some_and(|through| through < self.since_on);
            if !is_over {
                let begin = if index == 0 { from.min(self.since_on) } else { stretch.from };
                found.extend(of.periods(begin, until)?.iter().filter_map(|period| {
                    let slot = of.wanted(period)?;
                    (slot.last_on >= from).then_some(Slot { number: slot.number + pushed, ..slot })
                }));
            }
            is_under_way = of.is_under_way_at_its_end()?;
            if let Some(through) = stretch.through {
                last_number = of.number_on(through)?.map(|number| number + pushed).or(last_number);
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
    /// The day on which the rhythm began after another one; `None`: nothing was served before.
    entered_on: Option<NaiveDate>,
    since_on: NaiveDate,
    /// The period to which the rhythm before gives way: it is one even where the contract's end leaves less than half of
    /// it.
    never_a_stub: Option<u32>,
}

impl StretchSlots<'_> {
    fn periods(&self, from: NaiveDate, until: NaiveDate) -> Result<Vec<SlotPeriod>, BadRule> {
        let PromisedStretch { every, window, counted_from, .. } = self.stretch;
        let (ends_on, stubs) = (self.stretch.contract_end(), Stubs::Included);
        let wanted = WantedSlots { window: *window, accepted_on: *counted_from, ends_on, from, until, stubs };
        let mut found = periods(every, &wanted)?;
        found.retain(|period| period.ends_on >= self.stretch.from);
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
        let grown = self.grown(period)?;
        let end = self.stretch.contract_end().unwrap_or(NaiveDate::MAX);
        let cut = Slot { last_on: grown.last_on.min(end), ..grown };
        match self.stretch.ends {
            StretchEnds::WithItsRhythm => {
                let through = self.stretch.through?;
                // The current period gives way if there is time left; the periods after it never begin.
                let is_under_way = period.ends_on > through && cut.last_on > through;
                Some(cut).filter(|slot| slot.nominal_on <= through && !is_under_way)
            }
            StretchEnds::WithTheContract { noted_on: Some(noted_on) } if noted_on > self.since_on => {
                let is_surprised = cut.first_on < noted_on && (cut.last_on - noted_on) * 2 < cut.last_on - cut.first_on;
                let is_gone = cut.last_on < grown.last_on && (is_surprised || cut.last_on < cut.first_on);
                Some(cut).filter(|_| !is_gone)
            }
            StretchEnds::WithTheContract { .. } => Some(cut),
        }
    }

    /// The window of a period by all that was said of the contract's end, not yet cut at it. What was said when the
    /// window was over changes it no more.
    fn grown(&self, period: &SlotPeriod) -> Option<Slot> {
        let (first, later) = self.said().split_first()?;
        let mut held = self.begun(period, first.ends_on);
        for said in later {
            held = match held {
                Some(slot) if said.since_on > slot.last_on => return held,
                Some(slot) => Some(slot).filter(|_| !self.is_out(period, said.ends_on)),
                None if self.is_out(period, said.ends_on) => None,
                None => self.entered(period, said.since_on, said.ends_on),
            };
        }
        held
    }

    /// What was said of the contract's end, from what was known when the office took over on.
    fn said(&self) -> &[SaidEnd] {
        let known = self.stretch.said.iter().rposition(|said| said.since_on <= self.since_on);
        &self.stretch.said[known.unwrap_or(0)..]
    }

    /// The window with which a period begins, as the contract's end is known at that time.
    fn begun(&self, period: &SlotPeriod, ends_on: Option<NaiveDate>) -> Option<Slot> {
        if self.is_out(period, ends_on) {
            return None;
        }
        if let Some(on) = self.entered_on {
            return self.entered(period, on, ends_on);
        }
        let left = Left::of(self, period, self.since_on, ends_on);
        if left.is_nearly_over() { left.late_window() } else { Some(left.whole) }
    }

    /// Whether a contract with this last day leaves too little of a period.
    fn is_out(&self, period: &SlotPeriod, ends_on: Option<NaiveDate>) -> bool {
        let SlotPeriod { slot, next_on, .. } = *period;
        let is_short = |end| slot.number > 1 && is_stub((slot.nominal_on, next_on), end);
        self.never_a_stub != Some(slot.number) && ends_on.is_some_and(|end| end < slot.nominal_on || is_short(end))
    }

    /// The window of a period that is promised from a day on, as the contract's end is known on that day.
    fn entered(&self, period: &SlotPeriod, on: NaiveDate, ends_on: Option<NaiveDate>) -> Option<Slot> {
        let left = Left::of(self, period, on, ends_on);
        if left.begins_on >= on {
            return Some(left.whole);
        }
        if left.whole_ends_on < on {
            return None;
        }
        let rest = Slot { first_on: left.whole.first_on.max(on), ..left.whole };
        if !left.is_nearly_over() {
            return Some(rest);
        }
        // If no other period follows, whatever is left of the window has to do, unless the site came too late for it.
        let has_to_do = self.entered_on.is_some() || left.begins_on >= self.since_on;
        let is_last = has_to_do && !left.is_followed() && left.cut.last_on >= on;
        left.late_window().or_else(|| Some(rest).filter(|_| is_last))
    }

    /// The first period also includes the days before a rule's first day.
    fn begins_on(&self, slot: &Slot) -> NaiveDate {
        if slot.number == 1 { self.stretch.counted_from } else { slot.nominal_on }
    }
}

/// What is left of a period on a day, as the contract's end is known on that day.
struct Left {
    on: NaiveDate,
    begins_on: NaiveDate,
    /// The period's last day if the contract did not end.
    whole_ends_on: NaiveDate,
    end: NaiveDate,
    whole: Slot,
    cut: Slot,
}

impl Left {
    fn of(of: &StretchSlots<'_>, period: &SlotPeriod, on: NaiveDate, ends_on: Option<NaiveDate>) -> Left {
        let whole = Slot { last_on: period.whole_last_on, ..period.slot };
        let end = ends_on.unwrap_or(NaiveDate::MAX);
        let whole_ends_on = period.next_on.pred_opt().unwrap_or(period.next_on);
        let cut = Slot { last_on: whole.last_on.min(end), ..whole };
        Left { on, begins_on: of.begins_on(&whole), whole_ends_on, end, whole, cut }
    }

    /// Whether less than half of its window is left.
    fn is_nearly_over(&self) -> bool {
        (self.cut.last_on - self.on) * 2 < self.cut.last_on - self.cut.first_on
    }

    /// As much time as its window has, if at least half of the period is left.
    fn late_window(&self) -> Option<Slot> {
        let ends_on = self.whole_ends_on.min(self.end);
        if (ends_on - self.on) * 2 < ends_on - self.begins_on {
            return None;
        }
        let first_on = self.cut.first_on.max(self.on);
        let last_on = first_on.checked_add_signed(self.cut.last_on - self.cut.first_on).unwrap_or(NaiveDate::MAX);
        Some(Slot { first_on, last_on: last_on.min(self.whole_ends_on), ..self.whole })
    }

    /// Whether at least half of another period follows.
    fn is_followed(&self) -> bool {
        let ends_on = self.whole_ends_on.min(self.end);
        (self.end - ends_on) * 2 >= ends_on - self.begins_on
    }
}

#[cfg(test)]
mod tests;
