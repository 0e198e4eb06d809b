//! What a report proves, by other people's programs: OpenSSL, pyHanko and poppler say whether a signature holds;
//! and by ours: `ronda verify` on files that were altered, cut, or made to hurt.

mod command;
mod company;
mod hostile;
mod signatures;
