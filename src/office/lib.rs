//! The verbs: load, ask the domain, store in one transaction.
//!
//! # Errors
//!
//! Every verb fails with [`Error::Failed`] when the store does not answer or refuses, and nothing else is said of that.
//! Where a function has a section of errors, it is about something else as well.

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

/// Everything that an action needs. Cheap to clone; a reload of the configuration makes a new one.
///
/// What changes something takes [`Acting`], the office with whoever acts in it, or acts as the program by
/// [`Office::at_work`]: it begins its transaction by who acts, and notes its deed there.
///
/// A function that works in a transaction takes `&mut Tx` and [`Tools`], and no office: by an office it could ask the
/// store a second time, and as soon as all connections are held by transactions that do, none of them ends.
#[derive(Debug, Clone)]
pub struct Office {
    pub db: Db,
    pub tools: Tools,
    pub documents: Documents,
    pub transport: Transport,
    /// What reports are signed with; None: they are not.
    pub sealer: Option<Arc<Sealer>>,
}

/// What an action has at hand while a transaction is open: nothing of it waits for the store, a disk or a network.
#[derive(Debug, Clone)]
pub struct Tools {
    pub clock: Clock,
    pub config: Arc<Config>,
    pub calendars: Arc<Calendars>,
    pub plans: Arc<Plans>,
    pub checklists: Arc<Checklists>,
    /// The company's, for the head of reports.
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

/// Why an action did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What the user named does not exist.
    #[error("{0}")]
    NotFound(String),
    /// The user's to put right; the text says what, where and how.
    #[error("{0}")]
    Refused(String),
    /// The world's: tried again where that helps.
    #[error(transparent)]
    Failed(#[from] anyhow::Error),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Error {
        Error::Failed(error.into())
    }
}

/// What a person typed, as it is kept. `nothing` is the refusal where there is nothing to be seen in it; where it cannot
/// be kept, the refusal calls it `what`.
fn as_typed(text: &str, what: &str, nothing: &str) -> Result<String> {
    typed(text).map_err(|bad| {
        Error::Refused(match bad {
            BadTypedText::Empty => nothing.to_owned(),
            BadTypedText::TooLong { .. } | BadTypedText::Control { .. } => format!("{what} cannot be kept: {bad}"),
        })
    })
}

impl Tools {
    /// The day it is at the company's seat.
    #[must_use]
    pub fn today(&self) -> domain::Date {
        self.day_of(self.clock.now())
    }

    /// The day it is at the company's seat at some moment.
    #[must_use]
    pub fn day_of(&self, at: domain::Instant) -> domain::Date {
        self.config.company.time_zone.day(at)
    }

    /// The company as its papers name it.
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

/// What an action returns: its result, or why there is none.
pub type Result<T> = std::result::Result<T, Error>;

/// A visit that somebody has named.
///
/// # Errors
/// [`Error::NotFound`] where there is none.
pub async fn named_visit(on: impl Into<store::ReadHandle<'_>>, visit: VisitId) -> Result<StoredVisit> {
    store::visits::get(on, visit)
        .await?
        .ok_or_else(|| Error::NotFound(format!("there is no visit {visit}; `ronda visit list` shows them")))
}
