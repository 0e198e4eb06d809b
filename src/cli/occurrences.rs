//! `ronda occurrences`: the days and instants that a recurrence rule names.

use std::io::BufWriter;
use std::process::ExitCode;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use serde::Serialize;

use super::columns;
use super::out::Out;
use super::show::{self, OutputFormat};
use domain::Instant;
use domain::planning::slots::Rule;
use domain::time::Zone;
use domain::wording::counted;
use office::Error;

/// Expand an RFC 5545 recurrence rule in a time zone: local times, and the same in UTC
///
/// The rule is expanded in local time. A time that a change to summer time skips is moved forward, of one that occurs twice
/// the first is taken, and none is dropped. With --csv, reads the columns rrule,dtstart_local,tzid,n_occ from standard
/// input and adds occ_local,occ_utc, with spaces between times; other columns are copied. There occ_local is the time that
/// the rule names, even where the clocks skip it, and occ_utc the instant that it was moved to.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  ronda occurrences 'FREQ=MONTHLY;BYDAY=1MO' --from 2026-03-02T07:30 --zone Europe/Madrid --count 12\n  ronda occurrences FREQ=WEEKLY --from 2026-03-02 --json\n  ronda occurrences --csv < rules.csv > times.csv"
)]
pub struct OccurrencesArgs {
    /// The rule, for example FREQ=MONTHLY;BYDAY=1MO
    #[arg(required_unless_present = "csv")]
    rule: Option<String>,
    /// When the rule starts, in local time: 2026-03-02T07:30, or a date
    #[arg(long, value_name = "TIME", value_parser = local_time, required_unless_present = "csv")]
    from: Option<NaiveDateTime>,
    /// Time zone (IANA)
    #[arg(long, default_value = "UTC")]
    zone: String,
    /// At most this many
    #[arg(long, value_name = "N", default_value_t = 12)]
    count: usize,
    /// Read a CSV file from standard input
    #[arg(long, conflicts_with_all = ["rule", "from", "zone", "count", "json"])]
    csv: bool,
    #[command(flatten)]
    form: OutputFormat,
}

/// One occurrence.
#[derive(Debug, Serialize)]
struct Line {
    local: NaiveDateTime,
    utc: Instant,
}

/// Expands. Ends with 1 where a line of CSV could not be expanded.
///
/// # Errors
/// When rule or zone are not good.
pub fn run(args: OccurrencesArgs) -> anyhow::Result<ExitCode> {
    if args.csv {
        return stream();
    }
    let rule = args.rule.expect("clap asks for it");
    let rule = Rule::parse_and_try(&rule).map_err(|bad| Error::Refused(bad.to_string()))?;
    let zone = Zone::parse(&args.zone).map_err(|unknown| Error::Refused(unknown.to_string()))?;
    let found = rule.occurrences(args.from.expect("clap asks for it"), &zone, args.count);
    // What the clocks at the place read then: a time that they skip is moved.
    let lines: Vec<Line> = found.into_iter().map(|(_, utc)| Line { local: zone.local(utc), utc }).collect();
    let cells = |line: &Line| {
        vec![line.local.format("%a %Y-%m-%d %H:%M:%S").to_string(), line.utc.format("%Y-%m-%d %H:%M:%SZ").to_string()]
    };
    show::list(args.form, &lines, &["local", "UTC"], cells, "The rule names no time from then on.");
    Ok(ExitCode::SUCCESS)
}

fn stream() -> anyhow::Result<ExitCode> {
    let told = columns::add(
        std::io::stdin().lock(),
        BufWriter::with_capacity(1 << 16, Out::new()),
        ["rrule", "dtstart_local", "tzid", "n_occ"],
        ["occ_local", "occ_utc"],
        answer,
        |line, why| eprintln!("line {line}: {why}"),
    )?;
    if told.bad > 0 {
        eprintln!("{} of {} could not be expanded", told.bad, counted(told.bad + told.answered, "line"));
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

fn answer([rule, start, zone, count]: [&str; 4]) -> Result<[String; 2], String> {
    let rule = Rule::parse_and_try(rule).map_err(|bad| bad.to_string())?;
    let start = local_time(start).map_err(|why| format!("dtstart_local: {why}"))?;
    let zone = Zone::parse(zone).map_err(|unknown| unknown.to_string())?;
    let count =
        count.parse().map_err(|_| format!("n_occ = {count:?} is not a number of occurrences; write it as 24"))?;
    let found = rule.occurrences(start, &zone, count);
    let local: Vec<String> = found.iter().map(|(local, _)| local.format("%Y%m%dT%H%M%S").to_string()).collect();
    let utc: Vec<String> = found.iter().map(|(_, utc)| utc.format("%Y%m%dT%H%M%SZ").to_string()).collect();
    Ok([local.join(" "), utc.join(" ")])
}

/// `20260302T073000`, `2026-03-02T07:30`, `2026-03-02T07:30:00`, `2026-03-02 07:30`, or a day at 00:00.
fn local_time(text: &str) -> Result<NaiveDateTime, String> {
    const FORMS: [&str; 5] =
        ["%Y%m%dT%H%M%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"];
    let day = || ["%Y%m%d", "%Y-%m-%d"].iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok());
    FORMS
        .iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .or_else(|| day().map(|day| day.and_time(NaiveTime::MIN)))
        .ok_or_else(|| format!("{text:?} is not a local time; write it as 2026-03-02T07:30"))
}
