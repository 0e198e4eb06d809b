//! `ronda serve`: runs the web server and the heartbeat side by side until a signal stops both.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tracing::{error, info, warn};

use super::{Furniture, Lock, Source, furnish, open, service};
use domain::Instant;
use domain::letters::circuit::Circuit;
use domain::letters::stored::RelayState;
use domain::wording::counted;
use office::Office;
use office::clock::Clock;
use office::heartbeat::pulse::{Pulse, PulseState};
use office::heartbeat::{Heartbeat, Lane, Stop};
use world::config::Config;

/// Time limit for the store's answer to the watchdog.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// How long the step in progress may take after the stop; systemd kills the process a little later.
const STOP_WITHIN: Duration = Duration::from_secs(25);

/// Runs the daemon until SIGTERM or SIGINT; SIGHUP reloads the configuration.
///
/// # Errors
/// Whatever keeps it from starting, or makes it stop.
pub async fn serve(source: &Source, clock: Clock) -> anyhow::Result<()> {
    let config = source.read()?;
    let _lock = Lock::take(&config.dir)?;
    let doors = Doors::open(&config).await?;
    let at = doors.office.local_addr()?;
    let (office_is, office) = watch::channel(open(config, clock).await?);
    let (stop_is, stop) = watch::channel(Stop::No);
    let heartbeat = Heartbeat::new(office.clone(), stop.clone()).await?;
    let (pulse, bell) = (heartbeat.pulse(), heartbeat.bell());
    let status = tokio::spawn(tell_status(office.clone(), pulse.clone()));
    let watchdog = tokio::spawn(feed_watchdog(office.clone(), pulse.clone()));
    let desk = web::Desk::new(office.clone(), pulse.clone(), at);
    let mut web = tokio::spawn(doors.serve(desk, stop));
    let mut beats = tokio::spawn(heartbeat.run());
    let mut signals = Signals::new()?;
    info!(%at, dir = %office.borrow().config.dir.display(), "the office is open");
    service::ready();
    let ended = loop {
        tokio::select! {
            called = signals.next() => match called {
                Called::Stop => break Ok(()),
                Called::Reload => {
                    reload(source, &office_is);
                    bell.ring_all();
                }
            },
            ended = &mut web => break Err(anyhow::anyhow!("the web server ended: {ended:?}")),
            ended = &mut beats => break Err(anyhow::anyhow!("the heartbeat ended: {ended:?}")),
        }
    };
    service::stopping();
    info!("finishing the step at hand");
    stop_is.send_replace(Stop::Now);
    let finished = tokio::time::timeout(STOP_WITHIN, async { (finish(beats).await, finish(web).await) }).await;
    status.abort();
    watchdog.abort();
    let db = office.borrow().db.clone();
    match finished {
        Ok(_) => db.close().await,
        Err(_) => warn!("the step at hand is not finished; the next start takes it up again"),
    }
    info!("the office is closed");
    ended
}

/// Serves an office's pages without doing any of its work, until SIGTERM or SIGINT; `opened` is called with the
/// address.
///
/// # Errors
/// Whatever keeps it from starting.
pub async fn serve_pages(source: &Source, clock: Clock, opened: impl FnOnce(SocketAddr)) -> anyhow::Result<()> {
    let config = source.read()?;
    let doors = Doors::open(&config).await?;
    let at = doors.office.local_addr()?;
    let pulse = Pulse::new(&clock);
    let (_office_is, office) = watch::channel(open(config, clock).await?);
    let mut signals = Signals::new()?;
    opened(at);
    let (stop_is, stop) = watch::channel(Stop::No);
    tokio::spawn(async move {
        while matches!(signals.next().await, Called::Reload) {}
        stop_is.send_replace(Stop::Now);
    });
    doors.serve(web::Desk::new(office, pulse, at), stop).await
}

/// The listeners: one for the office's own pages and, if configured, one for people outside.
struct Doors {
    office: TcpListener,
    public: Option<TcpListener>,
}

impl Doors {
    async fn open(config: &Config) -> anyhow::Result<Doors> {
        let public = match &config.web.public {
            Some(public) => Some(bind(public.listen).await?),
            None => None,
        };
        Ok(Doors { office: bind(config.web.listen).await?, public })
    }

    /// Serves on both until `stop`.
    async fn serve(self, desk: web::Desk, stop: watch::Receiver<Stop>) -> anyhow::Result<()> {
        let office = web::serve(self.office, web::routes(desk.clone()), stopped(stop.clone()));
        let Some(public) = self.public else { return office.await };
        tokio::try_join!(office, web::serve(public, web::public_routes(desk), stopped(stop))).map(|_| ())
    }
}

async fn bind(listen: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))
}

async fn stopped(mut stop: watch::Receiver<Stop>) {
    // An error means that the sender is gone, and so is the daemon; treat it as a stop.
    let _ = stop.wait_for(|stop| *stop == Stop::Now).await;
}

/// Waits for a task that may already have finished.
async fn finish(task: tokio::task::JoinHandle<anyhow::Result<()>>) {
    if task.is_finished() {
        return;
    }
    match task.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => error!("{error:#}"),
        Err(error) => error!("{error}"),
    }
}

/// Switches to a changed configuration if it is entirely valid; otherwise logs why not and keeps the old one.
fn reload(source: &Source, office: &watch::Sender<Office>) {
    service::reloading();
    // Clone, so that the watch is not borrowed while its value is being replaced.
    let now = office.borrow().clone();
    match renewed(source, &now) {
        Ok(renewed) => {
            office.send_replace(renewed);
            info!("the configuration was read again");
        }
        Err(why) => error!("the configuration is not taken over, the old one stays: {why:#}"),
    }
    service::ready();
}

fn renewed(source: &Source, now: &Office) -> anyhow::Result<Office> {
    let config = source.read()?;
    needs_no_restart(&now.config, &config)?;
    let furniture = Furniture::load(&config)?;
    furnish(config, now.clock.clone(), now.db.clone(), furniture)
}

/// The folder, the store and the addresses stay open, so changing them takes a restart.
fn needs_no_restart(old: &Config, new: &Config) -> anyhow::Result<()> {
    ensure!(old.dir == new.dir, "the office's folder changed; restart the daemon for that");
    ensure!(old.web == new.web, "web.listen, public_listen or public_url changed; restart the daemon for that");
    if old.database != new.database {
        bail!("database changed; restart the daemon for that");
    }
    Ok(())
}

/// Feeds the watchdog as long as the clocks lane beats and the store answers.
async fn feed_watchdog(office: watch::Receiver<Office>, pulse: Pulse) {
    let Some(every) = service::watchdog_every() else { return };
    let mut tick = tokio::time::interval(every);
    loop {
        tick.tick().await;
        let (db, clock) = (office.borrow().db.aside(), office.borrow().clock.clone());
        if !pulse.state().beats(Lane::Clocks, &clock) {
            error!("the clocks do not beat, the watchdog goes hungry");
            continue;
        }
        match tokio::time::timeout(ANSWER_WITHIN.min(every), store::health::answers(&db)).await {
            Ok(Ok(())) => service::feed_watchdog(),
            Ok(Err(error)) => {
                error!("the store does not answer, the watchdog goes hungry: {:#}", anyhow::Error::from(error))
            }
            Err(_) => error!("the store takes too long, the watchdog goes hungry"),
        }
    }
}

/// Beats of several lanes within this period cause a single status update.
const BEATS_TOGETHER: Duration = Duration::from_secs(1);

/// After each beat, updates the text that `systemctl status` shows; without systemd, does not even compute it.
async fn tell_status(office: watch::Receiver<Office>, pulse: Pulse) {
    if !service::is_present() {
        return;
    }
    let mut beaten = pulse.changes();
    while beaten.changed().await.is_ok() {
        tokio::time::sleep(BEATS_TOGETHER).await;
        beaten.mark_unchanged();
        service::status(&status(&office, &pulse.state()).await);
    }
}

/// The state of the office in one line.
async fn status(office: &watch::Receiver<Office>, pulse: &PulseState) -> String {
    let (db, clock) = (office.borrow().db.aside(), office.borrow().clock.clone());
    let last = pulse.lanes().iter().filter_map(|lane| lane.last).max();
    let last = last.map_or_else(|| "none yet".to_owned(), |last| last.format("%Y-%m-%d %H:%M:%SZ").to_string());
    let troubled = pulse.troubled().collect::<Vec<_>>().join(", ");
    let outbox = match tokio::time::timeout(ANSWER_WITHIN, store::health::outbox(&db)).await {
        Ok(Ok(outbox)) => format!("{} waiting, {} undelivered", counted(outbox.waiting, "letter"), outbox.undelivered),
        Ok(Err(_)) | Err(_) => "the store does not answer".to_owned(),
    };
    let relays = match tokio::time::timeout(ANSWER_WITHIN, store::letters::relay::troubled(&db)).await {
        Ok(Ok(relays)) => relays_away(&relays),
        Ok(Err(_)) | Err(_) => String::new(),
    };
    let trouble = if troubled.is_empty() { String::new() } else { format!("; failed: {troubled}") };
    let silent = silent_lanes(&pulse.silent(&clock));
    format!("last beat {last}; {outbox}{relays}{silent}{trouble}")
}

/// "; night silent since 03-02 02:00Z" for each lane that has not beaten within its bound.
fn silent_lanes(lanes: &[(Lane, Instant)]) -> String {
    let told =
        lanes.iter().map(|(lane, since)| format!("; {} silent since {}", lane.word(), since.format("%m-%d %H:%MZ")));
    told.collect()
}

/// "; mail.example.org:587 away since 09:12Z, tried again at 09:27Z" for each relay whose circuit is open.
fn relays_away(relays: &[RelayState]) -> String {
    let told = relays.iter().map(|RelayState { relay, circuit }| match circuit {
        Circuit::Closed { .. } => String::new(),
        Circuit::Open { since, probe_at, .. } => {
            let (since, probe_at) = (since.format("%m-%d %H:%MZ"), probe_at.format("%H:%MZ"));
            format!("; {relay} away since {since}, tried again at {probe_at}")
        }
    });
    told.collect()
}

/// The signals that the daemon handles.
enum Called {
    Stop,
    Reload,
}

struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    fn new() -> anyhow::Result<Signals> {
        Ok(Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Called {
        tokio::select! {
            _ = self.terminate.recv() => Called::Stop,
            _ = self.interrupt.recv() => Called::Stop,
            _ = self.hang_up.recv() => Called::Reload,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_names_each_relay_that_is_away_since_when_and_until_when() {
        let at = |text: &str| text.parse().unwrap();
        let open = Circuit::Open {
            failures: 4,
            since: at("2026-03-02T09:12:00Z"),
            probe_at: at("2026-03-02T09:27:00Z"),
            said: "connection refused".to_owned(),
        };
        let relay = |relay: &str, circuit| RelayState { relay: relay.to_owned(), circuit };
        let relays = [relay("a:587", open), relay("b:25", Circuit::Closed { failures: 1 })];
        assert_eq!(relays_away(&relays), "; a:587 away since 03-02 09:12Z, tried again at 09:27Z");
        assert_eq!(relays_away(&[]), "");
    }

    #[test]
    fn the_status_names_each_lane_that_does_not_beat_and_since_when() {
        let since = "2026-03-02T02:00:00Z".parse().unwrap();
        assert_eq!(silent_lanes(&[(Lane::Night, since)]), "; night silent since 03-02 02:00Z");
        assert_eq!(silent_lanes(&[]), "");
    }
}
