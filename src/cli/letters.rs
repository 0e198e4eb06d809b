//! `ronda letters`: what was written to whom, and what became of it.

use std::io::Write;

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};
use comfy_table::{Table, presets};

use super::receive::ReceiveArgs;
use crate::actions::{Error, Office, Result};
use crate::db;
use crate::db::letter::{AttemptRow, LetterFilter, LetterRow, LetterState};
use crate::domain::visit::VisitId;

/// Letters: list them, show one as it went out, send one again.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ronda letters list --state undelivered\n  ronda letters show L12 > letter.eml\n  \
                        ronda letters retry L12\n  ronda letters receive < message.eml"
)]
pub struct LettersArgs {
    #[command(subcommand)]
    pub command: LettersCommand,
}

/// What is asked of the letters.
#[derive(Debug, Subcommand)]
pub enum LettersCommand {
    /// List letters, newest first
    List(ListArgs),
    /// Print a letter's final bytes (.eml), or with --attempts what became of it
    Show(ShowArgs),
    /// Put a letter that was given up back into the outbox, or bring a waiting one forward
    Retry(RetryArgs),
    Receive(ReceiveArgs),
}

impl LettersArgs {
    /// Whether it takes mail from a server, which returns a message on any exit code but 0 and 75.
    pub(super) fn takes_mail(&self) -> bool {
        matches!(self.command, LettersCommand::Receive(_))
    }
}

/// Which letters are listed.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// Only letters in this state
    #[arg(long, value_enum)]
    pub state: Option<StateArg>,
    /// Only this kind, for example deadline-flagged or report-delivered
    #[arg(long)]
    pub notice: Option<String>,
    /// Only to this address
    #[arg(long)]
    pub to: Option<String>,
    /// Only about this visit, for example V1042
    #[arg(long)]
    pub visit: Option<VisitId>,
    /// At most so many
    #[arg(long, default_value_t = 50)]
    pub most: u32,
    /// As JSON, one array
    #[arg(long)]
    pub json: bool,
}

/// Which letter is shown, and what of it.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The letter's number, for example L12
    pub letter: LetterNumber,
    /// Its attempts at delivery in place of its bytes
    #[arg(long)]
    pub attempts: bool,
    /// With --attempts: as JSON
    #[arg(long, requires = "attempts")]
    pub json: bool,
}

/// Which letter is sent again.
#[derive(Debug, Args)]
pub struct RetryArgs {
    /// The letter's number, for example L12
    pub letter: LetterNumber,
}

/// A letter's state on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StateArg {
    Waiting,
    Sent,
    Undelivered,
    Cancelled,
}

impl From<StateArg> for LetterState {
    fn from(state: StateArg) -> LetterState {
        match state {
            StateArg::Waiting => LetterState::Waiting,
            StateArg::Sent => LetterState::Sent,
            StateArg::Undelivered => LetterState::Undelivered,
            StateArg::Cancelled => LetterState::Cancelled,
        }
    }
}

/// A letter's number as people write it: `L12` or `12`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LetterNumber(pub i64);

impl std::str::FromStr for LetterNumber {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<LetterNumber, String> {
        text.trim_start_matches(['L', 'l']).parse().ok().filter(|n| *n > 0).map(LetterNumber).ok_or_else(|| {
            format!("{text:?} is not a letter's number; give it as L12 or 12 (see `ronda letters list`)")
        })
    }
}

/// Runs `ronda letters`, printing to `out`.
///
/// # Errors
/// [`Error::NotFound`] for a letter that does not exist, [`Error::Refused`] for one that cannot be sent again.
pub async fn run(office: &Office, args: &LettersArgs, out: &mut impl Write) -> Result<()> {
    match &args.command {
        LettersCommand::List(args) => list(office, args, out).await,
        LettersCommand::Show(args) => show(office, args, out).await,
        LettersCommand::Retry(args) => retry(office, args, out).await,
        LettersCommand::Receive(args) => super::receive::run(office, args, out).await,
    }
}

async fn list(office: &Office, args: &ListArgs, out: &mut impl Write) -> Result<()> {
    let filter = LetterFilter {
        state: args.state.map(LetterState::from),
        notice: args.notice.clone(),
        to: args.to.clone(),
        visit: args.visit,
        most: args.most,
    };
    let letters = db::letter::list(&office.db, &filter).await?;
    let printed = if args.json { json(out, &letters) } else { table(out, &letters) };
    Ok(printed.context("cannot print the list")?)
}

fn table(out: &mut impl Write, letters: &[LetterRow]) -> std::io::Result<()> {
    if letters.is_empty() {
        return writeln!(out, "No such letters.");
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["letter", "made (UTC)", "to", "subject", "state", "answer"]);
    for letter in letters {
        table.add_row([
            format!("L{}", letter.letter),
            letter.created_at.format("%Y-%m-%d %H:%M").to_string(),
            letter.to.clone(),
            letter.subject.clone(),
            state(letter),
            letter.outcome.clone().unwrap_or_default(),
        ]);
    }
    writeln!(out, "{table}")
}

fn state(letter: &LetterRow) -> String {
    match (letter.state, letter.next_attempt_at) {
        (LetterState::Waiting, Some(next)) if letter.attempts > 0 => {
            format!("waiting, attempt {} at {}", letter.attempts + 1, next.format("%m-%d %H:%M"))
        }
        (LetterState::Waiting | LetterState::Sent | LetterState::Undelivered | LetterState::Cancelled, _) => {
            letter.state.word().to_owned()
        }
    }
}

fn json(out: &mut impl Write, rows: &impl serde::Serialize) -> std::io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, rows)?;
    writeln!(out)
}

async fn show(office: &Office, args: &ShowArgs, out: &mut impl Write) -> Result<()> {
    let (_, bytes) = find(office, args.letter).await?;
    if !args.attempts {
        return Ok(out.write_all(&bytes).context("cannot print the letter")?);
    }
    let attempts = db::letter::attempts(&office.db, args.letter.0).await?;
    let printed = if args.json { json(out, &attempts) } else { attempts_table(out, &attempts) };
    Ok(printed.context("cannot print the attempts")?)
}

fn attempts_table(out: &mut impl Write, attempts: &[AttemptRow]) -> std::io::Result<()> {
    if attempts.is_empty() {
        return writeln!(out, "Not tried yet.");
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_header(["attempt", "at (UTC)", "relay", "code", "outcome", "answer"]);
    for attempt in attempts {
        table.add_row([
            attempt.number.to_string(),
            attempt.at.format("%Y-%m-%d %H:%M:%S").to_string(),
            attempt.relay.clone(),
            attempt.code.map_or_else(|| "-".to_owned(), |code| code.to_string()),
            attempt.outcome.clone(),
            attempt.said.clone(),
        ]);
    }
    writeln!(out, "{table}")
}

async fn retry(office: &Office, args: &RetryArgs, out: &mut impl Write) -> Result<()> {
    let (letter, _) = find(office, args.letter).await?;
    let now = office.clock.now();
    let mut tx = office.db.begin().await?;
    if !db::letter::retry(&mut tx, letter.letter, now).await? {
        return Err(Error::Refused(format!(
            "letter L{} is {}; only waiting and undelivered letters can be sent again",
            letter.letter,
            letter.state.word()
        )));
    }
    tx.commit().await?;
    Ok(writeln!(out, "L{} goes out with the next delivery, to {}.", letter.letter, letter.to)
        .context("cannot print the answer")?)
}

async fn find(office: &Office, number: LetterNumber) -> Result<(LetterRow, Vec<u8>)> {
    let found = db::letter::get(&office.db, number.0).await?;
    found.ok_or_else(|| Error::NotFound(format!("there is no letter L{}; `ronda letters list` shows them", number.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letters_number_is_read_with_or_without_its_l() {
        assert_eq!("L12".parse(), Ok(LetterNumber(12)));
        assert_eq!("12".parse(), Ok(LetterNumber(12)));
        assert!("L0".parse::<LetterNumber>().unwrap_err().contains("L12"));
        assert!("letter".parse::<LetterNumber>().is_err());
    }
}
