//! Letters beyond visits and reports: who may end them, and who has to hear of a new number or of an end.

use std::sync::Arc;

use ronda::office::digest::subscribe::{Digests, digests_of, set_digests};
use ronda::office::heartbeat::pulse::Pulse;
use ronda::office::letters::tell_hotline::{Reached, last_change, told_otherwise};
use ronda::web::{Desk, public_routes};
use tokio::sync::watch;

use crate::office::harness::TestOffice;
use crate::story;

const MANAGER: &str = "helena@ronda.example";

/// The office's pages for people outside, at a loopback port.
struct Pages {
    at: std::net::SocketAddr,
    _stop: watch::Sender<()>,
}

impl Pages {
    async fn open(office: &TestOffice) -> Pages {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let pulse = Pulse::new(&office.office.clock);
        let (office_is, office) = watch::channel((*office.office).clone());
        let (stop, mut stopped) = watch::channel(());
        let routes = public_routes(Desk::new(office, pulse, at));
        tokio::spawn(async move {
            let _held = office_is;
            ronda::web::serve(listener, routes, async move { stopped.changed().await.unwrap_or_default() }).await
        });
        Pages { at, _stop: stop }
    }

    async fn get(&self, path: &str, language: &str) -> (u16, String) {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Language: {language}\r\nConnection: close\r\n\r\n"))
            .await
    }

    async fn post(&self, path: &str, body: &str) -> (u16, String) {
        let length = body.len();
        let kind = "application/x-www-form-urlencoded";
        let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {length}");
        self.ask(&format!("{head}\r\nConnection: close\r\n\r\n{body}")).await
    }

    /// Status, and everything that came with it.
    async fn ask(&self, request: &str) -> (u16, String) {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut stream = tokio::net::TcpStream::connect(self.at).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status line");
        (status, answer)
    }
}

/// The value of a header of a letter, unfolded.
fn header(bytes: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(bytes).replace("\r\n ", " ");
    let head = text.split("\r\n\r\n").next().expect("a head");
    head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned))
}

/// Where the newest digest is ended, as a path.
fn way_out(office: &TestOffice) -> String {
    let digest = office.told(MANAGER, "digest").pop().expect("a digest");
    let address = header(&digest.bytes, "List-Unsubscribe").expect("a way out");
    assert_eq!(header(&digest.bytes, "List-Unsubscribe-Post").as_deref(), Some("List-Unsubscribe=One-Click"));
    address.trim_matches(['<', '>']).strip_prefix("https://ronda.example").expect("the public address").to_owned()
}

story!(p31_a_manager_ends_digests_with_one_click_and_still_hears_of_what_is_late at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let digests = office.told(MANAGER, "digest").len();
    assert_eq!(digests, 1);
    let (path, pages) = (way_out(&office), Pages::open(&office).await);

    for _ in 0..3 {
        let (status, page) = pages.get(&path, "zh").await;
        assert_eq!(status, 200);
        assert!(page.contains("End your digests?") && page.contains("lang=\"en\""), "the reader's language: {page}");
    }
    assert_eq!(digests_of(&office.office, &"M-1".into()).await.unwrap(), Digests::Wanted, "opening a link changes nothing");
    assert_eq!(pages.post(&path, "").await.0, 400);
    assert_eq!(digests_of(&office.office, &"M-1".into()).await.unwrap(), Digests::Wanted);
    for _ in 0..2 {
        let (status, page) = pages.post(&path, "List-Unsubscribe=One-Click").await;
        assert!(status == 200 && page.contains("Your digests have ended"), "{page}");
    }

    // A visit without a record: its deadlines are flagged, and a letter to nowhere is an alarm.
    let visit = office.first_visit("inspection", "2026-01-05").await;
    let day = visit.visit.state.appointment().day;
    office.post.with(|post| post.unknown.insert("ops@cum.example".to_owned()));
    office.sleep_until(&format!("{}T12:00", day + chrono::Days::new(6))).await;
    assert_eq!(office.told(MANAGER, "digest").len(), digests, "no digest any more");
    assert!(!office.flags_told(MANAGER).is_empty(), "what is late");
    assert!(!office.told(MANAGER, "undelivered").is_empty(), "what did not arrive");

    let (status, page) = pages.post(&path, "digests=resume").await;
    assert!(status == 200 && page.contains("End your digests?"), "{page}");
    office.sleep_until(&format!("{}T12:00", day + chrono::Days::new(8))).await;
    assert!(office.told(MANAGER, "digest").len() > digests);
});

story!(p31_the_office_ends_and_resumes_digests_and_a_strangers_link_ends_nobodys at "2026-01-05T08:00:00+01:00", |office| {
    set_digests(&office.office, &"M-1".into(), Digests::Ended).await.unwrap();
    office.tick().await;
    assert!(office.told(MANAGER, "digest").is_empty());
    set_digests(&office.office, &"M-1".into(), Digests::Wanted).await.unwrap();
    set_digests(&office.office, &"M-1".into(), Digests::Wanted).await.unwrap();
    assert!(set_digests(&office.office, &"M-9".into(), Digests::Ended).await.is_err());
    office.tick().await;
    assert_eq!(office.told(MANAGER, "digest").len(), 1);
    let pages = Pages::open(&office).await;
    let (status, page) = pages.get("/unsubscribe/0000", "es-ES,es;q=0.9").await;
    assert!(status == 404 && page.contains("Este enlace no se abre"), "{page}");
    assert_eq!(pages.post("/unsubscribe/0000", "List-Unsubscribe=One-Click").await.0, 404);
    // The secret of another errand ends nothing either.
    let other = way_out(&office).replace("/unsubscribe/", "/paper/");
    assert_eq!(pages.get(&other, "en").await.0, 404);
    assert_eq!(digests_of(&office.office, &"M-1".into()).await.unwrap(), Digests::Wanted);
});

story!(r13_a_report_that_is_too_large_waits_behind_its_readers_link at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let mut config = (*office.office.config).clone();
    config.letters.largest_attachment_mb = 0;
    office.office.config = Arc::new(config);
    office.tick().await;
    let visit = office.first_visit("inspection", "2026-01-05").await.visit.id;
    let day = office.visit(visit).await.visit.state.appointment().day;
    office.sleep_until(&format!("{day}T12:30")).await;
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    let letter = office.told("reports@cum.example", "report-delivered").pop().expect("a letter");
    let message = mail_parser::MessageParser::default().parse(&letter.bytes).unwrap();
    assert_eq!(message.attachment_count(), 0);
    let text = message.body_text(0).unwrap();
    let path = text.lines().find_map(|line| line.strip_prefix("https://ronda.example")).expect("a link").trim().to_owned();
    let before = office.fingerprint().await;
    let pages = Pages::open(&office).await;
    for _ in 0..3 {
        let (status, answer) = pages.get(&path, "en").await;
        assert!(status == 200 && answer.contains("content-type: application/pdf"), "{path}");
        assert!(answer.contains("%PDF-") && answer.contains("%%EOF"));
    }
    assert_eq!(office.fingerprint().await, before, "opening a link changes nothing");
    assert!(ronda::store::reports::filing(&office.office.db, visit).await.unwrap().is_some(), "the letter files it (P04)");
    office.down_until("2027-03-01T08:00");
    assert_eq!(pages.get(&path, "en").await.0, 410);
});

/// The office with another hotline, as after a reload.
fn with_hotline(office: &mut TestOffice, number: &str) {
    let mut config = (*office.office.config).clone();
    config.company.hotline = Some(number.to_owned());
    office.office.composer.hotline = config.company.hotline.clone();
    office.office.config = Arc::new(config);
}

async fn reached(office: &TestOffice) -> Vec<(String, Reached)> {
    let (office, now) = (&office.office, office.office.clock.now());
    let change = last_change(&office.db, &office.config.company, now).await.unwrap().expect("a change");
    change.customers.into_iter().map(|(customer, reached)| (customer.customer.into(), reached)).collect()
}

story!(p19_a_new_hotline_number_reaches_every_customer_once at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.import(&[
        ("customers.csv", "customer,name,language\nZHO,中心数据,zh\nOLD,Viejo,es\n"),
        ("sites.csv", "site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n\
                       SHA,ZHO,上海,路1号,CN,SH,Asia/Shanghai,,,\n"),
        ("contacts.csv", "site,customer,name,email,role,language\nSHA,,王芳,wang@zho.example,reports,\n"),
        ("contracts.csv", "contract,customer,sites,plan,accepted_on,ends_on\n\
                           C-2,ZHO,*,standard,2026-01-01,\nC-3,OLD,*,standard,2024-01-01,2025-12-31\n"),
    ]).await;
    with_hotline(&mut office, "+34 900 100");
    office.tick().await;
    assert!(office.told("ops@cum.example", "hotline-changed").is_empty(), "the first number is no change");

    with_hotline(&mut office, "+34 900 200");
    office.post.with(|post| post.unknown.insert("wang@zho.example".to_owned()));
    for _ in 0..3 {
        office.tick().await;
    }
    for email in ["ops@cum.example", "reports@cum.example", "carmen@cum.example"] {
        let letters = office.told(email, "hotline-changed");
        assert_eq!(letters.len(), 1, "{email}");
        assert_eq!(letters[0].subject, "Nuestra línea de averías tiene un número nuevo: +34 900 200");
    }
    let stand = reached(&office).await;
    assert_eq!(stand.len(), 2, "a customer whose contract has ended need not know: {stand:?}");
    assert!(matches!(stand[0], (_, Reached::ByMail { .. })), "{stand:?}");
    assert_eq!(stand[1], ("ZHO".to_owned(), Reached::NotDelivered));
    assert!(told_otherwise(&office.office, &"ZHO".into(), " ").await.is_err());
    told_otherwise(&office.office, &"ZHO".into(), "by phone, 王芳").await.unwrap();
    assert!(reached(&office).await.iter().all(|(_, reached)| reached.is_told()));

    // Back to the old number: that is a change too.
    with_hotline(&mut office, "+34 900 100");
    office.tick().await;
    assert_eq!(office.told("ops@cum.example", "hotline-changed").len(), 2);
    let change = last_change(&office.office.db, &office.office.config.company, office.office.clock.now()).await;
    let change = change.unwrap().unwrap();
    assert_eq!((change.previous.as_str(), change.untold().count()), ("+34 900 200", 1));
    assert_eq!(change.due_on, change.changed_on + chrono::Days::new(3));
});

story!(p15_the_end_of_a_warranty_and_of_a_contract_is_told_once_before_it_comes at "2026-01-05T08:00:00+01:00", |office| {
    office.import(&[
        ("contracts.csv", "contract,customer,sites,plan,accepted_on,ends_on\nC-1,CUM,*,standard,2026-01-01,2027-12-31\n"),
        ("equipment.csv", "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months\n\
                           UPS-2,MAD,SAI 2,Voltera,M400,S-2,ups-battery,electrical,2026-01-01,24\n"),
    ]).await;
    office.down_until("2027-10-29T09:00");
    office.tick().await;
    assert!(office.told(MANAGER, "phase-ending").is_empty(), "63 days are left");
    office.down_until("2027-11-03T09:00");
    for _ in 0..3 {
        office.tick().await;
    }
    office.down_until("2027-11-10T09:00");
    office.tick().await;
    let subjects = |email| {
        let mut subjects: Vec<_> = office.told(email, "phase-ending").into_iter().map(|letter| letter.subject).collect();
        subjects.sort();
        subjects
    };
    assert_eq!(subjects(MANAGER), [
        "Contract C-1 ends on Fri 31 Dec 2027: Cumbre Centros de Datos",
        "Warranty ends on Fri 31 Dec 2027: Cumbre Centros de Datos",
    ]);
    assert_eq!(subjects("carmen@cum.example"), [
        "El contrato C-1 termina el vie 31 dic 2027: Cumbre Centros de Datos",
        "La garantía termina el vie 31 dic 2027: Cumbre Centros de Datos",
    ]);
    assert!(office.told("ops@cum.example", "phase-ending").is_empty(), "nobody else's business");
    let warranty = office.told(MANAGER, "phase-ending").into_iter().find(|letter| letter.subject.starts_with("Warranty"));
    let message = warranty.expect("it was told");
    let message = mail_parser::MessageParser::default().parse(&message.bytes).unwrap();
    let text = message.body_text(0).unwrap();
    assert!(text.contains("* SAI 1, Centro Alcobendas") && text.contains("* SAI 2, Centro Alcobendas"), "{text}");
    assert!(text.contains("ends in 58 days"), "{text}");
});
