//! The route table: every address that is served, one line each, for both listeners.
//!
//! The routers, the access matrix, and the API description for other programs are generated from it.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, StatusCode};
use axum::middleware;
use axum::routing::{MethodRouter, get, post, put};
use serde_json::{Value, json};
use tower_http::timeout::TimeoutLayer;

use crate::desk::{deadlines, letter, shelf};
use crate::link::{decide, feed, form, paper, sign, unsubscribe, upload, verify};
use crate::{Desk, error, health, only_by_a_local_name, pages, robots, strict};
use domain::access::{Deed, ErrandKind};
use domain::records::form::{MOST_BYTES, MOST_FORM_BYTES};
use office::records::take_photo::PIECE_BYTES;

/// Who may access a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouteDoor {
    /// Anyone who can reach the office's own address, such as a monitor.
    Monitor,
    /// A browser on this machine, if the request names a local host; there is no login yet.
    Local,
    /// Anyone who can reach the address for people outside.
    Anyone,
    /// The holder of a link for this errand; the secret is in the path.
    Link(ErrandKind),
    /// The holder of a link for this errand, identified by the cookie for which it was exchanged.
    Cookie(ErrandKind),
}

impl RouteDoor {
    /// The name of the cookie, for a route that needs one.
    #[must_use]
    pub fn cookie(self) -> Option<&'static str> {
        match self {
            RouteDoor::Cookie(ErrandKind::Countersign) => Some(sign::COOKIE),
            RouteDoor::Cookie(_) => Some(form::COOKIE),
            RouteDoor::Monitor | RouteDoor::Local | RouteDoor::Anyone | RouteDoor::Link(_) => None,
        }
    }

    /// The errand of the link that gives access.
    #[must_use]
    pub fn errand(self) -> Option<ErrandKind> {
        match self {
            RouteDoor::Link(errand) | RouteDoor::Cookie(errand) => Some(errand),
            RouteDoor::Monitor | RouteDoor::Local | RouteDoor::Anyone => None,
        }
    }

    /// The listener that serves it.
    #[must_use]
    pub fn listener(self) -> ListenerKind {
        match self {
            RouteDoor::Monitor | RouteDoor::Local => ListenerKind::Office,
            RouteDoor::Anyone | RouteDoor::Link(_) | RouteDoor::Cookie(_) => ListenerKind::Public,
        }
    }

    fn word(self) -> &'static str {
        match self {
            RouteDoor::Monitor => "monitor",
            RouteDoor::Local => "local",
            RouteDoor::Anyone => "anyone",
            RouteDoor::Link(_) => "link",
            RouteDoor::Cookie(_) => "cookie",
        }
    }
}

/// The two listeners of the daemon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum ListenerKind {
    /// `web.listen`
    Office,
    /// `web.public_listen`; separate, so that a proxy in front of it never reaches the office's pages.
    Public,
}

/// What a request does. Opening an address changes nothing: mail scanners open links (R12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum RouteDeed {
    Read,
    /// The browser gets a cookie in exchange for the secret; nothing is stored.
    Exchange,
    /// A file is compared with what was issued; nothing is stored.
    Compare,
    Subscribe,
    Decide,
    SaveDraft,
    SendPhoto,
    HandIn,
    AskSignature,
    Sign,
}

impl RouteDeed {
    /// The audit trail's deeds that a request may be; empty if it leaves no line there.
    #[must_use]
    pub fn deeds(self) -> &'static [Deed] {
        match self {
            RouteDeed::Read
            | RouteDeed::Exchange
            | RouteDeed::Compare
            | RouteDeed::SaveDraft
            | RouteDeed::SendPhoto => &[],
            RouteDeed::Subscribe => &[Deed::EndDigests, Deed::ResumeDigests],
            RouteDeed::Decide => &[
                Deed::Remind,
                Deed::MoveVisit,
                Deed::HandOverReport,
                Deed::WaiveDeadline,
                Deed::RetryLetter,
                Deed::TakeForm,
                Deed::DismissForm,
            ],
            RouteDeed::HandIn => &[Deed::TakeRecord, Deed::KeepRecord, Deed::KeepForm],
            RouteDeed::AskSignature => &[Deed::MakeSigningLink],
            RouteDeed::Sign => &[Deed::SignRecord],
        }
    }

    /// Whether it may change the store.
    #[must_use]
    pub fn changes(self) -> bool {
        match self {
            RouteDeed::Read | RouteDeed::Exchange | RouteDeed::Compare => false,
            RouteDeed::Subscribe
            | RouteDeed::Decide
            | RouteDeed::SaveDraft
            | RouteDeed::SendPhoto
            | RouteDeed::HandIn
            | RouteDeed::AskSignature
            | RouteDeed::Sign => true,
        }
    }
}

/// One row of the table.
#[derive(Debug)]
pub struct RouteLine {
    pub name: RouteName,
    pub method: Method,
    /// The path, with parameters in braces.
    pub path: &'static str,
    pub door: RouteDoor,
    pub deed: RouteDeed,
    /// Maximum size of a request's body, in bytes; 0 means that the body is not read.
    pub most_bytes: usize,
    /// Time limit until the answer begins.
    pub within: Duration,
    /// A one-line description.
    pub what: &'static str,
    answers: fn() -> MethodRouter<Desk>,
}

macro_rules! on {
    (GET $handler:path) => {
        get($handler)
    };
    (POST $handler:path) => {
        post($handler)
    };
    (PUT $handler:path) => {
        put($handler)
    };
}

macro_rules! routes {
    ($($name:ident $method:ident $path:literal $door:ident $(($errand:ident))? $deed:ident $bytes:ident $within:ident
        $handler:path, $what:literal;)+) => {
        /// One variant per route, for code that must cover all of them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::EnumCount)]
        pub enum RouteName { $(#[doc = $what] $name,)+ }

        /// The table itself, one row per route.
        pub static ROUTES: [RouteLine; <RouteName as strum::EnumCount>::COUNT] = [$(RouteLine {
            name: RouteName::$name,
            method: Method::$method,
            path: $path,
            door: RouteDoor::$door $((ErrandKind::$errand))?,
            deed: RouteDeed::$deed,
            most_bytes: $bytes,
            within: $within,
            what: $what,
            answers: || on!($method $handler),
        }),+];
    };
}

/// The body is not read.
const NONE: usize = 0;
/// More than enough for the form of a single button.
const BUTTON: usize = 16 * 1024;
/// A signature and comments.
const INK: usize = 1024 * 1024;
/// Besides its values, a draft has the paths and revisions of its fields.
const DRAFT: usize = 2 * MOST_BYTES;
const PIECE: usize = PIECE_BYTES;
const RECORD: usize = MOST_FORM_BYTES;
const FILE: usize = upload::MOST_BYTES;

/// Time limit for the response to begin.
const PAGE: Duration = Duration::from_secs(10);
/// Time limit for uploads from a phone with hardly any signal, and for large files.
const SLOW: Duration = Duration::from_secs(120);

// Name, method, path, who may access it, what it does, maximum bytes, time limit, handler, description.
routes! {
    Health         GET  "/health"                     Monitor             Read         NONE   PAGE health::health, "whether the office is well";
    Office         GET  "/"                           Local               Read         NONE   PAGE shelf::index, "letters and reports in the office's folder";
    OwnCss         GET  "/office.css"                 Local               Read         NONE   PAGE pages::office_css, "the style of the office's pages";
    Letter         GET  "/letters/{name}"             Local               Read         NONE   PAGE letter::page, "a letter";
    LetterHtml     GET  "/letters/{name}/html"        Local               Read         NONE   PAGE letter::html, "a letter's HTML part alone, for the frame";
    LetterSource   GET  "/letters/{name}/source"      Local               Read         NONE   PAGE letter::source, "a letter as it went out";
    Report         GET  "/reports/{name}"             Local               Read         NONE   PAGE shelf::report, "a report's PDF";
    Deadlines      GET  "/deadlines"                  Local               Read         NONE   PAGE deadlines::list, "what is owed";
    Deadline       GET  "/deadlines/{number}"         Local               Read         NONE   PAGE deadlines::page, "how a deadline's day was counted";

    Robots         GET  "/robots.txt"                 Anyone              Read         NONE   PAGE robots, "secret addresses are nobody's to index";
    OfficeCss      GET  "/office.css"                 Anyone              Read         NONE   PAGE pages::office_css, "the style of /verify";
    OutsideCss     GET  "/outside.css"                Anyone              Read         NONE   PAGE pages::outside_css, "the style of pages with one button";
    DecideCss      GET  "/decide.css"                 Anyone              Read         NONE   PAGE pages::decide_css, "the style of a manager's pages";
    Feed           GET  "/feed/{name}"                Link(Feed)          Read         NONE   PAGE feed::feed, "a calendar to subscribe to";
    Paper          GET  "/paper/{secret}"             Link(Paper)         Read         NONE   PAGE paper::pdf, "a report that was too large for its letter";
    Unsubscribe    GET  "/unsubscribe/{secret}"       Link(Unsubscribe)   Read         NONE   PAGE unsubscribe::page, "whether digests shall end";
    EndDigests     POST "/unsubscribe/{secret}"       Link(Unsubscribe)   Subscribe    BUTTON PAGE unsubscribe::answer, "ends digests, or takes them up again";
    Matter         GET  "/matter/{secret}"            Link(Matter)        Read         NONE   PAGE decide::show_one, "one line of a digest";
    DecideMatter   POST "/matter/{secret}"            Link(Matter)        Decide       BUTTON PAGE decide::decide_one, "decides it";
    Digest         GET  "/digest/{secret}"            Link(Digest)        Read         NONE   PAGE decide::lists::show, "the complete lists of a digest";
    DigestTable    GET  "/digest/{secret}/table.csv"  Link(Digest)        Read         NONE   PAGE decide::lists::csv, "the same as a table";
    DigestOf       GET  "/digest/{secret}/of"         Link(Digest)        Read         NONE   PAGE decide::show_of_list, "one line of the lists";
    DecideOf       POST "/digest/{secret}/of"         Link(Digest)        Decide       BUTTON PAGE decide::decide_of_list, "decides it";
    Verify         GET  "/verify/{number}"            Anyone              Read         NONE   PAGE verify::page, "whether a report was issued";
    VerifyFile     POST "/verify/{number}"            Anyone              Compare      FILE   SLOW verify::compare, "compares a file with it";
    FormLink       GET  "/form/l/{secret}"            Link(VisitForm)     Exchange     NONE   PAGE form::link, "a letter's link to a form, below the form's service worker";
    FormLinkBefore GET  "/record/{secret}"            Link(VisitForm)     Exchange     NONE   PAGE form::link, "the same in letters of an earlier version";
    FormHome       GET  "/form/"                      Anyone              Read         NONE   PAGE form::assets::page, "the visits whose forms a phone has";
    FormPage       GET  "/form/{visit}"               Anyone              Read         NONE   PAGE form::assets::page, "the form of a visit; the same page";
    FormWorker     GET  "/form/sw.js"                 Anyone              Read         NONE   PAGE form::assets::worker, "the form's service worker";
    FormAsset      GET  "/form/app/{file}"            Anyone              Read         NONE   PAGE form::assets::asset, "a file of the form";
    FormBundle     GET  "/form/{visit}/visit.json"    Cookie(VisitForm)   Read         NONE   PAGE form::bundle, "all that the form needs without signal";
    FormDraft      POST "/form/{visit}/draft"         Cookie(VisitForm)   SaveDraft    DRAFT  SLOW form::draft, "mirrors the draft, both ways";
    FormPhoto      GET  "/form/{visit}/photos/{sha256}" Cookie(VisitForm) Read         NONE   PAGE form::photo, "how far a photo has come";
    FormPiece      PUT  "/form/{visit}/photos/{sha256}" Cookie(VisitForm) SendPhoto    PIECE  SLOW form::put_photo, "the next piece of a photo";
    FormSmallPhoto GET  "/form/{visit}/photos/{sha256}/small.jpg" Cookie(VisitForm) Read NONE PAGE form::small_photo, "a photo that another phone has sent";
    FormRecord     POST "/form/{visit}/record"        Cookie(VisitForm)   HandIn       RECORD SLOW form::record, "hands the record in";
    AskSignature   POST "/form/{visit}/countersign"   Cookie(VisitForm)   AskSignature NONE   PAGE form::countersign, "a fresh link to sign by";
    SignLink       GET  "/countersign/{secret}"       Link(Countersign)   Exchange     NONE   PAGE sign::link, "a letter's link to sign a record";
    SignPage       GET  "/sign/{visit}"               Anyone              Read         NONE   PAGE form::assets::sign_page, "the page to sign on";
    Sign           POST "/sign/{visit}"               Cookie(Countersign) Sign         INK    SLOW sign::sign, "signs the record";
    SignRecord     GET  "/sign/{visit}/sign.json"     Cookie(Countersign) Read         NONE   PAGE sign::record, "the record to be signed";
}

/// The router of the office's own address; its contents are served only on a loopback address.
pub fn routes(desk: Desk) -> Router {
    let is_local = desk.listens_at.ip().is_loopback();
    let shown = |route: &&RouteLine| match route.door {
        RouteDoor::Monitor => true,
        RouteDoor::Local => is_local,
        RouteDoor::Anyone | RouteDoor::Link(_) | RouteDoor::Cookie(_) => false,
    };
    router(ROUTES.iter().filter(shown)).with_state(desk)
}

/// The router for people outside.
pub fn public_routes(desk: Desk) -> Router {
    router(ROUTES.iter().filter(|route| route.door.listener() == ListenerKind::Public)).with_state(desk)
}

fn router<'r>(table: impl Iterator<Item = &'r RouteLine>) -> Router<Desk> {
    let pages = table.fold(Router::new(), |pages, route| {
        let answers = limited((route.answers)(), route.most_bytes, route.within);
        let guarded = match route.door {
            RouteDoor::Local => answers.layer(middleware::from_fn(only_by_a_local_name)),
            RouteDoor::Monitor | RouteDoor::Anyone | RouteDoor::Link(_) | RouteDoor::Cookie(_) => answers,
        };
        pages.route(route.path, guarded)
    });
    strict(pages.fallback(error::not_found))
}

fn limited<S>(answers: MethodRouter<S>, most_bytes: usize, within: Duration) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    let answers: MethodRouter<S> = answers.layer(DefaultBodyLimit::max(most_bytes));
    answers.layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, within))
}

/// The table for other programs, as an array of objects.
#[must_use]
pub fn description() -> Value {
    let line = |route: &RouteLine| {
        let errand: Option<&str> = route.door.errand().map(Into::into);
        let (deed, listener): (&str, &str) = (route.deed.into(), route.door.listener().into());
        json!({
            "method": route.method.as_str(),
            "path": route.path,
            "summary": route.what,
            "listener": listener,
            "door": route.door.word(),
            "errand": errand,
            "deed": deed,
            "deeds": route.deed.deeds().iter().map(|deed| deed.word()).collect::<Vec<_>>(),
            "most_bytes": route.most_bytes,
            "within_s": route.within.as_secs(),
        })
    };
    ROUTES.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use axum::body::{Body, Bytes};
    use axum::http::Request;
    use tower::ServiceExt;

    use super::*;
    use domain::access::ActKind;

    #[test]
    fn r12_what_is_only_opened_changes_nothing() {
        for route in &ROUTES {
            assert!(route.method != Method::GET || !route.deed.changes(), "{route:?}");
            assert!(
                route.method == Method::GET || route.door != RouteDoor::Local,
                "the office's pages read: {route:?}"
            );
        }
    }

    #[test]
    fn what_a_manager_may_decide_is_among_the_deeds_of_its_address() {
        use ActKind::{Assign, DismissForm, HandedOver, Move, Remind, Retry, TakeForm, Waive};
        for act in [Remind, Assign, Move, HandedOver, Waive, Retry, TakeForm, DismissForm] {
            assert!(RouteDeed::Decide.deeds().contains(&Deed::from(act)), "{act:?}");
        }
        let any = |deed: RouteDeed| !deed.deeds().is_empty();
        assert!(ROUTES.iter().all(|route| route.deed.changes() || !any(route.deed)));
    }

    #[test]
    fn each_line_has_a_place_of_its_own_and_a_door_that_its_path_can_open() {
        let places: BTreeSet<_> =
            ROUTES.iter().map(|route| (route.door.listener() as u8, route.path, route.method.as_str())).collect();
        assert_eq!(places.len(), ROUTES.len());
        for (at, route) in ROUTES.iter().enumerate() {
            assert_eq!(route.name as usize, at);
            let in_path = route.path.contains("{secret}") || route.path == "/feed/{name}";
            assert_eq!(matches!(route.door, RouteDoor::Link(_)), in_path, "{route:?}");
            // Every body has a size limit, and no time limit is shorter than a page's.
            assert!(route.within >= PAGE && route.most_bytes <= FILE, "{route:?}");
        }
    }

    #[tokio::test]
    async fn a_body_and_a_time_beyond_the_limit_are_refused() {
        let takes = limited(post(async |_: Bytes| "taken"), 10, PAGE);
        let waits = limited(post(std::future::pending::<()>), 10, Duration::from_millis(20));
        let pages: Router = Router::new().route("/takes", takes).route("/waits", waits);
        let ask = async |path: &str, bytes: usize| {
            let request = Request::post(path).body(Body::from(vec![b'x'; bytes])).unwrap();
            pages.clone().oneshot(request).await.unwrap().status()
        };
        assert_eq!(ask("/takes", 10).await, StatusCode::OK);
        assert_eq!(ask("/takes", 11).await, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(ask("/waits", 0).await, StatusCode::GATEWAY_TIMEOUT);
    }
}
