//! What is known about each relay; stored so that it survives restarts and is shared by all replicas.

use crate::{Db, Result, Tx};
use domain::Instant;
use domain::letters::circuit::Circuit;
use domain::letters::stored::RelayState;

type Stored = (String, i64, Option<Instant>, Option<Instant>, String);

/// A relay's circuit; closed if nothing is known about the relay.
pub async fn circuit(db: &Db, relay: &str) -> Result<Circuit> {
    let row: Option<Stored> = db
        .read("select relay, failures, open_since, probe_at, said from relay where relay = $1")
        .bind(relay)
        .optional()
        .await?;
    Ok(row.map(|row| of(row).circuit).unwrap_or_default())
}

/// All relays whose last reply was a failure, by name.
pub async fn troubled(db: &Db) -> Result<Vec<RelayState>> {
    let rows: Vec<Stored> =
        db.read("select relay, failures, open_since, probe_at, said from relay order by relay").all().await?;
    Ok(rows.into_iter().map(of).collect())
}

fn of((relay, failures, open_since, probe_at, said): Stored) -> RelayState {
    let failures = u32::try_from(failures).expect("the schema admits positive numbers alone");
    let circuit = match (open_since, probe_at) {
        (Some(since), Some(probe_at)) => Circuit::Open { failures, since, probe_at, said },
        (Some(_) | None, _) => Circuit::Closed { failures },
    };
    RelayState { relay, circuit }
}

/// Stores a relay's circuit.
pub async fn put(tx: &mut Tx, relay: &str, circuit: &Circuit) -> Result<()> {
    let (failures, open_since, probe_at, said) = match circuit {
        Circuit::Closed { failures: 0 } => {
            tx.sql("delete from relay where relay = $1").bind(relay).execute().await?;
            return Ok(());
        }
        Circuit::Closed { failures } => (*failures, None, None, ""),
        Circuit::Open { failures, since, probe_at, said } => (*failures, Some(*since), Some(*probe_at), said.as_str()),
    };
    tx.sql(
        "insert into relay (relay, failures, open_since, probe_at, said)
         values ($1, $2, $3, $4, $5)
         on conflict (relay) do update
         set failures = excluded.failures, open_since = excluded.open_since, probe_at = excluded.probe_at,
           said = excluded.said",
    )
    .bind(relay)
    .bind(i64::from(failures))
    .bind(open_since)
    .bind(probe_at)
    .bind(said)
    .execute()
    .await?;
    Ok(())
}

/// Claims the right to try one letter on an open circuit; nobody else gets it before `again_at`. Returns whether it was
/// available.
pub async fn claim_probe(tx: &mut Tx, relay: &str, now: Instant, again_at: Instant) -> Result<bool> {
    let changed = tx
        .sql("update relay set probe_at = $3 where relay = $1 and probe_at <= $2")
        .bind(relay)
        .bind(now)
        .bind(again_at)
        .execute()
        .await?;
    Ok(changed == 1)
}
