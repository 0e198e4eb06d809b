//! Determines the language of a browser's user.

use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;

use super::Desk;
use domain::language::Language;
use words::{Locales, Value};

/// The user's language, by `Accept-Language` (RFC 9110, 12.5.4), or the company's if we support none of theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reads(pub(super) Language);

impl FromRequestParts<Desk> for Reads {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Self::Rejection> {
        let header = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let own = desk.office().config.company.language;
        Ok(Reads(preferred(header.unwrap_or_default()).unwrap_or(own)))
    }
}

/// The most preferred language that we support, if any.
fn preferred(header: &str) -> Option<Language> {
    let mut liked: Option<(f32, Language)> = None;
    for choice in header.split(',') {
        let mut parts = choice.split(';').map(str::trim);
        let Some(Ok(language)) = parts.next().map(str::parse::<Language>) else { continue };
        let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(Ok(1.0), str::parse::<f32>);
        let Ok(quality) = quality else { continue };
        if quality > 0.0 && liked.is_none_or(|(best, _)| quality > best) {
            liked = Some((quality, language));
        }
    }
    liked.map(|(_, language)| language)
}

/// A count with its noun: `3 letters`.
pub(super) fn counted(locales: &Locales, language: Language, key: &str, count: usize) -> String {
    locales.say(language, key, &[("count", Value::count(count))])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_liked_language_that_we_have_is_spoken() {
        assert_eq!(preferred(""), None);
        assert_eq!(preferred("fr, de;q=0.9"), None);
        assert_eq!(preferred("fr-CH, fr;q=0.9, es-MX;q=0.8, en;q=0.9"), Some(Language::En));
        assert_eq!(preferred("zh-CN,zh;q=0.9,en;q=0.8"), Some(Language::Zh));
        assert_eq!(preferred("en;q=0, es;q=0.1"), Some(Language::Es));
        assert_eq!(preferred("es;q=x, zh"), Some(Language::Zh));
    }
}
