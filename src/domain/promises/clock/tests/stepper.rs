//! A slow second opinion: it advances time tick by tick and at every event, and each time applies the latest state.
//!
//! It never converts local time into an instant. Instead it watches a wall clock that is never set back, so that "the
//! first instant at which the clock shows it or later" is when that clock passes it. It never computes the span of a
//! pause.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, SecondsFormat, Timelike, Utc};
use serde_json::{Value, json};

use crate::time::Zone;

/// An instant in milliseconds, and the index of an event.
type Key = (i64, usize);

const FAR: usize = usize::MAX;
const MINUTE: i64 = 60_000;

struct Said<'a> {
    key: Key,
    noted: i64,
    what: &'a str,
    reason: Option<&'a str>,
    how: Option<&'a str>,
    amount: i64,
}

/// One opening: when it began, and when and by which event it ended.
#[derive(Clone, Copy)]
struct Chapter<'a> {
    begun: Key,
    end: Option<&'a Said<'a>>,
}

struct Slow<'a> {
    case: &'a Value,
    zone: Zone,
    tick: i64,
    in_days: bool,
}

/// The time between two looks.
#[derive(Clone, Copy)]
struct Moment {
    from: i64,
    until: i64,
    can_run: bool,
    paused: bool,
}

/// The answer to a case, looking every `tick_minutes`, which must divide all beginnings of windows and changes of the
/// zone.
pub(super) fn answer(case: &Value, tick_minutes: i64) -> Value {
    let zone = Zone::parse(case["zone"].as_str().expect("a zone")).expect("a known zone");
    let in_days = case["basis"].as_str().expect("a basis").ends_with("days");
    let slow = Slow { case, zone, tick: tick_minutes * MINUTE, in_days };
    let events: Vec<Said> = slow.events();
    let mut taken: Vec<&Said> = Vec::new();
    let mut refused = Vec::new();
    for event in &events {
        match slow.rule(&taken, event) {
            Some(rule) => refused.push(json!({"event": event.key.1, "rule": rule})),
            None => taken.push(event),
        }
    }
    taken.sort_by_key(|said| said.key);
    let now = ms(case["now"].as_str().expect("now"));
    let told: Vec<Value> = (0..chapters(&taken).len()).map(|n| slow.tell(&taken, n, now)).collect();
    let mut answer = told.last().expect("it was called").clone();
    let short =
        |t: &Value| json!({"standing": t["standing"], "due": t["due"], "late_ms": t["late_ms"], "met_at": t["met_at"]});
    answer["id"] = case["id"].clone();
    answer["earlier"] = told[..told.len() - 1].iter().map(short).collect();
    answer["refused"] = refused.into();
    answer
}

fn ms(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text).expect("an instant").timestamp_millis()
}

fn at(ms: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(ms).expect("in our age")
}

fn stamp(ms: i64) -> String {
    at(ms).to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn amount(allow: &Value) -> i64 {
    let number = |unit: &str| allow[unit].as_i64();
    number("minutes").map(|n| n * MINUTE).or(number("working_days")).or(number("calendar_days")).expect("an amount")
}

fn chapters<'a>(taken: &[&'a Said<'a>]) -> Vec<Chapter<'a>> {
    let mut all: Vec<Chapter> = Vec::new();
    for said in taken {
        match (said.what, all.last_mut()) {
            ("called", None) => all.push(Chapter { begun: said.key, end: None }),
            ("reopened", Some(Chapter { end: Some(_), .. })) => all.push(Chapter { begun: said.key, end: None }),
            ("met" | "withdrawn", Some(last)) if last.end.is_none() => last.end = Some(*said),
            _ => {}
        }
    }
    all
}

/// Whether the last opening begun by `key` has ended by then.
fn is_closed(chapters: &[Chapter], key: Key) -> bool {
    let last = chapters.iter().rev().find(|chapter| chapter.begun <= key);
    last.and_then(|chapter| chapter.end).is_some_and(|end| end.key <= key)
}

/// The reasons whose last event until `key` is a pause.
fn reasons<'a>(taken: &[&'a Said<'a>], chapters: &[Chapter], key: Key) -> BTreeSet<&'a str> {
    let named: BTreeSet<&str> =
        taken.iter().filter(|said| said.what == "paused").filter_map(|said| said.reason).collect();
    let last_word = |reason: &&str| {
        let of_it = |said: &&&&Said| match said.what {
            "paused" => said.reason == Some(*reason) && !is_closed(chapters, said.key),
            "resumed" => said.reason.is_none_or(|resumed| resumed == *reason),
            _ => chapters.iter().any(|chapter| chapter.end.is_some_and(|end| end.key == said.key)),
        };
        taken
            .iter()
            .rev()
            .filter(|said| said.key <= key)
            .find(|said| of_it(&said))
            .is_some_and(|said| said.what == "paused")
    };
    named.into_iter().filter(last_word).collect()
}

impl<'a> Slow<'a> {
    fn events(&self) -> Vec<Said<'a>> {
        let said = |(i, event): (usize, &'a Value)| Said {
            key: (ms(event["at"].as_str().expect("at")), i),
            noted: ms(event["noted_at"].as_str().or(event["at"].as_str()).expect("at")),
            what: event["what"].as_str().expect("what"),
            reason: event["reason"].as_str(),
            how: event["how"].as_str(),
            amount: if event["allow"].is_null() { 0 } else { amount(&event["allow"]) },
        };
        self.case["events"].as_array().expect("events").iter().enumerate().map(said).collect()
    }

    fn rule(&self, taken: &[&Said], event: &Said) -> Option<&'static str> {
        let mut so_far: Vec<&Said> = taken.iter().filter(|said| said.key.0 <= event.key.0).copied().collect();
        so_far.sort_by_key(|said| said.key);
        let chapters = chapters(&so_far);
        let on = reasons(&so_far, &chapters, event.key);
        let is_closed = is_closed(&chapters, event.key);
        let is_pausable = |reason| self.case["pausable"].as_array().expect("a list").contains(&json!(reason));
        if event.key.1 > 0 && event.key.0 - event.noted > 15 * MINUTE {
            return Some("ahead");
        }
        match event.what {
            "called" => (event.key.1 > 0).then_some("called-twice"),
            "paused" if !is_pausable(event.reason) => Some("reason"),
            "paused" if is_closed => Some("ended"),
            "paused" => on.contains(event.reason?).then_some("already-paused"),
            "resumed" => event.reason.map_or(on.is_empty(), |reason| !on.contains(reason)).then_some("not-paused"),
            _ if chapters.is_empty() => Some("before-call"),
            "reopened" => (!is_closed).then_some("not-ended"),
            "level" if event.how == Some("corrected") => None,
            _ if is_closed => Some("ended"),
            "level" => {
                let old = self.level(&so_far, &chapters, chapters.len() - 1, event.key);
                let is_wrong = if event.how == Some("eased") { event.amount < old } else { event.amount > old };
                is_wrong.then_some("level-how")
            }
            _ => None,
        }
    }

    /// The allowance that applies in an opening at `key`.
    fn level(&self, taken: &[&Said], chapters: &[Chapter], n: usize, key: Key) -> i64 {
        let next = chapters.get(n + 1).map_or((i64::MAX, FAR), |next| next.begun);
        let of_it = taken.iter().filter(|said| said.what == "level" && chapters[n].begun < said.key && said.key < next);
        let said: Vec<&&Said> = of_it.collect();
        let correction = said.iter().rposition(|said| said.how == Some("corrected"));
        let since = said[correction.unwrap_or(0)..].iter().enumerate();
        let mut in_force = since.filter(|(i, said)| {
            let is_correction = *i == 0 && correction.is_some();
            is_correction || said.key <= key && !is_closed(chapters, said.key)
        });
        match (in_force.next_back(), n) {
            (Some((_, said)), _) => said.amount,
            (None, 0) => amount(&self.case["allow"]),
            (None, _) => self.level(taken, chapters, n - 1, (i64::MAX, FAR)),
        }
    }

    fn is_worked(&self, day: NaiveDate) -> bool {
        let listed =
            |list: &str| self.case["days"][list].as_array().is_some_and(|days| days.contains(&json!(day.to_string())));
        listed("work") || !listed("off") && !self.is_weekend(day)
    }

    fn is_weekend(&self, day: NaiveDate) -> bool {
        let weekend = self.case["days"]["weekend"].as_array();
        weekend.is_some_and(|weekend| weekend.contains(&json!(day.weekday().number_from_monday())))
    }

    fn is_open(&self, reads: NaiveDateTime) -> bool {
        const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let day = reads.date();
        if !self.is_worked(day) {
            return false;
        }
        let name = if self.is_weekend(day) { "mon" } else { NAMES[day.weekday().num_days_from_monday() as usize] };
        let half = &self.case["half_days"][day.to_string()];
        let spans = half.as_array().or(self.case["hours"][name].as_array());
        let now = format!("{:02}:{:02}", reads.hour(), reads.minute());
        let is_in = |span: &Value| span[0].as_str() <= Some(now.as_str()) && Some(now.as_str()) < span[1].as_str();
        spans.is_some_and(|spans| spans.iter().any(is_in))
    }

    fn tell(&self, taken: &[&Said], n: usize, now: i64) -> Value {
        let chapters = chapters(taken);
        let Chapter { begun: (start, _), end: ending } = chapters[n];
        let until = ending.map_or(now, |end| end.key.0.min(now));
        let looks: BTreeSet<i64> =
            taken.iter().map(|said| said.key.0).chain([now, start]).filter(|at| *at >= start).collect();
        let state = |at: i64| {
            let is_over = ending.is_some_and(|end| end.key <= (at, FAR));
            let is_paused = !is_over && !reasons(taken, &chapters, (at, FAR)).is_empty();
            (at, (is_paused, self.level(taken, &chapters, n, (at, FAR))))
        };
        let states: BTreeMap<i64, (bool, i64)> = looks.iter().map(|at| state(*at)).collect();
        let passing = Passing { slow: self, start, states, allowed: self.level(taken, &chapters, n, (i64::MAX, FAR)) };
        let (end, moments) = passing.until_the_end(None);
        let held = end.is_none();
        let (end, moments) = match end {
            None if !self.in_days => passing.until_the_end(Some(now)),
            _ => (end, moments),
        };
        let late_from = end.filter(|_| !held).map(|end| if self.in_days { end } else { end + 1 });
        let late = late_from.is_some_and(|late_from| until >= late_from);
        let was_met = ending.is_some_and(|end| end.what == "met");
        let standing = match (ending, late) {
            (Some(_), _) if !was_met => "withdrawn",
            (Some(_), true) => "met-late",
            (Some(_), false) => "met",
            (None, _) if held => "held",
            (None, true) => "late",
            (None, false) => "open",
        };
        let sum = |moments: &[Moment], a: i64, b: i64, is_meant: &dyn Fn(&Moment) -> bool| -> i64 {
            moments.iter().filter(|m| is_meant(m)).map(|m| (m.until.min(b) - m.from.max(a)).max(0)).sum()
        };
        let runs = |m: &Moment| m.can_run && !m.paused;
        let left =
            (standing == "open" || held && !self.in_days).then(|| sum(&moments, now, end.expect("found"), &runs));
        let steps = self.case["steps"].as_array().expect("steps");
        let longest = steps.iter().filter_map(|step| step["after"].as_i64()).max().unwrap_or(0) * MINUTE;
        let after = if late { passing.after(end.expect("known"), until, longest) } else { Vec::new() };
        let reached_at = |step: &Value| -> Option<i64> {
            let end = end?;
            if let Some(before) = step["before"].as_i64() {
                let before = before * MINUTE;
                if self.in_days {
                    return Some(start.max(end - before));
                }
                let need = sum(&moments, start, end, &runs) - before;
                return Some(if need > 0 { gone_by(&moments, need, runs)? } else { start });
            }
            if held {
                return None;
            }
            match step["after"].as_i64() {
                Some(minutes) => gone_by(&after, minutes * MINUTE, |m| m.can_run),
                None => late_from,
            }
        };
        let reached: Vec<Value> = steps
            .iter()
            .enumerate()
            .filter_map(|(i, step)| Some((i, reached_at(step).filter(|at| *at <= until)?)))
            .map(|(i, at)| json!({"step": i, "at": stamp(at)}))
            .collect();
        let stop = end.filter(|_| !held).map_or(until, |end| end.min(until));
        json!({
            "standing": standing,
            "due": late_from.map(|at| stamp(at - 1)),
            "late_from": late_from.map(stamp),
            "left_ms": left,
            "late_ms": late.then(|| sum(&after, end.expect("known"), until, &|m| m.can_run)),
            "paused_ms": sum(&moments, start, stop, &|m| m.can_run && m.paused),
            "met_at": ending.filter(|_| was_met).map(|end| stamp(end.key.0)),
            "noted_late": standing == "met" && ending.is_some_and(|end| Some(end.noted) >= late_from),
            "reached": reached,
        })
    }
}

fn gone_by(moments: &[Moment], need: i64, is_meant: impl Fn(&Moment) -> bool) -> Option<i64> {
    let mut need = need;
    for moment in moments.iter().filter(|moment| is_meant(moment)) {
        if moment.until - moment.from >= need {
            return Some(moment.from + need);
        }
        need -= moment.until - moment.from;
    }
    None
}

/// Time passing in one opening.
struct Passing<'a> {
    slow: &'a Slow<'a>,
    start: i64,
    /// The state from each look on: whether it is paused, and the allowance.
    states: BTreeMap<i64, (bool, i64)>,
    /// The last allowance.
    allowed: i64,
}

impl Passing<'_> {
    /// Moments from the start on, with the allowance and the day; `visit` decides when to stop. All pauses end at
    /// `release`.
    fn pass<T>(&self, release: Option<i64>, mut visit: impl FnMut(Moment, i64, NaiveDate) -> Option<T>) -> T {
        let slow = self.slow;
        let mut looks: Vec<i64> = self.states.keys().copied().chain(release).collect();
        looks.sort_unstable();
        let warm = self.start - 26 * 60 * MINUTE;
        let mut top = slow.zone.local(at(warm));
        let mut from = warm - warm.rem_euclid(slow.tick);
        while from < self.start {
            top = top.max(slow.zone.local(at(from)));
            from += slow.tick;
        }
        from = self.start;
        loop {
            top = top.max(slow.zone.local(at(from)));
            let next_tick = (from.div_euclid(slow.tick) + 1) * slow.tick;
            let until = looks.iter().copied().find(|look| *look > from).map_or(next_tick, |look| look.min(next_tick));
            let (paused, level) = *self.states.range(..=from).next_back().expect("a state at the start").1;
            let paused = paused && release.is_none_or(|release| from < release);
            let can_run = slow.case["basis"] != "hours" || slow.is_open(top);
            if let Some(found) = visit(Moment { from, until, can_run, paused }, level, top.date()) {
                return found;
            }
            from = until;
        }
    }

    /// The end, and the moments up to it; `None` if a pause holds it.
    fn until_the_end(&self, release: Option<i64>) -> (Option<i64>, Vec<Moment>) {
        let last_look = *self.states.keys().next_back().expect("the start");
        let mut moments: Vec<Moment> = Vec::new();
        let mut counts: BTreeMap<i64, i64> = self.states.values().map(|(_, level)| (*level, 0)).collect();
        let (mut left, mut today, mut first_day, mut is_clean) = (self.allowed, None, None, true);
        let end = self.pass(release, |moment, level, day| {
            if self.slow.in_days {
                if today != Some(day) {
                    let counts = self.slow.case["basis"] == "calendar-days"
                        || today.is_some_and(|today| self.slow.is_worked(today));
                    if today.is_some() && today != first_day && is_clean && counts {
                        left -= 1;
                        if left == 0 {
                            return Some(Some(moment.from));
                        }
                    }
                    first_day = first_day.or(Some(day));
                    (today, is_clean) = (Some(day), true);
                }
                is_clean &= !moment.paused;
            } else if moment.can_run && !moment.paused {
                let mut ends = Vec::new();
                for (allowance, count) in counts.range_mut(level..) {
                    *count += moment.until - moment.from;
                    if *count >= *allowance {
                        ends.push(moment.until - (*count - *allowance));
                    }
                }
                if let Some(end) = ends.into_iter().min() {
                    moments.push(Moment { until: end, ..moment });
                    return Some(Some(end));
                }
            }
            moments.push(moment);
            (moment.paused && moment.from >= last_look).then_some(None)
        });
        (end, moments)
    }

    /// The moments from `end` through `until`, and further until `longest` of possible running time.
    fn after(&self, end: i64, until: i64, longest: i64) -> Vec<Moment> {
        let (mut moments, mut possible) = (Vec::new(), 0);
        self.pass(None, |moment, _, _| {
            let moment = Moment { from: moment.from.max(end), ..moment };
            if moment.until > moment.from {
                moments.push(moment);
                possible += if moment.can_run { moment.until - moment.from } else { 0 };
            }
            (moment.until >= until && moment.until > end && possible >= longest).then_some(())
        });
        moments
    }
}
