//! Parses replies to invitations in a message's calendar parts (RFC 5546 sections 3.2.3 and 3.2.7).

use super::parts::{Leaf, PartHeaders};
use crate::address::{one_line, same_address};
use domain::Instant;
use domain::letters::reply::{Participation, Reply};

/// Maximum number of replies in one message.
const MAX_REPLIES: usize = 20;

/// Maximum length of a comment that is kept, in characters.
const LONGEST_COMMENT: usize = 500;

/// The replies in the first part that contains any; `None` if no part is a reply.
///
/// If the same calendar is both inline and attached, the first one is enough.
pub(super) fn read(leaves: &[Leaf<'_>], head: &PartHeaders<'_>) -> Option<Vec<Reply>> {
    leaves
        .iter()
        .filter(|leaf| matches!(leaf.kind.as_str(), "text/calendar" | "application/ics"))
        .find_map(|leaf| replies(leaf, head))
}

fn replies(leaf: &Leaf<'_>, head: &PartHeaders<'_>) -> Option<Vec<Reply>> {
    let lines = lines(&leaf.text()?);
    let in_part = || leaf.parameter("method").map(str::to_owned);
    let method = lines.iter().find(|line| line.name == "METHOD").map(|line| line.value.clone()).or_else(in_part)?;
    let asks = match method.trim().to_ascii_uppercase().as_str() {
        "REPLY" => Asks::AsSaid,
        // A counter-proposal, whatever participation status it states.
        "COUNTER" => Asks::ToMove,
        _ => return None,
    };
    let sender = head.from();
    let replies = events(&lines).filter_map(|event| reply(event, asks, sender.as_deref())).take(MAX_REPLIES);
    Some(replies.collect())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asks {
    AsSaid,
    ToMove,
}

/// A content line.
struct Line {
    /// Upper case.
    name: String,
    parameters: Vec<(String, String)>,
    value: String,
}

impl Line {
    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The calendar address that is the line's value.
    fn address(&self) -> String {
        let is_mail = self.value.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
        match self.parameter("EMAIL") {
            Some(email) if !is_mail => same_address(email),
            Some(_) | None => same_address(&percent_decoded(self.value.get(7..).unwrap_or_default())),
        }
    }
}

/// The unfolded content lines; bare LF line breaks are accepted as well.
fn lines(text: &str) -> Vec<Line> {
    let text = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
    text.lines().filter_map(line).collect()
}

/// `NAME;PARAMETER="value":value`
fn line(text: &str) -> Option<Line> {
    let mut pieces = vec![String::new()];
    let mut quoted = false;
    let mut value = None;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ':' if !quoted => {
                value = Some(text[at + 1..].to_owned());
                break;
            }
            ';' if !quoted => pieces.push(String::new()),
            c => pieces.last_mut().expect("never empty").push(c),
        }
    }
    let mut pieces = pieces.into_iter();
    let name = pieces.next()?.trim().to_ascii_uppercase();
    let parameters = pieces.filter_map(|piece| {
        let (name, value) = piece.split_once('=')?;
        Some((name.trim().to_ascii_uppercase(), value.to_owned()))
    });
    Some(Line { name, parameters: parameters.collect(), value: value?.trim_end().to_owned() })
}

/// The lines of each event, without those of its subcomponents.
fn events(lines: &[Line]) -> impl Iterator<Item = Vec<&Line>> {
    let mut found = Vec::new();
    let mut event: Option<Vec<&Line>> = None;
    let mut inside = 0_usize;
    for line in lines {
        let is_event = line.value.eq_ignore_ascii_case("VEVENT");
        match (line.name.as_str(), &mut event) {
            ("BEGIN", None) if is_event => event = Some(Vec::new()),
            ("BEGIN", Some(_)) => inside += 1,
            ("END", Some(_)) if inside > 0 => inside -= 1,
            ("END", Some(_)) => found.extend(event.take()),
            (_, Some(event)) if inside == 0 => event.push(line),
            (_, Some(_) | None) => {}
        }
    }
    found.into_iter()
}

fn reply(event: Vec<&Line>, asks: Asks, sender: Option<&str>) -> Option<Reply> {
    let first = |name: &str| event.iter().find(|line| line.name == name).copied();
    let attendees: Vec<&Line> = event.iter().filter(|line| line.name == "ATTENDEE").copied().collect();
    // A reply names the attendee who replies; if there are several, it must be the message's sender.
    let attendee = match attendees.as_slice() {
        [] => return None,
        [attendee] => *attendee,
        several => several.iter().copied().find(|line| Some(line.address().as_str()) == sender)?,
    };
    let said = attendee.parameter("PARTSTAT").unwrap_or_default().to_ascii_uppercase();
    let answer = match (asks, said.as_str()) {
        (Asks::ToMove, _) | (Asks::AsSaid, "DECLINED") => Participation::Declined,
        (Asks::AsSaid, "ACCEPTED") => Participation::Accepted,
        (Asks::AsSaid, "TENTATIVE") => Participation::Tentative,
        (Asks::AsSaid, _) => return None,
    };
    let proposed = first("DTSTART").filter(|_| asks == Asks::ToMove).and_then(proposed);
    let own_words = event.iter().filter(|line| line.name == "COMMENT").map(|line| unescaped(&line.value));
    let in_attendee = attendee.parameter("X-RESPONSE-COMMENT").map(str::to_owned);
    let said = proposed.into_iter().chain(own_words).chain(in_attendee);
    Some(Reply {
        uid: first("UID")?.value.trim().to_owned(),
        attendee: attendee.address(),
        sequence: first("SEQUENCE").map_or(Some(0), |line| line.value.trim().parse().ok())?,
        answer,
        comment: comment(said),
        answered_at: first("DTSTAMP").and_then(|line| instant(&line.value)),
    })
}

/// The comments, without duplicates, joined into one line and truncated.
fn comment(said: impl Iterator<Item = String>) -> Option<String> {
    let mut all: Vec<String> = Vec::new();
    for text in said.map(|text| one_line(&text)).filter(|text| !text.is_empty()) {
        if !all.contains(&text) {
            all.push(text);
        }
    }
    let text: String = all.join(" · ").chars().take(LONGEST_COMMENT).collect();
    (!text.is_empty()).then_some(text)
}

/// The proposed time, in the notation of the sender's calendar.
fn proposed(line: &Line) -> Option<String> {
    let time = chrono::NaiveDateTime::parse_from_str(line.value.trim().trim_end_matches('Z'), "%Y%m%dT%H%M%S").ok()?;
    let zone = match (line.value.trim().ends_with('Z'), line.parameter("TZID")) {
        (true, _) => " UTC".to_owned(),
        (false, Some(zone)) => format!(" {zone}"),
        (false, None) => String::new(),
    };
    Some(format!("→ {}{zone}", time.format("%Y-%m-%d %H:%M")))
}

fn instant(text: &str) -> Option<Instant> {
    let local = text.trim().strip_suffix('Z')?;
    chrono::NaiveDateTime::parse_from_str(local, "%Y%m%dT%H%M%S").ok().map(|time| time.and_utc())
}

/// Unescapes a text value (RFC 5545 section 3.3.11).
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => plain.push('\n'),
                Some(escaped) => plain.push(escaped),
                None => {}
            },
            c => plain.push(c),
        }
    }
    plain
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(decoded) if byte == b'%' => {
                bytes.push(decoded);
                rest = &after[2..];
            }
            Some(_) | None => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
