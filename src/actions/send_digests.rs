//! The digest: to each manager, at their hour, on each working day of theirs, once (P31).

mod moved;

use std::collections::{BTreeMap, HashMap};

use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta, Weekday};

use super::deadlines::Counter;
use super::parties::manager_reader;
use super::subscribe::{Digests, digests_of, links_for};
use super::{Office, Result};
use crate::db;
use crate::db::deadline::Deadline;
use crate::db::visit::{Filter, StoredVisit};
use crate::domain::Instant;
use crate::domain::calendar::{Calendar, WorkingDays};
use crate::domain::contract::Purpose;
use crate::domain::deadline::{Due, Owed, days_late};
use crate::domain::digest::{Compliance, Digest, DueLine, NotCountedLine, NotPlannedLine, PhaseLine, VisitLine};
use crate::domain::equipment::{Phase, Site};
use crate::domain::notice::Notice;
use crate::domain::people::Manager;
use crate::domain::slots::Unplanned;
use crate::domain::visit::{VisitId, VisitState};

/// Working days ahead in which an open deadline is at risk.
const RISK_DAYS: WorkingDays = WorkingDays(2);
/// Calendar days that surely hold [`RISK_DAYS`] working days, long holidays aside.
const RISK_SPAN: Days = Days::new(12);
/// How far ahead a slot without a visit is worth a line.
const PLAN_SPAN: Days = Days::new(62);
/// How far ahead trainings are listed.
const TRAINING_SPAN: Days = Days::new(30);
/// How far ahead the end of a warranty is named (P15: a maintenance contract is proposed before).
const PHASE_SPAN: Days = Days::new(60);

/// For how long a letter that was given up is named; what it leaves open is named as late besides.
const UNDELIVERED_SPAN: TimeDelta = TimeDelta::days(7);

/// Sends the digests whose hour has come. Says how many.
///
/// # Errors
/// When the store fails; digests that were written until then are sent.
pub async fn send_digests(office: &Office) -> Result<u64> {
    let now = office.clock.now();
    let mut sent = 0;
    for manager in db::manager::all(&office.db).await? {
        let day = manager.time_zone.day(now);
        let key = format!("digest/{}/{day}", manager.manager);
        let hour = manager.time_zone.instant(day.and_time(manager.digest_at));
        let not_yet = now < hour || !works_on(office, &manager, day);
        if not_yet || db::told::was_written(&office.db, &key).await? {
            continue;
        }
        if digests_of(office, &manager.manager).await? == Digests::Ended {
            continue;
        }
        let moves = moved::last(office).await?;
        let digest = digest(office, &manager, now).await?;
        let (notice, reader) = (Notice::Digest(Box::new(digest)), manager_reader(&manager));
        let mut tx = office.db.begin().await?;
        let links = links_for(office, &mut tx, &key, &manager.manager).await?;
        let letter = office.composer.compose_with(&notice, &reader, &key, now, &links)?;
        db::letter::put(&mut tx, &letter, now).await?;
        db::fact::set(&mut tx, &moved::told(&manager), &moves.to_string()).await?;
        tx.commit().await?;
        sent += 1;
    }
    Ok(sent)
}

/// Whether the manager works on `day`; without a calendar that knows it, Monday to Friday: silence is worse
/// than a digest on a holiday.
fn works_on(office: &Office, manager: &Manager, day: NaiveDate) -> bool {
    office
        .calendars
        .named(&manager.calendar)
        .ok()
        .and_then(|calendar| calendar.is_working(day).ok())
        .unwrap_or(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
}

/// What one manager should know and decide now.
///
/// # Errors
/// When the store fails.
pub async fn digest(office: &Office, manager: &Manager, now: Instant) -> Result<Digest> {
    let day = manager.time_zone.day(now);
    let mut desk =
        Desk { office, manager, now, day, sites: HashMap::new(), engineers: HashMap::new(), customers: HashMap::new() };
    let mut digest = Digest {
        manager: manager.manager.clone(),
        manager_name: manager.name.clone(),
        day,
        written_at: now,
        late: Vec::new(),
        due_today: Vec::new(),
        at_risk: Vec::new(),
        without_record: Vec::new(),
        not_planned: desk.not_planned().await?,
        not_counted: desk.not_counted().await?,
        moved: desk.moved().await?,
        undelivered: desk.undelivered().await?,
        without_recipient: desk.without_recipient().await?,
        today: desk.visits(day, day, None).await?,
        week: desk.visits(day + Days::new(1), day + Days::new(7), None).await?,
        trainings: desk.visits(day, day + TRAINING_SPAN, Some(Purpose::Training)).await?,
        phases: desk.phases().await?,
        compliance: desk.compliance().await?,
    };
    desk.deadlines(&mut digest).await?;
    Ok(digest)
}

/// One manager's view of the office while a digest is written.
struct Desk<'a> {
    office: &'a Office,
    manager: &'a Manager,
    now: Instant,
    day: NaiveDate,
    sites: HashMap<String, Option<Site>>,
    /// Names by code.
    engineers: HashMap<String, String>,
    customers: HashMap<String, String>,
}

impl Desk<'_> {
    /// The site, if it is in the manager's scope.
    async fn site(&mut self, code: &str) -> Result<Option<Site>> {
        if !self.sites.contains_key(code) {
            let site = db::site::find(&self.office.db, code).await?;
            self.sites.insert(code.to_owned(), site.filter(|site| self.manager.scope.covers(&site.customer)));
        }
        Ok(self.sites[code].clone())
    }

    async fn engineer(&mut self, code: &str) -> Result<String> {
        if let Some(name) = self.engineers.get(code) {
            return Ok(name.clone());
        }
        let name = db::engineer::find(&self.office.db, code).await?.map_or_else(|| code.to_owned(), |e| e.name);
        self.engineers.insert(code.to_owned(), name.clone());
        Ok(name)
    }

    async fn customer(&mut self, code: &str) -> Result<String> {
        if let Some(name) = self.customers.get(code) {
            return Ok(name.clone());
        }
        let name = db::customer::find(&self.office.db, code).await?.map_or_else(|| code.to_owned(), |c| c.name);
        self.customers.insert(code.to_owned(), name.clone());
        Ok(name)
    }

    /// Late, due today, at risk, and visits without a record.
    async fn deadlines(&mut self, digest: &mut Digest) -> Result<()> {
        let through = self.manager.time_zone.end_of(self.day + RISK_SPAN);
        let filter = db::deadline::Filter { open_late_from_through: Some(through), ..Default::default() };
        for deadline in db::deadline::list(&self.office.db, &filter).await? {
            let Some(site) = self.site(&deadline.site).await? else { continue };
            let Some((due_on, late_from)) = deadline.due.on().zip(deadline.late_from) else { continue };
            let today = site.time_zone.day(self.now);
            let counter = Counter::of(self.office, &site, &deadline.escalation);
            let calendar = counter.calendar.as_ref().ok();
            let line = self.due_line(&deadline, &site, due_on, calendar, today).await?;
            if let Some(visit) = deadline.visit.filter(|_| deadline.owed == Owed::Record) {
                digest.without_record.extend(self.visit_line(visit).await?);
            }
            if self.now >= late_from {
                digest.late.push(line);
            } else if due_on == today {
                digest.due_today.push(line);
            } else if is_at_risk(due_on, today, calendar) {
                digest.at_risk.push(line);
            }
        }
        digest.late.sort_by(|a, b| b.days_late.cmp(&a.days_late).then(a.due_on.cmp(&b.due_on)));
        Ok(())
    }

    async fn due_line(
        &mut self,
        deadline: &Deadline,
        site: &Site,
        due_on: NaiveDate,
        calendar: Option<&Calendar>,
        today: NaiveDate,
    ) -> Result<DueLine> {
        let visit = match (deadline.visit, deadline.slot) {
            (Some(visit), _) => db::visit::get(&self.office.db, visit).await?,
            (None, Some(slot)) => db::visit::of_slot(&self.office.db, slot).await?,
            (None, None) => None,
        };
        let engineer = match &visit {
            Some(stored) => Some(self.engineer(&stored.visit.state.appointment().engineer).await?),
            None => None,
        };
        let (ledger, provisional) = match &deadline.due {
            Due::Counted { ledger } => (Some(ledger.clone()), ledger.provisional),
            Due::Window { .. } | Due::Unknown { .. } => (None, false),
        };
        Ok(DueLine {
            deadline: deadline.id,
            owed: deadline.owed,
            purpose: visit.as_ref().map_or_else(|| purpose_of(deadline.owed), |stored| stored.visit.purpose),
            visit: visit.map(|stored| stored.visit.id),
            customer: self.customer(&deadline.customer).await?,
            site: site.site.clone(),
            site_name: site.name.clone(),
            engineer,
            since_on: deadline.since_on,
            due_on,
            days_late: days_late(due_on, today, calendar),
            provisional,
            ledger,
        })
    }

    async fn visit_line(&mut self, id: VisitId) -> Result<Option<VisitLine>> {
        match db::visit::get(&self.office.db, id).await? {
            Some(stored) => self.line_of(&stored).await,
            None => Ok(None),
        }
    }

    async fn line_of(&mut self, stored: &StoredVisit) -> Result<Option<VisitLine>> {
        let Some(site) = self.site(&stored.visit.site).await? else { return Ok(None) };
        let appointment = stored.visit.state.appointment();
        Ok(Some(VisitLine {
            visit: stored.visit.id,
            purpose: stored.visit.purpose,
            customer: self.customer(&site.customer).await?,
            site: site.site,
            site_name: site.name,
            day: appointment.day,
            starts: appointment.starts,
            engineer: self.engineer(&appointment.engineer).await?,
        }))
    }

    /// Visits planned or booked for a span of days.
    async fn visits(
        &mut self,
        from: NaiveDate,
        through: NaiveDate,
        purpose: Option<Purpose>,
    ) -> Result<Vec<VisitLine>> {
        let filter = Filter { from: Some(from), through: Some(through), purpose, ..Filter::default() };
        let mut lines = Vec::new();
        for stored in db::visit::list(&self.office.db, &filter).await? {
            match stored.visit.state {
                VisitState::Planned { .. } | VisitState::Booked { .. } => lines.extend(self.line_of(&stored).await?),
                VisitState::Done { .. } | VisitState::Cancelled { .. } => {}
            }
        }
        Ok(lines)
    }

    /// Slots without a visit, a line for each site, purpose and reason; and contracts without terms.
    async fn not_planned(&mut self) -> Result<Vec<NotPlannedLine>> {
        let mut lines: BTreeMap<String, NotPlannedLine> = BTreeMap::new();
        for stored in db::slot::unplanned(&self.office.db, 0, self.day + PLAN_SPAN, 100_000).await? {
            let (Some(site), Some(why)) = (self.site(&stored.site).await?, stored.unplanned) else { continue };
            if stored.slot.last_on < self.day {
                continue;
            }
            let key = format!("{}/{}/{}", stored.site, stored.purpose.word(), serde_json::json!(why));
            lines.entry(key).and_modify(|line| line.slots += 1).or_insert_with(|| NotPlannedLine {
                site: site.site,
                site_name: site.name,
                purpose: stored.purpose,
                first_on: stored.slot.first_on,
                last_on: stored.slot.last_on,
                slots: 1,
                why,
            });
        }
        let mut lines: Vec<_> = lines.into_values().collect();
        lines.extend(self.without_terms().await?);
        lines.sort_by_key(|line| line.last_on);
        Ok(lines)
    }

    async fn without_terms(&self) -> Result<Vec<NotPlannedLine>> {
        let Some(listed) = db::fact::get(&self.office.db, super::plan_visits::WITHOUT_TERMS).await? else {
            return Ok(Vec::new());
        };
        let contracts: Vec<(String, String)> = serde_json::from_str(&listed).unwrap_or_default();
        let mut lines = Vec::new();
        for (code, why) in contracts {
            let Some(contract) = db::contract::find(&self.office.db, &code).await? else { continue };
            if self.manager.scope.covers(&contract.customer) {
                lines.push(NotPlannedLine {
                    site: code.clone(),
                    site_name: code,
                    purpose: Purpose::Inspection,
                    first_on: self.day,
                    last_on: self.day,
                    slots: 1,
                    why: Unplanned::NoPlan { plan: why },
                });
            }
        }
        Ok(lines)
    }

    async fn not_counted(&mut self) -> Result<Vec<NotCountedLine>> {
        let filter = db::deadline::Filter { uncounted: true, ..Default::default() };
        let mut lines = Vec::new();
        for deadline in db::deadline::list(&self.office.db, &filter).await? {
            let (Some(site), Due::Unknown { why }) = (self.site(&deadline.site).await?, deadline.due) else { continue };
            let (deadline, owed) = (deadline.id, deadline.owed);
            lines.push(NotCountedLine { deadline, owed, site: site.site, site_name: site.name, why });
        }
        Ok(lines)
    }

    async fn undelivered(&mut self) -> Result<Vec<crate::domain::notice::UndeliveredWords>> {
        let mut lines = Vec::new();
        for (visit, words) in db::told::undelivered(&self.office.db, self.now - UNDELIVERED_SPAN).await? {
            let in_scope = match visit {
                Some(visit) => self.visit_line(visit).await?.is_some(),
                None => true,
            };
            if in_scope {
                lines.push(words);
            }
        }
        Ok(lines)
    }

    async fn without_recipient(&mut self) -> Result<Vec<VisitLine>> {
        let mut lines = Vec::new();
        for (visit,) in db::report::without_recipient(&self.office.db).await? {
            lines.extend(self.visit_line(VisitId(visit)).await?);
        }
        Ok(lines)
    }

    /// Equipment whose warranty ends soon (P15).
    async fn phases(&mut self) -> Result<Vec<PhaseLine>> {
        let mut lines = Vec::new();
        for equipment in db::equipment::warranty_ending(&self.office.db, self.day, self.day + PHASE_SPAN).await? {
            let Phase::Warranty { ends_on } = equipment.phase(self.day) else { continue };
            if ends_on > self.day + PHASE_SPAN {
                continue;
            }
            let Some(site) = self.site(&equipment.site).await? else { continue };
            lines.push(PhaseLine {
                equipment: equipment.equipment,
                equipment_name: equipment.name,
                site_name: site.name,
                warranty_ends_on: ends_on,
            });
        }
        lines.sort_by_key(|line| line.warranty_ends_on);
        Ok(lines)
    }

    /// Promises whose time ran out in the manager's month so far, kept or broken.
    async fn compliance(&self) -> Result<Compliance> {
        let month = self.day.with_day(1).expect("every month has a first day");
        let zone = &self.manager.time_zone;
        let (from, through) = (zone.start_of(month), zone.start_of(month + Months::new(1)));
        let mut compliance = Compliance { month, ..Compliance::default() };
        for (owed, late_from, met_at, customer) in db::deadline::judged(&self.office.db, from, through).await? {
            if !self.manager.scope.covers(&customer) {
                continue;
            }
            let is_report = owed == Owed::Report.word();
            let (all, reports) = match met_at {
                Some(met_at) if met_at < late_from => (&mut compliance.kept, &mut compliance.reports_kept),
                Some(_) => (&mut compliance.met_late, &mut compliance.reports_met_late),
                None if late_from <= self.now => (&mut compliance.late, &mut compliance.reports_late),
                None => continue,
            };
            *all += 1;
            *reports += u32::from(is_report);
        }
        Ok(compliance)
    }
}

/// What a deadline without a visit is of, in general.
fn purpose_of(owed: Owed) -> Purpose {
    match owed {
        Owed::Training => Purpose::Training,
        Owed::Visit | Owed::Record | Owed::Report => Purpose::Inspection,
    }
}

/// Due within the next working days.
fn is_at_risk(due_on: NaiveDate, today: NaiveDate, calendar: Option<&Calendar>) -> bool {
    calendar
        .and_then(|calendar| calendar.nth_after(today, RISK_DAYS).ok())
        .map_or(due_on <= today + Days::new(u64::from(RISK_DAYS.0)), |limit| due_on <= limit)
}
