//! Slabs, and filling pages with them.

use crate::pdf::Error;
use crate::pdf::display::{OutlineEntry, Path, Placed, Polyline, Srgb, Tag};
use crate::pdf::look::{FIRST_TOP, LEFT, Sheet, TOP};

use super::MOST_PAGES;

/// Minimum number of pieces of a column on each side of a page break.
const LEAST: usize = 2;
/// Tolerance for rounding errors in sums of lengths.
const HAIR: f32 = 0.01;

/// A unit of layout: either a block that is never split, or columns that may continue on the next page if they do not
/// fit. y is measured from its top.
#[derive(Debug, Clone, Default)]
pub(super) struct Slab {
    pub height: f32,
    /// Space above it, except at the top of a page.
    pub before: f32,
    pub items: Vec<Placed>,
    pub next: Next,
    /// Index of the table header to be repeated above it at the top of a page.
    pub head: Option<usize>,
    /// The outline entry that points here.
    pub outline: Option<String>,
    /// A background on every page that it occupies.
    pub back: Option<(Corners, Srgb)>,
    /// A rule along its lower edge: thickness and colour.
    pub rule: Option<(f32, Srgb)>,
    /// The part that a page break may split.
    pub flow: Flow,
}

/// The corners of a background.
#[derive(Debug, Clone, Copy)]
pub(super) enum Corners {
    Square,
    Round,
}

/// Columns side by side, with the space above and below them.
#[derive(Debug, Clone, Default)]
pub(super) struct Flow {
    columns: Vec<Stack>,
    above: f32,
    below: f32,
}

impl Flow {
    fn height(&self) -> f32 {
        self.above + self.columns.iter().map(Stack::height).fold(0.0, f32::max) + self.below
    }

    /// Height of the minimum that must precede a page break.
    fn least(&self) -> f32 {
        let first = |column: &Stack| {
            let count = least(column.pieces.len());
            column.pieces[..count].iter().map(|(height, _)| height).sum()
        };
        self.above + self.columns.iter().map(first).fold(0.0, f32::max)
    }

    fn is_empty(&self) -> bool {
        self.columns.iter().all(|column| column.pieces.is_empty())
    }

    /// Whether these numbers of pieces include all pieces of every column.
    fn is_whole(&self, counts: &[usize]) -> bool {
        self.columns.iter().zip(counts).all(|(column, count)| column.pieces.len() == *count)
    }

    /// How many pieces of each column fit in `room` before a page break, with at least [`LEAST`] on both sides of it;
    /// `None` if that is impossible.
    fn division(&self, room: f32) -> Option<Vec<usize>> {
        let mut counts: Vec<usize> = self.columns.iter().map(|column| column.fitting(room - self.above)).collect();
        if self.is_whole(&counts) {
            // The columns fit, but not with what must follow on the same page: move their end to that page.
            let tallest = (0..counts.len()).max_by(|a, b| {
                let height = |index: &usize| self.columns[*index].height();
                height(a).total_cmp(&height(b))
            })?;
            counts[tallest] = counts[tallest].saturating_sub(LEAST);
        }
        for (count, column) in counts.iter_mut().zip(&self.columns) {
            let length = column.pieces.len();
            if *count < length {
                *count = (*count).min(length.saturating_sub(LEAST));
            }
            if *count < least(length) {
                return None;
            }
        }
        Some(counts)
    }

    /// The fallback if even an empty page is too small for that: as many pieces as fit, and at least one.
    fn forced(&self, room: f32) -> Vec<usize> {
        let columns = self.columns.iter();
        columns.map(|column| column.fitting(room - self.above).max(1).min(column.pieces.len())).collect()
    }
}

/// How many of a column's first pieces must stay together; a column too short to be split stays whole.
fn least(pieces: usize) -> usize {
    if pieces < 2 * LEAST { pieces } else { LEAST }
}

/// Whether a slab must stay with the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Next {
    /// On the same page, if both fit on one page.
    Together,
    #[default]
    Free,
}

/// Pieces stacked in a column: lines of text, a chip, a picture.
#[derive(Debug, Clone, Default)]
pub(super) struct Stack {
    pub pieces: Vec<(f32, Vec<Placed>)>,
}

impl Stack {
    /// Appends a piece of this height at the bottom.
    pub fn push(&mut self, height: f32, items: Vec<Placed>) {
        self.pieces.push((height, items));
    }

    /// Appends the pieces of another stack at the bottom.
    pub fn append(&mut self, other: Stack) {
        self.pieces.extend(other.pieces);
    }

    /// Combines two stacks side by side into a single piece.
    pub fn beside(self, other: Stack) -> Stack {
        let height = self.height().max(other.height());
        let mut items = Vec::new();
        self.put(0.0, &mut items);
        other.put(0.0, &mut items);
        Stack { pieces: vec![(height, items)] }
    }

    /// Merges the first `count` pieces into one, so that no page break splits them.
    pub fn joined(mut self, count: usize) -> Stack {
        let rest = self.pieces.split_off(count.min(self.pieces.len()));
        let mut items = Vec::new();
        let height = self.height();
        self.put(0.0, &mut items);
        Stack { pieces: std::iter::once((height, items)).chain(rest).collect() }
    }

    /// The total height of all pieces, in points.
    pub fn height(&self) -> f32 {
        self.pieces.iter().map(|(height, _)| height).sum()
    }

    /// How many pieces fit into `room`.
    fn fitting(&self, room: f32) -> usize {
        let mut used = 0.0;
        let fits = |(height, _): &&(f32, Vec<Placed>)| {
            used += height;
            used <= room + HAIR
        };
        self.pieces.iter().take_while(fits).count()
    }

    /// Places all pieces from `top` down; returns their height.
    pub fn put(self, top: f32, onto: &mut Vec<Placed>) -> f32 {
        let mut used = 0.0;
        for (height, items) in self.pieces {
            for mut item in items {
                item.shift(top + used);
                onto.push(item);
            }
            used += height;
        }
        used
    }
}

/// A slab of columns side by side, which a page break may split if a column is taller than `tallest`.
pub(super) fn side_by_side(columns: Vec<Stack>, above: f32, below: f32, tallest: f32) -> Slab {
    let tall = columns.iter().any(|column| column.height() > tallest);
    let flow = Flow { columns, above, below };
    let slab = Slab { height: flow.height(), flow, ..Slab::default() };
    if tall { slab } else { slab.whole() }
}

impl Slab {
    /// Makes it a slab that is never split.
    fn whole(mut self) -> Slab {
        let flow = std::mem::take(&mut self.flow);
        for column in flow.columns {
            column.put(flow.above, &mut self.items);
        }
        self
    }

    /// Whether it has columns that a page break may split.
    pub fn is_tall(&self) -> bool {
        !self.flow.is_empty()
    }

    /// Space between its pieces and a page break.
    fn below_division(&self) -> f32 {
        if self.back.is_some() { self.flow.below } else { 0.0 }
    }

    /// Splits it into the part before a page break and the part after it.
    fn divided(mut self, counts: &[usize]) -> (Slab, Slab) {
        // On the next page, space above is needed only inside a background or below a header.
        let below = self.below_division();
        let above = if self.back.is_some() || self.head.is_some() { self.flow.above } else { 0.0 };
        let mut rest = Flow { columns: Vec::new(), above, below: std::mem::replace(&mut self.flow.below, below) };
        for (column, count) in self.flow.columns.iter_mut().zip(counts) {
            rest.columns.push(Stack { pieces: column.pieces.split_off(*count) });
        }
        self.height = self.flow.height();
        let after = Slab {
            height: rest.height(),
            next: self.next,
            head: self.head,
            back: self.back,
            rule: self.rule.take(),
            flow: rest,
            ..Slab::default()
        };
        (self.whole(), after)
    }
}

/// Fills pages from the top down.
pub(super) struct Filler<'a> {
    sheet: Sheet,
    heads: &'a [Slab],
    pages: Vec<Vec<Placed>>,
    outline: Vec<OutlineEntry>,
    y: f32,
    /// Height reserved for the foot of the first page.
    first_foot: f32,
    /// Whether the page is still empty.
    fresh: bool,
}

impl<'a> Filler<'a> {
    /// A filler that starts at the top of the first page.
    pub fn new(sheet: Sheet, heads: &'a [Slab], first_foot: f32) -> Filler<'a> {
        Filler { sheet, heads, pages: vec![Vec::new()], outline: Vec::new(), y: FIRST_TOP, first_foot, fresh: true }
    }

    /// Places slabs one below another, and starts a new page if one does not fit.
    ///
    /// # Errors
    /// [`Error::TooLong`] if there are too many pages.
    pub fn fill(&mut self, slabs: Vec<Slab>) -> Result<(), Error> {
        let wanted = groups(&slabs);
        for (slab, group) in slabs.into_iter().zip(wanted) {
            if slab.is_tall() {
                self.flow(slab, group)?;
                continue;
            }
            let whole = self.sheet.bottom() - TOP;
            let needed = if group <= whole { group } else { slab.before + slab.height };
            if !self.fresh && self.y + needed > self.bottom() {
                self.turn(&slab)?;
            }
            self.stand(slab);
        }
        Ok(())
    }

    /// Places columns on the rest of this page, and on as many further pages as needed; `group` is their height plus
    /// that of what must follow on the same page as their end.
    fn flow(&mut self, mut slab: Slab, group: f32) -> Result<(), Error> {
        let beyond = group - slab.before - slab.height;
        let mut turned = self.fresh;
        loop {
            let room = self.bottom() - self.y - if self.fresh { 0.0 } else { slab.before };
            if slab.height + beyond <= room {
                break;
            }
            let room = room - slab.below_division();
            let counts = match slab.flow.division(room) {
                Some(counts) => counts,
                None if !turned => {
                    self.turn(&slab)?;
                    turned = true;
                    continue;
                }
                None => slab.flow.forced(room),
            };
            if slab.flow.is_whole(&counts) {
                break;
            }
            let (first, rest) = slab.divided(&counts);
            self.stand(first);
            self.turn(&rest)?;
            (slab, turned) = (rest, true);
        }
        self.stand(slab.whole());
        Ok(())
    }

    fn stand(&mut self, slab: Slab) {
        if !self.fresh {
            self.y += slab.before;
        }
        self.put(slab);
    }

    fn bottom(&self) -> f32 {
        let bottom = self.sheet.bottom();
        if self.pages.len() == 1 { bottom - self.first_foot } else { bottom }
    }

    fn turn(&mut self, slab: &Slab) -> Result<(), Error> {
        if self.pages.len() == MOST_PAGES {
            return Err(Error::TooLong { pages: MOST_PAGES });
        }
        self.pages.push(Vec::new());
        self.y = TOP;
        self.fresh = true;
        if let Some(head) = slab.head {
            let mut again = self.heads[head].clone();
            for item in &mut again.items {
                item.tag = Tag::Pagination;
            }
            self.put(again);
        }
        Ok(())
    }

    fn put(&mut self, slab: Slab) {
        if let Some(title) = slab.outline {
            self.outline.push(OutlineEntry { title, page: self.pages.len() - 1, y: self.y });
        }
        let (width, height) = (self.sheet.measure(), slab.height);
        let back = slab.back.map(|(corners, colour)| {
            let area = match corners {
                Corners::Square => Polyline::rectangle(LEFT, 0.0, width, height),
                Corners::Round => Polyline::rounded(LEFT, 0.0, width, height, 3.0),
            };
            Placed::decoration(Path::filled(area, colour))
        });
        let rule = slab.rule.map(|(thickness, colour)| {
            Placed::decoration(Path::filled(Polyline::rectangle(LEFT, height - thickness, width, thickness), colour))
        });
        let page = self.pages.last_mut().expect("there is a first page");
        for mut item in back.into_iter().chain(slab.items).chain(rule) {
            item.shift(self.y);
            page.push(item);
        }
        self.y += slab.height;
        self.fresh = false;
    }

    /// The filled pages, and the entries of the document's outline.
    pub fn finish(self) -> (Vec<Vec<Placed>>, Vec<OutlineEntry>) {
        (self.pages, self.outline)
    }
}

/// For each slab, its height plus that of everything that must follow it on the same page.
fn groups(slabs: &[Slab]) -> Vec<f32> {
    let mut wanted = vec![0.0; slabs.len()];
    let mut below = 0.0;
    for (index, slab) in slabs.iter().enumerate().rev() {
        let own = slab.before + slab.height;
        wanted[index] = match slab.next {
            Next::Together => own + below,
            Next::Free => own,
        };
        // Of a slab that can be split, only the beginning must stay with what precedes it.
        below = if slab.is_tall() { slab.before + slab.flow.least() + slab.below_division() } else { wanted[index] };
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::display::Drawn;
    use crate::pdf::look::INK;

    fn slab(height: f32, next: Next, head: Option<usize>) -> Slab {
        let items = vec![Placed::decoration(Path::filled(Polyline::rectangle(0.0, 0.0, 1.0, height), INK))];
        Slab { height, items, next, head, ..Slab::default() }
    }

    fn filled(slabs: Vec<Slab>, heads: &[Slab]) -> Vec<usize> {
        let mut filler = Filler::new(Sheet::default(), heads, 0.0);
        filler.fill(slabs).unwrap();
        filler.finish().0.iter().map(Vec::len).collect()
    }

    #[test]
    fn a_heading_goes_to_the_next_page_with_what_it_heads() {
        let slabs =
            vec![slab(600.0, Next::Free, None), slab(100.0, Next::Together, None), slab(200.0, Next::Free, None)];
        assert_eq!(filled(slabs, &[]), [1, 2]);
    }

    #[test]
    fn a_table_head_stands_again_on_every_page() {
        let head = slab(20.0, Next::Together, None);
        let mut slabs = vec![head.clone()];
        slabs.extend((0..10).map(|_| slab(200.0, Next::Free, Some(0))));
        assert_eq!(filled(slabs, &[head]), [4, 4, 4, 2]);
    }

    #[test]
    fn a_chain_that_no_page_can_hold_is_broken_all_the_same() {
        let slabs: Vec<_> = (0..20).map(|_| slab(100.0, Next::Together, None)).collect();
        assert_eq!(filled(slabs, &[]).iter().sum::<usize>(), 20);
    }

    fn column(pieces: u8, height: f32) -> Stack {
        let mut column = Stack::default();
        (0..pieces).for_each(|_| column.push(height, slab(1.0, Next::Free, None).items));
        column
    }

    /// The upper edges of the items on each page.
    fn tops(slabs: Vec<Slab>) -> Vec<Vec<f32>> {
        let mut filler = Filler::new(Sheet::default(), &[], 0.0);
        filler.fill(slabs).unwrap();
        let top = |placed: &Placed| match &placed.mark {
            Drawn::Path(path) => path.lines[0].points[0].1,
            Drawn::Text(_) | Drawn::Image { .. } => f32::NAN,
        };
        filler.finish().0.iter().map(|page| page.iter().map(top).collect()).collect()
    }

    #[test]
    fn columns_taller_than_a_page_are_divided_without_losing_a_piece() {
        let pages = tops(vec![side_by_side(vec![column(100, 12.0), column(1, 12.0)], 4.0, 4.0, 300.0)]);
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [62, 39]);
    }

    #[test]
    fn a_tall_text_has_no_hole_and_space_at_its_beginning_and_end_only() {
        let after = slab(1.0, Next::Free, None);
        let pages = tops(vec![side_by_side(vec![column(80, 12.0)], 4.0, 5.0, 300.0), after]);
        assert!((pages[0][0] - FIRST_TOP - 4.0).abs() < 0.1 && (pages[1][0] - TOP).abs() < 0.1, "{pages:?}");
        let last = pages[1].len() - 1;
        for lines in [&pages[0][..], &pages[1][..last]] {
            assert!(lines.windows(2).all(|pair| (pair[1] - pair[0] - 12.0).abs() < 0.1), "{lines:?}");
        }
        assert!((pages[1][last] - pages[1][last - 1] - 17.0).abs() < 0.1, "{pages:?}");
    }

    #[test]
    fn a_tall_text_fills_the_rest_of_a_page_with_two_lines_or_more() {
        let room = Sheet::default().bottom() - FIRST_TOP;
        let with = |rest: f32, lines| {
            let above = slab(room - rest, Next::Free, None);
            tops(vec![above, side_by_side(vec![column(lines, 12.0), column(1, 12.0)], 4.0, 4.0, 300.0)])
        };
        let counts = |pages: Vec<Vec<f32>>| pages.iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(counts(with(100.0, 30)), [10, 22], "as many lines as fit");
        assert_eq!(counts(with(29.0, 30)), [4, 28], "two at the foot");
        assert_eq!(counts(with(20.0, 30)), [1, 31], "never one alone");
        assert_eq!(counts(with(28.0 + 27.0 * 12.0, 30)), [30, 2], "two at the head");
    }

    #[test]
    fn a_tall_text_keeps_its_area_and_has_its_rule_at_its_end() {
        let mut tall = side_by_side(vec![column(100, 12.0)], 4.0, 4.0, 300.0);
        (tall.back, tall.rule) = (Some((Corners::Round, INK)), Some((0.5, INK)));
        let pages = tops(vec![tall]);
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [61, 42]);
        assert!((pages[1][1] - TOP - 4.0).abs() < 0.1, "its lines keep away from the area's edge: {:?}", pages[1]);
    }

    #[test]
    fn a_document_without_end_is_refused() {
        let slabs = (0..3_000).map(|_| slab(600.0, Next::Free, None)).collect();
        assert!(matches!(
            Filler::new(Sheet::default(), &[], 0.0).fill(slabs),
            Err(Error::TooLong { pages: MOST_PAGES })
        ));
    }
}
