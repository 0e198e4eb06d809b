//! A manager decides from the digest: the page asks, the button does it once, and it is on file (R12, R13).

use axum::http::{Method, StatusCode};
use chrono::{Days, NaiveDate};
use ronda::domain::access::Matter;
use ronda::domain::access::{Errand, FeedOf};
use ronda::domain::ids::VisitId;
use ronda::domain::language::Language;
use ronda::domain::people::ReaderRole;
use ronda::domain::promises::{DeadlineSubject, Owed, Standing, standing_with};
use ronda::domain::visits::VisitState;
use ronda::mail::Delivered;
use ronda::office::access::links;
use ronda::office::visits::book_visits::{AppointmentChange, Rules, book};
use ronda::store;

use crate::office::browser::{ask, dump, get, hidden, link_of, link_of_visit, links as links_of, press, send, text};
use crate::office::harness::TestOffice;
use crate::story;

const MANAGER: &str = "helena@ronda.example";

async fn latest_digest(office: &TestOffice) -> Delivered {
    office.told(MANAGER, "digest").pop().expect("a digest was sent")
}

/// The first inspection, booked, on its day.
async fn booked(office: &TestOffice) -> (VisitId, NaiveDate) {
    office.sleep_until("2026-01-20T06:00").await;
    let visit = office.first_visit("inspection", "2026-01-21").await;
    let day = visit.visit.state.appointment().day;
    office.sleep_until(&format!("{day}T14:00")).await;
    (visit.visit.id, day)
}

/// A visit whose report no server takes, and the digest of a morning after it became late.
async fn late_report(office: &TestOffice) -> (VisitId, Delivered) {
    let (visit, day) = booked(office).await;
    office.post.with(|post| {
        post.unknown.insert("reports@cum.example".to_owned());
    });
    office.done(visit, &format!("{day}T12:00")).await;
    office.sleep_until(&format!("{}T08:00", day + Days::new(8))).await;
    (visit, latest_digest(office).await)
}

async fn acts(office: &TestOffice) -> i64 {
    office.office.db.read("select count(*) from act").one::<(i64,)>().await.unwrap().0
}

story!(r12_opening_a_digests_links_any_number_of_times_changes_nothing at "2026-01-05T08:00:00+01:00", |office| {
    let (_, digest) = late_report(&office).await;
    let all = links_of(&digest);
    assert!(all.len() >= 3, "{all:?}");
    let before = dump(&office).await;
    assert!(before.contains("link: ") && before.contains("deadline: "), "{before}");
    for link in &all {
        for _ in 0..25 {
            let page = get(&office, link).await;
            assert_eq!(page.status, StatusCode::OK, "{link}: {}", page.body);
            assert!(page.policy.contains("default-src 'none'") && page.policy.contains("form-action 'self'"));
            assert!(!page.body.contains("<script"));
            let head = ask(&office, Method::HEAD, link, None).await;
            assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
        }
    }
    // What the list page leads to, as well.
    let list = all.iter().find(|link| link.contains("/digest/")).unwrap().split('#').next().unwrap();
    let page = get(&office, list).await;
    let secret = list.rsplit('/').next().unwrap();
    let body = page.body.replace("&#x2f;", "/").replace("&amp;", "&");
    let inner = body.split("href=\"").filter_map(|rest| rest.split('"').next());
    let inner: Vec<_> = inner.filter(|href| href.starts_with(secret)).collect();
    assert!(inner.iter().any(|href| href.contains("/of?m=")) && inner.iter().any(|href| href.ends_with(".csv")));
    for href in inner {
        assert_eq!(get(&office, &format!("/digest/{href}")).await.status, StatusCode::OK, "{href}");
    }
    assert_eq!(dump(&office).await, before);
});

story!(r13_a_link_serves_its_own_errand_and_holder_alone at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, digest) = late_report(&office).await;
    let now = office.office.clock.now();
    let (mine, theirs) = (ReaderRole::Manager("M-1".into()), ReaderRole::Manager("M-9".into()));
    let matter = Matter::Deadline(DeadlineSubject::Report { visit }.key());
    let of = |manager: &str| Errand::Matter { manager: manager.into(), matter: matter.clone() };
    let lists = |manager: &str| Errand::Digest { manager: manager.into() };
    let feed = Errand::Feed { of: FeedOf::Manager("M-1".into()) };
    let soon = Some(now + chrono::TimeDelta::days(14));
    let cases = [
        ("own", &mine, of("M-1"), soon),
        ("own lists", &mine, lists("M-1"), soon),
        ("another's", &theirs, of("M-1"), soon),
        ("another's lists", &theirs, lists("M-1"), soon),
        ("of a manager who is gone", &theirs, of("M-9"), soon),
        ("of another errand", &mine, feed, soon),
        ("expired", &mine, of("M-1"), Some(now)),
        ("expired lists", &mine, lists("M-1"), Some(now)),
    ];
    let mut secrets = Vec::new();
    let mut tx = office.office.db.begin().await.unwrap();
    for (name, holder, errand, until) in &cases {
        secrets.push(links::make(&office.office, &mut tx, name, holder, errand, *until).await.unwrap());
    }
    tx.commit().await.unwrap();
    let before = dump(&office).await;
    let key = "deadline%3Areport%2FV1";
    let id = "a".repeat(64);
    let excuse = [("why", "it was delivered by hand")];
    for ((name, ..), secret) in cases.iter().zip(&secrets) {
        let (matter, list) = (format!("/matter/{secret}"), format!("/digest/{secret}"));
        let (table, inner) = (format!("{list}/table.csv"), format!("{list}/of?m={key}"));
        let closed = if name.starts_with("expired") { StatusCode::GONE } else { StatusCode::NOT_FOUND };
        let (one, all) = match *name {
            "own" => (StatusCode::OK, closed),
            "own lists" => (closed, StatusCode::OK),
            _ => (closed, closed),
        };
        for (route, expected) in [(&matter, one), (&list, all), (&table, all), (&inner, all)] {
            assert_eq!(get(&office, route).await.status, expected, "{name}: {route}");
        }
        for (route, open) in [(&matter, one), (&inner, all)] {
            if open != StatusCode::OK {
                assert_eq!(send(&office, route, "excuse", &id, "0", &excuse).await.status, closed, "{name}: {route}");
            }
        }
    }
    for route in ["/matter/", "/digest/", "/matter/x", "/digest/x", "/digest/x/of?m=visit:1", "/digest/x/table.csv"] {
        assert_eq!(get(&office, route).await.status, StatusCode::NOT_FOUND, "{route}");
    }
    assert_eq!(dump(&office).await, before, "nothing of this changed anything");
    let link = link_of(&digest, &["report"]);
    let mut tx = office.office.db.begin().await.unwrap();
    assert!(store::access::revoke(&mut tx, &mine.key(), &of("M-1"), now).await.unwrap() >= 1);
    tx.commit().await.unwrap();
    let page = get(&office, &link).await;
    assert_eq!(page.status, StatusCode::GONE);
    assert!(page.body.contains("This link was replaced"), "{}", page.body);
});

story!(p31_an_excused_deadline_stays_on_file_and_counts_apart at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, digest) = late_report(&office).await;
    let link = link_of(&digest, &["report"]);
    let page = get(&office, &link).await;
    assert!(page.body.contains("A mail server refused the letter") && page.body.contains("weekend"));
    let (id, seen) = (hidden(&page.body, "excuse", "id"), hidden(&page.body, "excuse", "seen"));
    assert_eq!(send(&office, &link, "excuse", &id, &seen, &[("why", "  ")]).await.status, StatusCode::CONFLICT);
    assert_eq!(acts(&office).await, 0, "without a reason nothing is excused");
    let why = [("why", "The <b>customer</b> asked us to wait")];
    let done = send(&office, &link, "excuse", &id, &seen, &why).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    let after = dump(&office).await;
    // The same order again, as a browser sends it whose answer was lost.
    let again = send(&office, &link, "excuse", &id, &seen, &why).await;
    assert_eq!((again.status, again.location.clone()), (StatusCode::SEE_OTHER, done.location));
    // The same id with other words, and another page that was opened before.
    assert_eq!(send(&office, &link, "excuse", &id, &seen, &[("why", "other")]).await.status, StatusCode::CONFLICT);
    let late = send(&office, &link, "excuse", &"b".repeat(64), &seen, &why).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("Helena Ortiz has done this already"), "{}", late.body);
    assert_eq!(strip_fact(&dump(&office).await), strip_fact(&after), "it was done once");
    let page = get(&office, &format!("{link}?done")).await;
    assert!(page.body.contains("Waived: The &lt;b&gt;customer&lt;&#x2f;b&gt; asked us to wait"), "{}", page.body);
    let deadline = office.deadline(Owed::Report, visit).await;
    let now = office.office.clock.now();
    assert_eq!(standing_with(deadline.waiver.as_ref(), deadline.late_from, None, now), Standing::Waived);
    assert_eq!(deadline.waiver.as_ref().map(|waiver| waiver.by.as_str()), Some("Helena Ortiz"));
    // No flag is raised any more, it is in no list, and it counts neither as kept nor as late.
    let flags = store::promises::flags(&office.office.db, deadline.id).await.unwrap();
    office.sleep_until(&format!("{}T08:00", deadline.due.on().unwrap() + Days::new(14))).await;
    assert_eq!(store::promises::flags(&office.office.db, deadline.id).await.unwrap(), flags);
    let manager = store::people::manager::find(&office.office.db, &"M-1".into()).await.unwrap().unwrap();
    let digest = ronda::office::digest::send_digests::digest(&office.office, &manager, office.office.clock.now()).await.unwrap();
    assert!(digest.late.iter().all(|line| line.deadline != deadline.id));
    let month = digest.trend.iter().find(|month| month.waived > 0).expect("the month in which it was due");
    assert_eq!((month.waived, month.reports_late), (1, 0));
});

/// Without the row that orders take turns by.
fn strip_fact(dump: &str) -> String {
    dump.lines().filter(|line| !line.contains("acts-take-turns")).collect::<Vec<_>>().join("\n")
}

story!(r12_what_was_done_meanwhile_stands_against_an_act_only_where_it_is_the_same_or_leaves_nothing_of_it at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    office.sleep_until(&format!("{}T08:00", day + Days::new(6))).await;
    let link = link_of_visit(&latest_digest(&office).await, "Record of", visit);
    let opened = get(&office, &link).await.body;
    let id = |n: u8| format!("{n:064x}");
    let seen = hidden(&opened, "excuse", "seen");
    assert_eq!(press(&office, &link, "remind", &[]).await.status, StatusCode::SEE_OTHER);
    // The same from the page that was open before: it was done.
    let same = send(&office, &link, "remind", &id(1), &seen, &[]).await;
    assert_eq!(same.status, StatusCode::CONFLICT);
    assert!(same.body.contains("has done this already"), "{}", same.body);
    // What cannot be taken as it was typed is not to be typed again.
    let long = "The plant asked us to wait. ".repeat(30);
    let refused = send(&office, &link, "excuse", &id(2), &seen, &[("why", &long)]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "it is too long");
    assert!(refused.body.contains(long.trim()), "{}", refused.body);
    let excused = send(&office, &link, "excuse", &id(3), &seen, &[("why", "The plant asked us to wait")]).await;
    assert_eq!(excused.status, StatusCode::SEE_OTHER, "a reminder is another thing: {}", excused.body);
    // Whoever was slower sees who was faster, and their own words.
    let late = send(&office, &link, "excuse", &id(4), &seen, &[("why", "Lost in the post")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.body.contains("Helena Ortiz has done this already"), "{}", late.body);
    assert!(late.body.contains("You wrote: Lost in the post"), "{}", late.body);
    office.leaves_waiting(&["record-missing"]);
});

story!(a_reminder_reaches_the_engineer_at_most_once_an_hour at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    office.sleep_until(&format!("{}T08:00", day + Days::new(6))).await;
    let engineer = match office.visit(visit).await.visit.state.appointment().engineer.as_str() {
        "E-1" => "lucia@ronda.example",
        _ => "jordi@ronda.example",
    };
    let link = link_of_visit(&latest_digest(&office).await, "Record of", visit);
    let told = || office.told(engineer, "record-missing").len();
    let before = told();
    assert_eq!(press(&office, &link, "remind", &[]).await.status, StatusCode::SEE_OTHER);
    office.tick().await;
    assert_eq!(told(), before + 1);
    let page = get(&office, &link).await;
    assert!(page.body.contains("Reminded already"), "{}", page.body);
    let seen = hidden(&page.body, "excuse", "seen");
    let early = send(&office, &link, "remind", &"c".repeat(64), &seen, &[]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    assert!(early.body.contains("less than an hour ago"), "{}", early.body);
    // The visit is another matter than its record, and the engineer the same.
    let list = links_of(&latest_digest(&office).await).into_iter().find(|link| link.contains("/digest/")).unwrap();
    let of_visit = format!("{}/of?m=visit%3A{}", list.split('#').next().unwrap(), visit.0);
    let page = get(&office, &of_visit).await;
    assert!(page.body.contains("Reminded already"), "{}", page.body);
    let seen = hidden(&page.body, "move", "seen");
    let early = send(&office, &of_visit, "remind", &"d".repeat(64), &seen, &[]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    assert!(early.body.contains("less than an hour ago"), "{}", early.body);
    office.tick().await;
    assert_eq!(told(), before + 1);
    office.sleep_until(&format!("{}T09:01", day + Days::new(6))).await;
    assert_eq!(press(&office, &link, "remind", &[]).await.status, StatusCode::SEE_OTHER);
    office.tick().await;
    assert_eq!(told(), before + 2);
});

story!(a_visit_is_moved_and_assigned_by_the_bookings_own_rules at "2026-01-05T08:00:00+01:00", |office| {
    office.sleep_until("2026-01-20T06:00").await;
    let stored = office.first_visit("inspection", "2026-01-22").await;
    let (visit, was) = (stored.visit.id, stored.visit.state.appointment().clone());
    if matches!(stored.visit.state, VisitState::Planned { .. }) {
        book(&office.office, visit, &AppointmentChange::default(), Rules::Keep).await.unwrap();
    }
    office.sleep_until("2026-01-20T08:00").await;
    let list = links_of(&latest_digest(&office).await).into_iter().find(|link| link.contains("/digest/")).unwrap();
    let list = list.split('#').next().unwrap().to_owned();
    let link = format!("{list}/of?m=visit%3A{}", visit.0);
    let other = if was.engineer == "E-1" { "E-2" } else { "E-1" };
    let page = get(&office, &link).await;
    assert!(page.body.contains(&format!("<option value=\"{other}\">")), "{}", page.body);
    assert!(!page.body.contains(&format!("<option value=\"{}\">", was.engineer)), "they have it already");
    assert_eq!(press(&office, &link, "assign", &[("engineer", other)]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(office.visit(visit).await.visit.state.appointment().engineer, other);
    office.tick().await;
    // A Sunday: the rule is named, and a person may insist.
    let calendar = office.office.calendars.named("ES-MD").unwrap();
    let sunday = was.day.iter_days().skip(1).find(|day| !calendar.is_working(*day).unwrap()).unwrap().to_string();
    let refused = press(&office, &link, "move", &[("day", &sunday)]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.body.contains("is a day off at the site") && refused.body.contains("Do it all the same"));
    assert_eq!(office.visit(visit).await.visit.state.appointment().day, was.day);
    let past = press(&office, &link, "move", &[("day", "2026-01-02")]).await;
    assert!(past.body.contains("has passed at the site") && !past.body.contains("Do it all the same"));
    let insist = [("day", sunday.as_str()), ("insist", "yes"), ("starts", "11:30")];
    assert_eq!(press(&office, &link, "move", &insist).await.status, StatusCode::SEE_OTHER);
    let now = office.visit(visit).await.visit.state.appointment().clone();
    assert_eq!((now.day.to_string(), now.starts.format("%H:%M").to_string()), (sunday, "11:30".to_owned()));
    office.tick().await;
    assert_eq!(office.told("ops@cum.example", "visit-moved").len(), 2, "the customer was told of both");
    let broken = press(&office, &link, "move", &[("day", "someday")]).await;
    assert_eq!(broken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(acts(&office).await, 2);
});

story!(a_page_refuses_in_its_readers_language_and_names_what_was_typed at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, _) = booked(&office).await;
    let mut managers = store::people::manager::all(&office.office.db).await.unwrap();
    managers.retain(|manager| manager.email == MANAGER);
    managers[0].language = Language::Es;
    let mut tx = office.office.db.begin().await.unwrap();
    store::people::manager::put(&mut tx, &managers).await.unwrap();
    tx.commit().await.unwrap();
    let next = office.first_visit("inspection", "2026-04-01").await;
    let digest = links_of(&latest_digest(&office).await).into_iter().find(|link| link.contains("/digest/")).unwrap();
    let list = digest.split('#').next().unwrap().to_owned();
    let link = format!("{list}/of?m=visit%3A{}", next.visit.id.0);
    let page = get(&office, &link).await;
    assert!(page.body.contains("Aún no se ha avisado a nadie"), "{}", page.body);
    let typed = |act: &'static str, fields: &'static [(&'static str, &'static str)]| press(&office, &link, act, fields);
    let no_day = typed("move", &[("day", "2026-02-30")]).await;
    assert_eq!(no_day.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(no_day.body.contains("Esto no es un día: 2026-02-30"), "{}", no_day.body);
    let no_time = typed("move", &[("day", "2026-04-10"), ("starts", "99:99")]).await;
    assert!(no_time.body.contains("Esto no es una hora: 99:99"), "{}", no_time.body);
    let far = typed("move", &[("day", "9999-12-31")]).await;
    assert!(far.body.contains("aún no conoce los festivos"), "{}", far.body);
    let nobody = typed("assign", &[("engineer", "nobody")]).await;
    assert!(nobody.body.contains("No hay ningún técnico nobody"), "{}", nobody.body);
    assert_eq!(typed("assign", &[("engineer", "E-\0")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(get(&office, &format!("{list}/of?m=deadline%3Arecord%00")).await.status, StatusCode::NOT_FOUND);
    for refused in [&no_day, &no_time, &far, &nobody] {
        assert!(!refused.body.contains("there is") && !refused.body.contains("knows no"), "{}", refused.body);
    }
    // An address that is only read says so, in words.
    let sent = ask(&office, Method::POST, &list, Some(&[("act", "remind")])).await;
    assert_eq!(sent.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(sent.body.contains("Abra de nuevo el enlace") && sent.body.contains("请重新打开"), "{}", sent.body);
    assert_eq!(acts(&office).await, 0);
    // A window whose deadline runs is shown once.
    let slot = office.visit(visit).await.slot.unwrap();
    let page = get(&office, &format!("{list}/of?m=slot%3A{slot}")).await;
    assert_eq!(page.body.matches("<dt>Ventana</dt>").count(), 1, "{}", page.body);
});

story!(a_reason_typed_on_a_page_is_kept_only_where_it_can_be_read at "2026-01-05T08:00:00+01:00", |office| {
    let (_, digest) = late_report(&office).await;
    let link = link_of(&digest, &["report"]);
    for (why, said) in [
        ("\u{200b}", "Please fill in every field"),
        ("flooded\0", "Character 8 of what you wrote cannot be kept"),
        ("\u{1b}[31m", "Character 1 of what you wrote cannot be kept"),
    ] {
        let refused = press(&office, &link, "excuse", &[("why", why)]).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{why:?}");
        assert!(refused.body.contains(said), "{why:?}: {}", refused.body);
    }
    let by = press(&office, &link, "handed-over", &[("by", "Lucía\0"), ("to", "Rosa"), ("on", "2026-02-01")]).await;
    assert!(by.body.contains("Character 6 of what you wrote"), "{}", by.body);
    assert_eq!(acts(&office).await, 0);
});

story!(a_link_that_leaked_is_ended_whatever_its_errand at "2026-01-05T08:00:00+01:00", |office| {
    let (_, digest) = late_report(&office).await;
    let link = link_of(&digest, &["report"]);
    assert_eq!(get(&office, &link).await.status, StatusCode::OK);
    let now = office.office.clock.now();
    let all = store::access::LinkFilter { most: 1000, ..Default::default() };
    let usable = store::access::usable(&office.office.db, &all, now).await.unwrap();
    let secret = link.rsplit('/').next().unwrap();
    let (found, refused) = links::known(&office.office, secret).await.unwrap().expect("it opened");
    assert_eq!(refused, None);
    assert!(usable.iter().any(|link| link.id == found.id), "it is listed");
    links::revoke(&office.office, found.id).await.unwrap();
    assert_eq!(get(&office, &link).await.status, StatusCode::GONE);
    let of_errand = store::access::LinkFilter { errand: Some(found.errand.word().to_owned()), ..all };
    let left = store::access::usable(&office.office.db, &of_errand, now).await.unwrap();
    assert!(left.iter().all(|link| link.id != found.id && link.errand.word() == found.errand.word()));
    let again = links::revoke(&office.office, found.id).await.expect_err("it is ended");
    assert!(again.to_string().contains("is ended already"), "{again}");
});

story!(p04_a_report_noted_as_handed_over_is_filed_once at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, digest) = late_report(&office).await;
    let link = link_of(&digest, &["report"]);
    let today = office.office.clock.now().date_naive().to_string();
    let by = |on: &'static str| [("by", "Lucía Romero"), ("to", "Rosa Peñalver"), ("on", on)];
    let early = press(&office, &link, "handed-over", &by("2026-01-02")).await;
    assert!(early.body.contains("The report was drawn on"), "{}", early.body);
    let fields = [("by", "Lucía Romero"), ("to", "Rosa Peñalver"), ("on", today.as_str())];
    assert_eq!(press(&office, &link, "handed-over", &fields).await.status, StatusCode::SEE_OTHER);
    let filing = store::reports::filing(&office.office.db, visit).await.unwrap().unwrap();
    assert!(filing.how.contains("Rosa Peñalver"), "{}", filing.how);
    assert!(office.deadline(Owed::Report, visit).await.met_at.is_some());
    let page = get(&office, &link).await;
    assert!(page.body.contains("Nothing is left to decide") && !page.body.contains("<button"), "{}", page.body);
});

story!(a_letter_that_was_given_up_goes_out_again_from_its_page at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, digest) = late_report(&office).await;
    let link = link_of(&digest, &["reports@cum.example"]);
    office.post.with(|post| { post.unknown.clear(); });
    assert_eq!(press(&office, &link, "retry", &[]).await.status, StatusCode::SEE_OTHER);
    office.tick().await;
    assert_eq!(office.told("reports@cum.example", "report-delivered").len(), 1);
    assert!(office.deadline(Owed::Report, visit).await.met_at.is_some());
    assert!(get(&office, &link).await.body.contains("is not given up any more"));
});

story!(a_settled_matter_says_so_kindly_and_offers_nothing at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, day) = booked(&office).await;
    office.sleep_until(&format!("{}T08:00", day + Days::new(6))).await;
    let digest = latest_digest(&office).await;
    assert!(text(&digest).contains("The record is missing"));
    let link = link_of_visit(&digest, "Record of", visit);
    office.done(visit, &format!("{day}T12:00")).await;
    let page = get(&office, &link).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("Settled: done on") && !page.body.contains("<form"), "{}", page.body);
    let late = send(&office, &link, "excuse", &"d".repeat(64), "0", &[("why", "x")]).await;
    assert_eq!((late.status, acts(&office).await), (StatusCode::CONFLICT, 0));
});
