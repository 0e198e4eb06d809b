//! `ronda calendar diff`: due dates that a changed calendar has moved, and those that it will move.

use chrono::{Days, NaiveDate};
use clap::Args;
use serde::Serialize;

use crate::cli::show::{self, OutputFormat};
use domain::Instant;
use domain::ids::{DeadlineId, SiteCode};
use domain::language::Language;
use domain::promises::account;
use domain::promises::{Move, Owed};
use office::Office;
use office::promises::deadlines::would_move;
use words::Locales;

/// Show which due dates a changed calendar has moved, and which it would move
///
/// "Would move" compares stored due dates with the calendar files now in the office's folder: this is what the daemon
/// will do when it is reloaded or restarted. Deadlines that were already met keep the calendar they were met under.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ronda calendar diff\n  ronda calendar diff --since 2026-03-01 --json")]
pub(super) struct DiffArgs {
    /// Show moves since this date [default: 30 days ago]
    #[arg(long, value_name = "DAY")]
    since: Option<NaiveDate>,
    #[command(flatten)]
    form: OutputFormat,
}

/// A due date that moved, or would move.
#[derive(Debug, Serialize)]
struct Line {
    deadline: DeadlineId,
    owed: Owed,
    site: SiteCode,
    /// When it moved; `None` if it has not moved yet.
    moved_at: Option<Instant>,
    #[serde(flatten)]
    moved: Move,
    /// The days that made the difference, described in words.
    because: String,
}

#[derive(Debug, Serialize)]
struct Lines {
    would_move: Vec<Line>,
    moved: Vec<Line>,
}

pub(super) async fn run(office: &Office, args: DiffArgs) -> anyhow::Result<()> {
    let zone = &office.config.company.time_zone;
    let since = args.since.unwrap_or_else(|| office.today() - Days::new(30));
    let locales = Locales::load();
    let because = |moved: &Move| {
        account::reasons(&moved.why, Language::En, &|key, values| locales.say(Language::En, key, values))
    };
    let pending = would_move(office).await?.into_iter().map(|pending| Line {
        deadline: pending.deadline.id,
        owed: pending.deadline.owed(),
        site: pending.deadline.site,
        moved_at: None,
        because: because(&pending.moved),
        moved: pending.moved,
    });
    let would_move: Vec<Line> = pending.collect();
    let stored = store::promises::deadline_move::after(&office.db, 0, zone.start_of(since)).await?;
    let moved = stored.into_iter().map(|stored| Line {
        deadline: stored.deadline,
        owed: stored.owed,
        site: stored.site,
        moved_at: Some(stored.moved_at),
        because: because(&stored.moved),
        moved: stored.moved,
    });
    let lines = Lines { would_move, moved: moved.collect() };
    if args.form.json {
        show::json(&lines);
        return Ok(());
    }
    println!("Would move at the next count, with the calendars as they are now:");
    let head = ["deadline", "owed", "site", "was due", "is due", "because", "calendar"];
    show::list(args.form, &lines.would_move, &head, cells, "Nothing would move.");
    println!("\nMoved since {since}:");
    let head = ["when (UTC)", "deadline", "owed", "site", "was due", "is due", "because", "calendar"];
    let with_time = |line: &Line| {
        let at = line.moved_at.map(|at| at.format("%Y-%m-%d %H:%M").to_string());
        at.into_iter().chain(cells(line)).collect()
    };
    show::list(args.form, &lines.moved, &head, with_time, "Nothing has moved.");
    Ok(())
}

fn cells(line: &Line) -> Vec<String> {
    let day = |day: Option<NaiveDate>| {
        day.map_or_else(|| "not counted".to_owned(), |day| day.format("%a %Y-%m-%d").to_string())
    };
    let Move { was_on, is_on, was_calendar, was_version, is_calendar, is_version, .. } = &line.moved;
    let calendar = if was_calendar == is_calendar {
        format!("{is_calendar}, {was_version} → {is_version}")
    } else {
        format!("{was_calendar}, {was_version} → {is_calendar}, {is_version}")
    };
    vec![
        line.deadline.to_string(),
        line.owed.word().to_owned(),
        line.site.to_string(),
        day(*was_on),
        day(*is_on),
        line.because.clone(),
        calendar,
    ]
}
