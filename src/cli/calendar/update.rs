//! `ronda calendar update`: installs a newer country file in the office's calendars folder.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use serde_json::json;

use super::super::Call;
use crate::app::BadFiles;
use office::Error;
use world::holidays::Calendars;
use world::holidays::update::{self, CountryUpdate, Edition, Loss, UpdateVerdict, VerifiedFiles};

/// Changes of one calendar that are listed on the terminal; `--json` lists all of them.
const LISTED: usize = 40;

/// Install newer holidays: a country file, a folder of such files, or a pack
///
/// Verifies the file's checksum, shows what changes day by day, and writes the file to the office's calendars folder. A
/// file older than the one in use is skipped. A file that would remove more than a fifth of a calendar's days is
/// refused unless --force is given. After a reload or a restart, the daemon uses the new days and recalculates open
/// deadlines.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ronda calendar update ES.toml --dry-run\n  ronda calendar update world.pack\n  ronda calendar update own/ --force --json"
)]
pub(in crate::cli) struct CalendarUpdateArgs {
    /// A country's .toml file, a folder of such files, or a .pack
    #[arg(value_name = "FILE|DIR")]
    path: PathBuf,
    /// Show what would change without changing anything
    #[arg(long)]
    dry_run: bool,
    /// Install even if more than a fifth of a calendar's days would disappear
    #[arg(long)]
    force: bool,
    /// Print the changes as JSON
    #[arg(long)]
    json: bool,
}

impl CalendarUpdateArgs {
    /// # Errors
    /// The file's mistakes, a refusal, or an I/O error on writing.
    pub(super) fn run(self, call: &Call) -> anyhow::Result<ExitCode> {
        let config = call.source.read()?;
        let folder = &config.folders.calendars;
        let own = folder.is_dir().then_some(folder.as_path());
        let calendars = Calendars::load_observing(own, config.observed.clone()).map_err(BadFiles)?;
        let incoming = VerifiedFiles::read(&self.path).map_err(|mistakes| Error::Refused(mistakes.join("\n")))?;
        let update = calendars.compare(incoming, if self.force { Loss::Accepted } else { Loss::Refused });
        if !self.json {
            update.countries.iter().for_each(print);
        }
        let refused: Vec<&CountryUpdate> = update.refused().collect();
        let is_written = !self.dry_run && refused.is_empty() && update.taken().next().is_some();
        let files = if is_written {
            let failed = |(path, error): (PathBuf, std::io::Error)| {
                anyhow::Error::from(error).context(format!("{} could not be written", path.display()))
            };
            update.put_into(folder).map_err(failed)?
        } else {
            Vec::new()
        };
        if self.json {
            let shown = json!({ "countries": update.countries, "written": files });
            println!("{}", serde_json::to_string_pretty(&shown).context("the changes as JSON")?);
        }
        if !refused.is_empty() {
            return Err(Error::Refused(refusal(&refused)).into());
        }
        if !self.json {
            println!("{}", last_line(&update, self.dry_run, files.len()));
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn last_line(update: &update::Update, dry_run: bool, written: usize) -> String {
    match (update.taken().count(), dry_run) {
        (0, _) => "Nothing changes.".to_owned(),
        (_, true) => "Nothing was changed: this was a dry run.".to_owned(),
        (_, false) => format!("{written} written; reload or restart `ronda serve` to count by it."),
    }
}

fn refusal(refused: &[&CountryUpdate]) -> String {
    let mut lines = Vec::new();
    for country in refused {
        if let UpdateVerdict::TakesTooMuch { calendar, gone, of } = &country.verdict {
            let remedy = "nothing was changed; if that is right, say --force";
            lines.push(format!("{calendar} would lose {gone} of {of} known days, more than a fifth; {remedy}"));
        }
    }
    lines.join("\n")
}

fn print(country: &CountryUpdate) {
    let CountryUpdate { country: code, name, now, new, verdict, calendars, .. } = country;
    let now = now.as_ref().map_or_else(|| "none".to_owned(), edition);
    match verdict {
        UpdateVerdict::Same => return println!("{code} {name}: the same as now"),
        UpdateVerdict::Older => return println!("{code} {name}: {} is older than {now}, passed over", edition(new)),
        UpdateVerdict::Taken | UpdateVerdict::TakesTooMuch { .. } => {
            println!("{code} {name}: {now} → {}", edition(new))
        }
    }
    if calendars.is_empty() {
        println!("  the days stay as they are");
    }
    for changes in calendars.iter().filter(|changes| !changes.changes.is_empty()) {
        let update::Changes { calendar, added, gone, moved, changes, .. } = changes;
        println!("  {calendar}: {added} added, {gone} gone, {moved} moved");
        changes.iter().take(LISTED).for_each(|change| println!("    {change}"));
        if changes.len() > LISTED {
            println!("    … and {} more; --json lists all of them", changes.len() - LISTED);
        }
    }
    let likewise = calendars.iter().filter(|changes| changes.changes.is_empty());
    let likewise: Vec<&str> = likewise.map(|changes| changes.calendar.as_str()).collect();
    if !likewise.is_empty() {
        println!("  as {code}: {}", likewise.join(", "));
    }
}

fn edition(edition: &Edition) -> String {
    let version = if edition.version.is_empty() { "a file without a version" } else { &edition.version };
    let made_on = edition.made_on.map(|made_on| format!(" of {made_on}")).unwrap_or_default();
    let unverified = if edition.verified { "" } else { " (unverified)" };
    format!("{version}{made_on}{unverified}")
}
