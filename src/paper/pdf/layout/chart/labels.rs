//! Positions a chart's labels so that none overlaps another or a line.

/// Minimum gap between two labels below the axis.
const APART: f32 = 5.0;

/// A label below the axis: its width, the permitted range of its left end, and the preferred position.
#[derive(Debug, Clone, Copy)]
pub(super) struct Label {
    width: f32,
    low: f32,
    best: f32,
    high: f32,
}

/// Alignment of a label with its tick.
#[derive(Debug, Clone, Copy)]
pub(super) enum LabelAnchor {
    Right,
    Middle,
    Left,
}

impl Label {
    /// A label that always touches its tick at `at` and stays within `edges`.
    pub fn new(at: f32, width: f32, stands: LabelAnchor, edges: (f32, f32)) -> Label {
        let best = match stands {
            LabelAnchor::Right => at,
            LabelAnchor::Middle => at - width / 2.0,
            LabelAnchor::Left => at - width,
        };
        Label { width, low: (at - width).max(edges.0), best, high: at.min(edges.1 - width) }
    }
}

/// Left ends of the labels, from left to right; `None` if they do not fit side by side.
pub(super) fn along(labels: &[Label]) -> Option<Vec<f32>> {
    let mut highs: Vec<f32> = labels.iter().map(|label| label.high).collect();
    for index in (1..labels.len()).rev() {
        highs[index - 1] = highs[index - 1].min(highs[index] - APART - labels[index - 1].width);
    }
    let mut free = f32::NEG_INFINITY;
    let mut places = Vec::new();
    for (label, high) in labels.iter().zip(highs) {
        let low = label.low.max(free);
        if low > high {
            return None;
        }
        let place = label.best.clamp(low, high);
        free = place + label.width + APART;
        places.push(place);
    }
    Some(places)
}

/// A point on the page.
pub(super) type Point = (f32, f32);

/// What a label must avoid: always `lines`, and `rules` if possible.
pub(super) struct Obstacles {
    pub lines: Vec<[Point; 2]>,
    pub rules: Vec<[Point; 2]>,
}

/// The upper left corner of a label of this `width` at a marker, above or below it; `None` if every position is crossed
/// by a line.
///
/// The label stays within `frame`: left, upper, right, lower edge.
pub(super) fn spot(at: Point, width: f32, frame: [f32; 4], obstacles: &Obstacles) -> Option<Point> {
    // Vertical extent of the letters, measured from the top of the line box.
    const INK: (f32, f32) = (1.6, 9.4);
    const MARKER: f32 = 4.0;
    let mut found: Option<(f32, Point)> = None;
    for (steps, away) in [(0.0, 0.0), (1.0, 3.5), (2.0, 7.0)] {
        for top in [at.1 - MARKER - away - INK.1, at.1 + MARKER + away - INK.0] {
            for (aside, left) in [(0.0, at.0 - width / 2.0), (0.4, at.0 + 3.0 - width), (0.6, at.0 - 3.0)] {
                let left = left.clamp(frame[0], (frame[2] - width).max(frame[0]));
                let ink = [left - 1.5, top + INK.0, left + width + 1.5, top + INK.1];
                let clear = ink[1] >= frame[1] && ink[3] <= frame[3];
                if !clear || obstacles.lines.iter().any(|line| crosses(*line, ink)) {
                    continue;
                }
                let on_rules = if obstacles.rules.iter().any(|line| crosses(*line, ink)) { 3.0 } else { 0.0 };
                let cost = steps + aside + on_rules;
                if found.is_none_or(|(least, _)| cost < least) {
                    found = Some((cost, (left, top)));
                }
            }
        }
    }
    found.map(|(_, spot)| spot)
}

/// Whether a line segment crosses a frame: left, upper, right, lower edge.
fn crosses([from, to]: [Point; 2], frame: [f32; 4]) -> bool {
    let mut inside = (0.0_f32, 1.0_f32);
    let ways = [(from.0, to.0 - from.0, frame[0], frame[2]), (from.1, to.1 - from.1, frame[1], frame[3])];
    for (start, way, low, high) in ways {
        if way.abs() < 1e-4 {
            if start < low || start > high {
                return false;
            }
        } else {
            let (one, other) = ((low - start) / way, (high - start) / way);
            inside = (inside.0.max(one.min(other)), inside.1.min(one.max(other)));
        }
    }
    inside.0 <= inside.1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_under_an_axis_make_room_for_each_other_or_are_left_out() {
        let edges = (0.0, 200.0);
        let label = |at, stands| Label::new(at, 50.0, stands, edges);
        let all = |last| {
            along(&[label(34.0, LabelAnchor::Right), label(last, LabelAnchor::Middle), label(150.0, LabelAnchor::Left)])
        };
        assert_eq!(all(115.0).unwrap(), [34.0, 90.0, 145.0]);
        assert_eq!(all(84.0).unwrap(), [29.0, 84.0, 139.0]);
        assert!(all(40.0).is_none());
    }

    #[test]
    fn a_line_through_a_frame_is_known_even_where_it_ends_outside() {
        let frame = [10.0, 10.0, 20.0, 20.0];
        assert!(crosses([(0.0, 0.0), (30.0, 30.0)], frame) && crosses([(15.0, 0.0), (15.0, 99.0)], frame));
        assert!(!crosses([(0.0, 0.0), (9.0, 30.0)], frame) && !crosses([(0.0, 25.0), (99.0, 25.0)], frame));
    }

    proptest! {
        #[test]
        fn labels_never_lie_on_one_another_and_touch_their_ticks(
            ticks in prop::collection::vec(0.0_f32..200.0, 1..4),
            widths in prop::collection::vec(1.0_f32..90.0, 4),
        ) {
            let mut ticks = ticks;
            ticks.sort_by(f32::total_cmp);
            let labels: Vec<Label> =
                ticks.iter().zip(&widths).map(|(at, width)| Label::new(*at, *width, LabelAnchor::Middle, (-20.0, 220.0))).collect();
            if let Some(places) = along(&labels) {
                for (index, (place, tick)) in places.iter().zip(&ticks).enumerate() {
                    prop_assert!(*place <= tick + 0.01 && place + widths[index] >= tick - 0.01);
                    prop_assert!(index == 0 || places[index - 1] + widths[index - 1] + APART <= place + 0.01);
                }
            }
        }

        #[test]
        fn a_label_at_a_marker_lies_on_no_line(slope in -3.0_f32..3.0, before in -3.0_f32..3.0, width in 10.0_f32..80.0) {
            let at = (100.0, 37.0);
            let end = |way: f32, slope: f32| (at.0 + way, (at.1 + way * slope).clamp(0.0, 74.0));
            let lines = vec![[end(-60.0, before), at], [at, end(90.0, slope)]];
            let obstacles = Obstacles { lines: lines.clone(), rules: Vec::new() };
            if let Some((left, top)) = spot(at, width, [34.0, -3.0, 240.0, 74.0], &obstacles) {
                prop_assert!(left >= 34.0 && left + width <= 240.0);
                let letters = [left, top + 2.0, left + width, top + 9.0];
                prop_assert!(!lines.iter().any(|line| crosses(*line, letters)));
            }
        }
    }
}
