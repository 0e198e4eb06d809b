//! The `[dkim]` section: the domain and keys with which letters are signed.

use super::Secret;
use super::file::{ConfigFile, ConfigSection};

/// One DKIM key and the domain that it signs for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DkimConfig {
    pub domain: String,
    /// Selector, under which the public key is published: `SELECTOR._domainkey.DOMAIN`.
    pub selector: String,
    /// The private key, as PEM.
    pub key: Secret,
}

/// Reads `[dkim]`; without it, nothing is signed. A second key, of the other algorithm, adds a second signature, since
/// some receivers only support RSA (RFC 8463 section 3).
pub(super) fn read(
    file: &mut ConfigFile,
    mut credential: impl FnMut(&str) -> Option<Secret>,
    sender: &str,
) -> Vec<DkimConfig> {
    let mut section = file.section("dkim");
    let is_given = section.is_given();
    let own = sender.rsplit_once('@').map_or("", |(_, domain)| domain);
    let domain = section.text("domain", own);
    let keys = [("selector", "key_file", "dkim-key"), ("second_selector", "second_key_file", "dkim-second-key")];
    let found = keys.map(|(selector, key_file, name)| {
        let selector_given = section.optional_text(selector);
        let named_file = section.optional_text(key_file);
        let key = credential(name).or_else(|| secret_file(&mut section, key_file, &named_file?));
        match (selector_given, key) {
            (Some(given), Some(key)) => Some(DkimConfig { domain: domain.clone(), selector: given, key }),
            (Some(_), None) => {
                let remedy = format!("give the credential {name}, or write {key_file}");
                section.wrong(selector, "there is no key for it", &remedy);
                None
            }
            (None, Some(_)) => {
                section.wrong(selector, "there is a key without its name in the domain", "write it, for example r2026");
                None
            }
            (None, None) => None,
        }
    });
    if is_given && found[0].is_none() && found[1].is_some() {
        section.wrong("selector", "there is a second key without a first", "name the only key the first");
    }
    found.into_iter().flatten().collect()
}

fn secret_file(section: &mut ConfigSection<'_>, key: &'static str, file: &str) -> Option<Secret> {
    let path = section.folder().unwrap_or_default().join(file);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(Secret::new(text)),
        Err(error) => {
            let rule = format!("{} cannot be read: {error}", path.display());
            section.wrong(key, &rule, "name a file that holds the private key alone, in PEM");
            None
        }
    }
}
