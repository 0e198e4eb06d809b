//! Verifies the audit trail: that every line is there, unchanged and in order, and that the heads match a canary
//! letter.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::{Error, Office, Result};
use domain::audit::trail::{ChainCheck, TrailFault, TrailHead, TrailLine, Unlinked, day_head};
use domain::ids::SiteCode;

/// How many lines are read at once.
const A_PAGE: i64 = 5_000;

/// The result of verifying the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailChecked {
    pub chains: u64,
    pub lines: u64,
    /// The faults, each with the code of its chain's site; the office's own chain has an empty code.
    pub faults: Vec<(String, TrailFault)>,
    pub waiting: Unlinked,
    /// The result of comparing with the given head.
    pub head: Option<HeadIs>,
}

/// Whether the trail still contains what a canary letter reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeadIs {
    /// Everything that was linked then is still there, unchanged.
    Same,
    /// The lines of that time give another hash.
    Other { now: String },
    /// The store does not know of a canary letter on that day.
    NotOnFile,
}

/// A head as reported by a canary letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldHead {
    /// The day in the letter, at the company.
    pub day: NaiveDate,
    /// 64 hexadecimal digits.
    pub head: String,
}

impl TrailChecked {
    /// Whether no line has a fault.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Verifies the chains of all sites and of the office; with `told`, also whether they still contain what that letter
/// reported.
pub async fn verify_trail(office: &Office, told: Option<&ToldHead>) -> Result<TrailChecked> {
    let kept = match told {
        Some(told) => store::audit::day(&office.db, told.day).await?,
        None => None,
    };
    let noted = store::audit::heads(&office.db).await?;
    let mut all = Round { run: kept.as_ref().map(|day| day.run), ..Round::default() };
    all.noted = noted.into_iter().map(|head| (head.chain.clone(), head)).collect();
    let mut after = (String::new(), 0);
    loop {
        let page = store::audit::after(&office.db, &after.0, after.1, A_PAGE).await?;
        for line in &page {
            all.line(line);
            let number = line.place.as_ref().map_or(0, |place| place.number);
            after = (line.chain().to_owned(), number);
        }
        if page.is_empty() {
            break;
        }
    }
    let (mut checked, again, then) = all.end();
    for chain in again {
        checked.faults.extend(faults_of(office, &chain).await?.1.into_iter().map(|fault| (chain.clone(), fault)));
    }
    checked.waiting = store::audit::waiting(&office.db).await?;
    checked.head = told.map(|told| match (&kept, day_head(then)) {
        (None, _) => HeadIs::NotOnFile,
        (Some(_), now) if now == told.head => HeadIs::Same,
        (Some(_), now) => HeadIs::Other { now },
    });
    Ok(checked)
}

/// Verifies the chain of one site.
///
/// # Errors
/// [`Error::NotFound`] if there is no such site, and no chain for it.
pub async fn verify_site(office: &Office, site: &SiteCode) -> Result<TrailChecked> {
    let (lines, faults) = faults_of(office, site.as_str()).await?;
    if lines == 0 && faults.is_empty() && store::people::site::find(&office.db, site).await?.is_none() {
        return Err(Error::NotFound(format!("there is no site {site}")));
    }
    let faults = faults.into_iter().map(|fault| (site.to_string(), fault)).collect();
    let waiting = store::audit::waiting(&office.db).await?;
    Ok(TrailChecked { chains: u64::from(lines > 0), lines, faults, waiting, head: None })
}

/// The number of lines in a chain, and their faults. If the chain grows in the meantime, it is checked once more.
async fn faults_of(office: &Office, chain: &str) -> Result<(u64, Vec<TrailFault>)> {
    let mut noted = head_of(office, chain).await?;
    loop {
        let mut check = ChainCheck::of(chain);
        let (mut lines, mut last) = (0, 0);
        loop {
            let page = store::audit::of_chain(&office.db, chain, last, A_PAGE).await?;
            let Some(end) = page.last().and_then(|line| line.place.as_ref()) else { break };
            last = end.number;
            lines += page.len() as u64;
            page.iter().for_each(|line| check.line(line));
        }
        let now = head_of(office, chain).await?;
        if now == noted {
            return Ok((lines, check.end(&noted)));
        }
        noted = now;
    }
}

async fn head_of(office: &Office, chain: &str) -> Result<TrailHead> {
    let known = store::audit::head(&office.db, chain).await?;
    Ok(known.unwrap_or_else(|| TrailHead::before_all(chain)))
}

/// One pass over the lines of all chains, compared with the heads as stored at its beginning.
#[derive(Default)]
struct Round {
    noted: BTreeMap<String, TrailHead>,
    /// The last linking run covered by a letter's head.
    run: Option<i64>,
    check: Option<ChainCheck>,
    /// The heads after that run.
    then: Vec<TrailHead>,
    /// Chains that go on after their stored head: somebody is linking them right now, or the lines beyond it are
    /// forged.
    again: BTreeSet<String>,
    faults: Vec<(String, TrailFault)>,
    chains: u64,
    lines: u64,
}

impl Round {
    fn line(&mut self, line: &TrailLine) {
        let chain = line.chain();
        if self.check.as_ref().is_none_or(|check| check.head().chain != chain) {
            self.chain_ends();
            self.chains += 1;
            self.check = Some(ChainCheck::of(chain));
        }
        let (Some(check), Some(place)) = (&mut self.check, &line.place) else { return };
        if self.noted.get(chain).is_none_or(|noted| place.number > noted.number) {
            self.again.insert(chain.to_owned());
            return;
        }
        self.lines += 1;
        check.line(line);
        if self.run.is_some_and(|run| place.run <= run) {
            match self.then.last_mut().filter(|head| head.chain == chain) {
                Some(head) => head.clone_from(check.head()),
                None => self.then.push(check.head().clone()),
            }
        }
    }

    fn chain_ends(&mut self) {
        let Some(check) = self.check.take() else { return };
        let chain = check.head().chain.clone();
        let noted = self.noted.remove(&chain);
        if !self.again.contains(&chain) {
            let noted = noted.unwrap_or_else(|| TrailHead::before_all(&chain));
            self.faults.extend(check.end(&noted).into_iter().map(|fault| (chain.clone(), fault)));
        }
    }

    /// The result, the chains that have to be checked again, and the heads after the letter's run.
    fn end(mut self) -> (TrailChecked, BTreeSet<String>, Vec<TrailHead>) {
        self.chain_ends();
        // Chains of which no line is left.
        for (chain, noted) in std::mem::take(&mut self.noted) {
            let faults = ChainCheck::of(&chain).end(&noted);
            self.faults.extend(faults.into_iter().map(|fault| (chain.clone(), fault)));
        }
        let Round { chains, lines, faults, again, then, .. } = self;
        (TrailChecked { chains, lines, faults, waiting: Unlinked::default(), head: None }, again, then)
    }
}
