//! What keeps the lanes beating whatever becomes of the wall clock, and looks for what other processes do.
//!
//! Cron follows the wall clock: after it was set three hours ahead and back, cron rings nobody for three hours.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::watch;
use tracing::{info, warn};

use super::Lane;
use super::lanes::Bell;
use super::pulse::{ClockJump, Pulse};
use crate::Office;
use crate::clock::Clock;
use domain::Instant;

/// How often it is looked, in the office's time.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// A lane that has not beaten for so long is rung, whatever the wall clock says.
pub(super) const SILENCE: Duration = Duration::from_secs(90);

/// What the wall clock may move between two looks without having been set.
const DRIFT: TimeDelta = TimeDelta::seconds(5);

/// The shortest wait of a clock that is quick.
const SHORTEST: Duration = Duration::from_millis(10);

/// Rings lanes that have been silent, and all of them when the wall clock has jumped.
pub(super) async fn watch_time(office: watch::Receiver<Office>, pulse: Pulse, bell: Bell) {
    let clock = office.borrow().clock.clone();
    let mut known = ahead(&clock);
    loop {
        sleep(&clock, LOOK_EVERY).await;
        let found = ahead(&clock);
        let by = found - known;
        known = found;
        if by.abs() > DRIFT {
            let jump = ClockJump { noticed_at: clock.now(), by };
            warn!(noticed_at = %jump.noticed_at, "the machine's clock was set {}; the work goes on by it", jump.words());
            pulse.jumped(jump);
            bell.ring_all();
        }
        for lane in Lane::ALL {
            if pulse.silence(lane, clock.uptime()) >= SILENCE {
                bell.ring(lane);
            }
        }
    }
}

/// The wall clock's time at which the machine's uptime was nothing: it stays, until somebody sets the wall clock.
fn ahead(clock: &Clock) -> Instant {
    clock.now() - TimeDelta::from_std(clock.uptime()).expect("a machine is not up for as long as that")
}

/// Tells the lanes when something was committed, also by another process.
pub(super) async fn watch_commits(office: watch::Receiver<Office>, bell: Bell) {
    let (clock, db) = (office.borrow().clock.clone(), office.borrow().db.aside());
    let mut known = None;
    loop {
        match store::health::commits(&db).await {
            Ok(word) => {
                if known.as_ref().is_some_and(|known| *known != word) {
                    bell.tell_of_commit();
                }
                known = Some(word);
            }
            // The clocks beat each minute, and whoever asks the store next says what ails it.
            Err(failed) => info!(error = %failed, "cannot tell whether others have committed"),
        }
        sleep(&clock, LOOK_EVERY).await;
    }
}

/// Minutes of a clock that cron cannot follow; as cron's, they are the wall clock's.
pub(super) async fn minutes_of(clock: Clock, bell: Bell) {
    let minute = TimeDelta::minutes(1);
    let mut next = clock.now() + minute;
    loop {
        sleep(&clock, Duration::from_secs(1)).await;
        if clock.now() >= next {
            next = clock.now() + minute;
            bell.ring_all();
        }
    }
}

async fn sleep(clock: &Clock, span: Duration) {
    tokio::time::sleep(clock.machine_time(span).max(SHORTEST)).await;
}
