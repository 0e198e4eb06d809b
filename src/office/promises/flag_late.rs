//! Flags deadlines: once a level, dated by the deadline, in one transaction with the letters that tell of it.

use serde_json::json;

use super::deadlines::Counter;
use crate::access::form_links::form_link;
use crate::acting::note;
use crate::parties::{Parties, engineer};
use crate::{Office, Result, Tools};
use domain::access::{Deed, DeedCase, makes_visit};
use domain::audit::trail::DeedNote;
use domain::contract::{FlagAt, Purpose};
use domain::letters::notice::{DeadlineWords, Notice, Reader};
use domain::people::Engineer;
use domain::promises::{Due, Level, Owed, days_late, levels};
use domain::time::Zone;
use domain::visits::Visit;
use domain::{Date, Instant};
use store::promises::Deadline;

/// Deadlines that one look at the index takes.
const A_PAGE: i64 = 200;

/// Looks at every deadline whose time has come. Says how many flags were raised.
///
/// # Errors
/// When the store fails; what was flagged until then stays.
pub async fn flag_late(office: &Office) -> Result<u64> {
    let now = office.clock.now();
    let mut raised = 0;
    loop {
        let page = store::promises::to_look_at(&office.db, now, A_PAGE).await?;
        if page.is_empty() {
            return Ok(raised);
        }
        for deadline in page {
            raised += look_at(office, &deadline, now).await?;
        }
    }
}

/// Raises the levels that one deadline has reached, and tells of the highest: after a long silence people
/// hear once how it stands, not everything that they missed.
async fn look_at(office: &Office, deadline: &Deadline, now: Instant) -> Result<u64> {
    let parties = Parties::load(office, &office.db, &deadline.site, &deadline.contract, &deadline.term).await?;
    let counter = Counter::of(office, &parties.site, &deadline.escalation);
    let calendar = counter.calendar.as_ref().ok();
    let Some(due_on) = deadline.due.on() else { return stop_looking(office, deadline).await };
    let levels = levels(&deadline.escalation.steps, due_on, &parties.site.time_zone, calendar);
    let (reached, ahead): (Vec<_>, Vec<_>) = levels.into_iter().partition(|level| level.reached_at <= now);
    let visit = visit_of(office, deadline).await?;
    let engineer = match &visit {
        Some(visit) => Some(engineer(&office.db, &visit.state.appointment().engineer).await?),
        None => None,
    };
    let today = parties.site.time_zone.day(now);
    let words = reached.last().map(|level| {
        let late = days_late(due_on, today, calendar);
        words(deadline, level.flag.at, visit.as_ref(), engineer.as_ref(), &parties, due_on, late)
    });

    let mut tx = office.at_work().begin_part().await?;
    let mut raised = 0;
    let mut newest: Option<&Level> = None;
    for level in &reached {
        if store::promises::raise(&mut tx, deadline.id, &level.flag.at.level(), &level.flag, now).await? {
            let line = DeedNote {
                site: Some(deadline.site.clone()),
                visit: deadline.visit,
                after: Some(json!({ "level": level.flag.at.level(), "due": due_on })),
                ..DeedNote::of_office(Deed::RaiseFlag, deadline.key.as_str())
            };
            note(&mut tx, &DeedCase::default(), line)?;
            raised += 1;
            newest = Some(level);
        }
    }
    if let Some((level, words)) = newest.zip(words).filter(|(level, words)| level.flag.at == words.at) {
        let flag = Flag { deadline, level, visit: visit.as_ref(), zone: &parties.site.time_zone, words };
        for reader in parties.told(&level.step.tell, engineer.as_ref()) {
            flag.tell(office, &mut tx, &reader, now).await?;
        }
    }
    store::promises::look_again(&mut tx, deadline.id, ahead.first().map(|level| level.reached_at)).await?;
    tx.commit().await?;
    Ok(raised)
}

async fn stop_looking(office: &Office, deadline: &Deadline) -> Result<u64> {
    let mut tx = office.db.begin().await?;
    store::promises::look_again(&mut tx, deadline.id, None).await?;
    tx.commit().await?;
    Ok(0)
}

/// A level that was reached, to be told.
struct Flag<'a> {
    deadline: &'a Deadline,
    level: &'a Level,
    visit: Option<&'a Visit>,
    /// The site's.
    zone: &'a Zone,
    words: DeadlineWords,
}

impl Flag<'_> {
    async fn tell(&self, tools: &Tools, tx: &mut store::Tx, reader: &Reader, now: Instant) -> Result<()> {
        let Flag { deadline, level, .. } = self;
        let due_on = deadline.due.on().map_or_else(String::new, |day| day.to_string());
        // With the due day: a deadline that a changed calendar has moved is told of again.
        let key = format!("deadline-flagged/{}/{due_on}/{}/{}", deadline.key, level.flag.at.level(), reader.role.key());
        let notice = Notice::DeadlineFlagged { deadline: self.words.clone() };
        let is_engineer =
            self.visit.is_some_and(|visit| makes_visit(&reader.role, &visit.state.appointment().engineer));
        let notice = match (deadline.owed, self.visit, is_engineer) {
            (Owed::Record, Some(visit), true) => {
                notice.with_form(form_link(tools, tx, visit, self.zone, &reader.role, &key).await?)
            }
            (Owed::Record | Owed::Visit | Owed::Training | Owed::Report, ..) => notice,
        };
        let mut letter = tools.composer.compose(&notice, reader, &key, now)?;
        letter.visit = deadline.visit;
        letter.deadline = Some(deadline.id);
        store::letters::put(tx, &letter, now).await?;
        Ok(())
    }
}

/// The visit that a deadline is of, or the one that its slot has.
async fn visit_of(office: &Office, deadline: &Deadline) -> Result<Option<Visit>> {
    let stored = match (deadline.visit, deadline.slot) {
        (Some(visit), _) => store::visits::get(&office.db, visit).await?,
        (None, Some(slot)) => store::visits::of_slot(&office.db, slot).await?,
        (None, None) => None,
    };
    Ok(stored.map(|stored| stored.visit))
}

/// The deadline as letters name it.
pub(crate) fn words(
    deadline: &Deadline,
    at: FlagAt,
    visit: Option<&Visit>,
    engineer: Option<&Engineer>,
    parties: &Parties,
    due_on: Date,
    days_late: u32,
) -> DeadlineWords {
    let purpose = visit.map(|visit| visit.purpose).or_else(|| parties.term.as_ref().map(|term| term.purpose));
    DeadlineWords {
        id: deadline.id,
        owed: deadline.owed,
        at,
        visit: visit.map(|visit| visit.id),
        purpose: purpose.unwrap_or(Purpose::Inspection),
        customer: parties.customer.name.clone(),
        site: parties.site.site.clone(),
        site_name: parties.site.name.clone(),
        engineer: engineer.map(|engineer| engineer.name.clone()),
        since_on: deadline.since_on,
        due_on,
        days_late,
        ledger: match &deadline.due {
            Due::Counted { ledger } => Some(ledger.clone()),
            Due::Window { .. } | Due::Unknown { .. } => None,
        },
        form_link: None,
    }
}
