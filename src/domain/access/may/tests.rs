use super::*;
use crate::access::LinkRefused;
use crate::ids::{LinkId, ManagerCode, VisitId};
use crate::language::Language;
use crate::time::Zone;

/// Who may do what in their own affairs: a row for each deed, a column for each actor:
///
/// program, user; by link: form, revoked form, signature, digest, line of a digest, unsubscribing, feed; logged in:
/// manager, engineer, customer; by token for booking visits: manager; by letter: engineer, customer.
const MATRIX: &str = "
                    program user  form ended sign digest matter unsubscribe feed  manager engineer customer  token  engineer customer
plan-visits         yes     yes   -    -     -    -      -      -           -     -       -        -         -      -        -
announce-visit      yes     -     -    -     -    -      -      -           -     -       -        -         -      -        -
add-visit           yes     yes   -    -     -    -      -      -           -     yes     -        -         -      -        -
book-visit          -       yes   -    -     -    -      -      -           -     yes     -        -         yes    -        -
move-visit          -       yes   -    -     -    yes    yes    -           -     yes     -        -         -      -        -
rebook-visit        yes     -     -    -     -    -      -      -           -     -       -        -         -      -        -
cancel-visit        yes     yes   -    -     -    -      -      -           -     yes     -        -         -      -        -
hand-over           -       yes   -    -     -    -      -      -           -     -       -        -         -      -        -
remind              yes     -     -    -     -    yes    yes    -           -     yes     -        -         -      -        -
answer-invitation   -       -     -    -     -    -      -      -           -     -       -        -         -      yes      yes
take-record         -       yes   yes  -     -    -      -      -           -     -       yes      -         -      -        -
keep-record         -       yes   yes  -     -    -      -      -           -     -       yes      -         -      -        -
keep-form           -       yes   yes  yes   -    -      -      -           -     -       yes      -         -      -        -
take-form           -       yes   -    -     -    yes    yes    -           -     yes     -        -         -      -        -
dismiss-form        -       yes   -    -     -    yes    yes    -           -     yes     -        -         -      -        -
sign-record         -       -     -    -     yes  -      -      -           -     -       -        -         -      -        -
issue-report        yes     -     -    -     -    -      -      -           -     -       -        -         -      -        -
send-report         -       yes   -    -     -    -      -      -           -     yes     -        -         -      -        -
file-report         yes     -     -    -     -    -      -      -           -     -       -        -         -      -        -
hand-over-report    -       yes   -    -     -    yes    yes    -           -     yes     -        -         -      -        -
unfile-report       yes     -     -    -     -    -      -      -           -     -       -        -         -      -        -
open-deadlines      yes     -     -    -     -    -      -      -           -     -       -        -         -      -        -
recount-deadlines   yes     -     -    -     -    -      -      -           -     -       -        -         -      -        -
raise-flag          yes     -     -    -     -    -      -      -           -     -       -        -         -      -        -
waive-deadline      -       yes   -    -     -    yes    yes    -           -     yes     -        -         -      -        -
accept-difference   -       yes   -    -     -    -      -      -           -     -       -        -         -      -        -
end-digests         -       yes   -    -     -    -      -      yes         -     yes     -        -         -      -        -
resume-digests      -       yes   -    -     -    -      -      yes         -     yes     -        -         -      -        -
retry-letter        -       yes   -    -     -    yes    yes    -           -     yes     -        -         -      -        -
cancel-letter       -       yes   -    -     -    -      -      -           -     -       -        -         -      -        -
return-letter       yes     -     -    -     -    -      -      -           -     -       -        -         -      -        -
change-hotline      yes     -     -    -     -    -      -      -           -     -       -        -         -      -        -
note-hotline        -       yes   -    -     -    -      -      -           -     yes     -        -         -      -        -
import-tables       -       yes   -    -     -    -      -      -           -     -       -        -         -      -        -
import-calendar     -       yes   -    -     -    -      -      -           -     -       -        -         -      -        -
make-form-link      -       yes   -    -     -    -      -      -           -     yes     -        -         -      -        -
make-signing-link   -       yes   yes  -     -    -      -      -           -     -       yes      -         -      -        -
make-feed           -       yes   -    -     -    -      -      -           -     -       -        -         -      -        -
revoke-feed         -       yes   -    -     -    -      -      -           -     -       -        -         -      -        -
revoke-link         -       yes   -    -     -    -      -      -           -     -       -        -         -      -        -
begin-trail         yes     -     -    -     -    -      -      -           -     -       -        -         -      -        -
erase-personal      -       yes   -    -     -    -      -      -           -     -       -        -         -      -        -
";

fn manager() -> Manager {
    Manager {
        manager: "M-1".into(),
        name: "Jordi Puig".to_owned(),
        email: "jordi@ronda.example".to_owned(),
        scope: Scope::Customers(vec!["CUM".into()]),
        time_zone: Zone::parse("Europe/Madrid").expect("a zone"),
        calendar: "ES".to_owned(),
        digest_at: chrono::NaiveTime::MIN,
        language: Language::En,
        digests: Vec::new(),
        left_on: None,
        successor: None,
        leave: None,
        deputy: None,
    }
}

/// The actors of the matrix, in the order of its columns.
fn actors(line: &Matter) -> Vec<Actor> {
    let by = |errand| Door::Link { link: LinkId(1), errand, refused: None };
    let (visit, code) = (VisitId(12), || ManagerCode::from("M-1"));
    let engineer = |door| Actor::Engineer { engineer: "E-1".into(), door };
    let manager = |door| Actor::Manager { manager: Box::new(manager()), door };
    let customer = |door| Actor::Customer { email: Some("ops@cum.example".to_owned()), door };
    let form = Errand::VisitForm { visit };
    vec![
        Actor::Program,
        Actor::User { name: "ana".to_owned(), runs_as: None, says: None },
        engineer(by(form.clone())),
        engineer(Door::Link { link: LinkId(1), errand: form, refused: Some(LinkRefused::Revoked) }),
        customer(by(Errand::Countersign { visit })),
        manager(by(Errand::Digest { manager: code() })),
        manager(by(Errand::Matter { manager: code(), matter: line.clone() })),
        manager(by(Errand::Unsubscribe { manager: code() })),
        manager(by(Errand::Feed { of: crate::access::FeedOf::Manager(code()) })),
        manager(Door::Login),
        engineer(Door::Login),
        customer(Door::Login),
        manager(Door::Token { deeds: vec![Deed::BookVisit] }),
        engineer(Door::Letter),
        customer(Door::Letter),
    ]
}

/// The rows of the matrix: the deed, and the entry of each column.
fn rows() -> Vec<(Deed, Vec<bool>)> {
    let lines = MATRIX.lines().skip(2).map(|line| {
        let mut cells = line.split_whitespace();
        let deed = cells.next().expect("a row begins with its deed").parse().expect("a deed");
        (deed, cells.map(|cell| cell == "yes").collect())
    });
    lines.collect()
}

#[test]
fn each_actor_may_do_what_the_matrix_says_and_nothing_else() {
    let line = Matter::Visit(VisitId(12));
    let actors = actors(&line);
    let (customer, engineer, manager) = ("CUM".into(), "E-1".into(), "M-1".into());
    let case = DeedCase {
        customer: Some(&customer),
        visit: Some(VisitId(12)),
        engineer: Some(&engineer),
        manager: Some(&manager),
        matter: Some(&line),
        mailbox: None,
    };
    let rows = rows();
    assert_eq!(rows.iter().map(|(deed, _)| *deed).collect::<Vec<_>>(), Deed::ALL, "a row for each deed, in order");
    for (deed, cells) in rows {
        assert_eq!(cells.len(), actors.len(), "{}", deed.word());
        for (actor, expected) in actors.iter().zip(cells) {
            assert_eq!(may(actor, deed, &case).is_ok(), expected, "{} by {actor:?}", deed.word());
        }
    }
}

#[test]
fn nobody_but_the_program_and_a_user_may_do_anything_to_what_is_not_theirs() {
    let (line, other) = (Matter::Visit(VisitId(12)), Matter::Visit(VisitId(13)));
    let (customer, engineer, manager) = ("OTHER".into(), "E-2".into(), "M-2".into());
    let case = DeedCase {
        customer: Some(&customer),
        visit: Some(VisitId(13)),
        engineer: Some(&engineer),
        manager: Some(&manager),
        matter: Some(&other),
        mailbox: Some("other@ronda.example"),
    };
    for actor in actors(&line) {
        for deed in Deed::ALL {
            let expected = match actor {
                Actor::Program | Actor::User { .. } => may(&actor, deed, &DeedCase::default()).is_ok(),
                // Whether they were told of it is checked elsewhere, from the letters.
                Actor::Customer { door: Door::Letter, .. } => deed == Deed::AnswerInvitation,
                Actor::Engineer { .. } | Actor::Manager { .. } | Actor::Customer { .. } => false,
            };
            assert_eq!(may(&actor, deed, &case).is_ok(), expected, "{} by {actor:?}", deed.word());
        }
    }
}

#[test]
fn a_line_of_a_digest_decides_its_own_matter_alone() {
    let (line, other) = (Matter::Visit(VisitId(12)), Matter::Visit(VisitId(13)));
    let by_line = &actors(&line)[6];
    let customer = "CUM".into();
    let about = |matter| DeedCase { customer: Some(&customer), matter: Some(matter), ..DeedCase::default() };
    assert_eq!(may(by_line, Deed::MoveVisit, &about(&line)), Ok(()));
    let refused = may(by_line, Deed::MoveVisit, &about(&other)).expect_err("another matter");
    assert_eq!(refused.to_string(), "this is not for you to do here (`move-visit`, as manager); ask the office");
}

#[test]
fn a_letter_about_no_customer_is_for_who_answers_for_all_and_for_its_own_reader() {
    let mut manager = manager();
    assert!(is_in_charge(&manager, None, Some("Jordi@ronda.example")));
    assert!(!is_in_charge(&manager, None, Some("ana@ronda.example")));
    assert!(!is_in_charge(&manager, None, None));
    manager.scope = Scope::All;
    assert!(is_in_charge(&manager, None, None));
    assert!(is_in_charge(&manager, Some(&"ANY".into()), None));
}
