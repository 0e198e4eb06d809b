//! Risks: what is not late yet but likely to be, judging by the engineer's usual time to file, and by planned visits.

use chrono::{NaiveDate, NaiveTime};

use super::desk::ManagerView;
use crate::promises::deadlines::Counter;
use crate::promises::visits_of::visits_of;
use crate::{Office, Result};
use domain::Instant;
use domain::calendar::Calendar;
use domain::digest::{Habit, LAST_REPORTS, Risk, SOON, risk_of_report};
use domain::ids::EngineerCode;
use domain::people::{Manager, Scope};
use domain::promises::{Deadline, Owed};
use domain::visits::{StoredVisit, VisitState};

impl ManagerView<'_> {
    /// Whether and why an open deadline that is due after today is at risk. Records are not listed here: their visits
    /// are in the list of visits without a record.
    pub(super) async fn risk(
        &mut self,
        deadline: &Deadline,
        visit: Option<&StoredVisit>,
        due_on: NaiveDate,
        today: NaiveDate,
        calendar: Option<&Calendar>,
    ) -> Result<Option<Risk>> {
        let left = ManagerView::days_between(calendar, today, due_on)
            .unwrap_or_else(|| u32::try_from((due_on - today).num_days()).unwrap_or(0));
        Ok(match deadline.owed() {
            Owed::Record => None,
            Owed::Report => {
                let engineer = visit.map(|stored| &stored.visit.state.appointment().engineer);
                let spent = ManagerView::days_between(calendar, deadline.since_on, today).unwrap_or(0);
                risk_of_report(self.habit(engineer).await?.as_ref(), spent, left)
            }
            Owed::Visit | Owed::Training => match visit.map(|stored| &stored.visit.state) {
                Some(VisitState::Planned { appointment } | VisitState::Booked { appointment, .. }) => {
                    let day = appointment.day;
                    // A visit that has passed without a record is in that list.
                    (day > due_on).then_some(Risk::VisitTooLate { day })
                }
                // One that took place is found where it could not inspect everything, and nobody is booked for the rest.
                Some(VisitState::Cancelled { .. } | VisitState::Done { .. }) | None => {
                    (left <= SOON).then_some(Risk::NoVisit { left })
                }
            },
        })
    }

    /// The engineer's habit of filing, or that of all engineers if there are too few reports.
    async fn habit(&mut self, engineer: Option<&EngineerCode>) -> Result<Option<Habit>> {
        match self.habit_of(engineer).await? {
            Some(habit) => Ok(Some(habit)),
            None => self.habit_of(None).await,
        }
    }

    async fn habit_of(&mut self, engineer: Option<&EngineerCode>) -> Result<Option<Habit>> {
        let key = engineer.cloned();
        if let Some(known) = self.habits.get(&key) {
            return Ok(known.clone());
        }
        let mut took = Vec::new();
        for report in store::promises::compliance::filings(&self.office.db, engineer, LAST_REPORTS as i64).await? {
            let Some(site) = self.any_site(&report.site).await? else { continue };
            let calendar = self.office.calendars.of_site(&site).ok();
            let filed_on = site.time_zone.day(report.filed_at);
            took.extend(ManagerView::days_between(calendar.as_ref(), report.completed_on, filed_on));
        }
        let habit = Habit::of(took);
        self.habits.insert(key, habit.clone());
        Ok(habit)
    }
}

/// Which of these open deadlines are at risk now, and why; the same as in a digest for the whole office.
pub async fn at_risk(office: &Office, deadlines: Vec<Deadline>, now: Instant) -> Result<Vec<(Deadline, Risk)>> {
    let of_all = Manager {
        manager: "".into(),
        name: String::new(),
        email: String::new(),
        scope: Scope::All,
        time_zone: office.config.company.time_zone.clone(),
        calendar: office.config.company.calendar.clone(),
        digest_at: NaiveTime::MIN,
        language: office.config.company.language,
        digests: Vec::new(),
        left_on: None,
        successor: None,
        leave: None,
        deputy: None,
    };
    let mut view = ManagerView::of(office, &of_all, now);
    view.know_sites(deadlines.iter().map(|deadline| &deadline.site)).await?;
    let visits = visits_of(&office.db, &deadlines).await?;
    let mut found = Vec::new();
    for deadline in deadlines {
        let Some(site) = view.any_site(&deadline.site).await? else { continue };
        let Some((due_on, late_from)) = deadline.due.on().zip(deadline.late_from) else { continue };
        let today = site.time_zone.day(now);
        if now >= late_from || due_on == today {
            continue;
        }
        let calendar = Counter::of(office, &site, &deadline.terms).calendar.ok();
        if let Some(risk) = view.risk(&deadline, visits.of(&deadline), due_on, today, calendar.as_ref()).await? {
            found.push((deadline, risk));
        }
    }
    Ok(found)
}
