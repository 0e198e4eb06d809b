//! Who is told of what is owed for one visit gets one letter: of the latest step, and of a record and the report that is
//! drawn from it.

use chrono::TimeDelta;

use crate::Result;
use domain::Instant;
use domain::access::makes_visit;
use domain::contract::FlagAt;
use domain::ids::EngineerCode;
use domain::letters::notice::{DeadlineWords, NoticeKind, Reader};
use domain::letters::stands::Untrue;
use domain::promises::{Deadline, Owed};
use store::Tx;
use store::letters::told::FlagTold;

/// So close together, two letters are one too many.
const TOGETHER: TimeDelta = TimeDelta::hours(1);

/// The readers who are to be told of a deadline's step. One letter says how it stands: what waits to tell them of an earlier
/// step is withdrawn. Of a record and a report, those are left out whom a letter of the other one serves that waits or has
/// just left; where this step's letter serves them better, the other one is withdrawn if it still waits.
pub(super) async fn once_a_visit(
    tx: &mut Tx,
    deadline: &Deadline,
    words: &DeadlineWords,
    engineer: Option<&EngineerCode>,
    readers: Vec<Reader>,
    now: Instant,
) -> Result<Vec<Reader>> {
    if readers.is_empty() {
        return Ok(readers);
    }
    let told = store::letters::told::flags_beside(tx, deadline, now - TOGETHER).await?;
    let other = match deadline.owed() {
        Owed::Record => Some(Owed::Report),
        Owed::Report => Some(Owed::Record),
        Owed::Visit | Owed::Training => None,
    };
    // The record's letter says what to do and until when the report is due. Who cannot hand the record in is told of a
    // report that is late already.
    let serves_better = |reader: &Reader, told: &FlagTold| {
        let may_record = engineer.is_some_and(|engineer| makes_visit(&reader.role, engineer));
        match words.owed {
            Owed::Record => {
                may_record || !matches!(told.notice, NoticeKind::DeadlineLate | NoticeKind::DeadlineEscalated)
            }
            Owed::Report | Owed::Visit | Owed::Training => !may_record && matches!(words.at, FlagAt::Late(_)),
        }
    };
    let mut to_tell = Vec::new();
    for reader in readers {
        let of_reader = || told.iter().filter(|told| told.to == reader.email);
        let earlier = of_reader().filter(|told| told.deadline == deadline.id);
        let beside = of_reader().filter(|told| Some(told.owed) == other);
        let (better, served): (Vec<_>, Vec<_>) = beside.partition(|told| serves_better(&reader, told));
        for told in earlier.chain(better) {
            store::letters::owed::withdraw(tx, told.letter, &Untrue::ToldLater.to_string()).await?;
        }
        if served.is_empty() {
            to_tell.push(reader);
        }
    }
    Ok(to_tell)
}
