//! Secret links, found by the hash of their secret.

pub mod act;

use super::{Db, ReadHandle, Result, Tx};
use domain::Instant;
use domain::access::{Errand, Link, NewLink};
use domain::ids::LinkId;

#[derive(sqlx::FromRow)]
struct LinkRow {
    id: i64,
    key: String,
    holder: String,
    body: String,
    created_at: Instant,
    expires_at: Option<Instant>,
    revoked_at: Option<Instant>,
}

impl LinkRow {
    fn link(self) -> Link {
        Link {
            id: LinkId(self.id),
            key: self.key,
            holder: self.holder,
            errand: serde_json::from_str(&self.body).expect("written by `put`"),
            created_at: self.created_at,
            expires_at: self.expires_at,
            revoked_at: self.revoked_at,
        }
    }
}

/// Stores a link, unless there is already one with its key. Returns whether it is new.
pub async fn put(tx: &mut Tx, link: &NewLink<'_>, now: Instant) -> Result<bool> {
    let put = tx
        .sql(
            "insert into link (key, secret_sha256, holder, errand, body, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (key) do nothing",
        )
        .bind(link.key)
        .bind(link.secret_sha256)
        .bind(link.holder)
        .bind(link.errand.word())
        .bind(serde_json::to_string(link.errand).expect("plain data"))
        .bind(now)
        .bind(link.expires_at)
        .execute()
        .await?;
    Ok(put == 1)
}

/// The link whose secret has this hash.
pub async fn by_secret(db: &Db, secret_sha256: &str) -> Result<Option<Link>> {
    let row: Option<LinkRow> = db
        .read(
            "select id, key, holder, body, created_at, expires_at, revoked_at
             from link
             where secret_sha256 = $1",
        )
        .bind(secret_sha256)
        .optional()
        .await?;
    Ok(row.map(LinkRow::link))
}

/// All links for this errand (its stored word) that are not revoked, ordered by key.
pub async fn unrevoked(db: &Db, errand: &str) -> Result<Vec<Link>> {
    let rows: Vec<LinkRow> = db
        .read(
            "select id, key, holder, body, created_at, expires_at, revoked_at
             from link
             where errand = $1 and revoked_at is null
             order by key",
        )
        .bind(errand)
        .all()
        .await?;
    Ok(rows.into_iter().map(LinkRow::link).collect())
}

/// Which links a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkFilter {
    /// The errand's stored word.
    pub errand: Option<String>,
    pub holder: Option<String>,
    /// Maximum number of links; the newest are kept.
    pub most: u32,
}

/// Links that can be used at `now`, newest first.
pub async fn usable(db: &Db, filter: &LinkFilter, now: Instant) -> Result<Vec<Link>> {
    let rows: Vec<LinkRow> = db
        .read(
            "select id, key, holder, body, created_at, expires_at, revoked_at
             from link
             where revoked_at is null and (expires_at is null or expires_at > ",
        )
        .value(now)
        .text(")")
        .and(" and errand = ", filter.errand.as_deref())
        .and(" and holder = ", filter.holder.as_deref())
        .text(" order by id desc")
        .limit(filter.most)
        .reads_whole_table("the newest, until the limit is reached")
        .all()
        .await?;
    Ok(rows.into_iter().map(LinkRow::link).collect())
}

/// The link with this number.
pub async fn by_id<'a>(on: impl Into<ReadHandle<'a>>, id: LinkId) -> Result<Option<Link>> {
    let row: Option<LinkRow> = on
        .into()
        .sql("select id, key, holder, body, created_at, expires_at, revoked_at from link where id = $1")
        .bind(id)
        .optional()
        .await?;
    Ok(row.map(LinkRow::link))
}

/// Revokes one link; returns whether it was still valid.
pub async fn revoke_one(tx: &mut Tx, id: LinkId, now: Instant) -> Result<bool> {
    let revoked = tx
        .sql("update link set revoked_at = $1 where id = $2 and revoked_at is null")
        .bind(now)
        .bind(id)
        .execute()
        .await?;
    Ok(revoked == 1)
}

/// Revokes all links of `holder`, for any errand, and returns how many.
pub async fn revoke_all(tx: &mut Tx, holder: &str, now: Instant) -> Result<u64> {
    tx.sql("update link set revoked_at = $1 where holder = $2 and revoked_at is null")
        .bind(now)
        .bind(holder)
        .execute()
        .await
}

/// Revokes all links of `holder` for this errand, and returns how many.
pub async fn revoke(tx: &mut Tx, holder: &str, errand: &Errand, now: Instant) -> Result<u64> {
    tx.sql(
        "update link
         set revoked_at = $1
         where holder = $2 and errand = $3 and body = $4 and revoked_at is null",
    )
    .bind(now)
    .bind(holder)
    .bind(errand.word())
    .bind(serde_json::to_string(errand).expect("plain data"))
    .execute()
    .await
}
