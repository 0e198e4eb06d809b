//! A dead man's switch: tells a monitoring service every day that all is well, so that its absence raises the alarm.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};

use crate::http::{HttpTerms, WebAddress, tell};
use crate::reach::PrivateHosts;

/// Time limit for the service, from connecting to the answer.
const WITHIN: Duration = Duration::from_secs(10);

/// Reports to `address` that all is well: one HTTPS GET, without following redirects. `extra_roots` (PEM) are trusted
/// in addition to the system's root certificates.
///
/// # Errors
/// If the service does not accept the ping, or not in time.
pub async fn all_is_well(address: &str, extra_roots: Option<&Path>, private: &PrivateHosts) -> anyhow::Result<()> {
    // The address is a kind of secret: anyone who knows it can report that all is well. No message here reveals it.
    let terms = HttpTerms { within: WITHIN, extra_roots, private };
    let told = async { Ok::<_, anyhow::Error>(tell(&parse(address)?, terms).await?) };
    told.await.context("the watching service was not told")
}

/// Checks that `address` can be pinged.
///
/// # Errors
/// What is wrong with the address.
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
