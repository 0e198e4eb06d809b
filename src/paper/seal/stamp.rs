//! Requests time stamps from an authority over HTTP (RFC 3161, 3.4), with time limits.

use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use der::asn1::{Any, OctetString};
use der::{Decode, Encode, Reader, SliceReader};
use sha2::{Digest, Sha256};

use super::check::{Stamped, check_token};
use super::cms;
use net::http::{HttpPost, HttpTerms, WebAddress, post};
use net::reach::PrivateHosts;

/// Time limit for one attempt.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Number of attempts; a report waits for no more.
const ATTEMPTS: u32 = 2;
/// Maximum size of a token; with its certificates, it takes a few kilobytes.
pub(super) const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// A time-stamp authority (RFC 3161).
#[derive(Debug, Clone)]
pub struct Stamper {
    address: WebAddress,
    private: PrivateHosts,
}

/// Why an address cannot be that of a time-stamp authority.
#[derive(Debug, thiserror::Error)]
#[error("not a web address; write https://tsa.example.org/path")]
pub struct BadAuthorityAddress;

/// Why no time stamp was obtained.
#[derive(Debug, thiserror::Error)]
#[error("the time-stamp authority {host} gave no time stamp")]
pub struct NoStamp {
    host: String,
    source: anyhow::Error,
}

impl std::str::FromStr for Stamper {
    type Err = BadAuthorityAddress;

    fn from_str(address: &str) -> Result<Stamper, BadAuthorityAddress> {
        let address = address.parse().map_err(|_| BadAuthorityAddress)?;
        Ok(Stamper { address, private: PrivateHosts::default() })
    }
}

impl Stamper {
    /// The same authority, which may be at a private address under one of these names.
    #[must_use]
    pub fn among(self, private: PrivateHosts) -> Stamper {
        Stamper { private, ..self }
    }

    /// Maximum size of a time stamp in a signature, in bytes.
    #[must_use]
    pub fn stamp_bytes(&self) -> usize {
        MAX_TOKEN_BYTES
    }

    /// Requests a time stamp, which proves that `value` exists now: a token and its contents. `nonce` must be
    /// unpredictable.
    ///
    /// # Errors
    /// [`NoStamp`] after about twenty seconds at most.
    pub async fn stamp(&self, value: &[u8], nonce: u64) -> Result<(Vec<u8>, Stamped), NoStamp> {
        let mut last = anyhow!("it was not asked");
        for _ in 0..ATTEMPTS {
            match self.ask(value, nonce).await {
                Ok(token) => return Ok(token),
                Err(error) => last = error,
            }
        }
        Err(NoStamp { host: self.address.host().to_owned(), source: last })
    }

    async fn ask(&self, value: &[u8], nonce: u64) -> anyhow::Result<(Vec<u8>, Stamped)> {
        let request = cms::StampRequest {
            version: 1,
            imprint: cms::Imprint {
                algorithm: cms::sha_256(),
                digest: OctetString::new(Sha256::digest(value).to_vec())?,
            },
            nonce,
            wants_certificate: true,
        };
        let question = HttpPost {
            content_type: "application/timestamp-query",
            accept: "application/timestamp-reply",
            body: request.to_der()?,
        };
        let terms = HttpTerms { within: ANSWER_WITHIN, extra_roots: None, private: &self.private };
        let answer = post(&self.address, question, 2 * MAX_TOKEN_BYTES, terms).await?;
        let token = token(&answer)?;
        ensure!(token.len() <= MAX_TOKEN_BYTES, "its token has {} bytes", token.len());
        let (stamped, echoed) = check_token(&token, value)?;
        ensure!(echoed == Some(nonce), "its token answers another request");
        Ok((token, stamped))
    }
}

/// Extracts the token from a response that grants one (RFC 3161, 2.4.2).
fn token(response: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut reader = SliceReader::new(response)?;
    let (status, token) = reader.sequence(|fields| {
        let status = fields.sequence(|status| {
            let number = u8::decode(status)?;
            while !status.is_finished() {
                Any::decode(status)?;
            }
            Ok::<_, der::Error>(number)
        })?;
        let token = if fields.is_finished() { None } else { Some(Any::decode(fields)?) };
        Ok::<_, der::Error>((status, token))
    })?;
    ensure!(status <= 1, "it refuses, with status {status}");
    Ok(token.context("its answer holds no token")?.to_der()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_is_named_by_a_web_address() {
        for good in ["http://127.0.0.1:3180/tsr?x=1", "https://tsa.example.org"] {
            assert!(good.parse::<Stamper>().is_ok(), "{good}");
        }
        for bad in
            ["tsa.example.org", "http://", "http://a b/", "http://x:y/", "ftp://x/", "http://user@x/", "http://x/a b"]
        {
            assert!(bad.parse::<Stamper>().is_err(), "{bad}");
        }
    }
}
