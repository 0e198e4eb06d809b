//! The only source of time and randomness; real or simulated.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::TimeDelta;
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rustix::time::{ClockId, clock_gettime};

use domain::Instant;

/// The source of time and randomness. Cheap to clone; clones share one time and one random sequence.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Source>);

#[derive(Debug)]
enum Source {
    Real {
        random: Mutex<ChaCha8Rng>,
        seeds: Mutex<ChaCha8Rng>,
    },
    Simulated {
        start: Instant,
        now: Mutex<Instant>,
        random: Mutex<ChaCha8Rng>,
        seeds: Mutex<ChaCha8Rng>,
    },
    /// Starts at `from` together with the process, and runs `speed` times as fast.
    Fast {
        from: Instant,
        started: std::time::Instant,
        speed: u32,
        /// How far it was set ahead.
        ahead: Mutex<TimeDelta>,
        random: Mutex<ChaCha8Rng>,
        seeds: Mutex<ChaCha8Rng>,
    },
}

impl Clock {
    /// The machine's clock, and randomness from the operating system.
    #[must_use]
    pub fn real() -> Clock {
        let drawn = || Mutex::new(ChaCha8Rng::from_os_rng());
        Clock(Arc::new(Source::Real { random: drawn(), seeds: drawn() }))
    }

    /// A clock that only moves by [`Clock::advance_to`], and randomness determined by `seed`.
    #[must_use]
    pub fn simulated(start: Instant, seed: u64) -> Clock {
        Clock(Arc::new(Source::Simulated {
            start,
            now: Mutex::new(start),
            random: Mutex::new(ChaCha8Rng::seed_from_u64(seed)),
            seeds: aside(seed),
        }))
    }

    /// A clock that starts now at `from`, and runs `speed` times as fast as the machine's.
    #[must_use]
    pub fn fast(from: Instant, speed: u32, seed: u64) -> Clock {
        Clock(Arc::new(Source::Fast {
            from,
            started: std::time::Instant::now(),
            speed,
            ahead: Mutex::default(),
            random: Mutex::new(ChaCha8Rng::seed_from_u64(seed)),
            seeds: aside(seed),
        }))
    }

    /// The current time in UTC, in milliseconds (the precision that both engines store).
    #[must_use]
    pub fn now(&self) -> Instant {
        let now = match &*self.0 {
            Source::Real { .. } => chrono::Utc::now(),
            Source::Simulated { now, .. } => *now.lock().expect("no panic under this lock"),
            Source::Fast { from, started, speed, ahead, .. } => {
                *from + started.elapsed() * *speed + *ahead.lock().expect("no panic under this lock")
            }
        };
        let millis = now.timestamp_millis();
        chrono::DateTime::from_timestamp_millis(millis).expect("a time of our age")
    }

    /// How long the machine has been up, including sleep. Nobody can set this clock, so it measures how long something
    /// has been silent even if [`Clock::now`] has jumped.
    #[must_use]
    pub fn uptime(&self) -> Duration {
        match &*self.0 {
            Source::Real { .. } => {
                let at = clock_gettime(ClockId::Boottime);
                let seconds = u64::try_from(at.tv_sec).expect("it counts from the start of the machine");
                Duration::new(seconds, u32::try_from(at.tv_nsec).expect("less than a second"))
            }
            Source::Simulated { start, now, .. } => {
                let passed = *now.lock().expect("no panic under this lock") - *start;
                passed.to_std().expect("a simulated clock never goes back")
            }
            Source::Fast { started, speed, .. } => started.elapsed() * *speed,
        }
    }

    /// Sets a fast clock ahead or back, as somebody might set the machine's.
    ///
    /// # Panics
    /// If this is not a fast clock.
    pub fn set_ahead(&self, by: TimeDelta) {
        match &*self.0 {
            Source::Fast { ahead, .. } => *ahead.lock().expect("no panic under this lock") += by,
            Source::Real { .. } | Source::Simulated { .. } => panic!("only a fast clock can be set"),
        }
    }

    /// Whether it only moves by [`Clock::advance_to`].
    #[must_use]
    pub fn is_simulated(&self) -> bool {
        match &*self.0 {
            Source::Simulated { .. } => true,
            Source::Real { .. } | Source::Fast { .. } => false,
        }
    }

    /// Moves a simulated clock to `to`; it never goes back.
    ///
    /// # Panics
    /// If the clock is not simulated.
    pub fn advance_to(&self, to: Instant) {
        match &*self.0 {
            Source::Simulated { now, .. } => {
                let mut now = now.lock().expect("no panic under this lock");
                *now = (*now).max(to);
            }
            Source::Real { .. } | Source::Fast { .. } => panic!("only a simulated clock can be moved"),
        }
    }

    /// How long the machine has to wait until `span` has passed on this clock.
    #[must_use]
    pub fn machine_time(&self, span: Duration) -> Duration {
        match &*self.0 {
            Source::Real { .. } | Source::Simulated { .. } => span,
            Source::Fast { speed, .. } => span / *speed,
        }
    }

    /// A random number from the clock's sequence.
    #[must_use]
    pub fn random(&self) -> u64 {
        let random = match &*self.0 {
            Source::Real { random, .. } | Source::Simulated { random, .. } | Source::Fast { random, .. } => random,
        };
        random.lock().expect("no panic under this lock").next_u64()
    }

    /// A secret: 256 random bits that nobody can guess (with the machine's clock), as 64 hexadecimal digits.
    #[must_use]
    pub fn secret(&self) -> String {
        (0..4).map(|_| format!("{:016x}", self.random())).collect()
    }

    /// 128 random bits as 32 hexadecimal digits, from which a transaction's salts are derived. They come from a
    /// separate sequence, so that the number of transactions does not influence other random values.
    #[must_use]
    pub fn seed(&self) -> String {
        let seeds = match &*self.0 {
            Source::Real { seeds, .. } | Source::Simulated { seeds, .. } | Source::Fast { seeds, .. } => seeds,
        };
        let mut seeds = seeds.lock().expect("no panic under this lock");
        format!("{:016x}{:016x}", seeds.next_u64(), seeds.next_u64())
    }

    /// A random number in [0, 1).
    #[must_use]
    pub fn fraction(&self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits are all that f64 holds")]
        let top = (self.random() >> 11) as f64;
        top / (1_u64 << 53) as f64
    }
}

/// Another sequence derived from the same seed.
fn aside(seed: u64) -> Mutex<ChaCha8Rng> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(1);
    Mutex::new(random)
}
