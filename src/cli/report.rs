//! `ronda report`: lists, shows and files reports.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chrono::NaiveDate;
use clap::Subcommand;

use super::known;
use super::out::Out;
use super::show::{self, Narrowed, OutputFormat, PagedList};
use domain::contract::Purpose;
use domain::ids::{CustomerCode, SiteCode, VisitId};
use domain::reports::papers::FaultAnalysis;
use domain::reports::{DocumentKind, FiledHow, ReportLine};
use domain::wording::counted;
use office::Error::Refused;
use office::reports::draw_papers;
use office::reports::file_report::handed_over;
use office::reports::issue_report::{no_report, send_again};
use office::reports::verify_report::{ChainLink, walk_chain};
use office::{Acting, named_visit};

/// List, show and deliver reports and certificates; draw other documents
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  ronda report list --site MAD-1\n  ronda report handed-over V12 --by \"Lucía Romero\" --on 2026-03-12"
)]
pub struct ReportArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List reports, latest first
    #[command(after_help = "Example:\n  ronda report list --site MAD-1 --limit 20 --json")]
    List {
        /// Only this site, by code
        #[arg(long)]
        site: Option<SiteCode>,
        /// Show at most this many
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
        #[command(flatten)]
        form: OutputFormat,
    },
    /// Write a visit's report to a file, or print where it is stored
    #[command(after_help = "Examples:\n  ronda report show V12 --output report.pdf\n  ronda report show V12 --json")]
    Show {
        /// The visit's number, for example V12
        visit: VisitId,
        /// Write the PDF to this file
        #[arg(long, short, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        form: OutputFormat,
    },
    /// Verify the chain of a site's reports, in which each names the one before it
    #[command(after_help = "Examples:\n  ronda report chain MAD-1\n  ronda report chain MAD-1 --json")]
    Chain {
        /// The site's code
        site: SiteCode,
        #[command(flatten)]
        form: OutputFormat,
    },
    /// Mail a report again to those report contacts of the site who have not received it
    #[command(after_help = "Example:\n  ronda report file V12")]
    File {
        /// The visit's number, for example V12
        visit: VisitId,
    },
    /// Draw the visit sheet of a planned or booked visit, to print and take along
    #[command(after_help = "Example:\n  ronda report sheet V12 --output sheet.pdf")]
    Sheet {
        /// The visit's number, for example V12
        visit: VisitId,
        #[command(flatten)]
        paper: Paper,
    },
    /// Draw the site file: equipment, visits, reports, findings, advice, trainings
    #[command(after_help = "Example:\n  ronda report site-file MAD-1 --output mad-1.pdf")]
    SiteFile {
        /// The site's code
        site: SiteCode,
        #[command(flatten)]
        paper: Paper,
    },
    /// Draw a customer's year of service: what was promised, what was kept on time, what was late
    #[command(after_help = "Example:\n  ronda report year CUMBRE 2026 --output cumbre-2026.pdf")]
    Year {
        /// The customer's code
        customer: CustomerCode,
        /// The calendar year
        year: i32,
        #[command(flatten)]
        paper: Paper,
    },
    /// Draw a fault analysis from a TOML file; `ronda help --files DIR` writes an example, fault-analysis.example.toml
    #[command(after_help = "Example:\n  ronda report fault-analysis C-2026-014.toml --output analysis.pdf")]
    FaultAnalysis {
        /// The analysis, as TOML
        file: PathBuf,
        #[command(flatten)]
        paper: Paper,
    },
    /// Record that a report was handed over in person
    #[command(after_help = "Example:\n  ronda report handed-over V12 --by \"Lucía Romero\" --on 2026-03-12")]
    HandedOver {
        /// The visit's number, for example V12
        visit: VisitId,
        /// Who handed it over
        #[arg(long)]
        by: String,
        /// The date, at the site
        #[arg(long, value_name = "DATE")]
        on: NaiveDate,
    },
}

/// Where to write a document.
#[derive(Debug, clap::Args)]
struct Paper {
    /// Write the PDF to this file
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

impl Paper {
    async fn keep(self, bytes: Vec<u8>) -> anyhow::Result<()> {
        let path = self.output;
        tokio::fs::write(&path, &bytes).await.with_context(|| format!("cannot write {}", path.display()))?;
        println!("{}: {}", path.display(), counted(bytes.len(), "byte"));
        Ok(())
    }
}

/// Reads a fault analysis; a mistake is reported with its line.
fn analysis(file: &Path) -> anyhow::Result<FaultAnalysis> {
    let text = known::read_text(file)?;
    toml::from_str(&text).map_err(|error| Refused(format!("{}: {error}", file.display())).into())
}

/// Runs the subcommands of `ronda report`.
///
/// # Errors
/// A refusal with its remedy, or a failure of store or disk.
pub async fn run(office: &Acting, args: ReportArgs) -> anyhow::Result<()> {
    match args.verb {
        Verb::List { site, limit, form } => {
            known::site(office, site.as_ref()).await?;
            let narrowed = Narrowed::default().by("--site", site.as_ref());
            let list = PagedList {
                form,
                head: &["visit", "site", "of", "rev.", "due", "filed", "sha-256"],
                none: &narrowed.nothing("No report", "There is no report yet."),
                limit,
                which: "latest",
                rest: "See them with --limit.",
            };
            let next = async |last: Option<&ReportLine>, most| -> anyhow::Result<Vec<ReportLine>> {
                Ok(store::reports::list(&office.db, site.as_ref(), last, most).await?)
            };
            list.print(&mut Out::new(), line, next).await?;
        }
        Verb::Show { visit, output, form } => one(office, visit, output, form).await?,
        Verb::Chain { site, form } => chain(office, &site, form).await?,
        Verb::File { visit } => match send_again(office, visit).await? {
            0 => println!("Everyone who should have the report of {visit} has a letter with it."),
            1 => println!("1 letter with the report of {visit} waits in the outbox."),
            letters => println!("{letters} letters with the report of {visit} wait in the outbox."),
        },
        Verb::Sheet { visit, paper } => paper.keep(draw_papers::visit_sheet(office, visit).await?).await?,
        Verb::SiteFile { site, paper } => {
            known::site(office, Some(&site)).await?;
            paper.keep(draw_papers::site_file(office, &site).await?).await?;
        }
        Verb::Year { customer, year, paper } => {
            known::customer(office, Some(&customer)).await?;
            paper.keep(draw_papers::service_year(office, &customer, year).await?).await?;
        }
        Verb::FaultAnalysis { file, paper } => {
            paper.keep(draw_papers::fault_analysis(office, analysis(&file)?).await?).await?;
        }
        Verb::HandedOver { visit, by, on } => {
            let filed_at = handed_over(office, visit, &by, on).await?;
            println!("The report of {visit} is filed, {filed_at}.");
        }
    }
    Ok(())
}

fn line(report: &ReportLine) -> Vec<String> {
    let filed = match (report.filed_at, report.late_from) {
        (Some(filed), Some(late)) if filed >= late => format!("{} late", filed.format("%Y-%m-%d %H:%M")),
        (Some(filed), _) => filed.format("%Y-%m-%d %H:%M").to_string(),
        (None, _) => "open".to_owned(),
    };
    vec![
        report.visit.to_string(),
        report.site.to_string(),
        report.purpose.word().to_owned(),
        report.revision.to_string(),
        report.due_on.map_or_else(|| "unknown".to_owned(), |day| day.to_string()),
        filed,
        report.sha256[..12].to_owned(),
    ]
}

/// Turns the stored form of a filing into a phrase: `accepted by the servers of a@b.example`.
pub(super) fn filed(how: &str) -> String {
    match FiledHow::of(how) {
        FiledHow::Mail { accepted_by_the_servers_of: to, .. } => {
            format!("accepted by the servers of {}", to.join(", "))
        }
        FiledHow::HandedOver { by, to, on } => {
            let to = to.filter(|to| !to.is_empty()).map_or_else(String::new, |to| format!(" to {to}"));
            format!("handed over{to} by {by} on {on}")
        }
        FiledHow::Otherwise => how.to_owned(),
    }
}

/// Prints the chain, and fails if it is broken.
async fn chain(office: &Acting, site: &SiteCode, form: OutputFormat) -> anyhow::Result<()> {
    known::site(office, Some(site)).await?;
    let links = walk_chain(office, site).await?;
    show::list(
        form,
        &links,
        &["no.", "report", "issued", "sha-256", "broken"],
        chain_line,
        "The site has no report yet.",
    );
    let broken = links.iter().filter(|link| !link.breaks.is_empty()).count();
    if broken > 0 {
        bail!(
            "the chain of {site} is broken at {broken} of {}; restore the documents from a backup",
            counted(links.len(), "report")
        );
    }
    Ok(())
}

fn chain_line(link: &ChainLink) -> Vec<String> {
    vec![
        link.number.to_string(),
        link.report.clone(),
        link.issued_at.format("%Y-%m-%d %H:%M").to_string(),
        link.sha256[..12].to_owned(),
        link.breaks.join("; "),
    ]
}

/// Names a document by its stored kind and the purpose of its visit.
fn document(kind: DocumentKind, purpose: Purpose) -> String {
    match kind {
        DocumentKind::Certificate => "certificate".to_owned(),
        DocumentKind::Report => format!("report of the {}", purpose.word()),
    }
}

async fn one(office: &Acting, visit: VisitId, output: Option<PathBuf>, form: OutputFormat) -> anyhow::Result<()> {
    let Some(report) = store::reports::latest(&office.db, visit).await? else {
        named_visit(&office.db, visit).await?;
        return Err(Refused(no_report(office, &office.db, visit).await?).into());
    };
    let filing = store::reports::filing(&office.db, visit).await?;
    let path = office.documents.path(&report.sha256);
    if let Some(output) = &output {
        let bytes = office.documents.get(&report.sha256).await?;
        tokio::fs::write(output, bytes).await.with_context(|| format!("cannot write {}", output.display()))?;
    }
    if form.json {
        show::json(&serde_json::json!({
            "visit": visit,
            "kind": report.kind,
            "purpose": named_visit(&office.db, visit).await?.visit.purpose,
            "revision": report.revision,
            "language": report.language,
            "sha256": report.sha256,
            "issued_at": report.issued_at,
            "document": path,
            "filed_at": filing.as_ref().map(|filing| filing.filed_at),
            "filed_how": filing.as_ref().and_then(|f| serde_json::from_str::<serde_json::Value>(&f.how).ok()),
        }));
        return Ok(());
    }
    let purpose = named_visit(&office.db, visit).await?.visit.purpose;
    println!("{visit}: {} revision {}, issued {}", document(report.kind, purpose), report.revision, report.issued_at);
    println!("sha-256 {}", report.sha256);
    println!("kept as {}", path.display());
    match filing {
        Some(filing) => println!("filed {}: {}", filing.filed_at, filed(&filing.how)),
        None => println!("not filed yet"),
    }
    Ok(())
}
