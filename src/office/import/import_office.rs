//! Import: stores tables in the office, either all rows or none; can be repeated at will.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;

use crate::acting::note;
use crate::audit::audit_promises::begin_answering;
use chrono::NaiveDate;

use crate::planning::plan_visits;
use crate::planning::versions::{FirstKnown, note_versions};
use crate::promises::deadlines;
use crate::reports::file_report::file_all_delivered;
use crate::{Acting, Error};
use domain::Instant;
use domain::access::{Deed, DeedCase};
use domain::audit::trail::DeedNote;
use domain::contract::Contract;
use domain::import::{self, BadCell, Diff, Known, Nouns, PlanFault, TextTable};
use store::{Db, ReadHandle, TxTrail};
use world::holidays::Calendars;
use world::plans::{NoTerms, Plans};
use world::tables;

/// Whether an import is carried out or only shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Store,
    /// Changes nothing.
    DryRun,
}

/// From when changes to contracts apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    FromToday,
    /// From this day at the company on; until then the contracts stay unchanged.
    From(NaiveDate),
}

/// The progress of a long import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Rows stored so far, of all that are new or changed.
    pub done: usize,
    pub of: usize,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum NotImported {
    /// Every bad cell.
    #[error("{}", NotImported::said(.0.len()))]
    BadCells(Vec<BadCell>),
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A step that accompanies the import failed.
    #[error(transparent)]
    Office(Error),
    #[error(
        "{day} has passed: what was promised before today stays as it was; give a day from today on, or leave --from out"
    )]
    Past { day: NaiveDate },
    /// The actor may not import.
    #[error("{0}")]
    NotTheirs(String),
}

impl NotImported {
    /// The introduction to a list of bad cells.
    #[must_use]
    pub fn said(cells: usize) -> String {
        let cells = if cells == 1 { "one cell".to_owned() } else { format!("{cells} cells") };
        format!("{cells} cannot be imported; nothing was changed")
    }
}

impl From<NotImported> for Error {
    /// The refusal names every bad cell, one per line.
    fn from(why: NotImported) -> Error {
        match &why {
            NotImported::BadCells(cells) => {
                let lines: Vec<String> = cells.iter().map(|cell| format!("  {cell}")).collect();
                Error::Refused(format!("{why}\n{}", lines.join("\n")))
            }
            NotImported::Store(_) => Error::Failed(why.into()),
            NotImported::Past { .. } => Error::Refused(why.to_string()),
            NotImported::Office(_) => Error::Failed(anyhow::anyhow!("{why}")),
            NotImported::NotTheirs(why) => Error::Refused(why.clone()),
        }
    }
}

/// Imports tables into an office, with its own plans, calendars and checklists.
///
/// # Errors
/// See [`import_office`].
pub async fn import_tables(
    office: &Acting,
    tables: &[TextTable],
    holds: Holds,
    mode: Mode,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Diff, NotImported> {
    let holds = match holds {
        Holds::From(day) if day < office.today() => return Err(NotImported::Past { day }),
        Holds::From(day) if day == office.today() => Holds::FromToday,
        Holds::From(_) | Holds::FromToday => holds,
    };
    let rules = ImportContext {
        today: office.today(),
        checklists: office.checklists.keys().collect(),
        calendars: &office.calendars,
        plan_faults: &|contract| plan_faults(&office.plans, contract),
    };
    if mode == Mode::Store {
        note_versions(office, FirstKnown::Before).await.map_err(NotImported::Office)?;
    }
    let mut diff = import_office(&office.db, office.trail(), tables, &rules, holds, mode, progress).await?;
    if mode == Mode::Store && !diff.is_empty() {
        note_versions(office, FirstKnown::Now).await.map_err(NotImported::Office)?;
    }
    match mode {
        // If this fails, the nightly run does it; the import itself stands.
        Mode::Store if !diff.is_empty() => {
            match begin_answering(office).await {
                Ok(answers) => diff.handed_on = answers.handed_on,
                Err(why) => {
                    tracing::warn!("since when the office answers for what was imported is noted at night: {why:#}")
                }
            }
            if let Err(why) = file_all_delivered(office).await {
                tracing::warn!("reports that are delivered by what was imported are filed at night: {why:#}");
            }
        }
        Mode::Store | Mode::DryRun => {}
    }
    Ok(diff)
}

/// Imports CSV texts that are not files on disk; each has a file name, `sites.csv`.
///
/// # Errors
/// A refusal that names every bad cell.
pub async fn import_texts(office: &Acting, files: &[(&str, &str)]) -> crate::Result<Diff> {
    let found = tables::from_texts(files);
    if !found.bad.is_empty() {
        return Err(NotImported::BadCells(found.bad).into());
    }
    Ok(import_tables(office, &found.tables, Holds::FromToday, Mode::Store, &|_| {}).await?)
}

/// What an import can refer to, besides its rows and the store.
pub struct ImportContext<'a> {
    /// The day at the company.
    pub today: chrono::NaiveDate,
    /// The keys of all checklists.
    pub checklists: Vec<&'a str>,
    pub calendars: &'a Calendars,
    /// The objections of the service plans to a contract.
    pub plan_faults: &'a (dyn Fn(&Contract) -> Vec<PlanFault> + Sync),
}

/// How many rows are stored at a time; progress is reported after each step.
const ROWS_A_STEP: usize = 10_000;

/// Imports tables: compares them with the store, and stores what is new or changed in one transaction.
///
/// Deletes nothing. Importing the same tables again changes nothing.
///
/// # Errors
/// [`NotImported`]: every bad cell, or a failure of the store; then nothing is changed.
pub async fn import_office(
    db: &Db,
    by: TxTrail,
    tables: &[TextTable],
    rules: &ImportContext<'_>,
    holds: Holds,
    mode: Mode,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Diff, NotImported> {
    match mode {
        Mode::DryRun => Ok(compare(&stored(db).await?, tables, rules)?.0),
        Mode::Store => {
            let by_then = by.at();
            let mut tx = db.begin_acting(by).await?;
            let stored = stored_in(&mut tx).await?;
            let (diff, changed) = compare(&stored, tables, rules)?;
            if !diff.is_empty() {
                put(&mut tx, &changed, &stored, holds, by_then, progress).await?;
                let line =
                    DeedNote { after: Some(in_short(&diff)), ..DeedNote::of_office(Deed::ImportTables, "import") };
                note(&mut tx, &DeedCase::default(), line).map_err(|why| NotImported::NotTheirs(why.to_string()))?;
                tx.commit().await?;
            }
            Ok(diff)
        }
    }
}

/// The number of new or changed rows of each file.
fn in_short(diff: &Diff) -> serde_json::Value {
    let changed = diff.counts.iter().filter(|(_, counts)| counts.added + counts.changed + counts.ended > 0);
    let counts = changed.map(|(file, counts)| {
        let counts = json!({ "added": counts.added, "changed": counts.changed, "ended": counts.ended });
        ((*file).to_owned(), counts)
    });
    serde_json::Value::Object(counts.collect())
}

fn compare(stored: &Nouns, tables: &[TextTable], rules: &ImportContext<'_>) -> Result<(Diff, Nouns), NotImported> {
    let known = Known {
        today: rules.today,
        stored,
        checklists: rules.checklists.clone(),
        is_calendar: &|code| rules.calendars.listed(code).is_ok(),
        subdivision_called: &|country, name| rules.calendars.subdivision_called(country, name),
        plan_faults: rules.plan_faults,
    };
    let read = import::read(tables, &known).map_err(NotImported::BadCells)?;
    let mut without_subdivision = BTreeMap::<String, Vec<String>>::new();
    for site in read.sites.iter().filter(|site| rules.calendars.wants_subdivision(site)) {
        without_subdivision.entry(site.country.clone()).or_default().push(site.site.to_string());
    }
    let (mut diff, changed) = import::diff(read, stored);
    diff.without_subdivision = without_subdivision;
    Ok((diff, changed))
}

/// Everything that an import can change, as currently stored.
pub async fn stored(db: &Db) -> store::Result<Nouns> {
    Ok(Nouns {
        customers: store::people::customer::all(db).await?,
        sites: store::people::site::all(db).await?,
        contacts: store::people::contact::all(db).await?,
        engineers: store::people::engineer::all(db).await?,
        managers: store::people::manager::all(db).await?,
        equipment: store::people::equipment::all(db).await?,
        contracts: store::people::contract::all(db).await?,
    })
}

async fn stored_in(tx: &mut store::Tx) -> store::Result<Nouns> {
    Ok(Nouns {
        customers: store::people::customer::all(ReadHandle::Tx(tx)).await?,
        sites: store::people::site::all(ReadHandle::Tx(tx)).await?,
        contacts: store::people::contact::all(ReadHandle::Tx(tx)).await?,
        engineers: store::people::engineer::all(ReadHandle::Tx(tx)).await?,
        managers: store::people::manager::all(ReadHandle::Tx(tx)).await?,
        equipment: store::people::equipment::all(ReadHandle::Tx(tx)).await?,
        contracts: store::people::contract::all(ReadHandle::Tx(tx)).await?,
    })
}

/// Stores a file's rows step by step, and reports the progress.
macro_rules! put_in_steps {
    ($tx:expr, $rows:expr, $put:path, $done:expr, $tell:expr) => {
        for rows in $rows.chunks(ROWS_A_STEP) {
            $put($tx, rows).await?;
            $done += rows.len();
            $tell($done);
        }
    };
}

async fn put(
    tx: &mut store::Tx,
    nouns: &Nouns,
    stored: &Nouns,
    holds: Holds,
    now: Instant,
    progress: &(dyn Fn(Progress) + Sync),
) -> store::Result<()> {
    let of = nouns.customers.len()
        + nouns.sites.len()
        + nouns.contacts.len()
        + nouns.engineers.len()
        + nouns.managers.len()
        + nouns.equipment.len()
        + nouns.contracts.len();
    let tell = |done| progress(Progress { done, of });
    let mut done = 0;
    put_in_steps!(tx, nouns.customers, store::people::customer::put, done, tell);
    put_in_steps!(tx, nouns.sites, store::people::site::put, done, tell);
    if !nouns.sites.is_empty() {
        // A site in another place or town has another calendar, so everything counted and planned there has to be
        // checked again.
        store::fact::set(tx, deadlines::CALENDARS, "").await?;
        store::fact::set(tx, plan_visits::CALENDARS, "").await?;
    }
    put_in_steps!(tx, nouns.contacts, store::people::contact::put, done, tell);
    put_in_steps!(tx, nouns.engineers, store::people::engineer::put, done, tell);
    put_in_steps!(tx, nouns.managers, store::people::manager::put, done, tell);
    put_in_steps!(tx, nouns.equipment, store::people::equipment::put, done, tell);
    let (ahead, at_once): (Vec<Contract>, Vec<Contract>) = match holds {
        Holds::FromToday => (Vec::new(), nouns.contracts.clone()),
        // A new contract has no earlier version that could apply until then.
        Holds::From(_) => nouns
            .contracts
            .iter()
            .cloned()
            .partition(|contract| stored.contracts.iter().any(|known| known.contract == contract.contract)),
    };
    if let Holds::From(day) = holds {
        store::people::contract_version::put_ahead(tx, &ahead, day, now).await?;
        done += ahead.len();
    }
    put_in_steps!(tx, at_once, store::people::contract::put, done, tell);
    Ok(())
}

/// The objections of the office's plans to a contract, as faults of its row.
#[must_use]
pub fn plan_faults(plans: &Plans, contract: &Contract) -> Vec<PlanFault> {
    let fault = |refusal| match refusal {
        NoTerms::UnknownPlan { suggestion, .. } => PlanFault {
            column: "plan".to_owned(),
            rule: "is not a service plan".to_owned(),
            suggestion: suggestion.map(|name| format!("did you mean {name}?")),
        },
        NoTerms::BadOverride { column, why, .. } => PlanFault { column, rule: why, suggestion: None },
    };
    plans.refusals(contract).into_iter().map(fault).collect()
}
