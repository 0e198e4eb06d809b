//! A small SMTP server that takes letters, or misbehaves as it is told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What goes wrong. Where a step is named, the server behaves until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Good,
    /// Silent from the first byte.
    SilentGreeting,
    /// A greeting with this code.
    Greets(u16),
    /// EHLO is answered with this code.
    Ehlo(u16),
    Mail(u16),
    Rcpt(u16),
    Data(u16),
    /// The final dot is answered with this code, and the letter is not kept.
    Dot(u16),
    SilentAfterMail,
    SilentAfterRcpt,
    SilentAfterData,
    /// Reads the letter, never answers.
    SilentAfterDot,
    /// Closes instead of answering DATA.
    DropsAtData,
    /// Reads the letter and closes, not having kept it.
    DropsAfterDot,
    /// Keeps the letter and closes without a word.
    KeepsAndDrops,
    /// Sends a 250 of its own before each answer to MAIL: every reply is late by one.
    LateByOne,
    /// One byte every 50 ms.
    Drips,
    /// A reply that never ends.
    EndlessLine,
    Garbage,
    /// Serves one letter a connection, then answers 421.
    OneEach,
    /// Closes the connection quietly after each letter.
    IdleClose,
    /// Refuses each recipient whose address holds `refused`.
    RefusesSome,
}

/// What was accepted (answered with 250): recipient and bytes.
pub type Accepted = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

pub struct Sink {
    pub address: SocketAddr,
    pub accepted: Accepted,
    pub connections: Arc<Mutex<u32>>,
}

impl Sink {
    pub async fn open(manner: Manner) -> Sink {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (accepted, connections) = (Accepted::default(), Arc::new(Mutex::new(0)));
        let (kept, counted) = (Arc::clone(&accepted), Arc::clone(&connections));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                *counted.lock().unwrap() += 1;
                let kept = Arc::clone(&kept);
                tokio::spawn(async move { serve(stream, manner, &kept).await });
            }
        });
        Sink { address, accepted, connections }
    }
}

async fn for_ever() {
    tokio::time::sleep(Duration::from_secs(3600)).await;
}

/// The answer to a command: a code, or None to hang up.
async fn answer(manner: Manner, verb: &str, line: &str, letters: u32) -> Option<u16> {
    match (manner, verb) {
        (Manner::Ehlo(code), "EHLO") | (Manner::Mail(code), "MAIL") | (Manner::Rcpt(code), "RCPT") => Some(code),
        (Manner::Data(code), "DATA") => Some(code),
        (Manner::SilentAfterMail, "MAIL") | (Manner::SilentAfterRcpt, "RCPT") | (Manner::SilentAfterData, "DATA") => {
            for_ever().await;
            None
        }
        (Manner::DropsAtData, "DATA") => None,
        (Manner::OneEach, "MAIL") if letters > 0 => Some(421),
        (Manner::RefusesSome, "RCPT") if line.contains("refused") => Some(550),
        (_, "DATA") => Some(354),
        (_, "QUIT") => Some(221),
        (_, _) => Some(250),
    }
}

async fn serve(stream: TcpStream, manner: Manner, kept: &Accepted) -> Option<()> {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    match manner {
        Manner::SilentGreeting => for_ever().await,
        Manner::Greets(code) => write.write_all(format!("{code} hello\r\n").as_bytes()).await.ok()?,
        Manner::Garbage => write.write_all(b"\xff\xfe what?\r\n").await.ok()?,
        Manner::EndlessLine => while write.write_all(&[b'2'; 4096]).await.is_ok() {},
        Manner::Drips => {
            for byte in b"220-hello hello hello hello hello hello hello hello\r\n".repeat(100) {
                write.write_all(&[byte]).await.ok()?;
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        _ => write.write_all(b"220 sink\r\n").await.ok()?,
    }
    let (mut to, mut letters, mut line) = (String::new(), 0, String::new());
    loop {
        line.clear();
        if read.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        if verb == "RCPT" {
            to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        }
        if manner == Manner::LateByOne && verb == "MAIL" {
            write.write_all(b"250 extra\r\n").await.ok()?;
        }
        let code = answer(manner, &verb, &line, letters).await?;
        write.write_all(format!("{code} so\r\n").as_bytes()).await.ok()?;
        if code == 354 {
            let bytes = content(&mut read).await?;
            match manner {
                Manner::SilentAfterDot => for_ever().await,
                Manner::DropsAfterDot => return None,
                Manner::Dot(code) => write.write_all(format!("{code} no\r\n").as_bytes()).await.ok()?,
                Manner::KeepsAndDrops => {
                    kept.lock().unwrap().push((to.clone(), bytes));
                    return None;
                }
                _ => {
                    kept.lock().unwrap().push((to.clone(), bytes));
                    letters += 1;
                    write.write_all(b"250 2.0.0 kept\r\n").await.ok()?;
                    if manner == Manner::IdleClose {
                        return None;
                    }
                }
            }
        }
    }
}

/// The letter up to the final dot, with its dots put right.
async fn content(read: &mut BufReader<tokio::net::tcp::OwnedReadHalf>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let start = bytes.len();
        if read.read_until(b'\n', &mut bytes).await.ok()? == 0 {
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
