//! What letters and feeds say of a visit to calendars.

use chrono::TimeDelta;

use super::parties::Parties;
use super::{Office, Result};
use crate::db;
use crate::db::Tx;
use crate::domain::Instant;
use crate::domain::equipment::Site;
use crate::domain::invitation::{Certainty, Event, uid};
use crate::domain::notice::VisitWords;

/// The fact that holds the office's part of its visits' identities in calendars; its reports name it too.
pub(super) const IDENTITY: &str = "calendar-identity";

/// The visit as those who are told of it have it in their calendars from now on.
///
/// # Errors
/// When the store fails.
pub(super) async fn event(
    office: &Office,
    tx: &mut Tx,
    parties: &Parties,
    words: &VisitWords,
    sequence: u32,
) -> Result<Event> {
    let uid = uid(words.id, &identity(office, tx).await?);
    let (starts_at, ends_at) = times(&parties.site, words);
    let position = parties.site.position;
    Ok(Event { uid, sequence, starts_at, ends_at, position, standing: Certainty::Confirmed, visit: words.clone() })
}

/// The office's part of the identities, made when it is first needed: 64 random bits and the sender's domain.
///
/// # Errors
/// When the store fails.
pub(super) async fn identity(office: &Office, tx: &mut Tx) -> Result<String> {
    let made = || {
        let domain = office.composer.from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let domain = crate::mail::same_address(&format!("x@{domain}"));
        format!("{:016x}{}", office.clock.random(), domain.trim_start_matches('x'))
    };
    Ok(db::fact::get_or_set(tx, IDENTITY, made).await?)
}

/// When a visit begins and ends. Its length is what a clock at the site measures, also on the night of a change of
/// summer time.
pub(super) fn times(site: &Site, words: &VisitWords) -> (Instant, Instant) {
    let starts_at = site.time_zone.instant(words.day.and_time(words.starts));
    (starts_at, starts_at + TimeDelta::minutes(i64::from(words.takes_minutes)))
}
