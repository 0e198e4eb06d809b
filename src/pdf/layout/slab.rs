//! Slabs, and the pages that are filled with them.

use crate::pdf::Error;
use crate::pdf::display::{OutlineEntry, Placed, Tag};
use crate::pdf::look::{FIRST_TOP, Sheet, TOP};

use super::MOST_PAGES;

/// A piece that no page break divides; y is measured from its top.
#[derive(Debug, Clone, Default)]
pub(super) struct Slab {
    pub height: f32,
    /// Space above it, unless it begins a page.
    pub before: f32,
    pub items: Vec<Placed>,
    pub next: Next,
    /// Index of the table head that stands again above it where it begins a page.
    pub head: Option<usize>,
    /// A line of the table of contents that leads here.
    pub outline: Option<String>,
}

/// How a slab stands to the one after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Next {
    /// On the same page, where a page can hold both.
    Together,
    #[default]
    Free,
}

/// Pieces one below the other in a column: lines of text, a chip, a picture.
#[derive(Debug, Clone, Default)]
pub(super) struct Stack {
    pub pieces: Vec<(f32, Vec<Placed>)>,
}

impl Stack {
    pub fn push(&mut self, height: f32, items: Vec<Placed>) {
        self.pieces.push((height, items));
    }

    pub fn append(&mut self, other: Stack) {
        self.pieces.extend(other.pieces);
    }

    /// This and another one side by side as one piece.
    pub fn beside(self, other: Stack) -> Stack {
        let height = self.height().max(other.height());
        let mut items = Vec::new();
        self.put(0.0, &mut items);
        other.put(0.0, &mut items);
        Stack { pieces: vec![(height, items)] }
    }

    pub fn height(&self) -> f32 {
        self.pieces.iter().map(|(height, _)| height).sum()
    }

    /// Takes pieces off its top as long as they fit into `room`, at least one, and puts them at `top`.
    fn take(&mut self, room: f32, top: f32, onto: &mut Vec<Placed>) -> f32 {
        let mut used = 0.0;
        let mut count = 0;
        for (height, items) in &mut self.pieces {
            if count > 0 && used + *height > room {
                break;
            }
            for mut item in items.drain(..) {
                item.shift(top + used);
                onto.push(item);
            }
            used += *height;
            count += 1;
        }
        self.pieces.drain(..count);
        used
    }

    /// All of it, from `top` down.
    pub fn put(mut self, top: f32, onto: &mut Vec<Placed>) {
        self.take(f32::INFINITY, top, onto);
    }
}

/// Columns side by side as slabs: one, or as many as it takes where a column is taller than `tallest`.
pub(super) fn side_by_side(mut columns: Vec<Stack>, above: f32, below: f32, tallest: f32) -> Vec<Slab> {
    let mut slabs = Vec::new();
    loop {
        let mut items = Vec::new();
        let used = columns.iter_mut().map(|column| column.take(tallest, above, &mut items)).fold(0.0, f32::max);
        slabs.push(Slab { height: above + used + below, items, ..Slab::default() });
        if columns.iter().all(|column| column.pieces.is_empty()) {
            return slabs;
        }
    }
}

/// Fills pages from the top.
pub(super) struct Filler<'a> {
    sheet: Sheet,
    heads: &'a [Slab],
    pages: Vec<Vec<Placed>>,
    outline: Vec<OutlineEntry>,
    y: f32,
    /// Height that the first page's foot takes.
    first_foot: f32,
    /// Nothing stands on the page yet.
    fresh: bool,
}

impl<'a> Filler<'a> {
    pub fn new(sheet: Sheet, heads: &'a [Slab], first_foot: f32) -> Filler<'a> {
        Filler { sheet, heads, pages: vec![Vec::new()], outline: Vec::new(), y: FIRST_TOP, first_foot, fresh: true }
    }

    /// # Errors
    /// [`Error::TooLong`].
    pub fn fill(&mut self, slabs: Vec<Slab>) -> Result<(), Error> {
        let wanted = groups(&slabs);
        for (slab, group) in slabs.into_iter().zip(wanted) {
            let whole = self.sheet.bottom() - TOP;
            let needed = if group <= whole { group } else { slab.before + slab.height };
            if !self.fresh && self.y + needed > self.bottom() {
                self.turn(&slab)?;
            }
            if !self.fresh {
                self.y += slab.before;
            }
            self.put(slab);
        }
        Ok(())
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
        let page = self.pages.last_mut().expect("there is a first page");
        for mut item in slab.items {
            item.shift(self.y);
            page.push(item);
        }
        self.y += slab.height;
        self.fresh = false;
    }

    pub fn finish(self) -> (Vec<Vec<Placed>>, Vec<OutlineEntry>) {
        (self.pages, self.outline)
    }
}

/// For each slab the height of it and of all that must stand on the same page after it.
fn groups(slabs: &[Slab]) -> Vec<f32> {
    let mut wanted = vec![0.0; slabs.len()];
    let mut below = 0.0;
    for (index, slab) in slabs.iter().enumerate().rev() {
        let own = slab.before + slab.height;
        below = match slab.next {
            Next::Together => own + below,
            Next::Free => own,
        };
        wanted[index] = below;
    }
    wanted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::display::{Path, Polyline};
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

    #[test]
    fn columns_taller_than_a_page_are_divided_without_losing_a_piece() {
        let mut tall = Stack::default();
        (0..100).for_each(|_| tall.push(12.0, slab(1.0, Next::Free, None).items));
        let mut short = Stack::default();
        short.push(12.0, slab(1.0, Next::Free, None).items);
        let slabs = side_by_side(vec![tall, short], 4.0, 4.0, 300.0);
        assert_eq!(slabs.len(), 4);
        assert_eq!(slabs.iter().map(|slab| slab.items.len()).sum::<usize>(), 101);
        assert!(slabs.iter().all(|slab| slab.height <= 308.0));
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
