//! `ronda calendar import`: turns an iCalendar feed into a closures file.

use std::path::PathBuf;

use clap::Args;

use crate::cli::known;
use crate::cli::show::{self, OutputFormat};
use domain::calendar::DayKind;
use domain::wording::counted;
use office::Acting;
use office::import::import_calendar::{CalendarImport, DayChange, Difference, ListedDay, Losses, import_calendar};
use office::import::import_office::Mode;

/// Import closures from an iCalendar feed (.ics)
///
/// Import closures from an iCalendar feed (.ics)
///
/// Shows which days would be added, removed and changed, then writes closures-NAME.toml to the office's calendars
/// folder, replacing an earlier import of the same name for the same days. The same feed may be imported for several
/// sites; each gets its own file. Events must be all-day events; a make-up working day is one whose summary says (班),
/// 补班 or 上班. A feed that would remove more than a fifth of the days of the earlier import is refused unless --force is
/// given. The daemon uses the new days after a reload or a restart.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ronda calendar import cn.ics --applies calendar:CN --dry-run\n  \
                  ronda calendar import barcelona.ics --applies municipality:ES-CT/Barcelona --name barcelona --force --json")]
pub(super) struct CalendarImportArgs {
    /// The feed, as a file
    #[arg(value_name = "FEED.ics")]
    feed: PathBuf,
    /// Whose days these are: company, calendar:ES-MD, municipality:ES-CT/Barcelona, customer:CODE, site:CODE,
    /// engineer:CODE
    #[arg(long)]
    applies: String,
    /// Name of the import [default: the name given in the feed, otherwise the file name]
    #[arg(long)]
    name: Option<String>,
    /// Show what would change without changing anything
    #[arg(long)]
    dry_run: bool,
    /// Import even if more than a fifth of the known days would disappear
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    form: OutputFormat,
}

pub(super) async fn run(office: &Acting, args: CalendarImportArgs) -> anyhow::Result<()> {
    let bytes = known::read(&args.feed)?;
    let file = args.feed.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut wanted = CalendarImport {
        file,
        bytes,
        applies: args.applies,
        name: args.name,
        losses: if args.force { Losses::Accept } else { Losses::Refuse },
        mode: Mode::DryRun,
    };
    let difference = import_calendar(office, &wanted).await?;
    if !args.form.json {
        print(args.form, &difference);
    }
    let difference = if args.dry_run {
        difference
    } else {
        wanted.mode = Mode::Store;
        import_calendar(office, &wanted).await?
    };
    if args.form.json {
        show::json(&difference);
    } else if difference.stored {
        println!("Written to {}; the daemon counts with it after a reload.", difference.path.display());
    } else {
        println!("Nothing was written: this was a dry run.");
    }
    Ok(())
}

fn print(form: OutputFormat, difference: &Difference) {
    let Difference { name, applies, others, days, added, gone, changed, .. } = difference;
    let whole: Vec<(&str, &DayChange)> = [("added", added), ("gone", gone), ("changed", changed)]
        .into_iter()
        .flat_map(|(what, changes)| changes.iter().map(move |change| (what, change)))
        .collect();
    let line = |(what, change): &(&str, &DayChange)| {
        let day = change.day.format("%a %Y-%m-%d").to_string();
        vec![(*what).to_owned(), day, words(change.was.as_ref()), words(change.is.as_ref())]
    };
    show::list(form, &whole, &["what", "day", "was", "is"], line, "No day changes.");
    println!(
        "{name}, for {applies}: {}; {} added, {} gone, {} changed",
        counted(*days, "day"),
        added.len(),
        gone.len(),
        changed.len()
    );
    if !others.is_empty() {
        println!("Imports of this name for {} stay as they are.", others.join(", "));
    }
}

fn words(day: Option<&ListedDay>) -> String {
    day.map_or_else(String::new, |ListedDay { kind, name }| match kind {
        DayKind::Off => name.clone(),
        DayKind::Half => format!("{name} (half)"),
        DayKind::Work => format!("{name} (worked)"),
    })
}
