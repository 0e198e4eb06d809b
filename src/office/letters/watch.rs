//! Silence never counts as success: a daily canary letter takes the real path, and each good day's work is reported.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use tracing::info;

use super::owe;
use crate::audit::link_trail::head_of_today;
use crate::{Office, Result};
use domain::Instant;
use domain::letters::circuit::Circuit;
use domain::letters::hours::Occasion;
use domain::letters::letter::LetterState;
use domain::letters::notice::{Notice, Reader};
use domain::people::ReaderRole;
use net::ping;
use net::reach::PrivateHosts;
use world::config::DEFAULT_DIR;

/// The fact with the current unbroken row of good beats.
const BEATS: &str = "good beats";

/// The fact with the day of the last report to the monitoring service.
const TOLD_ON: &str = "watcher told on";

/// A longer wait between beats breaks the row, because the daemon was not running.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(15);

/// If a letter has been due for longer than this, mail does not flow.
const LONGEST_DUE: TimeDelta = TimeDelta::hours(1);

/// The duration of a good day's work.
const A_DAY: TimeDelta = TimeDelta::hours(24);

/// How a beat went, for the report on a good day's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BeatWas {
    Good,
    Troubled,
}

/// A row of beats without trouble or pause.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct GoodBeats {
    since: Instant,
    last: Instant,
}

/// Writes the canary of the day when its hour has come: a letter to ourselves that takes the same path as all letters,
/// and takes the head of the audit trail to a place where nobody can change it. Sent once a day; returns whether it was
/// written. If it fails, the digest says so; if it arrives, [`tell_watcher`] does.
pub async fn send_canary(office: &Office) -> Result<bool> {
    let Some(canary) = &office.config.watch.canary else { return Ok(false) };
    let (now, day, zone) = (office.clock.now(), office.today(), &office.config.company.time_zone);
    let key = canary_key(office);
    if now < zone.instant(day.and_time(canary.at)) || store::letters::told::was_owed(&office.db, &key).await? {
        return Ok(false);
    }
    let reader = Reader {
        name: office.config.company.name.clone(),
        email: canary.to.clone(),
        language: office.config.company.language,
        role: ReaderRole::Manager("canary".into()),
    };
    let dir = told_dir(office);
    let mut tx = office.db.begin().await?;
    let head = head_of_today(office, &mut tx).await?;
    let letter = office.composer.owed(key, reader, Notice::Canary { day, head, dir });
    owe(&mut tx, &letter, &Occasion::at_once(now)).await?;
    tx.commit().await?;
    Ok(true)
}

/// The office's folder, quoted for a shell, if commands do not find it by themselves.
fn told_dir(office: &Office) -> Option<String> {
    let dir = &office.config.dir;
    if dir.as_os_str() == DEFAULT_DIR {
        return None;
    }
    let whole = std::path::absolute(dir).unwrap_or_else(|_| dir.clone()).display().to_string();
    let is_plain = whole.chars().all(|c| c.is_ascii_alphanumeric() || "/._-+".contains(c));
    Some(if is_plain { whole } else { format!("'{}'", whole.replace('\'', "'\\''")) })
}

fn canary_key(office: &Office) -> String {
    format!("canary/{}", office.today())
}

/// Records how a beat that began at `at` went. Does nothing if there is no monitoring service.
pub async fn note_beat(office: &Office, at: Instant, was: BeatWas) -> Result<()> {
    if office.config.watch.ping.is_none() {
        return Ok(());
    }
    let known = good_beats(office).await?.filter(|beats| at - beats.last <= LONGEST_PAUSE);
    let kept = match was {
        BeatWas::Troubled => String::new(),
        BeatWas::Good => {
            let beats = GoodBeats { since: known.map_or(at, |beats| beats.since), last: at };
            serde_json::to_string(&beats).expect("two times")
        }
    };
    let mut tx = office.db.begin().await?;
    store::fact::set(&mut tx, BEATS, &kept).await?;
    Ok(tx.commit().await?)
}

async fn good_beats(office: &Office) -> Result<Option<GoodBeats>> {
    let kept = store::fact::get(&office.db, BEATS).await?;
    Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()))
}

/// Reports to the monitoring service, once a day, that a whole day's work went well: all beats of the last 24 hours
/// succeeded, mail flows, and the day's canary was accepted. Returns whether it did. If any of these is missing,
/// nothing is reported, and the service raises an alarm.
///
/// # Errors
/// If the service does not accept the report; the next beat tries again.
pub async fn tell_watcher(office: &Office) -> Result<bool> {
    let Some(service) = &office.config.watch.ping else { return Ok(false) };
    let today = office.today().to_string();
    if store::fact::get(&office.db, TOLD_ON).await?.as_ref() == Some(&today) || !was_a_good_day(office).await? {
        return Ok(false);
    }
    let private = PrivateHosts::of(&office.config.private_hosts);
    ping::all_is_well(service.address.reveal(), service.ca_file.as_deref(), &private).await?;
    let mut tx = office.db.begin().await?;
    store::fact::set(&mut tx, TOLD_ON, &today).await?;
    tx.commit().await?;
    info!("the watching service knows that all is well");
    Ok(true)
}

async fn was_a_good_day(office: &Office) -> Result<bool> {
    let now = office.clock.now();
    let beats = good_beats(office).await?;
    let work_went_on = beats.is_some_and(|beats| now - beats.since >= A_DAY && now - beats.last <= LONGEST_PAUSE);
    if !work_went_on || !letters_flow(office, now).await? {
        return Ok(false);
    }
    match office.config.watch.canary {
        None => Ok(true),
        Some(_) => Ok(store::letters::state_of(&office.db, &canary_key(office)).await? == Some(LetterState::Sent)),
    }
}

async fn letters_flow(office: &Office, now: Instant) -> Result<bool> {
    let relays = store::letters::relay::troubled(&office.db).await?;
    let all_serve = relays.iter().all(|relay| matches!(relay.circuit, Circuit::Closed { .. }));
    let all_can_be_written = store::letters::owed::troubled(&office.db).await?.is_empty();
    Ok(all_serve && all_can_be_written && !store::letters::any_due_since(&office.db, now - LONGEST_DUE).await?)
}
