//! Sources of incoming messages: a stream, a file with one or many messages (mbox, RFC 4155), a Maildir.
//!
//! No more of a message is held in memory than can be parsed; a longer message is recognised by its length and skipped.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use domain::letters::received::LARGEST_MESSAGE;

/// One byte more than can be parsed, which shows that a message is too large.
const HELD: usize = LARGEST_MESSAGE + 1;

/// How much of a line is read at a time.
const PIECE: u64 = 64 * 1024;

/// The single message in a stream, as piped by a mail server; a `From …` line before its header is dropped.
///
/// # Errors
/// If reading the stream fails.
pub fn piped(stream: impl Read) -> io::Result<Vec<u8>> {
    let mut stream = BufReader::new(stream);
    let mut message = Vec::new();
    stream.by_ref().take(HELD as u64).read_to_end(&mut message)?;
    // Read to the end, so that the writer does not get a broken pipe.
    io::copy(&mut stream, &mut io::sink())?;
    if message.starts_with(b"From ") {
        let line = message.iter().position(|byte| *byte == b'\n').map_or(message.len(), |end| end + 1);
        message.drain(..line);
    }
    Ok(message)
}

/// The messages in a file: many if it begins like an mbox, otherwise one.
#[derive(Debug)]
pub struct Messages {
    file: BufReader<File>,
    state: State,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    One,
    /// At the first line of a message in an mbox.
    Many,
    End,
}

impl Messages {
    /// Opens a file that contains one message, or many as an mbox.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn open(path: &Path) -> io::Result<Messages> {
        let mut file = BufReader::new(File::open(path)?);
        let is_mbox = file.fill_buf()?.starts_with(b"From ");
        if is_mbox {
            skip_line(&mut file)?;
        }
        Ok(Messages { file, state: if is_mbox { State::Many } else { State::One } })
    }

    /// The next message of an mbox: up to a line `From …` that follows an empty line; `>From ` is unquoted.
    fn of_mbox(&mut self) -> io::Result<Vec<u8>> {
        let mut message = Vec::new();
        let (mut starts_line, mut after_empty) = (true, false);
        loop {
            let mut piece = Vec::new();
            if self.file.by_ref().take(PIECE).read_until(b'\n', &mut piece)? == 0 {
                self.state = State::End;
                return Ok(message);
            }
            let ends_line = piece.ends_with(b"\n");
            if starts_line && after_empty && piece.starts_with(b"From ") {
                if !ends_line {
                    skip_line(&mut self.file)?;
                }
                return Ok(message);
            }
            after_empty = starts_line && matches!(piece.as_slice(), b"\n" | b"\r\n");
            let quoted = piece.iter().take_while(|byte| **byte == b'>').count();
            let is_quoted = starts_line && quoted > 0 && piece[quoted..].starts_with(b"From ");
            let room = HELD.saturating_sub(message.len());
            message.extend(piece[usize::from(is_quoted)..].iter().take(room));
            starts_line = ends_line;
        }
    }
}

impl Iterator for Messages {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let message = match self.state {
            State::End => return None,
            State::Many => self.of_mbox(),
            State::One => {
                self.state = State::End;
                piped(&mut self.file)
            }
        };
        if message.is_err() {
            self.state = State::End;
        }
        Some(message)
    }
}

fn skip_line(file: &mut impl BufRead) -> io::Result<()> {
    loop {
        let mut piece = Vec::new();
        if file.by_ref().take(PIECE).read_until(b'\n', &mut piece)? == 0 || piece.ends_with(b"\n") {
            return Ok(());
        }
    }
}

/// A Maildir: others deliver messages to `new`, and we move them to `cur` once they are processed.
#[derive(Debug, Clone)]
pub struct Maildir(PathBuf);

/// Whether a message is shown as read or unread to a person who opens the Maildir.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaildirFlag {
    Seen,
    Unseen,
}

impl Maildir {
    /// Opens the Maildir in a folder.
    ///
    /// # Errors
    /// If the folder does not contain `new` and `cur`.
    pub fn open(folder: &Path) -> io::Result<Maildir> {
        for inside in ["new", "cur"] {
            if !folder.join(inside).is_dir() {
                let why = format!("{} is no Maildir: it has no folder {inside:?}", folder.display());
                return Err(io::Error::new(io::ErrorKind::NotFound, why));
            }
        }
        Ok(Maildir(folder.to_owned()))
    }

    /// Messages that have not been processed yet, by name, which is the order of their arrival.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn new_messages(&self) -> io::Result<Vec<PathBuf>> {
        let mut paths = Vec::new();
        for entry in std::fs::read_dir(self.0.join("new"))? {
            let entry = entry?;
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            if entry.file_type()?.is_file() && !is_hidden {
                paths.push(entry.path());
            }
        }
        paths.sort();
        Ok(paths)
    }

    /// Moves a processed message to `cur`.
    ///
    /// # Errors
    /// If it cannot be moved.
    pub fn handled(&self, message: &Path, mark: MaildirFlag) -> io::Result<()> {
        let mut name = message.file_name().expect("listed in the folder").to_owned();
        name.push(match mark {
            MaildirFlag::Seen => ":2,S",
            MaildirFlag::Unseen => ":2,",
        });
        std::fs::rename(message, self.0.join("cur").join(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8]) -> Vec<Vec<u8>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mail");
        std::fs::write(&path, text).unwrap();
        Messages::open(&path).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn an_mbox_is_taken_apart_at_its_from_lines_alone() {
        let mbox = b"From a@b Thu Mar  5 11:15:00 2026\nSubject: 1\n\n>From here\nFrom there\n\n\
                     From c@d Thu Mar  5 11:16:00 2026\r\nSubject: 2\r\n\r\n>>From x\r\n\r\n\
                     From e@f\nSubject: 3\n";
        let found = all(mbox);
        assert_eq!(found.len(), 3);
        assert_eq!(found[0], b"Subject: 1\n\nFrom here\nFrom there\n\n");
        assert_eq!(found[1], b"Subject: 2\r\n\r\n>From x\r\n\r\n");
        assert_eq!(found[2], b"Subject: 3\n");
    }

    #[test]
    fn a_file_that_is_no_mbox_is_one_message() {
        let text = b"Subject: 1\n\nhello\n\nFrom here\n";
        assert_eq!(all(text), [text.to_vec()]);
        assert_eq!(all(b""), [b""]);
    }

    #[test]
    fn a_piped_message_loses_its_envelope_line_and_what_is_too_much() {
        assert_eq!(piped(&b"From a@b now\nSubject: 1\n\nFrom here\n"[..]).unwrap(), b"Subject: 1\n\nFrom here\n");
        assert_eq!(piped(io::repeat(b'a').take(HELD as u64 + 1000)).unwrap().len(), HELD);
        let long = [b"From a@b\n".to_vec(), vec![b'x'; HELD + 500], b"\n\nFrom c@d\nS: 2\n".to_vec()].concat();
        let found = all(&long);
        assert_eq!((found.len(), found[0].len(), found[1].as_slice()), (2, HELD, &b"S: 2\n"[..]));
    }

    #[test]
    fn a_handled_message_moves_to_cur_with_its_mark() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Maildir::open(folder.path()).unwrap_err().to_string().contains("no folder \"new\""));
        for inside in ["new", "cur"] {
            std::fs::create_dir(folder.path().join(inside)).unwrap();
        }
        for name in ["2.host", "1.host", ".hidden"] {
            std::fs::write(folder.path().join("new").join(name), name).unwrap();
        }
        let maildir = Maildir::open(folder.path()).unwrap();
        let found = maildir.new_messages().unwrap();
        assert_eq!(found.iter().map(|path| path.file_name().unwrap()).collect::<Vec<_>>(), ["1.host", "2.host"]);
        maildir.handled(&found[0], MaildirFlag::Seen).unwrap();
        maildir.handled(&found[1], MaildirFlag::Unseen).unwrap();
        assert!(folder.path().join("cur/1.host:2,S").is_file() && folder.path().join("cur/2.host:2,").is_file());
        assert!(maildir.new_messages().unwrap().is_empty());
    }
}
