//! `ronda audit`: what was promised and whether it was kept, derived from the facts alone.

mod line;

use std::io::Write;

use clap::Subcommand;
use serde::Serialize;

use super::known;
use super::out::Out;
use super::show::{self, Narrowed, OutputFormat};
use domain::audit::promises::held::{PromiseDifference, StoredDifference};
use domain::audit::promises::{JudgedPaper, LifeLine};
use domain::ids::{ContractCode, CustomerCode, SiteCode};
use office::audit::audit_promises::{
    AuditFilter, AuditSpan, AuditedTerm, JudgedUntil, PromiseAudit, accept_difference, judged_until,
};
use office::{Acting, Office};

/// Audit the office: derive from the facts alone what was promised, and whether it was kept
///
/// The auditor reads contracts, calendars, visits, records, deliveries and people, but none of the conclusions that the
/// office has drawn from them. See `ronda help auditor`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  ronda audit promises --site MAD-1\n  ronda audit promises --customer CUMBRE --explain\n  \
                  ronda audit differences"
)]
pub struct AuditArgs {
    #[command(subcommand)]
    ask: Ask,
}

#[derive(Debug, Subcommand)]
enum Ask {
    Promises(PromisesArgs),
    Differences(DifferencesArgs),
    Accept(AcceptArgs),
}

/// Show each term at each site as a timeline, with one symbol per period
///
/// Where the store disagrees with the facts, the difference is printed below the timeline.
#[derive(Debug, clap::Args)]
#[command(after_help = "Signs:\n  \
                  =  kept             ~  kept late       !  late\n  \
                  o  open, its visit can take place      ?  open, without a visit that can\n  \
                  p  paused           w  waived          >  handed to another period\n  \
                  .  before the office came              x  the contract ended first\n\n\
                  Examples:\n  ronda audit promises --site MAD-1\n  ronda audit promises --customer CUMBRE --explain\n  \
                  ronda audit promises --contract C-CUMBRE --json")]
struct PromisesArgs {
    /// Only this site, by code
    #[arg(long)]
    site: Option<SiteCode>,
    /// Only this contract, by code
    #[arg(long)]
    contract: Option<ContractCode>,
    /// Only sites of this customer, by code
    #[arg(long)]
    customer: Option<CustomerCode>,
    /// Show every period with its state, and why
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    form: OutputFormat,
}

/// List the differences that the nightly audit found between the office's books and the facts
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  ronda audit differences\n  ronda audit differences --all --limit 20 --json")]
struct DifferencesArgs {
    /// Include differences that were accepted and those that have gone away
    #[arg(long)]
    all: bool,
    /// Show at most this many
    #[arg(long, default_value_t = 200)]
    limit: u32,
    #[command(flatten)]
    form: OutputFormat,
}

/// Accept a difference: it may stay, and is no longer counted
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  ronda audit accept 7 --why \"counted by hand before we had Ronda\"")]
struct AcceptArgs {
    /// The number of the difference, as `ronda audit differences` shows it
    number: i64,
    /// The reason; kept with the difference
    #[arg(long, value_name = "TEXT")]
    why: String,
}

/// One term at one site, as printed.
#[derive(Debug, Serialize)]
struct Printed {
    /// The instant as of which the term was judged.
    judged_at: domain::Instant,
    customer: CustomerCode,
    #[serde(flatten)]
    line: LifeLine,
    papers: Vec<JudgedPaper>,
    differences: Vec<PromiseDifference>,
}

/// Runs the subcommands of `ronda audit`.
///
/// # Errors
/// A refusal if a filter names something that does not exist; a failure of the store.
pub async fn run(office: &Acting, args: AuditArgs) -> anyhow::Result<()> {
    match args.ask {
        Ask::Promises(args) => promises(office, args).await,
        Ask::Differences(args) => differences(office, &args).await,
        Ask::Accept(AcceptArgs { number, why }) => {
            accept_difference(office, number, office.actor().code().unwrap_or_default(), &why).await?;
            println!("Accepted: difference {number} counts no more.");
            Ok(())
        }
    }
}

async fn differences(office: &Office, args: &DifferencesArgs) -> anyhow::Result<()> {
    let until = judged_until(office).await?;
    let nothing = match until {
        JudgedUntil::Now(_) => "Nothing differs.".to_owned(),
        JudgedUntil::LastBeat(_) | JudgedUntil::NeverAtWork(_) => {
            format!("Nothing differs, as far as it was looked at. {}", judged_until_note(office, until))
        }
    };
    let (mut found, none, which) = match args.all {
        // Fetch one row more than is printed, to learn whether the list was cut off.
        true => (
            store::audit::difference::all(&office.db, i64::from(args.limit) + 1).await?,
            "Nothing has differed yet.",
            "latest",
        ),
        false => (store::audit::difference::standing(&office.db).await?, nothing.as_str(), "first"),
    };
    if !args.all {
        found.retain(|stored| stored.accepted.is_none());
    }
    let most = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let is_cut = found.len() > most;
    found.truncate(most);
    show::list(args.form, &found, &["number", "site", "what", "the facts say", "the books say", "found"], cells, none);
    if is_cut {
        show::note_cut_off(which, args.limit, "See them with --limit.");
    }
    Ok(())
}

fn cells(stored: &StoredDifference) -> Vec<String> {
    let PromiseDifference { site, contract, term, place, facts, held } = &stored.difference;
    let since = if stored.inherited { "before this version" } else { "" };
    let ended = match (&stored.accepted, stored.gone_at) {
        (Some(accepted), _) => format!("accepted by {}: {}", accepted.by, accepted.why),
        (None, Some(gone_at)) => format!("gone on {}", gone_at.format("%Y-%m-%d")),
        (None, None) => String::new(),
    };
    let found = [stored.found_at.format("%Y-%m-%d").to_string(), since.to_owned(), ended];
    vec![
        stored.number.to_string(),
        site.to_string(),
        format!("{place}\n{contract} · {term}"),
        facts.to_string(),
        held.to_string(),
        found.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n"),
    ]
}

/// Explains the instant up to which promises were judged; empty if that is now.
fn judged_until_note(office: &Office, until: JudgedUntil) -> String {
    match until {
        JudgedUntil::Now(_) => String::new(),
        JudgedUntil::LastBeat(at) => {
            let local = office.config.company.time_zone.local(at);
            format!(
                "The office was last at work on {}: promises are judged until then.",
                local.format("%Y-%m-%d at %H:%M")
            )
        }
        JudgedUntil::NeverAtWork(_) => {
            "The office was never at work: it has no books yet that could differ from the facts.".to_owned()
        }
    }
}

async fn promises(office: &Office, args: PromisesArgs) -> anyhow::Result<()> {
    known::site(office, args.site.as_ref()).await?;
    known::customer(office, args.customer.as_ref()).await?;
    known::contract(office, args.contract.as_ref()).await?;
    let none = Narrowed::default()
        .by("--site", args.site.as_ref())
        .by("--contract", args.contract.as_ref())
        .by("--customer", args.customer.as_ref())
        .nothing("No promise", "Nothing is promised yet.");
    let filter = AuditFilter { site: args.site, customer: args.customer, contract: args.contract };
    let (mut out, mut shown) = (std::io::BufWriter::new(Out::new()), 0);
    let until = judged_until(office).await?;
    match (until, args.form.json) {
        (JudgedUntil::Now(_), _) => {}
        // In JSON every row carries `judged_at`, so the note goes to standard error.
        (JudgedUntil::LastBeat(_) | JudgedUntil::NeverAtWork(_), true) => {
            eprintln!("{}", judged_until_note(office, until))
        }
        (JudgedUntil::LastBeat(_) | JudgedUntil::NeverAtWork(_), false) => {
            writeln!(out, "{}\n", judged_until_note(office, until))?;
        }
    }
    let mut audit = PromiseAudit::begin_until(office, filter, AuditSpan::Whole, until).await?;
    while let Some(page) = audit.next_page().await? {
        for AuditedTerm { customer, line, papers, differences, .. } in page {
            let printed = Printed { judged_at: until.at(), customer, line, papers, differences };
            match args.form.json {
                true => show::json_row(&mut out, shown, &printed)?,
                false => {
                    write!(out, "{}", show::visible(&line::draw(&printed.line, &printed.differences)))?;
                    if args.explain {
                        write!(out, "{}", show::visible(&line::explain(&printed.line, &printed.papers)))?;
                    }
                }
            }
            shown += 1;
        }
    }
    if args.form.json {
        show::json_end(&mut out, shown)?;
    } else if shown == 0 {
        writeln!(out, "{none}")?;
    }
    out.flush()?;
    Ok(())
}
