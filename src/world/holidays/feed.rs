//! Holidays from an iCalendar feed (RFC 5545). The only file that parses iCalendar.
//!
//! Feeds differ from our closures in three respects. A make-up working day is marked only in its summary: `(班)`, `补班`
//! or `上班`; a day off may be marked `(休)`. `DTEND` is the day after the last. Lines are folded, sometimes in the middle
//! of a character.

use chrono::{Datelike, Days, NaiveDate};
use icalendar::parser::{Component, Property, read_calendar};

use domain::calendar::DayKind;

/// A longer range must be a mistake.
const LONGEST_RUN: i64 = 366;

/// The result of parsing a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolidayFeed {
    /// The name in `X-WR-CALNAME`, if given.
    pub name: Option<String>,
    /// In file order, without cancelled events.
    pub events: Vec<FeedDays>,
}

/// Days that share a name and a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedDays {
    pub from: NaiveDate,
    /// The last day, inclusive.
    pub to: NaiveDate,
    pub name: String,
    pub kind: DayKind,
    pub recurs: Recurs,
}

/// Whether and how days recur.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recurs {
    Once,
    /// On the same days every year, up to this last year; `None` for ever.
    Yearly {
        last_year: Option<i32>,
    },
    /// By a recurrence rule, in capitals, for single days, starting in the year of the first day.
    Rule(String),
}

/// Parses a feed. `file` is the file name used in messages.
///
/// # Errors
/// Every mistake, with file and line, and a remedy.
pub fn read(file: &str, bytes: &[u8]) -> Result<HolidayFeed, Vec<String>> {
    let (text, lines) =
        unfolded(bytes).map_err(|line| vec![format!("{file}:{line}: is not UTF-8 text; save the feed as UTF-8")])?;
    let calendar = read_calendar(&text).map_err(|_| vec![not_a_calendar(file)])?;
    let begun = lines.iter().filter(|line| line.is("BEGIN:VEVENT")).count();
    let events: Vec<&Component<'_>> = calendar.components.iter().filter(|part| part.name == "VEVENT").collect();
    if events.is_empty() || events.len() != begun {
        return Err(vec![not_a_calendar(file)]);
    }
    let (mut read, mut mistakes) = (Vec::new(), Vec::new());
    for (number, event) in events.into_iter().enumerate() {
        let place = Place { file, lines: &lines, event: number };
        match days(event, &place) {
            Ok(days) => read.extend(days),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let name = calendar.properties.iter().find(|property| property.name == "X-WR-CALNAME");
    let name = name.map(|name| one_line(name.val.as_str())).filter(|name| !name.is_empty());
    Ok(HolidayFeed { name, events: read })
}

fn not_a_calendar(file: &str) -> String {
    format!("{file}:1: is no iCalendar file with whole events; export the holidays again as .ics")
}

/// A logical line of the file, and where it begins.
#[derive(Debug)]
struct Line {
    number: usize,
    text: String,
}

impl Line {
    fn is(&self, text: &str) -> bool {
        self.text.trim_end().eq_ignore_ascii_case(text)
    }

    fn has_name(&self, name: &str) -> bool {
        let own = self.text.split([':', ';']).next().unwrap_or_default();
        own.eq_ignore_ascii_case(name)
    }
}

/// Unfolds the lines; the error is the number of a line that is not text.
fn unfolded(bytes: &[u8]) -> Result<(String, Vec<Line>), usize> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut folded: Vec<(usize, Vec<u8>)> = Vec::new();
    for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match (line.split_first(), folded.last_mut()) {
            (Some((b' ' | b'\t', rest)), Some((_, whole))) => whole.extend_from_slice(rest),
            (_, _) if line.is_empty() => {}
            (_, _) => folded.push((at + 1, line.to_vec())),
        }
    }
    let mut lines = Vec::with_capacity(folded.len());
    for (number, line) in folded {
        lines.push(Line { number, text: String::from_utf8(line).map_err(|_| number)? });
    }
    let text = lines.iter().flat_map(|line| [line.text.as_str(), "\r\n"]).collect();
    Ok((text, lines))
}

/// The location of an event, for messages.
struct Place<'a> {
    file: &'a str,
    lines: &'a [Line],
    event: usize,
}

impl Place<'_> {
    /// A mistake in a property of the event, or in the event if it has no such property.
    fn at(&self, name: &str, mistake: impl std::fmt::Display) -> String {
        let begins = self.lines.iter().enumerate().filter(|(_, line)| line.is("BEGIN:VEVENT"));
        let begin = begins.map(|(at, _)| at).nth(self.event).unwrap_or_default();
        let own = self.lines[begin..].iter().take_while(|line| !line.is("END:VEVENT"));
        let line = own.into_iter().find(|line| line.has_name(name)).unwrap_or(&self.lines[begin]);
        format!("{}:{}: {mistake}", self.file, line.number)
    }
}

/// The days of an event; `None` if it is cancelled.
fn days(event: &Component<'_>, place: &Place<'_>) -> Result<Option<FeedDays>, String> {
    let property = |name: &str| event.properties.iter().find(|property| property.name == name);
    let value = |name: &str| property(name).map(|property| property.val.as_str().trim().to_owned());
    if value("STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED")) {
        return Ok(None);
    }
    let summary = value("SUMMARY").map(|summary| one_line(&summary)).unwrap_or_default();
    if summary.is_empty() {
        return Err(place.at("SUMMARY", "SUMMARY is missing; a day off has a reason"));
    }
    let Some(start) = property("DTSTART") else {
        return Err(place.at("DTSTART", "DTSTART is missing; say which day it is"));
    };
    let from = whole_day(start, place)?;
    let to = match (property("DTEND"), value("DURATION")) {
        (Some(end), _) => last_day(from, whole_day(end, place)?).ok_or_else(|| {
            place.at("DTEND", format!("DTEND {} is before DTSTART {from}; it is the day after the last", end.val))
        })?,
        (None, Some(length)) => {
            whole_days(&length).and_then(|days| from.checked_add_days(Days::new(days - 1))).ok_or_else(|| {
                place.at("DURATION", format!("DURATION {length} is no number of days; use P1D or a DTEND"))
            })?
        }
        (None, None) => from,
    };
    if (to - from).num_days() >= LONGEST_RUN {
        return Err(
            place.at("DTEND", format!("{from} to {to} is longer than a year; split it, or set its DTEND right"))
        );
    }
    for unread in ["EXDATE", "RDATE", "EXRULE", "RECURRENCE-ID"] {
        if property(unread).is_some() {
            return Err(place.at(unread, format!("{unread} is not taken; give each day an event of its own")));
        }
    }
    let recurs = match value("RRULE") {
        None => Recurs::Once,
        Some(rule) => recurs(&rule, from, to).map_err(|why| place.at("RRULE", why))?,
    };
    let (kind, name) = kind_and_name(&summary);
    Ok(Some(FeedDays { from, to, name, kind, recurs }))
}

/// The date of a `VALUE=DATE` property.
fn whole_day(property: &Property<'_>, place: &Place<'_>) -> Result<NaiveDate, String> {
    let (name, value) = (property.name.as_str(), property.val.as_str().trim());
    if value.contains('T') {
        let day = value.split('T').next().unwrap_or_default();
        let remedy = format!("make it an all-day event ({name};VALUE=DATE:{day})");
        return Err(place.at(name, format!("{name} {value} has a time of day; {remedy}")));
    }
    let day = NaiveDate::parse_from_str(value, "%Y%m%d").ok();
    day.filter(|day| (1900..=2200).contains(&day.year()))
        .ok_or_else(|| place.at(name, format!("{name} {value:?} is no day; write it as 20261224")))
}

/// The day before the exclusive end; an end equal to the first day means one day, as many programs write it.
fn last_day(from: NaiveDate, end: NaiveDate) -> Option<NaiveDate> {
    if end == from { Some(from) } else { end.pred_opt().filter(|last| *last >= from) }
}

/// Parses `P3D` or `P1W` into days, at least one.
fn whole_days(length: &str) -> Option<u64> {
    let number = |text: &str| text.parse::<u64>().ok();
    let rest = length.strip_prefix('P')?;
    let days = match (rest.strip_suffix('D'), rest.strip_suffix('W')) {
        (Some(days), _) => number(days)?,
        (None, Some(weeks)) => number(weeks)?.checked_mul(7)?,
        (None, None) => return None,
    };
    (1..=1000).contains(&days).then_some(days)
}

fn recurs(rule: &str, from: NaiveDate, to: NaiveDate) -> Result<Recurs, String> {
    let rule = rule.to_ascii_uppercase();
    let part = |name: &str| rule.split(';').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    if part("FREQ") != Some("YEARLY") {
        return Err(format!("RRULE {rule} is not taken; only FREQ=YEARLY is, give each other day an event of its own"));
    }
    // Parts of the rule that only repeat the first day.
    let own = [format!("BYMONTH={}", from.month()), format!("BYMONTHDAY={}", from.day()), "INTERVAL=1".to_owned()];
    let says_no_more = |part: &str| {
        ["FREQ=", "COUNT=", "UNTIL=", "WKST="].iter().any(|known| part.starts_with(known))
            || own.iter().any(|own| own == part)
    };
    if rule.split(';').all(says_no_more) {
        let by_count = part("COUNT").map(|count| count.parse::<i32>().ok().map(|count| from.year() + count - 1));
        let by_until = part("UNTIL").map(|until| last_year_of(until, from));
        return match by_count.or(by_until) {
            Some(None) => Err(format!("RRULE {rule} has no end that can be read; use COUNT=5 or UNTIL=20301231")),
            Some(last_year) => Ok(Recurs::Yearly { last_year }),
            None => Ok(Recurs::Yearly { last_year: None }),
        };
    }
    if ["BYDAY", "BYMONTHDAY", "BYYEARDAY"].into_iter().all(|name| part(name).is_none()) {
        return Err(format!("RRULE {rule} does not say which days; add BYDAY or BYMONTHDAY, or give each an event"));
    }
    if from != to {
        return Err(format!("RRULE {rule} moves a run of several days; give each year an event of its own"));
    }
    Ok(Recurs::Rule(rule))
}

/// The last year in which `from` recurs before an `UNTIL`.
fn last_year_of(until: &str, from: NaiveDate) -> Option<i32> {
    let day = NaiveDate::parse_from_str(until.get(..8)?, "%Y%m%d").ok()?;
    let is_before = (day.month(), day.day()) < (from.month(), from.day());
    Some(day.year() - i32::from(is_before))
}

/// The kind of day that a summary indicates, and the name without the marker.
fn kind_and_name(summary: &str) -> (DayKind, String) {
    const WORKED: [&str; 4] = ["(班)", "（班）", "补班", "上班"];
    const OFF: [&str; 2] = ["(休)", "（休）"];
    /// Markers that our own feeds use.
    const HALF: [&str; 2] = ["(½)", "（½）"];
    let is_worked = !summary.contains("不上班") && WORKED.iter().any(|mark| summary.contains(mark));
    let kind = match (is_worked, HALF.iter().any(|mark| summary.contains(mark))) {
        (true, _) => DayKind::Work,
        (false, true) => DayKind::Half,
        (false, false) => DayKind::Off,
    };
    let marks = ["(班)", "（班）"].iter().chain(&OFF).chain(&HALF);
    let name = marks.fold(summary.to_owned(), |name, mark| name.replace(mark, " "));
    let name = one_line(&name);
    (kind, if name.is_empty() { summary.to_owned() } else { name })
}

/// Collapses white space into single spaces.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(events: &str) -> String {
        format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//ZH\r\nX-WR-CALNAME:中国节假日\r\n{events}END:VCALENDAR\r\n"
        )
    }

    fn event(lines: &str) -> String {
        format!("BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n{lines}END:VEVENT\r\n")
    }

    fn read_one(lines: &str) -> Result<FeedDays, String> {
        read("f.ics", feed(&event(lines)).as_bytes()).map(|feed| feed.events[0].clone()).map_err(|all| all.join("\n"))
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_feeds_end_is_the_day_after_and_make_up_days_are_marked_in_the_summary() {
        let off =
            read_one("DTSTART;VALUE=DATE:20260215\r\nDTEND;VALUE=DATE:20260224\r\nSUMMARY:春节（休）\r\n").unwrap();
        assert_eq!((off.from, off.to, off.kind), (day("2026-02-15"), day("2026-02-23"), DayKind::Off));
        assert_eq!(off.name, "春节");
        for summary in ["春节（班）", "春节 (班)", "春节补班", "春节调休上班"] {
            let lines = format!("DTSTART;VALUE=DATE:20260214\r\nDTEND;VALUE=DATE:20260215\r\nSUMMARY:{summary}\r\n");
            assert_eq!(read_one(&lines).unwrap().kind, DayKind::Work, "{summary}");
        }
        assert_eq!(read_one("DTSTART;VALUE=DATE:20260214\r\nSUMMARY:今天不上班\r\n").unwrap().kind, DayKind::Off);
        assert_eq!(read_one("DTSTART:20260214\r\nDURATION:P2D\r\nSUMMARY:x\r\n").unwrap().to, day("2026-02-15"));
        assert_eq!(read_one("DTSTART:20260214\r\nDTEND:20260214\r\nSUMMARY:x\r\n").unwrap().to, day("2026-02-14"));
    }

    #[test]
    fn folded_lines_are_joined_even_inside_a_character_and_escapes_are_read() {
        let event =
            event("DTSTART;VALUE=DATE:20260214\r\nSUMMARY:Sant Jordi\\, patr\u{f3} de Catalunya\\; fest\r\n iu\r\n");
        let mut bytes = b"\xef\xbb\xbf".to_vec();
        let whole = feed(&event).into_bytes();
        let inside = whole.windows(2).position(|two| two == "ó".as_bytes()).unwrap() + 1;
        bytes.extend_from_slice(&whole[..inside]);
        bytes.extend_from_slice(b"\r\n ");
        bytes.extend_from_slice(&whole[inside..]);
        let feed = read("f.ics", &bytes).unwrap();
        assert_eq!(feed.name.as_deref(), Some("中国节假日"));
        assert_eq!(feed.events[0].name, "Sant Jordi, patró de Catalunya; festiu");
    }

    #[test]
    fn a_yearly_day_comes_again_and_other_rules_are_refused() {
        let with = |rule: &str| read_one(&format!("DTSTART;VALUE=DATE:20260503\r\nRRULE:{rule}\r\nSUMMARY:x\r\n"));
        let recurs = |rule: &str| with(rule).unwrap().recurs;
        assert_eq!(recurs("FREQ=YEARLY"), Recurs::Yearly { last_year: None });
        assert_eq!(recurs("FREQ=YEARLY;COUNT=3"), Recurs::Yearly { last_year: Some(2028) });
        assert_eq!(recurs("FREQ=YEARLY;UNTIL=20290502"), Recurs::Yearly { last_year: Some(2028) });
        let first_sunday = "FREQ=YEARLY;BYMONTH=5;BYDAY=1SU";
        assert_eq!(recurs(first_sunday), Recurs::Rule(first_sunday.to_owned()));
        assert_eq!(recurs("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=3"), Recurs::Yearly { last_year: None });
        assert!(with("FREQ=YEARLY;INTERVAL=2").unwrap_err().contains("does not say which days"));
        assert!(with("FREQ=WEEKLY").unwrap_err().starts_with("f.ics:9: RRULE FREQ=WEEKLY is not taken"));
    }

    #[test]
    fn every_mistake_of_a_feed_is_named_with_its_line_and_a_remedy() {
        let bad = [
            event("DTSTART:20260212T090000Z\r\nSUMMARY:a long meeting that is\r\n  folded\r\n"),
            event("DTSTART;VALUE=DATE:20260230\r\nSUMMARY:never\r\n"),
            event("DTSTART;VALUE=DATE:20260212\r\nDTEND;VALUE=DATE:20260210\r\nSUMMARY:backwards\r\n"),
            event("DTSTART;VALUE=DATE:20260212\r\n"),
            event("SUMMARY:when?\r\n"),
            event(
                "DTSTART;VALUE=DATE:20260212\r\nEXDATE;VALUE=DATE:20270212\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:but not\r\n",
            ),
        ];
        insta::assert_snapshot!(read("f.ics", feed(&bad.concat()).as_bytes()).unwrap_err().join("\n"));
        for nothing in [&b"hello"[..], b"", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", b"BEGIN:VEVENT\r\nSUMMARY:x\r\n"] {
            let refused = read("f.ics", nothing).unwrap_err();
            assert_eq!(refused, [not_a_calendar("f.ics")]);
        }
        assert_eq!(read("f.ics", b"\n\xff").unwrap_err(), ["f.ics:2: is not UTF-8 text; save the feed as UTF-8"]);
    }
}
