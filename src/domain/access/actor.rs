//! Who changes something, and through which door they came in.

use serde::{Deserialize, Serialize};

use super::{Deed, Errand, Link, LinkRefused};
use crate::ids::{EngineerCode, LinkId};
use crate::people::Manager;

/// Anybody who, or anything that, changes something in the office.
#[derive(Debug, Clone, PartialEq)]
pub enum Actor {
    /// Identified by code.
    Engineer {
        engineer: EngineerCode,
        door: Door,
    },
    Manager {
        manager: Box<Manager>,
        door: Door,
    },
    /// Somebody at the customer, identified by address if one is known.
    Customer {
        email: Option<String>,
        door: Door,
    },
    /// A user of the command line, by the operating system's name for them.
    User {
        name: String,
        /// The account that the command ran under, if that is a different one.
        runs_as: Option<String>,
        /// A name given in the command's environment. Anybody can set it, so it is a remark, not an identity.
        says: Option<String>,
    },
    /// The daemon in its background work.
    Program,
}

/// How somebody came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Door {
    /// A secret link for one errand; with the reason if it is no longer valid.
    Link { link: LinkId, errand: Errand, refused: Option<LinkRefused> },
    /// A login to the office's own pages.
    Login,
    /// An API token, with the deeds that it permits.
    Token { deeds: Vec<Deed> },
    /// A message from an address that the office has written to.
    Letter,
}

/// The kind of an actor, without their identity.
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
    strum::VariantArray,
)]
#[strum(serialize_all = "kebab-case")]
pub enum ActorKind {
    Engineer,
    Manager,
    Customer,
    User,
    Program,
}

/// Who started a run that may be interrupted; stored with the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunBy {
    Program,
    User { name: String, runs_as: Option<String>, says: Option<String> },
}

impl RunBy {
    /// `None` for somebody who comes by a link, since links start no such runs.
    #[must_use]
    pub fn of(actor: &Actor) -> Option<RunBy> {
        match actor.clone() {
            Actor::User { name, runs_as, says } => Some(RunBy::User { name, runs_as, says }),
            Actor::Program => Some(RunBy::Program),
            Actor::Engineer { .. } | Actor::Manager { .. } | Actor::Customer { .. } => None,
        }
    }

    /// The actor as the audit trail names it.
    #[must_use]
    pub fn actor(self) -> Actor {
        match self {
            RunBy::Program => Actor::Program,
            RunBy::User { name, runs_as, says } => Actor::User { name, runs_as, says },
        }
    }
}

impl ActorKind {
    /// The word used in the store and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl Actor {
    /// The engineer, or the person at the customer, who holds a link. Managers have to be looked up instead.
    #[must_use]
    pub fn by_link(link: &Link, refused: Option<LinkRefused>) -> Option<Actor> {
        let door = Door::of(link, refused);
        match link.holder.split_once(':')? {
            ("engineer", code) => Some(Actor::Engineer { engineer: code.into(), door }),
            ("customer", email) => {
                // Somebody who signs on the engineer's phone has no address.
                Some(Actor::Customer { email: Some(email.to_owned()).filter(|email| email.contains('@')), door })
            }
            _ => None,
        }
    }

    /// The kind of actor.
    #[must_use]
    pub fn kind(&self) -> ActorKind {
        match self {
            Actor::Engineer { .. } => ActorKind::Engineer,
            Actor::Manager { .. } => ActorKind::Manager,
            Actor::Customer { .. } => ActorKind::Customer,
            Actor::User { .. } => ActorKind::User,
            Actor::Program => ActorKind::Program,
        }
    }

    /// The code of an engineer or manager, or the name of a user; customers have only an address.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Actor::Engineer { engineer, .. } => Some(engineer.as_str()),
            Actor::Manager { manager, .. } => Some(manager.manager.as_str()),
            Actor::User { name, .. } => Some(name),
            Actor::Customer { .. } | Actor::Program => None,
        }
    }

    /// The actor as one text, in the form in which what they submit is stored: `engineer:E-1`, `manager:M-1`,
    /// `user:ana`, `program`; a customer by address, if one is known.
    #[must_use]
    pub fn key(&self) -> String {
        let code = match self {
            Actor::Customer { email, .. } => email.as_deref(),
            Actor::Engineer { .. } | Actor::Manager { .. } | Actor::User { .. } | Actor::Program => self.code(),
        };
        let kind = self.kind().word();
        code.map_or_else(|| kind.to_owned(), |code| format!("{kind}:{code}"))
    }

    /// The door in the words of the audit trail: `link 12`, `login`, `command line as ronda`.
    #[must_use]
    pub fn door(&self) -> String {
        match self {
            Actor::Engineer { door, .. } | Actor::Manager { door, .. } | Actor::Customer { door, .. } => door.words(),
            Actor::User { runs_as, says, .. } => {
                let account = runs_as.iter().map(|account| format!(" as {account}"));
                let remark = says.iter().map(|name| format!(", says it is {name}"));
                ["command line".to_owned()].into_iter().chain(account).chain(remark).collect()
            }
            Actor::Program => "program".to_owned(),
        }
    }
}

impl Door {
    /// The door for somebody who opens, or has opened, this link.
    #[must_use]
    pub fn of(link: &Link, refused: Option<LinkRefused>) -> Door {
        Door::Link { link: link.id, errand: link.errand.clone(), refused }
    }

    fn words(&self) -> String {
        match self {
            Door::Link { link, .. } => format!("link {link}"),
            Door::Login => "login".to_owned(),
            Door::Token { .. } => "token".to_owned(),
            Door::Letter => "letter".to_owned(),
        }
    }
}
