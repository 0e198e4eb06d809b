//! Blocks onto pages: measure, break, repeat table heads, keep headings with what they head, number the pages.
//!
//! Every block becomes slabs, pieces that no page break divides. The pages are then filled slab by slab.

mod blocks;
mod frame;
mod marks;
mod pictures;
mod slab;
mod table;

use crate::domain::report::{Block, Pages};

use super::Error;
use super::display::{Display, NodeId, Role, Tag, Tree};
use super::look::Style;
use super::text::Typesetter;
use slab::{Filler, Slab, Stack};

/// Pages that a document may have: some 10,000 rows with remarks. More is a mistake or an attack.
pub const MOST_PAGES: usize = 2_000;

/// Lays a document out.
///
/// # Errors
/// [`Error::TooLong`].
pub fn lay_out(pages: &Pages) -> Result<Display, Error> {
    let mut desk = Desk::new(pages);
    desk.letterhead(&pages.letterhead);
    for block in &pages.blocks {
        desk.block(block);
    }
    let foot = frame::first_foot(&mut desk, &pages.first_foot);
    let mut filler = Filler::new(&desk.heads, foot.height());
    filler.fill(std::mem::take(&mut desk.slabs))?;
    let (mut drawn, outline) = filler.finish();
    frame::put_first_foot(foot, &mut drawn[0]);
    frame::put_running_lines(&mut desk, pages, &mut drawn);
    Ok(Display { pages: drawn, tree: desk.tree, pictures: desk.pictures, outline })
}

/// Where slabs are made.
struct Desk {
    type_: Typesetter,
    tree: Tree,
    pictures: Vec<crate::domain::report::Picture>,
    slabs: Vec<Slab>,
    /// Heads of tables, to stand again on later pages.
    heads: Vec<Slab>,
}

impl Desk {
    fn new(pages: &Pages) -> Desk {
        Desk {
            type_: Typesetter::new(pages.language),
            tree: Tree::default(),
            pictures: Vec::new(),
            slabs: Vec::new(),
            heads: Vec::new(),
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Title { text, subtitle, number } => self.title(text, subtitle, number),
            Block::Verdict { mark, headline, detail } => self.verdict(*mark, headline, detail),
            Block::Facts(facts) => self.facts(facts),
            Block::Summary(shares) => self.summary(shares),
            Block::Heading(level, text) => self.heading(*level, text),
            Block::Paragraph(kind, text) => self.paragraph(*kind, text),
            Block::Bullets(lines) => self.bullets(lines),
            Block::Table(table) => self.table(table),
            Block::Entries(entries) => self.entries(entries),
            Block::Photos(photos) => self.photos(photos),
            Block::Signatures(boxes) => self.signatures(boxes),
        }
    }

    /// A node below the document.
    fn node(&mut self, role: Role) -> NodeId {
        self.tree.add(Tree::ROOT, role)
    }

    /// The lines of `text` in a column, each a piece.
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
    use proptest::prelude::*;

    use super::*;
    use crate::domain::language::Language;
    use crate::domain::report::{Align, Cell, Column, Gauge, Letterhead, Level, Mark, Paragraph, Row, Table};
    use crate::pdf::display::Drawn;
    use crate::pdf::look::{LEFT, PAGE_HEIGHT, WIDTH};

    fn document(texts: &[String]) -> Pages {
        let row = |text: &String| {
            Row::Cells(vec![
                Cell::Noted { text: text.clone(), note: text.clone() },
                Cell::Chip { mark: Mark::Fault, label: text.clone() },
                Cell::Gauge {
                    limits: text.clone(),
                    gauge: Some(Gauge { value: Some(f64::MAX), min: Some(1.0), max: None }),
                },
            ])
        };
        let column = |weight, align| Column { head: "Head".to_owned(), weight, align };
        let columns = vec![column(6.0, Align::Left), column(2.0, Align::Right), column(2.0, Align::Left)];
        let mut blocks = vec![
            Block::Title { text: texts[0].clone(), subtitle: texts[0].clone(), number: texts[0].clone() },
            Block::Verdict { mark: Mark::Ok, headline: texts[0].clone(), detail: texts[0].clone() },
            Block::Bullets(texts.to_vec()),
            Block::Table(Table { columns, rows: texts.iter().map(row).collect() }),
        ];
        for text in texts {
            blocks.push(Block::Heading(Level::Section, text.clone()));
            blocks.push(Block::Paragraph(Paragraph::Body, text.clone()));
        }
        Pages {
            language: Language::Zh,
            letterhead: Letterhead { name: texts[0].clone(), lines: texts.to_vec() },
            running_head: texts[0].clone(),
            running_foot: "foot".to_owned(),
            page_of: "{page}/{pages}".to_owned(),
            first_foot: texts.to_vec(),
            blocks,
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn nothing_leaves_the_frame_and_every_page_has_its_number(
            texts in proptest::collection::vec("([a-zé]{1,60} ?|[一-龥]{1,30}|\\PC){0,80}", 1..12),
        ) {
            let display = lay_out(&document(&texts)).unwrap();
            let count = display.pages.len();
            for (index, page) in display.pages.iter().enumerate() {
                let runs: Vec<_> = page.iter().filter_map(|placed| match &placed.mark {
                    Drawn::Text(run) => Some(run),
                    Drawn::Path(_) | Drawn::Image { .. } => None,
                }).collect();
                for run in &runs {
                    // Spaces at the end of a line may hang over its edge: nobody sees them.
                    let spaces = run.text.chars().rev().take_while(|character| character.is_whitespace()).count();
                    let shown = &run.glyphs[..run.glyphs.len().saturating_sub(spaces)];
                    let width = shown.iter().map(|glyph| glyph.advance).sum::<f32>() * run.size / 1000.0;
                    prop_assert!(run.x >= LEFT - 0.1 && run.x + width <= LEFT + WIDTH + 0.1, "{run:?}");
                    prop_assert!(run.baseline > 20.0 && run.baseline < PAGE_HEIGHT - 20.0, "{run:?}");
                }
                let number = format!("{}/{count}", index + 1);
                prop_assert!(runs.iter().any(|run| run.text == number), "{number}");
            }
        }
    }
}
