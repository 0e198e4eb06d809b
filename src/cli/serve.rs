//! `ronda serve`: the daemon.

use clap::Args;

use super::Call;
use crate::app;
use domain::Instant;
use office::clock::Clock;

/// Run the office: background work, outgoing letters, health and pages
///
/// On SIGTERM and SIGINT, finishes the step in progress and exits. On SIGHUP, rereads the configuration; if it contains
/// a mistake, the old one stays in use.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ronda serve --dir /srv/office\n  curl http://127.0.0.1:8480/health")]
pub(super) struct Serve {
    /// Start the clock at this time, for tests
    #[arg(long, hide = true, value_name = "RFC3339")]
    clock_from: Option<Instant>,
    /// Run the clock this many times as fast, for tests
    #[arg(long, hide = true, value_name = "N", requires = "clock_from", value_parser = clap::value_parser!(u32).range(1..))]
    clock_speed: Option<u32>,
    /// Random seed, for tests
    #[arg(long, hide = true, value_name = "SEED", requires = "clock_from")]
    clock_seed: Option<u64>,
}

impl Serve {
    pub(super) async fn run(&self, call: &Call) -> anyhow::Result<()> {
        let clock = match self.clock_from {
            Some(from) => Clock::fast(from, self.clock_speed.unwrap_or(1), self.clock_seed.unwrap_or(0)),
            None => call.clock.clone(),
        };
        app::serve(&call.source, clock).await
    }
}
