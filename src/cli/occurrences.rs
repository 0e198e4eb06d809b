//! `ronda occurrences`: the dates and instants of a recurrence rule.

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

/// Expand an RFC 5545 recurrence rule in a time zone: local times, and the same instants in UTC
///
/// The rule is expanded in local time. A time skipped by the change to summer time is moved forward, the first is used
/// of a time that occurs twice, and none is dropped. With --csv, reads the columns rrule,dtstart_local,tzid,n_occ from
/// standard input and adds occ_local,occ_utc, each a list separated by spaces; other columns are copied unchanged. In
/// this mode, occ_local is the time given by the rule, even if the clocks skip it, and occ_utc the instant to which it
/// was moved.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  ronda occurrences 'FREQ=MONTHLY;BYDAY=1MO' --from 2026-03-02T07:30 --zone Europe/Madrid --count 12\n  ronda occurrences FREQ=WEEKLY --from 2026-03-02 --json\n  ronda occurrences --csv < rules.csv > times.csv"
)]
pub struct OccurrencesArgs {
    /// The rule, for example FREQ=MONTHLY;BYDAY=1MO
    #[arg(required_unless_present = "csv")]
    rule: Option<String>,
    /// Start of the rule, in local time: 2026-03-02T07:30, or a date
    #[arg(long, value_name = "TIME", value_parser = local_time, required_unless_present = "csv")]
    from: Option<NaiveDateTime>,
    /// IANA time zone
    #[arg(long, default_value = "UTC")]
    zone: String,
    /// Show at most this many
    #[arg(long, value_name = "N", default_value_t = 12)]
    count: usize,
    /// Read a CSV file from standard input
    #[arg(long, conflicts_with_all = ["rule", "from", "zone", "count", "json"])]
    csv: bool,
    #[command(flatten)]
    form: OutputFormat,
}

/// One occurrence: in local time, and the same instant in UTC.
#[derive(Debug, Serialize)]
struct Line {
    local: NaiveDateTime,
    utc: Instant,
}

/// Expands the rule. The exit code is 1 if a CSV line could not be expanded.
///
/// # Errors
/// If the rule or the time zone is invalid.
pub fn run(args: OccurrencesArgs) -> anyhow::Result<ExitCode> {
    if args.csv {
        return stream();
    }
    let rule = args.rule.expect("clap asks for it");
    let rule = Rule::parse_and_try(&rule).map_err(|bad| Error::Refused(bad.to_string()))?;
    let zone = Zone::parse(&args.zone).map_err(|unknown| Error::Refused(unknown.to_string()))?;
    let found = rule.occurrences(args.from.expect("clap asks for it"), &zone, args.count);
    // Show what local clocks read at that instant: a skipped time has been moved.
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

/// Parses `20260302T073000`, `2026-03-02T07:30`, `2026-03-02T07:30:00`, `2026-03-02 07:30`, or a date, which means
/// 00:00.
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
