//! Who is told about letters that were given up.

use crate::{Result, Tx};
use domain::access::{answers_for, answers_for_all};
use domain::ids::CustomerCode;
use domain::language::Language;
use domain::letters::letter::Letter;
use domain::letters::notice::Reader;
use domain::people::ReaderRole;
use domain::people::Scope;

/// The managers to tell about a letter that was given up: those whose scope covers its customer, or if it belongs to no
/// customer, those whose scope is the whole office.
pub async fn managers_to_tell(tx: &mut Tx, letter: &Letter) -> Result<Vec<Reader>> {
    let customer: Option<(String,)> = tx
        .sql(
            "select customer from deadline where id = $1
             union all
             select s.customer from visit v join site s on s.site = v.site where v.id = $2
             limit 1",
        )
        .bind(letter.deadline)
        .bind(letter.visit)
        .optional()
        .await?;
    let customer = customer.map(|(code,)| CustomerCode::from(code));
    let managers: Vec<(String, String, String, String, String)> =
        tx.sql("select manager, name, email, language, scope from manager order by manager").all().await?;
    Ok(managers
        .into_iter()
        .filter(|(.., scope)| {
            let scope: Scope = serde_json::from_str(scope).expect("written by us alone");
            match &customer {
                Some(customer) => answers_for(&scope, customer),
                None => answers_for_all(&scope),
            }
        })
        .map(|(manager, name, email, language, _)| Reader {
            name,
            email,
            language: language.parse::<Language>().expect("the schema admits our languages alone"),
            role: ReaderRole::Manager(manager.into()),
        })
        .collect())
}
