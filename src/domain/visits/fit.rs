//! Whether a visit can take place as it is booked, or planned: judged against the facts, with all that speaks against it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Appointment;
use crate::Instant;
use crate::calendar::{Calendar, DayIs};
use crate::contract::Purpose;
use crate::ids::VisitId;
use crate::people::equipment::Equipment;
use crate::people::{Engineer, Skill, masters};
use crate::planning::works_on;

/// Why a visit cannot take place as it is booked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, strum::IntoStaticStr, strum::VariantNames)]
#[serde(tag = "why", rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Unfit {
    /// The engineer is not there any more.
    EngineerGone,
    /// The engineer does not work on the day; what the day is called, where it has a name.
    EngineerOff { day: NaiveDate, name: String },
    /// The engineer never had the skill, or has lost it.
    LacksSkill { skill: String },
    /// The engineer's certificate is valid through a day before the visit.
    CertificateEnds { skill: String, valid_until: NaiveDate },
    /// The site is not worked at on the day.
    SiteClosed { day: NaiveDate, name: String },
    /// Nothing stands at the site that could be looked at.
    NoEquipment,
}

impl Unfit {
    /// The word in texts.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.into()
    }

    /// What a person overrules who books a visit in spite of it. A skill is one reason, however it is missing.
    #[must_use]
    pub fn overruled_as(&self) -> String {
        match self {
            Unfit::LacksSkill { skill } | Unfit::CertificateEnds { skill, .. } => format!("skill/{skill}"),
            Unfit::EngineerGone | Unfit::EngineerOff { .. } | Unfit::SiteClosed { .. } | Unfit::NoEquipment => {
                self.word().to_owned()
            }
        }
    }
}

/// What decides whether a visit can take place.
#[derive(Debug, Clone, Copy)]
pub struct FitnessFacts<'a> {
    pub purpose: Purpose,
    /// All that ever stood there.
    pub equipment: &'a [Equipment],
    /// The site's working days; None: no calendar knows them.
    pub site_days: Option<&'a Calendar>,
    /// None: nobody of that code is known.
    pub engineer: Option<&'a Engineer>,
    /// The engineer's own working days; None: nobody knows them.
    pub engineer_days: Option<&'a Calendar>,
}

impl FitnessFacts<'_> {
    /// All that speaks against a visit on `day`; nothing where it is fit. Days that no calendar knows are nobody's day off.
    #[must_use]
    pub fn against(&self, day: NaiveDate) -> Vec<Unfit> {
        let mut found = Vec::new();
        match self.engineer.filter(|engineer| engineer.is_there_on(day)) {
            None => found.push(Unfit::EngineerGone),
            Some(engineer) => {
                found.extend(self.missing(&engineer.skills, day));
                let own = self.engineer_days.filter(|own| !works_on(own, day));
                found.extend(own.map(|own| Unfit::EngineerOff { day, name: name_of(own, day) }));
            }
        }
        let closed = self.site_days.filter(|days| days.is_working(day) == Ok(false));
        found.extend(closed.map(|days| Unfit::SiteClosed { day, name: name_of(days, day) }));
        if self.purpose.looks_at_equipment() && !self.equipment.iter().any(|unit| unit.is_there_on(day)) {
            found.push(Unfit::NoEquipment);
        }
        found
    }

    /// What the equipment of that day asks for and these skills do not give.
    fn missing(&self, skills: &[Skill], day: NaiveDate) -> Vec<Unfit> {
        let standing = self.equipment.iter().filter(|unit| unit.is_there_on(day));
        let mut asked: Vec<&String> = standing.flat_map(|unit| &unit.skills).collect();
        asked.sort_unstable();
        asked.dedup();
        let lacks = |skill: &&String| !masters(skills, skill, day);
        let why = |skill: &String| {
            let ended = skills.iter().find(|own| own.skill == *skill).and_then(|own| own.valid_until);
            match ended {
                Some(valid_until) => Unfit::CertificateEnds { skill: skill.clone(), valid_until },
                None => Unfit::LacksSkill { skill: skill.clone() },
            }
        };
        asked.into_iter().filter(lacks).map(why).collect()
    }
}

/// What a day off is called; empty for a weekly one.
fn name_of(days: &Calendar, day: NaiveDate) -> String {
    match days.day(day) {
        Ok(DayIs::Special(special)) => special.name.clone(),
        Ok(DayIs::Weekend | DayIs::Worked) | Err(_) => String::new(),
    }
}

/// A booked visit that cannot take place as it is booked, as it is on file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnfitVisit {
    pub visit: VisitId,
    /// Not empty.
    pub reasons: Vec<Unfit>,
    pub since_at: Instant,
    /// Who could make it when instead; None where nobody could inside its window.
    pub proposal: Option<Appointment>,
}

#[cfg(test)]
mod tests;
