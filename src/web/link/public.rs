//! Pages for people outside the office, who come by a secret link. Served at an address of their own, so that a
//! proxy in front of them never reaches the office's pages.
//!
//! The table is an enum: the tests match every address, so that one without its row in the matrix of who may do what
//! does not compile (R13).

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};

use super::{decide, feed, form, outside, paper, sign, unsubscribe, upload, verify};
use crate::desk::shelf;
use crate::{Desk, PAGE_WITHIN, error};
use domain::records::form::{MOST_BYTES, MOST_FORM_BYTES};
use office::records::take_photo::PIECE_BYTES;

/// What a page's button posts is far smaller.
const BUTTON_BYTES: usize = 16 * 1024;
/// A signature and remarks.
const SIGNING_BYTES: usize = 1024 * 1024;
/// The longest that something from a phone may take to arrive, where there is hardly any signal.
const FROM_A_PHONE: Duration = Duration::from_secs(120);

/// Every address for people outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Address {
    Robots,
    OfficeCss,
    OutsideCss,
    DecideCss,
    Feed,
    Paper,
    Unsubscribe,
    Matter,
    Digest,
    DigestTable,
    DigestOf,
    Verify,
    /// A letter's link to a form: exchanges its secret for a cookie. It lies below `/form/`, so that the form's service
    /// worker can open it without signal.
    FormLink,
    /// The same in letters of an earlier version.
    FormLinkBefore,
    /// The visits whose forms a phone has; the same page.
    FormHome,
    FormPage,
    FormWorker,
    FormAsset,
    FormBundle,
    FormDraft,
    FormPhoto,
    FormSmallPhoto,
    FormRecord,
    FormCountersign,
    /// A letter's link to sign a record: exchanges its secret for a cookie.
    SignLink,
    SignPage,
    SignRecord,
}

impl Address {
    pub const ALL: [Address; 27] = [
        Address::Robots,
        Address::OfficeCss,
        Address::OutsideCss,
        Address::DecideCss,
        Address::Feed,
        Address::Paper,
        Address::Unsubscribe,
        Address::Matter,
        Address::Digest,
        Address::DigestTable,
        Address::DigestOf,
        Address::Verify,
        Address::FormLink,
        Address::FormLinkBefore,
        Address::FormHome,
        Address::FormPage,
        Address::FormWorker,
        Address::FormAsset,
        Address::FormBundle,
        Address::FormDraft,
        Address::FormPhoto,
        Address::FormSmallPhoto,
        Address::FormRecord,
        Address::FormCountersign,
        Address::SignLink,
        Address::SignPage,
        Address::SignRecord,
    ];

    /// The path, with its parameters in braces.
    #[must_use]
    pub fn path(self) -> &'static str {
        match self {
            Address::Robots => "/robots.txt",
            Address::OfficeCss => "/office.css",
            Address::OutsideCss => "/outside.css",
            Address::DecideCss => "/decide.css",
            Address::Feed => "/feed/{name}",
            Address::Paper => "/paper/{secret}",
            Address::Unsubscribe => "/unsubscribe/{secret}",
            Address::Matter => "/matter/{secret}",
            Address::Digest => "/digest/{secret}",
            Address::DigestTable => "/digest/{secret}/table.csv",
            Address::DigestOf => "/digest/{secret}/of",
            Address::Verify => "/verify/{number}",
            Address::FormLink => "/form/l/{secret}",
            Address::FormLinkBefore => "/record/{secret}",
            Address::FormHome => "/form/",
            Address::FormPage => "/form/{visit}",
            Address::FormWorker => "/form/sw.js",
            Address::FormAsset => "/form/app/{file}",
            Address::FormBundle => "/form/{visit}/visit.json",
            Address::FormDraft => "/form/{visit}/draft",
            Address::FormPhoto => "/form/{visit}/photos/{sha256}",
            Address::FormSmallPhoto => "/form/{visit}/photos/{sha256}/small.jpg",
            Address::FormRecord => "/form/{visit}/record",
            Address::FormCountersign => "/form/{visit}/countersign",
            Address::SignLink => "/countersign/{secret}",
            Address::SignPage => "/sign/{visit}",
            Address::SignRecord => "/sign/{visit}/sign.json",
        }
    }

    fn answers(self) -> MethodRouter<Desk> {
        match self {
            Address::Robots => get(robots),
            Address::OfficeCss => get(shelf::css),
            Address::OutsideCss => get(outside::css),
            Address::DecideCss => get(decide::css),
            Address::Feed => get(feed::feed),
            Address::Paper => get(paper::pdf),
            Address::Unsubscribe => get(unsubscribe::page).post(unsubscribe::answer),
            Address::Matter => get(decide::show_one).post(decide::decide_one),
            Address::Digest => get(decide::lists::show),
            Address::DigestTable => get(decide::lists::csv),
            Address::DigestOf => get(decide::show_of_list).post(decide::decide_of_list),
            Address::Verify => get(verify::page).post(verify::compare),
            Address::FormLink | Address::FormLinkBefore => get(form::link),
            Address::FormHome | Address::FormPage => get(form::assets::page),
            Address::FormWorker => get(form::assets::worker),
            Address::FormAsset => get(form::assets::asset),
            Address::FormBundle => get(form::bundle),
            Address::FormDraft => post(form::draft),
            Address::FormPhoto => get(form::photo).put(form::put_photo),
            Address::FormSmallPhoto => get(form::small_photo),
            Address::FormRecord => post(form::record),
            Address::FormCountersign => post(form::countersign),
            Address::SignLink => get(sign::link),
            Address::SignPage => get(form::assets::sign_page).post(sign::sign),
            Address::SignRecord => get(sign::record),
        }
    }

    /// The most bytes that a request may bring; None: the page counts them itself.
    fn most_bytes(self) -> Option<usize> {
        match self {
            Address::Robots
            | Address::OfficeCss
            | Address::OutsideCss
            | Address::DecideCss
            | Address::Feed
            | Address::Paper
            | Address::Unsubscribe
            | Address::Matter
            | Address::Digest
            | Address::DigestTable
            | Address::DigestOf
            | Address::FormLink
            | Address::FormLinkBefore
            | Address::FormHome
            | Address::FormPage
            | Address::FormWorker
            | Address::FormAsset
            | Address::FormBundle
            | Address::FormSmallPhoto
            | Address::FormCountersign
            | Address::SignLink
            | Address::SignRecord => Some(BUTTON_BYTES),
            Address::SignPage => Some(SIGNING_BYTES),
            // A draft's fields have their paths and revisions beside them.
            Address::FormDraft => Some(2 * MOST_BYTES),
            Address::FormPhoto => Some(PIECE_BYTES),
            Address::FormRecord => Some(MOST_FORM_BYTES),
            Address::Verify => None,
        }
    }

    fn within(self) -> Duration {
        match self {
            Address::Verify => upload::WITHIN,
            Address::FormDraft | Address::FormPhoto | Address::FormRecord | Address::SignPage => FROM_A_PHONE,
            Address::Robots
            | Address::OfficeCss
            | Address::OutsideCss
            | Address::DecideCss
            | Address::Feed
            | Address::Paper
            | Address::Unsubscribe
            | Address::Matter
            | Address::Digest
            | Address::DigestTable
            | Address::DigestOf
            | Address::FormLink
            | Address::FormLinkBefore
            | Address::FormHome
            | Address::FormPage
            | Address::FormWorker
            | Address::FormAsset
            | Address::FormBundle
            | Address::FormSmallPhoto
            | Address::FormCountersign
            | Address::SignLink
            | Address::SignRecord => PAGE_WITHIN,
        }
    }
}

/// The routes of [`Address`]. GET changes nothing (R12).
pub fn routes(desk: Desk) -> Router {
    let pages = Address::ALL.into_iter().fold(Router::new(), |pages, address| {
        let limit = address.most_bytes().map_or_else(DefaultBodyLimit::disable, DefaultBodyLimit::max);
        let page = Router::new().route(address.path(), address.answers()).layer(limit);
        pages.merge(crate::strict_within(page, address.within()))
    });
    let nothing = crate::strict(Router::new().fallback(error::not_found));
    pages.merge(nothing).with_state(desk)
}

/// Secret addresses are nobody's to index.
async fn robots() -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "User-agent: *\nDisallow: /\n").into_response()
}
