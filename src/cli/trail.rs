//! `ronda trail`: who did what, and whether the audit trail is intact.

use std::process::ExitCode;

use chrono::NaiveDate;
use clap::Subcommand;
use serde::Serialize;

use super::known;
use super::out::Out;
use super::show::{self, Narrowed, OutputFormat, PagedList};
use domain::Instant;
use domain::access::{ActorKind, Deed};
use domain::audit::trail::{TrailLine, Unlinked};
use domain::ids::{SiteCode, VisitId};
use domain::suggest;
use domain::wording::counted;
use office::audit::verify_trail::{HeadIs, ToldHead, TrailChecked, verify_site, verify_trail};
use office::{Error, Office, named_visit};
use store::audit::TrailFilter;

/// Show who did what, and verify that the audit trail is intact
///
/// Every action that changes something leaves a line: who did what to which object, when, and by which route. See
/// `ronda help audit-trail`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  ronda trail list --visit V1042\n  ronda trail list --actor user:ana --since 2026-03-01\n  \
                  ronda trail verify"
)]
pub struct TrailArgs {
    #[command(subcommand)]
    ask: Ask,
}

#[derive(Debug, Subcommand)]
enum Ask {
    List(ListArgs),
    Verify(VerifyArgs),
}

/// List the lines of the trail, latest first
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  ronda trail list\n  ronda trail list --site MAD-1 --limit 20\n  \
                  ronda trail list --visit V1042 --json\n  ronda trail list --actor manager:M-1 --deed move-visit\n  \
                  ronda trail list --since 2026-03-01 --until 2026-03-31")]
struct ListArgs {
    /// Only lines of this site, by code
    #[arg(long)]
    site: Option<SiteCode>,
    /// Only what was done to this visit, for example V1042
    #[arg(long)]
    visit: Option<VisitId>,
    /// Only this kind of actor: engineer, manager, customer, user or program; optionally with a code or name, for
    /// example user:ana
    #[arg(long, value_name = "KIND[:CODE]", value_parser = who)]
    actor: Option<Who>,
    /// Only this kind of deed, for example move-visit
    #[arg(long, value_parser = deed)]
    deed: Option<Deed>,
    /// From this date on, in the company's time zone
    #[arg(long, value_name = "DAY")]
    since: Option<NaiveDate>,
    /// Up to and including this date, in the company's time zone
    #[arg(long, value_name = "DAY")]
    until: Option<NaiveDate>,
    /// Show at most this many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    #[command(flatten)]
    form: OutputFormat,
}

/// Verify that no line of the trail is missing, changed or out of order
///
/// With --head and --day, also verifies that everything is still there that the canary letter of that day vouched for.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes:\n  0  intact\n  1  could not be checked\n  3  lines are missing, changed or out of order\n  \
                  4  intact in itself, but different from what the canary letter says\n\n\
                  Examples:\n  ronda trail verify\n  ronda trail verify --site MAD-1 --json\n  \
                  ronda trail verify --day 2026-03-02 \
                  --head 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
)]
struct VerifyArgs {
    /// Only the chain of this site, by code
    #[arg(long, conflicts_with = "head")]
    site: Option<SiteCode>,
    /// The fingerprint to compare with, from a canary letter
    #[arg(long, value_name = "HASH", requires = "day", value_parser = head)]
    head: Option<String>,
    /// The date of that letter
    #[arg(long, requires = "head")]
    day: Option<NaiveDate>,
    #[command(flatten)]
    form: OutputFormat,
}

/// Filter by actor.
#[derive(Debug, Clone)]
struct Who {
    kind: ActorKind,
    code: Option<String>,
}

impl std::fmt::Display for Who {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind.word())?;
        self.code.iter().try_for_each(|code| write!(f, ":{code}"))
    }
}

fn who(text: &str) -> Result<Who, String> {
    let (kind, code) = match text.split_once(':') {
        Some((kind, code)) => (kind, Some(code.to_owned())),
        None => (text, None),
    };
    let kind = kind.parse().map_err(|_| "use engineer, manager, customer, user or program".to_owned())?;
    Ok(Who { kind, code })
}

fn deed(word: &str) -> Result<Deed, String> {
    word.parse().map_err(|_| {
        let known = Deed::ALL.into_iter().map(Deed::word);
        let meant = suggest::did_you_mean(suggest::nearest(word, known));
        format!("there is no such deed{meant}; `ronda help audit-trail` lists them")
    })
}

fn head(text: &str) -> Result<String, String> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    match text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        true => Ok(text),
        false => Err("it has 64 hexadecimal digits, as the letter shows them".to_owned()),
    }
}

/// Lists lines, or verifies that they are intact.
///
/// # Errors
/// A refusal if there is no such site; a failure of the store.
pub(super) async fn run(office: &Office, args: TrailArgs) -> Result<ExitCode, Error> {
    match args.ask {
        Ask::List(args) => list(office, args).await.map(|()| ExitCode::SUCCESS),
        Ask::Verify(args) => verify(office, args).await,
    }
}

/// A line as printed.
#[derive(Debug, Serialize)]
struct PrintedLine {
    line: i64,
    at: Instant,
    actor: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    door: String,
    deed: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    site: Option<SiteCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    visit: Option<VisitId>,
    on: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<serde_json::Value>,
    /// Personal details; null where they were erased.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    personal: Vec<(&'static str, Option<String>)>,
    /// Its number in its chain; null until it is linked.
    number: Option<i64>,
}

impl From<TrailLine> for PrintedLine {
    fn from(line: TrailLine) -> PrintedLine {
        let json = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
        let personal = line.personal.into_iter();
        PrintedLine {
            line: line.id,
            at: line.at,
            actor: line.actor,
            code: line.code,
            door: line.door,
            deed: line.deed,
            site: line.site,
            visit: line.visit,
            on: line.on,
            before: json(line.before),
            after: json(line.after),
            personal: personal.map(|entry| (entry.field.word(), entry.held.map(|held| held.value))).collect(),
            number: line.place.map(|place| place.number),
        }
    }
}

impl PrintedLine {
    fn who(&self) -> String {
        let told = |wanted: &str| self.personal.iter().find(|(field, _)| *field == wanted);
        let name = told("name").or_else(|| told("email")).map(|(_, value)| value.as_deref().unwrap_or("(erased)"));
        let parts = [Some(self.actor.as_str()), self.code.as_deref(), name];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// The change in short: `day 2026-03-09 → 2026-03-10; "closed on Monday"`.
    fn change(&self) -> String {
        let text = self.personal.iter().filter(|(field, _)| *field == "text");
        let text = text.map(|(_, value)| value.as_ref().map_or("(erased)".to_owned(), |value| format!("{value:?}")));
        let change = match (&self.before, &self.after) {
            (None, None) => None,
            (Some(before), None) => Some(format!("{} →", short(before))),
            (None, Some(after)) => Some(short(after)),
            (Some(before), Some(after)) => Some(format!("{} → {}", short(before), short(after))),
        };
        change.into_iter().chain(text).collect::<Vec<_>>().join("; ")
    }
}

fn short(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Object(fields) => {
            let said = fields.iter().map(|(name, value)| format!("{name} {}", short(value)));
            said.collect::<Vec<_>>().join(", ")
        }
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

async fn list(office: &Office, args: ListArgs) -> Result<(), Error> {
    known::site(office, args.site.as_ref()).await?;
    if let Some(visit) = args.visit {
        named_visit(&office.db, visit).await?;
    }
    let narrowed = Narrowed::default()
        .by("--site", args.site.as_ref())
        .by("--visit", args.visit)
        .by("--actor", args.actor.as_ref())
        .by("--deed", args.deed.map(Deed::word))
        .by("--since", args.since)
        .by("--until", args.until);
    let zone = &office.config.company.time_zone;
    let (kind, code) = args.actor.map_or((None, None), |who| (Some(who.kind), who.code));
    let filter = TrailFilter {
        site: args.site,
        visit: args.visit,
        actor: kind,
        code,
        deed: args.deed,
        since: args.since.map(|day| zone.start_of(day)),
        until: args.until.map(|day| zone.end_of(day)),
        ..TrailFilter::default()
    };
    let list = PagedList {
        form: args.form,
        head: &["line", "at (UTC)", "who", "by", "deed", "on", "site", "change"],
        none: &narrowed.nothing("No line", "There is no line yet."),
        limit: args.limit,
        which: "latest",
        rest: "See them with --limit or --until.",
    };
    let next = async |last: Option<&PrintedLine>, most: i64| -> anyhow::Result<Vec<PrintedLine>> {
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        let filter = TrailFilter { before: last.map(|line| line.line), most, ..filter.clone() };
        Ok(store::audit::list(&office.db, &filter).await?.into_iter().map(PrintedLine::from).collect())
    };
    let row = |line: &PrintedLine| {
        vec![
            line.line.to_string(),
            line.at.format("%Y-%m-%d %H:%M:%S").to_string(),
            line.who(),
            line.door.clone(),
            line.deed.clone(),
            line.on.clone(),
            line.site.as_ref().map(ToString::to_string).unwrap_or_default(),
            line.change(),
        ]
    };
    Ok(list.print(&mut Out::new(), row, next).await?)
}

/// The result of a check, as `--json` prints it.
#[derive(Debug, Serialize)]
struct PrintedCheck {
    whole: bool,
    chains: u64,
    lines: u64,
    /// Number of lines that are not linked yet.
    waiting: i64,
    faults: Vec<PrintedFault>,
    #[serde(skip_serializing_if = "Option::is_none")]
    head: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct PrintedFault {
    site: String,
    fault: String,
}

/// Maximum number of faults that are printed one by one.
const MAX_FAULTS: usize = 50;

async fn verify(office: &Office, args: VerifyArgs) -> Result<ExitCode, Error> {
    let told = args.head.zip(args.day).map(|(head, day)| ToldHead { day, head });
    let checked = match &args.site {
        Some(site) => verify_site(office, site).await?,
        None => verify_trail(office, told.as_ref()).await?,
    };
    if args.form.json {
        let faults = checked.faults.iter();
        show::json(&PrintedCheck {
            whole: checked.is_whole(),
            chains: checked.chains,
            lines: checked.lines,
            waiting: checked.waiting.lines,
            faults: faults.map(|(site, fault)| PrintedFault { site: site.clone(), fault: fault.to_string() }).collect(),
            head: checked.head.as_ref().map(|head| match head {
                HeadIs::Same => "same",
                HeadIs::Other { .. } => "other",
                HeadIs::NotOnFile => "not-on-file",
            }),
        });
    } else {
        print(&checked, told.as_ref());
    }
    Ok(match (checked.is_whole(), &checked.head) {
        (false, _) => ExitCode::from(3),
        (true, Some(HeadIs::Other { .. } | HeadIs::NotOnFile)) => ExitCode::from(4),
        (true, Some(HeadIs::Same) | None) => ExitCode::SUCCESS,
    })
}

fn print(checked: &TrailChecked, told: Option<&ToldHead>) {
    let TrailChecked { chains, lines, faults, waiting, head } = checked;
    for (site, fault) in faults.iter().take(MAX_FAULTS) {
        let chain = if site.is_empty() { "the office's chain".to_owned() } else { format!("the chain of {site}") };
        println!("In {chain}: {fault}.");
    }
    if faults.len() > MAX_FAULTS {
        println!("And {} more; see them with --json.", faults.len() - MAX_FAULTS);
    }
    if faults.is_empty() {
        println!("Whole: {} in {}, unchanged and in order.", counted(*lines, "line"), counted(*chains, "chain"));
    }
    if let (Some(head), Some(ToldHead { day, .. })) = (head, told) {
        match head {
            HeadIs::Same => println!("Everything is there that the canary letter of {day} vouched for."),
            HeadIs::Other { now } => println!(
                "Not what the canary letter of {day} told: the lines of that time now give {now}. Lines were cut off, or \
                 the trail was linked anew."
            ),
            HeadIs::NotOnFile => println!("No canary letter of {day} is on file, so nothing can be compared."),
        }
    }
    if let Unlinked { lines: waiting @ 1.., since: Some(since) } = waiting {
        let since = since.format("%Y-%m-%d %H:%M:%S UTC");
        println!("Lines that wait to be linked: {waiting}, the first since {since}; `ronda serve` links them.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_lines_are_wanted_is_read_with_and_without_a_code() {
        let user = who("user:ana").expect("a user");
        assert_eq!((user.kind, user.code.as_deref()), (ActorKind::User, Some("ana")));
        assert_eq!(who("program").expect("the program").code, None);
        assert!(who("robot").is_err());
    }

    #[test]
    fn a_deed_that_does_not_exist_is_answered_with_the_nearest() {
        assert_eq!(deed("move-visit"), Ok(Deed::MoveVisit));
        assert!(deed("move-visits").expect_err("no deed").contains("move-visit"));
    }

    #[test]
    fn a_head_is_taken_as_letters_wrap_it() {
        let digits = "9F86D081884C7D659A2FEAA0C55AD015 A3BF4F1B2B0B822CD15D6C15B0F00A08";
        assert_eq!(head(digits).expect("a head").len(), 64);
        assert!(head("9f86").is_err());
    }
}
