//! `ronda verify` as a person calls it: words, exit codes, and nothing of the libraries' own.

use std::path::Path;
use std::process::{Command, Output};

use ronda::domain::language::Language;

use super::company::{KeyKind, company, facts, folder, run, signed, unsigned};

/// What `ronda verify` says, without any setting of the machine's.
fn verify(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ronda"));
    command.arg("verify").args(arguments).env_remove("RUST_LOG").env_remove("RONDA_DIR").env_remove("JOURNAL_STREAM");
    command.current_dir(folder("command")).output().unwrap()
}

fn text(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

fn written(name: &str, bytes: &[u8]) -> String {
    let path = folder("command").join(name);
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn an_office_that_is_not_there_is_named_and_none_is_made() {
    let report = written("unsigned.pdf", &unsigned(&facts(Language::En)));
    let missing = folder("command").join("no-such-office");
    let at = missing.to_str().unwrap();
    let said = verify(&[&report, "--dir", at]);
    let words = format!("No office was found at {at}: this is only what the file itself says.\nNot signed: ");
    assert!(text(&said).starts_with(&words), "{}", text(&said));
    assert_eq!(said.status.code(), Some(4));
    let json = |arguments: &[&str]| -> serde_json::Value { serde_json::from_slice(&verify(arguments).stdout).unwrap() };
    let found = json(&[&report, "--dir", at, "--json"]);
    assert_eq!((&found["no_office_at"], &found["verdict"]), (&at.into(), &"unsigned".into()));
    // Who wants the file alone is told of no office.
    assert!(json(&[&report, "--dir", at, "--json", "--offline"])["no_office_at"].is_null());
    assert!(!text(&verify(&[&report, "--dir", at, "--offline"])).contains("No office"));
    assert!(!missing.exists());
}

#[test]
fn a_signature_by_somebody_else_has_words_and_an_exit_code_of_its_own() {
    let [ours, theirs] = ["command-ours", "command-theirs"].map(|name| company(KeyKind::P256, name));
    let report = signed(&facts(Language::En), &theirs.signer);
    let (path, certificate) = (written("signed.pdf", &report), ours.certificate.to_str().unwrap());
    let said = verify(&[&path, "--offline", "--certificate", certificate]);
    assert!(text(&said).starts_with("Intact, and signed by somebody other than you named.\n"), "{}", text(&said));
    assert_eq!(said.status.code(), Some(5));
    let path = written("altered.pdf", &[report.as_slice(), b"\n% a remark\n"].concat());
    let said = verify(&[&path, "--offline", "--certificate", certificate]);
    assert!(text(&said).starts_with("Altered"), "{}", text(&said));
    assert_eq!(said.status.code(), Some(1));
    let help = text(&verify(&["--help"]));
    assert!(help.contains("5  offline: signed and intact, by somebody other than you named"), "{help}");
}

#[test]
fn a_file_that_is_protected_by_a_password_says_what_to_do() {
    let report = written("plain.pdf", &unsigned(&facts(Language::En)));
    // With the objects packed and not, by every kind of encryption that there is.
    for (bits, streams) in [("40", "disable"), ("128", "disable"), ("256", "disable"), ("256", "generate")] {
        let path = folder("command").join(format!("protected-{bits}-{streams}.pdf"));
        protect(&report, &path, bits, streams);
        let said = text(&verify(&[path.to_str().unwrap(), "--offline"]));
        let words = "Unknown: nothing shows that this is a report.\n  the file is protected by a password; remove it, or \
                     check the file as it was delivered\n";
        assert!(said.starts_with(words), "{bits} {streams}: {said}");
        assert!(!said.contains("WARN") && !said.contains("ERROR"), "{bits} {streams}: {said}");
    }
}

fn protect(from: &str, to: &Path, bits: &str, streams: &str) {
    let mut command = Command::new("qpdf");
    command.arg("--allow-weak-crypto").arg(format!("--object-streams={streams}"));
    command.args(["--encrypt", "secret", "owner", bits, "--", from]).arg(to);
    run(&mut command);
}
