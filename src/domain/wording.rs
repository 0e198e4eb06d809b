//! Dates, times and numbers in the notation of each language, and values for texts.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};

use super::language::Language;

/// A value inside a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    Text(Cow<'a, str>),
    Number(f64),
}

impl<'a> Value<'a> {
    /// A text that is inserted as it is.
    #[must_use]
    pub fn text(text: &'a str) -> Value<'a> {
        Value::Text(Cow::Borrowed(text))
    }

    /// Like [`Value::text`], for a text made for this place.
    #[must_use]
    pub fn owned(text: String) -> Value<'a> {
        Value::Text(Cow::Owned(text))
    }

    /// A count, which selects the plural.
    #[must_use]
    pub fn count(count: usize) -> Value<'a> {
        #[expect(clippy::cast_precision_loss, reason = "nobody counts to 2^52 in a letter")]
        Value::Number(count as f64)
    }
}

/// Returns the text of a key with its values inserted; `locales::Locales::say` bound to a language.
pub type Say<'a> = &'a dyn Fn(&str, &[(&str, Value<'_>)]) -> String;

/// A name as used in file names: letters and digits of any script, separated by single spaces.
#[must_use]
pub fn in_file_names(name: &str) -> String {
    name.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The text with a capital first letter, if its script has them.
#[must_use]
pub fn first_up(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const MONTHS_ES: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
const SHORT_MONTHS_EN: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const SHORT_MONTHS_ES: [&str; 12] =
    ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sept", "oct", "nov", "dic"];
const WEEKDAYS_EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const WEEKDAYS_ES: [&str; 7] = ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"];
const WEEKDAYS_ZH: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];
const SHORT_WEEKDAYS_EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const SHORT_WEEKDAYS_ES: [&str; 7] = ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"];

/// `Thursday 12 March 2026`, `jueves 12 de marzo de 2026`, `2026年3月12日 星期四`.
#[must_use]
pub fn date(language: Language, day: NaiveDate) -> String {
    let (year, month, number) = (day.year(), day.month0() as usize, day.day());
    match language {
        Language::En => format!("{} {number} {} {year}", weekday(language, day.weekday()), MONTHS_EN[month]),
        Language::Es => format!("{} {number} de {} de {year}", weekday(language, day.weekday()), MONTHS_ES[month]),
        Language::Zh => format!("{year}年{}月{number}日 {}", month + 1, weekday(language, day.weekday())),
    }
}

/// `Thu 12 Mar 2026`, `jue 12 mar 2026`, `2026年3月12日 周四`.
#[must_use]
pub fn short_date(language: Language, day: NaiveDate) -> String {
    match language {
        Language::En | Language::Es => format!("{} {}", weekday_and_day(language, day), day.year()),
        Language::Zh => format!("{}年{}", day.year(), weekday_and_day(language, day)),
    }
}

/// `12 Mar 2026`, `12 mar 2026`, `2026年3月12日`: for columns of dates.
#[must_use]
pub fn plain_date(language: Language, day: NaiveDate) -> String {
    let (year, month, number) = (day.year(), day.month0() as usize, day.day());
    match language {
        Language::En => format!("{number} {} {year}", SHORT_MONTHS_EN[month]),
        Language::Es => format!("{number} {} {year}", SHORT_MONTHS_ES[month]),
        Language::Zh => format!("{year}年{}月{number}日", month + 1),
    }
}

/// `Thu 12 Mar`, `jue 12 mar`, `3月12日 周四`: where the year is clear from the context.
#[must_use]
pub fn weekday_and_day(language: Language, day: NaiveDate) -> String {
    let (month, number) = (day.month0() as usize, day.day());
    match language {
        Language::En => format!("{} {number} {}", short_weekday(language, day.weekday()), SHORT_MONTHS_EN[month]),
        Language::Es => format!("{} {number} {}", short_weekday(language, day.weekday()), SHORT_MONTHS_ES[month]),
        Language::Zh => format!("{}月{number}日 {}", month + 1, short_weekday(language, day.weekday())),
    }
}

/// `12 Mar`, `12 mar`, `3月12日`.
#[must_use]
pub fn day_and_month(language: Language, day: NaiveDate) -> String {
    match language {
        Language::En | Language::Es => format!("{} {}", day.day(), short_month(language, day)),
        Language::Zh => format!("{}月{}日", day.month(), day.day()),
    }
}

/// The month's abbreviation: `Mar`, `mar`, `3月`.
#[must_use]
pub fn short_month(language: Language, day: NaiveDate) -> String {
    let month = day.month0() as usize;
    match language {
        Language::En => SHORT_MONTHS_EN[month].to_owned(),
        Language::Es => SHORT_MONTHS_ES[month].to_owned(),
        Language::Zh => format!("{}月", month + 1),
    }
}

/// The weekday's full name: `Thursday`, `jueves`, `星期四`.
#[must_use]
pub fn weekday(language: Language, weekday: Weekday) -> String {
    let index = weekday.num_days_from_monday() as usize;
    match language {
        Language::En => WEEKDAYS_EN[index].to_owned(),
        Language::Es => WEEKDAYS_ES[index].to_owned(),
        Language::Zh => format!("星期{}", WEEKDAYS_ZH[index]),
    }
}

/// The weekday's abbreviation: `Thu`, `jue`, `周四`.
#[must_use]
pub fn short_weekday(language: Language, weekday: Weekday) -> String {
    let index = weekday.num_days_from_monday() as usize;
    match language {
        Language::En => SHORT_WEEKDAYS_EN[index].to_owned(),
        Language::Es => SHORT_WEEKDAYS_ES[index].to_owned(),
        Language::Zh => format!("周{}", WEEKDAYS_ZH[index]),
    }
}

/// `March 2026`, `marzo de 2026`, `2026年3月`.
#[must_use]
pub fn month(language: Language, day: NaiveDate) -> String {
    let (year, month) = (day.year(), day.month0() as usize);
    match language {
        Language::En => format!("{} {year}", MONTHS_EN[month]),
        Language::Es => format!("{} de {year}", MONTHS_ES[month]),
        Language::Zh => format!("{year}年{}月", month + 1),
    }
}

/// `09:05`, in 24-hour notation in every language.
#[must_use]
pub fn time(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

/// The fewest digits that represent this number, with the language's decimal sign; `2.1e300` for extreme values.
#[must_use]
pub fn number(language: Language, number: f64) -> String {
    let size = number.abs();
    let plain = size == 0.0 || (1e-6..1e15).contains(&size) || !number.is_finite();
    let digits = if plain { format!("{}", number + 0.0) } else { format!("{number:e}") };
    match language {
        Language::En | Language::Zh => digits,
        Language::Es => digits.replace('.', ","),
    }
}

/// `1 letter`, `2 letters`: a count with its noun, whose plural ends in s.
#[must_use]
pub fn counted<N: std::fmt::Display + PartialEq + From<u8>>(count: N, one: &str) -> String {
    if count == N::from(1) { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// The description of an error in JSON without its line number, for JSON that is one line of many.
#[must_use]
pub fn in_one_line(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at column ")
}

/// Percent-encodes a text for URLs: everything except ASCII letters, digits and `-._~` (RFC 3986).
#[must_use]
pub fn in_addresses(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let encoded = |byte| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(encoded).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_written_as_its_language_writes_it() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 12).unwrap();
        let all = Language::ALL.map(|l| [date(l, day), short_date(l, day), weekday_and_day(l, day), month(l, day)]);
        assert_eq!(Language::ALL.map(|l| plain_date(l, day)), ["12 Mar 2026", "12 mar 2026", "2026年3月12日"]);
        assert_eq!(all[0], ["Thursday 12 March 2026", "Thu 12 Mar 2026", "Thu 12 Mar", "March 2026"]);
        assert_eq!(all[1], ["jueves 12 de marzo de 2026", "jue 12 mar 2026", "jue 12 mar", "marzo de 2026"]);
        assert_eq!(all[2], ["2026年3月12日 星期四", "2026年3月12日 周四", "3月12日 周四", "2026年3月"]);
    }

    #[test]
    fn a_number_has_the_decimal_sign_of_its_language_and_no_needless_digits() {
        assert_eq!(Language::ALL.map(|l| number(l, 13.65)), ["13.65", "13,65", "13.65"]);
        assert_eq!(number(Language::En, -0.0), "0");
        assert_eq!(number(Language::En, 27.0), "27");
        assert_eq!(number(Language::Es, 2.5e300), "2,5e300");
    }

    #[test]
    fn a_time_is_on_the_24_hour_clock() {
        assert_eq!(time(NaiveTime::from_hms_opt(9, 5, 59).unwrap()), "09:05");
    }

    #[test]
    fn a_text_in_an_address_is_encoded_byte_by_byte() {
        assert_eq!(in_addresses("deadline:report/V12"), "deadline%3Areport%2FV12");
        assert_eq!(in_addresses("ñ&=#"), "%C3%B1%26%3D%23");
    }
}
