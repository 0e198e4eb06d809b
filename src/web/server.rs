//! The accept loop, with limits on the number of connections, the time for a request to arrive, and the age of a
//! connection.
//!
//! `axum::serve` has none of these limits, so a few hundred slow clients could block it indefinitely.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tracing::{debug, warn};

/// Maximum number of connections; further ones wait in the kernel's queue.
const MAX_CONNECTIONS: usize = 256;

/// Time limit for the arrival of a request's header, and for an idle connection.
const HEAD_WITHIN: Duration = Duration::from_secs(10);

/// Maximum age of a connection, active or not.
const CONNECTION_WITHIN: Duration = Duration::from_secs(300);

/// How long open connections may take to finish after the stop.
const GOODBYE: Duration = Duration::from_secs(5);

/// How long to wait after a failed accept (no file descriptors left).
const BREATHER: Duration = Duration::from_millis(100);

/// Answers requests until `stop`, then lets those in progress finish.
///
/// # Errors
/// Never; the return type lets it be joined with other tasks.
pub async fn serve(listener: TcpListener, pages: Router, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    let service = TowerToHyperService::new(pages);
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).max_headers(64);
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let open = GracefulShutdown::new();
    tokio::pin!(stop);
    loop {
        let stream = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let Some((stream, place)) = stream else { continue };
        let connection = open.watch(http.serve_connection(TokioIo::new(stream), service.clone()));
        tokio::spawn(async move {
            match tokio::time::timeout(CONNECTION_WITHIN, connection).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => debug!("a connection ended early: {error}"),
                Err(_) => debug!("a connection was closed for its age"),
            }
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(GOODBYE, open.shutdown()).await.is_err() {
        warn!("some connections were cut off");
    }
    Ok(())
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.expect("the semaphore is never closed");
    match listener.accept().await {
        Ok((stream, _)) => Some((stream, place)),
        Err(error) => {
            warn!("a connection was not accepted: {error}");
            tokio::time::sleep(BREATHER).await;
            None
        }
    }
}
