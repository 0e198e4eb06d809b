//! Opens a SQLite file in a read-only folder, for commands that only read.

use std::path::{Path, PathBuf};

use sqlx::error::DatabaseError as _;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use super::engine::{Db, OpenError, Pools};
use super::migrate;
use super::pools::sqlite_pool;
use super::read_pool::ReadPool;

impl Db {
    /// Opens the SQLite file at `path` read-only.
    ///
    /// SQLite keeps its log next to the file. If there is a log, somebody may be writing, and the log must be read,
    /// too. Without one, the file is complete, and nobody is using it.
    ///
    /// # Errors
    /// [`OpenError::Unwritable`], with the remedy.
    pub(super) async fn open_unwritable(path: &Path) -> Result<Db, OpenError> {
        let place = path.display().to_string();
        let refused = |why: String| OpenError::Unwritable { place: place.clone(), why };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .read_only(true)
            .immutable(!has_log(path))
            .pragma("query_only", "1")
            .statement_cache_capacity(256);
        let read = sqlite_pool(4).connect_with(options.clone()).await.map_err(|why| refused(why.to_string()))?;
        let schema = schema_of(&read).await.map_err(|why| refused(why.to_string()))?;
        let ours = migrate::newest_sqlite();
        if schema > ours {
            return Err(OpenError::Newer { place, schema });
        }
        if schema < ours {
            return Err(refused(format!("its schema is {schema}, and this version would have to bring it to {ours}")));
        }
        let aside = sqlite_pool(1).connect_lazy_with(options);
        let both = |pool: SqlitePool| Pools::Sqlite { read: ReadPool::shared(pool.clone()), write: pool };
        Ok(Db::of(both(read), both(aside)))
    }
}

/// Whether SQLite needed to write: it could not open its log (14), or the file is read-only (8).
pub(super) fn cannot_write(why: &sqlx::Error) -> bool {
    matches!(sqlite_code(why), Some(8 | 14))
}

/// The remedy if the store was opened read-only; empty if that is not the cause.
pub(super) fn help(why: &sqlx::Error) -> &'static str {
    match sqlite_code(why) {
        Some(8) => "; this user may not write to the office's folder: run the command as the user who owns it",
        Some(_) | None => "",
    }
}

/// The primary result code, without its extension.
fn sqlite_code(why: &sqlx::Error) -> Option<u32> {
    let said = why.as_database_error()?.try_downcast_ref::<sqlx::sqlite::SqliteError>()?;
    said.code()?.parse::<u32>().ok().map(|code| code & 0xff)
}

/// Whether SQLite's log or its index exists next to the file.
fn has_log(path: &Path) -> bool {
    let beside = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name).exists()
    };
    beside("-wal") || beside("-shm")
}

async fn schema_of(pool: &SqlitePool) -> sqlx::Result<i64> {
    let (version,): (Option<i64>,) =
        sqlx::query_as("select max(version) from _sqlx_migrations where success").fetch_one(pool).await?;
    Ok(version.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_that_cannot_be_written_is_read_with_or_without_its_log_and_never_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.sqlite");
        let db = Db::open_sqlite(&path).await.unwrap();
        db.write("insert into fact (name, value) values ('a', 'in the log')").execute().await.unwrap();
        let facts = async |db: &Db| crate::fact::get(db, "a").await.unwrap();
        let beside = Db::open_unwritable(&path).await.unwrap();
        assert_eq!(facts(&beside).await.as_deref(), Some("in the log"));
        beside.close().await;
        db.close().await;
        assert!(!has_log(&path), "closing has put it into the file");

        let before = std::fs::read(&path).unwrap();
        let alone = Db::open_unwritable(&path).await.unwrap();
        assert_eq!(facts(&alone).await.as_deref(), Some("in the log"));
        let refused = alone.write("delete from fact").execute().await.unwrap_err();
        assert!(refused.source.to_string().contains("run the command as the user who owns it"), "{refused:?}");
        alone.close().await;
        assert_eq!(std::fs::read(&path).unwrap(), before);
        assert!(!has_log(&path), "nothing is left beside it");
    }

    #[tokio::test]
    async fn a_store_of_an_older_version_says_that_it_would_have_to_be_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.sqlite");
        let db = Db::open_sqlite(&path).await.unwrap();
        db.write("delete from _sqlx_migrations where version > 3").execute().await.unwrap();
        db.close().await;
        let said = Db::open_unwritable(&path).await.unwrap_err().to_string();
        assert!(said.contains("its schema is 3") && said.contains("run the command as"), "{said}");
    }
}
