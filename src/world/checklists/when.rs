//! When an item is asked: the key `when`.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::kind::number;
use super::read::Items;
use crate::toml_file::Mistakes;
use domain::records::ItemResult;
use domain::records::checklist::{Condition, Kind, Test};
use domain::suggest;

const EXAMPLE: &str = "when = { item = \"mode\", choice = [\"manual\"] }";
const TESTS: [&str; 4] = ["result", "choice", "above", "below"];
const RESULTS: [ItemResult; 4] = [ItemResult::Ok, ItemResult::NotApplicable, ItemResult::Attention, ItemResult::Fault];

/// Reads an item's condition; `None` if there is none, or if it is invalid, which is noted.
///
/// `own` is the key of the item itself.
pub(super) fn read(
    table: &DeTable<'_>,
    own: Option<&str>,
    items: &Items<'_>,
    found: &mut Mistakes<'_>,
) -> Option<Condition> {
    let (place, when) = match table.get("when").map(|value| (value.span(), value.get_ref()))? {
        (place, DeValue::Table(when)) => (place, when),
        (place, _) => {
            found.at(place, format!("a condition is written as {EXAMPLE}"));
            return None;
        }
    };
    found.unknown_keys(when, &["item", "result", "choice", "above", "below"]);
    let key = found.needed_text(when, place.clone(), "item");
    let kind = key.as_ref().and_then(|key| kind_of(key, own, items, found));
    let given: Vec<&str> = TESTS.into_iter().filter(|test| when.contains_key(*test)).collect();
    let test = match given.as_slice() {
        [] => {
            found.at(place, format!("a condition says what the answer must be: {}; {EXAMPLE}", TESTS.join(", ")));
            None
        }
        [one] => test(when, one, kind, found),
        [first, ..] => {
            let text = format!("a condition has one of {}, and this one has {}", TESTS.join(", "), given.join(" and "));
            found.at(when.get(*first).map_or(place, Spanned::span), text);
            None
        }
    };
    Some(Condition { item: key?.into_inner().to_owned(), test: test? })
}

/// The kind of the item that a condition refers to; `None` if it is unknown, which is noted unless the item itself is
/// invalid.
fn kind_of<'i>(
    key: &Spanned<&str>,
    own: Option<&str>,
    items: &'i Items<'_>,
    found: &mut Mistakes<'_>,
) -> Option<&'i Kind> {
    let name = *key.get_ref();
    if let Some((_, kind)) = items.earlier.iter().find(|(earlier, _)| *earlier == name) {
        return kind.as_ref();
    }
    if own == Some(name) {
        found.at(key.span(), format!("a condition looks at an item further up, and {name:?} is the item itself"));
    } else if items.all.contains(&name) {
        found.at(key.span(), format!("a condition looks at an item further up, and {name:?} comes further down"));
    } else {
        let meant = suggest::did_you_mean(suggest::nearest(name, items.all.iter().copied()));
        found.at(key.span(), format!("the checklist has no item {name:?}{meant}"));
    }
    None
}

/// Reads what the answer must be. If the item's kind is unknown, only the syntax is checked.
fn test(when: &DeTable<'_>, name: &str, kind: Option<&Kind>, found: &mut Mistakes<'_>) -> Option<Test> {
    let place = when.get(name)?.span();
    match name {
        "result" => Some(Test::Result(results(when, found))),
        "choice" => {
            let choices = listed(when, "choice", found);
            match kind {
                Some(Kind::Choice { choices: known }) => {
                    let keys: Vec<&str> = known.iter().map(|choice| choice.choice.as_str()).collect();
                    for (at, choice) in choices.iter().filter(|(_, choice)| !keys.contains(choice)) {
                        let meant = suggest::did_you_mean(suggest::nearest(choice, keys.iter().copied()));
                        let text = format!("the item has no choice {choice:?}; it has {}{meant}", keys.join(", "));
                        found.at(at.clone(), text);
                    }
                }
                Some(kind @ (Kind::Check | Kind::Number { .. } | Kind::Text | Kind::Photo)) => {
                    unfit(place, name, "a choice", kind, found);
                }
                None => {}
            }
            Some(Test::Choice(choices.into_iter().map(|(_, choice)| choice.to_owned()).collect()))
        }
        _ => {
            match kind {
                Some(Kind::Number { .. }) | None => {}
                Some(kind @ (Kind::Check | Kind::Choice { .. } | Kind::Text | Kind::Photo)) => {
                    unfit(place, name, "a number", kind, found);
                }
            }
            let limit = number(when, name, found)?;
            Some(if name == "above" { Test::Above(limit) } else { Test::Below(limit) })
        }
    }
}

fn unfit(place: Range<usize>, name: &str, wanted: &str, kind: &Kind, found: &mut Mistakes<'_>) {
    let text = format!("{name} looks at {wanted}, and the item's kind is {:?}; use result there", kind.word());
    found.at(place, text);
}

fn results(when: &DeTable<'_>, found: &mut Mistakes<'_>) -> Vec<ItemResult> {
    let mut results = Vec::new();
    for (at, word) in listed(when, "result", found) {
        match RESULTS.into_iter().find(|result| result.word() == word) {
            Some(result) => results.push(result),
            None => {
                let known = RESULTS.map(ItemResult::word);
                let meant = suggest::did_you_mean(suggest::nearest(word, known));
                found.at(at, format!("{word:?} is no result; known are {}{meant}", known.join(", ")));
            }
        }
    }
    results
}

/// The texts of a list, each with its place; notes an empty list and duplicates.
fn listed<'t>(when: &'t DeTable<'_>, name: &str, found: &mut Mistakes<'_>) -> Vec<(Range<usize>, &'t str)> {
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for text in found.texts(when, name) {
        if !seen.insert(*text.get_ref()) {
            found.at(text.span(), format!("{:?} stands in the list already", text.get_ref()));
        }
        all.push((text.span(), *text.get_ref()));
    }
    if let Some(DeValue::Array(list)) = when.get(name).map(Spanned::get_ref)
        && list.is_empty()
    {
        found.at(when.get(name).map_or(0..0, Spanned::span), format!("{name} is empty; the item would never be asked"));
    }
    all
}
