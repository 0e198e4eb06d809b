//! Writes iCalendar (RFC 5545): invitations in letters (RFC 5546, 6047) and feeds to subscribe to.
//!
//! Our own writer, for some twenty properties: the `icalendar` crate also folds and escapes, but makes up a UID and
//! reads the system clock unless they are set, rescans a long line for each fold, and leaves methods and attendees to
//! its user anyway. Times are in UTC, so that no client needs our time zone definitions; there are no alarms, which are
//! for the reader to choose.

use std::fmt::Write;

use super::Composer;
use super::address::{one_line, wire_address};
use super::message::CalendarPart;
use domain::Instant;
use domain::language::Language;
use domain::letters::notice::Reader;
use domain::visits::invitation::{Answered, Certainty, Event, Feed, FeedLine, Invitation, Method};
use words::Value;

/// Maximum length of a line in octets, without the line break (RFC 5545 section 3.1).
const OCTETS: usize = 75;

/// How many names of equipment or topics a description lists.
const NAMES: usize = 12;

const PRODUCT: &str = concat!("PRODID:-//Ronda//Ronda ", env!("CARGO_PKG_VERSION"), "//EN");

impl Composer {
    /// The calendar part of a letter; `None` if the reader has no address from which to reply.
    pub(super) fn calendar(&self, invitation: &Invitation, reader: &Reader, at: Instant) -> Option<CalendarPart> {
        let method = invitation.method;
        let mut lines = Lines::begin(method.word());
        lines.put("BEGIN:VEVENT");
        let certainty = match method {
            Method::Request => invitation.event.standing,
            Method::Cancel => Certainty::Cancelled,
        };
        self.event(&mut lines, &invitation.event, certainty, reader.language, at);
        lines.put(&format!("ORGANIZER{}:{}", common_name(&self.company), mailto(&self.from)?));
        let asked = match method {
            Method::Request => ";PARTSTAT=NEEDS-ACTION;RSVP=TRUE",
            Method::Cancel => "",
        };
        lines.put(&format!(
            "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT{asked}{}:{}",
            common_name(&reader.name),
            mailto(&reader.email)?
        ));
        let mut about = self.about(&invitation.event, reader.language);
        if method == Method::Request {
            about.push(self.locales.say(reader.language, "calendar-please-answer", &[]));
        }
        lines.text("DESCRIPTION", &about.join("\n"));
        lines.put("END:VEVENT");
        let file_name = format!("{}.ics", invitation.event.visit.id);
        Some(CalendarPart { method, text: lines.end(), file_name })
    }

    /// The calendar of a feed.
    ///
    /// Invited people are not listed as ATTENDEE, which a published calendar must not contain (RFC 5546 section 3.2.1):
    /// clients would ask their user to reply. Their replies are in the description and, for programs, in
    /// `X-RONDA-ANSWER`; with names only, since other people read the feed, too.
    #[must_use]
    pub fn feed(&self, feed: &Feed, at: Instant) -> String {
        let values = [("company", Value::text(&self.company)), ("name", Value::text(&feed.name))];
        let name = one_line(&self.locales.say(feed.language, "calendar-feed-name", &values));
        let mut lines = Lines::begin("PUBLISH");
        lines.text("NAME", &name);
        lines.text("X-WR-CALNAME", &name);
        lines.put("REFRESH-INTERVAL;VALUE=DURATION:PT1H");
        lines.put("X-PUBLISHED-TTL:PT1H");
        let organizer = mailto(&self.from).map(|from| format!("ORGANIZER{}:{from}", common_name(&self.company)));
        for line in &feed.lines {
            lines.put("BEGIN:VEVENT");
            self.event(&mut lines, &line.event, line.event.standing, feed.language, at);
            if let Some(organizer) = &organizer {
                lines.put(organizer);
            }
            for answered in &line.answers {
                lines.text(&format!("X-RONDA-ANSWER;PARTSTAT={}", partstat(answered)), &one_line(&answered.name));
            }
            lines.text("DESCRIPTION", &self.about_line(line, feed.language).join("\n"));
            lines.put("END:VEVENT");
        }
        lines.end()
    }

    /// Writes the properties that every event has.
    fn event(&self, lines: &mut Lines, event: &Event, certainty: Certainty, language: Language, at: Instant) {
        let visit = &event.visit;
        let (status, shown_as) = match certainty {
            Certainty::Tentative => ("TENTATIVE", "OPAQUE"),
            Certainty::Confirmed => ("CONFIRMED", "OPAQUE"),
            Certainty::Cancelled => ("CANCELLED", "TRANSPARENT"),
        };
        lines.put(&format!("UID:{}", event.uid));
        lines.put(&format!("DTSTAMP:{}", utc(at)));
        lines.put(&format!("DTSTART:{}", utc(event.starts_at)));
        lines.put(&format!("DTEND:{}", utc(event.ends_at)));
        lines.put(&format!("SEQUENCE:{}", event.sequence));
        lines.put(&format!("STATUS:{status}"));
        lines.put(&format!("TRANSP:{shown_as}"));
        let site = one_line(&visit.site_name);
        let values = [("purpose", Value::text(visit.purpose.word())), ("site", Value::text(&site))];
        lines.text("SUMMARY", &self.locales.say(language, "calendar-summary", &values));
        let address = one_line(&visit.address);
        lines.text("LOCATION", &if address.is_empty() { site } else { format!("{site}, {address}") });
        if let Some((latitude, longitude)) = event.position {
            lines.put(&format!("GEO:{latitude:.6};{longitude:.6}"));
        }
    }

    /// The lines of an event's description, in the reader's language.
    fn about(&self, event: &Event, language: Language) -> Vec<String> {
        let visit = &event.visit;
        let (engineer, phone) = (one_line(&visit.engineer), one_line(&visit.engineer_phone));
        let say = |key: &str, values: &[(&str, Value<'_>)]| self.locales.say(language, key, values);
        let mut about = vec![say("calendar-customer", &[("name", Value::owned(one_line(&visit.customer)))])];
        about.push(match phone.is_empty() {
            true => say("calendar-engineer", &[("name", Value::text(&engineer))]),
            false => {
                say("calendar-engineer-phone", &[("name", Value::text(&engineer)), ("phone", Value::text(&phone))])
            }
        });
        for (key, names) in [("calendar-equipment", &visit.equipment), ("calendar-topics", &visit.topics)] {
            if !names.is_empty() {
                about.push(say(key, &[("names", Value::owned(self.names(names, language)))]));
            }
        }
        about.push(say("calendar-visit", &[("visit", Value::owned(visit.id.to_string()))]));
        about
    }

    fn about_line(&self, line: &FeedLine, language: Language) -> Vec<String> {
        let mut about = self.about(&line.event, language);
        match line.event.standing {
            Certainty::Tentative => about.push(self.locales.say(language, "calendar-planned", &[])),
            Certainty::Confirmed | Certainty::Cancelled => {}
        }
        about.extend(line.answers.iter().map(|answered| self.answered(answered, language)));
        about
    }

    fn answered(&self, answered: &Answered, language: Language) -> String {
        let key = format!("calendar-answer-{}", answered.answer.word());
        let answer = self.locales.say(language, &key, &[("name", Value::owned(one_line(&answered.name)))]);
        match answered.comment.as_deref().map(one_line) {
            None => answer,
            Some(comment) => {
                let values = [("answer", Value::text(&answer)), ("comment", Value::text(&comment))];
                self.locales.say(language, "calendar-answer-comment", &values)
            }
        }
    }

    fn names(&self, names: &[String], language: Language) -> String {
        let between = match language {
            Language::En | Language::Es => ", ",
            Language::Zh => "、",
        };
        let listed = names.iter().take(NAMES).map(|name| one_line(name)).collect::<Vec<_>>().join(between);
        if names.len() <= NAMES {
            return listed;
        }
        let values = [("names", Value::text(&listed)), ("count", Value::count(names.len() - NAMES))];
        self.locales.say(language, "calendar-more", &values)
    }
}

fn partstat(answered: &Answered) -> String {
    answered.answer.word().to_ascii_uppercase()
}

fn utc(at: Instant) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// `;CN="Ruiz, Ana"`, or nothing. A parameter cannot contain a double quote (RFC 5545 section 3.2).
fn common_name(name: &str) -> String {
    let name = one_line(name).replace('"', "'");
    if name.is_empty() { name } else { format!(";CN=\"{name}\"") }
}

/// The address as in the letter's own header, with reserved URI characters percent-encoded (RFC 6068 section 2).
fn mailto(email: &str) -> Option<String> {
    let address = wire_address(email).ok()?.to_string();
    let mut uri = String::from("mailto:");
    for byte in address.bytes() {
        if byte.is_ascii_alphanumeric() || b"@.-_+!$'*=~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            write!(uri, "%{byte:02X}").expect("writing to a String cannot fail");
        }
    }
    Some(uri)
}

/// Content lines, folded and terminated by CRLF.
struct Lines(String);

impl Lines {
    fn begin(method: &str) -> Lines {
        let mut lines = Lines(String::new());
        for line in ["BEGIN:VCALENDAR", "VERSION:2.0", PRODUCT, "CALSCALE:GREGORIAN"] {
            lines.put(line);
        }
        lines.put(&format!("METHOD:{method}"));
        lines
    }

    fn end(mut self) -> String {
        self.put("END:VCALENDAR");
        self.0
    }

    /// Appends a property with a text value, which is escaped (RFC 5545 section 3.3.11).
    fn text(&mut self, name: &str, value: &str) {
        let mut line = format!("{name}:");
        for c in value.chars() {
            match c {
                '\\' | ';' | ',' => line.extend(['\\', c]),
                '\n' => line.push_str("\\n"),
                c if c.is_control() => line.push(' '),
                c => line.push(c),
            }
        }
        self.put(&line);
    }

    /// Appends one content line, folded between characters.
    fn put(&mut self, line: &str) {
        let mut used = 0;
        for c in line.chars() {
            if used + c.len_utf8() > OCTETS {
                self.0.push_str("\r\n ");
                used = 1;
            }
            self.0.push(c);
            used += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests;
