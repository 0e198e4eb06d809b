//! `/verify/V12-1`: the page that a report's QR code opens. Neither GET nor POST changes anything (R12).
//!
//! Whoever knows only a number learns only that the report exists, and whether it is the latest. A holder of the report
//! has its code, which is part of the address, `/verify/V12-1-0123456789abcdef`, and sees the site and the date.

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Utc;
use minijinja::context;

use super::upload::{self, Upload};
use crate::Desk;
use crate::error::WebError;
use crate::pages::answer;
use crate::words::Reads;
use domain::language::Language;
use domain::reports::{DocumentKind, Issued};
use domain::time::Zone;
use domain::wording::Value;
use office::reports::verify_report::{Numbered, numbered};

/// The result of a comparison.
struct Outcome {
    /// `good`, `old` or `bad`, used as a style class.
    kind: &'static str,
    text: String,
}

pub(crate) async fn page(
    State(desk): State<Desk>,
    Reads(language): Reads,
    Path(number): Path<String>,
) -> Result<Response, WebError> {
    let found = find(&desk, &number).await?;
    show(&desk, StatusCode::OK, language, &number, &found, None)
}

/// Compares an uploaded file with what was issued. Nothing is stored.
pub(crate) async fn compare(
    State(desk): State<Desk>,
    Reads(language): Reads,
    Path(number): Path<String>,
    request: Request,
) -> Result<Response, WebError> {
    let found = find(&desk, &number).await?;
    let say = |key: &str| desk.locales.say(language, key, &[]);
    let (status, outcome) = match upload::read(request).await {
        Upload::None => (StatusCode::OK, Outcome { kind: "old", text: say("verify-none") }),
        Upload::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, Outcome { kind: "bad", text: say("verify-too-large") }),
        Upload::File { sha256 } => (StatusCode::OK, compared(&desk, language, &found.issued, &sha256).await?),
    };
    show(&desk, status, language, &number, &found, Some(&outcome))
}

async fn compared(desk: &Desk, language: Language, shown: &Issued, sha256: &str) -> Result<Outcome, WebError> {
    let office = desk.office();
    let say = |key: &str, values: &[(&str, Value<'_>)]| desk.locales.say(language, key, values);
    let issued = store::reports::chain::by_sha256(&office.db, sha256).await.map_err(anyhow::Error::from)?;
    Ok(match issued {
        Some(issued) if issued.visit != shown.visit => {
            let company = Value::text(&office.config.company.name);
            let values = [("company", company), ("number", Value::owned(name(&issued)))];
            Outcome { kind: "old", text: say("verify-another", &values) }
        }
        Some(issued) if issued.latest > issued.revision => {
            let values = [("revision", Value::owned(issued.latest.to_string()))];
            Outcome { kind: "old", text: say("verify-same-superseded", &values) }
        }
        Some(_) => Outcome { kind: "good", text: say("verify-same", &[]) },
        None => Outcome { kind: "bad", text: say("verify-different", &[]) },
    })
}

async fn find(desk: &Desk, number: &str) -> Result<Numbered, WebError> {
    let found = numbered(&desk.office(), number).await.map_err(anyhow::Error::from)?;
    found.ok_or(WebError::NotFound)
}

fn name(issued: &Issued) -> String {
    format!("{}-{}", issued.visit, issued.revision)
}

fn show(
    desk: &Desk,
    status: StatusCode,
    language: Language,
    address: &str,
    found: &Numbered,
    outcome: Option<&Outcome>,
) -> Result<Response, WebError> {
    let (office, issued) = (desk.office(), &found.issued);
    let company = &office.config.company;
    let title = match issued.kind {
        DocumentKind::Certificate => "verify-certificate-title",
        DocumentKind::Report => "verify-title",
    };
    // With the number alone, neither site nor date is revealed.
    let (mut site, mut done_on) = (None, None);
    if found.is_holder {
        let zone = Zone::parse(&issued.time_zone).unwrap_or_else(|_| company.time_zone.clone());
        site = Some(issued.site_name.clone());
        done_on = issued.completed_at.map(|at| zone.day(at).to_string());
    }
    let values = context! {
        title => desk.locales.say(language, title, &[("number", Value::owned(name(issued)))]),
        site,
        done_on,
        issued_on => company.time_zone.day(issued.issued_at.with_timezone(&Utc)).to_string(),
        revision => issued.revision,
        latest => (issued.latest > issued.revision).then_some(issued.latest),
        sha256 => issued.sha256.as_str(),
        outcome => outcome.map(|outcome| context! { kind => outcome.kind, text => outcome.text.as_str() }),
        address,
    };
    answer(desk, status, language, "verify.html", values)
}
