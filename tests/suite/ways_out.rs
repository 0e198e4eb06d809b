//! What the store says of letters and relays, on both engines.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use ronda::domain::Instant;
use ronda::domain::ids::LetterId;
use ronda::domain::letters::circuit::Circuit;
use ronda::domain::letters::letter::LetterState;
use ronda::domain::letters::notice::NoticeKind;
use ronda::domain::letters::route::Domains;
use ronda::domain::letters::stored::RelayState;
use ronda::store::letters;
use ronda::store::{self, Db};

use crate::on_both_engines;
use crate::support::outbox::{at, made_for, put_made};

fn now() -> Instant {
    at("2026-03-02T09:00:00Z")
}

async fn write(db: &Db, to: &[&str]) {
    let mut tx = db.begin().await.unwrap();
    for to in to {
        put_made(&mut tx, &made_for(to), now()).await;
    }
    tx.commit().await.unwrap();
}

async fn claim(db: &Db, domains: &Domains, at: Instant) -> Vec<LetterId> {
    let mut tx = db.begin().await.unwrap();
    let claimed = letters::claim(&mut tx, domains, 10, at, at + TimeDelta::minutes(10)).await.unwrap();
    tx.commit().await.unwrap();
    claimed.into_iter().map(|claimed| claimed.row.letter).collect()
}

on_both_engines!(
    /// Each letter belongs to one route, whatever its address looks like.
    letters_are_claimed_by_the_domain_that_they_go_to,
    |store| {
        write(&store.db, &["ana@Norte.example", "b@sur.example", "c@x.norte.example", "nobody"]).await;
        let norte = BTreeSet::from(["norte.example".to_owned()]);
        assert_eq!(claim(&store.db, &Domains::These(norte.clone()), now()).await, [LetterId(1)]);
        assert_eq!(claim(&store.db, &Domains::AllBut(norte), now()).await, [2, 3, 4].map(LetterId));
        assert!(claim(&store.db, &Domains::all(), now()).await.is_empty());
    }
);

on_both_engines!(a_circuit_is_kept_and_one_alone_gets_to_probe_it, |store| {
    let open = Circuit::Open {
        failures: 3,
        since: now(),
        probe_at: now() + TimeDelta::minutes(1),
        said: "refused".to_owned(),
    };
    let mut tx = store.db.begin().await.unwrap();
    store::letters::relay::put(&mut tx, "mx.example:25", &Circuit::Closed { failures: 2 }).await.unwrap();
    store::letters::relay::put(&mut tx, "mx.example:25", &open).await.unwrap();
    assert!(
        !store::letters::relay::claim_probe(&mut tx, "mx.example:25", now(), now()).await.unwrap(),
        "it is not time yet"
    );
    let later = now() + TimeDelta::minutes(2);
    assert!(
        store::letters::relay::claim_probe(&mut tx, "mx.example:25", later, later + TimeDelta::minutes(5))
            .await
            .unwrap()
    );
    assert!(
        !store::letters::relay::claim_probe(&mut tx, "mx.example:25", later, later).await.unwrap(),
        "somebody has it"
    );
    store::letters::relay::put(&mut tx, "mx.example:25", &open).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        store::letters::relay::troubled(&store.db).await.unwrap(),
        [RelayState { relay: "mx.example:25".to_owned(), circuit: open.clone() }]
    );
    assert_eq!(store::letters::relay::circuit(&store.db, "mx.example:25").await.unwrap(), open);
    let mut tx = store.db.begin().await.unwrap();
    store::letters::relay::put(&mut tx, "mx.example:25", &Circuit::default()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(store::letters::relay::circuit(&store.db, "mx.example:25").await.unwrap(), Circuit::default());
});

on_both_engines!(a_letter_on_the_wire_is_neither_withdrawn_nor_sent_beside, |store| {
    write(&store.db, &["ana@example.org", "luis@example.org"]).await;
    assert_eq!(claim(&store.db, &Domains::all(), now()).await, [1, 2].map(LetterId));
    let mut tx = store.db.begin().await.unwrap();
    assert!(!letters::cancel(&mut tx, LetterId(1), now()).await.unwrap());
    assert!(!letters::retry(&mut tx, LetterId(1), now()).await.unwrap());
    letters::release(&mut tx, LetterId(1), now()).await.unwrap();
    assert!(letters::cancel(&mut tx, LetterId(1), now()).await.unwrap());
    // Whoever claimed it has died: its claim has run out.
    assert!(letters::retry(&mut tx, LetterId(2), now() + TimeDelta::minutes(11)).await.unwrap());
    tx.commit().await.unwrap();
    let row = letters::get(&store.db, LetterId(2)).await.unwrap().unwrap().letter;
    assert_eq!((row.first_tried_at, row.tried_before), (None, 1));
    assert_eq!(letters::state_of(&store.db, "hello/ana@example.org").await.unwrap(), Some(LetterState::Cancelled));
});

on_both_engines!(the_store_knows_whether_letters_flow, |store| {
    write(&store.db, &["ana@example.org"]).await;
    assert!(letters::any_due_since(&store.db, now() + TimeDelta::hours(1)).await.unwrap());
    assert!(!letters::any_due_since(&store.db, now()).await.unwrap());
    assert_eq!(letters::last_sent(&store.db, NoticeKind::VisitAnnounced).await.unwrap(), None);
    let mut tx = store.db.begin().await.unwrap();
    letters::mark_sent(&mut tx, LetterId(1), now(), "2.0.0 kept").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(letters::last_sent(&store.db, NoticeKind::VisitAnnounced).await.unwrap(), Some(now()));
});
