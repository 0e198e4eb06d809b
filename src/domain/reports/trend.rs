//! The trend of a reading over the last visits, and whether it is heading across a limit (P06).
//!
//! A line is fitted by least squares to the last [`FITTED`] readings over their days. It is only used if it explains at
//! least half of the variance (R² ≥ 0.5): a reading that merely fluctuates is not heading anywhere.

use chrono::{NaiveDate, TimeDelta};

/// Maximum number of readings shown in a chart, including this visit's.
pub const SHOWN: usize = 24;
/// Maximum number of readings that the line is fitted to.
pub const FITTED: usize = 8;
/// Minimum number of readings for a line.
pub const LEAST: usize = 4;
/// Minimum fraction of the variance that the line must explain.
const EXPLAINED: f64 = 0.5;

/// A value read on a day at the site.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    pub on: NaiveDate,
    pub value: f64,
}

/// Which of the two limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    Lower,
    Upper,
}

/// A limit that the line crosses before the next visit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crossing {
    pub limit: Limit,
    /// The limit's value.
    pub at: f64,
    /// The day on which the line crosses it.
    pub on: NaiveDate,
    /// The number of readings that the line was fitted to.
    pub readings: usize,
    pub line: TrendLine,
}

/// A straight line through readings: its value on its first day, and its slope per day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrendLine {
    pub from: NaiveDate,
    pub start: f64,
    pub per_day: f64,
}

impl TrendLine {
    /// The line's value on a day.
    #[must_use]
    pub fn on(&self, day: NaiveDate) -> f64 {
        self.start + self.per_day * days(self.from, day)
    }

    /// The line through the last [`FITTED`] of `readings`, oldest first; `None` if it cannot be used.
    #[must_use]
    pub fn through(readings: &[Reading]) -> Option<TrendLine> {
        let last = &readings[readings.len().saturating_sub(FITTED)..];
        if last.len() < LEAST {
            return None;
        }
        let from = last[0].on;
        #[expect(clippy::cast_precision_loss, reason = "eight readings")]
        let count = last.len() as f64;
        let mean_day = last.iter().map(|reading| days(from, reading.on)).sum::<f64>() / count;
        let mean = last.iter().map(|reading| reading.value).sum::<f64>() / count;
        let (mut days_squared, mut both, mut values_squared) = (0.0, 0.0, 0.0);
        for reading in last {
            let (day, value) = (days(from, reading.on) - mean_day, reading.value - mean);
            days_squared += day * day;
            both += day * value;
            values_squared += value * value;
        }
        let per_day = both / days_squared;
        let explained = both * both / (days_squared * values_squared);
        (per_day.is_finite() && explained >= EXPLAINED).then_some(TrendLine {
            from,
            start: mean - per_day * mean_day,
            per_day,
        })
    }
}

/// The limit that `readings`, oldest first, will cross before `next`; `None` if the last reading is already outside, if
/// there is no usable line, or if the line stays within the limits until then.
#[must_use]
pub fn crossing(readings: &[Reading], min: Option<f64>, max: Option<f64>, next: NaiveDate) -> Option<Crossing> {
    let last = readings.last()?;
    let inside = min.is_none_or(|min| last.value >= min) && max.is_none_or(|max| last.value <= max);
    let line = TrendLine::through(readings).filter(|_| inside && next > last.on)?;
    let then = line.on(next);
    let (limit, at) = match (min, max) {
        (_, Some(max)) if then > max && line.per_day > 0.0 => (Limit::Upper, max),
        (Some(min), _) if then < min && line.per_day < 0.0 => (Limit::Lower, min),
        (_, _) => return None,
    };
    let after = ((at - line.on(last.on)) / line.per_day).ceil().clamp(1.0, days(last.on, next));
    #[expect(clippy::cast_possible_truncation, reason = "between one day and the days until the next visit")]
    let on = last.on + TimeDelta::days(after as i64);
    Some(Crossing { limit, at, on, readings: readings.len().min(FITTED), line })
}

fn days(from: NaiveDate, to: NaiveDate) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "some thousand days")]
    let days = (to - from).num_days() as f64;
    days
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn monthly(values: &[f64]) -> Vec<Reading> {
        let first = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
        let days = (0..).map(|n| first + TimeDelta::days(30 * n));
        values.iter().zip(days).map(|(value, on)| Reading { on, value: *value }).collect()
    }

    fn next(readings: &[Reading]) -> NaiveDate {
        readings.last().unwrap().on + TimeDelta::days(30)
    }

    #[test]
    fn p06_a_steady_rise_is_on_its_way_across_the_upper_limit() {
        let readings = monthly(&[10.0, 11.0, 12.0, 13.0, 14.0]);
        let crossing = crossing(&readings, Some(5.0), Some(14.5), next(&readings)).unwrap();
        assert_eq!((crossing.limit, crossing.on), (Limit::Upper, readings[4].on + TimeDelta::days(15)));
        assert_eq!(crossing.readings, 5);
    }

    #[test]
    fn p06_a_fall_crosses_the_lower_limit_and_says_when() {
        let readings = monthly(&[2.0, 2.0, 2.0, 2.0, 1.9, 1.8, 1.7, 1.6, 1.5, 1.4]);
        let found = crossing(&readings, Some(1.35), None, next(&readings)).unwrap();
        assert_eq!((found.limit, found.at), (Limit::Lower, 1.35));
        assert!(found.on > readings[9].on && found.on < next(&readings));
    }

    #[test]
    fn what_jumps_about_what_is_short_and_what_is_outside_already_is_no_trend() {
        let jumping = monthly(&[10.0, 14.0, 10.0, 14.0, 10.0, 14.0, 10.0, 14.0]);
        assert_eq!(crossing(&jumping, None, Some(14.1), next(&jumping)), None);
        let short = monthly(&[10.0, 12.0, 14.0]);
        assert_eq!(crossing(&short, None, Some(15.0), next(&short)), None);
        let outside = monthly(&[10.0, 11.0, 12.0, 13.0, 14.0]);
        assert_eq!(crossing(&outside, None, Some(13.5), next(&outside)), None);
        let still = monthly(&[10.0; 8]);
        assert_eq!(crossing(&still, None, Some(10.0), next(&still)), None);
        assert_eq!(crossing(&[], None, None, NaiveDate::MIN), None);
        let one_day = vec![Reading { on: outside[0].on, value: 1.0 }; 6];
        assert_eq!(crossing(&one_day, Some(0.0), None, next(&one_day)), None);
    }

    proptest! {
        #[test]
        fn a_crossing_lies_between_this_visit_and_the_next(
            values in proptest::collection::vec(-1e9_f64..1e9, 1..30), limit in -1e9_f64..1e9,
        ) {
            let readings = monthly(&values);
            let next = next(&readings);
            for (min, max) in [(Some(limit), None), (None, Some(limit))] {
                if let Some(found) = crossing(&readings, min, max, next) {
                    prop_assert!(found.on > readings[readings.len() - 1].on && found.on <= next);
                }
            }
        }
    }
}
