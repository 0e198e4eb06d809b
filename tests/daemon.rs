//! `ronda serve` as a process: one a folder, reloads what is right, stops when asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A step of the daemon may take this long on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

struct Daemon {
    process: Child,
    log: Receiver<String>,
}

impl Daemon {
    fn start(dir: &Path) -> Daemon {
        let mut process = ronda(dir).arg("serve").stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let (sender, log) = channel();
        std::thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Daemon { process, log }
    }

    /// The next line of the log that has `words`.
    fn says(&self, words: &str) -> String {
        let mut before = Vec::new();
        loop {
            let Ok(line) = self.log.recv_timeout(PATIENCE) else { panic!("never said {words:?}, but {before:#?}") };
            if line.contains(words) {
                return line;
            }
            before.push(line);
        }
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.process.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn ronda(dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ronda"));
    let ours = ["RONDA_DATABASE", "STATE_DIRECTORY", "CONFIGURATION_DIRECTORY", "JOURNAL_STREAM", "RUST_LOG"];
    ours.iter().for_each(|name| _ = command.env_remove(name));
    command.env("RONDA_DIR", dir).env("RONDA_LISTEN", "127.0.0.1:0");
    command
}

/// The answer to a GET, head and body.
fn get(at: &str, path: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_daemon_serves_reloads_what_is_right_and_stops_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let mut daemon = Daemon::start(folder.path());
    let open = daemon.says("the office is open");
    let at = open.split("at=").nth(1).unwrap().split_whitespace().next().unwrap();

    let deadline = std::time::Instant::now() + PATIENCE;
    while !get(at, "/health", "localhost").starts_with("HTTP/1.1 200") {
        assert!(std::time::Instant::now() < deadline, "the heart never beat");
    }
    let health = get(at, "/health", "localhost");
    for lane in ["clocks", "writing", "letters", "papers", "night"] {
        assert!(health.contains(&format!("{{\"lane\":\"{lane}\",")), "{health}");
    }
    assert!(get(at, "/", "localhost").starts_with("HTTP/1.1 200"));
    assert!(get(at, "/", "evil.example").starts_with("HTTP/1.1 421"));
    assert!(get(at, "/letters/..%2Foffice.sqlite", "localhost").starts_with("HTTP/1.1 404"));

    let second = ronda(folder.path()).arg("serve").output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&second.stderr).contains("another `ronda serve`"));

    std::fs::write(folder.path().join("ronda.toml"), "[planing]\nhorizon_months = 3\n").unwrap();
    daemon.signal("HUP");
    assert!(daemon.says("the old one stays").contains("the configuration has a problem"));
    std::fs::write(folder.path().join("ronda.toml"), "[company]\nname = \"Norte & Sur\"\n").unwrap();
    daemon.signal("HUP");
    daemon.says("the configuration was read again");
    assert!(get(at, "/", "localhost").contains("Norte &amp; Sur"));

    daemon.signal("TERM");
    daemon.says("the office is closed");
    assert!(daemon.process.wait().unwrap().success());
}

#[test]
fn a_mistake_in_the_configuration_ends_with_78() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ronda.toml"), "[web]\nlisten = 3\n").unwrap();
    let ended = ronda(folder.path()).arg("serve").output().unwrap();
    assert_eq!(ended.status.code(), Some(78));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("ronda.toml:2: web.listen"));
}

#[test]
fn a_check_names_every_problem_and_ends_with_1() {
    let folder = tempfile::tempdir().unwrap();
    assert!(ronda(folder.path()).arg("check").status().unwrap().success());
    let text = "[mail]\nhost = \"localhost\"\nport = 1\nsecurity = \"plain\"\n[company]\ncalendar = \"XX\"\n";
    std::fs::write(folder.path().join("ronda.toml"), text).unwrap();
    let ended = ronda(folder.path()).args(["check", "--json"]).output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    let found: serde_json::Value = serde_json::from_slice(&ended.stdout).unwrap();
    let errors = found["findings"].as_array().unwrap().iter().filter(|finding| finding["severity"] == "error");
    let areas: Vec<_> = errors.map(|finding| finding["area"].as_str().unwrap()).collect();
    assert_eq!(areas, ["calendars", "mail"], "{found:#}");
}

#[test]
fn a_broken_template_of_the_companys_own_ends_with_78_and_is_never_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let template = folder.path().join("mail/visit-moved/subject.txt");
    std::fs::create_dir_all(template.parent().unwrap()).unwrap();
    std::fs::write(&template, "{{ visit.site_name }}\n").unwrap();
    let daemon = Daemon::start(folder.path());
    daemon.says("the office is open");
    std::fs::write(&template, "\n{{ visit.sit }}\n").unwrap();
    daemon.signal("HUP");
    let refused = daemon.says("the old one stays");
    assert!(refused.contains("the office's files have"), "{refused}");
    drop(daemon);

    let place = "mail/visit-moved/subject.txt:2: undefined value";
    let ended = ronda(folder.path()).arg("serve").output().unwrap();
    assert_eq!(ended.status.code(), Some(78));
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(said.contains(place), "{said}");
    let checked = ronda(folder.path()).args(["check", "--json"]).output().unwrap();
    assert_eq!(checked.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&checked.stdout).contains(place));
    let shown = ronda(folder.path()).args(["letters", "preview", "visit-moved"]).output().unwrap();
    assert_eq!(shown.status.code(), Some(78), "a preview of it fails in the same words");
    assert!(String::from_utf8_lossy(&shown.stderr).contains(place));
}

#[test]
fn any_notice_is_shown_before_it_is_ever_sent() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| ronda(folder.path()).args(["letters", "preview"]).args(args).output().unwrap();
    let list = String::from_utf8(run(&[]).stdout).unwrap();
    assert!(list.contains("hotline-changed") && list.contains("every contact of the customer"), "{list}");
    let text = String::from_utf8(run(&["training-invitation", "--language", "es", "--text"]).stdout).unwrap();
    assert!(text.contains("Subject: Invitación: formación en Terminal 2"), "{text}");
    let out = folder.path().join("shown");
    assert!(run(&["digest", "--language", "zh", "--out", out.to_str().unwrap()]).status.success());
    for ending in ["html", "txt", "eml"] {
        assert!(out.join(format!("digest.zh.{ending}")).is_file(), "{ending}");
    }
    assert!(!folder.path().join("office.sqlite").exists(), "it needs no store");
    assert_eq!(run(&["no-such-notice"]).status.code(), Some(2));
}
