//! Draws the report or certificate of every record that is in, keeps it by its hash, and mails it (P04, P09).

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;

use super::draw_report::draw;
use super::parties::{Parties, engineer};
use super::{Error, Office, Result};
use crate::db;
use crate::db::report::StoredReport;
use crate::documents::sha256;
use crate::domain::Instant;
use crate::domain::contract::Purpose;
use crate::domain::deadline::Owed;
use crate::domain::equipment::Phase;
use crate::domain::language::Language;
use crate::domain::notice::{Attachment, Notice, Reader};
use crate::domain::people::{ContactRole, Engineer};
use crate::domain::record::{Done, Outcome, Record};
use crate::domain::report::{Company, Picture, ReportFacts, ReportedEquipment};
use crate::domain::visit::{Visit, VisitId};
use crate::domain::wording::{Value, in_file_names, short_date};
use crate::{pdf, photos};

/// Records that one look at the index takes.
const A_PAGE: i64 = 50;

/// Issues the reports of all records that have none yet. Says how many. One that cannot be drawn is logged and
/// tried again at the next beat; it never stops the others.
///
/// # Errors
/// When the store fails.
pub async fn issue_reports(office: &Office) -> Result<u64> {
    let mut issued = 0;
    let mut failed = Vec::new();
    loop {
        let records = db::report::unreported(&office.db, A_PAGE + failed.len() as i64).await?;
        let waiting: Vec<_> = records.into_iter().filter(|(visit, _, _)| !failed.contains(visit)).collect();
        if waiting.is_empty() {
            return Ok(issued);
        }
        for (visit, body, _) in waiting {
            match issue(office, VisitId(visit), &body).await {
                Ok(Issue::New) => issued += 1,
                // Another report of the site took the place in the chain, or this one exists: look again.
                Ok(Issue::Overtaken) => {}
                Err(error) => {
                    let error = anyhow::Error::from(error);
                    tracing::error!(visit, "cannot issue the report: {error:#}");
                    failed.push(visit);
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
}

/// Draws one report and stores it with the letters that carry it.
async fn issue(office: &Office, id: VisitId, body: &str) -> Result<Issue> {
    let record: Record = serde_json::from_str(body).context("the stored record cannot be read")?;
    let stored = db::visit::get(&office.db, id).await?.with_context(|| format!("{id} is gone"))?;
    let Outcome::Done(done) = record.outcome else {
        return Err(Error::Failed(anyhow::anyhow!("{id} has a record that asks for no report")));
    };
    let now = office.clock.now();
    let parties = Parties::of_visit(office, &stored.visit).await?;
    let engineer = engineer(office, &stored.visit.state.appointment().engineer).await?;
    let head = db::chain::head(&office.db, &stored.visit.site).await?;
    let facts = facts(office, &stored.visit, &parties, &engineer, *done, now, head.as_ref()).await?;
    let provenance = pdf::Provenance {
        visit: id,
        revision: facts.revision,
        site: stored.visit.site.clone(),
        number: head.as_ref().map_or(1, |head| head.number + 1),
        previous_sha256: facts.previous_report.clone(),
        record_sha256: sha256(body.as_bytes()),
        record_schema: record.schema,
        issued_at: now,
    };
    let bytes = draw(office, facts.clone(), body.to_owned(), provenance).await?;
    let hash = office.documents.put(bytes.clone()).await?;
    let kind = match stored.visit.purpose {
        Purpose::Training => "certificate",
        Purpose::Inspection | Purpose::Maintenance | Purpose::FollowUp | Purpose::CallOut | Purpose::PlannedSupport => {
            "inspection"
        }
    };
    let mut tx = office.db.begin().await?;
    if !db::report::set_reported(&mut tx, id).await? {
        return Ok(Issue::Overtaken);
    }
    let language = parties.language().code().to_owned();
    let revision = i64::from(facts.revision);
    let report =
        StoredReport { visit_id: id.0, revision, kind: kind.to_owned(), language, sha256: hash, issued_at: now };
    db::report::put(&mut tx, &report).await?;
    if !db::chain::append(&mut tx, &stored.visit.site, id, revision, head.as_ref()).await? {
        return Ok(Issue::Overtaken);
    }
    let pdf = attachment(&facts, bytes);
    for reader in parties.customer_readers(ContactRole::Reports) {
        let words = parties.words(&stored.visit, &engineer);
        put_letter(office, &mut tx, &stored.visit, &notice(words, &facts, pdf.clone()), &reader, facts.revision, now)
            .await?;
    }
    tx.commit().await?;
    tracing::info!(visit = %id, kind, "report issued");
    Ok(Issue::New)
}

/// Mails a report to those contacts for reports who have no letter with it yet, or whose letter was given up.
/// Says how many letters wait now.
///
/// # Errors
/// A refusal where there is no report, or nobody to send it to.
pub async fn send_again(office: &Office, id: VisitId) -> Result<u64> {
    let Some(stored) = db::visit::get(&office.db, id).await? else {
        return Err(Error::NotFound(format!("there is no visit {id}; `ronda visit list` shows them")));
    };
    let Some(report) = db::report::latest(&office.db, id).await? else {
        return Err(Error::Refused(format!("{id} has no report yet; it is drawn when its record is in")));
    };
    let parties = Parties::of_visit(office, &stored.visit).await?;
    let readers = parties.customer_readers(ContactRole::Reports);
    if readers.is_empty() {
        return Err(Error::Refused(format!(
            "site {} has no contact with the role `reports`; import one, or note `ronda report handed-over {id}`",
            stored.visit.site
        )));
    }
    let engineer = engineer(office, &stored.visit.state.appointment().engineer).await?;
    let (body, now) = (db::record::body(&office.db, id).await?, office.clock.now());
    let record: Record = serde_json::from_str(&body).context("the stored record cannot be read")?;
    let Outcome::Done(done) = record.outcome else {
        return Err(Error::Refused(format!("{id} did not take place; there is nothing to send")));
    };
    let facts = facts(office, &stored.visit, &parties, &engineer, *done, report.issued_at, None).await?;
    let pdf = attachment(&facts, office.documents.get(&report.sha256).await?);
    let mut tx = office.db.begin().await?;
    let mut waiting = 0;
    let before = db::report::letters(&mut tx, id).await?;
    for reader in readers {
        let mine: Vec<_> = before.iter().filter(|(_, _, to)| *to == reader.email).collect();
        if mine.iter().any(|(state, _, _)| state == "sent" || state == "waiting") {
            continue;
        }
        db::report::cancel_undelivered(&mut tx, id, &reader.email).await?;
        let words = parties.words(&stored.visit, &engineer);
        let notice = notice(words, &facts, pdf.clone());
        let again = facts.revision * 1000 + u32::try_from(mine.len()).unwrap_or(u32::MAX);
        put_letter(office, &mut tx, &stored.visit, &notice, &reader, again, now).await?;
        waiting += 1;
    }
    tx.commit().await?;
    Ok(waiting)
}

async fn put_letter(
    office: &Office,
    tx: &mut db::Tx,
    visit: &Visit,
    notice: &Notice,
    reader: &Reader,
    issue: u32,
    now: Instant,
) -> Result<()> {
    let key = format!("{}/{}/{issue}/{}", notice.word(), visit.id, reader.role.key());
    let mut letter = office.composer.compose(notice, reader, &key, now)?;
    letter.visit = Some(visit.id);
    db::letter::put(tx, &letter, now).await?;
    Ok(())
}

fn notice(visit: crate::domain::notice::VisitWords, facts: &ReportFacts, pdf: Attachment) -> Notice {
    let completed_on = facts.done.completed_at.date_naive();
    match visit.purpose {
        Purpose::Training => {
            let attendees = facts.done.attendance.clone();
            Notice::CertificateDelivered { visit, completed_on, attendees, pdf }
        }
        Purpose::Inspection | Purpose::Maintenance | Purpose::FollowUp | Purpose::CallOut | Purpose::PlannedSupport => {
            Notice::ReportDelivered { visit, completed_on, pdf }
        }
    }
}

/// The report as a file of the customer's: day, what it is, where, which.
fn attachment(facts: &ReportFacts, bytes: Vec<u8>) -> Attachment {
    let day = facts.done.completed_at.date_naive();
    let place = in_file_names(&facts.site.name);
    Attachment {
        file_name: format!("{day} {place} {}.pdf", facts.number()),
        media_type: "application/pdf",
        bytes: Arc::new(bytes),
    }
}

/// Gathers what a report is made from.
async fn facts(
    office: &Office,
    visit: &Visit,
    parties: &Parties,
    engineer: &Engineer,
    done: Done,
    now: Instant,
    head: Option<&db::chain::Head>,
) -> Result<ReportFacts> {
    let company = &office.config.company;
    let language = parties.language();
    let completed_on = parties.site.time_zone.day(done.completed_at.to_utc());
    let equipment = parties.equipment.iter().map(|equipment| ReportedEquipment {
        phase: phase_words(office, language, equipment.phase(completed_on)),
        equipment: equipment.clone(),
    });
    let checklists = parties.equipment.iter().filter_map(|equipment| {
        let key = parties.term.as_ref().and_then(|term| term.checklist.as_ref()).unwrap_or(&equipment.checklist);
        office.checklists.get(key).map(|list| (equipment.checklist.clone(), list.clone()))
    });
    Ok(ReportFacts {
        company: Company {
            name: company.name.clone(),
            address: company.address.clone(),
            email: company.email.clone(),
            phone: None,
        },
        customer: parties.customer.name.clone(),
        site: parties.site.clone(),
        equipment: equipment.collect(),
        visit: visit.id,
        purpose: visit.purpose,
        appointment: visit.state.appointment().clone(),
        engineer: engineer.name.clone(),
        contract: visit.contract.clone(),
        checklists: checklists.collect(),
        photos: pictures(office, visit.id).await?,
        due: db::deadline::of_visit(&office.db, Owed::Report, visit.id).await?.due,
        language,
        revision: 1,
        replaces: None,
        previous_report: head.map(|head| head.sha256.clone()),
        issued_on: company.time_zone.day(now),
        done,
    })
}

/// A contract phase in the customer's words (P15); nothing before acceptance.
fn phase_words(office: &Office, language: Language, phase: Phase) -> Option<String> {
    let (key, day) = match phase {
        Phase::BeforeAcceptance => return None,
        Phase::Warranty { ends_on } => ("report-phase-warranty", ends_on),
        Phase::Maintenance { since } => ("report-phase-maintenance", since),
    };
    Some(office.composer.locales.say(language, key, &[("day", Value::owned(short_date(language, day)))]))
}

/// The record's photos, upright and without metadata. One that cannot be read is left out and named in the report.
async fn pictures(office: &Office, visit: VisitId) -> Result<BTreeMap<String, Picture>> {
    let mut pictures = BTreeMap::new();
    for (file, sha256) in db::record::photos(&office.db, visit).await? {
        match photos::prepare_beside(office.documents.get(&sha256).await?).await {
            Ok(picture) => {
                pictures.insert(file, picture);
            }
            Err(error) => tracing::warn!(visit = %visit, "a photo cannot be read: {error}"),
        }
    }
    Ok(pictures)
}
