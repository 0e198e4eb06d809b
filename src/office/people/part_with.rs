//! Ends the dealings with people who have left: withdraws their waiting letters, and revokes their links.

use std::collections::BTreeSet;

use crate::reports::file_report::letter_accepted;
use crate::{Office, Result};
use domain::letters::letter::LetterState;
use store::letters::LetterFilter;
use store::people::gone::GoneReader;

/// The fact with the day, and the count of changes to people, of the last run.
const PARTED_BY: &str = "parted-with-by";
/// How many letters to one address are withdrawn at a time.
const MOST: u32 = 1_000;

/// Withdraws the waiting letters of people who have left by the day at the company, and revokes their links; once a
/// day, and when people were changed. Returns the number of letters and links.
///
/// # Errors
/// If the store fails; what was done until then stays, and the next beat continues.
pub async fn part_with(office: &Office) -> Result<u64> {
    let by = format!("{} {}", office.today(), store::people::changes::of_readers(&office.db).await?);
    if store::fact::get(&office.db, PARTED_BY).await?.as_ref() == Some(&by) {
        return Ok(0);
    }
    let gone = store::people::gone::readers(&office.db, office.today()).await?;
    let mut ended = 0;
    if !gone.is_empty() {
        let there = addresses_of_the_staff(office).await?;
        for reader in &gone {
            ended += end_links(office, reader).await?;
            // Somebody else may use the address by now.
            if !there.contains(&reader.email) {
                ended += withdraw_letters(office, reader).await?;
            }
        }
    }
    let mut tx = office.db.begin().await?;
    store::fact::set(&mut tx, PARTED_BY, &by).await?;
    tx.commit().await?;
    Ok(ended)
}

/// The addresses of current engineers and managers.
async fn addresses_of_the_staff(office: &Office) -> Result<BTreeSet<String>> {
    let today = office.today();
    let engineers = store::people::engineer::all(&office.db).await?.into_iter();
    let managers = store::people::manager::all(&office.db).await?.into_iter();
    let engineers = engineers.filter(|one| one.is_there_on(today)).map(|one| one.email);
    Ok(engineers.chain(managers.filter(|one| one.is_there_on(today)).map(|one| one.email)).collect())
}

async fn end_links(office: &Office, reader: &GoneReader) -> Result<u64> {
    let mut tx = office.at_work().begin_part().await?;
    let revoked = store::access::revoke_all(&mut tx, &reader.role.key(), office.clock.now()).await?;
    tx.commit().await?;
    Ok(revoked)
}

/// A report may count as delivered once everybody else has it.
async fn withdraw_letters(office: &Office, reader: &GoneReader) -> Result<u64> {
    let filter = LetterFilter {
        state: Some(LetterState::Waiting),
        to: Some(reader.email.clone()),
        most: MOST,
        ..LetterFilter::default()
    };
    let mut withdrawn = 0;
    for letter in store::letters::list(&office.db, &filter).await? {
        let mut tx = office.at_work().begin_part().await?;
        if store::letters::cancel(&mut tx, letter.letter, office.clock.now()).await? {
            if let Some(visit) = letter.visit {
                letter_accepted(office, &mut tx, visit, letter.notice).await?;
            }
            withdrawn += 1;
            tracing::info!(letter = letter.letter.0, notice = %letter.notice, "letter withdrawn, its reader has left");
        }
        tx.commit().await?;
    }
    Ok(withdrawn)
}
