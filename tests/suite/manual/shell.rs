//! Command lines in help texts and in the manual, tried out on clap.

use clap::Command;

/// What is wrong with a line that calls `ronda`; None where nothing is, or it calls something else.
pub(super) fn fault(line: &str) -> Option<String> {
    let words = words(line);
    if words.first().map(String::as_str) != Some("ronda") {
        return None;
    }
    let refused = ronda::cli::command().try_get_matches_from(words).err()?;
    Some(format!("{line}: {}", refused.to_string().lines().next().unwrap_or_default()))
}

/// Each command's examples, and whether they show each of its options.
pub(super) fn examples_of_commands(root: &Command, mistakes: &mut Vec<String>) {
    let mut root = root.clone();
    root.build();
    walk(&root, "ronda", mistakes);
}

fn walk(command: &Command, name: &str, mistakes: &mut Vec<String>) {
    let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let lines: Vec<&str> = examples.lines().map(str::trim).filter(|line| line.starts_with("ronda ")).collect();
    if !lines.iter().any(|line| *line == name || line.starts_with(&format!("{name} ")) || name == "ronda") {
        mistakes.push(format!("{name} has no example"));
    }
    mistakes.extend(lines.iter().filter(|line| !line.contains("argv=")).filter_map(|line| fault(line)));
    for option in command.get_arguments().filter(|arg| !arg.is_hide_set() && !arg.is_global_set()) {
        let Some(long) = option.get_long().filter(|long| !["help", "version"].contains(long)) else { continue };
        let flag = format!("--{long}");
        if !lines.iter().any(|line| line.split_whitespace().any(|word| word == flag)) {
            mistakes.push(format!("{name}: no example has {flag}"));
        }
        if option.get_help().is_none() {
            mistakes.push(format!("{name}: {flag} says nothing of itself"));
        }
    }
    for argument in command.get_positionals().filter(|argument| argument.get_help().is_none()) {
        mistakes.push(format!("{name}: {} says nothing of itself", argument.get_id()));
    }
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        walk(sub, &format!("{name} {}", sub.get_name()), mistakes);
    }
}

/// The words of a line as a shell has them, up to a pipe, a redirection or a comment.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.trim().chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '|' | '<' | '>' | '#' | '&') => break,
            (None, ' ') => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}
