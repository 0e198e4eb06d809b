//! Writes a calendar as an iCalendar feed (RFC 5545): every day that differs from its weekday, for calendar programs.
//! [`feed::read`](super::feed::read) can read it back.

use chrono::{Datelike, Days, NaiveDate};
use icalendar::{Component, Event, EventLike, Property};

use domain::Instant;
use domain::calendar::{Calendar, DayIs, DayKind, UnknownHolidays};

/// The days of a year, as a feed written `at`. UIDs are stable, so that a subscriber updates events in place.
///
/// A make-up working day is marked `(班)`, and a half day `(½)`, since iCalendar has no other way to express them.
///
/// # Errors
/// [`UnknownHolidays`] if the calendar does not cover the year.
pub fn year(calendar: &Calendar, year: i32, at: Instant) -> Result<String, UnknownHolidays> {
    let mut feed = icalendar::Calendar::empty();
    for (name, value) in [("VERSION", "2.0"), ("PRODID", "-//Ronda//Working days//EN"), ("CALSCALE", "GREGORIAN")] {
        feed.append_property(Property::new(name, value));
    }
    feed.name(&format!("{} {year}", calendar.code()));
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MIN);
    for day in first.iter_days().take_while(|day| day.year() == first.year()) {
        let DayIs::Special(special) = calendar.day(day)? else { continue };
        let summary = match special.kind {
            DayKind::Off => special.name.clone(),
            DayKind::Work => format!("{} (班)", special.name),
            DayKind::Half => format!("{} (½)", special.name),
        };
        let mut event = Event::new();
        event
            .uid(&format!("{day}-{}@holidays.ronda", calendar.code()))
            .timestamp(at)
            .summary(&summary)
            .starts(day)
            .ends(day + Days::new(1))
            .add_property("TRANSP", "TRANSPARENT");
        feed.push(event.done());
    }
    Ok(feed.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::holidays::{Calendars, feed};

    #[test]
    fn a_feed_that_we_write_is_read_back_day_by_day() {
        let calendars = Calendars::load(None).expect("the world's table");
        let at = "2026-01-01T00:00:00Z".parse().expect("an instant");
        for code in ["CN", "ES-MD", "SA", "JP", "DE-BY"] {
            let calendar = calendars.named(code).expect("a calendar");
            let text = year(&calendar, 2026, at).expect("known");
            let read = feed::read("feed.ics", text.as_bytes()).expect("a good feed");
            let wanted: Vec<(NaiveDate, DayKind)> = calendar
                .parts()
                .special
                .iter()
                .filter(|(day, _)| day.year() == 2026)
                .map(|(day, special)| (*day, special.kind))
                .collect();
            let found: Vec<(NaiveDate, DayKind)> = read.events.iter().map(|event| (event.from, event.kind)).collect();
            assert_eq!(found, wanted, "{code}");
            assert!(text.lines().all(|line| line.len() <= 76), "{code} folds its lines");
        }
    }

    #[test]
    fn half_days_and_layers_are_in_the_feed() {
        let folder = tempfile::tempdir().expect("a folder");
        let closure =
            "[[closure]]\nyearly = \"12-24\"\nname = \"Nochebuena\"\nkind = \"half\"\napplies = \"company\"\n";
        std::fs::write(folder.path().join("closures.toml"), closure).expect("a file");
        let calendar = Calendars::load(Some(folder.path())).expect("good files").named("ES-MD").expect("a calendar");
        let text = year(&calendar, 2026, "2026-01-01T00:00:00Z".parse().expect("an instant")).expect("known");
        let read = feed::read("feed.ics", text.as_bytes()).expect("a good feed");
        let eve = read.events.iter().find(|event| event.from.to_string() == "2026-12-24").expect("in the feed");
        assert_eq!((eve.kind, eve.name.as_str()), (DayKind::Half, "Nochebuena"));
    }

    #[test]
    fn a_year_that_is_not_known_is_refused() {
        let calendar = Calendars::load(None).expect("the world's table").named("ES").expect("a calendar");
        assert!(year(&calendar, 2099, "2026-01-01T00:00:00Z".parse().expect("an instant")).is_err());
    }
}
