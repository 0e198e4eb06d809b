//! Which version of the world's table an office counts by, as `ronda check` and the health page say it.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use serde::Serialize;

use super::country::Checksum;
use super::land::Land;

/// The world's table, and the administrator's files beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HolidayTable {
    /// Of the source that the files were made from.
    pub version: String,
    /// When the newest of its files was made.
    pub made_on: NaiveDate,
    pub countries: usize,
    /// The administrator's countries, by code.
    pub own: Vec<OwnCountry>,
}

/// A country's file in the administrator's folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnCountry {
    pub country: String,
    /// Empty where the file does not say.
    pub version: String,
    pub made_on: Option<NaiveDate>,
    /// Whether it bears the checksum of its content.
    pub verified: bool,
    /// Whether it counts; one that is older than the program's own does not.
    pub counts: bool,
}

impl HolidayTable {
    pub(super) fn of_world(lands: &BTreeMap<String, Land>) -> HolidayTable {
        let newest = lands.values().max_by_key(|land| land.made_on());
        HolidayTable {
            version: newest.map_or_else(String::new, |land| land.version().to_owned()),
            made_on: newest.and_then(Land::made_on).unwrap_or(NaiveDate::MIN),
            countries: lands.len(),
            own: Vec::new(),
        }
    }

    pub(super) fn add_own(&mut self, own: &Land, there: Option<&Land>) {
        self.own.push(OwnCountry {
            country: own.code().to_owned(),
            version: own.version().to_owned(),
            made_on: own.made_on(),
            verified: own.checksum() == Checksum::Right,
            counts: own.counts_before(there),
        });
    }
}

impl fmt::Display for HolidayTable {
    /// "0.109 of 2026-11-22, 250 countries; own files: ES of 2027-01-04, XK (unverified)"
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let HolidayTable { version, made_on, countries, own } = self;
        write!(f, "{version} of {made_on}, {countries} countries")?;
        for (index, country) in own.iter().filter(|own| own.counts).enumerate() {
            write!(f, "{}{}", if index == 0 { "; own files: " } else { ", " }, country.country)?;
            if let Some(made_on) = country.made_on {
                write!(f, " of {made_on}")?;
            }
            if !country.verified {
                write!(f, " (unverified)")?;
            }
        }
        Ok(())
    }
}
