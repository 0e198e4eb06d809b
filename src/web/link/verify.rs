//! `/verify/V12-1`: the page that a report's code leads to. GET changes nothing, and POST neither (R12).
//!
//! Whoever knows no more than a number learns no more than that a report exists, and whether it is the latest. Who
//! holds the report has its code in the address, `/verify/V12-1-0123456789abcdef`, and sees which site and day it
//! is about.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::Html;
use chrono::Utc;
use minijinja::context;

use super::upload::{self, Upload};
use crate::Desk;
use crate::desk::shelf::draw;
use crate::error::WebError;
use crate::words::Reads;
use domain::ids::VisitId;
use domain::language::Language;
use domain::time::Zone;
use domain::wording::{Value, date};
use office::reports::verify_report::{Numbered, numbered};
use store::reports::chain::Issued;

/// As the other pages', and a form that sends its file here.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'";

/// What a comparison came to.
struct Outcome {
    /// `good`, `old` or `bad`, for its look.
    kind: &'static str,
    text: String,
}

type Page = ([(HeaderName, &'static str); 1], Html<String>);

pub(crate) async fn page(
    State(desk): State<Desk>,
    Reads(language): Reads,
    Path(number): Path<String>,
) -> Result<Page, WebError> {
    let found = find(&desk, &number).await?;
    show(&desk, language, &number, &found, None)
}

/// Compares a file with what was issued. Nothing of it is kept.
pub(crate) async fn compare(
    State(desk): State<Desk>,
    Reads(language): Reads,
    Path(number): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Page, WebError> {
    let found = find(&desk, &number).await?;
    let say = |key: &str| desk.locales.say(language, key, &[]);
    let outcome = match upload::read(&headers, body).await {
        Upload::None => Outcome { kind: "old", text: say("verify-none") },
        Upload::TooLarge => Outcome { kind: "bad", text: say("verify-too-large") },
        Upload::File { sha256 } => compared(&desk, language, &found.issued, &sha256).await?,
    };
    show(&desk, language, &number, &found, Some(&outcome))
}

async fn compared(desk: &Desk, language: Language, shown: &Issued, sha256: &str) -> Result<Outcome, WebError> {
    let office = desk.office();
    let say = |key: &str, values: &[(&str, Value<'_>)]| desk.locales.say(language, key, values);
    let issued = store::reports::chain::by_sha256(&office.db, sha256).await.map_err(anyhow::Error::from)?;
    Ok(match issued {
        Some(issued) if issued.visit_id != shown.visit_id => {
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
    format!("{}-{}", VisitId(issued.visit_id), issued.revision)
}

fn show(
    desk: &Desk,
    language: Language,
    address: &str,
    found: &Numbered,
    outcome: Option<&Outcome>,
) -> Result<Page, WebError> {
    let (office, issued) = (desk.office(), &found.issued);
    let say = |key: &str, values: &[(&str, Value<'_>)]| desk.locales.say(language, key, values);
    let company = &office.config.company;
    let title = match issued.kind.as_str() {
        "certificate" => "verify-certificate-title",
        _ => "verify-title",
    };
    let mut facts = Vec::new();
    if found.is_holder {
        let zone = Zone::parse(&issued.time_zone).unwrap_or_else(|_| company.time_zone.clone());
        facts.push((say("verify-site", &[]), issued.site_name.clone()));
        facts.extend(issued.completed_at.map(|at| (say("verify-done", &[]), date(language, zone.day(at)))));
    }
    let issued_at = issued.issued_at.with_timezone(&Utc);
    facts.push((say("verify-issued", &[]), date(language, company.time_zone.day(issued_at))));
    facts.push((say("verify-revision", &[]), issued.revision.to_string()));
    let state = if issued.latest > issued.revision {
        ("old", say("verify-superseded", &[("revision", Value::owned(issued.latest.to_string()))]))
    } else {
        ("good", say("verify-latest", &[]))
    };
    let values = context! {
        tag => language.tag(),
        company => company.name.clone(),
        title => say(title, &[("number", Value::owned(name(issued)))]),
        intro => say("verify-intro", &[("company", Value::text(&company.name))]),
        facts,
        state,
        hash_label => say("verify-hash", &[]),
        sha256 => issued.sha256.clone(),
        outcome => outcome.map(|outcome| (outcome.kind, outcome.text.clone())),
        address,
        upload => say("verify-upload", &[]),
        hint => say("verify-upload-hint", &[]),
        file => say("verify-file", &[]),
        compare => say("verify-compare", &[]),
        by_hand => say("verify-by-hand", &[]),
    };
    Ok(([(header::CONTENT_SECURITY_POLICY, POLICY)], draw("verify.html", values)?))
}
