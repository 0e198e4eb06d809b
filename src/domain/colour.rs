//! Colours, and whether text in them is legible.

/// A colour in sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    pub red: u8,
    pub green: u8,
    pub blue: u8,
}

/// A text that is not a colour.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a colour")]
pub struct NoColour(pub String);

/// Minimum contrast between text and background (WCAG 2.2, 1.4.3, level AA).
pub const READABLE: f64 = 4.5;

impl Colour {
    pub const WHITE: Colour = Colour { red: 255, green: 255, blue: 255 };
    pub const BLACK: Colour = Colour { red: 0, green: 0, blue: 0 };

    /// Relative luminance, 0 to 1 (WCAG 2.2).
    #[must_use]
    pub fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
    }

    /// Contrast with another colour, 1 to 21 (WCAG 2.2).
    #[must_use]
    pub fn contrast(self, other: Colour) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// The colour itself, or made just dark or light enough for text in it to be legible on `ground`.
    #[must_use]
    pub fn readable_on(self, ground: Colour) -> Colour {
        let end = Colour::text_on(ground);
        let steps = (0..=20).map(|step| self.mixed(end, step * 5));
        steps.into_iter().find(|colour| colour.contrast(ground) >= READABLE).unwrap_or(end)
    }

    /// White or black, whichever is more legible on `ground`.
    #[must_use]
    pub fn text_on(ground: Colour) -> Colour {
        if Colour::WHITE.contrast(ground) >= Colour::BLACK.contrast(ground) { Colour::WHITE } else { Colour::BLACK }
    }

    /// A mixture with `percent` of another colour.
    fn mixed(self, other: Colour, percent: u32) -> Colour {
        let mix = |a: u8, b: u8| {
            let mixed = (u32::from(a) * (100 - percent) + u32::from(b) * percent) / 100;
            u8::try_from(mixed).expect("between two channels")
        };
        Colour { red: mix(self.red, other.red), green: mix(self.green, other.green), blue: mix(self.blue, other.blue) }
    }
}

impl std::str::FromStr for Colour {
    type Err = NoColour;

    /// Parses `#1f7a6b`.
    fn from_str(text: &str) -> Result<Colour, NoColour> {
        let digits =
            text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.bytes().all(|c| c.is_ascii_hexdigit()));
        let channel = |at: usize| digits.and_then(|digits| u8::from_str_radix(&digits[at..at + 2], 16).ok());
        match (channel(0), channel(2), channel(4)) {
            (Some(red), Some(green), Some(blue)) => Ok(Colour { red, green, blue }),
            (_, _, _) => Err(NoColour(text.to_owned())),
        }
    }
}

impl std::fmt::Display for Colour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_colour_is_read_and_written_as_in_style_sheets() {
        let teal: Colour = "#1f7A6b".parse().unwrap();
        assert_eq!(teal.to_string(), "#1f7a6b");
        for bad in ["", "1f7a6b", "#1f7a6", "#1f7a6g", "#+f7a6b", "teal", "#日日"] {
            assert_eq!(bad.parse::<Colour>(), Err(NoColour(bad.to_owned())));
        }
    }

    #[test]
    fn black_on_white_has_the_highest_contrast() {
        assert!((Colour::BLACK.contrast(Colour::WHITE) - 21.0).abs() < 1e-9);
        assert!((Colour::WHITE.contrast(Colour::WHITE) - 1.0).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn text_can_be_read_whatever_colour_a_company_has(red: u8, green: u8, blue: u8) {
            let colour = Colour { red, green, blue };
            for ground in [Colour::WHITE, "#1d2425".parse().unwrap()] {
                prop_assert!(colour.readable_on(ground).contrast(ground) >= READABLE);
            }
            prop_assert!(Colour::text_on(colour).contrast(colour) >= READABLE);
            prop_assert_eq!(colour.to_string().parse::<Colour>().unwrap(), colour);
        }
    }
}
