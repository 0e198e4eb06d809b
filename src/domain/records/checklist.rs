//! Checklists: what is inspected and measured on a visit.

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
    /// Its key, for example `ups-battery`, by which equipment refers to it.
    pub checklist: String,
    pub title: Words,
    pub sections: Vec<Section>,
}

impl Checklist {
    /// All items, in the order in which they are asked.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.sections.iter().flat_map(|section| &section.items)
    }

    /// All texts that people read: title, headings, items, guidance and choices.
    pub fn texts(&self) -> impl Iterator<Item = &Words> {
        let headings = self.sections.iter().map(|section| &section.title);
        let guidance = self.items().filter_map(|item| item.guidance.as_ref());
        let choices = self.items().flat_map(|item| item.choices()).map(|choice| &choice.text);
        let items = self.items().map(|item| &item.text);
        [&self.title].into_iter().chain(headings).chain(items).chain(guidance).chain(choices)
    }

    /// The item with this key.
    #[must_use]
    pub fn item(&self, key: &str) -> Option<&Item> {
        self.items().find(|item| item.item == key)
    }

    /// The keys of the items that are asked, given these answers.
    ///
    /// An item without a condition is always asked. A condition does not hold if its item was not asked itself, or has
    /// no answer. If an item has two answers, the first one counts.
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

    /// The part of the checklist that asks for these items, for what an earlier visit has left of it: they are asked
    /// without the conditions that held then, with the items that depend on them.
    #[must_use]
    pub fn only(&self, items: &BTreeSet<&str>) -> Checklist {
        let mut kept: BTreeSet<&str> = items.clone();
        for item in self.items() {
            if item.when.as_ref().is_some_and(|when| kept.contains(when.item.as_str())) {
                kept.insert(&item.item);
            }
        }
        let of_rest = |item: &Item| Item {
            when: item.when.clone().filter(|when| kept.contains(when.item.as_str())),
            ..item.clone()
        };
        let sections = self.sections.iter().map(|section| {
            let items = section.items.iter().filter(|item| kept.contains(item.item.as_str())).map(of_rest);
            Section { title: section.title.clone(), items: items.collect() }
        });
        let sections = sections.filter(|section| !section.items.is_empty()).collect();
        Checklist { checklist: self.checklist.clone(), title: self.title.clone(), sections }
    }
}

/// A text in each language given in the file; always including `en`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Words {
    pub en: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub es: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
}

impl Words {
    /// Whether the file has the text in `language`.
    #[must_use]
    pub fn is_in(&self, language: Language) -> bool {
        match language {
            Language::En => true,
            Language::Es => self.es.is_some(),
            Language::Zh => self.zh.is_some(),
        }
    }

    /// The text in `language`, or else in English.
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

/// One thing to check.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Item {
    /// Its key within the checklist, for example `battery-voltage`.
    pub item: String,
    pub text: Words,
    /// The kind of answer that it asks for.
    #[serde(flatten)]
    pub kind: Kind,
    /// Instructions for those who need them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guidance: Option<Words>,
    /// The condition under which it is asked; `None`: always.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Whether a record is rejected if the item is asked and has no answer.
    pub required: bool,
}

impl Item {
    /// Whether it is asked, given these answers by key: those to earlier items that were asked themselves.
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

    /// The choices, if any.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        match &self.kind {
            Kind::Choice { choices } => choices,
            Kind::Check | Kind::Number { .. } | Kind::Text | Kind::Photo => &[],
        }
    }

    /// The choice with this key, if the item has it.
    #[must_use]
    pub fn choice(&self, key: &str) -> Option<&Choice> {
        self.choices().iter().find(|choice| choice.choice == key)
    }
}

/// The kind of answer that an item asks for, besides a result and a remark, which all items have.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[derive(strum::IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Kind {
    /// Only a result.
    Check,
    /// A number in a unit, compared with its limits.
    Number { reading: ReadingSpec },
    /// One of several given words.
    Choice { choices: Vec<Choice> },
    /// Free text, such as a firmware version.
    Text,
    /// A photo of the item.
    Photo,
}

impl Kind {
    /// The words for the kinds in files, in the order in which they are explained.
    pub const WORDS: [&'static str; Kind::VARIANTS.len()] = every(Kind::VARIANTS);

    /// The word used in files.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.into()
    }
}

/// One of the words to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// Its key within the item, for example `manual`.
    pub choice: String,
    pub text: Words,
    /// The best result that is possible with this choice.
    pub result: Best,
}

/// The best result that a choice permits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[derive(strum::IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Best {
    /// Any result.
    Ok,
    /// At best something to watch.
    Attention,
    /// Always a fault.
    Fault,
}

impl Best {
    /// The word used in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// Whether an answer can have this result.
    #[must_use]
    pub fn allows(self, result: ItemResult) -> bool {
        match (self, result) {
            (Best::Ok, ItemResult::Ok | ItemResult::NotApplicable | ItemResult::Attention | ItemResult::Fault)
            | (Best::Attention, ItemResult::Attention | ItemResult::Fault)
            | (Best::Fault, ItemResult::Fault) => true,
            (Best::Attention, ItemResult::Ok | ItemResult::NotApplicable)
            | (Best::Fault, ItemResult::Ok | ItemResult::NotApplicable | ItemResult::Attention)
            // Nothing is chosen at what was not inspected.
            | (Best::Ok | Best::Attention | Best::Fault, ItemResult::NotInspected) => false,
        }
    }
}

/// A number to read, with its unit and its limits, both inclusive.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReadingSpec {
    pub unit: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

impl ReadingSpec {
    /// Whether a value is within the limits.
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
