//! `ronda plan`: plans visits up to the planning horizon.

use std::sync::Mutex;

use chrono::NaiveDate;
use indicatif::{ProgressBar, ProgressStyle};

use super::show::{self, OutputFormat};
use domain::wording::counted;
use office::Acting;
use office::planning::plan_visits::{Keep, PlanSummary, PlanTakenBack, plan_visits};

/// Plan a visit for everything that the contracts promise in the coming months
///
/// Running it twice plans nothing new. `ronda serve` plans every night by itself.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  ronda plan\n  ronda plan --dry-run --until 2027-06-30 --json")]
pub struct PlanArgs {
    /// Show what would be planned without changing anything
    #[arg(long)]
    dry_run: bool,
    /// Plan slots that begin up to this date [default: the configured horizon, 13 months]
    #[arg(long, value_name = "DATE")]
    until: Option<NaiveDate>,
    #[command(flatten)]
    form: OutputFormat,
}

/// Plans, and prints what was planned and what could not be.
///
/// # Errors
/// If the store fails.
pub async fn run(office: &Acting, args: PlanArgs) -> anyhow::Result<()> {
    let keep = if args.dry_run { Keep::DryRun } else { Keep::Store };
    let bar = ProgressBar::new_spinner();
    bar.set_style(ProgressStyle::with_template("{spinner} {pos} sites planned ({per_sec})").expect("a fixed template"));
    let shown = Mutex::new(bar);
    let tell = |sites: u64| shown.lock().expect("no panic under this lock").set_position(sites);
    let summary = plan_visits(office, args.until, keep, &tell).await?;
    shown.lock().expect("no panic under this lock").finish_and_clear();
    if args.form.json {
        show::json(&summary);
    } else {
        print(&summary, keep);
    }
    Ok(())
}

fn print(summary: &PlanSummary, keep: Keep) {
    let would = match keep {
        Keep::Store => "planned",
        Keep::DryRun => "would be planned",
    };
    let (sites, slots) = (counted(summary.sites, "site"), counted(summary.slots, "slot"));
    println!("{sites}: {slots}, {} {would}", counted(summary.visits, "visit"));
    for (why, count) in &summary.taken_back_because {
        println!("{}", taken_back(*why, *count));
    }
    for (why, slots) in &summary.unplanned {
        println!("{} without a visit: {}", counted(*slots, "slot"), reason(why));
    }
    if !summary.waiting_for_calendar.is_empty() {
        let codes: Vec<String> = summary.waiting_for_calendar.iter().map(|(code, n)| format!("{code} ({n})")).collect();
        println!("Sites waiting for a calendar: {}", codes.join(", "));
        println!("Put XX.toml into the office's calendars folder, and plan again.");
    }
    for (contract, why) in &summary.without_terms {
        println!("Contract {contract} has no terms: {why}");
    }
}

/// How many visits were taken back, and why.
fn taken_back(why: PlanTakenBack, count: u64) -> String {
    let visits = if count == 1 { "1 planned visit".to_owned() } else { format!("{count} planned visits") };
    let rounds = if count == 1 { "1 round".to_owned() } else { format!("{count} rounds") };
    match why {
        PlanTakenBack::DayPassed => format!("{visits} taken back: the day had come before anybody was told"),
        PlanTakenBack::DayOff => format!("{visits} taken back: a changed calendar has made the day one off"),
        PlanTakenBack::TermChanged => format!("{rounds} planned anew: the contract's terms have changed"),
        PlanTakenBack::NotPromised => format!("{rounds} taken back: no contract promises them any more"),
    }
}

/// Turns a reason's stored word into a phrase.
fn reason(word: &str) -> &str {
    match word {
        "no-calendar" => "their country has no calendar",
        "unknown-holidays" => "the calendar does not know those days yet",
        "no-working-day" => "the window has no working day",
        "no-skill" => "no engineer has the skills",
        "out-of-reach" => "the engineers with the skills work in another country, out of reach",
        "no-room" => "the engineers with the skills have no room",
        "no-equipment" => "the site has no equipment",
        "no-plan" => "the contract's plan has no terms",
        "passed" => "the window has passed",
        other => other,
    }
}
