//! The periods of a term, counted by the auditor's own code.

use chrono::{Days, Months, NaiveDate};

use super::{GivesWay, PromisedPeriod, PromisedTerm};
use crate::contract::history::{PromisedStretch, StretchEnds};
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

/// All periods of these stretches that begin by `through`, numbered consecutively.
///
/// If the rhythm changes during a period, the period gives way to the first one of the new rhythm, unless its visit has
/// taken place. If an end that was not known before cuts a period, and less than half of its remainder lies ahead, it
/// gives way to nothing.
pub(super) fn expand(stretches: &[PromisedStretch], through: NaiveDate) -> Vec<PromisedPeriod> {
    let mut all: Vec<PromisedPeriod> = Vec::new();
    let mut ended = None;
    for (at, stretch) in stretches.iter().enumerate() {
        let contract_end = stretch.contract_end().unwrap_or(NaiveDate::MAX);
        let is_under_way = matches!((all.last(), ended), (Some(last), Some(from)) if last.ends_on >= from);
        let entry = (at > 0).then_some(match is_under_way {
            true => Entry::WhileUnderWay(stretch.from),
            false => Entry::AfterAWhole(stretch.from),
        });
        let mut own = grid(stretch, contract_end, entry, through);
        let last_day = stretch.through.unwrap_or(NaiveDate::MAX);
        own.retain(|period| period.ends_on >= stretch.from && period.begins_on <= last_day);
        if let (Some(number), true) = (own.first().map(|first| first.number), at > 0) {
            let pushed = all.last().map_or(0, |last| (last.number + 1).saturating_sub(number));
            for period in &mut own {
                period.number += pushed;
                period.handed_to = period.handed_to.map(|number| number + pushed);
            }
        }
        if let (Some(first), Some(from)) = (own.first(), ended)
            && let Some(last) = all.last_mut()
            && last.ends_on >= from
        {
            if last.last_on >= from {
                last.gives_way = Some(GivesWay { from, to: Some(first.number) });
            }
            last.ends_on = day_before(from);
        }
        ended = match stretch.ends {
            StretchEnds::WithItsRhythm => last_day.succ_opt(),
            StretchEnds::WithTheContract { .. } => None,
        };
        all.append(&mut own);
    }
    all
}

/// The periods for an office that took over on a day. If too little is left of the current period's window, it gets a
/// later window when at least half of the period is left, and is otherwise handed to the next one. `None`: nothing
/// changes.
pub(super) fn answered_since(term: &PromisedTerm, since_on: NaiveDate) -> Option<Vec<PromisedPeriod>> {
    let is_short = |period: &&PromisedPeriod| {
        period.handed_to.is_none() && period.would_end_on >= since_on && is_nearly_over(period, since_on)
    };
    term.periods.iter().find(is_short)?;
    let nexts = term.periods.iter().skip(1).map(|next| Some(next.number)).chain([None]);
    let anew = |(period, next): (&PromisedPeriod, Option<u32>)| {
        if !is_short(&period) {
            return *period;
        }
        let whole = PromisedPeriod { ends_on: period.would_end_on, ..*period };
        let mut anew = PromisedPeriod { ends_on: period.ends_on, ..begun(whole, since_on, term.ends_on) };
        if anew.ends_on < anew.would_end_on && anew.last_on > anew.ends_on {
            let from = days_after(anew.ends_on, 1);
            anew.gives_way = anew.gives_way.or(Some(GivesWay { from, to: next }));
        }
        anew
    };
    Some(term.periods.iter().zip(nexts).map(anew).collect())
}

fn is_nearly_over(period: &PromisedPeriod, on: NaiveDate) -> bool {
    (period.last_on - on) * 2 < period.last_on - period.first_on
}

/// The current period on a day when too little is left of its window.
fn begun(period: PromisedPeriod, on: NaiveDate, contract_end: Option<NaiveDate>) -> PromisedPeriod {
    let length = period.ends_on - period.begins_on;
    if (period.ends_on - on) * 2 >= length {
        let first_on = period.first_on.max(on);
        let last_on = first_on + (period.last_on - period.first_on);
        return PromisedPeriod { first_on, last_on: last_on.min(period.ends_on), ..period };
    }
    let another_follows = contract_end.is_none_or(|end| (end - period.ends_on) * 2 >= length);
    PromisedPeriod { handed_to: another_follows.then_some(period.number + 1), ..period }
}

/// How a rhythm begins after another one.
#[derive(Debug, Clone, Copy)]
enum Entry {
    /// On this day; the period before it was whole, or its contract had ended.
    AfterAWhole(NaiveDate),
    /// On this day; the period that was under way gives way to its first one, which cannot hand its days back.
    WhileUnderWay(NaiveDate),
}

/// A period that is promised from a day on, which is after its first. What was said of the contract's end after that day
/// shortens it, but does not change whose its days are.
fn promised_from(
    period: PromisedPeriod,
    on: NaiveDate,
    stretch: &PromisedStretch,
    contract_end: NaiveDate,
) -> PromisedPeriod {
    if period.handed_to.is_some() {
        return period;
    }
    let end = stretch.end_known_on(on).unwrap_or(NaiveDate::MAX).max(contract_end);
    let whole = PromisedPeriod { last_on: period.last_on.min(end), ends_on: period.ends_on.min(end), ..period };
    let mut left = match is_nearly_over(&whole, on) {
        true => begun(whole, on, stretch.end_known_on(whole.ends_on)),
        false => whole,
    };
    if left.handed_to.is_none() {
        left.first_on = left.first_on.max(on);
        if left.last_on < on {
            // No later period could take over its days.
            left.gives_way = Some(GivesWay { from: on, to: None });
        }
    }
    PromisedPeriod { ends_on: period.ends_on, ..left }
}

/// The periods of a stretch, counted from its own starting day.
fn grid(
    stretch: &PromisedStretch,
    contract_end: NaiveDate,
    entry: Option<Entry>,
    through: NaiveDate,
) -> Vec<PromisedPeriod> {
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
        let grown = Grown {
            number: u32::try_from(at + 1).expect("fewer than the days of a calendar"),
            // The first has the days before a rule's first day as well: they are the contract's.
            begins_on: if at == 0 { accepted_on } else { nominal_on },
            nominal_on,
            next_on,
            // The days of the contract after a rule's last day still belong to the last period.
            ends_on: if is_last_of_all { contract_end } else { day_before(next_on) },
            first_on: first_on.max(accepted_on),
            last_on,
        };
        periods.push(promised(stretch, contract_end, entry, &grown));
    }
    periods
}

/// A period with what the entry into its rhythm and its contract's end leave of it.
fn promised(stretch: &PromisedStretch, contract_end: NaiveDate, entry: Option<Entry>, grown: &Grown) -> PromisedPeriod {
    let Grown { number, begins_on, ends_on, first_on, last_on, .. } = *grown;
    let is_entered = |from: &NaiveDate| (begins_on..=ends_on.min(contract_end)).contains(from) && begins_on <= *from;
    let counts = match entry {
        Some(Entry::WhileUnderWay(from)) if is_entered(&from) => Some(from),
        Some(Entry::AfterAWhole(from)) if is_entered(&from) => counted_since(stretch, grown, from),
        Some(Entry::WhileUnderWay(_) | Entry::AfterAWhole(_)) | None => counted_since(stretch, grown, begins_on),
    };
    let mut period = PromisedPeriod {
        number,
        begins_on,
        ends_on,
        would_end_on: ends_on.min(contract_end),
        first_on,
        last_on,
        handed_to: counts.is_none().then(|| number - 1),
        gives_way: None,
    };
    if let Some(since_on) = counts.filter(|since_on| begins_on < *since_on) {
        period = promised_from(period, since_on, stretch, contract_end);
    }
    if let Some(Entry::WhileUnderWay(from) | Entry::AfterAWhole(from)) = entry
        && is_entered(&from)
    {
        period.begins_on = from;
    }
    let is_cut = contract_end < period.last_on;
    (period.last_on, period.ends_on) = (period.last_on.min(contract_end), period.ends_on.min(contract_end));
    if let StretchEnds::WithTheContract { noted_on: Some(noted_on) } = stretch.ends
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

/// A period as it would be if its contract never ended.
#[derive(Debug, Clone, Copy)]
struct Grown {
    number: u32,
    begins_on: NaiveDate,
    nominal_on: NaiveDate,
    next_on: NaiveDate,
    ends_on: NaiveDate,
    first_on: NaiveDate,
    last_on: NaiveDate,
}

/// The day since which a period counts as one: `from`, or the day on which it was said that the contract goes on long enough.
/// None: too little of it is left, so that its days are the one's before, unless that was said when its window had passed.
fn counted_since(stretch: &PromisedStretch, period: &Grown, from: NaiveDate) -> Option<NaiveDate> {
    let passes = |since_on: NaiveDate| match since_on > period.begins_on {
        true => period.last_on.max(since_on + (period.last_on - period.first_on)),
        false => period.last_on,
    };
    let mut said = stretch.said.iter();
    let mut counts = Some(from).filter(|_| !said.next().is_some_and(|first| is_too_short(period, first.ends_on)));
    for said in said {
        match counts {
            None if !is_too_short(period, said.ends_on) => counts = Some(said.since_on),
            Some(since_on) if is_too_short(period, said.ends_on) => {
                if said.since_on > passes(since_on) {
                    break;
                }
                counts = None;
            }
            Some(_) | None => {}
        }
    }
    counts
}

/// Whether a contract with this last day has less than half of a period, or nothing of it. The first is never too short.
fn is_too_short(period: &Grown, ends_on: Option<NaiveDate>) -> bool {
    let Some(ends_on) = ends_on.filter(|ends_on| *ends_on < day_before(period.next_on)) else { return false };
    let left = (ends_on - period.nominal_on).num_days() + 1;
    left <= 0 || (period.number > 1 && left * 2 < (period.next_on - period.nominal_on).num_days())
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
