//! `ronda help`: the manual, and the arguments of each command.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Command};

use super::manual::{self, TOPICS, TerminalStyle};
use super::verbatim::{HelpTarget, Verbatim};
use domain::suggest;
use domain::wording::counted;
use office::Error;

/// Show the manual: its list of topics, one topic, or the arguments of a command
///
/// Without an argument, lists topics and commands. With --man, writes the whole manual as man pages; with --files,
/// writes the files that the manual refers to.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ronda help\n  ronda help due-dates\n  ronda help letters list\n  \
                  ronda help --man ~/.local/share/man\n  ronda help --files examples/")]
pub(super) struct HelpArgs {
    /// A topic, or a command with its subcommand
    #[arg(value_name = "TOPIC|COMMAND")]
    about: Vec<String>,
    /// Write a man page for each command and topic into the folders man1, man5 and man7 below this one
    #[arg(long, value_name = "DIR", conflicts_with = "about")]
    man: Option<PathBuf>,
    /// Write the letter templates, the systemd unit, an example record and an example fault analysis to this folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["about", "man"])]
    files: Option<PathBuf>,
}

/// Shows what was asked for. `root` is the whole command line.
///
/// # Errors
/// A refusal if there is no such topic or command; an I/O error if the folder cannot be written to.
pub(super) fn run(mut root: Command, args: &HelpArgs) -> anyhow::Result<()> {
    if let Some(folder) = &args.man {
        return write_man_pages(root, folder);
    }
    if let Some(folder) = &args.files {
        return write_files(folder);
    }
    let Some((first, rest)) = args.about.split_first() else {
        print!("{}", contents(&root));
        return Ok(());
    };
    root.build();
    if root.find_subcommand(first).is_some() {
        let mut verbatim = Verbatim::of(root);
        let command = verbatim.command.find_subcommand_mut(first).expect("looked for above");
        let help = find_command(command, rest)?.render_long_help();
        print!("{}", verbatim.restored(&help, HelpTarget::of_stdout()));
        return Ok(());
    }
    match manual::topic(first).filter(|_| rest.is_empty()) {
        Some(topic) => {
            let look = if std::io::stdout().is_terminal() { TerminalStyle::Bold } else { TerminalStyle::Plain };
            print!("{}", manual::render(&manual::parse(topic.text), width(), look));
            Ok(())
        }
        None => Err(unknown(&root, &args.about.join(" ")).into()),
    }
}

/// Finds the subcommand that `path` names.
fn find_command<'c>(command: &'c mut Command, path: &[String]) -> Result<&'c mut Command, Error> {
    let Some((next, rest)) = path.split_first() else { return Ok(command) };
    if command.find_subcommand(next).is_none() {
        let known = command.get_subcommands().map(Command::get_name);
        let meant = suggest::did_you_mean(suggest::nearest(next, known));
        let name = command.get_bin_name().unwrap_or_else(|| command.get_name());
        return Err(Error::Refused(format!("`{name}` has no subcommand {next:?}{meant}")));
    }
    find_command(command.find_subcommand_mut(next).expect("looked for above"), rest)
}

/// Topics and commands, each with a one-line description.
fn contents(root: &Command) -> String {
    let topics = TOPICS.iter().map(|topic| (topic.name.to_owned(), topic.about.to_owned()));
    let shown = root.get_subcommands().filter(|command| !command.is_hide_set());
    let commands = shown.map(|command| {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        (command.get_name().to_owned(), about)
    });
    let mut text = String::from("The manual of Ronda. `ronda help TOPIC` shows a topic:\n\n");
    text.push_str(&two_columns(topics));
    text.push_str("\n`ronda help COMMAND` shows what a command does and takes:\n\n");
    text.push_str(&two_columns(commands));
    text.push_str("\nNew to Ronda? Begin with `ronda help getting-started`.\n");
    text
}

fn two_columns(rows: impl Iterator<Item = (String, String)>) -> String {
    rows.map(|(name, about)| format!("  {name:<16}  {about}\n")).collect()
}

/// The error for an unknown name, with up to three suggestions.
fn unknown(root: &Command, asked: &str) -> Error {
    let commands = root.get_subcommands().filter(|command| !command.is_hide_set()).map(Command::get_name);
    let known: Vec<&str> = commands.chain(TOPICS.iter().map(|topic| topic.name)).collect();
    let asked_plain = asked.to_lowercase();
    let near = suggest::nearest(asked, known.iter().copied());
    let alike = known.iter().copied().filter(|name| {
        let shared = name.split('-').any(|part| part.len() > 3 && asked_plain.contains(part));
        shared || (asked_plain.len() > 2 && name.contains(asked_plain.as_str()))
    });
    let mut meant: Vec<&str> = near.into_iter().collect();
    meant.extend(alike.filter(|name| near != Some(name)));
    meant.truncate(3);
    let remedy = match meant.as_slice() {
        [] => "`ronda help` lists them all".to_owned(),
        near => format!("did you mean {}?", near.join(" or ")),
    };
    Error::Refused(format!("no topic or command is called {asked:?}; {remedy}"))
}

/// The width of the terminal, limited to a readable line length; 80 columns for a pipe.
fn width() -> usize {
    let columns = terminal_size::terminal_size().map_or(80, |(columns, _)| usize::from(columns.0));
    columns.clamp(40, 100)
}

fn write_man_pages(root: Command, folder: &Path) -> anyhow::Result<()> {
    let pages = manual::man_pages(root);
    for page in &pages {
        let section = page.file.rsplit('.').next().expect("a page's name ends with its section");
        write(&folder.join(format!("man{section}")).join(&page.file), &page.text)?;
    }
    println!("{} in {}", counted(pages.len(), "man page"), folder.display());
    Ok(())
}

/// Files that the manual refers to and people start their own from, besides the letter templates.
const FILES: [(&str, &str); 6] = [
    ("ronda.service", include_str!("../../systemd/ronda.service")),
    ("fault-analysis.example.toml", include_str!("../../templates/fault-analysis.example.toml")),
    ("record.example.json", include_str!("../../templates/record.example.json")),
    ("locales/en/mail.ftl", include_str!("../../templates/locales/en/mail.ftl")),
    ("locales/es/mail.ftl", include_str!("../../templates/locales/es/mail.ftl")),
    ("locales/zh/mail.ftl", include_str!("../../templates/locales/zh/mail.ftl")),
];

fn write_files(folder: &Path) -> anyhow::Result<()> {
    let templates = mail::originals().map(|(name, text)| (format!("mail/{name}"), text));
    let all = FILES.into_iter().map(|(name, text)| (name.to_owned(), text)).chain(templates);
    let mut written = 0;
    for (name, text) in all {
        write(&folder.join(name), text)?;
        written += 1;
    }
    println!("{} in {}", counted(written, "file"), folder.display());
    Ok(())
}

/// Writes a file, and creates its parent folders.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().expect("it lies in a folder");
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
