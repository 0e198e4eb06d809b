//! Hands the rounds of engineers who have left to their successors, or leaves them to whomever the planner finds next.

use super::{Office, Result};
use domain::ids::EngineerCode;
use domain::people::{Engineer, heir};
use domain::planning::Round;

/// How many rounds one transaction hands over.
const ROUNDS_A_PIECE: i64 = 500;

/// Hands over the rounds of all engineers who have left.
pub(super) async fn rounds_of_the_gone(office: &Office) -> Result<()> {
    let today = office.today();
    let engineers = store::people::engineer::all(&office.db).await?;
    let named = |of: &Engineer| engineers.iter().find(|other| Some(&other.engineer) == of.successor.as_ref());
    for gone in engineers.iter().filter(|engineer| !engineer.is_there_on(today)) {
        let successor = heir(&engineers, gone, named, |engineer| engineer.is_there_on(today));
        pass_rounds(office, &gone.engineer, successor).await?;
    }
    Ok(())
}

/// Hands over all rounds of an engineer.
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

/// The round with another engineer; the engineers of its existing visits do not change.
fn passed_on(round: Round, to: Option<&Engineer>) -> Round {
    let engineer = to.map(|engineer| engineer.engineer.clone());
    let far = round.far.as_ref().map(|far| far.unpack(round.engineer.as_ref()));
    Round { far: far.and_then(|far| far.pack(engineer.as_ref())), engineer, ..round }
}
