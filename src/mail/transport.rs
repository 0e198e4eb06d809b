//! How letters leave: through SMTP relays, into a folder of `.eml` files, or into memory.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::folder::Folder;
use super::memory::Memory;
pub use super::outgoing::Outgoing;
use super::smtp::{MOST_RUNS, Relay, SmtpRun};
use domain::letters::retry::AttemptReply;
use domain::letters::route::Domains;

/// How letters leave. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Transport {
    /// Mail servers, over SMTP.
    Smtp(Relays),
    /// `.eml` files with readable names.
    Folder(Folder),
    /// Kept in memory for tests, with scripted replies.
    Memory(Memory),
}

/// The mail servers of an office. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Relays(Arc<Vec<Route>>);

/// The domains of a route, and its hops in order of preference.
#[derive(Debug, Clone)]
pub struct Route {
    pub domains: Domains,
    pub hops: Vec<NextHop>,
}

/// What accepts letters from us: a mail server, or a substitute for one. Cheap to clone.
#[derive(Debug, Clone)]
pub enum NextHop {
    Relay(Relay),
    Folder(Folder),
    Memory(Memory),
}

/// One run of deliveries to one hop, with the connection that is reused from letter to letter.
#[derive(Debug)]
pub struct Run(Option<SmtpRun>);

impl Relays {
    /// The relays in `general` accept all letters except those to domains that one of `special` is for; the first of
    /// them is used while it is available, then the second, and so on.
    #[must_use]
    pub fn new(general: Vec<Relay>, special: Vec<(BTreeSet<String>, Relay)>) -> Relays {
        let mut before: Vec<Relay> = Vec::new();
        let mut hop = |relay: Relay| {
            let relay = before.iter().fold(relay, Relay::beside);
            before.push(relay.clone());
            NextHop::Relay(relay)
        };
        let others = special.iter().flat_map(|(domains, _)| domains.clone()).collect();
        let general = Route { domains: Domains::AllBut(others), hops: general.into_iter().map(&mut hop).collect() };
        let special = special
            .into_iter()
            .map(|(domains, relay)| Route { domains: Domains::These(domains), hops: vec![hop(relay)] });
        let mut routes = vec![general];
        routes.extend(special);
        Relays(Arc::new(routes))
    }
}

impl Transport {
    /// A single mail server for all letters.
    #[must_use]
    pub fn relay(relay: Relay) -> Transport {
        Transport::Smtp(Relays::new(vec![relay], Vec::new()))
    }

    /// All routes; every letter belongs to exactly one of them.
    #[must_use]
    pub fn routes(&self) -> Vec<Route> {
        let only = |hop| vec![Route { domains: Domains::all(), hops: vec![hop] }];
        match self {
            Transport::Smtp(relays) => relays.0.to_vec(),
            Transport::Folder(folder) => only(NextHop::Folder(folder.clone())),
            Transport::Memory(memory) => only(NextHop::Memory(memory.clone())),
        }
    }

    /// All hops, in the order of the configuration.
    #[must_use]
    pub fn hops(&self) -> Vec<NextHop> {
        self.routes().into_iter().flat_map(|route| route.hops).collect()
    }
}

impl NextHop {
    /// The name under which attempts and circuits are recorded: `mail.example.org:587`, `folder letters`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            NextHop::Relay(relay) => relay.to_string(),
            NextHop::Folder(folder) => format!("folder {}", folder.path().display()),
            NextHop::Memory(_) => "memory".to_owned(),
        }
    }

    /// Maximum number of simultaneous runs of this hop.
    #[must_use]
    pub fn most_runs(&self) -> usize {
        match self {
            NextHop::Relay(_) => MOST_RUNS,
            NextHop::Folder(_) | NextHop::Memory(_) => 1,
        }
    }

    /// Begins a run as soon as the host's limit allows; nothing is opened before the first letter.
    pub async fn start(&self) -> Run {
        match self {
            NextHop::Relay(relay) => Run(Some(relay.start().await)),
            NextHop::Folder(_) | NextHop::Memory(_) => Run(None),
        }
    }

    /// Delivers one letter and returns the reply, always within [`NextHop::deadline`].
    pub async fn send(&self, run: &mut Run, letter: &Outgoing<'_>) -> AttemptReply {
        match self {
            // A conversation with a server is a large future: it shall not make those large that send letters.
            NextHop::Relay(relay) => Box::pin(relay.send(run.0.as_mut().expect("the run of a relay"), letter)).await,
            NextHop::Folder(folder) => folder.send(letter).await,
            NextHop::Memory(memory) => memory.send(letter),
        }
    }

    /// The maximum duration of [`NextHop::send`].
    #[must_use]
    pub fn deadline(&self) -> Duration {
        match self {
            NextHop::Relay(relay) => relay.deadline(),
            NextHop::Folder(_) | NextHop::Memory(_) => Duration::from_secs(10),
        }
    }

    /// Checks whether letters could be sent now: connects, secures the connection and logs in, or tries to write; sends
    /// nothing.
    ///
    /// # Errors
    /// What prevents it, for `ronda check`.
    pub async fn check(&self) -> anyhow::Result<()> {
        match self {
            NextHop::Relay(relay) => relay.check().await,
            NextHop::Folder(folder) => folder.check().await,
            NextHop::Memory(_) => Ok(()),
        }
    }
}

impl Run {
    /// Sends QUIT to the relay.
    pub async fn finish(self) {
        if let Some(run) = self.0 {
            run.finish().await;
        }
    }
}
