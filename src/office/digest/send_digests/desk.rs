//! One manager's view of the office while a digest is being written.

use std::collections::{HashMap, HashSet};

use chrono::{Days, Months, NaiveDate};

use crate::parties::once;
use crate::promises::deadlines::Counter;
use crate::promises::visits_of::DeadlineVisits;
use crate::{Office, Result};
use domain::Instant;
use domain::access::{Matter, answers_for};
use domain::calendar::Calendar;
use domain::contract::Purpose;
use domain::digest::{Compliance, Counts, Digest, DueLine, Habit, LATE_SHOWN, SHOWN, VisitLine, WaitsFor};
use domain::ids::{CustomerCode, EngineerCode, SiteCode, VisitId};
use domain::letters::letter::LetterState;
use domain::people::Manager;
use domain::people::equipment::Site;
use domain::promises::{Deadline, Due, Owed, days_late};
use domain::visits::{StoredVisit, VisitState};

/// How far ahead open deadlines are checked for risks.
pub const RISK_SPAN: Days = Days::new(12);
/// How many days after today the digest's week covers.
const WEEK: Days = Days::new(6);
/// How far ahead trainings are listed.
const TRAINING_SPAN: Days = Days::new(30);
/// How many months the trend covers, including this one.
const TREND_MONTHS: u32 = 6;

/// One manager's view of the office at a moment; nothing is read twice.
pub struct ManagerView<'a> {
    pub(super) office: &'a Office,
    pub(super) manager: &'a Manager,
    pub(super) now: Instant,
    /// The day in the manager's time zone.
    pub(super) day: NaiveDate,
    /// Sites regardless of scope: see [`ManagerView::site`].
    sites: HashMap<SiteCode, Option<Site>>,
    /// Names by code.
    engineers: HashMap<EngineerCode, String>,
    customers: HashMap<CustomerCode, String>,
    pub(super) habits: HashMap<Option<EngineerCode>, Option<Habit>>,
}

impl<'a> ManagerView<'a> {
    /// A manager's view at `now`, with nothing read yet.
    #[must_use]
    pub fn of(office: &'a Office, manager: &'a Manager, now: Instant) -> ManagerView<'a> {
        ManagerView {
            office,
            manager,
            now,
            day: manager.time_zone.day(now),
            sites: HashMap::new(),
            engineers: HashMap::new(),
            customers: HashMap::new(),
            habits: HashMap::new(),
        }
    }

    /// What the manager should know and decide now; without links.
    pub async fn digest(self) -> Result<Digest> {
        let trend = self.trend().await?;
        let compliance = trend.last().copied().unwrap_or_default();
        Ok(Digest { compliance, trend, ..self.lists().await? })
    }

    /// The same without compliance and its trend, which take longer to read than everything that is open.
    pub async fn lists(mut self) -> Result<Digest> {
        let day = self.day;
        let mut digest = Digest {
            manager: self.manager.manager.clone(),
            manager_name: self.manager.name.clone(),
            day,
            written_at: self.now,
            late: Vec::new(),
            due_today: Vec::new(),
            at_risk: Vec::new(),
            without_record: Vec::new(),
            not_planned: self.not_planned().await?,
            not_counted: self.not_counted().await?,
            moved: self.moved().await?,
            begun: self.begun().await?,
            undelivered: self.undelivered().await?,
            unreachable: self.unreachable().await?,
            unfit: Vec::new(),
            doubtful: Vec::new(),
            rebooked: self.rebooked().await?,
            called_off: self.called_off().await?,
            incomplete: Vec::new(),
            rests: Vec::new(),
            unwritten: self.unwritten().await?,
            asked_to_move: self.asked_to_move().await?,
            to_review: self.waiting_forms().await?,
            notes: self.notes().await?,
            differences: self.differences().await?,
            without_recipient: self.without_recipient().await?,
            week: self.visits(day, day + WEEK, None).await?,
            trainings: self.visits(day, day + TRAINING_SPAN, Some(Purpose::Training)).await?,
            phases: self.phases(day).await?,
            compliance: Compliance::default(),
            trend: Vec::new(),
            link: None,
        };
        self.unfit(&mut digest).await?;
        self.incomplete(&mut digest).await?;
        self.deadlines(&mut digest).await?;
        Ok(digest)
    }

    /// The site, if it is within the manager's scope.
    pub(super) async fn site(&mut self, code: &SiteCode) -> Result<Option<Site>> {
        let scope = &self.manager.scope;
        Ok(self.any_site(code).await?.filter(|site| answers_for(scope, &site.customer)))
    }

    /// Reads these sites at once: a manager with ten thousand sites may have as many lines.
    pub(super) async fn know_sites(&mut self, codes: impl Iterator<Item = &SiteCode>) -> Result<()> {
        let codes = once(codes.filter(|code| !self.sites.contains_key(*code)));
        if codes.is_empty() {
            return Ok(());
        }
        let found = store::people::site::with_codes(&self.office.db, &codes).await?;
        self.sites.extend(codes.into_iter().map(|code| (code, None)));
        self.sites.extend(found.into_iter().map(|site| (site.site.clone(), Some(site))));
        Ok(())
    }

    /// The site, regardless of scope: for counting an engineer's days, never for display.
    pub(super) async fn any_site(&mut self, code: &SiteCode) -> Result<Option<Site>> {
        if !self.sites.contains_key(code) {
            let site = store::people::site::find(&self.office.db, code).await?;
            self.sites.insert(code.to_owned(), site);
        }
        Ok(self.sites[code].clone())
    }

    pub(super) async fn engineer(&mut self, code: &EngineerCode) -> Result<String> {
        if let Some(name) = self.engineers.get(code) {
            return Ok(name.clone());
        }
        let name =
            store::people::engineer::find(&self.office.db, code).await?.map_or_else(|| code.to_string(), |e| e.name);
        self.engineers.insert(code.to_owned(), name.clone());
        Ok(name)
    }

    pub(super) async fn customer(&mut self, code: &CustomerCode) -> Result<String> {
        if let Some(name) = self.customers.get(code) {
            return Ok(name.clone());
        }
        let name =
            store::people::customer::find(&self.office.db, code).await?.map_or_else(|| code.to_string(), |c| c.name);
        self.customers.insert(code.to_owned(), name.clone());
        Ok(name)
    }

    /// Late, due today, at risk, and visits without a record; each deadline is in only one list.
    async fn deadlines(&mut self, digest: &mut Digest) -> Result<()> {
        let through = self.manager.time_zone.end_of(self.day + RISK_SPAN);
        let filter = store::promises::DeadlineFilter { open_late_from_through: Some(through), ..Default::default() };
        let visits = store::visits::of_open_deadlines(&self.office.db, through).await?;
        let visits = visits.into_iter().collect::<DeadlineVisits>().with_rests(&self.office.db).await?;
        let open = store::promises::list(&self.office.db, &filter).await?;
        self.know_sites(open.iter().map(|deadline| &deadline.site)).await?;
        let mut behind_records = HashSet::new();
        for deadline in open {
            let Some(site) = self.site(&deadline.site).await? else { continue };
            let Some((due_on, late_from)) = deadline.due.on().zip(deadline.late_from) else { continue };
            let today = site.time_zone.day(self.now);
            let calendar = Counter::of(self.office, &site, &deadline.terms).calendar.ok();
            let visit = visits.of(&deadline).cloned();
            let is_late = self.now >= late_from;
            let risk = match is_late || due_on == today {
                true => None,
                false => self.risk(&deadline, visit.as_ref(), due_on, today, calendar.as_ref()).await?,
            };
            if deadline.owed() == Owed::Report && visit.as_ref().is_some_and(|stored| !has_record(&stored.visit.state))
            {
                behind_records.insert(deadline.id);
            }
            let list = match deadline.owed() {
                _ if is_late => &mut digest.late,
                Owed::Record => &mut digest.without_record,
                Owed::Visit | Owed::Training | Owed::Report if due_on == today => &mut digest.due_today,
                Owed::Visit | Owed::Training | Owed::Report if risk.is_some() => &mut digest.at_risk,
                Owed::Visit | Owed::Training | Owed::Report => continue,
            };
            let late = days_late(due_on, today, calendar.as_ref());
            let waits_for = behind_records.contains(&deadline.id).then_some(WaitsFor::Record);
            let line = self.due_line(deadline, &site, visit, due_on, late).await?;
            list.push(DueLine { risk, waits_for, ..line });
        }
        // A report that waits for its record is resolved by the record, whose line is further up.
        let is_behind = |line: &DueLine| behind_records.contains(&line.deadline);
        digest.late.sort_by_key(|line| (is_behind(line), std::cmp::Reverse(line.days_late), line.due_on));
        let Digest { late, due_today, at_risk, without_record, without_recipient, .. } = digest;
        // These are in the list of reports without a recipient.
        let named: HashSet<_> =
            late.iter().chain(due_today.iter()).chain(at_risk.iter()).map(|line| line.matter.clone()).collect();
        without_recipient.retain(|line| !named.contains(&line.matter));
        let shown = [(late, LATE_SHOWN), (due_today, SHOWN), (at_risk, SHOWN), (without_record, SHOWN)];
        for line in shown.into_iter().flat_map(|(lines, shown)| lines.iter_mut().take(shown)) {
            line.waits_for = self.waits_for(line.owed, line.visit, &line.site).await?;
        }
        Ok(())
    }

    async fn due_line(
        &mut self,
        deadline: Deadline,
        site: &Site,
        visit: Option<StoredVisit>,
        due_on: NaiveDate,
        days_late: u32,
    ) -> Result<DueLine> {
        let engineer = match &visit {
            Some(stored) => Some(self.engineer(&stored.visit.state.appointment().engineer).await?),
            None => None,
        };
        let owed = deadline.owed();
        let (ledger, provisional) = match deadline.due {
            Due::Counted { ledger } => (Some(ledger.clone()), ledger.provisional),
            Due::Window { .. } | Due::Timed { .. } | Due::Held | Due::Unknown { .. } => (None, false),
        };
        Ok(DueLine {
            deadline: deadline.id,
            owed,
            purpose: visit.as_ref().map_or_else(|| purpose_of(owed), |stored| stored.visit.purpose),
            visit: visit.map(|stored| stored.visit.id),
            customer: self.customer(&deadline.customer).await?,
            site: site.site.clone(),
            site_name: site.name.clone(),
            engineer,
            since_on: deadline.since_on,
            due_on,
            days_late,
            provisional,
            ledger,
            waits_for: None,
            risk: None,
            matter: Matter::Deadline(deadline.key),
            link: None,
        })
    }

    /// What has to happen before a deadline at a site can be met.
    async fn waits_for(&mut self, owed: Owed, visit: Option<VisitId>, site: &SiteCode) -> Result<Option<WaitsFor>> {
        let zone = self.any_site(site).await?.map(|site| site.time_zone);
        let today = zone.map_or(self.day, |zone| zone.day(self.now));
        waits_for(&self.office.db, owed, visit, today).await
    }

    /// The lines of those visits that are within the manager's scope, by number.
    pub(super) async fn visit_lines(
        &mut self,
        ids: impl Iterator<Item = VisitId>,
    ) -> Result<HashMap<VisitId, VisitLine>> {
        let ids: Vec<VisitId> = ids.collect();
        let mut lines = HashMap::new();
        if ids.is_empty() {
            return Ok(lines);
        }
        let found = store::visits::with_ids(&self.office.db, &ids, &[]).await?;
        self.know_sites(found.iter().map(|stored| &stored.visit.site)).await?;
        for stored in found {
            lines.extend(self.line_of(&stored).await?.map(|line| (stored.visit.id, line)));
        }
        Ok(lines)
    }

    pub(super) async fn line_of(&mut self, stored: &StoredVisit) -> Result<Option<VisitLine>> {
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
            matter: Matter::Visit(stored.visit.id),
            link: None,
        }))
    }

    /// Promises kept and broken, by the month in which they were due; the current month comes last.
    async fn trend(&self) -> Result<Vec<Compliance>> {
        let this = self.day - Days::new(u64::from(chrono::Datelike::day0(&self.day)));
        let mut trend = Vec::new();
        for back in (0..TREND_MONTHS).rev() {
            let month = this - Months::new(back);
            trend.push(self.compliance(month, month + Months::new(1)).await?);
        }
        // There is no trend before the office had promises.
        let empty = trend.iter().take_while(|month| month.decided() + month.waived == 0).count();
        Ok(trend.split_off(empty.min(trend.len() - 1)))
    }

    /// Promises within the manager's scope that were due from `from` on and before `until`.
    pub(super) async fn compliance(&self, from: NaiveDate, until: NaiveDate) -> Result<Compliance> {
        let (zone, db) = (&self.manager.time_zone, &self.office.db);
        let mut compliance = Compliance { month: from, ..Compliance::default() };
        let (from, until) = (zone.start_of(from), zone.start_of(until));
        let judged = store::promises::compliance::judged_of_customers(db, from, until, self.now).await?;
        for judged in judged.iter().filter(|judged| answers_for(&self.manager.scope, &judged.customer)) {
            compliance.add(judged.owed, counts(judged));
        }
        Ok(compliance)
    }

    /// As counted by the store: by kind, customer and engineer.
    pub(super) async fn judged(
        &self,
        from: NaiveDate,
        until: NaiveDate,
    ) -> Result<Vec<store::promises::compliance::Judged>> {
        let zone = &self.manager.time_zone;
        let (from, until) = (zone.start_of(from), zone.start_of(until));
        let mut judged = store::promises::compliance::judged(&self.office.db, from, until, self.now).await?;
        judged.retain(|judged| answers_for(&self.manager.scope, &judged.customer));
        Ok(judged)
    }

    /// The number of working days after one day, through another; `None` if the calendar does not know.
    pub(super) fn days_between(calendar: Option<&Calendar>, from: NaiveDate, through: NaiveDate) -> Option<u32> {
        if through <= from {
            return Some(0);
        }
        calendar?.count(from, through).ok()
    }
}

/// What has to happen before a deadline can be met; `today` is the site's.
pub(crate) async fn waits_for(
    on: impl Into<store::ReadHandle<'_>>,
    owed: Owed,
    visit: Option<VisitId>,
    today: NaiveDate,
) -> Result<Option<WaitsFor>> {
    let mut on = on.into();
    let stored = match visit {
        Some(visit) => store::visits::get(on.again(), visit).await?,
        None => None,
    };
    Ok(Some(match (owed, stored) {
        (Owed::Record, _) => WaitsFor::Record,
        (Owed::Report, Some(stored)) if !has_record(&stored.visit.state) => WaitsFor::Record,
        (Owed::Report, Some(stored)) => {
            let letters = store::reports::letters(on.again(), stored.visit.id).await?;
            let is_drawn = store::reports::latest(on.again(), stored.visit.id).await?.is_some();
            match (is_drawn, letters.is_empty()) {
                (false, _) => WaitsFor::Drawing,
                (true, true) => WaitsFor::Recipient,
                (true, false) if letters.iter().any(|letter| letter.state == LetterState::Undelivered) => {
                    WaitsFor::Refused
                }
                (true, false) => WaitsFor::Delivery,
            }
        }
        (Owed::Report, None) => return Ok(None),
        (Owed::Visit | Owed::Training, None) => WaitsFor::Planning,
        (Owed::Visit | Owed::Training, Some(stored)) => {
            match stored.visit.state {
                VisitState::Cancelled { .. } => WaitsFor::Planning,
                VisitState::Done { .. } => WaitsFor::Rest,
                VisitState::Planned { appointment } | VisitState::Booked { appointment, .. } => {
                    if appointment.day < today { WaitsFor::Record } else { WaitsFor::Visit { day: appointment.day } }
                }
            }
        }
    }))
}

/// Whether a visit has a record.
fn has_record(state: &VisitState) -> bool {
    match state {
        VisitState::Done { .. } => true,
        VisitState::Planned { .. } | VisitState::Booked { .. } | VisitState::Cancelled { .. } => false,
    }
}

pub(super) fn counts(judged: &store::promises::compliance::Judged) -> Counts {
    Counts { kept: judged.kept, met_late: judged.met_late, late: judged.late, waived: judged.waived }
}

/// A general purpose for a deadline without a visit.
fn purpose_of(owed: Owed) -> Purpose {
    match owed {
        Owed::Training => Purpose::Training,
        Owed::Visit | Owed::Record | Owed::Report => Purpose::Inspection,
    }
}
