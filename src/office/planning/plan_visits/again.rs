//! Slots of earlier runs that have no visit yet are tried again.

use std::collections::HashMap;

use super::case::Case;
use super::desk::{PlanningDesk, RoundKey, key_of, word};
use super::free::sites_of;
use super::{Keep, PlanSummary, Result, SLOTS_A_PAGE};
use domain::ids::{SiteCode, SlotId, VisitId};
use domain::people::equipment::Equipment;
use domain::planning::slots::Unplanned;
use domain::planning::{Round, StoredSlot};
use store::Db;

impl PlanningDesk<'_> {
    /// Tries all of them, a transaction a page.
    pub(super) async fn try_again(&mut self, db: &Db, summary: &mut PlanSummary) -> Result<()> {
        let mut after = SlotId(0);
        loop {
            let mut unplanned = store::planning::slot::unplanned(db, after, self.until, SLOTS_A_PAGE).await?;
            unplanned.retain(|slot| slot.id <= self.old_slots);
            let Some(last) = unplanned.last() else { break };
            after = last.id;
            // What has passed stays as it is.
            unplanned.retain(|slot| slot.unplanned != Some(Unplanned::Passed));
            self.try_page_again(db, &unplanned, summary).await?;
        }
        Ok(())
    }

    async fn try_page_again(&mut self, db: &Db, slots: &[StoredSlot], summary: &mut PlanSummary) -> Result<()> {
        let sites = sites_of(db, slots.iter().map(|slot| &slot.site)).await?;
        let codes: Vec<SiteCode> = sites.keys().cloned().collect();
        let mut equipment: HashMap<SiteCode, Vec<Equipment>> = HashMap::new();
        for one in store::people::equipment::of_sites(db, &codes).await? {
            equipment.entry(one.site.clone()).or_default().push(one);
        }
        let cases: HashMap<&SiteCode, Case<'_>> = sites
            .values()
            .map(|site| {
                let equipment = equipment.get(&site.site).map_or(&[][..], Vec::as_slice);
                (&site.site, Case::of(site, equipment, &self.tools.calendars))
            })
            .collect();
        let rounds = store::planning::round::of_sites(db, &codes).await?;
        let mut rounds: HashMap<RoundKey, Round> = rounds.into_iter().map(|round| (key_of(&round), round)).collect();

        // It is thought before the transaction begins: whoever has to write waits for the writing alone.
        let (mut visits, mut changed, mut reasons) = (Vec::new(), Vec::new(), Vec::new());
        for stored in slots {
            // One whose site, term or round is gone waits until its round is dropped.
            let Some(case) = cases.get(&stored.site) else { continue };
            let held = self.contracts.get(&stored.contract).filter(|h| h.contract.customer == case.site.customer);
            let promise = held.as_ref().and_then(|held| held.promises.iter().find(|p| p.term.key == stored.term));
            let Some(term) = promise.map(|promise| &promise.term) else { continue };
            let key = (stored.contract.clone(), stored.site.clone(), stored.term.clone());
            let Some(round) = rounds.get_mut(&key) else { continue };
            let why = match self.place(case, term, stored.slot, round) {
                Ok(placed) => {
                    visits.push(self.visit(VisitId(visits.len() as i64 + 1), stored, term, placed));
                    changed.push(key);
                    None
                }
                Err(why) => {
                    *summary.unplanned.entry(word(&why)).or_default() += 1;
                    Some(why)
                }
            };
            if stored.unplanned != why {
                reasons.push((stored.id, why));
            }
        }
        summary.visits += visits.len() as u64;
        if self.keep == Keep::Store && !(reasons.is_empty() && visits.is_empty()) {
            changed.sort_unstable();
            changed.dedup();
            let changed: Vec<Round> = changed.iter().filter_map(|key| rounds.remove(key)).collect();
            let mut tx = db.begin().await?;
            let last_visit = store::visits::last_id(&mut tx).await?;
            for visit in &mut visits {
                visit.id.0 += last_visit.0;
            }
            for (slot, why) in &reasons {
                store::planning::slot::set_unplanned(&mut tx, *slot, why.as_ref()).await?;
            }
            store::planning::round::put(&mut tx, &changed).await?;
            store::visits::put_planned(&mut tx, &visits).await?;
            self.line.keep(&mut tx, summary).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
