//! The dead man's switch: tells a watching service that a day went well, so that its silence means trouble.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use hyper::header::{CACHE_CONTROL, HOST, USER_AGENT};
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::tls;

/// The longest that the service may take, from connecting to its answer.
const WITHIN: Duration = Duration::from_secs(10);

/// Says at `address` that all is well: one GET over HTTPS, to that address and no other (a redirect is no answer).
/// `extra_roots` (PEM) are trusted beside the machine's own.
///
/// # Errors
/// When the service does not take it, or not in time.
pub async fn all_is_well(address: &str, extra_roots: Option<&Path>) -> anyhow::Result<()> {
    // The address is a secret of sorts: who knows it can say that all is well. No text here repeats it.
    match tokio::time::timeout(WITHIN, get(address, extra_roots)).await {
        Ok(done) => done.context("the watching service was not told"),
        Err(_) => bail!("the watching service was not told: no answer within {WITHIN:?}"),
    }
}

/// Whether `address` can be told anything.
///
/// # Errors
/// What is wrong with it.
pub fn check_address(address: &str) -> anyhow::Result<()> {
    parse(address).map(|_| ())
}

fn parse(address: &str) -> anyhow::Result<(Uri, String)> {
    let uri: Uri = address.parse().context("this is no address")?;
    ensure!(uri.scheme_str() == Some("https"), "the address must begin with https://");
    let authority = uri.authority().context("the address has no host")?.as_str();
    ensure!(!authority.contains('@'), "a password does not belong into the address");
    let host = uri.host().context("the address has no host")?.to_owned();
    Ok((uri, host))
}

async fn get(address: &str, extra_roots: Option<&Path>) -> anyhow::Result<()> {
    let (uri, host) = parse(address)?;
    let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let tcp = TcpStream::connect((bare.as_str(), uri.port_u16().unwrap_or(443))).await?;
    let connector = TlsConnector::from(tls::client(extra_roots)?);
    let stream = connector.connect(ServerName::try_from(bare)?, tcp).await?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let request = Request::get(path)
        .header(HOST, uri.authority().context("the address has no host")?.as_str())
        .header(USER_AGENT, concat!("ronda/", env!("CARGO_PKG_VERSION")))
        .header(CACHE_CONTROL, "no-store")
        .body(String::new())?;
    let answered = async {
        let response = sender.send_request(request).await?;
        ensure!(response.status().is_success(), "it answered {}", response.status());
        Ok(())
    };
    tokio::pin!(answered);
    tokio::select! {
        answer = &mut answered => answer,
        // The service may close with its last word: the answer is there by then, or never comes.
        _ = connection => answered.await,
    }
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
