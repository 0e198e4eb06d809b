//! Sites and their equipment.

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::ids::{CustomerCode, EquipmentCode, SiteCode};
use crate::language::Language;
use crate::time::Zone;

/// A customer's place that is visited.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Site {
    pub site: SiteCode,
    pub customer: CustomerCode,
    pub name: String,
    pub address: String,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: String,
    /// ISO 3166-2 without the country (`MD`), or empty.
    pub subdivision: String,
    /// The name of the town whose own holidays apply there; may be empty.
    pub municipality: String,
    pub time_zone: Zone,
    /// Degrees, WGS 84: latitude, longitude.
    pub position: Option<(f64, f64)>,
    /// `None`: the customer's.
    pub language: Option<Language>,
    /// The first day on which it is no longer served.
    pub left_on: Option<NaiveDate>,
}

impl Site {
    /// The code of the calendar with the site's working days: `ES-MD`, or `ES`.
    #[must_use]
    pub fn calendar_code(&self) -> String {
        if self.subdivision.is_empty() {
            self.country.clone()
        } else {
            format!("{}-{}", self.country, self.subdivision)
        }
    }
}

/// A place's name without differences in spelling: case, accents, hyphens and apostrophes.
///
/// `L’Hospitalet de Llobregat` and `l'hospitalet de llobregat` are the same town, and so are `Málaga` and `MALAGA`.
#[must_use]
pub fn plain_place(name: &str) -> String {
    // In other scripts, marks make different letters: й is not и.
    let mut is_latin = false;
    let letters = name.chars().flat_map(char::to_lowercase).nfd().map(without_stroke).filter(|letter| {
        let is_mark = ('\u{300}'..='\u{36f}').contains(letter);
        is_latin = letter.is_ascii_alphabetic() || (is_mark && is_latin);
        !(is_mark && is_latin)
    });
    let plain: String = letters.nfc().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A lower-case Latin letter without its stroke, or with its dot, which Unicode does not decompose.
fn without_stroke(letter: char) -> char {
    match letter {
        'đ' => 'd',
        'ħ' => 'h',
        'ı' => 'i',
        'ł' => 'l',
        'ø' => 'o',
        'ŧ' => 't',
        other => other,
    }
}

/// A machine or system under contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Equipment {
    pub equipment: EquipmentCode,
    pub site: SiteCode,
    pub name: String,
    pub make: String,
    pub model: String,
    pub serial: String,
    /// The key of a checklist in `templates/checklists` or the administrator's folder.
    pub checklist: String,
    /// The skills that an engineer needs to work on it; sorted, without duplicates.
    pub skills: Vec<String>,
    pub accepted_on: Option<NaiveDate>,
    pub warranty_months: Option<u32>,
    /// The first day on which it is no longer there: scrapped, replaced or removed. Its history stays.
    pub retired_on: Option<NaiveDate>,
    /// The equipment that replaces it.
    pub replaced_by: Option<EquipmentCode>,
}

impl Site {
    /// Whether the site is still served on `day`.
    #[must_use]
    pub fn is_served_on(&self, day: NaiveDate) -> bool {
        self.left_on.is_none_or(|left_on| day < left_on)
    }
}

/// The phase of a piece of equipment between acceptance and the end of its life (P15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "kebab-case")]
pub enum Phase {
    /// Not accepted yet, or the day of acceptance is unknown.
    BeforeAcceptance,
    /// Through `ends_on`, inclusive.
    Warranty { ends_on: NaiveDate },
    /// From `since` on, for the life of the equipment.
    Maintenance { since: NaiveDate },
}

impl Equipment {
    /// Whether it is at its site on `day`.
    #[must_use]
    pub fn is_there_on(&self, day: NaiveDate) -> bool {
        self.retired_on.is_none_or(|retired_on| day < retired_on)
    }

    /// The phase on a day at the site. The warranty runs for its months, counted from the day of acceptance;
    /// maintenance begins automatically on the day after it ends (P15). Without warranty months, there is no warranty.
    #[must_use]
    pub fn phase(&self, on: NaiveDate) -> Phase {
        let Some(accepted_on) = self.accepted_on.filter(|accepted_on| *accepted_on <= on) else {
            return Phase::BeforeAcceptance;
        };
        let warranty = Months::new(self.warranty_months.unwrap_or(0));
        let since = accepted_on.checked_add_months(warranty).unwrap_or(NaiveDate::MAX);
        match since.pred_opt() {
            Some(ends_on) if on <= ends_on => Phase::Warranty { ends_on },
            Some(_) | None => Phase::Maintenance { since },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ups(accepted_on: Option<NaiveDate>, warranty_months: Option<u32>) -> Equipment {
        Equipment {
            equipment: "UPS-1".into(),
            site: "KSPA".into(),
            name: "UPS".to_owned(),
            make: String::new(),
            model: String::new(),
            serial: String::new(),
            checklist: "ups".to_owned(),
            skills: Vec::new(),
            accepted_on,
            warranty_months,
            retired_on: None,
            replaced_by: None,
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn p15_warranty_begins_with_acceptance_and_maintenance_with_its_end() {
        let ups = ups(Some(day("2025-01-31")), Some(13));
        let ends_on = day("2026-02-27");
        assert_eq!(ups.phase(day("2025-01-30")), Phase::BeforeAcceptance);
        assert_eq!(ups.phase(day("2025-01-31")), Phase::Warranty { ends_on });
        assert_eq!(ups.phase(ends_on), Phase::Warranty { ends_on });
        assert_eq!(ups.phase(day("2026-02-28")), Phase::Maintenance { since: day("2026-02-28") });
        assert_eq!(ups.phase(day("2060-01-01")), Phase::Maintenance { since: day("2026-02-28") });
    }

    #[test]
    fn p15_without_warranty_maintenance_begins_with_acceptance() {
        let accepted_on = day("2025-05-01");
        for months in [None, Some(0)] {
            let ups = ups(Some(accepted_on), months);
            assert_eq!(ups.phase(accepted_on), Phase::Maintenance { since: accepted_on });
        }
        assert_eq!(ups(None, Some(24)).phase(accepted_on), Phase::BeforeAcceptance);
    }

    #[test]
    fn a_town_is_one_however_it_is_written() {
        for (one, other) in [
            ("Málaga", "MALAGA"),
            ("L’Hospitalet de Llobregat", "l'hospitalet  de llobregat"),
            ("Ma\u{301}laga", "malaga"),
            ("A Coruña", "a coruna"),
            ("Donostia / San Sebastián", "donostia-san sebastian"),
            ("上海", "上海"),
            ("Gdańsk Wrzeszcz, Łódź", "gdansk wrzeszcz lodz"),
            ("Thừa Thiên Huế", "thua thien hue"),
            ("Йошкар-Ола", "и\u{306}ошкар ола"),
            ("が\u{3099}", "か\u{3099}\u{3099}"),
        ] {
            assert_eq!(plain_place(one), plain_place(other));
        }
        assert_ne!(plain_place("Barcelona"), plain_place("Badalona"));
        assert_ne!(plain_place("Йошкар-Ола"), plain_place("Иошкар-Ола"));
        assert_eq!(plain_place(" - "), "");
    }

    proptest! {
        #[test]
        fn p15_no_day_lies_between_the_phases(accepted in 0_i64..3650, months in 0_u32..240, later in 0_i64..9000) {
            let accepted_on = day("2015-01-01") + chrono::TimeDelta::days(accepted);
            let ups = ups(Some(accepted_on), Some(months));
            match ups.phase(accepted_on + chrono::TimeDelta::days(later)) {
                Phase::BeforeAcceptance => prop_assert!(false, "accepted already"),
                Phase::Warranty { ends_on } => {
                    let since = ends_on.succ_opt().expect("a next day");
                    prop_assert_eq!(ups.phase(since), Phase::Maintenance { since });
                }
                Phase::Maintenance { since } if since > accepted_on => {
                    let ends_on = since.pred_opt().expect("a day before");
                    prop_assert_eq!(ups.phase(ends_on), Phase::Warranty { ends_on });
                }
                Phase::Maintenance { since } => prop_assert_eq!(since, accepted_on),
            }
        }
    }
}
