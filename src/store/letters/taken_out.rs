//! People who no longer take part in a visit: the last letter that they got about it removed it from their calendar.

use std::collections::BTreeMap;

use super::{APPOINTMENT, MAY_BE_KNOWN};
use crate::text::text;
use crate::{ReadHandle, Result};
use domain::ids::VisitId;
use domain::letters::notice::NoticeKind;

/// Notices that remove a visit from their reader's calendar.
const TAKE_OUT: [NoticeKind; 2] = [NoticeKind::VisitPassedOn, NoticeKind::VisitCancelled];

/// The addresses that a visit was taken from and not given to again since, each once. A letter that was withdrawn before
/// it left has told nothing.
///
/// # Errors
/// When the store does not answer.
pub async fn of_visit<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Vec<String>> {
    let [passed_on, cancelled] = TAKE_OUT.map(NoticeKind::word);
    let rows: Vec<(String, String)> =
        on.into().sql(OF_VISIT).bind(visit.0).bind(passed_on).bind(cancelled).all().await?;
    let last: BTreeMap<String, String> = rows.into_iter().collect();
    let is_out = |notice: &str| TAKE_OUT.iter().any(|out| out.word() == notice);
    Ok(last.into_iter().filter(|(_, notice)| is_out(notice)).map(|(to, _)| to).collect())
}

pub(super) const OF_VISIT: &str = text!(
    "select to_email, notice
             from letter
             where visit_id = $1 and (notice in ($2, $3) or bears = '",
    APPOINTMENT,
    "') and ",
    MAY_BE_KNOWN,
    " order by id"
);
