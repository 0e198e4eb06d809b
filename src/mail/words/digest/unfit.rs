//! Visits that cannot take place as they are booked: why, and what is proposed instead.

use super::{DigestLine, first_up, joined, visit};
use crate::address::one_line;
use crate::words::Speaker;
use domain::digest::{ProposalLine, UnfitLine};
use domain::visits::fit::Unfit;
use words::Value;

pub(super) fn unfit(speaker: &Speaker<'_>, line: &UnfitLine) -> DigestLine {
    let why = line.reasons.iter().map(|why| unfit_words(speaker, why, &line.visit.engineer)).collect::<Vec<_>>();
    let proposal = match &line.proposal {
        Some(ProposalLine { engineer, day, starts }) => speaker.say(
            "digest-unfit-proposal",
            &[
                ("engineer", Value::owned(one_line(engineer))),
                ("day", Value::owned(speaker.short(*day))),
                ("time", Value::owned(words::time(*starts))),
            ],
        ),
        None => speaker.say("digest-unfit-nobody", &[]),
    };
    DigestLine { note: joined([first_up(&why.join(" · ")), proposal]), ..visit(speaker, &line.visit) }
}

/// A visit that could not take place as it was booked, and of which nobody knows whether it did.
pub(super) fn doubtful(speaker: &Speaker<'_>, line: &UnfitLine) -> DigestLine {
    let why = line.reasons.iter().map(|why| unfit_words(speaker, why, &line.visit.engineer));
    let note = joined([why.collect::<Vec<_>>().join("; "), speaker.say("digest-doubtful-ask", &[])]);
    DigestLine { note: first_up(&note), ..visit(speaker, &line.visit) }
}

/// Why a visit cannot take place as it is booked, as a clause without a full stop.
pub(in crate::words) fn unfit_words(speaker: &Speaker<'_>, why: &Unfit, engineer: &str) -> String {
    let (day, name, skill) = match why {
        Unfit::EngineerGone | Unfit::NoEquipment => (None, "", ""),
        Unfit::EngineerOff { day, name } | Unfit::SiteClosed { day, name } => (Some(*day), name.as_str(), ""),
        Unfit::LacksSkill { skill } => (None, "", skill.as_str()),
        Unfit::CertificateEnds { skill, valid_until } => (Some(*valid_until), "", skill.as_str()),
    };
    let day = day.map_or_else(String::new, |day| speaker.short(day));
    let said = speaker.say(
        "digest-unfit-why",
        &[
            ("why", Value::text(why.word())),
            ("engineer", Value::owned(one_line(engineer))),
            ("day", Value::owned(day)),
            ("skill", Value::owned(one_line(skill))),
        ],
    );
    if name.is_empty() { said } else { format!("{said} ({})", one_line(name)) }
}
