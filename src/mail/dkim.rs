//! DKIM: a signature over the letter's final bytes, by which receivers can verify its origin and that it was not
//! changed on the way (RFC 6376, RFC 8463). Headers and body use relaxed canonicalisation. The signature depends only
//! on the given bytes, instant and key, so the same letter always has the same signature.

use std::fmt;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;
use sha2::{Digest, Sha256};

use domain::Instant;

/// Headers that are signed if present. Those in [`SEALED`] are listed once more than they occur, so that nobody can add
/// another one on the way (RFC 6376 section 8.15).
const SIGNED: &[&str] = &[
    "from",
    "reply-to",
    "to",
    "cc",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "list-id",
    "list-unsubscribe",
    "list-unsubscribe-post",
    "auto-submitted",
    "precedence",
];

const SEALED: &[&str] = &["from", "reply-to", "to", "cc", "subject", "date", "message-id", "content-type"];

/// Signs letters on behalf of a domain. Cheap to clone. The key never appears in any output.
#[derive(Clone)]
pub struct Dkim {
    domain: String,
    selector: String,
    key: Arc<Key>,
}

enum Key {
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl fmt::Debug for Dkim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dkim({}, {})", self.record_name(), self.algorithm())
    }
}

impl Dkim {
    /// Reads a private key in PEM (PKCS#8, or PKCS#1 for RSA), which determines the algorithm.
    ///
    /// # Errors
    /// If it is not a private key, or one that receivers would not accept: RSA keys must have 2048 to 4096 bits.
    pub fn new(domain: &str, selector: &str, pem: &str) -> anyhow::Result<Dkim> {
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| anyhow!("{domain:?} is no domain"))?;
        let der = PrivateKeyDer::from_pem_slice(pem.as_bytes()).context("this is no private key in PEM")?;
        let rsa = |key: Result<RsaKeyPair, ring::error::KeyRejected>| {
            let key = key.map_err(|why| anyhow!("the RSA key cannot be used ({why}); make one of 2048 bits"))?;
            Ok::<_, anyhow::Error>(Key::Rsa(key))
        };
        let key = match &der {
            PrivateKeyDer::Pkcs1(der) => rsa(RsaKeyPair::from_der(der.secret_pkcs1_der()))?,
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                match Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
                    Ok(key) => Key::Ed25519(key),
                    Err(_) => rsa(RsaKeyPair::from_pkcs8(der))?,
                }
            }
            _ => bail!("this kind of key cannot sign for DKIM; make one of RSA or Ed25519"),
        };
        Ok(Dkim { domain, selector: selector.to_owned(), key: Arc::new(key) })
    }

    /// The value of the signature's `a=` tag: `rsa-sha256` or `ed25519-sha256`.
    #[must_use]
    pub fn algorithm(&self) -> &'static str {
        match &*self.key {
            Key::Rsa(_) => "rsa-sha256",
            Key::Ed25519(_) => "ed25519-sha256",
        }
    }

    /// The DNS name under which receivers look up the public key.
    #[must_use]
    pub fn record_name(&self) -> String {
        format!("{}._domainkey.{}", self.selector, self.domain)
    }

    /// The contents of the TXT record to publish there.
    #[must_use]
    pub fn record(&self) -> String {
        match &*self.key {
            Key::Rsa(key) => {
                format!("v=DKIM1; k=rsa; p={}", STANDARD.encode(public_key_info(key.public_key().as_ref())))
            }
            Key::Ed25519(key) => format!("v=DKIM1; k=ed25519; p={}", STANDARD.encode(key.public_key())),
        }
    }

    /// The message with a signature, dated `at`, before its first header. Every line must end in CRLF.
    ///
    /// # Errors
    /// If the bytes are not a message, or signing fails.
    pub fn sign(&self, message: &[u8], at: Instant) -> anyhow::Result<Vec<u8>> {
        let text = std::str::from_utf8(message).context("a letter is text")?;
        let (head, body) = text.split_once("\r\n\r\n").context("a letter has a head and a body")?;
        let fields = fields(head);
        let names = names_to_sign(&fields);
        let unsigned = format!(
            "v=1; a={}; c=relaxed/relaxed; d={};\r\n s={}; t={};\r\n h={};\r\n bh={};\r\n b=",
            self.algorithm(),
            self.domain,
            self.selector,
            at.timestamp(),
            folded(&names.join(":"), ':'),
            STANDARD.encode(Sha256::digest(relaxed_body(body))),
        );
        let mut hashed = selected_headers(&fields, &names);
        hashed.push_str(relaxed_field("DKIM-Signature", &unsigned).trim_end());
        let signature = STANDARD.encode(self.key.sign(hashed.as_bytes())?);
        let mut signed = format!("DKIM-Signature: {unsigned}{}\r\n", in_lines(&signature)).into_bytes();
        signed.extend_from_slice(message);
        Ok(signed)
    }
}

impl Key {
    /// RSA signs the text (hashing it first); Ed25519 signs the text's hash (RFC 8463 section 3).
    fn sign(&self, text: &[u8]) -> anyhow::Result<Vec<u8>> {
        match self {
            Key::Ed25519(key) => Ok(key.sign(&Sha256::digest(text)).as_ref().to_vec()),
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                // Randomness is used only for blinding; the signature itself is deterministic (RFC 8017 section 8.2).
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature)
                    .map_err(|_| anyhow!("the DKIM key could not sign"))?;
                Ok(signature)
            }
        }
    }
}

/// Name and raw value of each header, with the folding of the value.
fn fields(head: &str) -> Vec<(String, &str)> {
    let mut ends: Vec<usize> =
        head.match_indices("\r\n").map(|(at, _)| at).filter(|at| !head[at + 2..].starts_with([' ', '\t'])).collect();
    ends.push(head.len());
    let mut start = 0;
    let mut fields = Vec::new();
    for end in ends {
        if let Some((name, value)) = head[start..end].split_once(':') {
            fields.push((name.trim_end().to_ascii_lowercase(), value));
        }
        start = (end + 2).min(head.len());
    }
    fields
}

fn names_to_sign(fields: &[(String, &str)]) -> Vec<&'static str> {
    let times = |name: &&str| {
        let there = fields.iter().filter(|(found, _)| found == *name).count();
        there + usize::from(SEALED.contains(name))
    };
    SIGNED.iter().flat_map(|name| std::iter::repeat_n(*name, times(name))).collect()
}

/// The selected headers in relaxed form. Headers with the same name are taken from the last to the first, and a missing
/// one adds nothing (RFC 6376 section 5.4.2).
fn selected_headers(fields: &[(String, &str)], names: &[&str]) -> String {
    let mut text = String::new();
    for (at, name) in names.iter().enumerate() {
        let before = names[..at].iter().filter(|earlier| *earlier == name).count();
        if let Some((_, value)) = fields.iter().rev().filter(|(found, _)| found == name).nth(before) {
            text.push_str(&relaxed_field(name, value));
        }
    }
    text
}

/// RFC 6376 section 3.4.2: name in lower case, value unfolded, white space collapsed to one space and trimmed.
fn relaxed_field(name: &str, value: &str) -> String {
    let value = value.replace("\r\n", "");
    let words: Vec<&str> = value.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
    format!("{}:{}\r\n", name.to_ascii_lowercase(), words.join(" "))
}

/// RFC 6376 section 3.4.4: white space collapsed to one space, none at line ends, no empty lines at the end.
fn relaxed_body(body: &str) -> String {
    let mut relaxed = String::with_capacity(body.len());
    let mut empty_lines = 0;
    for line in body.split("\r\n") {
        let line = relaxed_line(line);
        if line.is_empty() {
            empty_lines += 1;
            continue;
        }
        (0..empty_lines).for_each(|_| relaxed.push_str("\r\n"));
        empty_lines = 0;
        relaxed.push_str(&line);
        relaxed.push_str("\r\n");
    }
    relaxed
}

fn relaxed_line(line: &str) -> String {
    let mut relaxed = String::with_capacity(line.len());
    for c in line.trim_end_matches([' ', '\t']).chars() {
        match c {
            ' ' | '\t' if relaxed.ends_with(' ') => {}
            ' ' | '\t' => relaxed.push(' '),
            c => relaxed.push(c),
        }
    }
    relaxed
}

/// Joins a list with line breaks after some separators, to keep lines at a length that servers like.
fn folded(list: &str, separator: char) -> String {
    let mut text = String::new();
    let mut on_line = 0;
    for (at, item) in list.split(separator).enumerate() {
        if at > 0 {
            text.push(separator);
            if on_line + item.len() > 60 {
                text.push_str("\r\n ");
                on_line = 0;
            }
        }
        text.push_str(item);
        on_line += item.len() + 1;
    }
    text
}

/// Splits base64 into lines; white space inside `b=` is ignored.
fn in_lines(base64: &str) -> String {
    let pieces: Vec<&str> =
        base64.as_bytes().chunks(72).map(|piece| std::str::from_utf8(piece).expect("base64 is ASCII")).collect();
    pieces.join("\r\n ")
}

/// Wraps an RSA public key as `SubjectPublicKeyInfo` (RFC 5280), which is the form that receivers read.
fn public_key_info(rsa_public_key: &[u8]) -> Vec<u8> {
    /// `AlgorithmIdentifier { rsaEncryption, NULL }`
    const RSA: [u8; 15] = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let mut bits = vec![0];
    bits.extend_from_slice(rsa_public_key);
    let mut inner = RSA.to_vec();
    inner.extend(der(0x03, &bits));
    der(0x30, &inner)
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let significant = &length[length.iter().position(|byte| *byte != 0).unwrap_or(length.len() - 1)..];
    let mut out = vec![tag];
    match significant {
        [short @ ..0x80] => out.push(*short),
        long => {
            out.push(0x80 | u8::try_from(long.len()).expect("at most eight bytes"));
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(content);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_forms_are_those_of_the_rfcs_example() {
        // RFC 6376 section 3.4.5.
        let fields = fields("A: X\r\nB : Y\t\r\n\tZ  ");
        assert_eq!(selected_headers(&fields, &["a", "b"]), "a:X\r\nb:Y Z\r\n");
        assert_eq!(relaxed_body(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n");
        assert_eq!(relaxed_body(""), "");
        assert_eq!(relaxed_body("\r\n\r\n"), "");
        assert_eq!(relaxed_body("a\r\n\r\nb"), "a\r\n\r\nb\r\n");
    }

    #[test]
    fn of_several_headers_the_last_comes_first_and_sealed_ones_are_named_once_more() {
        let fields = fields("To: a\r\nReferences: 1\r\nReferences: 2\r\nX: y");
        let names = names_to_sign(&fields);
        assert_eq!(names[..3], ["from", "reply-to", "to"]);
        assert_eq!(names.iter().filter(|name| **name == "references").count(), 2);
        assert_eq!(names.iter().filter(|name| **name == "to").count(), 2);
        assert_eq!(selected_headers(&fields, &names), "to:a\r\nreferences:2\r\nreferences:1\r\n");
    }

    #[test]
    fn no_line_of_a_signature_is_long() {
        let list = vec!["content-transfer-encoding"; 30].join(":");
        assert!(folded(&list, ':').lines().all(|line| line.len() < 90));
        assert_eq!(folded(&list, ':').replace("\r\n ", ""), list);
        assert!(in_lines(&"A".repeat(684)).lines().all(|line| line.len() < 78));
    }

    #[test]
    fn what_is_no_key_says_so() {
        let said = |pem: &str| format!("{:#}", Dkim::new("office.example", "r1", pem).unwrap_err());
        assert!(said("").contains("no private key"));
        assert!(said("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").contains("RSA key"));
    }
}
