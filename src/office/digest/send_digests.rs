//! The digest: to each manager, at their hour, on each working day of theirs, once (P31); and the reviews of a week
//! and of a month, to those who asked for them.

mod desk;
mod forms;
mod lists;
mod moved;
mod review;
mod risks;

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

pub(super) use desk::waits_for;
pub use desk::{ManagerView, RISK_SPAN};
pub use review::review;
pub use risks::at_risk;

use super::subscribe::links_for;
use crate::access::links;
use crate::letters::owe;
use crate::parties::manager_reader;
use crate::{Office, Result, Tools};
use domain::Instant;
use domain::access::Errand;
use domain::digest::{Digest, Period, Rhythm};
use domain::letters::notice::Notice;
use domain::people::Manager;
use store::Tx;

/// For how long the links of a digest hold; what is still open then stands in a later one.
const LINKS_HOLD: TimeDelta = TimeDelta::days(14);

/// Sends the digests and reviews whose hour has come. Says how many.
///
/// # Errors
/// When the store fails; what was written until then is sent.
pub async fn send_digests(office: &Office) -> Result<u64> {
    let now = office.clock.now();
    let mut sent = 0;
    for manager in receivers(office).await? {
        for rhythm in &manager.digests {
            let is_written = match rhythm {
                Rhythm::Daily => send_daily(office, &manager, now).await?,
                Rhythm::Weekly => send_review(office, &manager, Period::Week, now).await?,
                Rhythm::Monthly => send_review(office, &manager, Period::Month, now).await?,
            };
            sent += u64::from(is_written);
        }
    }
    Ok(sent)
}

/// Managers who get digests or reviews.
pub(crate) async fn receivers(office: &Office) -> Result<Vec<Manager>> {
    let ended = store::digest::subscription::ended(&office.db).await?;
    let mut managers = store::people::manager::all(&office.db).await?;
    managers.retain(|manager| !manager.digests.is_empty() && !ended.contains(&manager.manager));
    Ok(managers)
}

/// Says whether it was written now.
async fn send_daily(office: &Office, manager: &Manager, now: Instant) -> Result<bool> {
    let day = manager.time_zone.day(now);
    let key = format!("digest/{}/{day}", manager.manager);
    if !hour_has_come(office, manager, day, now) || store::letters::told::was_owed(&office.db, &key).await? {
        return Ok(false);
    }
    let (moves, forms) = (moved::last(office).await?, forms::last(office).await?);
    let mut digest = digest(office, manager, now).await?;
    let mut tx = office.db.begin().await?;
    link(office, &mut tx, manager, &mut digest, &key, now).await?;
    let links = links_for(office, &mut tx, &key, &manager.manager).await?;
    let notice = Notice::Digest(Box::new(digest));
    let mut letter = office.composer.owed(key, manager_reader(manager), notice);
    letter.facts.links = links;
    owe(&mut tx, &letter, now).await?;
    store::fact::set(&mut tx, &moved::told(manager), &moves.to_string()).await?;
    store::fact::set(&mut tx, &forms::told(manager), &forms.to_string()).await?;
    tx.commit().await?;
    Ok(true)
}

/// A review of the period that ended last, from the manager's first working day of the next one on. After downtime
/// it comes late; a period that was missed whole is not caught up with: one letter says how things stand.
async fn send_review(office: &Office, manager: &Manager, period: Period, now: Instant) -> Result<bool> {
    let today = manager.time_zone.day(now);
    let began = period.first_day(today);
    let Some(first) = began.iter_days().take_while(|day| *day <= today).find(|day| works_on(office, manager, *day))
    else {
        return Ok(false);
    };
    let key = format!("review/{}/{}/{began}", manager.manager, period.word());
    let hour = manager.time_zone.instant(first.and_time(manager.digest_at));
    if now < hour || store::letters::told::was_owed(&office.db, &key).await? {
        return Ok(false);
    }
    let review = review(office, manager, period, now).await?;
    let mut tx = office.db.begin().await?;
    let links = links_for(office, &mut tx, &key, &manager.manager).await?;
    let notice = Notice::Review(Box::new(review));
    let mut letter = office.composer.owed(key, manager_reader(manager), notice);
    letter.facts.links = links;
    owe(&mut tx, &letter, now).await?;
    tx.commit().await?;
    Ok(true)
}

fn hour_has_come(office: &Office, manager: &Manager, day: NaiveDate, now: Instant) -> bool {
    now >= manager.time_zone.instant(day.and_time(manager.digest_at)) && works_on(office, manager, day)
}

/// Whether the manager works on `day`; without a calendar that knows it, Monday to Friday: silence is worse
/// than a digest on a holiday.
pub(crate) fn works_on(office: &Office, manager: &Manager, day: NaiveDate) -> bool {
    office
        .calendars
        .named(&manager.calendar)
        .ok()
        .and_then(|calendar| calendar.is_working(day).ok())
        .unwrap_or(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
}

/// Gives each line that the letter shows its secret address, in the transaction that stores the letter.
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

/// What one manager should know and decide now; without links.
pub async fn digest(office: &Office, manager: &Manager, now: Instant) -> Result<Digest> {
    ManagerView::of(office, manager, now).digest().await
}
