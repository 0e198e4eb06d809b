//! A throwaway store on each engine, for tests that need no whole office.

use ronda::store::Db;
use tempfile::TempDir;

use super::fresh;

/// A store, and the folder that goes with it.
pub struct TestStore {
    pub db: Db,
    pub folder: TempDir,
}

impl TestStore {
    /// A new SQLite file.
    pub async fn sqlite() -> TestStore {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.db");
        fresh::sqlite_at(&path).await;
        TestStore { db: Db::open_sqlite(&path).await.unwrap(), folder }
    }

    /// A new database of the throwaway cluster that `tests/run` starts.
    pub async fn postgres() -> TestStore {
        let db = Db::open_postgres(&fresh::postgres().await).await.unwrap();
        TestStore { db, folder: tempfile::tempdir().unwrap() }
    }
}

/// Makes two tests of one: `name::sqlite` and `name::postgres`.
#[macro_export]
macro_rules! on_both_engines {
    ($(#[$doc:meta])* $name:ident, |$store:ident| $body:block) => {
        mod $name {
            use super::*;

            async fn test($store: $crate::support::store::TestStore) $body

            #[tokio::test]
            async fn sqlite() {
                test($crate::support::store::TestStore::sqlite().await).await;
            }

            #[tokio::test]
            async fn postgres() {
                test($crate::support::store::TestStore::postgres().await).await;
            }
        }
    };
}
