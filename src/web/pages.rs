//! Renders every page: one template environment, compiled once; one frame; and one set of filters that format dates,
//! times and numbers in the reader's language.
//!
//! In a template, `say.no_letters` is the text `web-no-letters`, and `say("verify-hash", number=n)` any text with its
//! values. `tag`, `company` and `say` are given to every page; everything else is specific to the page.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use anyhow::Context;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use chrono::NaiveDate;
use minijinja::value::{Kwargs, Object, from_args};
use minijinja::{Environment, Error, ErrorKind, State, UndefinedBehavior, Value as Given, context};

use crate::Desk;
use crate::error::WebError;
use domain::language::Language;
use words::{Locales, Value};

/// Content policy of the office's own pages: our style sheet, and letters in a frame.
pub(crate) const DESK_POLICY: &str = "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; \
                                      form-action 'none'; frame-ancestors 'none'";

/// Content policy of pages for people outside: our style sheet, and forms that post to us.
const FORM_POLICY: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; \
                           frame-ancestors 'none'";

macro_rules! templates {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../templates/web/", $name)))),+]
    };
}

/// The frames first, then the pages.
const TEMPLATES: &[(&str, &str)] = templates![
    "frame.html",
    "desk.html",
    "decide.html",
    "office.html",
    "letter.html",
    "deadlines.html",
    "deadline.html",
    "outside.html",
    "verify.html",
    "matter.html",
    "lists.html",
    "link-refused.html",
];

static PAGES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut pages = Environment::new();
    pages.set_undefined_behavior(UndefinedBehavior::Strict);
    pages.add_filter("date", date);
    pages.add_filter("short_date", short_date);
    pages.add_filter("number", number);
    pages.add_filter("kilobytes", kilobytes);
    for (name, text) in TEMPLATES {
        pages.add_template(name, text).expect("shipped pages are well formed; a test draws each");
    }
    pages
});

/// Renders a page in the company's name and the reader's language.
pub(crate) fn draw(desk: &Desk, language: Language, name: &str, values: Given) -> Result<Html<String>, WebError> {
    let office = desk.office();
    Ok(Html(drawn(&desk.locales, &office.config.company.name, language, name, values)?))
}

/// Renders a page for people outside, as a response.
pub(crate) fn answer(
    desk: &Desk,
    status: StatusCode,
    language: Language,
    name: &str,
    values: Given,
) -> Result<Response, WebError> {
    let page = draw(desk, language, name, values)?;
    Ok((status, [(header::CONTENT_SECURITY_POLICY, FORM_POLICY)], page).into_response())
}

fn drawn(
    locales: &Arc<Locales>,
    company: &str,
    language: Language,
    name: &str,
    values: Given,
) -> anyhow::Result<String> {
    let say = Given::from_object(Say { locales: Arc::clone(locales), language });
    let values = context! { tag => language.tag(), company, say, ..values };
    let page = PAGES.get_template(name).and_then(|page| page.render(values));
    page.with_context(|| format!("cannot draw {name}"))
}

/// Looks up the texts of a page.
#[derive(Debug)]
struct Say {
    locales: Arc<Locales>,
    language: Language,
}

impl Object for Say {
    fn get_value(self: &Arc<Self>, key: &Given) -> Option<Given> {
        let key = format!("web-{}", key.as_str()?.replace('_', "-"));
        self.locales.has(&key).then(|| self.locales.say(self.language, &key, &[]).into())
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, args: &[Given]) -> Result<Given, Error> {
        let (key, named): (&str, Kwargs) = from_args(args)?;
        let mut values = BTreeMap::new();
        for name in named.args() {
            let value: Given = named.get(name)?;
            let value = match f64::try_from(value.clone()) {
                Ok(number) if value.is_number() => Value::Number(number),
                Ok(_) | Err(_) => Value::owned(value.to_string()),
            };
            values.insert(name, value);
        }
        if !self.locales.has(key) {
            return Err(Error::new(ErrorKind::InvalidOperation, format!("there is no text {key}")));
        }
        let values: Vec<_> = values.into_iter().collect();
        Ok(self.locales.say(self.language, key, &values).into())
    }
}

/// `2 March 2026`
fn date(state: &State<'_, '_>, day: &str) -> Result<String, Error> {
    Ok(words::date(reader_language(state)?, day_of(day)?))
}

/// `Mon 2 Mar 2026`
fn short_date(state: &State<'_, '_>, day: &str) -> Result<String, Error> {
    Ok(words::short_date(reader_language(state)?, day_of(day)?))
}

/// `1,234.5`
fn number(state: &State<'_, '_>, number: f64) -> Result<String, Error> {
    Ok(words::number(reader_language(state)?, number))
}

/// `12 kB`, rounded up.
fn kilobytes(bytes: u64) -> String {
    format!("{} kB", bytes.div_ceil(1000))
}

/// The language of the page being rendered. It is not visible inside macros: use these filters outside of them.
fn reader_language(state: &State<'_, '_>) -> Result<Language, Error> {
    let tag = state.lookup("tag").and_then(|tag| tag.as_str().and_then(|tag| tag.parse().ok()));
    tag.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "the language is not known here"))
}

fn day_of(text: &str) -> Result<NaiveDate, Error> {
    text.parse().map_err(|_| Error::new(ErrorKind::InvalidOperation, format!("{text:?} is no day")))
}

/// The style sheet of the office's pages, and of the page that a report's QR code opens.
pub(crate) async fn office_css() -> Response {
    css(include_str!("../../templates/web/office.css"))
}

/// The style sheet of [`crate::link::outside`].
pub(crate) async fn outside_css() -> Response {
    css(include_str!("../../templates/web/outside.css"))
}

/// The style sheet of [`crate::link::decide`].
pub(crate) async fn decide_css() -> Response {
    css(include_str!("../../templates/web/decide.css"))
}

fn css(text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], text).into_response()
}

#[cfg(test)]
mod tests;
