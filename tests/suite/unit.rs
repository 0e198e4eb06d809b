//! The systemd unit: hardened, and without a word that systemd does not know.

use std::process::Command;

const UNIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/systemd/ronda.service");

/// Exposure as systemd counts it, 0 to 10; what we allow ourselves.
const MOST_EXPOSED: f64 = 1.5;

/// What `systemd-analyze` says about `unit`; its output, both streams.
fn analyze(arguments: &[&str], unit: &str) -> (bool, String) {
    let ran = Command::new("systemd-analyze").args(arguments).arg(unit).env("SYSTEMD_COLORS", "0").output();
    let ran = ran.expect("tests/run installs systemd, which has systemd-analyze");
    let text = [ran.stdout, ran.stderr].concat();
    (ran.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn the_unit_is_hardly_exposed() {
    let (_, report) = analyze(&["security", "--offline=true", "--no-pager"], UNIT);
    let last = report.lines().rev().find(|line| line.contains("Overall exposure level")).expect("systemd rates it");
    let score = last.split(':').nth(1).and_then(|rest| rest.split_whitespace().next()).expect("a number follows");
    let score: f64 = score.parse().expect("a number follows");
    assert!(score <= MOST_EXPOSED, "{last}");
}

#[test]
fn the_unit_has_no_word_that_systemd_does_not_know() {
    let folder = tempfile::tempdir().unwrap();
    let unit = folder.path().join("ronda.service");
    // The binary need not be installed for this.
    let text = std::fs::read_to_string(UNIT).unwrap().replace("/usr/bin/ronda", env!("CARGO_BIN_EXE_ronda"));
    std::fs::write(&unit, text).unwrap();
    let (fine, said) = analyze(&["verify", "--recursive-errors=no", "--man=no"], unit.to_str().unwrap());
    assert!(fine && said.trim().is_empty(), "{said}");
}
