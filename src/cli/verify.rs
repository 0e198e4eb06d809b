//! `ronda verify`: whether a file is a report of this office, and what the file itself proves.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::Call;
use super::known;
use super::show::{self, OutputFormat};
use crate::app;
use office::Error;
use office::reports::verify_report::{Said, Verdict, Verified, verify, verify_offline};
use paper::pdf::LARGEST_FILE;
use paper::seal;
use world::config::{Config, Database};

/// Verify a PDF: a genuine report of this office, superseded, altered or unknown
///
/// With --offline, or if there is no office, reports what the file itself proves: the embedded record compared with its
/// stated hash, the signature, the time stamp, and which report it follows.
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes:\n  0  genuine; offline: signed, and nothing contradicts it\n  \
                  1  altered, unknown, or not readable as a PDF\n  3  genuine, but superseded by a later revision\n  \
                  4  offline: nothing contradicts it, but it is not signed\n  \
                  5  offline: signed and intact, but by somebody other than expected\n  \
                  6  offline: signed and intact, but when the certificate was not valid\n\n\
                  Examples:\n  ronda verify report.pdf\n  ronda verify report.pdf --offline --certificate company.pem --json")]
pub struct VerifyArgs {
    /// The PDF file
    file: PathBuf,
    /// Check only the file, even if there is an office
    #[arg(long)]
    offline: bool,
    /// With --offline: the company's published certificate; a signature by anyone else is reported as such
    #[arg(long, value_name = "PEM", requires = "offline")]
    certificate: Option<PathBuf>,
    #[command(flatten)]
    form: OutputFormat,
}

impl VerifyArgs {
    pub(super) async fn run(self, call: &Call) -> anyhow::Result<ExitCode> {
        let file = read(&self.file)?;
        let (verified, no_office_at) = match self.basis(call)? {
            Basis::Office(config) => {
                (verify(&app::open_existing(*config, call.clock.clone()).await?, file).await?, None)
            }
            Basis::File => (self.offline(file).await?, None),
            Basis::NoOffice(at) => (self.offline(file).await?, Some(at)),
        };
        let answer = Answer { verified, no_office_at };
        if self.form.json {
            show::json(&answer);
        } else {
            if let Some(at) = &answer.no_office_at {
                println!("No office was found at {at}: this is only what the file itself says.");
            }
            print(&answer.verified);
        }
        Ok(exit_code(answer.verified.verdict))
    }

    async fn offline(&self, file: Vec<u8>) -> anyhow::Result<Verified> {
        let trusted = self.certificate.as_deref().map(fingerprints).transpose()?;
        Ok(tokio::task::spawn_blocking(move || verify_offline(file, trusted.as_deref())).await?)
    }

    /// Decides what answers the question; verifying never creates an office.
    fn basis(&self, call: &Call) -> anyhow::Result<Basis> {
        if self.offline {
            return Ok(Basis::File);
        }
        let config = call.source.read()?;
        Ok(match &config.database {
            // The database may be outside the office's folder.
            Database::Sqlite(path) if !path.is_file() => {
                let at = if path.starts_with(&config.dir) { &config.dir } else { path };
                Basis::NoOffice(at.display().to_string())
            }
            Database::Sqlite(_) | Database::Postgres(_) => Basis::Office(Box::new(config)),
        })
    }
}

/// What the answer is based on.
enum Basis {
    Office(Box<Config>),
    /// The file alone, as requested.
    File,
    /// The file alone, since there is no office at this path.
    NoOffice(String),
}

/// The answer as JSON.
#[derive(Debug, serde::Serialize)]
struct Answer {
    #[serde(flatten)]
    verified: Verified,
    /// Where no office was found; `None` if there was one, or if none was needed.
    no_office_at: Option<String>,
}

/// Reads a file, unless it is too large to verify.
fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    use std::io::Read;
    let cannot = |error| known::unreadable(path, error);
    let file = std::fs::File::open(path).map_err(cannot)?;
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE as u64 + 1).read_to_end(&mut bytes).map_err(cannot)?;
    anyhow::ensure!(bytes.len() <= LARGEST_FILE, "{} has more than {LARGEST_FILE} bytes", path.display());
    Ok(bytes)
}

fn fingerprints(path: &Path) -> anyhow::Result<Vec<String>> {
    let found = seal::fingerprints(&known::read_text(path)?);
    if found.is_empty() {
        return Err(Error::Refused(format!("there is no certificate in {}", path.display())).into());
    }
    Ok(found)
}

fn exit_code(verdict: Verdict) -> ExitCode {
    match verdict {
        Verdict::Genuine | Verdict::Signed => ExitCode::SUCCESS,
        Verdict::Altered | Verdict::Unknown => ExitCode::FAILURE,
        Verdict::Superseded { .. } => ExitCode::from(3),
        Verdict::Unsigned => ExitCode::from(4),
        Verdict::SignedByAnother => ExitCode::from(5),
        Verdict::SignedOutOfTime => ExitCode::from(6),
    }
}

fn print(verified: &Verified) {
    let report = verified.report.as_deref().unwrap_or("the file");
    match verified.verdict {
        Verdict::Genuine => println!("Genuine: {report}."),
        Verdict::Superseded { by } => println!("Genuine, but superseded by revision {by}: {report}."),
        Verdict::Altered => println!("Altered: this is not what was issued."),
        Verdict::Unknown => println!("Unknown: nothing shows that this is a report."),
        Verdict::Signed => println!("Signed: the file is as it was when it was signed."),
        Verdict::SignedByAnother => println!("Intact, and signed by somebody other than you named."),
        Verdict::SignedOutOfTime => println!("Intact, and signed while the certificate was not valid."),
        Verdict::Unsigned => println!("Not signed: the file proves nothing about who wrote it."),
    }
    for why in &verified.why {
        println!("  {why}");
    }
    println!("SHA-256 {}", verified.sha256);
    if let Some(said) = &verified.file {
        print_claims(said);
    }
}

fn print_claims(said: &Said) {
    println!("The file says of itself:");
    println!("  report {}, number {} of site {}, issued {}", said.report, said.number, said.site, said.issued_at);
    if let Some(office) = &said.office {
        println!("  is of the office {office}");
    }
    match &said.previous_sha256 {
        Some(previous) => println!("  follows the report with SHA-256 {previous}"),
        None => println!("  is the site's first report"),
    }
    println!("  drawn from a record of form {} with SHA-256 {}", said.record_schema, said.record_sha256);
    for signed in &said.signatures {
        let Some(checked) = &signed.checked else {
            println!("  has a signature that cannot be read");
            continue;
        };
        let signatory = &checked.signatory;
        println!("  signed by {}", signatory.name);
        println!("    issued by {}, valid {} to {}", signatory.issuer, signatory.valid_from, signatory.valid_until);
        println!("    certificate's SHA-256 {}", signatory.fingerprint);
        match &checked.stamped {
            Some(stamped) => println!("    time stamp {} by {}", stamped.at, stamped.by.name),
            None => match signed.claimed_at {
                Some(at) => println!("    signed at {at} by its own word, no time stamp"),
                None => println!("    no time stamp"),
            },
        }
    }
}
