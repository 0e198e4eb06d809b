//! A rate limit per link, so that a runaway page, or a stranger with a leaked link, affects nobody else.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use domain::Instant;
use domain::ids::LinkId;

/// Requests per minute, and size of a burst. A form with forty photos makes about two hundred in its busiest minute.
pub(crate) const MOST_A_MINUTE: std::num::NonZeroU32 = std::num::NonZeroU32::new(400).expect("not zero");

/// Maximum number of links tracked; beyond this, links with their full allowance are dropped.
const MAX_LINKS: usize = 10_000;

/// A longer step back is not a race between two requests: somebody has set the clock.
const SET_BACK: TimeDelta = TimeDelta::seconds(1);

/// The remaining allowance of each link.
#[derive(Debug)]
pub(crate) struct Pace {
    limiter: RateLimiter<LinkId, HashMapStateStore<LinkId>, PaceClock, NoOpMiddleware<Duration>>,
    clock: PaceClock,
}

impl Default for Pace {
    fn default() -> Pace {
        let clock = PaceClock::default();
        Pace { limiter: RateLimiter::hashmap_with_clock(Quota::per_minute(MOST_A_MINUTE), clock.clone()), clock }
    }
}

impl Pace {
    /// Counts a request of a link; the error is the number of seconds to wait if there were too many.
    pub(crate) fn count(&self, link: LinkId, now: Instant) -> Result<(), i64> {
        self.clock.tell(now);
        if self.limiter.len() >= MAX_LINKS {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&link).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            i64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(i64::MAX).max(1)
        })
    }
}

/// The office's clock as the limiter sees it: elapsed time, according to the `now` of each request. If that clock is
/// set back, elapsed time stands still, so that nobody has to wait for the old time to come round again; tests can move
/// it.
#[derive(Debug, Clone, Default)]
struct PaceClock(Arc<Mutex<Passed>>);

#[derive(Debug, Default)]
struct Passed {
    time: Duration,
    told: Option<Instant>,
}

impl PaceClock {
    fn tell(&self, now: Instant) {
        let mut passed = self.0.lock().expect("no panic under this lock");
        let since = passed.told.map_or(TimeDelta::zero(), |told| now - told);
        if let Ok(since) = since.to_std() {
            passed.time += since;
            passed.told = Some(now);
        } else if since < -SET_BACK {
            passed.told = Some(now);
        }
    }
}

impl Clock for PaceClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.0.lock().expect("no panic under this lock").time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_asks_too_often_waits_for_its_turn_and_no_other_does() {
        let (pace, now) = (Pace::default(), Instant::UNIX_EPOCH);
        for _ in 0..MOST_A_MINUTE.get() {
            assert_eq!(pace.count(LinkId(1), now), Ok(()));
        }
        assert_eq!(pace.count(LinkId(1), now), Err(1));
        assert_eq!(pace.count(LinkId(2), now), Ok(()));
        // Allowance is replenished every 150 ms, and completely within a minute.
        let later = now + TimeDelta::milliseconds(150);
        assert_eq!((pace.count(LinkId(1), later), pace.count(LinkId(1), later)), (Ok(()), Err(1)));
        let later = later + TimeDelta::seconds(60);
        for _ in 0..MOST_A_MINUTE.get() {
            assert_eq!(pace.count(LinkId(1), later), Ok(()));
        }
        assert_eq!(pace.count(LinkId(1), later), Err(1));
    }

    #[test]
    fn a_clock_that_is_set_back_holds_nobody_up_and_gives_nobody_more() {
        let (pace, now) = (Pace::default(), Instant::UNIX_EPOCH + TimeDelta::hours(3));
        for _ in 0..MOST_A_MINUTE.get() {
            assert_eq!(pace.count(LinkId(1), now), Ok(()));
        }
        // Two requests that overtake each other.
        assert_eq!(pace.count(LinkId(1), now - TimeDelta::milliseconds(900)), Err(1));
        assert_eq!(pace.count(LinkId(1), now), Err(1));
        let set_back = now - TimeDelta::hours(1);
        assert_eq!(pace.count(LinkId(1), set_back), Err(1));
        assert_eq!(pace.count(LinkId(1), set_back + TimeDelta::milliseconds(150)), Ok(()));
        assert_eq!(pace.count(LinkId(2), set_back), Ok(()));
    }

    #[test]
    fn links_that_have_their_full_measure_again_are_forgotten() {
        let (pace, now) = (Pace::default(), Instant::UNIX_EPOCH);
        for link in 0..i64::try_from(MAX_LINKS).unwrap() {
            assert_eq!(pace.count(LinkId(link), now), Ok(()));
        }
        assert_eq!(pace.count(LinkId(-1), now + TimeDelta::minutes(1)), Ok(()));
        assert_eq!(pace.limiter.len(), 1);
    }
}
