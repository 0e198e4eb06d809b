//! The `[mail]` section: the mail servers or the folder that letters go to.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Secret;
use super::file::{ConfigFile, ConfigSection};

/// Where letters go: into a folder, or to mail servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailConfig {
    /// `.eml` files in this folder, for trying the program out without a mail server.
    Folder(PathBuf),
    /// Mail servers that accept the letters for delivery: first that of `[mail]`, then each `[[mail.relay]]`.
    Smtp(Vec<SmtpConfig>),
}

/// Settings for letters that apply to any transport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letters {
    /// Envelope sender, which receives bounces; `None` means the company's address.
    pub bounces: Option<String>,
    /// A larger report is sent as a link. In megabytes.
    pub largest_attachment_mb: u32,
    /// Days after which the text of a letter that was sent is cleared; its header and the servers' answers are kept.
    pub keep_text_days: u32,
}

/// A mail server and its connection settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpConfig {
    /// The recipient domains that it serves; if empty, those that no server names, while the servers before it are away.
    pub for_domains: Vec<String>,
    pub host: String,
    pub port: u16,
    pub security: SmtpSecurity,
    pub user: Option<String>,
    pub password: Option<Secret>,
    /// Time limit for one attempt, in seconds, from connecting to the answer to the final dot.
    pub timeout_s: u32,
    /// Certificates (PEM) to trust in addition to the system's.
    pub ca_file: Option<PathBuf>,
    /// The name in our EHLO; `None` means this machine's name.
    pub hello: Option<String>,
    pub plain_wire: CleartextMail,
}

/// Whether letters may be sent over an unencrypted network connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CleartextMail {
    /// Only to this machine.
    #[default]
    LoopbackOnly,
    /// The administrator vouches for the network.
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

/// How the connection to a mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// TLS after `STARTTLS`; a server that does not offer it is sent nothing (RFC 3207).
    StartTls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// Unencrypted; only to a server on this machine, or over a network that is vouched for.
    Plain,
}

impl SmtpSecurity {
    /// The default port for this kind of connection.
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

/// Reads the settings for letters in `[mail]`; call it before [`read`], which takes the rest.
pub(super) fn letters(file: &mut ConfigFile) -> Letters {
    let mut section = file.section("mail");
    Letters {
        bounces: section.email("bounces"),
        largest_attachment_mb: section.number("largest_attachment_mb", 15, 1..=100),
        keep_text_days: section.number("keep_text_days", 400, 30..=36_500),
    }
}

/// Reads `[mail]`. Without it, letters are written to files in the office's folder.
///
/// | in the file | effect |
/// |---|---|
/// | `[mail]` | the mail server for all letters |
/// | `[[mail.relay]]` with `for_domains` | accepts the letters to these domains |
/// | `[[mail.relay]]` without | takes over while the server of `[mail]` is unavailable |
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

/// Reads each `[[mail.relay]]`; its password is the credential `smtp-password-HOST`.
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
