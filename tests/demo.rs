//! The demo is the main job, end to end: the same seed gives the same quarter, and the quarter has its troubles.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn demo(dir: &Path, arguments: &[&str]) -> Value {
    let run = Command::new(env!("CARGO_BIN_EXE_ronda"))
        .args(["demo", "--no-serve", "--json", "--dir"])
        .arg(dir)
        .args(arguments)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    serde_json::from_slice(&run.stdout).unwrap()
}

fn number(summary: &Value, key: &str) -> u64 {
    summary[key].as_u64().unwrap_or_else(|| panic!("no number {key} in {summary}"))
}

/// Names of the files in a folder, sorted.
fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        dir.read_dir().unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_same_seed_gives_the_same_letters_and_reports() {
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [one, two] = folders.each_ref().map(|folder| demo(folder.path(), &["--months", "1", "--seed", "7"]));
    assert_eq!(one, two);
    for kind in ["letters", "reports"] {
        let [one, two] = folders.each_ref().map(|folder| folder.path().join(kind));
        assert_eq!(names(&one), names(&two));
        for name in names(&one) {
            assert!(std::fs::read(one.join(&name)).unwrap() == std::fs::read(two.join(&name)).unwrap(), "{name}");
        }
    }
}

#[test]
fn p04_a_quarter_has_reports_in_time_and_late_ones_that_are_flagged() {
    let folder = tempfile::tempdir().unwrap();
    let summary = demo(folder.path(), &["--seed", "1"]);
    for key in
        ["visits_done", "reports_filed_in_time", "reports_filed_late", "late_flags", "letters_sent_after_refusal"]
    {
        assert!(number(&summary, key) > 0, "{key} of {summary}");
    }
    assert!(number(&summary, "letters_undelivered") > 0, "one address does not exist: {summary}");
    assert!(number(&summary, "digests") > 100, "{summary}");
    let in_time = number(&summary, "reports_filed_in_time");
    assert!(in_time > 5 * number(&summary, "reports_filed_late"), "most are in time: {summary}");
    // A second demo may clear the folder of a first one, and nobody else's.
    demo(folder.path(), &["--months", "1"]);
    let foreign = tempfile::tempdir().unwrap();
    std::fs::write(foreign.path().join("office.sqlite"), "somebody's").unwrap();
    let refused = Command::new(env!("CARGO_BIN_EXE_ronda"))
        .args(["demo", "--no-serve", "--dir"])
        .arg(foreign.path())
        .output()
        .unwrap();
    assert!(!refused.status.success());
    assert_eq!(std::fs::read(foreign.path().join("office.sqlite")).unwrap(), b"somebody's");
}

#[test]
fn p03_a_report_holds_the_words_of_its_record() {
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path(), &["--months", "1", "--seed", "2"]);
    let reports = folder.path().join("reports");
    for (site, words) in [
        ("Manchester", ["Baggage conveyor", "Pennine Regional Airports"]),
        ("Hospital", ["Hospitales de Levante", "Grupo electrógeno"]),
        ("数据中心", ["东海数据中心有限公司", "陈志远"]),
    ] {
        let report = names(&reports).into_iter().find(|name| name.contains("inspection") && name.contains(site));
        let report = reports.join(report.unwrap_or_else(|| panic!("no report of {site}")));
        let text = Command::new("pdftotext").arg(&report).arg("-").output().unwrap();
        let text = String::from_utf8(text.stdout).unwrap();
        for word in words {
            assert!(text.contains(word), "{} lacks {word:?}:\n{text}", report.display());
        }
    }
}
