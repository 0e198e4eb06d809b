//! The built-in faces: Noto Sans for Latin, Greek and Cyrillic, Noto Sans SC for Chinese.

use std::sync::LazyLock;

use rustybuzz::Face as Shaper;

use domain::language::Language;

/// The weight of a face.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Weight {
    Regular,
    Bold,
}

/// The format of a face's outlines, which determines how a PDF embeds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlines {
    TrueType,
    Cff,
}

/// A font face that is part of the program.
pub struct Face {
    pub name: &'static str,
    pub outlines: Outlines,
    pub bytes: &'static [u8],
    pub shaper: Shaper<'static>,
}

const FILES: [(&str, Outlines, &[u8]); 4] = [
    ("NotoSans-Regular", Outlines::TrueType, include_bytes!("../../../templates/pdf/fonts/NotoSans-Regular.ttf")),
    ("NotoSans-Bold", Outlines::TrueType, include_bytes!("../../../templates/pdf/fonts/NotoSans-Bold.ttf")),
    ("NotoSansSC-Regular", Outlines::Cff, include_bytes!("../../../templates/pdf/fonts/NotoSansSC-Regular.otf")),
    ("NotoSansSC-Bold", Outlines::Cff, include_bytes!("../../../templates/pdf/fonts/NotoSansSC-Bold.otf")),
];

static FACES: LazyLock<[Face; 4]> = LazyLock::new(|| {
    FILES.map(|(name, outlines, bytes)| Face {
        name,
        outlines,
        bytes,
        shaper: Shaper::from_slice(bytes, 0).expect("a shipped face is a font; a test reads it"),
    })
});

/// All faces; text runs refer to them by index.
#[must_use]
pub fn faces() -> &'static [Face; 4] {
    &FACES
}

impl Face {
    /// Converts a length in font units to thousandths of an em.
    #[must_use]
    pub fn thousandths(&self, units: f32) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "an em has 1000 or 2048 units")]
        let em = self.shaper.units_per_em() as f32;
        units * 1000.0 / em
    }
}

/// The face for `character` in `language`; `None` if no face has it.
#[must_use]
pub fn face_for(character: char, weight: Weight, language: Language) -> Option<usize> {
    let (latin, chinese) = match weight {
        Weight::Regular => (0, 2),
        Weight::Bold => (1, 3),
    };
    let order =
        if language == Language::Zh && is_shared_punctuation(character) { [chinese, latin] } else { [latin, chinese] };
    order.into_iter().find(|face| FACES[*face].shaper.glyph_index(character).is_some())
}

/// Punctuation that is set full-width in Chinese but not in Latin text.
fn is_shared_punctuation(character: char) -> bool {
    matches!(character, '—' | '‘' | '’' | '“' | '”' | '…')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_face_is_a_font_with_the_characters_of_its_script() {
        for weight in [Weight::Regular, Weight::Bold] {
            for character in "Año 12,5 °C Ωµ≥≤–·№ Привет".chars().chain("巡检报告：第三页，共六页。麤鬱".chars())
            {
                assert!(face_for(character, weight, Language::En).is_some(), "{character:?} {weight:?}");
            }
        }
        assert_eq!(face_for('😀', Weight::Regular, Language::En), None);
    }
}
