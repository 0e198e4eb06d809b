use super::*;

fn term() -> Term {
    Term::new("inspection", "P01", Purpose::Inspection, Every::Months(1))
}

fn refused(key: &str, value: &str) -> String {
    let mut changed = term();
    let message = changed.set(key, value).expect_err("a mistake").to_string();
    assert_eq!(changed, term(), "a refused value changes nothing");
    message
}

#[test]
fn p01_a_period_is_read_as_people_write_it() {
    for (text, every) in [
        ("1 month", Every::Months(1)),
        ("3  Months", Every::Months(3)),
        ("2 weeks", Every::Weeks(2)),
        ("1 year", Every::Months(12)),
        ("rrule:freq=monthly;byday=1mo", Every::Rule("FREQ=MONTHLY;BYDAY=1MO".to_owned())),
        ("FREQ=WEEKLY;BYDAY=TU", Every::Rule("FREQ=WEEKLY;BYDAY=TU".to_owned())),
    ] {
        assert_eq!(text::parse_every(text), Ok(every), "{text}");
    }
}

#[test]
fn every_value_that_is_written_is_read_back_the_same() {
    let values = [
        ("every", "1 month"),
        ("every", "2 years"),
        ("every", "6 weeks"),
        ("every", "RRULE:FREQ=MONTHLY;BYDAY=1MO"),
        ("counted_on", "both"),
        ("counted_on", "either"),
        ("half_days", "skip"),
        ("half_days", "count"),
        ("window", "period"),
        ("window", "5 days"),
        ("window", "10 days after"),
        ("window", "1 day before"),
        ("window", "3 days before, 10 days after"),
        ("early", "5 days"),
        ("early", "0 days"),
        ("early", "1 day"),
        ("roll", "following"),
        ("roll", "preceding"),
        ("roll", "modified following"),
        ("roll", "modified preceding"),
        ("roll", "nearest"),
        ("takes", "2 hours"),
        ("takes", "90 minutes"),
        ("checklist", "equipment"),
        ("checklist", "ups"),
        ("announce", "1 day"),
        ("remind", "2 working days"),
        ("rebook", "auto"),
        ("rebook", "ask"),
        ("record", "0 working days"),
        ("report", "1 working day"),
        ("delivered_to", "any"),
        ("delivered_to", "all"),
        ("delivered_to", "Ana Gil; jefe@cumbre.example"),
        ("correction", "none"),
        ("correction", "2 working days"),
        ("counted_on", "company"),
        ("counted_on", "site"),
        ("steps", "1 working day before: engineer; on the day: engineer, manager; 3 working days late: escalation"),
        ("steps", "late: manager"),
        ("visit_steps", "5 working days before: engineer; late: manager"),
        ("record_steps", "on the day: engineer"),
        ("report_steps", "as steps"),
        ("report_steps", "late: manager, escalation"),
    ];
    for (key, value) in values {
        let mut term = term();
        term.set(key, value).unwrap_or_else(|bad| panic!("{key}: {bad}"));
        assert_eq!(term.get(key).as_deref(), Some(value), "{key}");
    }
    for key in Term::KEYS {
        assert!(values.iter().any(|(tried, _)| *tried == key), "{key} is tried above");
        let mut again = term();
        again.set(key, &term().get(key).expect("a key of a term")).expect("its own text");
        assert_eq!(again, term(), "{key}");
    }
    assert_eq!(term().get("colour"), None);
}

#[test]
fn a_mistake_names_the_value_the_rule_and_what_was_meant() {
    insta::assert_snapshot!(
        [
            refused("every", "monthly"),
            refused("every", "3 moths"),
            refused("every", "0 months"),
            refused("every", "FREQ=MONTHLY;BYDAYS=1MO"),
            refused("every", "often"),
            refused("window", "perod"),
            refused("window", "3 days before, 2 days before"),
            refused("window", "3 days before, 4 hours after"),
            refused("roll", "modified folowing"),
            refused("takes", "2 hors"),
            refused("takes", "25 hours"),
            refused("checklist", " "),
            refused("announce", "14"),
            refused("announce", "14 working days"),
            refused("report", "3 days"),
            refused("report", "three working days"),
            refused("counted_on", "sites"),
            refused("steps", "late engineer"),
            refused("steps", "late: enginer"),
            refused("steps", "latte: engineer"),
            refused("steps", "0 working days before: engineer"),
            refused("steps", "late: engineer; late: manager"),
            refused("evry", "1 month"),
            text::parse_purpose("inspektion").expect_err("a mistake").to_string(),
        ]
        .join("\n")
    );
}

#[test]
fn steps_stand_in_the_order_of_time_and_name_each_reader_once() {
    let mut term = term();
    term.set("steps", "late: manager, engineer, manager; 5 working days before: engineer; on the day: manager")
        .expect("steps");
    assert_eq!(
        term.get("steps").expect("a key"),
        "5 working days before: engineer; on the day: manager; late: engineer, manager"
    );
}

#[test]
fn a_fingerprint_changes_with_what_visits_are_made_of_and_with_nothing_else() {
    let mut changed = term();
    changed.set("report", "5 working days").expect("a value");
    changed.set("announce", "7 days").expect("a value");
    assert_eq!(changed.fingerprint(), term().fingerprint());
    for (key, value) in [("every", "2 months"), ("window", "3 days"), ("roll", "nearest"), ("takes", "3 hours")] {
        let mut changed = term();
        changed.set(key, value).expect("a value");
        assert_ne!(changed.fingerprint(), term().fingerprint(), "{key}");
    }
}
