//! Who observes a holiday, and whose holidays an office counts.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::variants::every;

/// Who observes a holiday of a country's table. Where a day is several, the later one says how it is worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, VariantArray, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Observance {
    /// Worked in part: counts as a working day, and is named.
    HalfDay,
    /// Open to those whom it concerns: believers, a community, or everyone's custom without a law.
    Optional,
    /// Banks are closed.
    Bank,
    /// Public offices are closed.
    Government,
    /// Off for everyone.
    Public,
}

impl Observance {
    /// All of them, the weakest first.
    pub const ALL: [Observance; Observance::VARIANTS.len()] = every(Observance::VARIANTS);

    /// As calendar files and the configuration write it.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// The observance of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Observance> {
        Observance::ALL.into_iter().find(|observance| observance.word() == word)
    }
}

/// The holidays that an office counts: public ones, unless it says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// In every country that is not listed.
    pub everywhere: BTreeSet<Observance>,
    /// In these countries, by ISO 3166-1 code; instead of those observed everywhere.
    pub in_countries: BTreeMap<String, BTreeSet<Observance>>,
}

impl Default for Observed {
    fn default() -> Observed {
        Observed { everywhere: BTreeSet::from([Observance::Public]), in_countries: BTreeMap::new() }
    }
}

impl Observed {
    /// What counts in a country.
    #[must_use]
    pub fn in_country(&self, code: &str) -> &BTreeSet<Observance> {
        self.in_countries.get(code).unwrap_or(&self.everywhere)
    }
}
