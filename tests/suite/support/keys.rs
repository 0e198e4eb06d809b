//! DKIM keys as an administrator would make them, and dkimpy's verdict on what they signed.

use std::path::{Path, PathBuf};
use std::process::Command;

use ronda::mail::Dkim;

/// The system's own interpreter: packages of the distribution are there.
pub const PYTHON: &str = "/usr/bin/python3";

pub struct Keys {
    pub folder: tempfile::TempDir,
    /// RSA, then Ed25519.
    pub signers: Vec<Dkim>,
}

pub fn openssl(arguments: &[&str]) -> String {
    let made = Command::new("openssl").args(arguments).output().expect("openssl is installed by tests/run");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    String::from_utf8(made.stdout).unwrap()
}

impl Keys {
    pub fn make() -> Keys {
        let rsa = openssl(&["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]);
        let ed25519 = openssl(&["genpkey", "-algorithm", "ed25519"]);
        let signers = vec![
            Dkim::new("norte.example", "r2026", &rsa).unwrap(),
            Dkim::new("norte.example", "e2026", &ed25519).unwrap(),
        ];
        Keys { folder: tempfile::tempdir().unwrap(), signers }
    }

    /// What dkimpy says of each message: true where every signature holds.
    pub fn verdicts(&self, messages: &[Vec<u8>]) -> Vec<bool> {
        let records = self.folder.path().join("records");
        let lines: String =
            self.signers.iter().map(|signer| format!("{} {}\n", signer.record_name(), signer.record())).collect();
        std::fs::write(&records, lines).unwrap();
        let paths: Vec<PathBuf> = (0..messages.len()).map(|n| self.folder.path().join(format!("{n}.eml"))).collect();
        for (path, message) in paths.iter().zip(messages) {
            std::fs::write(path, message).unwrap();
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/support/dkim_verify.py");
        let said = Command::new(PYTHON).arg(script).arg(&records).args(&paths).output().unwrap();
        let words = String::from_utf8(said.stdout).unwrap();
        let verdicts: Vec<bool> = words.lines().map(|line| line.contains("True") && !line.contains("False")).collect();
        let why = String::from_utf8_lossy(&said.stderr);
        assert_eq!(verdicts.len(), messages.len(), "dkimpy is installed by tests/run: {why}");
        verdicts
    }
}
