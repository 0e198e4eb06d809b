//! Title, verdict, facts, summary, headings and paragraphs.

use crate::pdf::display::{NodeId, Role, Tag};
use crate::pdf::look::{
    BODY, HEADLINE, LABEL, LEAD, LEFT, NOTE, NUMBER, PART, SECTION, STRONG, SUBTITLE, Style, TITLE, colour_of, tint_of,
};
use domain::reports::{Fact, HeadingLevel, Mark, Paragraph, Share};

use super::SlabBuilder;
use super::frame::spaced;
use super::marks;
use super::slab::{Corners, Next, Slab, Stack, side_by_side};

/// A text block taller than this, in points, may be split across pages.
const TALLEST: f32 = 300.0;
/// Gap between the two columns of facts.
const GUTTER: f32 = 24.0;
/// Shares of the width available beside the title: the usual maximum, and that for a title that needs the space.
const ASIDE: (f32, f32) = (0.38, 0.2);

impl SlabBuilder {
    pub(super) fn title(&mut self, text: &str, subtitle: &str, number: &str, note: &str) {
        let (title, below) = (Tag::Node(self.node(Role::Title)), Tag::Node(self.node(Role::Paragraph)));
        let mut right = Stack::default();
        right.push(TITLE.baseline() - NUMBER.baseline(), Vec::new());
        let mut aside_width: f32 = 0.0;
        let most = self.room_beside(text, &[(number, NUMBER), (note, NOTE)]);
        for (words, style) in [(number, NUMBER), (note, NOTE)] {
            let aside = Tag::Node(self.node(Role::Paragraph));
            for line in self.type_.wrap(words, style, most) {
                let mut items = Vec::new();
                line.place(LEFT + self.measure - line.width, 0.0, style, aside, &mut items);
                right.push(style.leading, items);
                aside_width = aside_width.max(line.width);
            }
        }
        let width = self.measure - aside_width - GUTTER;
        let mut left = self.lines(text, TITLE, LEFT, width, title);
        left.append(self.lines(subtitle, SUBTITLE, LEFT, width, below));
        let mut slab = side_by_side(vec![left, right], 0.0, 0.0, TALLEST);
        spaced(&mut slab, 20.0);
        self.slabs.push(slab);
    }

    /// The width available beside a title: reduced if this lets the title fit on one line without breaking a word.
    fn room_beside(&mut self, title: &str, aside: &[(&str, Style)]) -> f32 {
        let usual = self.measure * ASIDE.0;
        let left = self.measure - GUTTER - self.type_.fit(title, TITLE, f32::INFINITY).width - 0.1;
        let words = aside.iter().flat_map(|(words, style)| words.split_whitespace().map(|word| (word, *style)));
        let widest =
            words.map(|(word, style)| self.type_.fit(word, style, f32::INFINITY).width).fold(0.0, f32::max) + 0.1;
        if left >= widest.max(self.measure * ASIDE.1) { usual.min(left) } else { usual }
    }

    pub(super) fn verdict(&mut self, mark: Mark, headline: &str, detail: &str) {
        let (x, width) = (LEFT + 46.0, self.measure - 60.0);
        let tag = Tag::Node(self.node(Role::Paragraph));
        let mut words = self.lines(headline, HEADLINE.in_colour(colour_of(mark)), x, width, tag);
        let tag = Tag::Node(self.node(Role::Paragraph));
        words.append(self.lines(detail, BODY, x, width, tag));
        let mut slab = side_by_side(vec![words], 10.0, 11.0, TALLEST);
        slab.back = Some((Corners::Round, tint_of(mark)));
        // A block that may be split has its icon beside its first line, which is always on the first page.
        let top = if slab.is_tall() { 10.0 } else { slab.height / 2.0 - 10.0 };
        marks::icon(mark, LEFT + 14.0, top, 20.0, &mut slab.items);
        spaced(&mut slab, 16.0);
        self.slabs.push(slab);
    }

    pub(super) fn facts(&mut self, facts: &[Fact]) {
        let half = (self.measure - GUTTER) / 2.0;
        let list = self.node(Role::List);
        for (row, pair) in facts.chunks(2).enumerate() {
            // A fact without a neighbour gets the full width.
            let width = if pair.len() == 1 { self.measure } else { half };
            let mut columns = Vec::new();
            for (index, fact) in pair.iter().enumerate() {
                let x = if index == 0 { LEFT } else { LEFT + half + GUTTER };
                columns.push(self.fact(fact, list, x, width));
            }
            let mut slab = side_by_side(columns, 0.0, 0.0, TALLEST);
            spaced(&mut slab, if row == 0 { 18.0 } else { 8.0 });
            self.slabs.push(slab);
        }
    }

    /// A label with its lines below, the first of which is emphasised.
    fn fact(&mut self, fact: &Fact, list: NodeId, x: f32, width: f32) -> Stack {
        let item = self.tree.add(list, Role::ListItem);
        let label = Tag::Node(self.tree.add(item, Role::Label));
        let body = Tag::Node(self.tree.add(item, Role::ListBody));
        let mut column = self.lines(&fact.label, LABEL, x, width, label);
        for (line, text) in fact.lines.iter().enumerate() {
            let style = if line == 0 { STRONG } else { BODY };
            column.append(self.lines(text, style, x, width, body));
        }
        column
    }

    /// A bar divided in proportion to the shares, with a legend below.
    pub(super) fn summary(&mut self, shares: &[Share]) {
        let total: usize = shares.iter().map(|share| share.count).sum();
        if total == 0 {
            return;
        }
        let mut items = Vec::new();
        let gap = 2.0;
        #[expect(clippy::cast_precision_loss, reason = "a bar needs no more than its pixels")]
        let part = |count: usize| count as f32 / total as f32;
        // Even a share of one in ten thousand must be visible.
        let least = 5.0;
        #[expect(clippy::cast_precision_loss, reason = "there are five kinds of results")]
        let room = self.measure - (gap + least) * shares.len() as f32 + gap;
        let mut x = LEFT;
        for share in shares {
            let width = least + room * part(share.count);
            items.extend(marks::bar_part(share.mark, x, 0.0, width, 9.0));
            x += width + gap;
        }
        let tag = Tag::Node(self.node(Role::Paragraph));
        let mut x = LEFT;
        let mut y = 15.0;
        for share in shares {
            let text = format!("{} {}  ", share.count, share.label);
            let line = self.type_.fit(&text, NOTE.in_colour(colour_of(share.mark)), self.measure / 2.0);
            if x > LEFT && x + line.width + 34.0 > LEFT + self.measure {
                x = LEFT;
                y += 13.0;
            }
            marks::icon(share.mark, x, y + 0.6, 9.0, &mut items);
            line.place(x + 13.0, y, NOTE.in_colour(colour_of(share.mark)), tag, &mut items);
            x += line.width + 34.0;
        }
        self.slabs.push(Slab { height: y + 12.0, before: 18.0, items, ..Slab::default() });
    }

    pub(super) fn heading(&mut self, level: HeadingLevel, text: &str) {
        let (role, style, before, after) = match level {
            HeadingLevel::Section => (Role::Section, SECTION.in_colour(self.accent), 24.0, 5.0),
            HeadingLevel::Part => (Role::Part, PART, 12.0, 3.0),
        };
        let tag = Tag::Node(self.node(role));
        let stack = self.lines(text, style, LEFT, self.measure, tag);
        let mut slab = side_by_side(vec![stack], 0.0, after, TALLEST);
        spaced(&mut slab, before);
        match level {
            HeadingLevel::Section => slab.outline = Some(text.to_owned()),
            HeadingLevel::Part => {}
        }
        slab.next = Next::Together;
        self.slabs.push(slab);
    }

    pub(super) fn paragraph(&mut self, kind: Paragraph, text: &str) {
        let (style, before) = match kind {
            Paragraph::Body => (BODY, 2.0),
            Paragraph::Lead => (LEAD, 20.0),
            Paragraph::Note => (NOTE, 0.0),
        };
        let tag = Tag::Node(self.node(Role::Paragraph));
        let stack = self.lines(text, style, LEFT, self.measure * 0.94, tag);
        let first = self.slabs.len();
        self.push_lines(stack, before);
        match kind {
            Paragraph::Body | Paragraph::Lead => {}
            Paragraph::Note => self.slabs[first..].iter_mut().for_each(|slab| slab.next = Next::Together),
        }
    }

    pub(super) fn bullets(&mut self, lines: &[String]) {
        let list = self.node(Role::List);
        for text in lines {
            let item = self.tree.add(list, Role::ListItem);
            let label = Tag::Node(self.tree.add(item, Role::Label));
            let body = Tag::Node(self.tree.add(item, Role::ListBody));
            let mut dot = self.lines("•", BODY, LEFT + 2.0, 20.0, label);
            let mut words = self.lines(text, BODY, LEFT + 14.0, self.measure * 0.94 - 14.0, body);
            if let (Some((_, dot)), Some((_, first))) = (dot.pieces.pop(), words.pieces.first_mut()) {
                first.splice(0..0, dot);
            }
            self.push_lines(words, 2.5);
        }
    }

    /// Adds lines as slabs, without widows or orphans: at least two lines stay together at a page break.
    fn push_lines(&mut self, stack: Stack, before: f32) {
        let count = stack.pieces.len();
        for (index, (height, items)) in stack.pieces.into_iter().enumerate() {
            let together = index + 1 < count && (index == 0 || index + 2 == count);
            self.slabs.push(Slab {
                height,
                before: if index == 0 { before } else { 0.0 },
                items,
                next: if together { Next::Together } else { Next::Free },
                ..Slab::default()
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{desk, texts};

    #[test]
    fn a_title_keeps_to_one_line_where_what_stands_beside_it_can_be_wrapped() {
        let mut desk = desk();
        desk.title("Expediente del emplazamiento", "Centro", "N.º S01", "Emitido el sábado 28 de noviembre de 2026");
        let texts = texts(&desk.slabs[0].items);
        assert!(texts.iter().any(|text| text.2 == "Expediente del emplazamiento"), "{texts:?}");
        let beside: String = texts[2..].iter().map(|text| text.2).collect();
        assert_eq!(beside, "N.º S01Emitido el sábado 28 de noviembre de 2026");
    }

    #[test]
    fn what_stands_beside_a_long_title_is_not_squeezed() {
        let mut desk = desk();
        desk.title(&"Title of many words ".repeat(9), "", "No. 1", "Issued on Saturday 28 November 2026");
        assert!(texts(&desk.slabs[0].items).iter().any(|text| text.2 == "Issued on Saturday 28 November 2026"));
    }
}
