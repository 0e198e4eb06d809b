//! `ronda letters`: what was written to whom, and what became of it.

mod hotline;
mod preview;

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};

use super::receive::ReceiveArgs;
use super::show::{self, Narrowed, OutputFormat, PagedList};
use domain::Instant;
use domain::ids::{LetterId, ManagerCode, VisitId};
use domain::letters::letter::{Letter, LetterState};
use domain::letters::notice::{NoticeKind, UnknownNotice};
use domain::wording::counted;
pub use hotline::HotlineArgs;
use office::digest::subscribe::{Digests, set_digests};
use office::letters::cancel_letter::cancel_letter;
use office::letters::preview_letter::{LetterPreview, preview_letter};
use office::letters::retry_letter::retry_letter;
use office::{Acting, Error, Result, named_visit};
pub use preview::PreviewArgs;
use store::letters::{AttemptRow, LetterFilter};
use world::config::Config;

/// List, show, resend and withdraw letters; process incoming replies; preview templates
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ronda letters list --state undelivered\n  ronda letters show L12\n  \
                  ronda letters show L12 --eml letter.eml\n  ronda letters retry L12\n  \
                  ronda letters preview visit-announced --language es --open\n  \
                  ronda letters receive < message.eml")]
pub struct LettersArgs {
    #[command(subcommand)]
    pub command: LettersCommand,
}

/// The subcommands of `ronda letters`.
#[derive(Debug, Subcommand)]
pub enum LettersCommand {
    /// List letters, newest first
    List(ListArgs),
    /// Show a letter and every attempt to deliver it, or write its bytes to a file
    Show(ShowArgs),
    /// Send a letter again that was given up, or send a waiting one now
    Retry(RetryArgs),
    /// Withdraw a waiting letter for good
    Cancel(CancelArgs),
    /// Show a notice as its readers will see it, with sample data; without one, list all notices
    Preview(PreviewArgs),
    /// Show who knows the new hotline number, or record that a customer was told in another way
    Hotline(HotlineArgs),
    /// Stop a manager's digests, as the link in each digest does; letters about the manager's own matters still arrive
    Unsubscribe(ManagerArgs),
    /// Resume a manager's digests
    Subscribe(ManagerArgs),
    Receive(ReceiveArgs),
}

/// The manager whose digests stop or resume.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ronda letters unsubscribe M-1\n  ronda letters subscribe M-1")]
pub struct ManagerArgs {
    /// The manager's code, for example M-1
    pub manager: ManagerCode,
}

/// Filters of `ronda letters list`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ronda letters list --to ops@norte.example --limit 10\n  \
                        ronda letters list --state waiting --notice report-delivered --json\n  \
                        ronda letters list --visit V1042")]
pub struct ListArgs {
    /// Only letters in this state
    #[arg(long, value_enum)]
    pub state: Option<StateArg>,
    /// Only this kind of notice, for example deadline-late or report-delivered
    #[arg(long, value_parser = notice)]
    pub notice: Option<NoticeKind>,
    /// Only letters to this address
    #[arg(long)]
    pub to: Option<String>,
    /// Only letters about this visit, for example V1042
    #[arg(long)]
    pub visit: Option<VisitId>,
    /// Show at most this many
    #[arg(long, alias = "most", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
    /// Print a JSON array
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `ronda letters show`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ronda letters show L12\n  ronda letters show L12 --eml - | less\n  \
                        ronda letters show L12 --json")]
pub struct ShowArgs {
    /// The letter's number, for example L12
    pub letter: LetterId,
    /// Write its bytes, exactly as sent, to this file; - means standard output
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub eml: Option<PathBuf>,
    /// Print a JSON object that includes every attempt
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `ronda letters retry`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ronda letters retry L12")]
pub struct RetryArgs {
    /// The letter's number, for example L12
    pub letter: LetterId,
}

/// Arguments of `ronda letters cancel`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ronda letters cancel L12")]
pub struct CancelArgs {
    /// The letter's number, for example L12
    pub letter: LetterId,
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

impl LettersArgs {
    /// The arguments of `preview`, the one subcommand that needs no store.
    #[must_use]
    pub fn preview(&self) -> Option<&PreviewArgs> {
        match &self.command {
            LettersCommand::Preview(args) => Some(args),
            LettersCommand::List(_)
            | LettersCommand::Show(_)
            | LettersCommand::Retry(_)
            | LettersCommand::Cancel(_)
            | LettersCommand::Hotline(_)
            | LettersCommand::Unsubscribe(_)
            | LettersCommand::Subscribe(_)
            | LettersCommand::Receive(_) => None,
        }
    }

    /// Whether this takes mail from a mail server, which returns a message to its sender on any exit code but 0 and 75.
    pub(super) fn takes_mail(&self) -> bool {
        matches!(self.command, LettersCommand::Receive(_))
    }
}

/// Renders sample letters; needs only the configuration.
///
/// # Errors
/// Template or wording files that cannot be used, or an unknown notice.
pub fn preview(config: &Config, args: &PreviewArgs, out: &mut impl Write) -> anyhow::Result<()> {
    preview::run(config, args, out)
}

/// Runs `ronda letters`, printing to `out`.
///
/// # Errors
/// [`Error::NotFound`] for an unknown letter, [`Error::Refused`] for one that cannot be sent again.
pub async fn run(office: &Acting, args: &LettersArgs, out: &mut impl Write) -> Result<()> {
    match &args.command {
        LettersCommand::List(args) => list(office, args, out).await,
        LettersCommand::Show(args) => show(office, args, out).await,
        LettersCommand::Retry(args) => retry(office, args, out).await,
        LettersCommand::Cancel(args) => cancel(office, args, out).await,
        LettersCommand::Preview(args) => Ok(preview::run(&office.config, args, out)?),
        LettersCommand::Hotline(args) => hotline::run(office, args, out).await,
        LettersCommand::Unsubscribe(args) => digests(office, args, Digests::Ended, out).await,
        LettersCommand::Subscribe(args) => digests(office, args, Digests::Wanted, out).await,
        LettersCommand::Receive(args) => super::receive::run(office, args, out).await,
    }
}

async fn list(office: &Acting, args: &ListArgs, out: &mut impl Write) -> Result<()> {
    if let Some(visit) = args.visit {
        named_visit(&office.db, visit).await?;
    }
    let filter = LetterFilter {
        state: args.state.map(LetterState::from),
        notice: args.notice.map(|notice| notice.word().to_owned()),
        to: args.to.clone(),
        visit: args.visit,
        ..LetterFilter::default()
    };
    let narrowed = Narrowed::default()
        .by("--state", filter.state.map(|state| state.word().to_owned()))
        .by("--notice", args.notice)
        .by("--to", args.to.as_ref())
        .by("--visit", args.visit);
    let list = PagedList {
        form: OutputFormat { json: args.json },
        head: &["letter", "made (UTC)", "to", "subject", "state", "answer"],
        none: &narrowed.nothing("No letter", "There is no letter yet."),
        limit: args.limit,
        which: "latest",
        rest: "See them with --limit.",
    };
    let next = async |last: Option<&Letter>, most: i64| -> anyhow::Result<Vec<Letter>> {
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        let filter = LetterFilter { before: last.map(|letter| letter.letter), most, ..filter.clone() };
        let mut letters = store::letters::list(&office.db, &filter).await?;
        for letter in letters.iter_mut().filter(|letter| !letter.written) {
            letter.subject = subject_if_written_now(office, letter).await;
        }
        Ok(letters)
    };
    let now = office.clock.now();
    Ok(list.print(out, |letter| line(letter, now), next).await?)
}

/// Parses the name of a notice.
fn notice(word: &str) -> std::result::Result<NoticeKind, String> {
    word.parse().map_err(|unknown: UnknownNotice| unknown.to_string())
}

/// The subject that the letter would have if it were written now.
async fn subject_if_written_now(office: &Acting, letter: &Letter) -> String {
    let preview = preview_letter(office, letter.letter).await;
    let subject = preview.ok().and_then(|(_, preview)| preview.letter().map(|letter| letter.subject.clone()));
    subject.unwrap_or_else(|| letter.notice.to_string())
}

fn line(letter: &Letter, now: Instant) -> Vec<String> {
    vec![
        format!("{}", letter.letter),
        letter.created_at.format("%Y-%m-%d %H:%M").to_string(),
        letter.to.clone(),
        letter.subject.clone(),
        state(letter, now),
        letter.outcome.clone().unwrap_or_default(),
    ]
}

fn state(letter: &Letter, now: Instant) -> String {
    match (letter.state, letter.next_attempt_at) {
        // If it cannot be written, the reason is stored in place of a server's answer.
        (LetterState::Waiting, _) if !letter.written && letter.outcome.is_some() => "cannot be written".to_owned(),
        (LetterState::Waiting, Some(next)) if letter.waits_for_hours() => {
            format!("waiting, for the reader's hours from {}", next.format("%m-%d %H:%M"))
        }
        (LetterState::Waiting, Some(next)) if letter.waits_its_turn(now) => {
            format!("waiting, for an earlier letter about the visit, until {}", next.format("%m-%d %H:%M"))
        }
        (LetterState::Waiting, _) if !letter.written => "waiting, not written".to_owned(),
        (LetterState::Waiting, Some(next)) if letter.attempts > letter.tried_before => {
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

/// A letter and its attempts, as JSON.
#[derive(serde::Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    letter: &'a Letter,
    /// Length of its final bytes; 0 until it is written, and only that of its header once its text has been cleared.
    bytes: usize,
    /// When its text was cleared, and the SHA-256 of what was sent; `None` if it is kept in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    text_cleared_at: Option<Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<&'a str>,
    /// What it would say if it were written now; `None` once it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    if_written_now: Option<Draft<'a>>,
    tried: &'a [AttemptRow],
}

/// A letter as it would be written now.
#[derive(serde::Serialize)]
struct Draft<'a> {
    subject: &'a str,
    /// The whole message.
    message: std::borrow::Cow<'a, str>,
}

async fn show(office: &Acting, args: &ShowArgs, out: &mut impl Write) -> Result<()> {
    let (letter, preview) = preview_letter(office, args.letter).await?;
    if let Some(file) = &args.eml {
        return write_eml(file, &preview, out);
    }
    let attempts = store::letters::attempts(&office.db, args.letter).await?;
    let printed = if args.json {
        json(out, &shown(&letter, &preview, &attempts))
    } else {
        describe(out, &letter, &preview, office.clock.now()).and_then(|()| attempts_table(out, &attempts))
    };
    Ok(printed.context("cannot print the letter")?)
}

fn shown<'a>(letter: &'a Letter, preview: &'a LetterPreview, tried: &'a [AttemptRow]) -> Shown<'a> {
    let mut cleared = None;
    let (bytes, if_written_now) = match preview {
        LetterPreview::Final(letter) => (letter.bytes.len(), None),
        LetterPreview::Cleared(letter) => {
            cleared = Some(letter);
            (letter.head.len(), None)
        }
        LetterPreview::IfWrittenNow(draft) => {
            (0, Some(Draft { subject: &draft.subject, message: String::from_utf8_lossy(&draft.bytes) }))
        }
        LetterPreview::Untrue(_) | LetterPreview::Unwritable(_) => (0, None),
    };
    let (text_cleared_at, sha256) = cleared.map(|letter| (letter.cleared_at, letter.sha256.as_str())).unzip();
    Shown { letter, bytes, text_cleared_at, sha256, if_written_now, tried }
}

fn write_eml(file: &Path, preview: &LetterPreview, out: &mut impl Write) -> Result<()> {
    let (bytes, what) = match preview {
        LetterPreview::Final(letter) => (&letter.bytes, ""),
        LetterPreview::IfWrittenNow(letter) => (&letter.bytes, "; it is not written yet, these are as of now"),
        LetterPreview::Cleared(letter) => {
            let on = letter.cleared_at.format("%Y-%m-%d");
            return Err(Error::Refused(format!(
                "its text was cleared on {on}; `ronda letters show` without --eml shows its head"
            )));
        }
        LetterPreview::Untrue(untrue) => return Err(Error::Refused(untrue.to_string())),
        LetterPreview::Unwritable(why) => return Err(Error::Refused(format!("it cannot be written: {why}"))),
    };
    if file == Path::new("-") {
        return Ok(out.write_all(bytes).context("cannot print the letter")?);
    }
    std::fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))?;
    let length = counted(bytes.len(), "byte");
    Ok(writeln!(out, "{}: {length}{what}", file.display()).context("cannot print the answer")?)
}

fn describe(out: &mut impl Write, letter: &Letter, preview: &LetterPreview, now: Instant) -> std::io::Result<()> {
    let word = if letter.written { &letter.subject } else { letter.notice.word() };
    let subject = preview.letter().map_or(word, |letter| &letter.subject);
    writeln!(out, "{}  {subject}", letter.letter)?;
    writeln!(out, "to       {}", format!("{} <{}>", letter.to_name, letter.to).trim_start())?;
    writeln!(out, "notice   {} ({})", letter.notice, letter.key)?;
    let (at, id) = (letter.created_at.format("%Y-%m-%d %H:%M"), &letter.message_id);
    match preview {
        LetterPreview::Final(written) => {
            writeln!(out, "made     {at} UTC, {}, <{id}>", counted(written.bytes.len(), "byte"))?;
        }
        LetterPreview::Cleared(cleared) => {
            writeln!(out, "made     {at} UTC, <{id}>")?;
            writeln!(out, "text     cleared on {}", cleared.cleared_at.format("%Y-%m-%d"))?;
            writeln!(out, "sha256   {}, of the whole message", cleared.sha256)?;
        }
        LetterPreview::Unwritable(_) if letter.written => writeln!(out, "made     {at} UTC, <{id}>")?,
        LetterPreview::IfWrittenNow(_) | LetterPreview::Untrue(_) | LetterPreview::Unwritable(_) => {
            writeln!(out, "owed     {at} UTC, <{id}>")?;
            writeln!(out, "written  not yet: when it may leave, as things stand then")?;
        }
    }
    writeln!(out, "state    {}", state(letter, now))?;
    if let Some(outcome) = &letter.outcome {
        writeln!(out, "answer   {outcome}")?;
    }
    match preview {
        LetterPreview::Final(_) => {}
        LetterPreview::Cleared(cleared) => {
            writeln!(out, "\nIts head is left:\n")?;
            for line in String::from_utf8_lossy(&cleared.head).lines() {
                writeln!(out, "{}", format!("    {line}").trim_end())?;
            }
        }
        LetterPreview::IfWrittenNow(draft) => {
            writeln!(out, "\nIt is not written yet. If it were written now, it would say:\n")?;
            for line in mail::text_of(&draft.bytes).lines() {
                writeln!(out, "{}", format!("    {line}").trim_end())?;
            }
        }
        LetterPreview::Untrue(untrue) if letter.state == LetterState::Waiting => {
            writeln!(out, "\nWhen it may leave it will be withdrawn: {untrue}")?;
        }
        LetterPreview::Untrue(_) => {}
        LetterPreview::Unwritable(why) if letter.written => writeln!(out, "\nIt cannot be put together: {why}")?,
        LetterPreview::Unwritable(why) => writeln!(out, "\nIt cannot be written: {why}")?,
    }
    writeln!(out)
}

fn attempts_table(out: &mut impl Write, attempts: &[AttemptRow]) -> std::io::Result<()> {
    if attempts.is_empty() {
        return writeln!(out, "Not tried yet.");
    }
    let line = |attempt: &AttemptRow| {
        vec![
            attempt.number.to_string(),
            attempt.at.format("%Y-%m-%d %H:%M:%S").to_string(),
            attempt.relay.clone(),
            attempt.code.map_or_else(|| "-".to_owned(), |code| code.to_string()),
            attempt.outcome.clone(),
            attempt.said.clone(),
        ]
    };
    let head = ["attempt", "at (UTC)", "relay", "code", "outcome", "answer"];
    writeln!(out, "{}", show::table(&head, attempts.iter().map(line)))
}

async fn retry(office: &Acting, args: &RetryArgs, out: &mut impl Write) -> Result<()> {
    let letter = retry_letter(office, args.letter).await?;
    Ok(writeln!(out, "{} goes out with the next delivery, to {}.", letter.letter, letter.to)
        .context("cannot print the answer")?)
}

async fn cancel(office: &Acting, args: &CancelArgs, out: &mut impl Write) -> Result<()> {
    let letter = cancel_letter(office, args.letter).await?;
    Ok(writeln!(out, "{} to {} is withdrawn.", letter.letter, letter.to).context("cannot print the answer")?)
}

async fn digests(office: &Acting, args: &ManagerArgs, digests: Digests, out: &mut impl Write) -> Result<()> {
    let manager = set_digests(office, &args.manager, digests).await?;
    let printed = match digests {
        Digests::Ended => writeln!(out, "{} gets no more digests; flags and alarms still come.", manager.name),
        Digests::Wanted => writeln!(out, "{} gets digests, each working day at {}.", manager.name, manager.digest_at),
    };
    Ok(printed.context("cannot print the answer")?)
}
