//! One life of the real binary.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant as Stopwatch};

use chrono::TimeDelta;
use ronda::domain::Instant;

/// How much faster than the machine's the office's clock runs.
const SPEED: u32 = 600;

/// What passes in the office while this passes on the machine, to the millisecond as its clock goes.
pub fn simulated(span: Duration) -> TimeDelta {
    TimeDelta::milliseconds(i64::try_from((span * SPEED).as_millis()).expect("some hours"))
}

pub struct Daemon {
    process: Child,
    started: Stopwatch,
    log: Arc<Mutex<Vec<String>>>,
}

impl Daemon {
    pub fn start(folder: &Path, from: Instant) -> Daemon {
        let mut process = Command::new(env!("CARGO_BIN_EXE_ronda"))
            .arg("serve")
            .arg("--dir")
            .arg(folder)
            .args(["--clock-from", &from.to_rfc3339(), "--clock-speed", &SPEED.to_string(), "--clock-seed", "1"])
            .env_clear()
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let log = Arc::new(Mutex::new(Vec::new()));
        let (lines, kept) = (BufReader::new(process.stderr.take().expect("it is piped")), Arc::clone(&log));
        std::thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                kept.lock().unwrap().push(line);
            }
        });
        Daemon { process, started: Stopwatch::now(), log }
    }

    /// Waits until the office is open.
    pub async fn opened(&mut self) {
        while !self.log.lock().unwrap().iter().any(|line| line.contains("the office is open")) {
            assert!(self.started.elapsed() < Duration::from_secs(30), "it does not open:\n{}", self.log());
            let ended = self.process.try_wait().unwrap();
            assert!(ended.is_none(), "it ended by itself with {ended:?}:\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// `kill -9`. Returns how long it lived.
    pub async fn kill(mut self) -> Duration {
        let ended = self.process.try_wait().unwrap();
        assert!(ended.is_none(), "it ended by itself with {ended:?}:\n{}", self.log());
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.no_mistakes();
        self.started.elapsed()
    }

    /// SIGTERM: it finishes the step at hand and ends well. Returns how long it lived.
    pub async fn stop(mut self) -> Duration {
        let told = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status().unwrap();
        assert!(told.success());
        while self.process.try_wait().unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(self.process.wait().unwrap().success(), "it did not end well:\n{}", self.log());
        self.no_mistakes();
        self.started.elapsed()
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().join("\n")
    }

    fn no_mistakes(&self) {
        let log = self.log();
        assert!(!log.contains("panicked") && !log.contains("ERROR"), "{log}");
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Only a test that failed leaves one alive.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
