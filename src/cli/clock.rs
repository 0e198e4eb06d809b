//! `ronda clock`: judges deadlines, each given as a clock and a history, in bulk.

use std::process::ExitCode;

use super::jsonl;
use domain::promises::clock::vector;

/// Judge clocks: until when something is owed, its current state, and which steps have been reached
///
/// Reads cases from standard input, one JSON object per line, and writes one answer per case, with its id. A bad line
/// is reported on standard error, and the rest are still answered. `ronda help clocks` describes the keys of cases and
/// answers.
#[derive(Debug, clap::Args)]
#[command(after_help = r#"Examples:
  ronda clock --jsonl < cases.jsonl > answers.jsonl
  echo '{"id": 1, "basis": "elapsed", "zone": "Europe/Madrid", "allow": {"minutes": 10}, "events": [{"at": "2026-05-12T10:00:00+02:00", "what": "called"}], "now": "2026-05-12T10:04:00+02:00"}' | ronda clock --jsonl"#)]
pub struct ClockArgs {
    /// Read cases from standard input, one JSON object per line, and answer them
    #[arg(long, required = true)]
    jsonl: bool,
}

impl ClockArgs {
    /// Answers the cases. The exit code is 1 if any line could not be answered.
    ///
    /// # Errors
    /// If reading standard input or writing standard output fails.
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let Self { jsonl: true } = self else { anyhow::bail!("give --jsonl") };
        jsonl::stream("cases", vector::answer)
    }
}
