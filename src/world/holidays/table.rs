//! The version of the holiday table in use, as shown by `ronda check` and the health page.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use serde::Serialize;

use super::country::Checksum;
use super::land::Land;

/// The built-in table, and the administrator's files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HolidayTable {
    /// The version of the source from which the files were generated.
    pub version: String,
    /// When the newest of its files was made.
    pub made_on: NaiveDate,
    pub countries: usize,
    /// Countries for which the administrator has a file, by code.
    pub own: Vec<OwnCountry>,
}

/// A country's file in the administrator's folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnCountry {
    pub country: String,
    /// Empty if the file gives no version.
    pub version: String,
    pub made_on: Option<NaiveDate>,
    /// Whether the file contains its own (correct) checksum.
    pub verified: bool,
    /// Whether it is used; a file older than the built-in one is not.
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
