//! Messages that come in: replies that mark a visit, letters that come back, and machines that answer machines.

use ronda::domain::ids::VisitId;
use ronda::domain::letters::letter::{Letter, LetterState};
use ronda::domain::letters::received::KindWord;
use ronda::domain::letters::reply::Participation;
use ronda::domain::letters::route::Domains;
use ronda::domain::promises::Owed;
use ronda::mail::Delivered;
use ronda::office::digest::send_digests;
use ronda::office::letters::receive_letter::{Received, receive_letter};
use ronda::office::letters::write_letters::write_letters;
use ronda::office::reports::file_report::handed_over;
use ronda::office::visits::book_visits::{AppointmentChange, Rules, cancel, move_visit};
use ronda::store;
use ronda::store::letters::LetterFilter;

use crate::office::harness::TestOffice;
use crate::office::invitations::{booked, calendar, value};
use crate::story;
use crate::support::incoming::{Reply, Status, vacation};

const OPS: &str = "ops@cum.example";
const REPORTS: &str = "reports@cum.example";
const MANAGER: &str = "helena@ronda.example";

/// What a message came to; it must be new.
async fn outcome(office: &TestOffice, message: &[u8]) -> String {
    match receive_letter(&office.office, message).await.unwrap() {
        Received::New { outcome, .. } => outcome,
        Received::Again { outcome, .. } => panic!("here already: {outcome}"),
    }
}

/// The identity under which a visit is in calendars.
fn uid(office: &TestOffice, visit: VisitId) -> String {
    let announced = office.told(OPS, "visit-announced");
    let lines =
        announced.iter().filter_map(calendar).find(|lines| value(lines, "UID").starts_with(&format!("{visit}-")));
    value(&lines.expect("it was announced"), "UID")
}

fn reply<'a>(uid: &'a str, attendee: &'a str, partstat: &'a str, message: &'a str) -> Reply<'a> {
    Reply { uid, attendee, sequence: 0, partstat, comment: "", at: "20260105T080000Z", message }
}

async fn letters(office: &TestOffice) -> Vec<Letter> {
    store::letters::list(&office.office.db, &LetterFilter { most: 10_000, ..LetterFilter::default() }).await.unwrap()
}

async fn answers(office: &TestOffice, visit: VisitId) -> Vec<(String, Participation, u32)> {
    let answers = store::letters::received::answers(&office.office.db, visit).await.unwrap();
    answers.into_iter().map(|answer| (answer.email, answer.answer, answer.sequence)).collect()
}

/// Visits that somebody asks to move, as the next digest names them.
async fn asked(office: &TestOffice) -> Vec<VisitId> {
    let open = store::letters::received::open_requests_to_move(&office.office.db).await.unwrap();
    let open: Vec<VisitId> = open.into_iter().map(|asked| asked.visit).collect();
    let manager = store::people::manager::find(&office.office.db, &"M-1".into()).await.unwrap().unwrap();
    let digest = send_digests::digest(&office.office, &manager, office.office.clock.now()).await.unwrap();
    assert_eq!(digest.asked_to_move.iter().map(|line| line.visit.visit).collect::<Vec<_>>(), open);
    open
}

story! {
    a_reply_confirms_the_visit_or_asks_to_move_it_and_the_manager_hears_of_it_once at "2026-01-05T08:00:00+01:00", |office| {
        let id = booked(&office).await;
        let uid = uid(&office, id);
        let said = outcome(&office, &reply(&uid, "OPS@Cum.Example", "ACCEPTED", "1").eml()).await;
        assert_eq!(said, format!("{id} is confirmed by Operaciones"));
        assert_eq!(answers(&office, id).await, [(OPS.to_owned(), Participation::Accepted, 0)]);
        assert!(asked(&office).await.is_empty());

        let mut decline = reply(&uid, OPS, "DECLINED", "2");
        decline.comment = "¿El jueves\\, mejor?";
        assert_eq!(outcome(&office, &decline.eml()).await, format!("Operaciones asks to move {id}"));
        assert_eq!(answers(&office, id).await, [(OPS.to_owned(), Participation::Declined, 0)]);
        assert_eq!(asked(&office).await, [id]);
        office.tick().await;
        let told = office.told(MANAGER, "visit-asked-to-move");
        assert_eq!(told.len(), 1);
        assert!(told[0].subject.starts_with("Asked to move: Inspection"), "{}", told[0].subject);
        let text = mail_parser::MessageParser::default().parse(&told[0].bytes).unwrap();
        assert!(text.body_text(0).unwrap().contains("¿El jueves, mejor?"));

        // The same message again, and after the visit was moved: nothing.
        let again = receive_letter(&office.office, &decline.eml()).await.unwrap();
        assert!(matches!(again, Received::Again { kind: KindWord::Reply, .. }));
        let change = AppointmentChange { starts: chrono::NaiveTime::from_hms_opt(15, 0, 0), ..AppointmentChange::default() };
        move_visit(&office.office, id, &change, Rules::Overrule).await.unwrap();
        assert!(asked(&office).await.is_empty(), "moving the visit settles it");
        let late = outcome(&office, &reply(&uid, OPS, "DECLINED", "3").eml()).await;
        assert!(late.contains("the reply is to invitation 0, the present one is 1"), "{late}");
        assert!(asked(&office).await.is_empty());
        office.leaves_waiting(&["visit-moved"]);
    }
}

story! {
    a_reply_that_does_not_fit_is_noted_and_changes_nothing at "2026-01-05T08:00:00+01:00", |office| {
        let id = booked(&office).await;
        let uid = uid(&office, id);
        let before = office.fingerprint().await;
        let foreign = uid.replace('-', "-0");
        let strangers = [
            (reply(&uid, "eve@cum.example", "DECLINED", "1"), "was not invited"),
            (reply(&uid, MANAGER, "DECLINED", "2"), "was not invited"),
            (reply(&foreign, OPS, "DECLINED", "3"), "not ours"),
            (reply("", OPS, "DECLINED", "4"), "not ours"),
            (Reply { sequence: 7, ..reply(&uid, OPS, "DECLINED", "5") }, "was never sent"),
            (reply(&uid, OPS, "NEEDS-ACTION", "6"), "nobody who accepts or declines"),
            (reply(&uid, OPS, "DELEGATED", "7"), "nobody who accepts or declines"),
        ];
        for (stranger, why) in strangers {
            let said = outcome(&office, &stranger.eml()).await;
            assert!(said.contains(why), "{said}");
        }
        // An answer that was given before another, and comes after it.
        outcome(&office, &Reply { at: "20260105T070000Z", ..reply(&uid, OPS, "ACCEPTED", "8") }.eml()).await;
        let late = Reply { at: "20260105T060000Z", ..reply(&uid, OPS, "DECLINED", "9") };
        assert!(outcome(&office, &late.eml()).await.contains("a later answer"));
        assert_eq!(answers(&office, id).await, [(OPS.to_owned(), Participation::Accepted, 0)]);
        assert_eq!(office.fingerprint().await, before);
        cancel(&office.office, id, "Obras").await.unwrap();
        let said = outcome(&office, &reply(&uid, OPS, "ACCEPTED", "10").eml()).await;
        assert!(said.contains("is not booked (it is cancelled)"), "{said}");
        office.leaves_waiting(&["visit-cancelled"]);
    }
}

/// A report that was sent and filed: its visit, and the letter that carried it.
async fn filed(office: &TestOffice) -> (VisitId, chrono::NaiveDate, Delivered) {
    office.tick().await;
    let visit = office.first_visit("inspection", "2026-01-01").await;
    let day = visit.visit.state.appointment().day;
    office.sleep_until(&format!("{day}T18:00")).await;
    office.done(visit.visit.id, &format!("{day}T12:00")).await;
    office.tick().await;
    let letter = office.told(REPORTS, "report-delivered").pop().unwrap();
    assert!(office.deadline(Owed::Report, visit.visit.id).await.met_at.is_some());
    (visit.visit.id, day, letter)
}

fn status<'a>(letter: &'a Delivered, action: &'a str, message: &'a str) -> Status<'a> {
    Status { letter: &letter.message_id, recipient: &letter.to, action, arrived: "", message }
}

async fn row(office: &TestOffice, letter: &Delivered) -> Letter {
    letters(office).await.into_iter().find(|row| row.message_id == letter.message_id).unwrap()
}

story! {
    p04_a_report_that_comes_back_reopens_its_clock_and_is_told_once at "2026-01-05T08:00:00+01:00", |office| {
        let (visit, _, letter) = filed(&office).await;
        let said = outcome(&office, &status(&letter, "delayed", "0").eml()).await;
        assert!(said.contains("is delayed: 5.1.1 550 no such user"), "{said}");
        assert!(office.deadline(Owed::Report, visit).await.met_at.is_some(), "delayed is not failed");

        let said = outcome(&office, &status(&letter, "failed", "1").eml()).await;
        assert!(said.contains("came back: 5.1.1 550 no such user"), "{said}");
        assert_eq!(row(&office, &letter).await.state, LetterState::Undelivered);
        assert!(store::reports::filing(&office.office.db, visit).await.unwrap().is_none());
        assert!(office.deadline(Owed::Report, visit).await.met_at.is_none());
        let manager = store::people::manager::find(&office.office.db, &"M-1".into()).await.unwrap().unwrap();
        let now = office.office.clock.now();
        let digest = send_digests::digest(&office.office, &manager, now).await.unwrap();
        assert!(digest.undelivered.iter().any(|line| line.letter.to == REPORTS && line.letter.outcome.contains("no such user")));
        for n in 2..50 {
            let said = outcome(&office, &status(&letter, "failed", &n.to_string()).eml()).await;
            assert!(said.contains("given up already"), "{said}");
        }
        office.tick().await;
        assert_eq!(office.told(MANAGER, "undelivered").len(), 1);
    }
}

story! {
    a_status_that_is_forged_or_of_somebody_else_changes_nothing at "2026-01-05T08:00:00+01:00", |office| {
        let (_, _, letter) = filed(&office).await;
        let before = office.fingerprint().await;
        let forged = Status { letter: "0123456789abcdef@ronda.example", ..status(&letter, "failed", "1") };
        assert!(outcome(&office, &forged.eml()).await.contains("not ours: nothing is changed"));
        let other = Status { recipient: "bob@cum.example", ..status(&letter, "failed", "2") };
        assert!(outcome(&office, &other.eml()).await.contains("was not written: nothing is changed"));
        let silent = Status { letter: "", ..status(&letter, "failed", "3") };
        assert!(outcome(&office, &silent.eml()).await.contains("names no letter"));
        for (n, action) in ["delivered", "relayed", "expanded"].into_iter().enumerate() {
            let said = outcome(&office, &status(&letter, action, &format!("4{n}")).eml()).await;
            assert!(said.ends_with(&format!("was {action}")), "{said}");
        }
        assert_eq!(office.fingerprint().await, before);
    }
}

story! {
    p04_a_report_that_was_handed_over_stays_filed_when_its_letter_comes_back at "2026-01-05T08:00:00+01:00", |office| {
        office.post.with(|post| { post.unknown.insert(REPORTS.to_owned()); });
        office.tick().await;
        let visit = office.first_visit("inspection", "2026-01-01").await;
        let day = visit.visit.state.appointment().day;
        office.sleep_until(&format!("{day}T18:00")).await;
        office.done(visit.visit.id, &format!("{day}T12:00")).await;
        office.tick().await;
        handed_over(&office.office, visit.visit.id, "Lucía", day).await.unwrap();
        office.post.with(|post| post.unknown.clear());
        let given_up = letters(&office).await.into_iter().find(|row| row.to == REPORTS).unwrap();
        let mut tx = office.office.db.begin().await.unwrap();
        assert!(store::letters::retry(&mut tx, given_up.letter, office.office.clock.now()).await.unwrap());
        tx.commit().await.unwrap();
        // While it waits to be sent again, a report of the first attempt says nothing new.
        let letter = Delivered {
            message_id: given_up.message_id.clone(), notice: String::new(), to: REPORTS.to_owned(),
            subject: String::new(), bytes: Vec::new(),
        };
        let said = outcome(&office, &status(&letter, "failed", "1").eml()).await;
        assert!(said.contains("waits to be sent again"), "{said}");
        office.tick().await;
        // Nor does one that comes after it was sent again, about the time before.
        let old = (office.office.clock.now() - chrono::TimeDelta::hours(5)).to_rfc2822();
        let said = outcome(&office, &Status { arrived: &old, ..status(&letter, "failed", "2") }.eml()).await;
        assert!(said.contains("was sent again since"), "{said}");
        assert_eq!(row(&office, &letter).await.state, LetterState::Sent);
        let now = office.office.clock.now().to_rfc2822();
        let said = outcome(&office, &Status { arrived: &now, ..status(&letter, "failed", "3") }.eml()).await;
        assert!(said.contains("came back"), "{said}");
        assert!(office.deadline(Owed::Report, visit.visit.id).await.met_at.is_some(), "it is in the customer's hands");
        assert!(store::reports::filing(&office.office.db, visit.visit.id).await.unwrap().is_some());
        office.leaves_waiting(&["undelivered"]);
    }
}

story! {
    a_letter_that_comes_back_while_it_is_being_sent_is_taken_later at "2026-01-05T08:00:00+01:00", |office| {
        office.tick().await;
        let id = office.first_visit("inspection", "2026-02-01").await.visit.id;
        ronda::office::visits::book_visits::book(&office.office, id, &AppointmentChange::default(), Rules::Keep).await.unwrap();
        write_letters(&office.office).await.unwrap();
        let now = office.office.clock.now();
        let mut tx = office.office.db.begin().await.unwrap();
        let claimed = store::letters::claim(&mut tx, &Domains::all(), 100, now, now + chrono::TimeDelta::minutes(6)).await.unwrap();
        tx.commit().await.unwrap();
        let row = claimed.into_iter().map(|claimed| claimed.row).find(|row| row.to == OPS).unwrap();
        let status = Status { letter: &row.message_id, recipient: OPS, action: "failed", arrived: "", message: "1" };
        let now = receive_letter(&office.office, &status.eml()).await;
        assert!(matches!(now, Err(ronda::office::Error::Failed(_))), "{now:?}");
        office.sleep_until("2026-01-05T10:00").await;
        assert!(outcome(&office, &status.eml()).await.contains("came back"));
        office.tick().await;
        assert_eq!(office.told(MANAGER, "undelivered").len(), 1);
    }
}

story! {
    a_hundred_refusals_of_one_visit_make_at_most_three_letters at "2026-01-05T08:00:00+01:00", |office| {
        let id = booked(&office).await;
        let uid = uid(&office, id);
        let before = letters(&office).await.len();
        for n in 0..100 {
            let who = [OPS, "lucia@ronda.example", "jordi@ronda.example"][n % 3];
            let partstat = if n % 7 == 6 { "ACCEPTED" } else { "DECLINED" };
            let comment = format!("no. {n}");
            let message = n.to_string();
            outcome(&office, &Reply { comment: &comment, ..reply(&uid, who, partstat, &message) }.eml()).await;
            if n % 10 == 0 {
                office.tick().await;
            }
        }
        office.tick().await;
        let made = letters(&office).await.len() - before;
        assert!((1..=3).contains(&made), "{made} letters");
        assert_eq!(office.told(MANAGER, "visit-asked-to-move").len(), 1);
    }
}

story! {
    machines_that_answer_every_letter_get_none_back at "2026-01-05T08:00:00+01:00", |office| {
        booked(&office).await;
        // What the office would write anyway, in the same hours.
        let quiet = TestOffice::open(office.engine, "2026-01-05T08:00:00+01:00").await;
        booked(&quiet).await;
        let (mut answered, mut n) = (0, 0);
        for hour in 9..21 {
            let accepted = office.post.with(|post| post.accepted.clone());
            for letter in &accepted[answered..] {
                // Two machines: one says what it is, the other passes for a person; and a server that is unsure.
                for marks in ["Auto-Submitted: auto-replied\nPrecedence: bulk\n", ""] {
                    n += 1;
                    outcome(&office, &vacation(&letter.message_id, &letter.to, &n.to_string(), marks)).await;
                }
                n += 1;
                outcome(&office, &status(letter, "delayed", &n.to_string()).eml()).await;
            }
            answered = accepted.len();
            for each in [&office, &quiet] {
                each.sleep_until(&format!("2026-01-05T{hour:02}:00")).await;
            }
        }
        assert!(n > 5, "{n} messages came in");
        let keys = |letters: Vec<Letter>| letters.into_iter().map(|row| row.key).collect::<Vec<_>>();
        assert_eq!(keys(letters(&office).await), keys(letters(&quiet).await));
    }
}

story! {
    what_bounces_for_ever_makes_at_most_three_letters at "2026-01-05T08:00:00+01:00", |office| {
        let id = booked(&office).await;
        let uid = uid(&office, id);
        let before = letters(&office).await.len();
        outcome(&office, &reply(&uid, OPS, "DECLINED", "first").eml()).await;
        let (mut returned, mut n) = (before, 0);
        for _ in 0..20 {
            office.tick().await;
            let accepted = office.post.with(|post| post.accepted.clone());
            for letter in &accepted[returned.min(accepted.len())..] {
                n += 1;
                outcome(&office, &status(letter, "failed", &n.to_string()).eml()).await;
            }
            returned = accepted.len();
        }
        let made = letters(&office).await.len() - before;
        assert!((2..=3).contains(&made), "{made} letters: the request, and that it came back");
    }
}

story! {
    r14_what_cannot_be_read_is_noted_once_and_changes_nothing at "2026-01-05T08:00:00+01:00", |office| {
        let before = office.fingerprint().await;
        let headers = (0..100_000).map(|n| format!("X-{n}: y\n")).collect::<String>();
        let messages: [&[u8]; 4] = [b"", b"\xff\xfe\x00 no message", headers.as_bytes(), &vec![b'a'; 26 * 1024 * 1024]];
        for message in messages {
            let first = receive_letter(&office.office, message).await.unwrap();
            let again = receive_letter(&office.office, message).await.unwrap();
            let (Received::New { kind, .. }, Received::Again { .. }) = (&first, &again) else {
                panic!("{first:?}, {again:?}")
            };
            assert!(matches!(kind, KindWord::Unreadable | KindWord::Ordinary), "{first:?}");
        }
        // A Message-ID that no index takes is known by its bytes.
        let long = format!("Message-ID: <{}@x>\nFrom: a@b.example\n\nhello\n", "ñ".repeat(450));
        assert!(outcome(&office, long.as_bytes()).await.contains("for a person to read"));
        assert!(matches!(receive_letter(&office.office, long.as_bytes()).await.unwrap(), Received::Again { .. }));
        assert_eq!(office.fingerprint().await, before);
    }
}
