//! Accepts a difference between facts and books, if a person gives a reason.

use serde_json::json;

use crate::acting::note;
use crate::{Acting, Error, Result, as_typed};
use domain::access::{Deed, DeedCase};
use domain::audit::promises::held::AcceptedDifference;
use domain::audit::trail::{DeedNote, PersonalField};

/// Accepts the difference with this number: it no longer counts, and stays in the store with the reason.
///
/// # Errors
/// A refusal if no reason is given, or there is no difference with this number that is not accepted yet.
pub async fn accept_difference(office: &Acting, number: i64, by: &str, why: &str) -> Result<()> {
    let nothing = format!("say why difference {number} may stay as it is: --why TEXT");
    let why = as_typed(why, "the reason", &nothing)?;
    let mut tx = office.begin().await?;
    let standing = store::audit::difference::standing(&mut tx).await?;
    let found = standing.into_iter().find(|stored| stored.number == number);
    let accepted = AcceptedDifference { at: office.clock.now(), by: by.trim().to_owned(), why };
    let (true, Some(stored)) = (store::audit::difference::accept(&mut tx, number, &accepted).await?, found) else {
        return Err(Error::NotFound(format!(
            "no difference {number} waits for a decision; `ronda audit differences` shows those that do"
        )));
    };
    let difference = stored.difference;
    let line = DeedNote {
        site: Some(difference.site.clone()),
        after: Some(json!({ "place": difference.place, "facts": difference.facts, "held": difference.held })),
        personal: vec![(PersonalField::Text, accepted.why)],
        ..DeedNote::of_office(Deed::AcceptDifference, format!("difference/{number}"))
    };
    note(&mut tx, &DeedCase::default(), line)?;
    tx.commit().await?;
    Ok(())
}
