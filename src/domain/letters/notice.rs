//! Notices: what a letter is about, before it is put into words. `mail::compose` turns them into letters.

mod owed_words;
mod table;

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::stands::AsThingsStand;
pub use super::undelivered::UndeliveredWords;
use crate::calendar::WorkingDays;
use crate::contract::{FlagAt, Purpose};
use crate::digest::{Digest, Review};
use crate::ids::{ContractCode, DeadlineId, SiteCode, VisitId};
use crate::language::Language;
pub use crate::people::ReaderRole;
use crate::promises::Owed;
use crate::records::Attendee;
use crate::reports::Replaced;
pub use owed_words::DeadlineWords;
pub use table::{Audience, NOTICES, NoticeKind, NoticeRow, UnknownNotice};

/// A person or address that a letter goes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reader {
    pub name: String,
    pub email: String,
    pub language: Language,
    pub role: ReaderRole,
}

/// A visit as described in letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitWords {
    pub id: VisitId,
    pub purpose: Purpose,
    pub customer: String,
    pub site: SiteCode,
    pub site_name: String,
    pub address: String,
    /// Day and time are local at the site.
    pub day: NaiveDate,
    pub starts: NaiveTime,
    pub takes_minutes: u32,
    pub engineer: String,
    pub engineer_phone: String,
    /// The names of the equipment to be inspected.
    pub equipment: Vec<String>,
    /// The topics of a training.
    pub topics: Vec<String>,
    /// Why somebody added it; `None`: its contract calls for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest_of: Option<VisitId>,
}

/// How a reissued report differs from the one that its readers have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reissue {
    pub revision: u32,
    pub replaces: Replaced,
    /// Who signed the record for the customer after that one was issued.
    pub signed_since_by: Option<String>,
}

/// How a PDF reaches the reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PdfDelivery {
    /// Attached to the letter; until the letter is written, only stored as a document.
    Attached {
        file_name: String,
        /// Bytes.
        size: usize,
        sha256: String,
    },
    /// Too large to send by mail: available through a secret link.
    Linked {
        file_name: String,
        /// Bytes.
        size: usize,
        url: String,
        /// The last full day on which the link is valid.
        until: NaiveDate,
    },
}

/// A change of the hotline's number, as described in letters (P19).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HotlineWords {
    pub customer: String,
    pub number: String,
    /// The previous number.
    pub previous: String,
    /// The day at the company.
    pub changed_on: NaiveDate,
}

/// The end of a phase, as described in letters (P15).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseWords {
    pub customer: String,
    /// `None` if the equipment is under no contract.
    pub contract: Option<ContractCode>,
    pub ending: Ending,
    /// The last day.
    pub ends_on: NaiveDate,
    /// Calendar days from the day of writing to the last day.
    pub days_left: u32,
}

/// Which kind of phase ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Equipment by name, with its site.
    Warranty {
        equipment: Vec<(String, String)>,
    },
    Contract,
}

/// A notice. While its letter is not written yet, it is stored as JSON.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    VisitAnnounced {
        visit: VisitWords,
    },
    /// `was`: day and time before the move.
    VisitMoved {
        visit: VisitWords,
        was: (NaiveDate, NaiveTime),
    },
    /// `visit`: as the reader had it; `to`: the name of the new engineer.
    VisitPassedOn {
        visit: VisitWords,
        to: String,
    },
    /// `ended_on`: the last day of the contract, if the visit was after it; `rest_of`: the visit of which nothing is left
    /// to inspect. The reason is then given in the reader's language.
    VisitCancelled {
        visit: VisitWords,
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ended_on: Option<NaiveDate>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rest_of: Option<VisitId>,
    },
    /// Sent on the working day before.
    VisitReminder {
        visit: VisitWords,
    },
    /// The record says that the visit did not take place.
    VisitNotDone {
        visit: VisitWords,
        reason: String,
    },
    /// To managers: an invited person cannot come at that time; with their own words.
    VisitAskedToMove {
        visit: VisitWords,
        by: String,
        comment: Option<String>,
    },
    /// P04: the report, attached; `not_inspected`: how many checks could not be made, so that the visit is incomplete.
    ReportDelivered {
        visit: VisitWords,
        completed_on: NaiveDate,
        #[serde(default)]
        not_inspected: usize,
        pdf: PdfDelivery,
        /// `None` for the first issue.
        reissue: Option<Reissue>,
    },
    /// P09, P10: the certificate, attached.
    CertificateDelivered {
        visit: VisitWords,
        completed_on: NaiveDate,
        attendees: Vec<Attendee>,
        pdf: PdfDelivery,
        /// `None` for the first issue.
        reissue: Option<Reissue>,
    },
    /// P03: the customer's engineer is asked to sign the record of a visit.
    CountersignAsked {
        visit: VisitWords,
        completed_on: NaiveDate,
        /// The last full day on which the link is valid.
        until: NaiveDate,
        url: String,
    },
    /// A deadline has reached a step.
    DeadlineFlagged {
        deadline: DeadlineWords,
    },
    /// P19.
    HotlineChanged {
        hotline: HotlineWords,
    },
    /// P15: sent before a warranty or a contract ends.
    PhaseEnding {
        phase: PhaseWords,
    },
    Digest(Box<Digest>),
    /// Sent to ourselves once a day, to prove that letters arrive; also takes the audit trail's head of the day out of
    /// the house.
    Canary {
        day: NaiveDate,
        head: String,
        /// The office's folder, quoted for a shell; `None` if commands find it without being told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dir: Option<String>,
    },
    /// How a week or a month went (P31).
    Review(Box<Review>),
    /// To the office's managers: a letter was given up.
    Undelivered {
        letter: UndeliveredWords,
    },
}

impl Notice {
    /// Its row in [`NOTICES`], its subject and what is enclosed. Announcements differ in kind for trainings and
    /// follow-ups; the kind of a flag depends on what is owed and how late it is.
    #[must_use]
    pub fn about(&self) -> About<'_> {
        match self {
            Notice::VisitAnnounced { visit } => About::visit(
                match visit.purpose {
                    Purpose::Training => NoticeKind::TrainingInvitation,
                    Purpose::FollowUp => NoticeKind::FollowUpQuestion,
                    Purpose::Inspection | Purpose::Maintenance | Purpose::CallOut | Purpose::PlannedSupport => {
                        NoticeKind::VisitAnnounced
                    }
                },
                visit,
            )
            .asking()
            .told(WhileItWaits::AsBooked),
            Notice::VisitMoved { visit, .. } => {
                About::visit(NoticeKind::VisitMoved, visit).asking().told(WhileItWaits::AsBooked)
            }
            Notice::VisitPassedOn { visit, .. } => {
                About::visit(NoticeKind::VisitPassedOn, visit).told(WhileItWaits::UntilBookedAnew)
            }
            Notice::VisitCancelled { visit, .. } => {
                About::visit(NoticeKind::VisitCancelled, visit).told(WhileItWaits::UntilBookedAnew)
            }
            Notice::VisitReminder { visit } => {
                About::visit(NoticeKind::VisitReminder, visit).asking().told(WhileItWaits::WhileFit)
            }
            Notice::VisitNotDone { visit, .. } => About::visit(NoticeKind::VisitNotDone, visit),
            Notice::VisitAskedToMove { visit, .. } => {
                About::visit(NoticeKind::VisitAskedToMove, visit).told(WhileItWaits::AsBooked)
            }
            Notice::ReportDelivered { visit, pdf, reissue, .. } => {
                About::visit(NoticeKind::ReportDelivered, visit).with(pdf).told(WhileItWaits::until_reissued(reissue))
            }
            Notice::CertificateDelivered { visit, pdf, reissue, .. } => {
                About::visit(NoticeKind::CertificateDelivered, visit)
                    .with(pdf)
                    .told(WhileItWaits::until_reissued(reissue))
            }
            Notice::CountersignAsked { visit, .. } => {
                About::visit(NoticeKind::CountersignAsked, visit).told(WhileItWaits::UntilSigned)
            }
            Notice::DeadlineFlagged { deadline } => About {
                visit: deadline.visit,
                deadline: Some(deadline.id),
                asks: deadline.owed == Owed::Record,
                while_it_waits: WhileItWaits::WhileOwed(deadline.due_on),
                ..About::the_office(match (deadline.owed, deadline.at) {
                    (Owed::Record, FlagAt::Before(_) | FlagAt::OnTheDay | FlagAt::Late(_)) => NoticeKind::RecordMissing,
                    (Owed::Visit | Owed::Training | Owed::Report, FlagAt::Before(_) | FlagAt::OnTheDay) => {
                        NoticeKind::DeadlineDue
                    }
                    (Owed::Visit | Owed::Training | Owed::Report, FlagAt::Late(WorkingDays(0 | 1))) => {
                        NoticeKind::DeadlineLate
                    }
                    (Owed::Visit | Owed::Training | Owed::Report, FlagAt::Late(_)) => NoticeKind::DeadlineEscalated,
                })
            },
            Notice::HotlineChanged { hotline } => {
                About::the_office(NoticeKind::HotlineChanged).told(WhileItWaits::WhileNumberHolds(&hotline.number))
            }
            Notice::PhaseEnding { .. } => About::the_office(NoticeKind::PhaseEnding),
            Notice::Digest(digest) => {
                About { encloses: Some(Enclosed::Lists(digest)), ..About::the_office(NoticeKind::Digest) }
            }
            Notice::Review(_) => About::the_office(NoticeKind::Review),
            Notice::Canary { .. } => About::the_office(NoticeKind::Canary),
            Notice::Undelivered { .. } => About::the_office(NoticeKind::Undelivered),
        }
    }

    /// Brings what changes by itself up to date before it is told: an appointment is told with the visit's present
    /// words, the days that are left or have passed are counted from the day of telling. What has happened is told as it was.
    pub(super) fn renew(&mut self, now: &AsThingsStand<'_>) {
        match self {
            Notice::VisitAnnounced { visit }
            | Notice::VisitMoved { visit, .. }
            | Notice::VisitReminder { visit }
            | Notice::VisitAskedToMove { visit, .. } => {
                if let Some(present) = now.words {
                    visit.clone_from(present);
                }
            }
            Notice::PhaseEnding { phase } => {
                phase.days_left = u32::try_from((phase.ends_on - now.today).num_days()).unwrap_or(0);
            }
            Notice::DeadlineFlagged { deadline } => {
                if let Some(lateness) = now.lateness {
                    deadline.renew(lateness);
                }
            }
            Notice::VisitPassedOn { .. }
            | Notice::VisitCancelled { .. }
            | Notice::VisitNotDone { .. }
            | Notice::ReportDelivered { .. }
            | Notice::CertificateDelivered { .. }
            | Notice::CountersignAsked { .. }
            | Notice::HotlineChanged { .. }
            | Notice::Digest(_)
            | Notice::Review(_)
            | Notice::Canary { .. }
            | Notice::Undelivered { .. } => {}
        }
    }

    /// Its row in [`NOTICES`].
    #[must_use]
    pub fn kind(&self) -> NoticeKind {
        self.about().kind
    }

    /// The word used in keys, templates and lists.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.kind().word()
    }
}

/// The structured facts of a notice, besides its words.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    pub kind: NoticeKind,
    /// Letters about the same visit form one thread.
    pub visit: Option<VisitId>,
    pub deadline: Option<DeadlineId>,
    pub encloses: Option<Enclosed<'a>>,
    /// Whether it asks the engineer for a visit or its record, and therefore includes the link to the form.
    pub asks: bool,
    /// What happens to its letter while that waits.
    pub while_it_waits: WhileItWaits<'a>,
}

/// How long a waiting letter stays true; see [`Notice::as_things_stand`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhileItWaits<'a> {
    /// It reports a past event, and is sent however long it has waited.
    AsItWas,
    /// While the visit is booked as it was when the letter was owed.
    AsBooked,
    /// It takes the visit from its reader: until the visit is booked anew or, where it was passed on, cancelled.
    UntilBookedAnew,
    /// As [`WhileItWaits::AsBooked`], and only while the visit can take place.
    WhileFit,
    /// Until there is a later revision of the visit's report than this one.
    UntilReissued(u32),
    /// Until the record is signed.
    UntilSigned,
    /// While the deadline is owed and this is its last day.
    WhileOwed(NaiveDate),
    /// While this is the hotline's number.
    WhileNumberHolds(&'a str),
}

impl WhileItWaits<'_> {
    fn until_reissued(reissue: &Option<Reissue>) -> Self {
        Self::UntilReissued(reissue.as_ref().map_or(1, |reissue| reissue.revision))
    }
}

/// What is enclosed with a letter.
#[derive(Debug, Clone, Copy)]
pub enum Enclosed<'a> {
    /// A report or certificate, or a link to it.
    Paper(&'a PdfDelivery),
    /// A digest's complete lists, if the letter itself has to shorten them.
    Lists(&'a Digest),
}

impl<'a> About<'a> {
    /// A notice without a visit, deadline or enclosure.
    fn the_office(kind: NoticeKind) -> About<'a> {
        About { kind, visit: None, deadline: None, encloses: None, asks: false, while_it_waits: WhileItWaits::AsItWas }
    }

    fn visit(kind: NoticeKind, visit: &VisitWords) -> About<'a> {
        About { visit: Some(visit.id), ..About::the_office(kind) }
    }

    fn with(self, pdf: &'a PdfDelivery) -> About<'a> {
        About { encloses: Some(Enclosed::Paper(pdf)), ..self }
    }

    fn asking(self) -> About<'a> {
        About { asks: true, ..self }
    }

    fn told(self, while_it_waits: WhileItWaits<'a>) -> About<'a> {
        About { while_it_waits, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn announced(purpose: Purpose) -> NoticeKind {
        let day = NaiveDate::from_ymd_opt(2026, 3, 12).unwrap();
        let visit = VisitWords {
            id: VisitId(1),
            purpose,
            customer: String::new(),
            site: SiteCode::default(),
            site_name: String::new(),
            address: String::new(),
            day,
            starts: NaiveTime::MIN,
            takes_minutes: 60,
            engineer: String::new(),
            engineer_phone: String::new(),
            equipment: Vec::new(),
            topics: Vec::new(),
            why: None,
            rest_of: None,
        };
        Notice::VisitAnnounced { visit }.kind()
    }

    fn flagged(owed: Owed, at: FlagAt) -> NoticeKind {
        let day = NaiveDate::from_ymd_opt(2026, 3, 12).unwrap();
        let deadline = DeadlineWords {
            id: DeadlineId(1),
            owed,
            at,
            visit: None,
            purpose: Purpose::Inspection,
            customer: String::new(),
            site: SiteCode::default(),
            site_name: String::new(),
            engineer: None,
            since_on: day,
            due_on: day,
            days_late: 0,
            report_due_on: None,
            ledger: None,
        };
        Notice::DeadlineFlagged { deadline }.kind()
    }

    #[test]
    fn p13_a_follow_up_is_announced_by_its_questions_and_a_training_by_an_invitation() {
        assert_eq!(announced(Purpose::FollowUp), NoticeKind::FollowUpQuestion);
        assert_eq!(announced(Purpose::Training), NoticeKind::TrainingInvitation);
        for purpose in [Purpose::Inspection, Purpose::Maintenance, Purpose::CallOut, Purpose::PlannedSupport] {
            assert_eq!(announced(purpose), NoticeKind::VisitAnnounced);
        }
    }

    #[test]
    fn p04_each_level_of_lateness_has_a_letter_of_its_own() {
        let late = |days| FlagAt::Late(WorkingDays(days));
        assert_eq!(flagged(Owed::Report, FlagAt::Before(WorkingDays(1))), NoticeKind::DeadlineDue);
        assert_eq!(flagged(Owed::Report, FlagAt::OnTheDay), NoticeKind::DeadlineDue);
        assert_eq!(flagged(Owed::Report, late(1)), NoticeKind::DeadlineLate);
        assert_eq!(flagged(Owed::Report, late(3)), NoticeKind::DeadlineEscalated);
        assert_eq!(flagged(Owed::Record, late(3)), NoticeKind::RecordMissing, "the engineer's to settle");
    }
}
