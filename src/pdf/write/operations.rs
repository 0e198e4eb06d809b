//! A page of the display list as printpdf's operations.

use std::collections::BTreeMap;

use printpdf::{
    Color, CurTransMat, DictItem, Line, LineCapStyle, LineJoinStyle, LinePoint, Op, PaintMode, PdfFontHandle, Point,
    Polygon, PolygonRing, Pt, Rgb, TextItem, TextMatrix, WindingOrder, XObjectTransform,
};

use crate::pdf::display::{Colour, Drawn, Ends, Path, Placed, PointKind, Polyline, Tag, TextRun};
use crate::pdf::look::PAGE_HEIGHT;

use super::embed::{Piece, UsedFonts};
use super::structure::Marked;

/// What the page's graphics state holds already; nothing is said twice.
#[derive(Default)]
struct State {
    fill: Option<Colour>,
    stroke: Option<Colour>,
    width: Option<f32>,
    font: Option<(usize, f32)>,
}

/// The operations of the next page.
pub(super) fn page(items: &[Placed], fonts: &mut UsedFonts, marked: &mut Marked) -> Vec<Op> {
    marked.begin_page();
    let mut state = State::default();
    let mut operations =
        vec![Op::SetLineCapStyle { cap: LineCapStyle::Round }, Op::SetLineJoinStyle { join: LineJoinStyle::Round }];
    let mut open: Option<Tag> = None;
    for item in items {
        if open != Some(item.tag) {
            if open.is_some() {
                operations.push(Op::EndMarkedContent);
            }
            operations.push(begin(item.tag, marked));
            open = Some(item.tag);
        }
        match &item.mark {
            Drawn::Text(run) => text(run, &mut state, fonts, &mut operations),
            Drawn::Path(drawn) => {
                path(drawn, &mut state, &mut operations);
                note_bounds(item.tag, path_bounds(drawn), marked);
            }
            Drawn::Image { picture, x, y, width, height } => {
                let place = [*width, 0.0, 0.0, *height, *x, PAGE_HEIGHT - y - height];
                operations.extend([
                    Op::SaveGraphicsState,
                    Op::SetTransformationMatrix { matrix: CurTransMat::Raw(place) },
                    Op::UseXobject {
                        id: super::picture_id(*picture),
                        transform: XObjectTransform { no_auto_scale: true, ..XObjectTransform::default() },
                    },
                    Op::RestoreGraphicsState,
                ]);
                note_bounds(item.tag, Some([*x, PAGE_HEIGHT - y - height, x + width, PAGE_HEIGHT - y]), marked);
            }
        }
    }
    if open.is_some() {
        operations.push(Op::EndMarkedContent);
    }
    operations
}

fn begin(tag: Tag, marked: &mut Marked) -> Op {
    let named = |name: &str| DictItem::Name(name.as_bytes().to_vec());
    match tag {
        Tag::Decoration => Op::BeginMarkedContent { tag: "Artifact".to_owned() },
        Tag::Pagination => Op::BeginMarkedContentWithProperties {
            tag: "Artifact".to_owned(),
            properties: DictItem::Dict { map: BTreeMap::from([("Type".to_owned(), named("Pagination"))]) },
        },
        Tag::Node(node) => {
            let number = DictItem::Int(marked.content_of(node));
            Op::BeginMarkedContentWithProperties {
                tag: "Span".to_owned(),
                properties: DictItem::Dict { map: BTreeMap::from([("MCID".to_owned(), number)]) },
            }
        }
    }
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

fn colour(colour: Colour) -> Color {
    let share = |part: u8| f32::from(part) / 255.0;
    Color::Rgb(Rgb { r: share(colour.0), g: share(colour.1), b: share(colour.2), icc_profile: None })
}

fn set_fill(wanted: Colour, state: &mut State, operations: &mut Vec<Op>) {
    if state.fill != Some(wanted) {
        state.fill = Some(wanted);
        operations.push(Op::SetFillColor { col: colour(wanted) });
    }
}

fn text(run: &TextRun, state: &mut State, fonts: &mut UsedFonts, operations: &mut Vec<Op>) {
    set_fill(run.colour, state, operations);
    operations.push(Op::StartTextSection);
    if state.font != Some((run.face, run.size)) {
        state.font = Some((run.face, run.size));
        let font = PdfFontHandle::External(UsedFonts::id(run.face));
        operations.push(Op::SetFont { font, size: Pt(run.size) });
    }
    let matrix = TextMatrix::Translate(Pt(run.x), Pt(PAGE_HEIGHT - run.baseline));
    operations.push(Op::SetTextMatrix { matrix });
    for piece in fonts.pieces(run) {
        match piece {
            Piece::Plain(items) => operations.push(Op::ShowText { items }),
            Piece::Raised { rise, items } => {
                operations.push(Op::SetLineOffset { multiplier: rise });
                operations.push(Op::ShowText { items });
                operations.push(Op::SetLineOffset { multiplier: 0.0 });
            }
            Piece::Begin(text) => operations.push(actual_text(&text)),
            Piece::End => operations.push(Op::EndMarkedContent),
        }
    }
    operations.push(Op::EndTextSection);
}

/// Says what the glyphs to come mean, where their own entry in ToUnicode says something else.
fn actual_text(text: &str) -> Op {
    let mut data = vec![0xfe, 0xff];
    data.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    let text = DictItem::String { data, literal: false };
    Op::BeginMarkedContentWithProperties {
        tag: "Span".to_owned(),
        properties: DictItem::Dict { map: BTreeMap::from([("ActualText".to_owned(), text)]) },
    }
}

fn points(line: &Polyline) -> Vec<LinePoint> {
    let point = |(x, y, kind): &(f32, f32, PointKind)| LinePoint {
        p: Point { x: Pt(*x), y: Pt(PAGE_HEIGHT - y) },
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
        let rings = path.lines.iter().map(|line| PolygonRing { points: points(line) }).collect();
        let polygon = Polygon { rings, mode: PaintMode::Fill, winding_order: WindingOrder::NonZero };
        operations.push(Op::DrawPolygon { polygon });
    }
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

/// Items of one show operator are gathered here.
pub(super) type Items = Vec<TextItem>;
