//! Who may do what at which address: every address for people outside, by every kind of holder (R13).
//!
//! The match over [`Address`] has no wildcard: an address without its row does not compile.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use ronda::domain::access::Matter;
use ronda::domain::access::{Errand, FeedOf};
use ronda::domain::ids::VisitId;
use ronda::domain::people::ReaderRole;
use ronda::office::access::links;
use ronda::store;
use ronda::web::Address;
use serde_json::json;

use crate::office::browser::{Pool, dump};
use crate::office::forms::on_site;
use crate::office::harness::TestOffice;
use crate::office::phone::{ask, pages};
use crate::story;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    /// With a secret that nobody was given.
    Nobody,
    Own,
    /// With a link to the same kind of thing of somebody else: another visit.
    Other,
    /// With a link to another kind of thing.
    OtherErrand,
    Expired,
    Revoked,
}

const HOLDERS: [Holder; 6] =
    [Holder::Nobody, Holder::Own, Holder::Other, Holder::OtherErrand, Holder::Expired, Holder::Revoked];

/// How an address knows who asks.
#[derive(Debug, Clone, Copy)]
enum Key {
    /// It asks nobody.
    Public,
    /// By the secret in its path.
    Path,
    /// By the cookie of this name.
    Cookie(&'static str),
}

/// What an address answers to [`HOLDERS`], in order; 0 where the row makes no sense.
struct Row {
    method: Method,
    answers: [u16; 6],
}

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;

fn row(method: Method, answers: [u16; 6]) -> Row {
    Row { method, answers }
}

/// The matrix.
fn rows(address: Address) -> (Key, Vec<Row>) {
    let read = || row(GET, [404, 200, 0, 404, 410, 410]);
    let public = || (Key::Public, vec![row(GET, [200; 6])]);
    match address {
        Address::Robots
        | Address::OfficeCss
        | Address::OutsideCss
        | Address::DecideCss
        | Address::FormHome
        | Address::FormPage
        | Address::FormWorker
        | Address::FormAsset => public(),
        Address::Verify => (Key::Public, vec![row(GET, [404; 6]), row(POST, [404; 6])]),
        Address::Feed | Address::Digest | Address::DigestTable => (Key::Path, vec![read()]),
        // There is no such paper here; a link to it says no more than one that is unknown.
        Address::Paper => (Key::Path, vec![row(GET, [404, 404, 0, 404, 410, 410])]),
        Address::Unsubscribe => (Key::Path, vec![read(), row(POST, [404, 400, 0, 404, 410, 410])]),
        Address::Matter | Address::DigestOf => (Key::Path, vec![read(), row(POST, [404, 422, 0, 404, 410, 410])]),
        Address::FormLink | Address::FormLinkBefore | Address::SignLink => {
            (Key::Path, vec![row(GET, [404, 303, 0, 404, 410, 410])])
        }
        Address::FormBundle => (Key::Cookie("ronda-form"), vec![row(GET, [401, 200, 401, 401, 410, 410])]),
        Address::FormDraft => (Key::Cookie("ronda-form"), vec![row(POST, [401, 400, 401, 401, 410, 410])]),
        // What was filled in while a link held still arrives, so pieces and records are taken after it.
        Address::FormPhoto => (
            Key::Cookie("ronda-form"),
            vec![row(GET, [401, 200, 401, 401, 200, 200]), row(PUT, [401, 422, 401, 401, 422, 422])],
        ),
        Address::FormSmallPhoto => (Key::Cookie("ronda-form"), vec![row(GET, [401, 404, 401, 401, 410, 410])]),
        Address::FormRecord => (Key::Cookie("ronda-form"), vec![row(POST, [401, 400, 401, 401, 400, 400])]),
        Address::FormCountersign => (Key::Cookie("ronda-form"), vec![row(POST, [401, 409, 401, 401, 410, 410])]),
        Address::SignPage => {
            (Key::Cookie("ronda-sign"), vec![row(GET, [200; 6]), row(POST, [401, 400, 401, 401, 410, 410])])
        }
        Address::SignRecord => (Key::Cookie("ronda-sign"), vec![row(GET, [401, 410, 401, 401, 410, 410])]),
    }
}

/// The errand that opens an address.
fn errand(address: Address, visit: VisitId) -> Option<Errand> {
    let manager = "M-1".to_owned();
    Some(match address {
        Address::Feed => Errand::Feed { of: FeedOf::Engineer("E-1".into()) },
        Address::Paper => Errand::Paper { visit, revision: 1 },
        Address::Unsubscribe => Errand::Unsubscribe { manager: manager.into() },
        Address::Matter => Errand::Matter { manager: manager.into(), matter: Matter::Visit(visit) },
        Address::Digest | Address::DigestTable | Address::DigestOf => Errand::Digest { manager: manager.into() },
        Address::FormLink
        | Address::FormLinkBefore
        | Address::FormBundle
        | Address::FormDraft
        | Address::FormPhoto
        | Address::FormSmallPhoto
        | Address::FormRecord
        | Address::FormCountersign => Errand::VisitForm { visit },
        Address::SignLink | Address::SignPage | Address::SignRecord => Errand::Countersign { visit },
        Address::Robots
        | Address::OfficeCss
        | Address::OutsideCss
        | Address::DecideCss
        | Address::Verify
        | Address::FormHome
        | Address::FormPage
        | Address::FormWorker
        | Address::FormAsset => return None,
    })
}

fn holder_of(errand: &Errand) -> ReaderRole {
    match errand {
        Errand::Feed { .. } | Errand::VisitForm { .. } => ReaderRole::Engineer("E-1".into()),
        Errand::Countersign { .. } | Errand::Paper { .. } => ReaderRole::Customer("ops@cum.example".to_owned()),
        Errand::Unsubscribe { .. } | Errand::Matter { .. } | Errand::Digest { .. } => ReaderRole::Manager("M-1".into()),
    }
}

/// A secret for a holder of this errand; none where the row makes no sense.
async fn secret(office: &TestOffice, key: &str, errand: &Errand, other: VisitId, holder: Holder) -> String {
    let errand = match (holder, errand) {
        (Holder::OtherErrand, Errand::Unsubscribe { .. }) => Errand::Feed { of: FeedOf::Site("MAD".into()) },
        (Holder::OtherErrand, _) => Errand::Unsubscribe { manager: "M-1".into() },
        (Holder::Other, Errand::VisitForm { .. }) => Errand::VisitForm { visit: other },
        (Holder::Other, Errand::Countersign { .. }) => Errand::Countersign { visit: other },
        (Holder::Nobody | Holder::Own | Holder::Other | Holder::Expired | Holder::Revoked, errand) => errand.clone(),
    };
    let mut tx = office.office.db.begin().await.unwrap();
    let role = holder_of(&errand);
    let secret = links::make(&office.office, &mut tx, key, &role, &errand, None).await.unwrap();
    tx.commit().await.unwrap();
    let at = office.office.clock.now().format("%Y-%m-%d %H:%M:%S+00:00");
    let column = match holder {
        Holder::Expired => "expires_at",
        Holder::Revoked => "revoked_at",
        Holder::Nobody => return "0".repeat(64),
        Holder::Own | Holder::Other | Holder::OtherErrand => return secret,
    };
    Pool::of(office).await.execute(&format!("update link set {column} = '{at}' where key = '{key}'")).await;
    secret
}

fn path(address: Address, visit: VisitId, secret: &str) -> String {
    let path = address
        .path()
        .replace("{secret}", secret)
        .replace("{name}", &format!("{secret}.ics"))
        .replace("{visit}", &visit.to_string())
        .replace("{number}", "V999999-1")
        .replace("{file}", "app.css")
        .replace("{sha256}", &"0".repeat(64));
    match address {
        Address::DigestOf => format!("{path}?m=visit:{}", visit.0),
        Address::FormPhoto => format!("{path}?at=0&of=0"),
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
        | Address::Verify
        | Address::FormLink
        | Address::FormLinkBefore
        | Address::FormHome
        | Address::FormPage
        | Address::FormWorker
        | Address::FormAsset
        | Address::FormBundle
        | Address::FormDraft
        | Address::FormSmallPhoto
        | Address::FormRecord
        | Address::FormCountersign
        | Address::SignLink
        | Address::SignPage
        | Address::SignRecord => path,
    }
}

async fn status(pages: &Router, method: &Method, path: &str, cookie: Option<String>) -> u16 {
    let mut request = Request::builder().method(method).uri(path).header("x-ronda-form", "1");
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    let body = if *method == POST { Body::from("{}") } else { Body::empty() };
    ask(pages, request.body(body).unwrap()).await.status.as_u16()
}

story!(r13_every_address_answers_each_holder_as_the_matrix_says_and_no_other_way at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, ..) = on_site(&office).await;
    // A feed's events have names of their own, made with the first feed.
    ronda::office::visits::feeds::new_feed(&office.office, &FeedOf::Engineer("E-1".into())).await.unwrap();
    let other = office.visits().await.into_iter().map(|stored| stored.visit.id).find(|id| *id != visit).unwrap();
    let pages = pages(&office);
    let mut wrong = Vec::new();
    for address in Address::ALL {
        let (key, rows) = rows(address);
        let mut secrets = Vec::new();
        for holder in HOLDERS {
            secrets.push(match errand(address, visit) {
                Some(errand) => secret(&office, &format!("{address:?}/{holder:?}"), &errand, other, holder).await,
                None => String::new(),
            });
        }
        let before = dump(&office).await;
        for (at, (holder, secret)) in HOLDERS.into_iter().zip(secrets).enumerate() {
            let path = path(address, visit, &secret);
            for row in &rows {
                let expected = row.answers[at];
                let cookie = match key {
                    Key::Cookie(name) => Some(format!("{name}={secret}")),
                    Key::Path | Key::Public => None,
                };
                if expected == 0 {
                    continue;
                }
                let found = status(&pages, &row.method, &path, cookie).await;
                if found != expected {
                    wrong.push(format!("{} {path} by {holder:?}: {found}, not {expected}", row.method));
                }
            }
            // A method that the matrix has no row for is no method of the address.
            for method in [POST, PUT, Method::DELETE, Method::PATCH] {
                let is_known = rows.iter().any(|row| row.method == method);
                if !is_known && status(&pages, &method, &path, None).await != 405 {
                    wrong.push(format!("{method} {path} is answered"));
                }
            }
        }
        assert_eq!(dump(&office).await, before, "{address:?} changed the store");
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    let submissions = store::records::submission::of_visit(&office.office.db, visit).await.unwrap();
    assert_eq!(json!(submissions.len()), json!(0));
});
