//! Everything that changes something, by name.

use strum::VariantArray;

use super::ActKind;
use crate::variants::every;

/// An action that changes something. Each has its line in the audit trail, and its row in the table of who may do it.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    strum::IntoStaticStr,
    strum::EnumString,
    strum::VariantNames,
    VariantArray,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Deed {
    /// A run of the planner: one line, with what it counted.
    PlanVisits,
    /// A planned visit is booked by the daemon, and everyone concerned is told.
    AnnounceVisit,
    BookVisit,
    MoveVisit,
    /// A visit that cannot take place as it was booked is booked anew by the daemon, where its term says so.
    RebookVisit,
    CancelVisit,
    /// An engineer or a manager hands everything over to another one.
    HandOver,
    /// Whoever makes a visit or owes a paper is reminded of it.
    Remind,
    /// Somebody who was invited accepts, declines, or asks to move the visit.
    AnswerInvitation,
    /// A record becomes its visit's.
    TakeRecord,
    /// A record that cannot be its visit's is kept beside it.
    KeepRecord,
    /// A form is on file that is no record, or not yet.
    KeepForm,
    /// A form that waited for a manager becomes the record of its visit.
    TakeForm,
    DismissForm,
    /// The customer's engineer signs a record.
    SignRecord,
    IssueReport,
    /// A report is mailed to contacts who have no letter with it yet.
    SendReport,
    /// The customer's mail servers have accepted a report.
    FileReport,
    /// Somebody notes that they gave a report to the customer.
    HandOverReport,
    /// A report came back: it is owed again.
    UnfileReport,
    /// Deadlines have come into being: a line for each run, with their number.
    OpenDeadlines,
    /// Open deadlines follow a changed calendar: a line for each run, with what moved.
    RecountDeadlines,
    RaiseFlag,
    WaiveDeadline,
    /// Where the books differ from the facts, they may stay as they are.
    AcceptDifference,
    EndDigests,
    ResumeDigests,
    RetryLetter,
    CancelLetter,
    /// A mail server has returned a letter that it had accepted.
    ReturnLetter,
    /// The hotline has another number, of which every customer is told.
    ChangeHotline,
    /// Somebody notes that a customer knows the hotline's new number.
    NoteHotline,
    /// One line for each import, with what it counted.
    ImportTables,
    ImportCalendar,
    MakeFormLink,
    MakeSigningLink,
    MakeFeed,
    RevokeFeed,
    /// Somebody ends a link of any errand before its time.
    RevokeLink,
    /// The first line of the office's chain.
    BeginTrail,
    /// Names, addresses or texts are taken out of lines of the trail.
    ErasePersonal,
}

impl Deed {
    pub const ALL: [Deed; Deed::VARIANTS.len()] = every(Deed::VARIANTS);

    /// The word in the store and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl From<ActKind> for Deed {
    fn from(act: ActKind) -> Deed {
        match act {
            ActKind::Remind => Deed::Remind,
            ActKind::Assign | ActKind::Move | ActKind::TakeProposal => Deed::MoveVisit,
            ActKind::HandedOver => Deed::HandOverReport,
            ActKind::Waive => Deed::WaiveDeadline,
            ActKind::Retry => Deed::RetryLetter,
            ActKind::TakeForm => Deed::TakeForm,
            ActKind::DismissForm => Deed::DismissForm,
        }
    }
}
