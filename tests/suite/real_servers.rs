//! Real mail servers take our letters: postfix (which refuses bare line feeds) and exim, over STARTTLS, after a login.
//! What they delivered is read by Python's email package and verified by dkimpy. `tests/run` installs all of it.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use mail_parser::MessageParser;
use ronda::domain::ids::LetterId;
use ronda::domain::language::Language;
use ronda::domain::letters::letter::LetterState;
use ronda::domain::letters::owed::LetterOwed;
use ronda::mail::{House, Login, PlainWire, Relay, RelayParts, Security, Transport, samples};
use ronda::store::letters;

use crate::support::keys::{Keys, PYTHON};
use crate::support::outbox::{Outbox, put_written};
use crate::support::sink::certificates::{Fault, certificate, root_file};
use crate::support::sink::{PASSWORD, USER};

/// How long a server may take to put what it accepted into its folder.
const DELIVERED_WITHIN: Duration = Duration::from_secs(60);

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A server of its own on a free port, stopped when dropped.
struct Server {
    script: PathBuf,
    folder: tempfile::TempDir,
    port: u16,
    arrives_in: &'static str,
}

impl Server {
    fn start(name: &str, arrives_in: &'static str) -> Server {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let (certificate, key) = certificate(Fault::None);
        std::fs::write(folder.path().join("cert.pem"), certificate.pem()).unwrap();
        std::fs::write(folder.path().join("key.pem"), key.serialize_pem()).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Server { script: root().join("tests/servers").join(name), folder, port, arrives_in };
        let started = server.tell("start").arg(port.to_string()).status().unwrap();
        assert!(started.success(), "{name} does not start; it is installed by tests/run");
        server
    }

    fn tell(&self, what: &str) -> Command {
        let mut command = Command::new(&self.script);
        command.arg(what).arg(self.folder.path());
        command
    }

    fn relay(&self, password: &str) -> Relay {
        let login = Some(Login { user: USER.to_owned(), password: password.to_owned() });
        Relay::new(RelayParts {
            host: "localhost".to_owned(),
            port: self.port,
            security: Security::StartTls,
            login,
            within: Duration::from_secs(30),
            hello: Some("office.example".to_owned()),
            extra_roots: Some(root_file()),
            plain_wire: PlainWire::LoopbackOnly,
        })
        .unwrap()
    }

    /// Messages that lie in the server's folder, by Message-ID, as soon as there are `number`.
    async fn delivered(&self, number: usize) -> BTreeMap<String, Vec<u8>> {
        let folder = self.folder.path().join(self.arrives_in);
        let mut look = tokio::time::interval(Duration::from_millis(50));
        let arrived = async {
            loop {
                look.tick().await;
                let files: Vec<_> = std::fs::read_dir(&folder).into_iter().flatten().flatten().collect();
                if files.len() >= number {
                    return files;
                }
            }
        };
        let files = tokio::time::timeout(DELIVERED_WITHIN, arrived).await.expect("the server delivers in time");
        let messages = files.into_iter().map(|file| {
            let bytes = std::fs::read(file.path()).unwrap();
            let id = MessageParser::default().parse(&bytes).unwrap().message_id().unwrap().to_owned();
            (id, bytes)
        });
        messages.collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.tell("stop").status();
    }
}

/// Every letter in every language goes out signed, arrives whole, and verifies.
async fn takes_every_letter(server: &Server) {
    wait_for(server).await;
    let keys = Keys::make();
    let outbox = Outbox::open(Transport::relay(server.relay(PASSWORD)), 1).await;
    let composer = House { dkim: keys.signers.clone(), ..crate::support::notices::house() }.furnish().unwrap();
    let now = outbox.office.clock.now();
    let mut tx = outbox.office.db.begin().await.unwrap();
    for language in Language::ALL {
        for sample in samples::all(language) {
            let owed = composer.owed_sample(&sample, format!("{}/{language}", sample.name));
            let owed = LetterOwed { visit: None, deadline: None, ..owed };
            let written = composer.compose(&owed, Some(&samples::document()), now).unwrap();
            put_written(&mut tx, &owed, &written, now).await;
        }
    }
    tx.commit().await.unwrap();
    outbox.deliver().await;
    let letters = outbox.letters().await;
    let refused: Vec<_> = letters.iter().filter(|letter| letter.state != LetterState::Sent).collect();
    assert!(refused.is_empty() && letters.len() > 30, "{refused:?}");
    let delivered = server.delivered(letters.len()).await;
    let (mut copies, mut pairs) = (Vec::new(), Vec::new());
    for row in &letters {
        let sent = letters::get(&outbox.office.db, row.letter).await.unwrap().unwrap().message.rest;
        let copy = delivered.get(&row.message_id).unwrap_or_else(|| panic!("{} has not arrived", row.letter));
        let sent_lines = String::from_utf8(sent.clone()).unwrap().replace("\r\n", "\n");
        let copy_lines = String::from_utf8(copy.clone()).unwrap().replace("\r\n", "\n");
        // A folder holds a message with its line ends as the machine writes them; exim ends it with an empty one.
        assert!(copy_lines.trim_end().ends_with(sent_lines.trim_end()), "{} arrived changed", row.letter);
        for (name, bytes) in [("sent", &sent), ("copy", copy)] {
            let path = keys.folder.path().join(format!("{}.{name}", row.letter));
            std::fs::write(&path, bytes).unwrap();
            pairs.push(path);
        }
        copies.push(copy_lines.replace('\n', "\r\n").into_bytes());
    }
    let read = Command::new(PYTHON).arg(root().join("tests/suite/support/reparse.py")).args(&pairs).output().unwrap();
    let said = [read.stdout, read.stderr].concat();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&said));
    assert!(keys.verdicts(&copies).iter().all(|holds| *holds), "a delivered copy does not verify");
}

/// A wrong password gives no letter up, and nothing leaves.
async fn puts_letters_off_for_a_wrong_password(server: &Server) {
    let outbox = Outbox::open(Transport::relay(server.relay("wrong")), 1).await;
    outbox.write(["ana@example.org".to_owned()]).await;
    assert_eq!(outbox.deliver().await.put_off, 1);
    let attempts = letters::attempts(&outbox.office.db, LetterId(1)).await.unwrap();
    assert_eq!(attempts[0].code, Some(535), "{attempts:?}");
}

/// A server that has just been started may not listen yet.
async fn wait_for(server: &Server) {
    let mut look = tokio::time::interval(Duration::from_millis(50));
    let listens = async {
        while tokio::net::TcpStream::connect(("127.0.0.1", server.port)).await.is_err() {
            look.tick().await;
        }
    };
    tokio::time::timeout(DELIVERED_WITHIN, listens).await.expect("the server listens in time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postfix_takes_every_letter_as_it_is_and_its_signatures_hold() {
    let server = Server::start("postfix", "mail/all/new");
    takes_every_letter(&server).await;
    puts_letters_off_for_a_wrong_password(&server).await;
    refuses_a_bare_line_feed(&server);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exim_takes_every_letter_as_it_is_and_its_signatures_hold() {
    let server = Server::start("exim", "mail/new");
    takes_every_letter(&server).await;
    puts_letters_off_for_a_wrong_password(&server).await;
}

/// That the server is as strict as the test says.
fn refuses_a_bare_line_feed(server: &Server) {
    let script = "import smtplib, ssl, sys\n\
        smtp = smtplib.SMTP('localhost', int(sys.argv[1]))\n\
        smtp.starttls(context=ssl.create_default_context(cafile=sys.argv[2]))\n\
        smtp.login('ronda', 's3cret')\n\
        [smtp.docmd(line) for line in ('MAIL FROM:<a@office.example>', 'RCPT TO:<b@example.org>', 'DATA')]\n\
        smtp.sock.sendall(b'Subject: x\\r\\n\\r\\nbare\\nline\\r\\n.\\r\\n')\n\
        print(smtp.getreply()[0])\n";
    let port = server.port.to_string();
    let said = Command::new(PYTHON).args(["-c", script, &port]).arg(root_file()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout).trim(), "550", "{}", String::from_utf8_lossy(&said.stderr));
}
