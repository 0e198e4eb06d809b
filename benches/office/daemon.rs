//! The daemon itself, as it is installed, on the office of a bench.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ronda::domain;

use super::cost::{cpu_of, status_kb};

/// For how long it uses next to nothing before it is at rest.
const QUIET: Duration = Duration::from_secs(20);
/// What that is, of one core.
const NEXT_TO_NOTHING: f64 = 0.005;

/// A daemon that runs; it is killed where it is dropped.
pub struct Daemon(Child);

/// What a daemon at rest uses.
#[derive(Debug, Clone, Copy)]
pub struct AtRest {
    pub cpu_ms_a_minute: f64,
    pub resident_mb: f64,
    /// Of that, what is not out of a file.
    pub own_mb: f64,
    /// The most that it has had.
    pub peak_mb: f64,
}

impl Daemon {
    /// Starts it on an office's folder, by a clock that shows `now`, in the environment that its unit gives it.
    pub fn start(dir: &Path, now: domain::Instant) -> Daemon {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ronda"));
        let unit = include_str!("../../systemd/ronda.service").lines();
        let given = unit.filter_map(|line| line.strip_prefix("Environment=")).flat_map(str::split_whitespace);
        command.envs(given.filter_map(|one| one.split_once('=')));
        command.args(["serve", "--clock-from", &now.to_rfc3339(), "--dir"]).arg(dir);
        Daemon(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the daemon starts"))
    }

    fn process(&self) -> String {
        self.0.id().to_string()
    }

    /// Waits until it has done what there is to do, for so long at most.
    pub async fn rests(&self, patience: Duration) {
        let began = Instant::now();
        let (mut since, mut before) = (Instant::now(), cpu_of(&self.process()));
        while since.elapsed() < QUIET && began.elapsed() < patience {
            tokio::time::sleep(Duration::from_secs(2)).await;
            let now = cpu_of(&self.process());
            if now.saturating_sub(before).as_secs_f64() > 2.0 * NEXT_TO_NOTHING {
                since = Instant::now();
            }
            before = now;
        }
    }

    /// What it uses in the next minutes.
    pub async fn at_rest(&self, minutes: u32) -> AtRest {
        let before = cpu_of(&self.process());
        tokio::time::sleep(Duration::from_secs(60) * minutes).await;
        let used = cpu_of(&self.process()).saturating_sub(before);
        let mb = |key| status_kb(&self.process(), key) as f64 / 1024.0;
        AtRest {
            cpu_ms_a_minute: used.as_secs_f64() * 1e3 / f64::from(minutes),
            resident_mb: mb("VmRSS"),
            own_mb: mb("RssAnon"),
            peak_mb: mb("VmHWM"),
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl std::fmt::Display for AtRest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let AtRest { cpu_ms_a_minute, resident_mb, own_mb, peak_mb } = self;
        write!(
            f,
            "{cpu_ms_a_minute:.1} ms of CPU a minute, {resident_mb:.0} MB of memory, {own_mb:.0} MB of it its own \
             ({peak_mb:.0} MB at most)"
        )
    }
}
