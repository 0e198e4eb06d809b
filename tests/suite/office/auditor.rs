//! R23: what the store says of a promise is what the auditor derives from the raw facts; what is not is seen.

use ronda::domain::audit::promises::{LifeLine, PeriodStanding};
use ronda::domain::ids::VisitId;
use ronda::domain::promises::Owed;
use ronda::office::audit::audit_promises::{
    AuditFilter, AuditSpan, AuditedTerm, JudgedUntil, PromiseAudit, accept_difference, audit_nightly, judged_until,
};
use ronda::office::digest::send_digests;

use crate::office::harness::TestOffice;
use crate::story;

/// Everything that an audit finds, since the first day.
pub async fn audited(office: &ronda::office::Office) -> Vec<AuditedTerm> {
    let mut found = Vec::new();
    let mut audit = PromiseAudit::begin(office, AuditFilter::default(), AuditSpan::Whole).await.unwrap();
    while let Some(page) = audit.next_page().await.unwrap() {
        found.extend(page);
    }
    found
}

/// Where the store holds something else than the facts say, a text each.
pub async fn differences(office: &ronda::office::Office) -> Vec<String> {
    let audited = audited(office).await;
    let differences = audited.iter().flat_map(|term| &term.differences);
    differences.map(|one| format!("{} {} {}: {} / {}", one.site, one.term, one.place, one.facts, one.held)).collect()
}

/// What the office remembers of its nights.
async fn facts(office: &TestOffice) -> Vec<(String, String)> {
    office.office.db.read("select name, value from fact where name like 'p%'").all().await.unwrap()
}

async fn change(office: &TestOffice, sql: &'static str) {
    let mut tx = office.office.db.begin().await.unwrap();
    assert_ne!(tx.sql(sql).execute().await.unwrap(), 0, "{sql}");
    tx.commit().await.unwrap();
}

/// What the last night's audit has put on file.
async fn standing(office: &TestOffice) -> Vec<String> {
    let standing = ronda::store::audit::difference::standing(&office.office.db).await.unwrap();
    standing
        .iter()
        .map(|one| format!("{}: {} / {}", one.difference.place, one.difference.facts, one.difference.held))
        .collect()
}

async fn line(office: &TestOffice, site: &str, term: &str) -> LifeLine {
    let audited = audited(&office.office).await;
    audited.into_iter().map(|one| one.line).find(|line| line.site == *site && line.term == *term).unwrap()
}

/// An office that was imported on 5 January, with an inspection of its first site done and its report filed.
async fn inspected(office: &TestOffice) -> VisitId {
    office.sleep_until("2026-01-06T06:00").await;
    let visit = office.first_visit("inspection", "2026-01-07").await.visit;
    let day = visit.state.appointment().day;
    office.sleep_until(&format!("{day}T14:00")).await;
    office.done(visit.id, &format!("{day}T12:00")).await;
    office.tick().await;
    visit.id
}

story!(p01_an_office_at_work_is_in_order_by_the_facts_alone at "2026-01-05T08:00:00+01:00", |office| {
    let visit = inspected(&office).await;
    assert_eq!(differences(&office.office).await, Vec::<String>::new());
    let stored = office.visit(visit).await.visit;
    let line = line(&office, stored.site.as_str(), "inspection").await;
    let number = stored.number;
    let judged = line.periods.iter().find(|judged| judged.period.number == number).unwrap();
    assert!(matches!(judged.standing, PeriodStanding::Kept { visit: by, .. } if by == visit), "{judged:?}");
    let next = line.periods.iter().find(|judged| judged.period.number == number + 1).unwrap();
    assert!(matches!(next.standing, PeriodStanding::Open { .. }), "{next:?}");
    office.sleep_until("2026-03-20T09:00").await;
    assert_eq!(differences(&office.office).await, Vec::<String>::new(), "what is late is late in both");
    let late = audited(&office.office).await;
    assert!(late.iter().flat_map(|term| &term.line.periods).any(|judged| matches!(judged.standing, PeriodStanding::Late { .. })));
});

story!(a_flag_that_was_not_raised_is_seen at "2026-01-05T08:00:00+01:00", |office| {
    inspected(&office).await;
    office.sleep_until("2026-03-20T09:00").await;
    change(&office, "delete from flag where level like 'late-%'").await;
    let found = differences(&office.office).await;
    assert!(!found.is_empty() && found.iter().all(|one| one.ends_with("/ never flagged as late")), "{found:?}");
});

story!(a_planned_visit_that_was_deleted_is_seen at "2026-01-05T08:00:00+01:00", |office| {
    office.sleep_until("2026-01-12T09:00").await;
    let planned = office.first_visit("inspection", "2026-02-01").await.visit;
    assert!(matches!(planned.state, ronda::domain::visits::VisitState::Planned { .. }));
    let mut tx = office.office.db.begin().await.unwrap();
    tx.sql("delete from visit where id = $1").bind(planned.id).execute().await.unwrap();
    tx.commit().await.unwrap();
    let found = differences(&office.office).await;
    assert!(matches!(&found[..], [one] if one.ends_with(": no visit / a visit")), "{found:?}");
});

story!(p04_a_filing_that_no_letter_bears_out_is_seen at "2026-01-05T08:00:00+01:00", |office| {
    let visit = inspected(&office).await;
    let deadline = office.deadline(Owed::Report, visit).await;
    let met = deadline.met_at.expect("it was filed");
    change(&office, "update letter set state = 'undelivered', sent_at = null, given_up_at = created_at where bears = 'paper'").await;
    let found = differences(&office.office).await;
    let place = format!("the report of {visit}: open until {}", deadline.due.on().unwrap());
    assert!(matches!(&found[..], [one] if one.contains(&place) && one.contains("/ kept on")), "{found:?} {met}");
});

story!(a_deadline_that_was_lost_or_moved_is_seen at "2026-01-05T08:00:00+01:00", |office| {
    let visit = inspected(&office).await;
    office.sleep_until("2026-02-02T09:00").await;
    change(&office, "update deadline set withdrawn_at = opened_at, next_look_at = null where owed = 'visit' and met_at is null and since_on = '2026-02-01'").await;
    let found = differences(&office.office).await;
    assert!(!found.is_empty() && found.iter().all(|one| one.ends_with("/ nothing owed")), "{found:?}");
    assert!(!found.iter().any(|one| one.contains(&visit.to_string())), "{found:?}");
});

story!(every_night_the_books_are_held_against_the_facts_and_no_digest_says_in_order_where_they_differ at "2026-01-05T08:00:00+01:00", |office| {
    inspected(&office).await;
    office.sleep_until("2026-01-30T09:00").await;
    assert_eq!(standing(&office).await, Vec::<String>::new());
    let mut tx = office.office.db.begin().await.unwrap();
    tx.sql("update deadline set met_at = null, withdrawn_at = opened_at where owed = 'visit' and met_at is not null").execute().await.unwrap();
    tx.commit().await.unwrap();
    office.sleep_until("2026-02-03T09:00").await;
    let found = standing(&office).await;
    let now = differences(&office.office).await;
    assert!(matches!(&found[..], [one] if one.ends_with("/ nothing owed")), "{found:?}, by now {now:?} {:?}", facts(&office).await);
    let manager = ronda::store::people::manager::all(&office.office.db).await.unwrap().remove(0);
    let digest = send_digests::digest(&office.office, &manager, office.office.clock.now()).await.unwrap();
    assert!(digest.differences.len() == 1 && !digest.is_all_well(), "{digest:?}");
    let stored = ronda::store::audit::difference::standing(&office.office.db).await.unwrap().remove(0);
    assert!(!stored.inherited);
    assert!(accept_difference(&office.office, stored.number, "ana", " ").await.is_err(), "a reason is wanted");
    accept_difference(&office.office, stored.number, "ana", "withdrawn by hand").await.unwrap();
    assert_eq!(ronda::store::audit::difference::open(&office.office.db).await.unwrap(), 0);
    assert!(accept_difference(&office.office, stored.number, "ana", "twice").await.is_err());
    office.sleep_until("2026-02-05T09:00").await;
    assert_eq!(ronda::store::audit::difference::open(&office.office.db).await.unwrap(), 0, "it stays accepted");
    let (sealed,): (i64,) = office.office.db.read("select count(sealed_through) from answered").one().await.unwrap();
    assert!(sealed > 0, "what is decided and clear is closed");
    assert_eq!(audit_nightly(&office.office).await.unwrap(), None, "once a night");
});

story!(a_difference_that_is_put_right_is_gone at "2026-01-05T08:00:00+01:00", |office| {
    inspected(&office).await;
    change(&office, "update deadline set met_at = null where owed = 'report'").await;
    office.sleep_until("2026-02-03T09:00").await;
    let now = differences(&office.office).await;
    assert_ne!(standing(&office).await, Vec::<String>::new(), "by now {now:?} {:?}", facts(&office).await);
    change(&office, "update deadline set met_at = (select max(filed_at) from filing where filing.visit_id = deadline.visit_id), next_look_at = null where owed = 'report'").await;
    office.sleep_until("2026-02-04T09:00").await;
    assert_eq!(standing(&office).await, Vec::<String>::new());
});

story!(p04_a_record_that_comes_six_days_late_makes_its_report_late_and_flagged at "2026-01-05T08:00:00+01:00", |office| {
    office.sleep_until("2026-01-20T06:00").await;
    let visit = office.first_visit("inspection", "2026-01-21").await.visit;
    let day = visit.state.appointment().day;
    office.sleep_until(&format!("{}T10:00", day + chrono::Days::new(8))).await;
    office.done(visit.id, &format!("{day}T12:00")).await;
    office.tick().await;
    let report = office.deadline(Owed::Report, visit.id).await;
    let (met, late_from) = (report.met_at.expect("it was drawn and filed at once"), report.late_from.unwrap());
    assert!(met >= late_from);
    let flags = ronda::store::promises::flags(&office.office.db, report.id).await.unwrap();
    let late: Vec<_> = flags.iter().filter(|flag| flag.level == "late-1").collect();
    let first_day_late = report.due.on().unwrap().succ_opt().unwrap();
    assert!(matches!(&late[..], [flag] if flag.dated == first_day_late), "{flags:?}");
    office.tick().await;
    assert_eq!(ronda::store::promises::flags(&office.office.db, report.id).await.unwrap(), flags);
    assert_eq!(differences(&office.office).await, Vec::<String>::new());
});

story!(p01_an_office_that_has_not_been_at_work_is_judged_until_its_last_beat at "2026-01-05T08:00:00+01:00", |office| {
    assert!(matches!(judged_until(&office.office).await.unwrap(), JudgedUntil::NeverAtWork(_)));
    inspected(&office).await;
    office.sleep_until("2026-01-31T09:07").await;
    assert!(matches!(judged_until(&office.office).await.unwrap(), JudgedUntil::Now(_)), "it is at work");
    office.down_until("2026-05-20T10:00");
    let until = judged_until(&office.office).await.unwrap();
    let JudgedUntil::LastBeat(last) = until else { panic!("{until:?}") };
    assert_eq!(last, crate::office::harness::madrid("2026-01-31T09:00"), "the quarter of an hour of its last beat");
    assert_ne!(differences(&office.office).await, Vec::<String>::new(), "by now much is late that nobody has flagged");
    let mut audit = PromiseAudit::begin_until(&office.office, AuditFilter::default(), AuditSpan::Whole, until).await.unwrap();
    let mut lines = 0;
    while let Some(page) = audit.next_page().await.unwrap() {
        lines += page.len();
        assert!(page.iter().all(|term| term.differences.is_empty()), "{page:?}");
    }
    assert!(lines > 0);
    office.tick().await;
    assert!(matches!(judged_until(&office.office).await.unwrap(), JudgedUntil::Now(_)));
    assert_eq!(differences(&office.office).await, Vec::<String>::new(), "what it found undone it has done");
});
