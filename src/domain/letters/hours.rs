//! When a letter may leave: in its reader's hours, unless it is one that never waits.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

use super::notice::NoticeKind;
use crate::Instant;
use crate::calendar::Calendar;
use crate::contract::Purpose;
use crate::time::{NoWallTime, WallTime, Zone};

/// Whether a notice's letters wait for their reader's hours; each row of the table of notices says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::VariantArray)]
pub enum Leaves {
    /// At once, at any hour: a report, a link that somebody waits for, a letter of the office to itself.
    AtOnce,
    /// When it is made: at the hour that its reader has asked for.
    AtItsHour,
    /// In its reader's hours.
    InHours,
    /// In its reader's hours; at once where these come less than a day before the visit, or after it.
    ADayAhead,
}

impl Leaves {
    /// In words, for people who read the table.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Leaves::AtOnce => "at once",
            Leaves::AtItsHour => "at the reader's own hour",
            Leaves::InHours => "in the reader's hours",
            Leaves::ADayAhead => "in the reader's hours, if these come a day before the visit; else at once",
        }
    }
}

/// How soon before a visit nothing about it waits.
const SOON: TimeDelta = TimeDelta::hours(24);

/// Days in which a reader is looked for a working day; longer than any holiday.
const A_LONG_HOLIDAY: usize = 60;

/// The hours of the day in which people are written to: `07:00–19:00`, or `always`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TellBetween {
    /// At any hour of any day.
    Always,
    /// On the reader's working days, from the first time until before the second, on the reader's clock.
    Hours { from: WallTime, until: WallTime },
}

/// A text that names no hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoHours {
    #[error("{0:?} is not a span of hours; write it as \"07:00–19:00\", or \"always\"")]
    Unreadable(String),
    #[error(transparent)]
    Time(#[from] NoWallTime),
    #[error("{0:?} ends before it begins; hours lie within one day")]
    Backwards(String),
}

impl FromStr for TellBetween {
    type Err = NoHours;

    /// Reads two times of day with a hyphen or an en dash between them, or `always`.
    fn from_str(text: &str) -> Result<TellBetween, NoHours> {
        if text == "always" {
            return Ok(TellBetween::Always);
        }
        let (from, until) = text.split_once(['-', '–']).ok_or_else(|| NoHours::Unreadable(text.to_owned()))?;
        let (from, until) = (WallTime::parse(from.trim())?, WallTime::parse(until.trim())?);
        if from >= until {
            return Err(NoHours::Backwards(text.to_owned()));
        }
        Ok(TellBetween::Hours { from, until })
    }
}

impl Default for TellBetween {
    /// `07:00–19:00`.
    fn default() -> TellBetween {
        "07:00–19:00".parse().expect("two times of day")
    }
}

/// When a reader is written to.
#[derive(Debug, Clone)]
pub struct ReaderHours {
    pub between: TellBetween,
    /// The reader's, or that of the site that the reader speaks for.
    pub zone: Zone,
    /// The reader's working days; None where nobody knows them: Monday to Friday.
    pub calendar: Option<Calendar>,
}

impl ReaderHours {
    /// The first moment from `now` on at which the reader is written to.
    #[must_use]
    pub fn opens_at(&self, now: Instant) -> Instant {
        let TellBetween::Hours { from, until } = self.between else { return now };
        let days = self.zone.day(now).iter_days().take(A_LONG_HOLIDAY);
        let spans =
            days.filter(|day| self.works_on(*day)).map(|day| (from.on(day, &self.zone), until.on(day, &self.zone)));
        // Nobody rests for two months: a calendar that says so keeps no letter back.
        spans.into_iter().find(|(_, until)| now < *until).map_or(now, |(from, _)| now.max(from))
    }

    fn works_on(&self, day: NaiveDate) -> bool {
        let known = self.calendar.as_ref().and_then(|calendar| calendar.is_working(day).ok());
        known.unwrap_or(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
    }
}

/// Whether what is told can wait at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// It waits as its notice says.
    Ordinary,
    /// It never waits: the contract counts it in minutes, it is about a call-out, or somebody has just asked for it.
    Urgent,
}

impl Urgency {
    /// Of a letter about a visit of this purpose.
    #[must_use]
    pub fn of(purpose: Purpose) -> Urgency {
        match purpose {
            Purpose::CallOut => Urgency::Urgent,
            Purpose::Inspection
            | Purpose::Maintenance
            | Purpose::Training
            | Purpose::FollowUp
            | Purpose::PlannedSupport => Urgency::Ordinary,
        }
    }
}

/// What a letter's moment depends on, beside its notice.
#[derive(Debug, Clone)]
pub struct Occasion {
    pub now: Instant,
    /// None: the letter waits for nobody's hours.
    pub reader: Option<ReaderHours>,
    /// The first moment at which somebody may set out to the visit that is announced, moved or cancelled.
    pub visit_at: Option<Instant>,
    pub urgency: Urgency,
}

impl Occasion {
    /// Of a letter that waits for nobody's hours.
    #[must_use]
    pub fn at_once(now: Instant) -> Occasion {
        Occasion { now, reader: None, visit_at: None, urgency: Urgency::Urgent }
    }

    /// Of a letter that waits as its notice says.
    #[must_use]
    pub fn of(reader: ReaderHours, now: Instant) -> Occasion {
        Occasion { now, reader: Some(reader), visit_at: None, urgency: Urgency::Ordinary }
    }

    /// The first moment at which a letter of this kind may leave.
    #[must_use]
    pub fn may_leave_at(&self, kind: NoticeKind) -> Instant {
        let (Urgency::Ordinary, Some(reader)) = (self.urgency, &self.reader) else { return self.now };
        match kind.row().leaves {
            Leaves::AtOnce | Leaves::AtItsHour => self.now,
            Leaves::InHours => reader.opens_at(self.now),
            Leaves::ADayAhead => {
                let opens_at = reader.opens_at(self.now);
                if self.visit_at.is_some_and(|visit_at| opens_at + SOON > visit_at) { self.now } else { opens_at }
            }
        }
    }
}

impl fmt::Display for Leaves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray;

    fn at(text: &str) -> Instant {
        chrono::DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z").expect("a local time with its offset").to_utc()
    }

    fn in_madrid(between: &str) -> ReaderHours {
        let zone = Zone::parse("Europe/Madrid").unwrap();
        ReaderHours { between: between.parse().unwrap(), zone, calendar: None }
    }

    #[test]
    fn hours_are_written_with_a_hyphen_or_an_en_dash() {
        assert_eq!("07:00-19:00".parse(), Ok(TellBetween::default()));
        assert_eq!("07:00 – 19:00".parse(), Ok(TellBetween::default()));
        assert_eq!("always".parse(), Ok(TellBetween::Always));
        assert!("00:00–24:00".parse::<TellBetween>().is_ok());
        for (text, why) in [
            ("07:00", "not a span of hours"),
            ("7–19", "not a time of day"),
            ("07:00–25:00", "not a time of day"),
            ("19:00–07:00", "ends before it begins"),
            ("07:00–07:00", "ends before it begins"),
        ] {
            assert!(text.parse::<TellBetween>().unwrap_err().to_string().contains(why), "{text}");
        }
    }

    #[test]
    fn a_reader_is_written_to_from_the_first_minute_until_before_the_last_on_working_days() {
        let hours = in_madrid("07:00–19:00");
        // A Thursday to the Monday after, in winter: an hour ahead of UTC.
        for (now, opens) in [
            ("2026-01-15T00:00+01:00", "2026-01-15T07:00+01:00"),
            ("2026-01-15T07:00+01:00", "2026-01-15T07:00+01:00"),
            ("2026-01-15T18:59+01:00", "2026-01-15T18:59+01:00"),
            ("2026-01-15T19:00+01:00", "2026-01-16T07:00+01:00"),
            ("2026-01-16T19:00+01:00", "2026-01-19T07:00+01:00"),
            ("2026-01-18T12:00+01:00", "2026-01-19T07:00+01:00"),
            // The clocks have gone forward in the night before.
            ("2026-03-29T04:00+02:00", "2026-03-30T07:00+02:00"),
        ] {
            assert_eq!(hours.opens_at(at(now)), at(opens), "{now}");
        }
        let sunday = at("2026-01-18T03:00+01:00");
        assert_eq!(in_madrid("always").opens_at(sunday), sunday);
    }

    #[test]
    fn nothing_about_a_visit_within_a_day_waits() {
        let now = at("2026-01-15T20:00+01:00");
        let of =
            |visit_at: &str| Occasion { visit_at: Some(at(visit_at)), ..Occasion::of(in_madrid("07:00–19:00"), now) };
        let (morning, moved) = (at("2026-01-16T07:00+01:00"), NoticeKind::VisitMoved);
        assert_eq!(of("2026-01-17T07:00+01:00").may_leave_at(moved), morning);
        assert_eq!(of("2026-01-17T06:59+01:00").may_leave_at(moved), now, "the reader would have less than a day");
        assert_eq!(of("2026-01-14T09:00+01:00").may_leave_at(moved), now, "somebody waits for who does not come");
        assert_eq!(of("2026-01-16T09:00+01:00").may_leave_at(NoticeKind::PhaseEnding), morning, "it is of no visit");
        let urgent = Occasion { urgency: Urgency::Urgent, ..of("2026-02-20T09:00+01:00") };
        assert_eq!(urgent.may_leave_at(moved), now);
    }

    #[test]
    fn every_notice_says_whether_it_waits() {
        let of = |leaves| NoticeKind::VARIANTS.iter().copied().filter(move |kind| kind.row().leaves == leaves);
        let at_once: Vec<_> = of(Leaves::AtOnce).collect();
        assert_eq!(
            at_once,
            [
                NoticeKind::ReportDelivered,
                NoticeKind::CertificateDelivered,
                NoticeKind::CountersignAsked,
                NoticeKind::Canary
            ],
            "reports, links to signatures, and what the office writes to itself"
        );
        assert_eq!(of(Leaves::AtItsHour).collect::<Vec<_>>(), [NoticeKind::Digest, NoticeKind::Review]);
        let ahead: Vec<_> = of(Leaves::ADayAhead).collect();
        assert_eq!(
            ahead,
            [
                NoticeKind::VisitAnnounced,
                NoticeKind::TrainingInvitation,
                NoticeKind::FollowUpQuestion,
                NoticeKind::VisitReminder,
                NoticeKind::VisitMoved,
                NoticeKind::VisitPassedOn,
                NoticeKind::VisitCancelled,
                NoticeKind::VisitAskedToMove,
            ],
            "what somebody does differently for it"
        );
        let now = at("2026-01-18T03:00+01:00");
        for kind in NoticeKind::VARIANTS {
            let left = Occasion::of(in_madrid("07:00–19:00"), now).may_leave_at(*kind);
            let waits = match kind.row().leaves {
                Leaves::AtOnce | Leaves::AtItsHour => false,
                Leaves::InHours | Leaves::ADayAhead => true,
            };
            assert_eq!(left > now, waits, "{kind}");
        }
    }
}
