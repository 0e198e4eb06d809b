//! P31: each manager, at their hour, on each working day of theirs, once.

use ronda::domain::digest::{Digest, Risk};
use ronda::domain::promises::Owed;
use ronda::office::digest::send_digests::digest;
use ronda::office::heartbeat::Lane;
use ronda::store;

use crate::office::browser::{get, links, text};
use crate::office::harness::TestOffice;
use crate::story;

/// What a manager is to know and decide now.
async fn digest_of(office: &TestOffice, manager: &str) -> Digest {
    let manager = store::people::manager::find(&office.office.db, &manager.into()).await.unwrap().unwrap();
    digest(&office.office, &manager, office.office.clock.now()).await.unwrap()
}

story!(p31_a_digest_comes_once_a_working_day_through_a_change_of_summer_time at "2026-03-20T08:00:00+01:00", |office| {
    office.tick().await;
    let before = office.told("helena@ronda.example", "digest").len();
    // Summer time begins on Sunday 29 March; Thursday 2 and Friday 3 April are holidays in Madrid.
    office.sleep_until("2026-04-04T12:00").await;
    let digests = office.told("helena@ronda.example", "digest");
    let days = digests.len() - before;
    assert_eq!(days, 8, "23 to 27 March and 30 March to 1 April");
    office.tick().await;
    assert_eq!(office.told("helena@ronda.example", "digest").len(), digests.len());
});

story!(p31_after_downtime_todays_digest_comes_late_and_yesterdays_not_at_all at "2026-03-02T06:00:00+01:00", |office| {
    office.tick().await;
    office.down_until("2026-03-12T15:00");
    office.tick().await;
    office.tick().await;
    assert_eq!(office.told("helena@ronda.example", "digest").len(), 1);
});

/// Does the work of one of the daemon's lanes, and of no other.
async fn does(office: &TestOffice, lane: Lane) {
    for work in lane.work() {
        work.begin(&office.office).await.unwrap();
    }
}

story!(p31_after_an_outage_a_digest_waits_until_what_is_due_is_judged_and_not_for_ever at "2026-03-02T06:00:00+01:00", |office| {
    office.tick().await;
    let is_written = async |day: &str| {
        store::letters::told::was_owed(&office.office.db, &format!("digest/M-1/{day}")).await.unwrap()
    };
    office.down_until("2026-04-14T08:00");
    does(&office, Lane::Writing).await;
    assert!(!is_written("2026-04-14").await, "windows are to be opened, and deadlines to be judged");
    does(&office, Lane::Clocks).await;
    does(&office, Lane::Writing).await;
    assert!(is_written("2026-04-14").await);
    // Where nobody ever judges, it says what is known; a wait of another time counts for nothing.
    for day in ["2026-05-19", "2026-06-23"] {
        for (time, written) in [("08:00", false), ("08:14", false), ("08:15", true)] {
            office.down_until(&format!("{day}T{time}"));
            does(&office, Lane::Writing).await;
            assert_eq!(is_written(day).await, written, "{day} {time}");
        }
    }
    office.tick().await;
    office.tick().await;
});

story!(p31_a_digest_names_what_is_late_and_what_could_not_be_planned at "2026-01-05T08:00:00+01:00", |office| {
    office.tick().await;
    let visit = office.first_visit("inspection", "2026-01-05").await;
    let day = visit.visit.state.appointment().day;
    office.sleep_until(&format!("{}T07:45", day + chrono::Days::new(8))).await;
    let manager = ronda::store::people::manager::find(&office.office.db, &"M-1".into()).await.unwrap().unwrap();
    let now = office.office.clock.now();
    let digest = ronda::office::digest::send_digests::digest(&office.office, &manager, now).await.unwrap();
    assert!(!digest.is_all_well());
    assert!(digest.late.iter().any(|line| line.visit == Some(visit.visit.id)), "{:?}", digest.late);
    assert!(digest.late.iter().all(|line| line.days_late >= 1));
    let record = |line: &ronda::domain::digest::DueLine| line.owed == Owed::Record && line.visit == Some(visit.visit.id);
    assert!(digest.late.iter().any(record), "its record is late: {:?}", digest.late);
    assert!(!digest.without_record.iter().any(record), "each thing stands in one list");
});

story!(p31_when_nothing_is_wrong_the_digest_says_so at "2026-01-05T06:00:00+01:00", |office| {
    office.tick().await;
    office.sleep_until("2026-01-05T08:00").await;
    let digests = office.told("helena@ronda.example", "digest");
    assert_eq!(digests.len(), 1);
    let manager = ronda::store::people::manager::find(&office.office.db, &"M-1".into()).await.unwrap().unwrap();
    let now = office.office.clock.now();
    assert!(ronda::office::digest::send_digests::digest(&office.office, &manager, now).await.unwrap().is_all_well());
});

story!(p15_the_digest_names_a_warranty_that_ends at "2027-11-20T08:00:00+01:00", |office| {
    office.tick().await;
    let manager = ronda::store::people::manager::find(&office.office.db, &"M-1".into()).await.unwrap().unwrap();
    let now = office.office.clock.now();
    let digest = ronda::office::digest::send_digests::digest(&office.office, &manager, now).await.unwrap();
    assert_eq!(digest.phases.len(), 1);
    assert_eq!(digest.phases[0].warranty_ends_on, "2027-12-31".parse().unwrap());
});

story!(p31_a_managers_digest_and_pages_hold_nothing_of_another_customers at "2026-01-05T08:00:00+01:00", |office| {
    office
        .import(&[
            ("customers.csv", "customer,name,language\nVAL,Puertos de Valdés,es\n"),
            (
                "sites.csv",
                "site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n\
                 MUE,VAL,Muelle Sur,\"Muelle 3, Madrid\",ES,MD,Europe/Madrid,40.3,-3.5,\n",
            ),
            (
                "contacts.csv",
                "site,customer,name,email,role,language\n,VAL,Oficina del puerto,reports@val.example,reports,\n\
                 ,VAL,Capataz,ops@val.example,operations,\n",
            ),
            (
                "managers.csv",
                "manager,name,email,scope,time_zone,calendar,digest_at,language\n\
                 M-2,Clara Pons,clara@ronda.example,CUM,Europe/Madrid,ES-MD,07:30,en\n\
                 M-3,Víctor Sáez,victor@ronda.example,VAL,Europe/Madrid,ES-MD,07:30,en\n",
            ),
            (
                "equipment.csv",
                "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months\n\
                 GRU-1,MUE,Grúa 1,Voltera,M400,S-9,ups-battery,electrical,2026-01-01,2\n",
            ),
            ("contracts.csv", "contract,customer,sites,plan,accepted_on,ends_on\nC-2,VAL,*,standard,2026-01-01,\n"),
        ])
        .await;
    office.post.with(|post| {
        for address in ["reports@cum.example", "ops@cum.example", "reports@val.example", "ops@val.example"] {
            post.unknown.insert(address.to_owned());
        }
    });
    office.sleep_until("2026-02-20T08:00").await;
    let [mine, theirs] = [["Alcobendas", "Cumbre", "cum.example"], ["Muelle", "Valdés", "val.example"]];
    for (manager, own, others) in [("clara", mine, theirs), ("victor", theirs, mine)] {
        let letter = office.told(&format!("{manager}@ronda.example"), "digest").pop().expect("a digest");
        let list = links(&letter).into_iter().find(|link| link.contains("/digest/")).expect("a link to the lists");
        let list = list.split('#').next().unwrap().to_owned();
        for read in [text(&letter), get(&office, &list).await.body, get(&office, &format!("{list}/table.csv")).await.body] {
            assert!(own.iter().any(|name| read.contains(name)), "{manager}: {read}");
            assert!(others.iter().all(|name| !read.contains(name)), "{manager}: {read}");
        }
        let all: Vec<_> = office.told(&format!("{manager}@ronda.example"), "digest").iter().map(text).collect();
        assert!(all.iter().any(|digest| digest.contains("Letters not delivered")), "{manager}");
        assert!(all.iter().all(|digest| others.iter().all(|name| !digest.contains(name))), "{manager}");
    }
    // By the list's own address nobody reads what is another customer's, whatever they ask for.
    let clara = office.told("clara@ronda.example", "digest").pop().unwrap();
    let list = links(&clara).into_iter().find(|link| link.contains("/digest/")).unwrap();
    let list = list.split('#').next().unwrap();
    let visits = office.visits().await;
    let theirs = visits.iter().find(|stored| stored.visit.site == "MUE").unwrap().visit.id;
    let (letter,): (i64,) =
        office.office.db.read("select min(id) from letter where to_email = 'ops@val.example'").one().await.unwrap();
    let (key,): (String,) =
        office.office.db.read("select min(key) from deadline where customer = 'VAL'").one().await.unwrap();
    let (slot,): (i64,) = office.office.db.read("select min(id) from slot where site = 'MUE'").one().await.unwrap();
    for matter in [format!("visit:{}", theirs.0), format!("letter:{letter}"), format!("deadline:{key}"), format!("slot:{slot}")] {
        let page = get(&office, &format!("{list}/of?m={matter}")).await;
        assert_eq!(page.status.as_u16(), 404, "{matter}: {}", page.body);
    }
});

story!(p31_reviews_come_once_a_week_and_once_a_month_to_those_who_asked at "2026-01-05T08:00:00+01:00", |office| {
    office
        .import(&[(
            "managers.csv",
            "manager,name,email,scope,time_zone,calendar,digest_at,language,digests\n\
             M-2,Clara Pons,clara@ronda.example,all,Europe/Madrid,ES-MD,07:30,en,weekly;monthly\n",
        )])
        .await;
    office.sleep_until("2026-02-28T12:00").await;
    let subjects = || office.told("clara@ronda.example", "review").into_iter().map(|l| l.subject).collect::<Vec<_>>();
    let (weeks, months): (Vec<_>, Vec<_>) = subjects().into_iter().partition(|subject| subject.contains(" – "));
    assert_eq!(weeks.len(), 8, "on the first working day of each week: {weeks:?}");
    assert_eq!(months.len(), 2, "December on 5 January, January on 2 February: {months:?}");
    assert!(months[1].ends_with("January 2026"), "{months:?}");
    assert!(office.told("clara@ronda.example", "digest").is_empty(), "she did not ask for the daily one");
    assert!(office.told("helena@ronda.example", "review").is_empty(), "nor she for these");
    // Seven weeks away: one of the week and one of the month, not eight.
    office.down_until("2026-04-20T09:00");
    office.tick().await;
    office.tick().await;
    assert_eq!(subjects().len(), 12, "{:?}", subjects());
    let last = office.told("clara@ronda.example", "review").pop().unwrap();
    assert!(text(&last).contains("By kind of promise") || text(&last).contains("Nothing came due"), "{}", text(&last));
});

story!(p31_a_quiet_day_takes_two_lines at "2026-01-05T06:00:00+01:00", |office| {
    office.tick().await;
    office.sleep_until("2026-01-05T08:00").await;
    let text = text(&office.told("helena@ronda.example", "digest")[0]);
    let body: Vec<_> = text.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(body[2], "Nothing is late, nothing is due today, nothing waits for a decision of yours.");
    assert!(body[3].ends_with("in the next seven days."), "{body:?}");
    assert!(body[4].starts_with("All lists") && body[6] == "-- ", "{body:?}");
});

story!(p04_a_report_is_at_risk_by_its_engineers_own_habit at "2026-01-05T08:00:00+01:00", |office| {
    office.post.with(|post| { post.unknown.insert("reports@cum.example".to_owned()); });
    let calendar = office.office.calendars.named("ES-MD").unwrap();
    office.tick().await;
    let mut last = None;
    // Six reports, each handed over two working days after its visit.
    for number in 0..7 {
        let from = last.map_or_else(|| "2026-01-05".to_owned(), |day: chrono::NaiveDate| (day + chrono::Days::new(1)).to_string());
        let visit = office.first_visit("inspection", &from).await.visit;
        let day = visit.state.appointment().day;
        last = Some(day);
        office.down_until(&format!("{day}T14:00"));
        office.done(visit.id, &format!("{day}T12:00")).await;
        office.tick().await;
        if number == 6 {
            break;
        }
        let after = calendar.nth_after(day, ronda::domain::calendar::WorkingDays(2)).unwrap();
        office.down_until(&format!("{after}T20:00"));
        ronda::office::reports::file_report::handed_over(&office.office, visit.id, "Lucía", after).await.unwrap();
    }
    // Two of three days usually go by: three are left, and nothing is at risk.
    assert!(digest_of(&office, "M-1").await.at_risk.iter().all(|line| line.owed != Owed::Report));
    let day = calendar.nth_after(last.unwrap(), ronda::domain::calendar::WorkingDays(2)).unwrap();
    office.down_until(&format!("{day}T08:00"));
    let today = digest_of(&office, "M-1").await;
    let (at_risk, due) = (&today.at_risk, &today.due_today);
    assert!(at_risk.iter().chain(due).all(|line| line.owed != Owed::Report), "two days are usual: {at_risk:?}");
    // With a company that never took so long, the same report is at risk a day before it is due.
    office.office.db.write("update deadline set met_at = opened_at where owed = 'report' and met_at is not null").execute().await.unwrap();
    let at_risk = digest_of(&office, "M-1").await.at_risk;
    let risk = at_risk.iter().find(|line| line.owed == Owed::Report).map(|line| line.risk);
    assert_eq!(risk, Some(Some(Risk::LongerThanEver { left: 1 })), "{at_risk:?}");
});

story!(p31_without_public_pages_what_a_letter_shortens_is_attached at "2026-01-05T08:00:00+01:00", |office| {
    let mut config = (*office.office.config).clone();
    config.web.public = None;
    let mut office = office;
    office.office.config = std::sync::Arc::new(config);
    office.sleep_until("2026-01-20T08:00").await;
    let letter = office.told("helena@ronda.example", "digest").pop().unwrap();
    assert!(links(&letter).is_empty());
    let (links,): (i64,) = office.office.db.read("select count(*) from link").one().await.unwrap();
    assert_eq!(links, 0);
});

story!(p31_ten_thousand_late_deadlines_are_on_the_page_and_not_in_the_letter at "2026-01-05T08:00:00+01:00", |office| {
    office.sleep_until("2026-01-23T12:00").await;
    let columns = "owed, site, customer, contract, term, slot_id, visit_id, since_on, due_on, late_from, provisional, due, \
                   terms, calendar, calendar_version, opened_at";
    let late: Vec<(String,)> =
        office.office.db.read("select key from deadline where met_at is null and owed = 'record'").all().await.unwrap();
    assert!(!late.is_empty());
    let pool = crate::office::browser::Pool::of(&office).await;
    pool.execute(&format!(
        "with recursive many (n) as (select 1 union all select n + 1 from many where n < 10000) \
         insert into deadline (key, {columns}) \
         select key || '/' || n, {columns} from deadline, many where key = '{}'",
        late[0].0
    ))
    .await;
    office.sleep_until("2026-01-26T08:00").await;
    let letter = office.told("helena@ronda.example", "digest").pop().unwrap();
    assert!(letter.bytes.len() < 100_000, "{}", letter.bytes.len());
    let list = links(&letter).into_iter().find(|link| link.contains("/digest/")).unwrap();
    let list = list.split('#').next().unwrap();
    let page = get(&office, &format!("{list}?list=late&page=49")).await;
    assert!(page.status.is_success() && page.body.contains("page=48"), "{}", page.status);
    let table = get(&office, &format!("{list}/table.csv")).await;
    assert!(table.body.lines().count() > 10_000, "{}", table.body.lines().count());
});
