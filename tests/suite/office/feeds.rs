//! Holidays from an iCalendar feed: looked at first, taken whole, replaced by the next one of its name.

use ronda::domain::calendar::{DayIs, DayKind};
use ronda::office::Error;
use ronda::office::import::import_calendar::{CalendarImport, Difference, Losses, import_calendar};
use ronda::office::import::import_office::Mode;
use ronda::store;
use ronda::world::holidays::Calendars;

use crate::office::harness::TestOffice;
use crate::story;

fn event(start: &str, end: &str, summary: &str) -> String {
    format!(
        "BEGIN:VEVENT\r\nUID:{start}@example\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:{start}\r\n\
         DTEND;VALUE=DATE:{end}\r\nSUMMARY:{summary}\r\nEND:VEVENT\r\n"
    )
}

/// Spring Festival 2027, as made up by a feed: a make-up Saturday, eight days off and a yearly day.
fn feed(more: &str) -> Vec<u8> {
    let yearly = event("20260312", "20260313", "植树节").replace("SUMMARY", "RRULE:FREQ=YEARLY\r\nSUMMARY");
    let events = [event("20270130", "20270131", "春节（班）"), event("20270205", "20270213", "春节（休）"), yearly];
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//ZH\r\nX-WR-CALNAME:中国节假日\r\n{}{more}END:VCALENDAR\r\n",
        events.concat()
    )
    .into_bytes()
}

fn wanted(bytes: Vec<u8>, mode: Mode) -> CalendarImport {
    CalendarImport {
        file: "cn.ics".to_owned(),
        bytes,
        applies: "calendar:CN".to_owned(),
        name: None,
        losses: Losses::Refuse,
        mode,
    }
}

async fn imported(office: &TestOffice, wanted: &CalendarImport) -> Difference {
    import_calendar(&office.office, wanted).await.unwrap()
}

fn files(office: &TestOffice) -> Vec<String> {
    let folder = &office.office.config.folders.calendars;
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn read_again(office: &TestOffice) -> Calendars {
    Calendars::load(Some(&office.office.config.folders.calendars)).unwrap()
}

story!(a_feed_is_looked_at_first_and_then_counts at "2026-11-02T08:00:00+01:00", |office| {
    let looked = imported(&office, &wanted(feed(""), Mode::DryRun)).await;
    assert!(!looked.stored);
    assert_eq!(files(&office), Vec::<String>::new(), "a dry run writes nothing");
    let taken = imported(&office, &wanted(feed(""), Mode::Store)).await;
    assert!(taken.stored);
    assert_eq!((&taken.added, taken.gone.len(), taken.changed.len()), (&looked.added, 0, 0));
    // From last year through the fifth year ahead: nine days of the festival, and a yearly day in six years.
    assert_eq!(taken.added.len(), 9 + 6);
    assert_eq!(files(&office), ["closures-中国节假日.toml"]);
    let china = read_again(&office).named("CN").unwrap();
    let DayIs::Special(saturday) = china.day("2027-01-30".parse().unwrap()).unwrap() else { panic!("it is listed") };
    assert_eq!((saturday.kind, saturday.name.as_str()), (DayKind::Work, "春节"));
    for (day, works) in [("2027-02-05", false), ("2027-02-12", false), ("2027-03-12", false), ("2026-03-12", false)] {
        assert_eq!(china.is_working(day.parse().unwrap()), Ok(works), "{day}");
    }
    let again = imported(&office, &wanted(feed(""), Mode::Store)).await;
    assert_eq!((again.added.len(), again.gone.len(), again.changed.len()), (0, 0, 0), "the same feed changes nothing");
});

story!(a_feed_that_takes_many_days_away_is_refused_unless_forced at "2026-11-02T08:00:00+01:00", |office| {
    let more: String = (1..=9).map(|day| event(&format!("2027100{day}"), &format!("202710{:02}", day + 1), "国庆节（休）")).collect();
    imported(&office, &wanted(feed(&more), Mode::Store)).await;
    let before = std::fs::read(office.office.config.folders.calendars.join("closures-中国节假日.toml")).unwrap();
    let lossy = wanted(feed(""), Mode::Store);
    let looked = imported(&office, &CalendarImport { mode: Mode::DryRun, ..lossy.clone() }).await;
    assert_eq!(looked.gone.len(), 9, "a dry run shows what would be lost");
    let Err(Error::Refused(why)) = import_calendar(&office.office, &lossy).await else { panic!("it takes nine of 23 days") };
    assert!(why.contains("takes away 9 of the 23 days") && why.contains("--force"), "{why}");
    let after = std::fs::read(office.office.config.folders.calendars.join("closures-中国节假日.toml")).unwrap();
    assert_eq!(before, after, "nothing was written");
    let forced = imported(&office, &CalendarImport { losses: Losses::Accept, ..lossy }).await;
    assert!(forced.stored);
    assert_eq!(read_again(&office).named("CN").unwrap().is_working("2027-10-08".parse().unwrap()), Ok(true));
});

story!(a_feed_for_nobody_or_over_a_file_of_ones_own_is_refused at "2026-11-02T08:00:00+01:00", |office| {
    let refused = |applies: &str, name: Option<&str>| {
        let wanted = CalendarImport {
            applies: applies.to_owned(),
            name: name.map(str::to_owned),
            ..wanted(feed(""), Mode::DryRun)
        };
        let office = &office.office;
        async move {
            match import_calendar(office, &wanted).await {
                Err(Error::Refused(why)) => why,
                other => panic!("not refused: {other:?}"),
            }
        }
    };
    assert!(refused("customer:CUN", None).await.contains("there is no customer \"CUN\"; did you mean CUM?"));
    assert!(refused("engineer:E-9", None).await.contains("there is no engineer"));
    assert!(refused("calendar:ES-MX", None).await.contains("there is no calendar \"ES-MX\""));
    assert!(refused("company", Some(" / ")).await.contains("--name"));
    let folder = office.office.config.folders.calendars.clone();
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("closures-own.toml"), "[[closure]]\nfrom = 2026-12-24\nname = \"x\"\napplies = \"company\"\n").unwrap();
    assert!(refused("company", Some("Own")).await.contains("written by hand"));
});

story!(a_town_s_feed_for_two_sites_closes_both_and_each_is_protected at "2026-11-02T08:00:00+01:00", |office| {
    office.import(&[(
        "sites.csv",
        "site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n\
         SZ-1,CUM,Shenzhen,Shenzhen,CN,,Asia/Shanghai,,,\nBJ-1,CUM,Beijing,Beijing,CN,,Asia/Shanghai,,,\n",
    )]).await;
    let of = |site: &str, bytes: Vec<u8>| CalendarImport {
        applies: format!("site:{site}"),
        name: Some("Fiesta".to_owned()),
        ..wanted(bytes, Mode::Store)
    };
    let more: String = (1..=9).map(|day| event(&format!("2027100{day}"), &format!("202710{:02}", day + 1), "国庆节（休）")).collect();
    let first = imported(&office, &of("SZ-1", feed(&more))).await;
    assert_eq!((first.added.len(), first.others.len()), (9 + 9 + 6, 0));
    let second = imported(&office, &of("BJ-1", feed(&more))).await;
    assert_eq!((second.added.len(), second.gone.len()), (9 + 9 + 6, 0), "the counts are the second site's");
    assert_eq!(second.others, ["site:SZ-1"]);
    let mut there = files(&office);
    there.sort_unstable();
    assert_eq!(there, ["closures-fiesta-site-bj-1.toml", "closures-fiesta.toml"]);
    let calendars = read_again(&office);
    for site in store::people::site::all(&office.office.db).await.unwrap().iter().filter(|site| site.country == "CN") {
        let days = calendars.of_site(site).unwrap();
        assert_eq!(days.is_working("2027-10-08".parse().unwrap()), Ok(false), "{}", site.site);
    }
    for site in ["SZ-1", "BJ-1"] {
        let refused = import_calendar(&office.office, &of(site, feed(""))).await;
        let Err(Error::Refused(why)) = refused else { panic!("it takes nine days from {site}") };
        assert!(why.contains("takes away 9 of the"), "{why}");
        let again = imported(&office, &of(site, feed(&more))).await;
        assert_eq!((again.added.len(), again.gone.len(), again.changed.len()), (0, 0, 0), "{site}: nothing was lost");
    }
    assert_eq!(files(&office).len(), 2);
});
