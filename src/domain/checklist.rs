//! Checklists: what is looked at and measured on a visit.

use serde::{Deserialize, Serialize};

/// A checklist, from a TOML file in `templates/checklists` or the administrator's folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checklist {
    pub checklist: String,
    pub title: Words,
    pub sections: Vec<Section>,
}

/// A text in each language that the file gives; `en` always.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Words {
    pub en: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub es: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
}

impl Words {
    /// The text in `language`, else in English.
    #[must_use]
    pub fn get(&self, language: super::language::Language) -> &str {
        use super::language::Language;
        match language {
            Language::En => &self.en,
            Language::Es => self.es.as_ref().unwrap_or(&self.en),
            Language::Zh => self.zh.as_ref().unwrap_or(&self.en),
        }
    }
}

/// A heading with its items.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Section {
    pub title: Words,
    pub items: Vec<Item>,
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// Key within the checklist, for example `battery-voltage`.
    pub item: String,
    pub text: Words,
    /// What is measured, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<ReadingSpec>,
    /// A record without an answer to it is refused.
    #[serde(default)]
    pub required: bool,
}

/// A number to read, its unit and the limits within which all is well, both inclusive.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadingSpec {
    pub unit: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

impl ReadingSpec {
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }
}
