//! What the office does of many things it reads at once: a statement for a set, not one for each row.

use std::collections::BTreeMap;

use ronda::domain::visits::VisitStateWord;
use ronda::office::digest::send_digests::send_digests;
use ronda::office::letters::deliver_letters::deliver_letters;
use ronda::office::letters::write_letters::write_letters;
use ronda::office::planning::plan_visits::plan_nightly;
use ronda::office::promises::deadlines::open_deadlines;
use ronda::office::promises::flag_late::flag_late;
use ronda::office::visits::book_visits::{announce_visits, remind};
use ronda::store;
use ronda::store::visits::{VisitFilter, VisitPages};

use crate::office::harness::TestOffice;
use crate::story;

/// Statements by the line that asks them, and things done, of one verb over all days.
#[derive(Debug, Default)]
struct Spent {
    asked: BTreeMap<String, u64>,
    things: u64,
}

impl Spent {
    /// Does a verb, and adds what it has asked.
    async fn add(&mut self, office: &TestOffice, things: impl Future<Output = u64>) {
        let before = office.office.db.asked();
        self.things += things.await;
        for (line, count) in office.office.db.asked() {
            *self.asked.entry(line.clone()).or_default() += count - before.get(&line).copied().unwrap_or(0);
        }
    }

    /// How many statements more each line has asked for each thing more that was done than in a smaller office.
    fn for_each(&self, smaller: &Spent) -> Vec<(f64, String)> {
        let more = (self.things - smaller.things) as f64;
        let of = |line: &String| smaller.asked.get(line).copied().unwrap_or(0) as f64;
        let mut lines: Vec<_> =
            self.asked.iter().map(|(line, count)| ((*count as f64 - of(line)) / more, line.clone())).collect();
        lines.retain(|(each, _)| *each > 0.01);
        lines.sort_by(|a, b| b.0.total_cmp(&a.0));
        lines
    }
}

const VERBS: [&str; 6] = ["announce", "remind", "open deadlines", "write letters", "flag", "send digests"];

/// Gives the office so many sites more, each with a UPS.
async fn import_sites(office: &TestOffice, sites: u32) {
    let mut places =
        "site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n".to_owned();
    let mut equipment =
        "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months\n".to_owned();
    for n in 1..=sites {
        places += &format!("S-{n},CUM,Centro {n},\"Calle {n}, Madrid\",ES,MD,Europe/Madrid,40.{n},-3.6,\n");
        equipment += &format!("U-{n},S-{n},SAI {n},Voltera,M400,N-{n},ups-battery,electrical,2026-01-01,24\n");
    }
    office.import(&[("sites.csv", &places), ("equipment.csv", &equipment)]).await;
}

/// Six weeks of an office with so many sites more, in which nobody hands a record in: what each verb has asked, and what a
/// beat asks that finds nothing to do.
async fn six_weeks(office: &TestOffice, sites: u32) -> (BTreeMap<&'static str, Spent>, u64) {
    import_sites(office, sites).await;
    office.tick().await;
    let mut spent: BTreeMap<&'static str, Spent> = VERBS.into_iter().map(|verb| (verb, Spent::default())).collect();
    let today = office.office.today();
    for day in today.iter_days().skip(1).take(42) {
        office.down_until(&format!("{day}T07:31"));
        let at_work = &*office.office;
        plan_nightly(at_work).await.unwrap();
        for (verb, spent) in &mut spent {
            let things = async {
                match *verb {
                    "announce" => announce_visits(at_work).await.unwrap(),
                    "remind" => remind(at_work).await.unwrap(),
                    "open deadlines" => open_deadlines(at_work).await.unwrap(),
                    "write letters" => {
                        let done = write_letters(at_work).await.unwrap();
                        u64::from(done.written + done.withdrawn)
                    }
                    "flag" => flag_late(at_work).await.unwrap(),
                    "send digests" => send_digests(at_work).await.unwrap(),
                    _ => unreachable!("it is one of them"),
                }
            };
            spent.add(office, things).await;
        }
        deliver_letters(at_work).await.unwrap();
    }
    office.tick().await;
    office.tick().await;
    let mut idle = Spent::default();
    idle.add(office, async {
        office.tick().await;
        0
    })
    .await;
    (spent, idle.asked.values().sum())
}

story!(what_is_done_of_many_is_read_at_once at "2026-01-05T08:00:00+01:00", |office| {
    let (few, idle_of_few) = six_weeks(&office, 2).await;
    let larger = TestOffice::open(office.engine, "2026-01-05T08:00:00+01:00").await;
    let (many, idle_of_many) = six_weeks(&larger, 14).await;
    // A visit's booking, its links and letters are rows of their own, and so are a deadline's events and flags; what is
    // read for a page is shared by the few that are due on one day. Each booking asks whether a visit that was called off has
    // left it a draft.
    let most = [
        ("announce", 10.0),
        ("remind", 7.0),
        ("open deadlines", 3.5),
        ("write letters", 3.5),
        ("flag", 10.0),
    ];
    let mut too_many = Vec::new();
    for (verb, most) in most {
        let lines = many[verb].for_each(&few[verb]);
        let each: f64 = lines.iter().map(|(each, _)| each).sum();
        println!("{verb}: {each:.2} statements for each of {}, beside {}", many[verb].things, few[verb].things);
        if each > most || many[verb].things < few[verb].things + 8 {
            too_many.push(format!("{verb}: {each:.1} statements for each: {lines:#?}"));
        }
    }
    assert_eq!(too_many, Vec::<String>::new());
    let digests = |spent: &Spent| spent.asked.values().sum::<u64>() as f64 / spent.things as f64;
    let (one, other) = (digests(&few["send digests"]), digests(&many["send digests"]));
    println!("send digests: {one:.1} and {other:.1} statements a digest; an idle beat: {idle_of_few} and {idle_of_many}");
    // Those that it shows have a link each, and say what they wait for.
    assert!(other <= one * 3.0, "a digest of many lines asks {other:.0} statements, one of few {one:.0}");
    assert_eq!(idle_of_many, idle_of_few, "a beat without work asks the same, however many sites there are");
    for office in [&office, &larger] {
        office.leaves_waiting(&[]);
    }
});

story!(a_list_by_pages_is_the_list_and_reads_what_is_far_once at "2026-01-05T08:00:00+01:00", |office| {
    import_sites(&office, 3).await;
    office.tick().await;
    let db = &office.office.db;
    let rounds = || {
        let asked = db.asked();
        asked.iter().filter(|(line, _)| line.contains("planning/round.rs")).map(|(_, count)| count).sum::<u64>()
    };
    let whole = store::visits::list(db, &VisitFilter::default()).await.unwrap();
    let (mut pages, mut listed, mut after) = (VisitPages::of(db, VisitFilter::default()), Vec::new(), None);
    let before = rounds();
    let mut count = 0;
    loop {
        let page = pages.page(after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.visit.state.appointment().day, last.visit.id));
        listed.extend(page);
        count += 1;
        if count == 3 {
            // One that was far is on file from here on, and stays where it is in the list.
            let mut tx = db.begin().await.unwrap();
            store::visits::far::touch(&mut tx, whole.last().unwrap().visit.id).await.unwrap();
            tx.commit().await.unwrap();
        }
    }
    let months = u64::from(office.office.config.planning.horizon_months);
    let (reads, touched) = (rounds() - before, 4);
    assert!(reads <= months + 2 + touched && count > reads, "{count} pages have read the rounds {reads} times");
    assert_eq!(listed.iter().map(|one| one.visit.id).collect::<Vec<_>>(), whole.iter().map(|one| one.visit.id).collect::<Vec<_>>());
    let booked = VisitFilter { state: Some(VisitStateWord::Booked), ..VisitFilter::default() };
    let before = rounds();
    let booked = store::visits::list(db, &booked).await.unwrap();
    assert_eq!(rounds(), before, "nothing far is booked: {} are", booked.len());
    office.leaves_waiting(&[]);
});
