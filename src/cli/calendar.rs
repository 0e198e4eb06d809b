//! `ronda calendar`: what the office knows of working days.

mod list;
mod show;

use super::Call;

/// Show the working days of any place
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ronda calendar show ES-MD 2027")]
pub struct CalendarArgs {
    #[command(subcommand)]
    command: CalendarCommand,
}

#[derive(Debug, clap::Subcommand)]
enum CalendarCommand {
    List(list::ListArgs),
    Show(show::ShowArgs),
}

/// Runs a subcommand.
///
/// # Errors
/// When a calendar or a file is not as it should be; the text says what to do.
pub fn run(call: &Call, args: &CalendarArgs) -> anyhow::Result<()> {
    match &args.command {
        CalendarCommand::List(args) => list::run(call, args),
        CalendarCommand::Show(args) => show::run(call, args),
    }
}
