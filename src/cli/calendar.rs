//! `ronda calendar`: the administrator's layers over the table of holidays.

mod diff;
mod import;

use clap::{Args, Subcommand};

use crate::actions::Office;

/// Take holidays from a feed; see which due days a changed calendar moves
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ronda calendar import barcelona.ics --applies municipality:ES-CT/Barcelona --dry-run\n  \
                  ronda calendar diff"
)]
pub(super) struct CalendarArgs {
    #[command(subcommand)]
    command: CalendarCommand,
}

#[derive(Debug, Subcommand)]
enum CalendarCommand {
    Import(import::ImportArgs),
    Diff(diff::DiffArgs),
}

/// Runs a subcommand.
///
/// # Errors
/// As each says.
pub(super) async fn run(office: &Office, args: CalendarArgs) -> anyhow::Result<()> {
    match args.command {
        CalendarCommand::Import(args) => import::run(office, args).await,
        CalendarCommand::Diff(args) => diff::run(office, args).await,
    }
}
