//! The `[signing]` section: the certificate and key for reports, and the time-stamp authority.

use std::path::Path;

use super::Secret;
use super::file::ConfigFile;

/// What reports are signed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningConfig {
    /// The source of the certificate, for messages.
    pub place: String,
    /// Certificates and key in PEM form.
    pub pem: Secret,
    /// Address of a time-stamp authority (RFC 3161), if there is one.
    pub timestamp_authority: Option<String>,
}

/// Reads `[signing]`; a credential takes precedence over the file that the section names.
pub(super) fn read(file: &mut ConfigFile, credential: Option<Secret>, dir: &Path) -> Option<SigningConfig> {
    let beside = file.folder().unwrap_or(dir).to_owned();
    let mut section = file.section("signing");
    let authority = section.optional_text("timestamp_authority");
    let named = section.optional_text("certificate_file").map(|path| beside.join(path));
    if let Some(address) = authority.as_deref().filter(|address| !is_web_address(address)) {
        let rule = format!("{address:?} is not a web address");
        section.wrong("timestamp_authority", &rule, "write https://tsa.example.org/path");
    }
    let (place, pem) = match (credential, named) {
        (Some(pem), _) => ("credential report-signing.pem".to_owned(), pem),
        (None, Some(path)) => match std::fs::read_to_string(&path) {
            Ok(text) => (path.display().to_string(), Secret::new(text)),
            Err(error) => {
                let rule = format!("{} cannot be read: {error}", path.display());
                section.wrong("certificate_file", &rule, "name a PEM file with the certificates and the key");
                return None;
            }
        },
        (None, None) => {
            if authority.is_some() {
                let remedy = "give the credential report-signing.pem, or write certificate_file";
                section.wrong("timestamp_authority", "there is nothing to put a time stamp on", remedy);
            }
            return None;
        }
    };
    Some(SigningConfig { place, pem, timestamp_authority: authority })
}

fn is_web_address(text: &str) -> bool {
    text.starts_with("https://") || text.starts_with("http://")
}
