//! Who observes a holiday, and which holidays an office counts.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::variants::every;

/// Who observes a holiday in a country's table. If several apply to a day, the later variant decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, VariantArray, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Observance {
    /// Partly worked: counts as a working day, but is named.
    HalfDay,
    /// Observed by some: believers, a community, or everybody by custom without a law.
    Optional,
    /// Banks are closed.
    Bank,
    /// Public offices are closed.
    Government,
    /// Off for everyone.
    Public,
}

impl Observance {
    /// All of them, weakest first.
    pub const ALL: [Observance; Observance::VARIANTS.len()] = every(Observance::VARIANTS);

    /// The word used in calendar files and the configuration.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Parses the word of an observance.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Observance> {
        Observance::ALL.into_iter().find(|observance| observance.word() == word)
    }
}

/// The holidays that an office counts: public ones, unless configured otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// Counted in every country that is not listed.
    pub everywhere: BTreeSet<Observance>,
    /// Counted in these countries instead, by ISO 3166-1 code.
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
