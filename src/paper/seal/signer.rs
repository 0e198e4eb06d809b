//! The signer: a certificate with its key, and the CMS structure that they create.

use der::asn1::{Any, ObjectIdentifier, OctetString, SetOfVec};
use der::{Decode, Encode};
use p256::ecdsa::signature::Signer as _;
use p256::pkcs8::DecodePrivateKey;
use ring::rand::SystemRandom;
use ring::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::spki::AlgorithmIdentifierOwned;

use super::check::{Signatory, instant, name};
use super::cms;
use domain::Instant;

/// Signs documents. Never shows its key.
pub struct Signer {
    key: Key,
    /// The signer's certificate, followed by the intermediate certificates up to the root.
    chain: Vec<Vec<u8>>,
    certificate: Certificate,
}

enum Key {
    Rsa(Box<RsaKeyPair>),
    P256(Box<p256::ecdsa::SigningKey>),
}

/// Why a certificate and key cannot be used for signing.
#[derive(Debug, thiserror::Error)]
pub enum BadSigner {
    #[error(
        "there is no certificate in it; write the certificates and the key in PEM form \
             (openssl pkcs12 -in FILE.p12 -nodes -out FILE.pem)"
    )]
    NoCertificate,
    #[error(
        "there is no key in it; write the certificates and the key in PEM form, the key without a password \
             (openssl pkcs12 -in FILE.p12 -nodes -out FILE.pem)"
    )]
    NoKey,
    #[error("a certificate in it is damaged: {0}")]
    BadCertificate(der::Error),
    #[error("its key is neither RSA of 2048 to 4096 bits nor ECDSA on P-256")]
    UnknownKey,
    #[error("the key does not belong to the first certificate; put the signer's own certificate first")]
    OtherKey,
}

/// A signature without a time stamp.
pub struct Unstamped {
    data: cms::SignedData,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({}, key not shown)", name(self.certificate.tbs_certificate().subject()))
    }
}

impl Signer {
    /// Reads a certificate, its intermediate certificates, and the key.
    ///
    /// # Errors
    /// [`BadSigner`], which reveals nothing about the key.
    pub fn from_pem(pem: &str) -> Result<Signer, BadSigner> {
        let chain: Vec<Vec<u8>> = CertificateDer::pem_slice_iter(pem.as_bytes())
            .filter_map(Result::ok)
            .map(|certificate| certificate.to_vec())
            .collect();
        let first = chain.first().ok_or(BadSigner::NoCertificate)?;
        let certificate = Certificate::from_der(first).map_err(BadSigner::BadCertificate)?;
        for authority in &chain[1..] {
            Certificate::from_der(authority).map_err(BadSigner::BadCertificate)?;
        }
        let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| BadSigner::NoKey)?;
        let key = Key::read(&key).ok_or(BadSigner::UnknownKey)?;
        let public = certificate.tbs_certificate().subject_public_key_info().subject_public_key.raw_bytes();
        if key.public() != public {
            return Err(BadSigner::OtherKey);
        }
        Ok(Signer { key, chain, certificate })
    }

    /// The owner of the certificate.
    #[must_use]
    pub fn signatory(&self) -> Signatory {
        Signatory::of(&self.certificate, &self.chain[0])
    }

    /// Whether the certificate is valid at `now`.
    #[must_use]
    pub fn is_valid_at(&self, now: Instant) -> bool {
        let validity = self.certificate.tbs_certificate().validity();
        instant(&validity.not_before) <= now && now < instant(&validity.not_after)
    }

    /// Maximum size of our signatures in bytes, without a time stamp.
    #[must_use]
    pub fn signature_bytes(&self) -> usize {
        1_024 + self.chain.iter().map(Vec::len).sum::<usize>() + 512
    }

    /// Signs the concatenation of `parts`.
    ///
    /// The attributes are those of a PAdES baseline signature: content type, digest, the certificate's hash. The time
    /// is in the PDF's own dictionary, not here (ETSI EN 319 142-1, table 1).
    ///
    /// # Errors
    /// If a structure cannot be encoded, which would be a bug of ours.
    pub fn sign(&self, parts: &[&[u8]]) -> der::Result<Unstamped> {
        let mut digest = Sha256::new();
        parts.iter().for_each(|part| digest.update(part));
        let certificate = cms::SigningCertificate {
            certificates: vec![cms::CertificateHash { hash: octets(&Sha256::digest(&self.chain[0]))? }],
        };
        let signed = SetOfVec::try_from(vec![
            cms::attribute(cms::CONTENT_TYPE, &cms::DATA)?,
            cms::attribute(cms::MESSAGE_DIGEST, &octets(&digest.finalize())?)?,
            cms::attribute(cms::SIGNING_CERTIFICATE_V2, &certificate)?,
        ])?;
        let signature = octets(&self.key.sign(&signed.to_der()?))?;
        let of = self.certificate.tbs_certificate();
        let issuer_and_serial = [of.issuer().to_der()?, of.serial_number().to_der()?].concat();
        let info = cms::SignerInfo {
            version: 1,
            signer: Any::new(der::Tag::Sequence, issuer_and_serial)?,
            digest_algorithm: cms::sha_256(),
            signed: Some(signed),
            signature_algorithm: self.key.algorithm(),
            signature,
            unsigned: None,
        };
        let certificates = self.chain.iter().map(|der| Any::from_der(der)).collect::<der::Result<Vec<_>>>()?;
        let data = cms::SignedData {
            version: 1,
            digest_algorithms: SetOfVec::try_from(vec![cms::sha_256()])?,
            content: cms::EncapsulatedContent { content_type: cms::DATA, content: None },
            certificates: Some(SetOfVec::try_from(certificates)?),
            revocations: None,
            signers: SetOfVec::try_from(vec![info])?,
        };
        Ok(Unstamped { data })
    }
}

impl Unstamped {
    /// The signature value, which a time stamp covers.
    #[must_use]
    pub fn value(&self) -> &[u8] {
        self.data.signers.get(0).expect("made with one signer").signature.as_bytes()
    }

    /// The signature as embedded in the document, with the token of a time-stamp authority, if given.
    ///
    /// # Errors
    /// If `token` is not DER.
    pub fn finish(self, token: Option<&[u8]>) -> der::Result<Vec<u8>> {
        let mut data = self.data;
        if let Some(token) = token {
            let mut info = data.signers.get(0).expect("made with one signer").clone();
            let stamp = cms::attribute(cms::SIGNATURE_TIME_STAMP, &Any::from_der(token)?)?;
            info.unsigned = Some(SetOfVec::try_from(vec![stamp])?);
            data.signers = SetOfVec::try_from(vec![info])?;
        }
        let content = Any::from_der(&data.to_der()?)?;
        cms::ContentInfo { content_type: cms::SIGNED_DATA, content }.to_der()
    }
}

impl Key {
    fn read(key: &PrivateKeyDer<'_>) -> Option<Key> {
        match key {
            PrivateKeyDer::Pkcs8(key) => {
                let der = key.secret_pkcs8_der();
                let rsa = RsaKeyPair::from_pkcs8(der).ok().map(|key| Key::Rsa(Box::new(key)));
                rsa.or_else(|| Some(Key::P256(Box::new(p256::ecdsa::SigningKey::from_pkcs8_der(der).ok()?))))
            }
            PrivateKeyDer::Pkcs1(key) => Some(Key::Rsa(Box::new(RsaKeyPair::from_der(key.secret_pkcs1_der()).ok()?))),
            PrivateKeyDer::Sec1(key) => {
                let key = p256::SecretKey::from_sec1_der(key.secret_sec1_der()).ok()?;
                Some(Key::P256(Box::new(key.into())))
            }
            _ => None,
        }
    }

    /// The public key as encoded in a certificate.
    fn public(&self) -> Vec<u8> {
        match self {
            Key::Rsa(key) => key.public_key().as_ref().to_vec(),
            Key::P256(key) => key.verifying_key().to_sec1_point(false).as_bytes().to_vec(),
        }
    }

    fn algorithm(&self) -> AlgorithmIdentifierOwned {
        let null = Any::new(der::Tag::Null, Vec::new()).expect("null is empty");
        let of = |oid: ObjectIdentifier, parameters| AlgorithmIdentifierOwned { oid, parameters };
        match self {
            Key::Rsa(_) => of(cms::SHA_256_WITH_RSA, Some(null)),
            Key::P256(_) => of(cms::ECDSA_WITH_SHA_256, None),
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                // Randomness is used only for blinding; the signature is deterministic.
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .expect("the buffer has the modulus' length, and the machine has random numbers");
                signature
            }
            Key::P256(key) => {
                let signature: p256::ecdsa::DerSignature = key.sign(message);
                signature.as_bytes().to_vec()
            }
        }
    }
}

/// The fingerprints of the certificates in a PEM text: SHA-256 in hexadecimal.
#[must_use]
pub fn fingerprints(pem: &str) -> Vec<String> {
    let certificates = CertificateDer::pem_slice_iter(pem.as_bytes()).filter_map(Result::ok);
    let of = |certificate: CertificateDer<'_>| {
        Sha256::digest(&certificate).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    certificates.map(of).collect()
}

fn octets(bytes: &[u8]) -> der::Result<OctetString> {
    OctetString::new(bytes.to_vec())
}
