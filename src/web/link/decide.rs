//! The pages that a digest's links open: the subject of a line, its current state, and forms that decide it.
//!
//! GET and HEAD only read (R12), since mail scanners open links. A POST from the page does what its form says, once.

pub(crate) mod lists;
mod page;
mod words;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, Query, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

use crate::Desk;
use crate::error::WebError;
use crate::words::Reads;
use domain::access::{Act, ActKind, Insist, Matter};
use domain::access::{Errand, Link, LinkRefused};
use domain::people::Manager;
use domain::typed::one_line;
use domain::wording::in_addresses;
use office::Office;
use office::access::links;
use office::digest::decide::{self, Decided, Order, View};
use page::{MatterPage, Note};

/// A valid link, and its holder.
struct Opened {
    office: Office,
    link: Link,
    manager: Manager,
}

/// Opens a link; the inner error is the page that says why the link does not open.
async fn open(desk: &Desk, Reads(language): Reads, secret: &str) -> Result<Result<Opened, Response>, WebError> {
    let office = desk.office();
    let opened = match links::open(&office, secret).await.map_err(anyhow::Error::from)? {
        Ok(link) => match decide::holder(&office, &link).await.map_err(anyhow::Error::from)? {
            Ok(manager) => Ok((link, manager)),
            Err(refused) => Err(refused),
        },
        Err(refused) => Err(refused),
    };
    match opened {
        Ok((link, manager)) => Ok(Ok(Opened { office, link, manager })),
        Err(refused) => Ok(Err(page::link_refused(desk, &office, language, &refused)?)),
    }
}

fn unknown(desk: &Desk, Reads(language): Reads) -> Result<Response, WebError> {
    page::link_refused(desk, &desk.office(), language, &LinkRefused::Unknown)
}

pub(crate) async fn show_one(
    State(desk): State<Desk>,
    reads: Reads,
    Path(secret): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, WebError> {
    let opened = match open(&desk, reads, &secret).await? {
        Ok(opened) => opened,
        Err(refused) => return Ok(refused),
    };
    let note = (query.as_deref() == Some("done")).then_some(Note::Done);
    let Errand::Matter { matter, .. } = opened.link.errand.clone() else { return unknown(&desk, reads) };
    show(&desk, reads, opened, &matter, "..", note).await
}

/// The matter of a list that is meant, in the format of [`Matter::key`].
#[derive(Debug, Deserialize)]
pub(crate) struct MatterQuery {
    m: String,
    /// What was done, in the redirect after a POST.
    done: Option<String>,
}

pub(crate) async fn show_of_list(
    State(desk): State<Desk>,
    reads: Reads,
    Path(secret): Path<String>,
    Query(MatterQuery { m, done }): Query<MatterQuery>,
) -> Result<Response, WebError> {
    let opened = match open(&desk, reads, &secret).await? {
        Ok(opened) => opened,
        Err(refused) => return Ok(refused),
    };
    let note = done.map(|_| Note::Done);
    let (Errand::Digest { .. }, Some(matter)) = (&opened.link.errand, Matter::parse(&m)) else {
        return unknown(&desk, reads);
    };
    show(&desk, reads, opened, &matter, "../..", note).await
}

async fn show(
    desk: &Desk,
    reads: Reads,
    opened: Opened,
    matter: &Matter,
    root: &str,
    note: Option<Note>,
) -> Result<Response, WebError> {
    let Opened { office, manager, .. } = &opened;
    match decide::view(office, &office.db, manager, matter).await.map_err(anyhow::Error::from)? {
        Some(view) => drawn(desk, &opened, &view, root, (note, None), StatusCode::OK).await,
        None => unknown(desk, reads),
    }
}

async fn drawn(
    desk: &Desk,
    Opened { office, manager, .. }: &Opened,
    view: &View,
    root: &str,
    (note, typed): (Option<Note>, Option<Fields>),
    status: StatusCode,
) -> Result<Response, WebError> {
    MatterPage { desk, office, manager, view, root, note, typed }.draw(status).await
}

/// The fields of every form on the page; each form fills in those of its own act.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub(crate) struct Fields {
    id: String,
    seen: i64,
    act: String,
    #[serde(default)]
    engineer: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    starts: String,
    #[serde(default)]
    by: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    on: String,
    #[serde(default)]
    why: String,
    #[serde(default)]
    insist: String,
}

impl Fields {
    fn is_of(&self, kind: ActKind) -> bool {
        self.act == kind.word()
    }

    /// Text that was entered for an act which the page no longer offers.
    fn written(&self, can: &[ActKind]) -> Option<String> {
        let words = [&self.why, &self.by, &self.to].map(|text| text.trim());
        let words: Vec<&str> = words.into_iter().filter(|text| !text.is_empty()).collect();
        let is_offered = can.iter().any(|kind| self.is_of(*kind));
        (!is_offered && !words.is_empty()).then(|| words.join(" · "))
    }

    /// Parses the form into an order.
    fn order(&self) -> Result<Order, NoOrder> {
        let is_id = self.id.len() == 64 && self.id.bytes().all(|byte| byte.is_ascii_hexdigit());
        let insist = if self.insist == "yes" { Insist::Yes } else { Insist::No };
        let day = |text: &str| text.trim().parse::<NaiveDate>().map_err(|_| NoOrder::NoDay { typed: shown(text) });
        // Characters that cannot be stored are rejected later, together with other mistakes and with their position.
        let text = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_code = |code: &str| !code.is_empty() && !code.contains(char::is_control);
        let act = match self.act.as_str() {
            "remind" => Act::Remind,
            "assign" if is_code(&self.engineer) => Act::Assign { engineer: self.engineer.clone().into(), insist },
            "move" => {
                let starts = match self.starts.trim() {
                    "" => None,
                    time => Some(
                        NaiveTime::parse_from_str(time, "%H:%M").map_err(|_| NoOrder::NoTime { typed: shown(time) })?,
                    ),
                };
                Act::Move { day: day(&self.day)?, starts, insist }
            }
            "take-proposal" if is_code(&self.engineer) => {
                let starts = NaiveTime::parse_from_str(&self.starts, "%H:%M");
                let starts = starts.map_err(|_| NoOrder::NoTime { typed: shown(&self.starts) })?;
                Act::TakeProposal { engineer: self.engineer.clone().into(), day: day(&self.day)?, starts }
            }
            "handed-over" => Act::HandedOver { by: text(&self.by), to: text(&self.to), on: day(&self.on)? },
            "excuse" => Act::Waive { why: text(&self.why) },
            "retry" => Act::Retry,
            "take-form" => Act::TakeForm,
            "dismiss-form" => Act::DismissForm { why: text(&self.why) },
            _ => return Err(NoOrder::Broken),
        };
        match is_id {
            true => Ok(Order { client_id: self.id.clone(), seen: self.seen, act }),
            false => Err(NoOrder::Broken),
        }
    }
}

/// Why the fields of a form do not make an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoOrder {
    /// Not one of our forms, or an incomplete one.
    Broken,
    NoDay {
        typed: String,
    },
    NoTime {
        typed: String,
    },
}

/// Entered text as the page shows it again.
fn shown(typed: &str) -> String {
    const SHOWN: usize = 40;
    one_line(typed).chars().take(SHOWN).collect()
}

pub(crate) type Filled = Result<Form<Fields>, FormRejection>;

pub(crate) async fn decide_one(
    State(desk): State<Desk>,
    reads: Reads,
    Path(secret): Path<String>,
    filled: Filled,
) -> Result<Response, WebError> {
    let opened = match open(&desk, reads, &secret).await? {
        Ok(opened) => opened,
        Err(refused) => return Ok(refused),
    };
    let Errand::Matter { matter, .. } = opened.link.errand.clone() else { return unknown(&desk, reads) };
    answer(desk, reads, opened, matter, "..", format!("{secret}?done"), filled).await
}

pub(crate) async fn decide_of_list(
    State(desk): State<Desk>,
    reads: Reads,
    Path(secret): Path<String>,
    Query(MatterQuery { m, done: _ }): Query<MatterQuery>,
    filled: Filled,
) -> Result<Response, WebError> {
    let opened = match open(&desk, reads, &secret).await? {
        Ok(opened) => opened,
        Err(refused) => return Ok(refused),
    };
    let (Errand::Digest { .. }, Some(matter)) = (&opened.link.errand, Matter::parse(&m)) else {
        return unknown(&desk, reads);
    };
    let there = format!("of?m={}&done=1", in_addresses(&matter.key()));
    answer(desk, reads, opened, matter, "../..", there, filled).await
}

/// Carries out the order and redirects the browser to the page, which then shows what was done; or shows the page again
/// with the objection and with what was entered.
async fn answer(
    desk: Desk,
    reads: Reads,
    opened: Opened,
    matter: Matter,
    root: &'static str,
    there: String,
    filled: Filled,
) -> Result<Response, WebError> {
    // A client that disconnects must not cancel this halfway.
    tokio::spawn(async move {
        let broken = match &filled {
            Err(why) if why.status() == StatusCode::PAYLOAD_TOO_LARGE => StatusCode::PAYLOAD_TOO_LARGE,
            Ok(_) | Err(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let typed = filled.ok().map(|Form(fields)| fields);
        let order = typed.as_ref().map_or(Err(NoOrder::Broken), Fields::order);
        let Opened { office, link, manager } = &opened;
        let (note, status) = match &order {
            Err(bad) => (Note::NoOrder(bad.clone()), broken),
            Ok(order) => {
                match decide::decide(office, link, manager, &matter, order).await.map_err(anyhow::Error::from)? {
                    None => return unknown(&desk, reads),
                    Some(Decided::Done(_)) => {
                        return Ok((StatusCode::SEE_OTHER, [(header::LOCATION, there)]).into_response());
                    }
                    Some(Decided::Refused(refused)) => {
                        (Note::Refused(Box::new((refused, order.act.clone()))), StatusCode::CONFLICT)
                    }
                }
            }
        };
        match decide::view(office, &office.db, manager, &matter).await.map_err(anyhow::Error::from)? {
            Some(view) => drawn(&desk, &opened, &view, root, (Some(note), typed), status).await,
            None => unknown(&desk, reads),
        }
    })
    .await
    .map_err(|ended| WebError::Failed(anyhow::Error::from(ended)))?
}
