//! All man pages: commands rendered by `clap_mangen`, topics from their Markdown.

use clap::Command;
use clap_mangen::Man;
use roff::{Roff, bold, roman};

use super::{TOPICS, Topic, parse, roff as set};

/// The release date of this version, as in CHANGELOG.md; printed in the footer of every page.
pub const RELEASED: &str = "2026-11-29";

/// A man page: its file name and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManPage {
    /// `ronda-letters-list.1`
    pub file: String,
    /// The page in roff, using the `man` macros.
    pub text: String,
}

/// One page for each command and subcommand, and one for each topic.
#[must_use]
pub fn man_pages(mut command: Command) -> Vec<ManPage> {
    command.build();
    let mut pages = Vec::new();
    of_commands(&command, &mut pages);
    pages.extend(TOPICS.iter().map(of_topic));
    pages
}

fn of_commands(command: &Command, pages: &mut Vec<ManPage>) {
    pages.push(of_command(command));
    command.get_subcommands().filter(|sub| !sub.is_hide_set()).for_each(|sub| of_commands(sub, pages));
}

fn of_command(command: &Command) -> ManPage {
    let man = Man::new(command.clone()).date(RELEASED).source(source()).manual("Ronda Manual");
    let mut text = Vec::new();
    let sections = [Man::render_title, Man::render_name_section, Man::render_synopsis_section];
    let more = [Man::render_description_section, Man::render_options_section];
    for render in sections.into_iter().chain(more) {
        render(&man, &mut text).expect("a Vec takes everything");
    }
    if command.get_subcommands().any(|sub| !sub.is_hide_set()) {
        man.render_subcommands_section(&mut text).expect("a Vec takes everything");
    }
    let mut text = String::from_utf8(text).expect("made from text");
    let mut rest = Roff::new();
    for (heading, lines) in after_help(command) {
        rest.control("SH", [heading.to_uppercase().as_str()]);
        set::code(&mut rest, &lines);
    }
    see_also(&mut rest, command);
    text.push_str(&rest.to_roff());
    ManPage { file: man.get_filename(), text }
}

/// Splits a command's `after_help` into its parts: a heading such as `Examples:`, and the indented lines below it.
fn after_help(command: &Command) -> Vec<(String, String)> {
    let text = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let mut parts: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match (line.strip_suffix(':'), parts.last_mut()) {
            (Some(heading), _) if !line.starts_with(' ') => parts.push((heading.to_owned(), String::new())),
            (_, Some((_, lines))) => {
                lines.push_str(line.strip_prefix("  ").unwrap_or(line));
                lines.push('\n');
            }
            (_, None) => parts.push(("Notes".to_owned(), format!("{line}\n"))),
        }
    }
    for (_, lines) in &mut parts {
        lines.truncate(lines.trim_end().len());
    }
    parts
}

fn see_also(roff: &mut Roff, command: &Command) {
    let is_root = command.get_display_name().is_none_or(|name| name == "ronda");
    let mut pages = vec![if is_root { "ronda-getting-started(7)".to_owned() } else { "ronda(1)".to_owned() }];
    pages.extend(TOPICS.iter().filter(|topic| is_root || topic.name == "configuration").map(|topic| {
        let (name, section) = topic.man();
        format!("{name}({section})")
    }));
    pages.dedup();
    roff.control("SH", ["SEE ALSO"]);
    let last = pages.len() - 1;
    for (at, page) in pages.iter().enumerate() {
        roff.text([bold(page), roman(if at == last { "" } else { "," })]);
    }
}

fn of_topic(topic: &Topic) -> ManPage {
    let (name, section) = topic.man();
    let mut roff = Roff::new();
    let title = name.to_uppercase().replace('-', r"\-");
    roff.control("TH", [title.as_str(), &section.to_string(), RELEASED, &source(), "Ronda Manual"]);
    roff.control("SH", ["NAME"]);
    roff.text([roman(format!("{name} - {}", topic.about))]);
    set::body(&mut roff, &parse(topic.text));
    roff.control("SH", ["SEE ALSO"]);
    roff.text([bold("ronda(1)")]);
    ManPage { file: format!("{name}.{section}"), text: roff.render() }
}

fn source() -> String {
    format!("ronda {}", env!("CARGO_PKG_VERSION"))
}
