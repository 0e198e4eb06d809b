//! Words in three languages, by Fluent: `templates/locales/{en,es,zh}.ftl`.

use crate::domain::language::Language;

/// All texts of all languages.
#[derive(Debug)]
pub struct Locales {}

/// A value inside a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    Text(std::borrow::Cow<'a, str>),
    Number(f64),
}

impl Locales {
    /// The shipped texts.
    #[must_use]
    pub fn load() -> Locales {
        todo!()
    }
    /// The text of `key` in `language`, with `arguments` put in.
    #[must_use]
    pub fn say(&self, language: Language, key: &str, arguments: &[(&str, Value<'_>)]) -> String {
        todo!()
    }
}
