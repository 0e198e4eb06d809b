//! What a visit could not inspect, and what has been seen of it since: its rest.
//!
//! A period is kept when the rest of its visit was seen, too (P01, P02).

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::ids::{EquipmentCode, VisitId};
use crate::records::{Done, ItemResult};

/// One item of the checklist of one piece of equipment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EquipmentItem {
    pub equipment: EquipmentCode,
    /// Its key in the checklist.
    pub item: String,
}

/// An item that a visit could not inspect.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotInspected {
    #[serde(flatten)]
    pub of: EquipmentItem,
    /// The engineer's reason.
    pub why: String,
}

/// An item that was not inspected when it was last to be, with the visit that was to inspect it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOver {
    pub visit: VisitId,
    /// The day of that visit at the site.
    pub on: NaiveDate,
    pub left: NotInspected,
}

/// The items that a record names as not inspected, in its order.
#[must_use]
pub fn not_inspected(done: &Done) -> Vec<NotInspected> {
    let of_unit = done.equipment.iter().flat_map(|given| {
        let left = given.answers.iter().filter(|answer| answer.result == ItemResult::NotInspected);
        left.map(|answer| NotInspected {
            of: EquipmentItem { equipment: given.equipment.clone(), item: answer.item.clone() },
            why: answer.remark.trim().to_owned(),
        })
    });
    of_unit.collect()
}

/// A visit that took place, as far as it decides what has been seen at its site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteLook {
    pub visit: VisitId,
    pub completed_at: Instant,
    pub looked_at: LookedAt,
    /// What it could not inspect, with the reasons.
    pub left: Vec<NotInspected>,
}

/// What a visit was to look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookedAt {
    /// All equipment at the site.
    Everything,
    /// What an earlier visit could not inspect.
    RestOf(VisitId),
    /// Only some of the equipment: a call-out, for example.
    Part,
}

impl SiteLook {
    fn leaves(&self, item: &EquipmentItem) -> bool {
        self.left.iter().any(|left| left.of == *item)
    }
}

/// What has become of a visit's rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RestStands {
    /// These items are still to be seen.
    Left(BTreeSet<EquipmentItem>),
    /// Everything was seen, or is not there any more, since this instant; the visit's own end if it left nothing.
    Whole { at: Instant },
}

/// What has become of the rest of the visit `of`, given all visits to its site that took place since.
///
/// An item is seen by the next visit that was to look at it and does not leave it. It is not asked for any more once its
/// equipment is gone; `gone_at` says since when that is, and `None` for what is still there.
#[must_use]
pub fn rest_stands(
    of: &SiteLook,
    looks: &[SiteLook],
    gone_at: impl Fn(&EquipmentCode) -> Option<Instant>,
) -> RestStands {
    let was_to_see = |look: &SiteLook, item: &EquipmentItem| match look.looked_at {
        LookedAt::Everything => true,
        LookedAt::RestOf(first) => looks.iter().any(|other| other.visit == first && other.leaves(item)),
        LookedAt::Part => false,
    };
    let is_later = |look: &&SiteLook| (look.completed_at, look.visit) > (of.completed_at, of.visit);
    let (mut left, mut at) = (BTreeSet::new(), of.completed_at);
    for NotInspected { of: item, .. } in &of.left {
        let sees = |look: &&SiteLook| was_to_see(look, item) && !look.leaves(item);
        let seen_at = looks.iter().filter(is_later).filter(sees).map(|look| look.completed_at).min();
        match seen_at.into_iter().chain(gone_at(&item.equipment)).min() {
            Some(ended_at) => at = at.max(ended_at),
            None => {
                left.insert(item.clone());
            }
        }
    }
    if left.is_empty() { RestStands::Whole { at } } else { RestStands::Left(left) }
}

/// How long the visit for a rest takes: its share of the whole visit's checks, in quarters of an hour, and half an hour
/// at least.
#[must_use]
pub fn minutes_for(left: usize, checks: usize, whole_minutes: u32) -> u32 {
    const LEAST: u32 = 30;
    const STEP: u64 = 15;
    // Where the record's checks are not known, the whole time is allowed.
    let (left, checks) = (left as u64, checks.max(left).max(1) as u64);
    let share = (u64::from(whole_minutes) * left).div_ceil(checks);
    let share = share.div_ceil(STEP) * STEP;
    u32::try_from(share).unwrap_or(whole_minutes).max(LEAST).min(whole_minutes.max(LEAST))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;

    fn at(hour: u32) -> Instant {
        let day: DateTime<Utc> = "2026-03-02T00:00:00Z".parse().unwrap();
        day + chrono::TimeDelta::hours(hour.into())
    }

    fn item(equipment: &str, item: &str) -> EquipmentItem {
        EquipmentItem { equipment: equipment.into(), item: item.to_owned() }
    }

    fn look(visit: i64, hour: u32, looked_at: LookedAt, left: &[EquipmentItem]) -> SiteLook {
        let left = left.iter().map(|of| NotInspected { of: of.clone(), why: "Room locked".to_owned() }).collect();
        SiteLook { visit: VisitId(visit), completed_at: at(hour), looked_at, left }
    }

    fn stands(looks: &[SiteLook]) -> RestStands {
        rest_stands(&looks[0], looks, |_| None)
    }

    #[test]
    fn p02_a_rest_is_seen_by_whoever_was_to_look_at_it_and_leaves_it_no_more() {
        let (a, b) = (item("UPS-1", "battery"), item("UPS-2", "battery"));
        let first = look(1, 1, LookedAt::Everything, &[a.clone(), b.clone()]);
        assert_eq!(stands(std::slice::from_ref(&first)), RestStands::Left([a.clone(), b.clone()].into()));
        let half = look(2, 2, LookedAt::RestOf(VisitId(1)), std::slice::from_ref(&b));
        assert_eq!(stands(&[first.clone(), half.clone()]), RestStands::Left([b.clone()].into()));
        let rest = look(3, 5, LookedAt::RestOf(VisitId(1)), &[]);
        assert_eq!(stands(&[first.clone(), half.clone(), rest]), RestStands::Whole { at: at(5) });
        // So it is by the next period's visit; not by a call-out, nor by the rest of another visit.
        let next = look(4, 9, LookedAt::Everything, &[]);
        assert_eq!(stands(&[first.clone(), half, next]), RestStands::Whole { at: at(9) });
        let call = look(5, 3, LookedAt::Part, &[]);
        let other = look(6, 4, LookedAt::RestOf(VisitId(9)), &[]);
        assert_eq!(stands(&[first.clone(), call, other]), RestStands::Left([a, b].into()));
        // What took place before has seen nothing of it.
        let before = look(7, 0, LookedAt::Everything, &[]);
        assert!(matches!(stands(&[first, before]), RestStands::Left(_)));
    }

    #[test]
    fn p02_a_rest_whose_equipment_is_gone_is_not_asked_for() {
        let (a, b) = (item("UPS-1", "battery"), item("UPS-2", "battery"));
        let first = look(1, 3, LookedAt::Everything, &[a.clone(), b.clone()]);
        let gone = |code: &EquipmentCode| (code.as_str() == "UPS-1").then(|| at(7));
        assert_eq!(rest_stands(&first, std::slice::from_ref(&first), gone), RestStands::Left([b].into()));
        let all_gone = |_: &EquipmentCode| Some(at(2));
        assert_eq!(
            rest_stands(&first, std::slice::from_ref(&first), all_gone),
            RestStands::Whole { at: at(3) },
            "what was gone before was never asked for"
        );
    }

    #[test]
    fn the_visit_for_a_rest_is_short() {
        assert_eq!([minutes_for(1, 40, 120), minutes_for(20, 40, 120), minutes_for(40, 40, 120)], [30, 60, 120]);
        assert_eq!([minutes_for(7, 40, 120), minutes_for(9, 0, 120), minutes_for(1, 1, 20)], [30, 120, 30]);
    }
}
