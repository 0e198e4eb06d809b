//! Where letters go: relays over SMTP, a folder of `.eml` files, or memory.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::folder::Folder;
use super::memory::Memory;
use super::smtp::{MOST_RUNS, Relay, SmtpRun};
use domain::Instant;
use domain::letters::retry::AttemptReply;
use domain::letters::route::Domains;

/// Where letters go. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Transport {
    /// Mail servers.
    Smtp(Relays),
    /// `.eml` files with names that a person can read.
    Folder(Folder),
    /// Kept for tests, with answers by script.
    Memory(Memory),
}

/// The mail servers of an office. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Relays(Arc<Vec<Route>>);

/// Letters to some domains, and the ways that they can take, first choice first.
#[derive(Debug, Clone)]
pub struct Route {
    pub domains: Domains,
    pub ways: Vec<Way>,
}

/// One way out. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Way {
    Relay(Relay),
    Folder(Folder),
    Memory(Memory),
}

/// A letter on its way out.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    pub message_id: &'a str,
    /// Word of its notice.
    pub notice: &'a str,
    /// Envelope sender, where bounces go.
    pub from: &'a str,
    pub to: &'a str,
    pub subject: &'a str,
    pub made_at: Instant,
    /// From 1.
    pub attempt: u32,
    pub bytes: &'a [u8],
}

/// One run of deliveries on one way: what it may use again from letter to letter.
#[derive(Debug)]
pub struct Run(Option<SmtpRun>);

impl Relays {
    /// `general` take all letters but those to the domains that one of `special` is for; the first of them takes
    /// them as long as it serves, then the second, and so on.
    #[must_use]
    pub fn new(general: Vec<Relay>, special: Vec<(BTreeSet<String>, Relay)>) -> Relays {
        let mut before: Vec<Relay> = Vec::new();
        let mut way = |relay: Relay| {
            let relay = before.iter().fold(relay, Relay::beside);
            before.push(relay.clone());
            Way::Relay(relay)
        };
        let others = special.iter().flat_map(|(domains, _)| domains.clone()).collect();
        let general = Route { domains: Domains::AllBut(others), ways: general.into_iter().map(&mut way).collect() };
        let special = special
            .into_iter()
            .map(|(domains, relay)| Route { domains: Domains::These(domains), ways: vec![way(relay)] });
        let mut routes = vec![general];
        routes.extend(special);
        Relays(Arc::new(routes))
    }
}

impl Transport {
    /// One mail server for everything.
    #[must_use]
    pub fn relay(relay: Relay) -> Transport {
        Transport::Smtp(Relays::new(vec![relay], Vec::new()))
    }

    /// Every route; a letter belongs to exactly one of them.
    #[must_use]
    pub fn routes(&self) -> Vec<Route> {
        let only = |way| vec![Route { domains: Domains::all(), ways: vec![way] }];
        match self {
            Transport::Smtp(relays) => relays.0.to_vec(),
            Transport::Folder(folder) => only(Way::Folder(folder.clone())),
            Transport::Memory(memory) => only(Way::Memory(memory.clone())),
        }
    }

    /// Every way, in the order of the configuration.
    #[must_use]
    pub fn ways(&self) -> Vec<Way> {
        self.routes().into_iter().flat_map(|route| route.ways).collect()
    }
}

impl Way {
    /// What attempts and the relay's circuit are filed under: `mail.example.org:587`, `folder letters`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Way::Relay(relay) => relay.to_string(),
            Way::Folder(folder) => format!("folder {}", folder.path().display()),
            Way::Memory(_) => "memory".to_owned(),
        }
    }

    /// Runs that this way can have at a time.
    #[must_use]
    pub fn most_runs(&self) -> usize {
        match self {
            Way::Relay(_) => MOST_RUNS,
            Way::Folder(_) | Way::Memory(_) => 1,
        }
    }

    /// Begins a run, as soon as the host has one to spare; nothing is opened before the first letter.
    pub async fn start(&self) -> Run {
        match self {
            Way::Relay(relay) => Run(Some(relay.start().await)),
            Way::Folder(_) | Way::Memory(_) => Run(None),
        }
    }

    /// Delivers one letter and says what came back; within [`Way::deadline`], always.
    pub async fn send(&self, run: &mut Run, letter: &Outgoing<'_>) -> AttemptReply {
        match self {
            Way::Relay(relay) => relay.send(run.0.as_mut().expect("the run of a relay"), letter).await,
            Way::Folder(folder) => folder.send(letter).await,
            Way::Memory(memory) => memory.send(letter),
        }
    }

    /// The longest that [`Way::send`] takes.
    #[must_use]
    pub fn deadline(&self) -> Duration {
        match self {
            Way::Relay(relay) => relay.deadline(),
            Way::Folder(_) | Way::Memory(_) => Duration::from_secs(10),
        }
    }

    /// Whether letters could leave now: connects, secures and logs in, or tries to write; sends nothing.
    ///
    /// # Errors
    /// What is in the way, for `ronda check`.
    pub async fn check(&self) -> anyhow::Result<()> {
        match self {
            Way::Relay(relay) => relay.check().await,
            Way::Folder(folder) => folder.check().await,
            Way::Memory(_) => Ok(()),
        }
    }
}

impl Run {
    /// Takes leave of the relay.
    pub async fn finish(self) {
        if let Some(run) = self.0 {
            run.finish().await;
        }
    }
}
