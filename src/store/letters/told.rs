//! What people were told: read from the letters, which are never deleted.

use crate::{Db, Result};
use domain::Instant;
use domain::ids::{CustomerCode, LetterId, VisitId};
use domain::language::Language;
use domain::letters::notice::Reader;
use domain::letters::undelivered::UndeliveredWords;
use domain::people::ReaderRole;

/// Whether a letter with this key was ever written.
pub async fn was_written<'a>(on: impl Into<crate::ReadHandle<'a>>, key: &str) -> Result<bool> {
    Ok(on.into().sql("select 1 as one from letter where key = $1").bind(key).optional::<(i32,)>().await?.is_some())
}

/// Everyone who was told of a visit's appointment, each address once, the first told first.
pub async fn of_appointment<'a>(on: impl Into<crate::ReadHandle<'a>>, visit: VisitId) -> Result<Vec<Reader>> {
    let rows: Vec<(String, String, String, String)> = on
        .into()
        .sql(
            "select key, to_name, to_email, language
             from letter
             where visit_id = $1
               and notice in ('visit-announced', 'training-invitation', 'follow-up-question', 'visit-moved')
             order by id desc",
        )
        .bind(visit)
        .all()
        .await?;
    let mut readers: Vec<Reader> = Vec::new();
    for (key, name, email, language) in rows {
        let role = role_in(&key, &email);
        if !readers.iter().any(|reader| reader.email == email) {
            let language = language.parse::<Language>().expect("the schema admits our languages alone");
            readers.push(Reader { name, email, language, role });
        }
    }
    readers.reverse();
    Ok(readers)
}

/// The reader's role, from the last part of a key like `visit-announced/V12/0/engineer:E-1`.
fn role_in(key: &str, email: &str) -> ReaderRole {
    match key.splitn(4, '/').nth(3).and_then(|last| last.split_once(':')) {
        Some(("engineer", code)) => ReaderRole::Engineer(code.into()),
        Some(("manager", code)) => ReaderRole::Manager(code.into()),
        Some(_) | None => ReaderRole::Customer(email.to_owned()),
    }
}

type UndeliveredRow = (i64, String, String, String, Instant, Option<String>, i64, Option<i64>, Option<String>);

/// Letters that were given up after `since`, the latest first, with the visit and the customer that they are
/// about; no customer for a letter of the office as a whole.
pub async fn undelivered(
    db: &Db,
    since: Instant,
) -> Result<Vec<(Option<VisitId>, Option<CustomerCode>, UndeliveredWords)>> {
    let rows: Vec<UndeliveredRow> = db
        .read(
            "select letter.id, letter.subject, letter.to_email, letter.notice, letter.given_up_at, letter.outcome,
                    letter.attempts, letter.visit_id, coalesce(site.customer, deadline.customer)
             from letter
             left join visit on visit.id = letter.visit_id
             left join site on site.site = visit.site
             left join deadline on deadline.id = letter.deadline_id
             where letter.state = 'undelivered' and letter.given_up_at > $1
             order by letter.given_up_at desc, letter.id",
        )
        .bind(since)
        .all()
        .await?;
    Ok(rows
        .into_iter()
        .map(|(letter, subject, to, notice, given_up_at, outcome, attempts, visit, customer)| {
            let attempts = u32::try_from(attempts).unwrap_or(u32::MAX);
            let outcome = outcome.unwrap_or_default();
            (
                visit.map(VisitId),
                customer.map(CustomerCode::from),
                UndeliveredWords { letter: LetterId(letter), subject, to, notice, given_up_at, outcome, attempts },
            )
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_read_back_from_a_key() {
        let role = ReaderRole::Engineer("E/1:x".into());
        assert_eq!(role_in(&format!("visit-announced/V12/0/{}", role.key()), "a@b"), role);
        assert_eq!(role_in("visit-announced/V12/0/customer:a@b", "a@b"), ReaderRole::Customer("a@b".to_owned()));
    }
}
