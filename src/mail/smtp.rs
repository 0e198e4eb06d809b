//! SMTP using lettre's connection, without its pool.
//!
//! A connection belongs to one run, is reused as long as every reply is the expected one, and is dropped on anything
//! else; a host never has more than [`MOST_RUNS`] of them. Each attempt has a single deadline. Every reply is compared
//! with the exact code that its command expects, so that a server which replies late by one command is never believed.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Quit, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use rustls::ClientConfig;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::address::{one_line, wire_address};
use super::outgoing::Outgoing;
use super::wire::{Wire, bare};
use domain::letters::retry::{AttemptReply, DialogueStage};
use net::tls;

/// How the connection to a relay is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// STARTTLS after a plaintext greeting (port 587); a relay that does not offer it is not used.
    StartTls,
    /// TLS from the first byte (port 465).
    Tls,
    /// No encryption: only for a relay on this machine, or on a network that the administrator vouches for.
    Plain,
}

/// Maximum number of simultaneous runs, and thus connections, per host.
pub const MOST_RUNS: usize = 2;

/// A mail server that accepts our letters. Cheap to clone; clones share the limit on runs.
#[derive(Clone)]
pub struct Relay {
    parts: Arc<RelayParts>,
    /// Limits the runs of all relays on the same host.
    runs: Arc<Semaphore>,
    /// Loaded from the system once, when first needed.
    trust: Arc<OnceCell<Trust>>,
}

/// The certificates that are trusted for a relay; the second form is lettre's, needed for STARTTLS.
struct Trust {
    tls: Arc<ClientConfig>,
    starttls: TlsParameters,
}

/// Parameters of a relay.
#[derive(Clone, PartialEq, Eq)]
pub struct RelayParts {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub login: Option<Login>,
    /// Time limit for one attempt, from connecting to the last reply.
    pub within: Duration,
    /// The name in our EHLO; `None` means this machine's name.
    pub hello: Option<String>,
    /// A PEM file of root certificates to trust in addition to the system's, for a private relay.
    pub extra_roots: Option<PathBuf>,
    /// Whether an unencrypted connection to another machine is allowed.
    pub plain_wire: PlainWire,
}

/// Whether letters, and the password, may be sent over an unencrypted network connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PlainWire {
    /// Only to this machine.
    #[default]
    LoopbackOnly,
    /// The administrator vouches for the network in the configuration.
    VouchedFor,
}

/// User and password for a relay. The password never appears in any output.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    pub user: String,
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Login {{ user: {:?}, password: … }}", self.user)
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Relay({self}, {:?}, {:?})", self.parts.security, self.parts.login)
    }
}

impl fmt::Display for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.parts.host, self.parts.port)
    }
}

/// An open connection on which every reply so far was the expected one.
struct Connection {
    smtp: AsyncSmtpConnection,
}

/// The connection reused from letter to letter, and the permit that counts as one of the host's runs.
#[derive(Debug)]
pub(super) struct SmtpRun {
    connection: Option<Connection>,
    _place: OwnedSemaphorePermit,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}

/// How long to wait for a relay's reply to QUIT.
const GOODBYE: Duration = Duration::from_secs(2);

impl Relay {
    /// Creates a relay without connecting to it.
    ///
    /// # Errors
    /// If letters would be sent unencrypted over a network that nobody vouched for, or a parameter is out of range.
    pub fn new(parts: RelayParts) -> anyhow::Result<Relay> {
        ensure!(!parts.host.is_empty(), "the relay has no host");
        ensure!(parts.within > Duration::ZERO, "the relay has no time to answer");
        if parts.security == Security::Plain && parts.plain_wire == PlainWire::LoopbackOnly {
            ensure!(
                is_loopback(&parts.host),
                "letters to {} would cross the network unencrypted; use STARTTLS or TLS, or vouch for the wire",
                parts.host
            );
        }
        Ok(Relay { parts: Arc::new(parts), runs: Arc::new(Semaphore::new(MOST_RUNS)), trust: Arc::default() })
    }

    /// Makes the relay share its limit on runs with `other` if both are on the same host.
    #[must_use]
    pub(super) fn beside(mut self, other: &Relay) -> Relay {
        if self.parts.host.eq_ignore_ascii_case(&other.parts.host) {
            self.runs = Arc::clone(&other.runs);
        }
        self
    }

    /// Begins a run as soon as the host's limit allows; does not connect yet.
    pub(super) async fn start(&self) -> SmtpRun {
        let place = Arc::clone(&self.runs).acquire_owned().await.expect("the semaphore is never closed");
        SmtpRun { connection: None, _place: place }
    }

    /// The time limit of one attempt.
    #[must_use]
    pub fn deadline(&self) -> Duration {
        self.parts.within
    }

    /// Makes one attempt, and a second one on a fresh connection if the reused one turned out to be closed before any
    /// part of the letter was accepted; both within one time limit.
    pub(super) async fn send(&self, run: &mut SmtpRun, letter: &Outgoing<'_>) -> AttemptReply {
        let mut step = DialogueStage::Session;
        // The connection is moved into the attempt: if that is cancelled halfway, the connection is dropped.
        let used = run.connection.take();
        let attempt = async {
            if let Some(used) = used {
                step = DialogueStage::Envelope;
                match self.converse(used, letter, &mut step).await {
                    Err(stale) if went_stale(&stale) => step = DialogueStage::Session,
                    told => return told,
                }
            }
            let fresh = self.connect().await?;
            step = DialogueStage::Envelope;
            self.converse(fresh, letter, &mut step).await
        };
        match timeout(self.deadline(), attempt).await {
            Ok(Ok((connection, said))) => {
                run.connection = Some(connection);
                AttemptReply::Reply { step: DialogueStage::Content, code: 250, said }
            }
            Ok(Err(answer)) => answer,
            Err(_) => AttemptReply::NoReply { step, said: format!("no answer within {:?}", self.parts.within) },
        }
    }

    /// Connects, secures the connection, logs in and says QUIT.
    pub(super) async fn check(&self) -> anyhow::Result<()> {
        match timeout(self.deadline(), self.connect()).await {
            Ok(Ok(connection)) => {
                connection.quit().await;
                Ok(())
            }
            Ok(Err(answer)) => bail!("{}", answer.said()),
            Err(_) => bail!("no answer within {:?}", self.parts.within),
        }
    }

    async fn connect(&self) -> Result<Connection, AttemptReply> {
        let parts = &*self.parts;
        let hello = parts.hello.clone().map_or_else(ClientId::default, ClientId::Domain);
        let wire = match parts.security {
            Security::Tls => {
                let trust = self.trust().await.map_err(|error| no_session(&error))?;
                Wire::tls(&parts.host, parts.port, Arc::clone(&trust.tls)).await
            }
            Security::StartTls | Security::Plain => Wire::plain(&parts.host, parts.port).await,
        };
        let wire = wire.map_err(|error| no_session(&error.into()))?;
        let smtp = AsyncSmtpConnection::connect_with_transport(Box::new(wire), &hello).await;
        let mut smtp = smtp.map_err(|error| failed(DialogueStage::Session, &error))?;
        match parts.security {
            Security::StartTls if !smtp.can_starttls() => {
                return Err(no_session(&anyhow::anyhow!("the relay does not offer STARTTLS")));
            }
            Security::StartTls => {
                let trust = self.trust().await.map_err(|error| no_session(&error))?;
                smtp.starttls(trust.starttls.clone(), &hello)
                    .await
                    .map_err(|error| failed(DialogueStage::Session, &error))?;
            }
            Security::Tls | Security::Plain => {}
        }
        if let Some(login) = &parts.login {
            let credentials = Credentials::new(login.user.clone(), login.password.clone());
            let reply = smtp.auth(DEFAULT_MECHANISMS, &credentials).await;
            expect(DialogueStage::Session, reply, &[235])?;
        }
        Ok(Connection { smtp })
    }

    async fn trust(&self) -> anyhow::Result<&Trust> {
        let read = || async {
            let mut starttls = TlsParameters::builder(bare(&self.parts.host).to_owned());
            if let Some(file) = &self.parts.extra_roots {
                let pem = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
                let roots = Certificate::from_pem(&pem).with_context(|| format!("bad roots in {}", file.display()))?;
                starttls = starttls.add_root_certificate(roots);
            }
            let tls = tls::client(self.parts.extra_roots.as_deref())?;
            Ok(Trust { tls, starttls: starttls.build_rustls()? })
        };
        self.trust.get_or_try_init(read).await
    }

    /// Sends MAIL, RCPT, DATA and the letter. Returns the connection only if every reply was the expected one.
    async fn converse(
        &self,
        mut connection: Connection,
        letter: &Outgoing<'_>,
        step: &mut DialogueStage,
    ) -> Result<(Connection, String), AttemptReply> {
        let unsendable = |error: super::address::BadAddress| AttemptReply::Unsendable { said: error.to_string() };
        let from = wire_address(letter.from).map_err(unsendable)?;
        let to = wire_address(letter.to).map_err(unsendable)?;
        let smtp = &mut connection.smtp;
        let content = content(letter.bytes)?;
        let mut parameters = Vec::new();
        if !content.is_ascii() {
            if !smtp.server_info().supports_feature(Extension::EightBitMime) {
                return Err(AttemptReply::Unsendable {
                    said: "the letter is not ASCII and the relay takes no other".into(),
                });
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        expect(*step, smtp.command(Mail::new(Some(from), parameters)).await, &[250])?;
        expect(*step, smtp.command(Rcpt::new(to, Vec::new())).await, &[250, 251])?;
        expect(*step, smtp.command(Data).await, &[354])?;
        *step = DialogueStage::Content;
        let said = expect(*step, smtp.command(content).await, &[250])?;
        Ok((connection, said))
    }
}

impl SmtpRun {
    /// Sends QUIT to the relay.
    pub(super) async fn finish(mut self) {
        if let Some(connection) = self.connection.take() {
            connection.quit().await;
        }
    }
}

impl Connection {
    /// Sends QUIT, and does not wait long for a reply.
    async fn quit(mut self) {
        // Everything is settled by now; the reply changes nothing.
        let _ = timeout(GOODBYE, self.smtp.command(Quit)).await;
    }
}

/// The letter as sent after DATA, with the final dot (RFC 5321 section 4.5.2).
///
/// In one piece, because lettre writes the dot separately: TCP then holds it back until the relay has acknowledged the
/// rest, which relays delay by 40 ms. Some relays could mistake a bare CR or LF for the end of the letter.
fn content(bytes: &[u8]) -> Result<String, AttemptReply> {
    let text = std::str::from_utf8(bytes).unwrap_or("\n");
    if text.replace("\r\n", "").contains(['\r', '\n']) {
        return Err(AttemptReply::Unsendable {
            said: "the letter is not text with CRLF at the end of each line".into(),
        });
    }
    let first = if text.starts_with('.') { "." } else { "" };
    let last = if text.ends_with("\r\n") { "" } else { "\r\n" };
    Ok(format!("{first}{}{last}.\r\n", text.replace("\r\n.", "\r\n..")))
}

/// The relay's reply, if its code is one of `codes`.
fn expect(
    step: DialogueStage,
    reply: Result<Response, lettre::transport::smtp::Error>,
    codes: &[u16],
) -> Result<String, AttemptReply> {
    let reply = reply.map_err(|error| failed(step, &error))?;
    let code = u16::from(reply.code());
    let said = told(&reply.message().collect::<Vec<_>>().join(" "));
    if codes.contains(&code) {
        Ok(said)
    } else {
        // A success code that belongs to another command: the dialogue is out of step, and the code means nothing.
        Err(AttemptReply::NoReply { step, said: format!("the relay answered out of turn: {code} {said}") })
    }
}

fn failed(step: DialogueStage, error: &lettre::transport::smtp::Error) -> AttemptReply {
    let mut said = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_said = cause.to_string();
        if !said.contains(&cause_said) {
            said = format!("{said}: {cause_said}");
        }
        source = cause.source();
    }
    let said = told(&said);
    match error.status() {
        Some(code) => AttemptReply::Reply { step, code: u16::from(code), said },
        None => AttemptReply::NoReply { step, said },
    }
}

fn no_session(error: &anyhow::Error) -> AttemptReply {
    AttemptReply::NoReply { step: DialogueStage::Session, said: told(&format!("{error:#}")) }
}

/// Whether the relay had closed a reused connection before it accepted anything.
fn went_stale(answer: &AttemptReply) -> bool {
    match answer {
        AttemptReply::Reply { step, code, .. } => *step == DialogueStage::Envelope && *code == 421,
        AttemptReply::NoReply { step, .. } => *step == DialogueStage::Envelope,
        AttemptReply::Unsendable { .. } => false,
    }
}

/// A server's message, shortened to one line.
fn told(text: &str) -> String {
    one_line(text).chars().take(300).collect()
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || bare(host).parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(host: &str) -> RelayParts {
        RelayParts {
            host: host.to_owned(),
            port: 25,
            security: Security::Plain,
            login: Some(Login { user: "ronda".to_owned(), password: "s3cret".to_owned() }),
            within: Duration::from_secs(60),
            hello: None,
            extra_roots: None,
            plain_wire: PlainWire::LoopbackOnly,
        }
    }

    #[test]
    fn a_plain_wire_to_another_machine_needs_a_word() {
        assert!(Relay::new(parts("127.0.0.1")).is_ok());
        assert!(Relay::new(parts("[::1]")).is_ok());
        assert!(Relay::new(parts("mail.example.org")).unwrap_err().to_string().contains("unencrypted"));
        let vouched = RelayParts { plain_wire: PlainWire::VouchedFor, ..parts("mail.example.org") };
        assert!(Relay::new(vouched).is_ok());
    }

    #[test]
    fn dots_are_doubled_and_no_bare_line_end_goes_out() {
        assert_eq!(content(b".a\r\n.\r\nb").unwrap(), "..a\r\n..\r\nb\r\n.\r\n");
        for smuggled in [&b"a\n.\nb"[..], b"a\r.\r", b"\xff"] {
            assert!(matches!(content(smuggled), Err(AttemptReply::Unsendable { .. })), "{smuggled:?}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let shown = format!("{:?}", crate::Transport::relay(Relay::new(parts("localhost")).unwrap()));
        assert!(!shown.contains("s3cret") && shown.contains("ronda"), "{shown}");
    }
}
