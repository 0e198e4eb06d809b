//! Who gets reports, as the check says it.

use chrono::NaiveDate;

use super::{Findings, Furniture, sites_named};
use office::reports::recipients::{RecipientGap, recipient_gaps};
use store::Db;

/// Looks at the sites of every contract that has not ended by `today`.
pub(super) async fn look(db: &Db, furniture: &Furniture, today: NaiveDate, found: &mut Findings) -> store::Result<()> {
    for gap in recipient_gaps(db, &furniture.plans, today).await? {
        match gap {
            RecipientGap::Nobody { customer, sites } => {
                let sites: Vec<String> = sites.iter().map(ToString::to_string).collect();
                let sites = sites_named(&sites);
                let remedy = "import a contact with the role reports whom mail reaches";
                found.error("contacts", format!("customer {customer}: nobody gets the reports of {sites}; {remedy}"));
            }
            RecipientGap::NotAContact { contract, term, name, site } => {
                let rule = format!("{term}.delivered_to names {name:?}, who is no contact for the reports of {site}");
                found.error("contracts", format!("contract {contract}: {rule}"));
            }
            RecipientGap::Unreachable { email } => {
                let remedy = "send its letter again with `ronda letters retry`, or import another contact";
                found.warning("contacts", format!("mail does not reach {email}; {remedy}"));
            }
        }
    }
    Ok(())
}
