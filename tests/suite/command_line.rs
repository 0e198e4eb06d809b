//! The command line as a process: what every command owes to whoever mistypes, filters or pipes.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use ronda::cli::manual::{ManualBlock, parse};
use serde_json::Value;

fn ronda(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ronda"));
    let ours = ["RONDA_DATABASE", "STATE_DIRECTORY", "CONFIGURATION_DIRECTORY", "JOURNAL_STREAM", "RUST_LOG"];
    ours.iter().for_each(|name| _ = command.env_remove(name));
    command.env("RONDA_DIR", dir).args(arguments).stdin(Stdio::null());
    command
}

fn run(dir: &Path, arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = ronda(dir, arguments).output().expect("the binary starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code().expect("no signal"), text(stdout), text(stderr))
}

/// An office with one customer, site and engineer, and nothing planned.
fn office() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let tables = dir.path().join("tables");
    std::fs::create_dir(&tables).unwrap();
    let put = |name: &str, text: &str| std::fs::write(tables.join(name), text).unwrap();
    put("customers.csv", "customer,name,language\nNORTE,Norte Datacentres,en\n");
    put(
        "sites.csv",
        "site,customer,name,address,country,time_zone\nMAD-1,NORTE,Madrid 1,Calle Uno 1,ES,Europe/Madrid\n",
    );
    put(
        "engineers.csv",
        "engineer,name,email,skills,time_zone,calendar,language\nE-ES-1,Ana Ruiz,ana@example.org,electrical,Europe/Madrid,ES,en\n",
    );
    let (code, _, err) = run(dir.path(), &["import", tables.to_str().unwrap()]);
    assert_eq!(code, 0, "{err}");
    dir
}

#[test]
fn a_code_that_does_not_exist_is_refused_with_the_one_that_was_meant() {
    let dir = office();
    for (line, said) in [
        ("visit list --site MAD-2", "there is no site \"MAD-2\"; did you mean MAD-1?"),
        ("visit list --customer NORT", "there is no customer \"NORT\"; did you mean NORTE?"),
        ("visit list --engineer E-ES-2 --json", "there is no engineer \"E-ES-2\"; did you mean E-ES-1?"),
        ("deadlines --site mad-1", "there is no site \"mad-1\"; did you mean MAD-1?"),
        ("deadlines --late --customer NOPE", "there is no customer \"NOPE\"; `ronda export DIR` writes out all codes"),
        ("report list --site MAD-2", "did you mean MAD-1?"),
        ("report chain MAD-2", "did you mean MAD-1?"),
        ("report site-file MAD-2 --output x.pdf", "did you mean MAD-1?"),
        ("report year NORTEE 2026 --output x.pdf", "did you mean NORTE?"),
        ("letters list --notice deadline-lat", "did you mean deadline-late?"),
        ("letters list --visit V9", "there is no visit V9"),
        ("letters hotline --told NORT --how phone", "did you mean NORTE?"),
        ("calendar list ESS", "ESS"),
        ("checklist show lifts", "did you mean lift?"),
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let (code, out, err) = run(dir.path(), &arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{line}: {err}");
        assert!(err.contains(said), "{line}: {err}");
    }
}

#[test]
fn a_list_that_a_filter_emptied_says_so_and_one_that_is_empty_by_itself_says_that() {
    let dir = office();
    for (line, said) in [
        ("visit list", "There is no visit yet; `ronda plan` plans them."),
        ("visit list --site MAD-1 --state done", "No visit matches --site MAD-1 --state done."),
        ("deadlines", "Nothing is owed."),
        ("deadlines --late", "Nothing is late."),
        ("deadlines --at-risk", "Nothing is at risk."),
        ("deadlines --at-risk --customer NORTE", "Nothing at risk matches --customer NORTE."),
        ("deadlines --all", "There is no deadline yet."),
        ("report list", "There is no report yet."),
        ("report list --site MAD-1", "No report matches --site MAD-1."),
        ("letters list", "There is no letter yet."),
        ("letters list --notice canary --most 3", "No letter matches --notice canary."),
        ("form list", "No form waits; --all shows those that were settled."),
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        assert_eq!(run(dir.path(), &arguments), (0, format!("{said}\n"), String::new()), "{line}");
    }
}

#[test]
fn exit_codes_are_those_of_the_page() {
    let dir = office();
    let wrong = dir.path().join("wrong");
    std::fs::create_dir(&wrong).unwrap();
    std::fs::write(wrong.join("ronda.toml"), "[company]\nlanguage = \"tlh\"\n").unwrap();
    let wrong = wrong.to_str().unwrap();
    for (line, expected) in [
        ("report show V6", 2),
        ("report file V6", 2),
        ("visit show V6", 2),
        ("visit move V6", 2),
        ("deadlines D6", 2),
        ("deadlines x", 2),
        ("calendar show XX", 2),
        ("calendar show ES 2199", 2),
        ("due --calendar XX --from 2026-01-01 --working-days 1", 2),
        ("due --calendar ES --from 2199-01-01 --working-days 1", 2),
        ("occurrences FREQ=HOURLY --from 2026-01-01", 2),
        ("occurrences FREQ=DAILY --from 2026-01-01 --zone Europe/Madird", 2),
        ("demo --dir tables", 2),
        ("import nosuch", 2),
        ("record V1 nosuch.json", 2),
        ("verify nosuch.pdf", 2),
        ("verify nosuch.pdf --offline", 2),
        ("report fault-analysis nosuch.toml --output x.pdf", 2),
        ("calendar import nosuch.ics --applies company", 2),
        ("calendar update nosuch.toml", 2),
        ("checklist check nosuch.toml", 78),
        ("letters receive nosuch.eml", 75),
        ("visit list --nonsense", 2),
        (&format!("--dir {wrong} visit list"), 78),
        (&format!("--dir {wrong} check"), 1),
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let done = ronda(dir.path(), &arguments).current_dir(dir.path()).output().unwrap();
        assert_eq!(done.status.code(), Some(expected), "{line}: {}", String::from_utf8_lossy(&done.stderr));
    }
}

#[test]
fn a_mistake_of_the_configuration_leaves_the_rest_checked() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("ronda.toml"), "[company]\nlanguage = \"tlh\"\n").unwrap();
    std::fs::create_dir(dir.path().join("checklists")).unwrap();
    std::fs::write(dir.path().join("checklists/lift.toml"), "nonsense = 1\n").unwrap();
    let (code, out, _) = run(dir.path(), &["check"]);
    assert_eq!(code, 1);
    let errors: Vec<&str> = out.lines().filter(|line| line.starts_with("ERROR")).collect();
    assert!(errors.iter().any(|line| line.contains("company.language")), "{out}");
    assert!(errors.iter().any(|line| line.contains("lift.toml")), "{out}");
}

#[test]
fn a_reader_that_goes_away_ends_every_command_with_141_and_without_a_word() {
    let dir = office();
    let case = r#"{"id": 1, "basis": "elapsed", "zone": "UTC", "allow": {"minutes": 10}, "events": [{"at": "2026-05-12T10:00:00Z", "what": "called"}], "now": "2026-05-12T10:04:00Z"}"#;
    for (line, input) in [
        ("letters list", ""),
        ("letters list --json", ""),
        ("letters preview --all --text", ""),
        ("letters preview --json", ""),
        ("visit list", ""),
        ("deadlines --json", ""),
        ("calendar list", ""),
        ("help", ""),
        ("help letters list", ""),
        ("letters list --help", ""),
        ("clock --jsonl", case),
        ("occurrences --csv", "rrule,dtstart_local,tzid,n_occ\nFREQ=DAILY,20260101T000000,UTC,3\n"),
        ("due --csv", "country,subdivision,completed_on,n\nES,,2026-04-01,3\n"),
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let mut child = ronda(dir.path(), &arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        // What does not read may have ended before.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let done = child.wait_with_output().unwrap();
        assert_eq!((done.status.code(), String::from_utf8_lossy(&done.stderr).as_ref()), (Some(141), ""), "{line}");
    }
}

#[test]
fn examples_of_help_can_be_pasted_into_a_shell() {
    for command in ["clock", "roster"] {
        let (code, help, _) = run(Path::new("/nonexistent/office"), &[command, "--help"]);
        assert_eq!(code, 0);
        let example = help.lines().find(|line| line.trim_start().starts_with("echo ")).expect("an example");
        let folder = Path::new(env!("CARGO_BIN_EXE_ronda")).parent().unwrap().display().to_string();
        let path = format!("{folder}:{}", std::env::var("PATH").unwrap());
        let done = Command::new("sh").args(["-c", example]).env("PATH", path).output().unwrap();
        assert!(done.status.success(), "{example}\n{}", String::from_utf8_lossy(&done.stderr));
        let answer: Value = serde_json::from_slice(&done.stdout).unwrap();
        assert_eq!(answer["id"], 1, "{answer}");
    }
}

#[test]
fn cases_and_rosters_of_the_manual_get_the_answers_that_stand_there() {
    let mut asked: Option<(String, Value)> = None;
    let mut answered = Vec::new();
    for block in parse(include_str!("../../templates/manual/clocks.md")) {
        let ManualBlock::Code { info, text } = block else { continue };
        let read = || serde_json::from_str::<Value>(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        match info.as_str() {
            "json clock" | "json roster" => asked = Some((info.replace("json ", ""), read())),
            "json answer" => {
                let (command, case) = asked.take().expect("a case before its answer");
                let mut child = ronda(Path::new("/nonexistent/office"), &[&command, "--jsonl"])
                    .stdin(Stdio::piped())
                    .stdout(Stdio::piped())
                    .spawn()
                    .unwrap();
                writeln!(child.stdin.take().unwrap(), "{case}").unwrap();
                let done = child.wait_with_output().unwrap();
                let answer: Value = serde_json::from_slice(&done.stdout).unwrap();
                assert_eq!(answer, read(), "{answer:#}");
                answered.push(command);
            }
            _ => {}
        }
    }
    assert_eq!(answered, ["clock", "clock", "roster"]);
}

#[test]
fn a_local_time_that_the_clocks_skip_is_shown_as_what_they_read() {
    let line = ["occurrences", "FREQ=DAILY", "--from", "2026-03-28T02:30", "--zone", "Europe/Madrid", "--count", "2"];
    let (code, out, _) = run(Path::new("/nonexistent/office"), &line);
    assert_eq!(code, 0);
    assert!(out.contains("Sun 2026-03-29 03:30:00") && out.contains("2026-03-29 01:30:00Z"), "{out}");
}

#[test]
fn an_export_tells_programs_which_file_has_how_many_rows() {
    let dir = office();
    let (_, out, _) = run(dir.path(), &["export", dir.path().join("out").to_str().unwrap(), "--json"]);
    let files: Vec<Value> = serde_json::from_str(&out).unwrap();
    let sites = files.iter().find(|file| file["file"].as_str().unwrap().ends_with("sites.csv")).unwrap();
    assert_eq!(sites["rows"], 1, "{out}");
}

#[test]
fn files_that_the_manual_speaks_of_are_written_out() {
    let dir = tempfile::tempdir().unwrap();
    let (code, out, _) = run(dir.path(), &["help", "--files", dir.path().to_str().unwrap()]);
    assert!(code == 0 && out.contains("files in"), "{out}");
    for file in [
        "ronda.service",
        "fault-analysis.example.toml",
        "record.example.json",
        "mail/layout.html",
        "mail/visit-announced/text.txt",
        "locales/es/mail.ftl",
    ] {
        assert!(dir.path().join(file).is_file(), "{file}");
    }
}

/// What `office` imports, and a contract with something to look at.
fn planned() -> tempfile::TempDir {
    let dir = office();
    let more = dir.path().join("more");
    std::fs::create_dir(&more).unwrap();
    let put = |name: &str, text: &str| std::fs::write(more.join(name), text).unwrap();
    put(
        "contacts.csv",
        "site,customer,name,email,role,language\n,NORTE,Rosa,rosa@norte.example,operations,\n,NORTE,Rosa,rosa@norte.example,reports,\n",
    );
    put(
        "equipment.csv",
        "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months\n\
         UPS-1,MAD-1,UPS,V,M,S,ups-battery,electrical,,\n",
    );
    put("contracts.csv", "contract,customer,sites,plan,accepted_on,ends_on\nC-1,NORTE,*,standard,2026-01-01,\n");
    let (code, out, err) = run(dir.path(), &["import", more.to_str().unwrap(), "--dry-run"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("UPS-1") && out.contains("added"), "a dry run shows what would be added: {out}");
    let (code, out, err) = run(dir.path(), &["import", more.to_str().unwrap()]);
    assert_eq!(code, 0, "{err}");
    assert!(!out.contains("UPS-1") && out.contains("equipment") && out.contains("Imported."), "{out}");
    let (code, _, err) = run(dir.path(), &["plan"]);
    assert_eq!(code, 0, "{err}");
    dir
}

fn listed(dir: &Path, arguments: &[&str]) -> Vec<Value> {
    let (code, out, err) = run(dir, arguments);
    assert_eq!(code, 0, "{arguments:?}: {err}");
    serde_json::from_str(&out).unwrap()
}

#[test]
fn a_visit_is_shown_with_its_deadlines_and_letters_and_says_what_moving_it_does() {
    let dir = planned();
    let visits = listed(dir.path(), &["visit", "list", "--json"]);
    let last = visits.last().expect("a visit is planned")["id"].clone();
    let last = last.as_str().map_or_else(|| format!("V{last}"), str::to_owned);
    let (code, out, err) = run(dir.path(), &["visit", "move", &last, "--at", "10:30"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("Nobody was told yet; it is to be announced on "), "{out}");
    let (code, _, err) = run(dir.path(), &["visit", "book", &last]);
    assert_eq!(code, 0, "{err}");
    let (_, out, _) = run(dir.path(), &["visit", "show", &last]);
    assert!(out.contains("letter: L1 visit-announced to "), "{out}");
    let (_, shown, _) = run(dir.path(), &["visit", "show", &last, "--json"]);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert!(shown["letters"].as_array().is_some_and(|letters| !letters.is_empty()), "{shown}");
    assert!(shown["deadlines"].is_array(), "{shown}");
    let (_, again, _) = run(dir.path(), &["visit", "move", &last, "--at", "11:30"]);
    assert!(!again.contains("Nobody was told yet"), "{again}");
}

#[test]
fn a_command_that_reads_makes_no_office_of_a_mistyped_folder() {
    let dir = tempfile::tempdir().unwrap();
    let nowhere = dir.path().join("nowhere");
    for line in [
        "trail verify",
        "trail list",
        "visit list",
        "visit show V1",
        "deadlines",
        "letters list",
        "link list",
        "form list",
        "report list",
        "export out",
        "plan",
        "calendar diff",
        "check",
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let (code, out, err) = run(&nowhere, &arguments);
        assert_eq!(code, if line == "check" { 1 } else { 2 }, "{line}: {out}{err}");
        let said = format!("{out}{err}");
        assert!(
            said.contains("there is no office in") && said.contains("nowhere") && said.contains("--dir"),
            "{line}: {said}"
        );
        assert!(!nowhere.exists(), "{line} has made the folder");
    }
    // A folder that is there, and no office in it.
    let (code, _, err) = run(dir.path(), &["trail", "verify"]);
    assert_eq!(code, 2);
    assert!(err.contains("office.sqlite does not exist"), "{err}");
}

#[test]
fn a_list_of_nothing_is_not_asked_for() {
    let dir = office();
    for line in ["trail list", "visit list", "deadlines", "letters list", "report list", "link list"] {
        let arguments: Vec<&str> = line.split(' ').chain(["--limit", "0"]).collect();
        let (code, out, err) = run(dir.path(), &arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{line}: {err}");
    }
}

#[test]
fn a_list_that_its_limit_cuts_says_so_also_where_each_deadline_is_explained() {
    let dir = tempfile::tempdir().unwrap();
    let (code, _, err) =
        run(dir.path(), &["demo", "--dir", dir.path().to_str().unwrap(), "--no-serve", "--months", "1"]);
    assert_eq!(code, 0, "{err}");
    let all = listed(dir.path(), &["deadlines", "--json"]);
    assert!(all.len() > 1, "{all:?}");
    for form in [&["--explain"][..], &["--json"], &["--explain", "--json"], &[]] {
        let arguments: Vec<&str> = ["deadlines", "--limit", "1"].iter().chain(form).copied().collect();
        let (code, out, err) = run(dir.path(), &arguments);
        assert_eq!(
            (code, err.as_str()),
            (0, "These are the first 1; there are more. See them with --limit.\n"),
            "{form:?}"
        );
        let is_explained = out.contains("the clock starts") || out.contains("the slot's window");
        assert_eq!(is_explained, form == ["--explain"], "{out}");
        let (_, _, whole) = run(dir.path(), &[&arguments[..1], form].concat());
        assert_eq!(whole, "", "{form:?}");
    }
}

/// Root may write everywhere: then the command is run by nobody.
fn run_by_a_stranger(dir: &Path, arguments: &[&str]) -> (i32, String, String) {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|ours| std::os::unix::fs::MetadataExt::uid(&ours) == 0);
    let ours = ronda(dir, arguments);
    let mut command = Command::new(if is_root { "setpriv".into() } else { ours.get_program().to_owned() });
    if is_root {
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(ours.get_program());
    }
    command.args(ours.get_args()).env("RONDA_DIR", dir).env_remove("RONDA_DATABASE").stdin(Stdio::null());
    let Output { status, stdout, stderr } = command.output().expect("the binary starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code().expect("no signal"), text(stdout), text(stderr))
}

#[test]
fn an_office_whose_folder_cannot_be_written_can_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let dir = planned();
    let allow = |path: &Path, mode: u32| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    for entry in dir.path().read_dir().unwrap() {
        let path = entry.unwrap().path();
        allow(&path, if path.is_dir() { 0o555 } else { 0o444 });
    }
    allow(dir.path(), 0o555);
    for line in ["visit list", "visit list --json", "deadlines --json", "letters list", "trail list --json"] {
        let (code, out, err) = run_by_a_stranger(dir.path(), &line.split(' ').collect::<Vec<_>>());
        assert_eq!(code, 0, "{line}: {out}{err}");
    }
    let (code, _, err) = run_by_a_stranger(dir.path(), &["plan"]);
    assert!(code != 0 && err.contains("run the command as the user who owns it"), "{err}");
    allow(dir.path(), 0o755);
}
