//! A page for people outside the office: what it is about, and one action.

use axum::http::StatusCode;
use axum::response::Response;
use minijinja::context;

use crate::Desk;
use crate::error::WebError;
use crate::pages::answer;
use domain::access::{Link, LinkRefused};
use domain::ids::VisitId;
use domain::language::Language;
use office::access::links;
use words::{Value, date};

/// The contents of a page.
#[derive(Debug)]
pub(crate) struct Page {
    pub language: Language,
    pub title: String,
    pub lines: Vec<String>,
    pub form: Option<ButtonForm>,
    pub way: Option<OnwardLink>,
}

/// A link to a further page.
#[derive(Debug)]
pub(crate) struct OnwardLink {
    /// Address on this host.
    pub address: String,
    pub text: String,
}

/// The only button of a page.
#[derive(Debug)]
pub(crate) struct ButtonForm {
    /// Address to which it is posted, on this host.
    pub action: String,
    pub name: &'static str,
    pub value: &'static str,
    pub button: String,
    pub weight: ButtonStyle,
}

/// How a button looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ButtonStyle {
    /// The main action of the page.
    Full,
    /// A secondary action of the page.
    Quiet,
}

impl Page {
    /// Renders the page with the company's branding.
    pub(crate) fn draw(self, desk: &Desk, status: StatusCode) -> Result<Response, WebError> {
        let form = self.form.map(|form| {
            context! {
                action => form.action,
                name => form.name,
                value => form.value,
                button => form.button,
                is_quiet => form.weight == ButtonStyle::Quiet,
            }
        });
        let values = context! {
            title => self.title,
            lines => self.lines,
            form => form,
            way => self.way.map(|way| context! { address => way.address, text => way.text }),
        };
        answer(desk, status, self.language, "outside.html", values)
    }
}

/// The link with this secret, or the page that says why it does not open, in the visitor's language.
pub(crate) async fn opened(desk: &Desk, secret: &str, language: Language) -> Result<Result<Link, Response>, WebError> {
    let opened = links::open(&desk.office(), secret).await.map_err(anyhow::Error::from)?;
    Ok(match opened {
        Ok(link) => Ok(link),
        Err(why) => Err(refused(desk, language, &why)?),
    })
}

/// The page that says why a link does not open.
pub(crate) fn refused(desk: &Desk, language: Language, why: &LinkRefused) -> Result<Response, WebError> {
    let (status, page) = refusal(desk, language, why);
    page.draw(desk, status)
}

/// The page that says why a form's link no longer opens, and how to submit what was filled in while it did: that is
/// still accepted (R10). Only a holder of the secret learns anything about the visit.
pub(crate) fn refused_form(
    desk: &Desk,
    language: Language,
    why: &LinkRefused,
    visit: VisitId,
) -> Result<Response, WebError> {
    let (status, mut page) = refusal(desk, language, why);
    let say = |key: &str| desk.locales.say(language, key, &[]);
    page.lines.push(say("web-link-form-kept"));
    page.way = Some(OnwardLink { address: format!("/form/{visit}"), text: say("web-link-form") });
    page.draw(desk, status)
}

fn refusal(desk: &Desk, language: Language, why: &LinkRefused) -> (StatusCode, Page) {
    let say = |key: &str, values: &[(&str, Value<'_>)]| desk.locales.say(language, key, values);
    let (status, line) = match why {
        LinkRefused::Unknown => (StatusCode::NOT_FOUND, say("web-link-unknown", &[])),
        LinkRefused::Expired { at } => {
            let day = desk.office().config.company.time_zone.day(*at);
            (StatusCode::GONE, say("web-link-expired", &[("day", Value::owned(date(language, day)))]))
        }
        LinkRefused::Revoked => (StatusCode::GONE, say("web-link-revoked", &[])),
    };
    (status, Page { language, title: say("web-link-refused", &[]), lines: vec![line], form: None, way: None })
}
