//! Texts of these pages: refusals, what was done, times in the reader's time zone.

use chrono::NaiveDate;

use domain::Instant;
use domain::access::{Act, StoredAct};
use domain::calendar::UnknownHolidays;
use domain::records::RecordDifference;
use domain::time::Zone;
use domain::visits::BookingRefused;
use mail::PageWords;
use office::digest::decide::{Refused, Settled};
use words::Value;

/// `Mon 2 Mar 2026 09:12`, in the manager's time zone.
pub(super) fn moment(words: PageWords<'_>, zone: &Zone, at: Instant) -> String {
    let local = zone.local(at);
    format!("{} {}", words::short_date(words.language, local.date()), words::time(local.time()))
}

fn day(words: PageWords<'_>, day: NaiveDate) -> Value<'static> {
    Value::owned(words::short_date(words.language, day))
}

/// What was done, as a sentence without a full stop.
pub(super) fn act(words: PageWords<'_>, act: &Act, engineer: impl Fn(&str) -> String) -> String {
    match act {
        Act::Remind => words.say("decide-act-remind", &[]),
        Act::Assign { engineer: code, insist: _ } => {
            words.say("decide-act-assign", &[("engineer", Value::owned(engineer(code.as_str())))])
        }
        Act::Move { day: to, starts: None, insist: _ } => words.say("decide-act-move", &[("day", day(words, *to))]),
        Act::Move { day: to, starts: Some(starts), insist: _ } => {
            words.say("decide-act-move-time", &[("day", day(words, *to)), ("time", Value::owned(words::time(*starts)))])
        }
        Act::TakeProposal { engineer: code, day: to, starts } => words.say(
            "decide-act-take-proposal",
            &[
                ("engineer", Value::owned(engineer(code.as_str()))),
                ("day", day(words, *to)),
                ("time", Value::owned(words::time(*starts))),
            ],
        ),
        Act::HandedOver { by, to, on } => words.say(
            "decide-act-handed-over",
            &[("day", day(words, *on)), ("by", Value::text(by)), ("to", Value::text(to))],
        ),
        Act::Waive { why } => words.say("decide-act-excuse", &[("why", Value::text(why))]),
        Act::Retry => words.say("decide-act-retry", &[]),
        Act::TakeForm => words.say("decide-act-take-form", &[]),
        Act::DismissForm { why } => words.say("decide-act-dismiss-form", &[("why", Value::text(why))]),
    }
}

/// Maximum number of differing fields that a page lists.
const PLACES: usize = 12;

/// How many fields differ between a form and the record on file, and which.
pub(super) fn differing(words: PageWords<'_>, differences: &[RecordDifference]) -> (String, String) {
    let said = words.say("decide-form-differs", &[("count", Value::count(differences.len()))]);
    let mut places: Vec<&str> = differences.iter().map(|one| one.path.as_str()).take(PLACES).collect();
    if differences.len() > PLACES {
        places.push("…");
    }
    (said, places.join(", "))
}

/// Why nothing is left to decide.
pub(super) fn settled(words: PageWords<'_>, zone: &Zone, settled: &Settled) -> String {
    let at = |at: Instant| ("at", Value::owned(moment(words, zone, at)));
    match settled {
        Settled::Met { at: met } => words.say("decide-settled-met", &[at(*met)]),
        Settled::Waived(waiver) => words.say(
            "decide-settled-excused",
            &[at(waiver.at), ("by", Value::text(&waiver.by)), ("why", Value::text(&waiver.why))],
        ),
        Settled::NotOwed => words.say("decide-settled-not-owed", &[]),
        Settled::VisitDone { at: done } => words.say("decide-settled-visit-done", &[at(*done)]),
        Settled::VisitCancelled { at: cancelled } => words.say("decide-settled-visit-cancelled", &[at(*cancelled)]),
        Settled::Planned => words.say("decide-settled-planned", &[]),
        Settled::LetterLeft => words.say("decide-settled-letter", &[]),
        Settled::FormSettled { at: settled, how: _ } => words.say("decide-settled-form", &[at(*settled)]),
    }
}

/// Why an order was refused.
pub(super) fn refused(
    words: PageWords<'_>,
    zone: &Zone,
    refused: &Refused,
    done: impl Fn(&StoredAct) -> (String, String),
) -> String {
    match refused {
        Refused::DoneAlready(before) => {
            let (what, by) = done(before);
            let at = moment(words, zone, before.done_at);
            let values = [("by", Value::owned(by)), ("at", Value::owned(at)), ("what", Value::owned(what))];
            words.say("decide-refused-done", &values)
        }
        Refused::NotPossible => words.say("decide-refused-not-possible", &[]),
        Refused::AnotherOrder => words.say("decide-refused-order", &[]),
        Refused::RemindedAlready { again_from } => {
            words.say("decide-refused-reminded", &[("at", Value::owned(moment(words, zone, *again_from)))])
        }
        Refused::SayMore => words.say("decide-refused-more", &[]),
        Refused::HandedOverOn { drawn_on, today } => {
            words.say("decide-refused-handed-over", &[("drawn", day(words, *drawn_on)), ("today", day(words, *today))])
        }
        Refused::Booking(refused) => booking(words, refused),
        Refused::Control { at } => words.say("decide-refused-control", &[("at", Value::count(*at))]),
    }
}

fn booking(words: PageWords<'_>, refused: &BookingRefused) -> String {
    match refused {
        BookingRefused::Past { day: on, site: _ } => words.say("decide-refused-past", &[("day", day(words, *on))]),
        BookingRefused::DayOff { day: on, site: _ } => words.say("decide-refused-day-off", &[("day", day(words, *on))]),
        BookingRefused::OutsideWindow { day: on, first_on, last_on } => words.say(
            "decide-refused-window",
            &[("day", day(words, *on)), ("first", day(words, *first_on)), ("last", day(words, *last_on))],
        ),
        BookingRefused::NoSkill { engineer, skill } => {
            words.say("decide-refused-skill", &[("engineer", Value::text(engineer)), ("skill", Value::text(skill))])
        }
        BookingRefused::OutOfReach { engineer, site } => words
            .say("decide-refused-reach", &[("engineer", Value::text(engineer)), ("site", Value::text(site.as_str()))]),
        BookingRefused::EngineerOff { engineer, day: on, why } => words.say(
            "decide-refused-engineer-off",
            &[("engineer", Value::text(engineer)), ("day", day(words, *on)), ("why", Value::text(why))],
        ),
        BookingRefused::EngineerTaken { engineer, day: on, visits } => words.say(
            "decide-refused-taken",
            &[("engineer", Value::text(engineer)), ("day", day(words, *on)), ("visits", Value::text(visits))],
        ),
        BookingRefused::EngineerGone { engineer, left_on } => words
            .say("decide-refused-engineer-gone", &[("engineer", Value::text(engineer)), ("day", day(words, *left_on))]),
        BookingRefused::UnknownEngineer { engineer } => {
            words.say("decide-refused-engineer", &[("engineer", Value::text(engineer.as_str()))])
        }
        BookingRefused::NoCalendar { calendar } => {
            words.say("mail-unplanned-no-calendar", &[("calendar", Value::text(calendar))])
        }
        BookingRefused::UnknownHolidays(UnknownHolidays { calendar, day: on, .. }) => {
            words.say("decide-refused-holidays", &[("calendar", Value::text(calendar)), ("day", day(words, *on))])
        }
        BookingRefused::ContractEnded { contract, ended_on } => words.say(
            "decide-refused-contract",
            &[("contract", Value::text(contract.as_str())), ("day", day(words, *ended_on))],
        ),
        BookingRefused::AlreadyBooked { .. }
        | BookingRefused::AlreadyDone { .. }
        | BookingRefused::Cancelled { .. }
        | BookingRefused::ChangedMeanwhile { .. }
        | BookingRefused::PeriodHasAnother { .. }
        | BookingRefused::NoReason { .. }
        | BookingRefused::BadReason { .. } => words.say("decide-refused-changed", &[]),
    }
}

/// Whether the user may overrule this refusal.
pub(super) fn may_insist(refused: &Refused) -> bool {
    match refused {
        Refused::Booking(
            BookingRefused::DayOff { .. }
            | BookingRefused::OutsideWindow { .. }
            | BookingRefused::NoSkill { .. }
            | BookingRefused::OutOfReach { .. }
            | BookingRefused::EngineerOff { .. }
            | BookingRefused::EngineerTaken { .. },
        ) => true,
        Refused::Booking(
            BookingRefused::Past { .. }
            | BookingRefused::ContractEnded { .. }
            | BookingRefused::AlreadyBooked { .. }
            | BookingRefused::AlreadyDone { .. }
            | BookingRefused::Cancelled { .. }
            | BookingRefused::ChangedMeanwhile { .. }
            | BookingRefused::PeriodHasAnother { .. }
            | BookingRefused::NoReason { .. }
            | BookingRefused::BadReason { .. }
            | BookingRefused::UnknownEngineer { .. }
            | BookingRefused::EngineerGone { .. }
            | BookingRefused::NoCalendar { .. }
            | BookingRefused::UnknownHolidays(_),
        )
        | Refused::DoneAlready(_)
        | Refused::NotPossible
        | Refused::AnotherOrder
        | Refused::RemindedAlready { .. }
        | Refused::HandedOverOn { .. }
        | Refused::SayMore
        | Refused::Control { .. } => false,
    }
}
