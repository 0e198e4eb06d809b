//! Parses Markdown into blocks: the subset of CommonMark that the manual uses.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A block of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManualBlock {
    /// Level 1 is the page's title.
    Heading {
        /// From 1, the page's title.
        level: u8,
        /// The text of the heading.
        text: Vec<Span>,
    },
    /// An ordinary paragraph.
    Paragraph(Vec<Span>),
    /// A code block.
    Code {
        /// The info string of the fence: the language and, for TOML, the kind of file.
        info: String,
        /// The lines, each with its line break.
        text: String,
    },
    /// A list whose items each have one or more blocks.
    List {
        /// The first number; `None` for a bulleted list.
        from: Option<u64>,
        /// Items in their order.
        items: Vec<Vec<ManualBlock>>,
    },
    /// A table with a header.
    Table {
        /// The column headings.
        head: Vec<Vec<Span>>,
        /// Rows, each with as many cells as the header.
        rows: Vec<Vec<Vec<Span>>>,
    },
}

/// A run of text in one style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The text without markup.
    pub text: String,
    /// The style of the whole run.
    pub style: SpanStyle,
}

/// The style of a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpanStyle {
    /// Ordinary text without any emphasis.
    Plain,
    /// A literal, such as a command.
    Code,
    /// Strong or emphasised.
    Strong,
    /// A link to a topic (`due-dates.md`) or to a web address.
    Link(String),
}

/// Parses a page. Markdown elements that the manual does not use (quotes, HTML, images) are dropped.
#[must_use]
pub fn parse(markdown: &str) -> Vec<ManualBlock> {
    let mut events = Parser::new_ext(markdown, Options::ENABLE_TABLES);
    blocks(&mut events)
}

/// Reads blocks up to the end of the open element.
fn blocks<'a>(events: &mut impl Iterator<Item = Event<'a>>) -> Vec<ManualBlock> {
    let mut found = Vec::new();
    // The items of a tight list contain text without a paragraph around it.
    let mut loose = Loose::default();
    while let Some(event) = events.next() {
        let block = match event {
            Event::Start(Tag::Paragraph) => ManualBlock::Paragraph(spans(events)),
            Event::Start(Tag::Heading { level, .. }) => {
                ManualBlock::Heading { level: level as u8, text: spans(events) }
            }
            Event::Start(Tag::CodeBlock(kind)) => code(events, kind),
            Event::Start(Tag::List(from)) => ManualBlock::List { from, items: items(events) },
            Event::Start(Tag::Table(_)) => table(events),
            Event::End(TagEnd::Item) => break,
            inline => {
                loose.take(inline);
                continue;
            }
        };
        found.extend(loose.paragraph());
        found.push(block);
    }
    found.extend(loose.paragraph());
    found
}

fn code<'a>(events: &mut impl Iterator<Item = Event<'a>>, kind: CodeBlockKind<'a>) -> ManualBlock {
    let info = match kind {
        CodeBlockKind::Fenced(info) => info.into_string(),
        CodeBlockKind::Indented => String::new(),
    };
    let mut text = String::new();
    for event in events {
        match event {
            Event::Text(part) => text.push_str(&part),
            Event::End(TagEnd::CodeBlock) => break,
            _ => {}
        }
    }
    ManualBlock::Code { info, text }
}

fn items<'a>(events: &mut impl Iterator<Item = Event<'a>>) -> Vec<Vec<ManualBlock>> {
    let mut found = Vec::new();
    while let Some(event) = events.next() {
        match event {
            Event::Start(Tag::Item) => found.push(blocks(events)),
            Event::End(TagEnd::List(_)) => break,
            _ => {}
        }
    }
    found
}

fn table<'a>(events: &mut impl Iterator<Item = Event<'a>>) -> ManualBlock {
    let (mut head, mut rows, mut row) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(event) = events.next() {
        match event {
            Event::Start(Tag::TableCell) => row.push(spans(events)),
            Event::End(TagEnd::TableHead) => head = std::mem::take(&mut row),
            Event::End(TagEnd::TableRow) => rows.push(std::mem::take(&mut row)),
            Event::End(TagEnd::Table) => break,
            _ => {}
        }
    }
    ManualBlock::Table { head, rows }
}

/// Reads text up to the end of the open element.
fn spans<'a>(events: &mut impl Iterator<Item = Event<'a>>) -> Vec<Span> {
    let (mut loose, mut depth) = (Loose::default(), 0);
    for event in events {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) if depth == 0 => break,
            Event::End(_) => depth -= 1,
            _ => {}
        }
        loose.take(event);
    }
    loose.spans
}

/// Collects inline text.
#[derive(Default)]
struct Loose {
    spans: Vec<Span>,
    /// Styles of the open elements, innermost last.
    styles: Vec<SpanStyle>,
}

impl Loose {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Text(text) => self.push(&text, self.styles.last().cloned().unwrap_or(SpanStyle::Plain)),
            Event::SoftBreak | Event::HardBreak => {
                self.push(" ", self.styles.last().cloned().unwrap_or(SpanStyle::Plain))
            }
            Event::Code(text) => self.push(&text, SpanStyle::Code),
            Event::Start(Tag::Strong | Tag::Emphasis) => self.styles.push(SpanStyle::Strong),
            Event::Start(Tag::Link { dest_url, .. }) => self.styles.push(SpanStyle::Link(dest_url.into_string())),
            Event::End(TagEnd::Strong | TagEnd::Emphasis | TagEnd::Link) => drop(self.styles.pop()),
            _ => {}
        }
    }

    fn push(&mut self, text: &str, style: SpanStyle) {
        match self.spans.last_mut() {
            Some(last) if last.style == style && style != SpanStyle::Code => last.text.push_str(text),
            Some(_) | None => self.spans.push(Span { text: text.to_owned(), style }),
        }
    }

    fn paragraph(&mut self) -> Option<ManualBlock> {
        let spans = std::mem::take(&mut self.spans);
        (!spans.is_empty()).then_some(ManualBlock::Paragraph(spans))
    }
}
