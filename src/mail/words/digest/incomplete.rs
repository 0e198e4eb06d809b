//! Visits that could not inspect everything: what is left, why, and who comes for it.

use super::{DigestLine, joined, visit};
use crate::address::one_line;
use crate::words::Speaker;
use domain::digest::{IncompleteLine, RestLine};
use words::Value;

pub(super) fn incomplete(speaker: &Speaker<'_>, line: &IncompleteLine) -> DigestLine {
    let why = line.why.iter().map(|why| format!("“{}”", one_line(why))).collect::<Vec<_>>().join(", ");
    let left = speaker.say("digest-incomplete-left", &[("count", Value::count(line.checks))]);
    let rest = match &line.rest {
        Some(RestLine { visit, day, engineer }) => speaker.say(
            "digest-incomplete-rest",
            &[
                ("visit", Value::owned(visit.to_string())),
                ("day", Value::owned(speaker.short(*day))),
                ("engineer", Value::owned(one_line(engineer))),
            ],
        ),
        None => speaker.say("digest-incomplete-nobody", &[]),
    };
    DigestLine { note: joined([left, why, rest]), ..visit(speaker, &line.visit) }
}
