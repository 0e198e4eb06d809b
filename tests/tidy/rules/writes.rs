//! Who writes to the store, and who sends letters.

use std::collections::{BTreeMap, BTreeSet};

use crate::house::{MAIL, SENDER, WRITERS, is_in};
use crate::reader::is_write;
use crate::workspace::{Violation, Workspace};

/// The store's functions that write, from the crate on.
pub fn writers(workspace: &Workspace) -> BTreeSet<String> {
    let of_store = workspace.code().filter(|source| source.of_crate == "store");
    let writers = of_store.flat_map(|source| {
        let writing = source.facts.functions.iter().filter(|function| function.writes);
        writing.map(|function| format!("{}::{}", source.place(), function.path.join("::")))
    });
    writers.collect()
}

/// Beginning a transaction, naming its type, writing without one, or calling a function of the store that does.
pub fn writes(workspace: &Workspace) -> Vec<Violation> {
    let writers = writers(workspace);
    let mut found = BTreeSet::new();
    for source in workspace.code().filter(|source| !is_in(&source.path, WRITERS)) {
        for call in &source.facts.calls {
            let begins = call.method == "begin" && call.arguments == 0;
            if begins || is_write(&call.method, &call.receiver, call.arguments, call.first) {
                let what = format!(".{}(…): the office alone writes to the store", call.method);
                found.insert(Violation::new(&source.path, call.line, what));
            }
        }
        for name in &source.facts.names {
            for full in name.full.iter().filter(|full| full.starts_with("store::")) {
                let words: Vec<&str> = full.split("::").collect();
                let own = words.windows(2).any(|pair| matches!(pair, ["Db", "begin" | "write"]));
                if own || words.contains(&"Tx") || writers.contains(full) {
                    let what = format!("{full}: the office alone writes to the store");
                    found.insert(Violation::new(&source.path, name.line, what));
                }
            }
        }
    }
    found.into_iter().collect()
}

/// A letter's sending takes the run and the letter: two arguments, where a channel's takes one. One function calls it;
/// inside of `mail`, ways of sending called `send` hand on to one another.
pub fn sends(workspace: &Workspace) -> Vec<Violation> {
    let (places, mut found) = senders(workspace);
    if places.len() > 1 {
        found.extend(places.into_values());
    }
    found
}

/// The functions of the office that send, each with what is said if it is not the only one, and who else does.
pub fn senders(workspace: &Workspace) -> (BTreeMap<(String, String), Violation>, Vec<Violation>) {
    let (mut places, mut found) = (BTreeMap::new(), Vec::new());
    for source in workspace.code() {
        let is_path = |full: &String| full.starts_with("mail::") && full.ends_with("::send");
        let called = source.facts.calls.iter().filter(|call| call.method == "send" && call.arguments >= 2);
        let named = source.facts.names.iter().filter(|name| name.full.iter().any(is_path));
        let called = called.map(|call| (call.line, call.function.as_str()));
        for (line, function) in called.chain(named.map(|name| (name.line, "by its path"))) {
            let at = |what: &str| Violation::new(&source.path, line, what);
            let hands_on = is_in(&source.path, MAIL) && function.rsplit("::").next() == Some("send");
            if is_in(&source.path, SENDER) {
                let place = (source.path.clone(), function.to_owned());
                places.entry(place).or_insert_with(|| at("a letter is sent from more than one function"));
            } else if !hands_on {
                found.push(at("a letter is sent outside of its one place"));
            }
        }
    }
    (places, found)
}
