//! The list of files in the office's folder: letters, reports and, if there is one, a summary.

use std::path::{Path, PathBuf};

use anyhow::Context;
use axum::extract::{self, Query, State};
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use mail_parser::MessageParser;
use minijinja::value::Serde;
use minijinja::{Value, context};
use serde::{Deserialize, Serialize};

use crate::Desk;
use crate::error::WebError;
use crate::pages::draw;
use crate::words::{Reads, counted};
use domain::language::Language;
use domain::letters::stored::UnwritableLetter;
use words::Locales;
use world::config::MailConfig;

/// What a browser's PDF viewer needs to display a file.
const PDF_POLICY: &str = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'";

/// Files on one page of a list.
const PAGE_ROWS: usize = 200;

/// How much of a letter is read for the list; its header fits in this.
const HEAD_BYTES: u64 = 16 * 1024;

/// A larger summary was not written by us.
const SUMMARY_BYTES: u64 = 256 * 1024;

/// Which of our folders a file is in, and the extension that it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shelf {
    Letters,
    Reports,
}

impl Shelf {
    /// `None` if letters go to a mail server, so that there are no files of them.
    fn folder(self, desk: &Desk) -> Option<PathBuf> {
        let office = desk.office();
        match (self, &office.config.mail) {
            (Shelf::Letters, MailConfig::Folder(folder)) => Some(folder.clone()),
            (Shelf::Letters, MailConfig::Smtp(_)) => None,
            (Shelf::Reports, _) => Some(office.config.dir.join("reports")),
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Shelf::Letters => ".eml",
            Shelf::Reports => ".pdf",
        }
    }

    /// Whether `name` is a file directly in the folder: a single path component, not hidden, with the right extension.
    pub(crate) fn admits(self, name: &str) -> bool {
        name.ends_with(self.ending())
            && !name.starts_with('.')
            && !name.contains(['/', '\\'])
            && !name.contains(char::is_control)
    }

    /// The contents of a file in the folder. Symbolic links are not followed.
    pub(crate) async fn read(self, desk: &Desk, name: &str) -> Result<Vec<u8>, WebError> {
        let folder = self.folder(desk).filter(|_| self.admits(name)).ok_or(WebError::NotFound)?;
        let path = folder.join(name);
        if !tokio::fs::symlink_metadata(&path).await?.is_file() {
            return Err(WebError::NotFound);
        }
        Ok(tokio::fs::read(&path).await?)
    }

    /// All file names in the folder, in descending order: names begin with their date, so the latest comes first.
    fn names(self, folder: &Path) -> std::io::Result<Vec<String>> {
        let entries = match std::fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry?;
            let is_file = entry.file_type()?.is_file();
            names.extend(entry.file_name().into_string().ok().filter(|name| is_file && self.admits(name)));
        }
        names.sort_unstable_by(|a, b| b.cmp(a));
        Ok(names)
    }
}

/// One line of a list.
#[derive(Debug, Serialize)]
struct Line {
    name: String,
    /// The subject of a letter, or the name of a report.
    title: String,
    detail: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct PageQuery {
    #[serde(default)]
    page: usize,
}

/// One page of a list.
#[derive(Debug, Serialize)]
struct List {
    heading: String,
    lines: Vec<Line>,
    is_more: bool,
}

pub(crate) async fn index(
    State(desk): State<Desk>,
    Reads(language): Reads,
    Query(PageQuery { page }): Query<PageQuery>,
) -> Result<Html<String>, WebError> {
    let reading = desk.clone();
    let drawn = tokio::task::spawn_blocking(move || {
        let letters = list(&reading, Shelf::Letters, language, page)?;
        let reports = list(&reading, Shelf::Reports, language, page)?;
        Ok::<_, WebError>((letters, reports, summary(&reading, language)))
    });
    let (letters, reports, summary) = drawn.await.context("reading the folders ended early")??;
    let next = (letters.is_more || reports.is_more).then_some(page + 1);
    let previous = page.checked_sub(1);
    let (letters, reports, summary) = (plain(letters), plain(reports), plain(summary));
    let unwritten: Vec<Value> = store::letters::owed::troubled(&desk.office().db)
        .await
        .map_err(anyhow::Error::from)?
        .into_iter()
        .map(unwritten)
        .collect();
    draw(&desk, language, "office.html", context! { letters, reports, summary, unwritten, next, previous })
}

/// A letter that could not be written, and the reason.
fn unwritten(letter: UnwritableLetter) -> Value {
    context! { letter => letter.letter.to_string(), to => letter.to, why => letter.why }
}

fn plain(values: impl Serialize) -> Value {
    Value::from(Serde(values))
}

fn list(desk: &Desk, shelf: Shelf, language: Language, page: usize) -> Result<List, WebError> {
    let Some(folder) = shelf.folder(desk) else {
        return Ok(List { heading: String::new(), lines: Vec::new(), is_more: false });
    };
    let names = shelf.names(&folder)?;
    let key = match shelf {
        Shelf::Letters => "web-count-letters",
        Shelf::Reports => "web-count-reports",
    };
    let heading = counted(&desk.locales, language, key, names.len());
    let from = page.saturating_mul(PAGE_ROWS);
    let is_more = names.len() > from.saturating_add(PAGE_ROWS);
    let shown = names.into_iter().skip(from).take(PAGE_ROWS);
    let lines = shown.map(|name| line(shelf, &folder, name)).collect();
    Ok(List { heading, lines, is_more })
}

fn line(shelf: Shelf, folder: &Path, name: String) -> Line {
    match shelf {
        Shelf::Letters => {
            let (title, detail) = head_of(&folder.join(&name)).unwrap_or_else(|| (name.clone(), String::new()));
            Line { name, title, detail }
        }
        Shelf::Reports => {
            let title = name.trim_end_matches(shelf.ending()).to_owned();
            let size = std::fs::metadata(folder.join(&name)).map_or(0, |found| found.len());
            Line { name, title, detail: format!("PDF · {} kB", size.div_ceil(1000)) }
        }
    }
}

/// The subject of a letter, and its recipient and date.
fn head_of(path: &Path) -> Option<(String, String)> {
    use std::io::Read;
    let mut head = Vec::new();
    std::fs::File::open(path).ok()?.take(HEAD_BYTES).read_to_end(&mut head).ok()?;
    let message = MessageParser::default().parse_headers(&head)?;
    let to = message.to().and_then(|to| to.first()).map(|to| to.name().or(to.address()).unwrap_or_default().to_owned());
    let date = message
        .date()
        .map(|at| format!("{:04}-{:02}-{:02} {:02}:{:02}", at.year, at.month, at.day, at.hour, at.minute));
    let detail = [date, to].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    Some((message.subject()?.to_owned(), detail))
}

/// One figure of the summary.
#[derive(Debug, Serialize, PartialEq, Eq)]
struct Figure {
    label: String,
    /// A number or a string.
    value: serde_json::Value,
    /// Its position among the others.
    #[serde(skip)]
    place: usize,
}

#[derive(Debug, Serialize, PartialEq, Eq)]
struct Group {
    label: String,
    figures: Vec<Figure>,
}

/// Reads `summary.json` as groups of figures; empty if the file does not exist.
fn summary(desk: &Desk, language: Language) -> Vec<Group> {
    let path = desk.office().config.dir.join("summary.json");
    if std::fs::metadata(&path).is_ok_and(|found| found.len() > SUMMARY_BYTES) {
        return Vec::new();
    }
    let text = std::fs::read_to_string(path).unwrap_or_default();
    match serde_json::from_str(&text) {
        Ok(serde_json::Value::Object(whole)) => groups(&desk.locales, language, &whole),
        Ok(_) | Err(_) => Vec::new(),
    }
}

type Object = serde_json::Map<String, serde_json::Value>;

/// The order in which figures are shown; JSON objects are unordered.
const ORDER: [&str; 18] = [
    "from",
    "until",
    "sites",
    "digests",
    "late_flags",
    "flags",
    "findings",
    "certificates",
    "planned",
    "done",
    "missed",
    "cancelled",
    "filed_in_time",
    "filed_late",
    "sent",
    "sent_after_refusal",
    "waiting",
    "undelivered",
];

/// Puts figures whose key begins with the name of a group into that group, and the others above the groups.
fn groups(locales: &Locales, language: Language, whole: &Object) -> Vec<Group> {
    const GROUPS: [&str; 3] = ["visits", "reports", "letters"];
    let mut groups = vec![Group { label: String::new(), figures: Vec::new() }];
    groups.extend(GROUPS.map(|name| Group { label: label(locales, language, name), figures: Vec::new() }));
    for (key, value) in whole {
        let Some(value) = shown(value) else { continue };
        let (group, name) =
            match key.split_once('_').map(|(group, name)| (GROUPS.iter().position(|g| *g == group), name)) {
                Some((Some(at), name)) => (at + 1, name),
                Some((None, _)) | None => (0, key.as_str()),
            };
        let place = ORDER.iter().position(|known| *known == name).unwrap_or(ORDER.len());
        groups[group].figures.push(Figure { label: label(locales, language, name), value, place });
    }
    for group in &mut groups {
        group.figures.sort_by_key(|figure| figure.place);
    }
    groups.retain(|group| !group.figures.is_empty());
    groups
}

fn shown(value: &serde_json::Value) -> Option<serde_json::Value> {
    match value {
        serde_json::Value::Number(_) | serde_json::Value::String(_) => Some(value.clone()),
        serde_json::Value::Null
        | serde_json::Value::Bool(_)
        | serde_json::Value::Array(_)
        | serde_json::Value::Object(_) => None,
    }
}

/// The translated label of a key, or the key itself if there is none.
fn label(locales: &Locales, language: Language, key: &str) -> String {
    let known = format!("web-summary-{}", key.replace('_', "-"));
    if locales.has(&known) { locales.say(language, &known, &[]) } else { key.replace('_', " ") }
}

pub(crate) async fn report(
    State(desk): State<Desk>,
    extract::Path(name): extract::Path<String>,
) -> Result<Response, WebError> {
    let bytes = Shelf::Reports.read(&desk, &name).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "inline"),
        (header::CONTENT_SECURITY_POLICY, PDF_POLICY),
    ];
    Ok((headers, bytes).into_response())
}
