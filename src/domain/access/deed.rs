//! Every action that changes something, by name.

use strum::VariantArray;

use super::ActKind;
use crate::variants::every;

/// An action that changes something. Each leaves a line in the audit trail, and has a row in the table of permissions.
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
    /// A run of the planner; one line with its counts.
    PlanVisits,
    /// The daemon books a planned visit, and everyone concerned is told.
    AnnounceVisit,
    /// Somebody adds a visit that the contract does not call for, and everyone concerned is told.
    AddVisit,
    BookVisit,
    MoveVisit,
    /// The daemon rebooks a visit that cannot take place as booked, if the term permits that.
    RebookVisit,
    CancelVisit,
    /// An engineer or manager hands everything over to another.
    HandOver,
    /// Somebody is reminded to make a visit or to submit what they owe.
    Remind,
    /// An invited person accepts, declines, or asks to move the visit.
    AnswerInvitation,
    /// A record is accepted as its visit's record.
    TakeRecord,
    /// A record that cannot be its visit's record is stored next to it.
    KeepRecord,
    /// A form is stored that is not a record, or not yet.
    KeepForm,
    /// A form that waited for a manager is accepted as the record of its visit.
    TakeForm,
    DismissForm,
    /// The customer's engineer signs a record.
    SignRecord,
    IssueReport,
    /// A report is mailed to contacts who have not been sent it yet.
    SendReport,
    /// The report counts as delivered, because the customer's mail servers have accepted it.
    FileReport,
    /// Somebody states that they handed a report over to the customer.
    HandOverReport,
    /// A report bounced, and is owed again.
    UnfileReport,
    /// Deadlines are opened; one line per run, with their number.
    OpenDeadlines,
    /// Open deadlines are recounted after a calendar has changed; one line per run, with what moved.
    RecountDeadlines,
    RaiseFlag,
    WaiveDeadline,
    /// A difference between the books and the facts is accepted as it is.
    AcceptDifference,
    EndDigests,
    ResumeDigests,
    RetryLetter,
    CancelLetter,
    /// A mail server has returned a letter that it had accepted.
    ReturnLetter,
    /// The hotline's number has changed, and every customer is told.
    ChangeHotline,
    /// Somebody states that a customer knows the hotline's new number.
    NoteHotline,
    /// An import; one line with its counts.
    ImportTables,
    ImportCalendar,
    MakeFormLink,
    MakeSigningLink,
    MakeFeed,
    RevokeFeed,
    /// Somebody revokes a link before it expires.
    RevokeLink,
    /// The first line of the office's chain.
    BeginTrail,
    /// Names, addresses or texts are erased from lines of the trail.
    ErasePersonal,
}

impl Deed {
    pub const ALL: [Deed; Deed::VARIANTS.len()] = every(Deed::VARIANTS);

    /// The word used in the store and on the command line.
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
