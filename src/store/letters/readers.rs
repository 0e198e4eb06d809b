//! Whose business a letter is.

use crate::{Result, Tx};
use domain::ids::CustomerCode;
use domain::letters::letter::Letter;

/// The customer whom a letter is about; None for a letter of the office as a whole.
pub async fn customer_of(tx: &mut Tx, letter: &Letter) -> Result<Option<CustomerCode>> {
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
    Ok(customer.map(|(code,)| CustomerCode::from(code)))
}
