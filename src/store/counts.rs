//! Totals for the whole office, for summaries.

use std::collections::BTreeMap;

use super::letters::{SENT, UNDELIVERED, WAITING};
use super::text::text;
use super::{Db, Result, visits};
use domain::Instant;
use domain::letters::notice::NoticeKind;
use domain::promises::Owed;
use domain::reports::DocumentKind;

/// How many times each kind of thing happened from `from` to `now`, by name.
pub async fn since(db: &Db, from: Instant, now: Instant) -> Result<BTreeMap<String, u64>> {
    let rows: Vec<(String, i64)> = db
        .read(text!(
            "select 'sites' as name, count(*) as number from site
             union all
             select 'visits', count(*) from visit where day >= $1 and day <= $2
             union all
             select 'visits done', count(*) from visit where state = '",
            visits::DONE,
            "' and completed_at >= $3
             union all
             select 'visits missed', count(*) from visit where state = '",
            visits::BOOKED,
            "' and watched
             union all
             select 'visits cancelled', count(*) from visit where state = '",
            visits::CANCELLED,
            "' and cancelled_at >= $3
             union all
             select 'reports in time', count(*) from deadline where owed = $4 and met_at < late_from
             union all
             select 'reports late', count(*) from deadline where owed = $4 and met_at >= late_from
                                                and excused_at is null
             union all
             select 'reports open', count(*) from deadline where owed = $4 and met_at is null
                                                and withdrawn_at is null and excused_at is null
             union all
             select 'certificates', count(*) from report where kind = $5
             union all
             select 'letters sent', count(*) from letter where state = '",
            SENT,
            "'
             union all
             select 'letters sent later', count(*) from letter where attempts > 1 and state = '",
            SENT,
            "'
             union all
             select 'letters undelivered', count(*) from letter where state = '",
            UNDELIVERED,
            "'
             union all
             select 'letters waiting', count(*) from letter where state = '",
            WAITING,
            "'
             union all
             select 'late flags', count(*) from flag where level = 'late-1' and withdrawn_at is null
             union all
             select 'flags', count(*) from flag where withdrawn_at is null
             union all
             select 'digests', count(*) from letter where notice = '",
            NoticeKind::Digest.word(),
            "'
             union all
             select 'findings', count(*) from finding"
        ))
        .bind(from.date_naive())
        .bind(now.date_naive())
        .bind(from)
        .bind(Owed::Report.word())
        .bind(DocumentKind::Certificate.word())
        .reads_whole_table("counts of all there ever was, for a summary that somebody asks for")
        .all()
        .await?;
    Ok(rows.into_iter().map(|(name, number)| (name, u64::try_from(number).unwrap_or(0))).collect())
}
