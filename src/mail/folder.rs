//! Writes letters as `.eml` files, for an office without a relay.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use sha2::{Digest, Sha256};

use super::address::{one_line, wire_address};
use super::outgoing::Outgoing;
use domain::letters::retry::{AttemptReply, DialogueStage};

/// A folder for letters, optionally with simulated failures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    path: PathBuf,
    weather: Weather,
}

/// Which attempts fail, determined only by the letter and the number of the attempt: for demos and simulations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Weather {
    pub seed: u64,
    /// Attempts out of a thousand that are deferred.
    pub put_off_per_mille: u16,
    /// Addresses that do not exist.
    pub unknown: Vec<String>,
}

impl Folder {
    /// Writes letters to `path`, which is created for the first one; accepts every letter.
    #[must_use]
    pub fn new(path: &Path) -> Folder {
        Folder { path: path.to_owned(), weather: Weather::default() }
    }

    /// Like [`Folder::new`], with simulated failures.
    #[must_use]
    pub fn in_weather(path: &Path, weather: Weather) -> Folder {
        Folder { path: path.to_owned(), weather }
    }

    /// The path of the folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(super) async fn send(&self, letter: &Outgoing<'_>) -> AttemptReply {
        if let Err(bad) = wire_address(letter.to) {
            return AttemptReply::Unsendable { said: bad.to_string() };
        }
        if let Some(answer) = self.weather.answer(letter) {
            return answer;
        }
        let (folder, name, bytes) = (self.path.clone(), file_name(letter), letter.bytes.to_vec());
        let kept = tokio::task::spawn_blocking(move || keep(&folder, &name, &bytes)).await;
        match kept {
            Ok(Ok(name)) => {
                AttemptReply::Reply { step: DialogueStage::Content, code: 250, said: format!("2.0.0 kept as {name}") }
            }
            Ok(Err(error)) => AttemptReply::NoReply {
                step: DialogueStage::Session,
                said: format!("cannot write to {}: {error}", self.path.display()),
            },
            Err(stopped) => AttemptReply::NoReply { step: DialogueStage::Session, said: stopped.to_string() },
        }
    }

    pub(super) async fn check(&self) -> anyhow::Result<()> {
        let folder = self.path.clone();
        tokio::task::spawn_blocking(move || {
            std::fs::create_dir_all(&folder)?;
            let probe = folder.join(".probe.tmp");
            std::fs::write(&probe, b"")?;
            std::fs::remove_file(&probe)
        })
        .await
        .context("the check was stopped")?
        .with_context(|| format!("letters cannot be written to {}", self.path.display()))
    }
}

impl Weather {
    /// The simulated failure of this attempt, if it has one.
    fn answer(&self, letter: &Outgoing<'_>) -> Option<AttemptReply> {
        if self.unknown.iter().any(|unknown| unknown == letter.to) {
            return Some(AttemptReply::Reply {
                step: DialogueStage::Envelope,
                code: 550,
                said: "5.1.1 no such mailbox here".to_owned(),
            });
        }
        let mut hash = Sha256::new();
        hash.update(self.seed.to_be_bytes());
        hash.update(letter.message_id);
        hash.update(letter.attempt.to_be_bytes());
        let hash = hash.finalize();
        let chance = u16::from_be_bytes([hash[0], hash[1]]) % 1000;
        (chance < self.put_off_per_mille).then(|| AttemptReply::Reply {
            step: DialogueStage::Envelope,
            code: 451,
            said: "4.7.1 too busy, please try again later".to_owned(),
        })
    }
}

/// `2026-03-12 0930 late inspection report for Terminal 2 - to ana@example.org.eml`; the time is in UTC.
fn file_name(letter: &Outgoing<'_>) -> String {
    let subject = readable(letter.subject, 80);
    format!("{} {subject} - to {}.eml", letter.made_at.format("%Y-%m-%d %H%M"), readable(letter.to, 60))
}

/// Removes characters that are invalid in file names on any system, and truncates to `most` bytes.
fn readable(text: &str, most: usize) -> String {
    let kept: String = one_line(text)
        .chars()
        .map(|c| if matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') { ' ' } else { c })
        .collect();
    let kept = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut end = kept.len().min(most);
    while !kept.is_char_boundary(end) {
        end -= 1;
    }
    kept[..end].trim_end_matches([' ', '.', ',']).trim_start_matches('.').to_owned()
}

/// Writes durably under the first free name; a file of the same letter that is already there is left unchanged.
fn keep(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<String> {
    std::fs::create_dir_all(folder)?;
    let stem = name.strip_suffix(".eml").unwrap_or(name);
    let mut n = 1;
    loop {
        let name = if n == 1 { format!("{stem}.eml") } else { format!("{stem} ({n}).eml") };
        let path = folder.join(&name);
        match std::fs::read(&path) {
            Ok(found) if found == bytes => return Ok(name),
            Ok(_) => n += 1,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                write_durably(folder, &path, bytes)?;
                return Ok(name);
            }
            Err(error) => return Err(error),
        }
    }
}

/// Writes to a temporary name, syncs, renames, and syncs the folder, so that the file is either complete or absent.
fn write_durably(folder: &Path, path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let temporary = folder.join(format!(".{}.tmp", std::process::id()));
    let mut file = std::fs::File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&temporary, path)?;
    std::fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter<'a>(subject: &'a str, bytes: &'a [u8], attempt: u32) -> Outgoing<'a> {
        Outgoing {
            message_id: "abc@example.org",
            notice: "deadline-flagged",
            from: "office@example.org",
            to: "ana@example.org",
            subject,
            made_at: "2026-03-12T09:30:00Z".parse().unwrap(),
            attempt,
            bytes,
        }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn the_same_letter_twice_is_one_file_and_another_one_never_replaces_it() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        for bytes in [b"one", b"one", b"two"] {
            let answer = folder.send(&letter("Late: report for T/2, due 12 March", bytes, 1)).await;
            assert_eq!(answer.code(), Some(250));
        }
        assert_eq!(
            names(dir.path()),
            [
                "2026-03-12 0930 Late report for T 2, due 12 March - to ana@example.org (2).eml",
                "2026-03-12 0930 Late report for T 2, due 12 March - to ana@example.org.eml",
            ]
        );
    }

    #[tokio::test]
    async fn no_subject_leads_out_of_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(&dir.path().join("out"));
        folder.send(&letter("../../etc/passwd\0\n", b"x", 1)).await;
        folder.send(&letter(&"检查报告".repeat(40), b"x", 1)).await;
        assert_eq!(names(dir.path()), ["out"]);
        assert_eq!(names(&dir.path().join("out")).len(), 2);
    }

    #[tokio::test]
    async fn the_weather_decides_by_letter_and_attempt_alone() {
        let dir = tempfile::tempdir().unwrap();
        let weather = Weather { seed: 7, put_off_per_mille: 500, unknown: vec![] };
        let folder = Folder::in_weather(dir.path(), weather);
        let mut codes = Vec::new();
        for attempt in 1..40 {
            let first = folder.send(&letter("Hello", b"x", attempt)).await;
            assert_eq!(first, folder.send(&letter("Hello", b"x", attempt)).await);
            codes.push(first.code().unwrap());
        }
        assert!(codes.contains(&250) && codes.contains(&451), "{codes:?}");
    }
}
