//! Validates answers against the checklist of their equipment, as far as its items are asked.

use std::collections::BTreeSet;

use super::{Form, MAX_ANSWERS, MAX_FINDINGS, MAX_LINE, MAX_TEXT, OnSite, quoted};
use crate::contract::Purpose;
use crate::records::checklist::{Checklist, Item, Kind};
use crate::records::{Answer, Done, EquipmentAnswers, ItemResult, Photo};
use crate::suggest;
use crate::typed::is_blank;

impl Form<'_> {
    pub(super) fn equipment(&mut self, done: &Done) {
        let equipment = &done.equipment;
        let count: usize = equipment.iter().map(|answers| answers.answers.len()).sum();
        self.count("equipment", count, MAX_ANSWERS, "answers");
        let mut seen = BTreeSet::new();
        for (index, answers) in equipment.iter().enumerate() {
            let path = format!("equipment[{index}]");
            if !seen.insert(&answers.equipment) {
                let rule = "this equipment has its answers further up already";
                self.wrong(format!("{path}.equipment"), quoted(answers.equipment.as_str()), rule, "put them together");
            }
            let Some(on_site) = self.on_site(&format!("{path}.equipment"), &answers.equipment) else { continue };
            match on_site.checklist {
                Some(checklist) => self.answers(&path, answers, checklist, &done.photos),
                None if answers.answers.is_empty() => {}
                None => {
                    let rule = format!("its checklist {:?} is not known to the office", on_site.key);
                    let remedy = "have the office add the checklist, or correct the equipment's";
                    self.wrong(format!("{path}.equipment"), quoted(answers.equipment.as_str()), rule, remedy);
                }
            }
        }
        if answers_for_all(self.context.purpose) {
            let context = self.context;
            let is_asked =
                |on_site: &&OnSite<'_>| context.rest.as_ref().is_none_or(|rest| rest.contains_key(on_site.equipment));
            for missing in context.equipment.iter().filter(is_asked).filter(|on_site| !seen.contains(on_site.equipment))
            {
                let rule = format!("the {} has no answers for it", context.purpose.word());
                let remedy =
                    "add its answers; `not-inspected` with a remark that says why, where it could not be looked at";
                self.wrong("equipment", quoted(missing.equipment.as_str()), rule, remedy);
            }
        }
    }

    fn answers(&mut self, path: &str, given: &EquipmentAnswers, checklist: &Checklist, photos: &[Photo]) {
        let answers = &given.answers;
        let asked = checklist.asked(answers);
        let mut seen = BTreeSet::new();
        for (index, answer) in answers.iter().enumerate() {
            let path = format!("{path}.answers[{index}]");
            let key = answer.item.as_str();
            if !seen.insert(key) {
                let rule = "this item is answered further up already";
                self.wrong(format!("{path}.item"), quoted(key), rule, "keep one");
            }
            self.at_most(&format!("{path}.remark"), &answer.remark, MAX_LINE);
            match checklist.item(key) {
                Some(item) if asked.contains(key) => self.answer(&path, answer, item, photos),
                Some(item) => self.not_asked(&format!("{path}.item"), item),
                None => self.no_such_item(&format!("{path}.item"), key, checklist),
            }
        }
        let left = self.context.rest.as_ref().and_then(|rest| rest.get(&given.equipment));
        let is_left = |item: &Item| left.is_some_and(|left| left.contains(item.item.as_str()));
        let is_required = |item: &&Item| item.required || is_left(item);
        let required = checklist.items().filter(is_required).filter(|item| asked.contains(item.item.as_str()));
        for item in required.filter(|item| !seen.contains(item.item.as_str())) {
            let rule = format!("item {} is required and has no answer", item.item);
            self.wrong(format!("{path}.answers"), quoted(&item.item), rule, format!("answer: {}", item.text.en));
        }
    }

    fn no_such_item(&mut self, path: &str, key: &str, checklist: &Checklist) {
        let near = suggest::nearest(key, checklist.items().map(|item| item.item.as_str()));
        let remedy = near.map_or_else(|| "take it out".to_owned(), |near| format!("did you mean {near}?"));
        self.wrong(path, quoted(key), format!("checklist {} has no such item", checklist.checklist), remedy);
    }

    fn not_asked(&mut self, path: &str, item: &Item) {
        let Some(when) = &item.when else { return };
        let rule = format!("it is asked only where {}", when);
        self.wrong(path, quoted(&item.item), rule, format!("take it out, or correct the answer to {}", when.item));
    }

    fn answer(&mut self, path: &str, answer: &Answer, item: &Item, photos: &[Photo]) {
        if answer.result == ItemResult::NotInspected {
            self.not_inspected(path, answer, item);
            return self.answer_photos(&format!("{path}.photos"), answer, item, photos);
        }
        self.reading(&format!("{path}.reading"), answer, item);
        self.choice(path, answer, item);
        self.text(&format!("{path}.text"), answer, item);
        self.answer_photos(&format!("{path}.photos"), answer, item, photos);
    }

    /// What could not be looked at says why, and nothing else of the item; photos may show why.
    fn not_inspected(&mut self, path: &str, answer: &Answer, item: &Item) {
        if is_blank(&answer.remark) {
            let rule = format!("item {} was not inspected, and the remark does not say why", item.item);
            let remedy = "write the reason, for example \"room locked\", or give the result of what was seen";
            self.wrong(format!("{path}.remark"), quoted(&answer.remark), rule, remedy);
        }
        let reading = answer.reading.map(|reading| ("reading", reading.to_string()));
        let choice = answer.choice.as_ref().map(|choice| ("choice", quoted(choice)));
        let text = (!answer.text.is_empty()).then(|| ("text", quoted(&answer.text)));
        for (key, value) in [reading, choice, text].into_iter().flatten() {
            let rule = format!("item {} was not inspected, and has an answer", item.item);
            self.wrong(format!("{path}.{key}"), value, rule, "take it out, or give the result of what was seen");
        }
    }

    fn reading(&mut self, path: &str, answer: &Answer, item: &Item) {
        match (answer.reading, item.reading()) {
            (None, None) => {}
            (None, Some(spec)) => {
                if is_needed(answer, item) {
                    let rule = format!("item {} is required and has no reading", item.item);
                    self.wrong(path, "nothing", rule, format!("give it in {}", spec.unit));
                }
            }
            (Some(reading), None) => {
                let rule = format!("nothing is measured at item {}", item.item);
                self.wrong(path, reading, rule, "take it out, or write it as a remark");
            }
            (Some(reading), Some(spec)) => {
                if !reading.is_finite() {
                    self.wrong(path, reading, "a reading is a number", format!("give it in {}", spec.unit));
                } else if answer.result == ItemResult::Ok && !spec.holds(reading) {
                    let rule = format!("outside its limits ({}) the result cannot be ok", spec);
                    self.wrong(path, reading, rule, "correct the reading, or make the result attention or fault");
                }
            }
        }
    }

    fn choice(&mut self, path: &str, answer: &Answer, item: &Item) {
        let choices = item.choices();
        let keys = || choices.iter().map(|choice| choice.choice.as_str());
        let path = |key: &str| format!("{path}.{key}");
        match &answer.choice {
            None if choices.is_empty() || !is_needed(answer, item) => {}
            None => {
                let rule = format!("item {} is required and nothing is chosen", item.item);
                self.wrong(
                    path("choice"),
                    "nothing",
                    rule,
                    format!("choose {}", keys().collect::<Vec<_>>().join(", ")),
                );
            }
            Some(key) if choices.is_empty() => {
                let rule = format!("there is nothing to choose at item {}", item.item);
                self.wrong(path("choice"), quoted(key), rule, "take it out, or write it as a remark");
            }
            Some(key) => match item.choice(key) {
                None => {
                    let remedy = match suggest::nearest(key, keys()) {
                        Some(near) => format!("did you mean {near}?"),
                        None => format!("known are {}", keys().collect::<Vec<_>>().join(", ")),
                    };
                    let rule = format!("item {} has no such choice", item.item);
                    self.wrong(path("choice"), quoted(key), rule, remedy);
                }
                Some(choice) if !choice.result.allows(answer.result) => {
                    let rule = format!("with {key} chosen the result is {} at best", choice.result.word());
                    let remedy = "choose another, or make the result worse";
                    self.wrong(path("result"), quoted(answer.result.word()), rule, remedy);
                }
                Some(_) => {}
            },
        }
    }

    fn text(&mut self, path: &str, answer: &Answer, item: &Item) {
        match item.kind {
            Kind::Text => {
                if is_needed(answer, item) {
                    self.needed(path, &answer.text, MAX_TEXT, &format!("answer: {}", item.text.en));
                } else {
                    self.at_most(path, &answer.text, MAX_TEXT);
                }
            }
            Kind::Check | Kind::Number { .. } | Kind::Choice { .. } | Kind::Photo => {
                if !answer.text.is_empty() {
                    let rule = format!("item {} does not ask for a text", item.item);
                    self.wrong(path, quoted(&answer.text), rule, "write it as a remark");
                }
            }
        }
    }

    /// Photos can show any item; an item that asks for a photo needs one if it is required.
    fn answer_photos(&mut self, path: &str, answer: &Answer, item: &Item, photos: &[Photo]) {
        if item.kind == Kind::Photo && answer.photos.is_empty() && is_needed(answer, item) {
            let rule = format!("item {} is required and has no photo", item.item);
            self.wrong(path, "nothing", rule, format!("take one: {}", item.text.en));
        }
        let mut seen = BTreeSet::new();
        for (index, file) in answer.photos.iter().enumerate() {
            let path = format!("{path}[{index}]");
            self.named_photo(&path, file, photos);
            if !seen.insert(file.as_str()) {
                self.wrong(path, quoted(file), "this photo shows the item further up already", "keep one");
            }
        }
    }

    /// The customer's engineer can only comment on items that the record reports (P03).
    pub(super) fn customer_remarks(&mut self, done: &Done) {
        self.count("customer_remarks", done.customer_remarks.len(), MAX_FINDINGS, "remarks of the customer");
        for (index, remark) in done.customer_remarks.iter().enumerate() {
            let path = |key: &str| format!("customer_remarks[{index}].{key}");
            self.needed(&path("text"), &remark.text, MAX_TEXT, "say what the customer's engineer remarked");
            let Some(on_site) = self.on_site(&path("equipment"), &remark.equipment) else { continue };
            let Some(given) = done.equipment.iter().find(|given| given.equipment == remark.equipment) else {
                let rule = "the record has no answers for this equipment";
                self.wrong(
                    path("equipment"),
                    quoted(remark.equipment.as_str()),
                    rule,
                    "take the remark out, or put it in remarks",
                );
                continue;
            };
            let Some(checklist) = on_site.checklist else { continue };
            match checklist.item(&remark.item) {
                Some(item) if !checklist.asked(&given.answers).contains(item.item.as_str()) => {
                    self.not_asked(&path("item"), item);
                }
                Some(_) => {}
                None => self.no_such_item(&path("item"), &remark.item, checklist),
            }
        }
    }
}

/// Whether the answer must include what the item asks for.
fn is_needed(answer: &Answer, item: &Item) -> bool {
    item.required && !matches!(answer.result, ItemResult::NotApplicable | ItemResult::NotInspected)
}

/// Whether a visit for this purpose must cover all equipment at its site.
#[must_use]
pub fn answers_for_all(purpose: Purpose) -> bool {
    match purpose {
        Purpose::Inspection | Purpose::Maintenance => true,
        Purpose::Training | Purpose::FollowUp | Purpose::CallOut | Purpose::PlannedSupport => false,
    }
}
