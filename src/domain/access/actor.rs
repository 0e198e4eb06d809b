//! Who changes something, and by which door they came.

use serde::{Deserialize, Serialize};

use super::{Deed, Errand, Link, LinkRefused};
use crate::ids::{EngineerCode, LinkId};
use crate::people::Manager;

/// Whoever changes something in the office.
#[derive(Debug, Clone, PartialEq)]
pub enum Actor {
    /// By code.
    Engineer {
        engineer: EngineerCode,
        door: Door,
    },
    Manager {
        manager: Box<Manager>,
        door: Door,
    },
    /// Somebody on the customer's side; by address, as far as one is known.
    Customer {
        email: Option<String>,
        door: Door,
    },
    /// Whoever typed a command, by the name that the operating system knows.
    User {
        name: String,
        /// The account that the command ran under, where it is another.
        runs_as: Option<String>,
        /// Whom the command's environment names beside it, which anybody can set: a remark, and no name.
        says: Option<String>,
    },
    /// The daemon at its own work.
    Program,
}

/// How a person came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Door {
    /// A secret link, which lets its holder do one errand; with why it opens nothing any more, if so.
    Link { link: LinkId, errand: Errand, refused: Option<LinkRefused> },
    /// Logged in to the office's own pages.
    Login,
    /// A key for programs, and the deeds that it was given for.
    Token { deeds: Vec<Deed> },
    /// A message from an address that the office had written to.
    Letter,
}

/// What an actor is, without who.
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

/// Who runs what takes long enough to be cut off; it is kept with the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunBy {
    Program,
    User { name: String, runs_as: Option<String>, says: Option<String> },
}

impl RunBy {
    /// None for whoever comes by a link: they run nothing of the kind.
    #[must_use]
    pub fn of(actor: &Actor) -> Option<RunBy> {
        match actor.clone() {
            Actor::User { name, runs_as, says } => Some(RunBy::User { name, runs_as, says }),
            Actor::Program => Some(RunBy::Program),
            Actor::Engineer { .. } | Actor::Manager { .. } | Actor::Customer { .. } => None,
        }
    }

    /// As the trail names them.
    #[must_use]
    pub fn actor(self) -> Actor {
        match self {
            RunBy::Program => Actor::Program,
            RunBy::User { name, runs_as, says } => Actor::User { name, runs_as, says },
        }
    }
}

impl ActorKind {
    /// The word in the store and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        self.into()
    }
}

impl Actor {
    /// The engineer, or whoever is on the customer's side, who holds a link. A manager's is found by who they are.
    #[must_use]
    pub fn by_link(link: &Link, refused: Option<LinkRefused>) -> Option<Actor> {
        let door = Door::of(link, refused);
        match link.holder.split_once(':')? {
            ("engineer", code) => Some(Actor::Engineer { engineer: code.into(), door }),
            ("customer", email) => {
                // Who signs on the engineer's phone has no address.
                Some(Actor::Customer { email: Some(email.to_owned()).filter(|email| email.contains('@')), door })
            }
            _ => None,
        }
    }

    /// What they are, without who.
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

    /// The code by which the office knows them, or the name of a user; a customer has an address and no code.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Actor::Engineer { engineer, .. } => Some(engineer.as_str()),
            Actor::Manager { manager, .. } => Some(manager.manager.as_str()),
            Actor::User { name, .. } => Some(name),
            Actor::Customer { .. } | Actor::Program => None,
        }
    }

    /// Who they are in one text, as what they bring is filed: `engineer:E-1`, `manager:M-1`, `user:ana`, `program`; a
    /// customer by address, where one is known.
    #[must_use]
    pub fn key(&self) -> String {
        let code = match self {
            Actor::Customer { email, .. } => email.as_deref(),
            Actor::Engineer { .. } | Actor::Manager { .. } | Actor::User { .. } | Actor::Program => self.code(),
        };
        let kind = self.kind().word();
        code.map_or_else(|| kind.to_owned(), |code| format!("{kind}:{code}"))
    }

    /// The door in words that the trail keeps: `link 12`, `login`, `command line as ronda`.
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
    /// The door that a link opens, or has opened.
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
