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

/// The longest that the store may think about it.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// The longest for each of the questions that follow, so that the page itself is in time.
const MORE_WITHIN: Duration = Duration::from_secs(2);

#[derive(Debug, Serialize)]
pub(super) struct Health {
    status: &'static str,
    version: &'static str,
    store: String,
    /// The last that all lanes have done their part of.
    last_beat: Option<Instant>,
    lanes: Vec<LaneHealth>,
    /// The last time that the machine's clock was seen to have been set.
    clock_set: Option<ClockSet>,
    letters_waiting: Option<i64>,
    letters_undelivered: Option<i64>,
    /// Of those that wait: should have been written by now, and could not be. Why is in `ronda check`.
    letters_not_written: Option<i64>,
    /// Where the last audit found the office's books to differ from the facts, and nobody has accepted it.
    promises_differ: Option<i64>,
    /// Relays that are left alone for a while, and since when. What they said is in `ronda check`.
    relays_away: Vec<RelayAway>,
    /// When the last letter to ourselves was accepted.
    canary_accepted_at: Option<Instant>,
    zone_database: String,
    /// Changes whenever any calendar does.
    calendars: String,
    /// The world's table of holidays, in words.
    calendar_table: String,
}

#[derive(Debug, Serialize)]
pub(super) struct RelayAway {
    relay: String,
    since: Instant,
}

/// How a lane does.
#[derive(Debug, Serialize)]
pub(super) struct LaneHealth {
    lane: &'static str,
    last_beat: Option<Instant>,
    /// Where it has not beaten within its bound: since when.
    silent_since: Option<Instant>,
}

#[derive(Debug, Serialize)]
pub(super) struct ClockSet {
    noticed_at: Instant,
    /// Negative where it was set back.
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

/// Relays whose circuit is open; none where the store does not answer, which is said elsewhere.
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
