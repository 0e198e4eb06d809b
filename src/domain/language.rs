//! The languages in which all texts exist.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::variants::every;

/// A language in which Ronda writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[derive(strum::IntoStaticStr, VariantArray, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Language {
    /// English; the fallback.
    #[default]
    En,
    /// Spanish.
    Es,
    /// Simplified Chinese.
    Zh,
}

/// A language in which Ronda has no texts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a language of Ronda; use en, es or zh")]
pub struct UnknownLanguage(pub String);

impl Language {
    /// All languages, in the order in which they are listed.
    pub const ALL: [Language; Language::VARIANTS.len()] = every(Language::VARIANTS);

    /// The code used in files, columns and letters.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.into()
    }

    /// The BCP 47 tag for HTML, PDF and mail; Chinese is in simplified script.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Es => "es",
            Language::Zh => "zh-Hans",
        }
    }
}

impl std::fmt::Display for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl std::str::FromStr for Language {
    type Err = UnknownLanguage;

    /// Parses `en`, `es`, `zh`, optionally followed by a region or script (`es-MX`, `zh_Hans`).
    fn from_str(text: &str) -> Result<Self, UnknownLanguage> {
        let primary = text.split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "en" => Ok(Language::En),
            "es" => Ok(Language::Es),
            "zh" => Ok(Language::Zh),
            _ => Err(UnknownLanguage(text.to_owned())),
        }
    }
}
