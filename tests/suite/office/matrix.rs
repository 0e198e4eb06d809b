//! Who may do what at which address: every line of the route table, by every kind of holder and by other ways that are
//! not its own (R13).
//!
//! The match over [`RouteName`] has no wildcard: a line of the table without its row here does not compile.

use std::net::SocketAddr;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use ronda::domain::access::{Errand, ErrandKind, FeedOf, Matter};
use ronda::domain::ids::{ManagerCode, VisitId};
use ronda::domain::people::ReaderRole;
use ronda::office::access::links;
use ronda::office::heartbeat::pulse::Pulse;
use ronda::store;
use ronda::web::{Desk, ListenerKind, ROUTES, RouteDoor, RouteLine, RouteName, routes};
use serde_json::json;
use tokio::sync::watch;

use crate::office::browser::{Pool, dump};
use crate::office::forms::on_site;
use crate::office::harness::TestOffice;
use crate::office::phone::{Answer, ask, pages};
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

/// What an address answers to [`HOLDERS`], in order; 0 where the row makes no sense.
type Answers = [u16; 6];

/// The matrix. What a line of the office's own address answers to a local browser is its every answer.
fn answers(name: RouteName) -> Answers {
    let read = [404, 200, 0, 404, 410, 410];
    match name {
        RouteName::Health
        | RouteName::Office
        | RouteName::OwnCss
        | RouteName::Deadlines
        | RouteName::Robots
        | RouteName::OfficeCss
        | RouteName::OutsideCss
        | RouteName::DecideCss
        | RouteName::FormHome
        | RouteName::FormPage
        | RouteName::FormWorker
        | RouteName::FormAsset
        | RouteName::SignPage => [200; 6],
        RouteName::Letter
        | RouteName::LetterHtml
        | RouteName::LetterSource
        | RouteName::Report
        | RouteName::Deadline
        | RouteName::Verify
        | RouteName::VerifyFile => [404; 6],
        RouteName::Feed
        | RouteName::Digest
        | RouteName::DigestTable
        | RouteName::Unsubscribe
        | RouteName::Matter
        | RouteName::DigestOf => read,
        // There is no such paper here; a link to it says no more than one that is unknown.
        RouteName::Paper => [404, 404, 0, 404, 410, 410],
        RouteName::EndDigests => [404, 400, 0, 404, 410, 410],
        RouteName::DecideMatter | RouteName::DecideOf => [404, 422, 0, 404, 410, 410],
        RouteName::FormLink | RouteName::FormLinkBefore | RouteName::SignLink => [404, 303, 0, 404, 410, 410],
        RouteName::FormBundle => [401, 200, 401, 401, 410, 410],
        RouteName::FormDraft | RouteName::Sign => [401, 400, 401, 401, 410, 410],
        // What was filled in while a link held still arrives, so pieces and records are taken after it.
        RouteName::FormPhoto => [401, 200, 401, 401, 200, 200],
        RouteName::FormPiece => [401, 422, 401, 401, 422, 422],
        RouteName::FormSmallPhoto => [401, 404, 401, 401, 410, 410],
        RouteName::FormRecord => [401, 400, 401, 401, 400, 400],
        RouteName::AskSignature => [401, 409, 401, 401, 410, 410],
        RouteName::SignRecord => [401, 410, 401, 401, 410, 410],
    }
}

/// An errand of a kind, about this visit.
fn errand(kind: ErrandKind, visit: VisitId) -> Errand {
    let manager: ManagerCode = "M-1".into();
    match kind {
        ErrandKind::Feed => Errand::Feed { of: FeedOf::Engineer("E-1".into()) },
        ErrandKind::Paper => Errand::Paper { visit, revision: 1 },
        ErrandKind::Unsubscribe => Errand::Unsubscribe { manager },
        ErrandKind::Matter => Errand::Matter { manager, matter: Matter::Visit(visit) },
        ErrandKind::Digest => Errand::Digest { manager },
        ErrandKind::VisitForm => Errand::VisitForm { visit },
        ErrandKind::Countersign => Errand::Countersign { visit },
    }
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

fn path(route: &RouteLine, visit: VisitId, secret: &str) -> String {
    let name = match route.door {
        RouteDoor::Local => "2026-01-05 nothing.eml".replace(' ', "%20"),
        RouteDoor::Monitor | RouteDoor::Anyone | RouteDoor::Link(_) | RouteDoor::Cookie(_) => format!("{secret}.ics"),
    };
    let path = route
        .path
        .replace("{secret}", secret)
        .replace("{name}", &name)
        .replace("{visit}", &visit.to_string())
        .replace("{number}", if route.door == RouteDoor::Local { "D999999" } else { "V999999-1" })
        .replace("{file}", "app.css")
        .replace("{sha256}", &"0".repeat(64));
    match route.path {
        "/digest/{secret}/of" => format!("{path}?m=visit:{}", visit.0),
        "/form/{visit}/photos/{sha256}" => format!("{path}?at=0&of=0"),
        _ => path,
    }
}

/// Asks as our own pages do.
async fn asked(pages: &Router, method: &Method, path: &str, cookie: Option<&str>, body: Body) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header("x-ronda-form", "1");
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    let kind = "application/x-www-form-urlencoded";
    ask(pages, request.header(header::CONTENT_TYPE, kind).body(body).unwrap()).await
}

async fn status(pages: &Router, method: &Method, path: &str, cookie: Option<&str>) -> u16 {
    let body = if *method == Method::POST { Body::from("{}") } else { Body::empty() };
    asked(pages, method, path, cookie, body).await.status.as_u16()
}

/// The lines at one listener.
fn at(listener: ListenerKind) -> impl Iterator<Item = &'static RouteLine> {
    ROUTES.iter().filter(move |route| route.door.listener() == listener)
}

/// Whether the same path is answered at a listener for this method.
fn is_answered(listener: ListenerKind, path: &str, method: &Method) -> bool {
    at(listener).any(|route| route.path == path && (route.method == *method))
}

/// The methods that a table might forget.
const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH];

story!(r13_every_address_answers_each_holder_as_the_matrix_says_and_no_other_way at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, ..) = on_site(&office).await;
    // A feed's events have names of their own, made with the first feed.
    ronda::office::visits::feeds::new_feed(&office.office, &FeedOf::Engineer("E-1".into())).await.unwrap();
    let other = office.visits().await.into_iter().map(|stored| stored.visit.id).find(|id| *id != visit).unwrap();
    let pages = pages(&office);
    let mut wrong = Vec::new();
    for route in at(ListenerKind::Public) {
        let mut secrets = Vec::new();
        for holder in HOLDERS {
            secrets.push(match route.door.errand() {
                Some(kind) => {
                    let key = format!("{:?}/{holder:?}", route.name);
                    secret(&office, &key, &errand(kind, visit), other, holder).await
                }
                None => String::new(),
            });
        }
        let before = dump(&office).await;
        for ((expected, holder), secret) in answers(route.name).into_iter().zip(HOLDERS).zip(secrets) {
            let path = path(route, visit, &secret);
            let cookie = route.door.cookie().map(|name| format!("{name}={secret}"));
            let line = format!("{} {path} by {holder:?}", route.method);
            if expected == 0 {
                continue;
            }
            let found = status(&pages, &route.method, &path, cookie.as_deref()).await;
            if found != expected {
                wrong.push(format!("{line}: {found}, not {expected}"));
            }
            // One byte too many is refused where a body is looked at; who may not come in hears of that first.
            let is_in = holder == Holder::Own && route.door.errand().is_some();
            let expected = if route.most_bytes > 0 && is_in { 413 } else { expected };
            let body = Body::from(vec![b'x'; if is_in { route.most_bytes + 1 } else { 1 }]);
            let found = asked(&pages, &route.method, &path, cookie.as_deref(), body).await.status.as_u16();
            if route.most_bytes > 0 && is_in && found != expected {
                wrong.push(format!("{line} with {} bytes: {found}", route.most_bytes + 1));
            }
            if route.method == Method::GET && !is_in && found != expected {
                wrong.push(format!("{line} with a body: {found}, not {expected}"));
            }
            // A method that the table has no line for is no method of the path.
            for method in METHODS {
                let is_known = is_answered(ListenerKind::Public, route.path, &method);
                if !is_known && status(&pages, &method, &path, cookie.as_deref()).await != 405 {
                    wrong.push(format!("{method} {path} by {holder:?} is answered"));
                }
            }
        }
        assert_eq!(dump(&office).await, before, "{:?} changed the store", route.name);
    }
    // What the office sees is not at this address, whatever name it is asked by.
    for route in at(ListenerKind::Office) {
        let expected = if is_answered(ListenerKind::Public, route.path, &Method::GET) { 200 } else { 404 };
        let found = status(&pages, &Method::GET, &path(route, visit, ""), None).await;
        assert_eq!(found, expected, "{:?} at the address for people outside", route.name);
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    let submissions = store::records::submission::of_visit(&office.office.db, visit).await.unwrap();
    assert_eq!(json!(submissions.len()), json!(0));
});

/// The office's own pages, as if they listened at `address`.
fn own_pages(office: &TestOffice, address: [u8; 4]) -> Router {
    let offices = watch::Sender::new((*office.office).clone()).subscribe();
    routes(Desk::new(offices, Pulse::beaten(&office.office.clock), SocketAddr::from((address, 8480))))
}

async fn by_name(pages: &Router, method: &Method, path: &str, host: &str) -> u16 {
    let request = Request::builder().method(method).uri(path).header(header::HOST, host).body(Body::empty()).unwrap();
    ask(pages, request).await.status.as_u16()
}

story!(the_offices_own_pages_are_shown_to_a_local_browser_alone at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, ..) = on_site(&office).await;
    let local = own_pages(&office, [127, 0, 0, 1]);
    let far = own_pages(&office, [192, 0, 2, 1]);
    let before = dump(&office).await;
    for route in at(ListenerKind::Office) {
        let (path, answer) = (path(route, visit, ""), answers(route.name)[0]);
        let is_open = route.door == RouteDoor::Monitor;
        for name in ["localhost", "localhost:8480", "127.0.0.1", "127.0.0.1:8480", "[::1]", "[::1]:8480"] {
            assert_eq!(by_name(&local, &Method::GET, &path, name).await, answer, "{path} by {name}");
            assert_eq!(by_name(&far, &Method::GET, &path, name).await, if is_open { answer } else { 404 }, "{path}");
        }
        for name in ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "192.0.2.1", "", "[::1"] {
            let expected = if is_open { answer } else { 421 };
            assert_eq!(by_name(&local, &Method::GET, &path, name).await, expected, "{path} by {name:?}");
        }
        for method in METHODS.into_iter().filter(|method| !is_answered(ListenerKind::Office, route.path, method)) {
            assert_eq!(by_name(&local, &method, &path, "localhost").await, 405, "{method} {path}");
            let expected = if is_open { 405 } else { 421 };
            assert_eq!(by_name(&local, &method, &path, "evil.example").await, expected, "{method} {path}");
        }
    }
    // What people outside see is not at this address.
    for route in at(ListenerKind::Public) {
        let expected = if is_answered(ListenerKind::Office, route.path, &Method::GET) { 200 } else { 404 };
        let path = path(route, visit, &"0".repeat(64));
        assert_eq!(by_name(&local, &route.method, &path, "localhost").await, expected, "{path}");
    }
    assert_eq!(dump(&office).await, before);
});

#[test]
fn the_table_is_described_for_other_programs() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&ronda::web::description()).unwrap());
}
