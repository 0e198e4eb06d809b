//! Promises kept and broken: counted by the store, interpreted by the domain (P31).

use chrono::NaiveDate;

use crate::text::text;
use crate::{Db, Query, Result};
use domain::Instant;
use domain::ids::{CustomerCode, EngineerCode};
use domain::promises::Owed;
use domain::promises::stored::ReportTurnaround;

/// The outcomes of one kind of deadline, for one customer and engineer, whose time ended within a span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    pub owed: Owed,
    pub customer: CustomerCode,
    /// The engineer's code; `None` if no visit was ever planned.
    pub engineer: Option<EngineerCode>,
    pub kept: u32,
    pub met_late: u32,
    /// Not met, and late at the time of the query.
    pub late: u32,
    /// Waived, and not met in time.
    pub waived: u32,
}

#[derive(sqlx::FromRow)]
struct Row {
    owed: String,
    customer: String,
    engineer: Option<String>,
    kept: i64,
    met_late: i64,
    late: i64,
    excused: i64,
}

impl Row {
    fn judged(self) -> Judged {
        let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
        Judged {
            owed: Owed::ALL
                .into_iter()
                .find(|owed| owed.word() == self.owed)
                .expect("the schema admits only words of Owed"),
            customer: self.customer.into(),
            engineer: self.engineer.map(EngineerCode::from),
            kept: count(self.kept),
            met_late: count(self.met_late),
            late: count(self.late),
            waived: count(self.excused),
        }
    }
}

const COUNTS: &str = "sum(case when met_at < late_from then 1 else 0 end) as kept,
                    sum(case when met_at >= late_from and excused_at is null then 1 else 0 end) as met_late,
                    sum(case when met_at is null and late_from <= $3 and excused_at is null then 1 else 0 end) as late,
                    sum(case when excused_at is not null and (met_at is null or met_at >= late_from)
                        then 1 else 0 end) as excused
             from deadline ";

const OF_SPAN: &str = "where late_from > $1 and late_from <= $2 and withdrawn_at is null ";

/// Deadlines whose time ended after `from`, and by `through`; by kind, customer and engineer, with their state at
/// `now`.
pub async fn judged(db: &Db, from: Instant, through: Instant, now: Instant) -> Result<Vec<Judged>> {
    let query = db.read(text!(
        "select deadline.owed, deadline.customer, coalesce(of_visit.engineer, of_slot.engineer) as engineer, ",
        COUNTS,
        "left join visit of_visit on of_visit.id = deadline.visit_id
         left join visit of_slot on of_slot.slot_id = deadline.slot_id ",
        OF_SPAN,
        "group by 1, 2, 3 order by 1, 2, 3"
    ));
    read(query, from, through, now).await
}

/// Like [`judged`], but by kind and customer only, which needs no visits.
pub async fn judged_of_customers(db: &Db, from: Instant, through: Instant, now: Instant) -> Result<Vec<Judged>> {
    let query = db.read(text!(
        "select deadline.owed, deadline.customer, cast(null as text) as engineer, ",
        COUNTS,
        OF_SPAN,
        "group by 1, 2 order by 1, 2"
    ));
    read(query, from, through, now).await
}

async fn read(query: Query<'_>, from: Instant, through: Instant, now: Instant) -> Result<Vec<Judged>> {
    let rows: Vec<Row> = query.bind(from).bind(through).bind(now).all().await?;
    Ok(rows.into_iter().map(Row::judged).collect())
}

/// How long the last reports took to be filed, of one engineer or of all; latest first.
pub async fn filings(db: &Db, engineer: Option<&EngineerCode>, limit: i64) -> Result<Vec<ReportTurnaround>> {
    let rows: Vec<(NaiveDate, Instant, String)> = db
        .read(
            "select deadline.since_on, deadline.met_at, deadline.site
         from deadline
         join visit on visit.id = deadline.visit_id
         where deadline.owed = 'report' and deadline.met_at is not null and deadline.revision is null",
        )
        .reads_whole_table("those that were met last, until the limit is reached")
        .and(" and visit.engineer = ", engineer)
        .text(" order by deadline.met_at desc, deadline.id desc")
        .limit(limit)
        .all()
        .await?;
    let filed =
        |(completed_on, filed_at, site): (_, _, String)| ReportTurnaround { completed_on, filed_at, site: site.into() };
    Ok(rows.into_iter().map(filed).collect())
}
