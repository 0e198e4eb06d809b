//! The rate limit of each link, so that a page gone wild, or a stranger with a leaked link, holds up nobody else.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use domain::Instant;
use domain::ids::LinkId;

/// Requests a minute, and at once. A form with forty photos makes some two hundred in its busiest.
pub(crate) const MOST_A_MINUTE: std::num::NonZeroU32 = std::num::NonZeroU32::new(400).expect("not zero");

/// Links remembered at once; beyond this, those with a full allowance are forgotten.
const MOST_LINKS: usize = 10_000;

/// A longer step back is no race between two requests: somebody has set the clock.
const SET_BACK: TimeDelta = TimeDelta::seconds(1);

/// What each link may still do.
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
    /// Counts a request of a link; says for how many seconds it has to wait where it made too many.
    pub(crate) fn count(&self, link: LinkId, now: Instant) -> Result<(), i64> {
        self.clock.tell(now);
        if self.limiter.len() >= MOST_LINKS {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(&link).map_err(|until| {
            let wait = until.wait_time_from(self.clock.now());
            i64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(i64::MAX).max(1)
        })
    }
}

/// The office's clock as the limiter sees it: the time that has passed, by what each request was told. It stands still
/// where that clock is set back, so that nobody waits for a time to come again; and a test's clock moves it.
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
        // One turn comes back each 150 ms, and all of them within a minute.
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
        // Two requests that overtake one another.
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
        for link in 0..i64::try_from(MOST_LINKS).unwrap() {
            assert_eq!(pace.count(LinkId(link), now), Ok(()));
        }
        assert_eq!(pace.count(LinkId(-1), now + TimeDelta::minutes(1)), Ok(()));
        assert_eq!(pace.limiter.len(), 1);
    }
}
