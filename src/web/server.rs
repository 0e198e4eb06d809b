//! The accept loop: bounded in connections, in the time a request may take to arrive, and in the age of each.
//!
//! `axum::serve` has none of these bounds, so that a few hundred slow clients would hold it for good.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tracing::{debug, warn};

/// Connections at a time; more wait in the kernel's queue.
const MOST_CONNECTIONS: usize = 256;

/// Time limit for the arrival of a request's head, and for an idle connection.
const HEAD_WITHIN: Duration = Duration::from_secs(10);

/// Maximum age of a connection, whatever it does.
const CONNECTION_WITHIN: Duration = Duration::from_secs(300);

/// How long open connections may take to end after the stop.
const GOODBYE: Duration = Duration::from_secs(5);

/// How long to wait after the machine refused a connection (no file descriptor left).
const BREATHER: Duration = Duration::from_millis(100);

/// Answers requests until `stop`, then lets those under way end.
///
/// # Errors
/// Never; the return type lets it be joined with other work.
pub async fn serve(listener: TcpListener, pages: Router, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    let service = TowerToHyperService::new(pages);
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).max_headers(64);
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
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
