//! Links new lines of the audit trail into the chains of their sites.
//!
//! A line is written by the transaction of its deed, and is not linked there: otherwise every write would have to wait
//! for the last one at its site, and every write of the office for all others. Lines are linked afterwards, by one
//! process at a time.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Office, Result, Tools};
use domain::access::{Actor, Deed};
use domain::audit::trail::{DeedNote, TrailDay, TrailHead, TrailLine, day_head, salt};
use store::Tx;

/// How many lines one transaction links.
const A_PAGE: i64 = 1_000;

/// Links all lines that are not linked yet, in the order in which they were written. Returns how many.
///
/// Concurrent calls build one chain: the second waits for the first.
///
/// # Errors
/// If the store fails; the next run continues from there.
pub async fn link_trail(office: &Office) -> Result<u64> {
    let mut linked = 0;
    loop {
        match link_some(office).await? {
            0 => return Ok(linked),
            some => linked += some,
        }
    }
}

/// Like [`link_trail`], but only one page, for callers that have other work to do in between.
pub async fn link_some(office: &Office) -> Result<u64> {
    if !store::audit::any_to_link(&office.db).await? {
        return Ok(0);
    }
    let mut tx = office.db.begin().await?;
    let run = store::audit::next_run(&mut tx).await?;
    let linked = link(office, &mut tx, run).await?;
    tx.commit().await?;
    Ok(linked)
}

/// Links a page of lines, unless somebody else has linked them in the meantime.
async fn link(tools: &Tools, tx: &mut Tx, run: i64) -> Result<u64> {
    if store::audit::heads_of(tx, &BTreeSet::from([String::new()])).await?.is_empty() {
        store::audit::put_first(tx, &first(tools)).await?;
    }
    let mut lines = store::audit::to_link(tx, A_PAGE).await?;
    let chains: BTreeSet<String> = lines.iter().map(|line| line.chain().to_owned()).collect();
    let known = store::audit::heads_of(tx, &chains).await?;
    let mut heads: BTreeMap<String, TrailHead> =
        chains.into_iter().map(|chain| (chain.clone(), TrailHead::before_all(&chain))).collect();
    heads.extend(known.into_iter().map(|head| (head.chain.clone(), head)));
    for line in &mut lines {
        heads.get_mut(line.chain()).expect("a head for each chain").link(line, run);
    }
    let heads: Vec<TrailHead> = heads.into_values().collect();
    store::audit::link(tx, &lines, &heads).await?;
    Ok(lines.len() as u64)
}

/// The very first line, which states when the office began to keep a trail.
fn first(tools: &Tools) -> TrailLine {
    let seed = tools.clock.seed();
    let note = DeedNote::of_office(Deed::BeginTrail, "trail");
    TrailLine::of(note, &Actor::Program, tools.clock.now(), || salt(&seed, 1))
}

/// The hash over all chains as currently linked, stored for its day in the transaction of the letter that takes it out
/// of the house.
pub(crate) async fn head_of_today(tools: &Tools, tx: &mut Tx) -> Result<String> {
    let run = store::audit::next_run(tx).await?;
    let head = day_head(store::audit::heads(&mut *tx).await?);
    store::audit::put_day(tx, tools.today(), &TrailDay { run, head: head.clone() }).await?;
    Ok(head)
}
