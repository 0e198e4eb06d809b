//! Due dates a second, single thread, mixed countries, beside numpy's vectorised call and the Python package
//! `holidays` in the same run.
//!
//! `cargo bench --bench due`. The peers run in a virtual environment under `target/peers`, made with pip where it is
//! missing; without Python or its registry our own figure is printed alone.

use std::collections::HashMap;
use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use chrono::NaiveDate;
use ronda::domain::calendar::{Calendar, WorkingDays};
use ronda::world::holidays::Calendars;

const ROWS: usize = 1_000_000;
const CASES: &str = include_str!("../tests/data/oracle_workdays.csv");

struct Peers {
    numpy: f64,
    holidays: f64,
    line: String,
}

fn main() {
    // `cargo test --benches` only shows that it runs.
    let is_test = !std::env::args().any(|argument| argument == "--bench");
    let rows = if is_test { 10_000 } else { ROWS };
    let calendars = Calendars::load(None).unwrap_or_else(|mistakes| panic!("{}", mistakes.join("\n")));
    let cases = cases(&calendars);
    let ours = ours(&cases, rows);
    println!("{rows} due dates in mixed order, {} cases, single thread\n", cases.len());
    println!("ronda                        {:>12.0} a second", ours);
    let ledgers = ledgers(&cases, rows / 10);
    println!("ronda, each with its ledger  {:>12.0} a second", ledgers);
    if is_test {
        return;
    }
    match peers(rows) {
        Ok(peers) => {
            println!("numpy.busday_offset          {:>12.0} a second   ratio {:.1}", peers.numpy, ours / peers.numpy);
            println!(
                "holidays (Python)            {:>12.0} a second   ratio {:.0}",
                peers.holidays,
                ours / peers.holidays
            );
            println!("\n{}", peers.line);
            assert!(ours >= peers.numpy, "slower than numpy");
            assert!(ours >= 1000.0 * peers.holidays, "not a thousand times the Python package");
        }
        Err(why) => println!("\nwithout peers: {why}"),
    }
}

fn cases(calendars: &Calendars) -> Vec<(Calendar, NaiveDate, WorkingDays)> {
    let mut known: HashMap<String, Calendar> = HashMap::new();
    let mut reader = csv::Reader::from_reader(CASES.as_bytes());
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.map(|row| {
        let code = if row[1].is_empty() { row[0].to_owned() } else { format!("{}-{}", &row[0], &row[1]) };
        let calendar = known.entry(code).or_insert_with_key(|code| calendars.named(code).expect("a calendar"));
        let n = WorkingDays(row[3].parse().expect("a number"));
        (calendar.clone(), row[2].parse().expect("a day"), n)
    })
    .collect()
}

/// The fastest of five runs, in due dates a second.
fn ours(cases: &[(Calendar, NaiveDate, WorkingDays)], rows: usize) -> f64 {
    best(rows, || {
        for (calendar, day, n) in cases.iter().cycle().take(rows) {
            black_box(calendar.nth_after(*day, *n).expect("known"));
        }
    })
}

fn ledgers(cases: &[(Calendar, NaiveDate, WorkingDays)], rows: usize) -> f64 {
    best(rows, || {
        for (calendar, day, n) in cases.iter().cycle().take(rows) {
            black_box(calendar.due(*day, *n).expect("known"));
        }
    })
}

fn best(rows: usize, work: impl Fn()) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let start = Instant::now();
        work();
        best = best.min(start.elapsed().as_secs_f64());
    }
    rows as f64 / best
}

fn peers(rows: usize) -> Result<Peers, String> {
    let python = python()?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/due.py");
    let mut child = Command::new(python)
        .arg(script)
        .arg(rows.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|why| why.to_string())?;
    child.stdin.take().expect("piped").write_all(CASES.as_bytes()).map_err(|why| why.to_string())?;
    let output = child.wait_with_output().map_err(|why| why.to_string())?;
    let line = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let told: serde_json::Value = serde_json::from_str(&line).map_err(|why| format!("the peers failed: {why}"))?;
    let figure = |name: &str| told[name].as_f64().ok_or_else(|| format!("no figure of {name}"));
    Ok(Peers { numpy: figure("numpy")?, holidays: figure("holidays")?, line })
}

/// A Python with both peers.
fn python() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers");
    let python = folder.join("bin/python");
    let run = |command: &mut Command| match command.stdout(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{command:?} ended with {status}")),
        Err(why) => Err(format!("{command:?}: {why}")),
    };
    if !python.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "holidays==0.109", "numpy>=2"]))?;
    Ok(python)
}
