//! Statements with words of the domain in them, joined when the program is compiled.
//!
//! A word is not always bound: an index of part of a table serves those statements alone that say the same condition as
//! it does, word for word. So the word comes from its enum, and no statement has one of its own.

/// One constant of several: `text!("select id from letter where state = '", WAITING, "'")`.
macro_rules! text {
    ($($piece:expr),+ $(,)?) => {{
        const PIECES: &[&str] = &[$($piece),+];
        const BYTES: [u8; $crate::text::length(PIECES)] = $crate::text::joined(PIECES);
        const TEXT: &str = $crate::text::checked(&BYTES);
        TEXT
    }};
}

pub(crate) use text;

/// Bytes of all pieces.
pub(crate) const fn length(pieces: &[&str]) -> usize {
    let (mut length, mut at) = (0, 0);
    while at < pieces.len() {
        length += pieces[at].len();
        at += 1;
    }
    length
}

/// The pieces, one after another.
pub(crate) const fn joined<const N: usize>(pieces: &[&str]) -> [u8; N] {
    let (mut joined, mut to, mut at) = ([0; N], 0, 0);
    while at < pieces.len() {
        let (piece, mut from) = (pieces[at].as_bytes(), 0);
        while from < piece.len() {
            joined[to] = piece[from];
            to += 1;
            from += 1;
        }
        at += 1;
    }
    joined
}

/// Whole texts joined are a text.
pub(crate) const fn checked(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("the pieces are texts"),
    }
}
