//! A phone with a visit's form: opens the letter's link, keeps its cookie, and sends what the form's script sends.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use ronda::mail::Delivered;
use ronda::office::heartbeat::pulse::Pulse;
use ronda::web::{Desk, public_routes};
use serde_json::{Value, json};
use tokio::sync::watch;
use tower::ServiceExt;

use crate::office::browser::{PUBLIC, links};
use crate::office::harness::TestOffice;
use ronda::domain::ids::VisitId;

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("{}: {}", self.status, self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A phone; its clones share its browser.
#[derive(Clone)]
pub struct Phone {
    pages: Router,
    pub visit: VisitId,
    pub cookie: String,
    pub device: String,
}

/// The public pages of an office as it is now.
pub fn pages(office: &TestOffice) -> Router {
    let desk = Desk::new(
        watch::Sender::new((*office.office).clone()).subscribe(),
        Pulse::new(&office.office.clock),
        SocketAddr::from(([127, 0, 0, 1], 1)),
    );
    public_routes(desk)
}

/// Asks a page, as it stands.
pub async fn ask(pages: &Router, request: Request<Body>) -> Answer {
    let answer = pages.clone().oneshot(request).await.unwrap();
    let (parts, body) = answer.into_parts();
    let bytes = to_bytes(body, 100_000_000).await.unwrap().to_vec();
    Answer { status: parts.status, headers: parts.headers, bytes }
}

pub async fn get(pages: &Router, path: &str, cookie: &str) -> Answer {
    let request = Request::builder().uri(path.strip_prefix(PUBLIC).unwrap_or(path)).header(header::COOKIE, cookie);
    ask(pages, request.body(Body::empty()).unwrap()).await
}

/// The address of the form in a letter to an engineer.
pub fn form_link(letter: &Delivered) -> String {
    links(letter).into_iter().find(|link| link.contains("/form/l/")).expect("the letter has a form's link")
}

impl Phone {
    /// Opens a form's link, as a browser does.
    pub async fn open(office: &TestOffice, visit: VisitId, link: &str) -> Phone {
        let pages = pages(office);
        let answer = get(&pages, link, "").await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        assert_eq!(answer.header(header::LOCATION), format!("/form/{visit}"));
        let cookie = answer.header(header::SET_COOKIE);
        for part in [&format!("Path=/form/{visit}"), "HttpOnly", "SameSite=Lax", "Secure"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Phone { pages, visit, cookie, device: "a1b2c3d4e5f60718".to_owned() }
    }

    /// A phone that has a form's cookie already.
    pub fn with_cookie(office: &TestOffice, visit: VisitId, cookie: &str) -> Phone {
        Phone { pages: pages(office), visit, cookie: cookie.to_owned(), device: "a1b2c3d4e5f60718".to_owned() }
    }

    /// The phone of the visit's engineer, by the latest letter that has a link.
    pub async fn of_engineer(office: &TestOffice, visit: VisitId, email: &str) -> Phone {
        let letters = office.letters_to(email);
        let letter = letters.iter().rev().find(|letter| {
            ["visit-announced", "visit-reminder", "visit-moved", "training-invitation"]
                .contains(&letter.notice.as_str())
                && crate::office::browser::text(letter).contains(&visit.to_string())
        });
        Phone::open(office, visit, &form_link(letter.expect("the engineer was told"))).await
    }

    pub fn path(&self, rest: &str) -> String {
        format!("/form/{}/{rest}", self.visit)
    }

    pub async fn get(&self, rest: &str) -> Answer {
        get(&self.pages, &self.path(rest), &self.cookie).await
    }

    pub async fn send(&self, method: Method, rest: &str, kind: &str, bytes: Vec<u8>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(self.path(rest))
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, kind)
            .header("x-ronda-form", "1")
            .body(Body::from(bytes))
            .unwrap();
        ask(&self.pages, request).await
    }

    pub async fn post(&self, rest: &str, json: &Value) -> Answer {
        self.send(Method::POST, rest, "application/json", json.to_string().into_bytes()).await
    }

    /// Sends a photo in pieces of this size; says its SHA-256.
    pub async fn send_photo(&self, bytes: &[u8], piece: usize) -> String {
        let sha256 = ronda::office::documents::sha256(bytes);
        for (index, part) in bytes.chunks(piece).enumerate() {
            let answer = self.put_piece(&sha256, (index * piece) as u64, bytes.len() as u64, part).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        }
        sha256
    }

    pub async fn put_piece(&self, sha256: &str, at: u64, of: u64, part: &[u8]) -> Answer {
        let place = format!("photos/{sha256}?at={at}&of={of}");
        self.send(Method::PUT, &place, "application/octet-stream", part.to_vec()).await
    }

    /// What the form's script would hand in.
    pub fn envelope(&self, id: u8, record: &str, photos: &[(&str, &str)]) -> Value {
        let photos: Vec<_> = photos.iter().map(|(file, sha256)| json!({"file": file, "sha256": sha256})).collect();
        json!({
            "form": 1,
            "id": format!("{id:02x}").repeat(32),
            "device": self.device,
            "record": serde_json::from_str::<Value>(record).unwrap(),
            "office_note": "",
            "photos": photos,
        })
    }

    pub async fn hand_in(&self, envelope: &Value) -> Answer {
        self.post("record", envelope).await
    }
}
