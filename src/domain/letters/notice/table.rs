//! The table of notices: who gets each, and when.

use serde::{Deserialize, Serialize};

/// A kind of notice. Its word names templates, keys of the store and samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    VisitAnnounced,
    TrainingInvitation,
    FollowUpQuestion,
    VisitReminder,
    VisitMoved,
    VisitCancelled,
    VisitNotDone,
    VisitAskedToMove,
    RecordMissing,
    ReportDelivered,
    CertificateDelivered,
    CountersignAsked,
    DeadlineDue,
    DeadlineLate,
    DeadlineEscalated,
    HotlineChanged,
    PhaseEnding,
    Digest,
    Review,
    Canary,
    Undelivered,
}

/// Who gets a notice; resolved to people by `actions::parties`.
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
    /// Every contact of the customer and of its sites.
    EveryContact,
    /// Every manager whose scope covers the customer.
    Managers,
    /// Whoever the term's step for this level names.
    ByStep,
    /// Each manager for themselves, unless they have ended their digests.
    EachManager,
    /// The company itself, at the address that `[mail] canary_to` or the sender names.
    Company,
    /// Whoever the record names.
    Named,
}

impl Audience {
    /// In words, for people who read the table.
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
    pub when: &'static str,
}

use Audience::{
    ByStep, Company, EachManager, Engineer, Escalation, EveryContact, Managers, Named, Operations, Reports,
};

/// Who gets each notice, and when. The actions take their readers from here, `ronda letters preview` prints it, and
/// a test holds the manual to it.
pub const NOTICES: [NoticeRow; 21] = [
    row(
        NoticeKind::VisitAnnounced,
        "visit-announced",
        &[Engineer, Operations],
        "a visit is booked, `announce` days ahead",
    ),
    row(
        NoticeKind::TrainingInvitation,
        "training-invitation",
        &[Engineer, Operations],
        "the visit booked is a training (P09, P10): the customer's people are invited, with the topics",
    ),
    row(
        NoticeKind::FollowUpQuestion,
        "follow-up-question",
        &[Engineer, Operations],
        "the visit booked is a follow-up (P13): how is it used, does it run well",
    ),
    row(
        NoticeKind::VisitReminder,
        "visit-reminder",
        &[Engineer, Operations],
        "the term's `remind` working days before, at 09:00 at the site",
    ),
    row(
        NoticeKind::VisitMoved,
        "visit-moved",
        &[Engineer, Operations],
        "day, time or engineer of an announced visit change; to everyone who was told of it",
    ),
    row(
        NoticeKind::VisitCancelled,
        "visit-cancelled",
        &[Engineer, Operations],
        "an announced visit is cancelled; to everyone who was told of it",
    ),
    row(
        NoticeKind::VisitNotDone,
        "visit-not-done",
        &[Operations, Managers],
        "a record says that the visit did not take place",
    ),
    row(
        NoticeKind::VisitAskedToMove,
        "visit-asked-to-move",
        &[Managers],
        "somebody who was invited declines; once for each visit and person",
    ),
    row(
        NoticeKind::RecordMissing,
        "record-missing",
        &[ByStep],
        "the day of a visit has passed, its record has not arrived and a step of the term is reached",
    ),
    row(
        NoticeKind::ReportDelivered,
        "report-delivered",
        &[Reports],
        "the report is drawn (P04); attached, or by a link where it is larger than `largest_attachment_mb`",
    ),
    row(
        NoticeKind::CertificateDelivered,
        "certificate-delivered",
        &[Reports],
        "the certificate of a training is drawn (P09, P10); attached or linked like a report",
    ),
    row(
        NoticeKind::CountersignAsked,
        "countersign-asked",
        &[Named],
        "a record says that the customer's engineer signs later, and names their address (P03)",
    ),
    row(
        NoticeKind::DeadlineDue,
        "deadline-due",
        &[ByStep],
        "a step before the last day in time, or on it, is reached by a report, visit or training",
    ),
    row(
        NoticeKind::DeadlineLate,
        "deadline-late",
        &[ByStep],
        "the last day in time has ended and a report, visit or training is still owed (P04)",
    ),
    row(
        NoticeKind::DeadlineEscalated,
        "deadline-escalated",
        &[ByStep],
        "it is still owed when a later step is reached, for example 3 working days late",
    ),
    row(
        NoticeKind::HotlineChanged,
        "hotline-changed",
        &[EveryContact],
        "`company.hotline` has changed (P19): once a change, to reach every customer within 3 days",
    ),
    row(
        NoticeKind::PhaseEnding,
        "phase-ending",
        &[Managers, Escalation],
        "a warranty or a contract ends within `phase_notice_days` (P15): once for each contract and day",
    ),
    row(NoticeKind::Digest, "digest", &[EachManager], "on each working day of the manager, at their hour (P31)"),
    row(
        NoticeKind::Review,
        "review",
        &[EachManager],
        "on the first working day of a week or month, to those whose `digests` ask for it (P31)",
    ),
    row(NoticeKind::Canary, "canary", &[Company], "once a day where it is configured: letters arrive"),
    row(NoticeKind::Undelivered, "undelivered", &[Managers], "a letter was given up; not for digests and these"),
];

const fn row(kind: NoticeKind, word: &'static str, to: &'static [Audience], when: &'static str) -> NoticeRow {
    NoticeRow { kind, word, to, when }
}

impl NoticeKind {
    /// Its row of the table.
    #[must_use]
    pub fn row(self) -> &'static NoticeRow {
        NOTICES.iter().find(|row| row.kind == self).expect("a test holds that every kind has its row")
    }

    /// The word in keys, templates, lists and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.row().word
    }

    /// Whether it is sent to many as a matter of routine: it may be unsubscribed from (RFC 8058), and no
    /// auto-responder is to answer it. Everything else is somebody's own business.
    #[must_use]
    pub fn is_bulk(self) -> bool {
        self.row().to.contains(&Audience::EachManager)
    }

    /// Whether the letter carries a report: what its server accepts files the report (P04).
    #[must_use]
    pub fn carries_report(self) -> bool {
        matches!(self, NoticeKind::ReportDelivered | NoticeKind::CertificateDelivered)
    }
}

/// No kind of notice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a notice; `ronda letters preview` lists them")]
pub struct UnknownNotice(pub String);

impl std::str::FromStr for NoticeKind {
    type Err = UnknownNotice;

    fn from_str(text: &str) -> Result<NoticeKind, UnknownNotice> {
        let found = NOTICES.iter().find(|row| row.word == text);
        found.map(|row| row.kind).ok_or_else(|| UnknownNotice(text.to_owned()))
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

    /// Every kind there is; the match makes a new one fail to compile until it stands here.
    fn all() -> Vec<NoticeKind> {
        let mut kinds = vec![NoticeKind::VisitAnnounced];
        while let Some(next) = match kinds[kinds.len() - 1] {
            NoticeKind::VisitAnnounced => Some(NoticeKind::TrainingInvitation),
            NoticeKind::TrainingInvitation => Some(NoticeKind::FollowUpQuestion),
            NoticeKind::FollowUpQuestion => Some(NoticeKind::VisitReminder),
            NoticeKind::VisitReminder => Some(NoticeKind::VisitMoved),
            NoticeKind::VisitMoved => Some(NoticeKind::VisitCancelled),
            NoticeKind::VisitCancelled => Some(NoticeKind::VisitNotDone),
            NoticeKind::VisitNotDone => Some(NoticeKind::VisitAskedToMove),
            NoticeKind::VisitAskedToMove => Some(NoticeKind::RecordMissing),
            NoticeKind::RecordMissing => Some(NoticeKind::ReportDelivered),
            NoticeKind::ReportDelivered => Some(NoticeKind::CertificateDelivered),
            NoticeKind::CertificateDelivered => Some(NoticeKind::CountersignAsked),
            NoticeKind::CountersignAsked => Some(NoticeKind::DeadlineDue),
            NoticeKind::DeadlineDue => Some(NoticeKind::DeadlineLate),
            NoticeKind::DeadlineLate => Some(NoticeKind::DeadlineEscalated),
            NoticeKind::DeadlineEscalated => Some(NoticeKind::HotlineChanged),
            NoticeKind::HotlineChanged => Some(NoticeKind::PhaseEnding),
            NoticeKind::PhaseEnding => Some(NoticeKind::Digest),
            NoticeKind::Digest => Some(NoticeKind::Review),
            NoticeKind::Review => Some(NoticeKind::Canary),
            NoticeKind::Canary => Some(NoticeKind::Undelivered),
            NoticeKind::Undelivered => None,
        } {
            kinds.push(next);
        }
        kinds
    }

    #[test]
    fn every_notice_has_one_row_that_says_who_and_when() {
        assert_eq!(NOTICES.map(|row| row.kind).to_vec(), all(), "in the order of the enum, each once");
        for row in NOTICES {
            assert!(!row.to.is_empty() && !row.when.is_empty(), "{}", row.word);
            assert_eq!(row.word.parse(), Ok(row.kind));
            assert_eq!(serde_json::to_value(row.kind).unwrap(), row.word, "stored and spoken words agree");
        }
        assert!("no-such".parse::<NoticeKind>().is_err());
    }

    #[test]
    fn digests_and_reviews_alone_are_bulk() {
        let bulk: Vec<_> = all().into_iter().filter(|kind| kind.is_bulk()).collect();
        assert_eq!(bulk, [NoticeKind::Digest, NoticeKind::Review]);
    }
}
