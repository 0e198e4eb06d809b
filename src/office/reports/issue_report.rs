//! Draws the report or certificate for every record, stores it by its hash, and mails it (P04, P09).

use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroUsize;
use std::sync::Arc;

use anyhow::Context;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::draw_report::{Authority, DrawOutcome, Drawing, Heard, is_stamped, waits};
use super::parcel::{Parcel, Pdf, delivery, file_name, reissue, replaced};
use super::past_visits;
use super::verify_report::page_code;
use crate::acting::note;
use crate::documents::{Documents, sha256};
use crate::letters::unreachable::reachable;
use crate::letters::withdraw_untrue;
use crate::parties::{Parties, engineer};
use crate::visits::invitations;
use crate::{Acting, Error, Office, Result, Tools, named_visit};
use domain::Instant;
use domain::access::Deed;
use domain::audit::trail::DeedNote;
use domain::ids::VisitId;
use domain::language::Language;
use domain::letters::letter::LetterState;
use domain::people::Engineer;
use domain::people::equipment::{Equipment, Phase};
use domain::promises::Owed;
use domain::records::checklist::Checklist;
use domain::records::{Done, Outcome, Record, RecordPhoto};
use domain::reports::{
    BearingLetter, ChainHead, DocumentKind, Picture, ReportFacts, ReportedEquipment, StoredReport, Unreported,
};
use domain::visits::Visit;
use domain::wording::{Value, short_date};
use paper::{pdf, photos};
use store::Db;

/// How many records are read at a time.
const A_PAGE: i64 = 50;
/// How many cores draw at the same time at most, because each report in memory includes its photos.
const MOST_CORES: NonZeroUsize = NonZeroUsize::new(8).expect("not nothing");

/// How many reports may wait for their time stamp, in addition to those being drawn.
const MOST_AT_AUTHORITY: usize = 16;

/// Issues reports for all records that have none yet. Returns how many. A report that cannot be drawn is logged and
/// tried again at the next beat; it never holds up the others. Neither does a time-stamp authority that does not
/// answer: it is asked only once in a run, and reports wait for it for at most two hours.
///
/// As many reports are drawn at the same time as the machine has cores, and once the authority has answered, more may
/// wait for their time stamps meanwhile. The results are stored in the order in which the records arrived, as if the
/// reports were drawn one after the other.
pub async fn issue_reports(office: &Office) -> Result<u64> {
    issue_so_many_at_once(office, at_once()).await
}

/// As many as there are cores, plus one that is being stored.
fn at_once() -> NonZeroUsize {
    let cores = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    cores.min(MOST_CORES).saturating_add(1)
}

/// Like [`issue_reports`], with this many reports being drawn or waiting to be stored.
pub async fn issue_so_many_at_once(office: &Office, at_once: NonZeroUsize) -> Result<u64> {
    let cores = Arc::new(Semaphore::new(at_once.get()));
    let mut run = IssueRun { issued: 0, put_off: Vec::new(), authority: Authority::default(), cores };
    loop {
        let now = office.clock.now();
        let records = store::reports::unreported(&office.db, now, A_PAGE + run.put_off.len() as i64).await?;
        let waiting: Vec<_> = records.into_iter().filter(|record| !run.put_off.contains(&record.visit)).collect();
        if waiting.is_empty() {
            return Ok(run.issued);
        }
        let mut on_their_way: VecDeque<OnItsWay> = VecDeque::new();
        for record in waiting {
            if waits(office, record.ready_at, &run.authority) {
                run.put_off.push(record.visit);
                continue;
            }
            let visit = record.visit;
            let stored = match store::visits::get(&office.db, visit).await? {
                Some(stored) => stored,
                None => {
                    run.put_off(visit, anyhow::anyhow!("{visit} is gone").into());
                    continue;
                }
            };
            // A report refers to the previous one at its site, which therefore has to be stored first.
            let is_of_site = |other: &OnItsWay| other.visit.site == stored.visit.site;
            while on_their_way.len() >= run.room(office, at_once) || on_their_way.iter().any(is_of_site) {
                Box::pin(run.settle(office, on_their_way.pop_front().expect("there is one at least"))).await;
            }
            match Box::pin(begin(office, record, stored.visit, &run)).await {
                Ok(begun) => on_their_way.push_back(begun),
                Err(error) => run.put_off(visit, error),
            }
        }
        for report in on_their_way {
            Box::pin(run.settle(office, report)).await;
        }
    }
}

/// One run over the records without a report.
struct IssueRun {
    issued: u64,
    /// Visits not to be tried again in this run.
    put_off: Vec<VisitId>,
    authority: Authority,
    /// Permits for the cores that may draw.
    cores: Arc<Semaphore>,
}

impl IssueRun {
    /// How many more reports may be begun.
    fn room(&self, office: &Office, at_once: NonZeroUsize) -> usize {
        let at_authority = match self.authority.heard() {
            Heard::Answer if is_stamped(office) => MOST_AT_AUTHORITY,
            Heard::Answer | Heard::Nothing | Heard::Silence => 0,
        };
        at_once.get() + at_authority
    }

    fn put_off(&mut self, visit: VisitId, error: Error) {
        let error = anyhow::Error::from(error);
        tracing::error!(visit = visit.0, "cannot issue the report: {error:#}");
        self.put_off.push(visit);
    }

    async fn settle(&mut self, office: &Office, report: OnItsWay) {
        let visit = report.visit.id;
        match report.issue(office).await {
            Ok(Issue::New) => self.issued += 1,
            // Another report of the site took its position in the chain, or this report already exists: look again.
            Ok(Issue::Overtaken) => {}
            Ok(Issue::Unstamped) => self.put_off.push(visit),
            Err(error) => self.put_off(visit, error),
        }
    }
}

/// The outcome of storing a drawn report.
enum Issue {
    New,
    /// Somebody was faster; nothing was stored.
    Overtaken,
    /// It is waiting for its time stamp; nothing was stored.
    Unstamped,
}

/// A report that is being drawn, and everything needed to store it.
struct OnItsWay {
    visit: Visit,
    parties: Parties,
    engineer: Engineer,
    head: Option<ChainHead>,
    earlier: Option<StoredReport>,
    record_sha256: String,
    /// Without photos.
    facts: ReportFacts,
    issued_at: Instant,
    /// Contains one task, which is aborted when this is dropped.
    drawn: JoinSet<Result<DrawOutcome>>,
}

/// Gathers the input for a report, and begins to draw it.
async fn begin(office: &Office, record: Unreported, visit: Visit, run: &IssueRun) -> Result<OnItsWay> {
    let Unreported { visit: id, body, ready_at } = record;
    let record: Record = serde_json::from_str(&body).context("the stored record cannot be read")?;
    let Outcome::Done(done) = record.outcome else {
        return Err(Error::Failed(anyhow::anyhow!("{id} has a record that asks for no report")));
    };
    let now = office.clock.now();
    let parties = Parties::of_visit(office, &office.db, &visit).await?;
    let engineer = engineer(&office.db, &visit.state.appointment().engineer).await?;
    let head = store::reports::chain::head(&office.db, &visit.site).await?;
    let record_sha256 = sha256(body.as_bytes());
    let earlier = store::reports::latest(&office.db, id).await?;
    let replaces = earlier.as_ref().map(|earlier| replaced(office, earlier));
    let facts = ReportFacts {
        verify_code: Some(page_code(&record_sha256).to_owned()),
        revision: replaces.map_or(1, |replaced| replaced.revision + 1),
        replaces,
        ..facts(office, &visit, &parties, &engineer, *done, now, head.as_ref()).await?
    };
    let provenance = pdf::Provenance {
        visit: id,
        revision: facts.revision,
        site: visit.site.clone(),
        number: head.as_ref().map_or(1, |head| head.number + 1),
        previous_sha256: facts.previous_report.clone(),
        record_sha256: record_sha256.clone(),
        record_schema: record.schema,
        issued_at: now,
        office: Some(identity(office).await?),
    };
    let drawing = Drawing::new(office, facts.clone(), body, provenance);
    // Drawn from the clock here, so that random numbers do not depend on which report is drawn first.
    let nonce = if is_stamped(office) { office.clock.random() } else { 0 };
    let (office, authority, cores) = (office.clone(), run.authority.clone(), Arc::clone(&run.cores));
    let mut drawn = JoinSet::new();
    drawn.spawn(async move {
        let photos = pictures(&office.db, &office.documents, id);
        drawing.draw_and_seal(&office, &cores, photos, ready_at, (&authority, nonce)).await
    });
    Ok(OnItsWay { visit, parties, engineer, head, earlier, record_sha256, facts, issued_at: now, drawn })
}

impl OnItsWay {
    /// Waits until the report is drawn and signed, and stores it together with its letters.
    async fn issue(mut self, office: &Office) -> Result<Issue> {
        let (visit, facts, now) = (&self.visit, &self.facts, self.issued_at);
        let drawn = self.drawn.join_next().await.expect("one task was begun");
        let drawn = drawn.context("drawing the report stopped")??;
        let bytes = match drawn {
            DrawOutcome::Ready(bytes) => bytes,
            DrawOutcome::Unstamped => return Ok(Issue::Unstamped),
        };
        let size = bytes.len();
        let hash = office.documents.put(bytes).await?;
        let kind = DocumentKind::of(visit.purpose);
        let mut tx = office.at_work().begin().await?;
        if !store::reports::set_reported(&mut tx, visit.id, &self.record_sha256).await? {
            return Ok(Issue::Overtaken);
        }
        let revision = i64::from(facts.revision);
        let report = StoredReport {
            visit: visit.id,
            revision,
            kind,
            language: self.parties.language(),
            sha256: hash.clone(),
            record_sha256: Some(self.record_sha256),
            issued_at: now,
        };
        store::reports::put(&mut tx, &report).await?;
        let issued = json!({ "revision": revision, "sha256": report.sha256 });
        let line = DeedNote { after: Some(issued), ..DeedNote::of_visit(Deed::IssueReport, visit) };
        note(&mut tx, &self.parties.case(visit), line)?;
        if !store::reports::chain::append(&mut tx, &visit.site, visit.id, revision, self.head.as_ref()).await? {
            return Ok(Issue::Overtaken);
        }
        // Letters with the previous revision that are not written yet are obsolete.
        withdraw_untrue(office, &mut tx, visit.id).await?;
        let words = self.parties.words(visit, &self.engineer);
        let reissue = self.earlier.map(|earlier| reissue(office, facts.revision, &earlier, &facts.done));
        let pdf = Pdf { file_name: file_name(facts), size, sha256: hash };
        let parcel = Parcel { words, pdf, facts, reissue };
        for reader in reachable(&mut tx, self.parties.readers(parcel.kind(), None)).await? {
            // Undelivered letters with an earlier revision are obsolete.
            store::reports::cancel_undelivered(&mut tx, visit.id, &reader.email).await?;
            parcel.put(office, &mut tx, &reader, facts.revision, now).await?;
        }
        tx.commit().await?;
        tracing::info!(visit = %visit.id, kind = kind.word(), "report issued");
        Ok(Issue::New)
    }
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

/// Mails a report to those contacts for reports who have no letter with it, or whose letter was given up. Returns how
/// many letters are waiting now.
///
/// # Errors
/// A refusal if there is no report, or nobody to send it to.
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
    let (revision, issued_at) = (u32::try_from(report.revision).expect("written by `put`"), report.issued_at);
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
        // Somebody wants it sent there, so the address counts as reachable until a letter bounces.
        store::letters::unreachable::clear(&mut tx, &reader.email).await?;
        // Only letters with this revision count: a letter with the previous one is not enough.
        let is_with_it = |letter: &&BearingLetter| letter.to == reader.email && letter.owed_at >= issued_at;
        let mine: Vec<_> = before.iter().filter(is_with_it).collect();
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

/// Distinguishes this office's reports from those of another office with the same numbers and sites.
async fn identity(office: &Office) -> Result<String> {
    if let Some(known) = store::fact::get(&office.db, invitations::IDENTITY).await? {
        return Ok(known);
    }
    let mut tx = office.db.begin().await?;
    let made = invitations::identity(office, &mut tx).await?;
    tx.commit().await?;
    Ok(made)
}

/// Gathers the input for a report, without the photos.
async fn facts(
    office: &Office,
    visit: &Visit,
    parties: &Parties,
    engineer: &Engineer,
    done: Done,
    now: Instant,
    head: Option<&ChainHead>,
) -> Result<ReportFacts> {
    let language = parties.language();
    let completed_on = parties.site.time_zone.day(done.completed_at.to_utc());
    let reported = || parties.recorded_on(completed_on, Some(&done));
    let (mut checklists, mut equipment) = (BTreeMap::new(), Vec::new());
    for unit in reported() {
        let phase = phase_words(office, language, unit.phase(completed_on));
        let (unit, list) = reported_unit(office, visit, parties, unit, &done);
        checklists.extend(list.map(|list| (unit.checklist.clone(), list)));
        equipment.push(ReportedEquipment { phase, equipment: unit });
    }
    Ok(ReportFacts {
        company: office.company(),
        customer: parties.customer.name.clone(),
        site: parties.site.clone(),
        equipment,
        visit: visit.id,
        purpose: visit.purpose,
        rest_of: visit.rest_of,
        appointment: visit.state.appointment().clone(),
        period: past_visits::period(office, visit).await?,
        next_visit: past_visits::next_visit(office, visit, completed_on).await?,
        earlier: past_visits::readings(office, visit, done.completed_at.to_utc()).await?,
        finding_numbers: store::findings::numbers(&office.db, visit.id).await?,
        open_before: past_visits::open_findings(office, visit, &parties.site.time_zone, done.completed_at.to_utc())
            .await?,
        engineer: engineer.name.clone(),
        contract: visit.contract.clone(),
        checklists,
        photos: BTreeMap::new(),
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

/// A unit with its checklist, as a report shows them; of a visit for the rest of another one, only what it looked at.
fn reported_unit(
    office: &Office,
    visit: &Visit,
    parties: &Parties,
    unit: &Equipment,
    done: &Done,
) -> (Equipment, Option<Checklist>) {
    let list = office.checklists.get(parties.checklist_of(unit));
    let given = done.equipment.iter().find(|given| given.equipment == unit.equipment);
    match (visit.rest_of, given) {
        (Some(_), Some(given)) => {
            let looked_at = given.answers.iter().map(|answer| answer.item.as_str()).collect();
            let part = list.map(|list| list.only(&looked_at));
            (Equipment { checklist: format!("{}/{}", unit.checklist, unit.equipment), ..unit.clone() }, part)
        }
        (None, _) | (Some(_), None) => (unit.clone(), list.cloned()),
    }
}

/// A contract phase in the customer's words (P15); `None` before acceptance.
pub(crate) fn phase_words(office: &Office, language: Language, phase: Phase) -> Option<String> {
    let (key, day) = match phase {
        Phase::BeforeAcceptance => return None,
        Phase::Warranty { ends_on } => ("report-phase-warranty", ends_on),
        Phase::Maintenance { since } => ("report-phase-maintenance", since),
    };
    Some(office.composer.locales.say(language, key, &[("day", Value::owned(short_date(language, day)))]))
}

/// The record's photos, which were encoded when they were submitted. Photos that cannot be read are left out, and named
/// in the report.
async fn pictures(db: &Db, documents: &Documents, visit: VisitId) -> Result<BTreeMap<String, Picture>> {
    let mut pictures = BTreeMap::new();
    for RecordPhoto { file, sha256 } in store::records::photos(db, visit).await? {
        match photos::kept_beside(documents.get(&sha256).await?).await {
            Ok(picture) => {
                pictures.insert(file, picture);
            }
            Err(error) => tracing::warn!(visit = %visit, "a photo cannot be read: {error}"),
        }
    }
    Ok(pictures)
}
