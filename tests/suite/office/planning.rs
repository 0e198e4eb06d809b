//! P01, P09, P10, P12: a visit for every slot, on a working day, and nothing moves by itself.

use std::collections::BTreeMap;

use chrono::Datelike;
use ronda::domain::access::Deed;
use ronda::domain::contract::Purpose;
use ronda::domain::ids::{SlotId, VisitId};
use ronda::domain::planning::slots::Unplanned;
use ronda::domain::visits::{StoredVisit, VisitState};
use ronda::office::Error;
use ronda::office::planning::plan_visits::{Keep, plan_visits};
use ronda::office::promises::deadlines::open_some;
use ronda::office::visits::book_visits::{AppointmentChange, Rules, book, cancel, move_visit};
use ronda::store;
use ronda::store::audit::TrailFilter;

use crate::office::harness::{Engine, TestOffice};
use crate::story;

story!(p01_every_month_has_one_inspection_on_a_working_day at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let calendar = office.office.calendars.named("ES-MD").unwrap();
    let mut months = BTreeMap::new();
    for stored in office.visits().await.iter().filter(|stored| stored.visit.purpose == Purpose::Inspection) {
        let day = stored.visit.state.appointment().day;
        assert!(calendar.is_working(day).unwrap(), "{day} is a day off");
        *months.entry((day.year(), day.month())).or_insert(0) += 1;
    }
    assert!(months.len() >= 12, "{months:?}");
    assert!(months.values().all(|visits| *visits == 1), "{months:?}");
});

story!(p01_the_same_engineer_comes_and_the_spacing_is_even at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let visits: Vec<_> =
        office.visits().await.into_iter().filter(|stored| stored.visit.purpose == Purpose::Inspection).collect();
    let engineers: std::collections::BTreeSet<_> =
        visits.iter().map(|stored| stored.visit.state.appointment().engineer.clone()).collect();
    assert_eq!(engineers.len(), 1, "{engineers:?}");
    for pair in visits[1..].windows(2) {
        let gap = (pair[1].visit.state.appointment().day - pair[0].visit.state.appointment().day).num_days();
        assert!((24..=38).contains(&gap), "{gap} days between two monthly visits");
    }
});

story!(p10_training_is_planned_every_year at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let trainings = office.visits().await.into_iter().filter(|s| s.visit.purpose == Purpose::Training).count();
    assert!(trainings >= 1);
});

story!(a_second_plan_changes_nothing at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let before = office.fingerprint().await;
    let again = plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
    assert_eq!((again.slots, again.visits, again.taken_back), (0, 0, 0));
    assert_eq!(office.fingerprint().await, before);
});

story!(a_dry_run_says_what_the_real_one_does_and_keeps_nothing at "2026-01-05T08:00:00+01:00", |office| {
    let dry = plan_visits(&office.office, None, Keep::DryRun, &|_| ()).await.unwrap();
    assert!(dry.visits > 12);
    assert_eq!(office.visits().await, Vec::new());
    let real = plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
    assert_eq!((dry.slots, dry.visits), (real.slots, real.visits));
});

story!(a_booked_visit_is_never_moved_by_a_plan at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.sleep_until("2026-01-12T09:00").await;
    let booked: Vec<_> = office
        .visits()
        .await
        .into_iter()
        .filter(|stored| matches!(stored.visit.state, VisitState::Booked { .. }))
        .collect();
    assert!(!booked.is_empty());
    let planned = office.first_visit("inspection", "2026-04-01").await;
    let (taken, day) = (&booked[0], planned.visit.state.appointment().day);
    office.close_on(&format!(
        "[[closure]]\nfrom = {}\nto = {}\nname = \"Closed\"\napplies = \"site:MAD\"\n\
         [[closure]]\nfrom = {day}\nto = {day}\nname = \"Closed\"\napplies = \"site:MAD\"\n",
        taken.visit.state.appointment().day,
        taken.visit.state.appointment().day,
    ));
    office.tick().await;
    assert_eq!(office.visit(taken.visit.id).await, *taken, "a booked visit was moved");
    let now_planned = office.first_visit("inspection", "2026-04-01").await;
    assert_ne!(now_planned.visit.state.appointment().day, day, "a planned visit stays on a day off");
});

story!(a_site_without_a_calendar_waits_for_one at "2026-01-05T08:00:00+01:00", |office| {
    office.import(&[
        ("customers.csv", "customer,name,language\nFAR,Far Away,en\n"),
        (
            "sites.csv",
            "site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n\
             NUK,FAR,Nuuk,Nuuk,GL,,America/Nuuk,64.1,-51.7,\n",
        ),
        (
            "equipment.csv",
            "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months\n\
             UPS-2,NUK,UPS,V,M,S,ups-battery,electrical,,\n",
        ),
        ("contacts.csv", "site,customer,name,email,role,language\n,FAR,Reports,reports@far.example,reports,\n"),
        ("contracts.csv", "contract,customer,sites,plan,accepted_on,ends_on\nC-2,FAR,*,standard,2026-01-01,\n"),
    ]).await;
    // Every country that an import takes has a calendar; a store may know one that this version does not.
    let mut sites = store::people::site::all(&office.office.db).await.unwrap();
    sites.retain(|site| site.site == "NUK");
    sites[0].country = "QZ".to_owned();
    let mut tx = office.office.db.begin().await.unwrap();
    store::people::site::put(&mut tx, &sites).await.unwrap();
    tx.commit().await.unwrap();
    let summary = plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
    assert_eq!(summary.waiting_for_calendar.get("QZ"), Some(&1));
    assert!(office.visits().await.iter().all(|stored| stored.visit.site == "MAD"));
    let waiting = store::planning::slot::unplanned(&office.office.db, SlotId(0), "2027-01-01".parse().unwrap(), 100).await.unwrap();
    assert!(waiting.len() >= 12);
});

story!(whoever_is_not_sent_abroad_by_the_planner_is_sent_by_a_person_only_who_insists at "2026-01-05T08:00:00+01:00", |office| {
    office.import(&[
        ("customers.csv", "customer,name,language\nHAR,Harbour,en\n"),
        (
            "sites.csv",
            "site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n\
             HKG,HAR,Hong Kong,Hong Kong,HK,,Asia/Hong_Kong,22.3,114.2,\n",
        ),
        (
            "equipment.csv",
            "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months\n\
             UPS-2,HKG,UPS,V,M,S,ups-battery,electrical,,\n",
        ),
        (
            "engineers.csv",
            "engineer,name,email,phone,skills,time_zone,calendar,latitude,longitude,language\n\
             E-HK,Wing,wing@example.com,,cooling,Asia/Hong_Kong,HK,22.3,114.2,en\n",
        ),
        ("contacts.csv", "site,customer,name,email,role,language\n,HAR,Reports,reports@har.example,reports,\n"),
        ("contracts.csv", "contract,customer,sites,plan,accepted_on,ends_on\nC-2,HAR,*,standard,2026-01-01,\n"),
    ]).await;
    let summary = plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
    assert!(summary.unplanned["out-of-reach"] >= 12, "{:?}", summary.unplanned);
    assert!(!summary.unplanned.contains_key("no-skill"), "{:?}", summary.unplanned);
    let through = "2027-01-01".parse().unwrap();
    let slots = store::planning::slot::unplanned(&office.office.db, SlotId(0), through, 100).await.unwrap();
    let slot = slots.iter().find(|slot| slot.site == "HKG").expect("it has no visit");
    let Some(Unplanned::OutOfReach { skills, engineers }) = &slot.unplanned else { panic!("{:?}", slot.unplanned) };
    assert_eq!(skills, &["electrical"]);
    assert!(*engineers >= 1);
    // The other way round: a visit in Madrid, by somebody who works in Hong Kong.
    let mut engineers = store::people::engineer::all(&office.office.db).await.unwrap();
    engineers.retain(|engineer| engineer.engineer == "E-HK");
    engineers[0].skills = vec!["cooling".into(), "electrical".into()];
    let mut tx = office.office.db.begin().await.unwrap();
    store::people::engineer::put(&mut tx, &engineers).await.unwrap();
    tx.commit().await.unwrap();
    let visit = office.first_visit("inspection", "2026-04-01").await;
    let change = AppointmentChange { engineer: Some("E-HK".into()), ..AppointmentChange::default() };
    let refused = move_visit(&office.office, visit.visit.id, &change, Rules::Keep).await;
    let Err(Error::Refused(why)) = refused else { panic!("sent round the world: {refused:?}") };
    assert!(why.contains("is not sent as far as MAD") && why.contains("--overrule"), "{why}");
    let sent = move_visit(&office.office, visit.visit.id, &change, Rules::Overrule).await.unwrap();
    assert_eq!(sent.state.appointment().engineer, "E-HK");
    office.tick().await;
});

story!(a_changed_term_is_planned_anew at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let monthly = office.visits().await.iter().filter(|s| s.visit.purpose == Purpose::Inspection).count();
    office.import(&[(
        "contracts.csv",
        "contract,customer,sites,plan,accepted_on,ends_on,inspection.every\nC-1,CUM,*,standard,2026-01-01,,3 months\n",
    )]).await;
    plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
    let quarterly = office.visits().await.iter().filter(|s| s.visit.purpose == Purpose::Inspection).count();
    assert!(quarterly < monthly / 2, "{quarterly} of {monthly}");
    let again = plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
    assert_eq!((again.slots, again.visits, again.taken_back), (0, 0, 0));
});

story!(p15_nothing_is_planned_after_the_contract_has_ended at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    office.import(&[(
        "contracts.csv",
        "contract,customer,sites,plan,accepted_on,ends_on\nC-1,CUM,*,standard,2026-01-01,2026-06-30\n",
    )]).await;
    plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
    let last = office.visits().await.into_iter().map(|s| s.visit.state.appointment().day).max().unwrap();
    assert!(last <= "2026-06-30".parse().unwrap(), "{last}");
});

story!(a_night_of_planning_that_was_cut_short_is_made_up_at_the_next_beat at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.tick().await;
    let planned = office.first_visit("inspection", "2026-04-01").await;
    let day = planned.visit.state.appointment().day;
    office.close_on(&format!("[[closure]]\nfrom = {day}\nto = {day}\nname = \"Closed\"\napplies = \"site:MAD\"\n"));
    // The process died when the visit was taken back and its slot not yet planned anew.
    let mut tx = office.office.db.begin().await.unwrap();
    store::visits::far::touch(&mut tx, planned.visit.id).await.unwrap();
    store::visits::delete_planned(&mut tx, planned.visit.id).await.unwrap();
    store::planning::slot::set_unplanned(&mut tx, planned.slot.unwrap(), Some(&Unplanned::NoWorkingDay)).await.unwrap();
    store::fact::set(&mut tx, "planned-with-calendars", office.office.calendars.version()).await.unwrap();
    tx.commit().await.unwrap();
    office.tick().await;
    let anew = store::visits::of_slot(&office.office.db, planned.slot.unwrap()).await.unwrap().expect("planned at once");
    assert_ne!(anew.visit.state.appointment().day, day);
});

story!(p01_a_run_that_is_cut_off_is_told_of_by_the_next_one at "2026-01-05T08:00:00+01:00", |office| {
    let lines = async || {
        let plans = TrailFilter { deed: Some(Deed::PlanVisits), most: 9, ..TrailFilter::default() };
        store::audit::list(&office.office.db, &plans).await.unwrap()
    };
    let acting = office.office.clone();
    let cut_off = tokio::spawn(async move {
        plan_visits(&acting, None, Keep::Store, &|_: u64| panic!("the machine goes down")).await
    });
    assert!(cut_off.await.unwrap_err().is_panic());
    let planned = office.visits().await.len();
    assert!(planned > 0, "what was planned until then stays");
    assert_eq!(lines().await, []);
    office.office.clock.advance_to(office.office.clock.now() + chrono::TimeDelta::hours(1));
    for _ in 0..2 {
        plan_visits(&office.office.at_work(), None, Keep::Store, &|_| ()).await.unwrap();
        let lines = lines().await;
        assert_eq!(lines.len(), 1, "there was nothing else to plan: {lines:?}");
        assert_eq!((lines[0].actor.as_str(), lines[0].code.as_deref()), ("user", Some("tester")), "who began it");
        let told: serde_json::Value = serde_json::from_str(lines[0].after.as_deref().unwrap()).unwrap();
        assert_eq!((&told["visits"], &told["cut_off"]), (&planned.into(), &true.into()), "{told}");
        assert_eq!(told["begun_at"], "2026-01-05T07:00:00Z");
    }
});

story!(p01_a_run_that_was_taken_for_cut_off_tells_the_rest_itself at "2026-01-05T08:00:00+01:00", |office| {
    // Another run comes between its last part and its end.
    let db = office.office.db.clone();
    let (ask, asked) = std::sync::mpsc::channel::<()>();
    let (answer, answered) = std::sync::mpsc::channel::<()>();
    let acting = office.office.clone();
    let answered = std::sync::Mutex::new(answered);
    let first = tokio::task::spawn_blocking(move || {
        let wait = |_: u64| {
            ask.send(()).unwrap();
            answered.lock().unwrap().recv().unwrap();
        };
        tokio::runtime::Handle::current().block_on(plan_visits(&acting, None, Keep::Store, &wait))
    });
    tokio::task::spawn_blocking(move || asked.recv()).await.unwrap().unwrap();
    plan_visits(&office.office.at_work(), None, Keep::Store, &|_| ()).await.unwrap();
    answer.send(()).unwrap();
    first.await.unwrap().unwrap();
    let plans = TrailFilter { deed: Some(Deed::PlanVisits), most: 9, ..TrailFilter::default() };
    let lines = store::audit::list(&db, &plans).await.unwrap();
    let visits = lines.iter().map(|line| {
        let told: serde_json::Value = serde_json::from_str(line.after.as_deref().unwrap()).unwrap();
        told["visits"].as_u64().unwrap()
    });
    assert_eq!(visits.sum::<u64>(), office.visits().await.len() as u64, "each visit is told of once: {lines:?}");
});

story!(slots_are_changed_in_one_order_so_that_planning_and_opening_never_wait_for_each_other at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    office.down_until("2026-05-04T08:00");
    // What has come near is on file.
    plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
    let db = &office.office.db;
    let due = store::planning::slot::unwatched(db, office.office.today(), 25).await.unwrap();
    let (low, high) = (due.iter().map(|slot| slot.id).min().unwrap(), due.iter().map(|slot| slot.id).max().unwrap());
    assert_ne!(low, high);
    // The later slot's window begins first.
    let earliest = due[0].slot.first_on - chrono::Days::new(1);
    db.write("update slot set first_on = $1 where id = $2").bind(earliest).bind(high).execute().await.unwrap();
    // The planner has changed one and is about to change the other.
    let mut tx = db.begin().await.unwrap();
    store::planning::slot::set_unplanned(&mut tx, low, Some(&Unplanned::NoWorkingDay)).await.unwrap();
    let at_work = office.office.clone();
    let opening = tokio::spawn(async move { open_some(&at_work).await });
    if let Engine::Postgres = office.engine {
        let waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        while store::apart(db.read(waiting).one::<(i64,)>()).await.unwrap().0 == 0 {
            tokio::task::yield_now().await;
        }
    }
    store::planning::slot::set_unplanned(&mut tx, high, Some(&Unplanned::NoWorkingDay)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(opening.await.unwrap().unwrap() >= 2, "both were opened");
    // Both have their visits.
    let mut tx = db.begin().await.unwrap();
    for slot in [low, high] {
        store::planning::slot::set_unplanned(&mut tx, slot, None).await.unwrap();
    }
    tx.commit().await.unwrap();
    office.tick().await;
});

/// Whether a visit is a row of its own.
async fn is_on_file(office: &TestOffice, visit: VisitId) -> bool {
    let rows: Vec<(i64,)> =
        office.office.db.read("select id from visit where id = $1").bind(visit).all().await.unwrap();
    !rows.is_empty()
}

story!(a_far_visit_is_kept_in_its_round_and_found_by_its_number at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let before = office.visits().await;
    let far = office.first_visit("inspection", "2026-09-01").await;
    let near = office.first_visit("inspection", "2026-01-06").await;
    assert!(is_on_file(&office, near.visit.id).await);
    assert!(!is_on_file(&office, far.visit.id).await);
    assert_eq!(office.visit(far.visit.id).await, far);
    let to = far.visit.state.appointment().clone();
    let on_that_day = store::visits::of_engineer_on(&office.office.db, &to.engineer, to.day).await.unwrap();
    assert_eq!(on_that_day, std::slice::from_ref(&far).to_vec());

    let booked = book(&office.office, far.visit.id, &AppointmentChange::default(), Rules::Keep).await.unwrap();
    assert_eq!((booked.id, booked.state.appointment()), (far.visit.id, &to));
    assert!(is_on_file(&office, far.visit.id).await);
    assert_eq!(office.visit(far.visit.id).await.slot, far.slot);
    let numbers = |visits: Vec<StoredVisit>| visits.into_iter().map(|stored| stored.visit.id).collect::<Vec<_>>();
    assert_eq!(numbers(office.visits().await), numbers(before), "each has its number, once");
    let again = plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
    assert_eq!((again.slots, again.visits, again.taken_back), (0, 0, 0));

    let other = office.first_visit("inspection", "2026-11-01").await;
    cancel(&office.office, other.visit.id, "The site is moved").await.unwrap();
    assert!(matches!(office.visit(other.visit.id).await.visit.state, VisitState::Cancelled { .. }));
    office.tick().await;
});

story!(what_is_far_comes_near_with_its_number_and_its_day at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let far = office.first_visit("inspection", "2026-04-01").await;
    assert!(!is_on_file(&office, far.visit.id).await);
    // The office was not at work for weeks: what has come near since is owed at once.
    office.down_until("2026-03-12T00:30");
    office.tick().await;
    assert!(is_on_file(&office, far.visit.id).await);
    assert_eq!(office.visit(far.visit.id).await, far);
    office.leaves_waiting(&["visit-announced", "training-invitation", "visit-reminder"]);
});

story!(p01_a_slot_without_room_is_tried_when_something_may_have_made_room at "2026-01-05T08:00:00+01:00", |office| {
    // Two engineers, and more sites than they have room for.
    let (mut sites, mut equipment) = (
        "site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n".to_owned(),
        "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months\n".to_owned(),
    );
    for n in 1..=90 {
        sites += &format!("S-{n},CUM,Centro {n},\"Calle {n}, Madrid\",ES,MD,Europe/Madrid,40.4,-3.6,\n");
        equipment += &format!("U-{n},S-{n},SAI {n},Voltera,M400,N-{n},ups-battery,electrical,2026-01-01,24\n");
    }
    office.import(&[("sites.csv", &sites), ("equipment.csv", &equipment)]).await;
    let plan = || async { plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap() };
    let first = plan().await;
    let wait = *first.unplanned.get("no-room").expect("there are too many sites");
    // Nothing has changed: what waits is counted, and nobody's days are looked at.
    let tried = |before: &BTreeMap<String, u64>| {
        let asked = office.office.db.asked();
        asked.iter().filter(|(line, _)| line.contains("planning/busy.rs")).map(|(line, count)| count - before.get(line).unwrap_or(&0)).sum::<u64>()
    };
    let before = office.office.db.asked();
    let again = plan().await;
    assert_eq!((again.visits, again.unplanned.get("no-room"), tried(&before)), (0, Some(&wait), 0));
    // A visit is called off: its day has room for another one.
    let called_off = office.visits().await.into_iter().find(|stored| stored.visit.site == "S-1").expect("it has one");
    let why = "the customer rebuilds";
    cancel(&office.office, called_off.visit.id, why).await.unwrap();
    let before = office.office.db.asked();
    let freed = plan().await;
    assert!(tried(&before) > 0);
    // What was called off waits with the others, for another day than its own.
    assert_eq!((freed.visits, freed.unplanned.get("no-room")), (1, Some(&wait)));
    // More engineers come.
    office.import(&[(
        "engineers.csv",
        "engineer,name,email,phone,skills,time_zone,calendar,latitude,longitude,language\n\
         E-8,Marta Sanz,marta@ronda.example,,electrical,Europe/Madrid,ES-MD,40.4,-3.7,es\n\
         E-9,Nuria Gil,nuria@ronda.example,,electrical,Europe/Madrid,ES-MD,40.4,-3.7,es\n",
    )]).await;
    let helped = plan().await;
    assert_eq!(helped.visits, wait, "{helped:?}");
    assert_eq!(helped.unplanned.get("no-room"), None);
    // What was in nobody's way in the end stays away.
    let last = plan().await;
    assert_eq!((last.visits, last.slots, last.unplanned.len()), (0, 0, 0), "{last:?}");
});

story!(p01_a_slot_that_waits_says_so_when_its_window_is_over at "2026-01-05T08:00:00+01:00", |office| {
    let without = "engineer,name,email,phone,skills,time_zone,calendar,latitude,longitude,language\n\
                   E-1,Ana Ruiz,ana@ronda.example,,plumbing,Europe/Madrid,ES-MD,40.4,-3.7,es\n\
                   E-2,Jordi Puig,jordi@ronda.example,,plumbing,Europe/Madrid,ES-MD,41.4,2.1,es\n";
    office.import(&[("engineers.csv", without)]).await;
    let first = plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
    assert!(first.unplanned.values().sum::<u64>() >= 12, "{first:?}");
    office.down_until("2026-02-20T09:00");
    plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
    let before = "2026-02-19".parse().unwrap();
    let over = store::planning::slot::unplanned(&office.office.db, SlotId(0), before, 100).await.unwrap();
    let over: Vec<_> = over.into_iter().filter(|slot| slot.slot.last_on <= before).collect();
    assert!(!over.is_empty() && over.iter().all(|slot| slot.unplanned == Some(Unplanned::Passed)), "{over:?}");
});

story!(p01_windows_are_opened_where_the_planner_does_not_get_to_its_work at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let far = office.first_visit("inspection", "2026-04-01").await;
    let slot = far.slot.expect("it was planned");
    assert!(!is_on_file(&office, far.visit.id).await);
    office.down_until("2026-04-02T09:00");
    while open_some(&office.office).await.unwrap() > 0 {}
    let listed = store::promises::list(&office.office.db, &store::promises::DeadlineFilter::default()).await.unwrap();
    assert!(listed.iter().any(|owed| owed.subject.slot() == Some(slot)), "{listed:?}");
    office.tick().await;
    office.leaves_waiting(&["visit-announced", "training-invitation", "visit-reminder", "late-visit"]);
});
