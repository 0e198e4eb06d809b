//! New promises whose current period was nearly over: each is reported once, in the manager's next digest.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};

use super::{ManagerView, Result};
use crate::Office;
use crate::audit::audit_promises::handed_on_since;
use domain::access::answers_for;
use domain::audit::promises::HandedOn;
use domain::digest::BegunLine;
use domain::people::Manager;

/// How far back a manager's first digest looks.
const FIRST_SPAN: Days = Days::new(7);

/// The fact with the day, at the company, up to which a manager has been told.
pub(super) fn told(manager: &Manager) -> String {
    format!("begun-told/{}", manager.manager)
}

/// The day up to which digests report them now; what is imported later today is reported tomorrow.
pub(super) fn through(office: &Office) -> NaiveDate {
    office.today() - Days::new(1)
}

impl ManagerView<'_> {
    /// Promises handed to their next period since the last digest; one line for each term of a contract.
    pub(super) async fn begun(&mut self) -> Result<Vec<BegunLine>> {
        let through = through(self.office);
        let told = store::fact::get(&self.office.db, &told(self.manager)).await?.and_then(|day| day.parse().ok());
        let since = told.map_or(through - FIRST_SPAN, |told: NaiveDate| told + Days::new(1));
        let mut lines = BTreeMap::new();
        for HandedOn { customer, contract, term, purpose, next_on, sites } in
            handed_on_since(self.office, since, through).await?
        {
            if answers_for(&self.manager.scope, &customer) {
                let sites = u32::try_from(sites.len()).unwrap_or(u32::MAX);
                let line = BegunLine { contract: contract.clone(), purpose, sites, next_on };
                lines.insert((next_on, contract, term), line);
            }
        }
        Ok(lines.into_values().collect())
    }
}
