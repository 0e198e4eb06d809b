//! `ronda roster`: who is on duty, and when nobody is.

use std::process::ExitCode;

use super::jsonl;
use domain::people::roster::vector;

/// Read duty rosters: who is on duty at an instant, and where there are gaps and overlaps
///
/// Reads rosters from standard input, one JSON object per line, and writes one answer per roster, with its id. A bad
/// line is reported on standard error, and the rest are still answered. `ronda help clocks` describes the keys of
/// rosters and answers.
#[derive(Debug, clap::Args)]
#[command(after_help = r#"Examples:
  ronda roster --jsonl < rosters.jsonl > answers.jsonl
  echo '{"id": 1, "zone": "Europe/Madrid", "begins": "2026-01-05", "shifts": [{"from": "08:00", "until": "08:00", "rota": ["ana", "bea"]}], "check": {"from": "2026-01-05", "until": "2026-02-01"}, "at": ["2026-01-12T09:00:00+01:00"]}' | ronda roster --jsonl"#)]
pub struct RosterArgs {
    /// Read rosters from standard input, one JSON object per line, and answer them
    #[arg(long, required = true)]
    jsonl: bool,
}

impl RosterArgs {
    /// Answers the rosters. The exit code is 1 if any line could not be answered.
    ///
    /// # Errors
    /// If reading or writing fails.
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let Self { jsonl: true } = self else { anyhow::bail!("give --jsonl") };
        jsonl::stream("rosters", vector::answer)
    }
}
