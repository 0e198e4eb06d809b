//! Shortens reports that are too long to read. The file still embeds the complete record.

use super::{Block, Cell, Fact, MarkedEntry, Pages, Paragraph, ReportRow};
use crate::wording::{Say, Value};

/// Maximum number of rows in all tables together.
const MOST_ROWS: usize = 2_000;
/// Maximum length of a text, in characters.
const LONGEST: usize = 600;
/// Maximum number of lines of a fact, such as those who were present.
const MOST_LINES: usize = 40;
/// Maximum number of line breaks that a text's author has made.
const MOST_BREAKS: usize = 12;

/// Cuts rows and texts, and says so below the title.
pub fn shorten(pages: &mut Pages, say: Say<'_>) {
    let (mut rows_left, mut total) = (MOST_ROWS, 0);
    for block in &mut pages.blocks {
        match block {
            Block::Table(table) => {
                total += table.rows.len();
                table.rows.truncate(rows_left);
                rows_left -= table.rows.len();
                table.rows.iter_mut().for_each(cut_row);
            }
            Block::Entries(entries) => entries.iter_mut().for_each(cut_entry),
            Block::Bullets(lines) => lines.iter_mut().for_each(cut),
            Block::Paragraph(_, text) => cut(text),
            Block::Facts(facts) => facts.iter_mut().for_each(cut_fact),
            Block::Photos(photos) => photos.iter_mut().for_each(|photo| {
                cut(&mut photo.caption);
                cut(&mut photo.alternative);
            }),
            Block::Title { .. }
            | Block::Verdict { .. }
            | Block::Summary(_)
            | Block::Heading(..)
            | Block::Charts(_)
            | Block::Signatures(_)
            | Block::Seal(_) => {}
        }
    }
    let shown = MOST_ROWS - rows_left;
    let note = say("verify-shortened", &[("shown", Value::count(shown)), ("total", Value::count(total))]);
    let below_title = 1.min(pages.blocks.len());
    pages.blocks.insert(below_title, Block::Paragraph(Paragraph::Lead, note));
}

fn cut_row(row: &mut ReportRow) {
    match row {
        ReportRow::Group(title) => cut(title),
        ReportRow::Cells(cells) => cells.iter_mut().for_each(|cell| match cell {
            Cell::Text(text) => cut(text),
            Cell::Noted { text, note } => {
                cut(text);
                cut(note);
            }
            Cell::Chip { .. } | Cell::Marked { .. } | Cell::Gauge { .. } | Cell::Box | Cell::ToFill => {}
        }),
    }
}

fn cut_entry(entry: &mut MarkedEntry) {
    cut(&mut entry.text);
    entry.lines.iter_mut().for_each(cut);
}

fn cut_fact(fact: &mut Fact) {
    if fact.lines.len() > MOST_LINES {
        fact.lines.truncate(MOST_LINES);
        fact.lines.push("[…]".to_owned());
    }
    fact.lines.iter_mut().for_each(cut);
}

/// Truncates a text between characters, and turns a text with too many lines into one paragraph.
fn cut(text: &mut String) {
    let breaks = text.chars().filter(|character| character.is_whitespace() && *character != ' ').count();
    if breaks > MOST_BREAKS {
        *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    if let Some((at, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(at);
        text.push_str(" […]");
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_text_is_cut_between_characters_and_a_short_one_is_left_alone() {
        let cut = |text: &str| {
            let mut text = text.to_owned();
            super::cut(&mut text);
            text
        };
        assert_eq!(cut("Año\n巡检"), "Año\n巡检");
        assert_eq!(cut(&"检".repeat(601)), format!("{} […]", "检".repeat(600)));
        assert_eq!(cut(&format!("a{}b", "\n".repeat(599))), "a b");
        assert_eq!(cut(&format!("a{}b", "\u{2028}".repeat(5_000))), "a b");
    }
}
