//! DKIM signatures, verified by an implementation that is not ours (dkimpy, which `tests/run` installs).

use ronda::domain::language::Language;
use ronda::mail::{Dkim, House, samples};

use crate::support::keys::{Keys, openssl};
use crate::support::notices::{at, composed, house};

/// Every letter in every language, signed by `signers`.
fn letters(signers: &[Dkim]) -> Vec<Vec<u8>> {
    let composer = House { dkim: signers.to_vec(), ..house() }.furnish().unwrap();
    let of = |language| {
        samples::all(language).into_iter().map(move |sample| (format!("{}/{language}", sample.name), sample))
    };
    let letters = Language::ALL.into_iter().flat_map(of);
    let at = at("2026-03-18T06:30:00Z");
    letters.map(|(key, sample)| composed(&composer, composer.owed_sample(&sample, key), at).bytes).collect()
}

#[test]
fn every_letter_in_every_language_verifies_with_rsa_with_ed25519_and_with_both() {
    let keys = Keys::make();
    for signers in [&keys.signers[..1], &keys.signers[1..], &keys.signers[..]] {
        let letters = letters(signers);
        assert!(letters.len() > 30);
        for letter in &letters {
            let text = std::str::from_utf8(letter).unwrap();
            assert_eq!(text.matches("DKIM-Signature: v=1; a=").count(), signers.len());
            assert!(text.is_ascii() && text.split("\r\n").all(|line| line.len() <= 998 && !line.contains('\n')));
        }
        assert!(keys.verdicts(&letters).iter().all(|holds| *holds));
    }
}

#[test]
fn a_letter_that_was_changed_on_the_way_does_not_verify() {
    let keys = Keys::make();
    let letter = String::from_utf8(letters(&keys.signers).remove(0)).unwrap();
    let changed = |from: &str, to: &str| {
        assert!(letter.contains(from), "{from}");
        letter.replacen(from, to, 1).into_bytes()
    };
    let forged = [
        changed("Subject: ", "Subject: Not "),
        changed("\r\nFrom: ", "\r\nFrom: Somebody <else@example.org>\r\nFrom: "),
        changed("\r\n\r\n", "\r\nReply-To: thief@example.org\r\n\r\n"),
        changed("\r\nDate: ", "\r\nSubject: Another\r\nDate: "),
        format!("{letter}One more line.\r\n").into_bytes(),
        changed("t=1773815400", "t=1773815401"),
    ];
    assert_eq!(keys.verdicts(&forged), [false; 6]);
}

#[test]
fn white_space_that_relays_change_does_no_harm() {
    let keys = Keys::make();
    let letter = String::from_utf8(letters(&keys.signers).remove(0)).unwrap();
    let relayed = letter.replacen("Subject: ", "SUBJECT:   ", 1) + "\r\n\r\n";
    let relayed = format!("Received: from office by relay;\r\n\tWed, 18 Mar 2026 06:30:01 +0000\r\n{relayed}");
    assert_eq!(keys.verdicts(&[relayed.into_bytes()]), [true]);
}

#[test]
fn the_same_letter_has_always_the_same_signature() {
    let keys = Keys::make();
    assert_eq!(letters(&keys.signers), letters(&keys.signers));
}

#[test]
fn a_key_that_receivers_would_not_take_is_refused() {
    let refused = |pem: &str| format!("{:#}", Dkim::new("norte.example", "r1", pem).unwrap_err());
    let short = openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"]);
    assert!(refused(&short).contains("2048"), "{}", refused(&short));
    let curve = openssl(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    assert!(refused(&curve).contains("RSA key"), "{}", refused(&curve));
    let old = openssl(&["genrsa", "-traditional", "2048"]);
    assert_eq!(Dkim::new("norte.example", "r1", &old).unwrap().algorithm(), "rsa-sha256");
}
