//! `[calendars]`: which kinds of a country's holidays are observed.
//!
//! ```toml
//! [calendars]
//! observed = "public"             # everywhere; of public, government, bank, optional, half-day
//! DE = "public, half-day"         # in one country, instead
//! ```

use std::collections::BTreeSet;

use super::file::ConfigFile;
use domain::calendar::{Observance, Observed};
use domain::suggest;

pub(super) fn read(file: &mut ConfigFile) -> Observed {
    let mut section = file.section("calendars");
    let default = Observed::default();
    Observed {
        everywhere: section.read_by("observed", observances).unwrap_or(default.everywhere),
        in_countries: section.by_country(observances),
    }
}

/// Reads a comma-separated list; the error is the rule that was broken, and the remedy.
fn observances(text: &str) -> Result<BTreeSet<Observance>, (String, String)> {
    let words = Observance::ALL.map(Observance::word);
    let remedy = || format!("write some of {}, with commas between them", words.join(", "));
    let mut found = BTreeSet::new();
    for word in text.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        let observance = Observance::of_word(word).ok_or_else(|| {
            let meant = suggest::did_you_mean(suggest::nearest(word, words));
            (format!("no holidays are called {word:?}{meant}"), remedy())
        })?;
        found.insert(observance);
    }
    if found.is_empty() {
        Err(("nothing is observed, not even public holidays".to_owned(), remedy()))
    } else {
        Ok(found)
    }
}
