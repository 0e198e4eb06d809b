//! R16: the report that the customer has is the report that we keep; a site's reports form a chain; what is signed
//! stays signed.

use std::sync::Arc;

use axum::http::{Request, StatusCode, header};
use chrono::TimeDelta;
use ronda::domain::ids::VisitId;
use ronda::domain::promises::Owed;
use ronda::domain::reports::StoredReport;
use ronda::domain::visits::StoredVisit;
use ronda::office::heartbeat::pulse::Pulse;
use ronda::office::records::record_visit::record_visit;
use ronda::office::reports::issue_report::issue_reports;
use ronda::office::reports::verify_report::{Verdict, page_address, verify, verify_offline, walk_chain};
use ronda::paper::pdf;
use ronda::paper::seal::{Sealer, Signer};
use ronda::store;
use ronda::store::letters::LetterFilter;
use ronda::web;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::office::harness::TestOffice;
use crate::office::phone::ask;
use crate::story;
use crate::support::authority::Authority;

const CERTIFICATE: &str = include_str!("../../data/report-signing.pem");

/// Visits of the site that took place, their records handed in, without a beat since.
async fn recorded(office: &TestOffice, count: usize) -> Vec<VisitId> {
    office.tick().await;
    let mut found = office.visits().await;
    found.retain(|stored| stored.visit.term == "inspection");
    found.sort_by_key(|stored| stored.visit.state.appointment().day);
    found.truncate(count);
    let last = found.last().expect("a visit is planned").visit.state.appointment().day;
    office.down_until(&format!("{last}T18:00"));
    // The last visit's record comes first.
    for stored in found.iter().rev() {
        office.done(stored.visit.id, &format!("{}T12:00", stored.visit.state.appointment().day)).await;
    }
    found.iter().map(|stored| stored.visit.id).collect()
}

async fn report(office: &TestOffice, visit: VisitId) -> (StoredReport, Vec<u8>) {
    let report = store::reports::latest(&office.office.db, visit).await.unwrap().unwrap();
    let bytes = office.office.documents.get(&report.sha256).await.unwrap();
    (report, bytes)
}

pub fn sealer(authority: Option<&str>) -> Option<Arc<Sealer>> {
    let signer = Signer::from_pem(CERTIFICATE).unwrap();
    Some(Arc::new(Sealer { signer, stamper: authority.map(|address| address.parse().unwrap()) }))
}

story!(r16_every_report_names_the_one_before_it_and_each_break_is_named at "2026-01-05T08:00:00+01:00", |office| {
    let visits = recorded(&office, 3).await;
    assert_eq!(issue_reports(&office.office).await.unwrap(), 3);
    let chain = walk_chain(&office.office, &"MAD".into()).await.unwrap();
    assert_eq!(chain.iter().map(|link| link.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(chain.iter().all(|link| link.breaks.is_empty()), "{chain:?}");
    for (at, link) in chain.iter().enumerate() {
        let bytes = office.office.documents.get(&link.sha256).await.unwrap();
        let said = pdf::read(Arc::new(bytes)).unwrap();
        let before = at.checked_sub(1).map(|before| chain[before].sha256.clone());
        assert_eq!(said.provenance.unwrap().previous_sha256, before);
    }
    // The record inside is the one that was received, to the byte.
    for visit in &visits {
        let record = store::records::of_visit(&office.office.db, *visit).await.unwrap().unwrap();
        let (_, bytes) = report(&office, *visit).await;
        let said = pdf::read(Arc::new(bytes)).unwrap();
        assert_eq!(said.record.unwrap(), record.body.as_bytes());
        assert_eq!(said.provenance.unwrap().record_sha256, record.sha256);
    }
    std::fs::write(office.office.documents.path(&chain[1].sha256), b"%PDF-1.7 altered").unwrap();
    std::fs::remove_file(office.office.documents.path(&chain[2].sha256)).unwrap();
    let mut tx = office.office.db.begin().await.unwrap();
    tx.sql("update report_chain set previous_sha256 = 'another' where number = 3").execute().await.unwrap();
    tx.commit().await.unwrap();
    let chain = walk_chain(&office.office, &"MAD".into()).await.unwrap();
    assert_eq!(chain[0].breaks, Vec::<String>::new());
    assert!(chain[1].breaks[0].contains("was changed on disk"), "{:?}", chain[1].breaks);
    assert!(chain[2].breaks[0].contains("follows another"), "{:?}", chain[2].breaks);
    assert!(chain[2].breaks[1].contains("cannot read document"), "{:?}", chain[2].breaks);
    office.leaves_waiting(&["report-delivered"]);
});

story!(r19_two_daemons_that_issue_at_once_make_one_report_a_visit_and_one_chain at "2026-01-05T08:00:00+01:00", |office| {
    let visits = recorded(&office, 4).await;
    let issued = tokio::join!(store::apart(issue_reports(&office.office)), store::apart(issue_reports(&office.office)));
    assert_eq!(issued.0.unwrap() + issued.1.unwrap(), 4);
    for visit in visits {
        assert_eq!(report(&office, visit).await.0.revision, 1);
        assert_eq!(office.office.db.read("select key from letter where visit_id = $1 and notice = 'report-delivered'")
            .bind(visit.0).all::<(String,)>().await.unwrap().len(), 1);
    }
    let chain = walk_chain(&office.office, &"MAD".into()).await.unwrap();
    assert_eq!(chain.len(), 4);
    assert!(chain.iter().all(|link| link.breaks.is_empty()), "{chain:?}");
    office.leaves_waiting(&["report-delivered"]);
});

story!(r16_a_file_is_genuine_superseded_altered_or_unknown at "2026-01-05T08:00:00+01:00", |office| {
    let visit = recorded(&office, 1).await[0];
    office.tick().await;
    let (first, bytes) = report(&office, visit).await;
    let verdict = async |bytes: &[u8]| verify(&office.office, bytes.to_vec()).await.unwrap();
    assert_eq!(verdict(&bytes).await.verdict, Verdict::Genuine);
    assert_eq!(verify_offline(bytes.clone(), None).verdict, Verdict::Unsigned);

    let appended = verdict(&[bytes.as_slice(), b"\n1 0 obj\n<<>>\nendobj\n"].concat()).await;
    assert_eq!(appended.verdict, Verdict::Altered);
    assert!(appended.why.iter().any(|why| why.contains("what follows was appended")), "{:?}", appended.why);
    let mut altered = bytes.clone();
    let at = altered.windows(9).position(|window| window == b"dc:title>").unwrap() + 60;
    altered[at] ^= 1;
    let altered = verdict(&altered).await;
    assert_eq!((altered.verdict, altered.report.as_deref()), (Verdict::Altered, Some(format!("{visit}-1").as_str())));
    assert_eq!(verdict(b"%PDF-1.4\n%%EOF").await.verdict, Verdict::Unknown);
    assert_eq!(verdict(b"").await.verdict, Verdict::Unknown);

    let head = store::reports::chain::head(&office.office.db, &"MAD".into()).await.unwrap().unwrap();
    let second = StoredReport { revision: 2, sha256: "f".repeat(64), ..first };
    let mut tx = office.office.db.begin().await.unwrap();
    store::reports::put(&mut tx, &second).await.unwrap();
    assert!(store::reports::chain::append(&mut tx, &"MAD".into(), visit, 2, Some(&head)).await.unwrap());
    assert!(!store::reports::chain::append(&mut tx, &"MAD".into(), visit, 3, Some(&head)).await.unwrap(), "the place is taken");
    tx.commit().await.unwrap();
    assert_eq!(verdict(&bytes).await.verdict, Verdict::Superseded { by: 2 });
});

story!(r16_a_report_of_another_office_is_unknown_and_not_altered at "2026-01-05T08:00:00+01:00", |office| {
    let visit = recorded(&office, 1).await[0];
    office.tick().await;
    let (_, bytes) = report(&office, visit).await;
    let ours = pdf::read(Arc::new(bytes.clone())).unwrap().provenance.unwrap().office.expect("it names its office");
    // Another office has a site MAD and this visit too, or has the visit at another site.
    let theirs = format!("{}{}", if ours.starts_with('0') { '1' } else { '0' }, &ours[1..]);
    let elsewhere = [
        (ours, theirs.clone(), format!("it says that it is {visit}-1 of site MAD of the office {theirs}; ")),
        ("Site>MAD<".to_owned(), "Site>HGH<".to_owned(), format!("it says that it is {visit}-1 of site HGH; ")),
    ];
    for (ours, theirs, words) in elsewhere {
        let mut file = bytes.clone();
        let at = file.windows(ours.len()).position(|window| window == ours.as_bytes()).unwrap();
        file[at..at + theirs.len()].copy_from_slice(theirs.as_bytes());
        let verified = verify(&office.office, file).await.unwrap();
        assert_eq!((verified.verdict, verified.report), (Verdict::Unknown, None), "{:?}", verified.why);
        assert_eq!(verified.why[0], format!("{words}this office has not issued such a report"));
    }
});

story!(r06_a_record_that_cannot_be_drawn_never_stops_the_others at "2026-01-05T08:00:00+01:00", |office| {
    let visits = recorded(&office, 3).await;
    let mut tx = office.office.db.begin().await.unwrap();
    tx.sql("update record set body = '{' where visit_id = $1").bind(visits[1].0).execute().await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(issue_reports(&office.office).await.unwrap(), 2);
    assert!(store::reports::latest(&office.office.db, visits[1]).await.unwrap().is_none());
    assert_eq!(walk_chain(&office.office, &"MAD".into()).await.unwrap().len(), 2);
    office.leaves_waiting(&["report-delivered"]);
});

story!(p04_a_report_is_signed_while_the_certificate_is_valid_and_goes_out_all_the_same_after at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.office.sealer = sealer(None);
    let visit = recorded(&office, 1).await[0];
    office.tick().await;
    let (_, bytes) = report(&office, visit).await;
    let verified = verify_offline(bytes.clone(), None);
    assert_eq!(verified.verdict, Verdict::Signed, "{:?}", verified.why);
    let checked = verified.file.unwrap().signatures[0].checked.clone().unwrap();
    assert!(checked.signatory.name.contains("Ronda Service"));
    assert_eq!(checked.stamped, None);
    assert_eq!(verify(&office.office, bytes).await.unwrap().verdict, Verdict::Genuine);

    office.down_until("2026-07-02T09:00");
    let others = |stored: &StoredVisit| stored.visit.term == "inspection" && stored.visit.id != visit;
    let later = office.visits().await.into_iter().filter(others);
    let later = later.min_by_key(|stored| stored.visit.state.appointment().day).unwrap().visit;
    office.done(later.id, &format!("{}T12:00", later.state.appointment().day)).await;
    issue_reports(&office.office).await.unwrap();
    let (_, bytes) = report(&office, later.id).await;
    assert_eq!(verify_offline(bytes, None).verdict, Verdict::Unsigned);
    office.leaves_waiting(&["report-delivered"]);
});

/// Whether the report of a visit is signed, and whether the signature is stamped.
pub async fn stamped(office: &TestOffice, visit: VisitId) -> bool {
    let verified = verify_offline(report(office, visit).await.1, None);
    // The authority's clock is a real one, by which the certificate of the stories may have run out.
    assert!(matches!(verified.verdict, Verdict::Signed | Verdict::SignedOutOfTime), "{:?}", verified.why);
    verified.file.unwrap().signatures[0].checked.clone().unwrap().stamped.is_some()
}

story!(p04_reports_wait_two_hours_for_a_time_stamp_and_go_out_without_one_after at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let asked = Authority::silent();
    office.office.sealer = sealer(Some(&asked.address));
    let visits = recorded(&office, 3).await;
    let is_there = async |office: &TestOffice, visit| store::reports::latest(&office.office.db, visit).await.unwrap().is_some();

    // The authority is asked for one report a beat, twice, and none goes out; a beat more changes nothing.
    for beat in 1..=3 {
        office.tick().await;
        assert_eq!(asked.times(), 2 * beat);
    }
    for visit in &visits {
        assert!(!is_there(&office, *visit).await, "{visit} waits for its time stamp");
    }
    assert!(walk_chain(&office.office, &"MAD".into()).await.unwrap().is_empty());
    assert!(office.told("reports@cum.example", "report-delivered").is_empty());

    // It answers again: the next beat issues what waited, stamped.
    let authority = Authority::open("office-authority");
    office.office.sealer = sealer(Some(&authority.address));
    let now = office.office.clock.now();
    office.office.clock.advance_to(now + TimeDelta::minutes(119));
    office.tick().await;
    for visit in &visits {
        assert!(stamped(&office, *visit).await);
    }
    assert_eq!(office.told("reports@cum.example", "report-delivered").len(), 3);

    // Two hours without an answer: out it goes, signed, and the authority is asked for one of them alone.
    office.office.sealer = sealer(Some(&asked.address));
    let before = asked.times();
    let more = recorded(&office, 5).await;
    let more: Vec<VisitId> = more.into_iter().filter(|visit| !visits.contains(visit)).collect();
    assert_eq!(more.len(), 2);
    office.tick().await;
    assert!(!is_there(&office, more[0]).await && !is_there(&office, more[1]).await);
    let now = office.office.clock.now();
    office.office.clock.advance_to(now + TimeDelta::hours(2));
    office.tick().await;
    assert_eq!(asked.times() - before, 4, "two attempts a beat");
    for visit in &more {
        assert!(!stamped(&office, *visit).await);
        assert!(office.deadline(Owed::Report, *visit).await.met_at.is_some(), "it is delivered all the same");
    }
    assert!(walk_chain(&office.office, &"MAD".into()).await.unwrap().iter().all(|link| link.breaks.is_empty()));
    let before = office.fingerprint().await;
    office.tick().await;
    assert_eq!(office.fingerprint().await, before, "what went out without a stamp stays as it is");
});

story!(p04_reports_wait_for_their_time_stamps_side_by_side_and_are_kept_in_order at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let mut places = "site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n".to_owned();
    let mut equipment = "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months\n".to_owned();
    for n in 1..=5 {
        places += &format!("S-{n},CUM,Centro {n},\"Calle {n}, Madrid\",ES,MD,Europe/Madrid,40.{n},-3.6,\n");
        equipment += &format!("U-{n},S-{n},SAI {n},Voltera,M400,N-{n},ups-battery,electrical,2026-01-01,24\n");
    }
    office.import(&[("sites.csv", &places), ("equipment.csv", &equipment)]).await;
    office.tick().await;
    let mut found = office.visits().await;
    found.retain(|stored| stored.visit.term == "inspection" && stored.visit.site.as_str().starts_with("S-"));
    found.sort_by_key(|stored| (stored.visit.site.clone(), stored.visit.state.appointment().day));
    found.dedup_by_key(|stored| stored.visit.site.clone());
    let last = found.iter().map(|stored| stored.visit.state.appointment().day).max().unwrap();
    office.down_until(&format!("{last}T18:00"));
    for stored in &found {
        let visit = &stored.visit;
        let record = office.record(visit.id, &format!("{}T12:00", visit.state.appointment().day)).await;
        let record = record.replace("UPS-1", &visit.site.as_str().replace("S-", "U-"));
        record_visit(&office.office, visit.id, record.as_bytes(), Vec::new()).await.unwrap();
    }

    // Whoever asks one after another waits for ever.
    let authority = Authority::in_pairs("authority-in-pairs");
    office.office.sealer = sealer(Some(&authority.address));
    assert_eq!(issue_reports(&office.office).await.unwrap(), 5);
    assert_eq!(authority.times(), 5, "once for each");
    for stored in &found {
        assert!(stamped(&office, stored.visit.id).await);
    }
    let filter = LetterFilter { notice: Some("report-delivered".to_owned()), most: 100, ..LetterFilter::default() };
    let letters = store::letters::list(&office.office.db, &filter).await.unwrap();
    let mut visits: Vec<_> = letters.iter().rev().filter_map(|letter| letter.visit).collect();
    visits.dedup();
    assert_eq!(visits, found.iter().map(|stored| stored.visit.id).collect::<Vec<_>>(), "as the records came in");
    office.leaves_waiting(&["report-delivered"]);
});

story!(r14_a_record_of_thousands_of_pages_reaches_the_customer_shortened_with_all_of_it_inside at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let visit = office.first_visit("inspection", "2026-01-01").await.visit;
    let day = visit.state.appointment().day;
    office.sleep_until(&format!("{day}T18:00")).await;
    let mut record: serde_json::Value =
        serde_json::from_str(&office.record(visit.id, &format!("{day}T12:00")).await).unwrap();
    let text = |n: usize| format!("Hallazgo {n}{}fin", "\n".repeat(4_900));
    let finding = |n| serde_json::json!({"severity": "minor", "equipment": "UPS-1", "text": text(n)});
    record["findings"] = (0..100).map(finding).collect();
    record_visit(&office.office, visit.id, record.to_string().as_bytes(), Vec::new()).await.unwrap();
    office.tick().await;

    let letters = office.told("reports@cum.example", "report-delivered");
    assert_eq!(letters.len(), 1, "the customer has it");
    let (_, bytes) = report(&office, visit.id).await;
    assert_eq!(verify(&office.office, bytes.clone()).await.unwrap().verdict, Verdict::Genuine);
    let stored = store::records::of_visit(&office.office.db, visit.id).await.unwrap().unwrap();
    let inside = pdf::read(Arc::new(bytes.clone())).unwrap().record.unwrap();
    assert!(inside == stored.body.as_bytes(), "the whole record is in the file");
    assert_eq!(String::from_utf8(inside).unwrap().matches("Hallazgo 99").count(), 1);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shortened.pdf");
    std::fs::write(&path, &bytes).unwrap();
    let said = std::process::Command::new("pdftotext").args(["-l", "1"]).arg(&path).arg("-").output();
    let said = String::from_utf8(said.expect("install poppler-utils").stdout).unwrap();
    assert!(said.split_whitespace().collect::<Vec<_>>().join(" ").contains("Este informe está abreviado"), "{said}");
    assert!(office.deadline(Owed::Report, visit.id).await.met_at.is_some());
});

/// The public pages on a port of their own.
struct Pages(std::net::SocketAddr);

impl Pages {
    async fn open(office: &TestOffice) -> Pages {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (_, offices) = tokio::sync::watch::channel((*office.office).clone());
        let pulse = Pulse::new(&office.office.clock);
        let routes = web::public_routes(web::Desk::new(offices, pulse, address));
        tokio::spawn(web::serve(listener, routes, std::future::pending()));
        Pages(address)
    }

    async fn ask(&self, request: &[u8]) -> String {
        let mut stream = tokio::net::TcpStream::connect(self.0).await.unwrap();
        stream.write_all(request).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8(answer).unwrap()
    }

    async fn get(&self, path: &str, language: &str) -> String {
        let head =
            format!("GET {path} HTTP/1.1\r\nhost: x\r\naccept-language: {language}\r\nconnection: close\r\n\r\n");
        self.ask(head.as_bytes()).await
    }

    async fn send(&self, path: &str, file: &[u8]) -> String {
        let part = b"--XYZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n";
        let body = [part.as_slice(), file, b"\r\n--XYZ--\r\n"].concat();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: multipart/form-data; boundary=XYZ\r\n\
             content-length: {}\r\n\r\n",
            body.len()
        );
        self.ask(&[head.as_bytes(), &body].concat()).await
    }
}

story!(r13_a_reports_page_tells_its_holder_which_report_it_is_and_others_that_it_exists at "2026-01-05T08:00:00+01:00", |office| {
    office.import(&[(
        "sites.csv",
        "site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n\
         MAD,CUM,Centro <b>Alcobendas</b>,\"Calle Mayor 1, Alcobendas\",ES,MD,Europe/Madrid,40.5,-3.6,\n",
    )]).await;
    let visit = recorded(&office, 1).await[0];
    office.tick().await;
    let (stored, bytes) = report(&office, visit).await;
    let record = store::records::of_visit(&office.office.db, visit).await.unwrap().unwrap();
    let (pages, before) = (Pages::open(&office).await, office.fingerprint().await);
    let holder = format!("/verify/{}", page_address(visit, 1, &record.sha256));

    let page = pages.get(&holder, "en").await;
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains("Centro &lt;b&gt;Alcobendas") && !page.contains("<b>"), "{page}");
    assert!(page.contains(&stored.sha256) && page.contains("This is the latest revision."), "{page}");
    assert!(page.contains("form-action 'self'") && !page.contains("<script"), "{page}");
    assert!(pages.get(&holder, "es").await.contains("Visita terminada"));
    assert!(pages.get(&holder, "zh").await.contains("这是最新版本"));

    let page = pages.get(&format!("/verify/{visit}-1"), "en").await;
    assert!(page.starts_with("HTTP/1.1 200") && !page.contains("Alcobendas"), "{page}");
    for wrong in ["V999-1", "V1-0", "V1", "1-1-0000000000000000", "%00", "V1-1-"] {
        let page = pages.get(&format!("/verify/{wrong}"), "en").await;
        assert!(page.starts_with("HTTP/1.1 404"), "{wrong}: {page}");
    }

    assert!(pages.send(&holder, &bytes).await.contains("Genuine: this file is the report"));
    assert!(pages.send(&holder, &bytes[..bytes.len() - 1]).await.contains("This file is not the report"));
    assert!(pages.send(&holder, b"").await.contains("No file was chosen"));
    let part = b"--XYZ\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n";
    let huge = [part.as_slice(), &vec![0; 64 * 1024 * 1024], b"\r\n--XYZ--\r\n"].concat();
    let huge = Request::post(&holder).header(header::CONTENT_TYPE, "multipart/form-data; boundary=XYZ").body(huge.into());
    let huge = ask(&crate::office::phone::pages(&office), huge.unwrap()).await;
    assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(huge.text().contains("This file is too large to be a report"), "{}", huge.text());
    assert_eq!(office.fingerprint().await, before, "nothing of it changes anything");
});
