//! Deterministic randomness: every value depends only on the seed and on what is asked, so that the same seed gives the
//! same quarter.

/// A source of randomness for the demo's people.
#[derive(Debug, Clone, Copy)]
pub struct Chance {
    seed: u64,
}

impl Chance {
    /// Creates a source; the same seed gives the same demo.
    #[must_use]
    pub fn new(seed: u64) -> Chance {
        Chance { seed }
    }

    /// A pseudo-random number that is always the same for the same `about` and `id`.
    #[must_use]
    pub fn number(self, about: &str, id: i64) -> u64 {
        let mut state = self.seed ^ id.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15);
        for byte in about.bytes() {
            state = mix(state ^ u64::from(byte));
        }
        mix(state)
    }

    /// A pseudo-random fraction in [0, 1).
    #[must_use]
    pub fn fraction(self, about: &str, id: i64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits are all that f64 holds")]
        let top = (self.number(about, id) >> 11) as f64;
        top / (1_u64 << 53) as f64
    }

    /// A pseudo-random number in `from..to`.
    #[must_use]
    pub fn between(self, about: &str, id: i64, from: i64, to: i64) -> i64 {
        let span = u64::try_from(to - from).expect("from comes before to");
        from + i64::try_from(self.number(about, id) % span).expect("smaller than the span")
    }

    /// One of `all`, the same for the same `about` and `id`.
    #[must_use]
    pub fn pick<'a, T>(self, about: &str, id: i64, all: &'a [T]) -> &'a T {
        &all[usize::try_from(self.number(about, id) % all.len() as u64).expect("smaller than a length")]
    }
}

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014).
fn mix(state: u64) -> u64 {
    let mut z = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
