//! `ronda demo`: simulates a quarter of a maintenance company with the daemon's own code.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::Call;
use crate::app;
use crate::demo::{self, DemoProgress, Summary};
use domain::wording::counted;
use mail::{Folder, Transport, Weather};
use office::Error;
use office::import::import_office::import_texts;

/// A file of this name marks a folder that the demo may clear.
const MARK: &str = ".ronda-demo";
/// The demo's folder, unless one is given.
const FOLDER: &str = "demo";

/// Simulate a quarter in the life of a maintenance company
///
/// Imports a company with 25 sites in four countries and lets three months pass, using the same code that the daemon
/// runs: visits are planned and announced, engineers hand in records on time, late or not at all, and reports are drawn
/// and mailed through a server that sometimes refuses them. Letters, reports and data stay in the folder; at the end, a
/// web page shows everything.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  ronda demo\n  ronda demo --dir /tmp/demo --months 1 --seed 7 --no-serve --json")]
pub struct Demo {
    /// Random seed: the same seed gives the same quarter
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of months to simulate
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=12))]
    months: u32,
    /// Exit after the summary, without serving the page
    #[arg(long)]
    no_serve: bool,
    /// Print the summary as JSON, without a timeline
    #[arg(long)]
    json: bool,
}

impl Demo {
    pub(super) async fn run(&self, call: &Call) -> anyhow::Result<()> {
        let mut call = call.clone();
        let dir = call.source.choice.dir.get_or_insert_with(|| PathBuf::from(FOLDER)).clone();
        clear(&dir)?;
        let mut office = app::open(call.source.read()?, demo::clock(self.seed)).await?;
        office.transport = Transport::Folder(Folder::in_weather(&dir.join("letters"), weather(self.seed)));
        import_texts(&office.acting(demo::owner()), &demo::FILES)
            .await
            .context("the demo's own company cannot be imported")?;
        let mut say = Timeline { is_shown: !self.json };
        say.line(&format!("A maintenance company goes through {}, seed {}.", counted(self.months, "month"), self.seed));
        say.line("25 sites in Spain, Britain, China and Saudi Arabia, 7 engineers, 3 managers.\n");
        let summary = demo::run(&office, self.seed, self.months, &mut |progress| say.progress(&progress)).await?;
        let form = match self.no_serve {
            true => None,
            false => demo::form_to_fill_in(&office).await?,
        };
        let json = serde_json::to_string_pretty(&summary).expect("numbers are plain data");
        tokio::fs::write(dir.join("summary.json"), &json).await.context("cannot write summary.json")?;
        if self.json {
            println!("{json}");
        } else {
            print(&summary, &dir);
        }
        office.db.close().await;
        if self.no_serve {
            return Ok(());
        }
        let tell = |at| {
            println!("\nLook at it all: http://{at}/");
            if let Some(form) = form {
                println!(
                    "Fill in the record of {} at {}, as its engineer does on a phone:\n  {}\n  \
                     (the demo's clock stands still: the form will say that yours is ahead)",
                    form.visit, form.site, form.address
                );
            }
            println!("(Ctrl-C ends it)");
        };
        app::serve_pages(&call.source, office.clock.clone(), tell).await
    }
}

/// The mail server's behaviour: now and then it defers a letter, and one address no longer exists.
fn weather(seed: u64) -> Weather {
    Weather { seed, put_off_per_mille: 60, unknown: vec!["ewan.sinclair@caledon.example".to_owned()] }
}

/// The demo's configuration, left in its folder so that `ronda --dir` works there.
const CONFIG: &str = r#"# The office of the demo.
[company]
name = "Ronda Demo Service"
address = "Calle de la Ronda 1, 28005 Madrid"
email = "office@ronda-demo.example"
language = "en"
time_zone = "Europe/Madrid"
calendar = "ES-MD"

[web]
public_listen = "127.0.0.1:8481"
public_url = "http://127.0.0.1:8481"
"#;

/// Creates the folder, or empties one that an earlier demo created; any other folder is left alone.
fn clear(dir: &Path) -> anyhow::Result<()> {
    let is_used = dir.read_dir().is_ok_and(|mut entries| entries.next().is_some());
    if is_used && !dir.join(MARK).exists() {
        let why = format!("{} is not empty and no demo made it; give another folder with --dir", dir.display());
        return Err(Error::Refused(why).into());
    }
    for name in ["letters", "reports", "documents"] {
        let folder = dir.join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
        }
    }
    for name in ["office.sqlite", "office.sqlite-wal", "office.sqlite-shm", "summary.json"] {
        let file = dir.join(name);
        if file.exists() {
            std::fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
    }
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    std::fs::write(dir.join(MARK), "ronda demo clears this folder\n")?;
    std::fs::write(dir.join("ronda.toml"), CONFIG).with_context(|| format!("cannot write to {}", dir.display()))
}

/// Progress printed during the simulation.
struct Timeline {
    is_shown: bool,
}

impl Timeline {
    fn line(&mut self, text: &str) {
        if self.is_shown {
            println!("{text}");
            // A closed pipe is no reason to stop the simulation.
            let _ = std::io::stdout().flush();
        }
    }

    fn progress(&mut self, progress: &DemoProgress<'_>) {
        match progress {
            DemoProgress::Event(event) => {
                self.line(&format!("  {}  {}", event.at.format("%a %d %b %H:%M"), event.text))
            }
            DemoProgress::Week(last_day, so_far) => self.line(&format!(
                "Week to {}: {} done, {} filed in time, {} late, {} open, {}, {}",
                last_day.format("%d %b"),
                counted(so_far.visits_done, "visit"),
                counted(so_far.reports_filed_in_time, "report"),
                so_far.reports_filed_late,
                so_far.reports_open,
                counted(so_far.late_flags, "late flag"),
                counted(so_far.letters_sent, "letter"),
            )),
        }
    }
}

fn print(summary: &Summary, dir: &Path) {
    let reports = summary.reports_filed_in_time + summary.reports_filed_late + summary.reports_open;
    println!("\n{} to {}, {}", summary.from, summary.until, counted(summary.sites, "site"));
    println!(
        "  visits    {:>5} planned, {} done, {} without a record, {} cancelled",
        summary.visits_planned, summary.visits_done, summary.visits_missed, summary.visits_cancelled
    );
    println!(
        "  reports   {reports:>5} owed, {} filed in time, {} filed late, {} open ({} certificates)",
        summary.reports_filed_in_time, summary.reports_filed_late, summary.reports_open, summary.certificates
    );
    println!(
        "  letters   {:>5} sent, {} of them after a refusal, {} undelivered, {} waiting",
        summary.letters_sent, summary.letters_sent_after_refusal, summary.letters_undelivered, summary.letters_waiting
    );
    println!("  flags     {:>5} raised, {} of them late", summary.flags, summary.late_flags);
    println!("  digests   {:>5} sent to managers", summary.digests);
    println!("\nLetters:  {}", dir.join("letters").display());
    println!("Reports:  {}", dir.join("reports").display());
    println!("Ask it:   ronda --dir {} deadlines --late --explain", dir.display());
}
