//! Reads the configuration ([`Config`]) from file, environment and credentials, and reports every problem at once.
//!
//! | setting | sources, in order of precedence |
//! |---|---|
//! | office's folder | `--dir`, `RONDA_DIR`, `STATE_DIRECTORY`, `./ronda-office` |
//! | file | `--config`, `$CONFIGURATION_DIRECTORY/ronda.toml`, `ronda.toml` in the office's folder, none |
//! | `database` | `RONDA_DATABASE`, credential `database-url`, file, SQLite in the office's folder |
//! | `web.listen` | `RONDA_LISTEN`, file, `127.0.0.1:8480` |
//! | address of the watching service | credential `ping-address`, `watch.ping` |
//! | DKIM keys | credentials `dkim-key` and `dkim-second-key`, `dkim.key_file` and `dkim.second_key_file` |
//! | certificate and key for reports | credential `report-signing.pem`, `signing.certificate_file`, none |
//! | mail password | credential `smtp-password` (`smtp-password-HOST` of each `[[mail.relay]]`), `password_file` |
//!
//! Without a file, everything has a default, so that trying the program out needs no configuration.

mod calendars;
mod dkim;
mod file;
mod mail;
mod network;
mod problem;
mod signing;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

pub use self::mail::{CleartextMail, Letters, MailConfig, SmtpConfig, SmtpSecurity};
pub use dkim::DkimConfig;
pub use problem::{Problem, Problems};
pub use signing::SigningConfig;
pub use watch::{Canary, Ping, Watch};

use domain::calendar::Observed;
use domain::language::Language;
use domain::letters::hours::TellBetween;
use domain::reports::{Accent, PaperChoice};
use domain::time::Zone;
use file::ConfigFile;

/// The configuration of one office.
#[derive(Debug, Clone)]
pub struct Config {
    /// The office's folder: store, documents, outgoing mail.
    pub dir: PathBuf,
    /// The file that was read, if there was one.
    pub file: Option<PathBuf>,
    pub company: Company,
    pub planning: Planning,
    pub records: Records,
    pub database: Database,
    pub mail: MailConfig,
    /// DKIM keys; every letter is signed with each.
    pub dkim: Vec<DkimConfig>,
    /// Daily signs that the office is alive.
    pub watch: Watch,
    pub letters: Letters,
    pub web: Web,
    /// Which kinds of a country's holidays are observed.
    pub observed: Observed,
    /// Certificate and key for signing reports; `None` if they are not signed.
    pub signing: Option<SigningConfig>,
    /// Hosts with public names that HTTP requests may reach at private addresses.
    pub private_hosts: Vec<String>,
    pub folders: Folders,
}

/// The company that letters and reports come from.
#[derive(Debug, Clone)]
pub struct Company {
    pub name: String,
    pub address: String,
    pub phone: Option<String>,
    /// Sender of letters.
    pub email: String,
    pub reply_to: Option<String>,
    pub language: Language,
    pub time_zone: Zone,
    /// Code of the calendar of the company's own working days.
    pub calendar: String,
    /// The number that customers call when equipment has failed (P19).
    pub hotline: Option<String>,
    /// Calendar days within which every customer must be told of a changed number (P19).
    pub hotline_within_days: u32,
    /// When people are written to, each on their own clock.
    pub tell_between: TellBetween,
    /// A PNG or JPEG file, shown at the top of reports and letters.
    pub logo: Option<PathBuf>,
    /// Colour of headings and rules in reports and letters.
    pub colour: Option<Accent>,
    pub paper: PaperChoice,
    /// Printed at the foot of a report's first page.
    pub legal_lines: Vec<String>,
}

/// Parameters of the planner.
#[derive(Debug, Clone)]
pub struct Planning {
    /// Number of months ahead for which visits are planned.
    pub horizon_months: u32,
    /// Minutes an engineer can spend on visits in a day.
    pub day_minutes: u32,
    /// Local time at the site at which the first visit of a day starts.
    pub day_starts: chrono::NaiveTime,
    /// Calendar days before the end of a warranty or contract at which people are notified (P15).
    pub phase_notice_days: u32,
}

/// How records are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Records {
    /// Hours for which a report waits for the customer's engineer to sign by a link (P03).
    pub countersign_within_hours: u32,
}

/// The database that holds the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// An SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL URL, including the password.
    Postgres(Secret),
}

/// The addresses of the office's pages, and of those for people outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Web {
    /// The daemon's address. Pages with letters and reports are served only on a loopback address.
    pub listen: SocketAddr,
    /// Pages for people outside, if there are any.
    pub public: Option<PublicWeb>,
}

/// The pages that links in letters and on reports open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicWeb {
    /// The daemon's address for them, behind a proxy that terminates TLS.
    pub listen: SocketAddr,
    /// Base of the links, without a trailing slash: `https://service.example.org`.
    pub url: String,
}

/// Folders with the administrator's own files, which supplement the built-in ones; a missing folder counts as empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folders {
    pub calendars: PathBuf,
    pub plans: PathBuf,
    pub checklists: PathBuf,
    /// Templates and wording of letters.
    pub mail: PathBuf,
}

/// A text that is never displayed, neither by `Debug` nor in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text so that `Debug` does not show it.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text itself, for the one place that needs it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[not shown]")
    }
}

/// The environment variables that the configuration uses, read once.
#[derive(Debug, Clone, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The environment of this process; variables that are not UTF-8 are ignored.
    #[must_use]
    pub fn of_process() -> Environment {
        let pairs = std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
        Environment(pairs.collect())
    }

    /// An environment with exactly these variables.
    #[must_use]
    pub fn of(pairs: &[(&str, &str)]) -> Environment {
        Environment(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    /// The value of a variable, unless it is unset or empty.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The contents of systemd's `LoadCredential=` file `name`, without the trailing line break.
    ///
    /// File modes are not checked: systemd 252 and 257 set different ones.
    fn credential(&self, name: &str, problems: &mut Problems) -> Option<Secret> {
        let path = Path::new(self.get("CREDENTIALS_DIRECTORY")?).join(name);
        match std::fs::read_to_string(&path) {
            Ok(text) => Some(text.trim_end_matches(['\r', '\n'])).filter(|text| !text.is_empty()).map(Secret::new),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => {
                problems.add(Problem::of_file(&path, format!("cannot be read: {error}")));
                None
            }
        }
    }
}

/// The location of the configuration, as given on the command line.
#[derive(Debug, Clone, Default)]
pub struct ConfigLocation {
    /// `--dir`
    pub dir: Option<PathBuf>,
    /// `--config`
    pub file: Option<PathBuf>,
}

impl Config {
    /// Reads the configuration from file, environment and credentials.
    ///
    /// # Errors
    /// [`Problems`]: everything that is wrong, each with file, line, key, value, rule and remedy.
    pub fn read(choice: &ConfigLocation, environment: &Environment) -> Result<Config, Problems> {
        match Config::read_through(choice, environment) {
            (Some(config), problems) => problems.into_result(config),
            (None, problems) => Err(problems),
        }
    }

    /// Returns all problems, and a configuration in which defaults replace the invalid values: for inspection only,
    /// never to run with. `None` if there is no file to read.
    #[must_use]
    pub fn read_through(choice: &ConfigLocation, environment: &Environment) -> (Option<Config>, Problems) {
        let dir = office_folder(choice, environment);
        let mut problems = Problems::default();
        let Some(mut file) = find_file(choice, environment, &dir, &mut problems) else { return (None, problems) };
        let config = take_apart(&mut file, dir, environment, &mut problems);
        problems.extend(file.finish());
        (Some(config), problems)
    }

    /// Every key that a file may contain, with its section: `mail.port`, and `mail.relay.port` for `[[mail.relay]]`.
    /// Countries in `[calendars]` are not included.
    #[must_use]
    pub fn keys() -> BTreeSet<String> {
        let mut file = ConfigFile::parse(PathBuf::from("ronda.toml"), "[[mail.relay]]\nhost = \"relay.example.org\"\n");
        take_apart(&mut file, PathBuf::new(), &Environment::default(), &mut Problems::default());
        file.known()
    }
}

/// Takes every known key out of the file; whatever remains is unknown.
fn take_apart(file: &mut ConfigFile, dir: PathBuf, environment: &Environment, problems: &mut Problems) -> Config {
    let company = company(file, &dir);
    Config {
        letters: mail::letters(file),
        planning: planning(file),
        records: records(file),
        database: database(file, environment, &dir, problems),
        mail: mail::read(file, |name| environment.credential(name, problems), &dir),
        dkim: dkim::read(file, |name| environment.credential(name, problems), &company.email),
        watch: watch::read(file, environment.credential("ping-address", problems), &company.email),
        web: web(file, environment, problems),
        observed: calendars::read(file),
        signing: signing::read(file, environment.credential("report-signing.pem", problems), &dir),
        private_hosts: network::private_hosts(file),
        folders: folders(file, &dir),
        file: file.path().map(Path::to_owned),
        company,
        dir,
    }
}

/// The office's folder, unless one is given.
pub const DEFAULT_DIR: &str = "ronda-office";

/// The office's folder. systemd may pass several state directories; ours is the first.
fn office_folder(choice: &ConfigLocation, environment: &Environment) -> PathBuf {
    let state = || environment.get("STATE_DIRECTORY").and_then(|all| all.split(':').next()).map(PathBuf::from);
    choice
        .dir
        .clone()
        .or_else(|| environment.get("RONDA_DIR").map(PathBuf::from))
        .or_else(state)
        .unwrap_or_else(|| PathBuf::from(DEFAULT_DIR))
}

/// Opens the file with the highest precedence. One that was asked for explicitly must exist; the others need not.
fn find_file(
    choice: &ConfigLocation,
    environment: &Environment,
    dir: &Path,
    problems: &mut Problems,
) -> Option<ConfigFile> {
    let configured = environment.get("CONFIGURATION_DIRECTORY").and_then(|all| all.split(':').next());
    let optional = configured.map(|folder| Path::new(folder).join("ronda.toml")).into_iter();
    let candidates = match &choice.file {
        Some(path) => vec![path.clone()],
        None => optional.chain([dir.join("ronda.toml")]).collect(),
    };
    for path in candidates {
        match std::fs::read_to_string(&path) {
            Ok(text) => return Some(ConfigFile::parse(path, &text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && choice.file.is_none() => {}
            Err(error) => {
                problems.add(Problem::of_file(&path, format!("cannot be read: {error}")));
                return None;
            }
        }
    }
    Some(ConfigFile::none())
}

/// Maximum number of legal lines for which the page footer has room.
const MAX_LEGAL_LINES: usize = 4;

fn company(file: &mut ConfigFile, dir: &Path) -> Company {
    // Like the administrator's other files, a relative logo path starts at the configuration file's folder.
    let beside = file.folder().unwrap_or(dir).to_owned();
    let mut section = file.section("company");
    Company {
        name: section.text("name", "Service office"),
        address: section.lines("address").join("\n"),
        phone: section.optional_text("phone"),
        email: section.email("email").unwrap_or_else(|| "ronda@localhost".to_owned()),
        reply_to: section.email("reply_to"),
        language: section.parsed("language", "").unwrap_or_default(),
        time_zone: section.zone("time_zone", "Etc/UTC"),
        calendar: section.text("calendar", "ES"),
        hotline: section.optional_text("hotline"),
        hotline_within_days: section.number("hotline_within_days", 3, 0..=90),
        tell_between: section.parsed("tell_between", "write \"07:00–19:00\"").unwrap_or_default(),
        logo: section.optional_text("logo").map(|file| beside.join(file)),
        colour: section.parsed("colour", "write a dark one, for example \"#124a63\""),
        paper: section.parsed("paper", "").unwrap_or_default(),
        legal_lines: legal_lines(&mut section),
    }
}

fn legal_lines(section: &mut file::ConfigSection<'_>) -> Vec<String> {
    let lines = section.lines("legal_lines");
    if lines.len() > MAX_LEGAL_LINES {
        let rule = format!("{} lines, and the foot of a page has room for {MAX_LEGAL_LINES}", lines.len());
        section.wrong("legal_lines", &rule, "put some together");
    }
    lines
}

fn planning(file: &mut ConfigFile) -> Planning {
    let mut section = file.section("planning");
    Planning {
        horizon_months: section.number("horizon_months", 13, 1..=60),
        day_minutes: section.number("day_minutes", 480, 30..=1440),
        day_starts: section.time_of_day("day_starts", chrono::NaiveTime::from_hms_opt(9, 0, 0).expect("9:00 exists")),
        phase_notice_days: section.number("phase_notice_days", 60, 1..=366),
    }
}

fn records(file: &mut ConfigFile) -> Records {
    let mut section = file.section("records");
    Records { countersign_within_hours: section.number("countersign_within_hours", 24, 0..=240) }
}

fn database(file: &mut ConfigFile, environment: &Environment, dir: &Path, problems: &mut Problems) -> Database {
    let credential = environment.credential("database-url", problems);
    let in_file = file.top().raw_text("database");
    let (place, given) = match (environment.get("RONDA_DATABASE"), credential, in_file) {
        (Some(value), ..) => ("RONDA_DATABASE".to_owned(), value.to_owned()),
        (None, Some(secret), _) => ("credential database-url".to_owned(), secret.reveal().to_owned()),
        (None, None, Some((place, value))) => (place, value),
        (None, None, None) => return Database::Sqlite(dir.join("office.sqlite")),
    };
    if given.starts_with("postgres://") || given.starts_with("postgresql://") {
        return Database::Postgres(Secret::new(given));
    }
    if let Some((scheme, _)) = given.split_once(':').filter(|(scheme, _)| scheme.len() > 1) {
        problems.add(Problem {
            place,
            key: "database".to_owned(),
            value: Some(format!("{scheme}:…")),
            rule: format!("{scheme} is not an engine of Ronda"),
            remedy: "write postgres://user@host/name, or the path of an SQLite file".to_owned(),
        });
    }
    Database::Sqlite(dir.join(given))
}

fn web(file: &mut ConfigFile, environment: &Environment, problems: &mut Problems) -> Web {
    const REMEDY: &str = "write an address and a port, for example 127.0.0.1:8480";
    let default = SocketAddr::from(([127, 0, 0, 1], 8480));
    let in_file = file.section("web").parsed("listen", REMEDY);
    let public = public_web(file);
    let listen = match environment.get("RONDA_LISTEN") {
        None => in_file.unwrap_or(default),
        Some(value) => value.parse().unwrap_or_else(|error: std::net::AddrParseError| {
            problems.add(Problem {
                place: "environment".to_owned(),
                key: "RONDA_LISTEN".to_owned(),
                value: Some(value.to_owned()),
                rule: error.to_string(),
                remedy: REMEDY.to_owned(),
            });
            default
        }),
    };
    Web { listen, public }
}

/// `public_url` and `public_listen` must be given together: otherwise, every letter would contain an address that
/// nobody serves.
fn public_web(file: &mut ConfigFile) -> Option<PublicWeb> {
    const REMEDY: &str = "write an address and a port, for example 127.0.0.1:8481";
    let mut section = file.section("web");
    let url = section.web_address("public_url");
    let listen = section.parsed("public_listen", REMEDY);
    match (url, listen) {
        (Some(url), Some(listen)) => Some(PublicWeb { listen, url }),
        (Some(_), None) => {
            section.wrong("public_listen", "public_url is given, but nothing would listen there", REMEDY);
            None
        }
        (None, Some(_)) => {
            let remedy = "write the address that links begin with, for example https://service.example.org";
            section.wrong("public_url", "public_listen is given, but no link would lead there", remedy);
            None
        }
        (None, None) => None,
    }
}

/// The administrator's own files are next to the configuration file or, without one, in the office's folder.
fn folders(file: &mut ConfigFile, dir: &Path) -> Folders {
    let beside = file.folder().unwrap_or(dir).to_owned();
    let mut section = file.section("folders");
    let mut folder = |key| beside.join(section.text(key, key));
    Folders {
        calendars: folder("calendars"),
        plans: folder("plans"),
        checklists: folder("checklists"),
        mail: folder("mail"),
    }
}

#[cfg(test)]
mod tests;
