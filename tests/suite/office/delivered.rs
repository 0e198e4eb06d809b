//! P04: a report is delivered when those have it whom the contract names, and nobody waits for whom mail does not reach.

use axum::http::StatusCode;
use chrono::{Days, NaiveDate};
use ronda::domain::calendar::WorkingDays;
use ronda::domain::digest::Digest;
use ronda::domain::ids::VisitId;
use ronda::domain::letters::letter::{Letter, LetterState};
use ronda::domain::promises::{DeadlineSubject, Owed, Standing};
use ronda::domain::reports::FiledHow;
use ronda::office::digest::send_digests;
use ronda::office::import::import_office::import_texts;
use ronda::office::letters::retry_letter::retry_letter;
use ronda::office::reports::file_report::{file_all_delivered, handed_over};
use ronda::office::reports::issue_report::send_again;
use ronda::office::reports::recipients::{RecipientGap, recipient_gaps};
use ronda::store;
use ronda::store::letters::LetterFilter;

use crate::office::auditor::differences;
use crate::office::harness::TestOffice;
use crate::office::signing::{late_signature, signed_late};
use crate::story;

const FIRST: &str = "reports@cum.example";
const SECOND: &str = "sala@cum.example";

/// A second contact for reports, and who has to have them.
async fn two_readers(office: &TestOffice, delivered_to: &str) {
    office
        .import(&[
            (
                "contacts.csv",
                "site,customer,name,email,role,language\n,CUM,Sala de control,sala@cum.example,reports,\n",
            ),
            (
                "contracts.csv",
                &format!(
                    "contract,customer,sites,plan,accepted_on,ends_on,inspection.delivered_to\n\
                 C-1,CUM,*,standard,2026-01-01,,{delivered_to}\n"
                ),
            ),
        ])
        .await;
}

fn unknown(office: &TestOffice, emails: &[&str]) {
    office.post.with(|post| post.unknown = emails.iter().map(|email| (*email).to_owned()).collect());
}

/// The first inspection, recorded on its day; its report has left.
async fn reported(office: &TestOffice) -> (VisitId, NaiveDate) {
    office.sleep_until("2026-01-20T06:00").await;
    let visit = office.first_visit("inspection", "2026-01-21").await;
    let (visit, day) = (visit.visit.id, visit.visit.state.appointment().day);
    office.sleep_until(&format!("{day}T14:00")).await;
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    (visit, day)
}

async fn is_filed(office: &TestOffice, visit: VisitId) -> bool {
    let filing = store::reports::filing(&office.office.db, visit).await.unwrap();
    let met = office.deadline(Owed::Report, visit).await.met_at;
    assert_eq!(filing.map(|filing| filing.filed_at), met, "filing and deadline say the same");
    met.is_some()
}

/// The letter with the report to somebody.
async fn letter_to(office: &TestOffice, email: &str) -> Letter {
    let all = store::letters::list(&office.office.db, &LetterFilter { most: 10_000, ..LetterFilter::default() })
        .await
        .unwrap();
    let found = all.into_iter().filter(|letter| letter.to == email && letter.notice.word() == "report-delivered");
    found.max_by_key(|letter| letter.letter).expect("there is one")
}

async fn digest(office: &TestOffice) -> Digest {
    let manager = store::people::manager::all(&office.office.db).await.unwrap().remove(0);
    send_digests::digest(&office.office, &manager, office.office.clock.now()).await.unwrap()
}

async fn gaps(office: &TestOffice) -> Vec<RecipientGap> {
    recipient_gaps(&office.office.db, &office.office.plans, office.office.today()).await.unwrap()
}

async fn agrees(office: &TestOffice) {
    assert_eq!(differences(&office.office).await, Vec::<String>::new());
}

story!(p04_one_dead_address_does_not_keep_a_report_from_being_delivered_to_any at "2026-01-05T08:00:00+01:00", |office| {
    two_readers(&office, "any").await;
    unknown(&office, &[FIRST]);
    let (visit, _) = reported(&office).await;
    assert!(is_filed(&office, visit).await, "the control room has it");
    let filing = store::reports::filing(&office.office.db, visit).await.unwrap().unwrap();
    let FiledHow::Mail { delivered_to, accepted_by_the_servers_of } = FiledHow::of(&filing.how) else { panic!("{filing:?}") };
    assert_eq!((delivered_to.as_deref(), &accepted_by_the_servers_of[..]), (Some("any"), &[SECOND.to_owned()][..]));
    let digest = digest(&office).await;
    assert!(digest.undelivered.iter().any(|line| line.letter.to == FIRST), "every failure is told");
    assert!(!office.told("helena@ronda.example", "undelivered").is_empty());
    agrees(&office).await;
});

story!(p04_delivered_to_all_waits_for_everybody_and_a_bounce_strikes_where_the_rule_does_not_hold at "2026-01-05T08:00:00+01:00", |office| {
    two_readers(&office, "all").await;
    // What a full mailbox says is not that nobody is there.
    let full = ronda::domain::letters::retry::AttemptReply::Reply {
        step: ronda::domain::letters::retry::DialogueStage::Envelope, code: 552, said: "5.2.2 mailbox full".to_owned(),
    };
    office.sleep_until("2026-01-20T06:00").await;
    let visit = office.first_visit("inspection", "2026-01-21").await;
    let (visit, day) = (visit.visit.id, visit.visit.state.appointment().day);
    office.sleep_until(&format!("{day}T14:00")).await;
    office.done(visit, &format!("{day}T12:00")).await;
    office.post.with(|post| post.script.push_back(full));
    office.tick().await;
    assert!(!is_filed(&office, visit).await, "one of two has it");
    agrees(&office).await;
    let refused = if letter_to(&office, FIRST).await.state == LetterState::Undelivered { FIRST } else { SECOND };
    retry_letter(&office.office, letter_to(&office, refused).await.letter).await.unwrap();
    office.tick().await;
    assert!(is_filed(&office, visit).await, "both have it");
    agrees(&office).await;

    let (letter, now) = (letter_to(&office, refused).await, office.office.clock.now());
    let mut tx = office.office.at_work().begin().await.unwrap();
    assert!(store::letters::returned(&mut tx, letter.letter, now, "5.2.2 mailbox full").await.unwrap());
    ronda::office::reports::file_report::letter_refused(&office.office, &mut tx, visit, letter.notice, now).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!is_filed(&office, visit).await, "it came back to one of them");
    agrees(&office).await;
});

story!(p04_a_bounce_leaves_a_report_delivered_to_any_with_who_has_it at "2026-01-05T08:00:00+01:00", |office| {
    two_readers(&office, "any").await;
    let (visit, _) = reported(&office).await;
    assert!(is_filed(&office, visit).await);
    let due = office.deadline(Owed::Report, visit).await.due;
    for email in [FIRST, SECOND] {
        let (letter, now) = (letter_to(&office, email).await, office.office.clock.now());
        let mut tx = office.office.at_work().begin_part().await.unwrap();
        assert!(store::letters::returned(&mut tx, letter.letter, now, "5.2.2 mailbox full").await.unwrap());
        ronda::office::reports::file_report::letter_refused(&office.office, &mut tx, visit, letter.notice, now).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(is_filed(&office, visit).await, email == FIRST, "the other has it, until nobody has");
        agrees(&office).await;
    }
    assert_eq!(office.deadline(Owed::Report, visit).await.due, due, "the first due stands");
});

story!(p04_delivered_to_names_waits_for_those_alone at "2026-01-05T08:00:00+01:00", |office| {
    two_readers(&office, "Sala de control").await;
    unknown(&office, &[FIRST]);
    let (visit, _) = reported(&office).await;
    assert!(is_filed(&office, visit).await, "nobody waits for the other");
    agrees(&office).await;
    let known = import_texts(&office.office, &[(
        "contracts.csv",
        "contract,customer,sites,plan,accepted_on,ends_on,inspection.delivered_to\nC-1,CUM,*,standard,2026-01-01,,Sala de juntas\n",
    )]).await;
    let refused = known.unwrap_err().to_string();
    assert!(refused.contains("names \"Sala de juntas\", who is no contact for the reports of MAD"), "{refused}");
});

story!(p04_an_unreachable_contact_is_named_and_asked_about_and_not_counted at "2026-01-05T08:00:00+01:00", |office| {
    two_readers(&office, "all").await;
    unknown(&office, &[FIRST]);
    let (visit, day) = reported(&office).await;
    assert!(is_filed(&office, visit).await, "nobody waits for whom mail does not reach");
    agrees(&office).await;
    let first = digest(&office).await;
    let [line] = &first.unreachable[..] else { panic!("{:?}", first.unreachable) };
    assert_eq!((line.email.as_str(), line.name.as_str(), line.said.as_str()), (FIRST, "Oficina técnica", "550 5.1.1 no such mailbox"));
    assert!(!first.is_all_well());
    assert_eq!(gaps(&office).await, [RecipientGap::Unreachable { email: FIRST.to_owned() }]);

    // The next report is not sent there, and is filed.
    let next = office.first_visit("inspection", "2026-03-01").await;
    let (next, on) = (next.visit.id, next.visit.state.appointment().day);
    office.sleep_until(&format!("{on}T14:00")).await;
    office.done(next, &format!("{on}T12:00")).await;
    office.tick().await;
    assert!(is_filed(&office, next).await);
    let letters = store::reports::letters(&office.office.db, next).await.unwrap();
    assert_eq!(letters.iter().map(|letter| letter.to.as_str()).collect::<Vec<_>>(), [SECOND]);
    agrees(&office).await;

    // Somebody says that the address is right: it is believed, and the first filing stays.
    unknown(&office, &[]);
    let filed_at = office.deadline(Owed::Report, visit).await.met_at;
    retry_letter(&office.office, letter_to(&office, FIRST).await.letter).await.unwrap();
    office.tick().await;
    assert_eq!(letter_to(&office, FIRST).await.state, LetterState::Sent);
    assert_eq!(digest(&office).await.unreachable, []);
    assert_eq!(gaps(&office).await, []);
    assert_eq!(office.deadline(Owed::Report, visit).await.met_at, filed_at, "filed on {day}");
    agrees(&office).await;
});

story!(p04_a_customer_with_nobody_who_gets_reports_is_an_error_before_one_is_due at "2026-01-05T08:00:00+01:00", |office| {
    assert_eq!(gaps(&office).await, []);
    let refused = import_texts(&office.office, &[
        ("customers.csv", "customer,name,language\nNOR,Terminal Norte,es\n"),
        ("sites.csv", "site,customer,name,country,time_zone\nOVD,NOR,Terminal Norte,ES,Europe/Madrid\n"),
        ("contracts.csv", "contract,customer,sites,plan,accepted_on,ends_on\nC-2,NOR,*,standard,2026-01-01,\n"),
    ]).await.unwrap_err().to_string();
    assert!(refused.contains("contracts.csv") && refused.contains("has nobody who gets the reports of OVD"), "{refused}");
    assert!(refused.contains("add a contact with the role reports"), "{refused}");

    // Whoever was there is not there any more: the digest says so while the visit is booked, long before a report is due.
    office.sleep_until("2026-01-20T06:00").await;
    let mut tx = office.office.db.begin().await.unwrap();
    tx.sql("delete from contact where role = 'reports'").execute().await.unwrap();
    tx.commit().await.unwrap();
    let nobody = RecipientGap::Nobody { customer: "CUM".into(), sites: vec!["MAD".into()] };
    assert_eq!(gaps(&office).await, [nobody]);
    let visit = office.first_visit("inspection", "2026-01-21").await;
    let (visit, day) = (visit.visit.id, visit.visit.state.appointment().day);
    office.sleep_until(&format!("{}T09:00", day - Days::new(1))).await;
    let before = digest(&office).await;
    assert!(before.without_recipient.iter().any(|line| line.visit == visit), "{:?}", before.without_recipient);
    assert!(!before.is_all_well());
    office.sleep_until(&format!("{day}T14:00")).await;
    office.done(visit, &format!("{day}T12:00")).await;
    office.tick().await;
    let after = digest(&office).await;
    let named = after.without_recipient.iter().any(|line| line.visit == visit);
    assert!(named || after.at_risk.iter().any(|line| line.visit == Some(visit)), "{after:?}");
    agrees(&office).await;
    let site = import_texts(&office.office, &[("sites.csv", "site,customer,name,country,time_zone\nBIO,CUM,Bilbao,ES,Europe/Madrid\n")]).await;
    let refused = site.unwrap_err().to_string();
    assert!(refused.contains("is under contract and has nobody who gets its reports"), "{refused}");
});

story!(p04_a_report_that_an_earlier_version_has_filed_stays_as_it_was_judged at "2026-01-05T08:00:00+01:00", |office| {
    two_readers(&office, "any").await;
    let (visit, day) = reported(&office).await;
    let filed = office.deadline(Owed::Report, visit).await;
    // The earlier version: filed with the last of all letters, which was late.
    let late = filed.late_from.unwrap() + chrono::TimeDelta::days(1);
    office.sleep_until(&format!("{}T09:00", day + Days::new(12))).await;
    let id = letter_to(&office, SECOND).await.letter;
    let mut tx = office.office.db.begin().await.unwrap();
    tx.sql("update letter set sent_at = $1 where id = $2").bind(late).bind(id).execute().await.unwrap();
    let how = r#"{"accepted_by_the_servers_of":["reports@cum.example","sala@cum.example"],"how":"mail"}"#;
    tx.sql("update filing set how = $1, filed_at = $2 where visit_id = $3").bind(how).bind(late).bind(visit).execute().await.unwrap();
    tx.sql("update deadline_event set at = $1, noted_at = $1 where deadline_id = $2").bind(late).bind(filed.id).execute().await.unwrap();
    tx.sql("update deadline set met_at = $1 where id = $2").bind(late).bind(filed.id).execute().await.unwrap();
    tx.commit().await.unwrap();
    file_all_delivered(&office.office).await.unwrap();
    let stays = office.deadline(Owed::Report, visit).await;
    assert_eq!(stays.met_at, Some(late));
    assert!(matches!(stays.standing(office.office.clock.now()), Standing::MetLate { .. }), "one had it in time, by the new rule");
    let found = differences(&office.office).await;
    assert!(found.iter().all(|one| one.ends_with("never flagged as late")), "the auditor judges it by the rule of its day: {found:?}");
});

story!(p04_a_report_that_an_earlier_version_kept_open_for_one_dead_address_is_filed_by_the_rule at "2026-01-05T08:00:00+01:00", |office| {
    two_readers(&office, "any").await;
    unknown(&office, &[FIRST]);
    let (visit, _) = reported(&office).await;
    let filed = office.deadline(Owed::Report, visit).await;
    let mut tx = office.office.db.begin().await.unwrap();
    tx.sql("delete from filing where visit_id = $1").bind(visit).execute().await.unwrap();
    tx.sql("delete from deadline_event where deadline_id = $1").bind(filed.id).execute().await.unwrap();
    tx.sql("update deadline set met_at = null where id = $1").bind(filed.id).execute().await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(file_all_delivered(&office.office).await.unwrap(), 1);
    assert_eq!(office.deadline(Owed::Report, visit).await.met_at, filed.met_at, "at the moment at which somebody had it");
    assert_eq!(file_all_delivered(&office.office).await.unwrap(), 0);
    agrees(&office).await;
});

story!(p04_a_correction_after_filing_is_a_revision_with_a_clock_of_its_own_and_the_first_filing_stays at "2026-01-05T08:00:00+01:00", |office| {
    office.import(&[(
        "contracts.csv",
        "contract,customer,sites,plan,accepted_on,ends_on,inspection.correction\nC-1,CUM,*,standard,2026-01-01,,2 working days\n",
    )]).await;
    let (visit, pages) = late_signature(&office).await;
    let first = office.deadline(Owed::Report, visit).await;
    let filing = store::reports::filing(&office.office.db, visit).await.unwrap().expect("it was filed");
    let subject = DeadlineSubject::Correction { visit, revision: 2 };
    let correction = async |office: &TestOffice| store::promises::by_key(&office.office.db, &subject.key()).await.unwrap();
    assert_eq!(correction(&office).await, None);

    unknown(&office, &[FIRST]);
    assert_eq!(signed_late(visit, &pages).await, StatusCode::OK);
    let today = office.office.today();
    let owed = correction(&office).await.expect("it has a clock of its own");
    let due_on = office.office.calendars.named("ES-MD").unwrap().nth_after(today, WorkingDays(2)).unwrap();
    assert_eq!((owed.subject, owed.since_on, owed.due.on()), (subject, today, Some(due_on)));
    agrees(&office).await;
    office.tick().await;
    assert_eq!(correction(&office).await.unwrap().met_at, None, "nobody has it yet");
    let stays = office.deadline(Owed::Report, visit).await;
    assert_eq!((stays.id, stays.met_at), (first.id, first.met_at), "the first filing stays");
    assert_eq!(store::reports::filing(&office.office.db, visit).await.unwrap(), Some(filing.clone()));
    agrees(&office).await;

    office.sleep_until(&format!("{}T09:00", due_on + Days::new(1))).await;
    let flags = store::promises::flags(&office.office.db, owed.id).await.unwrap();
    assert!(flags.iter().any(|flag| flag.level == "late-1"), "{flags:?}");
    assert!(digest(&office).await.late.iter().any(|line| line.deadline == owed.id));
    agrees(&office).await;
    unknown(&office, &[]);
    send_again(&office.office, visit).await.unwrap();
    office.tick().await;
    let met = correction(&office).await.unwrap();
    assert!(matches!(met.standing(office.office.clock.now()), Standing::MetLate { .. }), "{met:?}");
    assert_eq!(store::reports::filing(&office.office.db, visit).await.unwrap(), Some(filing));
    agrees(&office).await;
});

story!(p04_a_correction_that_is_handed_over_is_delivered at "2026-01-05T08:00:00+01:00", |office| {
    office.import(&[(
        "contracts.csv",
        "contract,customer,sites,plan,accepted_on,ends_on,inspection.correction\nC-1,CUM,*,standard,2026-01-01,,2 working days\n",
    )]).await;
    let (visit, pages) = late_signature(&office).await;
    unknown(&office, &[FIRST]);
    assert_eq!(signed_late(visit, &pages).await, StatusCode::OK);
    office.tick().await;
    handed_over(&office.office, visit, "Lucía Romero", office.office.today()).await.unwrap();
    let key = DeadlineSubject::Correction { visit, revision: 2 }.key();
    assert!(store::promises::by_key(&office.office.db, &key).await.unwrap().unwrap().met_at.is_some());
    assert!(handed_over(&office.office, visit, "Lucía Romero", office.office.today()).await.is_err(), "once");
    agrees(&office).await;
});

story!(p04_without_the_contracts_word_a_correction_has_no_clock at "2026-01-05T08:00:00+01:00", |office| {
    let (visit, pages) = late_signature(&office).await;
    assert_eq!(signed_late(visit, &pages).await, StatusCode::OK);
    office.tick().await;
    assert_eq!(store::reports::latest(&office.office.db, visit).await.unwrap().map(|report| report.revision), Some(2));
    let key = DeadlineSubject::Correction { visit, revision: 2 }.key();
    assert_eq!(store::promises::by_key(&office.office.db, &key).await.unwrap(), None);
    agrees(&office).await;
});
