//! The verbs: load, ask the domain, store in one transaction.
//!
//! # Errors
//!
//! Every verb fails with [`Error::Failed`] if the store does not answer or refuses; their docs do not repeat this. A
//! function's own section on errors lists what else can go wrong.

pub mod access;
pub mod acting;
pub mod audit;
pub mod clock;
pub mod digest;
pub mod documents;
pub mod heartbeat;
pub mod import;
pub mod letters;
pub mod parties;
pub mod people;
pub mod planning;
pub mod promises;
pub mod records;
pub mod reports;
pub mod visits;

use std::sync::Arc;

pub use crate::acting::Acting;
use crate::clock::Clock;
use crate::documents::Documents;
use domain::ids::VisitId;
use domain::reports::{Contractor, Picture, Stationery};
use domain::typed::{BadTypedText, typed};
use domain::visits::StoredVisit;
use mail::{Composer, Transport};
use paper::seal::Sealer;
use store::Db;
use world::checklists::Checklists;
use world::config::Config;
use world::holidays::Calendars;
use world::plans::Plans;

/// Everything that a verb needs. Cheap to clone; a reload of the configuration creates a new one.
///
/// Verbs that change something take [`Acting`], the office with an actor, or act as the program through
/// [`Office::at_work`]. They begin their transaction through it, and note their deed there.
///
/// A function that works in a transaction takes `&mut Tx` and [`Tools`], but no office: through an office it could
/// query the store a second time, and if all connections were held by transactions that do so, none of them could end.
#[derive(Debug, Clone)]
pub struct Office {
    pub db: Db,
    pub tools: Tools,
    pub documents: Documents,
    pub transport: Transport,
    /// The means of signing reports; `None`: they are not signed.
    pub sealer: Option<Arc<Sealer>>,
}

/// What a verb can use while a transaction is open: none of it waits for the store, a disk or a network.
#[derive(Debug, Clone)]
pub struct Tools {
    pub clock: Clock,
    pub config: Arc<Config>,
    pub calendars: Arc<Calendars>,
    pub plans: Arc<Plans>,
    pub checklists: Arc<Checklists>,
    /// The company's logo, for the header of reports.
    pub logo: Option<Picture>,
    pub composer: Composer,
}

impl std::ops::Deref for Office {
    type Target = Tools;

    fn deref(&self) -> &Tools {
        &self.tools
    }
}

impl std::ops::DerefMut for Office {
    fn deref_mut(&mut self) -> &mut Tools {
        &mut self.tools
    }
}

/// Why a verb failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something that the user named does not exist.
    #[error("{0}")]
    NotFound(String),
    /// The user can correct it; the text says what, where and how.
    #[error("{0}")]
    Refused(String),
    /// An external failure; tried again if that helps.
    #[error(transparent)]
    Failed(#[from] anyhow::Error),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Error {
        Error::Failed(error.into())
    }
}

/// What a person typed, in its stored form. `nothing` is the refusal if nothing in it is visible; if it cannot be
/// stored, the refusal refers to it as `what`.
fn as_typed(text: &str, what: &str, nothing: &str) -> Result<String> {
    typed(text).map_err(|bad| {
        Error::Refused(match bad {
            BadTypedText::Empty => nothing.to_owned(),
            BadTypedText::TooLong { .. } | BadTypedText::Control { .. } => format!("{what} cannot be kept: {bad}"),
        })
    })
}

impl Tools {
    /// The current day at the company.
    #[must_use]
    pub fn today(&self) -> domain::Date {
        self.day_of(self.clock.now())
    }

    /// The day at the company at a given instant.
    #[must_use]
    pub fn day_of(&self, at: domain::Instant) -> domain::Date {
        self.config.company.time_zone.day(at)
    }

    /// The company as described in its documents.
    #[must_use]
    pub fn company(&self) -> Contractor {
        let company = &self.config.company;
        Contractor {
            name: company.name.clone(),
            address: company.address.clone(),
            email: company.email.clone(),
            phone: company.phone.clone(),
            stationery: Stationery {
                logo: self.logo.clone(),
                accent: company.colour.unwrap_or_default(),
                paper: company.paper,
                legal: company.legal_lines.clone(),
            },
        }
    }
}

/// What a verb returns.
pub type Result<T> = std::result::Result<T, Error>;

/// The visit with a number given by somebody.
///
/// # Errors
/// [`Error::NotFound`] if there is none.
pub async fn named_visit(on: impl Into<store::ReadHandle<'_>>, visit: VisitId) -> Result<StoredVisit> {
    store::visits::get(on, visit)
        .await?
        .ok_or_else(|| Error::NotFound(format!("there is no visit {visit}; `ronda visit list` shows them")))
}
