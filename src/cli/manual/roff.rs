//! Renders blocks as the body of a man page, using the `man` macros.

use roff::{Inline, Roff, bold, italic, roman};

use super::linked;
use super::page::{ManualBlock, Span, SpanStyle};

/// Appends a page without its title; level-two headings become sections.
pub(super) fn body(roff: &mut Roff, page: &[ManualBlock]) {
    let blocks = page.iter().filter(|block| !matches!(block, ManualBlock::Heading { level: 1, .. }));
    let mut after = After::Block;
    for (at, block) in blocks.enumerate() {
        if at == 0 && !matches!(block, ManualBlock::Heading { .. }) {
            roff.control("SH", ["DESCRIPTION"]);
            after = After::Heading;
        }
        add(roff, block, after);
        after = if matches!(block, ManualBlock::Heading { .. }) { After::Heading } else { After::Block };
    }
}

/// What precedes a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    /// A heading, which sets its own spacing.
    Heading,
    /// Another block, which needs a blank line in between.
    Block,
}

fn add(roff: &mut Roff, block: &ManualBlock, after: After) {
    let takes_space = matches!(block, ManualBlock::Paragraph(_) | ManualBlock::Code { .. });
    if takes_space && after == After::Block {
        roff.control("PP", []);
    }
    match block {
        ManualBlock::Heading { level, text } => {
            let words: String = text.iter().map(|span| span.text.as_str()).collect();
            // A macro argument cannot contain a plain quote or hyphen.
            let words = words.replace('"', r"\(dq").replace('-', r"\-");
            // A heading that names a section of the configuration file is kept verbatim, not capitalised.
            let is_verbatim = words.starts_with('[');
            match level {
                1 | 2 if is_verbatim => roff.control("SH", [words.as_str()]),
                1 | 2 => roff.control("SH", [words.to_uppercase().replace(r"\(DQ", r"\(dq").as_str()]),
                _ => roff.control("SS", [words.as_str()]),
            };
        }
        ManualBlock::Paragraph(spans) => drop(roff.text(inlines(spans))),
        ManualBlock::Code { text, .. } => code(roff, text),
        ManualBlock::List { from, items } => list(roff, *from, items),
        ManualBlock::Table { head, rows } => table(roff, head, rows),
    }
}

/// Appends an indented code block.
pub(super) fn code(roff: &mut Roff, text: &str) {
    roff.control("RS", ["4"]).control("nf", []);
    for line in text.lines() {
        // Some formatters report an empty line outside of text as an error.
        if line.is_empty() {
            roff.control("sp", [])
        } else {
            roff.text([roman(line)])
        };
    }
    roff.control("fi", []).control("RE", []);
}

fn list(roff: &mut Roff, from: Option<u64>, items: &[Vec<ManualBlock>]) {
    for (at, item) in items.iter().enumerate() {
        let mark = from.map_or_else(|| r"\(bu".to_owned(), |first| format!("{}.", first + at as u64));
        roff.control("IP", [mark.as_str(), "3"]);
        for (nth, block) in item.iter().enumerate() {
            match block {
                ManualBlock::Paragraph(spans) => {
                    if nth > 0 {
                        roff.control("IP", []);
                    }
                    roff.text(inlines(spans));
                }
                ManualBlock::Heading { .. }
                | ManualBlock::Code { .. }
                | ManualBlock::List { .. }
                | ManualBlock::Table { .. } => {
                    roff.control("RS", ["3"]);
                    add(roff, block, After::Block);
                    roff.control("RE", []);
                }
            }
        }
    }
}

/// Renders each row as a tagged paragraph: the first cell is the tag, each further cell a line below it, labelled with
/// its column if there are several.
fn table(roff: &mut Roff, head: &[Vec<Span>], rows: &[Vec<Vec<Span>>]) {
    for row in rows {
        let Some((tag, cells)) = row.split_first() else { continue };
        roff.control("TP", []);
        roff.text(tag.iter().map(|span| bold(shown(span))).collect::<Vec<_>>());
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                roff.control("br", []);
            }
            let name = head.get(at + 1).filter(|_| cells.len() > 1);
            let name = name.map(|name| italic(format!("{}:", name.iter().map(shown).collect::<String>())));
            let gap = name.is_some().then(|| roman(" "));
            roff.text(name.into_iter().chain(gap).chain(inlines(cell)).collect::<Vec<_>>());
        }
    }
}

fn inlines(spans: &[Span]) -> Vec<Inline> {
    let set = spans.iter().map(|span| match &span.style {
        SpanStyle::Plain => roman(&span.text),
        SpanStyle::Strong => italic(&span.text),
        SpanStyle::Code | SpanStyle::Link(_) => bold(shown(span)),
    });
    set.collect()
}

/// The text of a span; a link to a topic becomes the name of its man page.
fn shown(span: &Span) -> String {
    let SpanStyle::Link(target) = &span.style else { return span.text.clone() };
    match linked(target) {
        Some(topic) => {
            let (name, section) = topic.man();
            format!("{name}({section})")
        }
        None if span.text == *target => target.clone(),
        None => format!("{} <{target}>", span.text),
    }
}
