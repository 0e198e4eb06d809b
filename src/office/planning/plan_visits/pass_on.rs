//! The rounds of engineers who have left pass to their successors, or wait for whom the planner finds next.

use super::{Office, Result};
use domain::ids::EngineerCode;
use domain::people::Engineer;
use domain::planning::Round;

/// Rounds that one transaction passes on.
const ROUNDS_A_PIECE: i64 = 500;

/// Passes on the rounds of everyone who is not there any more.
pub(super) async fn rounds_of_the_gone(office: &Office) -> Result<()> {
    let today = office.today();
    let engineers = store::people::engineer::all(&office.db).await?;
    for gone in engineers.iter().filter(|engineer| !engineer.is_there_on(today)) {
        pass_rounds(office, &gone.engineer, successor(gone, &engineers, today)).await?;
    }
    Ok(())
}

/// Passes all rounds of an engineer on.
pub(crate) async fn pass_rounds(office: &Office, of: &EngineerCode, to: Option<&Engineer>) -> Result<()> {
    loop {
        let mut tx = office.at_work().begin_part().await?;
        let held = store::planning::round::held_of(&mut tx, of, ROUNDS_A_PIECE).await?;
        if held.is_empty() {
            return Ok(());
        }
        let passed: Vec<Round> = held.into_iter().map(|round| passed_on(round, to)).collect();
        store::planning::round::put(&mut tx, &passed).await?;
        tx.commit().await?;
    }
}

/// Whoever comes after an engineer and is there; None where nobody was named.
fn successor<'a>(gone: &Engineer, all: &'a [Engineer], today: chrono::NaiveDate) -> Option<&'a Engineer> {
    let named = |of: &Engineer| all.iter().find(|other| Some(&other.engineer) == of.successor.as_ref());
    let mut next = named(gone)?;
    for _ in 0..all.len() {
        if next.is_there_on(today) {
            return Some(next);
        }
        next = named(next)?;
    }
    None
}

/// The round with another engineer; whose its visits are stays as it is.
fn passed_on(round: Round, to: Option<&Engineer>) -> Round {
    let engineer = to.map(|engineer| engineer.engineer.clone());
    let far = round.far.as_ref().map(|far| far.unpack(round.engineer.as_ref()));
    Round { far: far.and_then(|far| far.pack(engineer.as_ref())), engineer, ..round }
}
