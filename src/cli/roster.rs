//! `ronda roster`: who is on duty, and when nobody is.

use std::process::ExitCode;

use super::jsonl;
use domain::people::roster::vector;

/// Read duty rosters: who is on duty at an instant, where nobody is and where two are
///
/// Reads rosters from standard input, one JSON object a line, and writes an answer for each with its id; a bad line is
/// named on standard error, and the rest goes on. `ronda help clocks` describes rosters and answers key by key.
#[derive(Debug, clap::Args)]
#[command(after_help = r#"Examples:
  ronda roster --jsonl < rosters.jsonl > answers.jsonl
  echo '{"id": 1, "zone": "Europe/Madrid", "begins": "2026-01-05", "shifts": [{"from": "08:00", "until": "08:00", "rota": ["ana", "bea"]}], "check": {"from": "2026-01-05", "until": "2026-02-01"}, "at": ["2026-01-12T09:00:00+01:00"]}' | ronda roster --jsonl"#)]
pub struct RosterArgs {
    /// Answer cases from standard input, one JSON object a line
    #[arg(long, required = true)]
    jsonl: bool,
}

impl RosterArgs {
    /// Answers. Ends with 1 where a line could not be answered.
    ///
    /// # Errors
    /// When reading or writing fails.
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let Self { jsonl: true } = self else { anyhow::bail!("give --jsonl") };
        jsonl::stream("rosters", vector::answer)
    }
}
