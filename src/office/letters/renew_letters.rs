//! What was written on a day that is over and has not left is told as things stand now, or not at all.

use std::collections::BTreeMap;

use tracing::info;

use super::reader_hours::{at_site, of_company, of_engineer, of_manager_named};
use crate::parties::engineers;
use crate::people::managers;
use crate::{Office, Result, Tools};
use domain::access::{HoursOf, hours_of};
use domain::ids::{EngineerCode, LetterId};
use domain::letters::hours::{Occasion, ReaderHours};
use domain::letters::notice::NoticeKind;
use domain::letters::stands::Untrue;
use domain::people::equipment::Site;
use domain::people::{Engineer, Manager};
use store::Tx;
use store::letters::owed::Unwritten;

/// Letters that are taken back in one transaction.
const A_PAGE: i64 = 50;

/// Takes back the letters that were written on an earlier day of the company's and have surely not left: they are written
/// anew, in their readers' hours, and what is not true any more is withdrawn then. A digest is withdrawn: the manager's next
/// one is written anew, at its hour.
///
/// # Errors
/// When the store fails; what was taken back until then stays so.
pub(super) async fn renew_letters(office: &Office) -> Result<()> {
    let now = office.clock.now();
    let before = office.config.company.time_zone.start_of(office.today());
    loop {
        let mut tx = office.db.begin().await?;
        let page: Vec<Unwritten> =
            store::letters::owed::stale(&mut tx, before, now, A_PAGE).await?.into_iter().flatten().collect();
        let readers = Readers::of(office, &mut tx, &page).await?;
        let mut changed = 0;
        // Of several digests the first knows what had been told before it.
        for stale in page.iter().rev() {
            let kind = stale.owed.facts.notice.kind();
            changed += u32::from(if kind == NoticeKind::Digest {
                withdraw_digest(&mut tx, stale).await?
            } else {
                let may_leave_at = Occasion::of(readers.hours(office, stale), now).may_leave_at(kind);
                store::letters::owed::take_back(&mut tx, stale.letter, may_leave_at).await?
            });
        }
        tx.commit().await?;
        if changed == 0 {
            return Ok(());
        }
        info!(letters = changed, "letters of a day that is over are taken back");
    }
}

/// What it was the first to tell is told again.
async fn withdraw_digest(tx: &mut Tx, stale: &Unwritten) -> Result<bool> {
    if !store::letters::owed::withdraw(tx, stale.letter, &Untrue::ToldLater.to_string()).await? {
        return Ok(false);
    }
    for (fact, value) in &stale.owed.facts.told_before {
        store::fact::set(tx, fact, value).await?;
    }
    Ok(true)
}

/// By whose hours a page of letters leaves.
struct Readers {
    engineers: BTreeMap<EngineerCode, Engineer>,
    managers: Vec<Manager>,
    sites: BTreeMap<LetterId, Site>,
}

impl Readers {
    async fn of(tools: &Tools, tx: &mut Tx, page: &[Unwritten]) -> Result<Readers> {
        if page.is_empty() {
            return Ok(Readers { engineers: BTreeMap::new(), managers: Vec::new(), sites: BTreeMap::new() });
        }
        let codes = page.iter().filter_map(|stale| match hours_of(&stale.owed.to.role) {
            HoursOf::Engineer(code) => Some(code),
            HoursOf::Manager(_) | HoursOf::Site => None,
        });
        let numbers: Vec<_> = page.iter().map(|stale| stale.letter).collect();
        Ok(Readers {
            engineers: engineers(&mut *tx, codes).await?,
            managers: managers(tools, &mut *tx).await?,
            sites: store::letters::owed::sites(tx, &numbers).await?,
        })
    }

    fn hours(&self, tools: &Tools, letter: &Unwritten) -> ReaderHours {
        let at_its_site = || match self.sites.get(&letter.letter) {
            Some(site) => at_site(tools, site),
            None => of_company(tools),
        };
        match hours_of(&letter.owed.to.role) {
            HoursOf::Engineer(code) => {
                self.engineers.get(code).map_or_else(at_its_site, |engineer| of_engineer(tools, engineer))
            }
            HoursOf::Manager(code) => of_manager_named(tools, &self.managers, code),
            HoursOf::Site => at_its_site(),
        }
    }
}
