//! The shipped templates: `templates/mail/<notice>/{subject,text,html}` and the parts that they share.

use std::sync::{Arc, LazyLock};

use anyhow::Context;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Kwargs;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior};

use super::address::one_line;
use crate::domain::language::Language;
use crate::locales::{Locales, Value};

macro_rules! shared {
    ($($name:literal),+) => { [$(($name, include_str!(concat!("../../templates/mail/", $name)))),+] };
}

macro_rules! of_notices {
    ($($notice:literal),+) => {
        [$(
            (concat!($notice, "/subject.txt"), include_str!(concat!("../../templates/mail/", $notice, "/subject.txt"))),
            (concat!($notice, "/text.txt"), include_str!(concat!("../../templates/mail/", $notice, "/text.txt"))),
            (concat!($notice, "/html.html"), include_str!(concat!("../../templates/mail/", $notice, "/html.html"))),
        )+]
    };
}

const SHARED: [(&str, &str); 4] = shared!["layout.html", "blocks.html", "digest/parts.html", "layout.txt"];

const OF_NOTICES: [(&str, &str); 33] = of_notices![
    "visit-announced",
    "visit-moved",
    "visit-cancelled",
    "visit-reminder",
    "visit-not-done",
    "report-delivered",
    "certificate-delivered",
    "deadline-flagged",
    "digest",
    "review",
    "undelivered"
];

static SHIPPED: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut shipped = Environment::new();
    shipped.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    shipped.set_syntax(syntax.expect("the ordinary marks"));
    shipped.add_filter("first_up", |text: String| super::words::first_up(&text));
    shipped.set_auto_escape_callback(|name| if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None });
    for (name, source) in SHARED.into_iter().chain(OF_NOTICES) {
        shipped.add_template(name, source).expect("a test renders every shipped template");
    }
    shipped
});

/// A letter's three texts.
pub(super) struct Rendered {
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// Renders a notice's templates with `context`; in them `say("key", name=value)` gives the language's words.
pub(super) fn render(
    notice: &str,
    locales: &Arc<Locales>,
    language: Language,
    context: &minijinja::Value,
) -> anyhow::Result<Rendered> {
    let mut environment = SHIPPED.clone();
    let locales = Arc::clone(locales);
    environment
        .add_function("say", move |_: &State<'_, '_>, key: &str, values: Kwargs| say(&locales, language, key, &values));
    let render = |part: &str| {
        let name = format!("{notice}/{part}");
        environment
            .get_template(&name)
            .and_then(|template| template.render(context))
            .with_context(|| format!("template {name}"))
    };
    Ok(Rendered {
        subject: one_line(&render("subject.txt")?),
        text: tidy(&render("text.txt")?),
        html: render("html.html")?,
    })
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
    Ok(locales.say(language, key, &arguments))
}

/// No white space at the ends of lines, no more than one empty line in a row, one at the end.
fn tidy(text: &str) -> String {
    let mut tidy = String::with_capacity(text.len());
    let mut empty = true;
    for line in text.lines().map(str::trim_end) {
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
