//! The `[mail]` section: which server takes the letters, or which folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Secret;
use super::file::{ConfigFile, ConfigSection};

/// Where letters go: into a folder, or to mail servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailConfig {
    /// `.eml` files in this folder; what a try without a mail server gets.
    Folder(PathBuf),
    /// Mail servers that take them on: that of `[mail]` first, then each `[[mail.relay]]`.
    Smtp(Vec<SmtpConfig>),
}

/// What letters are like, whichever way they go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letters {
    /// Envelope sender: where servers say that a letter did not arrive. None: the company's address.
    pub bounces: Option<String>,
    /// A report that is larger goes as a link.
    pub largest_attachment_mb: u32,
    /// Days after which the text of a letter that has left is cleared; its head and what servers said stay.
    pub keep_text_days: u32,
}

/// A mail server, and how we talk to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpConfig {
    /// The recipients' domains that it is for; none: all that no other one is for, when those before it are away.
    pub for_domains: Vec<String>,
    pub host: String,
    pub port: u16,
    pub security: SmtpSecurity,
    pub user: Option<String>,
    pub password: Option<Secret>,
    /// How long one attempt may take, from connecting to the answer to the final dot.
    pub timeout_s: u32,
    /// Certificates (PEM) to trust beside the machine's own.
    pub ca_file: Option<PathBuf>,
    /// The name that we greet with; None: this machine's.
    pub hello: Option<String>,
    pub plain_wire: CleartextMail,
}

/// Whether letters may cross a network unencrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CleartextMail {
    /// Only to this very machine.
    #[default]
    LoopbackOnly,
    /// The administrator says that the wire is private.
    VouchedFor,
}

impl std::str::FromStr for CleartextMail {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "loopback-only" => Ok(CleartextMail::LoopbackOnly),
            "private" => Ok(CleartextMail::VouchedFor),
            _ => Err("no such kind of wire"),
        }
    }
}

/// What keeps others from reading along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// TLS after `STARTTLS`; a server that does not offer it gets no letter (RFC 3207).
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// None; only for a server on this machine, or over a wire that is vouched for.
    Plain,
}

impl SmtpSecurity {
    /// The port that this kind of server usually listens on.
    #[must_use]
    pub fn usual_port(self) -> u16 {
        match self {
            SmtpSecurity::StartTls => 587,
            SmtpSecurity::Tls => 465,
            SmtpSecurity::Plain => 25,
        }
    }
}

impl std::str::FromStr for SmtpSecurity {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "starttls" => Ok(SmtpSecurity::StartTls),
            "tls" => Ok(SmtpSecurity::Tls),
            "plain" => Ok(SmtpSecurity::Plain),
            _ => Err("no such way to secure a connection"),
        }
    }
}

/// Reads what `[mail]` says of letters themselves; before [`read`], which asks what is left.
pub(super) fn letters(file: &mut ConfigFile) -> Letters {
    let mut section = file.section("mail");
    Letters {
        bounces: section.email("bounces"),
        largest_attachment_mb: section.number("largest_attachment_mb", 15, 1..=100),
        keep_text_days: section.number("keep_text_days", 400, 30..=36_500),
    }
}

/// Reads `[mail]`. Without it letters become files in the office's folder.
///
/// | in the file | what it does |
/// |---|---|
/// | `[mail]` | the mail server for all letters |
/// | `[[mail.relay]]` with `for_domains` | takes the letters to these domains |
/// | `[[mail.relay]]` without | steps in for the one of `[mail]` while that is away |
pub(super) fn read(file: &mut ConfigFile, credentials: impl FnMut(&str) -> Option<Secret>, dir: &Path) -> MailConfig {
    let mut credentials = credentials;
    let mut relays = more_relays(file, &mut credentials);
    let mut section = file.section("mail");
    let given = section.is_given();
    let host = section.optional_text("host");
    let folder = section.optional_text("folder");
    let smtp = smtp(&mut section, credentials("smtp-password"), host.clone().unwrap_or_default());
    match (host, folder) {
        (None, folder) => {
            if given && folder.is_none() {
                section.wrong("host", "the section names no mail server", "add host, or folder for .eml files");
            }
            if !relays.is_empty() {
                section.wrong("host", "there are more relays beside none", "name the usual mail server in [mail]");
            }
            MailConfig::Folder(dir.join(folder.as_deref().unwrap_or("letters")))
        }
        (Some(_), None) => {
            relays.insert(0, smtp);
            MailConfig::Smtp(relays)
        }
        (Some(_), Some(_)) => {
            section.wrong("folder", "letters go to a server or to a folder, not both", "take one of them out");
            MailConfig::Smtp(vec![smtp])
        }
    }
}

/// Each `[[mail.relay]]`; its password is the credential `smtp-password-HOST`.
fn more_relays(file: &mut ConfigFile, credentials: &mut impl FnMut(&str) -> Option<Secret>) -> Vec<SmtpConfig> {
    let (mut relays, mut taken) = (Vec::new(), BTreeSet::new());
    for name in file.sections_of("mail.relay") {
        let mut section = file.section(&name);
        let host = section.optional_text("host");
        if host.is_none() {
            section.wrong("host", "the relay names no mail server", "add host");
        }
        let host = host.unwrap_or_default();
        let for_domains = section.texts("for_domains");
        for domain in &for_domains {
            if !is_domain(domain) {
                section.wrong("for_domains", &format!("{domain:?} is no domain"), "write it as norte.example");
            } else if !taken.insert(domain.to_lowercase()) {
                section.wrong("for_domains", &format!("{domain} has a relay already"), "name a domain once");
            }
        }
        let password = credentials(&format!("smtp-password-{host}"));
        relays.push(SmtpConfig { for_domains, ..smtp(&mut section, password, host) });
    }
    relays
}

fn is_domain(text: &str) -> bool {
    let bad = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | '/' | ':' | '*');
    !text.is_empty() && !text.starts_with('.') && !text.ends_with('.') && !text.contains(bad)
}

fn smtp(section: &mut ConfigSection<'_>, credential: Option<Secret>, host: String) -> SmtpConfig {
    let beside = section.folder().unwrap_or_default();
    let security = section.parsed("security", "write starttls, tls or plain").unwrap_or(SmtpSecurity::StartTls);
    let port = section.number("port", u32::from(security.usual_port()), 1..=65535);
    let user = section.optional_text("user");
    let timeout_s = section.number("timeout_s", 60, 1..=600);
    let ca_file = section.optional_text("ca_file").map(|path| beside.join(path));
    let hello = section.optional_text("hello");
    let plain_wire = section.parsed("plain_wire", "write loopback-only or private").unwrap_or_default();
    section.forbidden(
        "password",
        "a password does not belong into this file",
        "give it as the credential smtp-password, or write password_file",
    );
    let password = credential.or(password_file(section, &beside));
    if let Some(path) = ca_file.as_ref().filter(|path| !path.is_file()) {
        section.wrong("ca_file", &format!("there is no file {}", path.display()), "name a PEM file");
    }
    match (&user, &password, security) {
        (Some(_), None, _) => {
            section.wrong(
                "user",
                "there is a user and no password",
                "give the credential smtp-password, or password_file",
            );
        }
        (Some(_), Some(_), SmtpSecurity::Plain) => {
            section.wrong("security", "a password never goes over an open line", "write starttls or tls");
        }
        (Some(_), Some(_), SmtpSecurity::StartTls | SmtpSecurity::Tls) | (None, _, _) => {}
    }
    let port = u16::try_from(port).expect("the range above is that of u16");
    let for_domains = Vec::new();
    SmtpConfig { for_domains, host, port, security, user, password, timeout_s, ca_file, hello, plain_wire }
}

fn password_file(section: &mut ConfigSection<'_>, beside: &Path) -> Option<Secret> {
    let path = beside.join(section.optional_text("password_file")?);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(Secret::new(text.trim_end_matches(['\r', '\n']))),
        Err(error) => {
            let rule = format!("{} cannot be read: {error}", path.display());
            section.wrong("password_file", &rule, "name a file that holds the password alone");
            None
        }
    }
}
