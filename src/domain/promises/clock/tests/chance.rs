//! Random cases around the days on which clocks change, generated from a seed.

use chrono::{DateTime, Duration, NaiveDate, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::time::Zone;

const MINUTE: i64 = 60_000;

/// Zones, days on which their clocks change, and the minutes of an hour at which that can happen.
const PLACES: [(&str, &str, i64); 22] = [
    ("Europe/Madrid", "2026-03-29", 15),
    ("Europe/Madrid", "2026-10-25", 15),
    ("Australia/Lord_Howe", "2026-04-05", 15),
    ("Australia/Lord_Howe", "2026-10-04", 15),
    ("America/Santiago", "2026-04-05", 15),
    ("America/Santiago", "2026-09-06", 15),
    ("Australia/Sydney", "2026-10-04", 15),
    ("America/New_York", "2025-03-09", 15),
    ("America/New_York", "2025-11-02", 15),
    ("America/Havana", "2026-03-08", 15),
    ("America/Havana", "2026-11-01", 15),
    ("Pacific/Apia", "2011-12-30", 15),
    ("Asia/Tehran", "2022-03-22", 15),
    ("Asia/Tehran", "2022-09-22", 15),
    ("Asia/Riyadh", "2026-03-01", 15),
    ("Asia/Shanghai", "2026-02-14", 15),
    ("Asia/Kathmandu", "2026-05-01", 15),
    ("Africa/Cairo", "2026-04-24", 15),
    ("Asia/Beirut", "2026-03-29", 15),
    ("Atlantic/Azores", "2026-10-25", 15),
    // Clocks changed at one minute past midnight.
    ("America/St_Johns", "2010-03-14", 1),
    ("America/St_Johns", "2010-11-07", 1),
];

const REASONS: [&str; 3] = ["no-access", "customer-decision", "weather"];

/// Random numbers (SplitMix64).
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From `low` to `high`, both inclusive.
    fn within(&mut self, low: i64, high: i64) -> i64 {
        low + i64::try_from(self.next() % u64::try_from(high - low + 1).expect("low is not above high"))
            .expect("it fits")
    }

    fn once_in(&mut self, n: i64) -> bool {
        self.within(1, n) == 1
    }

    pub(super) fn one_of<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.within(0, of.len() as i64 - 1) as usize]
    }
}

fn stamp(ms: i64) -> String {
    DateTime::<Utc>::from_timestamp_millis(ms).expect("in our age").to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A case, and the longest permitted interval between its looks, in minutes.
pub(super) fn case(dice: &mut Dice, id: usize) -> (Value, i64) {
    let (zone, day, apart) = *dice.one_of(&PLACES);
    let apart = if dice.once_in(25) { 1 } else { apart };
    let day: NaiveDate = day.parse().expect("a day");
    let begins = Zone::parse(zone).expect("a zone").start_of(day).timestamp_millis();
    let days_on = dice.within(-2, 1);
    let start = moment(dice, begins + days_on * 24 * 60 * MINUTE);
    let basis = *dice.one_of(&["elapsed", "hours", "hours", "working-days", "calendar-days"]);
    let in_days = basis.ends_with("days");
    let base = dice.within(1, 40) * 15;
    let allow = |dice: &mut Dice, share: i64| match basis {
        "working-days" => json!({"working_days": dice.within(1, 4)}),
        "calendar-days" => json!({"calendar_days": dice.within(1, 4)}),
        _ => json!({"minutes": (base * share / 4).max(1)}),
    };
    let mut case = json!({
        "id": id, "basis": basis, "zone": zone, "allow": allow(dice, 4), "pausable": &REASONS[..2], "steps": steps(dice),
    });
    if basis == "hours" || basis == "working-days" {
        put_days(dice, &mut case, day, apart);
    }
    let mut events = vec![json!({"at": stamp(start), "what": "called"})];
    let mut noted = start;
    let mut last = start;
    for _ in 0..dice.within(0, 9) {
        noted += match dice.within(0, 5) {
            0 => 0,
            1 => dice.within(0, 3),
            2 => base * MINUTE / 2,
            _ => dice.within(0, if in_days { 30 * 60 } else { base * 2 }) * MINUTE,
        };
        let at = match dice.within(0, 11) {
            0 => noted + dice.within(0, 16) * MINUTE,
            1 => start + base * MINUTE + dice.within(-1, 1),
            2 => last + dice.within(-1, 1),
            3 => start + dice.within(-3 * 60, 6 * 60) * MINUTE,
            4 => begins + dice.within(-1, 3) * 24 * 60 * MINUTE + dice.within(-1, 1),
            _ => noted,
        };
        let mut event = match dice.within(0, 12) {
            0..=3 => json!({"what": "paused", "reason": dice.one_of(&REASONS)}),
            4 | 5 => json!({"what": "resumed", "reason": dice.one_of(&REASONS)}),
            6 => json!({"what": "resumed"}),
            7 => json!({"what": "level", "allow": allow(dice, 8), "how": if in_days { "corrected" } else { "eased" }}),
            8 => {
                json!({"what": "level", "allow": allow(dice, 2), "how": if in_days { "corrected" } else { "worsened" }})
            }
            9 => {
                let share = dice.within(1, 8);
                let how = if in_days { "corrected" } else { *dice.one_of(&["corrected", "eased", "worsened"]) };
                json!({"what": "level", "allow": allow(dice, share), "how": how})
            }
            10 => json!({"what": "met"}),
            11 => json!({"what": *dice.one_of(&["withdrawn", "met", "called"])}),
            _ => json!({"what": "reopened"}),
        };
        event["at"] = stamp(at).into();
        event["noted_at"] = stamp(noted).into();
        events.push(event);
        last = at;
    }
    let latest = noted + 16 * MINUTE;
    case["now"] = stamp(latest + dice.within(0, if in_days { 4 * 24 * 60 } else { base * 2 }) * MINUTE).into();
    case["events"] = events.into();
    (case, apart)
}

/// An instant on the day that begins at about that time: a whole quarter of an hour, or any millisecond.
fn moment(dice: &mut Dice, about: i64) -> i64 {
    match dice.within(0, 2) {
        0 => about + dice.within(0, 95) * 15 * MINUTE,
        1 => about + dice.within(0, 24 * 60 - 1) * MINUTE,
        _ => about + dice.within(0, 24 * 60 * MINUTE - 1),
    }
}

fn steps(dice: &mut Dice) -> Value {
    let steps = (0..dice.within(0, 4)).map(|_| match dice.within(0, 2) {
        0 => json!({"before": dice.within(1, 60) * 5}),
        1 => json!({"at_due": true}),
        _ => json!({"after": dice.within(1, 60) * 5}),
    });
    steps.collect::<Vec<_>>().into()
}

fn put_days(dice: &mut Dice, case: &mut Value, day: NaiveDate, apart: i64) {
    let weekend = *dice.one_of(&[&[6, 7][..], &[5, 6], &[7], &[]]);
    let mut off = Vec::new();
    let mut work = Vec::new();
    let mut half_days = json!({});
    for days in -3..12 {
        let day = (day + Duration::days(days)).to_string();
        match dice.within(0, 11) {
            0 => off.push(day),
            1 => work.push(day),
            2 => half_days[day] = windows(dice, apart),
            _ => {}
        }
    }
    case["days"] = json!({"weekend": weekend, "off": off, "work": work});
    if case["basis"] == "hours" {
        let mut hours = json!({});
        let usual = windows(dice, apart);
        for (weekday, name) in (1..).zip(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]) {
            if !weekend.contains(&weekday) && (weekday == 1 || !dice.once_in(6)) {
                hours[name] = if dice.once_in(4) { windows(dice, apart) } else { usual.clone() };
            }
        }
        case["hours"] = hours;
        case["half_days"] = half_days;
    }
}

fn windows(dice: &mut Dice, apart: i64) -> Value {
    let mut times: Vec<i64> = (0..2 * dice.within(1, 2)).map(|_| dice.within(0, 24 * 60 / apart) * apart).collect();
    times.sort_unstable();
    let text = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
    let spans: Vec<Value> =
        times.chunks(2).filter(|pair| pair[0] < pair[1]).map(|pair| json!([text(pair[0]), text(pair[1])])).collect();
    if spans.is_empty() { json!([["08:00", "18:00"]]) } else { spans.into() }
}
