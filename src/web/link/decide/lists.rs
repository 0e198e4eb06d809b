//! The complete, current lists of a digest, with a page for each line.

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use minijinja::{Value as Given, context};
use serde::Deserialize;

use super::words::moment;
use super::{Opened, open, unknown};
use crate::Desk;
use crate::error::WebError;
use crate::pages::answer;
use crate::words::Reads;
use domain::access::Errand;
use domain::digest::Digest;
use domain::wording::in_addresses;
use mail::{List, ListLine, PageWords};
use office::digest::send_digests::ManagerView;

/// Lines of each list on the overview page.
const SHOWN: usize = 25;
/// Lines of one list on its own page.
const PAGE_ROWS: usize = 200;

/// Which list is shown, and which page of it.
#[derive(Debug, Deserialize)]
pub(crate) struct Which {
    list: Option<String>,
    #[serde(default)]
    page: usize,
}

pub(crate) async fn show(
    State(desk): State<Desk>,
    reads: Reads,
    Path(secret): Path<String>,
    Query(Which { list, page }): Query<Which>,
) -> Result<Response, WebError> {
    let opened = match open(&desk, reads, &secret).await? {
        Ok(opened) => opened,
        Err(refused) => return Ok(refused),
    };
    let Some(digest) = digest(&opened).await? else { return unknown(&desk, reads) };
    let words = PageWords { locales: &desk.locales, language: opened.manager.language };
    let mut lists = words.lists(&digest);
    lists.extend(words.lists_to_know(&digest));
    let from = match &list {
        Some(name) => {
            lists.retain(|one| one.name == name.as_str());
            page.saturating_mul(PAGE_ROWS)
        }
        None => 0,
    };
    let most = if list.is_some() { PAGE_ROWS } else { SHOWN };
    let given = |one: &List| {
        let lines = one.lines.iter().skip(from).take(most).map(|line| given(line, &secret)).collect::<Vec<_>>();
        context! {
            name => one.name,
            title => one.title.as_str(),
            count => one.lines.len(),
            lines => lines,
            is_more => one.lines.len() > from.saturating_add(most),
        }
    };
    let values = context! {
        root => "..",
        here => secret.as_str(),
        reader => opened.manager.name.as_str(),
        at => moment(words, &opened.manager.time_zone, digest.written_at),
        lists => lists.iter().map(given).collect::<Vec<_>>(),
        one => list.filter(|_| !lists.is_empty()),
        page => page,
    };
    answer(&desk, StatusCode::OK, opened.manager.language, "lists.html", values)
}

fn given(line: &ListLine, secret: &str) -> Given {
    context! {
        what => line.what.as_str(),
        tag => line.tag.as_str(),
        detail => line.detail.as_str(),
        note => line.note.as_str(),
        link => line.matter.as_ref().map(|matter| format!("{secret}/of?m={}", in_addresses(&matter.key()))),
    }
}

pub(crate) async fn csv(
    State(desk): State<Desk>,
    reads: Reads,
    Path(secret): Path<String>,
) -> Result<Response, WebError> {
    let opened = match open(&desk, reads, &secret).await? {
        Ok(opened) => opened,
        Err(refused) => return Ok(refused),
    };
    let Some(digest) = digest(&opened).await? else { return unknown(&desk, reads) };
    let words = PageWords { locales: &desk.locales, language: opened.manager.language };
    let disposition = format!("attachment; filename=\"{}.csv\"", digest.day);
    let headers =
        [(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    Ok((headers, PageWords::csv(&words.lists(&digest))).into_response())
}

/// The digest's current lists; `None` if the link does not show lists.
async fn digest(Opened { office, link, manager }: &Opened) -> Result<Option<Digest>, WebError> {
    let Errand::Digest { .. } = link.errand else { return Ok(None) };
    let now = office.clock.now();
    Ok(Some(ManagerView::of(office, manager, now).lists().await.map_err(anyhow::Error::from)?))
}
