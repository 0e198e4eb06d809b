//! The command line: a file per command.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | done |
//! | 1 | failed; for `check`, `report chain` and the commands that read lines: at least one problem was found |
//! | 2 | refused: the request is not possible, and the message says why; also wrong usage of the command line |
//! | 3 to 6 | `ronda verify` only: superseded; not signed; signed by somebody else; certificate not valid when signed |
//! | 3, 4 | `ronda trail verify`: lines are missing or changed; differs from the canary letter |
//! | 75 | `letters receive` only: temporary failure; the mail server should deliver the message again (`EX_TEMPFAIL`) |
//! | 78 | the configuration, a calendar, a plan or a checklist contains a mistake (`EX_CONFIG`) |
//! | 141 | the reader of standard output closed it |

/// Prints a line like the standard library's macro, but escapes control characters, since every command prints text
/// that came from users.
macro_rules! println {
    ($($words:tt)*) => { std::println!("{}", $crate::cli::show::visible(&format!($($words)*))) };
}

/// Like [`println`], but to standard error.
macro_rules! eprintln {
    ($($words:tt)*) => { std::eprintln!("{}", $crate::cli::show::visible(&format!($($words)*))) };
}

mod audit;
mod calendar;
mod check;
mod checklist;
mod clock;
mod columns;
pub mod deadlines;
mod demo;
mod due;
mod export;
mod form;
mod hand_over;
mod help;
mod import;
mod jsonl;
mod known;
pub mod letters;
mod link;
pub mod manual;
mod occurrences;
mod out;
mod plan;
mod receive;
mod record;
mod report;
mod roster;
mod serve;
mod show;
mod trail;
mod user;
mod verbatim;
mod verify;
mod visit;

use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use self::out::Out;
use self::verbatim::Verbatim;
use crate::app::{self, BadFiles, Source};
use office::clock::Clock;
use office::{Acting, Office};
use world::config::{ConfigLocation, Environment, Problems};

/// Keeps the promises of service contracts, and proves that it did
#[derive(Debug, Parser)]
#[command(
    name = "ronda",
    version,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "Examples:\n  ronda --dir /srv/office check\n  ronda --config /etc/ronda/ronda.toml -v serve\n  \
                  ronda help getting-started"
)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Heading of the options that every command accepts.
const GLOBAL: &str = "Global options";

/// Options that every command accepts.
#[derive(Debug, Clone, Args)]
struct Common {
    /// The office's folder: data, documents, outgoing mail [default: $RONDA_DIR, otherwise ./ronda-office]
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// Configuration file [default: ronda.toml in the office's folder]
    #[arg(long, global = true, help_heading = GLOBAL, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Log more; given twice, log everything
    #[arg(short, long, global = true, help_heading = GLOBAL, action = clap::ArgAction::Count)]
    verbose: u8,
}

#[derive(Debug, Subcommand)]
enum Command {
    Import(import::ImportArgs),
    Export(export::ExportArgs),
    Plan(plan::PlanArgs),
    Visit(visit::VisitArgs),
    Record(record::RecordArgs),
    Report(report::ReportArgs),
    Deadlines(deadlines::DeadlinesArgs),
    Calendar(calendar::CalendarArgs),
    Checklist(checklist::ChecklistArgs),
    Due(due::DueArgs),
    Occurrences(occurrences::OccurrencesArgs),
    Clock(clock::ClockArgs),
    Roster(roster::RosterArgs),
    HandOver(hand_over::HandOverArgs),
    Letters(letters::LettersArgs),
    Link(link::LinkArgs),
    Form(form::FormArgs),
    Trail(trail::TrailArgs),
    Audit(audit::AuditArgs),
    Demo(demo::Demo),
    Serve(serve::Serve),
    Check(check::Check),
    Verify(verify::VerifyArgs),
    Help(help::HelpArgs),
}

impl Command {
    fn chatter(&self) -> Chatter {
        match self {
            Command::Serve(_) => Chatter::Outcomes,
            Command::Demo(_) | Command::Record(_) => Chatter::Errors,
            Command::Import(_)
            | Command::Export(_)
            | Command::Plan(_)
            | Command::Visit(_)
            | Command::Report(_)
            | Command::Deadlines(_)
            | Command::Calendar(_)
            | Command::Checklist(_)
            | Command::Due(_)
            | Command::Occurrences(_)
            | Command::Clock(_)
            | Command::Roster(_)
            | Command::HandOver(_)
            | Command::Letters(_)
            | Command::Link(_)
            | Command::Form(_)
            | Command::Trail(_)
            | Command::Audit(_)
            | Command::Verify(_)
            | Command::Help(_)
            | Command::Check(_) => Chatter::Warnings,
        }
    }

    async fn run(self, call: &Call) -> anyhow::Result<ExitCode> {
        match self {
            Command::Import(args) => import::run(&call.acting_in_a_new_one().await?, args).await?,
            Command::Export(args) => export::run(&call.office().await?, args).await?,
            Command::Plan(args) => plan::run(&call.acting().await?, args).await?,
            Command::Visit(args) => visit::run(&call.acting().await?, args).await?,
            Command::Record(args) => record::run(&call.acting().await?, args).await?,
            Command::Report(args) => report::run(&call.acting().await?, args).await?,
            Command::Deadlines(args) => deadlines::run(&call.office().await?, args, &mut out::Out::new()).await?,
            Command::Calendar(args) => return calendar::run(call, args).await,
            Command::Checklist(args) => return checklist::run(call, args),
            Command::Due(args) => return due::run(call, &args),
            Command::Occurrences(args) => return occurrences::run(args),
            Command::Clock(args) => return args.run(),
            Command::Roster(args) => return args.run(),
            Command::HandOver(args) => hand_over::run(&call.acting().await?, args).await?,
            Command::Letters(args) => match call.letters(&args).await {
                Err(error) if args.takes_mail() => {
                    failed(&error);
                    return Ok(ExitCode::from(EX_TEMPFAIL));
                }
                done => done?,
            },
            Command::Link(args) => link::run(&call.acting().await?, args).await?,
            Command::Form(args) => form::run(&call.acting().await?, args).await?,
            Command::Trail(args) => return Ok(trail::run(&call.office().await?, args).await?),
            Command::Audit(args) => audit::run(&call.acting().await?, args).await?,
            Command::Demo(command) => command.run(call).await?,
            Command::Serve(command) => command.run(call).await?,
            Command::Check(command) => return command.run(call).await,
            Command::Verify(args) => return args.run(call).await,
            Command::Help(args) => help::run(Cli::command(), &args)?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The context in which a command runs.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) source: Source,
    pub(crate) clock: Clock,
}

impl Call {
    /// Opens the office that the command line names.
    ///
    /// # Errors
    /// Those of [`app::open_existing`], and every problem of the configuration.
    pub(crate) async fn office(&self) -> anyhow::Result<Office> {
        app::open_existing(self.source.read()?, self.clock.clone()).await
    }

    /// Like [`Call::acting`], but creates the office if there is none yet.
    pub(crate) async fn acting_in_a_new_one(&self) -> anyhow::Result<Acting> {
        Ok(app::open(self.source.read()?, self.clock.clone()).await?.acting(user::actor()))
    }

    /// Like [`Call::office`], but for changes made by the user who runs the command.
    pub(crate) async fn acting(&self) -> anyhow::Result<Acting> {
        Ok(self.office().await?.acting(user::actor()))
    }

    async fn letters(&self, args: &letters::LettersArgs) -> anyhow::Result<()> {
        if let Some(args) = args.preview() {
            return letters::preview(&self.source.read()?, args, &mut Out::new());
        }
        let office = self.acting().await?;
        // A mail server must not mistake a closed output for a rejection of its message.
        let done = match args.takes_mail() {
            true => letters::run(&office, args, &mut std::io::stdout().lock()).await,
            false => letters::run(&office, args, &mut Out::new()).await,
        };
        Ok(done?)
    }
}

const EX_TEMPFAIL: u8 = 75;
const EX_CONFIG: u8 = 78;

/// The whole command line, for the tests of the manual.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the command given by the process's arguments.
#[must_use]
pub fn run() -> ExitCode {
    out::end_quietly_with_the_reader();
    let mut line = Verbatim::of(Cli::command());
    let matches = line.command.try_get_matches_from_mut(std::env::args_os());
    let cli = match matches.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => line.exit(&error),
    };
    log(cli.common.verbose, cli.command.chatter());
    let choice = ConfigLocation { dir: cli.common.dir.clone(), file: cli.common.config.clone() };
    let call = Call { source: Source { choice, environment: Environment::of_process() }, clock: Clock::real() };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    runtime.block_on(cli.command.run(&call)).unwrap_or_else(|error| failed(&error))
}

/// Prints the error with all its causes, skipping a cause that only repeats the one before it.
fn failed(error: &anyhow::Error) -> ExitCode {
    let mut said: Vec<String> = Vec::new();
    for cause in error.chain().map(ToString::to_string) {
        if said.last().is_none_or(|last| !last.ends_with(&cause)) {
            said.push(cause);
        }
    }
    eprintln!("ronda: {}", said.join(": "));
    exit_code(error)
}

fn exit_code(error: &anyhow::Error) -> ExitCode {
    if error.is::<Problems>() || error.is::<BadFiles>() {
        return ExitCode::from(EX_CONFIG);
    }
    match error.downcast_ref() {
        Some(office::Error::NotFound(_) | office::Error::Refused(_)) => ExitCode::from(2),
        Some(office::Error::Failed(_)) | None => ExitCode::FAILURE,
    }
}

/// The default log level of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Chatter {
    /// For the daemon: one line for each outcome.
    Outcomes,
    /// For commands that print their own result: only what needs a person's attention.
    Warnings,
    /// For the demo, whose people and mail server misbehave on purpose, and which reports all warnings itself.
    Errors,
}

/// Logs to the journal if systemd reads our standard error, otherwise to standard error.
fn log(verbose: u8, chatter: Chatter) {
    // Oddities in other people's PDFs are reported by the code that reads the file, not by the PDF library.
    let level = match (verbose, chatter) {
        (0, Chatter::Outcomes) => "info,sqlx=warn,tokio_cron_scheduler=warn,lopdf=off",
        (0, Chatter::Warnings) => "warn,lopdf=off",
        (0, Chatter::Errors) => "error,lopdf=off",
        (1, _) => "debug,sqlx=warn,hyper=info,tokio_cron_scheduler=info,lopdf=off",
        (2.., _) => "trace",
    };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let registry = tracing_subscriber::registry().with(filter);
    let under_systemd = std::env::var_os("JOURNAL_STREAM").is_some();
    match under_systemd.then(tracing_journald::layer) {
        Some(Ok(journal)) => registry.with(journal).init(),
        Some(Err(_)) | None => {
            let terminal = std::io::stderr().is_terminal();
            let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_target(false);
            registry.with(lines.with_ansi(terminal)).init();
        }
    }
}
