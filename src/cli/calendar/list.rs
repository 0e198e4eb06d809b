//! `ronda calendar list`: the available calendars.

use chrono::NaiveDate;
use serde::Serialize;

use super::super::show::{self, OutputFormat};
use super::super::{Call, due};

/// List the calendars: countries and their subdivisions
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  ronda calendar list ES\n  ronda calendar list --json | jq '.[].code'")]
pub(super) struct CalendarListArgs {
    /// Only this country and its subdivisions, or only this subdivision [default: all countries]
    country: Option<String>,
    #[command(flatten)]
    form: OutputFormat,
}

#[derive(Debug, Serialize)]
struct Line {
    code: String,
    known_from: NaiveDate,
    known_through: NaiveDate,
    confirmed_through: NaiveDate,
    version: String,
}

/// Lists calendars.
///
/// # Errors
/// If a calendar file contains a mistake, or the country is unknown.
pub(super) fn run(call: &Call, args: &CalendarListArgs) -> anyhow::Result<()> {
    let calendars = due::load(call)?;
    let codes: Vec<String> = match &args.country {
        Some(country) => {
            let (country, subdivision) = country.split_once('-').unwrap_or((country, ""));
            let named = due::named(&calendars, country, subdivision).map_err(office::Error::NotFound)?;
            let country = named.code();
            let of_it = |code: &str| code == country || code.starts_with(&format!("{country}-"));
            calendars.codes().into_iter().filter(|code| of_it(code)).map(|code| code.to_string()).collect()
        }
        None => calendars.codes().into_iter().filter(|code| !code.contains('-')).map(|code| code.to_string()).collect(),
    };
    let mut lines = Vec::with_capacity(codes.len());
    for code in codes {
        let calendar = calendars.named(&code)?;
        let parts = calendar.parts();
        lines.push(Line {
            known_from: parts.known_from,
            known_through: parts.known_through,
            confirmed_through: parts.confirmed_through,
            version: parts.version.clone(),
            code,
        });
    }
    let cells = |line: &Line| {
        vec![
            line.code.clone(),
            format!("{} to {}", line.known_from, line.known_through),
            line.confirmed_through.to_string(),
            line.version.clone(),
        ]
    };
    show::list(
        args.form,
        &lines,
        &["calendar", "known", "confirmed through", "version"],
        cells,
        "There is no calendar.",
    );
    Ok(())
}
