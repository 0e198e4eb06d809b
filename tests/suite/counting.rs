//! `ronda due`, `ronda occurrences`, `ronda clock`, `ronda roster` and `ronda calendar show`, as processes: what others
//! computed goes in by a pipe.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};

fn ronda(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ronda"));
    let ours = ["RONDA_DATABASE", "STATE_DIRECTORY", "CONFIGURATION_DIRECTORY", "JOURNAL_STREAM", "RUST_LOG"];
    ours.iter().for_each(|name| _ = command.env_remove(name));
    command.env("RONDA_DIR", "/nonexistent/office").args(arguments);
    command
}

fn run(arguments: &[&str], input: &'static str) -> (i32, String, String) {
    let mut child = ronda(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("piped");
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let Output { status, stdout, stderr } = child.wait_with_output().expect("it ends");
    writer.join().expect("no panic").expect("it reads all");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code().expect("no signal"), text(stdout), text(stderr))
}

/// Rows of a CSV file, by the names of its columns.
fn rows(text: &str, columns: &[&str]) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().expect("a header").clone();
    let places: Vec<usize> = columns
        .iter()
        .map(|name| head.iter().position(|column| column == *name).unwrap_or_else(|| panic!("no column {name}")))
        .collect();
    reader
        .records()
        .map(|row| {
            let row = row.expect("a row");
            places.iter().map(|at| row[*at].to_owned()).collect()
        })
        .collect()
}

#[test]
fn p04_a_csv_of_completions_gets_the_due_days_that_others_count() {
    const CASES: &str = include_str!("../data/oracle_workdays.csv");
    let (code, out, err) = run(&["due", "--csv"], CASES);
    assert_eq!((code, err.as_str()), (0, ""));
    let columns = ["country", "subdivision", "completed_on", "n", "due", "estimated", "tag"];
    assert_eq!(rows(&out, &columns), rows(CASES, &columns));
    assert_eq!(out.lines().count(), 2582);
}

#[test]
fn a_csv_of_rules_gets_the_occurrences_that_others_expand() {
    const CASES: &str = include_str!("../data/oracle_rrule.csv");
    let (code, out, err) = run(&["occurrences", "--csv"], CASES);
    assert_eq!((code, err.as_str()), (0, ""));
    let columns = ["id", "tzdata_sensitive", "occ_local", "occ_utc"];
    let sure = |text: &str| {
        let mut rows = rows(text, &columns);
        rows.retain(|row| row[1] == "0");
        rows
    };
    assert_eq!(sure(&out), sure(CASES));
    assert_eq!(sure(CASES).len(), 208);
}

/// The cases of published vectors, a line each, and the answers that must come out.
fn vectors(text: &str) -> (&'static str, Vec<serde_json::Value>) {
    let (mut cases, mut wanted) = (String::new(), Vec::new());
    for line in text.lines() {
        let mut vector: serde_json::Value = serde_json::from_str(line).expect("JSON");
        cases += &format!("{}\n", vector["case"]);
        wanted.push(vector["want"].take());
    }
    (cases.leak(), wanted)
}

#[test]
fn cases_of_clocks_and_rosters_get_the_answers_that_others_give() {
    for (command, given) in
        [("clock", include_str!("../vectors/clock-1.jsonl")), ("roster", include_str!("../vectors/roster-1.jsonl"))]
    {
        let (cases, wanted) = vectors(given);
        let (code, out, err) = run(&[command, "--jsonl"], cases);
        assert_eq!((code, err.as_str()), (0, ""));
        let answers: Vec<serde_json::Value> =
            out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert!(answers == wanted, "{command}");
    }
}

#[test]
fn a_bad_case_is_named_by_its_line_with_what_to_write_and_the_rest_is_answered() {
    let input = concat!(
        r#"{"id": "a", "basis": "elapsed", "zone": "Europe/Madrid", "allow": {"minutes": 10}, "events": "#,
        r#"[{"at": "2026-05-12T10:00:00+02:00", "what": "called"}], "now": "2026-05-12T10:04:00+02:00"}"#,
        "\n\nno JSON\n",
        r#"{"id": "b", "basis": "elapsed", "zone": "Europe/Madird", "allow": {"minutes": 10}, "events": [], "now": ""}"#,
        "\n"
    );
    let (code, out, err) = run(&["clock", "--jsonl"], input);
    assert_eq!((code, out.lines().count()), (1, 1));
    assert!(out.contains(r#""due":"2026-05-12T08:10:00.000Z""#) && out.contains(r#""left_ms":360000"#), "{out}");
    assert!(
        err.contains("line 3: this is not a case") && err.contains("line 4: ") && err.contains("did you mean"),
        "{err}"
    );
    assert!(err.ends_with("2 of 3 lines could not be answered\n"), "{err}");
}

#[test]
fn a_bad_line_is_named_by_its_number_and_the_rest_is_answered() {
    let input = "id,country,subdivision,completed_on,n\na,ES,MD,2026-04-01,3\nb,ES,ZZ,2026-04-01,3\nc,XX,,2026-04-01,3\n\
                 d,ES,,soon,3\ne,ES,,2026-04-01,some\nf,ES,,2039-12-30,900\ng,CN,,2026-02-12,3\n";
    let (code, out, err) = run(&["due", "--csv"], input);
    assert_eq!(code, 1);
    insta::assert_snapshot!(format!("{out}---\n{err}"));
}

#[test]
fn p04_one_count_is_explained_day_by_day() {
    let (code, out, err) =
        run(&["due", "--calendar", "CN", "--from", "2026-02-12", "--working-days", "3", "--explain"], "");
    assert_eq!((code, err.as_str()), (0, ""));
    let version = out.split("version ").nth(1).expect("it names the version").trim().to_owned();
    insta::assert_snapshot!(out.replace(&version, "[version]"));
    let (_, json, _) = run(&["due", "--calendar", "CN", "--from", "2026-02-12", "--working-days", "3", "--json"], "");
    let ledger: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((&ledger["due_on"], &ledger["lines"][1]["special"]["layer"]), (&"2026-02-24".into(), &"country".into()));
}

#[test]
fn a_year_is_printed_month_by_month() {
    let (code, out, _) = run(&["calendar", "show", "CN", "2026"], "");
    assert_eq!(code, 0);
    let (_, months) = out.split_once('\n').expect("many lines");
    insta::assert_snapshot!(months);
    let (code, _, err) = run(&["calendar", "show", "ES", "2099"], "");
    assert!(code != 0 && err.contains("2099-01-01") && err.contains("2040-12-31"), "{err}");
}

#[test]
fn a_reader_that_goes_away_early_is_no_failure_worth_words() {
    for arguments in [&["calendar", "list", "--json"][..], &["calendar", "show", "CN", "2026", "--ics"]] {
        let mut child =
            ronda(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let mut first = String::new();
        BufReader::with_capacity(16, child.stdout.take().expect("piped")).read_line(&mut first).expect("a line");
        let Output { stderr, .. } = child.wait_with_output().expect("it ends");
        assert_eq!(String::from_utf8_lossy(&stderr), "", "{arguments:?}");
    }
}
