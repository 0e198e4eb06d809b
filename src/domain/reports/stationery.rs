//! The look of a company's documents: its colour, logo, paper size and legal lines.

use std::str::FromStr;

use super::Picture;
use crate::colour::{Colour, READABLE};

/// The look of a company's documents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stationery {
    /// Replaces the company's name in the header of the first page.
    pub logo: Option<Picture>,
    pub accent: Accent,
    pub paper: PaperChoice,
    /// Commercial register, tax number, bank account: small, in the footer of the first page.
    pub legal: Vec<String>,
}

/// The colour of headings and rules, dark enough to be legible on white.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accent(Colour);

/// The given colour is unsuitable for text.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BadAccent {
    #[error("a colour is # and six hexadecimal digits, red, green, blue")]
    NotAColour,
    #[error("its contrast with white paper is {contrast:.1} : 1, and text needs {READABLE} : 1")]
    TooPale { contrast: f64 },
}

impl Accent {
    /// Red, green and blue in sRGB.
    #[must_use]
    pub fn rgb(self) -> (u8, u8, u8) {
        (self.0.red, self.0.green, self.0.blue)
    }

    /// The colour itself, which is legible on white.
    #[must_use]
    pub fn colour(self) -> Colour {
        self.0
    }
}

impl Default for Accent {
    /// A calm blue.
    fn default() -> Self {
        Accent(Colour { red: 0x12, green: 0x4a, blue: 0x63 })
    }
}

impl FromStr for Accent {
    type Err = BadAccent;

    fn from_str(text: &str) -> Result<Self, BadAccent> {
        let colour: Colour = text.trim().parse().map_err(|_| BadAccent::NotAColour)?;
        let contrast = colour.contrast(Colour::WHITE);
        if contrast < READABLE { Err(BadAccent::TooPale { contrast }) } else { Ok(Accent(colour)) }
    }
}

/// A size of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PaperSize {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 8.5 × 11 inches.
    Letter,
}

/// Which paper size documents are laid out for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PaperChoice {
    /// The size that offices in the site's country use.
    #[default]
    ByCountry,
    Always(PaperSize),
}

/// The text does not name a paper size.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no such paper size; use a4, letter or by-country")]
pub struct BadPaper;

impl FromStr for PaperChoice {
    type Err = BadPaper;

    fn from_str(text: &str) -> Result<Self, BadPaper> {
        match text.trim().to_ascii_lowercase().as_str() {
            "a4" => Ok(PaperChoice::Always(PaperSize::A4)),
            "letter" => Ok(PaperChoice::Always(PaperSize::Letter)),
            "by-country" => Ok(PaperChoice::ByCountry),
            _ => Err(BadPaper),
        }
    }
}

/// Countries that print on Letter (Unicode CLDR 46, `supplemental/measurementData`, paperSize US-Letter).
const LETTER: [&str; 14] = ["BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"];

impl PaperChoice {
    /// The paper size for a site in `country`, ISO 3166-1 alpha-2.
    #[must_use]
    pub fn for_country(self, country: &str) -> PaperSize {
        match self {
            PaperChoice::Always(paper) => paper,
            PaperChoice::ByCountry if LETTER.contains(&country) => PaperSize::Letter,
            PaperChoice::ByCountry => PaperSize::A4,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_that_cannot_be_read_on_white_is_refused_with_its_contrast() {
        assert_eq!("#124A63".parse(), Ok(Accent::default()));
        assert_eq!("#000000".parse::<Accent>().map(Accent::rgb), Ok((0, 0, 0)));
        for text in ["", "#12345", "123456", "#12345g", "#1234567", "#ééé"] {
            assert_eq!(text.parse::<Accent>(), Err(BadAccent::NotAColour), "{text}");
        }
        let pale = "#ffcc00".parse::<Accent>().unwrap_err();
        assert_eq!(pale.to_string(), "its contrast with white paper is 1.5 : 1, and text needs 4.5 : 1");
    }

    #[test]
    fn a_site_in_the_united_states_gets_letter_and_one_in_spain_a4() {
        assert_eq!(PaperChoice::ByCountry.for_country("US"), PaperSize::Letter);
        assert_eq!(PaperChoice::ByCountry.for_country("ES"), PaperSize::A4);
        assert_eq!("letter".parse(), Ok(PaperChoice::Always(PaperSize::Letter)));
        assert_eq!("A4".parse::<PaperChoice>().map(|choice| choice.for_country("US")), Ok(PaperSize::A4));
        assert_eq!("a5".parse::<PaperChoice>(), Err(BadPaper));
    }
}
