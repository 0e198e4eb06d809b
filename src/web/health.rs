//! `/health`: 200 while the store answers and the heart beats.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::TimeDelta;
use serde::Serialize;

use super::Desk;
use domain::letters::circuit::Circuit;
use domain::{Instant, time};

/// The longest that the store may think about it.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// The longest for each of the questions that follow, so that the page itself is in time.
const MORE_WITHIN: Duration = Duration::from_secs(2);

/// A beat that is older than this is not recent: a long one is still under way, or the heart stands still.
const RECENT: TimeDelta = TimeDelta::minutes(10);

#[derive(Debug, Serialize)]
pub(super) struct Health {
    status: &'static str,
    version: &'static str,
    store: String,
    last_beat: Option<Instant>,
    letters_waiting: Option<i64>,
    letters_undelivered: Option<i64>,
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

/// Relays whose circuit is open; none where the store does not answer, which is said elsewhere.
async fn relays_away(db: &store::Db) -> Vec<RelayAway> {
    let known = match tokio::time::timeout(MORE_WITHIN, store::letters::relay::troubled(db)).await {
        Ok(Ok(known)) => known,
        Ok(Err(_)) | Err(_) => Vec::new(),
    };
    let away = known.into_iter().filter_map(|(relay, circuit)| match circuit {
        Circuit::Closed { .. } => None,
        Circuit::Open { since, .. } => Some(RelayAway { relay, since }),
    });
    away.collect()
}

async fn canary(db: &store::Db) -> Option<Instant> {
    match tokio::time::timeout(MORE_WITHIN, store::letters::last_sent(db, "canary")).await {
        Ok(Ok(at)) => at,
        Ok(Err(_)) | Err(_) => None,
    }
}

pub(super) async fn health(State(desk): State<Desk>) -> (StatusCode, Json<Health>) {
    let office = desk.office();
    let last_beat = *desk.last_beat.borrow();
    let beats = last_beat.is_some_and(|at| office.clock.now() - at < RECENT);
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
    let (code, status) = match (outbox, beats) {
        (Some(_), true) => (StatusCode::OK, "well"),
        (Some(_), false) => (StatusCode::SERVICE_UNAVAILABLE, "no recent beat"),
        (None, true | false) => (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer"),
    };
    let health = Health {
        status,
        version: env!("CARGO_PKG_VERSION"),
        store: office.db.engine().to_owned(),
        last_beat,
        letters_waiting: outbox.map(|outbox| outbox.waiting),
        letters_undelivered: outbox.map(|outbox| outbox.undelivered),
        relays_away: if outbox.is_some() { relays_away(&db).await } else { Vec::new() },
        canary_accepted_at: if outbox.is_some() { canary(&db).await } else { None },
        zone_database: time::database_version(),
        calendars: office.calendars.version().to_owned(),
        calendar_table: office.calendars.table().to_string(),
    };
    (code, Json(health))
}
