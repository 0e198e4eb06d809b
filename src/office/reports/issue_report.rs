//! Draws the report or certificate of every record that is in, keeps it by its hash, and mails it (P04, P09).

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::{Days, TimeDelta};
use serde_json::json;

use super::draw_report::{Authority, DrawOutcome as Drawn, draw, waits};
use super::past_visits;
use super::verify_report::page_code;
use crate::access::links;
use crate::acting::note;
use crate::documents::sha256;
use crate::letters::{owe, withdraw_untrue};
use crate::parties::{Parties, engineer};
use crate::visits::invitations;
use crate::{Acting, Error, Office, Result, Tools, named_visit};
use domain::Instant;
use domain::access::{Deed, Errand};
use domain::audit::trail::DeedNote;
use domain::contract::Purpose;
use domain::ids::VisitId;
use domain::language::Language;
use domain::letters::letter::LetterState;
use domain::letters::notice::{Notice, NoticeKind, PdfDelivery, Reader, Reissue, VisitWords};
use domain::people::Engineer;
use domain::people::equipment::Phase;
use domain::promises::Owed;
use domain::records::{Attendee, CustomerSignature, Done, Outcome, Record};
use domain::reports::{DocumentKind, Picture, Replaced, ReportFacts, ReportedEquipment};
use domain::visits::Visit;
use domain::wording::{Value, in_file_names, short_date};
use paper::{pdf, photos};
use store::reports::StoredReport;

/// Records that one look at the index takes.
const A_PAGE: i64 = 50;
/// How long the link to a large report holds.
const LINK_HOLDS: TimeDelta = TimeDelta::days(365);

/// Issues the reports of all records that have none yet. Says how many. One that cannot be drawn is logged and
/// tried again at the next beat; it never stops the others. Nor does a time-stamp authority that does not answer: it
/// is asked once in a run, and reports wait for it no longer than two hours.
pub async fn issue_reports(office: &Office) -> Result<u64> {
    let mut issued = 0;
    let mut put_off = Vec::new();
    let mut authority = Authority::Unheard;
    loop {
        let now = office.clock.now();
        let records = store::reports::unreported(&office.db, now, A_PAGE + put_off.len() as i64).await?;
        let waiting: Vec<_> = records.into_iter().filter(|(visit, _, _)| !put_off.contains(visit)).collect();
        if waiting.is_empty() {
            return Ok(issued);
        }
        for (visit, body, ready_at) in waiting {
            if waits(office, ready_at, authority) {
                put_off.push(visit);
                continue;
            }
            match issue(office, VisitId(visit), &body, ready_at, &mut authority).await {
                Ok(Issue::New) => issued += 1,
                // Another report of the site took the place in the chain, or this one exists: look again.
                Ok(Issue::Overtaken) => {}
                Ok(Issue::Unstamped) => put_off.push(visit),
                Err(error) => {
                    let error = anyhow::Error::from(error);
                    tracing::error!(visit, "cannot issue the report: {error:#}");
                    put_off.push(visit);
                }
            }
        }
    }
}

/// What became of a report that was drawn.
enum Issue {
    New,
    /// Somebody was faster; nothing was stored.
    Overtaken,
    /// It waits for its time stamp; nothing was stored.
    Unstamped,
}

/// Draws one report and stores it with the letters that carry it.
async fn issue(
    office: &Office,
    id: VisitId,
    body: &str,
    ready_at: Instant,
    authority: &mut Authority,
) -> Result<Issue> {
    let record: Record = serde_json::from_str(body).context("the stored record cannot be read")?;
    let stored = store::visits::get(&office.db, id).await?.with_context(|| format!("{id} is gone"))?;
    let Outcome::Done(done) = record.outcome else {
        return Err(Error::Failed(anyhow::anyhow!("{id} has a record that asks for no report")));
    };
    let now = office.clock.now();
    let parties = Parties::of_visit(office, &office.db, &stored.visit).await?;
    let engineer = engineer(&office.db, &stored.visit.state.appointment().engineer).await?;
    let head = store::reports::chain::head(&office.db, &stored.visit.site).await?;
    let record_sha256 = sha256(body.as_bytes());
    let earlier = store::reports::latest(&office.db, id).await?;
    let replaces = earlier.as_ref().map(|earlier| replaced(office, earlier));
    let facts = ReportFacts {
        verify_code: Some(page_code(&record_sha256).to_owned()),
        revision: replaces.map_or(1, |replaced| replaced.revision + 1),
        replaces,
        ..facts(office, &stored.visit, &parties, &engineer, *done, now, head.as_ref()).await?
    };
    let provenance = pdf::Provenance {
        visit: id,
        revision: facts.revision,
        site: stored.visit.site.clone(),
        number: head.as_ref().map_or(1, |head| head.number + 1),
        previous_sha256: facts.previous_report.clone(),
        record_sha256: record_sha256.clone(),
        record_schema: record.schema,
        issued_at: now,
        office: Some(identity(office).await?),
    };
    let bytes = match draw(office, facts.clone(), body.to_owned(), provenance, ready_at, authority).await? {
        Drawn::Ready(bytes) => bytes,
        Drawn::Unstamped => return Ok(Issue::Unstamped),
    };
    let size = bytes.len();
    let hash = office.documents.put(bytes).await?;
    let kind = DocumentKind::of(stored.visit.purpose).word();
    let mut tx = office.at_work().begin().await?;
    if !store::reports::set_reported(&mut tx, id, &record_sha256).await? {
        return Ok(Issue::Overtaken);
    }
    let language = parties.language().code().to_owned();
    let revision = i64::from(facts.revision);
    let report = StoredReport {
        visit_id: id.0,
        revision,
        kind: kind.to_owned(),
        language,
        sha256: hash.clone(),
        record_sha256: Some(record_sha256),
        issued_at: now,
    };
    store::reports::put(&mut tx, &report).await?;
    let issued = json!({ "revision": revision, "sha256": report.sha256 });
    let line = DeedNote { after: Some(issued), ..DeedNote::of_visit(Deed::IssueReport, &stored.visit) };
    note(&mut tx, &parties.case(&stored.visit), line)?;
    if !store::reports::chain::append(&mut tx, &stored.visit.site, id, revision, head.as_ref()).await? {
        return Ok(Issue::Overtaken);
    }
    // A letter with the revision before that is not written yet is not wanted any more.
    withdraw_untrue(office, &mut tx, id).await?;
    let words = parties.words(&stored.visit, &engineer);
    let reissue = earlier.map(|earlier| reissue(office, facts.revision, &earlier, &facts.done));
    let pdf = Pdf { file_name: file_name(&facts), size, sha256: hash };
    let parcel = Parcel { words, pdf, facts: &facts, reissue };
    for reader in parties.readers(parcel.kind(), None) {
        // What could not be delivered of an earlier revision is not wanted any more.
        store::reports::cancel_undelivered(&mut tx, id, &reader.email).await?;
        parcel.put(office, &mut tx, &reader, facts.revision, now).await?;
    }
    tx.commit().await?;
    tracing::info!(visit = %id, kind, "report issued");
    Ok(Issue::New)
}

/// Why a visit has no report, in words.
pub async fn no_report(tools: &Tools, on: impl Into<store::ReadHandle<'_>>, id: VisitId) -> Result<String> {
    let mut on = on.into();
    let Some(stored) = store::records::of_visit(on.again(), id).await? else {
        return Ok(format!("{id} has no report yet; it is drawn when its record is in"));
    };
    let record: Record = serde_json::from_str(&stored.body).context("the stored record cannot be read")?;
    if !matches!(record.outcome, Outcome::Done(_)) {
        return Ok(format!("{id} did not take place, so it has no report"));
    }
    let asked = store::records::countersign::of_visit(on.again(), id).await?;
    let waits_until = asked.filter(|asked| asked.signed_at.is_none()).map(|asked| asked.waits_until);
    Ok(match waits_until.filter(|until| *until > tools.clock.now()) {
        Some(until) => {
            let until = until.format("%Y-%m-%d %H:%M UTC");
            format!("{id} has no report yet; it waits for the customer's signature until {until}")
        }
        None => format!(
            "{id} has no report yet, though its record is in: `ronda serve` draws it within a minute, and its log names \
             what stops it"
        ),
    })
}

/// Mails a report to those contacts for reports who have no letter with it yet, or whose letter was given up.
/// Says how many letters wait now.
///
/// # Errors
/// A refusal where there is no report, or nobody to send it to.
pub async fn send_again(office: &Acting, id: VisitId) -> Result<u64> {
    let stored = named_visit(&office.db, id).await?;
    let Some(report) = store::reports::latest(&office.db, id).await? else {
        return Err(Error::Refused(no_report(office, &office.db, id).await?));
    };
    let parties = Parties::of_visit(office, &office.db, &stored.visit).await?;
    let readers = parties.readers(delivery(stored.visit.purpose), None);
    if readers.is_empty() {
        return Err(Error::Refused(format!(
            "site {} has no contact with the role `reports`; import one, or note `ronda report handed-over {id}`",
            stored.visit.site
        )));
    }
    let engineer = engineer(&office.db, &stored.visit.state.appointment().engineer).await?;
    let (body, now) = (store::records::body(&office.db, id).await?, office.clock.now());
    let record: Record = serde_json::from_str(&body).context("the stored record cannot be read")?;
    let Outcome::Done(done) = record.outcome else {
        return Err(Error::Refused(format!("{id} did not take place; there is nothing to send")));
    };
    let revision = u32::try_from(report.revision).expect("written by `put`");
    let facts = facts(office, &stored.visit, &parties, &engineer, *done, report.issued_at, None).await?;
    let facts = ReportFacts { revision, ..facts };
    let size = office.documents.get(&report.sha256).await?.len();
    let pdf = Pdf { file_name: file_name(&facts), size, sha256: report.sha256 };
    let earlier = store::reports::get(&office.db, id, revision - 1).await?;
    let reissue = earlier.map(|earlier| reissue(office, revision, &earlier, &facts.done));
    let parcel = Parcel { words: parties.words(&stored.visit, &engineer), pdf, facts: &facts, reissue };
    let mut tx = office.begin().await?;
    let mut waiting = 0;
    let before = store::reports::letters(&mut tx, id).await?;
    for reader in readers {
        let mine: Vec<_> = before.iter().filter(|letter| letter.to == reader.email).collect();
        if mine.iter().any(|letter| matches!(letter.state, LetterState::Sent | LetterState::Waiting)) {
            continue;
        }
        store::reports::cancel_undelivered(&mut tx, id, &reader.email).await?;
        let again = facts.revision * 1000 + u32::try_from(mine.len()).unwrap_or(u32::MAX);
        parcel.put(office, &mut tx, &reader, again, now).await?;
        waiting += 1;
    }
    if waiting > 0 {
        let sent = json!({ "revision": revision, "letters": waiting });
        let line = DeedNote { after: Some(sent), ..DeedNote::of_visit(Deed::SendReport, &stored.visit) };
        note(&mut tx, &parties.case(&stored.visit), line)?;
        tx.commit().await?;
    }
    Ok(waiting)
}

/// What tells this office's reports from another's with the same numbers and sites.
async fn identity(office: &Office) -> Result<String> {
    if let Some(known) = store::fact::get(&office.db, invitations::IDENTITY).await? {
        return Ok(known);
    }
    let mut tx = office.db.begin().await?;
    let made = invitations::identity(office, &mut tx).await?;
    tx.commit().await?;
    Ok(made)
}

/// The document, as it lies with the others.
struct Pdf {
    /// The customer's.
    file_name: String,
    /// Bytes.
    size: usize,
    sha256: String,
}

/// A report or certificate on its way to its readers.
struct Parcel<'a> {
    words: VisitWords,
    facts: &'a ReportFacts,
    pdf: Pdf,
    reissue: Option<Reissue>,
}

fn replaced(tools: &Tools, earlier: &StoredReport) -> Replaced {
    Replaced {
        revision: u32::try_from(earlier.revision).expect("written by `put`"),
        issued_on: tools.config.company.time_zone.day(earlier.issued_at),
    }
}

/// What sets revision `revision` apart from the one before.
fn reissue(tools: &Tools, revision: u32, earlier: &StoredReport, done: &Done) -> Reissue {
    let signed_since_by = match &done.customer_signature {
        CustomerSignature::Signed(signature) => {
            Some(signature.name.clone()).filter(|_| signature.signed_at >= earlier.issued_at)
        }
        CustomerSignature::Absent { .. } | CustomerSignature::Refused { .. } | CustomerSignature::Asked { .. } => None,
    };
    Reissue { revision, replaces: replaced(tools, earlier), signed_since_by }
}

/// What the paper of a visit goes out as.
fn delivery(purpose: Purpose) -> NoticeKind {
    match DocumentKind::of(purpose) {
        DocumentKind::Certificate => NoticeKind::CertificateDelivered,
        DocumentKind::Report => NoticeKind::ReportDelivered,
    }
}

impl Parcel<'_> {
    fn kind(&self) -> NoticeKind {
        delivery(self.words.purpose)
    }

    async fn put(&self, tools: &Tools, tx: &mut store::Tx, reader: &Reader, issue: u32, now: Instant) -> Result<()> {
        let key = format!("{}/{}/{issue}/{}", self.kind(), self.words.id, reader.role.key());
        let notice = self.notice(self.paper(tools, tx, &key, reader, now).await?);
        owe(tx, &tools.composer.owed(key, reader.clone(), notice), now).await?;
        Ok(())
    }

    /// Attached, or behind the reader's own link where the file is larger than goes by mail. Without public pages
    /// it is attached all the same: a server that refuses it says so, and silence would not.
    async fn paper(
        &self,
        tools: &Tools,
        tx: &mut store::Tx,
        key: &str,
        reader: &Reader,
        now: Instant,
    ) -> Result<PdfDelivery> {
        let Pdf { file_name, size, sha256 } = &self.pdf;
        let (file_name, size) = (file_name.clone(), *size);
        let fits = size <= tools.config.letters.largest_attachment_mb as usize * 1_000_000;
        if fits || tools.config.web.public.is_none() {
            return Ok(PdfDelivery::Attached { file_name, size, sha256: sha256.clone() });
        }
        let errand = Errand::Paper { visit: self.words.id, revision: self.facts.revision };
        let expires_at = now + LINK_HOLDS;
        let secret = links::make(tools, tx, &format!("{key}/paper"), &reader.role, &errand, Some(expires_at)).await?;
        let url = links::address(tools, "paper", &secret).context("the office has public pages")?;
        let until = tools.config.company.time_zone.day(expires_at) - Days::new(1);
        Ok(PdfDelivery::Linked { file_name, size, url, until })
    }

    fn notice(&self, pdf: PdfDelivery) -> Notice {
        let (visit, completed_on) = (self.words.clone(), self.facts.done.completed_at.date_naive());
        let reissue = self.reissue.clone();
        match DocumentKind::of(visit.purpose) {
            DocumentKind::Certificate => {
                // Their names alone: what they have drawn stays with the record.
                let named = |person: &Attendee| Attendee { strokes: Vec::new(), ..person.clone() };
                let attendees = self.facts.done.attendance.iter().map(named).collect();
                Notice::CertificateDelivered { visit, completed_on, attendees, pdf, reissue }
            }
            DocumentKind::Report => Notice::ReportDelivered { visit, completed_on, pdf, reissue },
        }
    }
}

/// The report as a file of the customer's: day, what it is, where, which.
fn file_name(facts: &ReportFacts) -> String {
    let day = facts.done.completed_at.date_naive();
    let place = in_file_names(&facts.site.name);
    format!("{day} {place} {}.pdf", facts.number())
}

/// Gathers what a report is made from.
async fn facts(
    office: &Office,
    visit: &Visit,
    parties: &Parties,
    engineer: &Engineer,
    done: Done,
    now: Instant,
    head: Option<&store::reports::chain::ChainHead>,
) -> Result<ReportFacts> {
    let language = parties.language();
    let completed_on = parties.site.time_zone.day(done.completed_at.to_utc());
    let equipment = parties.equipment.iter().map(|equipment| ReportedEquipment {
        phase: phase_words(office, language, equipment.phase(completed_on)),
        equipment: equipment.clone(),
    });
    let checklists = parties.equipment.iter().filter_map(|equipment| {
        office.checklists.get(parties.checklist_of(equipment)).map(|list| (equipment.checklist.clone(), list.clone()))
    });
    Ok(ReportFacts {
        company: office.company(),
        customer: parties.customer.name.clone(),
        site: parties.site.clone(),
        equipment: equipment.collect(),
        visit: visit.id,
        purpose: visit.purpose,
        appointment: visit.state.appointment().clone(),
        period: past_visits::period(office, visit).await?,
        next_visit: past_visits::next_visit(office, visit, completed_on).await?,
        earlier: past_visits::readings(office, visit, done.completed_at.to_utc()).await?,
        finding_numbers: store::findings::numbers(&office.db, visit.id).await?,
        open_before: past_visits::open_findings(office, visit, &parties.site.time_zone, done.completed_at.to_utc())
            .await?,
        engineer: engineer.name.clone(),
        contract: visit.contract.clone(),
        checklists: checklists.collect(),
        photos: pictures(office, visit.id).await?,
        due: store::promises::of_visit(&office.db, Owed::Report, visit.id).await?.due,
        language,
        revision: 1,
        replaces: None,
        previous_report: head.map(|head| head.sha256.clone()),
        issued_on: office.config.company.time_zone.day(now),
        public_url: office.config.web.public.as_ref().map(|public| public.url.clone()),
        verify_code: None,
        done,
    })
}

/// A contract phase in the customer's words (P15); nothing before acceptance.
pub(crate) fn phase_words(office: &Office, language: Language, phase: Phase) -> Option<String> {
    let (key, day) = match phase {
        Phase::BeforeAcceptance => return None,
        Phase::Warranty { ends_on } => ("report-phase-warranty", ends_on),
        Phase::Maintenance { since } => ("report-phase-maintenance", since),
    };
    Some(office.composer.locales.say(language, key, &[("day", Value::owned(short_date(language, day)))]))
}

/// The record's photos, as they were encoded when they came in. One that cannot be read is left out and named in the
/// report.
async fn pictures(office: &Office, visit: VisitId) -> Result<BTreeMap<String, Picture>> {
    let mut pictures = BTreeMap::new();
    for (file, sha256) in store::records::photos(&office.db, visit).await? {
        match photos::kept_beside(office.documents.get(&sha256).await?).await {
            Ok(picture) => {
                pictures.insert(file, picture);
            }
            Err(error) => tracing::warn!(visit = %visit, "a photo cannot be read: {error}"),
        }
    }
    Ok(pictures)
}
