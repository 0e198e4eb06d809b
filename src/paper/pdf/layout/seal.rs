//! The colophon: what a document says about itself, and the QR code that opens its verification page.

use qrcodegen::{QrCode, QrCodeEcc};

use crate::pdf::display::{Drawn, NodeId, Path, Placed, Polyline, Role, Tag, Tree};
use crate::pdf::look::{INK, LEFT, NOTE, NOTE_STRONG, RULE};
use domain::reports::{Code, Colophon, Fact};

use super::SlabBuilder;
use super::frame::spaced;
use super::slab::{Next, Stack, side_by_side};

/// Side of a QR code without its quiet zone, which is the white of the page.
const SIDE: f32 = 62.0;
/// Gap to the left of the code and below it.
const APART: f32 = 24.0;
/// Width of the labels.
const LABELS: f32 = 124.0;

impl SlabBuilder {
    /// Draws labels and values in lines, with the code on the right.
    pub(super) fn seal(&mut self, seal: &Colophon) {
        let matrix = seal.code.as_ref().and_then(|code| QrCode::encode_text(&code.address, QrCodeEcc::Medium).ok());
        let width = if matrix.is_some() { self.measure - SIDE - APART } else { self.measure };
        let title = Tag::Node(self.node(Role::Part));
        let mut words = self.lines(&seal.title, NOTE_STRONG, LEFT, width, title);
        words.push(3.0, Vec::new());
        let list = self.node(Role::List);
        let verify =
            seal.code.iter().map(|code| Fact { label: code.caption.clone(), lines: vec![code.address.clone()] });
        for fact in seal.facts.iter().cloned().chain(verify) {
            let line = self.line_of(&fact, list, width);
            words.append(line);
        }
        let mut columns = vec![words];
        if let (Some(code), Some(matrix)) = (&seal.code, matrix) {
            columns.push(self.code(code, &matrix));
        }
        let mut slab = side_by_side(columns, 12.0, 0.0, 320.0);
        let rule = Path::filled(Polyline::rectangle(LEFT, 0.0, self.measure, 0.5), RULE);
        slab.items.push(Placed::decoration(rule));
        spaced(&mut slab, 26.0);
        // The colophon must not be alone on a page.
        if let Some(last) = self.slabs.last_mut() {
            last.next = Next::Together;
        }
        self.slabs.push(slab);
    }

    /// A label with its value to the right.
    fn line_of(&mut self, fact: &Fact, list: NodeId, width: f32) -> Stack {
        let item = self.tree.add(list, Role::ListItem);
        let label = Tag::Node(self.tree.add(item, Role::Label));
        let body = Tag::Node(self.tree.add(item, Role::ListBody));
        let left = self.lines(&fact.label, NOTE, LEFT, LABELS - 8.0, label);
        let mut right = Stack::default();
        for text in &fact.lines {
            right.append(self.lines(text, NOTE.in_colour(INK), LEFT + LABELS, width - LABELS, body));
        }
        left.beside(right)
    }

    fn code(&mut self, code: &Code, matrix: &QrCode) -> Stack {
        let tag = Tag::Node(self.tree.figure(Tree::ROOT, &code.alternative));
        let mark = Drawn::Path(modules(matrix, LEFT + self.measure - SIDE, 2.0));
        let mut stack = Stack::default();
        stack.push(SIDE + 4.0, vec![Placed { tag, mark }]);
        stack
    }
}

/// The dark modules as rectangles, with each horizontal run merged into one.
fn modules(matrix: &QrCode, x: f32, y: f32) -> Path {
    let size = matrix.size();
    #[expect(clippy::cast_precision_loss, reason = "a code has at most 177 modules in a row")]
    let at = |count: i32| SIDE * count as f32 / size as f32;
    let mut lines = Vec::new();
    for row in 0..size {
        let mut column = 0;
        while column < size {
            let run = (column..size).take_while(|column| matrix.get_module(*column, row)).count();
            let run = i32::try_from(run).expect("at most 177");
            if run > 0 {
                lines.push(Polyline::rectangle(x + at(column), y + at(row), at(run), at(1)));
            }
            column += run.max(1);
        }
    }
    Path { lines, fill: Some(INK), stroke: None }
}

#[cfg(test)]
mod tests {
    use super::super::slab::Slab;
    use super::*;

    #[test]
    fn every_dark_module_is_covered_and_nothing_leaves_the_square() {
        let matrix = QrCode::encode_text("https://example.org/verify/V1042-2", QrCodeEcc::Medium).unwrap();
        let path = modules(&matrix, 10.0, 20.0);
        let area: f32 = path
            .lines
            .iter()
            .map(|line| (line.points[2].0 - line.points[0].0) * (line.points[2].1 - line.points[0].1))
            .sum();
        let dark = (0..matrix.size()).flat_map(|y| (0..matrix.size()).map(move |x| (x, y)));
        let dark = dark.filter(|(x, y)| matrix.get_module(*x, *y)).count() as f32;
        let module = SIDE / matrix.size() as f32;
        assert!((area / (module * module) - dark).abs() < 0.1);
        let inside =
            |(x, y, _): &(f32, f32, _)| (9.99..=10.01 + SIDE).contains(x) && (19.99..=20.01 + SIDE).contains(y);
        assert!(path.lines.iter().flat_map(|line| &line.points).all(inside));
    }

    #[test]
    fn what_a_document_says_about_itself_stands_with_what_is_above_it() {
        let mut desk = super::super::tests::desk();
        desk.slabs.extend([Slab::default(), Slab::default()]);
        desk.seal(&Colophon { title: "About".to_owned(), facts: Vec::new(), code: None });
        assert_eq!(
            desk.slabs.iter().map(|slab| slab.next).collect::<Vec<_>>(),
            [Next::Free, Next::Together, Next::Free]
        );
    }
}
