//! The audit trail: a line for each deed, linked into chains so that nobody changes it unnoticed.
//!
//! A line is written in the transaction of what it tells, unlinked. Within a second or so a step of its own links the
//! new lines: those of one site are a chain, those of no site the office's. Each link is the SHA-256 of the link before
//! and of the line's [`TrailLine::canonical`] text:
//!
//! ```text
//! hash = hex(SHA-256(hash before ‖ "\n" ‖ canonical))      the hash before the first line is empty
//! ```
//!
//! Names, addresses and free texts are covered by their salted digests, `hex(SHA-256(salt ‖ "\n" ‖ value))`. So they can
//! be erased, value and salt, and the chain still holds; without the salt nobody can try whether a digest is of a name.
//!
//! Whoever can write to the store could still cut the end off a chain, or link all of it anew. So the heads of all
//! chains are hashed once a day, and this hash leaves the house in the canary letter: see [`day_head`].

mod check;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::Instant;
use crate::access::{Actor, Deed};
use crate::ids::{SiteCode, VisitId};
use crate::visits::Visit;
pub use check::{ChainCheck, TrailFault};

/// The longest personal text that is kept, in characters.
const LONGEST_TEXT: usize = 500;

/// What a verb says of its deed; who, when and by which door is known to its transaction.
#[derive(Debug, Clone, PartialEq)]
pub struct DeedNote {
    pub deed: Deed,
    /// Whose chain it belongs to, by the site's code; None: the office's own.
    pub site: Option<SiteCode>,
    pub visit: Option<VisitId>,
    /// What it was done to: `V12`, `V12 form 3`, `L9`, `report/V12`.
    pub on: String,
    /// In short, codes and days alone.
    pub before: Option<Value>,
    pub after: Option<Value>,
    /// What can be erased later.
    pub personal: Vec<(PersonalField, String)>,
}

impl DeedNote {
    /// A deed done to a visit.
    #[must_use]
    pub fn of_visit(deed: Deed, visit: &Visit) -> DeedNote {
        let site = Some(visit.site.clone());
        DeedNote { site, visit: Some(visit.id), ..DeedNote::of_office(deed, visit.id.to_string()) }
    }

    /// A deed that is no single site's.
    #[must_use]
    pub fn of_office(deed: Deed, on: impl Into<String>) -> DeedNote {
        let (site, visit, before, after) = (None, None, None, None);
        DeedNote { deed, site, visit, on: on.into(), before, after, personal: Vec::new() }
    }
}

/// What about a person a line may tell.
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
    /// The word in the store and in lists.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A personal field of a line: its digest for ever, itself until it is erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonalEntry {
    pub field: PersonalField,
    pub digest: String,
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub held: Option<HeldEntry>,
}

/// What erasing takes away.
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

    /// Whether what is held is what the digest was made of; what was erased cannot be wrong.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.held.as_ref().is_none_or(|held| digest(&held.salt, &held.value) == self.digest)
    }
}

/// The salt with this number that follows from a seed, which nobody keeps: 128 bits, hexadecimal.
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
    /// 0 until it is stored.
    pub id: i64,
    pub at: Instant,
    /// What kind of actor, as a word: a later version may know more of them.
    pub actor: String,
    /// The actor's code, or the name of a user.
    pub code: Option<String>,
    pub door: String,
    /// Its word, as a later version may know more of them.
    pub deed: String,
    pub site: Option<SiteCode>,
    pub visit: Option<VisitId>,
    pub on: String,
    /// JSON, exactly as it was written.
    pub before: Option<String>,
    pub after: Option<String>,
    pub personal: Vec<PersonalEntry>,
    /// None: not linked yet.
    pub place: Option<ChainPlace>,
}

/// Where a line stands in its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainPlace {
    /// From 1 on.
    pub number: i64,
    pub hash: String,
    /// The run of the linking step that put it there; counts up over all chains.
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
    /// The line of a deed; `salt` gives a fresh one for each personal field.
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

    /// The chain that it belongs to: its site's code, or nothing for the office's.
    #[must_use]
    pub fn chain(&self) -> &str {
        self.site.as_ref().map(SiteCode::as_str).unwrap_or_default()
    }

    /// The text that is hashed: a JSON object, its keys in this order, without spaces; times to the millisecond.
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

/// What a day's canary letter told: of which run of linking, and which head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailDay {
    pub run: i64,
    pub head: String,
}

/// Lines that are not linked yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unlinked {
    pub lines: i64,
    /// Since when the first of them waits.
    pub since: Option<Instant>,
}

/// The last link of a chain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TrailHead {
    pub chain: String,
    /// How many lines there are.
    pub number: i64,
    pub hash: String,
}

impl TrailHead {
    /// Of a chain without any line yet.
    #[must_use]
    pub fn before_all(chain: &str) -> TrailHead {
        TrailHead { chain: chain.to_owned(), number: 0, hash: String::new() }
    }

    /// Links a line to it, which makes that line the head.
    pub fn link(&mut self, line: &mut TrailLine, run: i64) {
        self.number += 1;
        self.hash = sha256(&[&self.hash, "\n", &line.canonical(self.number)]);
        line.place = Some(ChainPlace { number: self.number, hash: self.hash.clone(), run });
    }
}

/// One hash over the heads of all chains, by which whoever keeps the day's canary letter can tell later that no chain
/// has lost its end: SHA-256 over a line for each chain, `code ⇥ number ⇥ hash`, in order of their codes' bytes.
#[must_use]
pub fn day_head(mut heads: Vec<TrailHead>) -> String {
    heads.retain(|head| head.number > 0);
    heads.sort_unstable();
    let lines: String = heads.iter().map(|head| format!("{}\t{}\t{}\n", head.chain, head.number, head.hash)).collect();
    sha256(&[&lines])
}

#[cfg(test)]
mod tests;
