//! `ronda deadlines`: what is owed, until when, and why.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use chrono::NaiveDate;
use serde::Serialize;

use super::known;
use super::show::{Narrowed, OutputFormat, PagedList};
use domain::calendar::Ledger;
use domain::digest::Risk;
use domain::ids::{CustomerCode, DeadlineId, SiteCode, VisitId};
use domain::language::Language;
use domain::people::equipment::Site;
use domain::promises::account;
use domain::promises::clock::TakenBackWhy;
use domain::promises::{Deadline, Due, Move, Owed, Standing, Waiver, days_late};
use domain::wording::Say;
use office::digest::send_digests::{RISK_SPAN, at_risk};
use office::promises::deadlines::Counter;
use office::promises::reports_without_record;
use office::{Error, Office};
use store::promises::DeadlineFilter;
use store::promises::flag::StoredFlag;
use words::{Locales, Value};

/// List what is owed and its state; explain a deadline day by day
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  ronda deadlines --late\n  ronda deadlines --at-risk --customer CUMBRE\n  \
                        ronda deadlines --all --site MAD-1 --owed report --limit 20 --json\n  ronda deadlines D17 --explain")]
pub struct DeadlinesArgs {
    /// Show only this deadline, by number, for example D17
    deadline: Option<String>,
    /// Only deadlines that are late
    #[arg(long)]
    late: bool,
    /// Only deadlines at risk, in the sense of the digests: due after today, and likely to be missed
    #[arg(long, conflicts_with = "late")]
    at_risk: bool,
    /// Include deadlines that are met, waived, or no longer owed
    #[arg(long)]
    all: bool,
    /// Only this site, by code
    #[arg(long)]
    site: Option<SiteCode>,
    /// Only sites of this customer, by code
    #[arg(long)]
    customer: Option<CustomerCode>,
    /// Only this kind: visit, training, record or report
    #[arg(long, value_parser = owed)]
    owed: Option<Owed>,
    /// Show every day that was counted or skipped, and why
    #[arg(long)]
    explain: bool,
    /// Show at most this many
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    #[command(flatten)]
    form: OutputFormat,
}

fn owed(word: &str) -> Result<Owed, String> {
    Owed::ALL
        .into_iter()
        .find(|owed| owed.word() == word)
        .ok_or_else(|| "use visit, training, record or report".to_owned())
}

/// A deadline as printed.
#[derive(Debug, Serialize)]
struct Line {
    deadline: DeadlineId,
    owed: Owed,
    site: SiteCode,
    visit: Option<VisitId>,
    since_on: NaiveDate,
    due_on: Option<NaiveDate>,
    /// The list is sorted by this instant.
    #[serde(skip)]
    late_from: Option<domain::Instant>,
    met_at: Option<domain::Instant>,
    #[serde(flatten)]
    standing: Standing,
    #[serde(rename = "excuse")]
    waiver: Option<Waiver>,
    /// Working days in the calendar of the deadline; at least 1 for anything that is or was late.
    days_late: Option<u32>,
    /// Why it is at risk; determined only with `--at-risk`.
    risk: Option<Risk>,
    /// Of a report that is owed: nobody has handed in its visit's record.
    no_record: bool,
    calendar: String,
    calendar_version: String,
    due: Due,
    flags: Vec<(String, NaiveDate)>,
    /// Flags that a later judgement withdrew.
    flags_withdrawn: Vec<WithdrawnLine>,
    /// Due dates that changed calendars have moved.
    moves: Vec<MoveLine>,
}

#[derive(Debug, Serialize)]
struct WithdrawnLine {
    level: String,
    dated: NaiveDate,
    withdrawn_at: domain::Instant,
    why: TakenBackWhy,
}

#[derive(Debug, Serialize)]
struct MoveLine {
    moved_at: domain::Instant,
    #[serde(flatten)]
    moved: Move,
}

/// Deadlines per page while looking for those at risk.
const PAGE_ROWS: i64 = 1000;

/// Lists deadlines, or shows one with its ledger.
///
/// # Errors
/// If there is no such deadline, or the store fails.
pub async fn run(office: &Office, args: DeadlinesArgs, out: &mut impl Write) -> anyhow::Result<()> {
    let now = office.clock.now();
    known::site(office, args.site.as_ref()).await?;
    known::customer(office, args.customer.as_ref()).await?;
    let filter = DeadlineFilter {
        customer: args.customer.clone(),
        site: args.site.clone(),
        owed: args.owed,
        open_late_from_through: match (args.late, args.at_risk) {
            (true, _) => Some(now),
            (false, true) => Some(now + RISK_SPAN),
            (false, false) => None,
        },
        only_open: !args.all,
        with_withdrawn: args.all,
        ..DeadlineFilter::default()
    };
    let none = none(&args);
    let list = PagedList {
        form: args.form,
        head: &["deadline", "owed", "site", "visit", "since", "due", "standing"],
        none: &none,
        limit: args.limit,
        which: "first",
        rest: "See them with --limit.",
    };
    let mut named = match &args.deadline {
        Some(text) => Some(one(office, text).await?),
        None => None,
    };
    let next = async |last: Option<&Line>, most| -> anyhow::Result<Vec<Line>> {
        let found = match (&args.deadline, args.at_risk) {
            (Some(_), _) => without_risk(named.take().into_iter().collect()),
            (None, true) => next_at_risk(office, &filter, last, most, now).await?,
            (None, false) => {
                let after = last.map(|line| (line.late_from, line.deadline));
                let filter = DeadlineFilter { after, limit: Some(most), ..filter.clone() };
                without_risk(store::promises::list(&office.db, &filter).await?)
            }
        };
        lines(office, found, now).await
    };
    match args.explain {
        true => list.print_explained(out, cells, |out, line| explain(out, line), next).await,
        false => list.print(out, cells, next).await,
    }
}

/// The next `most` deadlines that are at risk, after the last one printed.
async fn next_at_risk(
    office: &Office,
    filter: &DeadlineFilter,
    last: Option<&Line>,
    most: i64,
    now: domain::Instant,
) -> anyhow::Result<Vec<(Deadline, Option<Risk>)>> {
    // Late deadlines sort before these, and are no longer at risk.
    let mut after = last.map_or((Some(now), DeadlineId(i64::MAX)), |line| (line.late_from, line.deadline));
    let wanted = usize::try_from(most).unwrap_or(usize::MAX);
    let (mut found, mut at_once) = (Vec::new(), most);
    loop {
        let filter = DeadlineFilter { after: Some(after), limit: Some(at_once), ..filter.clone() };
        let page = store::promises::list(&office.db, &filter).await?;
        let is_last = i64::try_from(page.len()).unwrap_or(i64::MAX) < at_once;
        if let Some(end) = page.last() {
            after = (end.late_from, end.id);
        }
        found.extend(at_risk(office, page, now).await?);
        if is_last || found.len() >= wanted {
            found.truncate(wanted);
            return Ok(found.into_iter().map(|(deadline, risk)| (deadline, Some(risk))).collect());
        }
        at_once = (at_once * 2).min(PAGE_ROWS).max(most);
    }
}

/// The message for an empty list.
fn none(args: &DeadlinesArgs) -> String {
    let (what, all) = match (args.late, args.at_risk, args.all) {
        (true, _, _) => ("Nothing late", "Nothing is late."),
        (false, true, _) => ("Nothing at risk", "Nothing is at risk."),
        (false, false, false) => ("Nothing owed", "Nothing is owed."),
        (false, false, true) => ("No deadline", "There is no deadline yet."),
    };
    let narrowed = Narrowed::default()
        .by("--site", args.site.as_ref())
        .by("--customer", args.customer.as_ref())
        .by("--owed", args.owed.map(Owed::word));
    narrowed.nothing(what, all)
}

async fn one(office: &Office, text: &str) -> office::Result<Deadline> {
    let Ok(number) = text.trim_start_matches(['D', 'd']).parse() else {
        let rule = "is not a deadline's number; give it as D17 or 17 (`ronda deadlines` shows them)";
        return Err(Error::Refused(format!("{text:?} {rule}")));
    };
    match store::promises::get(&office.db, DeadlineId(number)).await? {
        Some(deadline) => Ok(deadline),
        None => {
            let rule = "`ronda deadlines --all` shows them";
            Err(Error::NotFound(format!("there is no deadline D{number}; {rule}")))
        }
    }
}

/// Turns a page of deadlines into printable lines, reading what belongs to them in bulk.
async fn lines(
    office: &Office,
    found: Vec<(Deadline, Option<Risk>)>,
    now: domain::Instant,
) -> anyhow::Result<Vec<Line>> {
    let ids: Vec<DeadlineId> = found.iter().map(|(deadline, _)| deadline.id).collect();
    let mut flags = store::promises::flag::of_each(&office.db, &ids).await?;
    let mut moves: BTreeMap<DeadlineId, Vec<MoveLine>> = BTreeMap::new();
    for moved in store::promises::deadline_move::of_deadlines(&office.db, &ids).await? {
        let line = MoveLine { moved_at: moved.moved_at, moved: moved.moved };
        moves.entry(moved.deadline).or_default().push(line);
    }
    let deadlines: Vec<Deadline> = found.iter().map(|(deadline, _)| deadline.clone()).collect();
    let no_record = reports_without_record(&office.db, &deadlines).await?;
    let late = deadlines.iter().filter(|deadline| late_at(deadline, now).is_some());
    let sites: BTreeSet<SiteCode> = late.map(|deadline| deadline.site.clone()).collect();
    let sites: Vec<SiteCode> = sites.into_iter().collect();
    let sites = store::people::site::with_codes(&office.db, &sites).await?;
    let sites: BTreeMap<SiteCode, Site> = sites.into_iter().map(|site| (site.site.clone(), site)).collect();
    let line = |(deadline, risk): (Deadline, Option<Risk>)| {
        let days_late = sites.get(&deadline.site).and_then(|site| working_days_late(office, site, &deadline, now));
        let (moves, flags) = (moves.remove(&deadline.id), flags.remove(&deadline.id));
        let no_record = no_record.contains(&deadline.id);
        Line { days_late, risk, no_record, ..line(deadline, moves.unwrap_or_default(), flags.unwrap_or_default(), now) }
    };
    Ok(found.into_iter().map(line).collect())
}

fn line(deadline: Deadline, moves: Vec<MoveLine>, flags: Vec<StoredFlag>, now: domain::Instant) -> Line {
    let standing = deadline.standing(now);
    let mut line = Line {
        deadline: deadline.id,
        owed: deadline.owed(),
        site: deadline.site,
        visit: deadline.subject.visit(),
        since_on: deadline.since_on,
        due_on: deadline.due.on(),
        late_from: deadline.late_from,
        met_at: deadline.met_at,
        standing,
        waiver: deadline.waiver,
        days_late: None,
        risk: None,
        no_record: false,
        calendar: deadline.calendar,
        calendar_version: deadline.calendar_version,
        due: deadline.due,
        flags: Vec::new(),
        flags_withdrawn: Vec::new(),
        moves,
    };
    for StoredFlag { level, dated, withdrawn, .. } in flags {
        match withdrawn {
            None => line.flags.push((level, dated)),
            Some((withdrawn_at, why)) => {
                line.flags_withdrawn.push(WithdrawnLine { level, dated, withdrawn_at, why });
            }
        }
    }
    line
}

fn cells(line: &Line) -> Vec<String> {
    vec![
        line.deadline.to_string(),
        line.owed.word().to_owned(),
        line.site.to_string(),
        line.visit.map_or_else(String::new, |visit| visit.to_string()),
        line.since_on.to_string(),
        line.due_on.map_or_else(|| "unknown".to_owned(), |day| day.format("%a %Y-%m-%d").to_string()),
        standing_cell(line),
    ]
}

fn standing_cell(line: &Line) -> String {
    let stands = match line.risk {
        Some(risk) => format!("at risk: {}", risk_in_words(risk)),
        None => words(line.standing, line.days_late),
    };
    if line.no_record { format!("{stands}; no record yet") } else { stands }
}

fn without_risk(deadlines: Vec<Deadline>) -> Vec<(Deadline, Option<Risk>)> {
    deadlines.into_iter().map(|deadline| (deadline, None)).collect()
}

/// The instant at which lateness is measured (now, or when it was met); `None` if it was not late then.
fn late_at(deadline: &Deadline, now: domain::Instant) -> Option<domain::Instant> {
    let at = deadline.met_at.unwrap_or(now);
    (at >= deadline.late_from?).then_some(at)
}

/// Working days late, now or when it was met; `None` if it is not late.
fn working_days_late(office: &Office, site: &Site, deadline: &Deadline, now: domain::Instant) -> Option<u32> {
    let at = late_at(deadline, now)?;
    let calendar = Counter::of(office, site, &deadline.terms).calendar.ok();
    Some(days_late(deadline.due.on()?, site.time_zone.day(at), calendar.as_ref()).max(1))
}

fn risk_in_words(risk: Risk) -> String {
    let days = |days: u32| if days == 1 { "1 working day".to_owned() } else { format!("{days} working days") };
    match risk {
        Risk::Habit { usual, left } => format!("usually takes {}, {} left", days(usual), days(left)),
        Risk::LongerThanEver { left } => format!("has taken longer than any before, {} left", days(left)),
        Risk::Soon { left } => format!("{} left", days(left)),
        Risk::NoVisit { left } => format!("no visit is planned, {} left", days(left)),
        Risk::VisitTooLate { day } => format!("its visit is planned for {day}"),
    }
}

fn words(standing: Standing, days_late: Option<u32>) -> String {
    // Lateness is counted in working days, as everywhere; calendar days are added where the two differ.
    let late = |seconds: i64| {
        let calendar_days = u32::try_from(seconds / 86_400 + 1).unwrap_or(u32::MAX);
        let days = days_late.unwrap_or(calendar_days);
        let working = if days == 1 { "1 working day".to_owned() } else { format!("{days} working days") };
        if calendar_days > days { format!("{working} ({calendar_days} days)") } else { working }
    };
    let span = |seconds: i64| match seconds / 3600 {
        hours if hours < 48 => format!("{hours} h"),
        hours => format!("{} calendar days", hours / 24),
    };
    match standing {
        Standing::Open { seconds } => format!("open, {} left", span(seconds)),
        Standing::Late { seconds } => format!("LATE by {}", late(seconds)),
        Standing::Met => "met".to_owned(),
        Standing::MetLate { seconds } => format!("met, late by {}", late(seconds)),
        Standing::Unknown => "cannot be counted".to_owned(),
        Standing::Waived => "waived".to_owned(),
        Standing::Held => "held: its clock stands still".to_owned(),
        Standing::Withdrawn => "not owed any more".to_owned(),
    }
}

fn explain(out: &mut impl Write, line: &Line) -> std::io::Result<()> {
    let locales = Locales::load();
    let say = |key: &str, values: &[(&str, Value<'_>)]| locales.say(Language::En, key, values);
    writeln!(out, "\n{} {} at {}", line.deadline, line.owed.word(), line.site)?;
    match &line.due {
        Due::Counted { ledger } => explain_ledger(out, ledger, &say)?,
        Due::Window { first_on, last_on } => writeln!(out, "  the slot's window: {first_on} through {last_on}")?,
        Due::Timed { at, .. } => writeln!(out, "  due by {} UTC", at.format("%a %Y-%m-%d %H:%M"))?,
        Due::Held => writeln!(out, "  its clock stands still")?,
        Due::Unknown { why } => writeln!(out, "  cannot be counted: {why}")?,
    }
    for moved in &line.moves {
        let day = |day: Option<NaiveDate>| day.map_or_else(|| "unknown".to_owned(), |day| day.to_string());
        let because = account::reasons(&moved.moved.why, Language::En, &say);
        let (was, is, at) = (day(moved.moved.was_on), day(moved.moved.is_on), moved.moved_at.format("%Y-%m-%d %H:%M"));
        writeln!(out, "  moved from {was} to {is} at {at} UTC: {because}")?;
    }
    if let Some(waiver) = &line.waiver {
        writeln!(out, "  waived by {} on {}: {}", waiver.by, waiver.at.format("%Y-%m-%d"), waiver.why)?;
    }
    for (level, dated) in &line.flags {
        writeln!(out, "  flagged {level}, {dated}")?;
    }
    for WithdrawnLine { level, dated, withdrawn_at, why } in &line.flags_withdrawn {
        let at = withdrawn_at.format("%Y-%m-%d %H:%M");
        writeln!(out, "  flagged {level}, {dated}; withdrawn at {at} UTC: {why}")?;
    }
    Ok(())
}

/// Prints a ledger, one line for each run of days.
///
/// # Errors
/// If writing to `out` fails.
pub(super) fn explain_ledger(out: &mut impl Write, ledger: &Ledger, say: Say<'_>) -> std::io::Result<()> {
    writeln!(out, "  {} the clock starts; this day is not counted", ledger.from.format("%a %Y-%m-%d"))?;
    for entry in &ledger.lines {
        let days = if entry.from == entry.through {
            entry.from.format("%a %Y-%m-%d").to_string()
        } else {
            format!("{} to {}", entry.from.format("%a %Y-%m-%d"), entry.through.format("%a %Y-%m-%d"))
        };
        writeln!(out, "  {days} {}", account::says(entry, say))?;
    }
    let sure = if ledger.provisional { ", provisional: holidays of that year are estimated" } else { "" };
    writeln!(out, "  due by the end of {}{sure}", ledger.due_on.format("%a %Y-%m-%d"))?;
    writeln!(out, "  {}", account::calendar(ledger, say))
}
