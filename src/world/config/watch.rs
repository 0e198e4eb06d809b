//! The `[watch]` section: how the office notices that it has fallen silent.

use std::path::PathBuf;

use chrono::NaiveTime;

use super::Secret;
use super::file::ConfigFile;

/// Daily signs that the office is alive. All of them are off by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watch {
    pub canary: Option<Canary>,
    pub ping: Option<Ping>,
}

/// A daily letter to ourselves, sent by the same route as all others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    /// Local time in the company's time zone.
    pub at: NaiveTime,
    pub to: String,
}

/// A service that raises the alarm if it has not heard from us for a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ping {
    /// HTTPS address. A secret: anyone who knows it can report that all is well.
    pub address: Secret,
    /// Certificates (PEM) to trust in addition to the system's.
    pub ca_file: Option<PathBuf>,
}

/// Reads `[watch]`; the canary goes to `sender` unless another address is configured.
pub(super) fn read(file: &mut ConfigFile, credential: Option<Secret>, sender: &str) -> Watch {
    let mut section = file.section("watch");
    let has_canary = section.has("canary");
    let at = section.time_of_day("canary", NaiveTime::MIN);
    let to = section.email("canary_to").unwrap_or_else(|| sender.to_owned());
    let canary = has_canary.then_some(Canary { at, to });
    let in_file = section.optional_text("ping").map(Secret::new);
    let beside = section.folder().unwrap_or_default();
    let ca_file = section.optional_text("ping_ca_file").map(|path| beside.join(path));
    if let Some(path) = ca_file.as_ref().filter(|path| !path.is_file()) {
        section.wrong("ping_ca_file", &format!("there is no file {}", path.display()), "name a PEM file");
    }
    let ping = credential.or(in_file).map(|address| Ping { address, ca_file });
    if ping.as_ref().is_some_and(|ping| !ping.address.reveal().starts_with("https://")) {
        section.wrong("ping", "this is no address that can be told safely", "write one that begins with https://");
    }
    Watch { canary, ping }
}
