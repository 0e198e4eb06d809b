//! Local times of day from 00:00 to 24:00, as used for working hours and shifts.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use super::Zone;

/// A local time of day in whole minutes; 24:00 is the end of the day. Ordered chronologically.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WallTime {
    minute: u16,
}

/// A text that is not a time of day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a time of day; write it as 08:00, up to 24:00")]
pub struct NoWallTime {
    /// The text.
    pub text: String,
}

impl WallTime {
    /// Parses `08:00`: two digits each, from 00:00 to 24:00.
    ///
    /// # Errors
    /// [`NoWallTime`], with the text.
    pub fn parse(text: &str) -> Result<WallTime, NoWallTime> {
        let two = |digits: &[u8]| match digits {
            [ten @ b'0'..=b'9', one @ b'0'..=b'9'] => Some(u16::from(ten - b'0') * 10 + u16::from(one - b'0')),
            _ => None,
        };
        let minute = match text.as_bytes() {
            [hours @ .., b':', tens, ones] => two(hours)
                .zip(two(&[*tens, *ones]))
                .and_then(|(hour, minute)| (minute < 60).then_some(hour * 60 + minute)),
            _ => None,
        };
        match minute {
            Some(minute) if minute <= 24 * 60 => Ok(WallTime { minute }),
            Some(_) | None => Err(NoWallTime { text: text.to_owned() }),
        }
    }

    /// The first instant at which clocks in `zone` show this time of `day`, or a later one.
    #[must_use]
    pub fn on(self, day: NaiveDate, zone: &Zone) -> DateTime<Utc> {
        zone.begins(self.of(day))
    }

    /// This time on `day` as local date and time; 24:00 is 00:00 of the next day.
    #[must_use]
    pub fn of(self, day: NaiveDate) -> NaiveDateTime {
        day.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(self.minute))
    }
}

impl std::fmt::Display for WallTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.minute / 60, self.minute % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_has_two_digits_each_and_ends_at_24() {
        for good in ["00:00", "08:05", "23:59", "24:00"] {
            assert_eq!(WallTime::parse(good).expect("a time").to_string(), good);
        }
        for bad in ["", "8:00", "08:60", "24:01", "08.00", "08:0", "-1:00", "08:00:00", "０8:00"] {
            assert!(WallTime::parse(bad).is_err(), "{bad}");
        }
        assert!(WallTime::parse("09:00").expect("a time") < WallTime::parse("24:00").expect("a time"));
    }
}
