//! A year of a hundred sites by the daemon's own code, with faults: mail that is put off, refused or away for
//! days, deaths of the process between any two steps, weeks without power, holidays entered late. After every
//! simulated day the store is held against the invariants of `src/lib.rs`.
//!
//! `RONDA_SEED=7 cargo test --test suite a_year` runs another year; `RONDA_SOAK=20` runs so many years, each with a seed
//! of its own; `RONDA_CONTRACTS=60` says on how many of a thousand days a contract changes. A failure names its seed, which
//! then belongs into [`ONCE_FAILED`].

mod changes;
mod company;
mod faults;
mod ledger;
mod mail;
mod people;
mod year;

use year::Year;

/// The year that every run of the suite goes through.
const SEED: u64 = 2026;

/// Years that once broke a rule, with the days after which they did; they go on a little longer than that.
const ONCE_FAILED: &[(u64, u32)] = &[];

fn number_in(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable}={text} is no number")))
}

#[tokio::test]
async fn a_year_of_a_hundred_sites_keeps_every_invariant() {
    let first = number_in("RONDA_SEED").unwrap_or(SEED);
    let years = number_in("RONDA_SOAK").unwrap_or(1);
    for seed in first..first + years {
        let mut year = Year::begin(seed).await;
        year.go_by(365).await;
        println!("seed {seed}: {}", year.summary().await);
        year.was_a_real_one().await;
    }
}

#[tokio::test]
async fn years_that_once_failed_do_not_fail_again() {
    for (seed, days) in ONCE_FAILED {
        Year::begin(*seed).await.go_by(days + 14).await;
    }
}
