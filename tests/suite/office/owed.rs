//! Letters between the moment at which they are owed and the one at which they are written.

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use chrono::TimeDelta;
use clap::Parser as _;
use mail_parser::MessageParser;
use ronda::cli::letters::{self, LettersArgs};
use ronda::domain::ids::VisitId;
use ronda::domain::letters::letter::{Letter, LetterState};
use ronda::domain::letters::notice::Notice;
use ronda::office::digest::send_digests::digest;
use ronda::office::heartbeat::pulse::Pulse;
use ronda::office::letters::preview_letter::{LetterPreview, preview_letter};
use ronda::office::letters::whole_message;
use ronda::office::letters::write_letters::write_letters;
use ronda::office::visits::book_visits::{AppointmentChange, Rules, book, cancel, move_visit};
use ronda::store;
use ronda::store::letters::LetterFilter;
use ronda::web::{Desk, routes};
use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::office::harness::TestOffice;
use crate::story;

const OPS: &str = "ops@cum.example";

async fn letters_about(office: &TestOffice, visit: VisitId) -> Vec<Letter> {
    let filter = LetterFilter { visit: Some(visit), most: 100, ..LetterFilter::default() };
    store::letters::list(&office.office.db, &filter).await.unwrap()
}

/// A planned visit that is booked; its letters are owed and not written.
async fn booked(office: &TestOffice) -> VisitId {
    office.tick().await;
    let id = office.first_visit("inspection", "2026-02-01").await.visit.id;
    book(&office.office, id, &AppointmentChange::default(), Rules::Keep).await.unwrap();
    id
}

fn text(bytes: &[u8]) -> String {
    MessageParser::default().parse(bytes).unwrap().body_text(0).unwrap().into_owned()
}

story!(a_letter_is_owed_with_its_cause_and_written_once_when_it_may_leave at "2026-01-05T08:00:00+01:00", |office| {
    let id = booked(&office).await;
    let owed = letters_about(&office, id).await;
    assert!(owed.len() >= 2 && owed.iter().all(|letter| !letter.written && letter.subject.is_empty()), "{owed:#?}");
    for letter in &owed {
        let kept = store::letters::get(&office.office.db, letter.letter).await.unwrap().unwrap();
        assert!(kept.message.rest.is_empty(), "nothing is drawn in the transaction of the booking");
    }
    assert_eq!(write_letters(&office.office).await.unwrap().written as usize, owed.len());
    let mut written = Vec::new();
    for letter in &owed {
        let kept = store::letters::get(&office.office.db, letter.letter).await.unwrap().unwrap();
        let whole = whole_message(&office.office.documents, &kept.message).await;
        written.push((kept.letter, whole.unwrap()));
    }
    // A death here costs nothing: what is written is sent as it is.
    office.down_until("2026-01-05T08:30");
    assert_eq!(write_letters(&office.office).await.unwrap().written, 0);
    office.tick().await;
    let accepted = office.post.with(|post| post.accepted.clone());
    for (letter, bytes) in written {
        assert!(letter.written && letter.message_id.contains('@'));
        let left: Vec<_> = accepted.iter().filter(|left| left.message_id == letter.message_id).collect();
        assert_eq!(left.len(), 1, "{}", letter.key);
        assert_eq!(left[0].bytes, bytes, "{}", letter.key);
    }
});

story!(a_visit_that_is_moved_before_its_letters_left_is_announced_once_as_it_is at "2026-01-05T08:00:00+01:00", |office| {
    let id = booked(&office).await;
    let was = office.visit(id).await.visit.state.appointment().clone();
    let calendar = office.office.calendars.named("ES-MD").unwrap();
    let day = calendar.nth_after(was.day, ronda::domain::calendar::WorkingDays(1)).unwrap();
    let other = if was.engineer == "E-1" { "E-2" } else { "E-1" };
    let change = AppointmentChange { engineer: Some(other.into()), day: Some(day), starts: None };
    move_visit(&office.office, id, &change, Rules::Overrule).await.unwrap();
    let told = store::letters::told::of_appointment(&office.office.db, id).await.unwrap();
    assert_eq!(told.len(), 2, "the customer and the engineer who makes it: {told:#?}");
    office.tick().await;
    let announced: Vec<_> =
        office.told(OPS, "visit-announced").into_iter().filter(|letter| text(&letter.bytes).contains(&id.to_string())).collect();
    assert_eq!(announced.len(), 1);
    assert!(text(&announced[0].bytes).contains(&day.format("%Y").to_string()));
    assert!(office.told(OPS, "visit-moved").is_empty(), "nobody heard of the first day");
    for engineer in ["lucia@ronda.example", "jordi@ronda.example"] {
        assert!(office.told(engineer, "visit-moved").is_empty());
    }
    let withdrawn: Vec<_> =
        letters_about(&office, id).await.into_iter().filter(|letter| letter.state == LetterState::Cancelled).collect();
    assert_eq!(withdrawn.len(), 2);
    assert!(withdrawn.iter().all(|letter| letter.outcome.as_ref().is_some_and(|why| why.contains("booked anew"))));
});

story!(of_moves_that_follow_one_another_each_reader_hears_once_from_what_they_knew at "2026-01-05T08:00:00+01:00", |office| {
    let id = booked(&office).await;
    office.tick().await;
    let was = office.visit(id).await.visit.state.appointment().clone();
    let calendar = office.office.calendars.named("ES-MD").unwrap();
    for days in [1, 2] {
        let day = calendar.nth_after(was.day, ronda::domain::calendar::WorkingDays(days)).unwrap();
        let change = AppointmentChange { day: Some(day), ..AppointmentChange::default() };
        move_visit(&office.office, id, &change, Rules::Overrule).await.unwrap();
    }
    let waiting = letters_about(&office, id).await.into_iter().find(|letter| {
        letter.state == LetterState::Waiting && letter.to == OPS
    });
    let waiting = store::letters::owed::get(&office.office.db, waiting.unwrap().letter).await.unwrap().unwrap();
    let Notice::VisitMoved { was: known, .. } = waiting.owed.facts.notice else { panic!("{waiting:?}") };
    assert_eq!(known, (was.day, was.starts), "nobody has heard of the day between");
    office.tick().await;
    assert_eq!(office.told(OPS, "visit-moved").len(), 1);

    let day = calendar.nth_after(was.day, ronda::domain::calendar::WorkingDays(3)).unwrap();
    let known = office.visit(id).await.visit.state.appointment().day;
    let change = AppointmentChange { day: Some(day), ..AppointmentChange::default() };
    move_visit(&office.office, id, &change, Rules::Overrule).await.unwrap();
    cancel(&office.office, id, "La planta está parada").await.unwrap();
    let letters = letters_about(&office, id).await;
    let waiting = letters.iter().find(|letter| letter.state == LetterState::Waiting && letter.to == OPS).unwrap();
    let waiting = store::letters::owed::get(&office.office.db, waiting.letter).await.unwrap().unwrap();
    let Notice::VisitCancelled { visit, .. } = waiting.owed.facts.notice else { panic!("{waiting:?}") };
    assert_eq!(visit.day, known, "the day that they know is cancelled");
    office.tick().await;
    assert_eq!((office.told(OPS, "visit-moved").len(), office.told(OPS, "visit-cancelled").len()), (1, 1));
});

story!(of_a_visit_that_is_cancelled_before_its_letters_left_nobody_hears at "2026-01-05T08:00:00+01:00", |office| {
    let id = booked(&office).await;
    office.make_extra(id).await;
    cancel(&office.office, id, "La planta está parada").await.unwrap();
    office.tick().await;
    let letters = letters_about(&office, id).await;
    assert!(!letters.is_empty() && letters.iter().all(|letter| letter.state == LetterState::Cancelled), "{letters:#?}");
    book(&office.office, id, &AppointmentChange::default(), Rules::Keep).await.unwrap();
    office.tick().await;
    let left = letters_about(&office, id).await.into_iter().filter(|letter| letter.state == LetterState::Sent).count();
    assert_eq!(left, 2, "engineer and customer are told of the new booking");
});

story!(a_letter_that_waits_is_told_as_things_stand_when_it_is_written at "2026-01-05T08:00:00+01:00", |office| {
    let id = booked(&office).await;
    let letter = letters_about(&office, id).await.into_iter().find(|letter| letter.to == OPS).expect("it is owed");
    let (_, preview) = preview_letter(&office.office, letter.letter).await.unwrap();
    let LetterPreview::IfWrittenNow(before) = preview else { panic!("{preview:?}") };
    office.import(&[
        ("sites.csv", "site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n\
                       MAD,CUM,Centro Tres Cantos,\"Calle Mayor 1, Alcobendas\",ES,MD,Europe/Madrid,40.5,-3.6,\n"),
    ]).await;
    office.tick().await;
    let told = office.told(OPS, "visit-announced").into_iter().find(|told| told.message_id == letter.message_id);
    let told = told.expect("it has left");
    assert!(before.subject.contains("Centro Alcobendas"), "{}", before.subject);
    assert!(told.subject.contains("Centro Tres Cantos"), "{}", told.subject);
    let message = String::from_utf8(told.bytes).unwrap();
    assert!(message.contains("method=REQUEST"), "the invitation goes with it");
});

story!(a_letter_that_cannot_be_written_stays_owed_and_keeps_no_other_back at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let visit = office.first_visit("inspection", "2026-01-05").await.visit.id;
    let day = office.visit(visit).await.visit.state.appointment().day;
    office.sleep_until(&format!("{day}T12:30")).await;
    office.done(visit, &format!("{day}T12:00")).await;
    ronda::office::reports::issue_report::issue_reports(&office.office).await.unwrap();
    let report = store::reports::latest(&office.office.db, visit).await.unwrap().expect("it is drawn");
    let path = office.office.documents.path(&report.sha256);
    let aside = path.with_extension("aside");
    std::fs::rename(&path, &aside).unwrap();
    let other = office.first_visit("inspection", "2026-03-01").await.visit.id;
    book(&office.office, other, &AppointmentChange::default(), Rules::Keep).await.unwrap();
    office.tick().await;
    assert!(office.told("reports@cum.example", "report-delivered").is_empty());
    assert!(letters_about(&office, other).await.iter().all(|letter| letter.state == LetterState::Sent));
    let troubled = store::letters::owed::troubled(&office.office.db).await.unwrap();
    assert_eq!(troubled.len(), 1, "{troubled:?}");
    assert!(troubled[0].notice == "report-delivered" && troubled[0].why.contains("cannot read document"), "{troubled:?}");
    let (_, preview) = preview_letter(&office.office, troubled[0].letter).await.unwrap();
    assert!(matches!(preview, LetterPreview::Unwritable(_)), "{preview:?}");
    assert_eq!(store::health::outbox(&office.office.db).await.unwrap().not_written, 1);
    let letter = troubled[0].letter.to_string();
    let manager = store::people::manager::find(&office.office.db, &"M-1".into()).await.unwrap().unwrap();
    let now = office.office.clock.now();
    let told = digest(&office.office, &manager, now).await.unwrap().unwritten;
    assert!(told.len() == 1 && told[0].letter == troubled[0].letter && told[0].why.contains("cannot read document"), "{told:?}");
    let page = desk_page(&office).await;
    assert!(page.contains("Letters that cannot be written yet") && page.contains(&format!("{letter} · reports@cum.example")), "{page}");
    let listed = listed(&office).await;
    let line = listed.lines().find(|line| line.contains(&format!("{letter} "))).expect("it is listed");
    assert!(line.contains("cannot be written"), "{listed}");

    std::fs::rename(&aside, &path).unwrap();
    let later = office.office.clock.now() + TimeDelta::minutes(11);
    office.office.clock.advance_to(later);
    office.tick().await;
    let letters = office.told("reports@cum.example", "report-delivered");
    assert_eq!(letters.len(), 1);
    let message = MessageParser::default().parse(&letters[0].bytes).unwrap();
    assert_eq!(message.attachment(0).unwrap().contents(), std::fs::read(&path).unwrap());
    assert!(store::letters::owed::troubled(&office.office.db).await.unwrap().is_empty());
    assert!(digest(&office.office, &manager, office.office.clock.now()).await.unwrap().unwritten.is_empty());
    assert!(!desk_page(&office).await.contains("Letters that cannot be written yet"));
});

/// The first page of the desk, in English.
async fn desk_page(office: &TestOffice) -> String {
    let desk = Desk::new(
        watch::Sender::new((*office.office).clone()).subscribe(),
        Pulse::new(&office.office.clock),
        ([127, 0, 0, 1], 1).into(),
    );
    let asked = Request::builder().uri("/").header(header::HOST, "localhost").header(header::ACCEPT_LANGUAGE, "en");
    let answer = routes(desk).oneshot(asked.body(Body::empty()).unwrap()).await.unwrap();
    String::from_utf8(to_bytes(answer.into_body(), 1_000_000).await.unwrap().to_vec()).unwrap()
}

/// What `ronda letters list` prints of the letters that wait.
async fn listed(office: &TestOffice) -> String {
    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        args: LettersArgs,
    }
    let mut out = Vec::new();
    let line = Line::try_parse_from(["letters", "list", "--state", "waiting"]).unwrap();
    letters::run(&office.office, &line.args, &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}
