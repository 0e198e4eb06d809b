//! What comes near: far slots are put on file by themselves, before anybody is told of them.

use super::{Office, Result};
use chrono::NaiveDate;
use store::Tx;

/// Rounds that one transaction takes.
const ROUNDS_A_PIECE: i64 = 300;

/// Puts every slot on file that is near on `today`, with its visit. Nothing of the plan changes.
pub(super) async fn come(office: &Office, today: NaiveDate) -> Result<()> {
    loop {
        let mut tx = office.db.begin().await?;
        if put_near(&mut tx, today).await? == 0 {
            return Ok(());
        }
        tx.commit().await?;
    }
}

/// Says how many rounds had something near.
async fn put_near(tx: &mut Tx, today: NaiveDate) -> Result<usize> {
    let mut rounds = store::planning::round::near(tx, today, ROUNDS_A_PIECE).await?;
    let (mut slots, mut visits) = (Vec::new(), Vec::new());
    for round in &mut rounds {
        let Some(packed) = round.far.take() else { continue };
        let mut far = packed.unpack(round.engineer.as_ref());
        for near in far.take_near(today) {
            slots.push(far.stored(round, &near));
            visits.extend(far.new_visit(round, &near));
        }
        round.far = far.pack(round.engineer.as_ref());
    }
    if !rounds.is_empty() {
        store::planning::slot::put(tx, &slots).await?;
        store::visits::put_planned(tx, &visits).await?;
        store::planning::round::put(tx, &rounds).await?;
    }
    Ok(rounds.len())
}
