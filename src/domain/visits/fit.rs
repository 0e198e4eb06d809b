//! Whether a visit can take place as booked or planned, according to the facts; with all objections.

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

/// Why a visit cannot take place as booked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, strum::IntoStaticStr, strum::VariantNames)]
#[serde(tag = "why", rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
pub enum Unfit {
    /// The engineer has left.
    EngineerGone,
    /// The engineer is off on that day; with the name of the day, if it has one.
    EngineerOff { day: NaiveDate, name: String },
    /// The engineer never had the skill, or no longer has it.
    LacksSkill { skill: String },
    /// The engineer's certificate expires before the visit; with the last day on which it is valid.
    CertificateEnds { skill: String, valid_until: NaiveDate },
    /// Nobody works at the site on that day.
    SiteClosed { day: NaiveDate, name: String },
    /// The site has no equipment to inspect.
    NoEquipment,
}

impl Unfit {
    /// Whether it has a day of its own, so that a visit of the past can be judged by it. Which skills somebody had, and which
    /// equipment asked for, is only known of today.
    #[must_use]
    pub fn is_dated(&self) -> bool {
        match self {
            Unfit::LacksSkill { .. } => false,
            Unfit::EngineerGone
            | Unfit::EngineerOff { .. }
            | Unfit::CertificateEnds { .. }
            | Unfit::SiteClosed { .. }
            | Unfit::NoEquipment => true,
        }
    }

    /// The word used in texts.
    #[must_use]
    pub fn word(&self) -> &'static str {
        self.into()
    }

    /// The stored form of the objection when a person overrules it by booking anyway. A missing skill is one objection,
    /// whatever the cause.
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

/// The facts that decide whether a visit can take place.
#[derive(Debug, Clone, Copy)]
pub struct FitnessFacts<'a> {
    pub purpose: Purpose,
    /// All equipment that has ever been there.
    pub equipment: &'a [Equipment],
    /// The site's working days; `None`: no calendar knows them.
    pub site_days: Option<&'a Calendar>,
    /// `None`: there is no engineer with that code.
    pub engineer: Option<&'a Engineer>,
    /// The engineer's own working days; `None`: unknown.
    pub engineer_days: Option<&'a Calendar>,
}

impl FitnessFacts<'_> {
    /// All objections to a visit on `day`; empty if it is fit. Days that no calendar knows are not taken as days off.
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

    /// The skills required by the equipment of that day that are missing here.
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

/// The name of a day off; empty for a weekly one.
fn name_of(days: &Calendar, day: NaiveDate) -> String {
    match days.day(day) {
        Ok(DayIs::Special(special)) => special.name.clone(),
        Ok(DayIs::Weekend | DayIs::Worked) | Err(_) => String::new(),
    }
}

/// The stored state of a booked visit that cannot take place as booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnfitVisit {
    pub visit: VisitId,
    /// Not empty.
    pub reasons: Vec<Unfit>,
    pub since_at: Instant,
    /// Who could make it instead, and when; `None` if nobody could within its window.
    pub proposal: Option<Appointment>,
}

#[cfg(test)]
mod tests;
