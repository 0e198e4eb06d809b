//! Sample data: every notice in every shape that its templates distinguish. Used by `ronda letters preview`, to test
//! the administrator's own templates, and for the snapshots of the test suite.

mod digest;

use chrono::{NaiveDate, NaiveTime};

use domain::Instant;
use domain::calendar::{DayKind, Layer, Ledger, LedgerLine, SpecialDay, Why, WorkingDays};
use domain::contract::{FlagAt, Purpose};
use domain::digest::Period;
use domain::ids::{DeadlineId, LetterId, VisitId};
use domain::language::Language;
use domain::letters::notice::{
    DeadlineWords, Ending, HotlineWords, Notice, PdfDelivery, PhaseWords, Reader, Reissue, VisitWords,
};
use domain::letters::owed::Links;
use domain::letters::undelivered::UndeliveredWords;
use domain::people::ReaderRole;
use domain::promises::Owed;
use domain::records::Attendee;
use domain::reports::Replaced;

/// A notice and its reader.
#[derive(Debug, Clone)]
pub struct Sample {
    /// The name of the notice, with a suffix for each variant: `visit-announced-engineer`.
    pub name: &'static str,
    pub notice: Notice,
    pub reader: Reader,
    pub links: Links,
}

/// The document for samples that enclose one.
#[must_use]
pub fn document() -> Vec<u8> {
    b"%PDF-1.7\nhello\n%%EOF\n".repeat(100)
}

/// Every sample, for readers of this language.
#[must_use]
pub fn all(language: Language) -> Vec<Sample> {
    let mut samples = visits(language);
    samples.extend(papers(language));
    samples.extend(deadlines(language));
    samples.extend(of_the_office(language));
    samples
}

fn sample(name: &'static str, notice: Notice, reader: Reader) -> Sample {
    Sample { name, notice, reader, links: Links::default() }
}

/// Like [`sample`], for an engineer who gets a link to the visit's form.
fn with_form(name: &'static str, notice: Notice, reader: Reader) -> Sample {
    let form = Some("https://service.norte.example/form/l/5f1c9e0b7a".to_owned());
    Sample { links: Links { form, ..Links::default() }, ..sample(name, notice, reader) }
}

fn visits(language: Language) -> Vec<Sample> {
    let inspection = || visit(Purpose::Inspection);
    let announced = |purpose| Notice::VisitAnnounced { visit: visit(purpose) };
    let reason = || "the terminal is closed".to_owned();
    let for_rest = || VisitWords {
        why: Some("UPS 2: the battery room was locked".to_owned()),
        rest_of: Some(VisitId(1038)),
        ..inspection()
    };
    vec![
        sample("visit-announced", announced(Purpose::Inspection), customer(language)),
        sample("visit-announced-rest", Notice::VisitAnnounced { visit: for_rest() }, customer(language)),
        with_form("visit-announced-engineer", announced(Purpose::Maintenance), engineer(language)),
        sample("visit-announced-manager", announced(Purpose::CallOut), manager(language)),
        sample("training-invitation", announced(Purpose::Training), customer(language)),
        with_form("training-invitation-engineer", announced(Purpose::Training), engineer(language)),
        sample("training-invitation-manager", announced(Purpose::Training), manager(language)),
        sample("follow-up-question", announced(Purpose::FollowUp), customer(language)),
        with_form("follow-up-question-engineer", announced(Purpose::FollowUp), engineer(language)),
        sample("follow-up-question-manager", announced(Purpose::FollowUp), manager(language)),
        sample("visit-reminder", Notice::VisitReminder { visit: inspection() }, customer(language)),
        with_form(
            "visit-reminder-engineer",
            Notice::VisitReminder { visit: visit(Purpose::PlannedSupport) },
            engineer(language),
        ),
        sample("visit-reminder-manager", Notice::VisitReminder { visit: inspection() }, manager(language)),
        sample(
            "visit-moved",
            Notice::VisitMoved { visit: inspection(), was: (day("2026-03-10"), time("14:00")) },
            customer(language),
        ),
        with_form(
            "visit-moved-engineer",
            Notice::VisitMoved { visit: inspection(), was: (day("2026-03-10"), time("14:00")) },
            engineer(language),
        ),
        sample(
            "visit-passed-on",
            Notice::VisitPassedOn { visit: inspection(), to: "Jordi Puig".to_owned() },
            engineer(language),
        ),
        sample(
            "visit-cancelled",
            Notice::VisitCancelled { visit: inspection(), reason: reason(), ended_on: None, rest_of: None },
            customer(language),
        ),
        sample(
            "visit-cancelled-contract-ended",
            Notice::VisitCancelled {
                visit: inspection(),
                reason: String::new(),
                ended_on: Some(day("2026-03-10")),
                rest_of: None,
            },
            customer(language),
        ),
        sample(
            "visit-cancelled-nothing-left",
            Notice::VisitCancelled {
                visit: for_rest(),
                reason: String::new(),
                ended_on: None,
                rest_of: Some(VisitId(1038)),
            },
            customer(language),
        ),
        sample("visit-not-done", Notice::VisitNotDone { visit: inspection(), reason: reason() }, customer(language)),
        sample(
            "visit-not-done-manager",
            Notice::VisitNotDone { visit: inspection(), reason: reason() },
            manager(language),
        ),
        sample(
            "visit-asked-to-move",
            Notice::VisitAskedToMove {
                visit: inspection(),
                by: "Ana Ruiz".to_owned(),
                comment: Some("Ese día hay una auditoría; ¿el jueves 19?".to_owned()),
            },
            manager(language),
        ),
    ]
}

fn papers(language: Language) -> Vec<Sample> {
    let completed_on = day("2026-03-12");
    let linked = || PdfDelivery::Linked {
        file_name: "2026-03-12 Terminal 2 V1042.pdf".to_owned(),
        size: 23_400_000,
        url: "https://service.norte.example/paper/5f1c9e0b7a".to_owned(),
        until: day("2027-03-17"),
    };
    let report_of = |not_inspected, pdf, reissue| Notice::ReportDelivered {
        visit: visit(Purpose::Inspection),
        completed_on,
        not_inspected,
        pdf,
        reissue,
    };
    let report = |pdf, reissue| report_of(0, pdf, reissue);
    let again = |signed_since_by: Option<&str>| Reissue {
        revision: 2,
        replaces: Replaced { revision: 1, issued_on: day("2026-03-13") },
        signed_since_by: signed_since_by.map(str::to_owned),
    };
    let attendees = vec![
        Attendee { name: "Iker Sanz".to_owned(), role: "operator".to_owned(), strokes: Vec::new() },
        Attendee { name: "王芳".to_owned(), role: String::new(), strokes: Vec::new() },
    ];
    let certificate = |pdf, reissue| Notice::CertificateDelivered {
        visit: visit(Purpose::Training),
        completed_on,
        attendees: attendees.clone(),
        pdf,
        reissue,
    };
    vec![
        sample("report-delivered", report(pdf("2026-03-12 Terminal 2 V1042.pdf"), None), customer(language)),
        sample("report-delivered-linked", report(linked(), None), customer(language)),
        sample(
            "report-delivered-incomplete",
            report_of(3, pdf("2026-03-12 Terminal 2 V1042.pdf"), None),
            customer(language),
        ),
        sample(
            "report-delivered-signed-since",
            report(pdf("2026-03-12 Terminal 2 V1042-2.pdf"), Some(again(Some("Rosa Peñalver")))),
            customer(language),
        ),
        sample("certificate-delivered", certificate(pdf("Certificado formación.pdf"), None), customer(language)),
        sample("certificate-delivered-linked", certificate(linked(), None), customer(language)),
        sample(
            "certificate-delivered-again",
            certificate(pdf("Certificado formación 2.pdf"), Some(again(None))),
            customer(language),
        ),
        sample(
            "countersign-asked",
            Notice::CountersignAsked {
                visit: visit(Purpose::Inspection),
                completed_on,
                until: day("2026-04-11"),
                url: "https://service.norte.example/countersign/5f1c9e0b7a".to_owned(),
            },
            customer(language),
        ),
    ]
}

fn deadlines(language: Language) -> Vec<Sample> {
    let before = FlagAt::Before(WorkingDays(1));
    let late = |days| FlagAt::Late(WorkingDays(days));
    vec![
        with_form("record-missing", deadline(Owed::Record, FlagAt::OnTheDay, 0), engineer(language)),
        sample("record-missing-late", deadline(Owed::Record, late(1), 1), engineer(language)),
        sample("record-missing-manager", deadline(Owed::Record, late(3), 3), manager(language)),
        sample("record-missing-customer", deadline(Owed::Record, late(1), 1), customer(language)),
        sample("deadline-due", deadline(Owed::Report, before, 0), engineer(language)),
        sample("deadline-due-today", deadline(Owed::Training, FlagAt::OnTheDay, 0), manager(language)),
        sample("deadline-due-customer", deadline(Owed::Visit, FlagAt::OnTheDay, 0), customer(language)),
        sample("deadline-late", deadline(Owed::Report, late(1), 1), manager(language)),
        sample("deadline-late-customer", deadline(Owed::Visit, late(1), 0), customer(language)),
        sample("deadline-escalated", deadline(Owed::Report, late(3), 3), manager(language)),
        sample("deadline-escalated-engineer", deadline(Owed::Training, late(2), 2), engineer(language)),
        sample("deadline-escalated-customer", deadline(Owed::Report, late(3), 3), customer(language)),
    ]
}

fn of_the_office(language: Language) -> Vec<Sample> {
    let warranty = || Ending::Warranty {
        equipment: vec![
            ("Baggage scanner 1".to_owned(), "Terminal 2".to_owned()),
            ("Walk-through gate 4".to_owned(), "Terminal 2".to_owned()),
        ],
    };
    let unsubscribe = Links {
        unsubscribe: Some("https://service.norte.example/unsubscribe/5f1c9e0b7a".to_owned()),
        ..Links::default()
    };
    vec![
        sample(
            "hotline-changed",
            Notice::HotlineChanged {
                hotline: HotlineWords {
                    customer: "Aeropuertos del Norte".to_owned(),
                    number: "+34 944 100 200".to_owned(),
                    previous: "+34 944 100 100".to_owned(),
                    changed_on: day("2026-03-17"),
                },
            },
            customer(language),
        ),
        sample("phase-ending", phase(warranty(), 45), manager(language)),
        sample("phase-ending-customer", phase(warranty(), 45), customer(language)),
        sample("phase-ending-contract", phase(Ending::Contract, 45), manager(language)),
        sample("phase-ending-contract-customer", phase(Ending::Contract, 45), customer(language)),
        Sample {
            links: unsubscribe.clone(),
            ..sample("digest", Notice::Digest(Box::new(digest::full())), manager(language))
        },
        Sample {
            links: unsubscribe.clone(),
            ..sample("digest-linked", Notice::Digest(Box::new(digest::linked())), manager(language))
        },
        sample("digest-unreachable", Notice::Digest(Box::new(digest::unreachable())), manager(language)),
        sample("digest-differs", Notice::Digest(Box::new(digest::differs())), manager(language)),
        sample("digest-all-well", Notice::Digest(Box::new(digest::all_well())), manager(language)),
        Sample {
            links: unsubscribe,
            ..sample("review-week", Notice::Review(Box::new(digest::review(Period::Week))), manager(language))
        },
        sample("review-month", Notice::Review(Box::new(digest::review(Period::Month))), manager(language)),
        sample(
            "canary",
            Notice::Canary { day: day("2026-03-18"), head: "9f86d081884c7d65".repeat(4), dir: None },
            manager(language),
        ),
        sample("undelivered", Notice::Undelivered { letter: undelivered() }, manager(language)),
    ]
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").expect("a time of day")
}

/// A contact at the customer.
#[must_use]
pub fn customer(language: Language) -> Reader {
    let email = "ana@terminal.example".to_owned();
    Reader { name: "Ana Ruiz".to_owned(), role: ReaderRole::Customer(email.clone()), email, language }
}

/// The engineer of the sample visit.
#[must_use]
pub fn engineer(language: Language) -> Reader {
    let email = "luis@norte.example".to_owned();
    Reader { name: "Luis Vega".to_owned(), role: ReaderRole::Engineer("E-2".into()), email, language }
}

/// A manager who reads the sample letters.
#[must_use]
pub fn manager(language: Language) -> Reader {
    let email = "marta@norte.example".to_owned();
    Reader { name: "Marta Gil".to_owned(), role: ReaderRole::Manager("M-1".into()), email, language }
}

/// A visit, without a link to its form.
#[must_use]
pub fn visit(purpose: Purpose) -> VisitWords {
    let training = purpose == Purpose::Training;
    VisitWords {
        id: VisitId(1042),
        purpose,
        customer: "Aeropuertos del Norte".to_owned(),
        site: "BIO-T2".into(),
        site_name: "Terminal 2".to_owned(),
        address: "Carretera de Loiu 1, Bilbao".to_owned(),
        day: day("2026-03-12"),
        starts: time("09:30"),
        takes_minutes: 150,
        engineer: "Luis Vega".to_owned(),
        engineer_phone: "+34 600 100 200".to_owned(),
        equipment: vec!["Baggage scanner 1".to_owned(), "Walk-through gate 4".to_owned()],
        topics: if training { vec!["Daily check".to_owned(), "Alarms".to_owned()] } else { Vec::new() },
        why: None,
        rest_of: None,
    }
}

fn pdf(name: &str) -> PdfDelivery {
    PdfDelivery::Attached { file_name: name.to_owned(), size: 2100, sha256: "0".repeat(64) }
}

fn ledger() -> Ledger {
    let line = |from: &str, through: &str, why| LedgerLine { from: day(from), through: day(through), why, of: None };
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
        estimated: false,
        lines: vec![
            line("2026-03-18", "2026-03-18", counted(1)),
            line("2026-03-19", "2026-03-19", Why::Off { special: special(DayKind::Off, "San José") }),
            line("2026-03-20", "2026-03-20", Why::Counted { n: 2, special: Some(special(DayKind::Half, "Half day")) }),
            line("2026-03-21", "2026-03-22", Why::Weekend),
            line("2026-03-23", "2026-03-23", counted(3)),
        ],
    }
}

fn deadline(owed: Owed, at: FlagAt, days_late: u32) -> Notice {
    Notice::DeadlineFlagged {
        deadline: DeadlineWords {
            id: DeadlineId(17),
            owed,
            at,
            visit: Some(VisitId(1042)),
            purpose: if owed == Owed::Training { Purpose::Training } else { Purpose::Inspection },
            customer: "Aeropuertos del Norte".to_owned(),
            site: "BIO-T2".into(),
            site_name: "Terminal 2".to_owned(),
            engineer: Some("Luis Vega".to_owned()),
            since_on: day("2026-03-17"),
            due_on: day("2026-03-23"),
            days_late,
            report_due_on: (owed == Owed::Record).then(|| day("2026-03-25")),
            ledger: Some(ledger()),
        },
    }
}

fn phase(ending: Ending, days_left: u32) -> Notice {
    Notice::PhaseEnding {
        phase: PhaseWords {
            customer: "Aeropuertos del Norte".to_owned(),
            contract: Some("C-2024-7".into()),
            ending,
            ends_on: day("2026-05-01"),
            days_left,
        },
    }
}

fn undelivered() -> UndeliveredWords {
    UndeliveredWords {
        letter: LetterId(12),
        subject: "Inspection report for Terminal 2, Thu 12 Mar 2026".to_owned(),
        to: "old@terminal.example".to_owned(),
        notice: "report-delivered".to_owned(),
        given_up_at: at("2026-03-17T10:15:00Z"),
        outcome: "550 5.1.1 no such user".to_owned(),
        attempts: 9,
    }
}
