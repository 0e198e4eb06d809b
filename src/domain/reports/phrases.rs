//! What documents, sections and charts all say: headings, local times, names of equipment.

use chrono::{DateTime, FixedOffset, NaiveDateTime, Utc};

use super::{Block, HeadingLevel, ReportFacts};
use crate::ids::EquipmentCode;
use crate::records::checklist::Checklist;
use crate::wording::Say;

/// Wall-clock time at the site.
pub(super) fn local(facts: &ReportFacts, at: DateTime<FixedOffset>) -> NaiveDateTime {
    facts.site.time_zone.local(at.with_timezone(&Utc))
}

pub(super) fn heading(key: &str, say: Say<'_>) -> Block {
    Block::Heading(HeadingLevel::Section, say(key, &[]))
}

/// The checklist by which a piece of equipment was looked at.
pub(super) fn checklist_of<'a>(facts: &'a ReportFacts, code: &EquipmentCode) -> Option<&'a Checklist> {
    let reported = facts.equipment.iter().find(|reported| reported.equipment.equipment == *code)?;
    facts.checklists.get(&reported.equipment.checklist)
}

/// `Battery · EQ-7`, or the code alone where the site has no such equipment.
pub(super) fn equipment_name(facts: &ReportFacts, code: &EquipmentCode) -> String {
    let reported = facts.equipment.iter().find(|reported| reported.equipment.equipment == *code);
    reported.map_or_else(|| code.to_string(), |reported| format!("{} · {code}", reported.equipment.name))
}
