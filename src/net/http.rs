//! The one HTTP client: a single request to a configured address, and its answer, both limited in size and time.
//!
//! - The destination is checked ([`crate::reach`]): the name is resolved once, every address is checked, and the
//!   connection goes to one of those addresses only, so that DNS cannot give a different answer after the check.
//! - Redirects are not followed and count as failures. Proxies in the environment are ignored.
//! - The whole exchange has a time limit, and no more of an answer is read than the caller allows.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use reqwest::{Client, Request, RequestBuilder, Response, StatusCode, Url};

use crate::reach::{PrivateHosts, is_public};
use crate::tls;

/// A web address from the configuration: `https` or `http`, with a host and without a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAddress(Url);

/// Why a web address is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadWebAddress {
    #[error("not a web address; write one like https://tsa.example.org/path")]
    Malformed,
    #[error("a password does not belong into the address; leave out what stands before the @")]
    Password,
}

impl std::str::FromStr for WebAddress {
    type Err = BadWebAddress;

    fn from_str(text: &str) -> Result<WebAddress, BadWebAddress> {
        // The URL parser would tolerate these; in a configuration they are a mistake.
        let is_written_out = (text.starts_with("https://") || text.starts_with("http://"))
            && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        let url = Url::parse(text).ok().filter(|_| is_written_out).ok_or(BadWebAddress::Malformed)?;
        match url.username().is_empty() && url.password().is_none() {
            true => Ok(WebAddress(url)),
            false => Err(BadWebAddress::Password),
        }
    }
}

impl WebAddress {
    /// The host as shown in messages: a name, or an IP address, in brackets if it is IPv6.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().expect("an http address has a host, or does not parse")
    }

    /// Whether the connection is encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    fn port(&self) -> u16 {
        self.0.port_or_known_default().expect("http and https have a port")
    }
}

/// Limits and trust for a request.
#[derive(Debug, Clone, Copy)]
pub struct HttpTerms<'a> {
    /// Time limit for the whole exchange, from resolving the name to the last byte of the answer.
    pub within: Duration,
    /// Certificates (PEM) to trust in addition to the system's.
    pub extra_roots: Option<&'a Path>,
    pub private: &'a PrivateHosts,
}

/// A body to post, and the content types of the request and the answer.
#[derive(Debug)]
pub struct HttpPost {
    pub content_type: &'static str,
    pub accept: &'static str,
    pub body: Vec<u8>,
}

/// Why there is no answer. No message reveals more of the address than its host.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    #[error(
        "{host} leads to {address}, which is not on the internet; if that is meant, name the host in \
         network.private_hosts of ronda.toml"
    )]
    Private { host: String, address: IpAddr },
    #[error("{host} has no address; look at its spelling, and at this machine's name service")]
    NoAddress { host: String, source: Option<io::Error> },
    #[error("{host} gives no answer within {within:?}; look at it, and at the firewall between")]
    TooSlow { host: String, within: Duration },
    #[error("{host} sends us elsewhere ({status}), and we do not follow; configure the address that answers itself")]
    Redirected { host: String, status: StatusCode },
    #[error("{host} answers {status}; look at the path in its address, and at its own log")]
    Status { host: String, status: StatusCode },
    #[error("{host} answers with more than {most_bytes} bytes; it is not the service that was meant")]
    TooLarge { host: String, most_bytes: usize },
    #[error("no certificate can be checked")]
    Trust(#[source] anyhow::Error),
    #[error("{host} cannot be asked; look at its address, and at its certificate")]
    Failed { host: String, source: reqwest::Error },
}

/// Sends a GET of which only the status matters; the body of the answer is not read.
///
/// # Errors
/// [`HttpError`] if the status is not a success, or there is no answer.
pub async fn tell(address: &WebAddress, terms: HttpTerms<'_>) -> Result<(), HttpError> {
    tell_at(address, terms, system_lookup).await
}

/// Sends a POST and returns the body of the answer, at most `most_bytes` long.
///
/// # Errors
/// [`HttpError`] if the status is not a success, or there is no answer.
pub async fn post(
    address: &WebAddress,
    post: HttpPost,
    most_bytes: usize,
    terms: HttpTerms<'_>,
) -> Result<Vec<u8>, HttpError> {
    post_at(address, post, most_bytes, terms, system_lookup).await
}

async fn tell_at(
    address: &WebAddress,
    terms: HttpTerms<'_>,
    lookup: impl AsyncFn(&str, u16) -> io::Result<Vec<SocketAddr>>,
) -> Result<(), HttpError> {
    let exchange = async {
        let client = client(address, terms, lookup).await?;
        let request = client.get(address.0.clone()).header(CACHE_CONTROL, "no-store");
        send(address, &client, request).await.map(drop)
    };
    in_time(address, terms, exchange).await
}

async fn post_at(
    address: &WebAddress,
    post: HttpPost,
    most_bytes: usize,
    terms: HttpTerms<'_>,
    lookup: impl AsyncFn(&str, u16) -> io::Result<Vec<SocketAddr>>,
) -> Result<Vec<u8>, HttpError> {
    let exchange = async {
        let client = client(address, terms, lookup).await?;
        let request = client.post(address.0.clone()).header(CONTENT_TYPE, post.content_type);
        let request = request.header(ACCEPT, post.accept).body(post.body);
        let mut response = send(address, &client, request).await?;
        let mut body = Vec::new();
        while let Some(bytes) = response.chunk().await.map_err(|error| failed(address, error))? {
            if body.len() + bytes.len() > most_bytes {
                return Err(HttpError::TooLarge { host: address.host().to_owned(), most_bytes });
            }
            body.extend_from_slice(&bytes);
        }
        Ok(body)
    };
    in_time(address, terms, exchange).await
}

async fn in_time<T>(
    address: &WebAddress,
    HttpTerms { within, .. }: HttpTerms<'_>,
    exchange: impl Future<Output = Result<T, HttpError>>,
) -> Result<T, HttpError> {
    match tokio::time::timeout(within, exchange).await {
        Ok(done) => done,
        Err(_) => Err(HttpError::TooSlow { host: address.host().to_owned(), within }),
    }
}

/// A client that connects only to the checked addresses of one host.
async fn client(
    address: &WebAddress,
    terms: HttpTerms<'_>,
    lookup: impl AsyncFn(&str, u16) -> io::Result<Vec<SocketAddr>>,
) -> Result<Client, HttpError> {
    let places = checked(address, terms.private, lookup).await?;
    let tls = if address.is_https() {
        tls::client(terms.extra_roots).map_err(HttpError::Trust)?
    } else {
        tls::trusting_nobody()
    };
    let builder = Client::builder()
        .tls_backend_preconfigured(rustls::ClientConfig::clone(&tls))
        .dns_resolver(CheckedHost { host: address.host().to_owned(), places })
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .pool_max_idle_per_host(0)
        .user_agent(concat!("ronda/", env!("CARGO_PKG_VERSION")));
    builder.build().map_err(|error| failed(address, error))
}

/// Resolves a host and checks each address.
async fn checked(
    address: &WebAddress,
    private: &PrivateHosts,
    lookup: impl AsyncFn(&str, u16) -> io::Result<Vec<SocketAddr>>,
) -> Result<Vec<SocketAddr>, HttpError> {
    let host = address.host();
    let no_address = |source| HttpError::NoAddress { host: host.to_owned(), source };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let places = lookup(bare, address.port()).await.map_err(|error| no_address(Some(error)))?;
    if places.is_empty() {
        return Err(no_address(None));
    }
    // Refuse if any address is private: no legitimate name mixes public and private addresses.
    match places.iter().map(SocketAddr::ip).find(|place| !is_public(*place)) {
        Some(place) if !private.allow(host) => Err(HttpError::Private { host: host.to_owned(), address: place }),
        Some(_) | None => Ok(places),
    }
}

async fn system_lookup(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    Ok(tokio::net::lookup_host((host, port)).await?.collect())
}

/// A resolver that returns the checked addresses, and knows no other host.
#[derive(Debug)]
struct CheckedHost {
    host: String,
    places: Vec<SocketAddr>,
}

impl Resolve for CheckedHost {
    fn resolve(&self, name: Name) -> Resolving {
        let places = (name.as_str() == self.host).then(|| self.places.clone());
        Box::pin(async move {
            let places = places.ok_or_else(|| io::Error::other("this host was not checked"))?;
            Ok(Box::new(places.into_iter()) as Addrs)
        })
    }
}

async fn send(address: &WebAddress, client: &Client, request: RequestBuilder) -> Result<Response, HttpError> {
    let request: Request = request.build().map_err(|error| failed(address, error))?;
    let response = client.execute(request).await.map_err(|error| failed(address, error))?;
    let (host, status) = (address.host().to_owned(), response.status());
    match status {
        _ if status.is_success() => Ok(response),
        _ if status.is_redirection() => Err(HttpError::Redirected { host, status }),
        _ => Err(HttpError::Status { host, status }),
    }
}

fn failed(address: &WebAddress, error: reqwest::Error) -> HttpError {
    HttpError::Failed { host: address.host().to_owned(), source: error.without_url() }
}

#[cfg(test)]
mod tests;
