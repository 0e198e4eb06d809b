//! A digest in which everything is there, and one in which nothing is.

use super::{at, day, ledger, time, undelivered};
use crate::domain::calendar::{ChangedDays, DayKind, Layer, Says, SpecialDay};
use crate::domain::contract::Purpose;
use crate::domain::deadline::{DeadlineId, Move, Owed};
use crate::domain::digest::{
    Compliance, Digest, DueLine, MovedLine, NotCountedLine, NotPlannedLine, PhaseLine, VisitLine,
};
use crate::domain::slots::Unplanned;
use crate::domain::visit::VisitId;

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
    ];
    Digest {
        late: vec![due_line(1, Owed::Report, 4), due_line(2, Owed::Report, 2), due_line(3, Owed::Report, 1)],
        due_today: vec![due_line(4, Owed::Record, 0)],
        at_risk: vec![due_line(5, Owed::Visit, 0), due_line(7, Owed::Training, 0)],
        without_record: vec![visit_line(1088, Purpose::Inspection, "2026-03-16")],
        not_planned: (1..).zip(reasons).map(|(n, why)| not_planned(n, why)).collect(),
        not_counted: vec![NotCountedLine {
            deadline: DeadlineId(99),
            owed: Owed::Report,
            site: "X".to_owned(),
            site_name: "Hangar 9".to_owned(),
            why: "calendar CN knows no holidays on 2027-01-02".to_owned(),
        }],
        moved: vec![moved(11, Some("2026-03-19"), Some("2026-03-20")), moved(12, None, Some("2026-03-27"))],
        undelivered: vec![undelivered()],
        without_recipient: vec![visit_line(1090, Purpose::FollowUp, "2026-03-13")],
        today: vec![visit_line(1100, Purpose::Inspection, "2026-03-18")],
        week: (0..20).map(|n| visit_line(1200 + n, Purpose::Maintenance, "2026-03-20")).collect(),
        trainings: vec![visit_line(1300, Purpose::Training, "2026-04-02")],
        phases: vec![PhaseLine {
            equipment: "EQ-7".to_owned(),
            equipment_name: "Baggage scanner 1".to_owned(),
            site_name: "Terminal 2".to_owned(),
            warranty_ends_on: day("2026-05-01"),
        }],
        compliance: Compliance {
            month: day("2026-03-01"),
            kept: 41,
            met_late: 3,
            late: 3,
            reports_kept: 18,
            reports_met_late: 1,
            reports_late: 3,
        },
        ..all_well()
    }
}

pub(super) fn all_well() -> Digest {
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
        moved: Vec::new(),
        undelivered: Vec::new(),
        without_recipient: Vec::new(),
        today: Vec::new(),
        week: Vec::new(),
        trainings: Vec::new(),
        phases: Vec::new(),
        compliance: Compliance { month: day("2026-03-01"), ..Compliance::default() },
    }
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
        ledger: Some(ledger()),
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
    }
}

/// Moved by a town's holiday and a site's works that ended, or counted for the first time.
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
        site: format!("T-{n}"),
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
