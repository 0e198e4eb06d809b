//! Texts that pages share with the letters that link to them.

use chrono::NaiveDate;

use super::digest::{self, List};
use super::{Speaker, late_by};
use domain::calendar::Ledger;
use domain::contract::Purpose;
use domain::digest::{Digest, WaitsFor};
use domain::language::Language;
use domain::planning::slots::Unplanned;
use domain::promises::Owed;
use domain::promises::account;
use domain::visits::fit::Unfit;
use words::{Locales, Value};

/// One language's words for a page.
#[derive(Debug, Clone, Copy)]
pub struct PageWords<'a> {
    pub locales: &'a Locales,
    pub language: Language,
}

/// A day, or a run of days, in a ledger.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LedgerRow {
    pub days: String,
    pub why: String,
    pub counted: bool,
}

impl<'a> PageWords<'a> {
    fn speaker(&self) -> Speaker<'a> {
        Speaker { locales: self.locales, language: self.language }
    }

    /// The text of `key` in the reader's language, with its values filled in.
    #[must_use]
    pub fn say(&self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        self.locales.say(self.language, key, values)
    }

    /// What is owed, capitalised to begin a line: `Inspection report`.
    #[must_use]
    pub fn owed(&self, owed: Owed, purpose: Purpose) -> String {
        digest::first_up(&self.speaker().owed(owed, purpose))
    }

    /// What a visit is for, in words: `inspection`.
    #[must_use]
    pub fn purpose(&self, purpose: Purpose) -> String {
        self.speaker().purpose(purpose)
    }

    /// How late something is, in words.
    #[must_use]
    pub fn late_by(&self, days: u32) -> String {
        late_by(&self.speaker(), days)
    }

    /// What something is waiting for, as a sentence.
    #[must_use]
    pub fn waits_for(&self, waits_for: WaitsFor) -> String {
        digest::first_up(&digest::waits_words(&self.speaker(), waits_for))
    }

    /// Why a visit cannot take place as booked with the engineer of this name, as a sentence.
    #[must_use]
    pub fn unfit(&self, why: &Unfit, engineer: &str) -> String {
        digest::first_up(&digest::unfit_words(&self.speaker(), why, engineer))
    }

    /// Why a slot has no visit, as a sentence.
    #[must_use]
    pub fn unplanned(&self, why: &Unplanned) -> String {
        digest::first_up(&digest::why(&self.speaker(), why))
    }

    /// `Mon 2 Mar – Fri 6 Mar`, or a single day.
    #[must_use]
    pub fn span(&self, from: NaiveDate, through: NaiveDate) -> String {
        self.speaker().span(from, through)
    }

    /// Every day counted or skipped, and why.
    #[must_use]
    pub fn ledger(&self, ledger: &Ledger) -> Vec<LedgerRow> {
        let row = |entry: account::Entry| LedgerRow {
            days: entry.days,
            why: entry.says,
            counted: match entry.is {
                account::Counting::Yes => true,
                account::Counting::No => false,
            },
        };
        let entries = account::entries(ledger, self.language, &|key, values| self.say(key, values));
        entries.into_iter().map(row).collect()
    }

    /// The complete lists that need a decision.
    #[must_use]
    pub fn lists(&self, digest: &Digest) -> Vec<List> {
        digest::complete(&self.speaker(), digest)
    }

    /// The lists that only inform, without a decision to make.
    #[must_use]
    pub fn lists_to_know(&self, digest: &Digest) -> Vec<List> {
        digest::to_know(&self.speaker(), digest)
    }

    /// The lists as CSV, one after another.
    #[must_use]
    pub fn csv(lists: &[List]) -> String {
        digest::csv(lists)
    }
}
