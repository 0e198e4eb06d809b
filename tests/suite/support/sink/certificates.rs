//! A certificate authority of the tests' own, and servers with good and bad certificates.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// What is wrong with a server's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    /// For another host.
    WrongName,
    Expired,
    NotYetValid,
    /// Signed by somebody whom nobody knows.
    UnknownRoot,
}

/// One authority a test binary; its root lies in a file that outlives every test.
struct Authority {
    root: PathBuf,
    issuer: Issuer<'static, KeyPair>,
    stranger: Issuer<'static, KeyPair>,
    _folder: tempfile::TempDir,
}

static AUTHORITY: LazyLock<Authority> = LazyLock::new(|| {
    let (certificate, issuer) = authority("The tests' own");
    let (_, stranger) = authority("A stranger");
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root.pem");
    std::fs::write(&root, certificate).unwrap();
    Authority { root, issuer, stranger, _folder: folder }
});

fn authority(name: &str) -> (String, Issuer<'static, KeyPair>) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    (certificate.pem(), Issuer::new(params, key))
}

/// The file with the root that our relays are told to trust.
pub fn root_file() -> PathBuf {
    AUTHORITY.root.clone()
}

/// Certificate and key of `localhost` and 127.0.0.1, with one fault.
pub fn certificate(fault: Fault) -> (rcgen::Certificate, KeyPair) {
    let names = match fault {
        Fault::WrongName => vec!["mail.elsewhere.example".to_owned()],
        Fault::None | Fault::Expired | Fault::NotYetValid | Fault::UnknownRoot => {
            vec!["localhost".to_owned(), "127.0.0.1".to_owned()]
        }
    };
    let mut params = CertificateParams::new(names).unwrap();
    let (from, until) = match fault {
        Fault::Expired => (2001, 2002),
        Fault::NotYetValid => (2090, 2091),
        Fault::None | Fault::WrongName | Fault::UnknownRoot => (2001, 2090),
    };
    (params.not_before, params.not_after) = (date_time_ymd(from, 1, 1), date_time_ymd(until, 1, 1));
    let key = KeyPair::generate().unwrap();
    let issuer = if fault == Fault::UnknownRoot { &AUTHORITY.stranger } else { &AUTHORITY.issuer };
    (params.signed_by(&key, issuer).unwrap(), key)
}

/// How such a server speaks TLS.
pub fn server(fault: Fault) -> Arc<ServerConfig> {
    let (certificate, key) = certificate(fault);
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let chain = vec![CertificateDer::from(certificate.der().to_vec())];
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap())
}
