//! The verbs: load, ask the domain, store in one transaction.

pub mod book_visits;
pub mod deadlines;
pub mod deliver_letters;
mod draw_report;
pub mod export_office;
pub mod file_report;
pub mod flag_late;
pub mod import_office;
pub mod issue_report;
pub mod links;
pub mod parties;
pub mod plan_visits;
pub mod record_visit;
pub mod send_digests;
pub mod verify_report;

use std::sync::Arc;

use crate::checklists::Checklists;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::documents::Documents;
use crate::holidays::Calendars;
use crate::mail::{Composer, Transport};
use crate::plans::Plans;
use crate::seal::Sealer;

/// Everything that an action needs. Cheap to clone; a reload of the configuration makes a new one.
#[derive(Debug, Clone)]
pub struct Office {
    pub db: Db,
    pub documents: Documents,
    pub clock: Clock,
    pub config: Arc<Config>,
    pub calendars: Arc<Calendars>,
    pub plans: Arc<Plans>,
    pub checklists: Arc<Checklists>,
    pub composer: Composer,
    pub transport: Transport,
    /// What reports are signed with; None: they are not.
    pub sealer: Option<Arc<Sealer>>,
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

impl From<crate::db::Error> for Error {
    fn from(error: crate::db::Error) -> Error {
        Error::Failed(error.into())
    }
}

impl Office {
    /// The day it is at the company's seat.
    #[must_use]
    pub fn today(&self) -> crate::domain::Date {
        self.config.company.time_zone.day(self.clock.now())
    }
}

pub type Result<T> = std::result::Result<T, Error>;
