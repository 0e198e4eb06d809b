//! The administrator's own wording: each text in `{en,es,zh}.ftl` overrides a built-in one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

use domain::language::Language;
use domain::suggest;

/// What a text refers to.
#[derive(Debug, Clone, Default)]
struct Asks {
    values: BTreeSet<String>,
    /// Other messages that it includes.
    texts: BTreeSet<String>,
    /// Functions and terms, which are not supported.
    unknown: BTreeSet<String>,
}

/// Reads a folder's texts in one language; `None` if the folder has no such file.
///
/// Each key must be that of a built-in text and begin with `only`, and the text may use only the variables that the
/// built-in text receives.
pub(super) fn read(folder: &Path, language: Language, only: &str) -> Result<Option<FluentResource>, Vec<String>> {
    let path = folder.join(format!("{language}.ftl"));
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(vec![format!("{}: cannot be read: {error}", path.display())]),
    };
    let resource = match FluentResource::try_new(text.clone()) {
        Ok(resource) => resource,
        Err((_, mistakes)) => {
            let line = |at: usize| text.get(..at).unwrap_or(&text).matches('\n').count() + 1;
            let of = |mistake: &fluent_syntax::parser::ParserError| {
                format!("{}:{}: {}", path.display(), line(mistake.pos.start), mistake.kind)
            };
            return Err(mistakes.iter().map(of).collect());
        }
    };
    let mistakes = mistakes(&resource, language, only);
    if mistakes.is_empty() {
        return Ok(Some(resource));
    }
    let place = |key: &str| text.lines().position(|line| line.starts_with(key)).map_or(1, |line| line + 1);
    Err(mistakes.into_iter().map(|(key, what)| format!("{}:{}: {what}", path.display(), place(&key))).collect())
}

/// Pairs each faulty key with what is wrong with its text.
fn mistakes(own: &FluentResource, language: Language, only: &str) -> Vec<(String, String)> {
    let mut shipped = BTreeMap::new();
    for text in super::shipped(language) {
        let resource = FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, _)| resource);
        shipped.extend(asks(&resource));
    }
    let mine: BTreeMap<String, Asks> = asks(own).collect();
    let mut all = shipped.clone();
    all.extend(mine.clone());
    let mut mistakes = Vec::new();
    for (key, asked) in &mine {
        let mut wrong = |what: String| mistakes.push((key.clone(), what));
        if !key.starts_with(only) || !shipped.contains_key(key) {
            let near = suggest::nearest(key, shipped.keys().filter(|key| key.starts_with(only)).map(String::as_str));
            wrong(format!("no letter has a text {key}{}", suggest::did_you_mean(near)));
            continue;
        }
        let (given, wanted) = (values(key, &shipped), values(key, &all));
        for value in wanted.difference(&given) {
            let names = given.iter().map(|name| format!("${name}")).collect::<Vec<_>>().join(", ");
            let has = if names.is_empty() { "no value".to_owned() } else { format!("only {names}") };
            wrong(format!("{key} has no value ${value}; it is given {has}"));
        }
        for text in asked.texts.iter().filter(|text| !all.contains_key(*text)) {
            wrong(format!("{key} refers to {text}, which does not exist"));
        }
        for unknown in &asked.unknown {
            wrong(format!("{key} uses {unknown}, which letters do not know; write the text itself"));
        }
    }
    mistakes
}

/// Every variable that a text uses, directly or through the messages that it includes.
fn values(key: &str, all: &BTreeMap<String, Asks>) -> BTreeSet<String> {
    let (mut found, mut seen, mut waiting) = (BTreeSet::new(), BTreeSet::new(), vec![key]);
    while let Some(key) = waiting.pop() {
        if let Some(asks) = all.get(key).filter(|_| seen.insert(key)) {
            found.extend(asks.values.iter().cloned());
            waiting.extend(asks.texts.iter().map(String::as_str));
        }
    }
    found
}

fn asks(resource: &FluentResource) -> impl Iterator<Item = (String, Asks)> + '_ {
    resource.entries().filter_map(|entry| match entry {
        Entry::Message(message) => {
            let mut asks = Asks::default();
            message.value.iter().for_each(|pattern| in_pattern(pattern, &mut asks));
            Some((message.id.name.to_owned(), asks))
        }
        Entry::Term(term) => Some((format!("-{}", term.id.name), Asks::default())),
        Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) | Entry::Junk { .. } => None,
    })
}

fn in_pattern(pattern: &Pattern<&str>, asks: &mut Asks) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { .. } => {}
            PatternElement::Placeable { expression } => in_expression(expression, asks),
        }
    }
}

fn in_expression(expression: &Expression<&str>, asks: &mut Asks) {
    match expression {
        Expression::Inline(inline) => in_inline(inline, asks),
        Expression::Select { selector, variants } => {
            in_inline(selector, asks);
            variants.iter().for_each(|variant| in_pattern(&variant.value, asks));
        }
    }
}

fn in_inline(inline: &InlineExpression<&str>, asks: &mut Asks) {
    match inline {
        InlineExpression::StringLiteral { .. } | InlineExpression::NumberLiteral { .. } => {}
        InlineExpression::VariableReference { id } => {
            asks.values.insert(id.name.to_owned());
        }
        InlineExpression::MessageReference { id, attribute } => {
            asks.texts.insert(id.name.to_owned());
            asks.unknown.extend(attribute.as_ref().map(|attribute| format!("{}.{}", id.name, attribute.name)));
        }
        InlineExpression::TermReference { id, .. } => {
            asks.unknown.insert(format!("-{}", id.name));
        }
        InlineExpression::FunctionReference { id, .. } => {
            asks.unknown.insert(format!("{}()", id.name));
        }
        InlineExpression::Placeable { expression } => in_expression(expression, asks),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Locales;
    use super::*;

    fn with(language: Language, text: &str) -> Result<Locales, Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(format!("{language}.ftl")), text).unwrap();
        let read = Locales::with_own(folder.path(), "mail-");
        read.map_err(|mistakes| {
            let prefix = format!("{}/", folder.path().display());
            mistakes.into_iter().map(|mistake| mistake.replace(&prefix, "")).collect()
        })
    }

    #[test]
    fn an_own_text_takes_the_place_of_the_shipped_one_in_its_language_alone() {
        let locales = with(Language::Es, "mail-footer = Estamos a su disposición.\n").unwrap();
        assert_eq!(locales.say(Language::Es, "mail-footer", &[]), "Estamos a su disposición.");
        assert_eq!(
            locales.say(Language::En, "mail-footer", &[]),
            Locales::load().say(Language::En, "mail-footer", &[])
        );
    }

    #[test]
    fn every_mistake_in_own_texts_is_named_with_its_line() {
        let text = "# ours\nmail-foter = x\nmail-greeting = Hi { $nam } { NUMBER($name) }\nweb-office = x\n\
                    mail-footer = { mail-nothing }{ -brand }\n";
        assert_eq!(
            with(Language::En, text).unwrap_err(),
            [
                "en.ftl:5: mail-footer refers to mail-nothing, which does not exist",
                "en.ftl:5: mail-footer uses -brand, which letters do not know; write the text itself",
                "en.ftl:2: no letter has a text mail-foter; did you mean mail-footer?",
                "en.ftl:3: mail-greeting has no value $nam; it is given only $name",
                "en.ftl:3: mail-greeting uses NUMBER(), which letters do not know; write the text itself",
                "en.ftl:4: no letter has a text web-office",
            ]
        );
        let broken = with(Language::Zh, "mail-footer = { $x ->\n").unwrap_err();
        assert!(broken[0].starts_with("zh.ftl:"), "{broken:?}");
    }
}
