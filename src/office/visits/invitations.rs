//! Visits in the form in which letters and feeds pass them to calendars.

use chrono::TimeDelta;

use crate::parties::Parties;
use crate::{Result, Tools};
use domain::Instant;
use domain::letters::notice::VisitWords;
use domain::people::equipment::Site;
use domain::visits::invitation::{Certainty, Event, uid};
use store::Tx;

/// The fact with the office's part of its visits' identities in calendars, which also identifies its reports.
pub(crate) const IDENTITY: &str = "calendar-identity";

/// The visit as it should be in people's calendars from now on.
pub(crate) async fn event(
    tools: &Tools,
    tx: &mut Tx,
    parties: &Parties,
    words: &VisitWords,
    sequence: u32,
) -> Result<Event> {
    let uid = uid(words.id, &identity(tools, tx).await?);
    let (starts_at, ends_at) = times(&parties.site, words);
    let position = parties.site.position;
    Ok(Event { uid, sequence, starts_at, ends_at, position, standing: Certainty::Confirmed, visit: words.clone() })
}

/// The office's part of identities, created when first needed: 64 random bits and the sender's domain.
pub(crate) async fn identity(tools: &Tools, tx: &mut Tx) -> Result<String> {
    let made = || {
        let domain = tools.composer.from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let domain = mail::same_address(&format!("x@{domain}"));
        format!("{:016x}{}", tools.clock.random(), domain.trim_start_matches('x'))
    };
    Ok(store::fact::get_or_set(tx, IDENTITY, made).await?)
}

/// When a visit begins and ends. Its duration is real time, even in a night when clocks change.
pub(crate) fn times(site: &Site, words: &VisitWords) -> (Instant, Instant) {
    let starts_at = site.time_zone.instant(words.day.and_time(words.starts));
    (starts_at, starts_at + TimeDelta::minutes(i64::from(words.takes_minutes)))
}
