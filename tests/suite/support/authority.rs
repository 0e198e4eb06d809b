//! A time-stamp authority for tests: `openssl ts` behind a socket, or one that says nothing.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Each has a folder of its own.
static NEXT: AtomicUsize = AtomicUsize::new(0);

fn run(command: &mut Command) {
    let output = command.output().expect("install openssl");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A time-stamp authority: `openssl ts` behind a socket.
pub struct Authority {
    /// Its certificate is `tsa.pem` in here.
    pub folder: PathBuf,
    pub address: String,
    asked: Arc<AtomicUsize>,
}

const TSA: &str = "[tsa]\ndefault_tsa = one\n[one]\nserial = SERIAL\ncrypto_device = builtin\n\
                   signer_digest = sha256\ndefault_policy = 1.2.3.4.1\ndigests = sha256, sha384, sha512\n\
                   accuracy = secs:1\nordering = no\ntsa_name = no\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n";

impl Authority {
    /// One that answers.
    pub fn open(name: &str) -> Authority {
        let folder = Authority::with_a_key(name);
        let known = folder.clone();
        Authority::listen(folder, move |stream| answer(&known, stream))
    }

    /// One that answers the first who asks, and then two at a time, the latter of them first.
    pub fn in_pairs(name: &str) -> Authority {
        let folder = Authority::with_a_key(name);
        let (known, first, waits) = (folder.clone(), AtomicBool::new(true), Mutex::new(None));
        Authority::listen(folder, move |stream| {
            if first.swap(false, Ordering::SeqCst) {
                return answer(&known, stream);
            }
            let mut waits = waits.lock().unwrap();
            match waits.take() {
                None => *waits = Some(stream),
                Some(before) => {
                    answer(&known, stream);
                    answer(&known, before);
                }
            }
        })
    }

    /// A folder with what it stamps by.
    fn with_a_key(name: &str) -> PathBuf {
        let folder =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", NEXT.fetch_add(1, Ordering::Relaxed)));
        std::fs::create_dir_all(&folder).unwrap();
        let (key, certificate) = (folder.join("tsa-key.pem"), folder.join("tsa.pem"));
        let mut arguments = vec!["req", "-x509", "-nodes", "-days", "3650", "-newkey", "rsa:2048", "-subj", "/CN=Time"];
        arguments.extend(["-addext", "extendedKeyUsage=critical,timeStamping"]);
        arguments.extend(["-keyout", key.to_str().unwrap(), "-out", certificate.to_str().unwrap()]);
        run(Command::new("openssl").args(&arguments));
        std::fs::write(folder.join("serial"), "01\n").unwrap();
        let config = TSA.replace("SERIAL", folder.join("serial").to_str().unwrap());
        std::fs::write(folder.join("tsa.cnf"), config).unwrap();
        folder
    }

    /// One that hangs up on everybody.
    pub fn silent() -> Authority {
        Authority::listen(PathBuf::new(), drop)
    }

    /// How often it was asked.
    pub fn times(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn listen(folder: PathBuf, answers: impl Fn(TcpStream) + Send + 'static) -> Authority {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/tsr", listener.local_addr().unwrap());
        let authority = Authority { folder, address, asked: Arc::default() };
        let asked = Arc::clone(&authority.asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                asked.fetch_add(1, Ordering::SeqCst);
                answers(stream.unwrap());
            }
        });
        authority
    }
}

/// One request, one answer.
fn answer(folder: &Path, mut stream: TcpStream) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    let (head, length) = loop {
        let read = stream.read(&mut buffer).unwrap();
        request.extend_from_slice(&buffer[..read]);
        let Some(head) = request.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&request[..head]).to_lowercase();
        assert!(text.contains("content-type: application/timestamp-query"), "{text}");
        let length: usize =
            text.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
        if request.len() >= head + 4 + length {
            break (head, length);
        }
    };
    let [query, reply] = ["query.tsq", "reply.tsr"].map(|name| folder.join(name));
    std::fs::write(&query, &request[head + 4..head + 4 + length]).unwrap();
    let path = |name: &str| folder.join(name);
    let mut command = Command::new("openssl");
    command.args(["ts", "-reply", "-queryfile"]).arg(&query).arg("-out").arg(&reply);
    command.arg("-config").arg(path("tsa.cnf")).arg("-signer").arg(path("tsa.pem"));
    run(command.arg("-inkey").arg(path("tsa-key.pem")));
    let body = std::fs::read(&reply).unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/timestamp-reply\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), &body].concat()).unwrap();
}
