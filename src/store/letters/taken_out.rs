//! Who had a visit and has it no more: those whose last letter about it took it out of their calendar.

use std::collections::BTreeMap;

use crate::{ReadHandle, Result};
use domain::ids::VisitId;
use domain::letters::notice::NoticeKind;

/// Letters that put a visit into a calendar, or change it there.
const PUT_IN: [NoticeKind; 4] =
    [NoticeKind::VisitAnnounced, NoticeKind::TrainingInvitation, NoticeKind::FollowUpQuestion, NoticeKind::VisitMoved];
/// Letters that take it out.
const TAKE_OUT: [NoticeKind; 2] = [NoticeKind::VisitPassedOn, NoticeKind::VisitCancelled];

/// The addresses that a visit was taken from and not given to again since, each once.
///
/// # Errors
/// When the store does not answer.
pub async fn of_visit<'a>(on: impl Into<ReadHandle<'a>>, visit: VisitId) -> Result<Vec<String>> {
    let rows: Vec<(String, String)> = on
        .into()
        .sql(
            "select to_email, notice
             from letter
             where visit_id = $1 and notice in ($2, $3, $4, $5, $6, $7)
             order by id",
        )
        .bind(visit)
        .bind(PUT_IN[0].word())
        .bind(PUT_IN[1].word())
        .bind(PUT_IN[2].word())
        .bind(PUT_IN[3].word())
        .bind(TAKE_OUT[0].word())
        .bind(TAKE_OUT[1].word())
        .all()
        .await?;
    let last: BTreeMap<String, String> = rows.into_iter().collect();
    Ok(last
        .into_iter()
        .filter(|(_, notice)| TAKE_OUT.iter().any(|out| out.word() == notice))
        .map(|(to, _)| to)
        .collect())
}
