use serde_json::json;

use super::*;
use crate::ids::VisitId;

fn at(minute: u32) -> Instant {
    format!("2026-03-02T08:{minute:02}:00.5Z").parse().expect("an instant")
}

/// A chain of this many lines for one site.
fn chain(lines: i64) -> (Vec<TrailLine>, TrailHead) {
    let mut head = TrailHead::before_all("MAD");
    let lines = (1..=lines).map(|id| {
        let mut note = DeedNote::of_office(Deed::CancelVisit, format!("V{id}"));
        note.site = Some("MAD".into());
        note.visit = Some(VisitId(id));
        note.before = Some(json!({"day": "2026-03-09"}));
        note.personal = vec![(PersonalField::Text, format!("reason {id}"))];
        let actor = Actor::User { name: "ana".to_owned(), runs_as: None, says: None };
        let mut salts = 0;
        let salt = || {
            salts += 1;
            format!("salt {id} {salts}")
        };
        let mut line = TrailLine::of(note, &actor, at(u32::try_from(id).expect("few")), salt);
        line.id = id;
        head.link(&mut line, 1);
        line
    });
    (lines.collect(), head)
}

fn faults(lines: &[TrailLine], head: &TrailHead) -> Vec<TrailFault> {
    let mut check = ChainCheck::of("MAD");
    lines.iter().for_each(|line| check.line(line));
    check.end(head)
}

fn number(line: &mut TrailLine) -> &mut i64 {
    &mut line.place.as_mut().expect("linked").number
}

#[test]
fn the_canonical_text_of_a_line_is_what_it_ever_was() {
    let (lines, head) = chain(1);
    assert_eq!(
        lines[0].canonical(1),
        r#"{"v":1,"chain":"MAD","number":1,"line":1,"at":"2026-03-02T08:01:00.500Z","actor":"user","code":"ana","#
            .to_owned()
            + r#""door":"command line","deed":"cancel-visit","visit":1,"on":"V1","before":"{\"day\":\"2026-03-09\"}","#
            + r#""after":null,"personal":[["text","a337da25cd7d3941fd2dd415d53480118cef93b6072758ca3814fd0e7437b1a1"]]}"#
    );
    assert_eq!(head.hash, "e663860843063412dc0d8c6cf26c7a071705ec10a1891dc4a5979ca02d9acfa6");
    assert_eq!(day_head(vec![head]), "db8a590a54cb02a23e2bb806c99caee93492ed5cf4a717dc7fd1a08b022cc034");
}

#[test]
fn a_chain_as_it_was_linked_is_whole() {
    let (lines, head) = chain(4);
    assert_eq!(faults(&lines, &head), []);
    assert_eq!(faults(&[], &TrailHead::before_all("MAD")), []);
}

#[test]
fn whatever_is_changed_in_a_line_is_found() {
    let (lines, head) = chain(3);
    let changes: [fn(&mut TrailLine); 11] = [
        |line| line.id = 9,
        |line| line.at += chrono::TimeDelta::milliseconds(1),
        |line| line.actor = "program".to_owned(),
        |line| line.code = None,
        |line| line.door = "login".to_owned(),
        |line| line.deed = "book-visit".to_owned(),
        |line| line.visit = Some(VisitId(9)),
        |line| line.on = "V9".to_owned(),
        |line| line.before = None,
        |line| line.after = Some("{}".to_owned()),
        |line| line.personal.clear(),
    ];
    for change in changes {
        let mut lines = lines.clone();
        change(&mut lines[1]);
        let id = lines[1].id;
        assert_eq!(faults(&lines, &head), [TrailFault::Changed { line: id, number: 2 }]);
    }
}

#[test]
fn a_line_that_is_removed_put_in_or_moved_is_found() {
    let (lines, head) = chain(4);
    let mut removed = lines.clone();
    removed.remove(1);
    assert_eq!(faults(&removed, &head), [TrailFault::Missing { from: 2, through: 2 }]);
    removed.iter_mut().skip(1).for_each(|line| *number(line) -= 1);
    assert_eq!(faults(&removed, &head)[0], TrailFault::Changed { line: 3, number: 2 });

    let mut put_in = lines.clone();
    put_in.insert(1, TrailLine { id: 8, ..lines[0].clone() });
    put_in.iter_mut().skip(1).for_each(|line| *number(line) += 1);
    assert_eq!(faults(&put_in, &head)[0], TrailFault::Changed { line: 8, number: 2 });

    let mut moved = lines.clone();
    moved.swap(1, 2);
    *number(&mut moved[1]) = 2;
    *number(&mut moved[2]) = 3;
    assert_eq!(faults(&moved, &head)[0], TrailFault::Changed { line: 3, number: 2 });
}

#[test]
fn an_end_that_is_cut_off_or_linked_anew_is_found_by_the_head() {
    let (lines, head) = chain(4);
    assert_eq!(faults(&lines[..2], &head), [TrailFault::Truncated { had: 4, has: 2 }]);

    let mut forged = lines.clone();
    forged[2].code = Some("eve".to_owned());
    let mut anew = TrailHead::before_all("MAD");
    forged.iter_mut().for_each(|line| anew.link(line, 1));
    assert_eq!(faults(&forged, &anew), [], "the chain itself is whole");
    assert_eq!(faults(&forged, &head), [TrailFault::OtherHead]);
    assert_ne!(day_head(vec![anew]), day_head(vec![head]));
}

#[test]
fn what_is_personal_can_be_erased_and_not_changed() {
    let (mut lines, head) = chain(3);
    lines[1].personal[0].held.as_mut().expect("held").value = "another".to_owned();
    assert_eq!(faults(&lines, &head), [TrailFault::Personal { line: 2, number: 2, field: "text" }]);
    lines[1].personal[0].held = None;
    assert_eq!(faults(&lines, &head), []);
    let kept = serde_json::to_string(&lines[1].personal).expect("plain data");
    assert!(!kept.contains("salt") && !kept.contains("reason"), "{kept}");
    assert_eq!(serde_json::from_str::<Vec<PersonalEntry>>(&kept).expect("its own JSON"), lines[1].personal);
    let whole = serde_json::to_string(&lines[0].personal).expect("plain data");
    assert_eq!(serde_json::from_str::<Vec<PersonalEntry>>(&whole).expect("its own JSON"), lines[0].personal);
}

#[test]
fn the_days_head_depends_on_every_chain_and_on_no_order() {
    let head = |chain: &str, number| TrailHead { chain: chain.to_owned(), number, hash: format!("{chain}{number}") };
    let day = day_head(vec![head("", 3), head("MAD", 2)]);
    assert_eq!(day, day_head(vec![head("MAD", 2), head("", 3), head("NEW", 0)]));
    assert_ne!(day, day_head(vec![head("MAD", 1), head("", 3)]));
    assert_ne!(day, day_head(vec![head("", 3)]));
}
