//! `ronda calendar update`, and what import and check say of holidays, as a process.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

struct Office(tempfile::TempDir);

impl Office {
    fn new() -> Office {
        Office(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Exit code, standard output, standard error.
    fn ronda(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ronda"));
        let ours = ["RONDA_DATABASE", "STATE_DIRECTORY", "CONFIGURATION_DIRECTORY", "JOURNAL_STREAM", "RUST_LOG"];
        ours.iter().for_each(|name| _ = command.env_remove(name));
        let Output { status, stdout, stderr } =
            command.env("RONDA_DIR", self.0.path().join("office")).args(arguments).output().unwrap();
        (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
    }

    fn own(&self) -> PathBuf {
        self.0.path().join("office/calendars/ES.toml")
    }
}

fn spain() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/world/holidays/world/ES.toml");
    std::fs::read_to_string(path).unwrap()
}

/// Spain as somebody wrote it later, without a checksum.
fn later(day: &str) -> String {
    let lines = spain();
    let lines = lines.lines().filter(|line| !line.starts_with("sha256"));
    let lines: Vec<&str> =
        lines.map(|line| if line.starts_with("made_on") { "made_on = 2100-01-04" } else { line }).collect();
    (lines.join("\n") + "\n").replacen("[[day]]", &format!("{day}\n\n[[day]]"), 1)
}

#[test]
fn a_newer_file_is_shown_day_by_day_taken_and_named_by_check() {
    let office = Office::new();
    let file = office.write("new.toml", &later("[[day]]\nname = \"Huelga\"\non = [2027-03-03]"));
    let update = ["calendar", "update", file.to_str().unwrap()];
    let (code, said, _) = office.ronda(&[&update[..], &["--dry-run"]].concat());
    assert_eq!(code, 0);
    let lines: Vec<&str> = said.lines().collect();
    assert!(lines[0].starts_with("ES Spain: 0.109 of 20") && lines[0].ends_with("0.109 of 2100-01-04 (unverified)"));
    assert_eq!(lines[1..3], ["  ES: 1 added, 0 gone, 0 moved", "    Wed 2027-03-03 added: Huelga"]);
    assert!(lines[3].starts_with("  as ES: ES-AN, ES-AR, "), "{said}");
    assert!(!office.own().exists(), "a dry run writes nothing");
    let (code, said, _) = office.ronda(&update);
    assert_eq!((code, said.lines().last()), (0, Some("1 written; reload or restart `ronda serve` to count by it.")));
    assert_eq!(std::fs::read_to_string(office.own()).unwrap(), std::fs::read_to_string(&file).unwrap());
    let (code, said, _) = office.ronda(&["check"]);
    assert_eq!(code, 0);
    assert!(said.contains("; own files: ES of 2100-01-04 (unverified)"), "{said}");
    assert!(said.contains("ES: your file has no sha256 and counts unverified"), "{said}");
    let (code, said, _) = office.ronda(&update);
    assert_eq!((code, said.as_str()), (0, "ES Spain: the same as now\nNothing changes.\n"));
}

#[test]
fn a_damaged_file_and_one_that_loses_days_are_refused_and_nothing_is_written() {
    let office = Office::new();
    let damaged = office.write("damaged.toml", &spain().replacen("Año Nuevo", "Año", 1));
    let (code, _, why) = office.ronda(&["calendar", "update", damaged.to_str().unwrap()]);
    assert_eq!(code, 2);
    assert!(why.contains("damaged.toml:7:10: sha256 does not fit the content"), "{why}");
    let text = later("");
    let short = text[..text.find("[[day]]").unwrap()].to_owned() + "[[day]]\nname = \"Huelga\"\non = [2027-03-03]\n";
    let short = office.write("short.toml", &short);
    let (code, said, why) = office.ronda(&["calendar", "update", short.to_str().unwrap(), "--json"]);
    assert_eq!(code, 2);
    assert!(why.contains("ES would lose ") && why.contains("more than a fifth; nothing was changed"), "{why}");
    let told: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(told["countries"][0]["verdict"]["verdict"], "takes-too-much");
    assert_eq!(told["written"], serde_json::json!([]));
    assert!(!office.own().exists());
    let (code, ..) = office.ronda(&["calendar", "update", short.to_str().unwrap(), "--force"]);
    assert_eq!(code, 0);
    assert!(office.own().exists());
}

#[test]
fn sites_without_a_subdivision_are_named_by_import_and_check_where_regions_differ() {
    let office = Office::new();
    let customers = office.write("customers.csv", "customer,name,language\nC,Cee,es\n");
    let sites = "site,customer,name,country,subdivision,time_zone\nA,C,A,ES,Barcelona,Europe/Madrid\n\
                 B,C,B,ES,,Europe/Madrid\nD,C,D,CN,,Asia/Shanghai\nE,C,E,DE,,Europe/Berlin\nF,C,F,DE,,Europe/Berlin\n";
    let sites = office.write("sites.csv", sites);
    let (code, _, warned) = office.ronda(&["import", customers.to_str().unwrap(), sites.to_str().unwrap()]);
    assert_eq!(code, 0, "{warned}");
    assert_eq!(
        warned,
        "warning: DE without a subdivision misses regional holidays; 2 sites: E, F\n\
         warning: ES without a subdivision misses regional holidays; 1 site: B\n"
    );
    let (code, said, _) = office.ronda(&["check"]);
    assert_eq!(code, 0);
    for line in ["DE without a subdivision misses regional holidays: 2 sites (E, F)", "holidays: 1 site (B)"] {
        assert!(said.contains(line), "{said}");
    }
    let exported = office.0.path().join("exported");
    assert_eq!(office.ronda(&["export", exported.to_str().unwrap()]).0, 0);
    let sites = std::fs::read_to_string(exported.join("sites.csv")).unwrap();
    assert!(sites.lines().any(|line| line.starts_with("A,") && line.contains(",ES,CT,")), "{sites}");
}

#[test]
fn a_calendar_of_a_region_that_does_not_exist_is_refused_wherever_it_is_typed() {
    let office = Office::new();
    let head = "engineer,name,email,skills,time_zone,calendar,language\n";
    let engineers = office.write("engineers.csv", &format!("{head}E,Eva,eva@example.com,ups,Europe/Madrid,ES-ZZ,en\n"));
    let (code, why, _) = office.ronda(&["import", engineers.to_str().unwrap()]);
    assert_eq!(code, 2);
    assert!(why.contains("has no such subdivision") && why.contains("`ronda calendar list ES`"), "{why}");
    let managers = "manager,name,email,scope,time_zone,calendar,digest_at,language\nM,Mia,mia@example.com,all,Europe/Madrid,ES-ZZ,07:30,en\n";
    let managers = office.write("managers.csv", managers);
    let (code, why, _) = office.ronda(&["import", managers.to_str().unwrap()]);
    assert_eq!(code, 2);
    assert!(why.contains("has no such subdivision"), "{why}");
    // By its code, by another name, and the country alone are taken.
    for calendar in ["ES-MD", "ES-Madrid", "ES"] {
        let row = format!("{head}E,Eva,eva@example.com,ups,Europe/Madrid,{calendar},en\n");
        let engineers = office.write("engineers.csv", &row);
        let (code, _, why) = office.ronda(&["import", engineers.to_str().unwrap()]);
        assert_eq!(code, 0, "{calendar}: {why}");
    }
    for (typed, there) in [("ES-ZZ", false), ("ES-MD", true), ("es", true)] {
        let (code, said, why) = office.ronda(&["calendar", "list", typed]);
        assert_eq!(code == 0, there, "{typed}: {said}{why}");
    }
    let (_, said, _) = office.ronda(&["calendar", "list", "ES-MD", "--json"]);
    let listed: Vec<serde_json::Value> = serde_json::from_str(&said).unwrap();
    assert_eq!(listed.len(), 1, "{said}");
    office.write("office/ronda.toml", "[company]\nname = \"Tower\"\ncalendar = \"ES-ZZ\"\n");
    let (code, said, _) = office.ronda(&["check"]);
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("ES has no subdivision \"ZZ\"; `ronda calendar list ES` shows them; 1 waits (the company)"),
        "{said}"
    );
}
