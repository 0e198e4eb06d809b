//! `ronda due`: the nth working day after a date in any calendar, with its ledger; one at a time or in bulk.

use std::collections::HashMap;
use std::io::{BufWriter, IsTerminal};
use std::process::ExitCode;

use chrono::NaiveDate;

use super::out::Out;
use super::{Call, columns, deadlines, show};
use crate::app::{BadFiles, existing};
use domain::calendar::{Calendar, WorkingDays};
use domain::language::Language;
use domain::wording::counted;
use office::Error;
use words::{Locales, Value};
use world::holidays::Calendars;

/// Count working days from a date, in any calendar of the world
///
/// The date itself is not counted. With --csv, reads the columns country,subdivision,completed_on,n from standard input
/// and adds due,estimated; other columns are copied unchanged. A bad line is reported on standard error and does not
/// stop the rest.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  ronda due --calendar ES-MD --from 2026-04-01 --working-days 3 --explain\n  ronda due --calendar GB-SCT --from 2026-12-24 --working-days 5 --json\n  ronda due --csv < completed.csv > due.csv"
)]
pub struct DueArgs {
    /// A country, or a country and a subdivision: ES, ES-MD
    #[arg(long, required_unless_present = "csv")]
    calendar: Option<String>,
    /// The date from which to count, for example that of completion
    #[arg(long, value_name = "DATE", required_unless_present = "csv")]
    from: Option<NaiveDate>,
    /// Number of working days to count
    #[arg(long, value_name = "N", required_unless_present = "csv")]
    working_days: Option<u32>,
    /// Show every day that was counted or skipped, and why
    #[arg(long)]
    explain: bool,
    /// Read a CSV file from standard input
    #[arg(long, conflicts_with_all = ["calendar", "from", "working_days", "explain", "json"])]
    csv: bool,
    /// Print the whole ledger as JSON
    #[arg(long)]
    json: bool,
}

/// Counts. The exit code is 1 if a CSV line could not be counted.
///
/// # Errors
/// If the calendar does not exist or does not cover the days.
pub fn run(call: &Call, args: &DueArgs) -> anyhow::Result<ExitCode> {
    let calendars = load(call)?;
    if args.csv {
        return stream(&calendars);
    }
    let code = args.calendar.as_deref().expect("clap asks for it");
    let from = args.from.expect("clap asks for it");
    let within = WorkingDays(args.working_days.expect("clap asks for it"));
    let (country, subdivision) = code.split_once('-').unwrap_or((code, ""));
    let calendar = named(&calendars, country, subdivision).map_err(Error::NotFound)?;
    let ledger = calendar.due(from, within).map_err(|unknown| Error::Refused(unknown.to_string()))?;
    if args.json {
        show::json(&ledger);
    } else if args.explain {
        let locales = Locales::load();
        let say = |key: &str, values: &[(&str, Value<'_>)]| locales.say(Language::En, key, values);
        deadlines::explain_ledger(&mut Out::new(), &ledger, &say)?;
    } else {
        let sure = if ledger.provisional { " (provisional)" } else { "" };
        println!("{}{sure}", ledger.due_on);
    }
    Ok(ExitCode::SUCCESS)
}

/// The built-in calendars and the administrator's own, read without opening the store.
pub(super) fn load(call: &Call) -> anyhow::Result<Calendars> {
    let config = call.source.read()?;
    let own = existing(&config.folders.calendars);
    Ok(Calendars::load_observing(own, config.observed.clone()).map_err(BadFiles)?)
}

/// The calendar of a country or, if a subdivision is given, of exactly that subdivision: falling back to the country's
/// holidays would give a wrong answer.
pub(super) fn named(calendars: &Calendars, country: &str, subdivision: &str) -> Result<Calendar, String> {
    let country = country.to_ascii_uppercase();
    let code = if subdivision.is_empty() { country } else { format!("{country}-{subdivision}") };
    calendars.listed(&code).map_err(|unlisted| unlisted.to_string())
}

fn stream(calendars: &Calendars) -> anyhow::Result<ExitCode> {
    if std::io::stdin().is_terminal() {
        eprintln!("Reading country,subdivision,completed_on,n from standard input …");
    }
    let mut counter = Counter { calendars, known: HashMap::new() };
    let told = columns::add(
        std::io::stdin().lock(),
        BufWriter::with_capacity(1 << 16, Out::new()),
        ["country", "subdivision", "completed_on", "n"],
        ["due", "estimated"],
        |fields| counter.answer(fields),
        |line, why| eprintln!("line {line}: {why}"),
    )?;
    if told.bad > 0 {
        eprintln!("{} of {} could not be counted", told.bad, counted(told.bad + told.answered, "line"));
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// Answers lines, and caches every calendar that was asked for.
struct Counter<'c> {
    calendars: &'c Calendars,
    /// Country → subdivision → calendar.
    known: HashMap<String, HashMap<String, Calendar>>,
}

impl Counter<'_> {
    fn answer(&mut self, [country, subdivision, completed_on, n]: [&str; 4]) -> Result<[String; 2], String> {
        let day = completed_on
            .parse::<NaiveDate>()
            .map_err(|_| format!("completed_on = {completed_on:?} is not a day; write it as 2026-04-01"))?;
        let n = n.parse().map_err(|_| format!("n = {n:?} is not a number of working days; write it as 3"))?;
        let calendar = self.calendar(country, subdivision)?;
        let due = calendar.nth_after(day, WorkingDays(n)).map_err(|unknown| unknown.to_string())?;
        let estimated = day.iter_days().skip(1).take_while(|on| *on <= due).any(|on| calendar.is_estimated(on));
        Ok([due.to_string(), u8::from(estimated).to_string()])
    }

    fn calendar(&mut self, country: &str, subdivision: &str) -> Result<&Calendar, String> {
        if !self.known.get(country).is_some_and(|of_country| of_country.contains_key(subdivision)) {
            let calendar = named(self.calendars, country, subdivision)?;
            self.known.entry(country.to_owned()).or_default().insert(subdivision.to_owned(), calendar);
        }
        Ok(&self.known[country][subdivision])
    }
}
