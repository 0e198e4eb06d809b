//! Checklists: what is looked at and measured on a visit.

mod condition;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;
use strum::VariantNames;

pub use condition::{Condition, Test};

use super::{Answer, ItemResult};
use crate::language::Language;
use crate::variants::every;

/// A checklist, from a TOML file in `templates/checklists` or the administrator's folder.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checklist {
    /// Its key, for example `ups-battery`; equipment names its checklist by it.
    pub checklist: String,
    pub title: Words,
    pub sections: Vec<Section>,
}

impl Checklist {
    /// Every item, in the order in which they are asked.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.sections.iter().flat_map(|section| &section.items)
    }

    /// Every text that a person reads: title, headings, items, guidance, choices.
    pub fn texts(&self) -> impl Iterator<Item = &Words> {
        let headings = self.sections.iter().map(|section| &section.title);
        let guidance = self.items().filter_map(|item| item.guidance.as_ref());
        let choices = self.items().flat_map(|item| item.choices()).map(|choice| &choice.text);
        let items = self.items().map(|item| &item.text);
        [&self.title].into_iter().chain(headings).chain(items).chain(guidance).chain(choices)
    }

    /// The item of that key.
    #[must_use]
    pub fn item(&self, key: &str) -> Option<&Item> {
        self.items().find(|item| item.item == key)
    }

    /// The keys of the items that these answers leave to be asked.
    ///
    /// An item without a condition is always asked. A condition on an item that was itself not asked, or that has no
    /// answer, does not hold. Of two answers to one item the first counts.
    #[must_use]
    pub fn asked<'c>(&'c self, answers: &[Answer]) -> BTreeSet<&'c str> {
        let mut given = BTreeMap::new();
        for answer in answers {
            given.entry(answer.item.as_str()).or_insert(answer);
        }
        let (mut asked, mut so_far) = (BTreeSet::new(), BTreeMap::new());
        for item in self.items() {
            if !item.is_asked(&so_far) {
                continue;
            }
            asked.insert(item.item.as_str());
            if let Some(answer) = given.get(item.item.as_str()) {
                so_far.insert(item.item.as_str(), *answer);
            }
        }
        asked
    }
}

/// A text in each language that the file gives; `en` always.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Words {
    pub en: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub es: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
}

impl Words {
    /// Whether the file gives it in `language`.
    #[must_use]
    pub fn is_in(&self, language: Language) -> bool {
        match language {
            Language::En => true,
            Language::Es => self.es.is_some(),
            Language::Zh => self.zh.is_some(),
        }
    }

    /// The text in `language`, else in English.
    #[must_use]
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Es => self.es.as_ref().unwrap_or(&self.en),
            Language::Zh => self.zh.as_ref().unwrap_or(&self.en),
        }
    }
}

/// A heading with its items.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    pub title: Words,
    pub items: Vec<Item>,
}

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Item {
    /// Key within the checklist, for example `battery-voltage`.
    pub item: String,
    pub text: Words,
    /// What kind of answer it wants.
    #[serde(flatten)]
    pub kind: Kind,
    /// How it is done, for whom it is not plain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guidance: Option<Words>,
    /// It is asked only where this holds; None: always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// A record without an answer to it is refused, where it is asked.
    pub required: bool,
}

impl Item {
    /// Whether it is asked after these answers, by key: those to earlier items of the checklist that were asked
    /// themselves.
    #[must_use]
    pub fn is_asked(&self, so_far: &BTreeMap<&str, &Answer>) -> bool {
        let holds = |when: &Condition| so_far.get(when.item.as_str()).is_some_and(|answer| when.test.holds(answer));
        self.when.as_ref().is_none_or(holds)
    }

    /// What is measured, if anything.
    #[must_use]
    pub fn reading(&self) -> Option<&ReadingSpec> {
        match &self.kind {
            Kind::Number { reading } => Some(reading),
            Kind::Check | Kind::Choice { .. } | Kind::Text | Kind::Photo => None,
        }
    }

    /// What can be chosen, if anything.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        match &self.kind {
            Kind::Choice { choices } => choices,
            Kind::Check | Kind::Number { .. } | Kind::Text | Kind::Photo => &[],
        }
    }

    /// The choice of that key, where the item has it.
    #[must_use]
    pub fn choice(&self, key: &str) -> Option<&Choice> {
        self.choices().iter().find(|choice| choice.choice == key)
    }
}

/// What kind of answer an item wants, besides its result and a remark, which every item takes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[derive(strum::IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    /// The result alone.
    Check,
    /// A number in a unit, held against its limits.
    Number { reading: ReadingSpec },
    /// One of a few words.
    Choice { choices: Vec<Choice> },
    /// Words of the engineer's own, such as a firmware version.
    Text,
    /// A photo of it.
    Photo,
}

impl Kind {
    /// The words by which files name the kinds, in the order in which they are explained.
    pub const WORDS: [&'static str; Kind::VARIANTS.len()] = every(Kind::VARIANTS);

    /// The word in files.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.into()
    }
}

/// One of the words that a choice offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// Key within the item, for example `manual`.
    pub choice: String,
    pub text: Words,
    /// The best result that an answer with this choice can have.
    pub result: Best,
}

/// The best result that a choice leaves possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[derive(strum::IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Best {
    /// Any result.
    Ok,
    /// At least something to watch.
    Attention,
    /// A fault.
    Fault,
}

impl Best {
    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Whether an answer may have this result.
    #[must_use]
    pub fn allows(self, result: ItemResult) -> bool {
        match (self, result) {
            (Best::Ok, ItemResult::Ok | ItemResult::NotApplicable | ItemResult::Attention | ItemResult::Fault)
            | (Best::Attention, ItemResult::Attention | ItemResult::Fault)
            | (Best::Fault, ItemResult::Fault) => true,
            (Best::Attention, ItemResult::Ok | ItemResult::NotApplicable)
            | (Best::Fault, ItemResult::Ok | ItemResult::NotApplicable | ItemResult::Attention) => false,
        }
    }
}

/// A number to read, its unit and the limits within which all is well, both inclusive.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReadingSpec {
    pub unit: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

impl ReadingSpec {
    /// Whether a value lies within the limits.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }
}

impl fmt::Display for ReadingSpec {
    /// `215 to 245 V`, `at least 10 V`, `at most 40 °C`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = &self.unit;
        match (self.min, self.max) {
            (Some(min), Some(max)) => write!(f, "{min} to {max} {unit}"),
            (Some(min), None) => write!(f, "at least {min} {unit}"),
            (None, Some(max)) => write!(f, "at most {max} {unit}"),
            (None, None) => write!(f, "any {unit}"),
        }
    }
}

#[cfg(test)]
mod tests;
