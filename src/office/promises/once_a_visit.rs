//! A record and the report that is drawn from it are owed for one visit: who is told of both gets one letter.

use chrono::TimeDelta;

use crate::Result;
use domain::Instant;
use domain::contract::FlagAt;
use domain::letters::notice::{NoticeKind, Reader};
use domain::letters::stands::Untrue;
use domain::people::ReaderRole;
use domain::promises::{Deadline, Owed};
use store::Tx;
use store::letters::told::FlagTold;

/// So close together, two letters are one too many.
const TOGETHER: TimeDelta = TimeDelta::hours(1);

/// The readers who are told of a step of a record or a report, without those whom a letter of the other one serves that
/// waits or has just left. Where this step's letter serves them better, the other one is withdrawn if it still waits.
pub(super) async fn once_a_visit(
    tx: &mut Tx,
    deadline: &Deadline,
    at: FlagAt,
    readers: Vec<Reader>,
    now: Instant,
) -> Result<Vec<Reader>> {
    let other = match deadline.owed() {
        Owed::Record => Owed::Report,
        Owed::Report => Owed::Record,
        Owed::Visit | Owed::Training => return Ok(readers),
    };
    let (Some(visit), false) = (deadline.subject.visit(), readers.is_empty()) else { return Ok(readers) };
    let mut told = store::letters::told::flags_of_visit(tx, visit, now - TOGETHER).await?;
    told.retain(|told| told.owed == other);
    let mut to_tell = Vec::new();
    for reader in readers {
        let of_reader = told.iter().filter(|told| told.to == reader.email);
        let (better, served): (Vec<_>, Vec<_>) = of_reader.partition(|told| serves_better(deadline, at, &reader, told));
        for told in better {
            store::letters::owed::withdraw(tx, told.letter, &Untrue::ToldLater.to_string()).await?;
        }
        if served.is_empty() {
            to_tell.push(reader);
        }
    }
    Ok(to_tell)
}

/// Whether a step's letter serves a reader better than the one about the visit's other paper. The record's says what to do
/// and until when the report is due. Who cannot hand the record in is told of a report that is late already.
fn serves_better(deadline: &Deadline, at: FlagAt, reader: &Reader, told: &FlagTold) -> bool {
    let is_engineer = matches!(reader.role, ReaderRole::Engineer(_));
    match deadline.owed() {
        Owed::Record => is_engineer || !matches!(told.notice, NoticeKind::DeadlineLate | NoticeKind::DeadlineEscalated),
        Owed::Report | Owed::Visit | Owed::Training => !is_engineer && matches!(at, FlagAt::Late(_)),
    }
}
