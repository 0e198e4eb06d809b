//! Who did it: each change has its line, the lines are chained, and whatever is done to them is found.

use std::collections::BTreeMap;
use std::process::Command;

use chrono::Days;
use ronda::domain::access::{Act, Actor, Deed, DeedCase, Door, Errand, Insist, Matter};
use ronda::domain::audit::trail::{DeedNote, TrailFault, TrailHead, TrailLine, Unlinked};
use ronda::domain::ids::VisitId;
use ronda::domain::people::ReaderRole;
use ronda::office::access::links;
use ronda::office::acting::note;
use ronda::office::audit::erase_personal::erase_personal;
use ronda::office::audit::link_trail::link_trail;
use ronda::office::audit::verify_trail::{HeadIs, ToldHead, verify_site, verify_trail};
use ronda::office::digest::decide::{Decided, Order, decide};
use ronda::office::records::hand_in_form::{CameBy, HandIn, hand_in};
use ronda::office::visits::book_visits::{AppointmentChange, Rules, book, cancel, move_visit};
use ronda::store;
use ronda::store::audit::TrailFilter;
use ronda::world::config::{Canary, Database, Watch};

use crate::office::harness::{Engine, TestOffice};
use crate::story;

/// All lines, in the order in which they were written.
async fn lines(office: &TestOffice) -> Vec<TrailLine> {
    let all = TrailFilter { most: 100_000, ..TrailFilter::default() };
    let mut lines = store::audit::list(&office.office.db, &all).await.unwrap();
    lines.reverse();
    lines
}

/// The latest line of a deed.
async fn last(office: &TestOffice, deed: Deed) -> TrailLine {
    let of = TrailFilter { deed: Some(deed), most: 1, ..TrailFilter::default() };
    store::audit::list(&office.office.db, &of).await.unwrap().pop().unwrap_or_else(|| panic!("no {}", deed.word()))
}

/// What a line tells of people, by field.
fn personal(line: &TrailLine) -> BTreeMap<&'static str, Option<&str>> {
    let told = |held: &'_ Option<ronda::domain::audit::trail::HeldEntry>| held.is_some();
    assert!(line.personal.iter().all(|entry| told(&entry.held) || entry.is_whole()));
    line.personal.iter().map(|e| (e.field.word(), e.held.as_ref().map(|held| held.value.as_str()))).collect()
}

async fn write(office: &TestOffice, sql: &'static str) -> u64 {
    office.office.db.write(sql).execute().await.unwrap()
}

/// The faults of all chains.
async fn faults(office: &TestOffice) -> Vec<TrailFault> {
    let checked = verify_trail(&office.office, None).await.unwrap();
    checked.faults.into_iter().map(|(_, fault)| fault).collect()
}

/// The first inspection, announced.
async fn announced(office: &TestOffice) -> VisitId {
    office.sleep_until("2026-01-20T06:00").await;
    office.first_visit("inspection", "2026-01-23").await.visit.id
}

/// A visit that was moved and moved back, and cancelled: three lines of its site beside those of the daemon.
async fn moved_twice(office: &TestOffice) -> VisitId {
    let visit = announced(office).await;
    let day = office.visit(visit).await.visit.state.appointment().day;
    for day in [day + Days::new(1), day] {
        let change = AppointmentChange { day: Some(day), ..AppointmentChange::default() };
        move_visit(&office.office, visit, &change, Rules::Overrule).await.unwrap();
    }
    cancel(&office.office, visit, "the site is closed").await.unwrap();
    office.tick().await;
    visit
}

story!(a_line_of_a_booking_tells_how_the_visit_stood_and_stands at "2026-01-05T08:00:00+01:00", |office| {
    let visit = announced(&office).await;
    let states = async |deed| {
        let line = last(&office, deed).await;
        let state = |text: &Option<String>| {
            let told: serde_json::Value = serde_json::from_str(text.as_deref().unwrap()).unwrap();
            told["state"].as_str().unwrap().to_owned()
        };
        (state(&line.before), state(&line.after))
    };
    let these = |before: &str, after: &str| (before.to_owned(), after.to_owned());
    assert_eq!(states(Deed::AnnounceVisit).await, these("planned", "booked"));
    cancel(&office.office, visit, "the site is closed").await.unwrap();
    assert_eq!(states(Deed::CancelVisit).await, these("planned", "cancelled"));
    book(&office.office, visit, &AppointmentChange::default(), Rules::Overrule).await.unwrap();
    assert_eq!(states(Deed::BookVisit).await, these("cancelled", "booked"));
    cancel(&office.office, visit, "the site is closed all the same").await.unwrap();
    assert_eq!(states(Deed::CancelVisit).await, these("booked", "cancelled"));
    office.tick().await;
});

story!(a_booking_from_the_command_line_names_its_user at "2026-01-05T08:00:00+01:00", |office| {
    let visit = announced(&office).await;
    // The command's clock is the machine's: by then only a cancelled visit can be cancelled.
    let mut command = Command::new(env!("CARGO_BIN_EXE_ronda"));
    command.arg("--dir").arg(&office.office.config.dir).env("SUDO_USER", "mallory");
    match &office.office.config.database {
        Database::Sqlite(_) => command.env_remove("RONDA_DATABASE"),
        Database::Postgres(url) => command.env("RONDA_DATABASE", url.reveal()),
    };
    command.args(["visit", "cancel", &visit.to_string(), "--reason", "the site is closed"]);
    let answer = command.output().unwrap();
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    let line = last(&office, Deed::CancelVisit).await;
    // The kernel knows who it is, whatever the environment says.
    assert_eq!((line.actor.as_str(), line.visit), ("user", Some(visit)));
    let name = line.code.clone().expect("a user has a name");
    assert!(name != "mallory" && !line.door.contains("mallory"), "{line:?}");
    assert!(line.door.starts_with("command line"), "{}", line.door);
    assert_eq!(line.site, Some("MAD".into()));
    assert_eq!(personal(&line), BTreeMap::from([("text", Some("the site is closed"))]));

    let mut list = Command::new(env!("CARGO_BIN_EXE_ronda"));
    list.arg("--dir").arg(&office.office.config.dir);
    match &office.office.config.database {
        Database::Sqlite(_) => list.env_remove("RONDA_DATABASE"),
        Database::Postgres(url) => list.env("RONDA_DATABASE", url.reveal()),
    };
    let list = list.args(["trail", "list", "--actor", &format!("user:{name}"), "--limit", "1", "--json"]).output().unwrap();
    let list: serde_json::Value = serde_json::from_slice(&list.stdout).unwrap();
    assert_eq!((&list[0]["deed"], &list[0]["on"]), (&"cancel-visit".into(), &visit.to_string().into()));
    office.leaves_waiting(&["visit-cancelled"]);
});

story!(a_decision_by_a_managers_link_names_the_manager at "2026-01-05T08:00:00+01:00", |office| {
    office.import(&[
        ("customers.csv", "customer,name,language\nOTH,Other,en\n"),
        (
            "managers.csv",
            "manager,name,email,scope,time_zone,calendar,digest_at,language\n\
             M-2,Ana Gil,ana@ronda.example,OTH,Europe/Madrid,ES-MD,07:30,en\n",
        ),
    ]).await;
    let visit = announced(&office).await;
    let matter = Matter::Visit(visit);
    let mut links_of = Vec::new();
    let mut tx = office.office.db.begin().await.unwrap();
    for manager in ["M-1", "M-2"] {
        let errand = Errand::Matter { manager: manager.into(), matter: matter.clone() };
        let holder = ReaderRole::Manager(manager.into());
        links_of.push(links::make(&office.office, &mut tx, manager, &holder, &errand, None).await.unwrap());
    }
    tx.commit().await.unwrap();
    let day = office.visit(visit).await.visit.state.appointment().day + Days::new(1);
    let act = Act::Move { day, starts: None, insist: Insist::Yes };
    let mut decided = Vec::new();
    for (code, secret) in ["M-2", "M-1"].into_iter().zip(links_of.iter().rev()) {
        let link = links::open(&office.office, secret).await.unwrap().unwrap();
        let manager = store::people::manager::find(&office.office.db, &code.into()).await.unwrap().unwrap();
        let order = Order { client_id: code.repeat(32), seen: 0, act: act.clone() };
        decided.push(decide(&office.office, &link, &manager, &matter, &order).await.unwrap());
        if code == "M-2" {
            let none = TrailFilter { code: Some("M-2".to_owned()), most: 9, ..TrailFilter::default() };
            assert_eq!(store::audit::list(&office.office.db, &none).await.unwrap(), []);
        }
    }
    assert!(matches!(&decided[..], [None, Some(Decided::Done(_))]), "{decided:?}");
    let line = last(&office, Deed::MoveVisit).await;
    assert_eq!((line.actor.as_str(), line.code.as_deref()), ("manager", Some("M-1")));
    assert!(line.door.starts_with("link "), "{}", line.door);
    assert_eq!(personal(&line), BTreeMap::from([("name", Some("Helena Ortiz"))]));
    assert!(line.after.unwrap().contains(&day.to_string()));

    // Whoever is out of scope is refused where the line would be written, too.
    let manager = store::people::manager::find(&office.office.db, &"M-2".into()).await.unwrap().unwrap();
    let actor = Actor::Manager { manager: Box::new(manager), door: Door::Login };
    let moved = move_visit(&office.office.acting(actor), visit, &AppointmentChange::default(), Rules::Overrule).await;
    assert!(moved.is_ok(), "nothing is changed by it");
    let manager = store::people::manager::find(&office.office.db, &"M-2".into()).await.unwrap().unwrap();
    let actor = Actor::Manager { manager: Box::new(manager), door: Door::Login };
    let back = AppointmentChange { day: Some(day + Days::new(1)), ..AppointmentChange::default() };
    let refused = move_visit(&office.office.acting(actor), visit, &back, Rules::Overrule).await.unwrap_err();
    assert!(refused.to_string().contains("not for you"), "{refused}");
    assert_eq!(office.visit(visit).await.visit.state.appointment().day, day);
    office.tick().await;
});

story!(a_line_and_its_change_commit_together_or_not_at_all at "2026-01-05T08:00:00+01:00", |office| {
    let visit = announced(&office).await;
    let (before, state) = (lines(&office).await.len(), office.visit(visit).await.visit.state);

    // Refused after it was begun.
    let past = AppointmentChange { day: Some("2026-01-02".parse().unwrap()), ..AppointmentChange::default() };
    move_visit(&office.office, visit, &past, Rules::Overrule).await.unwrap_err();
    // Dropped before its commit.
    let mut tx = office.office.begin().await.unwrap();
    note(&mut tx, &DeedCase::default(), DeedNote::of_office(Deed::MakeFeed, "engineer:E-1")).unwrap();
    drop(tx);
    assert_eq!(lines(&office).await.len(), before);

    // The line cannot be written.
    write(&office, "alter table trail rename to away").await;
    cancel(&office.office, visit, "the site is closed").await.unwrap_err();
    write(&office, "alter table away rename to trail").await;
    assert_eq!(office.visit(visit).await.visit.state, state);
    assert_eq!(lines(&office).await.len(), before);

    cancel(&office.office, visit, "the site is closed").await.unwrap();
    assert_eq!(lines(&office).await.len(), before + 1);
    office.tick().await;
});

story!(a_form_is_its_engineers_and_the_daemons_work_is_the_programs at "2026-01-05T08:00:00+01:00", |office| {
    let visit = announced(&office).await;
    let day = office.visit(visit).await.visit.state.appointment().day;
    office.sleep_until(&format!("{day}T14:00")).await;
    office.done(visit, &format!("{day}T12:00")).await;
    office.sleep_until(&format!("{}T10:00", day + Days::new(1))).await;
    let of_visit = TrailFilter { visit: Some(visit), most: 100, ..TrailFilter::default() };
    let mut told: Vec<_> = store::audit::list(&office.office.db, &of_visit).await.unwrap();
    told.reverse();
    let told: Vec<_> = told.iter().map(|line| format!("{} {}", line.actor, line.deed)).collect();
    assert_eq!(
        told,
        [
            "program announce-visit",
            "program remind",
            "user take-record",
            "program issue-report",
            "program file-report"
        ]
    );
    let other = office.first_visit("inspection", "2026-02-01").await.visit.id;
    let mut tx = office.office.db.begin().await.unwrap();
    let (holder, errand) = (ReaderRole::Engineer("E-1".into()), Errand::VisitForm { visit: other });
    let secret = links::make(&office.office, &mut tx, "mine", &holder, &errand, None).await.unwrap();
    tx.commit().await.unwrap();
    let link = links::open(&office.office, &secret).await.unwrap().unwrap();
    let by_link = office.office.acting(Actor::by_link(&link, None).unwrap());
    let came = CameBy { link: Some(&link), refused: None, by: &link.holder };
    let record: serde_json::Value = serde_json::from_str(&office.record(other, "2026-01-20T12:00").await).unwrap();
    let form = serde_json::json!({"form": 1, "id": "f".repeat(64), "record": record, "for_review": true});
    let handed = hand_in(&by_link, other, came, form.to_string().as_bytes()).await.unwrap().unwrap();
    assert!(matches!(handed, HandIn::OnFile(_)), "{handed:?}");
    let line = last(&office, Deed::KeepForm).await;
    assert_eq!((line.actor.as_str(), line.code.as_deref(), line.visit), ("engineer", Some("E-1"), Some(other)));
    office.tick().await;
});

story!(a_run_of_the_planner_and_an_import_are_one_line_each_and_the_trail_begins_with_its_own
    at "2026-01-05T08:00:00+01:00", |office| {
    let imported = last(&office, Deed::ImportTables).await;
    let counts: serde_json::Value = serde_json::from_str(imported.after.as_deref().unwrap()).unwrap();
    assert_eq!((imported.code.as_deref(), &counts["engineers"]["added"]), (Some("tester"), &2.into()));
    office.import(&[("customers.csv", "customer,name,language\nCUM,Cumbre Centros de Datos,es\n")]).await;
    assert_eq!(lines(&office).await.len(), 1, "nothing was changed");
    office.tick().await;
    let all = lines(&office).await;
    let (first, rest) = all.split_first().unwrap();
    assert_eq!((first.deed.as_str(), first.actor.as_str(), first.id), ("begin-trail", "program", 0));
    assert_eq!(first.place.as_ref().unwrap().number, 1);
    let runs: Vec<_> = rest.iter().filter(|line| line.deed == "plan-visits").collect();
    assert_eq!(runs.len(), 1, "{runs:?}");
    assert!(runs[0].after.as_deref().unwrap().contains("\"visits\":"), "{runs:?}");
    office.tick().await;
    assert_eq!(lines(&office).await.len(), all.len(), "repeated on the same data, nothing is done and nothing told");
});

story!(whatever_is_done_to_the_trail_is_found at "2026-01-05T08:00:00+01:00", |office| {
    moved_twice(&office).await;
    let whole = verify_trail(&office.office, None).await.unwrap();
    assert!(whole.is_whole() && whole.chains == 2 && whole.lines > 5, "{whole:?}");
    assert_eq!(whole.waiting, Unlinked::default());
    let head = store::audit::head(&office.office.db, "MAD").await.unwrap().unwrap();
    let is_changed = |faults: &[TrailFault]| matches!(faults, [TrailFault::Changed { number: 2, .. }]);

    write(&office, "update trail set door = door || '!' where chain = 'MAD' and number = 2").await;
    assert!(is_changed(&faults(&office).await), "altered: {:?}", faults(&office).await);
    write(&office, "update trail set door = replace(door, '!', '') where chain = 'MAD' and number = 2").await;
    assert_eq!(faults(&office).await, []);

    // Removed, with and without closing the gap.
    write(&office, "create table kept as select * from trail where chain = 'MAD' and number = 2").await;
    write(&office, "delete from trail where chain = 'MAD' and number = 2").await;
    assert_eq!(faults(&office).await, [TrailFault::Missing { from: 2, through: 2 }]);
    write(&office, "insert into trail select * from kept").await;
    assert_eq!(faults(&office).await, []);

    // Two change places.
    let swap = "update trail set number = case number when 2 then 103 else 102 end where chain = 'MAD' and number in (2, 3)";
    write(&office, swap).await;
    write(&office, "update trail set number = number - 100 where chain = 'MAD' and number > 100").await;
    assert!(!faults(&office).await.is_empty());
    write(&office, swap).await;
    write(&office, "update trail set number = number - 100 where chain = 'MAD' and number > 100").await;
    assert_eq!(faults(&office).await, []);

    // One is put in behind the last, as if it had been linked.
    write(
        &office,
        "insert into trail (at, actor, code, door, deed, chain, subject, personal, number, hash, run)
         select at, actor, 'eve', door, deed, chain, subject, personal, number + 1, hash, run
         from trail where chain = 'MAD' order by number desc limit 1",
    ).await;
    let put_in = faults(&office).await;
    assert!(put_in.iter().any(|fault| matches!(fault, TrailFault::Changed { .. })), "{put_in:?}");
    write(&office, "delete from trail where code = 'eve'").await;
    assert_eq!(faults(&office).await, []);

    // The end is cut off; a chain is gone whole.
    write(&office, "delete from trail where chain = 'MAD' and number > 2").await;
    assert_eq!(faults(&office).await, [TrailFault::Truncated { had: head.number, has: 2 }]);
    write(&office, "delete from trail where chain = 'MAD'").await;
    assert_eq!(faults(&office).await, [TrailFault::Truncated { had: head.number, has: 0 }]);
    assert_eq!(verify_site(&office.office, &"MAD".into()).await.unwrap().faults.len(), 1);
    assert!(verify_site(&office.office, &"NO".into()).await.is_err());
});

story!(a_trail_that_is_cut_off_with_its_heads_is_told_by_the_canary at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let canary = Canary { at: "06:00:00".parse().unwrap(), to: "us@ronda.example".to_owned() };
    let config = ronda::world::config::Config {
        watch: Watch { canary: Some(canary), ping: None },
        ..(*office.office.config).clone()
    };
    office.office.tools.config = std::sync::Arc::new(config);
    moved_twice(&office).await;
    office.sleep_until("2026-01-21T07:00").await;
    let letter = office.told("us@ronda.example", "canary").pop().unwrap();
    let text = crate::office::browser::text(&letter);
    let command = text.lines().find_map(|line| line.trim().strip_prefix("ronda trail verify ")).expect("the command");
    let words: Vec<&str> = command.split_whitespace().collect();
    let ["--day", day, "--head", head, "--dir", dir] = words[..] else { panic!("{command}") };
    assert_eq!(std::path::Path::new(dir), office.office.config.dir, "the command works wherever it is typed");
    let told = ToldHead { day: day.parse().unwrap(), head: head.to_owned() };
    assert_eq!(told.day.to_string(), "2026-01-21");

    // What comes later changes nothing about it.
    office.import(&[("customers.csv", "customer,name,language\nOTH,Other,en\n")]).await;
    office.tick().await;
    let checked = verify_trail(&office.office, Some(&told)).await.unwrap();
    assert!(checked.is_whole(), "{checked:?}");
    assert_eq!(checked.head, Some(HeadIs::Same));
    let other = ToldHead { day: told.day + Days::new(1), ..told.clone() };
    assert_eq!(verify_trail(&office.office, Some(&other)).await.unwrap().head, Some(HeadIs::NotOnFile));

    // Whoever can write to the store cuts the end off, and notes another head.
    write(&office, "delete from trail where chain = 'MAD' and number > 2").await;
    write(
        &office,
        "update trail_head
         set number = 2, hash = (select hash from trail where chain = 'MAD' and number = 2)
         where chain = 'MAD'",
    ).await;
    let checked = verify_trail(&office.office, Some(&told)).await.unwrap();
    assert!(checked.is_whole(), "the chain by itself is: {checked:?}");
    assert!(matches!(checked.head, Some(HeadIs::Other { .. })), "{checked:?}");
});

story!(what_is_personal_can_be_erased_and_the_chain_stays_whole at "2026-01-05T08:00:00+01:00", |office| {
    moved_twice(&office).await;
    let line = last(&office, Deed::CancelVisit).await;
    assert_eq!(personal(&line), BTreeMap::from([("text", Some("the site is closed"))]));
    assert!(erase_personal(&office.office, &[line.id, 999_999]).await.is_err());
    assert_eq!(erase_personal(&office.office, &[line.id]).await.unwrap(), 1);
    assert_eq!(erase_personal(&office.office, &[line.id]).await.unwrap(), 0, "a second time there is nothing left");
    office.tick().await;
    let erased = last(&office, Deed::CancelVisit).await;
    assert_eq!(personal(&erased), BTreeMap::from([("text", None)]));
    let (kept,): (String,) =
        office.office.db.read("select personal from trail where id = $1").bind(line.id).one().await.unwrap();
    assert!(!kept.contains("salt") && !kept.contains("closed"), "{kept}");
    let who = last(&office, Deed::ErasePersonal).await;
    assert_eq!(who.code.as_deref(), Some("tester"));
    assert_eq!(faults(&office).await, []);
});

story!(two_who_link_at_once_make_one_chain at "2026-01-05T08:00:00+01:00", |office| {
    let visit = announced(&office).await;
    let day = office.visit(visit).await.visit.state.appointment().day;
    let second = office.office.clone();
    for round in 0..6_u64 {
        for n in 0..4 {
            let change = AppointmentChange { day: Some(day + Days::new(1 + (round + n) % 2)), ..AppointmentChange::default() };
            move_visit(&office.office, visit, &change, Rules::Overrule).await.unwrap();
        }
        let (mine, theirs) = (office.office.clone(), second.clone());
        let both = [
            tokio::spawn(async move { link_trail(&mine).await.unwrap() }),
            tokio::spawn(async move { link_trail(&theirs).await.unwrap() }),
        ];
        for one in both {
            one.await.unwrap();
        }
    }
    let checked = verify_trail(&office.office, None).await.unwrap();
    assert!(checked.is_whole() && checked.waiting.lines == 0, "{checked:?}");
    let head: TrailHead = store::audit::head(&office.office.db, "MAD").await.unwrap().unwrap();
    assert!(head.number >= 24, "{head:?}");
    if let Engine::Postgres = office.engine {
        // The two had connections of their own, and waited for each other's turn.
        assert_eq!(office.office.db.engine(), "PostgreSQL");
    }
    office.tick().await;
});
