//! Draws a term's timeline on an 80-column terminal.

use std::fmt::Write;

use domain::audit::promises::held::PromiseDifference;
use domain::audit::promises::{
    AuditedPaper, JudgedPaper, JudgedPeriod, LifeLine, NoFitVisit, PaperStanding, PeriodStanding,
};

/// Symbols per row: together with the dates of the first and last period on either side, they fill 80 columns.
const SYMBOLS_PER_ROW: usize = 52;

/// The timeline, followed by the differences between the store and the facts.
pub(super) fn draw(line: &LifeLine, differences: &[PromiseDifference]) -> String {
    let ends = line.ends_on.map_or_else(String::new, |day| format!(" to {day}"));
    let mut text = format!("{} · {} · {}, from {}{ends}\n", line.site, line.contract, line.term, line.accepted_on);
    for row in line.periods.chunks(SYMBOLS_PER_ROW) {
        let (Some(first), Some(last)) = (row.first(), row.last()) else { continue };
        let signs: String = row.iter().map(|judged| sign(&judged.standing)).collect();
        writeln!(text, "  {}  {signs}  {}", first.period.begins_on, last.period.ends_on).expect("a text takes all");
    }
    if !line.extra.is_empty() {
        let extra: Vec<String> = line.extra.iter().map(ToString::to_string).collect();
        writeln!(text, "  extra: {}", extra.join(", ")).expect("a text takes all");
    }
    for PromiseDifference { place, facts, held, .. } in differences {
        writeln!(text, "  DIFFERS: {place}\n    the facts say {facts}; the store holds {held}")
            .expect("a text takes all");
    }
    text
}

/// One line for each period, with what its visits owed.
pub(super) fn explain(line: &LifeLine, papers: &[JudgedPaper]) -> String {
    let mut text = String::new();
    for JudgedPeriod { period, standing } in &line.periods {
        let (sign, said) = (sign(standing), words(standing));
        writeln!(text, "  {sign} {:>3}  {} to {}  {said}", period.number, period.first_on, period.last_on)
            .expect("a text takes all");
    }
    for JudgedPaper { visit, paper, since_on, due_on, standing, .. } in papers {
        let paper = match paper {
            AuditedPaper::Record => "record".to_owned(),
            AuditedPaper::Report => "report".to_owned(),
            AuditedPaper::Correction { revision } => format!("report, revision {revision}"),
        };
        let due = due_on.map_or_else(|| "not counted".to_owned(), |day| format!("due {day}"));
        writeln!(text, "    {paper} of {visit}, since {since_on}, {due}: {}", paper_words(standing))
            .expect("a text takes all");
    }
    text
}

fn sign(standing: &PeriodStanding) -> char {
    match standing {
        PeriodStanding::Kept { .. } => '=',
        PeriodStanding::KeptLate { .. } => '~',
        PeriodStanding::Late { .. } => '!',
        PeriodStanding::Open { .. } => 'o',
        PeriodStanding::OpenWithout { .. } => '?',
        PeriodStanding::Paused { .. } => 'p',
        PeriodStanding::Waived { .. } => 'w',
        PeriodStanding::HandedTo { .. } => '>',
        PeriodStanding::ContractEnded => 'x',
        PeriodStanding::BeforeTheOffice => '.',
    }
}

fn words(standing: &PeriodStanding) -> String {
    match standing {
        PeriodStanding::Kept { visit, on } => format!("kept by {visit} on {on}"),
        PeriodStanding::KeptLate { visit, on } => format!("kept late by {visit} on {on}"),
        PeriodStanding::Late { visit: None } => "late, and no visit makes up for it".to_owned(),
        PeriodStanding::Late { visit: Some(visit) } => format!("late; {visit} is to make up for it"),
        PeriodStanding::Open { visit, on } => format!("open; {visit} on {on}"),
        PeriodStanding::OpenWithout { why } => format!("open; {}", why_none(why)),
        PeriodStanding::Paused { why } => format!("paused: {why}"),
        PeriodStanding::Waived { by, why } => format!("waived by {by}: {why}"),
        PeriodStanding::HandedTo { number } => format!("no period of its own: its promise is with {number}"),
        PeriodStanding::ContractEnded => "the contract ended before its visit came".to_owned(),
        PeriodStanding::BeforeTheOffice => "before the office came".to_owned(),
    }
}

fn why_none(why: &NoFitVisit) -> String {
    match why {
        NoFitVisit::NotPlannedYet => "not planned yet".to_owned(),
        NoFitVisit::NoVisit => "without a visit".to_owned(),
        NoFitVisit::RestLeft { visit } => {
            format!("{visit} left something not inspected, and no visit is booked for it")
        }
        NoFitVisit::Cancelled { visit } => format!("{visit} was cancelled"),
        NoFitVisit::NoRecord { visit, on } => format!("{visit} of {on} has no record"),
        NoFitVisit::OutsideTheWindow { visit, on } => format!("{visit} is on {on}, outside of its window"),
        NoFitVisit::SiteClosed { visit, on } => format!("the site is closed on {on}, the day of {visit}"),
        NoFitVisit::EngineerGone { visit, engineer } => format!("{engineer}, who has {visit}, is gone"),
        NoFitVisit::EngineerOff { visit, engineer, on } => {
            format!("{engineer} does not work on {on}, the day of {visit}")
        }
        NoFitVisit::EngineerLacks { visit, engineer, skill } => {
            format!("{engineer}, who has {visit}, does not master {skill}")
        }
        NoFitVisit::NoEquipment { visit } => format!("{visit} finds no equipment at the site"),
    }
}

fn paper_words(standing: &PaperStanding) -> String {
    let day = |at: &domain::Instant| at.format("%Y-%m-%d %H:%M UTC").to_string();
    match standing {
        PaperStanding::Kept { at } => format!("in time, {}", day(at)),
        PaperStanding::KeptLate { at } => format!("late, {}", day(at)),
        PaperStanding::Open => "open".to_owned(),
        PaperStanding::Late => "late".to_owned(),
        PaperStanding::Waived { by, why } => format!("waived by {by}: {why}"),
        PaperStanding::Uncounted { filed_at: Some(at) } => format!("done {}, not counted", day(at)),
        PaperStanding::Uncounted { filed_at: None } => "not counted".to_owned(),
    }
}

#[cfg(test)]
mod tests;
