//! A company with a certificate, made by OpenSSL, and the reports that it signs.

use std::path::{Path, PathBuf};
use std::process::Command;

use ronda::domain::contract::Purpose;
use ronda::domain::language::Language;
use ronda::domain::records::{Outcome, Record, SCHEMA, canonical};
use ronda::domain::reports::ReportFacts;
use ronda::office::documents::sha256;
use ronda::paper::pdf::{self, Hole, Meta, Provenance, Seal};
use ronda::paper::seal::Signer;

use crate::sample;

/// What a key is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    Rsa,
    P256,
}

impl KeyKind {
    pub const ALL: [KeyKind; 2] = [KeyKind::Rsa, KeyKind::P256];

    fn word(self) -> &'static str {
        match self {
            KeyKind::Rsa => "rsa",
            KeyKind::P256 => "p256",
        }
    }

    fn new_key(self) -> &'static [&'static str] {
        match self {
            KeyKind::Rsa => &["-newkey", "rsa:2048"],
            KeyKind::P256 => &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
        }
    }
}

/// `openssl ca`, which gives a certificate its days; that of itself counts from today alone.
const CA: &str = "[ca]\ndefault_ca=one\n[one]\ndatabase=FOLDER/index.txt\nserial=FOLDER/serial\n\
                  new_certs_dir=FOLDER\ndefault_md=sha256\npolicy=any\nunique_subject=no\n\
                  [any]\ncountryName=optional\norganizationName=optional\ncommonName=supplied\n\
                  [own]\nkeyUsage=critical,digitalSignature,nonRepudiation\nbasicConstraints=critical,CA:TRUE\n\
                  subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";

/// A certificate with its key, and the file that it lies in.
pub struct Company {
    pub certificate: PathBuf,
    pub signer: Signer,
}

/// A folder of the test's own.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("proof").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs a program that must succeed, and gives what it prints.
pub fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert!(output.status.success(), "{command:?}\n{text}");
    text
}

pub fn openssl(arguments: &[&str]) -> String {
    run(Command::new("openssl").args(arguments))
}

/// A company whose certificate is valid whenever the tests run.
pub fn company(kind: KeyKind, test: &str) -> Company {
    company_of(kind, test, ["250101000000Z", "491231235959Z"])
}

/// A company whose certificate is valid between these moments, `YYMMDDHHMMSSZ`.
pub fn company_of(kind: KeyKind, test: &str, [from, until]: [&str; 2]) -> Company {
    let folder = folder(test);
    let path = |name: &str| folder.join(format!("{}{name}", kind.word()));
    let [key, certificate, request, config] = ["-key.pem", ".pem", ".csr", ".cnf"].map(path);
    let [key_path, request_path, config_path] = [&key, &request, &config].map(|path| path.to_str().unwrap());
    let authority = path("-ca");
    std::fs::create_dir_all(&authority).unwrap();
    std::fs::write(authority.join("index.txt"), "").unwrap();
    std::fs::write(authority.join("serial"), "01\n").unwrap();
    std::fs::write(&config, CA.replace("FOLDER", authority.to_str().unwrap())).unwrap();
    let mut arguments = vec!["req", "-new", "-nodes", "-subj", "/C=ES/O=Servicios Alcor/CN=Reports"];
    arguments.extend(["-keyout", key_path, "-out", request_path]);
    arguments.extend(kind.new_key());
    openssl(&arguments);
    let mut arguments = vec!["ca", "-selfsign", "-batch", "-notext", "-config", config_path, "-extensions", "own"];
    arguments.extend(["-in", request_path, "-keyfile", key_path, "-out", certificate.to_str().unwrap()]);
    arguments.extend(["-startdate", from, "-enddate", until]);
    openssl(&arguments);
    let pem = [&certificate, &key].map(|path| std::fs::read_to_string(path).unwrap()).concat();
    Company { certificate, signer: Signer::from_pem(&pem).unwrap() }
}

/// The record of the sample visit, as the office keeps it.
pub fn record(facts: &ReportFacts) -> String {
    canonical(&Record { schema: SCHEMA, outcome: Outcome::Done(Box::new(facts.done.clone())) })
}

pub fn meta(facts: &ReportFacts) -> Meta {
    let record = record(facts);
    let provenance = Provenance {
        visit: facts.visit,
        revision: facts.revision,
        site: facts.site.site.clone(),
        number: 7,
        previous_sha256: facts.previous_report.clone(),
        record_sha256: sha256(record.as_bytes()),
        record_schema: SCHEMA,
        issued_at: "2026-02-13T09:30:00Z".parse().unwrap(),
        office: Some("0123456789abcdef@alcor.example".to_owned()),
    };
    Meta { record: Some(record.into_bytes()), provenance: Some(provenance), ..sample::meta(facts) }
}

pub fn facts(language: Language) -> ReportFacts {
    sample::facts(language, Purpose::Inspection, 1)
}

/// Draws a report with a place for a signature.
pub fn to_sign(facts: &ReportFacts, bytes: usize) -> (Vec<u8>, Hole) {
    let seal = Seal {
        bytes,
        name: facts.company.name.clone(),
        label: format!("Signature of {}", facts.company.name),
        at: "2026-02-13T09:30:00Z".parse().unwrap(),
    };
    pdf::draw_to_sign(&sample::laid_out(facts), &meta(facts), &seal).unwrap()
}

/// A signed report without a time stamp.
pub fn signed(facts: &ReportFacts, signer: &Signer) -> Vec<u8> {
    let (mut bytes, hole) = to_sign(facts, signer.signature_bytes());
    let signature = signer.sign(&hole.around(&bytes)).unwrap().finish(None).unwrap();
    hole.fill(&mut bytes, &signature).unwrap();
    bytes
}

/// A report that nobody signed.
pub fn unsigned(facts: &ReportFacts) -> Vec<u8> {
    pdf::draw(&sample::laid_out(facts), &meta(facts)).unwrap()
}
