//! Actions that people took on the pages behind their links, each stored once.

use crate::{ReadHandle, Result, Tx};
use domain::Instant;
use domain::access::{NewAct, StoredAct};
use domain::ids::LinkId;

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    client_id: String,
    link_id: i64,
    by_whom: String,
    matter: String,
    body: String,
    done_at: Instant,
}

impl Row {
    fn act(self) -> StoredAct {
        StoredAct {
            id: self.id,
            client_id: self.client_id,
            link: LinkId(self.link_id),
            by: self.by_whom,
            matter: self.matter,
            act: serde_json::from_str(&self.body).expect("written by `put`"),
            done_at: self.done_at,
        }
    }
}

/// Waits until no other transaction is about to store an act, so that two people who decide at the same moment see each
/// other's decision. On PostgreSQL this row serves as the lock; SQLite has only one writer anyway.
pub async fn take_turn(tx: &mut Tx) -> Result<()> {
    crate::fact::set(tx, "acts-take-turns", "").await
}

/// Stores an act that is new.
///
/// # Errors
/// If the store refuses, for example because the client's id is already in use.
pub async fn put(tx: &mut Tx, new: &NewAct<'_>, now: Instant) -> Result<()> {
    tx.sql(
        "insert into act (client_id, link_id, by_whom, matter, act, body, done_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(new.client_id)
    .bind(new.link)
    .bind(new.by)
    .bind(new.matter)
    .bind(new.act.kind().word())
    .bind(serde_json::to_string(new.act).expect("plain data"))
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

/// The act that was stored under this client id.
pub async fn by_client_id<'a>(on: impl Into<ReadHandle<'a>>, client_id: &str) -> Result<Option<StoredAct>> {
    let row: Option<Row> = on
        .into()
        .sql("select id, client_id, link_id, by_whom, matter, body, done_at from act where client_id = $1")
        .bind(client_id.to_owned())
        .optional()
        .await?;
    Ok(row.map(Row::act))
}

/// All acts concerning a matter, latest first.
pub async fn of_matter<'a>(on: impl Into<ReadHandle<'a>>, matter: &str) -> Result<Vec<StoredAct>> {
    let rows: Vec<Row> = on
        .into()
        .sql(
            "select id, client_id, link_id, by_whom, matter, body, done_at
             from act
             where matter = $1
             order by id desc",
        )
        .bind(matter.to_owned())
        .all()
        .await?;
    Ok(rows.into_iter().map(Row::act).collect())
}
