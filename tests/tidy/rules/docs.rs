//! What doc comments say.

use std::collections::BTreeMap;

use crate::code::Kind;
use crate::house::{EMPTY_SENTENCE, SAME_ERRORS};
use crate::workspace::{Violation, Workspace};

/// A public item has a doc comment.
pub fn missing(workspace: &Workspace) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in workspace.code() {
        let public = source.facts.items.iter().filter(|item| item.is_public && item.kind.needs_docs());
        let bare = public.filter(|item| first_sentence(&item.docs).is_empty());
        found.extend(bare.map(|item| Violation::new(&source.path, item.line, format!("{} has none", item.name))));
    }
    found
}

/// The first sentence of a public item, and of a file, has more than three words.
pub fn sentences(workspace: &Workspace) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in workspace.code() {
        for item in source.facts.items.iter().filter(|item| item.is_public && item.kind != Kind::Field) {
            let sentence = first_sentence(&item.docs);
            let words = sentence.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count();
            if (1..=EMPTY_SENTENCE).contains(&words) {
                let what = format!("{}: {sentence:?} says too little", item.name);
                found.push(Violation::new(&source.path, item.line, what));
            }
        }
    }
    found
}

fn first_sentence(docs: &str) -> String {
    docs.lines().take_while(|line| !line.is_empty() && !line.starts_with('#')).collect::<Vec<_>>().join(" ")
}

/// One sentence under `# Errors` that stands everywhere tells nobody anything.
pub fn errors(workspace: &Workspace) -> Vec<Violation> {
    let mut by_text: BTreeMap<String, Vec<(&str, usize)>> = BTreeMap::new();
    for source in workspace.code() {
        for item in &source.facts.items {
            let after =
                item.docs.lines().skip_while(|line| *line != "# Errors").skip(1).skip_while(|line| line.is_empty());
            let text = after.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
            if !text.is_empty() {
                by_text.entry(text).or_default().push((&source.path, item.line));
            }
        }
    }
    let often = by_text.into_iter().filter(|(_, places)| places.len() > SAME_ERRORS);
    let told = often.map(|(text, places)| {
        let (path, line) = places[0];
        let what = format!("{text:?} stands under `# Errors` {} times; {SAME_ERRORS} are enough", places.len());
        Violation::new(path, line, what)
    });
    told.collect()
}
