//! Texts in three languages, in Fluent: `templates/locales/{en,es,zh}/*.ftl`.
//!
//! The texts are compiled in. A test checks that every language has the same keys with the same variables.

mod own;

use std::path::Path;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::{LanguageIdentifier, langid};

use domain::language::Language;
use domain::wording;
pub use domain::wording::{
    Value, date, day_and_month, month, number, short_date, short_month, short_weekday, time, weekday, weekday_and_day,
};

/// The built-in texts of a language, by file.
macro_rules! texts {
    ($language:literal) => {
        [
            include_str!(concat!("../../templates/locales/", $language, "/calendar.ftl")),
            include_str!(concat!("../../templates/locales/", $language, "/decide.ftl")),
            include_str!(concat!("../../templates/locales/", $language, "/form.ftl")),
            include_str!(concat!("../../templates/locales/", $language, "/ledger.ftl")),
            include_str!(concat!("../../templates/locales/", $language, "/mail.ftl")),
            include_str!(concat!("../../templates/locales/", $language, "/report.ftl")),
            include_str!(concat!("../../templates/locales/", $language, "/verify.ftl")),
            include_str!(concat!("../../templates/locales/", $language, "/web.ftl")),
        ]
    };
}

fn shipped(language: Language) -> [&'static str; 8] {
    match language {
        Language::En => texts!("en"),
        Language::Es => texts!("es"),
        Language::Zh => texts!("zh"),
    }
}

/// All texts in all languages.
pub struct Locales {
    /// In the order of [`Language::ALL`].
    bundles: [FluentBundle<FluentResource>; 3],
}

impl std::fmt::Debug for Locales {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Locales").finish_non_exhaustive()
    }
}

impl Locales {
    /// Loads the built-in texts in all languages.
    ///
    /// # Panics If a built-in text is not valid Fluent; a test loads them all.
    #[must_use]
    pub fn load() -> Locales {
        Locales { bundles: Language::ALL.map(bundle) }
    }

    /// The built-in texts, overridden by `{en,es,zh}.ftl` in a folder. Only keys that begin with `only` may be
    /// overridden.
    ///
    /// # Errors
    /// Every mistake in the folder's files, each with file and line.
    pub fn with_own(folder: &Path, only: &str) -> Result<Locales, Vec<String>> {
        let (mut locales, mut mistakes) = (Locales::load(), Vec::new());
        for (bundle, language) in locales.bundles.iter_mut().zip(Language::ALL) {
            match own::read(folder, language, only) {
                Ok(Some(texts)) => bundle.add_resource_overriding(texts),
                Ok(None) => {}
                Err(of_language) => mistakes.extend(of_language),
            }
        }
        if mistakes.is_empty() { Ok(locales) } else { Err(mistakes) }
    }

    /// Formats the text of `key` in `language` with `arguments`.
    ///
    /// A missing key or argument is a bug of ours: it panics in a debug build; a release build logs it and uses the key
    /// as the text, so that a letter still leaves.
    #[must_use]
    pub fn say(&self, language: Language, key: &str, arguments: &[(&str, Value<'_>)]) -> String {
        self.try_say(language, key, arguments).unwrap_or_else(|mistake| {
            debug_assert!(false, "text {key:?} in {language}: {mistake}");
            tracing::error!(key, %language, "{mistake}");
            key.to_owned()
        })
    }

    /// Like [`Locales::say`], for texts and templates that were written by others.
    ///
    /// # Errors
    /// If `key` has no text, or the text needs a variable that is not in `arguments`.
    pub fn try_say(&self, language: Language, key: &str, arguments: &[(&str, Value<'_>)]) -> Result<String, String> {
        let bundle = self.bundle(language);
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return Err("there is no such text".to_owned());
        };
        let mut values = FluentArgs::with_capacity(arguments.len());
        for (name, value) in arguments {
            match value {
                Value::Text(text) => values.set(*name, text.as_ref()),
                Value::Number(number) => values.set(*name, *number),
            }
        }
        let mut mistakes = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&values), &mut mistakes).into_owned();
        match mistakes.first() {
            None => Ok(text),
            Some(mistake) => Err(mistake.to_string()),
        }
    }

    /// Whether there is a text for `key`; all languages have the same keys.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.bundles[0].has_message(key)
    }

    fn bundle(&self, language: Language) -> &FluentBundle<FluentResource> {
        match language {
            Language::En => &self.bundles[0],
            Language::Es => &self.bundles[1],
            Language::Zh => &self.bundles[2],
        }
    }
}

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![identifier(language)]);
    // Isolation marks around values help with bidirectional text on screen; in a plain-text letter they are noise.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match language {
        Language::En => |value, _| formatted(Language::En, value),
        Language::Es => |value, _| formatted(Language::Es, value),
        Language::Zh => |value, _| formatted(Language::Zh, value),
    }));
    for text in shipped(language) {
        let resource = FluentResource::try_new(text.to_owned())
            .unwrap_or_else(|(_, mistakes)| panic!("texts in {language}: {mistakes:?}"));
        bundle.add_resource(resource).unwrap_or_else(|mistakes| panic!("texts in {language}: {mistakes:?}"));
    }
    bundle
}

/// Formats numbers inside texts like everywhere else.
fn formatted(language: Language, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(wording::number(language, number.value)),
        FluentValue::String(_) | FluentValue::Custom(_) | FluentValue::None | FluentValue::Error => None,
    }
}

fn identifier(language: Language) -> LanguageIdentifier {
    match language {
        Language::En => langid!("en"),
        Language::Es => langid!("es"),
        Language::Zh => langid!("zh-Hans"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    /// Maps each key to the variables of its text.
    fn asked(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut key = String::new();
        for line in shipped(language).iter().flat_map(|text| text.lines()).filter(|line| !line.starts_with('#')) {
            if line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-') {
                key = line.split('=').next().unwrap().trim().to_owned();
                assert!(found.insert(key.clone(), BTreeSet::new()).is_none(), "{key} is there twice in {language}");
            }
            for asked in line.split('$').skip(1) {
                let name = asked.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').next().unwrap();
                found.get_mut(&key).expect("a text before its key").insert(name.to_owned());
            }
        }
        found
    }

    #[test]
    fn every_language_has_the_same_keys_with_the_same_values() {
        let english = asked(Language::En);
        for language in [Language::Es, Language::Zh] {
            let other = asked(language);
            for (key, values) in &english {
                assert_eq!(other.get(key), Some(values), "{key} in {language}");
            }
            assert_eq!(other.len(), english.len(), "{language} has keys that English lacks");
        }
    }

    #[test]
    fn every_shipped_text_is_read() {
        let locales = Locales::load();
        for key in asked(Language::En).keys().filter(|key| !key.starts_with('-')) {
            assert!(locales.has(key), "{key}");
        }
    }

    #[test]
    fn a_text_chooses_its_plural_and_writes_its_number_as_its_language_does() {
        let locales = Locales::load();
        let say = |language, n| locales.say(language, "report-checks", &[("count", Value::Number(n))]);
        assert_eq!(say(Language::En, 1.0), "1 check");
        assert_eq!(say(Language::En, 80.0), "80 checks");
        assert_eq!(say(Language::Es, 1.0), "1 comprobación");
        assert_eq!(say(Language::Zh, 80.0), "80项检查");
    }

    #[test]
    #[should_panic(expected = "no such text")]
    fn a_key_that_does_not_exist_stops_a_debug_build() {
        let _ = Locales::load().say(Language::En, "no-such-key", &[]);
    }
}
