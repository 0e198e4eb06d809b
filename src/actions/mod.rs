//! The verbs: load, ask the domain, store in one transaction.

pub mod announce_phases;
pub mod book_visits;
pub mod deadlines;
pub mod decide;
pub mod deliver_letters;
pub mod draw_papers;
mod draw_report;
pub mod export_office;
pub mod feeds;
pub mod file_report;
pub mod flag_late;
pub mod form_links;
pub mod hand_in_form;
pub mod import_calendar;
pub mod import_office;
pub mod invitations;
pub mod issue_report;
pub mod links;
pub mod mirror_draft;
pub mod next_moment;
pub mod open_form;
pub mod parties;
pub mod past_visits;
pub mod plan_visits;
pub mod receive_letter;
pub mod record_visit;
pub mod review_forms;
pub mod send_digests;
pub mod sign_record;
pub mod subscribe;
pub mod take_photo;
pub mod tell_hotline;
pub mod verify_report;
pub mod watch;

use std::sync::Arc;

use crate::checklists::Checklists;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::visit::StoredVisit;
use crate::db::{self, Db};
use crate::documents::Documents;
use crate::domain::report::{self, Picture, Stationery};
use crate::domain::visit::VisitId;
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
    /// The company's, for the head of reports.
    pub logo: Option<Picture>,
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

    /// The company as its papers name it.
    #[must_use]
    pub fn company(&self) -> report::Company {
        let company = &self.config.company;
        report::Company {
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

pub type Result<T> = std::result::Result<T, Error>;

/// A visit that somebody has named.
///
/// # Errors
/// [`Error::NotFound`] where there is none.
pub async fn named_visit(office: &Office, visit: VisitId) -> Result<StoredVisit> {
    db::visit::get(&office.db, visit)
        .await?
        .ok_or_else(|| Error::NotFound(format!("there is no visit {visit}; `ronda visit list` shows them")))
}
