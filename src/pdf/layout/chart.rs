//! Readings over time: an axis, the range in which all is well, the values, where they lead to.

use crate::domain::report::{Bound, Chart, Mark};
use crate::pdf::display::{Colour, Ends, Path, Placed, Polyline, Role, Tag, Tree};
use crate::pdf::look::{AXIS, GOOD, GOOD_TINT, INK, LEFT, NOTE, NOTE_STRONG, QUIET, RULE, STRONG, WHITE, colour_of};

use super::Desk;
use super::frame::spaced;
use super::marks;
use super::pictures::GUTTER;
use super::slab::{Stack, side_by_side};

/// Height of the field that values are drawn in.
const FIELD: f32 = 74.0;
/// Room at the field's left for the limits' words, and at its right for the last value's.
const BESIDE: (f32, f32) = (34.0, 52.0);

impl Desk {
    /// Two charts side by side.
    pub(super) fn charts(&mut self, charts: &[Chart]) {
        let width = (self.measure - GUTTER) / 2.0;
        for pair in charts.chunks(2) {
            let mut columns = Vec::new();
            for (index, chart) in pair.iter().enumerate() {
                let x = if index == 0 { LEFT } else { LEFT + width + GUTTER };
                columns.push(self.chart(chart, x, width));
            }
            let mut slab = side_by_side(columns, 0.0, 0.0, 320.0);
            spaced(&mut slab, 14.0);
            self.slabs.push(slab);
        }
    }

    fn chart(&mut self, chart: &Chart, x: f32, width: f32) -> Stack {
        let tag = Tag::Node(self.node(Role::Paragraph));
        let mut stack = self.lines(&chart.title, STRONG, x, width, tag);
        let tag = Tag::Node(self.node(Role::Paragraph));
        stack.append(self.lines(&chart.subtitle, NOTE, x, width, tag));
        stack.push(5.0, Vec::new());
        if let Some(field) = Field::of(chart, x + BESIDE.0, width - BESIDE.0 - BESIDE.1) {
            let figure = Tag::Node(self.tree.figure(Tree::ROOT, &chart.alternative));
            stack.push(FIELD + 14.0, self.plot(chart, &field, figure));
        }
        if let Some((mark, text)) = &chart.remark {
            let tag = Tag::Node(self.node(Role::Paragraph));
            let mut words = self.lines(text, NOTE.in_colour(INK), x + 13.0, width - 13.0, tag);
            if let Some((_, items)) = words.pieces.first_mut() {
                marks::icon(*mark, x, 1.2, 8.4, items);
            }
            stack.append(words);
        }
        stack
    }

    fn plot(&mut self, chart: &Chart, field: &Field, figure: Tag) -> Vec<Placed> {
        let mut items = field.ground(chart);
        items.extend(field.values(chart, figure));
        let mut heights: Vec<(f32, &Bound)> =
            [&chart.max, &chart.min].into_iter().flatten().map(|bound| (field.y(bound.at), bound)).collect();
        push_apart(&mut heights);
        for (y, bound) in heights {
            let line = self.type_.fit(&bound.words, AXIS, BESIDE.0 - 5.0);
            line.place(field.x - 5.0 - line.width, y - AXIS.leading / 2.0, AXIS, figure, &mut items);
        }
        let (_, last) = chart.points[chart.points.len() - 1];
        let line = self.type_.fit(&chart.last, NOTE_STRONG, BESIDE.1 - 7.0);
        let top = field.y(last) - NOTE_STRONG.leading / 2.0;
        line.place(field.x + field.width + 7.0, top, NOTE_STRONG, figure, &mut items);
        let below = FIELD + 3.5;
        let half = field.width * 0.5;
        let first = self.type_.fit(&chart.span.0, AXIS, half);
        first.place(field.x, below, AXIS, figure, &mut items);
        let last = self.type_.fit(&chart.span.1, AXIS, half);
        last.place(field.x + field.width - last.width, below, AXIS, figure, &mut items);
        items
    }
}

/// Two labels on one another are read by nobody.
fn push_apart(heights: &mut [(f32, &Bound)]) {
    if let [upper, lower] = heights
        && lower.0 - upper.0 < AXIS.leading
    {
        let middle = f32::midpoint(upper.0, lower.0).clamp(AXIS.leading / 2.0, FIELD - AXIS.leading / 2.0);
        upper.0 = middle - AXIS.leading / 2.0;
        lower.0 = middle + AXIS.leading / 2.0;
    }
}

/// The field that values are drawn in, and what its edges stand for.
struct Field {
    x: f32,
    width: f32,
    days: f64,
    low: f64,
    high: f64,
}

impl Field {
    /// None where the values span no field.
    fn of(chart: &Chart, x: f32, width: f32) -> Option<Field> {
        let bounds = [&chart.min, &chart.max].into_iter().flatten().map(|bound| bound.at);
        let ahead = chart.outlook.iter().flatten();
        let values = chart.points.iter().chain(ahead.clone()).map(|(_, value)| *value).chain(bounds);
        let (low, high) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let days = chart.points.iter().chain(ahead).map(|(day, _)| *day).fold(0.0, f64::max);
        let room = ((high - low) * 0.1).max(high.abs() * 1e-3).max(1e-6);
        let field = Field { x, width, days, low: low - room, high: high + room };
        (days > 0.0 && (field.high - field.low).is_finite() && !chart.points.is_empty()).then_some(field)
    }

    fn x(&self, day: f64) -> f32 {
        self.x + self.width * share(day / self.days)
    }

    fn y(&self, value: f64) -> f32 {
        FIELD * (1.0 - share((value - self.low) / (self.high - self.low)))
    }

    /// The range in which all is well with its edges, and the axis.
    fn ground(&self, chart: &Chart) -> Vec<Placed> {
        let edge = |bound: &Option<Bound>, open: f32| bound.as_ref().map_or(open, |bound| self.y(bound.at));
        let (top, bottom) = (edge(&chart.max, 0.0), edge(&chart.min, FIELD));
        let band = Polyline::rectangle(self.x, top, self.width, (bottom - top).max(0.3));
        let mut paths = vec![Path::filled(band, GOOD_TINT)];
        for bound in [&chart.max, &chart.min].into_iter().flatten() {
            let y = self.y(bound.at);
            paths.push(line(&[(self.x, y), (self.x + self.width, y)], GOOD, 0.8));
        }
        paths.push(line(&[(self.x, FIELD), (self.x + self.width, FIELD)], RULE, 0.6));
        for day in [chart.points[0].0, chart.points[chart.points.len() - 1].0] {
            let x = self.x(day);
            paths.push(line(&[(x, FIELD), (x, FIELD + 2.4)], QUIET, 0.5));
        }
        paths.into_iter().map(Placed::decoration).collect()
    }

    /// The values joined by a line, those outside marked, the last one strongest; dashes where they lead to.
    fn values(&self, chart: &Chart, figure: Tag) -> Vec<Placed> {
        let inside = |value: f64| {
            chart.min.as_ref().is_none_or(|min| value >= min.at) && chart.max.as_ref().is_none_or(|max| value <= max.at)
        };
        let points: Vec<(f32, f32)> = chart.points.iter().map(|(day, value)| (self.x(*day), self.y(*value))).collect();
        let mut paths = Vec::new();
        if let Some([from, to]) = chart.outlook {
            let (from, to) = ((self.x(from.0), self.y(from.1)), (self.x(to.0), self.y(to.1)));
            paths.push(dashes(from, to, colour_of(Mark::Attention)));
        }
        paths.push(line(&points, QUIET, 0.9));
        let last = points.len() - 1;
        for (index, ((x, y), (_, value))) in points.iter().zip(&chart.points).enumerate() {
            let radius = if index == last { 2.7 } else { 1.5 };
            let disc = Polyline::rounded(x - radius, y - radius, 2.0 * radius, 2.0 * radius, radius);
            if inside(*value) {
                paths.push(Path::filled(disc, if index == last { INK } else { QUIET }));
            } else {
                paths.push(Path::filled(disc.clone(), WHITE));
                paths.push(Path::stroked(disc, colour_of(Mark::Fault), 1.1));
            }
        }
        let mark = crate::pdf::display::Drawn::Path;
        paths.into_iter().map(|path| Placed { tag: figure, mark: mark(path) }).collect()
    }
}

/// From 0 to 1; what lies beyond an edge stands on it.
fn share(share: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "a place on some hundred points")]
    let share = if share.is_finite() { share.clamp(0.0, 1.0) as f32 } else { 0.5 };
    share
}

fn line(points: &[(f32, f32)], colour: Colour, width: f32) -> Path {
    Path::stroked(Polyline::through(points, Ends::Open), colour, width)
}

/// A line of dashes, 3 points long and 2 apart.
fn dashes(from: (f32, f32), to: (f32, f32), colour: Colour) -> Path {
    let length = (to.0 - from.0).hypot(to.1 - from.1).max(0.1);
    let at = |along: f32| {
        let share = (along / length).min(1.0);
        (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share)
    };
    let mut path = line(&[], colour, 0.9);
    path.lines.clear();
    let mut along = 0.0;
    while along < length {
        path.lines.push(Polyline::through(&[at(along), at(along + 3.0)], Ends::Open));
        along += 5.0;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(points: Vec<(f64, f64)>, min: Option<f64>, max: Option<f64>) -> Chart {
        let bound = |at: f64| Bound { at, words: at.to_string() };
        Chart {
            title: String::new(),
            subtitle: String::new(),
            alternative: String::new(),
            points,
            min: min.map(bound),
            max: max.map(bound),
            last: String::new(),
            span: (String::new(), String::new()),
            outlook: None,
            remark: None,
        }
    }

    #[test]
    fn a_field_has_room_for_every_value_and_both_limits() {
        let field = Field::of(&chart(vec![(0.0, 5.0), (30.0, 9.0)], Some(0.0), Some(8.0)), 10.0, 100.0).unwrap();
        assert!(field.y(9.0) > 0.0 && field.y(0.0) < FIELD && field.y(9.0) < field.y(8.0));
        assert!((field.x(0.0) - 10.0).abs() < 1e-3 && (field.x(30.0) - 110.0).abs() < 1e-3);
    }

    #[test]
    fn absurd_values_make_no_field() {
        assert!(Field::of(&chart(vec![(0.0, -1e308), (9.0, 1e308)], None, Some(1.0)), 0.0, 100.0).is_none());
        assert!(Field::of(&chart(vec![(0.0, 1.0)], None, Some(1.0)), 0.0, 100.0).is_none());
        assert!(Field::of(&chart(vec![(0.0, 1.0), (9.0, 1.0)], None, Some(1.0)), 0.0, 100.0).is_some());
    }

    #[test]
    fn labels_of_two_limits_never_lie_on_one_another() {
        let bound = Bound { at: 0.0, words: String::new() };
        let mut heights = [(40.0, &bound), (41.0, &bound)];
        push_apart(&mut heights);
        assert!(heights[1].0 - heights[0].0 >= AXIS.leading - 0.01);
    }
}
