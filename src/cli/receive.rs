//! `ronda letters receive`: processes incoming messages from a pipe, files or a Maildir.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use serde::Serialize;

use domain::letters::received::KindWord;
use mail::mailbox::{Maildir, MaildirFlag, Messages, piped};
use office::letters::receive_letter::{Received, receive_letter};
use office::{Error, Office, Result};

/// Process incoming messages: replies to invitations, and delivery failures
#[derive(Debug, Args)]
#[command(
    long_about = "Process incoming messages: a reply to an invitation is recorded with its visit, a delivery failure \
                  with its letter.\n\nRonda never replies to a message. What a person wrote is noted and left for people \
                  to read, so let the server keep a copy of everything. Processing the same message twice changes \
                  nothing.\n\nExit code 0: every message was processed, whatever it meant. 75: a temporary failure \
                  (EX_TEMPFAIL); the server should keep the message and try again.",
    after_help = "Examples:\n  ronda letters receive < message.eml\n  ronda letters receive reply.eml archive.mbox\n  \
                  ronda letters receive --maildir ~/Maildir --json\n\nIn Postfix's master.cf:\n  \
                  ronda unix - n n - - pipe user=ronda argv=/usr/bin/ronda --dir /var/lib/ronda letters receive\n\n\
                  In a procmailrc:\n  :0 c\n  | ronda --dir /var/lib/ronda letters receive"
)]
pub struct ReceiveArgs {
    /// Messages or mbox files [default: one message from standard input]
    #[arg(value_name = "FILE", conflicts_with = "maildir")]
    files: Vec<PathBuf>,
    /// Process the messages in `new` of this Maildir and move them to `cur`; those that people should read stay unread
    #[arg(long, value_name = "DIR")]
    maildir: Option<PathBuf>,
    /// Print one line of JSON for each message
    #[arg(long)]
    json: bool,
}

/// The outcome of one message, as JSON.
#[derive(Serialize)]
struct Line<'a> {
    from: &'a str,
    #[serde(flatten)]
    received: &'a Received,
}

/// Processes every message that it is given. One that cannot be processed now does not stop the others.
///
/// # Errors
/// If any message could not be processed, after all others were.
pub async fn run(office: &Office, args: &ReceiveArgs, out: &mut impl Write) -> Result<()> {
    let mut desk = Desk { office, args, out, failed: 0 };
    if let Some(folder) = &args.maildir {
        desk.maildir(folder).await?;
    } else if args.files.is_empty() {
        let message = piped(std::io::stdin().lock()).context("cannot read the message from standard input")?;
        desk.take("standard input", &message).await?;
    } else {
        for path in &args.files {
            desk.file(path).await?;
        }
    }
    match desk.failed {
        0 => Ok(()),
        failed => Err(Error::Failed(anyhow::anyhow!("{failed} could not be taken now; hand them in again"))),
    }
}

struct Desk<'a, W> {
    office: &'a Office,
    args: &'a ReceiveArgs,
    out: &'a mut W,
    failed: u32,
}

impl<W: Write> Desk<'_, W> {
    async fn maildir(&mut self, folder: &Path) -> Result<()> {
        let maildir = Maildir::open(folder).context("cannot open the Maildir")?;
        for path in maildir.new_messages().with_context(|| format!("cannot read {}", folder.display()))? {
            let message = std::fs::File::open(&path).and_then(piped);
            let message = message.with_context(|| format!("cannot read {}", path.display()))?;
            if let Some(received) = self.take(&path.display().to_string(), &message).await? {
                let mark = match received {
                    Received::New { kind, .. } | Received::Again { kind, .. } => mark(kind),
                };
                maildir.handled(&path, mark).with_context(|| format!("cannot move {}", path.display()))?;
            }
        }
        Ok(())
    }

    async fn file(&mut self, path: &Path) -> Result<()> {
        let cannot = || format!("cannot read {}", path.display());
        for (at, message) in Messages::open(path).with_context(cannot)?.enumerate() {
            let name = if at == 0 { path.display().to_string() } else { format!("{} ({})", path.display(), at + 1) };
            self.take(&name, &message.with_context(cannot)?).await?;
        }
        Ok(())
    }

    /// Processes one message and prints the outcome; `None` if it could not be processed now.
    async fn take(&mut self, from: &str, message: &[u8]) -> Result<Option<Received>> {
        match receive_letter(self.office, message).await {
            Ok(received) => {
                self.say(from, &received).context("cannot print the outcome")?;
                Ok(Some(received))
            }
            Err(why) => {
                eprintln!("ronda: {from}: {:#}", anyhow::Error::from(why));
                self.failed += 1;
                Ok(None)
            }
        }
    }

    fn say(&mut self, from: &str, received: &Received) -> std::io::Result<()> {
        if self.args.json {
            serde_json::to_writer(&mut *self.out, &Line { from, received })?;
            return writeln!(self.out);
        }
        match received {
            Received::New { kind, outcome, .. } => writeln!(self.out, "{from}: {}: {outcome}", kind.word()),
            Received::Again { outcome, .. } => writeln!(self.out, "{from}: here already: {outcome}"),
        }
    }
}

/// Whether the message should stay unread for a person.
fn mark(kind: KindWord) -> MaildirFlag {
    match kind {
        KindWord::Reply | KindWord::Status | KindWord::Automatic => MaildirFlag::Seen,
        KindWord::Ordinary | KindWord::Unreadable => MaildirFlag::Unseen,
    }
}
