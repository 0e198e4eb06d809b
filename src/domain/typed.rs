//! Short texts that people type: reasons and names, on a page, in a command or in a letter. Stored as one visible line.

/// Maximum length of a stored reason or name, in characters.
pub const LONGEST_TYPED: usize = 500;

/// Why a text cannot be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadTypedText {
    #[error("it contains nothing visible; write some words")]
    Empty,
    #[error("it has {length} characters, and {LONGEST_TYPED} are kept; shorten it")]
    TooLong { length: usize },
    /// Counted from 1.
    #[error("character {at} of it is a control character; take it out")]
    Control { at: usize },
}

/// A text in the form in which it is stored: on one line, without invisible characters.
///
/// # Errors
/// [`BadTypedText`]
pub fn typed(text: &str) -> Result<String, BadTypedText> {
    if let Some(at) = text.chars().position(|c| c.is_control() && !c.is_whitespace()) {
        return Err(BadTypedText::Control { at: at + 1 });
    }
    let kept = one_line(text);
    let length = kept.chars().count();
    match length {
        0 => Err(BadTypedText::Empty),
        _ if is_blank(&kept) => Err(BadTypedText::Empty),
        _ if length > LONGEST_TYPED => Err(BadTypedText::TooLong { length }),
        _ => Ok(kept),
    }
}

/// `text` as one line: control characters, and those that hide or reverse text, become spaces, and runs of white space
/// become one space.
#[must_use]
pub fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if hides(c) { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text has no visible characters.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || hides(c) || is_blank_alone(c))
}

/// Control characters, line and paragraph separators, marks that change the direction of text, and invisible
/// characters, which could make one name look like another (Unicode Technical Report 36). The two joiners are
/// permitted, because some Asian scripts need them.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Joiners, fillers and selectors: part of a word, but invisible on their own.
fn is_blank_alone(c: char) -> bool {
    matches!(c,
        '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{200c}' | '\u{200d}' | '\u{2800}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_that_can_be_seen() {
        assert_eq!(typed("  closed\r\n on\tMonday\u{200b} ").as_deref(), Ok("closed on Monday"));
        assert_eq!(typed("می\u{200c}خواهم").as_deref(), Ok("می\u{200c}خواهم"));
        for blank in ["", " \n", "\u{200b}", "\u{200d}\u{200d}", "\u{3164} \u{2800}", "\u{202e}\u{ad}\u{fe0f}"] {
            assert_eq!(typed(blank), Err(BadTypedText::Empty), "{blank:?}");
        }
    }

    #[test]
    fn a_control_character_is_named_by_its_place() {
        for (text, at) in [("a\0", 2), ("\u{1b}[31mred", 1), ("é\u{9b}", 2), ("\u{7f}", 1)] {
            assert_eq!(typed(text), Err(BadTypedText::Control { at }), "{text:?}");
        }
    }

    #[test]
    fn a_text_is_measured_as_it_is_kept() {
        let longest = "é".repeat(LONGEST_TYPED);
        assert_eq!(typed(&format!(" {longest}\n")), Ok(longest.clone()));
        assert_eq!(typed(&format!("{longest}é")), Err(BadTypedText::TooLong { length: LONGEST_TYPED + 1 }));
    }
}
