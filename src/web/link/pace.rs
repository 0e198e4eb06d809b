//! How many requests a link may make in a minute: a page that has gone wild, or a stranger with a leaked link, takes
//! nobody else's turn.

use std::collections::HashMap;
use std::sync::Mutex;

use chrono::TimeDelta;

use domain::Instant;
use domain::ids::LinkId;

/// Requests a minute. A form with forty photos makes some two hundred in its busiest.
pub(crate) const MOST_A_MINUTE: u32 = 400;

/// Links that are remembered at a time; the oldest minutes are forgotten first.
const MOST_LINKS: usize = 10_000;

/// The minutes under way, by link.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    minutes: Mutex<HashMap<i64, Minute>>,
}

#[derive(Debug, Clone, Copy)]
struct Minute {
    began_at: Instant,
    requests: u32,
}

impl Pace {
    /// Counts a request of a link; says for how many seconds it has to wait where it made too many.
    pub(crate) fn count(&self, link: LinkId, now: Instant) -> Result<(), i64> {
        let mut minutes = self.minutes.lock().expect("no panic under this lock");
        if minutes.len() >= MOST_LINKS {
            minutes.retain(|_, minute| now - minute.began_at < TimeDelta::minutes(1));
        }
        let minute = minutes.entry(link.0).or_insert(Minute { began_at: now, requests: 0 });
        let age = now - minute.began_at;
        if !(TimeDelta::zero()..TimeDelta::minutes(1)).contains(&age) {
            *minute = Minute { began_at: now, requests: 0 };
        }
        minute.requests += 1;
        match minute.requests {
            ..=MOST_A_MINUTE => Ok(()),
            _ => Err((TimeDelta::minutes(1) - (now - minute.began_at)).num_seconds().max(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_asks_too_often_waits_for_its_next_minute_and_no_other_does() {
        let (pace, now) = (Pace::default(), Instant::UNIX_EPOCH);
        for _ in 0..MOST_A_MINUTE {
            assert_eq!(pace.count(LinkId(1), now), Ok(()));
        }
        assert_eq!(pace.count(LinkId(1), now + TimeDelta::seconds(20)), Err(40));
        assert_eq!(pace.count(LinkId(2), now + TimeDelta::seconds(20)), Ok(()));
        assert_eq!(pace.count(LinkId(1), now + TimeDelta::seconds(60)), Ok(()));
        // A clock that was set back holds nobody up.
        assert_eq!(pace.count(LinkId(1), now - TimeDelta::hours(1)), Ok(()));
    }
}
