//! `ronda hand-over`: everything of somebody who leaves, to whoever comes after them.

use chrono::NaiveDate;

use super::show::{self, OutputFormat};
use office::Acting;
use office::people::hand_over::hand_over;

/// Hand everything of an engineer or a manager who leaves over to another one, from a day on
///
/// Booked visits of an engineer keep their day and time, and everyone who was told of one is told; rounds pass on, and what
/// was only planned is planned anew. A visit that the other engineer cannot make is named with the reason. A manager's
/// customers go to the other manager, with digests and what is late. Nobody writes to who has left from that day on.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  ronda hand-over E-1 --to E-2\n  ronda hand-over M-1 --to M-2 --from 2026-04-01 --json"
)]
pub struct HandOverArgs {
    /// Whose it is now: an engineer's code, or a manager's
    #[arg(value_name = "CODE")]
    of: String,
    /// Who takes it over: the code of another engineer, or of another manager
    #[arg(long, value_name = "CODE")]
    to: String,
    /// The first day on which it is theirs [default: today]
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    #[command(flatten)]
    form: OutputFormat,
}

/// Hands over, and says what has passed on.
///
/// # Errors
/// A refusal with its remedy, or a failure of the store.
pub async fn run(office: &Acting, args: HandOverArgs) -> anyhow::Result<()> {
    let done = hand_over(office, &args.of, &args.to, args.from).await?;
    if args.form.json {
        show::json(&done);
        return Ok(());
    }
    println!("{} hands over to {} from {} on; {} booked visits moved.", args.of, args.to, done.from, done.moved.len());
    for kept in &done.kept {
        println!("{} stays as it is: {}", kept.visit, kept.why);
    }
    Ok(())
}
