//! The audit trail: one line per deed, linked into hash chains so that nobody can change it unnoticed.
//!
//! A line is written in the same transaction as its deed, and is not linked yet. Within about a second, a separate step
//! links the new lines: the lines of each site form a chain, and so do the office's own lines. Each link is the SHA-256
//! of the previous link and of the line's [`TrailLine::canonical`] text:
//!
//! ```text
//! hash = hex(SHA-256(previous hash ‖ "\n" ‖ canonical))      the hash before the first line is empty
//! ```
//!
//! Names, addresses and free texts are covered only by their salted digests, `hex(SHA-256(salt ‖ "\n" ‖ value))`. Value
//! and salt can thus be erased without breaking the chain; and without the salt, nobody can test whether a digest
//! belongs to a given name.
//!
//! Somebody who can write to the store could still cut off the end of a chain, or link all of it again. Therefore the
//! heads of all chains are hashed once a day, and this hash leaves the house in the canary letter: see [`day_head`].

mod check;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::Instant;
use crate::access::{Actor, Deed};
use crate::ids::{SiteCode, VisitId};
use crate::visits::Visit;
pub use check::{ChainCheck, TrailFault};

/// Maximum length of a personal text, in characters; the rest is not kept.
const LONGEST_TEXT: usize = 500;

/// A verb's description of its deed; its transaction adds the actor, the time and the door.
#[derive(Debug, Clone, PartialEq)]
pub struct DeedNote {
    pub deed: Deed,
    /// The site whose chain it belongs to; `None`: the office's own.
    pub site: Option<SiteCode>,
    pub visit: Option<VisitId>,
    /// The object of the deed: `V12`, `V12 form 3`, `L9`, `report/V12`.
    pub on: String,
    /// Short, and only codes and days.
    pub before: Option<Value>,
    pub after: Option<Value>,
    /// Values that can be erased later.
    pub personal: Vec<(PersonalField, String)>,
}

impl DeedNote {
    /// A deed concerning a visit.
    #[must_use]
    pub fn of_visit(deed: Deed, visit: &Visit) -> DeedNote {
        let site = Some(visit.site.clone());
        DeedNote { site, visit: Some(visit.id), ..DeedNote::of_office(deed, visit.id.to_string()) }
    }

    /// A deed that concerns no single site.
    #[must_use]
    pub fn of_office(deed: Deed, on: impl Into<String>) -> DeedNote {
        let (site, visit, before, after) = (None, None, None, None);
        DeedNote { deed, site, visit, on: on.into(), before, after, personal: Vec::new() }
    }
}

/// The kinds of personal data that a line can contain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum PersonalField {
    Name,
    Email,
    /// What somebody wrote: a reason, a remark.
    Text,
}

impl PersonalField {
    /// The word used in the store and in lists.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A personal field of a line: the digest stays forever, the value until it is erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalEntry {
    pub field: PersonalField,
    pub digest: String,
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub held: Option<HeldEntry>,
}

/// The part that is erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldEntry {
    pub salt: String,
    pub value: String,
}

impl PersonalEntry {
    fn new(field: PersonalField, value: String, salt: String) -> PersonalEntry {
        let value: String = value.chars().take(LONGEST_TEXT).collect();
        PersonalEntry { field, digest: digest(&salt, &value), held: Some(HeldEntry { salt, value }) }
    }

    /// Whether the value matches its digest; an erased value always does.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.held.as_ref().is_none_or(|held| digest(&held.salt, &held.value) == self.digest)
    }
}

/// The salt with this number, derived from a seed that is not stored: 128 bits, in hexadecimal.
#[must_use]
pub fn salt(seed: &str, number: u32) -> String {
    sha256(&[seed, "\n", &number.to_string()])[..32].to_owned()
}

fn digest(salt: &str, value: &str) -> String {
    sha256(&[salt, "\n", value])
}

fn sha256(parts: &[&str]) -> String {
    use std::fmt::Write;
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
        text
    })
}

/// A line of the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailLine {
    /// 0 until stored.
    pub id: i64,
    pub at: Instant,
    /// The word of the actor's kind; text, because a later version may know more kinds.
    pub actor: String,
    /// The actor's code, or the name of a user.
    pub code: Option<String>,
    pub door: String,
    /// The word of the deed; text, because a later version may know more deeds.
    pub deed: String,
    pub site: Option<SiteCode>,
    pub visit: Option<VisitId>,
    pub on: String,
    /// JSON, exactly as written.
    pub before: Option<String>,
    pub after: Option<String>,
    pub personal: Vec<PersonalEntry>,
    /// `None`: not linked yet.
    pub place: Option<ChainPlace>,
}

/// A line's position in its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainPlace {
    /// Counted from 1.
    pub number: i64,
    pub hash: String,
    /// The run that linked it; counted over all chains.
    pub run: i64,
}

/// The fields of a line in the order in which they are hashed.
#[derive(Serialize)]
struct Canonical<'a> {
    v: u8,
    chain: &'a str,
    number: i64,
    line: i64,
    at: String,
    actor: &'a str,
    code: Option<&'a str>,
    door: &'a str,
    deed: &'a str,
    visit: Option<i64>,
    on: &'a str,
    before: Option<&'a str>,
    after: Option<&'a str>,
    personal: Vec<(&'static str, &'a str)>,
}

impl TrailLine {
    /// The line for a deed; `salt` returns a new salt for each personal field.
    #[must_use]
    pub fn of(note: DeedNote, actor: &Actor, at: Instant, mut salt: impl FnMut() -> String) -> TrailLine {
        let who = match actor {
            Actor::Manager { manager, .. } => Some((PersonalField::Name, manager.name.clone())),
            Actor::Customer { email, .. } => email.clone().map(|email| (PersonalField::Email, email)),
            Actor::Engineer { .. } | Actor::User { .. } | Actor::Program => None,
        };
        let personal = who.into_iter().chain(note.personal);
        let personal = personal.map(|(field, value)| PersonalEntry::new(field, value, salt())).collect();
        TrailLine {
            id: 0,
            at,
            actor: actor.kind().word().to_owned(),
            code: actor.code().map(str::to_owned),
            door: actor.door(),
            deed: note.deed.word().to_owned(),
            site: note.site,
            visit: note.visit,
            on: note.on,
            before: note.before.map(|before| before.to_string()),
            after: note.after.map(|after| after.to_string()),
            personal,
            place: None,
        }
    }

    /// Its chain: the site's code, or an empty text for the office's own.
    #[must_use]
    pub fn chain(&self) -> &str {
        self.site.as_ref().map(SiteCode::as_str).unwrap_or_default()
    }

    /// The hashed text: a JSON object with keys in this order and no spaces; times to the millisecond.
    #[must_use]
    pub fn canonical(&self, number: i64) -> String {
        let canonical = Canonical {
            v: 1,
            chain: self.chain(),
            number,
            line: self.id,
            at: self.at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
            actor: &self.actor,
            code: self.code.as_deref(),
            door: &self.door,
            deed: &self.deed,
            visit: self.visit.map(|visit| visit.0),
            on: &self.on,
            before: self.before.as_deref(),
            after: self.after.as_deref(),
            personal: self.personal.iter().map(|entry| (entry.field.word(), entry.digest.as_str())).collect(),
        };
        serde_json::to_string(&canonical).expect("plain data")
    }
}

/// What the canary letter of a day reported: the latest linking run, and the head of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailDay {
    pub run: i64,
    pub head: String,
}

/// Lines that are not linked yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unlinked {
    pub lines: i64,
    /// The time of the oldest of them.
    pub since: Option<Instant>,
}

/// The last link of a chain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrailHead {
    pub chain: String,
    /// The number of lines.
    pub number: i64,
    pub hash: String,
}

impl TrailHead {
    /// The head of a chain that has no lines yet.
    #[must_use]
    pub fn before_all(chain: &str) -> TrailHead {
        TrailHead { chain: chain.to_owned(), number: 0, hash: String::new() }
    }

    /// Links a line to the head, and makes it the new head.
    pub fn link(&mut self, line: &mut TrailLine, run: i64) {
        self.number += 1;
        self.hash = sha256(&[&self.hash, "\n", &line.canonical(self.number)]);
        line.place = Some(ChainPlace { number: self.number, hash: self.hash.clone(), run });
    }
}

/// One hash over the heads of all chains. Whoever keeps the day's canary letter can later verify that no chain has lost
/// its end. It is the SHA-256 of one line per chain, `code ⇥ number ⇥ hash`, sorted by the bytes of the codes.
#[must_use]
pub fn day_head(mut heads: Vec<TrailHead>) -> String {
    heads.retain(|head| head.number > 0);
    heads.sort_unstable();
    let lines: String = heads.iter().map(|head| format!("{}\t{}\t{}\n", head.chain, head.number, head.hash)).collect();
    sha256(&[&lines])
}

#[cfg(test)]
mod tests;
