//! The periods of a term, counted by the auditor's own code.

use chrono::{Days, Months, NaiveDate};

use super::{GivesWay, PromisedPeriod, PromisedTerm};
use crate::contract::history::{PromisedStretch, SaidEnd, StretchEnds};
use crate::contract::{Every, Window};
use crate::time::rule::Rule;

/// The period that a day belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromisedDay<'a> {
    BeforeTheContract,
    Of(&'a PromisedPeriod),
    AfterTheContract,
}

pub(super) fn of_day(term: &PromisedTerm, day: NaiveDate) -> PromisedDay<'_> {
    if day < term.accepted_on {
        return PromisedDay::BeforeTheContract;
    }
    match term.periods.iter().rev().find(|period| period.begins_on <= day) {
        Some(period) if day <= period.ends_on => PromisedDay::Of(period),
        Some(_) | None => PromisedDay::AfterTheContract,
    }
}

/// All periods of these stretches that begin by `through`, numbered consecutively, for an office that took over on
/// `since_on`. What the contract was like before that day gives its periods their numbers, and nothing else: those of
/// the stretch that applied on it are what they would be if it had always applied.
///
/// If the rhythm changes during a period, the period gives way to the first one of the new rhythm, unless its visit has
/// taken place. If an end that was not known before cuts a period, and less than half of its remainder lies ahead, it
/// gives way to nothing.
pub(super) fn expand(stretches: &[PromisedStretch], since_on: NaiveDate, through: NaiveDate) -> Vec<PromisedPeriod> {
    let mut all: Vec<PromisedPeriod> = Vec::new();
    let (mut ended, mut opened_on) = (None, None);
    for (at, stretch) in stretches.iter().enumerate() {
        let is_under_way = matches!((all.last(), ended), (Some(last), Some(from)) if last.ends_on >= from);
        let entry = match is_under_way {
            _ if at == 0 || stretch.from <= since_on => Entry::WithTheOffice(since_on.max(stretch.from)),
            true => Entry::WhileUnderWay(stretch.from),
            false => Entry::AfterAWhole(stretch.from),
        };
        let mut own = grid(stretch, entry, since_on, through);
        let last_day = stretch.through.unwrap_or(NaiveDate::MAX);
        let is_ahead = |period: &&PromisedPeriod| period.begins_on > last_day;
        let opened_before = opened_on.take().filter(|_| ended == Some(stretch.from));
        opened_on = own.iter().find(is_ahead).map(|period| period.first_on);
        own.retain(|period| period.ends_on >= stretch.from && period.begins_on <= last_day);
        if at > 0 {
            let last = all.last().map_or(0, |last| last.number);
            let pushed = own.first().map_or(0, |first| (last + 1).saturating_sub(first.number));
            for period in &mut own {
                period.begins_on = period.begins_on.max(stretch.from);
                period.number += pushed;
                period.handed_to = period.handed_to.map(|number| number + pushed);
            }
        }
        if let Some(first) = own.first_mut() {
            first.opened_on = opened_before;
        }
        if let (Some(last), Some(from)) = (all.last_mut(), ended)
            && last.ends_on >= from
        {
            if last.last_on >= from && last.would_end_on >= from {
                last.gives_way = Some(GivesWay { from, to: own.first().map(|first| first.number) });
            }
            // A rule may name no day before its contract ends.
            last.ends_on = if own.is_empty() { last.ends_on.min(last_day) } else { day_before(from) };
        }
        if last_day < since_on {
            for period in &mut own {
                period.last_on = period.last_on.min(last_day);
                period.first_on = period.first_on.min(period.last_on);
            }
        }
        ended = match stretch.ends {
            StretchEnds::WithItsRhythm => last_day.succ_opt(),
            StretchEnds::WithTheContract { .. } => None,
        };
        all.append(&mut own);
    }
    all
}

/// The periods of a contract that has never changed, for an office that took over on a day. If too little is left of the
/// current period's window, it gets a later window when at least half of the period is left, and is otherwise handed to
/// the next one. `None`: nothing changes.
pub(super) fn answered_since(term: &PromisedTerm, since_on: NaiveDate) -> Option<Vec<PromisedPeriod>> {
    let is_short = |period: &&PromisedPeriod| {
        period.handed_to.is_none() && period.would_end_on >= since_on && is_nearly_over(period, since_on)
    };
    if term.counted_since.is_some() || !term.periods.iter().any(|period| is_short(&period)) {
        return None;
    }
    let anew = |period: &PromisedPeriod| match Some(period).filter(is_short) {
        Some(period) => period.with(begun(period, since_on, term.ends_on)),
        None => *period,
    };
    Some(term.periods.iter().map(anew).collect())
}

fn is_nearly_over(period: &PromisedPeriod, on: NaiveDate) -> bool {
    (period.last_on - on) * 2 < period.last_on - period.first_on
}

/// What the current period can claim on a day when too little is left of its window, if the contract is to end on a day.
fn begun(period: &PromisedPeriod, on: NaiveDate, contract_end: Option<NaiveDate>) -> Claim {
    let end = contract_end.unwrap_or(NaiveDate::MAX);
    let ends_on = period.would_end_on.min(end);
    let length = ends_on - period.begins_on;
    if (ends_on - on) * 2 >= length {
        let first_on = period.first_on.max(on);
        let last_on = first_on + (period.last_on.min(end) - period.first_on);
        return Claim::Visit { first_on, last_on: last_on.min(period.would_end_on) };
    }
    if (end - ends_on) * 2 >= length { Claim::HandedOn } else { Claim::Lost(on) }
}

/// What a period can claim, by what is known of its contract's end.
#[derive(Debug, Clone, Copy)]
enum Claim {
    /// A visit from the first to the last day, which may be after the contract's end.
    Visit { first_on: NaiveDate, last_on: NaiveDate },
    /// Nothing: the contract's end leaves too little of it, so that its days are those of the one before.
    HandedBack,
    /// Nothing: too little of it was left, so that its days are those of the next one.
    HandedOn,
    /// Nothing: too little of it was left on this day, and no other follows.
    Lost(NaiveDate),
}

impl PromisedPeriod {
    fn with(self, claim: Claim) -> PromisedPeriod {
        match claim {
            Claim::Visit { first_on, last_on } => PromisedPeriod { first_on, last_on, ..self },
            Claim::HandedBack => PromisedPeriod { handed_to: Some(self.number - 1), ..self },
            Claim::HandedOn => PromisedPeriod { handed_to: Some(self.number + 1), ..self },
            Claim::Lost(_) => self,
        }
    }
}

/// How a rhythm begins.
#[derive(Debug, Clone, Copy)]
enum Entry {
    /// Before this day, on which the office took over, or the contract began to name the site.
    WithTheOffice(NaiveDate),
    /// On this day; the period before it was whole, or its contract had ended.
    AfterAWhole(NaiveDate),
    /// On this day; the period that was under way gives way to its first one, which cannot hand its days back.
    WhileUnderWay(NaiveDate),
}

/// The periods of a stretch, counted from its own starting day.
fn grid(stretch: &PromisedStretch, entry: Entry, since_on: NaiveDate, through: NaiveDate) -> Vec<PromisedPeriod> {
    let contract_end = stretch.contract_end().unwrap_or(NaiveDate::MAX);
    let (every, accepted_on) = (&stretch.every, stretch.counted_from);
    let begins = beginnings(every, accepted_on, through.min(contract_end));
    let mut periods: Vec<PromisedPeriod> = Vec::with_capacity(begins.days.len());
    for (at, one) in begins.days.windows(2).enumerate() {
        let (nominal_on, next_on) = (one[0], one[1]);
        let is_last_of_all = at + 2 == begins.days.len() && matches!(begins.next, Next::Never);
        let (first_on, last_on) = match &stretch.window {
            Window::Period => (nominal_on, day_before(next_on)),
            Window::Days { before, after } => (days_before(nominal_on, *before), days_after(nominal_on, *after)),
        };
        let period = PromisedPeriod {
            number: u32::try_from(at + 1).expect("fewer than the days of a calendar"),
            // The first has the days before a rule's first day as well: they are the contract's.
            begins_on: if at == 0 { accepted_on } else { nominal_on },
            // The days of the contract after a rule's last day still belong to the last period.
            ends_on: if is_last_of_all { contract_end } else { day_before(next_on) },
            would_end_on: day_before(next_on),
            first_on: first_on.max(accepted_on),
            last_on,
            handed_to: None,
            opened_on: None,
            gives_way: None,
        };
        periods.push(Grown { period, nominal_on, entry, since_on }.ended(stretch));
    }
    periods
}

/// A period as it would be if its contract never ended.
#[derive(Debug, Clone, Copy)]
struct Grown {
    period: PromisedPeriod,
    nominal_on: NaiveDate,
    entry: Entry,
    since_on: NaiveDate,
}

impl Grown {
    /// The period with what its contract's end leaves of it.
    fn ended(&self, stretch: &PromisedStretch) -> PromisedPeriod {
        let contract_end = stretch.contract_end().unwrap_or(NaiveDate::MAX);
        let claim = self.claim(&stretch.said);
        let mut period = self.period.with(claim);
        let is_cut = contract_end < period.last_on;
        period.last_on = period.last_on.min(contract_end);
        period.ends_on = period.ends_on.min(contract_end);
        period.would_end_on = period.would_end_on.min(contract_end);
        match claim {
            Claim::Lost(on) if !is_nearly_over(&period, self.since_on) => {
                period.gives_way = Some(GivesWay { from: on, to: None });
            }
            Claim::Lost(_) | Claim::Visit { .. } | Claim::HandedBack | Claim::HandedOn => {}
        }
        if let StretchEnds::WithTheContract { noted_on: Some(noted_on) } = stretch.ends
            && noted_on > self.taken_over_on().unwrap_or(self.since_on)
            && is_cut
        {
            let PromisedPeriod { first_on, last_on, .. } = period;
            let is_surprised = first_on < noted_on && (last_on - noted_on) * 2 < last_on - first_on;
            if is_surprised || last_on < first_on {
                period.gives_way = Some(GivesWay { from: days_after(contract_end, 1), to: None });
            }
        }
        period
    }

    /// What the period can claim by all that was said of its contract's end. What was said before the office took over is
    /// as if it had never been said, and what is said when its window has passed neither takes nor gives anything.
    fn claim(&self, said: &[SaidEnd]) -> Claim {
        let of_before = said.iter().filter(|said| said.since_on <= self.since_on).count().saturating_sub(1);
        let mut said = said.iter().skip(of_before);
        let known = said.next().and_then(|first| first.ends_on);
        let mut claim = match self.entry {
            _ if self.is_too_short(known) => Claim::HandedBack,
            Entry::WithTheOffice(on) => self.taken_over(on, known),
            Entry::AfterAWhole(on) | Entry::WhileUnderWay(on) => self.claimed_from(on, known),
        };
        for said in said {
            claim = match claim {
                Claim::Visit { last_on, .. } if said.since_on > last_on => return claim,
                _ if self.is_too_short(said.ends_on) => Claim::HandedBack,
                Claim::Visit { .. } => claim,
                // What is over claims nothing any more.
                _ if self.period.would_end_on < said.since_on => claim,
                Claim::HandedBack | Claim::HandedOn | Claim::Lost(_) => self.claimed_from(said.since_on, said.ends_on),
            };
        }
        claim
    }

    /// What it claims of an office that took over.
    fn taken_over(&self, on: NaiveDate, end: Option<NaiveDate>) -> Claim {
        let PromisedPeriod { first_on, last_on, would_end_on, .. } = self.period;
        if !self.is_nearly_over(on, end) {
            return Claim::Visit { first_on, last_on };
        }
        if would_end_on < on { Claim::Lost(on) } else { begun(&self.period, on, end) }
    }

    /// What it claims if it is promised from a day on.
    fn claimed_from(&self, on: NaiveDate, end: Option<NaiveDate>) -> Claim {
        let PromisedPeriod { begins_on, first_on, last_on, would_end_on, .. } = self.period;
        if begins_on >= on {
            return Claim::Visit { first_on, last_on };
        }
        if would_end_on < on {
            return Claim::Lost(on);
        }
        let rest = Claim::Visit { first_on: first_on.max(on), last_on };
        if !self.is_nearly_over(on, end) {
            return rest;
        }
        let is_the_sites_first = self.taken_over_on().is_some_and(|day| begins_on < day);
        match begun(&self.period, on, end) {
            // No later period could take over its days; but a site that came when it was nearly over does without.
            Claim::Lost(_) if last_on.min(end.unwrap_or(last_on)) >= on && !is_the_sites_first => rest,
            claim => claim,
        }
    }

    fn taken_over_on(&self) -> Option<NaiveDate> {
        match self.entry {
            Entry::WithTheOffice(on) => Some(on),
            Entry::AfterAWhole(_) | Entry::WhileUnderWay(_) => None,
        }
    }

    /// Whether less than half of its window is left on a day, if the contract is to end on a day.
    fn is_nearly_over(&self, on: NaiveDate, end: Option<NaiveDate>) -> bool {
        let last_on = self.period.last_on.min(end.unwrap_or(NaiveDate::MAX));
        is_nearly_over(&PromisedPeriod { last_on, ..self.period }, on)
    }

    /// Whether a contract with this last day has less than half of the period, or nothing of it. The first, and one to
    /// which another gave way, are never too short.
    fn is_too_short(&self, ends_on: Option<NaiveDate>) -> bool {
        let PromisedPeriod { number, begins_on, ends_on: own_end, would_end_on, .. } = self.period;
        let Some(ends_on) = ends_on.filter(|ends_on| *ends_on < would_end_on) else { return false };
        match self.entry {
            Entry::WhileUnderWay(from) if (begins_on..=own_end).contains(&from) => return false,
            Entry::WithTheOffice(_) | Entry::AfterAWhole(_) | Entry::WhileUnderWay(_) => {}
        }
        let left = (ends_on - self.nominal_on).num_days() + 1;
        left <= 0 || (number > 1 && left * 2 < (would_end_on - self.nominal_on).num_days() + 1)
    }
}

/// First days of periods.
struct Beginnings {
    /// The first days of all periods that begin by the requested day, and the day after the last of them.
    days: Vec<NaiveDate>,
    next: Next,
}

/// Whether another period follows.
enum Next {
    Begins,
    /// The rule has reached its last day.
    Never,
}

fn beginnings(every: &Every, accepted_on: NaiveDate, through: NaiveDate) -> Beginnings {
    let mut days = Vec::new();
    let mut take = |day: NaiveDate| {
        days.push(day);
        day > through
    };
    let next = match every {
        Every::Months(_) | Every::Weeks(_) => {
            let _ = (0..).map_while(|nth| stepped(every, accepted_on, nth)).any(&mut take);
            Next::Begins
        }
        Every::Rule(text) => match Rule::parse(text) {
            Ok(rule) if rule.days(accepted_on).any(&mut take) => Next::Begins,
            Ok(_) | Err(_) => Next::Never,
        },
    };
    if let Next::Never = next {
        // The last period is as long as the one before it.
        match days[..] {
            [] => {}
            [only] => days.push(days_after(only, 1)),
            [.., before, last] => days.push(last + (last - before)),
        }
    }
    Beginnings { days, next }
}

/// The day `nth` periods after the first, counted from the first, so that a short month does not shorten later ones.
fn stepped(every: &Every, accepted_on: NaiveDate, nth: u32) -> Option<NaiveDate> {
    match every {
        Every::Months(months) => accepted_on.checked_add_months(Months::new(months.checked_mul(nth)?)),
        Every::Weeks(weeks) => accepted_on.checked_add_days(Days::new(7 * u64::from(*weeks) * u64::from(nth))),
        Every::Rule(_) => None,
    }
}

fn day_before(day: NaiveDate) -> NaiveDate {
    day.pred_opt().unwrap_or(day)
}

fn days_before(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_sub_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MIN)
}

fn days_after(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}
