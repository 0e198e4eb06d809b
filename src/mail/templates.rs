//! The templates: `templates/mail/<notice>/{subject.txt,text.txt,html.html}` and the parts that they share. An
//! administrator may override each with a file of their own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Kwargs;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior};

use super::address::one_line;
use super::look::Look;
use domain::language::Language;
use domain::letters::notice::{NOTICES, NoticeKind};
use domain::suggest;
use words::{Locales, Value};

macro_rules! shared {
    ($($name:literal),+) => { [$(($name, include_str!(concat!("../../templates/mail/", $name)))),+] };
}

macro_rules! of_notices {
    ($($notice:literal),+ $(,)?) => {
        [$(
            (concat!($notice, "/subject.txt"), include_str!(concat!("../../templates/mail/", $notice, "/subject.txt"))),
            (concat!($notice, "/text.txt"), include_str!(concat!("../../templates/mail/", $notice, "/text.txt"))),
            (concat!($notice, "/html.html"), include_str!(concat!("../../templates/mail/", $notice, "/html.html"))),
        )+]
    };
}

const SHARED: [(&str, &str); 5] =
    shared!["layout.html", "blocks.html", "digest/parts.html", "layout.txt", "signature.txt"];

/// Three for each row of the table of notices; a row without templates does not compile.
const OF_NOTICES: [(&str, &str); 3 * NOTICES.len()] = domain::notice_words!(of_notices);

/// The built-in templates by name, as a starting point for people who write their own.
pub fn originals() -> impl Iterator<Item = (&'static str, &'static str)> {
    SHARED.into_iter().chain(OF_NOTICES)
}

/// Maximum length of a subject, in characters: no mail program shows more, and some servers reject much longer ones.
const SUBJECT_CHARS: usize = 200;

/// The templates with a company's look and texts, compiled once, at start and on reload.
#[derive(Debug)]
pub(super) struct Templates {
    /// In the order of [`Language::ALL`].
    environments: [Environment<'static>; 3],
    /// Names of overridden templates, with the administrator's files.
    own: BTreeMap<String, PathBuf>,
}

/// The three texts of a letter.
pub(super) struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Templates {
    /// The built-in templates.
    pub(super) fn shipped(locales: &Arc<Locales>, look: &Look) -> Templates {
        let environments = Language::ALL.map(|language| environment(locales, look, language));
        Templates { environments, own: BTreeMap::new() }
    }

    /// The built-in templates, overridden by those in a folder.
    ///
    /// # Errors
    /// Every file in the folder that overrides none of our templates, cannot be read, or is not a valid template.
    pub(super) fn with_own(folder: &Path, locales: &Arc<Locales>, look: &Look) -> Result<Templates, Vec<String>> {
        let (mut templates, mut mistakes) = (Templates::shipped(locales, look), Vec::new());
        for (name, path) in files(folder, &mut mistakes) {
            let source = match std::fs::read_to_string(&path) {
                Ok(source) => source,
                Err(error) => {
                    mistakes.push(format!("{}: cannot be read: {error}", path.display()));
                    continue;
                }
            };
            templates.own.insert(name.clone(), path);
            for environment in &mut templates.environments {
                if let Err(error) = environment.add_template_owned(name.clone(), source.clone()) {
                    mistakes.push(templates.own[&name].display().to_string() + &at_line(&error));
                    break;
                }
            }
        }
        if mistakes.is_empty() { Ok(templates) } else { Err(mistakes) }
    }

    /// Whether the administrator has overridden any template.
    pub(super) fn has_own(&self) -> bool {
        !self.own.is_empty()
    }

    /// Renders a notice's templates with `context`; in a template, `say("key", name=value)` is a text in the reader's
    /// language.
    ///
    /// # Errors
    /// The file, the line and the cause.
    pub(super) fn render(
        &self,
        kind: NoticeKind,
        language: Language,
        context: &minijinja::Value,
    ) -> anyhow::Result<Rendered> {
        let environment = match language {
            Language::En => &self.environments[0],
            Language::Es => &self.environments[1],
            Language::Zh => &self.environments[2],
        };
        let render = |part: &str| {
            let name = format!("{kind}/{part}");
            let rendered = environment.get_template(&name).and_then(|template| template.render(context));
            rendered.map_err(|error| anyhow::anyhow!(self.explain(&error)))
        };
        Ok(Rendered {
            subject: cut(&one_line(&render("subject.txt")?)),
            text: tidy(&render("text.txt")?),
            html: render("html.html")?,
        })
    }

    /// Describes an error by the file to be corrected: the innermost of the administrator's files that it mentions.
    fn explain(&self, error: &Error) -> String {
        let (mut innermost, mut next) = (error, std::error::Error::source(error));
        while let Some(source) = next {
            if let Some(inner) = source.downcast_ref::<Error>() {
                innermost = inner;
            }
            next = source.source();
        }
        let name = innermost.name().unwrap_or("a template");
        let place = self.own.get(name).map_or_else(|| format!("shipped {name}"), |path| path.display().to_string());
        let hint = match self.own.is_empty() || self.own.contains_key(name) {
            true => "",
            false => "; it does not go with a file of yours that it uses",
        };
        format!("{place}{}{hint}", at_line(innermost))
    }
}

/// `:7: undefined value`, with the details of the error.
fn at_line(error: &Error) -> String {
    let line = error.line().map_or_else(String::new, |line| format!(":{line}"));
    let detail = error.detail().map_or_else(String::new, |detail| format!(": {detail}"));
    format!("{line}: {}{detail}", error.kind())
}

fn environment(locales: &Arc<Locales>, look: &Look, language: Language) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("the ordinary marks"));
    environment.add_filter("first_up", |text: String| super::words::first_up(&text));
    environment
        .set_auto_escape_callback(|name| if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None });
    environment.add_global("look", look.given());
    let locales = Arc::clone(locales);
    environment
        .add_function("say", move |_: &State<'_, '_>, key: &str, values: Kwargs| say(&locales, language, key, &values));
    for (name, source) in SHARED.into_iter().chain(OF_NOTICES) {
        environment.add_template(name, source).expect("a test renders every shipped template");
    }
    environment
}

fn say(locales: &Locales, language: Language, key: &str, values: &Kwargs) -> Result<String, Error> {
    if !locales.has(key) {
        return Err(Error::new(ErrorKind::InvalidOperation, format!("there is no text {key:?}")));
    }
    let mut arguments = Vec::new();
    for name in values.args() {
        let value: minijinja::Value = values.get(name)?;
        let value = match f64::try_from(value.clone()) {
            Ok(number) if value.is_number() => Value::Number(number),
            Ok(_) | Err(_) => Value::owned(value.to_string()),
        };
        arguments.push((name, value));
    }
    locales
        .try_say(language, key, &arguments)
        .map_err(|mistake| Error::new(ErrorKind::InvalidOperation, format!("text {key:?}: {mistake}")))
}

/// The template files in a folder, by template name. The subfolder `locales` contains wording and is read elsewhere.
fn files(folder: &Path, mistakes: &mut Vec<String>) -> Vec<(String, PathBuf)> {
    let known: Vec<&str> = SHARED.iter().chain(&OF_NOTICES).map(|(name, _)| *name).collect();
    let mut found = Vec::new();
    for path in entries(folder, mistakes) {
        let name = name_of(&path);
        if name == "locales" {
            continue;
        }
        if !path.is_dir() {
            found.push((name, path));
            continue;
        }
        found.extend(entries(&path, mistakes).into_iter().map(|path| (format!("{name}/{}", name_of(&path)), path)));
    }
    found.retain(|(name, path)| {
        let is_known = known.contains(&name.as_str());
        if !is_known {
            let near = suggest::did_you_mean(suggest::nearest(name, known.iter().copied()));
            mistakes.push(format!("{}: letters have no template {name}{near}", path.display()));
        }
        is_known
    });
    found
}

/// The entries of a folder, sorted by name, without hidden files and editors' backups.
fn entries(folder: &Path, mistakes: &mut Vec<String>) -> Vec<PathBuf> {
    let read = std::fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<Vec<_>>>());
    let mut paths = match read {
        Ok(paths) => paths,
        Err(error) => {
            mistakes.push(format!("{}: cannot be read: {error}", folder.display()));
            Vec::new()
        }
    };
    paths.retain(|path| !name_of(path).starts_with('.') && !name_of(path).ends_with('~'));
    paths.sort();
    paths
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn cut(subject: &str) -> String {
    match subject.char_indices().nth(SUBJECT_CHARS) {
        None => subject.to_owned(),
        Some((end, _)) => format!("{}…", subject[..end].trim_end()),
    }
}

/// Removes trailing white space and repeated empty lines, and ends the text with one line break.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut empty = true;
    for line in text.lines() {
        // The signature separator ends with a space (RFC 3676 section 4.3).
        let line = if line == "-- " { line } else { line.trim_end() };
        if line.is_empty() && empty {
            continue;
        }
        empty = line.is_empty();
        tidy.push_str(line);
        tidy.push('\n');
    }
    let end = tidy.trim_end().len();
    tidy.truncate(end);
    tidy.push('\n');
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_subject_is_cut_between_characters() {
        assert_eq!(cut("短"), "短");
        assert_eq!(cut(&"长".repeat(300)), format!("{}…", "长".repeat(200)));
    }
}
