mod books;
mod rest;

use std::collections::BTreeMap;

use chrono::{Days, TimeDelta};
use proptest::prelude::*;

use super::*;
use crate::calendar::{CalendarParts, DayKind, Layer, SpecialDay, WeekendRule};
use crate::contract::{Contract, CoveredSites, Every, Term};

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

fn contract(accepted_on: &str, ends_on: Option<&str>) -> Contract {
    Contract {
        contract: "C-1".into(),
        customer: "ACME".into(),
        sites: CoveredSites::All,
        plan: "standard".to_owned(),
        accepted_on: day(accepted_on),
        ends_on: ends_on.map(day),
        overrides: BTreeMap::new(),
    }
}

fn term(every: &str, window: &str) -> Term {
    let mut term = Term::new("inspection", "P01", Purpose::Inspection, Every::Months(1));
    term.set("every", every).expect("a period");
    term.set("window", window).expect("a window");
    term
}

fn promised(every: &str, accepted_on: &str, ends_on: Option<&str>, through: &str) -> PromisedTerm {
    PromisedTerm::of(&contract(accepted_on, ends_on), &term(every, "period"), day(through))
}

fn calendar(closed: &[(&str, &str)]) -> Calendar {
    let off = |layer| SpecialDay { kind: DayKind::Off, name: "rebuilding".to_owned(), layer, estimated: false };
    let mut special = BTreeMap::new();
    for (first, last) in closed {
        for on in day(first).iter_days().take_while(|on| *on <= day(last)) {
            special.insert(on, off(Layer::Site));
        }
    }
    Calendar::new(CalendarParts {
        code: "ES".to_owned(),
        version: "1".to_owned(),
        known_from: day("2025-01-01"),
        known_through: day("2030-12-31"),
        confirmed_through: day("2030-12-31"),
        weekends: vec![WeekendRule { from: day("2000-01-01"), off: [false, false, false, false, false, true, true] }],
        special,
    })
}

/// A site in Madrid with an engineer who has all skills.
struct World {
    site: SiteCode,
    zone: Zone,
    engineers: BTreeMap<EngineerCode, AuditedEngineer>,
    calendar: Calendar,
    unit: EquipmentCode,
    asked: Vec<String>,
    retired_on: Option<NaiveDate>,
    visits: Vec<AuditedVisit>,
    waivers: Vec<AuditedWaiver>,
}

impl World {
    fn new() -> World {
        let cooling = AuditedSkill { skill: "cooling".to_owned(), valid_until: None };
        let knows = AuditedEngineer { skills: vec![cooling], left_on: None, calendar: None };
        World {
            site: "MAD-1".into(),
            zone: Zone::parse("Europe/Madrid").expect("a zone"),
            engineers: BTreeMap::from([("E-1".into(), knows)]),
            calendar: calendar(&[]),
            unit: "CRAC-1".into(),
            asked: vec!["cooling".to_owned()],
            retired_on: None,
            visits: Vec::new(),
            waivers: Vec::new(),
        }
    }

    fn facts(&self, now: &str) -> AuditedSite<'_> {
        AuditedSite {
            site: &self.site,
            zone: &self.zone,
            now: at(now),
            calendar: Some(self.calendar.clone()),
            equipment: vec![AuditedEquipment {
                equipment: &self.unit,
                skills: &self.asked,
                retired_on: self.retired_on,
            }],
            visits: self.visits.clone(),
            waivers: self.waivers.clone(),
            engineers: &self.engineers,
        }
    }

    fn visit(&mut self, number: u32, on: &str, state: AuditedState) -> VisitId {
        let visit = VisitId(i64::try_from(self.visits.len()).expect("few") + 1);
        self.visits.push(AuditedVisit {
            visit,
            contract: "C-1".into(),
            term: "inspection".into(),
            purpose: Purpose::Inspection,
            number,
            is_added: false,
            rest_of: None,
            engineer: "E-1".into(),
            day: day(on),
            state,
            overruled: Vec::new(),
        });
        visit
    }

    /// A visit that took place at noon, was recorded at once, and whose report arrived on the same day.
    fn done(&mut self, number: u32, on: &str) -> VisitId {
        let completed_at = at(&format!("{on}T11:00:00Z"));
        let taken = letter("ana", completed_at, PaperLetterIs::Taken { at: completed_at });
        let deliveries = Deliveries { letters: vec![taken], ..Deliveries::default() };
        self.visit(
            number,
            on,
            AuditedState::Done { completed_at, recorded_at: completed_at, deliveries, left: Vec::new() },
        )
    }

    fn line(&self, term: &PromisedTerm, since_on: &str, now: &str) -> LifeLine {
        audit_line(&self.facts(now), &self.answered(term, since_on))
    }

    fn answered<'a>(&self, term: &'a PromisedTerm, since_on: &str) -> AnsweredTerm<'a> {
        AnsweredTerm {
            term,
            since_on: day(since_on),
            from: NaiveDate::MIN,
            planned_through: day("2026-12-31"),
            counted: Some(self.calendar.clone()),
        }
    }
}

fn standings(line: &LifeLine) -> Vec<&PeriodStanding> {
    line.periods.iter().map(|judged| &judged.standing).collect()
}

#[test]
fn p01_a_contract_from_one_anniversary_to_the_next_has_twelve_months() {
    let year = promised("1 month", "2026-01-15", Some("2027-01-15"), "2028-01-01");
    let last = year.periods.last().expect("thirteen");
    assert_eq!((last.number, last.handed_to), (13, Some(12)));
    assert_eq!(year.of_day(day("2027-01-15")), PromisedDay::Of(last));
    assert_eq!(year.periods[11].last_on, day("2027-01-14"), "the window of the last month stays");
    let half = promised("1 month", "2026-01-01", Some("2026-04-15"), "2028-01-01");
    assert_eq!(half.periods.last().map(|last| (last.number, last.handed_to)), Some((4, None)), "half a month is one");
    let alone = promised("1 month", "2026-01-01", Some("2026-01-05"), "2028-01-01");
    assert_eq!(alone.periods[0].handed_to, None, "the first has nobody to hand its days to");
}

#[test]
fn p01_each_period_is_kept_by_the_visit_that_was_made_for_it() {
    let mut world = World::new();
    let term = promised("1 month", "2026-01-01", None, "2026-06-30");
    let (january, march) = (world.done(1, "2026-02-03"), world.done(3, "2026-03-02"));
    let april = world.visit(4, "2026-04-08", AuditedState::Booked);
    let line = world.line(&term, "2026-01-01", "2026-04-07T08:00:00Z");
    assert_eq!(
        standings(&line)[..5],
        [
            &PeriodStanding::KeptLate { visit: january, on: day("2026-02-03") },
            &PeriodStanding::Late { visit: None },
            &PeriodStanding::Kept { visit: march, on: day("2026-03-02") },
            &PeriodStanding::Open { visit: april, on: day("2026-04-08") },
            &PeriodStanding::OpenWithout { why: NoFitVisit::NoVisit },
        ]
    );
}

#[test]
fn p01_a_visit_that_was_made_a_year_early_keeps_nothing_of_the_year_to_come() {
    let mut world = World::new();
    let term = promised("1 month", "2026-01-01", None, "2027-02-28");
    world.done(1, "2026-01-10");
    let early = world.done(13, "2026-01-12");
    let line = world.line(&term, "2026-01-01", "2026-01-20T08:00:00Z");
    assert_eq!(line.extra, [early]);
    assert_eq!(standings(&line)[12], &PeriodStanding::OpenWithout { why: NoFitVisit::NotPlannedYet });
    let mut world = World::new();
    let early = world.done(2, "2026-01-12");
    let line = world.line(&term, "2026-01-01", "2026-01-20T08:00:00Z");
    assert_eq!(
        standings(&line)[0],
        &PeriodStanding::Kept { visit: early, on: day("2026-01-12") },
        "the month is served"
    );
}

#[test]
fn p01_what_was_nearly_over_when_the_office_came_is_not_its_own() {
    let term = promised("1 month", "2026-01-01", None, "2026-03-31");
    let line = World::new().line(&term, "2026-01-20", "2026-02-10T08:00:00Z");
    assert_eq!(standings(&line)[0], &PeriodStanding::HandedTo { number: 2 });
    assert_eq!(standings(&line)[1], &PeriodStanding::OpenWithout { why: NoFitVisit::NoVisit });
    let line = World::new().line(&term, "2026-01-10", "2026-02-10T08:00:00Z");
    assert_eq!(standings(&line)[0], &PeriodStanding::Late { visit: None });
}

#[test]
fn p01_a_window_in_which_the_site_is_closed_is_paused_and_a_waived_one_is_waived() {
    let mut world = World::new();
    world.calendar = calendar(&[("2026-02-01", "2026-02-28")]);
    let debt = WaivedDebt::Window {
        contract: "C-1".into(),
        term: "inspection".into(),
        first_on: day("2026-01-01"),
        last_on: day("2026-01-31"),
    };
    world.waivers.push(AuditedWaiver { of: debt, by: "Helena".to_owned(), why: "flooded".to_owned() });
    let term = promised("1 month", "2026-01-01", None, "2026-03-31");
    let line = world.line(&term, "2026-01-01", "2026-03-10T08:00:00Z");
    let waived = PeriodStanding::Waived { by: "Helena".to_owned(), why: "flooded".to_owned() };
    assert_eq!(standings(&line)[..2], [&waived, &PeriodStanding::Paused { why: "rebuilding".to_owned() }]);
}

#[test]
fn an_open_period_says_why_its_visit_cannot_take_place() {
    let term = promised("1 month", "2026-04-01", None, "2026-04-30");
    let why = |change: &dyn Fn(&mut World)| {
        let mut world = World::new();
        world.visit(1, "2026-04-22", AuditedState::Booked);
        change(&mut world);
        match standings(&world.line(&term, "2026-04-01", "2026-04-20T08:00:00Z"))[0] {
            PeriodStanding::OpenWithout { why } => Some(why.clone()),
            _ => None,
        }
    };
    let (visit, on, engineer) = (VisitId(1), day("2026-04-22"), EngineerCode::from("E-1"));
    assert_eq!(why(&|_| {}), None);
    assert_eq!(why(&|world| world.visits[0].state = AuditedState::Cancelled), Some(NoFitVisit::Cancelled { visit }));
    assert_eq!(
        why(&|world| world.engineers.clear()),
        Some(NoFitVisit::EngineerGone { visit, engineer: engineer.clone() })
    );
    assert_eq!(
        why(&|world| world.calendar = calendar(&[("2026-04-22", "2026-04-22")])),
        Some(NoFitVisit::SiteClosed { visit, on })
    );
    assert_eq!(
        why(&|world| world.engineers.get_mut("E-1").expect("known").skills.clear()),
        Some(NoFitVisit::EngineerLacks { visit, engineer: engineer.clone(), skill: "cooling".to_owned() })
    );
    let lacks = NoFitVisit::EngineerLacks { visit, engineer: engineer.clone(), skill: "cooling".to_owned() };
    let ends = |on: &'static str| {
        move |world: &mut World| {
            world.engineers.get_mut("E-1").expect("known").skills[0].valid_until = Some(day(on));
        }
    };
    assert_eq!((why(&ends("2026-04-22")), why(&ends("2026-04-21"))), (None, Some(lacks)));
    let leaves = |on: &'static str| {
        move |world: &mut World| world.engineers.get_mut("E-1").expect("known").left_on = Some(day(on))
    };
    let gone = NoFitVisit::EngineerGone { visit, engineer: engineer.clone() };
    assert_eq!((why(&leaves("2026-04-23")), why(&leaves("2026-04-22"))), (None, Some(gone)));
    let knowingly = |world: &mut World| {
        world.engineers.get_mut("E-1").expect("known").skills.clear();
        world.visits[0].overruled = vec!["skill/cooling".to_owned()];
    };
    assert_eq!(why(&knowingly), None, "a person booked it all the same");
    let off = |world: &mut World| {
        world.engineers.get_mut("E-1").expect("known").calendar = Some(calendar(&[("2026-04-22", "2026-04-22")]));
    };
    assert_eq!(why(&off), Some(NoFitVisit::EngineerOff { visit, engineer, on }));
    let passed = day("2026-04-15");
    assert_eq!(why(&|world| world.visits[0].day = passed), Some(NoFitVisit::NoRecord { visit, on: passed }));
    let outside = day("2026-05-05");
    assert_eq!(why(&|world| world.visits[0].day = outside), Some(NoFitVisit::OutsideTheWindow { visit, on: outside }));
}

/// A letter with a report to somebody at the customer.
fn letter(to: &str, owed_at: Instant, is: PaperLetterIs) -> PaperLetter {
    PaperLetter { owed_at, is, name: to.to_owned(), email: format!("{to}@cum.example"), lost_at: None }
}

/// The standing, on the 12th, of a report of 2 March.
fn report_stands(rule: DeliveredTo, deliveries: Deliveries) -> PaperStanding {
    let mut world = World::new();
    let completed_at = at("2026-03-02T11:00:00Z");
    world.visit(
        1,
        "2026-03-02",
        AuditedState::Done { completed_at, recorded_at: completed_at, deliveries, left: Vec::new() },
    );
    let term = PromisedTerm { delivered_to: rule, ..promised("1 month", "2026-03-01", None, "2026-03-31") };
    let papers = audit_papers(&world.facts("2026-03-12T08:00:00Z"), &world.answered(&term, "2026-03-01"));
    let report = papers.into_iter().find(|paper| paper.paper == AuditedPaper::Report).expect("it is owed");
    assert_eq!(report.due_on, Some(day("2026-03-05")), "three working days after Monday");
    report.standing
}

#[test]
fn p04_a_report_is_delivered_to_all_when_everybody_who_can_be_reached_has_it() {
    let owed = at("2026-03-03T08:00:00Z");
    let taken = |to: &str, taken: &str| letter(to, owed, PaperLetterIs::Taken { at: at(taken) });
    for noted in [NotedRule::None, NotedRule::By(DeliveredTo::All), NotedRule::OfEarlierVersion] {
        let standing = |letters: Vec<PaperLetter>| {
            report_stands(DeliveredTo::All, Deliveries { letters, noted: noted.clone(), ..Deliveries::default() })
        };
        let first = taken("ana", "2026-03-03T09:00:00Z");
        let kept = PaperStanding::Kept { at: at("2026-03-03T09:00:00Z") };
        assert_eq!(standing(vec![first.clone()]), kept);
        let late = at("2026-03-06T00:00:00Z");
        let last = taken("bea", "2026-03-06T00:00:00Z");
        assert_eq!(standing(vec![first.clone(), last]), PaperStanding::KeptLate { at: late });
        assert_eq!(standing(vec![first.clone(), letter("bea", owed, PaperLetterIs::Waiting)]), PaperStanding::Late);
        assert_eq!(standing(vec![first.clone(), letter("bea", owed, PaperLetterIs::GivenUp)]), PaperStanding::Late);
        let corrected = letter("bea", at("2026-03-04T08:00:00Z"), PaperLetterIs::Waiting);
        assert_eq!(standing(vec![first.clone(), corrected]), kept);
        assert_eq!(standing(Vec::new()), PaperStanding::Late, "nobody receives it");
        let lost_at = Some(at("2026-03-04T08:00:00Z"));
        let lost = PaperLetter { lost_at, ..letter("bea", owed, PaperLetterIs::GivenUp) };
        let without = match &noted {
            NotedRule::OfEarlierVersion => PaperStanding::Late,
            NotedRule::None | NotedRule::By(_) => PaperStanding::Kept { at: at("2026-03-04T08:00:00Z") },
        };
        assert_eq!(standing(vec![first, lost.clone()]), without);
        assert_eq!(standing(vec![lost]), PaperStanding::Late, "nobody has it");
    }
}

#[test]
fn p04_a_report_is_delivered_to_any_with_the_first_and_to_names_with_theirs() {
    let owed = at("2026-03-03T08:00:00Z");
    let taken = |to: &str, taken: &str| letter(to, owed, PaperLetterIs::Taken { at: at(taken) });
    let (ana, bea) = (taken("ana", "2026-03-03T09:00:00Z"), taken("bea", "2026-03-06T00:00:00Z"));
    let letters = vec![bea, letter("eva", owed, PaperLetterIs::GivenUp), ana];
    let stands = |rule: &DeliveredTo, noted: NotedRule| {
        report_stands(rule.clone(), Deliveries { letters: letters.clone(), noted, ..Deliveries::default() })
    };
    let named = |name: &str| DeliveredTo::Named(vec![name.to_owned()]);
    assert_eq!(stands(&DeliveredTo::Any, NotedRule::None), PaperStanding::Kept { at: at("2026-03-03T09:00:00Z") });
    let late = PaperStanding::KeptLate { at: at("2026-03-06T00:00:00Z") };
    assert_eq!(stands(&named("Bea"), NotedRule::None), late);
    assert_eq!(stands(&named("eva@cum.example"), NotedRule::None), PaperStanding::Late, "hers came back");
    assert_eq!(stands(&DeliveredTo::All, NotedRule::By(named("bea"))), late, "it stays as it was judged");
}

fn any_every() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "1 week",
        "2 weeks",
        "1 month",
        "3 months",
        "1 year",
        "RRULE:FREQ=MONTHLY;BYDAY=1MO",
        "RRULE:FREQ=WEEKLY;BYDAY=TU,FR",
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=31",
        "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3",
        "RRULE:FREQ=DAILY;UNTIL=20260110",
    ])
}

proptest! {
    #[test]
    fn p01_no_day_of_a_contract_is_without_a_promise_and_none_has_two(
        every in any_every(),
        window in proptest::sample::select(vec!["period", "5 days before, 10 days after", "0 days before, 0 days after"]),
        accepted in 0_i64..600,
        runs in proptest::option::of(0_i64..900),
    ) {
        let accepted_on = day("2025-06-01") + TimeDelta::days(accepted);
        let ends_on = runs.map(|days| accepted_on + TimeDelta::days(days));
        let through = day("2028-12-31");
        let mut contract = contract("2026-01-01", None);
        (contract.accepted_on, contract.ends_on) = (accepted_on, ends_on);
        let promised = PromisedTerm::of(&contract, &term(every, window), through);
        for one in promised.periods.windows(2) {
            prop_assert_eq!(one[0].ends_on + Days::new(1), one[1].begins_on);
            prop_assert_eq!(one[0].number + 1, one[1].number);
            prop_assert!(one[0].handed_to.is_none(), "the last one alone is cut");
        }
        for period in &promised.periods {
            prop_assert!(period.begins_on <= period.ends_on && period.first_on <= period.last_on);
            prop_assert!(period.first_on >= accepted_on && ends_on.is_none_or(|ends_on| period.last_on <= ends_on));
        }
        for on in (accepted_on - Days::new(3)).iter_days().take_while(|on| *on <= through) {
            let is_run = on >= accepted_on && ends_on.is_none_or(|ends_on| on <= ends_on);
            match promised.of_day(on) {
                PromisedDay::BeforeTheContract => prop_assert!(on < accepted_on),
                PromisedDay::AfterTheContract => prop_assert!(!is_run || promised.periods.is_empty(), "{} is nobody's", on),
                PromisedDay::Of(period) => {
                    prop_assert!(is_run);
                    let own = promised.periods.iter().filter(|other| (other.begins_on..=other.ends_on).contains(&on));
                    prop_assert_eq!(own.collect::<Vec<_>>(), vec![period]);
                }
            }
        }
    }
}
