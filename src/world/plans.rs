//! Service plans in TOML: the built-in ones in `templates/plans`, and the administrator's.
//!
//! A file has `plan` (its name), `title`, and a table `[term.NAME]` for each promise. A term must give `promise`,
//! `kind` and `every`; the other keys of [`Term::KEYS`] default to the values of [`Term::new`]. A training also has
//! `syllabus`, a list of `{ en = "…", es = "…", zh = "…" }`. A contract's overrides use the same keys, as `NAME.key`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::toml_file::{self, Mistakes, TomlFile};
use domain::contract::{self, BadTerm, Contract, Every, Purpose, ServicePlan, Term};
use domain::records::checklist::Words;
use domain::suggest;

/// The built-in plans.
const SHIPPED: [(&str, &str); 3] = [
    ("templates/plans/standard.toml", include_str!("../../templates/plans/standard.toml")),
    ("templates/plans/data-centre.toml", include_str!("../../templates/plans/data-centre.toml")),
    ("templates/plans/light.toml", include_str!("../../templates/plans/light.toml")),
];

/// All service plans that the office knows.
#[derive(Debug)]
pub struct Plans {
    by_name: BTreeMap<String, ServicePlan>,
}

/// Why the terms of a contract cannot be determined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoTerms {
    #[error("there is no service plan {plan:?}{}", suggest::did_you_mean(.suggestion.as_deref()))]
    UnknownPlan { plan: String, suggestion: Option<String> },
    #[error("{column} = {value:?}: {why}")]
    BadOverride { column: String, value: String, why: String },
}

impl Plans {
    /// Loads the built-in plans and those in `own` (a folder of TOML files); on equal names, the latter win.
    ///
    /// # Errors
    /// Every mistake of every file, each with file, line and column.
    pub fn load(own: Option<&Path>) -> Result<Plans, Vec<String>> {
        let mut mistakes = Vec::new();
        let shipped: Vec<TomlFile> = SHIPPED.iter().map(|(name, text)| TomlFile::shipped(name, text)).collect();
        let mut by_name = read_all(&shipped, &mut mistakes);
        match own.map(TomlFile::folder) {
            Some(Ok(files)) => by_name.extend(read_all(&files, &mut mistakes)),
            Some(Err(unreadable)) => mistakes.extend(unreadable),
            None => {}
        }
        if mistakes.is_empty() { Ok(Plans { by_name }) } else { Err(mistakes) }
    }

    /// The plan with this name, if there is one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&ServicePlan> {
        self.by_name.get(name)
    }

    /// All plans, sorted by name.
    pub fn all(&self) -> impl Iterator<Item = &ServicePlan> {
        self.by_name.values()
    }

    /// The terms of a contract: those of its plan, with the contract's overrides.
    ///
    /// # Errors
    /// The first [`NoTerms`]; [`Plans::refusals`] returns all of them.
    pub fn terms(&self, contract: &Contract) -> Result<Vec<Term>, NoTerms> {
        let mut refusals = Vec::new();
        let terms = self.judge(contract, &mut refusals);
        match refusals.into_iter().next() {
            Some(refusal) => Err(refusal),
            None => Ok(terms),
        }
    }

    /// Everything that is wrong with the contract's plan and overrides, for the import, which reports every bad cell.
    #[must_use]
    pub fn refusals(&self, contract: &Contract) -> Vec<NoTerms> {
        let mut refusals = Vec::new();
        self.judge(contract, &mut refusals);
        refusals
    }

    fn judge(&self, contract: &Contract, refusals: &mut Vec<NoTerms>) -> Vec<Term> {
        let Some(plan) = self.get(&contract.plan) else {
            let suggestion = suggest::nearest(&contract.plan, self.by_name.keys().map(String::as_str));
            let suggestion = suggestion.map(str::to_owned);
            refusals.push(NoTerms::UnknownPlan { plan: contract.plan.clone(), suggestion });
            return Vec::new();
        };
        let mut terms = plan.terms.clone();
        for (column, value) in &contract.overrides {
            if let Err(why) = set_override(plan, &mut terms, column, value) {
                refusals.push(NoTerms::BadOverride { column: column.clone(), value: value.clone(), why });
            }
        }
        terms
    }
}

/// Applies an override such as `inspection.every` = `3 months`; the error says why it is invalid.
fn set_override(plan: &ServicePlan, terms: &mut [Term], column: &str, value: &str) -> Result<(), String> {
    let Some((name, key)) = column.split_once('.') else {
        return Err("an override's name is term.key, for example inspection.every".to_owned());
    };
    let Some(term) = terms.iter_mut().find(|term| term.key == name) else {
        let known: Vec<&str> = plan.terms.iter().map(|term| term.key.as_str()).collect();
        let meant = suggest::did_you_mean(suggest::nearest(name, known.iter().copied()));
        return Err(format!("plan {} has no term {name:?}; it has {}{meant}", plan.name, known.join(", ")));
    };
    term.set(key, value).map_err(|BadTerm { value: refused, rule, suggestion }| {
        let part = if refused.trim() == value.trim() { String::new() } else { format!("{refused:?} ") };
        format!("{part}{rule}{}", suggest::did_you_mean(suggestion.as_deref()))
    })
}

/// Reads plan files; if two have the same name, the second one is a mistake.
fn read_all(files: &[TomlFile], mistakes: &mut Vec<String>) -> BTreeMap<String, ServicePlan> {
    toml_file::read_all(files, "plan", |plan: &ServicePlan| &plan.name, read_plan, mistakes)
}

fn read_plan(table: &Spanned<DeTable<'_>>, found: &mut Mistakes<'_>) -> Option<(Range<usize>, ServicePlan)> {
    let start = 0..0;
    let table = table.get_ref();
    found.unknown_keys(table, &["plan", "title", "term"]);
    let name = found.needed_text(table, start.clone(), "plan");
    let title = found.needed_text(table, start.clone(), "title");
    let terms = match table.get("term").map(|value| (value.span(), value.get_ref())) {
        Some((_, DeValue::Table(terms))) if !terms.is_empty() => read_terms(terms, found),
        Some((_, DeValue::Table(_))) | None => {
            found.at(start, "the plan has no term; begin one with [term.inspection]");
            Vec::new()
        }
        Some((place, _)) => {
            found.at(place, "a term is a table of its own, [term.inspection]");
            Vec::new()
        }
    };
    let (name, title) = (name?, title?.into_inner().to_owned());
    Some((name.span(), ServicePlan { name: name.into_inner().to_owned(), title, terms }))
}

/// The terms, in file order.
fn read_terms(terms: &DeTable<'_>, found: &mut Mistakes<'_>) -> Vec<Term> {
    let mut entries: Vec<_> = terms.iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let mut read = Vec::new();
    for (key, value) in entries {
        let name = key.get_ref().as_ref();
        if !name.starts_with(|c: char| c.is_ascii_lowercase())
            || !name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        {
            found.at(key.span(), format!("{name:?} is no name of a term; use small letters, digits and hyphens"));
        } else if let DeValue::Table(table) = value.get_ref() {
            read.push(read_term(name, key.span(), table, found));
        } else {
            found.at(value.span(), format!("a term is a table of its own, [term.{name}]"));
        }
    }
    read
}

fn read_term(name: &str, at: Range<usize>, table: &DeTable<'_>, found: &mut Mistakes<'_>) -> Term {
    let known: Vec<&str> = ["promise", "kind", "syllabus"].into_iter().chain(Term::KEYS).collect();
    found.unknown_keys(table, &known);
    let promise = found.needed_text(table, at.clone(), "promise");
    if let Some(promise) = promise.as_ref().filter(|promise| !is_promise(promise.get_ref())) {
        found.at(promise.span(), format!("promise = {:?} is no promise; use P01 to P32", promise.get_ref()));
    }
    let kind = found.needed_text(table, at.clone(), "kind").and_then(|kind| {
        let purpose = contract::parse_purpose(kind.get_ref());
        purpose.map_err(|bad| found.at(kind.span(), format!("kind = {bad}"))).ok()
    });
    found.needed_text(table, at.clone(), "every");
    // If the kind is invalid, still check the other values.
    let purpose = kind.unwrap_or(Purpose::Inspection);
    let mut term = Term::new(name, promise.map_or("", Spanned::into_inner), purpose, Every::Months(1));
    for key in Term::KEYS {
        let Some((place, value)) = value_text(table, key, found) else { continue };
        if let Err(bad) = term.set(key, &value) {
            found.at(place, format!("{key} = {bad}"));
        }
    }
    term.syllabus = read_syllabus(table, found);
    if kind == Some(Purpose::Training) && !table.contains_key("syllabus") {
        found.at(at, "a training needs a syllabus: what it teaches (P10)");
    } else if kind.is_some_and(|kind| kind != Purpose::Training) && table.contains_key("syllabus") {
        found.at(at, format!("a syllabus belongs to kind = \"training\", not to {}", purpose.word()));
    }
    term
}

/// Keys whose value is a list of escalation steps.
const STEPS: [&str; 4] = ["steps", "visit_steps", "record_steps", "report_steps"];

/// A term's value as text; in a plan file, steps are a list.
fn value_text(table: &DeTable<'_>, key: &str, found: &mut Mistakes<'_>) -> Option<(Range<usize>, String)> {
    if !STEPS.contains(&key) {
        return found.text(table, key).map(|text| (text.span(), text.into_inner().to_owned()));
    }
    let place = table.get(key)?.span();
    let mut steps = Vec::new();
    for text in found.texts(table, key) {
        match contract::parse_step(text.get_ref()) {
            Ok(step) => steps.push(step.to_string()),
            Err(bad) => found.at(text.span(), format!("{key}: {bad}")),
        }
    }
    Some((place, steps.join(";")))
}

fn read_syllabus(table: &DeTable<'_>, found: &mut Mistakes<'_>) -> Vec<Words> {
    let mut topics = Vec::new();
    for (place, topic) in found.tables(table, "syllabus") {
        found.unknown_keys(topic, &["en", "es", "zh"]);
        let en = found.needed_text(topic, place, "en");
        let [es, zh] = ["es", "zh"].map(|key| found.text(topic, key).map(|text| text.into_inner().to_owned()));
        if let Some(en) = en {
            topics.push(Words { en: en.into_inner().to_owned(), es, zh });
        }
    }
    topics
}

/// Whether this is `P01` to `P32`, the numbers in PROMISES.md.
fn is_promise(text: &str) -> bool {
    let number = text.strip_prefix('P').filter(|digits| digits.len() == 2);
    number.and_then(|digits| digits.parse::<u32>().ok()).is_some_and(|number| (1..=32).contains(&number))
}

#[cfg(test)]
mod tests;
