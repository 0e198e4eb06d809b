//! Statements that contain words of the domain, concatenated at compile time.
//!
//! Such words cannot always be bound, because a partial index is only used by statements that repeat its condition word
//! for word. They come from the enums' own words, so that no statement spells one itself.

/// Concatenates constants: `text!("select id from letter where state = '", WAITING, "'")`.
macro_rules! text {
    ($($piece:expr),+ $(,)?) => {{
        const PIECES: &[&str] = &[$($piece),+];
        const BYTES: [u8; $crate::text::length(PIECES)] = $crate::text::joined(PIECES);
        const TEXT: &str = $crate::text::checked(&BYTES);
        TEXT
    }};
}

/// A statement for both engines with lists that are each bound as one JSON array (`json_list`): codes, or row numbers.
/// A piece for only one engine is marked with its name: `sql!("select id from visit where site in ", codes 1, " order
/// by id", postgres " for update")`.
///
/// As in [`text!`], each piece is a constant; an expression of several tokens must be given a name first.
macro_rules! sql {
    (@$engine:ident [$($done:expr,)*]) => {
        $crate::text::text!($($done),*)
    };
    (@sqlite [$($done:expr,)*] codes $place:literal $(, $($rest:tt)*)?) => {
        $crate::text::sql!(@sqlite [$($done,)* concat!("(select value from json_each($", $place, "))"),] $($($rest)*)?)
    };
    (@postgres [$($done:expr,)*] codes $place:literal $(, $($rest:tt)*)?) => {
        $crate::text::sql!(
            @postgres [$($done,)* concat!("(select jsonb_array_elements_text($", $place, "::jsonb))"),] $($($rest)*)?
        )
    };
    (@sqlite [$($done:expr,)*] numbers $place:literal $(, $($rest:tt)*)?) => {
        $crate::text::sql!(@sqlite [$($done,)* concat!("(select value from json_each($", $place, "))"),] $($($rest)*)?)
    };
    (@postgres [$($done:expr,)*] numbers $place:literal $(, $($rest:tt)*)?) => {
        $crate::text::sql!(
            @postgres
            [$($done,)* concat!("(select value::bigint from jsonb_array_elements_text($", $place, "::jsonb))"),]
            $($($rest)*)?
        )
    };
    (@sqlite [$($done:expr,)*] sqlite $only:literal $(, $($rest:tt)*)?) => {
        $crate::text::sql!(@sqlite [$($done,)* $only,] $($($rest)*)?)
    };
    (@postgres [$($done:expr,)*] postgres $only:literal $(, $($rest:tt)*)?) => {
        $crate::text::sql!(@postgres [$($done,)* $only,] $($($rest)*)?)
    };
    (@postgres [$($done:expr,)*] sqlite $only:literal $(, $($rest:tt)*)?) => {
        $crate::text::sql!(@postgres [$($done,)*] $($($rest)*)?)
    };
    (@sqlite [$($done:expr,)*] postgres $only:literal $(, $($rest:tt)*)?) => {
        $crate::text::sql!(@sqlite [$($done,)*] $($($rest)*)?)
    };
    (@$engine:ident [$($done:expr,)*] $piece:expr $(, $($rest:tt)*)?) => {
        $crate::text::sql!(@$engine [$($done,)* $piece,] $($($rest)*)?)
    };
    ($($pieces:tt)+) => {
        $crate::Sql {
            sqlite: $crate::text::sql!(@sqlite [] $($pieces)+),
            postgres: $crate::text::sql!(@postgres [] $($pieces)+),
        }
    };
}

pub(crate) use {sql, text};

/// The total length of all pieces, in bytes.
pub(crate) const fn length(pieces: &[&str]) -> usize {
    let (mut length, mut at) = (0, 0);
    while at < pieces.len() {
        length += pieces[at].len();
        at += 1;
    }
    length
}

/// The concatenated pieces.
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

/// Valid, because whole strings were concatenated.
pub(crate) const fn checked(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("the pieces are texts"),
    }
}

#[cfg(test)]
mod tests {
    use crate::Sql;

    #[test]
    fn a_statement_has_its_lists_as_each_engine_reads_them() {
        const HEAD: &str = "select id from visit where site in ";
        let Sql { sqlite, postgres } = sql!(HEAD, codes 1, " or id in ", numbers 2, postgres " for update");
        assert_eq!(
            sqlite,
            "select id from visit where site in (select value from json_each($1)) or id in (select value from json_each($2))"
        );
        assert_eq!(
            postgres,
            "select id from visit where site in (select jsonb_array_elements_text($1::jsonb)) or id in (select value::bigint \
             from jsonb_array_elements_text($2::jsonb)) for update"
        );
    }
}
