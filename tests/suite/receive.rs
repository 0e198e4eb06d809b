//! `ronda letters receive` as a mail server runs it: what it says, and the exit code on which the server decides
//! whether to keep a message.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::incoming::vacation;

fn office() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("ronda.toml"),
        "[company]\nname = \"Ronda\"\nemail = \"office@ronda.example\"\ntime_zone = \"Europe/Madrid\"\n",
    )
    .unwrap();
    let customer = folder.path().join("customers.csv");
    std::fs::write(&customer, "customer,name,language\nNORTE,Frutas Norte,es\n").unwrap();
    let founded = ronda(folder.path(), &["import", customer.to_str().unwrap()], b"");
    assert_eq!(founded.status.code(), Some(0), "{}", String::from_utf8_lossy(&founded.stderr));
    folder
}

fn ronda(office: &Path, args: &[&str], piped: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ronda"))
        .env_clear()
        .arg("--dir")
        .arg(office)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not take mail may end without reading it.
    let _ = child.stdin.take().unwrap().write_all(piped);
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> (Option<i32>, String) {
    (output.status.code(), String::from_utf8(output.stdout.clone()).unwrap())
}

fn sample(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/mail").join(name)).unwrap()
}

#[test]
fn whatever_is_piped_in_is_taken_once_and_said_in_a_line() {
    let office = office();
    let receive = |message: &[u8]| said(&ronda(office.path(), &["letters", "receive"], message));
    let cases = [
        ("reply-google.eml", "standard input: reply: it answers an invitation that is not ours\n"),
        ("dsn-gmail.eml", "standard input: status: it names a letter that is not ours: nothing is changed\n"),
        ("vacation.eml", "standard input: automatic: a machine's answer: it changes nothing and gets none\n"),
        (
            "ordinary.eml",
            "standard input: ordinary: for a person to read: it changes nothing and gets no answer from here\n",
        ),
    ];
    for (name, line) in cases {
        assert_eq!(receive(&sample(name)), (Some(0), line.to_owned()), "{name}");
        let (code, again) = receive(&sample(name));
        assert_eq!((code, again.starts_with("standard input: here already: ")), (Some(0), true), "{again}");
    }
    assert_eq!(receive(b""), (Some(0), "standard input: unreadable: not read: it is empty\n".to_owned()));
    let large = receive(&vec![b'a'; 30 * 1024 * 1024]);
    assert_eq!(large, (Some(0), "standard input: unreadable: not read: it is larger than 25 MB\n".to_owned()));
    let json = ronda(office.path(), &["letters", "receive", "--json"], &vacation("x", "a@b.example", "1", ""));
    let line: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!((&line["received"], &line["kind"]), (&"new".into(), &"ordinary".into()));
}

#[test]
fn what_cannot_be_taken_now_is_handed_in_again() {
    let office = office();
    std::fs::write(office.path().join("ronda.toml"), "[company]\nname = 3\n").unwrap();
    let output = ronda(office.path(), &["letters", "receive"], b"From: a@b.example\n\nhello\n");
    assert_eq!(said(&output), (Some(75), String::new()), "a mistake in the configuration loses no message");
    assert!(!output.stderr.is_empty());
    let list = ronda(office.path(), &["letters", "list"], b"");
    assert_eq!(list.status.code(), Some(78), "other commands keep their codes");
    std::fs::write(office.path().join("ronda.toml"), "[company]\nname = \"Ronda\"\n").unwrap();
    assert_eq!(ronda(office.path(), &["letters", "receive", "/no/such/file"], b"").status.code(), Some(75));
    assert_eq!(ronda(office.path(), &["letters", "receive", "--maildir", "/no/such"], b"").status.code(), Some(75));
}

#[test]
fn files_and_a_maildir_are_taken_whole() {
    let office = office();
    let box_path = office.path().join("all.mbox");
    let mut all = Vec::new();
    for name in ["vacation.eml", "ordinary.eml"] {
        all.extend_from_slice(b"From a@b.example Thu Mar  5 11:15:00 2026\n");
        all.extend(sample(name));
        all.extend_from_slice(b"\n");
    }
    std::fs::write(&box_path, all).unwrap();
    let (code, lines) = said(&ronda(office.path(), &["letters", "receive", box_path.to_str().unwrap()], b""));
    assert_eq!(code, Some(0));
    assert!(lines.contains("all.mbox: automatic:") && lines.contains("all.mbox (2): ordinary:"), "{lines}");

    let maildir = office.path().join("Maildir");
    for inside in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(maildir.join(inside)).unwrap();
    }
    for name in ["dsn-exim.eml", "ordinary.eml"] {
        std::fs::write(maildir.join("new").join(name), sample(name)).unwrap();
    }
    let (code, lines) =
        said(&ronda(office.path(), &["letters", "receive", "--maildir", maildir.to_str().unwrap()], b""));
    assert_eq!((code, lines.lines().count()), (Some(0), 2), "{lines}");
    assert!(maildir.join("cur/dsn-exim.eml:2,S").is_file(), "a machine's message is read");
    assert!(maildir.join("cur/ordinary.eml:2,").is_file(), "a person's waits for a person");
    assert_eq!(std::fs::read_dir(maildir.join("new")).unwrap().count(), 0);
}
