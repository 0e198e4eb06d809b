//! One notice of each kind, and a digest in which everything is there.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};
use ronda::domain::Instant;
use ronda::domain::calendar::{DayKind, Layer, Ledger, LedgerLine, SpecialDay, Why, WorkingDays};
use ronda::domain::contract::{FlagAt, Purpose};
use ronda::domain::deadline::{DeadlineId, Owed};
use ronda::domain::digest::{
    Compliance, Digest, DueLine, Matter, NotCountedLine, NotPlannedLine, Period, PhaseLine, Review, Risk,
    UndeliveredLine, VisitLine, WaitsFor,
};
use ronda::domain::language::Language;
use ronda::domain::notice::{Attachment, DeadlineWords, Notice, Reader, ReaderRole, UndeliveredWords, VisitWords};
use ronda::domain::record::Attendee;
use ronda::domain::slots::Unplanned;
use ronda::domain::visit::VisitId;
use ronda::locales::Locales;
use ronda::mail::Composer;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap()
}

pub fn composer() -> Composer {
    Composer {
        locales: Arc::new(Locales::load()),
        company: "Norte Servicio Técnico, S.L.".to_owned(),
        from: "servicio@norte.example".to_owned(),
        reply_to: Some("mesa@norte.example".to_owned()),
    }
}

pub fn customer(language: Language) -> Reader {
    let email = "ana@terminal.example".to_owned();
    Reader { name: "Ana Ruiz".to_owned(), role: ReaderRole::Customer(email.clone()), email, language }
}

pub fn engineer(language: Language) -> Reader {
    let email = "luis@norte.example".to_owned();
    Reader { name: "Luis Vega".to_owned(), role: ReaderRole::Engineer("E-2".to_owned()), email, language }
}

pub fn manager(language: Language) -> Reader {
    let email = "marta@norte.example".to_owned();
    Reader { name: "Marta Gil".to_owned(), role: ReaderRole::Manager("M-1".to_owned()), email, language }
}

pub fn visit(purpose: Purpose) -> VisitWords {
    let training = purpose == Purpose::Training;
    VisitWords {
        id: VisitId(1042),
        purpose,
        customer: "Aeropuertos del Norte".to_owned(),
        site: "BIO-T2".to_owned(),
        site_name: "Terminal 2".to_owned(),
        address: "Carretera de Loiu 1, Bilbao".to_owned(),
        day: day("2026-03-12"),
        starts: time("09:30"),
        takes_minutes: 150,
        engineer: "Luis Vega".to_owned(),
        engineer_phone: "+34 600 100 200".to_owned(),
        equipment: vec!["Baggage scanner 1".to_owned(), "Walk-through gate 4".to_owned()],
        topics: if training { vec!["Daily check".to_owned(), "Alarms".to_owned()] } else { Vec::new() },
    }
}

fn pdf(name: &str) -> Attachment {
    Attachment {
        file_name: name.to_owned(),
        media_type: "application/pdf",
        bytes: Arc::new(b"%PDF-1.7\nhello\n%%EOF\n".repeat(100)),
    }
}

pub fn ledger() -> Ledger {
    let line = |from: &str, through: &str, why| LedgerLine { from: day(from), through: day(through), why };
    let counted = |n| Why::Counted { n, special: None };
    let special =
        |kind, name: &str| SpecialDay { kind, name: name.to_owned(), layer: Layer::Country, estimated: false };
    Ledger {
        calendar: "ES-PV".to_owned(),
        version: "1f3a".to_owned(),
        from: day("2026-03-17"),
        within: WorkingDays(3),
        due_on: day("2026-03-23"),
        provisional: true,
        lines: vec![
            line("2026-03-18", "2026-03-18", counted(1)),
            line("2026-03-19", "2026-03-19", Why::Off { special: special(DayKind::Off, "San José") }),
            line("2026-03-20", "2026-03-20", Why::Counted { n: 2, special: Some(special(DayKind::Half, "Half day")) }),
            line("2026-03-21", "2026-03-22", Why::Weekend),
            line("2026-03-23", "2026-03-23", counted(3)),
        ],
    }
}

pub fn deadline(owed: Owed, at: FlagAt, days_late: u32) -> Notice {
    Notice::DeadlineFlagged {
        deadline: DeadlineWords {
            id: DeadlineId(17),
            owed,
            at,
            visit: Some(VisitId(1042)),
            purpose: Purpose::Inspection,
            customer: "Aeropuertos del Norte".to_owned(),
            site: "BIO-T2".to_owned(),
            site_name: "Terminal 2".to_owned(),
            engineer: Some("Luis Vega".to_owned()),
            since_on: day("2026-03-17"),
            due_on: day("2026-03-23"),
            days_late,
            ledger: Some(ledger()),
        },
    }
}

pub fn undelivered() -> UndeliveredWords {
    UndeliveredWords {
        letter: 12,
        subject: "Inspection report for Terminal 2, Thu 12 Mar 2026".to_owned(),
        to: "old@terminal.example".to_owned(),
        notice: "report-delivered".to_owned(),
        given_up_at: at("2026-03-17T10:15:00Z"),
        outcome: "550 5.1.1 no such user".to_owned(),
        attempts: 9,
    }
}

/// Every notice with a name for its snapshot and the reader that it is for.
pub fn all(language: Language) -> Vec<(&'static str, Notice, Reader)> {
    let inspection = || visit(Purpose::Inspection);
    vec![
        ("visit-announced", Notice::VisitAnnounced { visit: inspection() }, customer(language)),
        ("visit-announced-engineer", Notice::VisitAnnounced { visit: visit(Purpose::Training) }, engineer(language)),
        (
            "visit-moved",
            Notice::VisitMoved { visit: inspection(), was: (day("2026-03-10"), time("14:00")) },
            customer(language),
        ),
        (
            "visit-cancelled",
            Notice::VisitCancelled { visit: inspection(), reason: "the terminal is closed".to_owned() },
            customer(language),
        ),
        ("visit-reminder", Notice::VisitReminder { visit: inspection() }, customer(language)),
        (
            "visit-not-done",
            Notice::VisitNotDone { visit: inspection(), reason: "nobody could let us in".to_owned() },
            customer(language),
        ),
        (
            "report-delivered",
            Notice::ReportDelivered {
                visit: inspection(),
                completed_on: day("2026-03-12"),
                pdf: pdf("Inspection report Terminal 2.pdf"),
            },
            customer(language),
        ),
        (
            "certificate-delivered",
            Notice::CertificateDelivered {
                visit: visit(Purpose::Training),
                completed_on: day("2026-03-12"),
                attendees: vec![
                    Attendee { name: "Iker Sanz".to_owned(), role: "operator".to_owned() },
                    Attendee { name: "王芳".to_owned(), role: String::new() },
                ],
                pdf: pdf("Certificado formación.pdf"),
            },
            customer(language),
        ),
        ("deadline-before", deadline(Owed::Record, FlagAt::Before(WorkingDays(1)), 0), engineer(language)),
        ("deadline-today", deadline(Owed::Report, FlagAt::OnTheDay, 0), manager(language)),
        ("deadline-late", deadline(Owed::Report, FlagAt::Late(WorkingDays(3)), 3), manager(language)),
        ("deadline-late-customer", deadline(Owed::Visit, FlagAt::Late(WorkingDays(1)), 0), customer(language)),
        ("digest", Notice::Digest(Box::new(digest())), manager(language)),
        ("digest-linked", Notice::Digest(Box::new(linked())), manager(language)),
        ("digest-all-well", Notice::Digest(Box::new(all_well())), manager(language)),
        ("review-week", Notice::Review(Box::new(review(Period::Week))), manager(language)),
        ("review-month", Notice::Review(Box::new(review(Period::Month))), manager(language)),
        ("undelivered", Notice::Undelivered { letter: undelivered() }, manager(language)),
    ]
}

fn due_line(n: i64, owed: Owed, days_late: u32) -> DueLine {
    DueLine {
        deadline: DeadlineId(n),
        owed,
        purpose: Purpose::Inspection,
        visit: Some(VisitId(1000 + n)),
        customer: "Aeropuertos del Norte".to_owned(),
        site: format!("S-{n}"),
        site_name: format!("Terminal {n}"),
        engineer: (n % 3 != 0).then(|| "Luis Vega".to_owned()),
        since_on: day("2026-03-12"),
        due_on: day("2026-03-17"),
        days_late,
        provisional: n == 2,
        ledger: matches!(owed, Owed::Record | Owed::Report).then(ledger),
        waits_for: (days_late > 0).then_some(if n == 1 { WaitsFor::Record } else { WaitsFor::Refused }),
        risk: None,
        matter: Matter::Deadline(format!("report/V{}", 1000 + n)),
        link: None,
    }
}

fn visit_line(n: i64, purpose: Purpose, on: &str) -> VisitLine {
    VisitLine {
        visit: VisitId(n),
        purpose,
        customer: "Puertos de Levante".to_owned(),
        site: format!("P-{n}"),
        site_name: format!("Pier {n}"),
        day: day(on),
        starts: time("08:00"),
        engineer: "Zoë O'Neil".to_owned(),
        matter: Matter::Visit(VisitId(n)),
        link: None,
    }
}

fn not_planned(n: u32, why: Unplanned) -> NotPlannedLine {
    NotPlannedLine {
        site: format!("N-{n}"),
        site_name: format!("Depot {n}"),
        purpose: Purpose::Maintenance,
        first_on: day("2026-04-01"),
        last_on: day("2026-04-30"),
        slots: n,
        why,
        matter: Some(Matter::Slot(i64::from(n))),
        link: None,
    }
}

pub fn digest() -> Digest {
    let reasons = [
        Unplanned::NoCalendar { calendar: "FR".to_owned() },
        Unplanned::UnknownHolidays { calendar: "CN".to_owned(), known_through: day("2026-12-31") },
        Unplanned::NoWorkingDay,
        Unplanned::NoSkill { skills: vec!["x-ray".to_owned(), "height".to_owned()] },
        Unplanned::NoRoom { engineers: 3 },
        Unplanned::NoEquipment,
        Unplanned::NoPlan { plan: "gold".to_owned() },
        Unplanned::Passed,
    ];
    Digest {
        late: vec![due_line(1, Owed::Record, 4), due_line(2, Owed::Report, 2), due_line(3, Owed::Visit, 1)],
        due_today: vec![due_line(4, Owed::Report, 0)],
        at_risk: vec![
            DueLine { risk: Some(Risk::Habit { usual: 4, left: 2 }), ..due_line(5, Owed::Report, 0) },
            DueLine { risk: Some(Risk::LongerThanEver { left: 1 }), ..due_line(7, Owed::Report, 0) },
            DueLine { risk: Some(Risk::Soon { left: 1 }), ..due_line(8, Owed::Report, 0) },
            DueLine { risk: Some(Risk::NoVisit { left: 2 }), ..due_line(9, Owed::Visit, 0) },
            DueLine { risk: Some(Risk::VisitTooLate { day: day("2026-03-25") }), ..due_line(10, Owed::Training, 0) },
        ],
        without_record: vec![due_line(88, Owed::Record, 0)],
        not_planned: (1..).zip(reasons).map(|(n, why)| not_planned(n, why)).collect(),
        not_counted: vec![NotCountedLine {
            deadline: DeadlineId(99),
            owed: Owed::Report,
            site: "X".to_owned(),
            site_name: "Hangar 9".to_owned(),
            why: "calendar CN knows no holidays on 2027-01-02".to_owned(),
            matter: Matter::Deadline("report/V99".to_owned()),
            link: None,
        }],
        undelivered: vec![UndeliveredLine { letter: undelivered(), matter: Matter::Letter(77), link: None }],
        without_recipient: vec![visit_line(1090, Purpose::FollowUp, "2026-03-13")],
        week: week(),
        trainings: vec![visit_line(1300, Purpose::Training, "2026-04-02")],
        phases: vec![PhaseLine {
            equipment: "EQ-7".to_owned(),
            equipment_name: "Baggage scanner 1".to_owned(),
            site_name: "Terminal 2".to_owned(),
            warranty_ends_on: day("2026-05-01"),
        }],
        compliance: month("2026-03-01", 41, 3),
        trend: vec![month("2026-01-01", 60, 9), month("2026-02-01", 52, 4), month("2026-03-01", 41, 3)],
        ..all_well()
    }
}

pub fn all_well() -> Digest {
    Digest {
        manager: "M-1".to_owned(),
        manager_name: "Marta Gil".to_owned(),
        day: day("2026-03-18"),
        written_at: at("2026-03-18T06:30:00Z"),
        late: Vec::new(),
        due_today: Vec::new(),
        at_risk: Vec::new(),
        without_record: Vec::new(),
        not_planned: Vec::new(),
        not_counted: Vec::new(),
        undelivered: Vec::new(),
        without_recipient: Vec::new(),
        week: Vec::new(),
        trainings: Vec::new(),
        phases: Vec::new(),
        compliance: Compliance { month: day("2026-03-01"), ..Compliance::default() },
        trend: vec![Compliance { month: day("2026-03-01"), ..Compliance::default() }],
        link: None,
    }
}

/// Visits of an engineer with many, and of six with one.
fn week() -> Vec<VisitLine> {
    let many = (0..5).map(|n| visit_line(1200 + n, Purpose::Maintenance, "2026-03-20"));
    let others = (0..6).map(|n| VisitLine {
        engineer: format!("Engineer {n}"),
        ..visit_line(1300 + n, Purpose::Inspection, "2026-03-20")
    });
    [visit_line(1100, Purpose::Inspection, "2026-03-18")].into_iter().chain(many).chain(others).collect()
}

fn month(from: &str, kept: u32, late: u32) -> Compliance {
    Compliance {
        month: day(from),
        kept,
        met_late: 3,
        late,
        excused: 2,
        reports_kept: 18,
        reports_met_late: 1,
        reports_late: late,
    }
}

/// The same digest of an office with public pages, and with more that is late than a letter shows.
pub fn linked() -> Digest {
    let mut digest = digest();
    digest.late.extend((20..40).map(|n| due_line(n, Owed::Report, 1)));
    for (n, (_, link)) in digest.linked().enumerate() {
        *link = Some(format!("https://ronda.example/matter/{n:064x}"));
    }
    digest.link = Some(format!("https://ronda.example/digest/{:064x}", 99));
    digest
}

pub fn review(period: Period) -> Review {
    let (from, through) = match period {
        Period::Week => (day("2026-03-09"), day("2026-03-15")),
        Period::Month => (day("2026-02-01"), day("2026-02-28")),
    };
    let whole = Compliance { month: from, ..month("2026-02-01", 52, 4) };
    let first = period.before(from, 1);
    let name = |n: u32| (format!("Customer {n}"), Compliance { kept: 20 - n, late: 13 - n, ..Compliance::default() });
    Review {
        manager: "M-1".to_owned(),
        manager_name: "Marta Gil".to_owned(),
        period,
        from,
        through,
        written_at: at("2026-03-16T06:30:00Z"),
        whole,
        trend: vec![Compliance { month: first, ..month("2026-01-01", 60, 9) }, whole],
        by_kind: vec![(Owed::Visit, month("2026-02-01", 30, 0)), (Owed::Report, month("2026-02-01", 22, 4))],
        by_customer: (1..=13).map(name).collect(),
        by_engineer: vec![("Zoë O'Neil".to_owned(), month("2026-02-01", 12, 1))],
        visits_ahead: 31,
        trainings_ahead: 2,
        windows_without_visit: 1,
        phases: digest().phases,
    }
}
