//! `/health`: 200 while the store answers and every lane of the heartbeat beats.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

use super::Desk;
use ::office::heartbeat::Lane;
use ::office::heartbeat::pulse::{LanePulse, PulseState};
use domain::letters::circuit::Circuit;
use domain::letters::notice::NoticeKind;
use domain::letters::stored::RelayState;
use domain::{Instant, time};

/// Time limit for the store's answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// Time limit for each of the further queries, so that the page itself responds in time.
const MORE_WITHIN: Duration = Duration::from_secs(2);

#[derive(Debug, Serialize)]
pub(super) struct Health {
    status: &'static str,
    version: &'static str,
    store: String,
    /// When the last beat began in which every lane has done its part.
    last_beat: Option<Instant>,
    lanes: Vec<LaneHealth>,
    /// The last time the machine's clock was seen to have been set.
    clock_set: Option<ClockSet>,
    letters_waiting: Option<i64>,
    letters_undelivered: Option<i64>,
    /// Owed letters that should have been written by now but could not be; `ronda check` shows why.
    letters_not_written: Option<i64>,
    /// Unaccepted differences that the last audit found between the office's books and the facts.
    promises_differ: Option<i64>,
    /// Relays that are not being tried for the moment, and since when; `ronda check` shows what they answered.
    relays_away: Vec<RelayAway>,
    /// When the last canary letter was accepted.
    canary_accepted_at: Option<Instant>,
    zone_database: String,
    /// A version that changes with any calendar.
    calendars: String,
    /// A description of the built-in holiday table.
    calendar_table: String,
}

#[derive(Debug, Serialize)]
pub(super) struct RelayAway {
    relay: String,
    since: Instant,
}

/// The state of one lane.
#[derive(Debug, Serialize)]
pub(super) struct LaneHealth {
    lane: &'static str,
    last_beat: Option<Instant>,
    /// Since when, if it has not beaten within its time limit.
    silent_since: Option<Instant>,
}

#[derive(Debug, Serialize)]
pub(super) struct ClockSet {
    noticed_at: Instant,
    /// Seconds by which the clock was set forward; negative if it was set back.
    ahead_s: i64,
}

fn lanes(pulse: &PulseState, silent: &[(Lane, Instant)]) -> Vec<LaneHealth> {
    let health = |lane: &LanePulse| LaneHealth {
        lane: lane.lane.word(),
        last_beat: lane.last,
        silent_since: silent.iter().find(|(silent, _)| *silent == lane.lane).map(|(_, since)| *since),
    };
    pulse.lanes().iter().map(health).collect()
}

/// Relays whose circuit is open; empty if the store does not answer, which is reported elsewhere.
async fn relays_away(db: &store::Db) -> Vec<RelayAway> {
    let known = match tokio::time::timeout(MORE_WITHIN, store::letters::relay::troubled(db)).await {
        Ok(Ok(known)) => known,
        Ok(Err(_)) | Err(_) => Vec::new(),
    };
    let away = known.into_iter().filter_map(|RelayState { relay, circuit }| match circuit {
        Circuit::Closed { .. } => None,
        Circuit::Open { since, .. } => Some(RelayAway { relay, since }),
    });
    away.collect()
}

async fn promises_differ(db: &store::Db) -> Option<i64> {
    match tokio::time::timeout(MORE_WITHIN, store::audit::difference::open(db)).await {
        Ok(Ok(open)) => Some(open),
        Ok(Err(_)) | Err(_) => None,
    }
}

async fn canary(db: &store::Db) -> Option<Instant> {
    match tokio::time::timeout(MORE_WITHIN, store::letters::last_sent(db, NoticeKind::Canary)).await {
        Ok(Ok(at)) => at,
        Ok(Err(_)) | Err(_) => None,
    }
}

pub(super) async fn health(State(desk): State<Desk>) -> (StatusCode, Json<Health>) {
    let office = desk.office();
    let pulse = desk.pulse.state();
    let silent = pulse.silent(&office.clock);
    let db = office.db.aside();
    let asked = tokio::time::timeout(ANSWER_WITHIN, store::health::outbox(&db)).await;
    let outbox = match asked {
        Ok(Ok(outbox)) => Some(outbox),
        Ok(Err(error)) => {
            tracing::error!("the store does not answer: {:#}", anyhow::Error::from(error));
            None
        }
        Err(_) => None,
    };
    let (code, status) = match (outbox, silent.is_empty()) {
        (Some(_), true) => (StatusCode::OK, "well"),
        (Some(_), false) => (StatusCode::SERVICE_UNAVAILABLE, "no recent beat"),
        (None, true | false) => (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer"),
    };
    let health = Health {
        status,
        version: env!("CARGO_PKG_VERSION"),
        store: office.db.engine().to_owned(),
        last_beat: pulse.last_beat(),
        lanes: lanes(&pulse, &silent),
        clock_set: pulse.jump().map(|jump| ClockSet { noticed_at: jump.noticed_at, ahead_s: jump.by.num_seconds() }),
        letters_waiting: outbox.map(|outbox| outbox.waiting),
        letters_undelivered: outbox.map(|outbox| outbox.undelivered),
        letters_not_written: outbox.map(|outbox| outbox.not_written),
        promises_differ: if outbox.is_some() { promises_differ(&db).await } else { None },
        relays_away: if outbox.is_some() { relays_away(&db).await } else { Vec::new() },
        canary_accepted_at: if outbox.is_some() { canary(&db).await } else { None },
        zone_database: time::database_version(),
        calendars: office.calendars.version().to_owned(),
        calendar_table: office.calendars.table().to_string(),
    };
    (code, Json(health))
}
