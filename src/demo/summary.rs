//! The result of the quarter, in numbers counted from the store.

use serde::Serialize;

use domain::Instant;
use office::Office;

/// Numbers of a demo run, for display and for JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub from: String,
    pub until: String,
    pub sites: u64,
    /// Visits in the period, whatever became of them.
    pub visits_planned: u64,
    pub visits_done: u64,
    /// Booked visits whose date has passed without a record.
    pub visits_missed: u64,
    pub visits_cancelled: u64,
    pub reports_filed_in_time: u64,
    pub reports_filed_late: u64,
    /// Reports that are owed and not filed yet.
    pub reports_open: u64,
    pub certificates: u64,
    pub letters_sent: u64,
    /// Letters that were sent, but not at the first attempt.
    pub letters_sent_after_refusal: u64,
    pub letters_undelivered: u64,
    pub letters_waiting: u64,
    /// Flags at level `late`.
    pub late_flags: u64,
    /// Flags of all levels.
    pub flags: u64,
    pub digests: u64,
    pub findings: u64,
}

impl Summary {
    /// Counts what happened since `begin`.
    pub async fn of(office: &Office, begin: Instant) -> anyhow::Result<Summary> {
        let now = office.clock.now();
        let counts = store::counts::since(&office.db, begin, now).await?;
        let number = |name: &str| counts.get(name).copied().unwrap_or(0);
        Ok(Summary {
            from: begin.date_naive().to_string(),
            until: now.date_naive().to_string(),
            sites: number("sites"),
            visits_planned: number("visits"),
            visits_done: number("visits done"),
            visits_missed: number("visits missed"),
            visits_cancelled: number("visits cancelled"),
            reports_filed_in_time: number("reports in time"),
            reports_filed_late: number("reports late"),
            reports_open: number("reports open"),
            certificates: number("certificates"),
            letters_sent: number("letters sent"),
            letters_sent_after_refusal: number("letters sent later"),
            letters_undelivered: number("letters undelivered"),
            letters_waiting: number("letters waiting"),
            late_flags: number("late flags"),
            flags: number("flags"),
            digests: number("digests"),
            findings: number("findings"),
        })
    }
}
