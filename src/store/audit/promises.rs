//! What the auditor reads, one page of sites at a time: the raw facts, and what the store derived from them.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::letters::PAPER;
use crate::planning::round;
use crate::reader::json_list;
use crate::text::sql;
use crate::{Db, InsertColumn, Result, Tx};
use domain::Instant;
use domain::audit::promises::held::{HeldDeadline, HeldDebt, HeldWindow, WindowSays};
use domain::audit::promises::{
    AnsweredPromise, AuditedCorrection, AuditedItem, AuditedLetter, AuditedState, AuditedVisit, AuditedWaiver,
    CorrectionOfVisit, Deliveries, LeftByVisit, NotedRule, OfSite, PaperLetter, PaperLetterIs, WaivedDebt,
};
use domain::calendar::WorkingDays;
use domain::contract::parse_delivered_to;
use domain::ids::{ContractCode, SiteCode, VisitId};
use domain::letters::letter::LetterState;
use domain::planning::slots::Slot;
use domain::promises::Owed;
use domain::reports::FiledHow;
use domain::visits::VisitStateWord;

#[derive(sqlx::FromRow)]
struct AnsweredRow {
    site: String,
    contract: String,
    term: String,
    since_on: NaiveDate,
    accepted_on: Option<NaiveDate>,
    sealed_through: Option<NaiveDate>,
    sealed_by: Option<String>,
}

impl AnsweredRow {
    fn answered(self) -> AnsweredPromise {
        AnsweredPromise {
            site: self.site.into(),
            contract: self.contract.into(),
            term: self.term.into(),
            since_on: self.since_on,
            accepted_on: self.accepted_on,
            sealed_through: self.sealed_through,
            sealed_by: self.sealed_by,
        }
    }
}

/// The day from which the office answers for each term at these sites, and the day through which it is closed.
pub async fn answered(db: &Db, sites: &[SiteCode]) -> Result<Vec<AnsweredPromise>> {
    let sql = sql!(
        "select site, contract, term, since_on, accepted_on, sealed_through, sealed_by
         from answered
         where site in ",
        codes 1
    );
    let rows: Vec<AnsweredRow> = db.read(sql).bind(json_list(sites)).all().await?;
    Ok(rows.into_iter().map(AnsweredRow::answered).collect())
}

/// Contracts with a term that the office has answered for since before this day.
pub async fn running(db: &Db, before: NaiveDate) -> Result<Vec<ContractCode>> {
    let rows: Vec<(String,)> = db
        .read("select distinct contract from answered where since_on < $1")
        .bind(before)
        .reads_whole_table("an import asks once which contracts run")
        .all()
        .await?;
    Ok(rows.into_iter().map(|(contract,)| contract.into()).collect())
}

/// Terms at sites that the office answers for since a day in this range, both ends inclusive.
pub async fn begun_between(db: &Db, from: NaiveDate, through: NaiveDate) -> Result<Vec<AnsweredPromise>> {
    let rows: Vec<AnsweredRow> = db
        .read(
            "select site, contract, term, since_on, accepted_on, sealed_through, sealed_by
             from answered
             where since_on >= $1 and since_on <= $2",
        )
        .bind(from)
        .bind(through)
        .all()
        .await?;
    Ok(rows.into_iter().map(AnsweredRow::answered).collect())
}

/// Stores the day from which the office answers for each of these terms; what is already there is left unchanged.
pub async fn begin(tx: &mut Tx, answered: &[AnsweredPromise]) -> Result<u64> {
    let rows: Vec<Vec<Value>> = answered
        .iter()
        .map(|row| {
            let AnsweredPromise { site, contract, term, since_on, accepted_on, .. } = row;
            vec![json!(site), json!(contract), json!(term), json!(since_on), json!(accepted_on)]
        })
        .collect();
    let columns = [
        InsertColumn::Text("site"),
        InsertColumn::Text("contract"),
        InsertColumn::Text("term"),
        InsertColumn::Date("since_on"),
        InsertColumn::Date("accepted_on"),
    ];
    tx.insert_many("answered", &columns, &rows, "on conflict (site, contract, term) do nothing").await
}

/// Stores the day through which known terms are closed, and the rule by which they were counted.
pub async fn seal(tx: &mut Tx, sealed: &[AnsweredPromise]) -> Result<()> {
    let rows: Vec<Vec<Value>> = sealed
        .iter()
        .map(|row| {
            let AnsweredPromise { site, contract, term, since_on, sealed_through, sealed_by, .. } = row;
            vec![json!(site), json!(contract), json!(term), json!(since_on), json!(sealed_through), json!(sealed_by)]
        })
        .collect();
    let columns = [
        InsertColumn::Text("site"),
        InsertColumn::Text("contract"),
        InsertColumn::Text("term"),
        InsertColumn::Date("since_on"),
        InsertColumn::Date("sealed_through"),
        InsertColumn::Text("sealed_by"),
    ];
    let instead = "on conflict (site, contract, term) do update
                   set sealed_through = excluded.sealed_through, sealed_by = excluded.sealed_by";
    tx.insert_many("answered", &columns, &rows, instead).await?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct VisitRow {
    id: i64,
    site: String,
    contract: String,
    term: String,
    purpose: String,
    number: i64,
    why: Option<String>,
    rest_of: Option<i64>,
    engineer: String,
    day: NaiveDate,
    state: String,
    overruled: Option<String>,
    completed_at: Option<Instant>,
    received_at: Option<Instant>,
    filed_at: Option<Instant>,
    how: Option<String>,
}

impl VisitRow {
    fn visit(self) -> OfSite<AuditedVisit> {
        let word: VisitStateWord = self.state.parse().expect("the schema admits these words alone");
        let state = match word {
            VisitStateWord::Planned => AuditedState::Planned,
            VisitStateWord::Booked => AuditedState::Booked,
            VisitStateWord::Cancelled => AuditedState::Cancelled,
            VisitStateWord::Done => {
                let completed_at = self.completed_at.expect("checked by the schema");
                AuditedState::Done {
                    completed_at,
                    // A visit without a record must be visible to the auditor: its record is late from the visit's day
                    // on.
                    recorded_at: self.received_at.unwrap_or(completed_at),
                    deliveries: deliveries(self.filed_at, self.how.as_deref()),
                    left: Vec::new(),
                }
            }
        };
        let of = AuditedVisit {
            visit: VisitId(self.id),
            contract: self.contract.into(),
            term: self.term.into(),
            purpose: crate::visits::purpose(&self.purpose),
            number: u32::try_from(self.number).unwrap_or(0),
            is_added: self.why.is_some(),
            rest_of: self.rest_of.map(VisitId),
            engineer: self.engineer.into(),
            day: self.day,
            state,
            overruled: self.overruled.map(|words| crate::visits::unfit::words(&words)).unwrap_or_default(),
        };
        OfSite { site: self.site.into(), of }
    }
}

/// How a report was filed, before its letters are added: on a person's word, or by a rule that counts its letters.
fn deliveries(filed_at: Option<Instant>, how: Option<&str>) -> Deliveries {
    let (handed_over_at, noted) = match how.map(FiledHow::of) {
        None | Some(FiledHow::Otherwise) => (None, NotedRule::None),
        Some(FiledHow::HandedOver { .. }) => (filed_at, NotedRule::None),
        Some(FiledHow::Mail { delivered_to: None, .. }) => (None, NotedRule::OfEarlierVersion),
        Some(FiledHow::Mail { delivered_to: Some(rule), .. }) => {
            (None, parse_delivered_to(&rule).map_or(NotedRule::None, NotedRule::By))
        }
    };
    Deliveries { handed_over_at, noted, ..Deliveries::default() }
}

/// Visits to these sites from a day on, including planned ones; without far ones, and without their reports' letters.
pub async fn visits(db: &Db, sites: &[SiteCode], from: NaiveDate) -> Result<Vec<OfSite<AuditedVisit>>> {
    const COLUMNS: &str = "select visit.id, visit.site, visit.contract, visit.term, visit.purpose,
                visit.number, visit.why, visit.rest_of, visit.engineer,
                visit.day, visit.state, visit.overruled, visit.completed_at, record.received_at, filing.filed_at, filing.how
         from visit
         left join record on record.visit_id = visit.id
         left join filing on filing.visit_id = visit.id
         where visit.day >= $2 and visit.site in ";
    let sql = sql!(COLUMNS, codes 1);
    let rows: Vec<VisitRow> = db.read(sql).bind(json_list(sites)).bind(from).all().await?;
    Ok(rows.into_iter().map(VisitRow::visit).collect())
}

/// What visits to these sites, from a day on, could not inspect.
pub async fn left(db: &Db, sites: &[SiteCode], from: NaiveDate) -> Result<Vec<LeftByVisit>> {
    const LEFT: &str = "select visit.id, not_inspected.equipment, not_inspected.item
         from visit
         join not_inspected on not_inspected.visit_id = visit.id
         where visit.day >= $2 and visit.site in ";
    let sql = sql!(LEFT, codes 1);
    let rows: Vec<(i64, String, String)> = db.read(sql).bind(json_list(sites)).bind(from).all().await?;
    let left = |(visit, equipment, item): (i64, String, String)| LeftByVisit {
        visit: VisitId(visit),
        item: AuditedItem { equipment: equipment.into(), item },
    };
    Ok(rows.into_iter().map(left).collect())
}

/// Booked visits to these sites that cannot take place as booked.
pub async fn unfit(db: &Db, sites: &[SiteCode]) -> Result<Vec<OfSite<VisitId>>> {
    const ASKED: &str = "select unfit_visit.visit_id, visit.site
         from unfit_visit
         join visit on visit.id = unfit_visit.visit_id
         where visit.site in ";
    let sql = sql!(ASKED, codes 1);
    let rows: Vec<(i64, String)> =
        db.read(sql).reads_whole_table("few visits are unfit at a time").bind(json_list(sites)).all().await?;
    Ok(rows.into_iter().map(|(visit, site)| OfSite { site: site.into(), of: VisitId(visit) }).collect())
}

/// Which far visits and windows to read; all days are inclusive.
#[derive(Debug, Clone, Copy)]
pub struct PlannedSpan {
    /// The first day of the visits.
    pub visits_from: NaiveDate,
    /// Only windows that end on this day or later.
    pub from: NaiveDate,
    /// Only windows that begin on this day or earlier.
    pub through: NaiveDate,
}

/// Planned visits and windows that are still stored in their rounds.
#[derive(Debug, Default)]
pub struct PlannedFar {
    pub visits: Vec<OfSite<AuditedVisit>>,
    pub windows: Vec<OfSite<HeldWindow>>,
}

/// The far visits and windows at these sites. Together with [`visits`] and [`windows`], this is the only place in the
/// auditor that knows where future visits are stored.
pub async fn far(db: &Db, sites: &[SiteCode], seen: PlannedSpan) -> Result<PlannedFar> {
    let mut found = PlannedFar::default();
    for round in round::of_sites(db, sites).await? {
        let Some(packed) = &round.far else { continue };
        let unpacked = packed.unpack(round.engineer.as_ref());
        for far in unpacked.slots {
            let Slot { number, first_on, last_on, .. } = far.slot;
            if last_on >= seen.from && first_on <= seen.through {
                let says = if far.visit().is_some() { WindowSays::Visit } else { WindowSays::WhyNone };
                let (contract, term) = (round.contract.clone(), round.term.clone());
                let of = HeldWindow { contract, term, first_on, last_on, says };
                found.windows.push(OfSite { site: round.site.clone(), of });
            }
            if let Some(visit) = far.visit().filter(|visit| visit.day >= seen.visits_from) {
                let of = AuditedVisit {
                    visit: visit.visit,
                    contract: round.contract.clone(),
                    term: round.term.clone(),
                    purpose: unpacked.purpose,
                    number,
                    is_added: false,
                    rest_of: None,
                    engineer: visit.engineer.clone(),
                    day: visit.day,
                    state: AuditedState::Planned,
                    overruled: Vec::new(),
                };
                found.visits.push(OfSite { site: round.site.clone(), of });
            }
        }
    }
    Ok(found)
}

#[derive(sqlx::FromRow)]
struct LetterRow {
    visit_id: i64,
    created_at: Instant,
    state: String,
    sent_at: Option<Instant>,
    to_name: String,
    to_email: String,
    lost_at: Option<Instant>,
}

/// Letters that contain the reports of visits to these sites from a day on, each with its visit; without withdrawn
/// ones.
pub async fn paper_letters(db: &Db, sites: &[SiteCode], from: NaiveDate) -> Result<Vec<AuditedLetter>> {
    // On PostgreSQL, always look up letters by visit, never visits by letter.
    let sql = sql!(
        "with asked as materialized (select id from visit where day >= $2 and site in ",
        codes 1,
        ") select one.visit_id, one.created_at, one.state, one.sent_at, one.to_name, one.to_email, one.lost_at from asked ",
        sqlite "join letter as one on one.visit_id = asked.id where one.bears = '",
        postgres "cross join lateral (
                    select visit_id, created_at, state, sent_at, to_name, to_email, lost_at from letter where visit_id = asked.id and bears = '",
        PAPER,
        "'",
        postgres " offset 0) as one"
    );
    let rows: Vec<LetterRow> = db.read(sql).bind(json_list(sites)).bind(from).all().await?;
    let letter = |row: LetterRow| {
        let word: LetterState = row.state.parse().expect("the schema admits these words alone");
        let is = match word {
            LetterState::Waiting => PaperLetterIs::Waiting,
            LetterState::Sent => PaperLetterIs::Taken { at: row.sent_at.expect("checked by the schema") },
            LetterState::Undelivered => PaperLetterIs::GivenUp,
            LetterState::Cancelled => return None,
        };
        let LetterRow { visit_id, created_at: owed_at, to_name: name, to_email: email, lost_at, .. } = row;
        Some(AuditedLetter { visit: VisitId(visit_id), letter: PaperLetter { owed_at, is, name, email, lost_at } })
    };
    Ok(rows.into_iter().filter_map(letter).collect())
}

#[derive(sqlx::FromRow)]
struct CorrectionRow {
    visit_id: i64,
    revision: i64,
    corrected_at: Instant,
    within: Option<i64>,
    issued_at: Option<Instant>,
    handed_over_at: Option<Instant>,
}

/// Corrections made after a report was filed, for visits to these sites from a day on.
pub async fn corrections(db: &Db, sites: &[SiteCode], from: NaiveDate) -> Result<Vec<CorrectionOfVisit>> {
    const COLUMNS: &str = "select correction.visit_id, correction.revision, correction.corrected_at, correction.within,
                report.issued_at, correction.handed_over_at
         from visit
         join correction on correction.visit_id = visit.id
         left join report on report.visit_id = correction.visit_id and report.revision = correction.revision
         where visit.day >= $2 and visit.site in ";
    let sql = sql!(COLUMNS, codes 1);
    let rows: Vec<CorrectionRow> = db.read(sql).bind(json_list(sites)).bind(from).all().await?;
    let number = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    let correction = |row: CorrectionRow| CorrectionOfVisit {
        visit: VisitId(row.visit_id),
        correction: AuditedCorrection {
            revision: number(row.revision),
            corrected_at: row.corrected_at,
            within: row.within.map(|within| WorkingDays(number(within))),
            issued_at: row.issued_at,
            handed_over_at: row.handed_over_at,
        },
    };
    Ok(rows.into_iter().map(correction).collect())
}

#[derive(sqlx::FromRow)]
struct DeadlineRow {
    site: String,
    contract: String,
    term: String,
    owed: String,
    visit_id: Option<i64>,
    revision: Option<i64>,
    since_on: NaiveDate,
    due_on: Option<NaiveDate>,
    late_from: Option<Instant>,
    met_at: Option<Instant>,
    excused_by: Option<String>,
    excused_why: Option<String>,
    is_flagged: bool,
    calendar_version: String,
}

impl DeadlineRow {
    fn held(self) -> OfSite<HeldDeadline> {
        let owed = Owed::ALL.into_iter().find(|owed| owed.word() == self.owed);
        let visit = || VisitId(self.visit_id.expect("the schema wants the visit of a record or report"));
        let of = match owed.expect("the schema admits only words of Owed") {
            Owed::Visit | Owed::Training => HeldDebt::Window,
            Owed::Record => HeldDebt::Record(visit()),
            Owed::Report => match self.revision.and_then(|revision| u32::try_from(revision).ok()) {
                Some(revision) => HeldDebt::Correction(visit(), revision),
                None => HeldDebt::Report(visit()),
            },
        };
        let mut held = HeldDeadline {
            contract: self.contract.into(),
            term: self.term.into(),
            of,
            since_on: self.since_on,
            due_on: self.due_on,
            late_from: self.late_from,
            met_at: self.met_at,
            waiver: None,
            is_flagged: self.is_flagged,
            calendar_version: self.calendar_version,
        };
        held.waiver = self.excused_by.map(|by| AuditedWaiver {
            of: match held.of {
                HeldDebt::Window => WaivedDebt::Window {
                    contract: held.contract.clone(),
                    term: held.term.clone(),
                    first_on: held.since_on,
                    last_on: held.due_on.unwrap_or(held.since_on),
                },
                HeldDebt::Record(visit) => WaivedDebt::Record { visit, day: held.since_on },
                HeldDebt::Report(visit) => WaivedDebt::Report { visit },
                HeldDebt::Correction(visit, revision) => WaivedDebt::Correction { visit, revision },
            },
            by,
            why: self.excused_why.unwrap_or_default(),
        });
        OfSite { site: self.site.into(), of: held }
    }
}

/// Deadlines at these sites that began on this day or later, without withdrawn ones.
pub async fn deadlines(db: &Db, sites: &[SiteCode], from: NaiveDate) -> Result<Vec<OfSite<HeldDeadline>>> {
    const COLUMNS: &str = "select deadline.site, deadline.contract, deadline.term, deadline.owed, deadline.visit_id,
                deadline.revision, deadline.since_on, deadline.due_on, deadline.late_from, deadline.met_at, deadline.excused_by,
                deadline.excused_why, deadline.calendar_version,
                (select min(flag.level)
                 from flag
                 where flag.deadline_id = deadline.id and flag.withdrawn_at is null and flag.level like 'late-%')
                  is not null as is_flagged
         from deadline
         where deadline.withdrawn_at is null and deadline.since_on >= $2 and deadline.site in ";
    let sql = sql!(COLUMNS, codes 1);
    let rows: Vec<DeadlineRow> = db.read(sql).bind(json_list(sites)).bind(from).all().await?;
    Ok(rows.into_iter().map(DeadlineRow::held).collect())
}

#[derive(sqlx::FromRow)]
struct WindowRow {
    site: String,
    contract: String,
    term: String,
    first_on: NaiveDate,
    last_on: NaiveDate,
    says_why: bool,
}

/// Windows that the planner has made for these sites, if they end on `from` or later and begin on `through` or earlier;
/// without far ones.
pub async fn windows(
    db: &Db,
    sites: &[SiteCode],
    from: NaiveDate,
    through: NaiveDate,
) -> Result<Vec<OfSite<HeldWindow>>> {
    const COLUMNS: &str = "select slot.site, slot.contract, slot.term, slot.first_on, slot.last_on,
                slot.unplanned is not null as says_why
         from answered
         join slot on slot.contract = answered.contract and slot.site = answered.site and slot.term = answered.term
         where slot.last_on >= $2 and slot.first_on <= $3 and answered.site in ";
    let sql = sql!(COLUMNS, codes 1);
    let rows: Vec<WindowRow> = db.read(sql).bind(json_list(sites)).bind(from).bind(through).all().await?;
    let window = |row: WindowRow| OfSite {
        site: row.site.into(),
        of: HeldWindow {
            contract: row.contract.into(),
            term: row.term.into(),
            first_on: row.first_on,
            last_on: row.last_on,
            says: if row.says_why { WindowSays::WhyNone } else { WindowSays::Visit },
        },
    };
    Ok(rows.into_iter().map(window).collect())
}
