//! Everything that a phone needs to fill in a visit's record without a signal.

use std::collections::BTreeMap;

use chrono::{NaiveDate, NaiveTime};
use serde::Serialize;

use super::asked_items::AskedItems;
use super::hand_in_form::{Receipt, receipt_of};
use super::take_photo::PIECE_BYTES;
use crate::parties::{Parties, engineer};
use crate::reports::past_visits::{LastAnswer, last_answers};
use crate::visits::rests::left_over;
use crate::{Office, Result, named_visit};
use domain::Instant;
use domain::ids::{EngineerCode, EquipmentCode, FindingId, SiteCode, VisitId};
use domain::language::Language;
use domain::people::ContactRole;
use domain::records::checklist::Checklist;
use domain::records::form::{FORM, ReviewWhy};
use domain::records::{MAX_PHOTO_BYTES, MAX_PHOTOS, MAX_PHOTOS_BYTES, Severity, answers_for_all};
use domain::visits::rest::LeftOver;
use domain::visits::{Visit, VisitState};

/// A visit as shown in its form; plain data for the page.
#[derive(Debug, Clone, Serialize)]
pub struct Bundle {
    pub form: u32,
    pub now: Instant,
    pub company: CompanyWords,
    pub visit: VisitFacts,
    pub customer: String,
    pub site: SiteFacts,
    pub engineer: EngineerFacts,
    /// The engineer's language.
    pub language: Language,
    pub customer_language: Language,
    pub equipment: Vec<EquipmentFacts>,
    pub checklists: BTreeMap<String, Checklist>,
    /// The last answers, by equipment and item.
    pub last: BTreeMap<EquipmentCode, BTreeMap<String, LastAnswer>>,
    /// What was not inspected when it was last to be, by equipment and item.
    pub not_inspected: BTreeMap<EquipmentCode, BTreeMap<String, LeftItem>>,
    /// The site's open findings (P02).
    pub findings: Vec<OpenFinding>,
    /// The customer's people known to the office, by name only, because a phone may be lost.
    pub people: Vec<Person>,
    /// The topics of a training.
    pub topics: Vec<String>,
    /// Whether the record has to cover all equipment.
    pub must_answer_all: bool,
    pub limits: Limits,
    pub status: Status,
}

/// The company as shown in the form, and whom to call.
#[derive(Debug, Clone, Serialize)]
pub struct CompanyWords {
    pub name: String,
    pub colour: Option<String>,
    pub phone: Option<String>,
    pub hotline: Option<String>,
}

/// The visit that the form is for, as booked.
#[derive(Debug, Clone, Serialize)]
pub struct VisitFacts {
    /// `V12`
    pub visit: String,
    /// The visit whose rest this one is to see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest_of: Option<String>,
    pub purpose: &'static str,
    /// Day and time are local at the site.
    pub day: NaiveDate,
    #[serde(serialize_with = "hours_and_minutes")]
    pub starts: NaiveTime,
    pub takes_minutes: u32,
    pub state: &'static str,
    pub booked_at: Option<Instant>,
}

/// The site that is visited, and where it is.
#[derive(Debug, Clone, Serialize)]
pub struct SiteFacts {
    pub site: SiteCode,
    pub name: String,
    pub address: String,
    pub time_zone: String,
}

/// The engineer who is filling in the form.
#[derive(Debug, Clone, Serialize)]
pub struct EngineerFacts {
    pub engineer: EngineerCode,
    pub name: String,
}

/// A piece of equipment to inspect, with its checklist.
#[derive(Debug, Clone, Serialize)]
pub struct EquipmentFacts {
    pub equipment: EquipmentCode,
    pub name: String,
    pub make: String,
    pub model: String,
    pub serial: String,
    /// A key in the bundle's checklists; `None` if the office has no such checklist.
    pub checklist: Option<String>,
}

/// An item that was not inspected on an earlier visit.
#[derive(Debug, Clone, Serialize)]
pub struct LeftItem {
    /// The day of that visit at the site.
    pub on: NaiveDate,
    /// The engineer's reason.
    pub why: String,
}

/// A finding of an earlier visit that this one can close.
#[derive(Debug, Clone, Serialize)]
pub struct OpenFinding {
    pub finding: FindingId,
    pub severity: Severity,
    pub equipment: Option<EquipmentCode>,
    pub text: String,
    pub since: Option<NaiveDate>,
    pub close_by: Option<NaiveDate>,
}

/// Somebody at the site who may sign or attend.
#[derive(Debug, Clone, Serialize)]
pub struct Person {
    pub name: String,
}

/// Limits for one form and its photos.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Limits {
    pub photo_bytes: usize,
    pub form_bytes: usize,
    pub photos: usize,
    pub piece_bytes: usize,
}

/// The status of a visit's record, as shown in its form.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum Status {
    Open,
    Received {
        received_at: Instant,
        receipt: String,
        /// The submission's id, made by its phone.
        record_id: String,
        body_sha256: String,
        photos: Vec<String>,
        completed_at: Option<Instant>,
        countersign: Countersign,
    },
    Review {
        why: ReviewWhy,
        received_at: Instant,
        receipt: String,
        record_id: String,
        body_sha256: String,
        photos: Vec<String>,
    },
    Cancelled,
    /// The visit has a record that was not submitted through a form.
    Done,
}

/// Whether the customer's engineer signs through a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Countersign {
    None,
    Asked,
    Signed,
}

fn hours_and_minutes<S: serde::Serializer>(time: &NaiveTime, to: S) -> std::result::Result<S::Ok, S::Error> {
    to.collect_str(&time.format("%H:%M"))
}

/// The bundle for a visit.
///
/// # Errors
/// If there is no such visit.
pub async fn bundle(office: &Office, id: VisitId) -> Result<Bundle> {
    let stored = named_visit(&office.db, id).await?;
    let visit = &stored.visit;
    let parties = Parties::of_visit(office, &office.db, visit).await?;
    let appointment = visit.state.appointment();
    let engineer = engineer(&office.db, &appointment.engineer).await?;
    let company = &office.config.company;
    let mut checklists = BTreeMap::new();
    let mut equipment = Vec::new();
    let now = office.clock.now();
    let asked = AskedItems::of(office, &office.db, visit, &parties, now).await?;
    for one in parties.standing_on(appointment.day).filter(|one| asked.is_asked(one)) {
        let (key, known) = (asked.key_of(one), asked.checklist(one));
        checklists.extend(known.map(|list| (key.clone(), list.clone())));
        equipment.push(EquipmentFacts {
            equipment: one.equipment.clone(),
            name: one.name.clone(),
            make: one.make.clone(),
            model: one.model.clone(),
            serial: one.serial.clone(),
            checklist: known.map(|_| key),
        });
    }
    Ok(Bundle {
        form: FORM,
        now,
        company: CompanyWords {
            name: company.name.clone(),
            colour: company.colour.map(|accent| accent.colour().to_string()),
            phone: company.phone.clone(),
            hotline: company.hotline.clone(),
        },
        visit: VisitFacts {
            visit: id.to_string(),
            rest_of: visit.rest_of.map(|first| first.to_string()),
            purpose: visit.purpose.word(),
            day: appointment.day,
            starts: appointment.starts,
            takes_minutes: appointment.takes_minutes,
            state: visit.state.word(),
            booked_at: match &visit.state {
                VisitState::Booked { announced_at, .. } => Some(*announced_at),
                VisitState::Planned { .. } | VisitState::Done { .. } | VisitState::Cancelled { .. } => None,
            },
        },
        customer: parties.customer.name.clone(),
        site: SiteFacts {
            site: parties.site.site.clone(),
            name: parties.site.name.clone(),
            address: parties.site.address.clone(),
            time_zone: parties.site.time_zone.name().to_owned(),
        },
        engineer: EngineerFacts { engineer: engineer.engineer, name: engineer.name },
        language: engineer.language,
        customer_language: parties.language(),
        equipment,
        checklists,
        last: last_answers(office, visit).await?,
        not_inspected: left_items(left_over(&office.db, &parties, now).await?),
        findings: findings(office, &parties).await?,
        people: people(&parties),
        topics: parties.topics(visit),
        must_answer_all: answers_for_all(visit.purpose),
        limits: Limits {
            photo_bytes: MAX_PHOTO_BYTES,
            form_bytes: MAX_PHOTOS_BYTES,
            photos: MAX_PHOTOS,
            piece_bytes: PIECE_BYTES,
        },
        status: status_of(office, visit).await?,
    })
}

fn left_items(left: Vec<LeftOver>) -> BTreeMap<EquipmentCode, BTreeMap<String, LeftItem>> {
    let mut items: BTreeMap<EquipmentCode, BTreeMap<String, LeftItem>> = BTreeMap::new();
    for LeftOver { on, left, .. } in left {
        items.entry(left.of.equipment).or_default().insert(left.of.item, LeftItem { on, why: left.why });
    }
    items
}

async fn findings(office: &Office, parties: &Parties) -> Result<Vec<OpenFinding>> {
    let mut findings = Vec::new();
    for open in store::findings::open(&office.db, &parties.site.site).await? {
        let found = store::visits::get(&office.db, open.visit).await?;
        let since = found.and_then(|stored| match stored.visit.state {
            VisitState::Done { completed_at, .. } => Some(parties.site.time_zone.day(completed_at)),
            VisitState::Planned { .. } | VisitState::Booked { .. } | VisitState::Cancelled { .. } => None,
        });
        findings.push(OpenFinding {
            finding: open.id,
            severity: open.finding.severity,
            equipment: open.finding.equipment,
            text: open.finding.text,
            since,
            close_by: open.finding.close_by,
        });
    }
    Ok(findings)
}

/// Contacts who may be on site: those for operations first, each name once.
fn people(parties: &Parties) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    for role in [ContactRole::Operations, ContactRole::Reports, ContactRole::Escalation] {
        for contact in parties.contacts.iter().filter(|contact| contact.role == role) {
            if !people.iter().any(|person| person.name == contact.name) {
                people.push(Person { name: contact.name.clone() });
            }
        }
    }
    people
}

/// The status of a visit's record.
///
/// # Errors
/// If there is no such visit.
pub async fn status(office: &Office, id: VisitId) -> Result<Status> {
    status_of(office, &named_visit(&office.db, id).await?.visit).await
}

async fn status_of(office: &Office, visit: &Visit) -> Result<Status> {
    let id = visit.id;
    let completed_at = match &visit.state {
        VisitState::Done { completed_at, .. } => Some(*completed_at),
        VisitState::Planned { .. } | VisitState::Booked { .. } | VisitState::Cancelled { .. } => None,
    };
    let is_over = matches!(visit.state, VisitState::Done { .. } | VisitState::Cancelled { .. });
    // If a visit that did not take place is booked again, its form is open again.
    let taken = if is_over { store::records::submission::latest_taken(&office.db, id).await? } else { None };
    if let Some(taken) = taken {
        let Receipt { id: record_id, number: receipt, body_sha256, received_at, photos, .. } = receipt_of(&taken);
        let countersign = match store::records::countersign::of_visit(&office.db, id).await? {
            None => Countersign::None,
            Some(asked) if asked.signed_at.is_some() => Countersign::Signed,
            Some(_) => Countersign::Asked,
        };
        return Ok(Status::Received {
            received_at,
            receipt,
            record_id,
            body_sha256,
            photos,
            completed_at,
            countersign,
        });
    }
    let waiting = store::records::submission::latest_waiting(&office.db, id).await?;
    if let Some((waiting, why)) = waiting.and_then(|one| one.review.map(|why| (one, why))) {
        let Receipt { id: record_id, number: receipt, body_sha256, received_at, photos, .. } = receipt_of(&waiting);
        return Ok(Status::Review { why, received_at, receipt, record_id, body_sha256, photos });
    }
    Ok(match visit.state {
        VisitState::Planned { .. } | VisitState::Booked { .. } => Status::Open,
        VisitState::Cancelled { .. } => Status::Cancelled,
        VisitState::Done { .. } => Status::Done,
    })
}
