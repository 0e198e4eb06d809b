//! Verifies whether a file is a report of ours: what the store knows about it, and what the file itself proves (R16).

use serde::Serialize;

use crate::documents::sha256;
use crate::visits::invitations::IDENTITY;
use crate::{Error, Office, Result};
use domain::Instant;
use domain::ids::{SiteCode, VisitId};
use domain::reports::{Chained, Issued};
use paper::pdf::{self, Claims, Extent, Provenance, Remains, SignatureFound};
use paper::seal::{self, Checked};

/// How many ends of a file are looked for, since somebody may have appended something.
const MOST_ENDS: usize = 16;

/// The verdict on a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "verdict")]
pub enum Verdict {
    /// The store issued exactly these bytes, and no later revision.
    Genuine,
    /// The store issued exactly these bytes, but a later revision has replaced them.
    Superseded { by: i64 },
    /// It claims to be a report of ours but is not, or contradicts itself.
    Altered,
    /// It does not claim to be a report of ours.
    Unknown,
    /// Without the store: the whole file is signed, and nothing in it contradicts the signature.
    Signed,
    /// Without the store: like `Signed`, but with a certificate other than the trusted ones.
    SignedByAnother,
    /// Without the store: like `Signed`, but at a time when the certificate was not valid.
    SignedOutOfTime,
    /// Without the store: the file does not contradict itself, but nothing proves who wrote it.
    Unsigned,
}

/// The result of verifying a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verified {
    #[serde(flatten)]
    pub verdict: Verdict,
    /// SHA-256 of the file.
    pub sha256: String,
    /// The number of the report, according to the store: `V12-1`.
    pub report: Option<String>,
    /// The reasons for the verdict, one sentence each.
    pub why: Vec<String>,
    /// What the file claims; `None`: nothing that can be parsed.
    pub file: Option<Said>,
}

/// What a file claims about itself.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Said {
    pub report: String,
    pub site: SiteCode,
    /// The identity of the office that it claims to come from; `None` if it does not say.
    pub office: Option<String>,
    /// Its position in the chain of the site's reports.
    pub number: i64,
    pub previous_sha256: Option<String>,
    pub issued_at: Instant,
    pub record_schema: u32,
    /// As stated, and consistent with the embedded record.
    pub record_sha256: String,
    pub embedded_record_sha256: Option<String>,
    pub signatures: Vec<PdfSignature>,
}

/// A signature in a file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PdfSignature {
    /// `None`: it cannot be parsed.
    #[serde(flatten)]
    pub checked: Option<Checked>,
    /// Whether it covers the whole file.
    pub is_whole: bool,
    /// Problems with the signature.
    pub doubts: Vec<String>,
    /// When it was made, according to the file.
    pub claimed_at: Option<Instant>,
    /// What was done while a certificate was not valid.
    pub untimely: Vec<String>,
}

/// Compares a file with what the store has issued.
pub async fn verify(office: &Office, file: Vec<u8>) -> Result<Verified> {
    let hash = sha256(&file);
    let ends = ends(&file);
    let issued = store::reports::chain::by_sha256(&office.db, &hash).await?;
    let said = tokio::task::spawn_blocking(move || said(file)).await.map_err(anyhow::Error::from)?;
    let (said, mut why) = match said {
        Ok(said) => said,
        Err(why) => (None, vec![why]),
    };
    if let Some(issued) = issued {
        // The file's claims need no verification: the office wrote them.
        let why = vec![kept_copy(office, &issued).await];
        let verdict = match issued.latest {
            latest if latest > issued.revision => Verdict::Superseded { by: latest },
            _ => Verdict::Genuine,
        };
        return Ok(Verified { verdict, sha256: hash, report: Some(number(&issued)), why, file: said });
    }
    let mut report = None;
    let mut is_named_elsewhere = false;
    match named(office, said.as_ref()).await? {
        Named::Here(named) => {
            why.insert(0, format!("Ronda issued {} as another file, with SHA-256 {}", number(&named), named.sha256));
            report = Some(number(&named));
        }
        Named::Elsewhere(name) => {
            is_named_elsewhere = true;
            why.insert(0, format!("it says that it is {name}; this office has not issued such a report"));
        }
        Named::Nowhere => {}
    }
    for end in ends {
        if let Some(issued) = store::reports::chain::by_sha256(&office.db, &end.sha256).await? {
            why.push(format!("its first {} bytes are {}; what follows was appended", end.bytes, number(&issued)));
            report = Some(number(&issued));
        }
    }
    let record = said.as_ref().and_then(|said| said.embedded_record_sha256.as_deref());
    if let Some(record) = record
        && let Some(visit) = store::reports::chain::visit_of_record(&office.db, record).await?
    {
        why.push(format!("it holds the record of {visit}, unchanged"));
    }
    let verdict = if report.is_some() { Verdict::Altered } else { Verdict::Unknown };
    if verdict == Verdict::Unknown && !is_named_elsewhere {
        why.push("this office issued no such file".to_owned());
    }
    Ok(Verified { verdict, sha256: hash, report, why, file: said })
}

/// Determines what a file itself proves, without any office. It may block for several seconds.
///
/// If `trusted` lists fingerprints of certificates, a signature with any other certificate is
/// [`Verdict::SignedByAnother`].
#[must_use]
pub fn verify_offline(file: Vec<u8>, trusted: Option<&[String]>) -> Verified {
    let sha256 = sha256(&file);
    let verified = |verdict, why, file| Verified { verdict, sha256: sha256.clone(), report: None, why, file };
    let (said, mut why) = match said(file) {
        Ok((Some(said), why)) => (said, why),
        Ok((None, _)) => {
            return verified(Verdict::Unknown, vec!["it does not say that it is a report".to_owned()], None);
        }
        Err(why) => return verified(Verdict::Unknown, vec![why], None),
    };
    let is_trusted = |checked: &Checked| trusted.is_none_or(|all| all.contains(&checked.signatory.fingerprint));
    let is_by_another =
        said.signatures.iter().filter_map(|signed| signed.checked.as_ref()).any(|checked| !is_trusted(checked));
    let untimely: Vec<String> = said.signatures.iter().flat_map(|signed| signed.untimely.clone()).collect();
    let is_altered = !why.is_empty();
    if is_by_another {
        why.push("it is signed by another certificate than the one you named".to_owned());
    }
    let is_out_of_time = !untimely.is_empty();
    why.extend(untimely);
    let verdict = if is_altered {
        Verdict::Altered
    } else if is_by_another {
        Verdict::SignedByAnother
    } else if is_out_of_time {
        Verdict::SignedOutOfTime
    } else if said.signatures.is_empty() {
        why.push(
            "nothing in it contradicts itself; without a signature, that proves nothing about who wrote it".into(),
        );
        Verdict::Unsigned
    } else {
        why.push("all of the file is signed; compare the certificate with the one that the company publishes".into());
        Verdict::Signed
    };
    verified(verdict, why, Some(said))
}

/// What a file claims, and its contradictions. The error is a sentence.
type SaidOrNot = std::result::Result<(Option<Said>, Vec<String>), String>;

fn said(file: Vec<u8>) -> SaidOrNot {
    let bytes = std::sync::Arc::new(file);
    let claims = pdf::read(std::sync::Arc::clone(&bytes)).map_err(|why| why.to_string())?;
    let Claims { provenance: Some(provenance), record, signatures, remains } = claims else {
        return Ok((None, Vec::new()));
    };
    let embedded = record.map(|record| sha256(&record));
    let mut doubts = Vec::new();
    match &embedded {
        Some(found) if *found == provenance.record_sha256 => {}
        Some(_) => doubts.push("the embedded record is not the one that the file names".to_owned()),
        None => doubts.push("the record that the file names is not in it".to_owned()),
    }
    if provenance.previous_sha256.is_some() != (provenance.number > 1) {
        doubts.push("its place in the chain of reports does not fit the report before it".to_owned());
    }
    match remains {
        Remains::None => {}
        Remains::OfASignature => doubts.push("it holds a signature that was damaged".to_owned()),
    }
    let signatures: Vec<PdfSignature> = signatures.iter().map(|found| signed(found, &bytes)).collect();
    doubts.extend(signatures.iter().flat_map(|signed| signed.doubts.clone()));
    Ok((Some(Said::new(provenance, embedded, signatures)), doubts))
}

impl Said {
    fn new(provenance: Provenance, embedded: Option<String>, signatures: Vec<PdfSignature>) -> Said {
        Said {
            report: format!("{}-{}", provenance.visit, provenance.revision),
            site: provenance.site,
            office: provenance.office,
            number: provenance.number,
            previous_sha256: provenance.previous_sha256,
            issued_at: provenance.issued_at,
            record_schema: provenance.record_schema,
            record_sha256: provenance.record_sha256,
            embedded_record_sha256: embedded,
            signatures,
        }
    }
}

fn signed(found: &SignatureFound, file: &[u8]) -> PdfSignature {
    let parts = found.over.clone().map(|range| &file[range]);
    let (checked, mut doubts) = match seal::check(&found.cms, &parts) {
        Ok(checked) => {
            let doubts = checked.doubts.iter().map(ToString::to_string).collect();
            (Some(checked), doubts)
        }
        Err(doubt) => (None, vec![doubt.to_string()]),
    };
    let is_whole = match found.extent {
        Extent::Whole => true,
        Extent::Part => {
            doubts.push("the signature is not over all of the file: something was appended".to_owned());
            false
        }
    };
    let claimed_at = found.claimed_at;
    let untimely = checked.as_ref().map_or_else(Vec::new, |checked| checked.untimely(claimed_at));
    let untimely = untimely.iter().map(ToString::to_string).collect();
    PdfSignature { checked, is_whole, doubts, claimed_at, untimely }
}

/// The report that a file claims to be.
enum Named {
    /// One of ours.
    Here(Issued),
    /// One that this office did not issue; described in words.
    Elsewhere(String),
    /// It makes no claim.
    Nowhere,
}

/// Other offices also count their visits from 1, so the number alone is not enough.
async fn named(office: &Office, said: Option<&Said>) -> Result<Named> {
    let Some(said) = said else { return Ok(Named::Nowhere) };
    let Some((visit, revision)) = report_number(&said.report) else { return Ok(Named::Nowhere) };
    let ours = store::fact::get(&office.db, IDENTITY).await?;
    let is_ours = said.office.is_none() || said.office == ours;
    let issued = store::reports::chain::by_number(&office.db, visit, revision).await?;
    Ok(match issued.filter(|issued| is_ours && issued.site == said.site) {
        Some(issued) => Named::Here(issued),
        None if is_ours => Named::Elsewhere(format!("{} of site {}", said.report, said.site)),
        None => {
            let theirs = said.office.as_deref().unwrap_or_default();
            Named::Elsewhere(format!("{} of site {} of the office {theirs}", said.report, said.site))
        }
    })
}

/// Parses a report's number, `V12-1`, into visit and revision.
#[must_use]
pub fn report_number(text: &str) -> Option<(VisitId, i64)> {
    let (visit, revision) = text.rsplit_once('-')?;
    Some((visit.parse().ok()?, revision.parse().ok().filter(|revision| *revision > 0)?))
}

/// The report in an address of the public page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    pub issued: Issued,
    /// Whether the address includes the code that is only printed on the report.
    pub is_holder: bool,
}

/// The last part of the address of a report's public page: its number, and a code that can only be known to holders of
/// the report, since it is derived from the record with its signatures.
#[must_use]
pub fn page_address(visit: VisitId, revision: u32, record_sha256: &str) -> String {
    format!("{visit}-{revision}-{}", page_code(record_sha256))
}

/// The code in that address.
pub(crate) fn page_code(record_sha256: &str) -> &str {
    &record_sha256[..CODE]
}

/// Number of hexadecimal digits in the code.
const CODE: usize = 16;

/// The report in an address, with or without its code; `None` if the code is wrong.
pub async fn numbered(office: &Office, address: &str) -> Result<Option<Numbered>> {
    let (number, code) = match address.rsplit_once('-') {
        Some((number, code)) if code.len() == CODE && number.contains('-') => (number, Some(code)),
        Some(_) | None => (address, None),
    };
    let Some((visit, revision)) = report_number(number) else { return Ok(None) };
    let Some(issued) = store::reports::chain::by_number(&office.db, visit, revision).await? else { return Ok(None) };
    let is_holder = match code {
        None => false,
        Some(code) => {
            // Not the visit's current record, which a late signature may have changed.
            let record = match &issued.record_sha256 {
                Some(record) => Some(record.clone()),
                None => store::records::of_visit(&office.db, visit).await?.map(|record| record.sha256),
            };
            if record.is_none_or(|record| page_code(&record) != code) {
                return Ok(None);
            }
            true
        }
    };
    Ok(Some(Numbered { issued, is_holder }))
}

fn number(issued: &Issued) -> String {
    format!("{}-{}", issued.visit, issued.revision)
}

/// Whether the office still has the issued file.
async fn kept_copy(office: &Office, issued: &Issued) -> String {
    let issued_at = issued.issued_at.format("%Y-%m-%d %H:%M UTC");
    match office.documents.get(&issued.sha256).await {
        Ok(_) => format!("these are the bytes that were issued on {issued_at} for site {}", issued.site),
        Err(error) => format!("it was issued on {issued_at}, but our own copy is gone: keep this one ({error:#})"),
    }
}

/// A place where a file ends, or ended before something was appended.
struct End {
    bytes: usize,
    sha256: String,
}

/// The ends before the last one.
fn ends(file: &[u8]) -> Vec<End> {
    const MARK: &[u8] = b"%%EOF";
    let marks = file.windows(MARK.len()).enumerate().rev().filter(|(_, window)| *window == MARK);
    let ends = marks.map(|(at, _)| at + MARK.len()).filter(|end| *end < file.len());
    ends.take(MOST_ENDS).map(|bytes| End { bytes, sha256: sha256(&file[..bytes]) }).collect()
}

/// A report in its site's chain, with its faults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChainLink {
    pub number: i64,
    /// `V12-1`
    pub report: String,
    pub sha256: String,
    pub issued_at: Instant,
    /// Empty if there are none.
    pub breaks: Vec<String>,
}

/// Walks the chain of a site's reports from the first one, and returns every fault: a missing report, an altered one,
/// or one that names a predecessor other than the actual one.
///
/// # Errors
/// [`Error::NotFound`] if there is no such site.
pub async fn walk_chain(office: &Office, site: &SiteCode) -> Result<Vec<ChainLink>> {
    const A_PAGE: i64 = 100;
    if store::people::site::find(&office.db, site).await?.is_none() {
        return Err(Error::NotFound(format!("there is no site {site}; `ronda export` lists them")));
    }
    let mut links: Vec<ChainLink> = Vec::new();
    loop {
        let after = links.last().map_or(0, |link| link.number);
        let page = store::reports::chain::of_site(&office.db, site, after, A_PAGE).await?;
        let is_last = page.len() < 100;
        for chained in page {
            let breaks = breaks(office, &chained, links.last()).await?;
            let report = format!("{}-{}", chained.visit, chained.revision);
            let (sha256, issued_at) = (chained.sha256, chained.issued_at);
            links.push(ChainLink { number: chained.number, report, sha256, issued_at, breaks });
        }
        if is_last {
            return Ok(links);
        }
    }
}

async fn breaks(office: &Office, link: &Chained, before: Option<&ChainLink>) -> Result<Vec<String>> {
    let mut breaks = Vec::new();
    let expected = before.map_or(1, |before| before.number + 1);
    if link.number != expected {
        breaks.push(format!("numbers {expected} to {} are missing from the store", link.number - 1));
    } else if link.previous_sha256.as_ref() != before.map(|before| &before.sha256) {
        let named = link.previous_sha256.as_deref().unwrap_or("none");
        breaks.push(format!("the store says that it follows {named}, which is not the report before it"));
    }
    let bytes = match office.documents.get(&link.sha256).await {
        Ok(bytes) => bytes,
        Err(error) => {
            breaks.push(format!("{error:#}"));
            return Ok(breaks);
        }
    };
    let claims = tokio::task::spawn_blocking(move || pdf::read(bytes.into())).await.map_err(anyhow::Error::from)?;
    match claims {
        Ok(Claims { provenance: Some(said), .. }) => {
            if said.number != link.number || said.previous_sha256 != link.previous_sha256 {
                let named = said.previous_sha256.as_deref().unwrap_or("none");
                breaks.push(format!("the file itself says that it is number {} and follows {named}", said.number));
            }
        }
        // Drawn before reports stated their position; the hash is right, and nothing more can be checked.
        Ok(Claims { provenance: None, .. }) => {}
        Err(why) => breaks.push(why.to_string()),
    }
    Ok(breaks)
}
