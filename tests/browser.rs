//! The form in a real browser, against the real daemon (P03, R10, R11): `tests/browser/run.mjs` drives Chromium,
//! Firefox and WebKit through its scenarios; `tests/run` installs what it needs.

use std::path::Path;
use std::process::Command;

/// How many scenarios there are, so that none is lost unseen; one that is added is counted here.
const SCENARIOS: u32 = 106;

#[test]
fn p03_the_form_on_a_phone_loses_nothing_in_any_scenario() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    assert!(folder.join("node_modules").is_dir(), "start it with tests/run, or run `npm ci` in {}", folder.display());
    // A build that is quicker than this one, where somebody has made one; node runs in another folder.
    let ronda = std::env::var_os("RONDA_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_ronda").into());
    let ronda = std::path::absolute(ronda).expect("RONDA_BIN is a path");
    let output = Command::new("node")
        .arg("run.mjs")
        .current_dir(&folder)
        .env("RONDA_BIN", ronda)
        .output()
        .expect("node is installed");
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "a scenario failed");
    let passed = said.lines().rev().find_map(|line| line.split_once(" passed, 0 failed")?.0.trim().parse::<u32>().ok());
    assert_eq!(passed, Some(SCENARIOS), "every scenario is driven");
}
