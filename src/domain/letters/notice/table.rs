//! The table of notices: who gets each, and when. The variant, word and templates of a kind follow from its row.

use serde::{Deserialize, Serialize};
use strum::VariantArray;

use crate::letters::hours::Leaves;
use crate::letters::letter::Bears;
use crate::suggest;

/// Who gets a notice; `office::parties` resolves this to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// The visit's engineer.
    Engineer,
    /// The customer's contacts with the role `operations`.
    Operations,
    /// The customer's contacts with the role `reports`.
    Reports,
    /// The customer's contacts with the role `escalation`.
    Escalation,
    /// All contacts of the customer and of its sites.
    EveryContact,
    /// All managers whose scope covers the customer.
    Managers,
    /// Those named by the term's step.
    ByStep,
    /// Each manager individually, unless they have unsubscribed from digests.
    EachManager,
    /// The company itself, at the address in `[mail] canary_to`, or else the sender's.
    Company,
    /// The person named in the record.
    Named,
}

impl Audience {
    /// A description for people who read the table.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Audience::Engineer => "the engineer",
            Audience::Operations => "contacts for operations",
            Audience::Reports => "contacts for reports",
            Audience::Escalation => "contacts for escalation",
            Audience::EveryContact => "every contact of the customer",
            Audience::Managers => "managers in charge",
            Audience::ByStep => "whoever the term's step names",
            Audience::EachManager => "each manager",
            Audience::Company => "the company itself",
            Audience::Named => "whoever the record names",
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeRow {
    pub kind: NoticeKind,
    pub word: &'static str,
    pub to: &'static [Audience],
    /// What its letters bear; `None`: nothing that anything else depends on.
    pub bears: Option<Bears>,
    /// Whether its letters wait for their reader's hours.
    pub leaves: Leaves,
    pub when: &'static str,
}

use Audience::{
    ByStep, Company, EachManager, Engineer, Escalation, EveryContact, Managers, Named, Operations, Reports,
};

/// Generates everything that follows from the rows: the enum, the table, and a macro with the list of words (`$` is
/// passed as a token because the inner macro has a parameter of its own).
macro_rules! notices {
    (@bears) => { None };
    (@bears $bears:ident) => { Some(Bears::$bears) };
    ($d:tt; $($kind:ident = $word:tt to [$($to:ident),+] $(bears $bears:ident)?, leaves $leaves:ident, $when:literal;)+) => {
        /// A kind of notice. Its word names templates, keys of the store and samples.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, VariantArray,
            strum::IntoStaticStr, strum::VariantNames, strum::EnumString,
        )]
        #[strum(parse_err_ty = UnknownNotice, parse_err_fn = UnknownNotice::of, const_into_str)]
        pub enum NoticeKind {
            $(#[doc = $when] #[serde(rename = $word)] #[strum(serialize = $word)] $kind,)+
        }

        /// Who gets each notice, and when. The verbs take their readers from this table, `ronda letters preview` prints
        /// it, and a test compares the manual with it.
        pub const NOTICES: [NoticeRow; NoticeKind::VARIANTS.len()] =
            [$(NoticeRow {
                kind: NoticeKind::$kind,
                word: $word,
                to: &[$($to),+],
                bears: notices!(@bears $($bears)?),
                leaves: Leaves::$leaves,
                when: $when,
            }),+];

        /// Passes the words of all notices, as literals, to another macro: `notice_words!(of_notices)` becomes
        /// `of_notices!["visit-announced", …]`.
        #[macro_export]
        macro_rules! notice_words {
            ($d then:ident) => { $d then![$($word),+] };
        }
    };
}

// Kind = "its-word" to [who gets it] bears what later letters go by, leaves at whose hours, "when";
notices! { $;
    VisitAnnounced = "visit-announced" to [Engineer, Operations] bears Appointment, leaves ADayAhead,
        "a visit is booked, `announce` days ahead";
    TrainingInvitation = "training-invitation" to [Engineer, Operations] bears Appointment, leaves ADayAhead,
        "the visit booked is a training (P09, P10): the customer's people are invited, with the topics";
    FollowUpQuestion = "follow-up-question" to [Engineer, Operations] bears Appointment, leaves ADayAhead,
        "the visit booked is a follow-up (P13): how is it used, does it run well";
    VisitReminder = "visit-reminder" to [Engineer, Operations], leaves ADayAhead,
        "the term's `remind` working days before, at 09:00 at the site";
    VisitMoved = "visit-moved" to [Engineer, Operations] bears Appointment, leaves ADayAhead,
        "day, time or engineer of an announced visit change; to everyone who was told of it";
    VisitPassedOn = "visit-passed-on" to [Engineer], leaves ADayAhead,
        "an announced visit gets another engineer; to the one who had it";
    VisitCancelled = "visit-cancelled" to [Engineer, Operations], leaves ADayAhead,
        "an announced visit is cancelled; to everyone who was told of it";
    VisitNotDone = "visit-not-done" to [Operations, Managers], leaves InHours,
        "a record says that the visit did not take place";
    VisitAskedToMove = "visit-asked-to-move" to [Managers], leaves ADayAhead,
        "somebody who was invited declines; once for each visit and person";
    RecordMissing = "record-missing" to [ByStep], leaves InHours,
        "the day of a visit has passed, its record has not arrived and a step of the term is reached";
    ReportDelivered = "report-delivered" to [Reports] bears Paper, leaves AtOnce,
        "the report is drawn (P04); attached, or by a link where it is larger than `largest_attachment_mb`";
    CertificateDelivered = "certificate-delivered" to [Reports] bears Paper, leaves AtOnce,
        "the certificate of a training is drawn (P09, P10); attached or linked like a report";
    CountersignAsked = "countersign-asked" to [Named], leaves AtOnce,
        "a record says that the customer's engineer signs later, and names their address (P03)";
    DeadlineDue = "deadline-due" to [ByStep], leaves InHours,
        "a step before the last day in time, or on it, is reached by a report, visit or training";
    DeadlineLate = "deadline-late" to [ByStep], leaves InHours,
        "the last day in time has ended and a report, visit or training is still owed (P04)";
    DeadlineEscalated = "deadline-escalated" to [ByStep], leaves InHours,
        "it is still owed when a later step is reached, for example 3 working days late";
    HotlineChanged = "hotline-changed" to [EveryContact], leaves InHours,
        "`company.hotline` has changed (P19): once a change, to reach every customer within 3 days";
    PhaseEnding = "phase-ending" to [Managers, Escalation], leaves InHours,
        "a warranty or a contract ends within `phase_notice_days` (P15): once for each contract and day";
    Digest = "digest" to [EachManager], leaves AtItsHour,
        "on each working day of the manager, at their hour (P31)";
    Review = "review" to [EachManager], leaves AtItsHour,
        "on the first working day of a week or month, to those whose `digests` ask for it (P31)";
    Canary = "canary" to [Company], leaves AtOnce,
        "once a day where it is configured: letters arrive";
    Undelivered = "undelivered" to [Managers], leaves InHours,
        "a letter was given up; not for digests and these";
}

impl NoticeKind {
    /// Its row in the table.
    #[must_use]
    pub fn row(self) -> &'static NoticeRow {
        const ROWS: &[NoticeRow] = &NOTICES;
        &ROWS[self as usize]
    }

    /// The word used in keys, templates, lists and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        self.into_str()
    }

    /// What its letters bear that later letters, replies and filings depend on.
    #[must_use]
    pub fn bears(self) -> Option<Bears> {
        self.row().bears
    }

    /// Whether it is a routine mailing: readers may unsubscribe (RFC 8058), and auto-responders are told not to reply.
    /// All other letters are personal.
    #[must_use]
    pub fn is_bulk(self) -> bool {
        self.row().to.contains(&Audience::EachManager)
    }
}

/// The text is not the word of a notice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a notice; `ronda letters preview` lists them{meant}", meant = UnknownNotice::meant(.0))]
pub struct UnknownNotice(pub String);

impl UnknownNotice {
    fn of(text: &str) -> UnknownNotice {
        UnknownNotice(text.to_owned())
    }

    /// The notice that was probably meant.
    fn meant(text: &str) -> String {
        suggest::did_you_mean(suggest::nearest(text, NOTICES.iter().map(|row| row.word)))
    }
}

impl std::fmt::Display for NoticeKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notice_says_who_and_when_and_is_found_by_its_word() {
        for kind in NoticeKind::VARIANTS {
            let row = kind.row();
            assert_eq!((row.kind, row.word), (*kind, kind.word()));
            assert!(!row.to.is_empty() && !row.when.is_empty(), "{kind}");
            assert_eq!(kind.word().parse(), Ok(*kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.word(), "stored and spoken words agree");
        }
        assert!("no-such".parse::<NoticeKind>().is_err());
    }

    #[test]
    fn digests_and_reviews_alone_are_bulk() {
        let bulk: Vec<_> = NoticeKind::VARIANTS.iter().filter(|kind| kind.is_bulk()).collect();
        assert_eq!(bulk, [&NoticeKind::Digest, &NoticeKind::Review]);
    }

    #[test]
    fn what_a_letter_bears_is_told_by_its_notice() {
        let bearing = |bears| NoticeKind::VARIANTS.iter().copied().filter(move |kind| kind.bears() == Some(bears));
        assert_eq!(
            bearing(Bears::Appointment).collect::<Vec<_>>(),
            [
                NoticeKind::VisitAnnounced,
                NoticeKind::TrainingInvitation,
                NoticeKind::FollowUpQuestion,
                NoticeKind::VisitMoved,
            ]
        );
        let papers: Vec<_> = bearing(Bears::Paper).collect();
        assert_eq!(papers, [NoticeKind::ReportDelivered, NoticeKind::CertificateDelivered]);
    }
}
