//! Composition root: builds the [`Office`], runs web and heartbeat, stops both.

pub mod check;
mod daemon;
mod service;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;

pub use daemon::{serve, serve_pages};

use crate::actions::Office;
use crate::checklists::Checklists;
use crate::clock::Clock;
use crate::config::{Choice, Config, Database, Environment, MailConfig, PlainWire, Problems, SmtpConfig, SmtpSecurity};
use crate::db::Db;
use crate::documents::Documents;
use crate::holidays::Calendars;
use crate::locales::Locales;
use crate::mail::{self, Composer, Transport};
use crate::plans::Plans;
use crate::seal::{Sealer, Signer};

/// Where the configuration comes from; kept, so that it can be read again.
#[derive(Debug, Clone, Default)]
pub struct Source {
    pub choice: Choice,
    pub environment: Environment,
}

impl Source {
    /// Reads the configuration.
    ///
    /// # Errors
    /// [`Problems`], all of them.
    pub fn read(&self) -> Result<Config, Problems> {
        Config::read(&self.choice, &self.environment)
    }
}

/// Calendars, plans or checklists that cannot be used; each line has its file.
#[derive(Debug, thiserror::Error)]
#[error("the office's files have {} {}\n  {}", .0.len(), if .0.len() == 1 { "mistake" } else { "mistakes" }, .0.join("\n  "))]
pub struct BadFiles(pub Vec<String>);

/// Opens the office: its folder, its store, its calendars, plans and checklists. Needs no daemon, and may be done
/// beside one.
///
/// # Errors
/// [`BadFiles`], or what keeps the folder or the store from being opened.
pub async fn open(config: Config, clock: Clock) -> anyhow::Result<Office> {
    let furniture = Furniture::load(&config)?;
    let db = open_store(&config).await?;
    furnish(config, clock, db, furniture)
}

/// Opens the store and brings its schema up to date.
///
/// # Errors
/// When folder or store cannot be opened.
pub async fn open_store(config: &Config) -> anyhow::Result<Db> {
    make_folder(&config.dir)?;
    Ok(match &config.database {
        Database::Sqlite(path) => Db::open_sqlite(path).await?,
        Database::Postgres(url) => Db::open_postgres(url.reveal()).await?,
    })
}

/// What is read from files.
struct Furniture {
    calendars: Calendars,
    plans: Plans,
    checklists: Checklists,
}

impl Furniture {
    fn load(config: &Config) -> Result<Furniture, BadFiles> {
        let folders = &config.folders;
        let calendars = Calendars::load(existing(&folders.calendars));
        let plans = Plans::load(existing(&folders.plans));
        let checklists = Checklists::load(existing(&folders.checklists));
        match (calendars, plans, checklists) {
            (Ok(calendars), Ok(plans), Ok(checklists)) => Ok(Furniture { calendars, plans, checklists }),
            (calendars, plans, checklists) => {
                let mistakes = [calendars.err(), plans.err(), checklists.err()];
                Err(BadFiles(mistakes.into_iter().flatten().flatten().collect()))
            }
        }
    }
}

fn existing(folder: &Path) -> Option<&Path> {
    folder.is_dir().then_some(folder)
}

fn furnish(config: Config, clock: Clock, db: Db, furniture: Furniture) -> anyhow::Result<Office> {
    Ok(Office {
        db,
        documents: Documents::folder(&config.dir.join("documents")),
        clock,
        calendars: Arc::new(furniture.calendars),
        plans: Arc::new(furniture.plans),
        checklists: Arc::new(furniture.checklists),
        composer: composer(&config),
        transport: transport(&config.mail)?,
        sealer: sealer(&config)?.map(Arc::new),
        config: Arc::new(config),
    })
}

fn composer(config: &Config) -> Composer {
    Composer {
        locales: Arc::new(Locales::load()),
        company: config.company.name.clone(),
        from: config.company.email.clone(),
        reply_to: config.company.reply_to.clone(),
    }
}

/// The way letters go, as configured.
///
/// # Errors
/// When the mail server cannot be used as it is described.
pub fn transport(mail: &MailConfig) -> anyhow::Result<Transport> {
    match mail {
        MailConfig::Folder(folder) => Ok(Transport::Folder(mail::Folder::new(folder))),
        MailConfig::Smtp(smtp) => Ok(Transport::Smtp(relay(smtp)?)),
    }
}

/// What reports are signed with, as configured.
///
/// # Errors
/// When certificate, key or address cannot be used.
pub fn sealer(config: &Config) -> anyhow::Result<Option<Sealer>> {
    let Some(signing) = &config.signing else { return Ok(None) };
    let signer = Signer::from_pem(signing.pem.reveal());
    let signer = signer.with_context(|| format!("reports cannot be signed with {}", signing.place))?;
    let stamper = signing.timestamp_authority.as_ref().map(|address| {
        address.parse().with_context(|| format!("signing.timestamp_authority {address:?} cannot be used"))
    });
    Ok(Some(Sealer { signer, stamper: stamper.transpose()? }))
}

fn relay(smtp: &SmtpConfig) -> anyhow::Result<mail::Relay> {
    let login = smtp.user.clone().zip(smtp.password.as_ref());
    mail::Relay::new(mail::RelayParts {
        host: smtp.host.clone(),
        port: smtp.port,
        security: match smtp.security {
            SmtpSecurity::StartTls => mail::Security::StartTls,
            SmtpSecurity::Tls => mail::Security::Tls,
            SmtpSecurity::Plain => mail::Security::Plain,
        },
        login: login.map(|(user, password)| mail::Login { user, password: password.reveal().to_owned() }),
        timeout_s: u64::from(smtp.timeout_s),
        hello: smtp.hello.clone(),
        extra_roots: smtp.ca_file.clone(),
        plain_wire: match smtp.plain_wire {
            PlainWire::LoopbackOnly => mail::PlainWire::LoopbackOnly,
            PlainWire::VouchedFor => mail::PlainWire::VouchedFor,
        },
    })
}

/// Makes the office's folder, readable to its owner alone: letters and reports lie in it.
fn make_folder(dir: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    if dir.is_dir() {
        return Ok(());
    }
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir);
    made.with_context(|| format!("cannot make the office's folder {}", dir.display()))
}

/// The one daemon of an office's folder; the lock goes with the process, however it ends.
#[derive(Debug)]
struct Lock(#[expect(dead_code, reason = "held, not read")] std::fs::File);

/// A daemon works in this folder already.
#[derive(Debug, thiserror::Error)]
#[error("another `ronda serve` works in {}; stop it first, or give this one its own --dir", .0.display())]
pub struct AlreadyServed(pub PathBuf);

impl Lock {
    fn take(dir: &Path) -> anyhow::Result<Lock> {
        make_folder(dir)?;
        let path = dir.join("daemon.lock");
        let file = std::fs::File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.with_context(|| format!("cannot open {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Lock(file)),
            Err(std::fs::TryLockError::WouldBlock) => Err(AlreadyServed(dir.to_owned()).into()),
            Err(std::fs::TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("cannot lock {}", path.display()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_daemon_on_the_same_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path()).unwrap();
        let refused = Lock::take(folder.path()).unwrap_err();
        assert!(refused.downcast_ref::<AlreadyServed>().is_some(), "{refused:#}");
        drop(first);
        Lock::take(folder.path()).unwrap();
    }
}
