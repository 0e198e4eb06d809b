//! A deadline's history: whatever changes it judges anew, and what that takes back stays on file with its reason.

use std::collections::BTreeSet;

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use chrono::{Days, NaiveDate};
use ronda::domain::Instant;
use ronda::domain::calendar::HalfDays;
use ronda::domain::contract::{CountedOn, Tell};
use ronda::domain::ids::{LetterId, VisitId};
use ronda::domain::letters::notice::NoticeKind;
use ronda::domain::promises::clock::{Allowed, ClockStep, Happened, Happening, Minutes, Refusal, StepAt, TakenBackWhy};
use ronda::domain::promises::{Deadline, DeadlineSubject, DeadlineTerms, Due, Owed, Standing};
use ronda::office::heartbeat::pulse::Pulse;
use ronda::office::promises::deadlines::Counter;
use ronda::office::promises::history::{Noted, note};
use ronda::office::reports::file_report::{handed_over, letter_refused};
use ronda::office::visits::book_visits::{AppointmentChange, Rules, book, move_visit};
use ronda::store;
use ronda::store::promises::flag::StoredFlag;
use ronda::store::promises::{DeadlineFilter, LastJudged, NewDeadline};
use ronda::web::{Desk, routes};

use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::office::harness::{TestOffice, madrid};
use crate::story;

const MANAGER: &str = "helena@ronda.example";
const ENGINEER: &str = "lucia@ronda.example";

async fn events(office: &TestOffice, deadline: &Deadline) -> Vec<Happened> {
    let events = store::promises::event::of(&office.office.db, deadline.id).await.unwrap();
    events.into_iter().map(|event: Happening| event.what).collect()
}

async fn flags(office: &TestOffice, deadline: &Deadline) -> Vec<StoredFlag> {
    store::promises::flag::of(&office.office.db, deadline.id).await.unwrap()
}

/// Flags that stand, by level and instant.
async fn standing(office: &TestOffice, deadline: &Deadline) -> Vec<(String, Instant)> {
    let stored = flags(office, deadline).await.into_iter().filter(|flag| flag.withdrawn.is_none());
    stored.map(|flag| (flag.level, flag.raised.dated)).collect()
}

/// Flags that were taken back, with the reason.
async fn withdrawn(office: &TestOffice, deadline: &Deadline) -> Vec<(String, TakenBackWhy)> {
    let stored = flags(office, deadline).await.into_iter();
    stored.filter_map(|flag| Some((flag.level, flag.withdrawn?.1))).collect()
}

async fn by_key(office: &TestOffice, subject: DeadlineSubject) -> Deadline {
    store::promises::by_key(&office.office.db, &subject.key()).await.unwrap().expect("it is owed")
}

/// The deadline's page, as the office sees it.
async fn page(office: &TestOffice, deadline: &Deadline) -> String {
    let desk = Desk::new(
        watch::Sender::new((*office.office).clone()).subscribe(),
        Pulse::new(&office.office.clock),
        ([127, 0, 0, 1], 1).into(),
    );
    let asked = Request::builder().uri(format!("/deadlines/{}", deadline.id)).header(header::HOST, "localhost");
    let answer = routes(desk).oneshot(asked.body(Body::empty()).unwrap()).await.unwrap();
    String::from_utf8(to_bytes(answer.into_body(), 1_000_000).await.unwrap().to_vec()).unwrap()
}

async fn noted(office: &TestOffice, subject: DeadlineSubject, at: Instant, what: Happened) -> Noted {
    let mut tx = office.office.db.begin().await.unwrap();
    let now = office.office.clock.now();
    let noted = note(&office.office, &mut tx, &subject.key(), at, what, now).await.unwrap();
    tx.commit().await.unwrap();
    noted
}

/// Books the first inspection; its day has come.
async fn booked(office: &TestOffice) -> (VisitId, NaiveDate) {
    office.sleep_until("2026-01-20T06:00").await;
    let visit = office.first_visit("inspection", "2026-01-21").await;
    let day = visit.visit.state.appointment().day;
    office.sleep_until(&format!("{day}T14:00")).await;
    (visit.visit.id, day)
}

/// Opens four hours round the clock for a visit's report, from now on.
async fn open_four_hours(office: &TestOffice, visit: VisitId, called_at: Instant) -> DeadlineSubject {
    let subject = DeadlineSubject::Report { visit };
    let stored = office.visit(visit).await.visit;
    let site = store::people::site::find(&office.office.db, &stored.site).await.unwrap().unwrap();
    let step = |at: StepAt| ClockStep { at, tell: vec![Tell::Manager] };
    let terms = DeadlineTerms {
        allowed: Some(Allowed::Elapsed(Minutes(240))),
        pausable: BTreeSet::from(["no-access".to_owned()]),
        steps: vec![step(StepAt::Before(Minutes(60))), step(StepAt::AtDue), step(StepAt::After(Minutes(30)))],
        counted_on: CountedOn::Site,
        half_days: HalfDays::Count,
        stand_in: false,
    };
    let since_on = site.time_zone.day(called_at);
    let now = office.office.clock.now();
    let new = NewDeadline {
        subject,
        site: stored.site.clone(),
        customer: site.customer.clone(),
        contract: stored.contract.clone(),
        term: stored.term.clone(),
        since_on,
        called_at: Some(called_at),
        judged: Counter::of(&office.office, &site, &terms).opened(since_on, Some(called_at), &terms, now),
        terms,
        opened_at: now,
    };
    let mut tx = office.office.db.begin().await.unwrap();
    store::promises::open(&mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    subject
}

story!(a_deadline_of_minutes_stands_still_while_it_is_paused_and_is_flagged_at_its_instants at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    let at = |time: &str| madrid(&format!("{day}T{time}"));
    office.sleep_until(&format!("{day}T15:00")).await;
    let subject = open_four_hours(&office, visit, at("15:00")).await;
    let opened = by_key(&office, subject).await;
    assert_eq!(opened.due, Due::Timed { at: at("19:00"), on: day });
    assert_eq!(opened.next_look_at, Some(at("18:00")), "an hour before");

    office.sleep_until(&format!("{day}T16:00")).await;
    let paused = |reason: &str| Happened::Paused { reason: reason.to_owned() };
    assert_eq!(noted(&office, subject, at("16:00"), paused("holiday")).await, Noted::Refused(Refusal::Reason));
    assert_eq!(noted(&office, subject, at("16:00"), paused("no-access")).await, Noted::Taken);
    let held = by_key(&office, subject).await;
    assert_eq!((&held.due, held.late_from, held.next_look_at), (&Due::Held, None, None));
    assert_eq!(held.standing(at("16:00")), Standing::Held);
    office.sleep_until(&format!("{day}T17:30")).await;
    assert_eq!(noted(&office, subject, at("17:30"), Happened::Resumed { reason: None }).await, Noted::Taken);
    assert_eq!(by_key(&office, subject).await.due, Due::Timed { at: at("20:30"), on: day }, "an hour had gone by");

    let told = office.flags_told(MANAGER).len();
    office.sleep_until(&format!("{day}T20:40")).await;
    let due = at("20:30") + chrono::TimeDelta::milliseconds(1);
    let before = ("minutes-before-60".to_owned(), at("19:30"));
    assert_eq!(standing(&office, &opened).await, [before.clone(), ("at-due".to_owned(), due)]);
    for flag in flags(&office, &opened).await {
        assert_eq!(flag.raised_at, flag.raised.dated, "the sweep was there at the instant");
    }
    assert_eq!(office.flags_told(MANAGER).len(), told + 2);

    // Afterwards it turns out that nobody was let in from 19:40 to 20:10: lateness moves on by as much.
    assert_eq!(noted(&office, subject, at("19:40"), paused("no-access")).await, Noted::Taken);
    assert_eq!(withdrawn(&office, &opened).await, [("at-due".to_owned(), TakenBackWhy::Held)]);
    assert_eq!(noted(&office, subject, at("20:10"), Happened::Resumed { reason: None }).await, Noted::Taken);
    assert_eq!(by_key(&office, subject).await.due, Due::Timed { at: at("21:00"), on: day });
    office.sleep_until(&format!("{day}T21:01")).await;
    office.sleep_until(&format!("{day}T21:40")).await;
    let again = at("21:00") + chrono::TimeDelta::milliseconds(1);
    let after = ("minutes-after-30".to_owned(), at("21:30"));
    assert_eq!(standing(&office, &opened).await, [before.clone(), ("at-due".to_owned(), again), after]);
    assert_eq!(office.flags_told(MANAGER).len(), told + 4, "they hear of the new lateness");

    // It was done at 21:10, and noted now.
    assert_eq!(noted(&office, subject, at("21:10"), Happened::Met).await, Noted::Taken);
    let met = by_key(&office, subject).await;
    assert_eq!((met.met_at, met.next_look_at), (Some(at("21:10")), None));
    let ended = ("minutes-after-30".to_owned(), TakenBackWhy::Ended { at: at("21:10") });
    assert_eq!(withdrawn(&office, &opened).await, [("at-due".to_owned(), TakenBackWhy::Held), ended]);
    assert_eq!(noted(&office, subject, at("21:20"), Happened::Met).await, Noted::Refused(Refusal::Ended));
    office.leaves_waiting(&["record-missing"]);
});

story!(p04_a_bounce_strikes_the_filing_and_the_first_due_stands at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    let filed = office.deadline(Owed::Report, visit).await;
    assert!(filed.met_at.is_some());
    assert_eq!(events(&office, &filed).await, [Happened::Met]);
    let due_on = filed.due.on().unwrap();
    office.sleep_until(&format!("{}T10:00", due_on + Days::new(3))).await;
    assert_eq!(flags(&office, &filed).await, []);

    let mut tx = office.office.at_work().begin().await.unwrap();
    let now = office.office.clock.now();
    let sql = "select id from letter where visit_id = $1 and bears = 'paper'";
    let (letter,): (i64,) = tx.sql(sql).bind(visit).one().await.unwrap();
    assert!(store::letters::returned(&mut tx, LetterId(letter), now, "5.2.2 mailbox full").await.unwrap());
    letter_refused(&office.office, &mut tx, visit, NoticeKind::ReportDelivered, now).await.unwrap();
    tx.commit().await.unwrap();
    let struck = office.deadline(Owed::Report, visit).await;
    assert_eq!((struck.id, &struck.due, struck.met_at), (filed.id, &filed.due, None), "it is the first due");
    assert_eq!(events(&office, &filed).await, [Happened::Met, Happened::Struck { event: 1 }]);
    assert!(matches!(struck.standing(now), Standing::Late { .. }), "{:?}", struck.standing(now));
    office.tick().await;
    let levels: Vec<String> = standing(&office, &filed).await.into_iter().map(|(level, _)| level).collect();
    assert!(levels.contains(&"late-1".to_owned()), "{levels:?}");

    handed_over(&office.office, visit, "Lucía Romero", office.office.today()).await.unwrap();
    let met = office.deadline(Owed::Report, visit).await;
    assert_eq!(events(&office, &filed).await, [Happened::Met, Happened::Struck { event: 1 }, Happened::Met]);
    assert!(matches!(met.standing(now), Standing::MetLate { .. }), "{:?}", met.standing(now));
    assert_eq!(withdrawn(&office, &filed).await, [], "it was late, and stays so");
});

story!(p01_a_visit_that_took_place_in_time_and_was_noted_late_takes_its_late_flag_back at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    let slot = office.visit(visit).await.slot.expect("it fills a slot");
    let subject = DeadlineSubject::Visit { slot };
    let due_on = by_key(&office, subject).await.due.on().unwrap();
    office.sleep_until(&format!("{}T09:00", due_on + Days::new(1))).await;
    let late = by_key(&office, subject).await;
    assert!(standing(&office, &late).await.iter().any(|(level, _)| level == "late-1"));
    let completed_at = madrid(&format!("{day}T12:00"));
    office.done(visit, &format!("{day}T12:00")).await;
    let met = by_key(&office, subject).await;
    assert_eq!(met.met_at, Some(completed_at));
    assert_eq!(met.standing(office.office.clock.now()), Standing::Met);
    assert!(standing(&office, &late).await.iter().all(|(_, reached_at)| *reached_at <= completed_at));
    let withdrawn = withdrawn(&office, &late).await;
    assert!(withdrawn.contains(&("late-1".to_owned(), TakenBackWhy::Ended { at: completed_at })), "{withdrawn:?}");
    let page = page(&office, &late).await;
    assert!(page.contains("late, working day 1") && page.contains("taken back: it had been met"), "{page}");
    office.tick().await;
});

story!(a_window_can_be_met_before_it_opens at "2026-01-05T08:00:00+01:00", |office| {
    office.sleep_until("2026-01-20T06:00").await;
    let visit = office.first_visit("inspection", "2026-02-01").await;
    let change = AppointmentChange { day: Some("2026-01-28".parse().unwrap()), ..AppointmentChange::default() };
    book(&office.office, visit.visit.id, &change, Rules::Overrule).await.unwrap();
    office.sleep_until("2026-02-03T15:00").await;
    let subject = DeadlineSubject::Visit { slot: visit.slot.expect("it fills a slot") };
    let open = by_key(&office, subject).await;
    assert!(open.since_on > "2026-01-28".parse().unwrap() && open.met_at.is_none(), "its window has opened since");
    office.done(visit.visit.id, "2026-01-28T12:00").await;
    assert_eq!(by_key(&office, subject).await.met_at, Some(madrid("2026-01-28T12:00")));
    office.tick().await;
});

story!(a_record_that_is_not_owed_any_more_stays_on_file_and_can_be_owed_again at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    office.sleep_until(&format!("{}T09:00", day + Days::new(8))).await;
    let first = office.deadline(Owed::Record, visit).await;
    assert!(!flags(&office, &first).await.is_empty());
    let again = day + Days::new(9);
    let change = AppointmentChange { day: Some(again), ..AppointmentChange::default() };
    move_visit(&office.office, visit, &change, Rules::Overrule).await.unwrap();
    let gone = store::promises::get(&office.office.db, first.id).await.unwrap().expect("it stays on file");
    assert_eq!(gone.standing(office.office.clock.now()), Standing::Withdrawn);
    assert_eq!(events(&office, &first).await, [Happened::Withdrawn]);
    assert!(!standing(&office, &first).await.is_empty(), "it had been late");
    assert!(store::promises::of_visit(&office.office.db, Owed::Record, visit).await.is_err(), "no list has it");
    let all = DeadlineFilter { with_withdrawn: true, ..DeadlineFilter::default() };
    assert!(store::promises::list(&office.office.db, &all).await.unwrap().iter().any(|listed| listed.id == first.id));

    // The same record, owed once more, is another deadline.
    let judged = LastJudged {
        due: gone.due.clone(),
        late_from: gone.late_from,
        provisional: false,
        calendar: gone.calendar.clone(),
        calendar_version: gone.calendar_version.clone(),
        met_at: None,
        withdrawn_at: None,
        next_look_at: None,
    };
    let anew = NewDeadline {
        subject: gone.subject,
        site: gone.site.clone(),
        customer: gone.customer.clone(),
        contract: gone.contract.clone(),
        term: gone.term.clone(),
        since_on: gone.since_on,
        called_at: None,
        terms: gone.terms.clone(),
        judged,
        opened_at: office.office.clock.now(),
    };
    let mut tx = office.office.db.begin().await.unwrap();
    for _ in 0..2 {
        store::promises::open(&mut tx, &anew).await.unwrap();
    }
    tx.commit().await.unwrap();
    let second = office.deadline(Owed::Record, visit).await;
    assert_eq!((&second.key, second.since_on, second.withdrawn_at), (&first.key, day, None));
    assert_ne!(second.id, first.id);
    office.tick().await;
});

story!(a_record_due_in_one_day_brings_no_step_from_before_its_visit at "2026-01-05T08:00:00+01:00", |office| {
    office.import(&[(
        "contracts.csv",
        "contract,customer,sites,plan,accepted_on,ends_on,inspection.steps\n\
         C-1,CUM,*,standard,2026-01-01,,5 working days before: engineer; on the day: engineer; late: engineer\n",
    )]).await;
    let (visit, day) = booked(&office).await;
    let told = office.told(ENGINEER, "record-missing").len();
    let due_on = office.office.calendars.named("ES-MD").unwrap().nth_after(day, ronda::domain::calendar::WorkingDays(1)).unwrap();
    office.sleep_until(&format!("{due_on}T06:59")).await;
    let record = office.deadline(Owed::Record, visit).await;
    assert_eq!(record.due.on(), Some(due_on));
    assert_eq!(record.terms.steps.len(), 3, "the terms are the contract's");
    assert_eq!(flags(&office, &record).await, []);
    assert_eq!(office.told(ENGINEER, "record-missing").len(), told);
    office.sleep_until(&format!("{due_on}T12:00")).await;
    let levels: Vec<String> = standing(&office, &record).await.into_iter().map(|(level, _)| level).collect();
    assert_eq!(levels, ["on-the-day"]);
    assert_eq!(office.told(ENGINEER, "record-missing").len(), told + 1, "one letter in the morning");
});

story!(a_contract_names_steps_for_each_kind_of_thing_owed at "2026-01-05T08:00:00+01:00", |office| {
    office.import(&[(
        "contracts.csv",
        "contract,customer,sites,plan,accepted_on,ends_on,inspection.record_steps,inspection.visit_steps\n\
         C-1,CUM,*,standard,2026-01-01,,late: engineer,10 working days before: engineer\n",
    )]).await;
    let (visit, day) = booked(&office).await;
    office.sleep_until(&format!("{}T09:00", day + Days::new(1))).await;
    let words = |deadline: &Deadline| deadline.terms.steps.iter().map(|step| step.at.word()).collect::<Vec<_>>();
    assert_eq!(words(&office.deadline(Owed::Record, visit).await), ["late-1"]);
    office.done(visit, &format!("{day}T12:00")).await;
    assert_eq!(words(&office.deadline(Owed::Report, visit).await), ["before-1", "on-the-day", "late-1"]);
    let kept = store::people::contract::all(&office.office.db).await.unwrap();
    assert!(kept[0].overrides.contains_key("inspection.record_steps"), "{:?}", kept[0].overrides);
    let slot = office.first_visit("inspection", "2026-02-01").await.slot.unwrap();
    office.sleep_until("2026-02-02T09:00").await;
    assert_eq!(words(&by_key(&office, DeadlineSubject::Visit { slot }).await), ["before-10"]);
});

story!(after_a_silence_that_ends_before_seven_an_engineer_gets_one_letter at "2026-01-05T08:00:00+01:00", |office| {
    office.import(&[(
        "contracts.csv",
        "contract,customer,sites,plan,accepted_on,ends_on,inspection.record\n\
         C-1,CUM,*,standard,2026-01-01,,2 working days\n",
    )]).await;
    let (visit, day) = booked(&office).await;
    let due_on = office.office.calendars.named("ES-MD").unwrap().nth_after(day, ronda::domain::calendar::WorkingDays(2)).unwrap();
    let told = office.told(ENGINEER, "record-missing").len();
    office.down_until(&format!("{due_on}T06:30"));
    office.tick().await;
    let record = office.deadline(Owed::Record, visit).await;
    assert_eq!(standing(&office, &record).await.len(), 1, "the day before is on file");
    office.sleep_until(&format!("{due_on}T09:00")).await;
    assert_eq!(standing(&office, &record).await.len(), 2);
    assert_eq!(office.told(ENGINEER, "record-missing").len(), told + 1, "not two within the hour");
});

story!(p31_a_waiver_takes_back_what_was_flagged_with_its_reason at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    office.post.with(|post| { post.unknown.insert("reports@cum.example".to_owned()); });
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    let due_on = office.deadline(Owed::Report, visit).await.due.on().unwrap();
    office.sleep_until(&format!("{}T09:00", due_on + Days::new(1))).await;
    let late = office.deadline(Owed::Report, visit).await;
    let before = standing(&office, &late).await.len();
    assert!(before > 0);
    let waiver = ronda::domain::promises::Waiver {
        at: office.office.clock.now(), by: "Helena Ortiz".to_owned(), why: "agreed".to_owned(),
    };
    let mut tx = office.office.db.begin().await.unwrap();
    assert!(ronda::office::promises::history::waive(&office.office, &mut tx, late.id, &waiver, waiver.at).await.unwrap());
    assert!(!ronda::office::promises::history::waive(&office.office, &mut tx, late.id, &waiver, waiver.at).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(standing(&office, &late).await, []);
    let back = withdrawn(&office, &late).await;
    assert!(back.len() == before && back.iter().all(|(_, why)| *why == TakenBackWhy::Waived), "{back:?}");
    assert_eq!(office.deadline(Owed::Report, visit).await.next_look_at, None);
});
