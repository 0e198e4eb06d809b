//! Checks what a signature proves: which bytes it covers, by whose certificate, at what time.
//!
//! Signatures are untrusted input. Whether to trust the certificate is for the reader to decide, who is shown its name
//! and fingerprint.

use der::asn1::{Any, ObjectIdentifier, OctetString};
use der::{Decode, Encode, Reader, SliceReader};
use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, UnparsedPublicKey,
    VerificationAlgorithm,
};
use serde::Serialize;
use sha2::{Digest, Sha256, Sha384, Sha512};
use x509_cert::Certificate;
use x509_cert::name::Name;
use x509_cert::time::Time;

use super::cms::{self, ContentInfo, Imprint, SignedData, SignerInfo};
use domain::Instant;

/// Maximum number of certificates in a signature.
const MAX_CERTIFICATES: usize = 16;

/// The owner of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signatory {
    /// The certificate's subject name, as in RFC 4514.
    pub name: String,
    /// The certificate's issuer name.
    pub issuer: String,
    /// SHA-256 of the certificate, in hexadecimal.
    pub fingerprint: String,
    pub valid_from: Instant,
    pub valid_until: Instant,
}

/// What a signature proves, and the doubts about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    pub signatory: Signatory,
    /// `None` if the signature has no time stamp.
    pub stamped: Option<Stamped>,
    /// Doubts that remain; the caller may add its own.
    #[serde(skip)]
    pub doubts: Vec<Doubt>,
}

/// When a time-stamp authority saw the signature, and which one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stamped {
    pub at: Instant,
    pub by: Signatory,
}

/// A reason to doubt a signature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    #[error("the signature cannot be read: {0}")]
    Damaged(String),
    #[error("the signed bytes were changed after they were signed")]
    OtherBytes,
    #[error("the signature was not made with the key of its certificate")]
    OtherKey,
    #[error("the signature does not name its certificate, or names another")]
    OtherCertificate,
    #[error("the signature's algorithm is not known here: {0}")]
    UnknownAlgorithm(String),
    #[error("the time stamp is over another signature")]
    StampOfAnother,
    #[error("the time stamp proves nothing: {0}")]
    BadStamp(Box<Doubt>),
}

/// Something done outside a certificate's validity period. The signed bytes are unchanged nevertheless.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Untimely {
    #[error(
        "by its time stamp it was signed at {at}, when its certificate was not valid: that is from {from} to {until}"
    )]
    Stamped { at: Instant, from: Instant, until: Instant },
    #[error(
        "by its own word it was signed at {at}, when its certificate was not valid: that is from {from} to {until}"
    )]
    Claimed { at: Instant, from: Instant, until: Instant },
    #[error("it was stamped at {at}, when the authority's certificate was not valid: that is from {from} to {until}")]
    Authority { at: Instant, from: Instant, until: Instant },
}

impl Checked {
    /// Compares the time of signing with the certificate's validity period: the time stamp's or, without one, that
    /// claimed by the file.
    #[must_use]
    pub fn untimely(&self, claimed_at: Option<Instant>) -> Vec<Untimely> {
        let (from, until) = (self.signatory.valid_from, self.signatory.valid_until);
        let Some(stamped) = &self.stamped else {
            let late = claimed_at.filter(|at| !self.signatory.is_valid_at(*at));
            return late.map(|at| Untimely::Claimed { at, from, until }).into_iter().collect();
        };
        let (at, by) = (stamped.at, &stamped.by);
        let mut untimely = Vec::new();
        if !self.signatory.is_valid_at(at) {
            untimely.push(Untimely::Stamped { at, from, until });
        }
        if !by.is_valid_at(at) {
            untimely.push(Untimely::Authority { at, from: by.valid_from, until: by.valid_until });
        }
        untimely
    }
}

impl From<der::Error> for Doubt {
    fn from(error: der::Error) -> Doubt {
        Doubt::Damaged(error.to_string())
    }
}

impl Signatory {
    /// Whether the certificate is valid at this time; both ends of the validity period are inclusive (RFC 5280,
    /// 4.1.2.5).
    fn is_valid_at(&self, at: Instant) -> bool {
        (self.valid_from..=self.valid_until).contains(&at)
    }

    pub(super) fn of(certificate: &Certificate, bytes: &[u8]) -> Signatory {
        let of = certificate.tbs_certificate();
        Signatory {
            name: name(of.subject()),
            issuer: name(of.issuer()),
            fingerprint: Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect(),
            valid_from: instant(&of.validity().not_before),
            valid_until: instant(&of.validity().not_after),
        }
    }
}

/// Checks a signature over the concatenation of `parts`. Bytes after its end are ignored: a PDF pads the placeholder
/// with zeros.
///
/// # Errors
/// A [`Doubt`] if it is so serious that nothing can be said about the signer.
pub fn check(signature: &[u8], parts: &[&[u8]]) -> Result<Checked, Doubt> {
    let data = signed_data(signature)?;
    if data.content.content.is_some() {
        return Err(Doubt::Damaged("it holds a document of its own".to_owned()));
    }
    let info = only_signer(&data)?;
    let (certificate, bytes) = certificate_of(&data, info)?;
    let mut doubts = Vec::new();
    doubts.extend(verify(info, &certificate, parts).err());
    doubts.extend(names_certificate(info, &bytes).err());
    let stamped = match stamp(info) {
        Ok(stamped) => stamped,
        Err(doubt) => {
            doubts.push(doubt);
            None
        }
    };
    Ok(Checked { signatory: Signatory::of(&certificate, &bytes), stamped, doubts })
}

/// Checks an RFC 3161 token over `value`. Returns its time, its authority, and its nonce.
///
/// # Errors
/// A doubt about the token.
pub(super) fn check_token(token: &[u8], value: &[u8]) -> Result<(Stamped, Option<u64>), Doubt> {
    let data = signed_data(token)?;
    let content = match &data.content.content {
        Some(content) if data.content.content_type == cms::TST_INFO => content,
        Some(_) | None => return Err(Doubt::Damaged("it is no time stamp".to_owned())),
    };
    let info = only_signer(&data)?;
    let (certificate, bytes) = certificate_of(&data, info)?;
    verify(info, &certificate, &[content.as_bytes()])?;
    let said = TimeStamp::read(content.as_bytes())?;
    let digest = digest(said.imprint.algorithm.oid, &[value])?;
    if digest != said.imprint.digest.as_bytes() {
        return Err(Doubt::StampOfAnother);
    }
    Ok((Stamped { at: said.at, by: Signatory::of(&certificate, &bytes) }, said.nonce))
}

/// The contents of a time stamp (RFC 3161, 2.4.2) that are needed here.
struct TimeStamp {
    imprint: Imprint,
    at: Instant,
    nonce: Option<u64>,
}

impl TimeStamp {
    fn read(content: &[u8]) -> Result<TimeStamp, Doubt> {
        let mut reader = SliceReader::new(content)?;
        let (imprint, at, nonce) = reader.sequence(|fields| {
            let _version = u8::decode(fields)?;
            let _policy = Any::decode(fields)?;
            let imprint = Imprint::decode(fields)?;
            let _serial = Any::decode(fields)?;
            let at = Any::decode(fields)?;
            let mut nonce = None;
            while !fields.is_finished() {
                let field = Any::decode(fields)?;
                if der::Tagged::tag(&field) == der::Tag::Integer {
                    nonce = u64::from_der(&field.to_der()?).ok();
                }
            }
            Ok::<_, der::Error>((imprint, at, nonce))
        })?;
        let text = std::str::from_utf8(at.value()).unwrap_or_default();
        let moment = chrono::NaiveDateTime::parse_from_str(text, "%Y%m%d%H%M%S%.fZ");
        let at = moment.map_err(|_| Doubt::Damaged("it has no time".to_owned()))?.and_utc();
        Ok(TimeStamp { imprint, at, nonce })
    }
}

fn signed_data(der: &[u8]) -> Result<SignedData, Doubt> {
    let mut reader = SliceReader::new(der)?;
    let outer = ContentInfo::decode(&mut reader)?;
    // The padding after a signature must be zeros, since the signature does not cover it.
    let after = usize::try_from(reader.remaining_len()).expect("a length in memory");
    if der[der.len() - after..].iter().any(|byte| *byte != 0) {
        return Err(Doubt::Damaged("something else was written behind it".to_owned()));
    }
    if outer.content_type != cms::SIGNED_DATA {
        return Err(Doubt::Damaged("it is no signature".to_owned()));
    }
    let data = SignedData::from_der(&outer.content.to_der()?)?;
    match &data.certificates {
        Some(certificates) if certificates.len() > MAX_CERTIFICATES => {
            Err(Doubt::Damaged("it carries too many certificates".to_owned()))
        }
        Some(_) | None => Ok(data),
    }
}

fn only_signer(data: &SignedData) -> Result<&SignerInfo, Doubt> {
    match data.signers.as_ref() {
        [signer] => Ok(signer),
        [] => Err(Doubt::Damaged("nobody signed".to_owned())),
        [_, _, ..] => Err(Doubt::Damaged("more than one signed at once".to_owned())),
    }
}

/// The certificate that the signer info identifies by issuer and serial number.
fn certificate_of(data: &SignedData, info: &SignerInfo) -> Result<(Certificate, Vec<u8>), Doubt> {
    for certificate in data.certificates.iter().flat_map(|all| all.iter()) {
        let bytes = certificate.to_der()?;
        let Ok(certificate) = Certificate::from_der(&bytes) else { continue };
        let of = certificate.tbs_certificate();
        if [of.issuer().to_der()?, of.serial_number().to_der()?].concat() == info.signer.value() {
            return Ok((certificate, bytes));
        }
    }
    Err(Doubt::Damaged("it does not carry the certificate of its signer".to_owned()))
}

/// Verifies the digest of the content, and the signature over the attributes that contain it (RFC 5652, 5.4).
fn verify(info: &SignerInfo, certificate: &Certificate, parts: &[&[u8]]) -> Result<(), Doubt> {
    let Some(attributes) = &info.signed else {
        return Err(Doubt::Damaged("it has no signed attributes".to_owned()));
    };
    let stated = cms::value(attributes, cms::MESSAGE_DIGEST).ok_or(Doubt::OtherBytes)?;
    let found = digest(info.digest_algorithm.oid, parts)?;
    if stated.decode_as::<OctetString>()?.as_bytes() != found {
        return Err(Doubt::OtherBytes);
    }
    let key = certificate.tbs_certificate().subject_public_key_info();
    let curve = key.algorithm.parameters.as_ref().and_then(|curve| curve.decode_as::<ObjectIdentifier>().ok());
    let algorithm = algorithm(key.algorithm.oid, curve, info.digest_algorithm.oid)
        .ok_or_else(|| Doubt::UnknownAlgorithm(info.signature_algorithm.oid.to_string()))?;
    let public = UnparsedPublicKey::new(algorithm, key.subject_public_key.raw_bytes());
    public.verify(&attributes.to_der()?, info.signature.as_bytes()).map_err(|_| Doubt::OtherKey)
}

fn algorithm(
    key: ObjectIdentifier,
    curve: Option<ObjectIdentifier>,
    hash: ObjectIdentifier,
) -> Option<&'static dyn VerificationAlgorithm> {
    match (key, curve, hash) {
        (cms::RSA, _, cms::SHA_256) => Some(&RSA_PKCS1_2048_8192_SHA256),
        (cms::RSA, _, cms::SHA_384) => Some(&RSA_PKCS1_2048_8192_SHA384),
        (cms::RSA, _, cms::SHA_512) => Some(&RSA_PKCS1_2048_8192_SHA512),
        (cms::EC, Some(cms::P_256), cms::SHA_256) => Some(&ECDSA_P256_SHA256_ASN1),
        (cms::EC, Some(cms::P_256), cms::SHA_384) => Some(&ECDSA_P256_SHA384_ASN1),
        (cms::EC, Some(cms::P_384), cms::SHA_256) => Some(&ECDSA_P384_SHA256_ASN1),
        (cms::EC, Some(cms::P_384), cms::SHA_384) => Some(&ECDSA_P384_SHA384_ASN1),
        _ => None,
    }
}

fn digest(algorithm: ObjectIdentifier, parts: &[&[u8]]) -> Result<Vec<u8>, Doubt> {
    fn of<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
        let mut digest = D::new();
        parts.iter().for_each(|part| digest.update(part));
        digest.finalize().to_vec()
    }
    match algorithm {
        cms::SHA_256 => Ok(of::<Sha256>(parts)),
        cms::SHA_384 => Ok(of::<Sha384>(parts)),
        cms::SHA_512 => Ok(of::<Sha512>(parts)),
        other => Err(Doubt::UnknownAlgorithm(other.to_string())),
    }
}

/// The signature must identify its certificate by hash (RFC 5035), so that it cannot be substituted.
fn names_certificate(info: &SignerInfo, certificate: &[u8]) -> Result<(), Doubt> {
    let attributes = info.signed.as_ref().ok_or(Doubt::OtherCertificate)?;
    let value = cms::value(attributes, cms::SIGNING_CERTIFICATE_V2).ok_or(Doubt::OtherCertificate)?.to_der()?;
    let mut reader = SliceReader::new(&value)?;
    let named = reader.sequence(|outer| {
        let named = outer.sequence(|hashes| {
            let first = Any::decode(hashes)?;
            while !hashes.is_finished() {
                Any::decode(hashes)?;
            }
            Ok::<_, der::Error>(first)
        })?;
        while !outer.is_finished() {
            Any::decode(outer)?;
        }
        Ok::<_, der::Error>(named)
    })?;
    let named = named.to_der()?;
    let mut reader = SliceReader::new(&named)?;
    let (algorithm, hash) = reader.sequence(|fields| {
        let mut algorithm = cms::SHA_256;
        let mut field = Any::decode(fields)?;
        if der::Tagged::tag(&field) == der::Tag::Sequence {
            algorithm = field.decode_as::<x509_cert::spki::AlgorithmIdentifierOwned>()?.oid;
            field = Any::decode(fields)?;
        }
        while !fields.is_finished() {
            Any::decode(fields)?;
        }
        Ok::<_, der::Error>((algorithm, field.decode_as::<OctetString>()?))
    })?;
    if digest(algorithm, &[certificate])? == hash.as_bytes() { Ok(()) } else { Err(Doubt::OtherCertificate) }
}

fn stamp(info: &SignerInfo) -> Result<Option<Stamped>, Doubt> {
    let Some(token) = info.unsigned.as_ref().and_then(|all| cms::value(all, cms::SIGNATURE_TIME_STAMP)) else {
        return Ok(None);
    };
    match check_token(&token.to_der()?, info.signature.as_bytes()) {
        Ok((stamped, _)) => Ok(Some(stamped)),
        Err(doubt) => Err(Doubt::BadStamp(Box::new(doubt))),
    }
}

pub(super) fn instant(time: &Time) -> Instant {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    Instant::from_timestamp(seconds, 0).unwrap_or_default()
}

/// A name on one line; certificates are untrusted text.
pub(super) fn name(name: &Name) -> String {
    name.to_string().chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(300).collect()
}
