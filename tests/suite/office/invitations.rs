//! Visits in people's calendars: invitations that follow every change, and feeds by secret address.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use mail_parser::{MessageParser, MimeHeaders, PartType};
use ronda::domain::access::FeedOf;
use ronda::domain::calendar::WorkingDays;
use ronda::domain::ids::VisitId;
use ronda::domain::visits::VisitState;
use ronda::mail::Delivered;
use ronda::office::heartbeat::pulse::Pulse;
use ronda::office::letters::receive_letter::receive_letter;
use ronda::office::records::record_visit::record_visit;
use ronda::office::visits::book_visits::{AppointmentChange, Rules, book, cancel, move_visit};
use ronda::office::visits::feeds::{feeds, new_feed, revoke_feed};
use ronda::web::{Desk, public_routes};
use tokio::sync::watch;
use tower::ServiceExt;

use crate::office::harness::TestOffice;
use crate::story;
use crate::support::incoming::Reply;

/// Books the first inspection after January, tells everyone, and returns its number.
pub async fn booked(office: &TestOffice) -> VisitId {
    office.tick().await;
    let id = office.first_visit("inspection", "2026-02-01").await.visit.id;
    book(&office.office, id, &AppointmentChange::default(), Rules::Keep).await.unwrap();
    office.tick().await;
    id
}

/// The inline calendar of a letter, its lines unfolded; None where it has none.
pub fn calendar(letter: &Delivered) -> Option<Vec<String>> {
    let message = MessageParser::default().parse(&letter.bytes).unwrap();
    let is_inline = |part: &&mail_parser::MessagePart<'_>| {
        part.content_type().is_some_and(|kind| kind.ctype() == "text" && kind.subtype() == Some("calendar"))
            && part.content_disposition().is_none()
    };
    let part = message.parts.iter().find(is_inline)?;
    let PartType::Text(text) = &part.body else { panic!("a text part") };
    Some(text.replace("\r\n ", "").lines().map(str::to_owned).collect())
}

pub fn value(lines: &[String], name: &str) -> String {
    let found = lines.iter().find_map(|line| line.strip_prefix(&format!("{name}:")));
    found.unwrap_or_else(|| panic!("no {name} in {lines:#?}")).to_owned()
}

/// The latest letter of a notice about a visit to an address, as its calendar part.
async fn latest(office: &TestOffice, visit: VisitId, notice: &str, email: &str) -> Vec<String> {
    let sql = "select message_id from letter where visit_id = $1 and notice = $2 and to_email = $3 order by id desc";
    let (message_id,): (String,) = office
        .office
        .db
        .read(sql)
        .bind(visit.0)
        .bind(notice)
        .bind(email)
        .all()
        .await
        .unwrap()
        .into_iter()
        .next()
        .unwrap_or_else(|| panic!("no {notice} to {email}"));
    let letter = office.letters_to(email).into_iter().find(|letter| letter.message_id == message_id).unwrap();
    calendar(&letter).unwrap_or_else(|| panic!("{notice} to {email} invites nobody"))
}

story! {
    an_invitation_follows_its_visit_under_one_identity_to_its_end at "2026-01-05T08:00:00+01:00", |office| {
        let id = booked(&office).await;
        let was = office.visit(id).await.visit.state.appointment().clone();
        let (old, new) = if was.engineer == "E-1" {
            ("lucia@ronda.example", "jordi@ronda.example")
        } else {
            ("jordi@ronda.example", "lucia@ronda.example")
        };
        let first = latest(&office, id, "visit-announced", "ops@cum.example").await;
        let uid = value(&first, "UID");
        assert!(uid.starts_with(&format!("{id}-")) && uid.ends_with("@ronda.example"), "{uid}");
        assert_eq!((value(&first, "METHOD").as_str(), value(&first, "SEQUENCE").as_str()), ("REQUEST", "0"));
        // Local time at the site, in UTC.
        let starts = crate::office::harness::madrid(&was.day.and_time(was.starts).format("%Y-%m-%dT%H:%M:%S").to_string());
        assert_eq!(value(&first, "DTSTART"), starts.format("%Y%m%dT%H%M%SZ").to_string());
        assert_eq!(value(&latest(&office, id, "visit-announced", old).await, "UID"), uid);

        let calendar = office.office.calendars.named("ES-MD").unwrap();
        let day = calendar.nth_after(was.day, WorkingDays(1)).unwrap();
        let other = if was.engineer == "E-1" { "E-2" } else { "E-1" };
        let change = AppointmentChange { engineer: Some(other.into()), day: Some(day), starts: None };
        move_visit(&office.office, id, &change, Rules::Overrule).await.unwrap();
        office.tick().await;
        let moved = latest(&office, id, "visit-moved", "ops@cum.example").await;
        assert_eq!(value(&moved, "UID"), uid);
        assert_eq!((value(&moved, "METHOD").as_str(), value(&moved, "SEQUENCE").as_str()), ("REQUEST", "1"));
        let lost = latest(&office, id, "visit-passed-on", old).await;
        assert_eq!((value(&lost, "METHOD").as_str(), value(&lost, "UID")), ("CANCEL", uid.clone()));
        assert_eq!(value(&latest(&office, id, "visit-announced", new).await, "SEQUENCE"), "1");

        office.make_extra(id).await;
        cancel(&office.office, id, "La planta está parada").await.unwrap();
        office.tick().await;
        let cancelled = latest(&office, id, "visit-cancelled", "ops@cum.example").await;
        assert_eq!((value(&cancelled, "METHOD").as_str(), value(&cancelled, "SEQUENCE").as_str()), ("CANCEL", "2"));
        assert_eq!((value(&cancelled, "STATUS").as_str(), value(&cancelled, "UID")), ("CANCELLED", uid.clone()));
        book(&office.office, id, &AppointmentChange::default(), Rules::Overrule).await.unwrap();
        office.tick().await;
        let again = latest(&office, id, "visit-announced", "ops@cum.example").await;
        assert_eq!((value(&again, "SEQUENCE").as_str(), value(&again, "UID")), ("3", uid));
    }
}

story! {
    a_training_invites_too_and_a_reminder_asks_nobody_again at "2026-01-05T08:00:00+01:00", |office| {
        office.tick().await;
        let training = office.first_visit("training", "2026-01-01").await;
        let day = training.visit.state.appointment().day;
        office.sleep_until(&format!("{day}T07:00")).await;
        assert!(matches!(office.visit(training.visit.id).await.visit.state, VisitState::Booked { .. }));
        let invitation = latest(&office, training.visit.id, "training-invitation", "ops@cum.example").await;
        assert!(value(&invitation, "SUMMARY").starts_with("Formación: "), "{invitation:#?}");
        let reminders = office.told("ops@cum.example", "visit-reminder");
        assert!(!reminders.is_empty() && reminders.iter().all(|letter| calendar(letter).is_none()));
    }
}

story! {
    a_visit_that_did_not_take_place_leaves_the_customers_calendar at "2026-01-05T08:00:00+01:00", |office| {
        let id = booked(&office).await;
        let day = office.visit(id).await.visit.state.appointment().day;
        office.sleep_until(&format!("{day}T18:00")).await;
        let json = serde_json::json!({
            "schema": 1, "outcome": "not-done", "reason": "La sala estaba cerrada",
            "noted_at": crate::office::harness::madrid(&format!("{day}T12:00")).to_rfc3339(), "by": "Lucía Romero",
        });
        record_visit(&office.office, id, json.to_string().as_bytes(), Vec::new()).await.unwrap();
        office.tick().await;
        let not_done = latest(&office, id, "visit-not-done", "ops@cum.example").await;
        assert_eq!((value(&not_done, "METHOD").as_str(), value(&not_done, "SEQUENCE").as_str()), ("CANCEL", "1"));
        let told = office.told("helena@ronda.example", "visit-not-done");
        assert!(told.len() == 1 && calendar(&told[0]).is_none(), "a manager was never invited");
    }
}

/// What a subscriber's program gets.
async fn get(office: &TestOffice, address: &str, tag: Option<&str>) -> (StatusCode, String, Option<String>) {
    let path = address.split("ronda.example").nth(1).unwrap();
    let (_office_is, seen) = watch::channel((*office.office).clone());
    let pulse = Pulse::new(&office.office.clock);
    let routes = public_routes(Desk::new(seen, pulse, "127.0.0.1:1".parse().unwrap()));
    let mut request = Request::get(path);
    if let Some(tag) = tag {
        request = request.header(header::IF_NONE_MATCH, tag);
    }
    let answer = routes.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (status, tag) = (answer.status(), answer.headers().get(header::ETAG).cloned());
    let body = axum::body::to_bytes(answer.into_body(), 50_000_000).await.unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap().replace("\r\n ", "");
    (status, text, tag.map(|tag| tag.to_str().unwrap().to_owned()))
}

/// The events of a feed.
fn events(text: &str) -> Vec<Vec<String>> {
    let events = text.split("BEGIN:VEVENT\r\n").skip(1);
    events.map(|event| event.lines().take_while(|line| *line != "END:VEVENT").map(str::to_owned).collect()).collect()
}

fn of(events: &[Vec<String>], visit: VisitId) -> Option<&Vec<String>> {
    events.iter().find(|event| value(event, "UID").starts_with(&format!("{visit}-")))
}

story! {
    a_feed_shows_its_own_visits_with_the_invitations_identities at "2026-01-05T08:00:00+01:00", |office| {
        let id = booked(&office).await;
        let invited = latest(&office, id, "visit-announced", "ops@cum.example").await;
        let code = office.visit(id).await.visit.state.appointment().engineer.clone();
        let engineer = new_feed(&office.office, &FeedOf::Engineer(code)).await.unwrap();
        let site = new_feed(&office.office, &FeedOf::Site("MAD".into())).await.unwrap();
        let manager = new_feed(&office.office, &FeedOf::Manager("M-1".into())).await.unwrap();
        assert!(engineer.https.starts_with("https://ronda.example/feed/") && engineer.https.ends_with(".ics"));
        assert!(engineer.webcal.starts_with("webcal://ronda.example/feed/"));
        assert_eq!(feeds(&office.office).await.unwrap().len(), 3);

        let uid = value(&invited, "UID");
        reply(&office, &uid, "ops@cum.example", "ACCEPTED", "de acuerdo").await;
        reply(&office, &uid, "lucia@ronda.example", "DECLINED", "médico").await;
        reply(&office, &uid, "jordi@ronda.example", "DECLINED", "médico").await;
        let before = office.fingerprint().await;
        for (address, sees_plans) in [(&engineer, true), (&site, false), (&manager, true)] {
            let (status, text, _) = get(&office, &address.https, None).await;
            assert_eq!(status, StatusCode::OK);
            assert!(text.contains("METHOD:PUBLISH\r\n") && text.contains("X-WR-CALNAME:") && !text.contains("ATTENDEE"));
            let events = events(&text);
            let event = of(&events, id).expect("the booked visit is in every feed");
            assert_eq!(value(event, "UID"), uid);
            assert_eq!((value(event, "SEQUENCE"), value(event, "STATUS").as_str()), (value(&invited, "SEQUENCE"), "CONFIRMED"));
            assert!(event.contains(&"X-RONDA-ANSWER;PARTSTAT=ACCEPTED:Operaciones".to_owned()), "{event:#?}");
            assert_eq!(event.iter().any(|line| line.contains("PARTSTAT=DECLINED")), sees_plans, "{event:#?}");
            assert_eq!(events.iter().any(|event| value(event, "STATUS") == "TENTATIVE"), sees_plans);
        }
        assert_eq!(office.fingerprint().await, before, "looking at a feed changes nothing (R12)");

        // Later: it is cancelled, seen as such for a month, and then gone.
        cancel(&office.office, id, "Obras").await.unwrap();
        let (_, text, _) = get(&office, &site.https, None).await;
        assert_eq!(value(of(&events(&text), id).unwrap(), "STATUS"), "CANCELLED");
        office.down_until("2026-02-20T08:00");
        let (_, text, _) = get(&office, &site.https, None).await;
        assert!(of(&events(&text), id).is_none());
        office.leaves_waiting(&["visit-asked-to-move", "visit-cancelled"]);
    }
}

/// Hands a reply in to the visit's present booking.
async fn reply(office: &TestOffice, uid: &str, attendee: &str, partstat: &str, comment: &str) {
    let message = format!("{partstat}-{attendee}").replace('@', ".");
    let at = &office.office.clock.now().format("%Y%m%dT%H%M%SZ").to_string();
    let reply = Reply { uid, attendee, sequence: 0, partstat, comment, at, message: &message };
    receive_letter(&office.office, &reply.eml()).await.unwrap();
}

story! {
    a_feed_that_has_not_changed_is_not_sent_again at "2026-01-05T08:00:00+01:00", |office| {
        let id = booked(&office).await;
        let feed = new_feed(&office.office, &FeedOf::Site("MAD".into())).await.unwrap();
        let (_, first, tag) = get(&office, &feed.https, None).await;
        let tag = tag.unwrap();
        office.down_until("2026-01-05T09:00");
        let (status, text, again) = get(&office, &feed.https, Some(&format!("\"other\", {tag}"))).await;
        assert_eq!((status, text.as_str(), again.as_ref()), (StatusCode::NOT_MODIFIED, "", Some(&tag)));
        assert_eq!(get(&office, &feed.https, Some("*")).await.0, StatusCode::NOT_MODIFIED);
        let (_, later, _) = get(&office, &feed.https, Some("\"other\"")).await;
        assert_ne!(first, later, "the moment of writing is in it");
        let change = AppointmentChange { starts: chrono::NaiveTime::from_hms_opt(14, 0, 0), ..AppointmentChange::default() };
        move_visit(&office.office, id, &change, Rules::Overrule).await.unwrap();
        let (status, text, changed) = get(&office, &feed.https, Some(&tag)).await;
        assert_eq!(status, StatusCode::OK);
        assert_ne!(changed.unwrap(), tag);
        assert_eq!(value(of(&events(&text), id).unwrap(), "SEQUENCE"), "1");
        office.leaves_waiting(&["visit-moved"]);
    }
}

story! {
    r13_a_new_feed_ends_the_earlier_one_and_a_revoked_one_opens_nothing at "2026-01-05T08:00:00+01:00", |office| {
        booked(&office).await;
        let of = FeedOf::Engineer("E-1".into());
        let first = new_feed(&office.office, &of).await.unwrap();
        let second = new_feed(&office.office, &of).await.unwrap();
        assert_eq!(get(&office, &first.https, None).await.0, StatusCode::GONE);
        assert_eq!(get(&office, &second.https, None).await.0, StatusCode::OK);
        revoke_feed(&office.office, &of).await.unwrap();
        assert_eq!(get(&office, &second.https, None).await.0, StatusCode::GONE);
        assert!(revoke_feed(&office.office, &of).await.is_err(), "there is none any more");
        let unknown = format!("https://ronda.example/feed/{}.ics", "0".repeat(64));
        assert_eq!(get(&office, &unknown, None).await.0, StatusCode::NOT_FOUND);
        assert_eq!(get(&office, second.https.trim_end_matches(".ics"), None).await.0, StatusCode::NOT_FOUND);
        assert!(new_feed(&office.office, &FeedOf::Engineer("E-9".into())).await.is_err());
        assert!(feeds(&office.office).await.unwrap().is_empty());
    }
}

story! {
    nothing_of_another_customer_is_in_a_sites_or_a_managers_feed at "2026-01-05T08:00:00+01:00", |office| {
        office.import(&[
            ("customers.csv", "customer,name,language\nOTR,Otra Empresa,en\n"),
            (
                "sites.csv",
                "site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n\
                 BCN,OTR,Nave Besòs,Calle 2,ES,MD,Europe/Madrid,41.4,2.1,\n",
            ),
            (
                "managers.csv",
                "manager,name,email,scope,time_zone,calendar,digest_at,language\n\
                 M-2,Otto,otto@ronda.example,OTR,Europe/Madrid,ES-MD,07:30,en\n",
            ),
            (
                "equipment.csv",
                "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months\n\
                 UPS-2,BCN,UPS 2,Voltera,M400,S-2,ups-battery,electrical,2026-01-01,24\n",
            ),
            ("contacts.csv", "site,customer,name,email,role,language\n,OTR,Reports,reports@otr.example,reports,\n"),
            ("contracts.csv", "contract,customer,sites,plan,accepted_on,ends_on\nC-2,OTR,*,standard,2026-01-01,\n"),
        ])
        .await;
        office.sleep_until("2026-01-20T08:00").await;
        let shown = |of: FeedOf| {
            let office = &office;
            async move {
                let feed = new_feed(&office.office, &of).await.unwrap();
                let (_, text, _) = get(office, &feed.https, None).await;
                (events(&text).len(), text.contains("Otra Empresa"), text.contains("Cumbre"))
            }
        };
        let (of_one, other, own) = shown(FeedOf::Site("MAD".into())).await;
        assert!(of_one > 0 && own && !other);
        let (of_other, other, own) = shown(FeedOf::Site("BCN".into())).await;
        assert!(of_other > 0 && !own && other);
        let (scoped, other, own) = shown(FeedOf::Manager("M-2".into())).await;
        assert!(scoped >= of_other && !own && other);
        let (all, other, own) = shown(FeedOf::Manager("M-1".into())).await;
        assert!(all > scoped && own && other);
    }
}
