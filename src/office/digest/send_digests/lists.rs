//! The digest's other lists: visits, what could not be planned or counted, letters, warranties.

use std::collections::BTreeMap;

use chrono::{Days, Months, NaiveDate, TimeDelta};

use super::desk::ManagerView;
use crate::Result;
use domain::access::Matter;
use domain::access::{answers_for, is_in_charge};
use domain::audit::promises::held::PromiseDifference;
use domain::contract::Purpose;
use domain::digest::{
    AskedLine, DifferenceLine, NotCountedLine, NotPlannedLine, PhaseLine, UndeliveredLine, UnreachableLine,
    UnwrittenLine, VisitLine,
};
use domain::ids::{ContractCode, SlotId};
use domain::letters::stored::UnwritableLetter;
use domain::letters::undelivered::UnreachableContact;
use domain::people::ContactFor;
use domain::people::equipment::Phase;
use domain::planning::slots::Unplanned;
use domain::promises::{DeadlineSubject, Due};
use domain::visits::VisitState;
use store::visits::VisitFilter;

/// How far ahead the end of a warranty is named (P15: a maintenance contract is proposed before).
const PHASE_SPAN: Days = Days::new(60);
/// How long a letter that was given up is listed; if something remains open because of it, that is listed as late.
const UNDELIVERED_SPAN: TimeDelta = TimeDelta::days(7);

impl ManagerView<'_> {
    /// Visits planned or booked for a span of days.
    pub(super) async fn visits(
        &mut self,
        from: NaiveDate,
        through: NaiveDate,
        purpose: Option<Purpose>,
    ) -> Result<Vec<VisitLine>> {
        let filter = VisitFilter { from: Some(from), through: Some(through), purpose, ..VisitFilter::default() };
        let mut lines = Vec::new();
        let found = store::visits::list(&self.office.db, &filter).await?;
        self.know_sites(found.iter().map(|stored| &stored.visit.site)).await?;
        for stored in found {
            match stored.visit.state {
                VisitState::Planned { .. } | VisitState::Booked { .. } => lines.extend(self.line_of(&stored).await?),
                VisitState::Done { .. } | VisitState::Cancelled { .. } => {}
            }
        }
        Ok(lines)
    }

    /// Booked visits that an invited person cannot attend, and that nobody has moved yet.
    pub(super) async fn asked_to_move(&mut self) -> Result<Vec<AskedLine>> {
        let mut lines = Vec::new();
        let requests = store::letters::received::open_requests_to_move(&self.office.db).await?;
        let visits = self.visit_lines(requests.iter().map(|asked| asked.visit)).await?;
        for asked in requests {
            if let Some(visit) = visits.get(&asked.visit).cloned() {
                lines.push(AskedLine { visit, by: asked.name, comment: asked.comment });
            }
        }
        Ok(lines)
    }

    /// Slots without a visit, a line for each site, purpose and reason; and contracts without terms. Of whatever the planner
    /// has tried: one whose window begins after its horizon is nobody's problem yet.
    pub(super) async fn not_planned(&mut self) -> Result<Vec<NotPlannedLine>> {
        let mut lines: BTreeMap<String, NotPlannedLine> = BTreeMap::new();
        let through = self.day + Months::new(self.office.config.planning.horizon_months);
        let found = store::planning::slot::unplanned(&self.office.db, SlotId(0), through, 100_000).await?;
        self.know_sites(found.iter().map(|stored| &stored.site)).await?;
        for stored in found {
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
                matter: Some(Matter::Slot(stored.id)),
                link: None,
            });
        }
        let mut lines: Vec<_> = lines.into_values().collect();
        lines.extend(self.without_terms().await?);
        lines.sort_by_key(|line| line.last_on);
        Ok(lines)
    }

    async fn without_terms(&self) -> Result<Vec<NotPlannedLine>> {
        let Some(listed) = store::fact::get(&self.office.db, crate::planning::plan_visits::WITHOUT_TERMS).await? else {
            return Ok(Vec::new());
        };
        let contracts: Vec<(ContractCode, String)> = serde_json::from_str(&listed).unwrap_or_default();
        let mut lines = Vec::new();
        for (code, _) in contracts {
            let Some(contract) = store::people::contract::find(&self.office.db, &code).await? else { continue };
            if answers_for(&self.manager.scope, &contract.customer) {
                lines.push(NotPlannedLine {
                    // Shown in place of the site.
                    site: code.as_str().into(),
                    site_name: code.to_string(),
                    purpose: Purpose::Inspection,
                    first_on: self.day,
                    last_on: self.day,
                    slots: 1,
                    why: Unplanned::NoPlan { plan: contract.plan },
                    matter: None,
                    link: None,
                });
            }
        }
        Ok(lines)
    }

    pub(super) async fn not_counted(&mut self) -> Result<Vec<NotCountedLine>> {
        let filter = store::promises::DeadlineFilter { uncounted: true, ..Default::default() };
        let mut lines = Vec::new();
        let found = store::promises::list(&self.office.db, &filter).await?;
        self.know_sites(found.iter().map(|deadline| &deadline.site)).await?;
        for deadline in found {
            let owed = deadline.owed();
            let (Some(site), Due::Unknown { why }) = (self.site(&deadline.site).await?, deadline.due) else { continue };
            lines.push(NotCountedLine {
                deadline: deadline.id,
                owed,
                site: site.site,
                site_name: site.name,
                why,
                matter: Matter::Deadline(deadline.key),
                link: None,
            });
        }
        Ok(lines)
    }

    /// Letters that were given up. If a letter concerns no customer, it is listed for managers whose scope is the whole
    /// office, and for the manager it was addressed to.
    pub(super) async fn undelivered(&mut self) -> Result<Vec<UndeliveredLine>> {
        let mut lines = Vec::new();
        for given_up in store::letters::told::undelivered(&self.office.db, self.now - UNDELIVERED_SPAN).await? {
            let letter = given_up.words;
            if is_in_charge(self.manager, given_up.customer.as_ref(), Some(&letter.to)) {
                lines.push(UndeliveredLine { matter: Matter::Letter(letter.letter), letter, link: None });
            }
        }
        Ok(lines)
    }

    /// Differences between books and facts, found by the last audit, that nobody has accepted.
    pub(super) async fn differences(&mut self) -> Result<Vec<DifferenceLine>> {
        let mut lines = Vec::new();
        let standing = store::audit::difference::standing(&self.office.db).await?;
        self.know_sites(standing.iter().map(|stored| &stored.difference.site)).await?;
        for stored in standing {
            let PromiseDifference { site, place, facts, held, .. } = stored.difference;
            let (None, Some(site)) = (stored.accepted, self.site(&site).await?) else { continue };
            let (site, site_name) = (site.site, site.name);
            lines.push(DifferenceLine { number: stored.number, site, site_name, place, facts, held });
        }
        Ok(lines)
    }

    /// Contacts who cannot be reached by mail.
    pub(super) async fn unreachable(&mut self) -> Result<Vec<UnreachableLine>> {
        let mut lines = Vec::new();
        let found = store::letters::unreachable::contacts(&self.office.db, self.day).await?;
        self.know_sites(found.iter().map(|contact| &contact.site)).await?;
        for UnreachableContact { of, name, email, site, since, said, letter } in found {
            let Some(site) = self.site(&site).await? else { continue };
            let customer = self.customer(&site.customer).await?;
            let site_name = match of {
                ContactFor::Site(_) => Some(site.name),
                ContactFor::Customer(_) => None,
            };
            let since_on = self.manager.time_zone.day(since);
            let matter = Matter::Letter(letter);
            lines.push(UnreachableLine { name, email, customer, site_name, since_on, said, matter, link: None });
        }
        Ok(lines)
    }

    /// Letters that could not be written, for the same managers.
    pub(super) async fn unwritten(&mut self) -> Result<Vec<UnwrittenLine>> {
        let mut letters = store::letters::owed::troubled(&self.office.db).await?;
        letters.retain(|letter| is_in_charge(self.manager, letter.customer.as_ref(), Some(&letter.to)));
        let line = |UnwritableLetter { letter, notice, to, why, .. }| UnwrittenLine { letter, to, notice, why };
        Ok(letters.into_iter().map(line).collect())
    }

    /// Visits whose report has or will have no recipient: those that are booked, or whose report is owed.
    pub(super) async fn without_recipient(&mut self) -> Result<Vec<VisitLine>> {
        let owed = store::reports::without_recipient(&self.office.db, self.day).await?;
        let booked = store::reports::booked_without_recipient(&self.office.db, self.day).await?;
        let visits = self.visit_lines(owed.iter().chain(&booked).copied()).await?;
        let mut lines = Vec::new();
        for visit in owed {
            let matter = Matter::Deadline(DeadlineSubject::Report { visit }.key());
            lines.extend(visits.get(&visit).cloned().map(|line| VisitLine { matter, ..line }));
        }
        let mut booked: Vec<VisitLine> = booked.iter().filter_map(|visit| visits.get(visit).cloned()).collect();
        booked.sort_by_key(|line| (line.day, line.visit));
        lines.extend(booked);
        Ok(lines)
    }

    /// Equipment whose warranty ends soon (P15).
    pub(super) async fn phases(&mut self, from: NaiveDate) -> Result<Vec<PhaseLine>> {
        let mut lines = Vec::new();
        let ending = store::people::equipment::warranty_ending(&self.office.db, from, from + PHASE_SPAN).await?;
        self.know_sites(ending.iter().map(|equipment| &equipment.site)).await?;
        for equipment in ending {
            let Phase::Warranty { ends_on } = equipment.phase(from) else { continue };
            if ends_on > from + PHASE_SPAN || !equipment.is_there_on(from) {
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
}
