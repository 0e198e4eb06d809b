//! Visits are announced, reminded of, moved and cancelled, and everyone who was told is told.

use chrono::Days;
use ronda::domain::visits::VisitState;
use ronda::office::Error;
use ronda::office::visits::book_visits::{AppointmentChange, Rules, book, cancel, move_visit};
use ronda::store;

use crate::story;

story!(p01_a_visit_is_announced_fourteen_days_ahead_and_reminded_of_the_working_day_before at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let visit = office.first_visit("inspection", "2026-02-01").await;
    let day = visit.visit.state.appointment().day;
    office.sleep_until(&format!("{}T06:00", day - Days::new(15))).await;
    assert!(matches!(office.visit(visit.visit.id).await.visit.state, VisitState::Planned { .. }));
    office.sleep_until(&format!("{}T06:00", day - Days::new(13))).await;
    let announced = office.told("ops@cum.example", "visit-announced").len();
    assert!(announced >= 1);
    let engineers = office.told("lucia@ronda.example", "visit-announced").len() + office.told("jordi@ronda.example", "visit-announced").len();
    assert!(engineers >= 1);
    let before = office.office.calendars.named("ES-MD").unwrap();
    let eve = before.nth_before(day, ronda::domain::calendar::WorkingDays(1)).unwrap();
    let reminded = office.told("ops@cum.example", "visit-reminder").len();
    office.sleep_until(&format!("{eve}T08:00")).await;
    assert_eq!(office.told("ops@cum.example", "visit-reminder").len(), reminded);
    office.sleep_until(&format!("{eve}T10:00")).await;
    assert_eq!(office.told("ops@cum.example", "visit-reminder").len(), reminded + 1);
});

story!(a_moved_visit_is_told_to_all_who_were_told_before at "2026-01-05T08:00:00+01:00", |office| {
    office.sleep_until("2026-01-20T12:00").await;
    let visit = office.first_visit("inspection", "2026-01-21").await;
    let id = visit.visit.id;
    let was = visit.visit.state.appointment().clone();
    if matches!(visit.visit.state, VisitState::Planned { .. }) {
        book(&office.office, id, &AppointmentChange::default(), Rules::Keep).await.unwrap();
    }
    office.tick().await;
    let other = if was.engineer == "E-1" { "E-2" } else { "E-1" };
    let calendar = office.office.calendars.named("ES-MD").unwrap();
    let day = calendar.nth_after(was.day, ronda::domain::calendar::WorkingDays(1)).unwrap();
    let change = AppointmentChange { engineer: Some(other.into()), day: Some(day), starts: None };
    let moved = move_visit(&office.office, id, &change, Rules::Overrule).await.unwrap();
    office.tick().await;
    assert_eq!(moved.state.appointment().engineer, other);
    let (old, new) = if other == "E-2" {
        ("lucia@ronda.example", "jordi@ronda.example")
    } else {
        ("jordi@ronda.example", "lucia@ronda.example")
    };
    assert_eq!(office.told(old, "visit-passed-on").len(), 1, "the engineer who loses the visit");
    assert_eq!(office.told("ops@cum.example", "visit-moved").len(), 1);
    assert_eq!(office.told(new, "visit-moved").len(), 0, "the new engineer hears of it for the first time");
    assert!(!office.told(new, "visit-announced").is_empty());
    // The same move again changes nothing.
    move_visit(&office.office, id, &change, Rules::Overrule).await.unwrap();
    office.tick().await;
    assert_eq!(office.told("ops@cum.example", "visit-moved").len(), 1);
});

story!(a_cancelled_visit_is_told_with_its_reason_and_can_be_booked_again at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let planned = office.first_visit("inspection", "2026-02-01").await;
    let id = planned.visit.id;
    cancel(&office.office, id, "Nobody was told yet").await.unwrap();
    office.tick().await;
    assert_eq!(office.told("ops@cum.example", "visit-cancelled").len(), 0, "nobody was told of a planned visit");
    book(&office.office, id, &AppointmentChange::default(), Rules::Keep).await.unwrap();
    office.tick().await;
    cancel(&office.office, id, "La planta está parada").await.unwrap();
    office.tick().await;
    let letters = office.told("ops@cum.example", "visit-cancelled");
    assert_eq!(letters.len(), 1);
    book(&office.office, id, &AppointmentChange::default(), Rules::Keep).await.unwrap();
    office.tick().await;
    assert!(matches!(office.visit(id).await.visit.state, VisitState::Booked { sequence: 4, .. }));
});

story!(a_booking_against_the_rules_is_refused_with_the_remedy at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let visit = office.first_visit("inspection", "2026-02-01").await;
    let id = visit.visit.id;
    let refused = |change: AppointmentChange| {
        let office = &office.office;
        async move {
            match move_visit(office, id, &change, Rules::Keep).await {
                Err(Error::Refused(why)) => why,
                other => panic!("not refused: {other:?}"),
            }
        }
    };
    let on = |day: &str| AppointmentChange { day: Some(day.parse().unwrap()), ..AppointmentChange::default() };
    assert!(refused(on("2025-12-01")).await.contains("has passed"));
    assert!(refused(on("2026-02-08")).await.contains("day off"));
    assert!(refused(on("2026-08-03")).await.contains("outside the slot's window"));
    let nobody = AppointmentChange { engineer: Some("E-9".into()), ..AppointmentChange::default() };
    assert!(matches!(move_visit(&office.office, id, &nobody, Rules::Keep).await, Err(Error::NotFound(_))));
    assert!(matches!(cancel(&office.office, id, "  ").await, Err(Error::Refused(_))));
});

/// What a letter tells its reader's calendar, unfolded.
fn calendar_of(letter: &[u8]) -> Option<String> {
    use mail_parser::MimeHeaders;
    let letter = mail_parser::MessageParser::default().parse(letter)?;
    let is_calendar = |part: &&mail_parser::MessagePart<'_>| {
        part.content_type().and_then(|kind| kind.subtype()).is_some_and(|kind| kind.eq_ignore_ascii_case("calendar"))
    };
    let part = letter.parts.iter().find(is_calendar)?;
    Some(String::from_utf8_lossy(part.contents()).replace("\r\n ", ""))
}

story!(an_engineer_hears_no_more_of_a_visit_that_was_taken_from_them_until_it_is_theirs_again at "2026-01-05T08:00:00+01:00", |office| {
    office.sleep_until("2026-01-20T06:00").await;
    let visit = office.first_visit("inspection", "2026-01-25").await;
    office.sleep_until(&format!("{}T12:00", visit.announce_on)).await;
    let (id, appointment) = (visit.visit.id, visit.visit.state.appointment().clone());
    let (had, has, other) = if appointment.engineer == "E-1" {
        ("lucia@ronda.example", "jordi@ronda.example", "E-2")
    } else {
        ("jordi@ronda.example", "lucia@ronda.example", "E-1")
    };
    let about = |email: &str| -> Vec<(String, String)> {
        let said = |letter: ronda::mail::Delivered| {
            let text = calendar_of(&letter.bytes).filter(|text| text.contains(&format!("UID:{id}-")))?;
            let value = |name: &str| text.lines().find_map(|line| line.trim_end().strip_prefix(name).map(str::to_owned));
            let calendar = format!("{} {}", value("METHOD:").unwrap_or_default(), value("SEQUENCE:").unwrap_or_default());
            Some((letter.notice, calendar))
        };
        office.letters_to(email).into_iter().filter_map(said).collect()
    };
    let said = |notice: &str, calendar: &str| (notice.to_owned(), calendar.to_owned());
    assert_eq!(about(had), [said("visit-announced", "REQUEST 0")]);
    let to = |engineer: &str| AppointmentChange { engineer: Some(engineer.into()), ..AppointmentChange::default() };
    move_visit(&office.office, id, &to(other), Rules::Overrule).await.unwrap();
    office.tick().await;
    let lost = office.told(had, "visit-passed-on").pop().expect("the one who had it is told");
    let letter = mail_parser::MessageParser::default().parse(&lost.bytes[..]).unwrap();
    let first = letter.body_text(0).unwrap().lines().filter(|line| !line.is_empty()).nth(1).unwrap().to_owned();
    let new_name = if other == "E-2" { "Jordi" } else { "Lucía" };
    assert!(letter.subject().unwrap().starts_with("Ya no es suya: "), "{:?}", letter.subject());
    assert!(first.contains("esta visita ya no es suya") && first.contains(new_name), "{first}");
    // Nothing is planned in the place of an extra one.
    office.make_extra(id).await;
    // Cancelled, booked, cancelled, booked and moved: those who have it hear of each, and the one who lost it of none.
    for _ in 0..2 {
        cancel(&office.office, id, "La planta está parada").await.unwrap();
        office.tick().await;
        book(&office.office, id, &AppointmentChange::default(), Rules::Overrule).await.unwrap();
        office.tick().await;
    }
    let later = AppointmentChange { starts: chrono::NaiveTime::from_hms_opt(15, 0, 0), ..AppointmentChange::default() };
    move_visit(&office.office, id, &later, Rules::Overrule).await.unwrap();
    office.tick().await;
    assert_eq!(about(had), [said("visit-announced", "REQUEST 0"), said("visit-passed-on", "CANCEL 1")]);
    let heard = |email: &str| -> Vec<String> { about(email).into_iter().map(|(_, calendar)| calendar).collect() };
    let each = ["REQUEST 1", "CANCEL 2", "REQUEST 3", "CANCEL 4", "REQUEST 5", "REQUEST 6"];
    assert_eq!(heard(has), each);
    assert_eq!(heard("ops@cum.example"), [&["REQUEST 0"], &each[..]].concat());
    // Theirs again, they hear of it, as of something new.
    let back = if other == "E-2" { "E-1" } else { "E-2" };
    move_visit(&office.office, id, &to(back), Rules::Overrule).await.unwrap();
    office.tick().await;
    assert_eq!(about(had).last(), Some(&said("visit-announced", "REQUEST 7")));
    assert_eq!(about(has).last(), Some(&said("visit-passed-on", "CANCEL 7")));
});

story!(p01_a_planned_visit_that_is_moved_stays_planned_and_is_announced_when_its_new_day_is_near at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let stored = office.first_visit("inspection", "2026-03-01").await;
    let (id, was) = (stored.visit.id, stored.visit.state.appointment().day);
    let window = store::planning::slot::window(&office.office.db, id).await.unwrap().unwrap();
    let calendar = office.office.calendars.named("ES-MD").unwrap();
    let days = window.first_on.iter_days().take_while(|day| *day <= window.last_on);
    let day = days.filter(|day| calendar.is_working(*day).unwrap()).find(|day| *day != was).unwrap();
    let to = AppointmentChange { day: Some(day), ..AppointmentChange::default() };
    let moved = move_visit(&office.office, id, &to, Rules::Keep).await.unwrap();
    assert!(matches!(moved.state, VisitState::Planned { .. }), "{moved:?}");
    assert_eq!(moved.state.appointment().day, day);
    let told = async || store::letters::told::of_appointment(&office.office.db, id).await.unwrap();
    assert_eq!(told().await, [], "nobody knew of it");
    let announce_on = office.visit(id).await.announce_on;
    assert_eq!(day - announce_on, was - stored.announce_on);
    // The planner lets it stand.
    office.sleep_until(&format!("{}T12:00", announce_on - Days::new(1))).await;
    assert_eq!(office.visit(id).await.visit, moved);
    office.sleep_until(&format!("{announce_on}T12:00")).await;
    let announced = office.visit(id).await.visit;
    assert!(matches!(announced.state, VisitState::Booked { .. }), "{announced:?}");
    assert_eq!(announced.state.appointment().day, day);
    assert!(!told().await.is_empty());
    // Against a rule it would not stand as a plan: it is booked, and told.
    let later = office.first_visit("inspection", "2026-06-01").await.visit;
    let sunday = later.state.appointment().day.iter_days().find(|day| !calendar.is_working(*day).unwrap()).unwrap();
    let to = AppointmentChange { day: Some(sunday), ..AppointmentChange::default() };
    assert!(move_visit(&office.office, later.id, &to, Rules::Keep).await.is_err());
    let moved = move_visit(&office.office, later.id, &to, Rules::Overrule).await.unwrap();
    assert!(matches!(moved.state, VisitState::Booked { .. }), "{moved:?}");
    office.leaves_waiting(&["visit-announced"]);
});

story!(a_reason_that_nobody_can_read_is_refused_and_one_that_is_kept_is_one_line at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let id = office.first_visit("inspection", "2026-02-01").await.visit.id;
    for (reason, said) in [
        ("\u{200b}", "say why"),
        (" \u{3164}\n", "say why"),
        ("closed\0", "character 7 of it is a control character"),
        ("\u{1b}[31mclosed", "character 1 of it is a control character"),
        (&"x".repeat(501), "501 characters, and 500 are kept"),
    ] {
        let Err(Error::Refused(why)) = cancel(&office.office, id, reason).await else { panic!("taken: {reason:?}") };
        assert!(why.contains(said), "{reason:?}: {why}");
    }
    let cancelled = cancel(&office.office, id, " closed\r\n on\u{200b} Monday ").await.unwrap();
    let VisitState::Cancelled { reason, .. } = cancelled.state else { panic!("{cancelled:?}") };
    assert_eq!(reason, "closed on Monday");
});
