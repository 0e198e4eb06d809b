//! Pre-built subsets of the Latin faces with the glyphs of Western European text, made once per process: most documents
//! need no others.

use std::sync::LazyLock;

use crate::pdf::fonts::{Outlines, faces};

use super::embed::{Embedded, Used};
use super::press::Press;

/// Characters, other than ASCII and Latin-1, that occur in almost every report.
const MORE: &str = "–—‘’‚“”„†•…‰‹›€™−≤≥≈≠√ΔΩμπ";

/// The glyphs of a face that every document includes.
pub(super) struct Stock {
    pub(super) glyphs: Used,
    pub(super) embedded: Embedded,
}

/// The pre-built subset of a face; `None` if each document makes its own.
pub(super) fn of(face: usize) -> Option<&'static Stock> {
    static STOCKS: [LazyLock<Stock>; 2] = [LazyLock::new(|| make(0)), LazyLock::new(|| make(1))];
    STOCKS.get(face).map(|stock| &**stock)
}

fn make(face: usize) -> Stock {
    let face = &faces()[face];
    debug_assert_eq!(face.outlines, Outlines::TrueType, "{} is a Latin face", face.name);
    let mut glyphs = Used::empty(face);
    for character in (' '..='~').chain('\u{a0}'..='\u{ff}').chain(MORE.chars()) {
        glyphs.take_character(face, character);
    }
    let embedded = glyphs.subset(face, &mut Press::new()).expect("a shipped face can be subset; a test does");
    Stock { glyphs, embedded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_latin_faces_have_a_stock_and_the_chinese_have_none() {
        for face in 0..faces().len() {
            let stock = of(face);
            assert_eq!(stock.is_some(), faces()[face].outlines == Outlines::TrueType);
            assert!(stock.is_none_or(|stock| stock.embedded.program.len() < 40_000));
        }
    }
}
