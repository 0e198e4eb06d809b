//! Deadlines as lists and pages show them: what is at risk, and what was taken back.

use std::collections::BTreeSet;

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use clap::Parser as _;
use ronda::cli::deadlines::{DeadlinesArgs, run};
use ronda::domain::promises::Deadline;
use ronda::domain::promises::clock::{Raised, TakenBackWhy};
use ronda::office::digest::send_digests::at_risk;
use ronda::office::heartbeat::pulse::Pulse;
use ronda::store;
use ronda::store::promises::DeadlineFilter;
use ronda::store::promises::flag::{NewFlag, raise, withdraw};
use ronda::web::{Desk, routes};
use serde_json::Value;
use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::office::harness::TestOffice;
use crate::story;

/// What `ronda deadlines` prints.
async fn listed(office: &TestOffice, arguments: &str) -> String {
    #[derive(clap::Parser)]
    struct Line {
        #[command(flatten)]
        args: DeadlinesArgs,
    }
    let mut out = Vec::new();
    let line = Line::try_parse_from(["deadlines"].into_iter().chain(arguments.split_whitespace())).unwrap();
    run(&office.office, line.args, &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

async fn in_json(office: &TestOffice, arguments: &str) -> Vec<Value> {
    serde_json::from_str(&listed(office, &format!("{arguments} --json")).await).unwrap()
}

/// The deadline's page, as a browser of this language shows it.
async fn page(office: &TestOffice, deadline: &Deadline, language: &str) -> String {
    let desk = Desk::new(
        watch::Sender::new((*office.office).clone()).subscribe(),
        Pulse::new(&office.office.clock),
        ([127, 0, 0, 1], 1).into(),
    );
    let asked = Request::builder()
        .uri(format!("/deadlines/{}", deadline.id))
        .header(header::HOST, "localhost")
        .header(header::ACCEPT_LANGUAGE, language);
    let answer = routes(desk).oneshot(asked.body(Body::empty()).unwrap()).await.unwrap();
    String::from_utf8(to_bytes(answer.into_body(), 1_000_000).await.unwrap().to_vec()).unwrap()
}

async fn open(office: &TestOffice) -> Vec<Deadline> {
    let filter = DeadlineFilter { only_open: true, ..DeadlineFilter::default() };
    store::promises::list(&office.office.db, &filter).await.unwrap()
}

story!(what_is_at_risk_is_read_a_page_at_a_time_and_listed_whole at "2026-01-05T08:00:00+01:00", |office| {
    let sites: String = (1..=6).map(|n| format!("S-{n},CUM,Site {n},Calle {n},ES,Europe/Madrid\n")).collect();
    office.import(&[("sites.csv", &format!("site,customer,name,address,country,time_zone\n{sites}"))]).await;
    office.tick().await;
    office.down_until("2026-01-20T08:00");
    office.tick().await;
    let too_late = "update visit set day = '2026-02-06' where day <= '2026-01-31' and completed_at is null";
    office.office.db.write(too_late).execute().await.unwrap();
    let now = office.office.clock.now();
    let expected = at_risk(&office.office, open(&office).await, now).await.unwrap();
    let expected: Vec<Value> = expected.iter().map(|(deadline, _)| Value::from(deadline.id.0)).collect();
    assert!(expected.len() >= 4 && expected.len() < open(&office).await.len(), "{expected:?}");
    let numbers = async |arguments: &str| -> Vec<Value> {
        in_json(&office, arguments).await.into_iter().map(|line| line["deadline"].clone()).collect()
    };
    assert_eq!(numbers("--at-risk").await, expected);
    for limit in 1..=expected.len() {
        assert_eq!(numbers(&format!("--at-risk --limit {limit}")).await, expected[..limit]);
    }
    assert!(in_json(&office, "--at-risk").await.iter().all(|line| line["risk"].is_object()));
    let explained = listed(&office, "--at-risk --limit 3 --explain").await;
    assert_eq!(explained.lines().filter(|line| line.contains(" at ") && line.starts_with('D')).count(), 3, "{explained}");
    let named = listed(&office, &format!("D{} --explain", expected[0])).await;
    assert!(named.contains("due by the end of") || named.contains("the slot's window"), "{named}");
});

/// The place of a reason in the table below; whoever adds one is told by the compiler.
fn row(why: TakenBackWhy) -> usize {
    match why {
        TakenBackWhy::DueMoved { .. } => 0,
        TakenBackWhy::Ended { .. } => 1,
        TakenBackWhy::Held => 2,
        TakenBackWhy::Unknown => 3,
        TakenBackWhy::Waived => 4,
        TakenBackWhy::NotOpened => 5,
        TakenBackWhy::NotReached => 6,
    }
}

/// What `--explain` says, and the page in English, Spanish and Chinese.
const WORDS: [[&str; 4]; 7] = [
    ["it is late from 2026-01-07 23:00 UTC only", "the due day moved", "la fecha límite cambió", "期限已变更"],
    [
        "it had ended at 2026-01-07 23:00 UTC",
        "it had been met or given up before",
        "ya se había cumplido o retirado antes",
        "此前已完成或已取消",
    ],
    ["its clock stands still", "the clock stands still", "el reloj está parado", "计时已暂停"],
    [
        "its days cannot be counted any more",
        "the days cannot be counted any more",
        "los días ya no se pueden contar",
        "已无法计算天数",
    ],
    ["it was waived", "it was waived", "se dispensó", "已豁免"],
    [
        "it was not owed again after all",
        "it was not owed again after all",
        "al final no volvió a deberse",
        "最终未重新生效",
    ],
    [
        "the step is not reached any more",
        "the step is not reached any more",
        "ya no se alcanza este paso",
        "不再达到该级别",
    ],
];

story!(what_was_taken_back_says_why_in_lists_and_in_every_language at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let deadline = open(&office).await.into_iter().next().expect("something is owed");
    let then = "2026-01-07T23:00:00Z".parse().unwrap();
    let reasons = [
        TakenBackWhy::DueMoved { late_from: then },
        TakenBackWhy::Ended { at: then },
        TakenBackWhy::Held,
        TakenBackWhy::Unknown,
        TakenBackWhy::Waived,
        TakenBackWhy::NotOpened,
        TakenBackWhy::NotReached,
    ];
    assert_eq!(reasons.iter().map(|why| row(*why)).collect::<BTreeSet<_>>(), (0..WORDS.len()).collect());
    let now = office.office.clock.now();
    for (n, why) in reasons.iter().enumerate() {
        let raised = Raised { opening: 0, step: n, dated: now, late_from: Some(now) };
        let level = format!("late-{}", 20 + n);
        let flag = NewFlag { raised, level: level.clone(), dated: office.office.today(), raised_at: now };
        let mut tx = office.office.db.begin().await.unwrap();
        assert!(raise(&mut tx, deadline.id, &flag).await.unwrap());
        tx.commit().await.unwrap();
        let flags = store::promises::flag::of(&office.office.db, deadline.id).await.unwrap();
        let number = flags.iter().find(|flag| flag.level == level).expect("it was raised").id;
        let mut tx = office.office.db.begin().await.unwrap();
        withdraw(&mut tx, number, why, now).await.unwrap();
        tx.commit().await.unwrap();
    }
    let pages = [page(&office, &deadline, "en").await, page(&office, &deadline, "es").await, page(&office, &deadline, "zh").await];
    let explained = listed(&office, &format!("{} --explain", deadline.id)).await;
    let line = in_json(&office, &deadline.id.to_string()).await.remove(0);
    let withdrawn = line["flags_withdrawn"].as_array().unwrap();
    assert_eq!(withdrawn.len(), reasons.len());
    for (n, why) in reasons.iter().enumerate() {
        let [said, words @ ..] = WORDS[row(*why)];
        let told = explained.lines().find(|line| line.contains(&format!("flagged late-{}, ", 20 + n))).expect("it is told");
        assert!(told.ends_with(said), "{told}");
        for (page, words) in pages.iter().zip(words) {
            assert!(page.contains(words), "{words} is not on {page}");
        }
        let in_json = withdrawn.iter().find(|flag| flag["level"] == format!("late-{}", 20 + n)).expect("it is in JSON");
        assert_eq!(in_json["why"]["because"], why.word());
    }
});
