//! Files reports: when the customer's mail server has accepted them, or when somebody has handed them over (P04).

use chrono::NaiveDate;
use serde_json::json;

use super::correct_report::{correction_handed_over, judge_corrections};
use super::issue_report::no_report;
use crate::acting::{note, note_by};
use crate::promises::deadlines;
use crate::{Acting, Error, Office, Result, Tools, as_typed, named_visit};
use domain::Instant;
use domain::access::{Actor, Deed, DeedCase};
use domain::audit::trail::{DeedNote, PersonalField};
use domain::contract::{DeliveredTo, parse_delivered_to};
use domain::ids::VisitId;
use domain::letters::letter::Bears;
use domain::letters::notice::NoticeKind;
use domain::reports::{FiledHow, delivered};
use domain::visits::Visit;
use store::Tx;

/// A server has accepted a letter; called in the transaction that marks it as sent. The report is filed once it is
/// delivered according to its contract, with the moment of delivery.
pub async fn letter_accepted(tools: &Tools, tx: &mut Tx, visit: VisitId, notice: NoticeKind) -> Result<()> {
    match notice.bears() {
        Some(Bears::Paper) => file_delivered(tools, tx, visit, tools.clock.now()).await.map(drop),
        Some(Bears::Appointment) | None => Ok(()),
    }
}

/// Files a visit's report if its letters satisfy the contract's delivery rule and it is not filed yet; an existing
/// filing stays. Returns whether it has filed it.
async fn file_delivered(tools: &Tools, tx: &mut Tx, visit: VisitId, now: Instant) -> Result<bool> {
    let stored = store::visits::get(&mut *tx, visit).await?.expect("a report's visit exists");
    let letters = store::reports::letters(&mut *tx, visit).await?;
    let rule = rule_of(tools, tx, &stored.visit).await?;
    if store::reports::filing(&mut *tx, visit).await?.is_some() {
        judge_corrections(tools, tx, &stored.visit, &rule, &letters, now).await?;
        return Ok(false);
    }
    let Some(delivery) = delivered(&rule, &letters) else { return Ok(false) };
    let revision = store::reports::latest(&mut *tx, visit).await?.map_or(1, |report| report.revision);
    let how = FiledHow::Mail { delivered_to: Some(rule.to_string()), accepted_by_the_servers_of: delivery.to };
    let how = serde_json::to_string(&how).expect("plain data");
    if store::reports::file(tx, visit, revision, delivery.at, &how).await? {
        deadlines::filed(tools, tx, &stored.visit, delivery.at, now).await?;
        let after = Some(json!({ "revision": revision, "filed_at": delivery.at }));
        let line = DeedNote { after, ..DeedNote::of_visit(Deed::FileReport, &stored.visit) };
        note_by(tx, &Actor::Program, &DeedCase::default(), line)?;
        return Ok(true);
    }
    Ok(false)
}

/// The delivery rule of the visit's current contract; if its plan cannot be read, any recipient is enough.
async fn rule_of(tools: &Tools, tx: &mut Tx, visit: &Visit) -> Result<DeliveredTo> {
    let contract = store::people::contract::find(&mut *tx, &visit.contract).await?;
    let terms = contract.and_then(|contract| tools.plans.terms(&contract).ok()).unwrap_or_default();
    let term = terms.into_iter().find(|term| term.key == visit.term);
    Ok(term.map_or(DeliveredTo::Any, |term| term.delivered_to))
}

/// A letter was given up, or bounced: the filing is revoked if it no longer satisfies the rule by which it was made.
/// Readers who turn out to be unreachable are no longer waited for, so the report may also be filed because of this.
pub async fn letter_refused(
    tools: &Tools,
    tx: &mut Tx,
    visit: VisitId,
    notice: NoticeKind,
    now: Instant,
) -> Result<()> {
    match notice.bears() {
        Some(Bears::Paper) => {}
        Some(Bears::Appointment) | None => return Ok(()),
    }
    if let Some(filing) = store::reports::filing(&mut *tx, visit).await? {
        let FiledHow::Mail { delivered_to, .. } = FiledHow::of(&filing.how) else {
            return file_delivered(tools, tx, visit, now).await.map(drop);
        };
        // An earlier version filed when all letters had been accepted, and revoked the filing if any of them failed.
        let rule = delivered_to.and_then(|rule| parse_delivered_to(&rule).ok());
        let letters = store::reports::letters(&mut *tx, visit).await?;
        let holds = rule.and_then(|rule| delivered(&rule, &letters)).is_some_and(|now| now.at == filing.filed_at);
        if !holds && store::reports::unfile(tx, visit).await? {
            let stored = store::visits::get(&mut *tx, visit).await?.expect("a report's visit exists");
            deadlines::unfiled(tools, tx, &stored.visit, now).await?;
            note(tx, &DeedCase::default(), DeedNote::of_visit(Deed::UnfileReport, &stored.visit))?;
        }
    }
    file_delivered(tools, tx, visit, now).await.map(drop)
}

/// Files all open reports whose letters satisfy the current rules, because a contract may require less than before, or
/// an earlier version may have waited for all readers. Returns how many.
///
/// # Errors
/// If the store fails; the next run continues from there.
pub async fn file_all_delivered(office: &Office) -> Result<u64> {
    let visits = store::reports::open_and_sent(&office.db).await?;
    let mut filed = 0;
    for visit in visits {
        let mut tx = office.at_work().begin().await?;
        if file_delivered(office, &mut tx, visit, office.clock.now()).await? {
            tx.commit().await?;
            filed += 1;
        }
    }
    Ok(filed)
}

/// Records that somebody handed the report over on a day at the site; the end of that day counts as the time of filing.
///
/// # Errors
/// A refusal if there is no report, it is already filed, or the day is impossible.
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
    /// To whom, if known.
    pub to: Option<&'a str>,
    /// The day at the site.
    pub on: NaiveDate,
}

/// Like [`handed_over`], in a transaction that also stores related changes.
///
/// # Errors
/// See [`handed_over`].
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
    // The last moment of that day, but never in the future: the customer had the report by then.
    let filed_at = (site.time_zone.end_of(on) - chrono::TimeDelta::milliseconds(1)).min(now);
    let how = json!({ "how": "handed over", "by": by.trim(), "to": to, "on": on, "noted_at": now }).to_string();
    if store::reports::file(tx, visit, report.revision, filed_at, &how).await? {
        deadlines::filed(tools, tx, &stored.visit, filed_at, now).await?;
    } else {
        let corrected = (u32::try_from(report.revision).expect("written by `put`"), filed_at);
        if !correction_handed_over(tools, tx, &stored.visit, corrected, now).await? {
            return Err(Error::Refused(format!("the report of {visit} is filed already; `ronda report show {visit}`")));
        }
    }
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
