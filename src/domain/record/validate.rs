//! What a record may say: checked in full, every fault named at once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};

use super::{
    Answer, ClosedFinding, CustomerSignature, Done, EquipmentAnswers, Finding, ItemResult, Outcome, Photo, Record,
    SCHEMA, Signature, is_plain_photo_name,
};
use crate::domain::Instant;
use crate::domain::checklist::{Checklist, Item};
use crate::domain::contract::Purpose;
use crate::domain::suggest;
use crate::domain::zone::Zone;

/// How far a phone's clock may be ahead of ours.
const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(15);
/// Longest texts, in characters.
const MAX_NAME: usize = 200;
const MAX_LINE: usize = 500;
const MAX_TEXT: usize = 5_000;
/// Most of each, over the whole record.
const MAX_ANSWERS: usize = 10_000;
const MAX_PHOTOS: usize = 60;
const MAX_FINDINGS: usize = 500;
const MAX_PEOPLE: usize = 500;
const MAX_POINTS: usize = 5_000;

/// What a record is held against.
#[derive(Debug, Clone)]
pub struct RecordContext<'a> {
    pub now: Instant,
    pub purpose: Purpose,
    /// Code of the visit's site, and its zone.
    pub site: &'a str,
    pub time_zone: &'a Zone,
    /// The contract's first day at the site.
    pub accepted_on: NaiveDate,
    pub equipment: Vec<OnSite<'a>>,
    /// Numbers of the site's open findings.
    pub open_findings: BTreeSet<i64>,
    /// Names of the photos that were handed in with the record.
    pub photos: BTreeSet<&'a str>,
}

/// An equipment of the site, with the checklist that its visit goes by.
#[derive(Debug, Clone, Copy)]
pub struct OnSite<'a> {
    /// Its code.
    pub equipment: &'a str,
    /// The checklist's key.
    pub key: &'a str,
    /// None where the office has no checklist of that key.
    pub checklist: Option<&'a Checklist>,
}

/// One thing in a record that cannot be so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path} = {value}: {rule}; {remedy}")]
pub struct BadField {
    /// Where in the JSON: `equipment[0].answers[3].reading`.
    pub path: String,
    /// The value as it stands there, shortened.
    pub value: String,
    /// The rule that it meets.
    pub rule: String,
    /// What to do about it.
    pub remedy: String,
}

impl Record {
    /// Everything in the record that cannot be so, in the order of the form; nothing for a good one.
    #[must_use]
    pub fn validate(&self, context: &RecordContext<'_>) -> Vec<BadField> {
        let mut form = Form { context, bad: Vec::new() };
        if self.schema != SCHEMA {
            let rule = format!("this program reads version {SCHEMA} of the form");
            form.wrong("schema", self.schema, rule, "hand it in to a program that knows this version, or write 1");
        }
        match &self.outcome {
            Outcome::Done(done) => form.done(done),
            Outcome::NotDone { reason, noted_at, by } => {
                form.needed("reason", reason, MAX_TEXT, "say why the visit did not take place; the customer is told");
                form.not_future("noted_at", noted_at);
                form.needed("by", by, MAX_NAME, "write who says so");
                let given: Vec<&str> = context.photos.iter().copied().collect();
                form.strangers(&given, &[]);
            }
        }
        form.bad
    }
}

/// A form under inspection.
struct Form<'c> {
    context: &'c RecordContext<'c>,
    bad: Vec<BadField>,
}

impl<'c> Form<'c> {
    fn wrong(
        &mut self,
        path: impl Into<String>,
        value: impl std::fmt::Display,
        rule: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let mut value = value.to_string();
        if value.chars().count() > 60 {
            value = value.chars().take(59).chain(['…']).collect();
        }
        self.bad.push(BadField { path: path.into(), value, rule: rule.into(), remedy: remedy.into() });
    }

    fn done(&mut self, done: &Done) {
        self.times(done);
        self.equipment(&done.equipment);
        self.findings(done);
        self.closes(&done.closes);
        self.advice(done);
        self.photos(&done.photos);
        self.people(done);
        self.at_most("remarks", &done.remarks, MAX_TEXT);
        self.signature("engineer_signature", &done.engineer_signature, done);
        match &done.customer_signature {
            CustomerSignature::Signed(signature) => self.signature("customer_signature", signature, done),
            CustomerSignature::Absent { reason } => {
                self.needed(
                    "customer_signature.reason",
                    reason,
                    MAX_LINE,
                    "say why nobody of the customer's was there",
                );
            }
            CustomerSignature::Refused { name, reason } => {
                self.needed("customer_signature.name", name, MAX_NAME, "write who did not want to sign");
                self.needed("customer_signature.reason", reason, MAX_LINE, "say why they did not want to sign");
            }
        }
    }

    fn times(&mut self, done: &Done) {
        self.not_future("started_at", &done.started_at);
        self.not_future("completed_at", &done.completed_at);
        if done.started_at > done.completed_at {
            let rule = format!("the visit would end before it began, {}", done.started_at.to_rfc3339());
            self.wrong("completed_at", done.completed_at.to_rfc3339(), rule, "correct one of the two");
        }
        let day = self.context.time_zone.day(done.completed_at.to_utc());
        if day < self.context.accepted_on {
            let rule = format!("the contract runs from {} on", self.context.accepted_on);
            self.wrong(
                "completed_at",
                done.completed_at.to_rfc3339(),
                rule,
                "correct the day, or the contract's accepted_on",
            );
        }
    }

    fn not_future(&mut self, path: &str, at: &DateTime<FixedOffset>) {
        if at.to_utc() > self.context.now + CLOCK_SKEW {
            let rule =
                format!("this lies ahead; it is {} now", self.context.now.with_timezone(at.offset()).to_rfc3339());
            self.wrong(path, at.to_rfc3339(), rule, "correct the time, its offset, or the clock that wrote it");
        }
    }

    fn equipment(&mut self, equipment: &[EquipmentAnswers]) {
        let count: usize = equipment.iter().map(|answers| answers.answers.len()).sum();
        self.count("equipment", count, MAX_ANSWERS, "answers");
        let mut seen = BTreeSet::new();
        for (index, answers) in equipment.iter().enumerate() {
            let path = format!("equipment[{index}]");
            if !seen.insert(answers.equipment.as_str()) {
                let rule = "this equipment has its answers further up already";
                self.wrong(format!("{path}.equipment"), quoted(&answers.equipment), rule, "put them together");
            }
            let Some(on_site) = self.on_site(&format!("{path}.equipment"), &answers.equipment) else { continue };
            match on_site.checklist {
                Some(checklist) => self.answers(&path, &answers.answers, checklist),
                None if answers.answers.is_empty() => {}
                None => {
                    let rule = format!("its checklist {:?} is not known to the office", on_site.key);
                    let remedy = "have the office add the checklist, or correct the equipment's";
                    self.wrong(format!("{path}.equipment"), quoted(&answers.equipment), rule, remedy);
                }
            }
        }
        if answers_for_all(self.context.purpose) {
            for missing in self.context.equipment.iter().filter(|on_site| !seen.contains(on_site.equipment)) {
                let rule = format!("the {} has no answers for it", self.context.purpose.word());
                let remedy = "add its answers; `not-applicable` with a remark where it could not be looked at";
                self.wrong("equipment", quoted(missing.equipment), rule, remedy);
            }
        }
    }

    /// The equipment of this code; notes where the site has none.
    fn on_site(&mut self, path: &str, code: &str) -> Option<OnSite<'c>> {
        let context = self.context;
        let found = context.equipment.iter().find(|on_site| on_site.equipment == code).copied();
        if found.is_none() {
            let codes = || context.equipment.iter().map(|on_site| on_site.equipment);
            let known: Vec<&str> = codes().take(20).collect();
            let remedy = match suggest::nearest(code, codes()) {
                Some(near) => format!("did you mean {near}?"),
                None if known.is_empty() => "take it out".to_owned(),
                None => format!("known are {}", known.join(", ")),
            };
            self.wrong(path, quoted(code), format!("site {} has no such equipment", context.site), remedy);
        }
        found
    }

    fn answers(&mut self, path: &str, answers: &[Answer], checklist: &Checklist) {
        let items: BTreeMap<&str, &Item> = checklist
            .sections
            .iter()
            .flat_map(|section| &section.items)
            .map(|item| (item.item.as_str(), item))
            .collect();
        let mut seen = BTreeSet::new();
        for (index, answer) in answers.iter().enumerate() {
            let path = format!("{path}.answers[{index}]");
            if !seen.insert(answer.item.as_str()) {
                self.wrong(
                    format!("{path}.item"),
                    quoted(&answer.item),
                    "this item is answered further up already",
                    "keep one",
                );
            }
            self.at_most(&format!("{path}.remark"), &answer.remark, MAX_LINE);
            match items.get(answer.item.as_str()) {
                Some(item) => self.answer(&path, answer, item),
                None => {
                    let near = suggest::nearest(&answer.item, items.keys().copied());
                    let remedy = near.map_or_else(|| "take it out".to_owned(), |near| format!("did you mean {near}?"));
                    let rule = format!("checklist {} has no such item", checklist.checklist);
                    self.wrong(format!("{path}.item"), quoted(&answer.item), rule, remedy);
                }
            }
        }
        let required = checklist.sections.iter().flat_map(|section| &section.items).filter(|item| item.required);
        for item in required.filter(|item| !seen.contains(item.item.as_str())) {
            let rule = format!("item {} is required and has no answer", item.item);
            self.wrong(format!("{path}.answers"), quoted(&item.item), rule, format!("answer: {}", item.text.en));
        }
    }

    fn answer(&mut self, path: &str, answer: &Answer, item: &Item) {
        let path = format!("{path}.reading");
        match (answer.reading, &item.reading) {
            (None, None) => {}
            (None, Some(spec)) => {
                if item.required && answer.result != ItemResult::NotApplicable {
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
                    let rule = format!("outside its limits ({}) the result cannot be ok", limits(spec));
                    self.wrong(path, reading, rule, "correct the reading, or make the result attention or fault");
                }
            }
        }
    }

    fn findings(&mut self, done: &Done) {
        self.count("findings", done.findings.len(), MAX_FINDINGS, "findings");
        for (index, finding) in done.findings.iter().enumerate() {
            self.finding(&format!("findings[{index}]"), finding, &done.photos);
        }
    }

    fn finding(&mut self, path: &str, finding: &Finding, photos: &[Photo]) {
        if let Some(code) = &finding.equipment {
            self.on_site(&format!("{path}.equipment"), code);
        }
        self.needed(&format!("{path}.text"), &finding.text, MAX_TEXT, "say what was found");
        self.at_most(&format!("{path}.done"), &finding.done, MAX_TEXT);
        if finding.closed && finding.done.trim().is_empty() {
            let rule = "a finding that was put right on the spot says how";
            self.wrong(format!("{path}.done"), quoted(&finding.done), rule, "say what was done, or leave closed out");
        }
        let Some(file) = &finding.photo else { return };
        if !photos.iter().any(|photo| photo.file == *file) {
            let near = suggest::nearest(file, photos.iter().map(|photo| photo.file.as_str()));
            let remedy = near.map_or_else(|| "add it to photos".to_owned(), |near| format!("did you mean {near}?"));
            self.wrong(format!("{path}.photo"), quoted(file), "the record's photos do not have it", remedy);
        }
    }

    fn closes(&mut self, closes: &[ClosedFinding]) {
        self.count("closes", closes.len(), MAX_FINDINGS, "closed findings");
        let mut seen = BTreeSet::new();
        for (index, closed) in closes.iter().enumerate() {
            let path = format!("closes[{index}]");
            if !self.context.open_findings.contains(&closed.finding) {
                let rule = format!("site {} has no open finding of this number", self.context.site);
                let open: Vec<String> = self.context.open_findings.iter().take(20).map(i64::to_string).collect();
                let remedy =
                    if open.is_empty() { "take it out".to_owned() } else { format!("open are {}", open.join(", ")) };
                self.wrong(format!("{path}.finding"), closed.finding, rule, remedy);
            }
            if !seen.insert(closed.finding) {
                self.wrong(format!("{path}.finding"), closed.finding, "it is closed further up already", "keep one");
            }
            self.needed(&format!("{path}.how"), &closed.how, MAX_TEXT, "say how it was put right");
        }
    }

    fn advice(&mut self, done: &Done) {
        self.count("advice", done.advice.len(), MAX_FINDINGS, "pieces of advice");
        for (index, advice) in done.advice.iter().enumerate() {
            let path = format!("advice[{index}]");
            if let Some(code) = &advice.equipment {
                self.on_site(&format!("{path}.equipment"), code);
            }
            self.needed(&format!("{path}.text"), &advice.text, MAX_TEXT, "say what is advised");
        }
    }

    fn photos(&mut self, photos: &[Photo]) {
        self.count("photos", photos.len(), MAX_PHOTOS, "photos");
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for (index, photo) in photos.iter().enumerate() {
            let path = format!("photos[{index}].file");
            self.at_most(&format!("photos[{index}].caption"), &photo.caption, MAX_LINE);
            if !is_plain_photo_name(&photo.file) {
                let rule = "a photo's name is a plain file name that ends in .jpg, .jpeg or .png";
                self.wrong(path, quoted(&photo.file), rule, "write the name alone, for example finding-1.jpg");
            } else if !seen.insert(photo.file.to_ascii_lowercase()) {
                self.wrong(path, quoted(&photo.file), "this photo is listed further up already", "keep one");
            } else if !self.context.photos.contains(photo.file.as_str()) {
                let remedy = "hand the file in beside the record, or take the photo out";
                self.wrong(path, quoted(&photo.file), "the photo was not handed in", remedy);
            }
        }
        let given: Vec<&str> = self.context.photos.iter().copied().collect();
        self.strangers(&given, photos);
    }

    /// Photos that were handed in and that the record does not name: kept nowhere, so not taken silently.
    fn strangers(&mut self, given: &[&str], named: &[Photo]) {
        for file in given.iter().filter(|file| !named.iter().any(|photo| photo.file == **file)) {
            let remedy = "add it to photos, or do not hand it in";
            self.wrong("photos", quoted(file), "this photo was handed in, and the record does not name it", remedy);
        }
    }

    fn people(&mut self, done: &Done) {
        self.count("attendance", done.attendance.len(), MAX_PEOPLE, "people");
        if self.context.purpose == Purpose::Training && done.attendance.is_empty() {
            self.wrong("attendance", "nobody", "a training's record says who was trained", "add their names");
        }
        self.count("present", done.present.len(), MAX_PEOPLE, "people");
        for (list, people) in [("attendance", &done.attendance), ("present", &done.present)] {
            for (index, person) in people.iter().enumerate() {
                self.needed(&format!("{list}[{index}].name"), &person.name, MAX_NAME, "write who was there");
                self.at_most(&format!("{list}[{index}].role"), &person.role, MAX_NAME);
            }
        }
        self.count("topics", done.topics.len(), MAX_PEOPLE, "topics");
        for (index, topic) in done.topics.iter().enumerate() {
            self.needed(&format!("topics[{index}]"), topic, MAX_LINE, "say what was taught, or take it out");
        }
    }

    fn signature(&mut self, path: &str, signature: &Signature, done: &Done) {
        self.needed(&format!("{path}.name"), &signature.name, MAX_NAME, "write who signed");
        self.at_most(&format!("{path}.role"), &signature.role, MAX_NAME);
        self.at_most(&format!("{path}.place"), &signature.place, MAX_NAME);
        let at = format!("{path}.signed_at");
        self.not_future(&at, &signature.signed_at);
        if signature.signed_at < done.started_at {
            let rule = format!("signed before the visit began, {}", done.started_at.to_rfc3339());
            self.wrong(at, signature.signed_at.to_rfc3339(), rule, "correct one of the two");
        }
        let path = format!("{path}.strokes");
        let points: usize = signature.strokes.iter().map(Vec::len).sum();
        if points == 0 {
            self.wrong(&path, "nothing", "a signature has strokes with points", "have it signed");
        }
        self.count(&path, points, MAX_POINTS, "points");
        self.count(&path, signature.strokes.len(), MAX_POINTS, "strokes");
        if !signature.strokes.iter().flatten().all(|(x, y)| drawable(*x) && drawable(*y)) {
            self.wrong(path, "a point", "a point lies beyond ±1,000,000", "draw it to a smaller scale");
        }
    }

    fn needed(&mut self, path: &str, text: &str, at_most: usize, remedy: &str) {
        if text.trim().is_empty() {
            self.wrong(path, quoted(text), "this is blank", remedy);
        }
        self.at_most(path, text, at_most);
    }

    fn at_most(&mut self, path: &str, text: &str, at_most: usize) {
        let length = text.chars().count();
        if length > at_most {
            self.wrong(path, quoted(text), format!("{length} characters, and {at_most} are allowed"), "shorten it");
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.wrong(path, quoted(text), "a control character stands in it", "take it out");
        }
    }

    fn count(&mut self, path: &str, count: usize, at_most: usize, what: &str) {
        if count > at_most {
            self.wrong(
                path,
                format!("{count} {what}"),
                format!("{at_most} are allowed in one record"),
                "leave some out",
            );
        }
    }
}

/// Whether a visit for this purpose looks at every equipment of its site.
fn answers_for_all(purpose: Purpose) -> bool {
    match purpose {
        Purpose::Inspection | Purpose::Maintenance => true,
        Purpose::Training | Purpose::FollowUp | Purpose::CallOut | Purpose::PlannedSupport => false,
    }
}

fn drawable(x: f64) -> bool {
    x.is_finite() && x.abs() <= 1_000_000.0
}

/// `215 to 245 V`, `at least 10 V`, `at most 40 °C`.
fn limits(spec: &crate::domain::checklist::ReadingSpec) -> String {
    let unit = &spec.unit;
    match (spec.min, spec.max) {
        (Some(min), Some(max)) => format!("{min} to {max} {unit}"),
        (Some(min), None) => format!("at least {min} {unit}"),
        (None, Some(max)) => format!("at most {max} {unit}"),
        (None, None) => format!("any {unit}"),
    }
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}
