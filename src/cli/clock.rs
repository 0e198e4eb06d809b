//! `ronda clock`: cases of a clock and its history, judged; a million at a time.

use std::process::ExitCode;

use super::jsonl;
use domain::promises::clock::vector;

/// Judge clocks: until when something is owed, how it stands, and which steps were reached
///
/// Reads cases from standard input, one JSON object a line, and writes an answer for each with its id; a bad line is named
/// on standard error, and the rest goes on. `ronda help clocks` describes cases and answers key by key.
#[derive(Debug, clap::Args)]
#[command(after_help = r#"Examples:
  ronda clock --jsonl < cases.jsonl > answers.jsonl
  echo '{"id": 1, "basis": "elapsed", "zone": "Europe/Madrid", "allow": {"minutes": 10}, "events": [{"at": "2026-05-12T10:00:00+02:00", "what": "called"}], "now": "2026-05-12T10:04:00+02:00"}' | ronda clock --jsonl"#)]
pub struct ClockArgs {
    /// Answer cases from standard input, one JSON object a line
    #[arg(long, required = true)]
    jsonl: bool,
}

impl ClockArgs {
    /// Answers. Ends with 1 where a line could not be answered.
    ///
    /// # Errors
    /// When standard input or output fails.
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let Self { jsonl: true } = self else { anyhow::bail!("give --jsonl") };
        jsonl::stream("cases", vector::answer)
    }
}
