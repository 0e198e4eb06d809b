//! Text that is SQL, wherever its first word stands, and the words that it may not have.

use std::collections::BTreeSet;

use crate::house::{NOTICES, SQL, STATES, is_in};
use crate::workspace::{Violation, Workspace, is_kind};

pub fn sql(workspace: &Workspace) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in workspace.code().filter(|source| !is_in(&source.path, SQL)) {
        for literal in &source.facts.literals {
            let is_file = is_kind(&literal.text, "sql");
            if is_file || is_sql(&literal.text) {
                let begin: String = literal.text.trim_start().chars().take_while(|c| *c != '\n').take(40).collect();
                found.push(Violation::new(&source.path, literal.line, format!("SQL outside of the store: {begin:?}")));
            }
        }
    }
    found
}

/// A notice's word, or a state's, that a text of the store has of its own: `'waiting'`, or the bare word to be joined.
pub fn own_words(workspace: &Workspace) -> Vec<Violation> {
    let words = words(workspace);
    let mut found = Vec::new();
    for source in workspace.code().filter(|source| is_in(&source.path, SQL)) {
        for literal in &source.facts.literals {
            let quoted = literal.text.split('\'').skip(1).step_by(2);
            for word in quoted.chain([literal.text.as_str()]).filter(|word| words.contains(*word)) {
                let what = format!("{word:?} stands in a text of the store; take it from its enum");
                found.push(Violation::new(&source.path, literal.line, what));
            }
        }
    }
    found
}

/// The words of notices and of states, as their enums have them.
pub fn words(workspace: &Workspace) -> BTreeSet<String> {
    let is_word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    let mut words = BTreeSet::new();
    for source in &workspace.sources {
        if source.path == NOTICES {
            words.extend(source.facts.literals.iter().map(|literal| literal.text.clone()).filter(|text| is_word(text)));
        }
        for (path, name) in STATES.iter().filter(|(path, _)| *path == source.path) {
            let file = syn::parse_file(&source.text).unwrap_or_else(|why| panic!("{path}: {why}"));
            let variants = file.items.iter().filter_map(|item| match item {
                syn::Item::Enum(found) if found.ident == name => Some(&found.variants),
                _ => None,
            });
            words.extend(variants.flatten().map(|variant| kebab(&variant.ident.to_string())));
        }
    }
    words
}

/// `PutOff` → `put-off`.
fn kebab(name: &str) -> String {
    let mut word = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.push(c.to_ascii_lowercase());
    }
    word
}

/// Words that a sentence goes on with after `select`, `update`, `with`, `where`, and SQL does not.
const PROSE: &[&str] = &["a", "an", "the", "this", "that", "these", "your", "which", "one", "at", "no", "any", "its"];

/// Whether a text is SQL, or begins as SQL does. `Select the site` and `with manual chosen` are sentences.
pub fn is_sql(text: &str) -> bool {
    let text = without_comments(text);
    let first = text.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    // Written small or tall; a sentence begins with one tall letter.
    if first.is_empty() || (first != first.to_ascii_lowercase() && first != first.to_ascii_uppercase()) {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    let spaced = lower.replace(['(', ')', ','], " ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let second = words.get(1).copied().unwrap_or_default();
    let third = words.get(2).copied().unwrap_or_default();
    let is_name = |word: &str| !word.is_empty() && !PROSE.contains(&word);
    let opens = lower.len() > first.len() && !lower[first.len()..].starts_with(['-', ':', '.', '\'', '/', '_', '=']);
    match words.first().copied().unwrap_or_default() {
        "select" => {
            opens && (is_name(second) || second.is_empty() || spaced.contains(" from ") && spaced.contains(" where "))
        }
        "insert" => matches!(second, "into" | "or"),
        "replace" | "merge" => second == "into",
        "update" => is_name(second) && matches!(third, "set" | "as" | "") && opens,
        "delete" => second == "from",
        "create" | "alter" | "drop" | "truncate" | "reindex" | "lock" => matches!(
            second,
            "table"
                | "index"
                | "unique"
                | "view"
                | "trigger"
                | "temp"
                | "temporary"
                | "virtual"
                | "schema"
                | "sequence"
        ),
        "with" => {
            let after_columns = |word: &&str| *word == "as";
            let begins = words.iter().skip(2).take(12).position(after_columns).map(|at| at + 3);
            let inner = begins.and_then(|at| words[at..].iter().find(|word| !matches!(**word, "not" | "materialized")));
            second == "recursive"
                || inner.is_some_and(|word| matches!(*word, "select" | "values" | "insert" | "update" | "delete"))
        }
        "pragma" => !second.is_empty(),
        "begin" => matches!(second, "immediate" | "transaction" | "exclusive" | "deferred"),
        "savepoint" | "vacuum" | "attach" => words.len() <= 4 && first == text.split_whitespace().next().unwrap_or(""),
        "explain" => matches!(second, "select" | "query" | "analyze"),
        "values" => lower[first.len()..].trim_start().starts_with('('),
        // A part of a statement, with a parameter.
        "where" | "and" | "or" | "set" | "order" | "returning" | "on" | "join" | "from" | "limit" => {
            has_parameter(&lower)
        }
        _ => false,
    }
}

fn has_parameter(text: &str) -> bool {
    text.match_indices('$').any(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_digit()))
}

fn without_comments(text: &str) -> &str {
    let mut text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '(' || c == '\u{feff}');
    loop {
        let rest = if text.starts_with("--") {
            text.split_once('\n').map_or("", |(_, rest)| rest)
        } else if text.starts_with("/*") {
            text.split_once("*/").map_or("", |(_, rest)| rest)
        } else {
            return text;
        };
        text = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    }
}
