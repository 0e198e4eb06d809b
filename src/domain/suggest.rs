//! "Did you mean …?": finds the known word closest to a mistyped one. The only file that uses `strsim`.

/// The candidate closest to `word`, if it is close enough to have been meant.
///
/// Case, spaces, underscores and hyphens are ignored. About one letter in four may differ (inserted, missing, wrong, or
/// swapped with its neighbour). If two are equally close, the first one wins.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = plain(word);
    let allowed = match word.chars().count() {
        0..=2 => 0,
        letters => (letters / 4).clamp(1, 3),
    };
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let distance = strsim::damerau_levenshtein(&word, &plain(candidate));
        if distance <= allowed && best.is_none_or(|(nearest, _)| distance < nearest) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// `; did you mean X?`, or nothing; to be appended to a message.
#[must_use]
pub fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map(|suggestion| format!("; did you mean {suggestion}?")).unwrap_or_default()
}

/// The word without the differences that are most often mistyped.
fn plain(word: &str) -> String {
    word.trim().to_lowercase().replace([' ', '_'], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [&str; 4] = ["inspection", "maintenance", "follow-up", "training"];

    #[test]
    fn a_slip_of_the_finger_is_understood() {
        assert_eq!(nearest("inspecton", WORDS), Some("inspection"));
        assert_eq!(nearest("Follow Up", WORDS), Some("follow-up"));
        assert_eq!(nearest("trianing", WORDS), Some("training"));
    }

    #[test]
    fn a_wholly_different_word_suggests_nothing() {
        assert_eq!(nearest("banana", WORDS), None);
        assert_eq!(nearest("", WORDS), None);
        assert_eq!(did_you_mean(None), "");
        assert_eq!(did_you_mean(Some("training")), "; did you mean training?");
    }
}
