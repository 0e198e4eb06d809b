//! Composition root: builds the [`Office`], runs web and heartbeat, stops both.

pub mod check;
mod daemon;
mod service;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;

pub use daemon::{serve, serve_pages};

use domain::reports::{Accent, Picture};
use mail::{Composer, Dkim, House, Transport};
use net::reach::PrivateHosts;
use office::clock::Clock;
use office::documents::Documents;
use office::{Office, Tools};
use paper::photos;
use paper::seal::{Sealer, Signer, Stamper};
use store::Db;
use world::checklists::Checklists;
use world::config::{
    CleartextMail, Config, ConfigLocation, Database, DkimConfig, Environment, MailConfig, Problems, SmtpConfig,
    SmtpSecurity,
};
use world::holidays::Calendars;
use world::plans::Plans;

/// Where the configuration comes from; kept, so that it can be read again.
#[derive(Debug, Clone, Default)]
pub struct Source {
    pub choice: ConfigLocation,
    pub environment: Environment,
}

impl Source {
    /// Reads and checks the whole configuration.
    ///
    /// # Errors
    /// [`Problems`], all of them.
    pub fn read(&self) -> Result<Config, Problems> {
        Config::read(&self.choice, &self.environment)
    }
}

/// Calendars, plans, checklists or letters that cannot be used; each line has its file.
#[derive(Debug, thiserror::Error)]
#[error("the office's files have {} {}\n  {}", .0.len(), if .0.len() == 1 { "mistake" } else { "mistakes" }, .0.join("\n  "))]
pub struct BadFiles(pub Vec<String>);

/// Opens the office: its folder, its store, its calendars, plans, checklists and letters. Needs no daemon, and may be done
/// beside one.
///
/// # Errors
/// [`BadFiles`], or what keeps the folder or the store from being opened.
pub async fn open(config: Config, clock: Clock) -> anyhow::Result<Office> {
    let furniture = Furniture::load(&config)?;
    let db = open_store(&config).await?;
    furnish(config, clock, db, furniture)
}

/// Opens an office that is there: a mistyped folder must not become an empty office, of which everything is well.
///
/// # Errors
/// A refusal that names the folder, or as [`open`].
pub async fn open_existing(config: Config, clock: Clock) -> anyhow::Result<Office> {
    is_there(&config)?;
    open(config, clock).await
}

/// Whether the office's data are where the configuration says.
///
/// # Errors
/// A refusal that names the folder, and what makes an office.
pub fn is_there(config: &Config) -> Result<(), office::Error> {
    let (is_there, missing) = match &config.database {
        Database::Sqlite(file) => (file.exists(), file),
        Database::Postgres(_) => (config.dir.is_dir(), &config.dir),
    };
    match is_there {
        true => Ok(()),
        false => Err(office::Error::NotFound(format!(
            "there is no office in {}: {} does not exist; give the office's folder with --dir. `ronda import`, `ronda demo` \
             and `ronda serve` make one",
            config.dir.display(),
            missing.display()
        ))),
    }
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
    logo: Option<Picture>,
    composer: Composer,
}

impl Furniture {
    fn load(config: &Config) -> Result<Furniture, BadFiles> {
        let folders = &config.folders;
        let calendars = Calendars::load_observing(existing(&folders.calendars), config.observed.clone());
        let plans = Plans::load(existing(&folders.plans));
        let checklists = Checklists::load(existing(&folders.checklists));
        match (calendars, plans, checklists, logo(config), composer(config)) {
            (Ok(calendars), Ok(plans), Ok(checklists), Ok(logo), Ok(composer)) => {
                Ok(Furniture { calendars, plans, checklists, logo, composer })
            }
            (calendars, plans, checklists, logo, composer) => {
                let mistakes = [calendars.err(), plans.err(), checklists.err(), logo.err(), composer.err()];
                Err(BadFiles(mistakes.into_iter().flatten().flatten().collect()))
            }
        }
    }
}

/// The company's logo, read and scaled; None where none is configured.
fn logo(config: &Config) -> Result<Option<Picture>, Vec<String>> {
    let Some(path) = &config.company.logo else { return Ok(None) };
    let told = |why: String| vec![format!("{}: {why}; give a PNG or JPEG file as company.logo", path.display())];
    let bytes = std::fs::read(path).map_err(|error| told(error.to_string()))?;
    photos::prepare_logo(&bytes).map(Some).map_err(|error| told(error.to_string()))
}

/// A folder that is there; one that is missing holds none of the administrator's files.
#[must_use]
pub fn existing(folder: &Path) -> Option<&Path> {
    folder.is_dir().then_some(folder)
}

fn furnish(config: Config, clock: Clock, db: Db, furniture: Furniture) -> anyhow::Result<Office> {
    Ok(Office {
        db,
        documents: Documents::folder(&config.dir.join("documents")),
        transport: transport(&config.mail)?,
        sealer: sealer(&config)?.map(Arc::new),
        tools: Tools {
            clock,
            calendars: Arc::new(furniture.calendars),
            plans: Arc::new(furniture.plans),
            checklists: Arc::new(furniture.checklists),
            logo: furniture.logo,
            composer: furniture.composer,
            config: Arc::new(config),
        },
    })
}

/// A key that signs letters, as configured.
///
/// # Errors
/// When it is no key that receivers would take.
pub fn signer(dkim: &DkimConfig) -> anyhow::Result<Dkim> {
    let signer = Dkim::new(&dkim.domain, &dkim.selector, dkim.key.reveal());
    signer.with_context(|| format!("the DKIM key {} of {}", dkim.selector, dkim.domain))
}

/// The company's letters as configured: wording, templates, logo, each tried out in every language, and the keys that
/// sign them.
///
/// # Errors
/// Every mistake in the files, each with its place.
pub fn composer(config: &Config) -> Result<Composer, Vec<String>> {
    let company = &config.company;
    let (mut dkim, mut mistakes) = (Vec::new(), Vec::new());
    for key in &config.dkim {
        match signer(key) {
            Ok(key) => dkim.push(key),
            Err(bad) => mistakes.push(format!("{bad:#}")),
        }
    }
    let house = House {
        company: company.name.clone(),
        address: company.address.clone(),
        hotline: company.hotline.clone(),
        from: company.email.clone(),
        reply_to: company.reply_to.clone(),
        bounces: config.letters.bounces.clone(),
        dkim,
        colour: company.colour.map(Accent::colour),
        logo: company.logo.clone(),
        folder: existing(&config.folders.mail).map(Path::to_owned),
    };
    match house.furnish() {
        Ok(composer) if mistakes.is_empty() => Ok(composer),
        Ok(_) => Err(mistakes),
        Err(of_files) => Err(of_files.into_iter().chain(mistakes).collect()),
    }
}

/// Where letters go, as configured.
///
/// # Errors
/// When the mail server cannot be used as it is described.
pub fn transport(mail: &MailConfig) -> anyhow::Result<Transport> {
    match mail {
        MailConfig::Folder(folder) => Ok(Transport::Folder(mail::Folder::new(folder))),
        MailConfig::Smtp(servers) => {
            let (mut general, mut special) = (Vec::new(), Vec::new());
            for server in servers {
                let relay = relay(server)?;
                if server.for_domains.is_empty() {
                    general.push(relay);
                } else {
                    special.push((mail::both_spellings(&server.for_domains), relay));
                }
            }
            Ok(Transport::Smtp(mail::Relays::new(general, special)))
        }
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
        let stamper = address.parse::<Stamper>();
        let stamper = stamper.with_context(|| format!("signing.timestamp_authority {address:?} cannot be used"))?;
        Ok::<_, anyhow::Error>(stamper.among(PrivateHosts::of(&config.private_hosts)))
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
        within: Duration::from_secs(u64::from(smtp.timeout_s)),
        hello: smtp.hello.clone(),
        extra_roots: smtp.ca_file.clone(),
        plain_wire: match smtp.plain_wire {
            CleartextMail::LoopbackOnly => mail::PlainWire::LoopbackOnly,
            CleartextMail::VouchedFor => mail::PlainWire::VouchedFor,
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
