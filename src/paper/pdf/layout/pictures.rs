//! Photos in a grid, and signatures as they were drawn.

use crate::pdf::display::{Drawn, Ends, NodeId, Path, Placed, PointKind, Polyline, Role, Stroke, Tag, Tree};
use crate::pdf::look::{INK, LABEL, LEFT, NOTE, RULE, STRONG, TINT};
use domain::reports::{CaptionedPhoto, Ink, SignatureBox};

use super::SlabBuilder;
use super::frame::spaced;
use super::slab::{Stack, side_by_side};

/// Gap between adjacent items.
pub(super) const GUTTER: f32 = 18.0;
/// Height of a signature's box.
const FIELD: f32 = 64.0;
/// Maximum number of points of a signature that are drawn; a finger produces a few hundred.
const MAX_POINTS: usize = 20_000;

impl SlabBuilder {
    /// A grid of photos: two columns if there are few, otherwise three.
    pub(super) fn photos(&mut self, photos: &[CaptionedPhoto]) {
        let abreast: u8 = if photos.len() > 4 { 3 } else { 2 };
        let width = (self.measure - GUTTER * f32::from(abreast - 1)) / f32::from(abreast);
        for row in photos.chunks(usize::from(abreast)) {
            let places = (0..abreast).map(|index| LEFT + f32::from(index) * (width + GUTTER));
            let columns =
                row.iter().zip(places).map(|(photo, x)| self.photo(photo, x, width, width * 0.75, Tree::ROOT));
            let mut slab = side_by_side(columns.collect(), 0.0, 0.0, 320.0);
            spaced(&mut slab, 12.0);
            self.slabs.push(slab);
        }
    }

    /// A photo in its frame, with its caption below.
    pub(super) fn photo(&mut self, photo: &CaptionedPhoto, x: f32, width: f32, height: f32, parent: NodeId) -> Stack {
        let mut stack = Stack::default();
        match &photo.picture {
            Ok(picture) => {
                let back = Path::filled(Polyline::rectangle(x, 0.0, width, height), TINT);
                let index = self.pictures.iter().position(|known| known == picture).unwrap_or_else(|| {
                    self.pictures.push(picture.clone());
                    self.pictures.len() - 1
                });
                #[expect(clippy::cast_precision_loss, reason = "pictures are scaled to some thousand pixels")]
                let (wide, high) = (picture.width as f32, picture.height as f32);
                let scale = (width / wide).min(height / high);
                let (wide, high) = (wide * scale, high * scale);
                let mark = Drawn::Image {
                    picture: index,
                    x: x + (width - wide) / 2.0,
                    y: (height - high) / 2.0,
                    width: wide,
                    height: high,
                };
                let tag = Tag::Node(self.tree.figure(parent, &photo.alternative));
                stack.push(height, vec![Placed::decoration(back), Placed { tag, mark }]);
            }
            Err(why) => {
                let tag = Tag::Node(self.tree.add(parent, Role::Paragraph));
                stack.append(self.lines(why, NOTE, x, width, tag));
            }
        }
        stack.push(4.0, Vec::new());
        let tag = Tag::Node(self.tree.add(parent, Role::Paragraph));
        let caption = match (photo.label.is_empty(), photo.caption.is_empty()) {
            (true, _) => photo.caption.clone(),
            (false, true) => photo.label.clone(),
            (false, false) => format!("{} · {}", photo.label, photo.caption),
        };
        stack.append(self.lines(&caption, NOTE, x, width, tag));
        // Keep a photo together with the first lines of its caption.
        stack.joined(4)
    }

    /// Signatures in two columns, with aligned boxes.
    pub(super) fn signatures(&mut self, boxes: &[SignatureBox]) {
        let width = (self.measure - GUTTER) / 2.0;
        for (row, pair) in boxes.chunks(2).enumerate() {
            let mut labels = Vec::new();
            for (signature, x) in pair.iter().zip([LEFT, LEFT + width + GUTTER]) {
                let tag = Tag::Node(self.node(Role::Paragraph));
                let label = self.lines(&signature.party, LABEL, x, width, tag);
                labels.push((label, self.signature(&signature.ink, x, width)));
            }
            let tallest = labels.iter().map(|(label, _)| label.height()).fold(0.0, f32::max);
            let column = |(mut label, field): (Stack, Stack)| {
                label.push(tallest - label.height(), Vec::new());
                label.append(field);
                label
            };
            let mut slab = side_by_side(labels.into_iter().map(column).collect(), 0.0, 0.0, 320.0);
            spaced(&mut slab, if row == 0 { 4.0 } else { 14.0 });
            self.slabs.push(slab);
        }
    }

    /// The box with the drawn signature, and who signed, where and when; or why nobody signed.
    fn signature(&mut self, ink: &Ink, x: f32, width: f32) -> Stack {
        let mut stack = Stack::default();
        match ink {
            Ink::Signed { name, role, at, place, alternative, strokes } => {
                let tag = Tag::Node(self.tree.figure(Tree::ROOT, alternative));
                let mut items = vec![line_to_sign(x, width)];
                let path = Path {
                    lines: scaled(strokes, x + 10.0, 6.0, width - 20.0, FIELD - 12.0),
                    fill: None,
                    stroke: Some(Stroke { colour: INK, width: 1.1 }),
                };
                items.push(Placed { tag, mark: Drawn::Path(path) });
                stack.push(FIELD + 5.0, items);
                for (text, style) in [(name, STRONG), (role, NOTE), (at, NOTE), (place, NOTE)] {
                    let tag = Tag::Node(self.node(Role::Paragraph));
                    stack.append(self.lines(text, style, x, width, tag));
                }
            }
            Ink::None { reason } => {
                stack.push(FIELD + 5.0, vec![line_to_sign(x, width)]);
                let tag = Tag::Node(self.node(Role::Paragraph));
                stack.append(self.lines(reason, NOTE, x, width, tag));
            }
        }
        // Keep a signature together with the name below it.
        stack.joined(2)
    }
}

fn line_to_sign(x: f32, width: f32) -> Placed {
    Placed::decoration(Path::filled(Polyline::rectangle(x, FIELD, width, 0.6), RULE))
}

/// Scales the strokes to fit a frame, aligned to its lower left corner.
fn scaled(strokes: &[Vec<(f64, f64)>], x: f32, y: f32, width: f32, height: f32) -> Vec<Polyline> {
    let good = |point: &&(f64, f64)| point.0.abs() < 1e12 && point.1.abs() < 1e12;
    let all = || strokes.iter().flatten().filter(good);
    let count = all().count();
    if count == 0 {
        return Vec::new();
    }
    let step = count.div_ceil(MAX_POINTS);
    let (left, right) = bounds(all().map(|point| point.0));
    let (top, bottom) = bounds(all().map(|point| point.1));
    let scale = (f64::from(width) / (right - left).max(1e-9)).min(f64::from(height) / (bottom - top).max(1e-9));
    let rise = f64::from(height) - (bottom - top) * scale;
    #[expect(clippy::cast_possible_truncation, reason = "inside a frame of some hundred points")]
    let place = |point: &(f64, f64)| {
        (x + ((point.0 - left) * scale) as f32, y + ((point.1 - top) * scale + rise) as f32, PointKind::On)
    };
    let lines = strokes.iter().map(|stroke| {
        let mut points: Vec<_> = stroke.iter().filter(good).step_by(step).map(place).collect();
        if let [(x, y, kind)] = points[..] {
            points.push((x + 0.1, y, kind));
        }
        Polyline { points, ends: Ends::Open }
    });
    lines.filter(|line| !line.points.is_empty()).take(MAX_POINTS).collect()
}

fn bounds(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
}

#[cfg(test)]
mod tests {
    use super::super::slab::Next;
    use super::super::tests::{desk, texts};
    use super::*;

    #[test]
    fn a_signature_stays_inside_its_frame_and_keeps_its_proportions() {
        let strokes = vec![vec![(1e6, 5.0), (1e6 + 300.0, 105.0)], vec![(f64::MAX, f64::NAN)], vec![(1e6, 5.0)]];
        let lines = scaled(&strokes, 10.0, 20.0, 200.0, 50.0);
        assert_eq!(lines.len(), 2);
        let (x, y, _) = lines[0].points[1];
        assert!((x - 160.0).abs() < 0.01 && (y - 70.0).abs() < 0.01, "{x} {y}");
    }

    #[test]
    fn a_signature_of_a_million_points_is_thinned_out() {
        let strokes = vec![(0..1_000_000).map(|n| (f64::from(n), 1.0)).collect()];
        assert!(scaled(&strokes, 0.0, 0.0, 100.0, 50.0)[0].points.len() <= MAX_POINTS);
    }

    fn signed(party: &str) -> SignatureBox {
        let ink = Ink::Signed {
            name: "Ana Ruiz".to_owned(),
            role: String::new(),
            at: String::new(),
            place: String::new(),
            alternative: String::new(),
            strokes: Vec::new(),
        };
        SignatureBox { party: party.to_owned(), ink }
    }

    #[test]
    fn signatures_of_a_pair_stand_on_one_line_however_long_a_party_is_called() {
        let mut desk = desk();
        desk.signatures(&[signed(&"For a company of many words ".repeat(6)), signed("For Acme")]);
        let texts = texts(&desk.slabs[0].items);
        let names: Vec<f32> = texts.iter().filter(|text| text.2 == "Ana Ruiz").map(|text| text.1).collect();
        assert!(texts.len() > 5 && (names[0] - names[1]).abs() < 0.01, "{texts:?}");
    }

    #[test]
    fn rows_of_signatures_stand_apart_and_go_on_to_the_next_page_one_by_one() {
        let mut desk = desk();
        desk.signatures(&vec![signed("No. 1"); 8]);
        assert!(desk.slabs.len() == 4 && desk.slabs.iter().all(|slab| slab.next == Next::Free));
        assert!(desk.slabs[1..].iter().all(|slab| (slab.before - 14.0).abs() < 0.01));
    }
}
