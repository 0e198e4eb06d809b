//! The complete lists as a table, attached if the letter cannot link to a page that has them.

use crate::message::Attachment;

use super::{
    DigestLine, asked, begun, called_off, differs, doubtful, due, form, incomplete, late, moved, not_counted,
    not_planned, phase, undelivered, unfit, unreachable, unwritten, visit,
};
use crate::words::Speaker;
use domain::access::Matter;
use domain::digest::{Digest, DueLine, LATE_SHOWN, SHOWN, VisitLine};
use domain::import::guarded;

/// Tells Excel that the file is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Whether the letter had to shorten a list and has no page to link to.
pub(super) fn is_attached(digest: &Digest) -> bool {
    let others = [
        digest.due_today.len(),
        digest.at_risk.len(),
        digest.without_record.len(),
        digest.not_planned.len(),
        digest.not_counted.len(),
        digest.undelivered.len(),
        digest.unreachable.len(),
        digest.unfit.len(),
        digest.doubtful.len(),
        digest.incomplete.len(),
        digest.unwritten.len(),
        digest.asked_to_move.len(),
        digest.to_review.len(),
        digest.without_recipient.len(),
        digest.differences.len(),
    ];
    let is_shortened = digest.late.len() > LATE_SHOWN || others.into_iter().any(|count| count > SHOWN);
    is_shortened && digest.link.is_none()
}

/// One list of a digest with all of its lines, as a page and as CSV.
#[derive(Debug, Clone)]
pub struct List {
    /// `late`, `at-risk` …
    pub name: &'static str,
    pub title: String,
    pub lines: Vec<ListLine>,
}

/// One line of a complete list.
#[derive(Debug, Clone)]
pub struct ListLine {
    /// What a decision would be about; `None` if there is nothing to decide.
    pub matter: Option<Matter>,
    pub what: String,
    pub tag: String,
    pub detail: String,
    /// Why it is listed; empty if the list itself says so.
    pub note: String,
}

fn list<T>(
    speaker: &Speaker<'_>,
    name: &'static str,
    all: &[T],
    line: impl Fn(&Speaker<'_>, &T) -> DigestLine,
    matter: impl Fn(&T) -> Option<Matter>,
) -> Option<List> {
    let one = |item: &T| {
        let DigestLine { what, tag, detail, note, link: _ } = line(speaker, item);
        ListLine { matter: matter(item), what, tag, detail, note }
    };
    let title = speaker.say(&format!("mail-digest-{name}"), &[]);
    (!all.is_empty()).then(|| List { name, title, lines: all.iter().map(one).collect() })
}

/// Every line of every list that needs a decision.
pub(in crate::words) fn to_act_on(speaker: &Speaker<'_>, digest: &Digest) -> Vec<List> {
    let of_due = |line: &DueLine| Some(line.matter.clone());
    let of_visit = |line: &VisitLine| Some(line.matter.clone());
    let lists = [
        list(speaker, "late", &digest.late, late, of_due),
        list(speaker, "due-today", &digest.due_today, due, of_due),
        list(speaker, "at-risk", &digest.at_risk, due, of_due),
        list(speaker, "without-record", &digest.without_record, due, of_due),
        list(speaker, "not-planned", &digest.not_planned, not_planned, |line| line.matter.clone()),
        list(speaker, "not-counted", &digest.not_counted, not_counted, |line| Some(line.matter.clone())),
        list(speaker, "undelivered", &digest.undelivered, undelivered, |line| Some(line.matter.clone())),
        list(speaker, "unreachable", &digest.unreachable, unreachable, |line| Some(line.matter.clone())),
        list(speaker, "unfit", &digest.unfit, unfit, |line| of_visit(&line.visit)),
        list(speaker, "doubtful", &digest.doubtful, doubtful, |line| of_visit(&line.visit)),
        list(speaker, "incomplete", &digest.incomplete, incomplete, |line| of_visit(&line.visit)),
        list(speaker, "unwritten", &digest.unwritten, unwritten, |_| None),
        list(speaker, "asked-to-move", &digest.asked_to_move, asked, |line| of_visit(&line.visit)),
        list(speaker, "to-review", &digest.to_review, form, |line| of_visit(&line.visit)),
        list(speaker, "without-recipient", &digest.without_recipient, visit, of_visit),
        list(speaker, "differences", &digest.differences, differs, |_| None),
    ];
    lists.into_iter().flatten().collect()
}

/// The informational lists: the week's visits, trainings, warranties.
pub(in crate::words) fn to_know(speaker: &Speaker<'_>, digest: &Digest) -> Vec<List> {
    let of_visit = |line: &VisitLine| Some(line.matter.clone());
    let lists = [
        list(speaker, "rebooked", &digest.rebooked, visit, of_visit),
        list(speaker, "called-off", &digest.called_off, called_off, |line| of_visit(&line.visit)),
        list(speaker, "rests", &digest.rests, incomplete, |line| of_visit(&line.visit)),
        list(speaker, "notes", &digest.notes, form, |line| of_visit(&line.visit)),
        list(speaker, "moved", &digest.moved, moved, |_| None),
        list(speaker, "begun", &digest.begun, begun, |_| None),
        list(speaker, "week", &digest.week, visit, of_visit),
        list(speaker, "trainings", &digest.trainings, visit, of_visit),
        list(speaker, "phases", &digest.phases, phase, |_| None),
    ];
    lists.into_iter().flatten().collect()
}

/// Lists as CSV. Cells that a spreadsheet would execute are escaped as in an export.
pub(in crate::words) fn csv(lists: &[List]) -> String {
    let mut csv = BYTE_ORDER_MARK.to_owned();
    for list in lists {
        for line in &list.lines {
            let cells = [&list.title, &line.what, &line.tag, &line.detail, &line.note];
            let cells = cells.map(|cell| format!("\"{}\"", guarded(cell).replace('"', "\"\"")));
            csv.push_str(&cells.join(","));
            csv.push_str("\r\n");
        }
    }
    csv
}

/// The complete lists as an attachment; `None` if the letter shows everything, or links to the page that does.
pub(crate) fn lists(speaker: &Speaker<'_>, digest: &Digest) -> Option<Attachment> {
    is_attached(digest).then(|| Attachment {
        file_name: format!("{}.csv", digest.day),
        media_type: "text/csv; charset=utf-8",
        bytes: csv(&to_act_on(speaker, digest)).into_bytes(),
    })
}
