//! Renders blocks as wrapped text for a terminal, with bold only where it can be displayed.

use comfy_table::{ContentArrangement, LineStyle, Table, TableStyle};

use super::linked;
use super::page::{ManualBlock, Span, SpanStyle};

/// Whether the output can display bold text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TerminalStyle {
    /// Headings and literals in bold.
    Bold,
    /// No escape sequences, for a file or a pipe.
    Plain,
}

const BOLD: &str = "\u{1b}[1m";
const USUAL: &str = "\u{1b}[0m";

/// Renders the page, no line wider than `width` columns except code and words that are wider themselves.
#[must_use]
pub fn render(blocks: &[ManualBlock], width: usize, look: TerminalStyle) -> String {
    let mut page = Page { text: String::new(), width: width.max(30), look };
    page.blocks(blocks, 0);
    page.text
}

struct Page {
    text: String,
    width: usize,
    look: TerminalStyle,
}

impl Page {
    fn blocks(&mut self, blocks: &[ManualBlock], indent: usize) {
        for (at, block) in blocks.iter().enumerate() {
            if at > 0 {
                self.text.push('\n');
            }
            self.block(block, indent);
        }
    }

    fn block(&mut self, block: &ManualBlock, indent: usize) {
        match block {
            ManualBlock::Heading { level, text } => {
                let words = text.iter().map(|span| span.text.as_str()).collect::<String>();
                let words = if *level == 1 { words.to_uppercase() } else { words };
                let shown = self.bold(&words);
                self.line(indent, &shown);
            }
            ManualBlock::Paragraph(spans) => self.paragraph(spans, indent, " "),
            ManualBlock::Code { text, .. } => text.lines().for_each(|line| self.line(indent + 4, line)),
            ManualBlock::List { from, items } => self.list(*from, items, indent),
            ManualBlock::Table { head, rows } => self.table(head, rows, indent),
        }
    }

    fn list(&mut self, from: Option<u64>, items: &[Vec<ManualBlock>], indent: usize) {
        let loose = items.iter().any(|item| item.len() > 1);
        for (at, item) in items.iter().enumerate() {
            if at > 0 && loose {
                self.text.push('\n');
            }
            let mark = from.map_or_else(|| "-".to_owned(), |first| format!("{}.", first + at as u64));
            let inner = indent + mark.len() + 1;
            let rest = match item.split_first() {
                Some((ManualBlock::Paragraph(spans), rest)) => {
                    self.marked(&mark, spans, indent);
                    rest
                }
                Some(_) | None => {
                    self.line(indent, &mark);
                    item
                }
            };
            for block in rest {
                if loose {
                    self.text.push('\n');
                }
                self.block(block, inner);
            }
        }
    }

    fn marked(&mut self, mark: &str, spans: &[Span], indent: usize) {
        let before = self.text.len();
        self.paragraph(spans, indent + mark.len() + 1, " ");
        // The bullet or number replaces part of the first line's indentation.
        self.text.replace_range(before + indent..before + indent + mark.len(), mark);
    }

    fn table(&mut self, head: &[Vec<Span>], rows: &[Vec<Vec<Span>>], indent: usize) {
        let cells = |row: &[Vec<Span>]| row.iter().map(|cell| plain(cell)).collect::<Vec<_>>();
        let mut table = Table::new();
        table
            .load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')))
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(u16::try_from(self.width - indent).unwrap_or(u16::MAX))
            .set_header(cells(head));
        for row in rows {
            table.add_row(cells(row));
        }
        table.to_string().lines().for_each(|line| self.line(indent, line.trim_end()));
    }

    fn paragraph(&mut self, spans: &[Span], indent: usize, between: &str) {
        let (mut line, mut columns) = (String::new(), 0);
        for (word, wide) in self.words(spans) {
            if columns > 0 && indent + columns + 1 + wide > self.width {
                self.line(indent, &line);
                (line, columns) = (String::new(), 0);
            }
            if columns > 0 {
                line.push_str(between);
                columns += 1;
            }
            line.push_str(&word);
            columns += wide;
        }
        self.line(indent, &line);
    }

    /// Splits spans into words, each with its display width.
    fn words(&self, spans: &[Span]) -> Vec<(String, usize)> {
        let mut words: Vec<(String, usize)> = Vec::new();
        let mut joined = false;
        for span in spans {
            let (text, is_bold) = match &span.style {
                SpanStyle::Plain => (span.text.clone(), false),
                SpanStyle::Strong => (span.text.clone(), true),
                SpanStyle::Code => (literal(&span.text, self.look), true),
                SpanStyle::Link(target) => (literal(&link(span, target), self.look), true),
            };
            // Keep a literal on one line if that still leaves enough room on it.
            let is_whole =
                matches!(span.style, SpanStyle::Code | SpanStyle::Link(_)) && text.chars().count() * 2 <= self.width;
            let parts: Vec<&str> = if is_whole { vec![&text] } else { text.split(' ').collect() };
            for (at, word) in parts.into_iter().enumerate() {
                let shown = if is_bold && !word.is_empty() { self.bold(word) } else { word.to_owned() };
                let wide = word.chars().count();
                match words.last_mut().filter(|_| at == 0 && joined) {
                    Some((last, columns)) => {
                        last.push_str(&shown);
                        *columns += wide;
                    }
                    None => words.push((shown, wide)),
                }
            }
            joined = true;
        }
        words.retain(|(_, wide)| *wide > 0);
        words
    }

    fn bold(&self, text: &str) -> String {
        match self.look {
            TerminalStyle::Bold => format!("{BOLD}{text}{USUAL}"),
            TerminalStyle::Plain => text.to_owned(),
        }
    }

    fn line(&mut self, indent: usize, text: &str) {
        if !text.is_empty() {
            self.text.extend(std::iter::repeat_n(' ', indent));
            self.text.push_str(text);
        }
        self.text.push('\n');
    }
}

/// A literal in bold, or between backticks if bold is not available.
fn literal(text: &str, look: TerminalStyle) -> String {
    match look {
        TerminalStyle::Bold => text.to_owned(),
        TerminalStyle::Plain => format!("`{text}`"),
    }
}

/// A topic link as the command that shows it; a web address as it is.
fn link(span: &Span, target: &str) -> String {
    match linked(target) {
        Some(topic) => format!("ronda help {}", topic.name),
        None if span.text == target => target.to_owned(),
        None => format!("{} <{target}>", span.text),
    }
}

/// The text of a cell; literals are not marked in a table.
fn plain(spans: &[Span]) -> String {
    let text = spans.iter().map(|span| match &span.style {
        SpanStyle::Plain | SpanStyle::Strong | SpanStyle::Code => span.text.clone(),
        SpanStyle::Link(target) => link(span, target),
    });
    text.collect()
}
