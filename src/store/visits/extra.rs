//! Extra visits, which fill no slot: added by a person or for the rest of another, or no longer called for by their
//! contract.

use super::{PLANNED, time_text};
use crate::text::text;
use crate::{Result, Tx};
use domain::ids::{SlotId, VisitId};
use domain::visits::AddedVisit;

/// Stores an added visit, as planned.
///
/// # Errors
/// If its number is taken, or its site, contract or engineer does not exist.
pub async fn put(tx: &mut Tx, added: &AddedVisit) -> Result<()> {
    let AddedVisit { id, contract, site, term, purpose, why, rest_of, appointment } = added;
    const PUT: &str = "insert into visit (id, contract, site, term, number, purpose, state, engineer, day, starts,
                takes_minutes, announce_on, sequence, watched, why, rest_of)
         values ($1, $2, $3, $4, 0, $5, '";
    tx.sql(text!(PUT, PLANNED, "', $6, $7, $8, $9, $7, 0, ", "$10, $11, $12)"))
        .bind(*id)
        .bind(contract)
        .bind(site)
        .bind(term)
        .bind(purpose.word())
        .bind(&appointment.engineer)
        .bind(appointment.day)
        .bind(time_text(appointment.starts))
        .bind(i64::from(appointment.takes_minutes))
        .bind(false)
        .bind(why)
        .bind(rest_of.map(|visit| visit.0))
        .execute()
        .await?;
    Ok(())
}

/// Detaches a visit from its slot, which makes it an extra visit without a period.
pub async fn take_out_of_slot(tx: &mut Tx, id: VisitId) -> Result<()> {
    tx.sql("update visit set slot_id = null, number = 0 where id = $1").bind(id).execute().await?;
    Ok(())
}

/// Gives a visit that is in no slot the place of a slot that has none.
pub async fn put_into_slot(tx: &mut Tx, id: VisitId, slot: SlotId) -> Result<()> {
    tx.sql(
        "update visit
         set slot_id = $1, number = (select number from slot where id = $1)
         where id = $2",
    )
    .bind(slot)
    .bind(id)
    .execute()
    .await?;
    tx.sql("update slot set unplanned = null where id = $1").bind(slot).execute().await?;
    Ok(())
}
