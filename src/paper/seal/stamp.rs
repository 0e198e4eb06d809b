//! A time-stamp authority, asked over HTTP (RFC 3161, 3.4). Every wait ends.

use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use der::asn1::{Any, OctetString};
use der::{Decode, Encode, Reader, SliceReader};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use sha2::{Digest, Sha256};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::check::{Stamped, check_token};
use super::cms;

/// The longest that one attempt may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Attempts; a report does not wait for more.
const ATTEMPTS: u32 = 2;
/// A token with its certificates has some kilobytes.
pub(super) const MOST_TOKEN_BYTES: usize = 16 * 1024;

/// A time-stamp authority that can be asked (RFC 3161).
#[derive(Debug, Clone)]
pub struct Stamper {
    wire: Wire,
    host: String,
    port: u16,
    path: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wire {
    Plain,
    Tls,
}

/// Why an address is not that of a time-stamp authority.
#[derive(Debug, thiserror::Error)]
#[error("not a web address; write https://tsa.example.org/path")]
pub struct BadAuthorityAddress;

/// Why there is no time stamp.
#[derive(Debug, thiserror::Error)]
#[error("the time-stamp authority {host} gave no time stamp")]
pub struct NoStamp {
    host: String,
    source: anyhow::Error,
}

impl std::str::FromStr for Stamper {
    type Err = BadAuthorityAddress;

    fn from_str(address: &str) -> Result<Stamper, BadAuthorityAddress> {
        let (wire, rest, port) = match (address.strip_prefix("https://"), address.strip_prefix("http://")) {
            (Some(rest), _) => (Wire::Tls, rest, 443),
            (None, Some(rest)) => (Wire::Plain, rest, 80),
            (None, None) => return Err(BadAuthorityAddress),
        };
        let (place, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        let (host, port) = match place.rsplit_once(':') {
            Some((host, digits)) => (host, digits.parse().map_err(|_| BadAuthorityAddress)?),
            None => (place, port),
        };
        let is_host = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'));
        let is_path = path.chars().all(|c| c.is_ascii_graphic());
        if !is_host || !is_path {
            return Err(BadAuthorityAddress);
        }
        Ok(Stamper { wire, host: host.to_owned(), port, path: path.to_owned() })
    }
}

impl Stamper {
    /// Bytes that a time stamp takes at most in a signature.
    #[must_use]
    pub fn stamp_bytes(&self) -> usize {
        MOST_TOKEN_BYTES
    }

    /// The authority's word that `value` existed now: a token, and what it says. `nonce` is a number that nobody
    /// can tell beforehand.
    ///
    /// # Errors
    /// [`NoStamp`] after some twenty seconds at the latest.
    pub async fn stamp(&self, value: &[u8], nonce: u64) -> Result<(Vec<u8>, Stamped), NoStamp> {
        let mut last = anyhow!("it was not asked");
        for _ in 0..ATTEMPTS {
            match tokio::time::timeout(ANSWER_WITHIN, self.ask(value, nonce)).await {
                Ok(Ok(token)) => return Ok(token),
                Ok(Err(error)) => last = error,
                Err(_) => last = anyhow!("no answer in {ANSWER_WITHIN:?}"),
            }
        }
        Err(NoStamp { host: self.host.clone(), source: last })
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
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await.context("cannot connect")?;
        let answer = match self.wire {
            Wire::Plain => self.post(TokioIo::new(stream), request.to_der()?).await?,
            Wire::Tls => {
                let name = ServerName::try_from(self.host.clone())?;
                let stream = TlsConnector::from(net::tls::client(None)?)
                    .connect(name, stream)
                    .await
                    .context("cannot speak TLS")?;
                self.post(TokioIo::new(stream), request.to_der()?).await?
            }
        };
        let token = token(&answer)?;
        ensure!(token.len() <= MOST_TOKEN_BYTES, "its token has {} bytes", token.len());
        let (stamped, echoed) = check_token(&token, value)?;
        ensure!(echoed == Some(nonce), "its token answers another request");
        Ok((token, stamped))
    }

    async fn post<S>(&self, stream: TokioIo<S>, request: Vec<u8>) -> anyhow::Result<Bytes>
    where
        TokioIo<S>: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
    {
        let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await?;
        let request = hyper::Request::post(self.path.as_str())
            .header(hyper::header::HOST, format!("{}:{}", self.host, self.port))
            .header(hyper::header::CONTENT_TYPE, "application/timestamp-query")
            .header(hyper::header::ACCEPT, "application/timestamp-reply")
            .body(Full::new(Bytes::from(request)))?;
        let exchange = async {
            let response = sender.send_request(request).await?;
            ensure!(response.status().is_success(), "it answers {}", response.status());
            let body = Limited::new(response.into_body(), 2 * MOST_TOKEN_BYTES).collect().await;
            Ok(body.map_err(|error| anyhow!("its answer cannot be read: {error}"))?.to_bytes())
        };
        tokio::pin!(exchange, connection);
        tokio::select! {
            answer = &mut exchange => answer,
            ended = &mut connection => {
                ended.context("the connection broke")?;
                exchange.await
            }
        }
    }
}

/// The token in a response that grants one (RFC 3161, 2.4.2).
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
        let stamper: Stamper = "http://127.0.0.1:3180/tsr?x=1".parse().unwrap();
        assert_eq!((stamper.host.as_str(), stamper.port, stamper.path.as_str()), ("127.0.0.1", 3180, "/tsr?x=1"));
        let stamper: Stamper = "https://tsa.example.org".parse().unwrap();
        assert_eq!((stamper.wire, stamper.port, stamper.path.as_str()), (Wire::Tls, 443, "/"));
        for bad in
            ["tsa.example.org", "http://", "http://a b/", "http://x:y/", "ftp://x/", "http://user@x/", "http://x/a b"]
        {
            assert!(bad.parse::<Stamper>().is_err(), "{bad}");
        }
    }
}
