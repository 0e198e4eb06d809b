//! What something costs: time on the wall, and of all cores.

use std::time::{Duration, Instant};

/// What something has cost, in seconds.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    pub wall_s: f64,
    /// Of this process, on all cores.
    pub cpu_s: f64,
}

/// What it costs to do something once.
pub async fn once(run: impl AsyncFnOnce() -> bool) -> Cost {
    let (start, before) = (Instant::now(), cpu_of("self"));
    assert!(run().await, "all work succeeds");
    Cost { wall_s: start.elapsed().as_secs_f64(), cpu_s: (cpu_of("self").saturating_sub(before)).as_secs_f64() }
}

/// The median of what it costs to do something that changes nothing, so many times.
pub async fn median(rounds: usize, run: impl AsyncFn() -> bool) -> Cost {
    let mut costs = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        costs.push(once(&run).await);
    }
    let middle = |of: fn(&Cost) -> f64| {
        let mut all: Vec<f64> = costs.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all[rounds / 2]
    };
    Cost { wall_s: middle(|cost| cost.wall_s), cpu_s: middle(|cost| cost.cpu_s) }
}

/// What the threads of a process have had of all cores, of those that live: Linux counts their nanoseconds.
pub fn cpu_of(process: &str) -> Duration {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let of_task = |task: std::fs::DirEntry| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    };
    Duration::from_nanos(tasks.filter_map(of_task).sum())
}

/// A line of Linux's account of a process, in KiB.
pub fn status_kb(process: &str, key: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
