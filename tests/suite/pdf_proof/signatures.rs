//! Signatures, with and without a time stamp.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use ronda::domain::language::Language;
use ronda::office::reports::verify_report::{Verdict, verify_offline};
use ronda::paper::pdf;
use ronda::paper::seal::{self, BadSigner, Signer, Stamper};

use super::company::{KeyKind, company, company_of, facts, folder, openssl, run, signed, to_sign, unsigned};
use crate::support::authority::Authority;

/// Python with pyHanko, as `tests/run` makes it.
fn python() -> PathBuf {
    std::env::var_os("RONDA_TEST_PYTHON").expect("start the tests with tests/run, or set RONDA_TEST_PYTHON").into()
}

/// Writes the report, and its signature and the bytes under it beside it.
fn taken_apart(name: &str, report: &[u8]) -> [PathBuf; 3] {
    let folder = folder("signatures");
    let claims = pdf::read(Arc::new(report.to_vec())).unwrap();
    let [found] = claims.signatures.as_slice() else { panic!("one signature") };
    let content: Vec<u8> = found.over.clone().into_iter().flat_map(|range| report[range].to_vec()).collect();
    let paths = ["pdf", "der", "bin"].map(|ending| folder.join(format!("{name}.{ending}")));
    for (path, bytes) in paths.iter().zip([report, &found.cms, &content]) {
        std::fs::write(path, bytes).unwrap();
    }
    paths
}

/// What OpenSSL makes of the signature, with the certificate as its only root.
fn openssl_verifies(name: &str, report: &[u8], root: &Path) {
    let [_, signature, content] = taken_apart(name, report);
    let arguments = ["cms", "-verify", "-binary", "-cades", "-inform", "DER", "-purpose", "any", "-out", "/dev/null"];
    let mut command = Command::new("openssl");
    command.args(arguments).arg("-in").arg(signature).arg("-content").arg(content).arg("-CAfile").arg(root);
    run(&mut command);
}

/// What pyHanko makes of it: `intact`, `valid`, how much it covers, whether it is a baseline signature.
fn pyhanko(report: &Path, root: &Path) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/pdf_proof/pades.py");
    run(Command::new(python()).arg(script).arg(report).arg(root))
}

#[test]
fn a_signed_report_is_valid_to_openssl_pyhanko_and_poppler_with_either_kind_of_key() {
    for kind in KeyKind::ALL {
        let company = company(kind, "valid");
        for language in Language::ALL {
            let report = signed(&facts(language), &company.signer);
            let name = format!("{kind:?}-{language}").to_lowercase();
            openssl_verifies(&name, &report, &company.certificate);
            let path = folder("signatures").join(format!("{name}.pdf"));
            assert_eq!(pyhanko(&path, &company.certificate), "B-B intact valid trusted entire-file untouched\n");
            let poppler = run(Command::new("pdfsig").arg("-nocert").arg(&path));
            assert!(poppler.contains("Signature is Valid") && poppler.contains("Total document signed"), "{poppler}");
            assert!(poppler.contains("ETSI.CAdES.detached"), "{poppler}");
            run(Command::new("qpdf").arg("--check").arg(&path));
        }
    }
}

#[test]
fn the_same_report_is_signed_with_the_same_bytes() {
    for kind in KeyKind::ALL {
        let company = company(kind, "same");
        let facts = facts(Language::Es);
        assert!(signed(&facts, &company.signer) == signed(&facts, &company.signer), "{kind:?}");
    }
}

#[test]
fn a_signed_report_that_was_altered_anywhere_is_altered() {
    let company = company(KeyKind::P256, "altered");
    let report = signed(&facts(Language::En), &company.signer);
    assert_eq!(verify_offline(report.clone(), None).verdict, Verdict::Signed);
    let mut places: Vec<usize> = (0..40).map(|n| n * (report.len() - 1) / 39).collect();
    let contents = report.windows(9).position(|window| window == b"/Contents").unwrap();
    let end = contents + report[contents..].iter().position(|byte| *byte == b'>').unwrap();
    // Inside the signature, and in the room behind it that it does not fill and does not cover.
    places.extend([contents + 300, end - 1, end - 64]);
    for at in places {
        let mut other = report.clone();
        other[at] ^= 1;
        let verdict = verify_offline(other, None).verdict;
        assert!(matches!(verdict, Verdict::Altered | Verdict::Unknown), "byte {at}: {verdict:?}");
    }
    let appended = [report.as_slice(), b"\n% a remark\n"].concat();
    assert_eq!(verify_offline(appended, None).verdict, Verdict::Altered);
}

#[test]
fn a_file_says_who_signed_it_and_another_signer_is_told_from_an_alteration() {
    let (ours, theirs) = (company(KeyKind::P256, "ours"), company(KeyKind::P256, "theirs"));
    let report = signed(&facts(Language::En), &theirs.signer);
    let published =
        [&ours, &theirs].map(|company| seal::fingerprints(&std::fs::read_to_string(&company.certificate).unwrap()));
    let by_another = verify_offline(report.clone(), Some(&published[0]));
    assert_eq!(by_another.verdict, Verdict::SignedByAnother);
    assert_eq!(by_another.why, ["it is signed by another certificate than the one you named"]);
    let altered = [report.as_slice(), b"\n% a remark\n"].concat();
    assert_eq!(verify_offline(altered, Some(&published[0])).verdict, Verdict::Altered, "only changes are");
    let verified = verify_offline(report, Some(&published[1]));
    assert_eq!(verified.verdict, Verdict::Signed);
    let said = verified.file.unwrap();
    assert_eq!((said.report.as_str(), said.site.as_str(), said.number), ("V1042-2", "MAD-T2", 7));
    let checked = said.signatures[0].checked.clone().unwrap();
    assert!(checked.signatory.name.contains("Servicios Alcor"), "{}", checked.signatory.name);
    assert_eq!(checked.stamped, None);
}

#[test]
fn a_signature_from_before_or_after_its_certificate_says_so() {
    for (name, days) in [("expired", ["200101000000Z", "260213092959Z"]), ("early", ["260213093001Z", "300101000000Z"])]
    {
        let company = company_of(KeyKind::P256, name, days);
        let report = signed(&facts(Language::En), &company.signer);
        let verified = verify_offline(report.clone(), None);
        assert_eq!(verified.verdict, Verdict::SignedOutOfTime, "{name}: {:?}", verified.why);
        let why = "by its own word it was signed at 2026-02-13 09:30:00 UTC, when its certificate was not valid";
        assert!(verified.why[0].starts_with(why), "{:?}", verified.why);
        let altered = [report.as_slice(), b"\n% a remark\n"].concat();
        assert_eq!(verify_offline(altered, None).verdict, Verdict::Altered, "{name}");
    }
    let company = company_of(KeyKind::P256, "last-second", ["200101000000Z", "260213093000Z"]);
    let report = signed(&facts(Language::En), &company.signer);
    assert_eq!(verify_offline(report, None).verdict, Verdict::Signed, "the last second belongs to it");
}

#[tokio::test]
async fn a_time_stamp_says_when_a_report_was_signed_whatever_the_report_claims() {
    // Valid at the claimed time, and not today, when the authority stamps it.
    let company = company_of(KeyKind::P256, "stamped-late", ["200101000000Z", "260213093000Z"]);
    let authority = Authority::open("late-authority");
    let stamper: Stamper = authority.address.parse().unwrap();
    let (mut report, hole) = to_sign(&facts(Language::En), company.signer.signature_bytes() + stamper.stamp_bytes());
    let signature = company.signer.sign(&hole.around(&report)).unwrap();
    let (token, stamped) = stamper.stamp(signature.value(), 1).await.unwrap();
    hole.fill(&mut report, &signature.finish(Some(&token)).unwrap()).unwrap();
    let verified = verify_offline(report, None);
    assert_eq!(verified.verdict, Verdict::SignedOutOfTime, "{:?}", verified.why);
    assert!(
        verified.why[0].starts_with(&format!("by its time stamp it was signed at {}", stamped.at)),
        "{:?}",
        verified.why
    );
    assert_eq!(verified.why.len(), 1);
}

#[test]
fn a_report_that_nobody_signed_says_so_and_its_record_is_the_one_it_names() {
    let report = unsigned(&facts(Language::Zh));
    let verified = verify_offline(report, None);
    assert_eq!(verified.verdict, Verdict::Unsigned);
    let said = verified.file.unwrap();
    assert_eq!(said.embedded_record_sha256, Some(said.record_sha256));
    assert_eq!(said.record_schema, 1);
}

#[test]
fn a_bad_certificate_is_refused_with_its_remedy_and_never_with_its_key() {
    let pair = |name| {
        let company = company(KeyKind::P256, name);
        let key = std::fs::read_to_string(folder(name).join("p256-key.pem")).unwrap();
        (std::fs::read_to_string(company.certificate).unwrap(), key)
    };
    let ((certificate, key), (_, other)) = (pair("bad"), pair("bad-other"));
    let refused = |pem: &str| Signer::from_pem(pem).err().map(|bad| bad.to_string()).unwrap_or_default();
    assert!(refused("").contains("no certificate"));
    assert!(refused(&certificate).contains("no key"));
    assert!(matches!(Signer::from_pem(&format!("{certificate}{other}")), Err(BadSigner::OtherKey)));
    let good = Signer::from_pem(&format!("{certificate}{key}")).unwrap();
    assert!(format!("{good:?}").contains("key not shown"));
    let folder = folder("bad");
    let p384 = folder.join("p384.pem");
    let path = p384.to_str().unwrap();
    openssl(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", path]);
    let unknown = refused(&format!("{certificate}{}", std::fs::read_to_string(&p384).unwrap()));
    assert!(unknown.contains("neither RSA"), "{unknown}");
}

#[tokio::test]
async fn a_stamped_report_is_a_baseline_t_signature_to_pyhanko_and_to_us() {
    let (company, authority) = (company(KeyKind::Rsa, "stamped"), Authority::open("authority"));
    let stamper: Stamper = authority.address.parse().unwrap();
    let facts = facts(Language::En);
    let (mut report, hole) = to_sign(&facts, company.signer.signature_bytes() + stamper.stamp_bytes());
    let signature = company.signer.sign(&hole.around(&report)).unwrap();
    let (token, stamped) = stamper.stamp(signature.value(), 0xfedc_ba98_7654_3210).await.unwrap();
    hole.fill(&mut report, &signature.finish(Some(&token)).unwrap()).unwrap();

    openssl_verifies("stamped", &report, &company.certificate);
    let roots = folder("signatures").join("roots.pem");
    let both = [&company.certificate, &authority.folder.join("tsa.pem")].map(|path| std::fs::read(path).unwrap());
    std::fs::write(&roots, both.concat()).unwrap();
    let said = pyhanko(&folder("signatures").join("stamped.pdf"), &roots);
    assert_eq!(said, "B-T intact valid trusted entire-file untouched\n");
    let verified = verify_offline(report.clone(), None);
    assert_eq!(verified.verdict, Verdict::Signed);
    let checked = verified.file.unwrap().signatures[0].checked.clone().unwrap();
    assert_eq!(checked.stamped, Some(stamped));

    // A token over another signature proves nothing.
    let (mut other, hole) = to_sign(&facts, company.signer.signature_bytes() + stamper.stamp_bytes());
    let longer = [hole.around(&other)[0], b"x"].concat();
    let signature = company.signer.sign(&[&longer]).unwrap();
    let wrong = signature.finish(Some(&token)).unwrap();
    hole.fill(&mut other, &wrong).unwrap();
    assert!(verify_offline(other, None).why.iter().any(|why| why.contains("over another signature")));
}

#[tokio::test]
async fn an_authority_that_says_nothing_of_use_gives_no_stamp() {
    for reply in ["HTTP/1.1 500 No\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", "", "\0\0\0"] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let stamper: Stamper = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut buffer = [0; 4096];
                let _ = stream.read(&mut buffer);
                let _ = stream.write_all(reply.as_bytes());
            }
        });
        let refused = stamper.stamp(b"signature", 1).await.unwrap_err();
        assert!(refused.to_string().contains("127.0.0.1"), "{refused}");
    }
}
