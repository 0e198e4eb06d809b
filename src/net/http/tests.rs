use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

const SOON: Duration = Duration::from_secs(5);

fn terms(private: &PrivateHosts) -> HttpTerms<'_> {
    HttpTerms { within: SOON, extra_roots: None, private }
}

fn question() -> HttpPost {
    HttpPost { content_type: "text/plain", accept: "text/plain", body: b"how late is it".to_vec() }
}

/// A server that answers every request with these bytes, and then behaves as `Then` says.
struct Server {
    at: SocketAddr,
    asked: Arc<AtomicUsize>,
    heard: Arc<Mutex<String>>,
}

#[derive(Debug, Clone, Copy)]
enum Then {
    Close,
    /// Sends the last bytes over and over.
    GoOn,
    /// Keeps the connection open without sending anything.
    Wait,
}

impl Server {
    async fn open(answer: &'static [u8], then: Then) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Server { at: listener.local_addr().unwrap(), asked: Arc::default(), heard: Arc::default() };
        let (asked, heard) = (Arc::clone(&server.asked), Arc::clone(&server.heard));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                asked.fetch_add(1, Ordering::SeqCst);
                let mut head = vec![0; 4096];
                let length = stream.read(&mut head).await.unwrap_or_default();
                *heard.lock().unwrap() = String::from_utf8_lossy(&head[..length]).into_owned();
                let _ = stream.write_all(answer).await;
                match then {
                    Then::Close => {}
                    Then::GoOn => while stream.write_all(&[b'x'; 4096]).await.is_ok() {},
                    Then::Wait => std::future::pending().await,
                }
            }
        });
        server
    }

    fn times(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    /// The server's address with a different host name.
    fn under(&self, host: &str) -> WebAddress {
        format!("http://{host}:{}/path?x=1", self.at.port()).parse().unwrap()
    }
}

const WELL: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nwell";

#[tokio::test]
async fn what_is_posted_arrives_and_the_answer_comes_back() {
    let server = Server::open(WELL, Then::Close).await;
    let answer = post(&server.under("127.0.0.1"), question(), 4, terms(&PrivateHosts::default())).await.unwrap();
    assert_eq!(answer, b"well");
    let heard = server.heard.lock().unwrap().to_ascii_lowercase();
    assert!(heard.starts_with("post /path?x=1 http/1.1\r\n") && heard.contains("how late is it"), "{heard}");
    assert!(heard.contains("user-agent: ronda/") && heard.contains("content-type: text/plain"), "{heard}");
}

#[tokio::test]
async fn a_public_name_that_leads_to_a_private_address_is_not_asked_unless_it_is_configured() {
    let server = Server::open(WELL, Then::Close).await;
    let here = server.at;
    let lookup = async |_: &str, _: u16| Ok(vec![here]);
    let address = server.under("tsa.example.org");
    let refused = tell_at(&address, terms(&PrivateHosts::default()), lookup).await.unwrap_err();
    assert!(matches!(refused, HttpError::Private { .. }), "{refused:?}");
    let said = refused.to_string();
    assert!(said.contains("tsa.example.org leads to 127.0.0.1") && said.contains("network.private_hosts"), "{said}");
    assert_eq!(server.times(), 0);

    let listed = PrivateHosts::of(&["tsa.example.org".to_owned()]);
    tell_at(&address, terms(&listed), lookup).await.unwrap();
    assert_eq!(server.times(), 1);
}

#[tokio::test]
async fn one_private_address_among_public_ones_is_enough_to_refuse() {
    let lookup = async |_: &str, port: u16| {
        Ok(vec![SocketAddr::from(([1, 1, 1, 1], port)), SocketAddr::from(([169, 254, 169, 254], port))])
    };
    let address = "http://tsa.example.org/".parse().unwrap();
    let refused = tell_at(&address, terms(&PrivateHosts::default()), lookup).await.unwrap_err();
    assert!(refused.to_string().contains("169.254.169.254"), "{refused}");
}

#[tokio::test]
async fn a_name_is_looked_up_once_and_the_connection_goes_to_what_was_checked() {
    let (first, second) = (Server::open(WELL, Then::Close).await, Server::open(WELL, Then::Close).await);
    // DNS rebinding: one address for the check, another for the connection.
    let looked = AtomicUsize::new(0);
    let lookup = async |_: &str, _: u16| match looked.fetch_add(1, Ordering::SeqCst) {
        0 => Ok(vec![first.at]),
        _ => Ok(vec![second.at]),
    };
    let listed = PrivateHosts::of(&["rebound.example.org".to_owned()]);
    tell_at(&first.under("rebound.example.org"), terms(&listed), lookup).await.unwrap();
    assert_eq!((looked.load(Ordering::SeqCst), first.times(), second.times()), (1, 1, 0));

    // Even if the name were resolved again, the second answer would be checked as well.
    let turns = AtomicUsize::new(0);
    let lookup = async |_: &str, port: u16| match turns.fetch_add(1, Ordering::SeqCst) {
        0 => Ok(vec![SocketAddr::from(([1, 1, 1, 1], port))]),
        _ => Ok(vec![second.at]),
    };
    let (address, nobody) = (second.under("rebound.example.org"), PrivateHosts::default());
    assert!(checked(&address, &nobody, &lookup).await.is_ok());
    assert!(matches!(checked(&address, &nobody, &lookup).await, Err(HttpError::Private { .. })));
    assert_eq!(second.times(), 0);
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let answers: [&'static [u8]; 3] = [
        b"HTTP/1.1 301 Moved\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 307 Elsewhere\r\nlocation: http://169.254.169.254/latest/\r\ncontent-length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n",
    ];
    for answer in answers {
        let server = Server::open(answer, Then::Close).await;
        let refused = tell(&server.under("localhost"), terms(&PrivateHosts::default())).await.unwrap_err();
        assert!(matches!(refused, HttpError::Redirected { .. }), "{refused:?}");
        assert_eq!(server.times(), 1);
    }
}

#[tokio::test]
async fn a_huge_answer_is_not_read_to_its_end() {
    let answers: [&'static [u8]; 3] = [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nFFFFFFF\r\n",
    ];
    for answer in answers {
        let server = Server::open(answer, Then::GoOn).await;
        let address = server.under("127.0.0.1");
        let refused = post(&address, question(), 10_000, terms(&PrivateHosts::default())).await.unwrap_err();
        assert!(matches!(refused, HttpError::TooLarge { most_bytes: 10_000, .. }), "{refused:?}");
    }
    // A response header without an end.
    let server = Server::open(b"HTTP/1.1 200 OK\r\nx: ", Then::GoOn).await;
    let address = server.under("127.0.0.1");
    let refused = post(&address, question(), 10_000, terms(&PrivateHosts::default())).await.unwrap_err();
    assert!(matches!(refused, HttpError::Failed { .. }), "{refused:?}");
}

#[tokio::test]
async fn a_slow_answer_ends_in_time_wherever_it_stops() {
    let answers: [&'static [u8]; 3] =
        [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nwell"];
    for answer in answers {
        let server = Server::open(answer, Then::Wait).await;
        let nobody = PrivateHosts::default();
        let within = Duration::from_millis(200);
        let terms = HttpTerms { within, ..terms(&nobody) };
        let refused = post(&server.under("127.0.0.1"), question(), 100, terms).await.unwrap_err();
        assert!(matches!(refused, HttpError::TooSlow { .. }), "{refused:?}");
    }
    // A name server that does not answer.
    let nobody = PrivateHosts::default();
    let terms = HttpTerms { within: Duration::from_millis(50), ..terms(&nobody) };
    let lookup = async |_: &str, _: u16| std::future::pending().await;
    let refused = tell_at(&"https://tsa.example.org/".parse().unwrap(), terms, lookup).await.unwrap_err();
    assert!(matches!(refused, HttpError::TooSlow { .. }), "{refused:?}");
}

#[tokio::test]
async fn what_went_wrong_is_said_with_a_remedy_and_without_the_path() {
    let answers: [&'static [u8]; 4] =
        [b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", b"HTTP/1.1 500 No\r\n\r\n", b"\0\0\0", b""];
    for answer in answers {
        let server = Server::open(answer, Then::Close).await;
        let refused = tell(&server.under("127.0.0.1"), terms(&PrivateHosts::default())).await.unwrap_err();
        let said = format!("{:#}", anyhow::Error::from(refused));
        assert!(said.starts_with("127.0.0.1 ") && said.contains("; look at "), "{said}");
        assert!(!said.contains("path?x"), "{said}");
    }
    let lookup = async |_: &str, _: u16| Ok(Vec::new());
    let refused = tell_at(&"http://tsa.example.org/".parse().unwrap(), terms(&PrivateHosts::default()), lookup).await;
    assert!(matches!(refused, Err(HttpError::NoAddress { .. })), "{refused:?}");
}

#[test]
fn an_address_is_written_out_and_holds_no_password() {
    let address: WebAddress = "http://127.0.0.1:3180/tsr?x=1".parse().unwrap();
    assert_eq!((address.host(), address.port(), address.is_https()), ("127.0.0.1", 3180, false));
    let address: WebAddress = "https://tsa.example.org".parse().unwrap();
    assert_eq!((address.host(), address.port(), address.is_https()), ("tsa.example.org", 443, true));
    let address: WebAddress = "https://[::1]:8443/".parse().unwrap();
    assert_eq!((address.host(), address.port()), ("[::1]", 8443));
    for bad in ["tsa.example.org", "http://", "https://", "http://a b/", "http://x:y/", "ftp://x/", "http://x/a b", ""]
    {
        assert_eq!(bad.parse::<WebAddress>(), Err(BadWebAddress::Malformed), "{bad}");
    }
    for bad in ["http://user@x/", "https://me:secret@watch.example/"] {
        assert_eq!(bad.parse::<WebAddress>(), Err(BadWebAddress::Password), "{bad}");
    }
}
