//! When a report counts as delivered (P04).

use std::collections::BTreeMap;

use super::BearingLetter;
use crate::Instant;
use crate::contract::DeliveredTo;
use crate::letters::letter::LetterState;

/// A report that was delivered according to its contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperDelivery {
    /// The moment of delivery.
    pub at: Instant,
    /// The addresses of those who have received it, sorted.
    pub to: Vec<String>,
}

/// Whether and when the letters with a report satisfied this rule; `None` if they have not.
///
/// A contact has the report once a server has accepted one of the letters with it, and no longer has it if that letter
/// bounces. Contacts who turn out to be unreachable are not waited for from then on; but at least one contact must have
/// the report. Letters that are owed to somebody later do not undo a delivery.
#[must_use]
pub fn delivered(rule: &DeliveredTo, letters: &[BearingLetter]) -> Option<PaperDelivery> {
    let counts =
        |letter: &&BearingLetter| letter.state != LetterState::Cancelled && rule.asks_for(&letter.to_name, &letter.to);
    let asked: Vec<&BearingLetter> = letters.iter().filter(counts).collect();
    let mut moments: Vec<Instant> =
        asked.iter().flat_map(|letter| [letter.taken_at(), letter.lost_at]).flatten().collect();
    moments.sort_unstable();
    moments.into_iter().find_map(|at| {
        let readers = readers_at(&asked, at);
        let is_settled = match rule {
            DeliveredTo::Any => true,
            DeliveredTo::All | DeliveredTo::Named(_) => readers.values().all(|reader| reader.has_it || reader.is_lost),
        };
        let to: Vec<String> = readers.into_iter().filter(|(_, reader)| reader.has_it).map(|(email, _)| email).collect();
        (is_settled && !to.is_empty()).then_some(PaperDelivery { at, to })
    })
}

impl BearingLetter {
    /// When the reader received it; `None` if it is on its way, or bounced.
    fn taken_at(&self) -> Option<Instant> {
        self.sent_at.filter(|_| self.state == LetterState::Sent)
    }
}

/// The state of a report with one reader.
#[derive(Debug, Default)]
struct Reached {
    has_it: bool,
    is_lost: bool,
}

/// The state at a moment for each reader to whom it was owed by then, by address.
fn readers_at(letters: &[&BearingLetter], at: Instant) -> BTreeMap<String, Reached> {
    let mut readers: BTreeMap<String, Reached> = BTreeMap::new();
    for letter in letters.iter().filter(|letter| letter.owed_at <= at) {
        let reader = readers.entry(letter.to.to_lowercase()).or_default();
        reader.has_it |= letter.taken_at().is_some_and(|taken| taken <= at);
        reader.is_lost |= letter.lost_at.is_some_and(|lost| lost <= at);
    }
    readers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u32) -> Instant {
        format!("2026-03-02T{hour:02}:00:00Z").parse().unwrap()
    }

    fn letter(to: &str, state: LetterState, hour: u32) -> BearingLetter {
        BearingLetter {
            state,
            owed_at: at(8),
            sent_at: (state == LetterState::Sent).then(|| at(hour)),
            to: format!("{to}@cum.example"),
            to_name: to.to_owned(),
            lost_at: None,
        }
    }

    fn lost(to: &str, hour: u32) -> BearingLetter {
        BearingLetter { lost_at: Some(at(hour)), ..letter(to, LetterState::Undelivered, 0) }
    }

    fn since(rule: &DeliveredTo, letters: &[BearingLetter]) -> Option<Instant> {
        delivered(rule, letters).map(|delivery| delivery.at)
    }

    #[test]
    fn p04_any_is_content_with_the_first_who_has_it() {
        let rule = DeliveredTo::Any;
        let letters = [
            letter("ana", LetterState::Waiting, 0),
            letter("bea", LetterState::Sent, 11),
            letter("eva", LetterState::Sent, 9),
        ];
        assert_eq!(since(&rule, &letters), Some(at(9)));
        assert_eq!(delivered(&rule, &letters).unwrap().to, ["eva@cum.example"]);
        assert_eq!(since(&rule, &letters[..1]), None);
        assert_eq!(since(&rule, &[]), None);
        assert_eq!(since(&rule, &[letter("ana", LetterState::Undelivered, 0), lost("bea", 9)]), None);
    }

    #[test]
    fn p04_all_waits_for_everybody_whom_mail_reaches() {
        let rule = DeliveredTo::All;
        let sent = letter("ana", LetterState::Sent, 9);
        assert_eq!(since(&rule, &[sent.clone(), letter("bea", LetterState::Sent, 11)]), Some(at(11)));
        assert_eq!(since(&rule, &[sent.clone(), letter("bea", LetterState::Waiting, 0)]), None);
        assert_eq!(
            since(&rule, &[sent.clone(), letter("bea", LetterState::Undelivered, 0)]),
            None,
            "it may reach her yet"
        );
        assert_eq!(since(&rule, &[sent.clone(), lost("bea", 12)]), Some(at(12)), "from then on nobody waits for her");
        assert_eq!(since(&rule, &[lost("ana", 9), lost("bea", 12)]), None, "somebody has to have it");
        assert_eq!(since(&rule, &[sent.clone(), letter("bea", LetterState::Cancelled, 0)]), Some(at(9)));
        let again = [sent, letter("bea", LetterState::Undelivered, 0), letter("bea", LetterState::Sent, 15)];
        assert_eq!(since(&rule, &again), Some(at(15)), "a later letter brought it to her");
        let later = BearingLetter { owed_at: at(14), ..letter("eva", LetterState::Waiting, 0) };
        assert_eq!(
            since(&rule, &[letter("ana", LetterState::Sent, 9), later]),
            Some(at(9)),
            "it was delivered by then"
        );
    }

    #[test]
    fn p04_names_wait_for_those_alone() {
        let rule = DeliveredTo::Named(vec!["bea".to_owned(), "eva@cum.example".to_owned()]);
        let (ana, bea) = (letter("ana", LetterState::Sent, 9), letter("bea", LetterState::Sent, 11));
        assert_eq!(since(&rule, std::slice::from_ref(&ana)), None);
        assert_eq!(since(&rule, &[ana.clone(), bea.clone()]), Some(at(11)), "who gets no letter is not waited for");
        assert_eq!(since(&rule, &[ana, bea, letter("eva", LetterState::Waiting, 0)]), None);
    }
}
