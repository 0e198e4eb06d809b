//! Sample digests: a full one, an empty one, and reviews.

use chrono::{Datelike, NaiveDate, Weekday};

use super::{at, day, time, undelivered};
use domain::access::Matter;
use domain::audit::promises::held::{DifferencePlace, DifferenceReading};
use domain::calendar::{ChangedDays, DayKind, Layer, Ledger, LedgerLine, Says, SpecialDay, Why, WorkingDays};
use domain::contract::Purpose;
use domain::digest::{
    AskedLine, BegunLine, CalledOffLine, Compliance, DifferenceLine, Digest, DueLine, FormLine, IncompleteLine,
    Instead, MovedLine, NotCountedLine, NotPlannedLine, Period, PhaseLine, ProposalLine, RestLine, Review, Risk,
    UndeliveredLine, UnfitLine, UnreachableLine, UnwrittenLine, VisitLine, WaitsFor,
};
use domain::ids::{DeadlineId, FormId, LetterId, SlotId, VisitId};
use domain::planning::slots::Unplanned;
use domain::promises::{Move, Owed};
use domain::records::form::ReviewWhy;
use domain::visits::fit::Unfit;

pub(super) fn full() -> Digest {
    let reasons = [
        Unplanned::NoCalendar { calendar: "FR".to_owned() },
        Unplanned::UnknownHolidays { calendar: "CN".to_owned(), known_through: day("2026-12-31") },
        Unplanned::NoWorkingDay,
        Unplanned::NoSkill { skills: vec!["x-ray".to_owned(), "height".to_owned()] },
        Unplanned::NoRoom { engineers: 3 },
        Unplanned::NoEquipment,
        Unplanned::NoPlan { plan: "gold".to_owned() },
        Unplanned::Passed,
        Unplanned::CalledOff,
    ];
    Digest {
        late: vec![
            due_line(1, Owed::Record, "2026-03-12", 4),
            due_line(2, Owed::Report, "2026-03-16", 2),
            due_line(3, Owed::Visit, "2026-03-17", 1),
        ],
        due_today: vec![due_line(4, Owed::Report, "2026-03-18", 0)],
        at_risk: vec![
            DueLine { risk: Some(Risk::Habit { usual: 4, left: 2 }), ..due_line(5, Owed::Report, "2026-03-20", 0) },
            DueLine { risk: Some(Risk::LongerThanEver { left: 1 }), ..due_line(7, Owed::Report, "2026-03-19", 0) },
            DueLine { risk: Some(Risk::Soon { left: 1 }), ..due_line(8, Owed::Report, "2026-03-19", 0) },
            DueLine { risk: Some(Risk::NoVisit { left: 2 }), ..due_line(9, Owed::Visit, "2026-03-20", 0) },
            DueLine {
                risk: Some(Risk::VisitTooLate { day: day("2026-03-25") }),
                ..due_line(10, Owed::Training, "2026-03-23", 0)
            },
        ],
        without_record: vec![due_line(88, Owed::Record, "2026-03-18", 0)],
        not_planned: (1..).zip(reasons).map(|(n, why)| not_planned(n, why)).collect(),
        not_counted: vec![NotCountedLine {
            deadline: DeadlineId(99),
            owed: Owed::Report,
            site: "X".into(),
            site_name: "Hangar 9".to_owned(),
            why: "calendar CN knows no holidays on 2027-01-02".to_owned(),
            matter: Matter::Deadline("report/V99".to_owned()),
            link: None,
        }],
        begun: vec![BegunLine {
            contract: "C-1".into(),
            purpose: Purpose::Training,
            sites: 3,
            next_on: day("2027-01-01"),
        }],
        moved: vec![moved(11, Some("2026-03-19"), Some("2026-03-20")), moved(12, None, Some("2026-03-27"))],
        undelivered: vec![UndeliveredLine { letter: undelivered(), matter: Matter::Letter(LetterId(77)), link: None }],
        unfit: vec![
            UnfitLine {
                visit: visit_line(1111, Purpose::Inspection, "2026-03-20"),
                reasons: vec![
                    Unfit::EngineerGone,
                    Unfit::SiteClosed { day: day("2026-03-20"), name: "Inventory".to_owned() },
                ],
                proposal: Some(ProposalLine {
                    engineer: "Jordi Puig".to_owned(),
                    day: day("2026-03-23"),
                    starts: time("09:30"),
                }),
            },
            UnfitLine {
                visit: visit_line(1114, Purpose::Maintenance, "2026-03-24"),
                reasons: vec![
                    Unfit::EngineerOff { day: day("2026-03-24"), name: String::new() },
                    Unfit::CertificateEnds { skill: "cooling".to_owned(), valid_until: day("2026-03-22") },
                    Unfit::LacksSkill { skill: "gas".to_owned() },
                    Unfit::NoEquipment,
                ],
                proposal: None,
            },
        ],
        doubtful: vec![UnfitLine {
            visit: visit_line(1118, Purpose::Inspection, "2026-03-16"),
            reasons: vec![Unfit::EngineerOff { day: day("2026-03-16"), name: "Wedding".to_owned() }],
            proposal: None,
        }],
        rebooked: vec![visit_line(1115, Purpose::Inspection, "2026-03-25")],
        called_off: vec![
            CalledOffLine {
                visit: visit_line(1116, Purpose::Inspection, "2026-03-17"),
                reason: "Nobody let us in".to_owned(),
                instead: Instead::Visit { visit: VisitId(1400), day: day("2026-03-24") },
            },
            CalledOffLine {
                visit: visit_line(1117, Purpose::Maintenance, "2026-03-30"),
                reason: "The plant is closed".to_owned(),
                instead: Instead::Nothing,
            },
        ],
        incomplete: vec![IncompleteLine {
            visit: visit_line(1118, Purpose::Inspection, "2026-03-16"),
            checks: 14,
            why: vec!["The battery room was locked".to_owned()],
            rest: None,
        }],
        rests: vec![IncompleteLine {
            visit: visit_line(1119, Purpose::Maintenance, "2026-03-17"),
            checks: 1,
            why: vec!["In use until the evening".to_owned()],
            rest: Some(RestLine { visit: VisitId(1401), day: day("2026-03-25"), engineer: "Lucía Romero".to_owned() }),
        }],
        unwritten: vec![UnwrittenLine {
            letter: LetterId(78),
            to: "reports@terminal.example".to_owned(),
            notice: "report-delivered".to_owned(),
            why: "cannot read document 5f0c…: No such file or directory".to_owned(),
        }],
        asked_to_move: vec![AskedLine {
            visit: visit_line(1110, Purpose::Inspection, "2026-03-19"),
            by: "Ana Ruiz".to_owned(),
            comment: Some("¿El viernes?".to_owned()),
        }],
        to_review: vec![FormLine {
            visit: visit_line(1112, Purpose::Inspection, "2026-03-17"),
            form: FormId(7),
            why: Some(ReviewWhy::OtherRecord),
            note: String::new(),
        }],
        notes: vec![FormLine {
            visit: visit_line(1113, Purpose::Maintenance, "2026-03-17"),
            form: FormId(8),
            why: None,
            note: "The chief of maintenance leaves in April; call before".to_owned(),
        }],
        without_recipient: vec![visit_line(1090, Purpose::FollowUp, "2026-03-13")],
        week: week(),
        trainings: vec![visit_line(1300, Purpose::Training, "2026-04-02")],
        phases: vec![PhaseLine {
            equipment: "EQ-7".into(),
            equipment_name: "Baggage scanner 1".to_owned(),
            site_name: "Terminal 2".to_owned(),
            warranty_ends_on: day("2026-05-01"),
        }],
        compliance: month("2026-03-01", 41, 3),
        trend: vec![month("2026-01-01", 60, 9), month("2026-02-01", 52, 4), month("2026-03-01", 41, 3)],
        ..all_well()
    }
}

pub(super) fn differs() -> Digest {
    let line = |number, place, facts, held| DifferenceLine {
        number,
        site: "MAD-1".into(),
        site_name: "Centro de datos Alcobendas".to_owned(),
        place,
        facts,
        held,
    };
    let window = DifferencePlace::Window { first_on: day("2026-03-01"), last_on: day("2026-03-31") };
    let report = DifferencePlace::Report { visit: VisitId(1042) };
    Digest {
        differences: vec![
            line(7, window, DifferenceReading::OpenUntil { day: day("2026-03-31") }, DifferenceReading::NothingOwed),
            line(8, report, DifferenceReading::KeptLateOn { day: day("2026-03-12") }, DifferenceReading::NotFlagged),
        ],
        ..all_well()
    }
}

/// Contacts whom mail does not reach: one of a site, one of a customer.
pub(super) fn unreachable() -> Digest {
    let line = |name: &str, site_name: Option<&str>, letter: i64| UnreachableLine {
        name: name.to_owned(),
        email: format!("{}@terminal.example", name.to_lowercase().replace(' ', ".")),
        customer: "Aeropuertos del Norte".to_owned(),
        site_name: site_name.map(str::to_owned),
        since_on: day("2026-03-16"),
        said: "550 5.1.1 no such user".to_owned(),
        matter: Matter::Letter(LetterId(letter)),
        link: None,
    };
    Digest {
        unreachable: vec![line("Ana Ruiz", Some("Terminal 2"), 81), line("Technical desk", None, 82)],
        ..all_well()
    }
}

/// A digest with nothing to report.
pub(super) fn all_well() -> Digest {
    Digest {
        manager: "M-1".into(),
        manager_name: "Marta Gil".to_owned(),
        day: day("2026-03-18"),
        written_at: at("2026-03-18T06:30:00Z"),
        late: Vec::new(),
        due_today: Vec::new(),
        at_risk: Vec::new(),
        without_record: Vec::new(),
        not_planned: Vec::new(),
        not_counted: Vec::new(),
        moved: Vec::new(),
        begun: Vec::new(),
        undelivered: Vec::new(),
        unreachable: Vec::new(),
        unfit: Vec::new(),
        doubtful: Vec::new(),
        rebooked: Vec::new(),
        called_off: Vec::new(),
        incomplete: Vec::new(),
        rests: Vec::new(),
        unwritten: Vec::new(),
        asked_to_move: Vec::new(),
        to_review: Vec::new(),
        notes: Vec::new(),
        without_recipient: Vec::new(),
        differences: Vec::new(),
        week: Vec::new(),
        trainings: Vec::new(),
        phases: Vec::new(),
        compliance: Compliance { month: day("2026-03-01"), ..Compliance::default() },
        trend: vec![Compliance { month: day("2026-03-01"), ..Compliance::default() }],
        link: None,
    }
}

/// A week's visits: one engineer with many, and six with one each.
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
        waived: 2,
        reports_kept: 18,
        reports_met_late: 1,
        reports_late: late,
    }
}

/// The same digest for an office with public pages, with more late items than a letter shows.
pub(super) fn linked() -> Digest {
    let mut digest = full();
    digest.late.extend((20..40).map(|n| due_line(n, Owed::Report, "2026-03-17", 1)));
    for (n, (_, link)) in digest.linked().enumerate() {
        *link = Some(format!("https://service.norte.example/matter/{n:064x}"));
    }
    digest.link = Some(format!("https://service.norte.example/digest/{:064x}", 99));
    digest
}

pub(super) fn review(period: Period) -> Review {
    let (from, through) = match period {
        Period::Week => (day("2026-03-09"), day("2026-03-15")),
        Period::Month => (day("2026-02-01"), day("2026-02-28")),
    };
    let whole = Compliance { month: from, ..month("2026-02-01", 52, 4) };
    let first = period.before(from, 1);
    let name = |n: u32| (format!("Customer {n}"), Compliance { kept: 20 - n, late: 13 - n, ..Compliance::default() });
    Review {
        manager: "M-1".into(),
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
        phases: full().phases,
    }
}

fn due_line(n: i64, owed: Owed, due_on: &str, days_late: u32) -> DueLine {
    let ledger = Ledger { provisional: n == 2, ..ledger_until(day(due_on)) };
    DueLine {
        deadline: DeadlineId(n),
        owed,
        purpose: Purpose::Inspection,
        visit: Some(VisitId(1000 + n)),
        customer: "Aeropuertos del Norte".to_owned(),
        site: format!("S-{n}").into(),
        site_name: format!("Terminal {n}"),
        engineer: (n % 3 != 0).then(|| "Luis Vega".to_owned()),
        since_on: ledger.from,
        due_on: ledger.due_on,
        days_late,
        provisional: ledger.provisional,
        ledger: matches!(owed, Owed::Record | Owed::Report).then_some(ledger),
        waits_for: (days_late > 0).then_some(if n == 1 { WaitsFor::Record } else { WaitsFor::Refused }),
        risk: None,
        matter: Matter::Deadline(format!("report/V{}", 1000 + n)),
        link: None,
    }
}

/// A ledger of three working days until `due_on`.
fn ledger_until(due_on: NaiveDate) -> Ledger {
    let is_worked = |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let days: Vec<NaiveDate> = (0..4).rev().map(|n| nth_before(due_on, n, is_worked)).collect();
    let mut lines = Vec::new();
    for (n, pair) in (1..).zip(days.windows(2)) {
        let (before, counted) = (pair[0].succ_opt().expect("a day of 2026"), pair[1]);
        if before < counted {
            let through = counted.pred_opt().expect("a day of 2026");
            lines.push(LedgerLine { from: before, through, why: Why::Weekend, of: None });
        }
        lines.push(LedgerLine { from: counted, through: counted, why: Why::Counted { n, special: None }, of: None });
    }
    Ledger {
        calendar: "ES-PV".to_owned(),
        version: "1f3a".to_owned(),
        from: days[0],
        within: WorkingDays(3),
        due_on,
        provisional: false,
        estimated: false,
        lines,
    }
}

/// The nth day before `day` for which `is_worked` is true.
fn nth_before(day: NaiveDate, n: usize, is_worked: impl Fn(&NaiveDate) -> bool) -> NaiveDate {
    let earlier = std::iter::successors(Some(day), NaiveDate::pred_opt).filter(is_worked);
    earlier.take(n + 1).last().expect("a day of 2026")
}

fn visit_line(n: i64, purpose: Purpose, on: &str) -> VisitLine {
    VisitLine {
        visit: VisitId(n),
        purpose,
        customer: "Puertos de Levante".to_owned(),
        site: format!("P-{n}").into(),
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
        site: format!("N-{n}").into(),
        site_name: format!("Depot {n}"),
        purpose: Purpose::Maintenance,
        first_on: day("2026-04-01"),
        last_on: day("2026-04-30"),
        slots: n,
        why,
        matter: Some(Matter::Slot(SlotId(i64::from(n)))),
        link: None,
    }
}

/// A deadline moved by a town's holiday and by the end of works at the site, or counted for the first time.
fn moved(n: i64, was_on: Option<&str>, is_on: Option<&str>) -> MovedLine {
    let special = |name: &str, layer| SpecialDay { kind: DayKind::Off, name: name.to_owned(), layer, estimated: false };
    let run = |on: &str, was, is| ChangedDays { from: day(on), through: day(on), was, is };
    let why = vec![
        run(
            "2026-03-17",
            Says::Counted { special: None },
            Says::Off { special: special("San Patricio", Layer::Municipality) },
        ),
        run("2026-03-18", Says::Off { special: special("Works", Layer::Site) }, Says::Counted { special: None }),
    ];
    MovedLine {
        deadline: DeadlineId(n),
        owed: Owed::Report,
        site: format!("T-{n}").into(),
        site_name: format!("Terminal {n}"),
        moved: Move {
            was_on: was_on.map(day),
            is_on: is_on.map(day),
            was_calendar: "ES-MD".to_owned(),
            was_version: "07af3d".to_owned(),
            is_calendar: "ES-MD+municipality:Alcobendas".to_owned(),
            is_version: "11c04e".to_owned(),
            why: if was_on.is_some() { why } else { Vec::new() },
        },
    }
}
