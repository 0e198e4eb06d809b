//! Files reports: when the customer's mail server has accepted them, or when somebody handed them over (P04).

use chrono::NaiveDate;
use serde_json::json;

use super::issue_report::no_report;
use crate::acting::note;
use crate::promises::deadlines;
use crate::{Acting, Error, Result, Tools, as_typed, named_visit};
use domain::Instant;
use domain::access::{Deed, DeedCase};
use domain::audit::trail::{DeedNote, PersonalField};
use domain::ids::VisitId;
use domain::letters::letter::{Bears, LetterState};
use domain::letters::notice::NoticeKind;
use store::Tx;

/// The server took a letter, in the transaction that marks it as sent. A report is filed with the last of its
/// recipients, at the moment of that server's receipt.
pub async fn letter_accepted(tools: &Tools, tx: &mut Tx, visit: VisitId, notice: NoticeKind) -> Result<()> {
    if notice.bears() != Some(Bears::Paper) {
        return Ok(());
    }
    let letters = store::reports::letters(&mut *tx, visit).await?;
    let wanted: Vec<_> = letters.iter().filter(|letter| letter.state != LetterState::Cancelled).collect();
    let taken: Vec<Instant> = wanted.iter().filter_map(|letter| letter.sent_at).collect();
    let Some(filed_at) = taken.iter().max().filter(|_| taken.len() == wanted.len()) else { return Ok(()) };
    let revision = store::reports::latest(&mut *tx, visit).await?.map_or(1, |report| report.revision);
    let to: Vec<&str> = wanted.iter().map(|letter| letter.to.as_str()).collect();
    let how = json!({ "how": "mail", "accepted_by_the_servers_of": to }).to_string();
    if store::reports::file(tx, visit, revision, *filed_at, &how).await? {
        let stored = store::visits::get(&mut *tx, visit).await?.expect("a report's visit exists");
        deadlines::filed(tools, tx, &stored.visit, *filed_at, tools.clock.now()).await?;
        let after = Some(json!({ "revision": revision, "filed_at": filed_at }));
        let line = DeedNote { after, ..DeedNote::of_visit(Deed::FileReport, &stored.visit) };
        note(tx, &DeedCase::default(), line)?;
    }
    Ok(())
}

/// A letter was given up, or its delivery was taken back: what rested on it is open again.
pub async fn letter_refused(
    tools: &Tools,
    tx: &mut Tx,
    visit: VisitId,
    notice: NoticeKind,
    now: Instant,
) -> Result<()> {
    if notice.bears() != Some(Bears::Paper) {
        return Ok(());
    }
    let by_mail = store::reports::filing(&mut *tx, visit).await?.is_some_and(|filing| is_by_mail(&filing.how));
    if by_mail && store::reports::unfile(tx, visit).await? {
        let stored = store::visits::get(&mut *tx, visit).await?.expect("a report's visit exists");
        deadlines::unfiled(tools, tx, &stored.visit, now).await?;
        note(tx, &DeedCase::default(), DeedNote::of_visit(Deed::UnfileReport, &stored.visit))?;
    }
    Ok(())
}

fn is_by_mail(how: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(how).is_ok_and(|how| how["how"] == "mail")
}

/// Somebody handed the report over on a day at the site; that day's end is when it was filed at the latest.
///
/// # Errors
/// A refusal where there is no report, it is filed already, or the day cannot be true.
pub async fn handed_over(office: &Acting, visit: VisitId, by: &str, on: NaiveDate) -> Result<Instant> {
    let mut tx = office.begin().await?;
    let filed_at = handed_over_in(office, &mut tx, visit, &Handover { by, to: None, on }).await?;
    tx.commit().await?;
    Ok(filed_at)
}

/// How a report was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handover<'a> {
    pub by: &'a str,
    /// To whom, where that was noted.
    pub to: Option<&'a str>,
    /// Day at the site.
    pub on: NaiveDate,
}

/// As [`handed_over`], in a transaction that also stores what goes with it.
///
/// # Errors
/// As [`handed_over`].
pub async fn handed_over_in(tools: &Tools, tx: &mut Tx, visit: VisitId, handover: &Handover<'_>) -> Result<Instant> {
    let Handover { by, to, on } = *handover;
    let stored = named_visit(&mut *tx, visit).await?;
    let Some(report) = store::reports::latest(&mut *tx, visit).await? else {
        return Err(Error::Refused(no_report(tools, tx, visit).await?));
    };
    let by = as_typed(by, "--by", "say who handed the report over: --by NAME")?;
    let by = by.as_str();
    let Some(site) = store::people::site::find(&mut *tx, &stored.visit.site).await? else {
        return Err(Error::NotFound(format!("site {} is gone", stored.visit.site)));
    };
    let now = tools.clock.now();
    let (issued_on, today) = (site.time_zone.day(report.issued_at), site.time_zone.day(now));
    if on < issued_on || on > today {
        return Err(Error::Refused(format!(
            "the report of {visit} was drawn on {issued_on} and today is {today}: it cannot have been handed over on {on}"
        )));
    }
    // The last moment of that day, but never in the future: the report was in the customer's hands by then.
    let filed_at = (site.time_zone.end_of(on) - chrono::TimeDelta::milliseconds(1)).min(now);
    let how = json!({ "how": "handed over", "by": by.trim(), "to": to, "on": on, "noted_at": now }).to_string();
    if !store::reports::file(tx, visit, report.revision, filed_at, &how).await? {
        return Err(Error::Refused(format!("the report of {visit} is filed already; `ronda report show {visit}`")));
    }
    deadlines::filed(tools, tx, &stored.visit, filed_at, now).await?;
    let names = [Some(by), to].into_iter().flatten();
    let line = DeedNote {
        after: Some(json!({ "revision": report.revision, "on": on })),
        personal: names.map(|name| (PersonalField::Name, name.trim().to_owned())).collect(),
        ..DeedNote::of_visit(Deed::HandOverReport, &stored.visit)
    };
    let case = DeedCase { customer: Some(&site.customer), visit: Some(visit), ..DeedCase::default() };
    note(tx, &case, line)?;
    Ok(filed_at)
}
