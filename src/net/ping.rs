//! The dead man's switch: tells a watching service that a day went well, so that its silence means trouble.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::http::{HttpTerms, WebAddress, tell};
use crate::reach::PrivateHosts;

/// The longest that the service may take, from connecting to its answer.
const WITHIN: Duration = Duration::from_secs(10);

/// Says at `address` that all is well: one GET over HTTPS, to that address and no other (a redirect is no answer).
/// `extra_roots` (PEM) are trusted beside the machine's own.
///
/// # Errors
/// When the service does not take it, or not in time.
pub async fn all_is_well(address: &str, extra_roots: Option<&Path>, private: &PrivateHosts) -> anyhow::Result<()> {
    // The address is a secret of sorts: who knows it can say that all is well. No text here repeats it.
    let terms = HttpTerms { within: WITHIN, extra_roots, private };
    let told = async { Ok::<_, anyhow::Error>(tell(&parse(address)?, terms).await?) };
    told.await.context("the watching service was not told")
}

/// Whether `address` can be told anything.
///
/// # Errors
/// What is wrong with it.
pub fn check_address(address: &str) -> anyhow::Result<()> {
    parse(address).map(|_| ())
}

fn parse(address: &str) -> anyhow::Result<WebAddress> {
    let address: WebAddress = address.parse()?;
    ensure!(address.is_https(), "the address must begin with https://");
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_addresses_without_a_password_are_told() {
        assert!(check_address("https://watch.example/abc?x=1").is_ok());
        assert!(check_address("https://[::1]:8443/").is_ok());
        for bad in ["http://watch.example/", "watch.example", "https://", "https://me:secret@watch.example/", ""] {
            assert!(check_address(bad).is_err(), "{bad}");
        }
    }
}
