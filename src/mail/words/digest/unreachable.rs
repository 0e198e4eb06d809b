//! Contacts whom mail does not reach, as a digest names them and asks about them.

use super::{DigestLine, joined};
use crate::address::one_line;
use crate::words::Speaker;
use domain::digest::UnreachableLine;
use words::Value;

pub(super) fn unreachable(speaker: &Speaker<'_>, line: &UnreachableLine) -> DigestLine {
    let of = line.site_name.as_deref().unwrap_or(&line.customer);
    DigestLine {
        what: format!("{} · {}", one_line(&line.name), one_line(of)),
        tag: speaker.say("digest-unreachable-since", &[("day", Value::owned(speaker.short(line.since_on)))]),
        detail: joined([one_line(&line.email), one_line(&line.said)]),
        note: speaker.say("digest-unreachable-ask", &[]),
        link: line.link.clone(),
    }
}
