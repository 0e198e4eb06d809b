//! Delivery status notifications (RFC 3464), in the variants that Postfix, Exim, Exchange and Gmail send.

use mail_parser::DateTime;

use super::parts::{Leaf, PartHeaders, identity};
use crate::address::{one_line, same_address};
use domain::Instant;
use domain::letters::received::{DeliveryAction, RecipientStatus, StatusReport};

/// Maximum number of recipients in one report; our letters have one.
const MAX_RECIPIENTS: usize = 100;

/// Maximum length of a server's message that is kept, in characters.
const LONGEST_SAYING: usize = 500;

/// The report in a message, if there is one. The letter is identified by the header that was returned, otherwise by a
/// field that Gmail adds, otherwise by the message that this one `answers`.
pub(super) fn read(leaves: &[Leaf<'_>], answers: &[String]) -> Option<StatusReport> {
    let is_status =
        |leaf: &&Leaf<'_>| matches!(leaf.kind.as_str(), "message/delivery-status" | "message/global-delivery-status");
    let groups = groups(&leaves.iter().find(is_status)?.text()?);
    let (about, of_recipients) = groups.split_first()?;
    let original = returned(leaves)
        .or_else(|| field(about, "x-original-message-id").and_then(identity))
        .or_else(|| answers.first().cloned());
    let arrived_at = field(about, "arrival-date").and_then(instant);
    // Some servers leave out the group of per-message fields.
    let recipients = std::iter::once(about).chain(of_recipients).filter_map(recipient);
    Some(StatusReport { original, arrived_at, recipients: recipients.take(MAX_RECIPIENTS).collect() })
}

/// The Message-ID of the letter that was returned, in full or only its header.
fn returned(leaves: &[Leaf<'_>]) -> Option<String> {
    const RETURNED: [&str; 5] =
        ["message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers", "message/rfc822-headers"];
    let leaf = leaves.iter().find(|leaf| RETURNED.contains(&leaf.kind.as_str()))?;
    let bytes = leaf.bytes();
    let (head, _) = PartHeaders::read(&bytes).ok()?;
    head.identity()
}

type Group = Vec<(String, String)>;

/// Groups of fields, separated by blank lines; names in lower case, values unfolded.
fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = vec![Vec::new()];
    for line in text.lines().map(|line| line.trim_end_matches('\r')) {
        let group = groups.last_mut().expect("never empty");
        if line.trim().is_empty() {
            if !group.is_empty() {
                groups.push(Vec::new());
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = group.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            group.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    groups
}

fn field<'a>(group: &'a Group, name: &str) -> Option<&'a str> {
    group.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
}

fn recipient(group: &Group) -> Option<RecipientStatus> {
    let word = field(group, "action")?.split([' ', '(', ';']).next()?.to_ascii_lowercase();
    let action = DeliveryAction::ALL.into_iter().find(|action| action.word() == word)?;
    let named = ["original-recipient", "final-recipient"].into_iter().filter_map(|name| field(group, name));
    let mut addresses: Vec<String> = named.map(|value| same_address(after_type(value))).collect();
    addresses.dedup();
    let said = field(group, "status").into_iter().chain(field(group, "diagnostic-code").map(after_type));
    let said = one_line(&said.collect::<Vec<_>>().join(" ")).chars().take(LONGEST_SAYING).collect();
    Some(RecipientStatus { addresses, action, said })
}

/// `rfc822; <ana@example.org>` → `ana@example.org`, `smtp; 550 no` → `550 no`.
fn after_type(value: &str) -> &str {
    let value = value.split_once(';').map_or(value, |(_, value)| value).trim();
    value.strip_prefix('<').and_then(|value| value.strip_suffix('>')).unwrap_or(value)
}

fn instant(text: &str) -> Option<Instant> {
    let date = DateTime::parse_rfc822(text).filter(DateTime::is_valid)?;
    Instant::from_timestamp(date.to_timestamp(), 0)
}
