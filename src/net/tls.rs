//! Trusted certificates: the system's roots, and the administrator's own.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, ensure};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// The TLS client configuration: a server's certificate must be valid, match its name, and chain to one of the system's
/// roots or to one in `extra_roots` (PEM).
///
/// # Errors
/// If the file cannot be read or contains no certificate, or there is no root at all.
pub fn client(extra_roots: Option<&Path>) -> anyhow::Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    // A system may have roots that cannot be parsed; the others are enough.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(file) = extra_roots {
        let pem = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let certificates = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
        let certificates = certificates.with_context(|| format!("{} is not PEM", file.display()))?;
        ensure!(!certificates.is_empty(), "no certificate in {}", file.display());
        for certificate in certificates {
            roots.add(certificate).with_context(|| format!("a certificate in {} is no root", file.display()))?;
        }
    }
    ensure!(!roots.is_empty(), "this machine trusts no root certificate; install ca-certificates, or name a file");
    Ok(trusting(roots))
}

/// For connections without TLS: trusts no certificate.
pub(crate) fn trusting_nobody() -> Arc<ClientConfig> {
    trusting(RootCertStore::empty())
}

fn trusting(roots: RootCertStore) -> Arc<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider);
    let config = config.with_safe_default_protocol_versions().expect("ring speaks TLS 1.2 and 1.3");
    Arc::new(config.with_root_certificates(roots).with_no_client_auth())
}
