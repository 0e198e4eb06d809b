//! The complete lists as a table: attached where the letter cannot link a page that has them.

use std::sync::Arc;

use super::super::Speaker;
use super::{Line, due, late, not_counted, not_planned, undelivered, visit};
use crate::domain::digest::{Digest, LATE_SHOWN, SHOWN};
use crate::domain::import::guarded;
use crate::domain::notice::Attachment;

/// Tells Excel that the file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Whether the letter had to shorten a list and has no page to point to.
pub(super) fn is_attached(digest: &Digest) -> bool {
    let others = [
        digest.due_today.len(),
        digest.at_risk.len(),
        digest.without_record.len(),
        digest.not_planned.len(),
        digest.not_counted.len(),
        digest.undelivered.len(),
        digest.without_recipient.len(),
    ];
    let is_shortened = digest.late.len() > LATE_SHOWN || others.into_iter().any(|count| count > SHOWN);
    is_shortened && digest.link.is_none()
}

/// Every line of every list that asks for a decision, as CSV; None where the letter says it all, or links the page
/// that does. Cells that a spreadsheet would run are guarded as in an export.
pub(in crate::mail) fn lists(speaker: &Speaker<'_>, digest: &Digest) -> Option<Attachment> {
    if !is_attached(digest) {
        return None;
    }
    let mut csv = BYTE_ORDER_MARK.to_owned();
    let mut put = |name: &str, line: Line| {
        let title = speaker.say(&format!("mail-digest-{name}"), &[]);
        let cells = [title, line.what, line.tag, line.detail, line.note];
        let cells = cells.map(|cell| format!("\"{}\"", guarded(&cell).replace('"', "\"\"")));
        csv.push_str(&cells.join(","));
        csv.push_str("\r\n");
    };
    digest.late.iter().for_each(|line| put("late", late(speaker, line)));
    digest.due_today.iter().for_each(|line| put("due-today", due(speaker, line)));
    digest.at_risk.iter().for_each(|line| put("at-risk", due(speaker, line)));
    digest.without_record.iter().for_each(|line| put("without-record", due(speaker, line)));
    digest.not_planned.iter().for_each(|line| put("not-planned", not_planned(speaker, line)));
    digest.not_counted.iter().for_each(|line| put("not-counted", not_counted(speaker, line)));
    digest.undelivered.iter().for_each(|line| put("undelivered", undelivered(speaker, line)));
    digest.without_recipient.iter().for_each(|line| put("without-recipient", visit(speaker, line)));
    Some(Attachment {
        file_name: format!("{}.csv", digest.day),
        media_type: "text/csv; charset=utf-8",
        bytes: Arc::new(csv.into_bytes()),
    })
}
