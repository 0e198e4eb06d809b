//! Who gets the reports of what an import brings under contract.

use super::{Import, PlanFault};

use crate::contract::Contract;
use crate::ids::{CustomerCode, SiteCode};
use crate::import::Noun;
use crate::import::cells::{Cells, Header};
use crate::import::recipients::ADD_ONE;

impl Import<'_, '_> {
    /// As [`Import::recipients_of_contract`], of sites that come under a contract which is stored already.
    pub(super) fn recipients_of_sites(&self, headers: &[Header<'_>]) {
        for header in headers.iter().filter(|header| header.table.noun == Noun::Sites) {
            for row in &header.table.rows {
                self.recipients_of_site(&Cells::of(header, row, self.faults));
            }
        }
    }

    /// What stands against a contract because nobody gets its reports, or not those whom it names (P04).
    pub(super) fn recipients_of_contract(&self, contract: &Contract) -> Vec<PlanFault> {
        let covered = self.codes.sites.iter().filter(|(site, customer)| {
            contract.customer == ***customer && contract.sites.covers(&SiteCode::from(**site))
        });
        let mut sites: Vec<SiteCode> = covered.map(|(site, _)| SiteCode::from(*site)).collect();
        sites.sort_unstable();
        self.recipients.faults(contract, &sites)
    }

    /// Nobody needs the reports of a contract that is over.
    pub(super) fn has_ended(&self, contract: &Contract) -> bool {
        contract.ends_on.is_some_and(|last| last < self.known.today)
    }

    /// Says where a site comes under a contract that is stored already, and nobody gets its reports.
    fn recipients_of_site(&self, cells: &Cells<'_>) {
        let (site, customer) = (SiteCode::from(cells.text("site")), CustomerCode::from(cells.text("customer")));
        let is_read = |contract: &&Contract| self.nouns.contracts.iter().any(|read| read.contract == contract.contract);
        let is_covered = self
            .known
            .stored
            .contracts
            .iter()
            .filter(|contract| !is_read(contract) && !self.has_ended(contract))
            .any(|contract| contract.customer == customer && contract.sites.covers(&site));
        if is_covered && !self.recipients.has_any(&site, &customer) {
            cells.fault("site", "is under contract and has nobody who gets its reports", Some(ADD_ONE.to_owned()));
        }
    }
}
