//! Keeps the lanes beating whatever happens to the wall clock, and watches for commits by other processes.
//!
//! Cron follows the wall clock: if that is set three hours ahead and back, cron rings nobody for three hours.

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

/// How often it checks, in the office's time.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// A lane that has been silent for this long is rung, whatever the wall clock says.
pub(super) const SILENCE: Duration = Duration::from_secs(90);

/// The same while cron is silent; together with the interval of checks, this makes a minute.
const SILENCE_WITHOUT_CRON: Duration = Duration::from_secs(56);

/// How far the wall clock may drift between two checks without counting as set.
const DRIFT: TimeDelta = TimeDelta::seconds(5);

/// Minimum wait with a fast clock.
const SHORTEST: Duration = Duration::from_millis(10);

/// Rings lanes that have been silent, and all lanes when the wall clock has jumped.
pub(super) async fn watch_time(office: watch::Receiver<Office>, pulse: Pulse, bell: Bell) {
    let clock = office.borrow().clock.clone();
    let (mut known, mut cron) = (ahead(&clock), Cron::default());
    loop {
        sleep(&clock, LOOK_EVERY).await;
        let found = ahead(&clock);
        let by = found - known;
        known = found;
        if by.abs() > DRIFT {
            let jump = ClockJump { noticed_at: clock.now(), by };
            warn!(noticed_at = %jump.noticed_at, "the machine's clock was set {}; the work goes on by it", jump.words());
            pulse.jumped(jump);
            cron.clock_was_set(&jump);
            bell.ring_all();
        }
        let silence = cron.silence(clock.now());
        for lane in Lane::ALL {
            if pulse.silence(lane, clock.uptime()) >= silence {
                bell.ring(lane);
            }
        }
    }
}

/// Cron's behaviour when the wall clock is set back: it waits for the minute that was next before.
#[derive(Debug, Default)]
struct Cron {
    /// Until when cron rings nobody.
    waits_until: Option<Instant>,
}

impl Cron {
    fn clock_was_set(&mut self, jump: &ClockJump) {
        if jump.by < TimeDelta::zero() {
            let next = jump.noticed_at - jump.by + TimeDelta::minutes(1);
            self.waits_until = self.waits_until.max(Some(next));
        }
    }

    /// How long a lane may be silent before it is rung.
    fn silence(&self, now: Instant) -> Duration {
        if self.waits_until.is_some_and(|until| now < until) { SILENCE_WITHOUT_CRON } else { SILENCE }
    }
}

/// The wall clock's time at boot, which is constant until somebody sets the wall clock.
fn ahead(clock: &Clock) -> Instant {
    clock.now() - TimeDelta::from_std(clock.uptime()).expect("a machine is not up for as long as that")
}

/// The store releases memory after this many checks, which makes a minute.
const LOOKS_TO_REST: usize = 12;

/// Notifies the lanes of commits, including those of other processes, and periodically makes the store release memory.
pub(super) async fn watch_commits(office: watch::Receiver<Office>, bell: Bell) {
    let (clock, db) = (office.borrow().clock.clone(), office.borrow().db.clone());
    let aside = db.aside();
    let mut known = None;
    for look in (0..LOOKS_TO_REST).cycle() {
        match store::health::commits(&aside).await {
            Ok(word) => {
                if known.as_ref().is_some_and(|known| *known != word) {
                    bell.tell_of_commit();
                }
                known = Some(word);
            }
            // The clocks lane beats every minute anyway, and whoever uses the store next reports the error.
            Err(failed) => info!(error = %failed, "cannot tell whether others have committed"),
        }
        if look + 1 == LOOKS_TO_REST {
            db.rest().await;
        }
        sleep(&clock, LOOK_EVERY).await;
    }
}

/// Rings every minute for a clock that cron cannot follow; like cron's, these are minutes of the wall clock.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: &str) -> Instant {
        format!("2026-03-02T{time}Z").parse().unwrap()
    }

    #[test]
    fn after_the_clock_was_set_back_lanes_are_rung_each_minute_until_the_time_that_it_had_comes_again() {
        let mut cron = Cron::default();
        assert_eq!(cron.silence(at("09:00:00")), SILENCE);
        cron.clock_was_set(&ClockJump { noticed_at: at("12:00:00"), by: TimeDelta::hours(3) });
        assert_eq!(cron.silence(at("12:00:00")), SILENCE, "cron goes on at once");
        cron.clock_was_set(&ClockJump { noticed_at: at("09:00:00"), by: TimeDelta::hours(-3) });
        cron.clock_was_set(&ClockJump { noticed_at: at("08:30:00"), by: TimeDelta::minutes(-30) });
        for time in ["08:30:00", "09:01:00", "12:00:30"] {
            let silence = cron.silence(at(time));
            assert!(silence + LOOK_EVERY > Duration::from_secs(60) && silence < Duration::from_secs(60), "{silence:?}");
        }
        assert_eq!(cron.silence(at("12:01:00")), SILENCE);
    }
}
