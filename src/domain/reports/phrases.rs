//! Phrases common to documents, sections and charts: headings, local times, names of equipment.

use chrono::{DateTime, FixedOffset, NaiveDateTime, Utc};

use super::{Block, HeadingLevel, ReportFacts};
use crate::ids::EquipmentCode;
use crate::records::checklist::Checklist;
use crate::wording::Say;

/// Local time at the site.
pub(super) fn local(facts: &ReportFacts, at: DateTime<FixedOffset>) -> NaiveDateTime {
    facts.site.time_zone.local(at.with_timezone(&Utc))
}

pub(super) fn heading(key: &str, say: Say<'_>) -> Block {
    Block::Heading(HeadingLevel::Section, say(key, &[]))
}

/// The checklist that was used for a piece of equipment.
pub(super) fn checklist_of<'a>(facts: &'a ReportFacts, code: &EquipmentCode) -> Option<&'a Checklist> {
    let reported = facts.equipment.iter().find(|reported| reported.equipment.equipment == *code)?;
    facts.checklists.get(&reported.equipment.checklist)
}

/// `Battery · EQ-7`, or only the code if the site has no such equipment.
pub(super) fn equipment_name(facts: &ReportFacts, code: &EquipmentCode) -> String {
    let reported = facts.equipment.iter().find(|reported| reported.equipment.equipment == *code);
    reported.map_or_else(|| code.to_string(), |reported| format!("{} · {code}", reported.equipment.name))
}
