//! P31: each manager, at their hour, on each working day of theirs, once.

use ronda::domain::deadline::Owed;

use crate::story;

story!(p31_a_digest_comes_once_a_working_day_through_a_change_of_summer_time at "2026-03-20T08:00:00+01:00", |office| {
    office.tick().await;
    let before = office.told("helena@ronda.example", "digest").len();
    // Summer time begins on Sunday 29 March; Thursday 2 and Friday 3 April are holidays in Madrid.
    office.sleep_until("2026-04-04T12:00").await;
    let digests = office.told("helena@ronda.example", "digest");
    let days = digests.len() - before;
    assert_eq!(days, 8, "23 to 27 March and 30 March to 1 April");
    office.tick().await;
    assert_eq!(office.told("helena@ronda.example", "digest").len(), digests.len());
});

story!(p31_after_downtime_todays_digest_comes_late_and_yesterdays_not_at_all at "2026-03-02T06:00:00+01:00", |office| {
    office.tick().await;
    office.down_until("2026-03-12T15:00");
    office.tick().await;
    office.tick().await;
    assert_eq!(office.told("helena@ronda.example", "digest").len(), 1);
});

story!(p31_a_digest_names_what_is_late_and_what_could_not_be_planned at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let visit = office.first_visit("inspection", "2026-01-05").await;
    let day = visit.visit.state.appointment().day;
    office.sleep_until(&format!("{}T07:45", day + chrono::Days::new(8))).await;
    let manager = ronda::db::manager::find(&office.office.db, "M-1").await.unwrap().unwrap();
    let now = office.office.clock.now();
    let digest = ronda::actions::send_digests::digest(&office.office, &manager, now).await.unwrap();
    assert!(!digest.is_all_well());
    assert!(digest.late.iter().any(|line| line.visit == Some(visit.visit.id)), "{:?}", digest.late);
    assert!(digest.late.iter().all(|line| line.days_late >= 1));
    let record = |line: &ronda::domain::digest::DueLine| line.owed == Owed::Record && line.visit == Some(visit.visit.id);
    assert!(digest.late.iter().any(record), "its record is late: {:?}", digest.late);
    assert!(!digest.without_record.iter().any(record), "each thing stands in one list");
});

story!(p31_when_nothing_is_wrong_the_digest_says_so at "2026-01-05T06:00:00+01:00", |office| {
    office.tick().await;
    office.sleep_until("2026-01-05T08:00").await;
    let digests = office.told("helena@ronda.example", "digest");
    assert_eq!(digests.len(), 1);
    let manager = ronda::db::manager::find(&office.office.db, "M-1").await.unwrap().unwrap();
    let now = office.office.clock.now();
    assert!(ronda::actions::send_digests::digest(&office.office, &manager, now).await.unwrap().is_all_well());
});

story!(p15_the_digest_names_a_warranty_that_ends at "2027-11-20T08:00:00+01:00", |office| {
    office.tick().await;
    let manager = ronda::db::manager::find(&office.office.db, "M-1").await.unwrap().unwrap();
    let now = office.office.clock.now();
    let digest = ronda::actions::send_digests::digest(&office.office, &manager, now).await.unwrap();
    assert_eq!(digest.phases.len(), 1);
    assert_eq!(digest.phases[0].warranty_ends_on, "2027-12-31".parse().unwrap());
});
