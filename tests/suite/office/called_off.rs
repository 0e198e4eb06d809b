//! P01: a visit that is cancelled or did not take place leaves its period without one: it is planned again at once, told, and
//! stands in the digest until it has one. "Everything is in order" is said where no period is without a visit, and nowhere
//! else.

use chrono::NaiveDate;
use ronda::domain::audit::promises::{NoFitVisit, PeriodStanding};
use ronda::domain::digest::{Digest, Instead};
use ronda::domain::ids::VisitId;
use ronda::domain::planning::slots::Unplanned;
use ronda::domain::visits::{StoredVisit, VisitState};
use ronda::office::Error;
use ronda::office::digest::send_digests;
use ronda::office::records::record_visit::record_visit;
use ronda::office::visits::book_visits::{AppointmentChange, Rules, book, cancel};
use ronda::store;

use crate::office::auditor::{audited, differences};
use crate::office::harness::{TestOffice, madrid};
use crate::story;

const MANAGER: &str = "helena@ronda.example";
const OPS: &str = "ops@cum.example";
const NOTHING: Vec<String> = Vec::new();

/// The first inspection after January, booked and told of.
async fn booked(office: &TestOffice) -> StoredVisit {
    office.sleep_until("2026-01-31T06:00").await;
    let stored = office.first_visit("inspection", "2026-02-02").await;
    assert!(matches!(stored.visit.state, VisitState::Booked { .. }), "{stored:?}");
    stored
}

pub async fn digest(office: &TestOffice) -> Digest {
    let manager = store::people::manager::all(&office.office.db).await.unwrap().remove(0);
    send_digests::digest(&office.office, &manager, office.office.clock.now()).await.unwrap()
}

/// Periods that the auditor finds without a visit that can take place, of those that are to have one by now.
async fn without_a_visit(office: &TestOffice) -> Vec<NoFitVisit> {
    let audited = audited(&office.office).await;
    let periods = audited.into_iter().flat_map(|term| term.line.periods);
    let why = periods.filter_map(|judged| match judged.standing {
        PeriodStanding::OpenWithout { why: NoFitVisit::NotPlannedYet } => None,
        PeriodStanding::OpenWithout { why } => Some(why),
        _ => None,
    });
    why.collect()
}

/// The digest and the auditor say the same: in order is what has no period without a visit.
pub async fn agrees(office: &TestOffice) {
    assert_eq!(differences(&office.office).await, NOTHING);
    let without = without_a_visit(office).await;
    let digest = digest(office).await;
    assert!(without.is_empty() || !digest.is_all_well(), "the auditor finds {without:?}, and the digest nothing");
}

/// The visit that serves the period of one that was called off.
async fn instead_of(office: &TestOffice, called_off: &StoredVisit) -> Option<StoredVisit> {
    let is_it = |other: &StoredVisit| {
        let (one, other) = (&called_off.visit, &other.visit);
        (&one.contract, &one.site, &one.term, one.number) == (&other.contract, &other.site, &other.term, other.number)
            && one.id != other.id
    };
    office.visits().await.into_iter().find(is_it)
}

fn day_of(stored: &StoredVisit) -> NaiveDate {
    stored.visit.state.appointment().day
}

/// How often somebody was told something of a visit.
fn told_of(office: &TestOffice, email: &str, notice: &str, visit: VisitId) -> usize {
    let letters = office.told(email, notice);
    let number = visit.to_string();
    let names = |bytes: &[u8]| {
        let letter = mail_parser::MessageParser::default().parse(bytes).unwrap();
        letter.body_text(0).unwrap().split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == number)
    };
    letters.iter().filter(|letter| names(&letter.bytes)).count()
}

story!(p01_a_visit_that_is_cancelled_is_planned_again_at_once_on_another_day_of_its_window_and_told at "2026-01-05T08:00:00+01:00", |office| {
    let was = booked(&office).await;
    let window = store::planning::slot::window(&office.office.db, was.visit.id).await.unwrap().unwrap();
    cancel(&office.office, was.visit.id, "The server room is being painted").await.unwrap();
    assert!(!digest(&office).await.is_all_well(), "it has no visit");
    agrees(&office).await;
    office.tick().await;
    let now = instead_of(&office, &was).await.expect("it is planned again");
    assert_eq!(now.slot, was.slot);
    assert!((window.first_on..=window.last_on).contains(&day_of(&now)) && day_of(&now) != day_of(&was), "{now:?}");
    agrees(&office).await;
    assert_eq!(told_of(&office, OPS, "visit-cancelled", was.visit.id), 1);
    let listed = digest(&office).await;
    let [line] = &listed.called_off[..] else { panic!("{:?}", listed.called_off) };
    assert_eq!((line.visit.visit, line.visit.day), (was.visit.id, day_of(&was)));
    assert_eq!(line.instead, Instead::Visit { visit: now.visit.id, day: day_of(&now) });
    assert!(listed.not_planned.is_empty() && !listed.is_quiet(), "{:?}", listed.not_planned);
    office.sleep_until("2026-02-02T08:00").await;
    let letter = office.told(MANAGER, "digest").pop().unwrap();
    let text = mail_parser::MessageParser::default().parse(&letter.bytes[..]).unwrap().body_text(0).unwrap().into_owned();
    assert!(text.contains("Called off") && text.contains("The server room is being painted"), "{text}");
    assert!(text.contains(&format!("{} instead on", now.visit.id)), "{text}");
    assert!(digest(&office).await.called_off.is_empty(), "it is told of once");
    office.sleep_until(&format!("{}T06:00", day_of(&now))).await;
    assert_eq!(told_of(&office, OPS, "visit-announced", now.visit.id), 1, "they hear of the new appointment");
    office.sleep_until(&format!("{}T14:00", day_of(&now))).await;
    office.done(now.visit.id, &format!("{}T12:00", day_of(&now))).await;
    office.tick().await;
    agrees(&office).await;
    let before = office.fingerprint().await;
    office.tick().await;
    assert_eq!(office.fingerprint().await, before);
    office.leaves_waiting(&["visit-announced", "visit-reminder"]);
});

story!(p01_a_visit_where_nobody_let_us_in_is_planned_again_at_once_and_told at "2026-01-05T08:00:00+01:00", |office| {
    let was = booked(&office).await;
    let day = day_of(&was);
    office.sleep_until(&format!("{day}T11:00")).await;
    let not_done = serde_json::json!({
        "schema": 1, "outcome": "not-done", "reason": "Nobody let us in",
        "noted_at": madrid(&format!("{day}T10:30")).to_rfc3339(), "by": "Lucía Romero",
    });
    record_visit(&office.office, was.visit.id, not_done.to_string().as_bytes(), Vec::new()).await.unwrap();
    office.tick().await;
    let now = instead_of(&office, &was).await.expect("it is planned again");
    assert!(day_of(&now) > day, "{now:?}");
    assert_eq!(office.told(OPS, "visit-not-done").len(), 1);
    let listed = digest(&office).await;
    assert_eq!(listed.called_off.iter().map(|line| (line.visit.visit, &line.reason[..])).collect::<Vec<_>>(), [(was.visit.id, "Nobody let us in")]);
    agrees(&office).await;
    office.sleep_until(&format!("{}T06:00", day_of(&now))).await;
    assert_eq!(told_of(&office, OPS, "visit-announced", now.visit.id), 1);
    office.leaves_waiting(&["visit-announced", "visit-reminder"]);
});

story!(p01_a_period_whose_visit_was_cancelled_and_that_has_no_other_day_stands_in_the_digest_until_it_has_one at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let was = booked(&office).await;
    let window = store::planning::slot::window(&office.office.db, was.visit.id).await.unwrap().unwrap();
    let closed = |from: NaiveDate, to: NaiveDate| format!("[[closure]]\nfrom = {from}\nto = {to}\nname = \"Rebuilding\"\napplies = \"site:MAD\"\n");
    let day = day_of(&was);
    office.close_on(&(closed(window.first_on, day.pred_opt().unwrap()) + &closed(day.succ_opt().unwrap(), window.last_on)));
    office.tick().await;
    cancel(&office.office, was.visit.id, "They rebuild").await.unwrap();
    office.tick().await;
    assert_eq!(instead_of(&office, &was).await, None, "the day that was called off is not proposed again");
    let listed = digest(&office).await;
    let of_it: Vec<_> = listed.not_planned.iter().filter(|line| line.first_on == window.first_on).collect();
    assert_eq!(of_it.iter().map(|line| &line.why).collect::<Vec<_>>(), [&Unplanned::CalledOff], "{listed:?}");
    assert_eq!(listed.called_off[0].instead, Instead::Nothing);
    assert!(without_a_visit(&office).await.contains(&NoFitVisit::Cancelled { visit: was.visit.id }));
    agrees(&office).await;
    office.sleep_until("2026-02-02T08:00").await;
    let text = String::from_utf8_lossy(&office.told(MANAGER, "digest").pop().unwrap().bytes).into_owned();
    assert!(text.contains("its visit was called off") && !text.contains("Everything is in order"), "{text}");
    assert!(!digest(&office).await.is_all_well(), "the next one says it again");
    agrees(&office).await;
    // They rebuild no longer.
    office.close_on("");
    office.tick().await;
    assert!(instead_of(&office, &was).await.is_some());
    assert!(digest(&office).await.not_planned.is_empty());
    agrees(&office).await;
});

story!(p01_a_period_far_ahead_that_nobody_can_serve_is_not_in_order at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.tick().await;
    assert!(digest(&office).await.not_planned.is_empty());
    let away = |who: &str| format!("[[closure]]\nfrom = 2026-06-25\nto = 2026-08-10\nname = \"Sabbatical\"\napplies = \"engineer:{who}\"\n");
    office.close_on(&(away("E-1") + &away("E-2")));
    office.tick().await;
    let listed = digest(&office).await;
    assert!(listed.not_planned.iter().any(|line| matches!(line.why, Unplanned::NoRoom { .. })), "{:?}", listed.not_planned);
    assert!(!listed.is_all_well() && !without_a_visit(&office).await.is_empty());
    agrees(&office).await;
});

story!(a_cancelled_visit_that_is_booked_again_takes_the_place_of_what_nobody_was_told_of at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let was = office.first_visit("inspection", "2026-02-10").await;
    let id = was.visit.id;
    cancel(&office.office, id, "A mistake").await.unwrap();
    office.tick().await;
    let planned = instead_of(&office, &was).await.expect("planned again");
    assert!(matches!(planned.visit.state, VisitState::Planned { .. }));
    assert_eq!(office.visit(id).await.slot, None);
    book(&office.office, id, &AppointmentChange::default(), Rules::Keep).await.unwrap();
    assert_eq!((office.visit(id).await.slot, instead_of(&office, &was).await), (was.slot, None));
    office.tick().await;
    agrees(&office).await;
    // Once somebody was told of the other one, that one stays.
    cancel(&office.office, id, "Not a mistake").await.unwrap();
    office.tick().await;
    let other = instead_of(&office, &was).await.expect("planned again").visit.id;
    book(&office.office, other, &AppointmentChange::default(), Rules::Keep).await.unwrap();
    let Err(Error::Refused(why)) = book(&office.office, id, &AppointmentChange::default(), Rules::Keep).await else { panic!("booked twice") };
    assert!(why.contains(&format!("ronda visit move {other}")), "{why}");
    agrees(&office).await;
    office.leaves_waiting(&["visit-announced"]);
});
