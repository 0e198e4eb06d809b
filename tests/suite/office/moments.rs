//! Between two moments that `next_moment` names, no beat has anything to do.

use chrono::TimeDelta;
use ronda::domain::letters::retry::{AttemptReply, DialogueStage};
use ronda::office::visits::book_visits::{AppointmentChange, Rules, cancel, move_visit};
use ronda::store;
use ronda::world::config::Canary;

use crate::office::browser::dump;
use crate::office::harness::{Engine, TestOffice};

/// How an office lets time pass.
#[derive(Debug, Clone, Copy)]
enum Pace {
    /// A beat at every step.
    Steady,
    /// Only the beats that may have something to do.
    Jumping,
}

impl Pace {
    async fn until(self, office: &TestOffice, local: &str, step: TimeDelta) -> u32 {
        match self {
            Pace::Steady => office.beat_until(local, step).await,
            Pace::Jumping => office.jump_until(local, step).await,
        }
    }
}

/// A company in three time zones, with contracts and warranties that end, and managers with other hours.
const MORE: [(&str, &str); 5] = [
    ("customers.csv", "customer,name,language\nPAC,Pacific Cold Stores,en\n"),
    (
        "sites.csv",
        "site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n\
         AKL,PAC,Auckland Store,1 Quay Street,NZ,AUK,Pacific/Auckland,-36.8,174.7,\n\
         LAX,PAC,Los Angeles Store,1 Ocean Avenue,US,CA,America/Los_Angeles,33.9,-118.4,\n",
    ),
    (
        "contacts.csv",
        "site,customer,name,email,role,language\n\
         ,PAC,Operations,ops@pac.example,operations,\n\
         ,PAC,Reports,reports@pac.example,reports,\n\
         ,PAC,Kiri Walker,kiri@pac.example,escalation,\n",
    ),
    (
        "managers.csv",
        "manager,name,email,scope,time_zone,calendar,digest_at,language,digests\n\
         M-2,Kiri Office,kiri@ronda.example,all,Pacific/Auckland,NZ-AUK,06:50,en,daily;weekly;monthly\n",
    ),
    ("contracts.csv", "contract,customer,sites,plan,accepted_on,ends_on\nC-2,PAC,*,standard,2026-01-01,2026-04-20\n"),
];

/// Seven weeks, in which people work, forget and change their minds, mail is put off and refused, and clocks change.
async fn seven_weeks(engine: Engine, pace: Pace, step: TimeDelta) -> (String, u32) {
    let mut office = TestOffice::open(engine, "2026-02-20T08:00:00+01:00").await;
    office.import(&MORE).await;
    let mut config = (*office.office.config).clone();
    config.watch.canary = Some(Canary { at: "10:20:00".parse().unwrap(), to: "office@ronda.example".to_owned() });
    config.company.hotline = Some("+34 900 100".to_owned());
    office.office.config = config.clone().into();
    let mut beats = pace.until(&office, "2026-02-24T09:40", step).await;

    // Some visits are done in time, some late, one is moved, one is cancelled; of the others nobody says anything.
    let mut visits: Vec<_> = office.visits().await;
    visits.sort_by_key(|stored| (stored.visit.state.appointment().day, stored.visit.id));
    visits.retain(|stored| stored.visit.site == "MAD" && stored.visit.term == "inspection");
    let first = visits.first().expect("a visit is planned").visit.clone();
    let day = first.state.appointment().day;
    beats += pace.until(&office, &format!("{day}T14:10"), step).await;
    office.done(first.id, &format!("{day}T12:30")).await;
    beats += pace.until(&office, &format!("{day}T19:00"), step).await;

    // The relay is away for a day and a half, then one of its readers is.
    let away = || AttemptReply::Reply { step: DialogueStage::Session, code: 421, said: "4.3.2 closing".to_owned() };
    office.post.with(|post| post.script.extend((0..60).map(|_| away())));
    config.company.hotline = Some("+34 900 200".to_owned());
    office.office.config = config.clone().into();
    beats += pace.until(&office, "2026-03-12T11:00", step).await;
    office.post.with(|post| {
        post.script.clear();
        post.unknown.insert("ops@pac.example".to_owned());
    });

    let planned: Vec<_> = office.visits().await.into_iter().filter(|stored| stored.visit.site != "MAD").collect();
    if let [one, another, ..] = &planned[..] {
        let on = one.visit.state.appointment().day.succ_opt();
        move_visit(
            &office.office,
            one.visit.id,
            &AppointmentChange { day: on, ..AppointmentChange::default() },
            Rules::Overrule,
        )
        .await
        .ok();
        cancel(&office.office, another.visit.id, "the store is closed").await.ok();
    }
    beats += pace.until(&office, "2026-03-20T16:45", step).await;
    office.close_on("[[closure]]\nfrom = 2026-03-26\nto = 2026-03-27\nname = \"Inventory\"\napplies = \"site:MAD\"\n");
    // Over the change of the clocks in Europe and in Auckland.
    beats += pace.until(&office, "2026-04-10T09:00", step).await;
    let told = office.letters_to("helena@ronda.example").len() + office.letters_to("kiri@ronda.example").len();
    assert!(told > 40, "seven weeks of digests, and what else there is to tell: {told}");
    let said = dump(&office).await;
    for what in ["deadline-late", "visit-reminder", "visit-announced", "report-delivered", "canary", "phase-ending"] {
        assert!(said.contains(what), "there is no {what} in these weeks");
    }
    (without_folder(&said), beats)
}

/// The rows without what names the office's folder, which each has for itself: the command of the canary's letter.
fn without_folder(said: &str) -> String {
    let told = |row: &str| match row.starts_with("letter: ") {
        true => row.split("Letters from Ronda arrive").next().unwrap_or_default().to_owned(),
        false => row.to_owned(),
    };
    said.lines().map(told).collect::<Vec<_>>().join("\n")
}

fn first_difference(steady: &str, jumping: &str) -> String {
    let differs = steady.lines().zip(jumping.lines()).find(|(one, other)| one != other);
    differs.map_or_else(|| "one has more rows".to_owned(), |(one, other)| format!("steady  {one}\njumping {other}"))
}

async fn brings_the_same(engine: Engine) {
    let hour = TimeDelta::hours(1);
    let ((steady, each_hour), (jumping, each_moment)) = tokio::join!(
        store::apart(seven_weeks(engine, Pace::Steady, hour)),
        store::apart(seven_weeks(engine, Pace::Jumping, hour))
    );
    assert!(steady == jumping, "{}", first_difference(&steady, &jumping));
    assert!(each_moment * 2 < each_hour, "{each_moment} beats instead of {each_hour}");
}

#[tokio::test]
async fn a_beat_at_each_moment_does_what_a_beat_each_hour_does_on_sqlite() {
    brings_the_same(Engine::Sqlite).await;
}

#[tokio::test]
async fn a_beat_at_each_moment_does_what_a_beat_each_hour_does_on_postgres() {
    brings_the_same(Engine::Postgres).await;
}
