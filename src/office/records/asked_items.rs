//! What a visit asks of the equipment at its site: all of every checklist, or what an earlier visit could not inspect.

use std::collections::{BTreeMap, BTreeSet};

use crate::parties::Parties;
use crate::visits::rests;
use crate::{Result, Tools, named_visit};
use domain::Instant;
use domain::ids::{EquipmentCode, VisitId};
use domain::people::equipment::Equipment;
use domain::records::checklist::Checklist;
use domain::visits::Visit;
use domain::visits::rest::{EquipmentItem, RestStands};
use store::ReadHandle;

/// The items that a visit asks for.
pub(crate) struct AskedItems<'t> {
    tools: &'t Tools,
    parties: &'t Parties,
    /// `None`: the visit is not for the rest of another.
    rest: Option<Rest>,
}

/// What a visit for the rest of another one asks for.
struct Rest {
    /// The part of each unit's checklist that asks for what the first visit left.
    parts: BTreeMap<EquipmentCode, Checklist>,
    /// What is still to be seen.
    still: BTreeSet<EquipmentItem>,
}

impl<'t> AskedItems<'t> {
    /// What a visit asks for now. Items that somebody has seen meanwhile can still be answered, because a phone may hold a
    /// form from before.
    pub(crate) async fn of(
        tools: &'t Tools,
        on: impl Into<ReadHandle<'_>>,
        visit: &Visit,
        parties: &'t Parties,
        now: Instant,
    ) -> Result<AskedItems<'t>> {
        let rest = match visit.rest_of {
            Some(first) => Some(rest_of(tools, on.into(), first, parties, now).await?),
            None => None,
        };
        Ok(AskedItems { tools, parties, rest })
    }

    /// The part of a unit's checklist that is asked for, if the office has the checklist.
    pub(crate) fn checklist(&self, unit: &Equipment) -> Option<&Checklist> {
        let part = self.rest.as_ref().and_then(|rest| rest.parts.get(&unit.equipment));
        part.or_else(|| self.tools.checklists.get(self.parties.checklist_of(unit)))
    }

    /// The key of that part: the checklist's own, or one of the unit alone.
    pub(crate) fn key_of(&self, unit: &Equipment) -> String {
        let key = self.parties.checklist_of(unit);
        match self.rest.as_ref().is_some_and(|rest| rest.parts.contains_key(&unit.equipment)) {
            true => format!("{key}/{}", unit.equipment),
            false => key.to_owned(),
        }
    }

    /// Whether the visit is to look at a unit.
    pub(crate) fn is_asked(&self, unit: &Equipment) -> bool {
        self.rest.as_ref().is_none_or(|rest| rest.still.iter().any(|item| item.equipment == unit.equipment))
    }

    /// What it has to answer, by equipment; `None`: whatever its purpose and the checklists require.
    pub(crate) fn must_answer(&self) -> Option<BTreeMap<&EquipmentCode, BTreeSet<&str>>> {
        let rest = self.rest.as_ref()?;
        let mut items: BTreeMap<&EquipmentCode, BTreeSet<&str>> = BTreeMap::new();
        for item in &rest.still {
            items.entry(&item.equipment).or_default().insert(&item.item);
        }
        Some(items)
    }
}

async fn rest_of(
    tools: &Tools,
    mut on: ReadHandle<'_>,
    first: VisitId,
    parties: &Parties,
    now: Instant,
) -> Result<Rest> {
    let stored = named_visit(on.again(), first).await?;
    let left = store::visits::rest::left_by(on.again(), first).await?;
    let still = match rests::stands(on, parties, &stored, now).await? {
        RestStands::Left(still) => still,
        RestStands::Whole { .. } => BTreeSet::new(),
    };
    let part = |unit: &Equipment| {
        let of_unit = |of: &&EquipmentItem| of.equipment == unit.equipment;
        let items: BTreeSet<&str> =
            left.iter().map(|left| &left.of).filter(of_unit).map(|of| of.item.as_str()).collect();
        let checklist = tools.checklists.get(parties.checklist_of(unit))?;
        (!items.is_empty()).then(|| (unit.equipment.clone(), checklist.only(&items)))
    };
    let parts = parties.equipment.iter().filter_map(part).collect();
    Ok(Rest { parts, still })
}
