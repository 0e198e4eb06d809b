//! Skills of engineers, and how long their certificates are valid.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Separates a skill from the last day of its certificate.
const UNTIL: &str = " until ";

/// An engineer's skill. In text form: `electrical`, or `electrical until 2026-12-31`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Skill {
    pub skill: String,
    /// The last day of the certificate; `None`: it does not expire.
    pub valid_until: Option<NaiveDate>,
}

impl Skill {
    /// Whether the skill counts on `day`.
    #[must_use]
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_until.is_none_or(|last| day <= last)
    }
}

impl From<&str> for Skill {
    /// A text that does not end with a day is the skill's name alone.
    fn from(text: &str) -> Skill {
        let dated = text.rsplit_once(UNTIL).and_then(|(skill, day)| Some((skill, day.trim().parse().ok()?)));
        match dated {
            Some((skill, last)) => Skill { skill: skill.trim().to_owned(), valid_until: Some(last) },
            None => Skill { skill: text.to_owned(), valid_until: None },
        }
    }
}

impl From<String> for Skill {
    fn from(text: String) -> Skill {
        Skill::from(text.as_str())
    }
}

impl From<Skill> for String {
    fn from(skill: Skill) -> String {
        skill.to_string()
    }
}

impl fmt::Display for Skill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.skill)?;
        self.valid_until.map_or(Ok(()), |last| write!(f, "{UNTIL}{last}"))
    }
}

/// Whether somebody with these skills has a given one on `day`.
#[must_use]
pub fn masters(skills: &[Skill], skill: &str, day: NaiveDate) -> bool {
    skills.iter().any(|own| own.skill == skill && own.is_valid_on(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skill_counts_through_the_last_day_of_its_certificate() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let skills = [Skill::from("cooling until 2026-12-31"), Skill::from("electrical")];
        assert!(masters(&skills, "cooling", day("2026-12-31")) && !masters(&skills, "cooling", day("2027-01-01")));
        assert!(masters(&skills, "electrical", day("2036-01-01")) && !masters(&skills, "gas", day("2026-01-01")));
        for text in ["cooling until 2026-12-31", "electrical", "works until noon", "until 2026-12-31"] {
            assert_eq!(Skill::from(text).to_string(), text);
        }
        assert_eq!(Skill::from("works until noon").valid_until, None);
    }
}
