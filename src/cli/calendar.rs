//! `ronda calendar`

mod update;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::Call;

/// Work with the calendars that days are counted by
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ronda calendar update ES.toml --dry-run")]
pub(super) struct CalendarArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Update(update::Update),
}

impl CalendarArgs {
    pub(super) fn run(self, call: &Call) -> anyhow::Result<ExitCode> {
        match self.command {
            Command::Update(command) => command.run(call),
        }
    }
}
