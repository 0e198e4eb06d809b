//! `ronda import`: reads CSV files or a workbook into the office.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::show::{self, OutputFormat};
use domain::audit::promises::HandedOn;
use domain::import::{BadCell, Change, Diff, FieldChange, What};
use office::import::import_office::{Holds, Mode, NotImported, Progress, import_tables};
use office::{Acting, Error};
use world::tables;

/// Rows that are listed on the terminal; `--json` lists all of them.
const LISTED: usize = 200;
/// Number of rows from which a progress bar is shown.
const PROGRESS_FROM: usize = 5_000;

/// Import customers, sites, contacts, engineers, managers, equipment and contracts
///
/// Reads customers.csv, sites.csv, contacts.csv, engineers.csv, managers.csv, equipment.csv and contracts.csv, or a
/// workbook with one sheet for each. Either all rows are imported, or none. Rows missing from the files stay as they
/// are; nothing is ever deleted. `ronda help importing` describes every column.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  ronda import office/ --dry-run\n  ronda import office.xlsx\n  ronda import sites.csv contracts.csv --json\n  \
                  ronda import contracts.csv --from 2027-01-01"
)]
pub struct ImportArgs {
    /// A folder of CSV files, individual CSV files, or an XLSX workbook
    #[arg(required = true, value_name = "DIR|FILE")]
    paths: Vec<PathBuf>,
    /// Show what would change without changing anything
    #[arg(long)]
    dry_run: bool,
    /// The day from which changed contracts hold, today or later; without it, today
    #[arg(long, value_name = "DAY")]
    from: Option<chrono::NaiveDate>,
    #[command(flatten)]
    form: OutputFormat,
}

/// Imports, or shows what an import would do.
///
/// # Errors
/// A refusal, after listing every bad cell; a failure of the store or the disk.
pub async fn run(office: &Acting, args: ImportArgs) -> anyhow::Result<()> {
    let paths = args.paths.clone();
    let found = tokio::task::spawn_blocking(move || tables::read(&paths)).await??;
    let mode = if args.dry_run { Mode::DryRun } else { Mode::Store };
    for name in &found.skipped {
        eprintln!("passed over: {name}");
    }
    if found.tables.is_empty() && found.bad.is_empty() {
        return Err(Error::Refused(
            "there is nothing to import: no customers.csv, sites.csv … with a header and rows was found".to_owned(),
        )
        .into());
    }
    let holds = args.from.map_or(Holds::FromToday, Holds::From);
    let bar = Bar::default();
    let imported = import_tables(office, &found.tables, holds, mode, &|progress| bar.at(progress)).await;
    bar.clear();
    match imported {
        Ok(diff) if found.bad.is_empty() => {
            show_diff(&diff, mode, args.form);
            Ok(())
        }
        Ok(_) => refuse(found.bad, args.form),
        Err(NotImported::BadCells(cells)) => refuse(found.bad.into_iter().chain(cells).collect(), args.form),
        Err(
            why @ (NotImported::Store(_)
            | NotImported::Office(_)
            | NotImported::Past { .. }
            | NotImported::NotTheirs(_)),
        ) => Err(Error::from(why).into()),
    }
}

/// Lists every bad cell, and refuses the import.
fn refuse(cells: Vec<BadCell>, form: OutputFormat) -> anyhow::Result<()> {
    let said = NotImported::said(cells.len());
    if form.json {
        show::json(&json!({ "bad_cells": cells }));
    } else {
        let head = ["place", "column", "value", "what is wrong"];
        let line = |cell: &BadCell| {
            let help = cell.suggestion.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
            vec![cell.place.clone(), cell.column.clone(), cell.value.clone(), format!("{}{help}", cell.rule)]
        };
        show::list(form, &cells, &head, line, "");
    }
    Err(Error::Refused(said).into())
}

fn show_diff(diff: &Diff, mode: Mode, form: OutputFormat) {
    if form.json {
        let counts: serde_json::Map<_, _> =
            diff.counts.iter().map(|(file, counts)| ((*file).to_owned(), json!(counts))).collect();
        let stored = mode == Mode::Store;
        let (without, handed_on) = (&diff.without_subdivision, &diff.handed_on);
        return show::json(&json!({
            "stored": stored, "counts": counts, "changes": diff.changes, "without_subdivision": without,
            "handed_on": handed_on,
        }));
    }
    // Added rows can be read in the files themselves; list them only in a dry run, and changed rows always.
    let is_listed = |change: &&Change| match (mode, &change.what) {
        (Mode::Store, What::Added) => false,
        (Mode::DryRun, _) | (Mode::Store, What::Changed { .. } | What::Ended { .. }) => true,
    };
    let listed: Vec<&Change> = diff.changes.iter().filter(is_listed).collect();
    let shown = &listed[..listed.len().min(LISTED)];
    if !shown.is_empty() {
        let head = ["file", "key", "what", "fields"];
        show::list(form, shown, &head, |change| change_line(change), "");
    }
    if listed.len() > LISTED {
        println!("… and {} more; --json lists all of them", listed.len() - LISTED);
    }
    let head = ["file", "added", "changed", "unchanged", "ended"];
    let line = |(file, counts): &(&str, domain::import::RowCounts)| {
        let numbers = [counts.added, counts.changed, counts.unchanged, counts.ended];
        std::iter::once((*file).to_owned()).chain(numbers.map(|number| number.to_string())).collect()
    };
    show::list(form, &diff.counts, &head, line, "The files have no rows.");
    for (country, sites) in &diff.without_subdivision {
        eprintln!("warning: {country} without a subdivision misses regional holidays; {}", named(sites));
    }
    for HandedOn { contract, term, next_on, sites, .. } in &diff.handed_on {
        let sites: Vec<String> = sites.iter().map(ToString::to_string).collect();
        println!(
            "{contract}, {term}: the period under way is nearly over, the first visit is the next one's, from {next_on} on; {}",
            named(&sites)
        );
    }
    match (mode, diff.is_empty()) {
        (_, true) => println!("Nothing changes."),
        (Mode::DryRun, false) => println!("Nothing was changed: this was a dry run."),
        (Mode::Store, false) => println!("Imported."),
    }
}

/// "2 sites: KSPA, TOR"; a long list is truncated.
fn named(sites: &[String]) -> String {
    const NAMED: usize = 8;
    let shown = sites.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let word = if sites.len() == 1 { "site" } else { "sites" };
    match sites.len().saturating_sub(NAMED) {
        0 => format!("{} {word}: {shown}", sites.len()),
        more => format!("{} {word}: {shown} and {more} more", sites.len()),
    }
}

fn change_line(change: &Change) -> Vec<String> {
    let (word, fields): (_, &[FieldChange]) = match &change.what {
        What::Added => ("added", &[]),
        What::Changed { fields } => ("changed", fields),
        What::Ended { fields } => ("ended", fields),
    };
    let blank = |text: &str| if text.is_empty() { "(blank)".to_owned() } else { text.to_owned() };
    let fields: Vec<String> =
        fields.iter().map(|f| format!("{}: {} → {}", f.column, blank(&f.before), blank(&f.after))).collect();
    vec![change.file.to_owned(), change.key.clone(), word.to_owned(), fields.join("\n")]
}

/// A progress bar for imports that take a while.
#[derive(Default)]
struct Bar(Mutex<Option<ProgressBar>>);

impl Bar {
    fn at(&self, progress: Progress) {
        if progress.of < PROGRESS_FROM || !std::io::stderr().is_terminal() {
            return;
        }
        let mut bar = self.0.lock().expect("no panic under this lock");
        let bar = bar.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{bar:40} {pos} of {len} rows").expect("a valid template");
            ProgressBar::new(progress.of as u64).with_style(style)
        });
        bar.set_position(progress.done as u64);
    }

    fn clear(&self) {
        if let Some(bar) = self.0.lock().expect("no panic under this lock").take() {
            bar.finish_and_clear();
        }
    }
}
