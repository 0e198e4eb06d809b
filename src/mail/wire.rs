//! The stream under lettre's connection, which prevents a relay from flooding us or replying ahead of time.
//!
//! lettre reads a line of any length into memory before parsing it, and keeps in its buffer whatever arrived together
//! with the reply to STARTTLS, so that plaintext injected before the handshake would be taken for a reply received
//! under TLS (CVE-2021-38371 and similar). This stream passes on at most one line at a time, so that nothing is read
//! ahead, and drops a relay that sends more than [`MAX_UNASKED`] unasked.

use std::fmt;
use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Maximum number of bytes that a relay may send between two writes of ours; a handshake with a long certificate chain
/// needs some.
const MAX_UNASKED: usize = 256 * 1024;

/// A connection to a relay, either plaintext or TLS from the first byte.
pub(super) struct Wire {
    under: Under,
    /// What was read but not passed on yet, starting at `at`.
    held: Vec<u8>,
    at: usize,
    /// Bytes read since we last wrote.
    unasked: usize,
}

enum Under {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wire")
    }
}

impl Wire {
    /// Connects in plaintext.
    pub(super) async fn plain(host: &str, port: u16) -> Result<Wire> {
        Ok(Wire::over(Under::Plain(tcp(host, port).await?)))
    }

    /// Connects and performs the TLS handshake.
    pub(super) async fn tls(host: &str, port: u16, config: Arc<ClientConfig>) -> Result<Wire> {
        let name =
            ServerName::try_from(bare(host).to_owned()).map_err(|error| Error::new(ErrorKind::InvalidInput, error))?;
        let stream = TlsConnector::from(config).connect(name, tcp(host, port).await?).await?;
        Ok(Wire::over(Under::Tls(Box::new(stream))))
    }

    fn over(under: Under) -> Wire {
        Wire { under, held: Vec::new(), at: 0, unasked: 0 }
    }

    /// Reads more; at the end of the stream, `held` stays empty.
    fn fill(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let mut space = [0; 4096];
        let mut read = ReadBuf::new(&mut space);
        ready!(match &mut self.under {
            Under::Plain(tcp) => Pin::new(tcp).poll_read(cx, &mut read),
            Under::Tls(tls) => Pin::new(tls).poll_read(cx, &mut read),
        })?;
        self.unasked += read.filled().len();
        if self.unasked > MAX_UNASKED {
            return Poll::Ready(Err(Error::new(ErrorKind::InvalidData, "the relay talks without end")));
        }
        self.held.clear();
        self.at = 0;
        self.held.extend_from_slice(read.filled());
        Poll::Ready(Ok(()))
    }
}

async fn tcp(host: &str, port: u16) -> Result<TcpStream> {
    let stream = TcpStream::connect((bare(host), port)).await?;
    // A command must not wait for the acknowledgement of the previous one.
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Removes the brackets from an IPv6 address.
pub(super) fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> Result<SocketAddr> {
        match &self.under {
            Under::Plain(tcp) => tcp.peer_addr(),
            Under::Tls(tls) => tls.get_ref().0.peer_addr(),
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, up: &mut ReadBuf<'_>) -> Poll<Result<()>> {
        let wire = &mut *self;
        if wire.at == wire.held.len() {
            ready!(wire.fill(cx))?;
        }
        let held = &wire.held[wire.at..];
        let line = held.iter().position(|byte| *byte == b'\n').map_or(held.len(), |end| end + 1);
        let handed = line.min(up.remaining());
        up.put_slice(&held[..handed]);
        wire.at += handed;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        self.unasked = 0;
        match &mut self.under {
            Under::Plain(tcp) => Pin::new(tcp).poll_write(cx, bytes),
            Under::Tls(tls) => Pin::new(tls).poll_write(cx, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        match &mut self.under {
            Under::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Under::Tls(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        match &mut self.under {
            Under::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Under::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}
