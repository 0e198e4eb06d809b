use proptest::prelude::*;

use super::*;
use domain::contract::Purpose;
use domain::ids::VisitId;
use domain::letters::notice::VisitWords;
use domain::letters::reply::Participation;
use domain::people::ReaderRole;
use domain::visits::invitation::uid;

fn composer() -> Composer {
    Composer::new("Norte, S.L.", "servicio@señal.example")
}

fn reader(name: &str, email: &str, language: Language) -> Reader {
    Reader { name: name.to_owned(), email: email.to_owned(), language, role: ReaderRole::Customer(email.to_owned()) }
}

fn event(site_name: &str) -> Event {
    Event {
        uid: uid(VisitId(1042), "9f2c@norte.example"),
        sequence: 3,
        starts_at: "2026-03-12T08:30:00Z".parse().unwrap(),
        ends_at: "2026-03-12T11:00:00Z".parse().unwrap(),
        position: Some((43.301, -2.9106)),
        standing: Certainty::Confirmed,
        visit: VisitWords {
            id: VisitId(1042),
            purpose: Purpose::Training,
            customer: "Aeropuertos".to_owned(),
            site: "BIO".into(),
            site_name: site_name.to_owned(),
            address: "Loiu 1, Bilbao; Vizcaya".to_owned(),
            day: "2026-03-12".parse().unwrap(),
            starts: chrono::NaiveTime::from_hms_opt(9, 30, 0).unwrap(),
            takes_minutes: 150,
            engineer: "Luis Vega".to_owned(),
            engineer_phone: "+34 600".to_owned(),
            equipment: (1..=14).map(|n| format!("Scanner {n}")).collect(),
            topics: vec!["Alarms".to_owned()],
            why: None,
            rest_of: None,
        },
    }
}

fn unfolded(text: &str) -> Vec<String> {
    text.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

fn invitation(method: Method, language: Language) -> Vec<String> {
    let invitation = Invitation { method, event: event("Terminal 2") };
    let to = reader("Ruiz, \"Ana\"", "Ana%x@Terminal.example", language);
    let part = composer().calendar(&invitation, &to, "2026-03-01T06:30:00Z".parse().unwrap()).unwrap();
    unfolded(&part.text)
}

#[test]
fn an_invitation_says_who_asks_whom_to_be_where_and_when() {
    let lines = invitation(Method::Request, Language::En);
    for line in [
        "METHOD:REQUEST",
        "UID:V1042-9f2c@norte.example",
        "DTSTAMP:20260301T063000Z",
        "DTSTART:20260312T083000Z",
        "DTEND:20260312T110000Z",
        "SEQUENCE:3",
        "STATUS:CONFIRMED",
        "SUMMARY:Training: Terminal 2",
        "LOCATION:Terminal 2\\, Loiu 1\\, Bilbao\\; Vizcaya",
        "GEO:43.301000;-2.910600",
        "ORGANIZER;CN=\"Norte, S.L.\":mailto:servicio@xn--seal-hqa.example",
        "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=\"Ruiz, 'Ana'\"\
         :mailto:Ana%25x@terminal.example",
    ] {
        assert!(lines.iter().any(|found| found == line), "{line} is not in {lines:#?}");
    }
    let about = lines.iter().find(|line| line.starts_with("DESCRIPTION:")).unwrap();
    assert!(about.contains("Scanner 12 and 2 more\\nTopics: Alarms\\nVisit V1042\\nAccept to confirm"), "{about}");
    assert!(!lines.iter().any(|line| line.contains("VALARM") || line.contains("VTIMEZONE")));
}

#[test]
fn a_cancellation_asks_nothing() {
    let lines = invitation(Method::Cancel, Language::Es);
    assert!(lines.contains(&"METHOD:CANCEL".to_owned()) && lines.contains(&"STATUS:CANCELLED".to_owned()));
    assert!(!lines.iter().any(|line| line.contains("RSVP") || line.contains("Acepte")));
    assert!(lines.contains(&"SUMMARY:Formación: Terminal 2".to_owned()));
}

#[test]
fn nobody_is_invited_at_an_address_that_no_server_takes() {
    let invitation = Invitation { method: Method::Request, event: event("T") };
    let at = "2026-03-01T06:30:00Z".parse().unwrap();
    assert!(composer().calendar(&invitation, &reader("Ana", "josé@x.example", Language::Es), at).is_none());
}

#[test]
fn a_feed_publishes_and_invites_nobody() {
    let tentative = Event { standing: Certainty::Tentative, ..event("Nave 1") };
    let answers = vec![
        Answered { name: "Ana Ruiz".to_owned(), answer: Participation::Accepted, comment: None },
        Answered {
            name: "Iker; Sanz".to_owned(),
            answer: Participation::Declined,
            comment: Some("obras,\nhasta junio".into()),
        },
    ];
    let lines = vec![FeedLine { event: tentative, answers: Vec::new() }, FeedLine { event: event("T"), answers }];
    let feed = Feed { name: "Luis Vega".to_owned(), language: Language::Es, lines };
    let lines = unfolded(&composer().feed(&feed, "2026-03-01T06:30:00Z".parse().unwrap()));
    for line in [
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Norte\\, S.L.: visitas\\, Luis Vega",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "STATUS:TENTATIVE",
        "X-RONDA-ANSWER;PARTSTAT=ACCEPTED:Ana Ruiz",
        "X-RONDA-ANSWER;PARTSTAT=DECLINED:Iker\\; Sanz",
    ] {
        assert!(lines.iter().any(|found| found == line), "{line} is not in {lines:#?}");
    }
    assert!(!lines.iter().any(|line| line.starts_with("ATTENDEE")));
    assert!(lines.iter().any(|line| line.contains("Pide otra fecha: Iker\\; Sanz (obras\\, hasta junio)")));
    assert!(lines.iter().any(|line| line.contains("todavía sin anunciar")));
    assert_eq!(lines.iter().filter(|line| *line == "UID:V1042-9f2c@norte.example").count(), 2);
}

proptest! {
    #[test]
    fn a_line_has_at_most_75_octets_and_reads_back_as_it_was(text in "[\\PC\r\n\t;,\\\\]{0,300}") {
        let mut lines = Lines(String::new());
        lines.text("DESCRIPTION", &text);
        prop_assert!(lines.0.ends_with("\r\n"));
        // Split bytes rather than text, so that a character cut in two is detected.
        for line in lines.0.as_bytes().split(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            prop_assert!(line.len() <= OCTETS && std::str::from_utf8(line).is_ok());
        }
        let whole = unfolded(&lines.0);
        prop_assert_eq!(whole.len(), 1);
        let mut read = String::new();
        let mut chars = whole[0].strip_prefix("DESCRIPTION:").unwrap().chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('n') => read.push('\n'),
                    Some(escaped) => read.push(escaped),
                    None => prop_assert!(false, "an escape of nothing"),
                },
                c => {
                    prop_assert!(c != ';' && c != ',');
                    read.push(c);
                }
            }
        }
        let meant: String = text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
        prop_assert_eq!(read, meant);
    }

    #[test]
    fn no_text_of_a_user_adds_a_line(evil in "[\\PC\r\n\t\0:;,\"=\\\\]{0,60}") {
        let plain = Invitation { method: Method::Request, event: event("T") };
        let mut hostile = plain.clone();
        let visit = &mut hostile.event.visit;
        for text in [&mut visit.site_name, &mut visit.address, &mut visit.customer, &mut visit.engineer] {
            text.clone_from(&evil);
        }
        visit.equipment = vec![evil.clone()];
        let at = "2026-03-01T06:30:00Z".parse().unwrap();
        let names = |invitation: &Invitation, name: &str| {
            let part = composer().calendar(invitation, &reader(name, "a@b.example", Language::Zh), at).unwrap();
            unfolded(&part.text)
                .iter()
                .map(|line| line.split([':', ';']).next().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        prop_assert_eq!(names(&hostile, &evil), names(&plain, "Ana"));
    }
}
