//! Who may do what, and who is in charge of what: the only place that knows roles and scopes.

use super::{Actor, Deed, Door, Errand, Matter};
use crate::ids::{CustomerCode, EngineerCode, ManagerCode, VisitId};
use crate::people::{Manager, ReaderRole, Scope};

/// The facts about a deed that decide who may do it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeedCase<'a> {
    /// The customer concerned; `None`: the office itself.
    pub customer: Option<&'a CustomerCode>,
    pub visit: Option<VisitId>,
    /// The engineer who makes the visit.
    pub engineer: Option<&'a EngineerCode>,
    /// The manager whose digests are concerned.
    pub manager: Option<&'a ManagerCode>,
    /// The matter shown on the page; `None` if the deed does not come from a line of a digest.
    pub matter: Option<&'a Matter>,
    /// The recipient of a letter that is about no customer.
    pub mailbox: Option<&'a str>,
}

/// Somebody attempted a deed that they are not permitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is not for you to do here (`{}`, as {}); ask the office", deed.word(), kind.word())]
pub struct Forbidden {
    pub kind: super::ActorKind,
    pub deed: Deed,
}

/// A group to which deeds are open; the entries of the table in [`open_to`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whom {
    /// The daemon on its own.
    Program,
    /// Anybody who can run commands on the office's machine.
    User,
    /// Managers for their customers, from their digest or logged in.
    ManagerInCharge,
    /// Managers for their customers, only when logged in; no line of a digest offers it.
    ManagerAtDesk,
    /// Managers, concerning their own digests.
    ManagerThemselves,
    /// The engineer who has the visit, or who holds the link to its form.
    EngineerOfVisit,
    /// The holder of the link for signing the record.
    Signatory,
    /// Somebody who was told about the visit and replies by mail.
    Invited,
}

/// The table of permissions.
const fn open_to(deed: Deed) -> &'static [Whom] {
    use Whom::{EngineerOfVisit, Invited, ManagerAtDesk, ManagerInCharge, ManagerThemselves, Program, Signatory, User};
    match deed {
        Deed::PlanVisits => &[Program, User],
        Deed::AnnounceVisit => &[Program],
        // For the rest of another visit, the program adds one.
        Deed::AddVisit => &[Program, User, ManagerAtDesk],
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

/// Checks that this actor may do this deed in this case. It is pure, and called before each line of the audit trail.
///
/// # Errors
/// [`Forbidden`], with a message for the actor.
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

/// Whether the door permits the deed, whoever came in through it.
fn is_lent_by(door: &Door, deed: Deed, case: &DeedCase<'_>) -> bool {
    match door {
        // What was filled in while the link was valid is still accepted, for a manager to review.
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

/// Whether the actor belongs to this group.
fn is_whom(actor: &Actor, whom: Whom, case: &DeedCase<'_>) -> bool {
    match (whom, actor) {
        (Whom::Program, Actor::Program) | (Whom::User, Actor::User { .. }) => true,
        (Whom::ManagerInCharge | Whom::ManagerAtDesk, Actor::Manager { manager, .. }) => {
            is_in_charge(manager, case.customer, case.mailbox)
        }
        (Whom::ManagerThemselves, Actor::Manager { manager, .. }) => case.manager == Some(&manager.manager),
        (Whom::EngineerOfVisit, Actor::Engineer { engineer, door }) => match door {
            // The link was made for whoever had the visit at the time, and is revoked when they lose it.
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

/// Whether this scope covers a customer.
#[must_use]
pub fn answers_for(scope: &Scope, customer: &CustomerCode) -> bool {
    match scope {
        Scope::All => true,
        Scope::Customers(codes) => codes.contains(customer),
    }
}

/// Whether this scope covers the whole office.
#[must_use]
pub fn answers_for_all(scope: &Scope) -> bool {
    match scope {
        Scope::All => true,
        Scope::Customers(_) => false,
    }
}

/// The customers that this scope covers; `None`: all.
#[must_use]
pub fn customers_of(scope: &Scope) -> Option<&[CustomerCode]> {
    match scope {
        Scope::All => None,
        Scope::Customers(codes) => Some(codes),
    }
}

/// Whether a manager is in charge of something: if it concerns a customer, when their scope covers the customer; if it
/// concerns none, when their scope is the whole office or it is about their own address (`mailbox`).
#[must_use]
pub fn is_in_charge(manager: &Manager, customer: Option<&CustomerCode>, mailbox: Option<&str>) -> bool {
    match customer {
        Some(customer) => answers_for(&manager.scope, customer),
        None => answers_for_all(&manager.scope) || mailbox.is_some_and(|to| to.eq_ignore_ascii_case(&manager.email)),
    }
}

/// Whether a reader is the engineer who makes a visit, and therefore gets the link to its form and has it in their
/// calendar.
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

/// Whether a reader belongs to the customer.
#[must_use]
pub fn is_customer(reader: &ReaderRole) -> bool {
    match reader {
        ReaderRole::Customer(_) => true,
        ReaderRole::Engineer(_) | ReaderRole::Manager(_) => false,
    }
}

/// Whether a reader who was told about a visit may reply to its invitation.
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
