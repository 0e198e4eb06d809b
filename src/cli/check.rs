//! `ronda check`: checks everything that the office depends on before it is needed.

use std::process::ExitCode;

use clap::Args;

use super::Call;
use crate::app::check::{DiagnosticSeverity, Findings, check};

/// Check configuration, calendars, plans, checklists, data and mail servers, and report every problem at once
///
/// Sends no mail. A mistake in the configuration skips only the checks that depend on the setting in question. Exits
/// with 1 if something does not work, and with 0 if there are only warnings.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ronda check --dir /srv/office\n  ronda check --json | jq '.findings[].text'")]
pub(super) struct Check {
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    pub(super) async fn run(&self, call: &Call) -> anyhow::Result<ExitCode> {
        let found = check(&call.source, &call.clock).await;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&found)?);
        } else {
            print(&found);
        }
        Ok(if found.has_errors() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

fn print(found: &Findings) {
    for finding in &found.findings {
        let word = match finding.severity {
            DiagnosticSeverity::Error => "ERROR",
            DiagnosticSeverity::Warning => "warn",
            DiagnosticSeverity::Fine => "ok",
        };
        println!("{word:<5}  {:<13}  {}", finding.area, finding.text);
    }
    let number = |severity| found.findings.iter().filter(|finding| finding.severity == severity).count();
    let counted = |severity, word: &str| match number(severity) {
        1 => format!("1 {word}"),
        count => format!("{count} {word}s"),
    };
    println!("\n{}, {}", counted(DiagnosticSeverity::Error, "error"), counted(DiagnosticSeverity::Warning, "warning"));
}
