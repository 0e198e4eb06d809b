//! Lays blocks out on pages: measures, breaks, repeats table headers, keeps headings with what follows, numbers the
//! pages.
//!
//! Every block becomes slabs, which are kept on one page if possible. The pages are then filled slab by slab.

mod blocks;
mod chart;
mod frame;
mod marks;
mod pictures;
mod seal;
mod slab;
mod table;

use domain::reports::{Block, Pages};

use super::Error;
use super::display::{Display, NodeId, Role, Sheet, Srgb, Tag, Tree};
use super::look::Style;
use super::text::Typesetter;
use slab::{Filler, Slab, Stack};

/// Maximum number of pages of a document: about 10,000 rows with comments. More must be a mistake or an attack.
pub const MOST_PAGES: usize = 2_000;

/// Lays out a document.
///
/// # Errors
/// [`Error::TooLong`] if it has too many lines or pages.
pub fn lay_out(pages: &Pages) -> Result<Display, Error> {
    let mut desk = SlabBuilder::new(pages);
    desk.letterhead(&pages.letterhead);
    for block in &pages.blocks {
        desk.block(block);
        // Checked before pages are filled, so that a hostile record costs neither time nor memory.
        if desk.type_.is_full() {
            return Err(Error::TooLong { pages: MOST_PAGES });
        }
    }
    let foot = frame::first_foot(&mut desk, pages);
    let mut filler = Filler::new(desk.sheet, &desk.heads, foot.height());
    filler.fill(std::mem::take(&mut desk.slabs))?;
    let (mut drawn, outline) = filler.finish();
    frame::put_first_foot(foot, desk.sheet, &mut drawn[0]);
    frame::put_running_lines(&mut desk, pages, &mut drawn);
    Ok(Display { sheet: desk.sheet, pages: drawn, tree: desk.tree, pictures: desk.pictures, outline })
}

/// Builds slabs from blocks.
struct SlabBuilder {
    type_: Typesetter,
    sheet: Sheet,
    /// The company's colour.
    accent: Srgb,
    /// Width of the text area, in points.
    measure: f32,
    tree: Tree,
    pictures: Vec<domain::reports::Picture>,
    slabs: Vec<Slab>,
    /// Table headers, to be repeated on later pages.
    heads: Vec<Slab>,
}

impl SlabBuilder {
    fn new(pages: &Pages) -> SlabBuilder {
        let sheet = Sheet::of(pages.paper);
        let (red, green, blue) = pages.accent.rgb();
        SlabBuilder {
            type_: Typesetter::new(pages.language),
            sheet,
            accent: Srgb(red, green, blue),
            measure: sheet.measure(),
            tree: Tree::default(),
            pictures: Vec::new(),
            slabs: Vec::new(),
            heads: Vec::new(),
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Title { text, subtitle, number, note } => self.title(text, subtitle, number, note),
            Block::Verdict { mark, headline, detail } => self.verdict(*mark, headline, detail),
            Block::Facts(facts) => self.facts(facts),
            Block::Summary(shares) => self.summary(shares),
            Block::Heading(level, text) => self.heading(*level, text),
            Block::Paragraph(kind, text) => self.paragraph(*kind, text),
            Block::Bullets(lines) => self.bullets(lines),
            Block::Table(table) => self.table(table),
            Block::Entries(entries) => self.entries(entries),
            Block::Charts(charts) => self.charts(charts),
            Block::Photos(photos) => self.photos(photos),
            Block::Signatures(boxes) => self.signatures(boxes),
            Block::Seal(seal) => self.seal(seal),
        }
    }

    /// Adds a node directly below the document.
    fn node(&mut self, role: Role) -> NodeId {
        self.tree.add(Tree::ROOT, role)
    }

    /// The lines of `text` in a column, one piece per line.
    fn lines(&mut self, text: &str, style: Style, x: f32, width: f32, tag: Tag) -> Stack {
        let mut stack = Stack::default();
        for line in self.type_.wrap(text, style, width) {
            let mut items = Vec::new();
            line.place(x, 0.0, style, tag, &mut items);
            stack.push(style.leading, items);
        }
        stack
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::display::{Drawn, Placed};
    use domain::language::Language;
    use domain::reports::{Accent, Letterhead, PaperSize};

    /// An empty layout on A4 paper.
    pub(super) fn desk() -> SlabBuilder {
        let letterhead = Letterhead { name: String::new(), logo: None, lines: Vec::new(), legal: Vec::new() };
        SlabBuilder::new(&Pages {
            language: Language::En,
            paper: PaperSize::A4,
            accent: Accent::default(),
            letterhead,
            running_head: String::new(),
            running_foot: String::new(),
            page_of: String::new(),
            first_foot: Vec::new(),
            blocks: Vec::new(),
        })
    }

    /// The lines of text among `items`: left end, baseline, text.
    pub(super) fn texts(items: &[Placed]) -> Vec<(f32, f32, &str)> {
        items
            .iter()
            .filter_map(|placed| match &placed.mark {
                Drawn::Text(run) => Some((run.x, run.baseline, run.text.as_str())),
                Drawn::Path(_) | Drawn::Image { .. } => None,
            })
            .collect()
    }
}
