//! A browser for the public pages, in-process, and everything that the store holds, to compare.

use std::net::SocketAddr;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode, header};
use mail_parser::MessageParser;
use ronda::mail::Delivered;
use ronda::office::heartbeat::pulse::Pulse;
use ronda::web::{Desk, public_routes};
use ronda::world::config::Database;
use sqlx::{AssertSqlSafe, Row};
use tokio::sync::watch;
use tower::ServiceExt;

use crate::office::harness::TestOffice;
use ronda::domain::ids::VisitId;

/// Where the stories' office says that its public pages are.
pub const PUBLIC: &str = "https://ronda.example";

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub location: Option<String>,
    pub policy: String,
    pub body: String,
}

/// Asks the public pages for `address`, whole or from its path on.
pub async fn ask(office: &TestOffice, method: Method, address: &str, form: Option<&[(&str, &str)]>) -> Answer {
    let desk = Desk::new(
        watch::Sender::new((*office.office).clone()).subscribe(),
        Pulse::new(&office.office.clock),
        SocketAddr::from(([127, 0, 0, 1], 1)),
    );
    let path = address.strip_prefix(PUBLIC).unwrap_or(address);
    let path = path.split('#').next().unwrap();
    let mut request = Request::builder().method(method).uri(path);
    let body = form.map(|fields| {
        let pair = |(name, value): &(&str, &str)| format!("{name}={}", encoded(value));
        fields.iter().map(pair).collect::<Vec<_>>().join("&")
    });
    if body.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    let request = request.body(Body::from(body.unwrap_or_default())).unwrap();
    let answer = public_routes(desk).oneshot(request).await.unwrap();
    let text = |name| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let (location, policy) = (text(header::LOCATION), text(header::CONTENT_SECURITY_POLICY).unwrap_or_default());
    let status = answer.status();
    let bytes = to_bytes(answer.into_body(), 10_000_000).await.unwrap();
    Answer { status, location, policy, body: String::from_utf8_lossy(&bytes).into_owned() }
}

/// Where `RONDA_PAGES` names a folder, every page is left there to be looked at, with its style sheet.
pub async fn get(office: &TestOffice, address: &str) -> Answer {
    let answer = ask(office, Method::GET, address, None).await;
    if let Some(folder) = std::env::var_os("RONDA_PAGES") {
        let title = answer.body.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next());
        let name: String = title.unwrap_or("none").chars().filter(|c| c.is_alphanumeric()).collect();
        let page = answer.body.replace("..&#x2f;../decide.css", "decide.css").replace("../decide.css", "decide.css");
        let folder = std::path::Path::new(&folder);
        std::fs::write(folder.join(format!("{name}-{}.html", answer.body.len())), page).unwrap();
        std::fs::write(folder.join("decide.css"), include_str!("../../../templates/web/decide.css")).unwrap();
    }
    answer
}

/// Fills the page's form of an act and presses its button. `id` and `seen` are the page's.
pub async fn press(office: &TestOffice, address: &str, act: &str, fields: &[(&str, &str)]) -> Answer {
    let page = get(office, address).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let id = hidden(&page.body, act, "id");
    let seen = hidden(&page.body, act, "seen");
    send(office, address, act, &id, &seen, fields).await
}

/// Sends a form as it is.
pub async fn send(
    office: &TestOffice,
    address: &str,
    act: &str,
    id: &str,
    seen: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let form: Vec<_> = [("act", act), ("id", id), ("seen", seen)].into_iter().chain(fields.iter().copied()).collect();
    ask(office, Method::POST, address, Some(&form)).await
}

/// The hidden field that goes with an act's form.
pub fn hidden(page: &str, act: &str, name: &str) -> String {
    let form = page.split(&format!("name=\"act\" value=\"{act}\"")).nth(1);
    let form = form.unwrap_or_else(|| panic!("the page offers no {act}: {page}"));
    let value = form.split(&format!("name=\"{name}\" value=\"")).nth(1).expect("every form has it");
    value.split('"').next().unwrap().to_owned()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The text part of a letter.
pub fn text(letter: &Delivered) -> String {
    MessageParser::default().parse(&letter.bytes).unwrap().body_text(0).unwrap().into_owned()
}

/// The addresses in a letter's text part, in order.
pub fn links(letter: &Delivered) -> Vec<String> {
    text(letter).split_whitespace().filter(|word| word.starts_with(PUBLIC)).map(str::to_owned).collect()
}

/// The address that stands below the first line of a letter's text with all of `words` in it.
pub fn link_of(letter: &Delivered, words: &[&str]) -> String {
    let text = text(letter);
    let mut lines = text.lines().skip_while(|line| !words.iter().all(|word| line.contains(word)));
    let link = lines.find(|line| line.trim().starts_with(PUBLIC));
    link.unwrap_or_else(|| panic!("no link for {words:?} in\n{text}")).trim().to_owned()
}

/// The address of the line that begins with `what` and is about this visit.
pub fn link_of_visit(letter: &Delivered, what: &str, visit: VisitId) -> String {
    let text = text(letter);
    let lines: Vec<_> = text.lines().collect();
    let at = lines.windows(2).position(|two| two[0].contains(what) && two[1].ends_with(&format!("· {visit}")));
    let at = at.unwrap_or_else(|| panic!("no {what:?} of {visit} in\n{text}"));
    lines[at..].iter().find(|line| line.trim().starts_with(PUBLIC)).expect("it is linked").trim().to_owned()
}

/// The store, by a connection of the test's own.
pub enum Pool {
    Sqlite(sqlx::SqlitePool),
    Postgres(sqlx::PgPool),
}

impl Pool {
    pub async fn of(office: &TestOffice) -> Pool {
        match &office.office.config.database {
            Database::Sqlite(path) => {
                Pool::Sqlite(sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await.unwrap())
            }
            Database::Postgres(url) => Pool::Postgres(sqlx::PgPool::connect(url.reveal()).await.unwrap()),
        }
    }

    pub async fn execute(&self, sql: &str) {
        match self {
            Pool::Sqlite(pool) => {
                sqlx::query(AssertSqlSafe(sql)).execute(pool).await.unwrap();
            }
            Pool::Postgres(pool) => {
                sqlx::query(AssertSqlSafe(sql)).execute(pool).await.unwrap();
            }
        }
    }

    async fn texts(&self, sql: &str) -> Vec<String> {
        match self {
            Pool::Sqlite(pool) => {
                let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(pool).await.unwrap();
                rows.iter().map(|row| row.get(0)).collect()
            }
            Pool::Postgres(pool) => {
                let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(pool).await.unwrap();
                rows.iter().map(|row| row.get(0)).collect()
            }
        }
    }
}

/// Every row of every table.
pub async fn dump(office: &TestOffice) -> String {
    let pool = Pool::of(office).await;
    let tables = match &pool {
        Pool::Sqlite(_) => "select name from sqlite_master where type = 'table' order by 1",
        Pool::Postgres(_) => "select tablename::text from pg_tables where schemaname = 'public' order by 1",
    };
    let mut whole = String::new();
    for table in pool.texts(tables).await {
        let rows = match &pool {
            Pool::Sqlite(_) => {
                let quoted = "group_concat('quote(\"' || name || '\")', '||'',''||')";
                let columns = pool.texts(&format!("select {quoted} from pragma_table_info('{table}')")).await;
                format!("select {} from \"{table}\" order by 1", columns[0])
            }
            Pool::Postgres(_) => format!("select t::text from \"{table}\" t order by 1"),
        };
        for row in pool.texts(&rows).await {
            whole.push_str(&format!("{table}: {row}\n"));
        }
    }
    whole
}
