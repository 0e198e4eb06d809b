//! The command reference, made from clap.

use std::fmt::Write;

use clap::{Arg, Command};

const HEAD: &str = "# Commands

This page is generated from the commands themselves; `ronda help COMMAND` shows the same.

Every command takes:

";

/// The page `commands.md`.
pub(super) fn reference(mut root: Command) -> String {
    root.build();
    let mut page = HEAD.to_owned();
    root.get_arguments().filter(|arg| arg.is_global_set()).for_each(|arg| argument(&mut page, arg));
    for command in root.get_subcommands().filter(|command| !command.is_hide_set()) {
        section(&mut page, command, &format!("ronda {}", command.get_name()));
    }
    page
}

fn section(page: &mut String, command: &Command, name: &str) {
    let about = command.get_long_about().or(command.get_about()).map(ToString::to_string).unwrap_or_default();
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let mut about = about.lines().map(escaped).collect::<Vec<_>>();
    // The first line is a heading of its own, without its full stop.
    if let Some(first) = about.first_mut().filter(|first| !first.is_empty() && !first.ends_with('.')) {
        first.push('.');
    }
    writeln!(page, "\n## {name}\n\n{}\n\n```text\n{usage}\n```", about.join("\n")).unwrap();
    let own: Vec<&Arg> = command.get_arguments().filter(|arg| is_own(arg)).collect();
    if !own.is_empty() {
        page.push('\n');
        own.into_iter().for_each(|arg| argument(page, arg));
    }
    if let Some(examples) = command.get_after_help().map(ToString::to_string) {
        let lines: Vec<&str> = examples.lines().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect();
        let lines = lines.join("\n");
        let lines = lines.trim_start_matches("Examples:").trim_start_matches("Example:").trim();
        writeln!(page, "\n```text\n{lines}\n```").unwrap();
    }
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        section(page, sub, &format!("{name} {}", sub.get_name()));
    }
}

fn is_own(arg: &Arg) -> bool {
    !arg.is_hide_set() && !arg.is_global_set() && !["help", "version"].contains(&arg.get_id().as_str())
}

/// `- `--limit LIMIT`: At most this many (default: 100)`
fn argument(page: &mut String, arg: &Arg) {
    let mut shown = match (arg.get_short(), arg.get_long()) {
        (Some(short), Some(long)) => format!("-{short}, --{long}"),
        (Some(short), None) => format!("-{short}"),
        (None, Some(long)) => format!("--{long}"),
        (None, None) => String::new(),
    };
    if arg.get_action().takes_values() {
        let names: Vec<&str> = arg.get_value_names().unwrap_or_default().iter().map(AsRef::as_ref).collect();
        shown = format!("{shown} {}", names.join(" ")).trim_start().to_owned();
    }
    let mut more = Vec::new();
    let values: Vec<String> = arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if arg.get_action().takes_values() && !values.is_empty() {
        more.push(values.join(", "));
    }
    let defaults: Vec<_> = arg.get_default_values().iter().filter_map(|value| value.to_str()).collect();
    if arg.get_action().takes_values() && !defaults.is_empty() {
        more.push(format!("default: {}", defaults.join(", ")));
    }
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join("; ")) };
    writeln!(page, "- `{shown}`: {}{}", escaped(&help), escaped(&more)).unwrap();
}

/// Text without what Markdown would take for markup.
fn escaped(text: &str) -> String {
    text.replace('[', "(").replace(']', ")").replace('<', "\\<").replace('*', "\\*")
}
