//! Marks that can be distinguished without colour, chips and gauges.

use crate::pdf::display::{Ends, Path, Placed, Polyline, Srgb, Tag};
use crate::pdf::fonts::Weight;
use crate::pdf::look::{CHIP, GOOD, INK, QUIET, RULE, Style, WHITE, colour_of, tint_of};
use crate::pdf::text::Line;
use domain::reports::{Gauge, Mark};

/// Height of a chip, and of its line.
pub(super) const CHIP_HEIGHT: f32 = 12.0;

/// The shape of a mark: a tick, a triangle, a filled circle with a cross, a dash, a ring crossed out, an empty ring.
pub(super) fn icon(mark: Mark, x: f32, y: f32, size: f32, onto: &mut Vec<Placed>) {
    let at = |points: &[(f32, f32)]| points.iter().map(|(u, v)| (x + u * size, y + v * size)).collect::<Vec<_>>();
    let colour = colour_of(mark);
    let thin = size * 0.11;
    let mut put = |path| onto.push(Placed::decoration(path));
    match mark {
        Mark::Ok => put(stroke(&at(&[(0.12, 0.55), (0.40, 0.82), (0.90, 0.20)]), colour, size * 0.14)),
        Mark::Attention => {
            put(Path::filled(Polyline::through(&at(&[(0.5, 0.04), (1.0, 0.94), (0.0, 0.94)]), Ends::Closed), colour));
            put(stroke(&at(&[(0.5, 0.36), (0.5, 0.64)]), WHITE, thin));
            put(stroke(&at(&[(0.5, 0.79), (0.5, 0.80)]), WHITE, thin));
        }
        Mark::Fault => {
            put(Path::filled(Polyline::rounded(x, y, size, size, size / 2.0), colour));
            put(stroke(&at(&[(0.32, 0.32), (0.68, 0.68)]), WHITE, thin));
            put(stroke(&at(&[(0.68, 0.32), (0.32, 0.68)]), WHITE, thin));
        }
        Mark::NotApplicable => put(stroke(&at(&[(0.15, 0.5), (0.85, 0.5)]), colour, thin)),
        Mark::NotInspected => {
            let (inset, inner) = (thin / 2.0, size - thin);
            put(Path::stroked(Polyline::rounded(x + inset, y + inset, inner, inner, inner / 2.0), colour, thin));
            put(stroke(&at(&[(0.20, 0.80), (0.80, 0.20)]), colour, thin));
        }
        Mark::Open => {
            let (inset, inner) = (thin / 2.0, size - thin);
            put(Path::stroked(Polyline::rounded(x + inset, y + inset, inner, inner, inner / 2.0), colour, thin));
        }
    }
}

fn stroke(points: &[(f32, f32)], colour: Srgb, width: f32) -> Path {
    Path::stroked(Polyline::through(points, Ends::Open), colour, width)
}

/// A segment of the summary bar: solid, hatched, notched or empty, depending on the mark.
pub(super) fn bar_part(mark: Mark, x: f32, y: f32, width: f32, height: f32) -> Vec<Placed> {
    let colour = colour_of(mark);
    let frame = Polyline::rectangle(x, y, width, height);
    let inner = Polyline::rectangle(x + 0.4, y + 0.4, width - 0.8, height - 0.8);
    let paths = match mark {
        Mark::Ok => vec![Path::filled(frame, colour)],
        Mark::Fault => {
            let notch = Polyline::rectangle(x, y + height * 0.4, width, height * 0.2);
            vec![Path::filled(frame, colour), Path::filled(notch, WHITE)]
        }
        Mark::Attention => {
            let mut paths = vec![Path::filled(frame, tint_of(mark)), Path::stroked(inner, colour, 0.8)];
            let mut left = x;
            while left + height < x + width {
                paths.push(stroke(&[(left + 0.6, y + height - 0.6), (left + height - 0.6, y + 0.6)], colour, 0.8));
                left += 4.0;
            }
            paths
        }
        Mark::NotApplicable => vec![Path::filled(frame, RULE)],
        Mark::NotInspected => {
            let across = stroke(&[(x + 0.6, y + height / 2.0), (x + width - 0.6, y + height / 2.0)], colour, 0.8);
            vec![Path::stroked(inner, colour, 0.8), across]
        }
        Mark::Open => vec![Path::stroked(inner, colour, 0.8)],
    };
    paths.into_iter().map(Placed::decoration).collect()
}

/// The text style of a chip.
pub(super) fn chip_style(mark: Mark) -> Style {
    match mark {
        Mark::Fault => CHIP.in_colour(WHITE),
        Mark::Attention => CHIP.in_colour(colour_of(mark)),
        Mark::NotInspected => Style { weight: Weight::Regular, ..CHIP.in_colour(colour_of(mark)) },
        Mark::Ok | Mark::NotApplicable | Mark::Open => Style { weight: Weight::Regular, ..CHIP.in_colour(QUIET) },
    }
}

/// Width of a chip in addition to its text.
pub(super) fn chip_room(mark: Mark) -> f32 {
    match mark {
        Mark::Ok | Mark::NotApplicable | Mark::NotInspected | Mark::Open => 11.0,
        Mark::Attention | Mark::Fault => 21.0,
    }
}

/// A result with its mark: plain if good, outlined if it needs attention, solid if it is a fault.
pub(super) fn chip(mark: Mark, label: &Line, x: f32, tag: Tag, onto: &mut Vec<Placed>) {
    let width = label.width + chip_room(mark);
    let frame = Polyline::rounded(x, 0.0, width, CHIP_HEIGHT, CHIP_HEIGHT / 2.0);
    let size = 7.0;
    let top = (CHIP_HEIGHT - size) / 2.0;
    match mark {
        Mark::Ok | Mark::NotApplicable | Mark::NotInspected | Mark::Open => {
            icon(mark, x, top, size, onto);
            return label.place(x + 11.0, 0.0, chip_style(mark), tag, onto);
        }
        Mark::Attention => {
            onto.push(Placed::decoration(Path::filled(frame.clone(), tint_of(mark))));
            onto.push(Placed::decoration(Path::stroked(frame, colour_of(mark), 0.7)));
            icon(mark, x + 5.5, top, size, onto);
        }
        Mark::Fault => {
            onto.push(Placed::decoration(Path::filled(frame, colour_of(mark))));
            let cross = |a: f32, b: f32| stroke(&[(x + 6.6, top + a), (x + 11.4, top + b)], WHITE, 1.1);
            onto.push(Placed::decoration(cross(1.1, 5.9)));
            onto.push(Placed::decoration(cross(5.9, 1.1)));
        }
    }
    label.place(x + 15.5, 0.0, chip_style(mark), tag, onto);
}

/// A gauge that shows a reading relative to its limits: a scale with the good range, and a marker.
pub(super) fn gauge(gauge: Gauge, x: f32, y: f32, width: f32, onto: &mut Vec<Placed>) {
    let Some(scale) = Scale::of(gauge) else { return };
    let place = |value: f64| x + width * scale.share(value);
    let (from, to) = (place(gauge.min.unwrap_or(scale.low)), place(gauge.max.unwrap_or(scale.high)));
    let mut put = |path| onto.push(Placed::decoration(path));
    put(Path::filled(Polyline::rectangle(x, y + 2.0, width, 1.6), RULE));
    put(Path::filled(Polyline::rectangle(from, y + 1.2, (to - from).max(0.8), 3.2), GOOD));
    for limit in [gauge.min, gauge.max].into_iter().flatten() {
        put(Path::filled(Polyline::rectangle(place(limit) - 0.3, y + 0.2, 0.6, 5.2), QUIET));
    }
    let Some(value) = gauge.value else { return };
    let inside = gauge.min.is_none_or(|min| value >= min) && gauge.max.is_none_or(|max| value <= max);
    let at = place(value);
    let diamond =
        Polyline::through(&[(at, y - 0.6), (at + 3.4, y + 2.8), (at, y + 6.2), (at - 3.4, y + 2.8)], Ends::Closed);
    if inside {
        put(Path::filled(diamond, INK));
    } else {
        put(Path::filled(diamond.clone(), WHITE));
        put(Path::stroked(diamond, colour_of(Mark::Fault), 1.3));
    }
}

/// The values at the ends of a gauge.
struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// The good range with a margin on both sides; a side without a limit extends as far as the value needs.
    fn of(gauge: Gauge) -> Option<Scale> {
        let value = gauge.value.filter(|value| value.is_finite());
        let reach = |limit: f64| {
            let away = value.map_or(0.0, |value| (value - limit).abs() * 1.25);
            away.max(limit.abs() * 0.25).max(1e-9)
        };
        let (low, high) = match (gauge.min, gauge.max) {
            (Some(min), Some(max)) => {
                let room = ((max - min).abs() * 0.3).max(1e-9);
                (min - room, max + room)
            }
            (Some(min), None) => (min - reach(min) * 0.4, min + reach(min)),
            (None, Some(max)) => (max - reach(max), max + reach(max) * 0.4),
            (None, None) => return None,
        };
        (low.is_finite() && high.is_finite() && low < high).then_some(Scale { low, high })
    }

    /// Maps a value to 0–1, clamped to the ends.
    fn share(&self, value: f64) -> f32 {
        let share = (value - self.low) / (self.high - self.low);
        #[expect(clippy::cast_possible_truncation, reason = "a place on a gauge of 80 points")]
        let share = if share.is_finite() { share.clamp(0.0, 1.0) as f32 } else { 0.5 };
        share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gauge_shows_where_the_value_lies_and_survives_absurd_ones() {
        let share = |value, min, max| Scale::of(Gauge { value: Some(value), min, max }).unwrap().share(value);
        assert!(share(13.5, Some(13.0), Some(14.0)) > 0.49 && share(13.5, Some(13.0), Some(14.0)) < 0.51);
        assert!((share(99.0, Some(13.0), Some(14.0)) - 1.0).abs() < f32::EPSILON);
        assert!(share(5.0, Some(10.0), None) < share(10.0, Some(10.0), None));
        assert!(Scale::of(Gauge { value: Some(1.0), min: Some(-1e308), max: Some(1e308) }).is_none());
        assert!(Scale::of(Gauge { value: None, min: Some(0.0), max: Some(0.0) }).is_some());
    }
}
