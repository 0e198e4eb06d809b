//! Gives far slots that become near rows of their own, before anybody is told about them.

use super::{Office, Result};
use chrono::{Days, NaiveDate};
use domain::Instant;
use store::Tx;

/// How many rounds one transaction handles.
const ROUNDS_A_PIECE: i64 = 300;
/// After the planner has missed this many nights, others do this part of its work.
const NIGHTS: Days = Days::new(2);

fn missed_through(now: Instant) -> NaiveDate {
    now.date_naive() - NIGHTS
}

/// Whether something should have become near two nights ago, but has not.
pub(crate) async fn was_missed(office: &Office, now: Instant) -> Result<bool> {
    Ok(store::planning::round::is_near(&office.db, missed_through(now)).await?)
}

/// Does what should have been done two nights ago, so that a planner that cannot do its work does not hold up anybody
/// else.
pub(crate) async fn come_if_missed(office: &Office, now: Instant) -> Result<()> {
    if was_missed(office, now).await? { come(office, missed_through(now)).await } else { Ok(()) }
}

/// Gives every slot that is near on `today` a row of its own, and its visit, too. The plan does not change.
pub(super) async fn come(office: &Office, today: NaiveDate) -> Result<()> {
    loop {
        let mut tx = office.db.begin().await?;
        if put_near(&mut tx, today).await? == 0 {
            return Ok(());
        }
        tx.commit().await?;
    }
}

/// Returns how many rounds had near slots.
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
