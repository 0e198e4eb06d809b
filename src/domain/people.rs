//! Customers, their contacts, engineers and managers. Their keys are the user's own codes.

pub mod equipment;
pub mod roster;
mod skill;

use std::collections::BTreeSet;

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use strum::VariantArray;

use super::digest::Rhythm;
use super::language::Language;
use super::time::Zone;
use crate::ids::{CustomerCode, EngineerCode, ManagerCode, SiteCode};
use crate::variants::every;
pub use skill::{Skill, masters};

/// A company that has a contract with us.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    /// The user's own code.
    pub customer: CustomerCode,
    pub name: String,
    pub language: Language,
    /// The first day on which nothing is done for them any more.
    pub left_on: Option<NaiveDate>,
}

/// What a contact is told about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[derive(strum::IntoStaticStr, VariantArray, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ContactRole {
    /// Visits: announcements, moves, cancellations and reminders.
    Operations,
    /// Reports and certificates.
    Reports,
    /// What is late.
    Escalation,
}

impl ContactRole {
    pub const ALL: [ContactRole; ContactRole::VARIANTS.len()] = every(ContactRole::VARIANTS);

    /// The word used in files and columns.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// Whom a contact belongs to: one site, or a customer with all its sites.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContactFor {
    Site(SiteCode),
    Customer(CustomerCode),
}

/// A person or department at the customer. The key consists of its owner, address and role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    pub of: ContactFor,
    pub name: String,
    pub email: String,
    pub role: ContactRole,
    /// `None`: the site's language, or if it has none, the customer's.
    pub language: Option<Language>,
    /// The first day on which they receive no more letters.
    pub left_on: Option<NaiveDate>,
}

/// Somebody who makes visits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Engineer {
    pub engineer: EngineerCode,
    pub name: String,
    pub email: String,
    pub phone: String,
    /// Sorted, each skill once.
    pub skills: Vec<Skill>,
    pub time_zone: Zone,
    /// The calendar's code, for example `ES-MD`; an engineer's own days off are closures in it.
    pub calendar: String,
    /// Degrees, WGS 84: latitude, longitude.
    pub position: Option<(f64, f64)>,
    pub language: Language,
    /// The first day on which the engineer is no longer there.
    pub left_on: Option<NaiveDate>,
    /// Who takes over the engineer's rounds then.
    pub successor: Option<EngineerCode>,
}

impl Engineer {
    /// Whether the engineer is still there on `day`.
    #[must_use]
    pub fn is_there_on(&self, day: NaiveDate) -> bool {
        self.left_on.is_none_or(|left_on| day < left_on)
    }

    /// The country where the engineer works, according to the calendar: ISO 3166-1 alpha-2.
    #[must_use]
    pub fn country(&self) -> &str {
        self.calendar.split(['-', '+']).next().unwrap_or_default()
    }
}

/// Whose sites a manager is responsible for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    All,
    /// Customer codes, sorted.
    Customers(Vec<CustomerCode>),
}

/// Somebody who gets digests, and letters about what is late.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manager {
    pub manager: ManagerCode,
    pub name: String,
    pub email: String,
    pub scope: Scope,
    pub time_zone: Zone,
    pub calendar: String,
    /// Local time of day in `time_zone`.
    pub digest_at: NaiveTime,
    pub language: Language,
    /// Sorted, without repeats, not empty.
    pub digests: Vec<Rhythm>,
    /// The first day on which the manager is no longer there.
    pub left_on: Option<NaiveDate>,
    /// Who takes over the manager's customers then.
    pub successor: Option<ManagerCode>,
    /// First and last day of the manager's leave.
    pub leave: Option<(NaiveDate, NaiveDate)>,
    /// Who answers for the manager's customers meanwhile.
    pub deputy: Option<ManagerCode>,
}

impl Manager {
    /// Whether the manager is still there on `day`.
    #[must_use]
    pub fn is_there_on(&self, day: NaiveDate) -> bool {
        self.left_on.is_none_or(|left_on| day < left_on)
    }

    /// Whether the manager is on leave on `day`.
    #[must_use]
    pub fn is_on_leave_on(&self, day: NaiveDate) -> bool {
        self.leave.is_some_and(|(first, last)| (first..=last).contains(&day))
    }
}

/// Of all managers those who answer on their day, each with what they have taken over from those whom they succeed, or whose
/// deputy they are: customers and digests. Who is on leave and has no deputy who is there answers all the same.
#[must_use]
pub fn answering(all: &[Manager], day: impl Fn(&Manager) -> NaiveDate) -> Vec<Manager> {
    let is_there = |manager: &Manager| manager.is_there_on(day(manager));
    let is_at_work = |manager: &Manager| is_there(manager) && !manager.is_on_leave_on(day(manager));
    let named = |of: &Manager| {
        let next = if is_there(of) { &of.deputy } else { &of.successor };
        all.iter().find(|other| Some(&other.manager) == next.as_ref())
    };
    let answers = |manager: &Manager| {
        is_at_work(manager) || (is_there(manager) && heir(all, manager, named, is_at_work).is_none())
    };
    let (mut there, gone): (Vec<Manager>, Vec<Manager>) = all.iter().cloned().partition(answers);
    for left in &gone {
        let heir = heir(all, left, named, answers).map(|heir| &heir.manager);
        if let Some(heir) = there.iter_mut().find(|one| Some(&one.manager) == heir) {
            heir.take_over(left);
        }
    }
    there
}

/// The successor of somebody who has left, among `all`: the one whom they `named`, or if that one has left, too, that
/// one's successor, and so on. `None` if nobody was named, or if the chain is circular.
pub fn heir<'a, T>(
    all: &'a [T],
    left: &T,
    named: impl Fn(&T) -> Option<&'a T>,
    is_there: impl Fn(&T) -> bool,
) -> Option<&'a T> {
    std::iter::successors(named(left), |next| named(next)).take(all.len()).find(|heir| is_there(heir))
}

impl Manager {
    fn take_over(&mut self, from: &Manager) {
        self.scope = match (&self.scope, &from.scope) {
            (Scope::All, _) | (_, Scope::All) => Scope::All,
            (Scope::Customers(own), Scope::Customers(more)) => {
                let customers: BTreeSet<_> = own.iter().chain(more).cloned().collect();
                Scope::Customers(customers.into_iter().collect())
            }
        };
        let digests: BTreeSet<_> = self.digests.iter().chain(&from.digests).copied().collect();
        self.digests = digests.into_iter().collect();
    }
}

impl Contact {
    /// Whether the contact still receives letters on `day`.
    #[must_use]
    pub fn is_there_on(&self, day: NaiveDate) -> bool {
        self.left_on.is_none_or(|left_on| day < left_on)
    }
}

/// Whether a text is an address that a letter can be sent to (the plain form of RFC 5321, section 4.1.2; no display
/// name).
///
/// The domain may be international, but the part before the @ may not, since not every server supports RFC 6531.
#[must_use]
pub fn is_mail_address(text: &str) -> bool {
    let label = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && local.len() <= 64
            && local.is_ascii()
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c))
            && domain.len() <= 253
            && domain.contains('.')
            && domain.split('.').all(label)
    })
}

/// The capacity in which a reader is told; the wording differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, strum::EnumString, strum::VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum ReaderRole {
    Engineer(EngineerCode),
    Manager(ManagerCode),
    /// A contact at the customer, by address.
    Customer(String),
}

impl ReaderRole {
    /// `engineer:E-1`, `manager:M-1`, `customer:ops@example.org`: the last part of a letter's key.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            ReaderRole::Engineer(code) => format!("engineer:{code}"),
            ReaderRole::Manager(code) => format!("manager:{code}"),
            ReaderRole::Customer(email) => format!("customer:{email}"),
        }
    }

    /// The stored form: the role's word, and the code or address.
    #[must_use]
    pub fn stored(&self) -> (&'static str, &str) {
        match self {
            ReaderRole::Engineer(code) => (self.into(), code.as_str()),
            ReaderRole::Manager(code) => (self.into(), code.as_str()),
            ReaderRole::Customer(email) => (self.into(), email),
        }
    }

    /// Parses the stored form; `None` if there is no such role.
    #[must_use]
    pub fn of_stored(role: &str, code: String) -> Option<ReaderRole> {
        Some(match role.parse().ok()? {
            ReaderRole::Engineer(_) => ReaderRole::Engineer(code.into()),
            ReaderRole::Manager(_) => ReaderRole::Manager(code.into()),
            ReaderRole::Customer(_) => ReaderRole::Customer(code),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_readers_role_is_read_back_from_the_stores_words() {
        let code = || "E/1:x".to_owned();
        for role in
            [ReaderRole::Engineer(code().into()), ReaderRole::Manager(code().into()), ReaderRole::Customer(code())]
        {
            let (word, code) = role.stored();
            assert_eq!(ReaderRole::of_stored(word, code.to_owned()), Some(role.clone()));
            assert_eq!(role.key(), format!("{word}:{code}"));
        }
        assert_eq!(ReaderRole::of_stored("digest", code()), None);
    }
}
