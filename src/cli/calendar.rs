//! `ronda calendar`: the working days that the office knows, and the administrator's own layers on top of them.

mod diff;
mod import;
mod list;
mod show;
mod update;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::Call;

/// Show the working days of any place, and keep them up to date
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ronda calendar show ES-MD 2027\n  ronda calendar update ES.toml --dry-run\n  \
                  ronda calendar import barcelona.ics --applies municipality:ES-CT/Barcelona --dry-run\n  \
                  ronda calendar diff")]
pub(super) struct CalendarArgs {
    #[command(subcommand)]
    command: CalendarCommand,
}

#[derive(Debug, Subcommand)]
enum CalendarCommand {
    List(list::CalendarListArgs),
    Show(show::CalendarShowArgs),
    Update(update::CalendarUpdateArgs),
    Import(import::CalendarImportArgs),
    Diff(diff::DiffArgs),
}

/// Runs the subcommand.
///
/// # Errors
/// Whatever the subcommand returns: mistakes in calendar files, a refusal, a failure of store or disk.
pub(super) async fn run(call: &Call, args: CalendarArgs) -> anyhow::Result<ExitCode> {
    match args.command {
        CalendarCommand::List(args) => list::run(call, &args)?,
        CalendarCommand::Show(args) => show::run(call, &args)?,
        CalendarCommand::Update(command) => return command.run(call),
        CalendarCommand::Import(args) => import::run(&call.acting().await?, args).await?,
        CalendarCommand::Diff(args) => diff::run(&call.office().await?, args).await?,
    }
    Ok(ExitCode::SUCCESS)
}
