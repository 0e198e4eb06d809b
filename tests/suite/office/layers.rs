//! P04: the administrator's layers, both calendars of a contract, and what a change of calendars moves.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use ronda::app::Source;
use ronda::app::check::check;
use ronda::domain::calendar::{DayKind, Layer, Ledger, LedgerLine, Says, Why, WorkingDays};
use ronda::domain::digest::Digest;
use ronda::domain::ids::VisitId;
use ronda::domain::language::Language;
use ronda::domain::planning::slots::Unplanned;
use ronda::domain::promises::account;
use ronda::domain::promises::{Due, Owed};
use ronda::domain::visits::VisitState;
use ronda::office::Error;
use ronda::office::digest::send_digests;
use ronda::office::planning::plan_visits::{Keep, plan_visits};
use ronda::office::promises::deadlines::{recount_deadlines, would_move};
use ronda::office::reports::file_report;
use ronda::office::visits::book_visits::{AppointmentChange, Rules, move_visit};
use ronda::store;
use ronda::words::{Locales, Value};
use ronda::world::config::{ConfigLocation, Environment};
use ronda::world::holidays::Calendars;

use crate::office::harness::{Engine, TestOffice};
use crate::story;

/// Books the first inspection, hands its record in at noon of its day, and lets no report arrive.
async fn recorded(office: &TestOffice) -> (VisitId, NaiveDate) {
    office.sleep_until("2026-01-20T06:00").await;
    let visit = office.first_visit("inspection", "2026-01-21").await;
    let day = visit.visit.state.appointment().day;
    office.sleep_until(&format!("{day}T14:00")).await;
    office.post.with(|post| {
        post.unknown.insert("reports@cum.example".to_owned());
    });
    office.done(visit.visit.id, &format!("{day}T12:00")).await;
    office.tick().await;
    (visit.visit.id, day)
}

async fn ledger(office: &TestOffice, visit: VisitId) -> Ledger {
    match office.deadline(Owed::Report, visit).await.due {
        Due::Counted { ledger } => ledger,
        other => panic!("it was not counted: {other:?}"),
    }
}

/// What the ledger says of a day.
fn on(ledger: &Ledger, day: NaiveDate) -> &Why {
    &ledger.lines.iter().find(|line| line.from <= day && day <= line.through).expect("it explains every day").why
}

async fn digest(office: &TestOffice) -> Digest {
    let manager = store::people::manager::find(&office.office.db, &"M-1".into()).await.unwrap().unwrap();
    send_digests::digest(&office.office, &manager, office.office.clock.now()).await.unwrap()
}

fn closure(day: NaiveDate, name: &str, applies: &str) -> String {
    format!("[[closure]]\nfrom = {day}\nname = \"{name}\"\napplies = \"{applies}\"\n")
}

const SITE_IN_ALCOBENDAS: &str = "site,customer,name,address,country,subdivision,municipality,time_zone\n\
     MAD,CUM,Centro Alcobendas,,ES,MD,ALCOBENDÁS,Europe/Madrid\n";

story!(p04_a_towns_holiday_is_not_counted_at_its_sites_and_says_which_layer_it_is at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let (visit, _) = recorded(&office).await;
    let was = ledger(&office, visit).await;
    office.close_on(&closure(was.due_on, "Nuestra Señora de la Paz", "municipality:ES-MD/Alcobendas"));
    recount_deadlines(&office.office).await.unwrap();
    assert_eq!(ledger(&office, visit).await.due_on, was.due_on, "the site has no town yet");
    office.import(&[("sites.csv", SITE_IN_ALCOBENDAS)]).await;
    assert_eq!(recount_deadlines(&office.office).await.unwrap(), 1, "the import has it counted anew");
    let is = ledger(&office, visit).await;
    assert!(is.due_on > was.due_on);
    assert_eq!(is.calendar, "ES-MD+municipality:Alcobendas");
    let Why::Off { special } = on(&is, was.due_on) else { panic!("{:?}", is.lines) };
    assert_eq!((special.name.as_str(), &special.layer), ("Nuestra Señora de la Paz", &Layer::Municipality));
});

story!(an_import_without_the_column_keeps_working_and_an_export_writes_it at "2026-01-05T08:00:00+01:00", |office| {
    office.import(&[("sites.csv", SITE_IN_ALCOBENDAS)]).await;
    let folder = tempfile::tempdir().unwrap();
    ronda::office::import::export_office::export_office(&office.office.db, folder.path()).await.unwrap();
    let text = std::fs::read_to_string(folder.path().join("sites.csv")).unwrap();
    assert!(text.lines().next().unwrap().contains(",subdivision,municipality,time_zone,"), "{text}");
    assert!(text.contains(",ES,MD,ALCOBENDÁS,Europe/Madrid,"), "{text}");
});

story!(p04_what_a_change_moved_is_told_once_and_a_met_deadline_keeps_its_ledger at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let (visit, _) = recorded(&office).await;
    let before = office.deadline(Owed::Report, visit).await;
    let was = ledger(&office, visit).await;
    office.close_on(&closure(was.due_on, "Planta cerrada", "site:MAD"));
    let pending = would_move(&office.office).await.unwrap();
    assert_eq!(pending.len(), 1);
    assert_eq!((pending[0].deadline.id, pending[0].moved.was_on), (before.id, Some(was.due_on)));
    assert_eq!(office.deadline(Owed::Report, visit).await, before, "looking moves nothing");
    office.tick().await;
    let is = ledger(&office, visit).await;
    assert_eq!(pending[0].moved.is_on, Some(is.due_on), "what would move is what moved");
    assert!(would_move(&office.office).await.unwrap().is_empty());
    let moves = store::promises::deadline_move::of_deadline(&office.office.db, before.id).await.unwrap();
    assert_eq!(moves.len(), 1);
    assert_eq!(moves[0].moved, pending[0].moved);
    assert_eq!((moves[0].moved.was_version.as_str(), moves[0].moved.is_version.as_str()), (was.version.as_str(), is.version.as_str()));
    let [why] = moves[0].moved.why.as_slice() else { panic!("{:?}", moves[0].moved.why) };
    assert_eq!((why.from, why.through), (was.due_on, was.due_on));
    let Says::Off { special } = &why.is else { panic!("{why:?}") };
    assert_eq!((special.name.as_str(), &special.layer), ("Planta cerrada", &Layer::Site));
    assert!(matches!(why.was, Says::Counted { special: None }));

    let moved = digest(&office).await.moved;
    assert_eq!(moved.len(), 1, "{moved:?}");
    assert_eq!((moved[0].deadline, moved[0].moved.is_on), (before.id, Some(is.due_on)));
    let told = office.told("helena@ronda.example", "digest").len();
    office.sleep_until(&format!("{}T08:00", next_working_day(&office))).await;
    assert_eq!(office.told("helena@ronda.example", "digest").len(), told + 1);
    assert_eq!(digest(&office).await.moved, [], "the next digest does not tell it again");

    file_report::handed_over(&office.office, visit, "Lucía Romero", office.office.today()).await.unwrap();
    let met = office.deadline(Owed::Report, visit).await;
    office.close_on("");
    office.tick().await;
    assert_eq!(office.deadline(Owed::Report, visit).await, met, "a met deadline keeps the ledger it was judged by");
    assert_eq!(store::promises::deadline_move::of_deadline(&office.office.db, before.id).await.unwrap().len(), 1);
});

fn next_working_day(office: &TestOffice) -> NaiveDate {
    let madrid = office.office.calendars.named("ES-MD").unwrap();
    madrid.nth_after(office.office.today(), WorkingDays(1)).unwrap()
}

story!(a_due_day_that_came_back_before_anyone_was_told_is_not_told at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let (visit, _) = recorded(&office).await;
    let was = ledger(&office, visit).await;
    office.close_on(&closure(was.due_on, "Planta cerrada", "site:MAD"));
    recount_deadlines(&office.office).await.unwrap();
    office.close_on("");
    recount_deadlines(&office.office).await.unwrap();
    assert_eq!(ledger(&office, visit).await, was);
    assert_eq!(digest(&office).await.moved, []);
});

/// A contract of the same customer by which the report is counted otherwise.
async fn counted_otherwise(office: &TestOffice, key: &str, value: &str) {
    let contract = format!(
        "contract,customer,sites,plan,accepted_on,ends_on,inspection.{key},inspection.report\n\
         C-1,CUM,*,standard,2026-01-01,,{value},6 working days\n"
    );
    office.import(&[("contracts.csv", &contract)]).await;
}

/// The site is in Riyadh, where Friday and Saturday are off; the company is in Madrid.
async fn in_riyadh(office: &TestOffice) {
    let sites = "site,customer,name,country,subdivision,municipality,time_zone,latitude,longitude\n\
         MAD,CUM,Riad,SA,,,Asia/Riyadh,,\n";
    let engineers = "engineer,name,email,phone,skills,time_zone,calendar,latitude,longitude,language\n\
         E-1,Lucía Romero,lucia@ronda.example,,electrical,Asia/Riyadh,SA,,,es\n\
         E-2,Jordi Puig,jordi@ronda.example,,electrical,Asia/Riyadh,SA,,,es\n";
    office.import(&[("sites.csv", sites), ("engineers.csv", engineers)]).await;
}

story!(p04_both_counts_only_days_worked_at_the_site_and_at_the_company at "2026-01-05T08:00:00+01:00", |office| {
    in_riyadh(&office).await;
    counted_otherwise(&office, "counted_on", "both").await;
    let (visit, day) = recorded(&office).await;
    let ledger = ledger(&office, visit).await;
    assert_eq!(ledger.calendar, "SA&ES-MD");
    let (riyadh, madrid) = (office.office.calendars.named("SA").unwrap(), office.office.calendars.named("ES-MD").unwrap());
    assert_eq!(ledger.version, format!("{}&{}", riyadh.version(), madrid.version()));
    let works = |day: &NaiveDate| riyadh.is_working(*day).unwrap() && madrid.is_working(*day).unwrap();
    assert_eq!(Some(ledger.due_on), day.iter_days().skip(1).filter(works).nth(5));
    let weekend = |line: &&LedgerLine| line.why == Why::Weekend;
    let told: Vec<_> = ledger.lines.iter().filter(weekend).map(|line| (line.from.weekday(), line.of.as_deref())).collect();
    assert_eq!(
        told[..3],
        [(Weekday::Fri, Some("SA")), (Weekday::Sat, None), (Weekday::Sun, Some("ES-MD"))],
        "the ledger says whose day off it is: {told:?}"
    );
});

story!(p04_either_counts_days_worked_at_the_site_or_at_the_company at "2026-01-05T08:00:00+01:00", |office| {
    in_riyadh(&office).await;
    counted_otherwise(&office, "counted_on", "either").await;
    let (visit, day) = recorded(&office).await;
    let ledger = ledger(&office, visit).await;
    assert_eq!(ledger.calendar, "SA|ES-MD");
    let (riyadh, madrid) = (office.office.calendars.named("SA").unwrap(), office.office.calendars.named("ES-MD").unwrap());
    let works = |day: &NaiveDate| riyadh.is_working(*day).unwrap() || madrid.is_working(*day).unwrap();
    assert_eq!(Some(ledger.due_on), day.iter_days().skip(1).filter(works).nth(5));
});

story!(p04_a_half_day_is_not_counted_where_the_term_says_so_and_the_ledger_names_it at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    counted_otherwise(&office, "half_days", "skip").await;
    let (visit, day) = recorded(&office).await;
    let was = ledger(&office, visit).await;
    let month_and_day = was.due_on.format("%m-%d");
    office.close_on(&format!("[[closure]]\nyearly = \"{month_and_day}\"\nkind = \"half\"\nname = \"Víspera\"\napplies = \"company\"\n"));
    recount_deadlines(&office.office).await.unwrap();
    let is = ledger(&office, visit).await;
    assert!(is.due_on > was.due_on, "counted from {day}");
    let Why::Off { special } = on(&is, was.due_on) else { panic!("{:?}", is.lines) };
    assert_eq!((special.kind, special.name.as_str()), (DayKind::Half, "Víspera"));
    counted_otherwise(&office, "half_days", "count").await;
    recount_deadlines(&office.office).await.unwrap();
    assert_eq!(ledger(&office, visit).await, is, "a deadline keeps the terms that it was opened with");
});

story!(planning_leaves_an_engineers_day_off_alone_and_a_person_is_told_of_it at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.tick().await;
    let planned = office.first_visit("inspection", "2026-03-01").await;
    assert!(matches!(planned.visit.state, VisitState::Planned { .. }), "nobody was told of it yet");
    let appointment = planned.visit.state.appointment().clone();
    office.close_on(&closure(appointment.day, "Boda", &format!("engineer:{}", appointment.engineer)));
    plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
    let visits = office.visits().await;
    assert!(
        visits.iter().all(|v| (v.visit.state.appointment().day, &v.visit.state.appointment().engineer) != (appointment.day, &appointment.engineer)),
        "the planned visit made room"
    );
    let again = visits.iter().find(|v| v.slot == planned.slot).expect("and was planned anew");
    let change = AppointmentChange { engineer: Some(appointment.engineer.clone()), day: Some(appointment.day), starts: None };
    let Err(Error::Refused(why)) = move_visit(&office.office, again.visit.id, &change, Rules::Keep).await else {
        panic!("the engineer is off");
    };
    assert!(why.contains("Boda") && why.contains("--overrule"), "{why}");
    move_visit(&office.office, again.visit.id, &change, Rules::Overrule).await.unwrap();
    office.leaves_waiting(&["visit-announced"]);
});

story!(a_planned_visit_that_a_new_closure_makes_impossible_is_planned_anew_before_anyone_is_told at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.tick().await;
    let planned = office.first_visit("inspection", "2026-03-01").await;
    let day = planned.visit.state.appointment().day;
    office.close_on(&closure(day, "Fiesta local", "site:MAD"));
    office.tick().await;
    let again = office.visits().await.into_iter().find(|v| v.slot == planned.slot).expect("it is planned anew");
    assert!(matches!(again.visit.state, VisitState::Planned { .. }));
    assert_ne!(again.visit.state.appointment().day, day);
    assert_eq!(office.told("ops@cum.example", "visit-moved").len(), 0);
});

story!(a_country_without_a_calendar_is_refused_by_name_in_plans_and_counts at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, _) = recorded(&office).await;
    let before = ledger(&office, visit).await;
    // Every country that an import takes has a calendar; a store may know one that this version does not.
    let mut sites = store::people::site::all(&office.office.db).await.unwrap();
    (sites[0].country, sites[0].subdivision) = ("QZ".to_owned(), String::new());
    let mut tx = office.office.db.begin().await.unwrap();
    store::people::site::put(&mut tx, &sites).await.unwrap();
    // What an import of sites does.
    for fact in ["counted-with-calendars", "planned-with-calendars"] {
        store::fact::set(&mut tx, fact, "").await.unwrap();
    }
    tx.commit().await.unwrap();
    office.tick().await;
    let deadline = office.deadline(Owed::Report, visit).await;
    let Due::Unknown { why } = &deadline.due else { panic!("{:?}", deadline.due) };
    assert!(why.contains("no calendar QZ"), "{why}");
    let digest = digest(&office).await;
    assert!(digest.not_counted.iter().any(|line| line.why.contains("QZ")), "{:?}", digest.not_counted);
    let moved = digest.moved.iter().find(|line| line.deadline == deadline.id).expect("and it is told");
    assert_eq!((moved.moved.was_on, moved.moved.is_on), (Some(before.due_on), None));
    plan_visits(&office.office, None, Keep::Store, &|_| ()).await.unwrap();
    let digest = self::digest(&office).await;
    let named = |line: &ronda::domain::digest::NotPlannedLine| line.why == Unplanned::NoCalendar { calendar: "QZ".to_owned() };
    assert!(digest.not_planned.iter().any(named), "{:?}", digest.not_planned);
});

story!(p04_a_count_into_an_unpublished_year_is_provisional_everywhere at "2026-12-01T08:00:00+01:00", |office| {
    office.tick().await;
    let visit = office.first_visit("inspection", "2026-12-02").await;
    let day: NaiveDate = "2026-12-30".parse().unwrap();
    let change = AppointmentChange { day: Some(day), ..AppointmentChange::default() };
    move_visit(&office.office, visit.visit.id, &change, Rules::Overrule).await.unwrap();
    office.post.with(|post| { post.unknown.insert("reports@cum.example".to_owned()); });
    office.sleep_until(&format!("{day}T14:00")).await;
    office.done(visit.visit.id, &format!("{day}T12:00")).await;
    office.sleep_until(&format!("{}T08:00", day + Days::new(1))).await;
    let ledger = ledger(&office, visit.visit.id).await;
    assert!(ledger.due_on.year() == 2027 && ledger.provisional);
    let digest = digest(&office).await;
    let line = digest.at_risk.iter().find(|line| line.visit == Some(visit.visit.id) && line.owed == Owed::Report);
    assert!(line.is_some_and(|line| line.provisional), "{:?}", digest.at_risk);
});

#[tokio::test]
async fn check_names_closures_of_nobody_and_spanish_sites_without_their_towns_days() {
    let mut office = TestOffice::open(Engine::Sqlite, "2026-03-02T08:00:00+01:00").await;
    let texts = async |office: &TestOffice| {
        let choice = ConfigLocation { dir: Some(office.office.config.dir.clone()), file: None };
        let found = check(&Source { choice, environment: Environment::default() }, &office.office.clock).await;
        assert!(!found.has_errors(), "{:?}", found.findings);
        found.findings.into_iter().map(|finding| finding.text).collect::<Vec<_>>()
    };
    let names = |texts: &[String], what: &str| texts.iter().filter(|text| text.contains(what)).count();
    let found = texts(&office).await;
    assert_eq!(names(&found, "ES-MD: the two municipal holidays of 2026 are not known"), 1, "{found:?}");
    assert_eq!(names(&found, "ES-MD: the two municipal holidays of 2027 are not known"), 1, "{found:?}");

    office.import(&[("sites.csv", SITE_IN_ALCOBENDAS)]).await;
    let day = |day: &str| day.parse::<NaiveDate>().unwrap();
    office.close_on(
        &[
            closure(day("2026-01-24"), "La Paz", "municipality:ES-MD/Alcobendas"),
            closure(day("2026-05-15"), "San Isidro", "municipality:ES/Alcobendas"),
            closure(day("2026-05-16"), "x", "municipality:ES-MD/Alcobenda"),
            closure(day("2026-05-16"), "x", "customer:CUN"),
            closure(day("2026-05-16"), "x", "site:MED"),
            closure(day("2026-05-16"), "x", "engineer:E-3"),
        ]
        .concat(),
    );
    let found = texts(&office).await;
    assert_eq!(names(&found, "municipal holidays of 2026"), 0, "{found:?}");
    assert_eq!(names(&found, "ALCOBENDÁS (ES-MD): the two municipal holidays of 2027 are not known"), 1, "{found:?}");
    for said in [
        "closures name customer \"CUN\", which does not exist; did you mean CUM?",
        "closures name site \"MED\", which does not exist; did you mean MAD?",
        "closures name engineer \"E-3\", which does not exist; did you mean E-1?",
        "closures name the town ES-MD/Alcobenda, where no site is; did you mean ALCOBENDÁS?",
    ] {
        assert_eq!(names(&found, said), 1, "{said}: {found:#?}");
    }
}

/// The example of the issue that asked for it: Spring Festival 2026, with its make-up Saturday.
#[test]
fn p04_the_ledger_reads_as_a_sentence_in_every_language() {
    let (calendars, locales) = (Calendars::load(None).unwrap(), Locales::load());
    let china = calendars.named("CN").unwrap();
    let completed = "2026-02-12".parse().unwrap();
    let mut ledger = china.due(completed, WorkingDays(3)).unwrap();
    ledger.version = "07af3d".to_owned();
    let said = Language::ALL.map(|language| {
        let say = |key: &str, values: &[(&str, Value<'_>)]| locales.say(language, key, values);
        let (sentence, calendar) =
            (account::sentence(&ledger, Owed::Report, language, &say), account::calendar(&ledger, &say));
        format!("{sentence}\n{calendar}")
    });
    insta::assert_snapshot!(said.join("\n\n"));
}
