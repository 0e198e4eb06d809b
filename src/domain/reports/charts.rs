//! Charts of readings over time: which ones are drawn, and the comment on each (P06).
//!
//! Charts are drawn for readings that are outside their limits, that the engineer has marked, or that are heading
//! across a limit before the next visit. If these are fewer than [`AT_LEAST`], the readings closest to a limit are
//! added. All other readings are only in the list of checks.

use chrono::NaiveDate;

use super::phrases::{checklist_of, equipment_name, heading, local};
use super::trend::{Crossing, Limit, Reading, SHOWN, crossing};
use super::{Block, Bound, Chart, Mark, Outlook, Paragraph, ReportFacts};
use crate::ids::EquipmentCode;
use crate::language::Language;
use crate::records::checklist::{Item, ReadingSpec};
use crate::records::{Answer, ItemResult};
use crate::wording::{Say, Value, month, number, short_date};

/// At least this many charts are drawn, if there are enough readings.
const AT_LEAST: usize = 4;
/// At most this many charts are drawn.
const AT_MOST: usize = 24;
/// Numbers with at most this many characters are shown without rounding.
const LONGEST: usize = 12;
/// Longer numbers keep at least this many digits.
const DIGITS: usize = 7;
/// Minimum number of readings for a chart.
const FEWEST: usize = 3;

/// A reading with its history.
struct Past<'a> {
    equipment: &'a EquipmentCode,
    item: &'a Item,
    spec: &'a ReadingSpec,
    answer: &'a Answer,
    readings: Vec<Reading>,
    next: Option<Next>,
    crossing: Option<Crossing>,
}

/// The day of the next visit: scheduled, or one period ahead.
#[derive(Clone, Copy)]
enum Next {
    Known(NaiveDate),
    Expected(NaiveDate),
}

impl Next {
    fn day(self) -> NaiveDate {
        match self {
            Next::Known(day) | Next::Expected(day) => day,
        }
    }
}

/// The section with charts; empty if no reading has a history.
pub(super) fn trends(facts: &ReportFacts, say: Say<'_>) -> Vec<Block> {
    let all = pasts(facts);
    let known = all.len();
    let chosen = chosen(all);
    if chosen.is_empty() {
        return Vec::new();
    }
    let about = say("report-trends-about", &[("shown", Value::count(chosen.len())), ("all", Value::count(known))]);
    let charts = chosen.iter().map(|past| chart(facts, past, say)).collect();
    vec![heading("report-section-trends", say), Block::Paragraph(Paragraph::Note, about), Block::Charts(charts)]
}

/// All readings of this visit that were also taken before, in the order of the checklists.
fn pasts(facts: &ReportFacts) -> Vec<Past<'_>> {
    let today = local(facts, facts.done.completed_at).date();
    let mut all = Vec::new();
    for given in &facts.done.equipment {
        let sections = checklist_of(facts, &given.equipment).into_iter().flat_map(|checklist| &checklist.sections);
        for item in sections.flat_map(|section| &section.items) {
            let answer = given.answers.iter().find(|answer| answer.item == item.item);
            let (Some(spec), Some(answer)) = (item.reading(), answer) else { continue };
            let Some(value) = answer.reading.filter(|value| value.is_finite()) else { continue };
            let readings = readings(facts, &given.equipment, &item.item, Reading { on: today, value });
            if readings.len() < FEWEST || (spec.min.is_none() && spec.max.is_none()) {
                continue;
            }
            let next = next_visit(facts, &readings);
            let crossing = next.and_then(|next| crossing(&readings, spec.min, spec.max, next.day()));
            all.push(Past { equipment: &given.equipment, item, spec, answer, readings, next, crossing });
        }
    }
    all
}

/// The last [`SHOWN`] readings of an item including today's, oldest first.
fn readings(facts: &ReportFacts, equipment: &EquipmentCode, item: &str, today: Reading) -> Vec<Reading> {
    let earlier = facts.earlier.iter().filter(|reading| {
        reading.equipment == *equipment && reading.item == item && reading.on < today.on && reading.value.is_finite()
    });
    let mut readings: Vec<Reading> =
        earlier.map(|reading| Reading { on: reading.on, value: reading.value }).chain([today]).collect();
    readings.sort_by_key(|reading| reading.on);
    readings.drain(..readings.len().saturating_sub(SHOWN));
    readings
}

fn next_visit(facts: &ReportFacts, readings: &[Reading]) -> Option<Next> {
    let [.., before, last] = readings else { return None };
    match facts.next_visit.filter(|day| *day > last.on) {
        Some(day) => Some(Next::Known(day)),
        None => last.on.checked_add_signed(last.on - before.on).map(Next::Expected),
    }
}

/// The readings to be drawn: first those that matter, then those closest to a limit.
fn chosen(all: Vec<Past<'_>>) -> Vec<Past<'_>> {
    let (mut chosen, mut calm): (Vec<_>, Vec<_>) = all.into_iter().partition(matters);
    calm.sort_by(|a, b| room(a).total_cmp(&room(b)));
    let more = AT_LEAST.saturating_sub(chosen.len());
    chosen.extend(calm.into_iter().take(more));
    chosen.truncate(AT_MOST);
    chosen
}

fn matters(past: &Past<'_>) -> bool {
    let marked = match past.answer.result {
        ItemResult::Attention | ItemResult::Fault => true,
        ItemResult::Ok | ItemResult::NotApplicable | ItemResult::NotInspected => false,
    };
    marked || past.crossing.is_some() || past.readings.last().is_some_and(|last| !past.spec.holds(last.value))
}

/// The distance of the last value from the nearer limit, as a fraction of the range between the limits, or of the limit
/// itself.
fn room(past: &Past<'_>) -> f64 {
    let Some(last) = past.readings.last() else { return f64::INFINITY };
    let ReadingSpec { min, max, .. } = past.spec;
    let span = match (min, max) {
        (Some(min), Some(max)) => max - min,
        (Some(limit), None) | (None, Some(limit)) => limit.abs(),
        (None, None) => return f64::INFINITY,
    };
    let nearest =
        [min, max].into_iter().flatten().map(|limit| (last.value - limit).abs()).fold(f64::INFINITY, f64::min);
    nearest / span.max(f64::MIN_POSITIVE)
}

fn chart(facts: &ReportFacts, past: &Past<'_>, say: Say<'_>) -> Chart {
    let language = facts.language;
    let (first, last) = (past.readings[0], past.readings[past.readings.len() - 1]);
    #[expect(clippy::cast_precision_loss, reason = "some thousand days")]
    let after = |day: NaiveDate| (day - first.on).num_days() as f64;
    let short = |value: f64| number(language, rounded(value, past.spec));
    let words = |value: f64| format!("{} {}", short(value), past.spec.unit).trim_end().to_owned();
    let bound = |limit: Option<f64>| limit.map(|at| Bound { at, words: short(at) });
    let title = past.item.text.get(language).to_owned();
    let remark = remark(facts, past, say);
    let mut alternative = say(
        "report-trend-alternative",
        &[
            ("title", Value::text(&title)),
            ("count", Value::count(past.readings.len())),
            ("from", Value::owned(words(first.value))),
            ("first", Value::owned(short_date(language, first.on))),
            ("to", Value::owned(words(last.value))),
            ("last", Value::owned(short_date(language, last.on))),
        ],
    );
    if let Some((_, text)) = &remark {
        alternative.push(' ');
        alternative.push_str(text);
    }
    let outlook = past.crossing.zip(past.next).map(|(crossing, next)| {
        let from = crossing.line.from;
        let line = [(after(from), crossing.line.on(from)), (after(next.day()), crossing.line.on(next.day()))];
        Outlook { line, until: month(language, next.day()) }
    });
    Chart {
        title,
        subtitle: equipment_name(facts, past.equipment),
        alternative,
        points: past.readings.iter().map(|reading| (after(reading.on), reading.value)).collect(),
        min: bound(past.spec.min),
        max: bound(past.spec.max),
        last: words(last.value),
        span: (month(language, first.on), month(language, last.on)),
        outlook,
        remark,
    }
}

/// A value as shown in a chart: long numbers are rounded, but never before the decimal point, and never across a limit.
fn rounded(value: f64, spec: &ReadingSpec) -> f64 {
    if number(Language::En, value).len() <= LONGEST {
        return value;
    }
    let whole = if value.abs() < 1e15 { format!("{:.0}", value.abs().trunc()).len() } else { 0 };
    let to = |digits: usize| format!("{value:.*e}", digits - 1).parse().unwrap_or(value);
    let all = f64::DIGITS as usize + 2;
    (DIGITS.max(whole)..all).map(to).find(|short| spec.holds(*short) == spec.holds(value)).unwrap_or(value)
}

/// The comment below a chart.
fn remark(facts: &ReportFacts, past: &Past<'_>, say: Say<'_>) -> Option<(Mark, String)> {
    if let Some((crossing, next)) = past.crossing.zip(past.next) {
        let limit = format!("{} {}", number(facts.language, crossing.at), past.spec.unit);
        let key = match (crossing.limit, next) {
            (Limit::Upper, Next::Known(_)) => "report-trend-rises",
            (Limit::Upper, Next::Expected(_)) => "report-trend-rises-expected",
            (Limit::Lower, Next::Known(_)) => "report-trend-falls",
            (Limit::Lower, Next::Expected(_)) => "report-trend-falls-expected",
        };
        let arguments = [
            ("count", Value::count(crossing.readings)),
            ("limit", Value::text(limit.trim_end())),
            ("day", Value::owned(short_date(facts.language, crossing.on))),
            ("next", Value::owned(short_date(facts.language, next.day()))),
        ];
        return Some((Mark::Attention, say(key, &arguments)));
    }
    let last = past.readings.last()?;
    if past.spec.holds(last.value) {
        return None;
    }
    let inside = past.readings.iter().rposition(|reading| past.spec.holds(reading.value));
    let since = past.readings[inside.map_or(0, |index| index + 1)].on;
    let text = if since == last.on {
        say("report-trend-outside", &[])
    } else {
        say("report-trend-outside-since", &[("day", Value::owned(short_date(facts.language, since)))])
    };
    Some((Mark::Fault, text))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::records::checklist::{Kind, Words};

    #[test]
    fn the_nearest_limit_decides_how_much_room_a_reading_has() {
        let item = Item {
            item: "voltage".to_owned(),
            text: Words::default(),
            kind: Kind::Check,
            guidance: None,
            when: None,
            required: false,
        };
        let answer = Answer::plain("voltage", ItemResult::Ok);
        let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        let room_of = |value, min, max| {
            let spec = ReadingSpec { unit: "V".to_owned(), min, max };
            let readings = vec![Reading { on: day - TimeDelta::days(1), value: 0.0 }, Reading { on: day, value }];
            room(&Past {
                equipment: &"A".into(),
                item: &item,
                spec: &spec,
                answer: &answer,
                readings,
                next: None,
                crossing: None,
            })
        };
        assert!((room_of(13.0, Some(10.0), Some(14.0)) - 0.25).abs() < 1e-9);
        assert!((room_of(8.0, None, Some(10.0)) - 0.2).abs() < 1e-9);
        assert!(room_of(1.0, None, None).is_infinite());
    }

    #[test]
    fn a_number_beside_a_chart_is_short_and_right() {
        let spec = ReadingSpec { unit: "A".to_owned(), min: None, max: Some(80.0) };
        let shown = |value| number(Language::En, rounded(value, &spec));
        assert_eq!([6.000_000_000_000_001e-8, 1.0 / 3.0, -0.1 - 0.2].map(shown), ["6e-8", "0.3333333", "-0.3"]);
        assert_eq!([1_234_567_600.5, 1_006_000.25].map(shown), ["1234567600.5", "1006000.25"]);
        assert_eq!([123_456_789_012.25, 1.234_567_890_123e300].map(shown), ["123456789012", "1.234568e300"]);
        // A value just above the limit must not look as if it were on it.
        assert_eq!([79.999_999_999_999, 80.000_000_000_01].map(shown), ["80", "80.00000000001"]);
    }
}
