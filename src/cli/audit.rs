//! `ronda audit`: what was promised and how it stands, by the facts alone.

mod line;

use clap::Subcommand;
use serde::Serialize;

use super::known;
use super::show::{self, Narrowed, OutputFormat};
use domain::audit::promises::held::PromiseDifference;
use domain::audit::promises::{JudgedPaper, LifeLine};
use domain::ids::{ContractCode, CustomerCode, SiteCode};
use office::Office;
use office::audit::audit_promises::{AuditFilter, AuditSpan, AuditedTerm, audit_promises};

/// Audit the office: derive from the facts alone what was promised, and how it stands
///
/// The auditor reads contracts, calendars, visits, records, deliveries and people, and nothing that the office has
/// concluded from them. See `ronda help auditor`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  ronda audit promises --site MAD-1\n  ronda audit promises --customer CUMBRE --explain"
)]
pub struct AuditArgs {
    #[command(subcommand)]
    ask: Ask,
}

#[derive(Debug, Subcommand)]
enum Ask {
    Promises(PromisesArgs),
}

/// Show each term at each site as a life line: a sign for each of its periods
///
/// Below a line stands where the store holds something else than the facts say.
#[derive(Debug, clap::Args)]
#[command(after_help = "Signs:\n  \
                  =  kept             ~  kept late       !  late\n  \
                  o  open, its visit can take place      ?  open, without a visit that can\n  \
                  p  paused           w  waived          >  handed to the period before\n  \
                  .  before the office came\n\n\
                  Examples:\n  ronda audit promises --site MAD-1\n  ronda audit promises --customer CUMBRE --explain\n  \
                  ronda audit promises --contract C-CUMBRE --json")]
struct PromisesArgs {
    /// Only at this site, by its code
    #[arg(long)]
    site: Option<SiteCode>,
    /// Only by this contract, by its code
    #[arg(long)]
    contract: Option<ContractCode>,
    /// Only at this customer's sites
    #[arg(long)]
    customer: Option<CustomerCode>,
    /// Show every period, and how it stands and why
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    form: OutputFormat,
}

/// A term at a site as it is printed.
#[derive(Debug, Serialize)]
struct Printed {
    customer: CustomerCode,
    #[serde(flatten)]
    line: LifeLine,
    papers: Vec<JudgedPaper>,
    differences: Vec<PromiseDifference>,
}

/// Shows how promises stand.
///
/// # Errors
/// A refusal where what the lines are narrowed by does not exist; a failure of the store.
pub async fn run(office: &Office, args: AuditArgs) -> anyhow::Result<()> {
    match args.ask {
        Ask::Promises(args) => promises(office, args).await,
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
    let (mut lines, mut shown) = (Vec::new(), 0);
    audit_promises(office, &filter, AuditSpan::Whole, async |page: Vec<AuditedTerm>| {
        for AuditedTerm { customer, line, papers, differences, .. } in page {
            let printed = Printed { customer, line, papers, differences };
            match args.form.json {
                true => lines.push(printed),
                false => {
                    print!("{}", line::drawn(&printed.line, &printed.differences));
                    if args.explain {
                        print!("{}", line::explained(&printed.line, &printed.papers));
                    }
                }
            }
            shown += 1;
        }
        Ok(())
    })
    .await?;
    if args.form.json {
        show::json(&lines);
    } else if shown == 0 {
        println!("{none}");
    }
    Ok(())
}
