//! Notices: what is said to whom, before it is put into words. `mail::compose` makes letters of them.

mod table;

use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use super::stands::AsThingsStand;
pub use super::undelivered::UndeliveredWords;
use crate::calendar::{Ledger, WorkingDays};
use crate::contract::{FlagAt, Purpose};
use crate::digest::{Digest, Review};
use crate::ids::{ContractCode, DeadlineId, SiteCode, VisitId};
use crate::language::Language;
pub use crate::people::ReaderRole;
use crate::promises::Owed;
use crate::records::Attendee;
use crate::reports::Replaced;
pub use table::{Audience, NOTICES, NoticeKind, NoticeRow, UnknownNotice};

/// One person or desk that a letter goes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reader {
    pub name: String,
    pub email: String,
    pub language: Language,
    pub role: ReaderRole,
}

/// A visit, as letters name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitWords {
    pub id: VisitId,
    pub purpose: Purpose,
    pub customer: String,
    pub site: SiteCode,
    pub site_name: String,
    pub address: String,
    /// Day and time at the site.
    pub day: NaiveDate,
    pub starts: NaiveTime,
    pub takes_minutes: u32,
    pub engineer: String,
    pub engineer_phone: String,
    /// Names of the equipment that is looked at.
    pub equipment: Vec<String>,
    /// Topics of a training.
    pub topics: Vec<String>,
    /// Why somebody asked for it; None: its contract calls for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What sets a report that is sent anew apart from the one that its readers have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reissue {
    pub revision: u32,
    pub replaces: Replaced,
    /// Who of the customer's signed the record after that one was issued.
    pub signed_since_by: Option<String>,
}

/// How a PDF comes to the reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PdfDelivery {
    /// With the letter; until that is written, it lies with the documents alone.
    Attached {
        file_name: String,
        /// Bytes.
        size: usize,
        sha256: String,
    },
    /// Larger than the company sends by mail: behind a secret link.
    Linked {
        file_name: String,
        /// Bytes.
        size: usize,
        url: String,
        /// The last whole day on which the link holds.
        until: NaiveDate,
    },
}

/// A change of the hotline's number, as letters name it (P19).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HotlineWords {
    pub customer: String,
    pub number: String,
    /// The number that was told before.
    pub previous: String,
    /// The company's day.
    pub changed_on: NaiveDate,
}

/// A phase that ends, as letters name it (P15).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhaseWords {
    pub customer: String,
    /// None where equipment stands under none.
    pub contract: Option<ContractCode>,
    pub ending: Ending,
    /// The last day.
    pub ends_on: NaiveDate,
    /// Calendar days from the day of writing to the last day.
    pub days_left: u32,
}

/// Which phase it is that ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Equipment by name, with its site.
    Warranty {
        equipment: Vec<(String, String)>,
    },
    Contract,
}

/// Something to be told. As JSON it stays with a letter until that is written.
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
    /// `visit`: as its reader had it; `to`: the name of the engineer who has it now.
    VisitPassedOn {
        visit: VisitWords,
        to: String,
    },
    /// `ended_on`: the last day of its contract, where it was after that; then the reason is said in the reader's language.
    VisitCancelled {
        visit: VisitWords,
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ended_on: Option<NaiveDate>,
    },
    /// The working day before.
    VisitReminder {
        visit: VisitWords,
    },
    /// A record says that the visit did not take place.
    VisitNotDone {
        visit: VisitWords,
        reason: String,
    },
    /// To managers: somebody who was invited cannot come at that time, in their own words.
    VisitAskedToMove {
        visit: VisitWords,
        by: String,
        comment: Option<String>,
    },
    /// P04: the report, attached.
    ReportDelivered {
        visit: VisitWords,
        completed_on: NaiveDate,
        pdf: PdfDelivery,
        /// None for the first one.
        reissue: Option<Reissue>,
    },
    /// P09, P10: the certificate, attached.
    CertificateDelivered {
        visit: VisitWords,
        completed_on: NaiveDate,
        attendees: Vec<Attendee>,
        pdf: PdfDelivery,
        /// None for the first one.
        reissue: Option<Reissue>,
    },
    /// P03: the customer's engineer is asked to sign the record of a visit.
    CountersignAsked {
        visit: VisitWords,
        completed_on: NaiveDate,
        /// The last whole day on which the link holds.
        until: NaiveDate,
        url: String,
    },
    /// A deadline reached a level.
    DeadlineFlagged {
        deadline: DeadlineWords,
    },
    /// P19.
    HotlineChanged {
        hotline: HotlineWords,
    },
    /// P15: told before a warranty or a contract ends.
    PhaseEnding {
        phase: PhaseWords,
    },
    Digest(Box<Digest>),
    /// To ourselves, once a day: letters arrive. It takes the day's head of the audit trail out of the house.
    Canary {
        day: NaiveDate,
        head: String,
        /// The office's folder, as a shell is given it; None where commands find it by themselves.
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
    /// Which row of [`NOTICES`] it is, what it is about and what goes with it. An announcement is of another kind where
    /// the visit is a training or a follow-up; a flag's kind is by what is owed, and by how late it is.
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

    /// Which row of [`NOTICES`] it is.
    #[must_use]
    pub fn kind(&self) -> NoticeKind {
        self.about().kind
    }

    /// The word in keys, templates and lists.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.kind().word()
    }
}

/// What a notice is about, beside its words.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    pub kind: NoticeKind,
    /// Letters about one visit stand in one thread.
    pub visit: Option<VisitId>,
    pub deadline: Option<DeadlineId>,
    pub encloses: Option<Enclosed<'a>>,
    /// Whether it asks its engineer for a visit or its record: then it shows where the record is filled in.
    pub asks: bool,
    /// What becomes of its letter until that may leave.
    pub while_it_waits: WhileItWaits<'a>,
}

/// For how long a letter that waits is still true; judged by [`Notice::as_things_stand`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhileItWaits<'a> {
    /// It tells of what has happened: it is told, however long it waited.
    AsItWas,
    /// For as long as the visit is booked as it was when the letter was owed.
    AsBooked,
    /// It takes the visit from its reader: until the visit is booked anew or, where it was passed on, cancelled.
    UntilBookedAnew,
    /// As [`WhileItWaits::AsBooked`], and only while the visit can take place.
    WhileFit,
    /// Until a later revision than this one of the visit's report is there.
    UntilReissued(u32),
    /// Until the record is signed.
    UntilSigned,
    /// For as long as the deadline's last day is this one and it is owed.
    WhileOwed(NaiveDate),
    /// For as long as the hotline has this number.
    WhileNumberHolds(&'a str),
}

impl WhileItWaits<'_> {
    fn until_reissued(reissue: &Option<Reissue>) -> Self {
        Self::UntilReissued(reissue.as_ref().map_or(1, |reissue| reissue.revision))
    }
}

/// What goes with a letter.
#[derive(Debug, Clone, Copy)]
pub enum Enclosed<'a> {
    /// A report or certificate, or the link to it.
    Paper(&'a PdfDelivery),
    /// A digest's complete lists, where the letter itself has to shorten them.
    Lists(&'a Digest),
}

impl<'a> About<'a> {
    /// No visit and no deadline, and nothing goes with it.
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

/// A deadline, as letters name it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeadlineWords {
    pub id: DeadlineId,
    pub owed: Owed,
    pub at: FlagAt,
    pub visit: Option<VisitId>,
    pub purpose: Purpose,
    pub customer: String,
    pub site: SiteCode,
    pub site_name: String,
    /// Name of the engineer in charge, if there is one.
    pub engineer: Option<String>,
    pub since_on: NaiveDate,
    /// Last day in time, at the site.
    pub due_on: NaiveDate,
    /// Working days late at the time of writing; 0 while it is in time.
    pub days_late: u32,
    pub ledger: Option<Ledger>,
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
