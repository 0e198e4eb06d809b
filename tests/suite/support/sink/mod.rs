//! An SMTP server that takes letters, or misbehaves as it is told: another way on each connection, if need be.

pub mod certificates;
mod manner;

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ronda::mail::{Login, PlainWire, Relay, RelayParts, Security};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

pub use manner::Manner;

/// A letter that the server took responsibility for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub to: String,
    pub bytes: Vec<u8>,
    /// Whether the client surely heard the 250: it said something more on the same connection.
    pub heard: bool,
}

pub type Accepted = Arc<Mutex<Vec<Kept>>>;

/// How the server behaves on its nth connection, from 1.
pub type Plan = Box<dyn FnMut(u32) -> Manner + Send>;

pub const USER: &str = "ronda";
pub const PASSWORD: &str = "s3cret";

/// What all connections of a server share.
struct House {
    security: Security,
    login: Option<Login>,
    accepted: Accepted,
    /// Recipients that a greylisting server has seen.
    seen: Mutex<BTreeSet<String>>,
}

pub struct Sink {
    pub address: SocketAddr,
    pub accepted: Accepted,
    #[allow(dead_code, reason = "each test binary uses its part")]
    pub connections: Arc<Mutex<u32>>,
    security: Security,
    login: Option<Login>,
    plan: Arc<Mutex<Plan>>,
}

impl Sink {
    /// In plain, without a login, always in the same manner.
    pub async fn open(manner: Manner) -> Sink {
        Sink::open_as(Security::Plain, None, Box::new(move |_| manner)).await
    }

    /// Under TLS, wants the login, always in the same manner.
    pub async fn open_secure(security: Security, manner: Manner) -> Sink {
        let login = Login { user: USER.to_owned(), password: PASSWORD.to_owned() };
        Sink::open_as(security, Some(login), Box::new(move |_| manner)).await
    }

    pub async fn open_as(security: Security, login: Option<Login>, plan: Plan) -> Sink {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (accepted, connections) = (Accepted::default(), Arc::new(Mutex::new(0)));
        let house = House { security, login: login.clone(), accepted: accepted.clone(), seen: Mutex::default() };
        let (house, plan) = (Arc::new(house), Arc::new(Mutex::new(plan)));
        let (counted, planned) = (Arc::clone(&connections), Arc::clone(&plan));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = {
                    let mut counted = counted.lock().unwrap();
                    *counted += 1;
                    *counted
                };
                let manner = (planned.lock().unwrap())(number);
                let house = Arc::clone(&house);
                tokio::spawn(async move { serve(stream, manner, &house).await });
            }
        });
        Sink { address, accepted, connections, security, login, plan }
    }

    /// Behaves in another manner from the next connection on.
    #[allow(dead_code, reason = "each test binary uses its part")]
    pub fn behave(&self, manner: Manner) {
        *self.plan.lock().unwrap() = Box::new(move |_| manner);
    }

    /// What was accepted so far.
    #[allow(dead_code, reason = "each test binary uses its part")]
    pub fn kept(&self) -> Vec<Kept> {
        self.accepted.lock().unwrap().clone()
    }

    /// How our side is told to speak to it.
    #[allow(dead_code, reason = "each test binary uses its part")]
    pub fn relay_parts(&self, within: Duration) -> RelayParts {
        RelayParts {
            host: self.address.ip().to_string(),
            port: self.address.port(),
            security: self.security,
            login: self.login.clone(),
            within,
            hello: Some("office.example".to_owned()),
            extra_roots: matches!(self.security, Security::Tls | Security::StartTls).then(certificates::root_file),
            plain_wire: PlainWire::LoopbackOnly,
        }
    }

    #[allow(dead_code, reason = "each test binary uses its part")]
    pub fn relay(&self, within: Duration) -> Relay {
        Relay::new(self.relay_parts(within)).unwrap()
    }
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// One connection.
struct Dialogue<'a> {
    stream: BufReader<Box<dyn Stream>>,
    manner: Manner,
    house: &'a House,
    is_secure: bool,
    is_known: bool,
    to: String,
    letters: u32,
    /// The last letter that was kept on this connection.
    last: Option<usize>,
}

async fn serve(tcp: TcpStream, manner: Manner, house: &House) -> Option<()> {
    if manner.resets() {
        // Whatever closes this connection now resets it.
        tcp.set_zero_linger().unwrap();
    }
    if manner == Manner::ResetsAtOnce {
        return None;
    }
    let (stream, is_secure): (Box<dyn Stream>, bool) = match house.security {
        Security::Tls => (Box::new(secure(tcp, manner).await?), true),
        Security::StartTls | Security::Plain => (Box::new(tcp), false),
    };
    let stream = BufReader::new(stream);
    let (to, is_known) = (String::new(), house.login.is_none());
    let mut dialogue = Dialogue { stream, manner, house, is_secure, is_known, to, letters: 0, last: None };
    dialogue.greet().await?;
    loop {
        let line = dialogue.line().await?;
        if let Some(last) = dialogue.last {
            house.accepted.lock().unwrap()[last].heard = true;
        }
        dialogue.answer(line.trim_end()).await?;
    }
}

async fn secure<S: Stream>(stream: S, manner: Manner) -> Option<tokio_rustls::server::TlsStream<S>> {
    TlsAcceptor::from(certificates::server(manner.certificate())).accept(stream).await.ok()
}

async fn for_ever() {
    std::future::pending().await
}

impl Dialogue<'_> {
    async fn line(&mut self) -> Option<String> {
        let mut line = Vec::new();
        let read = self.stream.read_until(b'\n', &mut line).await.ok()?;
        (read > 0).then(|| String::from_utf8_lossy(&line).into_owned())
    }

    async fn say(&mut self, text: &str) -> Option<()> {
        let bytes = format!("{text}\r\n").into_bytes();
        if self.manner == Manner::ByteByByte {
            for byte in bytes {
                self.stream.write_all(&[byte]).await.ok()?;
                self.stream.flush().await.ok()?;
            }
            return Some(());
        }
        self.stream.write_all(&bytes).await.ok()?;
        self.stream.flush().await.ok()
    }

    async fn say_code(&mut self, code: u16) -> Option<()> {
        self.say(&format!("{code} so")).await
    }

    async fn greet(&mut self) -> Option<()> {
        match self.manner {
            Manner::SilentGreeting => for_ever().await,
            Manner::Greets(code) => return self.say_code(code).await,
            Manner::Garbage => return self.say("\u{1}\u{2} what?").await,
            Manner::ClosesAtOnce => return None,
            Manner::EndlessLine => while self.stream.write_all(&[b'2'; 4096]).await.is_ok() {},
            Manner::EndlessGreeting => while self.say("220-and another thing").await.is_some() {},
            Manner::Drips => {
                for byte in b"220-hello hello hello hello hello hello hello hello\r\n".repeat(100) {
                    self.stream.write_all(&[byte]).await.ok()?;
                    self.stream.flush().await.ok()?;
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
            Manner::LongGreeting => {
                for _ in 0..50 {
                    self.say("220-no unsolicited mail here").await?;
                }
            }
            _ => {}
        }
        self.say("220 sink").await
    }

    async fn answer(&mut self, line: &str) -> Option<()> {
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        match (self.manner, verb.as_str()) {
            (Manner::SilentAtEhlo, "EHLO")
            | (Manner::SilentAtStartTls, "STAR")
            | (Manner::SilentAtAuth, "AUTH")
            | (Manner::SilentAfterMail, "MAIL")
            | (Manner::SilentAfterRcpt, "RCPT")
            | (Manner::SilentAfterData, "DATA") => for_ever().await,
            (Manner::DropsAtMail, "MAIL") | (Manner::DropsAtRcpt, "RCPT") | (Manner::DropsAtData, "DATA") => {
                return None;
            }
            (Manner::Ehlo(code), "EHLO")
            | (Manner::StartTls(code), "STAR")
            | (Manner::Auth(code), "AUTH")
            | (Manner::Mail(code), "MAIL")
            | (Manner::Rcpt(code), "RCPT")
            | (Manner::Data(code), "DATA") => return self.say_code(code).await,
            (Manner::LateByOne, "MAIL") => self.say("250 extra").await?,
            (Manner::OneEach, "MAIL") if self.letters > 0 => return self.say("421 enough for today").await,
            _ => {}
        }
        match verb.as_str() {
            "EHLO" => self.say(&self.abilities()).await,
            "STAR" => self.start_tls().await,
            "AUTH" => self.log_in(line).await,
            "MAIL" if !self.is_known => self.say("530 5.7.0 authentication required").await,
            "RCPT" => self.recipient(line).await,
            "DATA" => self.letter().await,
            "QUIT" => self.say("221 bye").await.and(None),
            _ => self.say("250 so").await,
        }
    }

    fn abilities(&self) -> String {
        let mut lines = vec!["sink", "8BITMIME"];
        if self.house.security == Security::StartTls && !self.is_secure && self.manner != Manner::NoStartTls {
            lines.push("STARTTLS");
        }
        if self.house.login.is_some() && self.is_secure {
            match self.manner {
                Manner::NoAuth => {}
                Manner::OnlyAuthLogin => lines.push("AUTH LOGIN"),
                Manner::OnlyForeignAuth => lines.push("AUTH GSSAPI NTLM"),
                _ => lines.push("AUTH PLAIN LOGIN"),
            }
        }
        let last = lines.len() - 1;
        let told =
            lines.iter().enumerate().map(|(at, line)| format!("250{}{line}", if at == last { ' ' } else { '-' }));
        told.collect::<Vec<_>>().join("\r\n")
    }

    async fn start_tls(&mut self) -> Option<()> {
        match self.manner {
            Manner::StartTlsThenPlain => {
                self.say("220 go ahead").await?;
                loop {
                    self.line().await?;
                    self.say("250 still here, in plain").await?;
                }
            }
            Manner::SilentHandshake => {
                self.say("220 go ahead").await?;
                for_ever().await;
            }
            // A dialogue that somebody on the wire puts into our buffer before the encryption begins.
            Manner::SpeaksAhead => {
                let smuggled = "220 go ahead\r\n250 sink\r\n235 in\r\n250 ok\r\n250 ok\r\n354 go\r\n250 kept";
                self.say(smuggled).await?;
            }
            _ => self.say("220 go ahead").await?,
        }
        let nothing: Box<dyn Stream> = Box::new(tokio::io::empty());
        let plain = std::mem::replace(&mut self.stream, BufReader::new(nothing));
        self.stream = BufReader::new(Box::new(secure(plain.into_inner(), self.manner).await?));
        self.is_secure = true;
        Some(())
    }

    async fn log_in(&mut self, line: &str) -> Option<()> {
        use base64::Engine as _;
        use base64::engine::general_purpose::STANDARD;
        if self.manner == Manner::EndlessChallenges {
            loop {
                self.say("334 VXNlcm5hbWU6").await?;
                self.line().await?;
            }
        }
        let decoded = |text: &str| STANDARD.decode(text.trim()).unwrap_or_default();
        let given = if let Some(plain) = line.strip_prefix("AUTH PLAIN ") {
            decoded(plain).split(|byte| *byte == 0).skip(1).map(<[u8]>::to_vec).collect::<Vec<_>>()
        } else {
            self.say("334 VXNlcm5hbWU6").await?;
            let user = self.line().await?;
            self.say("334 UGFzc3dvcmQ6").await?;
            vec![decoded(&user), decoded(&self.line().await?)]
        };
        let login = self.house.login.as_ref().expect("only a house with a login offers AUTH");
        self.is_known = given == [login.user.as_bytes(), login.password.as_bytes()];
        self.say(if self.is_known { "235 2.7.0 in" } else { "535 5.7.8 no" }).await
    }

    async fn recipient(&mut self, line: &str) -> Option<()> {
        self.to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        let is_new = self.house.seen.lock().unwrap().insert(self.to.clone());
        match self.manner {
            Manner::RefusesSome if self.to.contains("refused") => self.say_code(550).await,
            Manner::Greylists if is_new => self.say("450 4.2.0 greylisted").await,
            _ => self.say("250 so").await,
        }
    }

    async fn letter(&mut self) -> Option<()> {
        self.say("354 go").await?;
        let bytes = self.content().await?;
        match self.manner {
            Manner::SilentAfterDot => for_ever().await,
            Manner::DropsAfterDot | Manner::ResetsAfterDot => return None,
            Manner::Dot(code) => return self.say_code(code).await,
            _ => {}
        }
        {
            let mut accepted = self.house.accepted.lock().unwrap();
            accepted.push(Kept { to: self.to.clone(), bytes, heard: false });
            self.last = Some(accepted.len() - 1);
        }
        self.letters += 1;
        match self.manner {
            Manner::KeepsAndDrops | Manner::KeepsAndResets => return None,
            Manner::KeepsAndSilent => for_ever().await,
            Manner::KeepsAndTalks => self.say("250 2.0.0 kept\r\n250 and another thing").await?,
            _ => self.say("250 2.0.0 kept").await?,
        }
        match self.manner {
            Manner::IdleClose | Manner::AcceptsThenResets => None,
            Manner::IdleFarewell => self.say("421 4.4.2 idle too long").await.and(None),
            _ => Some(()),
        }
    }

    /// The letter up to the final dot, with its dots put right.
    async fn content(&mut self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        loop {
            let start = bytes.len();
            if self.stream.read_until(b'\n', &mut bytes).await.ok()? == 0 {
                return None;
            }
            if &bytes[start..] == b".\r\n" {
                bytes.truncate(start);
                return Some(bytes);
            }
            if bytes[start] == b'.' {
                bytes.remove(start);
            }
        }
    }
}
