//! What comes near: far slots are put on file by themselves, before anybody is told of them.

use super::{Office, Result};
use chrono::{Days, NaiveDate};
use domain::Instant;
use store::Tx;

/// Rounds that one transaction takes.
const ROUNDS_A_PIECE: i64 = 300;
/// Nights that may be missed before others put on file what the planner has not.
const NIGHTS: Days = Days::new(2);

fn missed_through(now: Instant) -> NaiveDate {
    now.date_naive() - NIGHTS
}

/// Whether something is not on file that should have been for two nights.
pub(crate) async fn was_missed(office: &Office, now: Instant) -> Result<bool> {
    Ok(store::planning::round::is_near(&office.db, missed_through(now)).await?)
}

/// Puts on file what should have been for two nights: a planner that does not get to its work keeps nobody else from
/// theirs.
pub(crate) async fn come_if_missed(office: &Office, now: Instant) -> Result<()> {
    if was_missed(office, now).await? { come(office, missed_through(now)).await } else { Ok(()) }
}

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
