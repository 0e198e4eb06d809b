//! Who may do what, and whose business it is: the only place that knows roles and scopes.

use super::{Actor, Deed, Door, Errand, Matter};
use crate::ids::{CustomerCode, EngineerCode, ManagerCode, VisitId};
use crate::people::{Manager, ReaderRole, Scope};

/// What a deed is about, as far as it matters for who may do it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeedCase<'a> {
    /// Whose business it is, by the customer's code; None: the office's own.
    pub customer: Option<&'a CustomerCode>,
    pub visit: Option<VisitId>,
    /// Who makes the visit, by code.
    pub engineer: Option<&'a EngineerCode>,
    /// Whose digests they are, by code.
    pub manager: Option<&'a ManagerCode>,
    /// What a page showed; None where the deed is not done from a line of a digest.
    pub matter: Option<&'a Matter>,
    /// To whom a letter was written that is about no customer.
    pub mailbox: Option<&'a str>,
}

/// Somebody wanted to do what is not theirs to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not for you to do here (`{}`, as {}); ask the office", deed.word(), kind.word())]
pub struct Forbidden {
    pub kind: super::ActorKind,
    pub deed: Deed,
}

/// To whom a deed is open; each is a row's word in [`open_to`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whom {
    /// The daemon by itself.
    Program,
    /// Whoever may run commands on the office's machine.
    User,
    /// Managers from their digest, and logged in, for customers whom they answer for.
    ManagerInCharge,
    /// The same, logged in: no line of a digest offers it.
    ManagerAtDesk,
    /// Managers, about their own digests.
    ManagerThemselves,
    /// The engineer who has the visit, or holds the link to its form.
    EngineerOfVisit,
    /// Who holds the link to sign the record.
    Signatory,
    /// Who was told of the visit and answers by mail.
    Invited,
}

/// The table of who may do what.
const fn open_to(deed: Deed) -> &'static [Whom] {
    use Whom::{EngineerOfVisit, Invited, ManagerAtDesk, ManagerInCharge, ManagerThemselves, Program, Signatory, User};
    match deed {
        Deed::PlanVisits => &[Program, User],
        Deed::AnnounceVisit => &[Program],
        Deed::AddVisit => &[User, ManagerAtDesk],
        Deed::BookVisit => &[User, ManagerAtDesk],
        Deed::MoveVisit => &[User, ManagerInCharge],
        Deed::RebookVisit => &[Program],
        Deed::CancelVisit => &[Program, User, ManagerAtDesk],
        Deed::HandOver => &[User],
        Deed::Remind => &[Program, ManagerInCharge],
        Deed::AnswerInvitation => &[Invited],
        Deed::TakeRecord => &[User, EngineerOfVisit],
        Deed::KeepRecord => &[User, EngineerOfVisit],
        Deed::KeepForm => &[User, EngineerOfVisit],
        Deed::TakeForm => &[User, ManagerInCharge],
        Deed::DismissForm => &[User, ManagerInCharge],
        Deed::SignRecord => &[Signatory],
        Deed::IssueReport => &[Program],
        Deed::SendReport => &[User, ManagerAtDesk],
        Deed::FileReport => &[Program],
        Deed::HandOverReport => &[User, ManagerInCharge],
        Deed::UnfileReport => &[Program],
        Deed::OpenDeadlines => &[Program],
        Deed::RecountDeadlines => &[Program],
        Deed::RaiseFlag => &[Program],
        Deed::WaiveDeadline => &[User, ManagerInCharge],
        Deed::AcceptDifference => &[User],
        Deed::EndDigests => &[User, ManagerThemselves],
        Deed::ResumeDigests => &[User, ManagerThemselves],
        Deed::RetryLetter => &[User, ManagerInCharge],
        Deed::CancelLetter => &[User],
        Deed::ReturnLetter => &[Program],
        Deed::ChangeHotline => &[Program],
        Deed::NoteHotline => &[User, ManagerAtDesk],
        Deed::ImportTables => &[User],
        Deed::ImportCalendar => &[User],
        Deed::MakeFormLink => &[User, ManagerAtDesk],
        Deed::MakeSigningLink => &[User, EngineerOfVisit],
        Deed::MakeFeed => &[User],
        Deed::RevokeFeed => &[User],
        Deed::RevokeLink => &[User],
        Deed::BeginTrail => &[Program],
        Deed::ErasePersonal => &[User],
    }
}

/// Whether this actor may do this deed in this case: pure, and asked before each line of the audit trail.
///
/// # Errors
/// [`Forbidden`], for the actor to read.
pub fn may(actor: &Actor, deed: Deed, case: &DeedCase<'_>) -> Result<(), Forbidden> {
    let is_lent = match actor {
        Actor::Engineer { door, .. } | Actor::Manager { door, .. } | Actor::Customer { door, .. } => {
            is_lent_by(door, deed, case)
        }
        Actor::User { .. } | Actor::Program => true,
    };
    match is_lent && open_to(deed).iter().any(|whom| is_whom(actor, *whom, case)) {
        true => Ok(()),
        false => Err(Forbidden { kind: actor.kind(), deed }),
    }
}

/// Whether the door leads to the deed, whoever came in by it.
fn is_lent_by(door: &Door, deed: Deed, case: &DeedCase<'_>) -> bool {
    match door {
        // What was filled in while a link held still arrives, for a manager to look at.
        Door::Link { errand, refused: Some(_), .. } => {
            let of = matches!(errand, Errand::VisitForm { visit } if case.visit == Some(*visit));
            of && deed == Deed::KeepForm
        }
        Door::Link { errand, refused: None, .. } => match errand {
            Errand::Feed { .. } | Errand::Paper { .. } => false,
            Errand::Unsubscribe { manager } => {
                matches!(deed, Deed::EndDigests | Deed::ResumeDigests) && case.manager == Some(manager)
            }
            Errand::Digest { .. } => open_to(deed).contains(&Whom::ManagerInCharge),
            Errand::Matter { matter, .. } => {
                open_to(deed).contains(&Whom::ManagerInCharge) && case.matter.is_none_or(|shown| shown == matter)
            }
            Errand::VisitForm { visit } => open_to(deed).contains(&Whom::EngineerOfVisit) && case.visit == Some(*visit),
            Errand::Countersign { visit } => deed == Deed::SignRecord && case.visit == Some(*visit),
        },
        Door::Login => true,
        Door::Token { deeds } => deeds.contains(&deed),
        Door::Letter => deed == Deed::AnswerInvitation,
    }
}

/// Whether the actor is one of those whom a row of the table names.
fn is_whom(actor: &Actor, whom: Whom, case: &DeedCase<'_>) -> bool {
    match (whom, actor) {
        (Whom::Program, Actor::Program) | (Whom::User, Actor::User { .. }) => true,
        (Whom::ManagerInCharge | Whom::ManagerAtDesk, Actor::Manager { manager, .. }) => {
            is_in_charge(manager, case.customer, case.mailbox)
        }
        (Whom::ManagerThemselves, Actor::Manager { manager, .. }) => case.manager == Some(&manager.manager),
        (Whom::EngineerOfVisit, Actor::Engineer { engineer, door }) => match door {
            // The link was made for who had the visit then, and is revoked with it.
            Door::Link { .. } => true,
            Door::Login | Door::Token { .. } | Door::Letter => case.engineer == Some(engineer),
        },
        (Whom::Signatory, Actor::Customer { door, .. }) => matches!(door, Door::Link { .. }),
        (Whom::Invited, Actor::Engineer { engineer, door: Door::Letter }) => case.engineer == Some(engineer),
        (Whom::Invited, Actor::Customer { door: Door::Letter, .. }) => true,
        (
            Whom::Program
            | Whom::User
            | Whom::ManagerInCharge
            | Whom::ManagerAtDesk
            | Whom::ManagerThemselves
            | Whom::EngineerOfVisit
            | Whom::Signatory
            | Whom::Invited,
            Actor::Engineer { .. }
            | Actor::Manager { .. }
            | Actor::Customer { .. }
            | Actor::User { .. }
            | Actor::Program,
        ) => false,
    }
}

/// Whether a manager with this scope answers for a customer.
#[must_use]
pub fn answers_for(scope: &Scope, customer: &CustomerCode) -> bool {
    match scope {
        Scope::All => true,
        Scope::Customers(codes) => codes.contains(customer),
    }
}

/// Whether a manager with this scope answers for the whole office.
#[must_use]
pub fn answers_for_all(scope: &Scope) -> bool {
    match scope {
        Scope::All => true,
        Scope::Customers(_) => false,
    }
}

/// The customers whom a manager with this scope answers for; None: every customer.
#[must_use]
pub fn customers_of(scope: &Scope) -> Option<&[CustomerCode]> {
    match scope {
        Scope::All => None,
        Scope::Customers(codes) => Some(codes),
    }
}

/// Whether something is a manager's business: of a customer whom they answer for; of none, it is for those who answer
/// for all, and for whose own address (`mailbox`) it is about.
#[must_use]
pub fn is_in_charge(manager: &Manager, customer: Option<&CustomerCode>, mailbox: Option<&str>) -> bool {
    match customer {
        Some(customer) => answers_for(&manager.scope, customer),
        None => answers_for_all(&manager.scope) || mailbox.is_some_and(|to| to.eq_ignore_ascii_case(&manager.email)),
    }
}

/// Whether a reader is the engineer who makes a visit: gets the link to its form, has it in their calendar.
#[must_use]
pub fn makes_visit(reader: &ReaderRole, engineer: &EngineerCode) -> bool {
    match reader {
        ReaderRole::Engineer(code) => code == engineer,
        ReaderRole::Customer(_) | ReaderRole::Manager(_) => false,
    }
}

/// By whose clock and calendar a reader is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoursOf<'a> {
    Engineer(&'a EngineerCode),
    Manager(&'a ManagerCode),
    /// Those of the site that the reader speaks for.
    Site,
}

/// By whose clock and calendar a reader is written to.
#[must_use]
pub fn hours_of(reader: &ReaderRole) -> HoursOf<'_> {
    match reader {
        ReaderRole::Engineer(code) => HoursOf::Engineer(code),
        ReaderRole::Manager(code) => HoursOf::Manager(code),
        ReaderRole::Customer(_) => HoursOf::Site,
    }
}

/// Whether a reader is an engineer who had a visit that another one makes now.
#[must_use]
pub fn has_lost(reader: &ReaderRole, engineer: &EngineerCode) -> bool {
    match reader {
        ReaderRole::Engineer(code) => code != engineer,
        ReaderRole::Customer(_) | ReaderRole::Manager(_) => false,
    }
}

/// Whether a reader is on the customer's side.
#[must_use]
pub fn is_customer(reader: &ReaderRole) -> bool {
    match reader {
        ReaderRole::Customer(_) => true,
        ReaderRole::Engineer(_) | ReaderRole::Manager(_) => false,
    }
}

/// Whether a reader who was told of a visit may answer the invitation to it.
#[must_use]
pub fn may_answer(reader: &ReaderRole, engineer: &EngineerCode) -> bool {
    let actor = match reader {
        ReaderRole::Engineer(code) => Actor::Engineer { engineer: code.clone(), door: Door::Letter },
        ReaderRole::Customer(email) => Actor::Customer { email: Some(email.clone()), door: Door::Letter },
        ReaderRole::Manager(_) => return false,
    };
    may(&actor, Deed::AnswerInvitation, &DeedCase { engineer: Some(engineer), ..DeedCase::default() }).is_ok()
}

#[cfg(test)]
mod tests;
