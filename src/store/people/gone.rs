//! Former readers, who no longer receive letters.

use chrono::NaiveDate;

use crate::{ReadHandle, Result};
use domain::people::ReaderRole;

/// Somebody who no longer receives letters, with the address that they were sent to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoneReader {
    pub role: ReaderRole,
    pub email: String,
}

/// Everybody who has left by `day`: engineers, managers, and contacts whose address no current contact uses.
pub async fn readers<'a>(on: impl Into<ReadHandle<'a>>, day: NaiveDate) -> Result<Vec<GoneReader>> {
    let mut on = on.into();
    let engineers: Vec<(String, String)> =
        on.again().sql("select engineer, email from engineer where left_on <= $1").bind(day).all().await?;
    let managers: Vec<(String, String)> =
        on.again().sql("select manager, email from manager where left_on <= $1").bind(day).all().await?;
    let contacts: Vec<(String,)> = on
        .sql(
            "select distinct contact.email
             from contact
             where contact.left_on <= $1
               and not exists (
                 select 1
                 from contact as other
                 where other.email = contact.email and (other.left_on is null or other.left_on > $1))",
        )
        .bind(day)
        .all()
        .await?;
    let engineers =
        engineers.into_iter().map(|(code, email)| GoneReader { role: ReaderRole::Engineer(code.into()), email });
    let managers =
        managers.into_iter().map(|(code, email)| GoneReader { role: ReaderRole::Manager(code.into()), email });
    let contacts = contacts.into_iter().map(|(email,)| GoneReader { role: ReaderRole::Customer(email.clone()), email });
    Ok(engineers.chain(managers).chain(contacts).collect())
}
