//! Checklists in TOML: the built-in ones in `templates/checklists`, and the administrator's.
//!
//! ```toml
//! checklist = "ups-battery"            # its key, in small letters, digits and hyphens
//! title = { en = "…", es = "…", zh = "…" }   # es and zh may be left out: English is shown then
//!
//! [[sections]]
//! title = { en = "…" }
//!
//! [[sections.items]]
//! item = "float-voltage"               # once in the whole checklist
//! text = { en = "…" }
//! kind = "number"                      # check, number, choice, text or photo; left out: number with a reading, else check
//! reading = { unit = "V", min = 2.2, max = 2.3 }   # of a number; min and max may be left out, both inclusive
//! guidance = { en = "…" }              # optional: how it is done
//! required = true                      # optional; a record without an answer is refused, where the item is asked
//!
//! [[sections.items]]
//! item = "charger-mode"
//! text = { en = "…" }
//! kind = "choice"
//! choices = [                          # of a choice; result is the best that the answer can have, ok where left out
//!   { choice = "float", text = { en = "…" } },
//!   { choice = "boost", text = { en = "…" }, result = "attention" },
//! ]
//! when = { item = "float-voltage", below = 2.2 }   # optional: asked only where an item further up was answered so
//! # or when = { item = "…", above = 2.3 }
//! # or when = { item = "…", result = ["attention", "fault"] }
//! # or when = { item = "…", choice = ["boost"] }
//! ```

mod kind;
mod read;
mod when;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::toml_file::{self, TomlFile};
use domain::records::checklist::Checklist;

macro_rules! shipped {
    ($($key:literal),+ $(,)?) => {
        [$((
            concat!("templates/checklists/", $key, ".toml"),
            include_str!(concat!("../../templates/checklists/", $key, ".toml")),
        )),+]
    };
}

/// The built-in checklists.
const SHIPPED: [(&str, &str); 12] = shipped![
    "access-control",
    "baggage-conveyor",
    "chiller",
    "data-centre-network",
    "fire-alarm",
    "generator",
    "lift",
    "precision-cooling",
    "pump-set",
    "servers-storage",
    "software-platform",
    "ups-battery",
];

/// All checklists that the office knows.
#[derive(Debug)]
pub struct Checklists {
    by_key: BTreeMap<String, Checklist>,
    /// Keys of the administrator's checklists.
    own: BTreeSet<String>,
}

impl Checklists {
    /// Loads the built-in checklists and those in `own` (a folder of TOML files); on equal keys, the latter win.
    ///
    /// # Errors
    /// Every mistake of every file, each with file, line and column.
    pub fn load(own: Option<&Path>) -> Result<Checklists, Vec<String>> {
        let mut mistakes = Vec::new();
        let shipped: Vec<TomlFile> = SHIPPED.iter().map(|(name, text)| TomlFile::shipped(name, text)).collect();
        let mut by_key = read_all(&shipped, &mut mistakes);
        let own = match own.map(TomlFile::folder) {
            Some(Ok(files)) => read_all(&files, &mut mistakes),
            Some(Err(unreadable)) => {
                mistakes.extend(unreadable);
                BTreeMap::new()
            }
            None => BTreeMap::new(),
        };
        let keys = own.keys().cloned().collect();
        by_key.extend(own);
        if mistakes.is_empty() { Ok(Checklists { by_key, own: keys }) } else { Err(mistakes) }
    }

    /// The checklist with this key, if there is one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Checklist> {
        self.by_key.get(key)
    }

    /// All checklists, sorted by key.
    pub fn all(&self) -> impl Iterator<Item = &Checklist> {
        self.by_key.values()
    }

    /// Whether this checklist is the administrator's, including one that replaces a built-in checklist.
    #[must_use]
    pub fn is_own(&self, key: &str) -> bool {
        self.own.contains(key)
    }

    /// The keys of all checklists, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.by_key.keys().map(String::as_str)
    }
}

/// Reads checklists from these files, by key.
///
/// # Errors
/// Every mistake of every file, each with file, line and column; two files with the same key, and files that cannot be
/// read, are mistakes too.
pub fn read_files(paths: &[PathBuf]) -> Result<BTreeMap<String, Checklist>, Vec<String>> {
    let (mut files, mut mistakes) = (Vec::new(), Vec::new());
    for path in paths {
        match std::fs::read_to_string(path) {
            Ok(text) => files.push(TomlFile { name: path.display().to_string(), text }),
            Err(error) => mistakes.push(format!("{}: cannot be read: {error}", path.display())),
        }
    }
    let lists = read_all(&files, &mut mistakes);
    if mistakes.is_empty() { Ok(lists) } else { Err(mistakes) }
}

fn read_all(files: &[TomlFile], mistakes: &mut Vec<String>) -> BTreeMap<String, Checklist> {
    toml_file::read_all(
        files,
        "checklist",
        |list: &Checklist| &list.checklist,
        |table, found| read::checklist(table.get_ref(), found),
        mistakes,
    )
}

#[cfg(test)]
mod tests;
