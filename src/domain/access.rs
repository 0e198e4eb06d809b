//! Access: secret links, each of which lets one person run one errand for a limited time, until it expires or is
//! revoked (R13); and who may do what: an [`Actor`] does a [`Deed`] if [`may`] permits it.
//!
//! Only the hash of a link's secret is stored, so that a copy of the store opens nothing. Opening a link changes
//! nothing (R12), because mail scanners open links and run their scripts; only a POST from the page does.

mod actor;
mod deed;
mod matter;
mod may;
mod stored;

use serde::{Deserialize, Serialize};

use super::Instant;
use super::people::ReaderRole;
use crate::ids::{EngineerCode, LinkId, ManagerCode, SiteCode, VisitId};
pub use actor::{Actor, ActorKind, Door, RunBy};
pub use deed::Deed;
pub use matter::{Act, ActKind, Insist, Matter};
pub use may::{
    DeedCase, Forbidden, HoursOf, answers_for, answers_for_all, customers_of, has_lost, hours_of, is_customer,
    is_in_charge, makes_visit, may, may_answer,
};
pub use stored::{NewAct, NewLink, StoredAct};

/// What a link lets its holder do.
///
/// Each page accepts its own errand with `let … else` and rejects all others as unknown, so that a new errand opens no
/// page but its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "errand", rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, strum::VariantNames, strum::EnumDiscriminants)]
#[strum(serialize_all = "kebab-case")]
#[strum_discriminants(name(ErrandKind), doc = "An errand without whom and what it is about.")]
#[strum_discriminants(derive(strum::IntoStaticStr), strum(serialize_all = "kebab-case"))]
pub enum Errand {
    /// Read a calendar of visits.
    Feed { of: FeedOf },
    /// Unsubscribe a manager from digests; other letters to them continue.
    Unsubscribe { manager: ManagerCode },
    /// Download a report or certificate that was too large for its letter.
    Paper { visit: VisitId, revision: u32 },
    /// Read about one line of a digest, and decide on it.
    Matter { manager: ManagerCode, matter: Matter },
    /// Read the complete lists of a manager's digest, and decide on their entries.
    Digest { manager: ManagerCode },
    /// Fill in and submit the record of a visit, as its engineer (P03).
    VisitForm { visit: VisitId },
    /// Sign the record of a visit, as the customer's engineer (P03).
    Countersign { visit: VisitId },
}

/// Whose visits a feed shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeedOf {
    Engineer(EngineerCode),
    Site(SiteCode),
    Manager(ManagerCode),
}

impl std::fmt::Display for FeedOf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            FeedOf::Engineer(code) => write!(f, "engineer:{code}"),
            FeedOf::Site(code) => write!(f, "site:{code}"),
            FeedOf::Manager(code) => write!(f, "manager:{code}"),
        }
    }
}

/// The text does not name anybody who can have a feed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} has no feed; give it as engineer:E-1, site:MAD or manager:M-1")]
pub struct NotAFeed(pub String);

impl std::str::FromStr for FeedOf {
    type Err = NotAFeed;

    fn from_str(text: &str) -> Result<Self, NotAFeed> {
        match text.split_once(':') {
            Some(("engineer", code)) if !code.is_empty() => Ok(FeedOf::Engineer(code.into())),
            Some(("site", code)) if !code.is_empty() => Ok(FeedOf::Site(code.into())),
            Some(("manager", code)) if !code.is_empty() => Ok(FeedOf::Manager(code.into())),
            Some(_) | None => Err(NotAFeed(text.to_owned())),
        }
    }
}

impl Errand {
    /// The words of all errands.
    pub const WORDS: &'static [&'static str] = <Errand as strum::VariantNames>::VARIANTS;

    /// A short form of its subject: `V12`, `deadline:report/V12`, `manager:M-1`.
    #[must_use]
    pub fn about(&self) -> String {
        match self {
            Errand::Feed { of } => of.to_string(),
            Errand::Unsubscribe { manager } | Errand::Digest { manager } => format!("manager:{manager}"),
            Errand::Paper { visit, revision } => format!("{visit}, revision {revision}"),
            Errand::Matter { matter, .. } => matter.key(),
            Errand::VisitForm { visit } | Errand::Countersign { visit } => visit.to_string(),
        }
    }

    /// The word used in the store and in lists.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.into()
    }
}

/// A link as stored: everything except its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub id: LinkId,
    /// Unique, for example `digest/M-1/2026-03-02/manager:M-1/unsubscribe`.
    pub key: String,
    /// The holder, in the form of [`ReaderRole::key`].
    pub holder: String,
    pub errand: Errand,
    pub created_at: Instant,
    /// `None`: valid until revoked.
    pub expires_at: Option<Instant>,
    pub revoked_at: Option<Instant>,
}

impl Link {
    /// Checks that the link can be used at `now`.
    ///
    /// # Errors
    /// [`LinkRefused`], with a message for the holder.
    pub fn check(&self, now: Instant) -> Result<(), LinkRefused> {
        match (self.revoked_at, self.expires_at) {
            (Some(_), _) => Err(LinkRefused::Revoked),
            (None, Some(expires_at)) if now >= expires_at => Err(LinkRefused::Expired { at: expires_at }),
            (None, Some(_) | None) => Ok(()),
        }
    }

    /// Whether `role` is the link's holder.
    #[must_use]
    pub fn is_held_by(&self, role: &ReaderRole) -> bool {
        self.holder == role.key()
    }
}

/// Why a link does not work.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefused {
    /// No such secret, or a link for another errand; the answer does not reveal which.
    #[error("this link is not known here; copy the whole address from the letter")]
    Unknown,
    #[error("this link held until {}; ask the office for a new one", at.format("%Y-%m-%d %H:%M UTC"))]
    Expired { at: Instant },
    #[error("this link was replaced; use the one in the latest letter, or ask the office")]
    Revoked,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(expires_at: Option<&str>, revoked_at: Option<&str>) -> Link {
        let at = |text: &str| text.parse::<Instant>().expect("an instant");
        Link {
            id: LinkId(1),
            key: "k".to_owned(),
            holder: "manager:M-1".to_owned(),
            errand: Errand::Unsubscribe { manager: "M-1".into() },
            created_at: at("2026-03-02T08:00:00Z"),
            expires_at: expires_at.map(at),
            revoked_at: revoked_at.map(at),
        }
    }

    #[test]
    fn a_link_holds_until_it_expires_or_is_revoked() {
        let now = "2026-03-05T08:00:00Z".parse().expect("an instant");
        assert_eq!(link(None, None).check(now), Ok(()));
        assert_eq!(link(Some("2026-03-05T08:00:01Z"), None).check(now), Ok(()));
        assert_eq!(link(Some("2026-03-05T08:00:00Z"), None).check(now), Err(LinkRefused::Expired { at: now }));
        assert_eq!(
            link(Some("2026-03-09T08:00:00Z"), Some("2026-03-04T08:00:00Z")).check(now),
            Err(LinkRefused::Revoked)
        );
    }

    #[test]
    fn a_feed_is_named_by_whose_it_is() {
        for name in ["engineer:E-1", "site:MAD:2", "manager:M-1"] {
            assert_eq!(name.parse::<FeedOf>().expect("a feed").to_string(), name);
        }
        for name in ["customer:CUM", "E-1", "site:", ""] {
            assert!(name.parse::<FeedOf>().is_err(), "{name}");
        }
    }

    #[test]
    fn an_errand_is_read_back_from_its_json() {
        let errand = Errand::Feed { of: FeedOf::Engineer("E-1".into()) };
        let json = serde_json::to_string(&errand).expect("plain data");
        assert_eq!(json, r#"{"errand":"feed","of":{"engineer":"E-1"}}"#);
        assert_eq!(serde_json::from_str::<Errand>(&json).expect("its own JSON"), errand);
    }
}
