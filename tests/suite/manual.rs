//! The manual is held to the program: commands and options to clap, keys to the configuration, examples to their readers.

mod configuration;
mod reference;
mod shell;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use ronda::cli::manual::{
    ManualBlock, RELEASED, Span, SpanStyle, TOPICS, TerminalStyle, man_pages, parse, render, topic,
};
use ronda::domain::access::Deed;
use ronda::world::checklists::Checklists;
use ronda::world::holidays::Calendars;
use ronda::world::plans::Plans;

/// With this variable set, what is generated is written instead of compared.
const ACCEPT: &str = "RONDA_ACCEPT";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A page as it lies in the tree, which may be newer than what was compiled in.
fn page(name: &str) -> String {
    let path = path(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn path(name: &str) -> PathBuf {
    root().join("templates/manual").join(format!("{name}.md"))
}

fn holds(mistakes: &[String]) {
    assert!(mistakes.is_empty(), "\n{}\n", mistakes.join("\n"));
}

/// All blocks of a page, those inside of lists too.
fn all_blocks(blocks: Vec<ManualBlock>, found: &mut Vec<ManualBlock>) {
    for block in blocks {
        if let ManualBlock::List { items, .. } = &block {
            items.iter().for_each(|item| all_blocks(item.clone(), found));
        }
        found.push(block);
    }
}

fn blocks(name: &str) -> Vec<ManualBlock> {
    let mut found = Vec::new();
    all_blocks(parse(&page(name)), &mut found);
    found
}

fn spans(block: &ManualBlock) -> Vec<Span> {
    match block {
        ManualBlock::Heading { text, .. } | ManualBlock::Paragraph(text) => text.clone(),
        ManualBlock::Table { head, rows } => head.iter().chain(rows.iter().flatten()).flatten().cloned().collect(),
        ManualBlock::Code { .. } | ManualBlock::List { .. } => Vec::new(),
    }
}

#[test]
fn every_page_is_compiled_in_and_has_a_title() {
    let mut files: Vec<String> = fs::read_dir(root().join("templates/manual"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    files.sort();
    let mut names: Vec<&str> = TOPICS.iter().map(|topic| topic.name).collect();
    names.sort_unstable();
    assert_eq!(files, names);
    for topic in TOPICS {
        assert!(topic.text == page(topic.name), "{}: build anew, the page was changed", topic.name);
        assert!(matches!(parse(topic.text).first(), Some(ManualBlock::Heading { level: 1, .. })), "{}", topic.name);
    }
}

#[test]
fn no_topic_has_the_name_of_a_command() {
    let commands = ronda::cli::command();
    for topic in TOPICS {
        assert!(commands.find_subcommand(topic.name).is_none(), "`ronda help {}` would be ambiguous", topic.name);
    }
}

#[test]
fn the_command_reference_is_what_the_commands_say() {
    let made = reference::reference(ronda::cli::command());
    if std::env::var_os(ACCEPT).is_some() {
        fs::write(path("commands"), made).unwrap();
        return;
    }
    let hint = format!("templates/manual/commands.md is not what the commands say; run this test with {ACCEPT}=1");
    assert!(made == page("commands"), "{hint}");
}

#[test]
fn every_command_and_every_option_has_an_example_that_works() {
    let mut mistakes = Vec::new();
    shell::examples_of_commands(&ronda::cli::command(), &mut mistakes);
    holds(&mistakes);
}

#[test]
fn the_audit_trail_lists_every_deed() {
    let told: BTreeSet<String> = blocks("audit-trail").iter().flat_map(spans).map(|span| span.text).collect();
    let missing: Vec<_> = Deed::ALL.into_iter().filter(|deed| !told.contains(deed.word())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_command_line_of_the_manual_works() {
    let mut mistakes = Vec::new();
    for topic in TOPICS {
        for block in blocks(topic.name) {
            let ManualBlock::Code { info, text } = block else { continue };
            if info == "sh" {
                let of_page = text.lines().filter_map(|line| shell::fault(line).map(|why| (line.to_owned(), why)));
                mistakes.extend(of_page.map(|(line, why)| format!("{}: {line}\n  {why}", topic.name)));
            }
        }
    }
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    mistakes.extend(readme.lines().filter_map(shell::fault));
    holds(&mistakes);
}

#[test]
fn every_key_of_the_configuration_is_documented_with_its_default_and_an_example() {
    holds(&configuration::mistakes(&page("configuration")));
}

#[test]
fn keys_that_other_topics_name_exist() {
    let keys = ronda::world::config::Config::keys();
    let sections: BTreeSet<&str> = keys.iter().filter_map(|key| key.split_once('.')).map(|(first, _)| first).collect();
    let mut mistakes = Vec::new();
    for topic in TOPICS {
        for span in blocks(topic.name).iter().flat_map(spans) {
            let is_key = span.text.split_once('.').is_some_and(|(section, key)| {
                sections.contains(section) && key.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == '.')
            });
            if span.style == SpanStyle::Code && is_key && !keys.contains(&span.text) {
                mistakes.push(format!("{}: there is no key {}", topic.name, span.text));
            }
        }
    }
    holds(&mistakes);
}

#[test]
fn every_link_between_topics_leads_somewhere() {
    let mut mistakes = Vec::new();
    for of in TOPICS {
        for span in blocks(of.name).iter().flat_map(spans) {
            let SpanStyle::Link(target) = &span.style else { continue };
            let is_topic = target.strip_suffix(".md").and_then(topic).is_some_and(|to| to.name == span.text);
            if !is_topic && !target.starts_with("https://") {
                mistakes.push(format!("{}: [{}]({target}) is not [NAME](NAME.md) of a topic", of.name, span.text));
            }
        }
    }
    holds(&mistakes);
}

#[test]
fn every_toml_example_is_read_by_what_it_is_for() {
    let mut mistakes = Vec::new();
    for topic in TOPICS {
        for block in blocks(topic.name) {
            let ManualBlock::Code { info, text } = block else { continue };
            let Some(kind) = info.strip_prefix("toml") else { continue };
            let dir = tempfile::tempdir().unwrap();
            let own = Some(dir.path());
            fs::write(dir.path().join("closures-example.toml"), &text).unwrap();
            let read = match kind.trim() {
                "ronda.toml" => configuration::read_text(&text).map(drop).map_err(|why| vec![why]),
                "closures" => Calendars::load(own).map(drop),
                "checklist" => Checklists::load(own).map(drop),
                "plan" => Plans::load(own).map(drop),
                other => Err(vec![format!("says of no kind of file that it is one: ```toml {other}")]),
            };
            mistakes.extend(read.err().into_iter().flatten().map(|why| format!("{}: {why}\n{text}", topic.name)));
        }
    }
    holds(&mistakes);
}

#[test]
fn the_readme_is_short_and_has_the_two_commands() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.lines().count() <= 130, "{} lines", readme.lines().count());
    for command in ["cargo run --release -- demo", "tests/run"] {
        assert!(readme.contains(&format!("```sh\n{command}\n```")), "{command}");
    }
    for topic in TOPICS {
        let at = format!("templates/manual/{}.md", topic.name);
        assert!(readme.contains(&at), "README.md does not lead to {at}");
    }
}

#[test]
fn the_changelog_begins_with_this_version_and_its_day() {
    let changelog = fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    let first = changelog.lines().find(|line| line.starts_with("## ")).unwrap();
    assert_eq!(first, format!("## {} - {RELEASED}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn no_bar_inside_of_a_cell_cuts_it() {
    let mut mistakes = Vec::new();
    for topic in TOPICS {
        let page = page(topic.name);
        let (mut columns, mut is_code) = (None, false);
        for line in page.lines() {
            is_code ^= line.trim_start().starts_with("```");
            let bars = line.replace("\\|", "").matches('|').count();
            let is_row = !is_code && line.starts_with('|');
            if is_row && *columns.get_or_insert(bars) != bars {
                mistakes.push(format!("{}: a bar cuts a cell; write \\| in: {line}", topic.name));
            }
            columns = columns.filter(|_| is_row);
        }
    }
    holds(&mistakes);
}

#[test]
fn no_line_is_wider_than_the_terminal_but_what_is_to_be_copied() {
    for topic in TOPICS {
        let page = parse(topic.text);
        for width in [60, 80, 100] {
            let text = render(&page, width, TerminalStyle::Plain);
            let wide = text.lines().filter(|line| !line.starts_with("    ") && line.chars().count() > width);
            let wide: Vec<&str> = wide.filter(|line| line.trim_start().contains(' ')).collect();
            assert!(wide.is_empty(), "{} at {width}:\n{}", topic.name, wide.join("\n"));
        }
    }
}

#[test]
fn there_is_a_man_page_for_every_command_and_every_topic() {
    let pages = man_pages(ronda::cli::command());
    let files: BTreeSet<&str> = pages.iter().map(|page| page.file.as_str()).collect();
    assert_eq!(files.len(), pages.len(), "no name twice");
    for file in ["ronda.1", "ronda-letters.1", "ronda-link-feed-new.1", "ronda.toml.5", "ronda-due-dates.7"] {
        assert!(files.contains(file), "{file} is not among {files:?}");
    }
    for page in &pages {
        assert!(page.text.contains("\n.SH NAME\n"), "{}", page.file);
        assert!(page.text.contains(RELEASED), "{}", page.file);
        assert!(!page.text.contains("clock\\-speed"), "{} tells of an option that is hidden", page.file);
    }
}

fn help(about: &[&str]) -> (i32, String, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_ronda")).arg("help").args(about).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (done.status.code().unwrap(), text(done.stdout), text(done.stderr))
}

#[test]
fn help_lists_topics_shows_one_and_knows_every_command() {
    let (code, all, _) = help(&[]);
    assert_eq!(code, 0);
    for topic in TOPICS {
        assert!(all.contains(&format!("  {:<16}  {}\n", topic.name, topic.about)), "{} in\n{all}", topic.name);
    }
    let (code, shown, _) = help(&["due-dates"]);
    assert_eq!(code, 0);
    assert!(shown.starts_with("DUE DATES\n\n") && !shown.contains('\u{1b}'), "{shown}");
    let (code, shown, _) = help(&["letters", "list"]);
    assert!(code == 0 && shown.contains("Usage: ronda letters list"), "{shown}");
}

#[test]
fn an_unknown_topic_is_refused_with_what_was_meant() {
    let (code, shown, said) = help(&["due-date"]);
    assert_eq!((code, shown.as_str()), (2, ""));
    assert_eq!(said, "ronda: no topic or command is called \"due-date\"; did you mean due-dates?\n");
    let (code, _, said) = help(&["letters", "lst"]);
    assert_eq!((code, said.as_str()), (2, "ronda: `ronda letters` has no subcommand \"lst\"; did you mean list?\n"));
    let (code, _, said) = help(&["quux"]);
    assert_eq!(
        (code, said.as_str()),
        (2, "ronda: no topic or command is called \"quux\"; `ronda help` lists them all\n")
    );
}

#[test]
fn man_pages_are_written_into_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("man");
    let (code, said, _) = help(&["--man", folder.to_str().unwrap()]);
    // Where `man` looks for each section.
    for page in ["man1/ronda-letters.1", "man5/ronda.toml.5", "man7/ronda-visits.7"] {
        assert!(folder.join(page).is_file(), "{page}");
    }
    let written: usize = ["man1", "man5", "man7"].map(|of| fs::read_dir(folder.join(of)).unwrap().count()).iter().sum();
    assert_eq!((code, said), (0, format!("{written} man pages in {}\n", folder.display())));
    assert!(written > 50, "{written}");
}

/// Words of a page in order, as the parser of Markdown itself gives them.
fn words_written(markdown: &str) -> String {
    use pulldown_cmark::{Event, Options, Parser};
    let texts = Parser::new_ext(markdown, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Text(text) | Event::Code(text) => Some(text.into_string()),
        _ => None,
    });
    texts.flat_map(|text| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Words of blocks in order, as help and man pages show them.
fn words_shown(blocks: &[ManualBlock]) -> String {
    let of = |block: &ManualBlock| match block {
        ManualBlock::List { items, .. } => items.iter().map(|item| words_shown(item)).collect(),
        ManualBlock::Code { text, .. } => text.split_whitespace().collect(),
        ManualBlock::Heading { .. } | ManualBlock::Paragraph(_) | ManualBlock::Table { .. } => {
            spans(block).iter().flat_map(|span| span.text.split_whitespace()).collect::<String>()
        }
    };
    blocks.iter().map(of).collect()
}

#[test]
fn no_word_of_a_topic_is_lost_on_the_way_to_the_reader() {
    for topic in TOPICS {
        let page = page(topic.name);
        assert_eq!(words_shown(&parse(&page)), words_written(&page), "{}", topic.name);
    }
    let item = parse("- **Not now**: it waits, see [mail](mail.md).\n- next");
    assert_eq!(words_shown(&item), "Notnow:itwaits,seemail.next");
}
