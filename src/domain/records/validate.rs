//! Validates the contents of a record, and returns all faults at once.

mod answers;
mod people;

pub use answers::answers_for_all;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, TimeDelta};

use super::{ClosedFinding, Done, Finding, Outcome, Photo, Record, SCHEMA, is_plain_photo_name};
use crate::Instant;
use crate::contract::Purpose;
use crate::ids::{EquipmentCode, FindingId, SiteCode};
use crate::records::checklist::Checklist;
use crate::suggest;
use crate::time::Zone;
use crate::typed::is_blank;

/// How far a phone's clock may be ahead of ours.
pub const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(15);
/// First and last year that a record can refer to.
const YEARS: (i32, i32) = (2000, 2100);
/// Maximum duration of a visit.
const LONGEST_VISIT: TimeDelta = TimeDelta::days(31);
/// Maximum lengths of texts, in characters.
const MAX_NAME: usize = 200;
const MAX_LINE: usize = 500;
const MAX_TEXT: usize = 5_000;
/// Maximum number of photos in a record.
pub const MAX_PHOTOS: usize = 60;
/// Maximum numbers for the whole record.
const MAX_ANSWERS: usize = 10_000;
const MAX_FINDINGS: usize = 500;
const MAX_PEOPLE: usize = 500;
const MAX_POINTS: usize = 5_000;

/// The facts against which a record is validated.
#[derive(Debug, Clone)]
pub struct RecordContext<'a> {
    pub now: Instant,
    pub purpose: Purpose,
    /// The code of the visit's site, and its time zone.
    pub site: &'a SiteCode,
    pub time_zone: &'a Zone,
    /// The contract's first day at the site.
    pub accepted_on: NaiveDate,
    pub equipment: Vec<OnSite<'a>>,
    /// The items that have to be answered because an earlier visit could not inspect them, by equipment; `None`: the visit is
    /// not for the rest of another, and covers all equipment if its purpose requires it.
    pub rest: Option<BTreeMap<&'a EquipmentCode, BTreeSet<&'a str>>>,
    /// The numbers of the site's open findings.
    pub open_findings: BTreeSet<FindingId>,
    /// The names of the photos submitted with the record.
    pub photos: BTreeSet<&'a str>,
}

/// A piece of equipment at the site, with the checklist used on this visit.
#[derive(Debug, Clone, Copy)]
pub struct OnSite<'a> {
    /// Its code.
    pub equipment: &'a EquipmentCode,
    /// The checklist's key.
    pub key: &'a str,
    /// `None` if the office has no checklist with this key.
    pub checklist: Option<&'a Checklist>,
}

/// A fault in a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path} = {value}: {rule}; {remedy}")]
pub struct BadField {
    /// The location in the JSON: `equipment[0].answers[3].reading`.
    pub path: String,
    /// The value found there, truncated.
    pub value: String,
    /// The rule that it violates.
    pub rule: String,
    /// How to correct it.
    pub remedy: String,
}

impl Record {
    /// All faults in the record, in the order of the form; empty if it is valid.
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
                form.under_contract("noted_at", noted_at);
                form.needed_line("by", by, MAX_NAME, "write who says so");
                let given: Vec<&str> = context.photos.iter().copied().collect();
                form.strangers(&given, &[]);
            }
        }
        form.bad
    }
}

/// A form being validated.
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
        self.equipment(done);
        self.findings(done);
        self.closes(&done.closes);
        self.carried(done);
        self.advice(done);
        self.photos(&done.photos);
        self.people(done);
        self.customer_remarks(done);
        self.at_most("remarks", &done.remarks, MAX_TEXT);
        self.signature("engineer_signature", &done.engineer_signature, done);
        self.customer_signature(done);
    }

    fn times(&mut self, done: &Done) {
        self.not_future("started_at", &done.started_at);
        self.not_future("completed_at", &done.completed_at);
        if done.started_at > done.completed_at {
            let rule = format!("the visit would end before it began, {}", done.started_at.to_rfc3339());
            self.wrong("completed_at", done.completed_at.to_rfc3339(), rule, "correct one of the two");
        }
        if ![done.started_at, done.completed_at].iter().all(is_of_our_age) {
            return;
        }
        if done.completed_at - done.started_at > LONGEST_VISIT {
            let days = LONGEST_VISIT.num_days();
            let rule =
                format!("the visit ended on {}, and one takes {days} days at most", done.completed_at.to_rfc3339());
            self.wrong("started_at", done.started_at.to_rfc3339(), rule, "correct one of the two");
        }
        self.under_contract("completed_at", &done.completed_at);
    }

    /// Checks that a plausible time is not before the contract's first day.
    fn under_contract(&mut self, path: &str, at: &DateTime<FixedOffset>) {
        if is_of_our_age(at) && self.context.time_zone.day(at.to_utc()) < self.context.accepted_on {
            let rule = format!("the contract runs from {} on", self.context.accepted_on);
            self.wrong(path, at.to_rfc3339(), rule, "correct the day, or the contract's accepted_on");
        }
    }

    /// Checks that a time is plausible and not in the future.
    fn not_future(&mut self, path: &str, at: &DateTime<FixedOffset>) {
        if !is_of_our_age(at) {
            let rule = format!("a record speaks of the years {} to {}", YEARS.0, YEARS.1);
            self.wrong(path, at.to_rfc3339(), rule, "correct the year, or the clock that wrote it");
        } else if at.to_utc() > self.context.now + CLOCK_SKEW {
            let rule =
                format!("this lies ahead; it is {} now", self.context.now.with_timezone(at.offset()).to_rfc3339());
            self.wrong(path, at.to_rfc3339(), rule, "correct the time, its offset, or the clock that wrote it");
        }
    }

    /// The equipment with this code; reports a fault if the site has none.
    fn on_site(&mut self, path: &str, code: &EquipmentCode) -> Option<OnSite<'c>> {
        let context = self.context;
        let found = context.equipment.iter().find(|on_site| on_site.equipment == code).copied();
        if found.is_none() {
            let codes = || context.equipment.iter().map(|on_site| on_site.equipment.as_str());
            let known: Vec<&str> = codes().take(20).collect();
            let remedy = match suggest::nearest(code.as_str(), codes()) {
                Some(near) => format!("did you mean {near}?"),
                None if known.is_empty() => "take it out".to_owned(),
                None => format!("known are {}", known.join(", ")),
            };
            self.wrong(path, quoted(code.as_str()), format!("site {} has no such equipment", context.site), remedy);
        }
        found
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
        self.line(&format!("{path}.responsible"), &finding.responsible, MAX_NAME);
        if let Some(file) = &finding.photo {
            self.named_photo(&format!("{path}.photo"), file, photos);
        }
    }

    /// Checks that the record has a photo with this name.
    fn named_photo(&mut self, path: &str, file: &str, photos: &[Photo]) {
        if !photos.iter().any(|photo| photo.file == file) {
            let near = suggest::nearest(file, photos.iter().map(|photo| photo.file.as_str()));
            let remedy = near.map_or_else(|| "add it to photos".to_owned(), |near| format!("did you mean {near}?"));
            self.wrong(path, quoted(file), "the record's photos do not have it", remedy);
        }
    }

    fn closes(&mut self, closes: &[ClosedFinding]) {
        self.count("closes", closes.len(), MAX_FINDINGS, "closed findings");
        let mut seen = BTreeSet::new();
        for (index, closed) in closes.iter().enumerate() {
            let path = format!("closes[{index}]");
            self.is_open(&format!("{path}.finding"), closed.finding);
            if !seen.insert(closed.finding) {
                self.wrong(format!("{path}.finding"), closed.finding, "it is closed further up already", "keep one");
            }
            self.needed(&format!("{path}.how"), &closed.how, MAX_TEXT, "say how it was put right");
        }
    }

    fn carried(&mut self, done: &Done) {
        self.count("carried", done.carried.len(), MAX_FINDINGS, "findings carried on");
        let mut seen = BTreeSet::new();
        for (index, carried) in done.carried.iter().enumerate() {
            let path = format!("carried[{index}].finding");
            self.is_open(&path, carried.finding);
            if !seen.insert(carried.finding) {
                self.wrong(&path, carried.finding, "it is carried on further up already", "keep one");
            }
            if done.closes.iter().any(|closed| closed.finding == carried.finding) {
                let rule = "the same visit closes it";
                self.wrong(&path, carried.finding, rule, "take it out here, or out of closes");
            }
            self.at_most(&format!("carried[{index}].note"), &carried.note, MAX_TEXT);
        }
    }

    /// Checks that the site has an open finding with this number.
    fn is_open(&mut self, path: &str, finding: FindingId) {
        if self.context.open_findings.contains(&finding) {
            return;
        }
        let rule = format!("site {} has no open finding of this number", self.context.site);
        let open: Vec<String> = self.context.open_findings.iter().take(20).map(FindingId::to_string).collect();
        let remedy = if open.is_empty() { "take it out".to_owned() } else { format!("open are {}", open.join(", ")) };
        self.wrong(path, finding, rule, remedy);
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

    /// Submitted photos that the record does not name: they would not be stored, so they are reported instead of
    /// dropped.
    fn strangers(&mut self, given: &[&str], named: &[Photo]) {
        for file in given.iter().filter(|file| !named.iter().any(|photo| photo.file == **file)) {
            let remedy = "add it to photos, or do not hand it in";
            self.wrong("photos", quoted(file), "this photo was handed in, and the record does not name it", remedy);
        }
    }

    fn needed(&mut self, path: &str, text: &str, at_most: usize, remedy: &str) {
        if is_blank(text) {
            self.wrong(path, quoted(text), "this is blank", remedy);
        }
        self.at_most(path, text, at_most);
    }

    /// Like [`Form::needed`], for a text on a single line.
    fn needed_line(&mut self, path: &str, text: &str, at_most: usize, remedy: &str) {
        self.needed(path, text, at_most, remedy);
        self.unbroken(path, text);
    }

    /// Like [`Form::at_most`], for a text on a single line: a name with two hundred line breaks would fill pages.
    fn line(&mut self, path: &str, text: &str, at_most: usize) {
        self.at_most(path, text, at_most);
        self.unbroken(path, text);
    }

    fn unbroken(&mut self, path: &str, text: &str) {
        if text.contains(['\n', '\r', '\u{2028}', '\u{2029}']) {
            self.wrong(path, quoted(text), "a line break stands in it", "write it on one line");
        }
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

fn is_of_our_age(at: &DateTime<FixedOffset>) -> bool {
    (YEARS.0..=YEARS.1).contains(&at.year())
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}
