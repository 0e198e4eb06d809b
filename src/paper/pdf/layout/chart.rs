//! Charts of readings over time: axis, range of good values, readings, and their trend.

mod labels;

use crate::pdf::display::{Ends, Path, Placed, Polyline, Role, Srgb, Tag, Tree};
use crate::pdf::look::{AXIS, GOOD, GOOD_TINT, INK, LEFT, NOTE, NOTE_STRONG, QUIET, RULE, STRONG, WHITE, colour_of};
use domain::reports::{Bound, Chart, Mark};

use super::SlabBuilder;
use super::frame::spaced;
use super::marks;
use super::pictures::GUTTER;
use super::slab::{Stack, side_by_side};
use labels::{Label, LabelAnchor, Obstacles, Point, along, spot};

/// Height of the plot area, in points.
const FIELD: f32 = 74.0;
/// Minimum space to the left of the plot area, for the labels of limits, and to its right, for that of the last value.
const BESIDE: (f32, f32) = (34.0, 52.0);
/// Gap between the plot area and the labels of limits, and between the last value and its label.
const APART: (f32, f32) = (5.0, 7.0);
/// Distance from the centre of a marker to its clearance.
const MARKER: f32 = 2.4;

impl SlabBuilder {
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
        let bounds = [&chart.max, &chart.min].into_iter().flatten();
        let widest = bounds.map(|bound| self.type_.fit(&bound.words, AXIS, width / 2.0).width).fold(0.0, f32::max);
        let left = BESIDE.0.max(widest + APART.0);
        if let Some(field) = Field::of(chart, x + left, width - left - BESIDE.1) {
            let figure = Tag::Node(self.tree.figure(Tree::ROOT, &chart.alternative));
            let (height, items) = self.plot(chart, &field, (x, x + width), figure);
            stack.push(height, items);
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

    /// Draws the plot area and its labels between the chart's `edges`; returns the total height.
    fn plot(&mut self, chart: &Chart, field: &Field, edges: (f32, f32), figure: Tag) -> (f32, Vec<Placed>) {
        let mut items = field.ground(chart);
        items.extend(field.values(chart, figure));
        let mut heights: Vec<(f32, &Bound)> =
            [&chart.max, &chart.min].into_iter().flatten().map(|bound| (field.y(bound.at), bound)).collect();
        push_apart(&mut heights);
        for (y, bound) in heights {
            let line = self.type_.fit(&bound.words, AXIS, field.x - edges.0 - APART.0 + 0.1);
            line.place(field.x - APART.0 - line.width, y - AXIS.leading / 2.0, AXIS, figure, &mut items);
        }
        self.days(chart, field, edges, figure, &mut items);
        let top = self.last_value(chart, field, edges, figure, &mut items);
        // Whatever extends above the plot area needs extra height.
        let above = if top < -NOTE_STRONG.leading { -top } else { 0.0 };
        items.iter_mut().for_each(|item| item.shift(above));
        (above + FIELD + 14.0, items)
    }

    /// Draws the label of the last value where it cannot be mistaken for another's: to the right of the last point if
    /// nothing follows it, otherwise above or below it; above the plot area if there is no room. Returns its vertical
    /// position.
    fn last_value(
        &mut self,
        chart: &Chart,
        field: &Field,
        edges: (f32, f32),
        figure: Tag,
        items: &mut Vec<Placed>,
    ) -> f32 {
        let line = self.type_.fit(&chart.last, NOTE_STRONG, edges.1 - edges.0);
        let at = field.at(chart.points[chart.points.len() - 1]);
        let spot = match &chart.outlook {
            None if line.width <= BESIDE.1 - APART.1 => Some((at.0 + APART.1, at.1 - NOTE_STRONG.leading / 2.0)),
            None => None,
            Some(_) => spot(at, line.width, [field.x + 2.0, -3.0, edges.1, FIELD - 1.0], &field.obstacles(chart)),
        };
        let (x, y) = spot.unwrap_or_else(|| {
            let x = (at.0 - line.width / 2.0).min(edges.1 - line.width).max(edges.0);
            (x, -NOTE_STRONG.leading - 1.0)
        });
        line.place(x, y, NOTE_STRONG, figure, items);
        y
    }

    /// Draws the dates of the first and last readings and of the next visit below the axis, as far as there is room.
    fn days(&mut self, chart: &Chart, field: &Field, edges: (f32, f32), figure: Tag, items: &mut Vec<Placed>) {
        let coloured = AXIS.in_colour(colour_of(Mark::Attention));
        let fit = |desk: &mut SlabBuilder, words: &str| desk.type_.fit(words, AXIS, field.width * 0.5);
        let first = (fit(self, &chart.span.0), field.x, LabelAnchor::Right, AXIS);
        let stands = if chart.outlook.is_some() { LabelAnchor::Middle } else { LabelAnchor::Left };
        let last = (fit(self, &chart.span.1), field.at(chart.points[chart.points.len() - 1]).0, stands, AXIS);
        let right = field.x + field.width;
        let next = chart.outlook.as_ref().map(|ahead| (fit(self, &ahead.until), right, LabelAnchor::Left, coloured));
        // The date of the last reading is always shown; that of the first is the most dispensable.
        let all = [vec![&first, &last], vec![&last]];
        let with_next = all.iter().flat_map(|labels| next.iter().map(|next| [&labels[..], &[next]].concat()));
        for labels in with_next.chain(all.iter().cloned()) {
            let wanted: Vec<Label> =
                labels.iter().map(|(line, at, stands, _)| Label::new(*at, line.width, *stands, edges)).collect();
            let Some(places) = along(&wanted) else { continue };
            for ((line, at, _, style), x) in labels.into_iter().zip(places) {
                line.place(x, FIELD + 3.5, *style, figure, items);
                items.push(Placed::decoration(self::line(&[(*at, FIELD), (*at, FIELD + 2.4)], QUIET, 0.5)));
            }
            return;
        }
    }
}

/// Separates labels that would overlap.
fn push_apart(heights: &mut [(f32, &Bound)]) {
    if let [upper, lower] = heights
        && lower.0 - upper.0 < AXIS.leading
    {
        let middle = f32::midpoint(upper.0, lower.0).clamp(AXIS.leading / 2.0, FIELD - AXIS.leading / 2.0);
        upper.0 = middle - AXIS.leading / 2.0;
        lower.0 = middle + AXIS.leading / 2.0;
    }
}

/// The plot area, and the values at its edges.
struct Field {
    x: f32,
    width: f32,
    days: f64,
    low: f64,
    high: f64,
}

impl Field {
    /// `None` if the values span no range.
    fn of(chart: &Chart, x: f32, width: f32) -> Option<Field> {
        let bounds = [&chart.min, &chart.max].into_iter().flatten().map(|bound| bound.at);
        let ahead = chart.outlook.iter().flat_map(|outlook| &outlook.line);
        let values = chart.points.iter().chain(ahead.clone()).map(|(_, value)| *value).chain(bounds);
        let (low, high) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let days = chart.points.iter().chain(ahead).map(|(day, _)| *day).fold(0.0, f64::max);
        let room = ((high - low) * 0.1).max(high.abs().max(low.abs()) * 1e-3);
        let room = if room > 0.0 { room } else { 1e-6 };
        let field = Field { x, width, days, low: low - room, high: high + room };
        (days > 0.0 && (field.high - field.low).is_finite() && !chart.points.is_empty()).then_some(field)
    }

    fn x(&self, day: f64) -> f32 {
        self.x + self.width * share(day / self.days)
    }

    fn y(&self, value: f64) -> f32 {
        FIELD * (1.0 - share((value - self.low) / (self.high - self.low)))
    }

    fn at(&self, (day, value): (f64, f64)) -> Point {
        (self.x(day), self.y(value))
    }

    /// What the label of the last value must not overlap.
    fn obstacles(&self, chart: &Chart) -> Obstacles {
        let points: Vec<Point> = chart.points.iter().map(|point| self.at(*point)).collect();
        let ahead = chart.outlook.iter().map(|outlook| outlook.line.map(|point| self.at(point)));
        let markers = points[..points.len() - 1]
            .iter()
            .flat_map(|(x, y)| [[(x - MARKER, *y), (x + MARKER, *y)], [(*x, y - MARKER), (*x, y + MARKER)]]);
        let lines = points.windows(2).map(|pair| [pair[0], pair[1]]).chain(ahead).chain(markers).collect();
        let bounds = [&chart.max, &chart.min].into_iter().flatten();
        let rules = bounds.map(|bound| self.y(bound.at)).map(|y| [(self.x, y), (self.x + self.width, y)]).collect();
        Obstacles { lines, rules }
    }

    /// The range of good values with its limits, and the axis.
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
        paths.into_iter().map(Placed::decoration).collect()
    }

    /// The values joined by a line, with those out of range marked and the last one emphasised; the trend is dashed.
    fn values(&self, chart: &Chart, figure: Tag) -> Vec<Placed> {
        let inside = |value: f64| {
            chart.min.as_ref().is_none_or(|min| value >= min.at) && chart.max.as_ref().is_none_or(|max| value <= max.at)
        };
        let points: Vec<Point> = chart.points.iter().map(|point| self.at(*point)).collect();
        let mut paths = Vec::new();
        if let Some(outlook) = &chart.outlook {
            let [from, to] = outlook.line.map(|point| self.at(point));
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

/// Maps a value to 0–1, clamped to the edges.
fn share(share: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "a place on some hundred points")]
    let share = if share.is_finite() { share.clamp(0.0, 1.0) as f32 } else { 0.5 };
    share
}

fn line(points: &[(f32, f32)], colour: Srgb, width: f32) -> Path {
    Path::stroked(Polyline::through(points, Ends::Open), colour, width)
}

/// A dashed line, with dashes 3 points long and gaps of 2 points.
fn dashes(from: (f32, f32), to: (f32, f32), colour: Srgb) -> Path {
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
    use super::super::tests::{desk, texts};
    use super::*;
    use domain::reports::Outlook;

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

    /// The labels of a chart with their positions.
    fn drawn(chart: &Chart) -> Vec<(f32, f32, String)> {
        let mut desk = desk();
        let stack = desk.chart(chart, 100.0, 237.0);
        let mut items = Vec::new();
        stack.put(0.0, &mut items);
        texts(&items).into_iter().map(|(x, y, words)| (x, y, words.to_owned())).collect()
    }

    fn place(drawn: &[(f32, f32, String)], words: &str) -> (f32, f32) {
        let found = drawn.iter().find(|text| text.2 == words);
        found.map(|(x, y, _)| (*x, *y)).unwrap_or_else(|| panic!("no {words:?} in {drawn:?}"))
    }

    fn with_outlook() -> Chart {
        let points = vec![(0.0, 20.0), (30.0, 18.0), (60.0, 16.0), (90.0, 14.0)];
        Chart {
            last: "14 V".to_owned(),
            span: ("May 2026".to_owned(), "August 2026".to_owned()),
            outlook: Some(Outlook { line: [(0.0, 20.0), (180.0, 8.0)], until: "November 2026".to_owned() }),
            ..chart(points, Some(10.0), None)
        }
    }

    #[test]
    fn the_last_value_and_its_month_stand_at_the_last_reading_and_the_next_visit_at_the_edge() {
        let drawn = drawn(&with_outlook());
        // The plot area begins at 134 and is 151 points wide; the last reading is in its middle.
        let middle = 134.0 + 151.0 / 2.0;
        let (value, month, next) =
            (place(&drawn, "14 V"), place(&drawn, "August 2026"), place(&drawn, "November 2026"));
        assert!((value.0 - middle).abs() < 24.0, "{drawn:?}");
        assert!(month.0 < middle && month.0 + 45.0 > middle, "{drawn:?}");
        assert!(next.0 > month.0 + 40.0 && next.0 < 285.0 && (next.1 - month.1).abs() < 0.01, "{drawn:?}");
    }

    #[test]
    fn without_an_outlook_the_last_value_stands_beside_the_field() {
        let drawn = drawn(&Chart { outlook: None, ..with_outlook() });
        assert!((place(&drawn, "14 V").0 - 292.0).abs() < 0.01 && drawn.len() == 4, "{drawn:?}");
    }

    #[test]
    fn no_number_is_cut() {
        let value = "1234567600.5 Umdrehungen/Minute";
        for outlook in [None, with_outlook().outlook] {
            let mut chart = Chart { last: value.to_owned(), outlook, ..with_outlook() };
            chart.min = Some(Bound { at: 10.0, words: "1234567890.5".to_owned() });
            let drawn = drawn(&chart);
            let (limit, last) = (place(&drawn, "1234567890.5"), place(&drawn, value));
            assert!(limit.0 >= 100.0 && last.0 >= 100.0, "{drawn:?}");
            assert!(place(&drawn, "May 2026").0 > limit.0);
        }
    }

    #[test]
    fn a_value_too_wide_to_stand_beside_the_field_stands_above_it() {
        let short = drawn(&Chart { outlook: None, ..with_outlook() });
        let long = drawn(&Chart { outlook: None, last: "1006000.25 MΩ".to_owned(), ..with_outlook() });
        let axis = |drawn: &[(f32, f32, String)]| place(drawn, "May 2026").1;
        assert!(axis(&long) > axis(&short) + 10.0 && place(&long, "1006000.25 MΩ").1 < 14.0, "{long:?}");
    }

    #[test]
    fn tiny_values_fill_the_field_as_others_do() {
        let field = Field::of(&chart(vec![(0.0, 5e-8), (9.0, 6e-8)], None, Some(1e-7)), 0.0, 100.0).unwrap();
        assert!(field.y(5e-8) - field.y(1e-7) > FIELD / 2.0);
    }

    #[test]
    fn labels_of_two_limits_never_lie_on_one_another() {
        let bound = Bound { at: 0.0, words: String::new() };
        let mut heights = [(40.0, &bound), (41.0, &bound)];
        push_apart(&mut heights);
        assert!(heights[1].0 - heights[0].0 >= AXIS.leading - 0.01);
    }
}
