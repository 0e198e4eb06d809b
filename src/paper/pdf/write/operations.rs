//! Translates a page of the display list into printpdf's operations.

use std::collections::BTreeMap;

use printpdf::{
    Color, CurTransMat, DictItem, Line, LineCapStyle, LineJoinStyle, LinePoint, Op, PaintMode, PdfFontHandle, Point,
    Polygon, PolygonRing, Pt, Rect, Rgb, WindingOrder, XObjectId, XObjectTransform,
};

use crate::pdf::display::{Drawn, Ends, Path, Placed, PointKind, Polyline, Srgb, Tag, TextRun};
use crate::pdf::look::PAGE_HEIGHT;

use super::embed::UsedFonts;
use super::structure::Marked;

/// The current graphics state of the page, so that nothing is set twice.
#[derive(Default)]
struct State {
    fill: Option<Srgb>,
    stroke: Option<Srgb>,
    width: Option<f32>,
    font: Option<(usize, f32)>,
}

/// The operations of a page whose text was noted before.
pub(super) fn page(items: &[Placed], fonts: &UsedFonts) -> Vec<Op> {
    let mut state = State::default();
    let mut operations = Vec::with_capacity(items.len() * 6);
    operations.push(Op::SetLineCapStyle { cap: LineCapStyle::Round });
    operations.push(Op::SetLineJoinStyle { join: LineJoinStyle::Round });
    let mut open: Option<Tag> = None;
    let mut numbers = 0..;
    for item in items {
        if open != Some(item.tag) {
            if open.is_some() {
                operations.push(Op::EndMarkedContent);
            }
            operations.push(begin(item.tag, &mut numbers));
            open = Some(item.tag);
        }
        match &item.mark {
            Drawn::Text(run) => text(run, &mut state, fonts, &mut operations),
            Drawn::Path(drawn) => path(drawn, &mut state, &mut operations),
            Drawn::Image { picture, x, y, width, height } => {
                let place = [*width, 0.0, 0.0, *height, *x, PAGE_HEIGHT - y - height].map(rounded);
                operations.extend([
                    Op::SaveGraphicsState,
                    Op::SetTransformationMatrix { matrix: CurTransMat::Raw(place) },
                    Op::UseXobject {
                        id: XObjectId(super::picture_name(*picture)),
                        transform: XObjectTransform { no_auto_scale: true, ..XObjectTransform::default() },
                    },
                    Op::RestoreGraphicsState,
                ]);
            }
        }
    }
    if open.is_some() {
        operations.push(Op::EndMarkedContent);
    }
    operations
}

/// Notes which glyphs a page shows and which content belongs to which node, in the same order as [`page`].
pub(super) fn note(items: &[Placed], fonts: &mut UsedFonts, marked: &mut Marked) {
    marked.begin_page();
    let mut open: Option<Tag> = None;
    for item in items {
        if open != Some(item.tag) {
            open = Some(item.tag);
            if let Tag::Node(node) = item.tag {
                marked.add_content(node);
            }
        }
        match &item.mark {
            Drawn::Text(run) => fonts.note(run),
            Drawn::Path(drawn) => note_bounds(item.tag, path_bounds(drawn), marked),
            Drawn::Image { x, y, width, height, .. } => {
                note_bounds(item.tag, Some([*x, PAGE_HEIGHT - y - height, x + width, PAGE_HEIGHT - y]), marked);
            }
        }
    }
}

fn begin(tag: Tag, numbers: &mut impl Iterator<Item = usize>) -> Op {
    let named = |name: &str| DictItem::Name(name.as_bytes().to_vec());
    match tag {
        Tag::Decoration => Op::BeginMarkedContent { tag: "Artifact".to_owned() },
        Tag::Pagination => Op::BeginMarkedContentWithProperties {
            tag: "Artifact".to_owned(),
            properties: DictItem::Dict { map: BTreeMap::from([("Type".to_owned(), named("Pagination"))]) },
        },
        // Almost every text begins with this, so it is written verbatim instead of building a dictionary.
        Tag::Node(_) => {
            let number = numbers.next().expect("numbers do not end");
            Op::Unknown { key: format!("/Span<</MCID {number}>>BDC"), value: Vec::new() }
        }
    }
}

/// Rounds to a hundredth of a point, finer than a dot at 7,200 dpi: this saves space, and no eye sees it.
fn rounded(length: f32) -> f32 {
    round(length, 100.0)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a page has some hundred points")]
fn round(value: f32, parts: f32) -> f32 {
    (value * parts + 0.5_f32.copysign(value)) as i32 as f32 / parts
}

fn note_bounds(tag: Tag, bounds: Option<[f32; 4]>, marked: &mut Marked) {
    match (tag, bounds) {
        (Tag::Node(node), Some(bounds)) => marked.note_bounds(node, bounds),
        (Tag::Node(_) | Tag::Decoration | Tag::Pagination, _) => {}
    }
}

fn path_bounds(path: &Path) -> Option<[f32; 4]> {
    let mut points = path.lines.iter().flat_map(|line| &line.points).map(|(x, y, _)| (*x, PAGE_HEIGHT - y));
    let (x, y) = points.next()?;
    Some(
        points.fold([x, y, x, y], |[left, low, right, high], (x, y)| {
            [left.min(x), low.min(y), right.max(x), high.max(y)]
        }),
    )
}

fn colour(colour: Srgb) -> Color {
    let share = |part: u8| round(f32::from(part) / 255.0, 1000.0);
    Color::Rgb(Rgb { r: share(colour.0), g: share(colour.1), b: share(colour.2), icc_profile: None })
}

fn set_fill(wanted: Srgb, state: &mut State, operations: &mut Vec<Op>) {
    if state.fill != Some(wanted) {
        state.fill = Some(wanted);
        operations.push(Op::SetFillColor { col: colour(wanted) });
    }
}

fn text(run: &TextRun, state: &mut State, fonts: &UsedFonts, operations: &mut Vec<Op>) {
    set_fill(run.colour, state, operations);
    operations.push(Op::StartTextSection);
    if state.font != Some((run.face, run.size)) {
        state.font = Some((run.face, run.size));
        let font = PdfFontHandle::External(UsedFonts::id(run.face));
        operations.push(Op::SetFont { font, size: Pt(run.size) });
    }
    operations.push(Op::SetTextCursor { pos: point(run.x, run.baseline) });
    fonts.show(run, operations);
    operations.push(Op::EndTextSection);
}

fn point(x: f32, y: f32) -> Point {
    Point { x: Pt(rounded(x)), y: Pt(rounded(PAGE_HEIGHT - y)) }
}

fn points(line: &Polyline) -> Vec<LinePoint> {
    let point = |(x, y, kind): &(f32, f32, PointKind)| LinePoint {
        p: point(*x, *y),
        bezier: match kind {
            PointKind::On => false,
            PointKind::Control => true,
        },
    };
    line.points.iter().map(point).collect()
}

fn path(path: &Path, state: &mut State, operations: &mut Vec<Op>) {
    if path.lines.is_empty() {
        return;
    }
    if let Some(fill) = path.fill {
        set_fill(fill, state, operations);
        if let Some(rectangle) = rectangle(path) {
            operations.push(Op::DrawRectangle { rectangle });
            return stroke(path, state, operations);
        }
        let rings = path.lines.iter().map(|line| PolygonRing { points: points(line) }).collect();
        let polygon = Polygon { rings, mode: PaintMode::Fill, winding_order: WindingOrder::NonZero };
        operations.push(Op::DrawPolygon { polygon });
    }
    stroke(path, state, operations);
}

fn stroke(path: &Path, state: &mut State, operations: &mut Vec<Op>) {
    if let Some(stroke) = path.stroke {
        if state.stroke != Some(stroke.colour) {
            state.stroke = Some(stroke.colour);
            operations.push(Op::SetOutlineColor { col: colour(stroke.colour) });
        }
        if state.width != Some(stroke.width) {
            state.width = Some(stroke.width);
            operations.push(Op::SetOutlineThickness { pt: Pt(stroke.width) });
        }
        for line in &path.lines {
            let is_closed = match line.ends {
                Ends::Open => false,
                Ends::Closed => true,
            };
            operations.push(Op::DrawLine { line: Line { points: points(line), is_closed } });
        }
    }
}

/// The path as a filled rectangle, if it is one: one operation instead of five.
fn rectangle(path: &Path) -> Option<Rect> {
    let [line] = path.lines.as_slice() else { return None };
    let [a, b, c, d] = line.points.as_slice() else { return None };
    let are_corners = line.points.iter().all(|(_, _, kind)| *kind == PointKind::On);
    #[expect(clippy::float_cmp, reason = "corners of a rectangle are the same lengths, not almost the same")]
    let is_upright = a.1 == b.1 && b.0 == c.0 && c.1 == d.1 && d.0 == a.0;
    (are_corners && is_upright).then(|| {
        let (from, to) = (point(a.0, a.1), point(c.0, c.1));
        Rect {
            x: from.x,
            y: from.y,
            width: Pt(rounded(to.x.0 - from.x.0)),
            height: Pt(rounded(to.y.0 - from.y.0)),
            mode: Some(PaintMode::Fill),
            winding_order: None,
        }
    })
}
