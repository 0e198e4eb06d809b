//! Digests: sent to each manager once, at their hour, on each of their working days (P31); and weekly and monthly
//! reviews for those who subscribe to them.

mod begun;
mod called_off;
mod desk;
mod forms;
mod incomplete;
mod lists;
mod moved;
mod review;
mod risks;
mod unfit;

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

pub(super) use desk::waits_for;
pub use desk::{ManagerView, RISK_SPAN};
pub use review::review;
pub use risks::at_risk;

use super::subscribe::links_for;
use crate::access::links;
use crate::letters::owe;
use crate::letters::reader_hours::of_manager;
use crate::parties::manager_reader;
use crate::promises::deadlines;
use crate::{Office, Result, Tools};
use domain::Instant;
use domain::access::Errand;
use domain::digest::{Digest, Period, Rhythm};
use domain::letters::hours::Occasion;
use domain::letters::notice::Notice;
use domain::people::{Manager, answering};
use store::Tx;

/// How long a digest's links are valid; what is still open then is in a later digest.
const LINKS_HOLD: TimeDelta = TimeDelta::days(14);

/// How long a digest that is due waits until everything due has been judged. After that it says what is known, because
/// no digest at all would be worse.
const PATIENCE: TimeDelta = TimeDelta::minutes(15);
/// The fact with the time since which digests have been waiting.
const WAIT_SINCE: &str = "digests-wait-since";

/// Sends the digests and reviews that are due, once every deadline due by then is opened and every flag raised. Returns
/// how many.
///
/// # Errors
/// If the store fails; what was written until then is sent.
pub async fn send_digests(office: &Office) -> Result<u64> {
    let now = office.clock.now();
    let mut due = Vec::new();
    for manager in receivers(office).await? {
        for rhythm in &manager.digests {
            if let Some(key) = due_key(office, &manager, rhythm, now)
                && !store::letters::told::was_owed(&office.db, &key).await?
            {
                due.push((manager.clone(), *rhythm, key));
            }
        }
    }
    if due.is_empty() || !is_all_judged(office, now).await? {
        return Ok(0);
    }
    for (manager, rhythm, key) in &due {
        match rhythm {
            Rhythm::Daily => Box::pin(send_daily(office, manager, key, now)).await?,
            Rhythm::Weekly => send_review(office, manager, Period::Week, key, now).await?,
            Rhythm::Monthly => send_review(office, manager, Period::Month, key, now).await?,
        }
    }
    Ok(due.len() as u64)
}

/// Managers who get digests or reviews.
pub(crate) async fn receivers(office: &Office) -> Result<Vec<Manager>> {
    let ended = store::digest::subscription::ended(&office.db).await?;
    let (all, now) = (store::people::manager::all(&office.db).await?, office.clock.now());
    let mut managers = answering(&all, |manager| manager.time_zone.day(now));
    managers.retain(|manager| !manager.digests.is_empty() && !ended.contains(&manager.manager));
    Ok(managers)
}

/// Whether digests no longer have to wait for another lane to open and judge deadlines, which takes minutes after an
/// outage. The beginning of the wait is stored; if it is older than the longest wait, it belongs to an earlier wait.
async fn is_all_judged(office: &Office, now: Instant) -> Result<bool> {
    let noted = store::fact::get(&office.db, WAIT_SINCE).await?.filter(|since| !since.is_empty());
    if !deadlines::are_behind(office, now).await? {
        if noted.is_some() {
            note_wait(office, "").await?;
        }
        return Ok(true);
    }
    let waited = noted.and_then(|since| since.parse::<Instant>().ok()).map(|since| now - since);
    match waited {
        Some(waited) if waited >= TimeDelta::zero() && waited < PATIENCE => Ok(false),
        Some(waited) if waited >= PATIENCE && waited < PATIENCE * 2 => {
            let waited_min = waited.num_minutes();
            tracing::warn!(waited_min, "digests are written though deadlines are due that nobody has judged");
            Ok(true)
        }
        Some(_) | None => {
            note_wait(office, &now.to_rfc3339()).await?;
            Ok(false)
        }
    }
}

async fn note_wait(office: &Office, since: &str) -> Result<()> {
    let mut tx = office.db.begin().await?;
    store::fact::set(&mut tx, WAIT_SINCE, since).await?;
    tx.commit().await?;
    Ok(())
}

/// The key of the digest or review that is due; it may already have been written.
fn due_key(office: &Office, manager: &Manager, rhythm: &Rhythm, now: Instant) -> Option<String> {
    match rhythm {
        Rhythm::Daily => {
            let day = manager.time_zone.day(now);
            hour_has_come(office, manager, day, now).then(|| format!("digest/{}/{day}", manager.manager))
        }
        Rhythm::Weekly => review_key(office, manager, Period::Week, now),
        Rhythm::Monthly => review_key(office, manager, Period::Month, now),
    }
}

/// A review of the last complete period, due from the manager's first working day of the next one on. After downtime it
/// is late; periods that were missed entirely are skipped, because one letter is enough to describe the situation.
fn review_key(office: &Office, manager: &Manager, period: Period, now: Instant) -> Option<String> {
    let today = manager.time_zone.day(now);
    let began = period.first_day(today);
    let first = began.iter_days().take_while(|day| *day <= today).find(|day| works_on(office, manager, *day))?;
    let hour = manager.time_zone.instant(first.and_time(manager.digest_at));
    (now >= hour).then(|| format!("review/{}/{}/{began}", manager.manager, period.word()))
}

/// Until where a manager was told, by the names of the facts that say it.
async fn told_before(tx: &mut Tx, manager: &Manager) -> Result<BTreeMap<String, String>> {
    let mut before = BTreeMap::new();
    for fact in [moved::told(manager), begun::told(manager), forms::told(manager), unfit::told(manager)] {
        let value = store::fact::get(&mut *tx, &fact).await?.unwrap_or_default();
        before.insert(fact, value);
    }
    Ok(before)
}

async fn send_daily(office: &Office, manager: &Manager, key: &str, now: Instant) -> Result<()> {
    let (moves, forms) = (moved::last(office).await?, forms::last(office).await?);
    let begun_through = begun::through(office);
    let mut digest = digest(office, manager, now).await?;
    let mut tx = office.db.begin().await?;
    link(office, &mut tx, manager, &mut digest, key, now).await?;
    let links = links_for(office, &mut tx, key, &manager.manager).await?;
    let notice = Notice::Digest(Box::new(digest));
    let mut letter = office.composer.owed(key.to_owned(), manager_reader(manager), notice);
    letter.facts.links = links;
    letter.facts.told_before = told_before(&mut tx, manager).await?;
    owe(&mut tx, &letter, &Occasion::of(of_manager(office, manager), now)).await?;
    store::fact::set(&mut tx, &moved::told(manager), &moves.to_string()).await?;
    store::fact::set(&mut tx, &begun::told(manager), &begun_through.to_string()).await?;
    store::fact::set(&mut tx, &forms::told(manager), &forms.to_string()).await?;
    store::fact::set(&mut tx, &unfit::told(manager), &now.to_rfc3339()).await?;
    tx.commit().await?;
    Ok(())
}

async fn send_review(office: &Office, manager: &Manager, period: Period, key: &str, now: Instant) -> Result<()> {
    let review = review(office, manager, period, now).await?;
    let mut tx = office.db.begin().await?;
    let links = links_for(office, &mut tx, key, &manager.manager).await?;
    let notice = Notice::Review(Box::new(review));
    let mut letter = office.composer.owed(key.to_owned(), manager_reader(manager), notice);
    letter.facts.links = links;
    owe(&mut tx, &letter, &Occasion::of(of_manager(office, manager), now)).await?;
    tx.commit().await?;
    Ok(())
}

fn hour_has_come(office: &Office, manager: &Manager, day: NaiveDate, now: Instant) -> bool {
    now >= manager.time_zone.instant(day.and_time(manager.digest_at)) && works_on(office, manager, day)
}

/// Whether the manager works on `day`; if no calendar knows, Monday to Friday, because silence is worse than a digest
/// on a holiday.
pub(crate) fn works_on(office: &Office, manager: &Manager, day: NaiveDate) -> bool {
    office
        .calendars
        .named(&manager.calendar)
        .ok()
        .and_then(|calendar| calendar.is_working(day).ok())
        .unwrap_or(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
}

/// Creates a secret link for each line that the letter shows, in the transaction that stores the letter.
async fn link(
    tools: &Tools,
    tx: &mut Tx,
    manager: &Manager,
    digest: &mut Digest,
    key: &str,
    now: Instant,
) -> Result<()> {
    if tools.config.web.public.is_none() {
        return Ok(());
    }
    let holder = manager_reader(manager).role;
    let until = Some(now + LINKS_HOLD);
    let errand = Errand::Digest { manager: manager.manager.clone() };
    let secret = links::make(tools, tx, key, &holder, &errand, until).await?;
    digest.link = links::address(tools, "digest", &secret);
    for (number, (matter, link)) in digest.linked().enumerate() {
        let errand = Errand::Matter { manager: manager.manager.clone(), matter: matter.clone() };
        let key = format!("{key}/{number}");
        let secret = links::make(tools, tx, &key, &holder, &errand, until).await?;
        *link = links::address(tools, "matter", &secret);
    }
    Ok(())
}

/// What a manager should know and decide now; without links.
pub async fn digest(office: &Office, manager: &Manager, now: Instant) -> Result<Digest> {
    ManagerView::of(office, manager, now).digest().await
}
