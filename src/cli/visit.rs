//! `ronda visit`: lists, shows, adds, books, rebooks, moves and cancels visits.

mod rest;
mod unfit;

use chrono::{NaiveDate, NaiveTime};
use clap::Subcommand;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use serde::Serialize;

use self::rest::{ShownRest, print_rest};
use self::unfit::{in_words, list_unfit, proposed};
use super::known;
use super::out::Out;
use super::report::filed;
use super::show::{self, Narrowed, OutputFormat, PagedList};
use domain::Instant;
use domain::contract::Purpose;
use domain::ids::{ContractCode, CustomerCode, DeadlineId, EngineerCode, LetterId, SiteCode, VisitId};
use domain::letters::letter::Letter;
use domain::letters::reply::Participation;
use domain::promises::{Deadline, Owed, Standing};
use domain::visits::fit::UnfitVisit;
use domain::visits::{Visit, VisitState, VisitStateWord};
use office::visits::add_visit::{WantedVisit, add_visit};
use office::visits::book_visits::{AppointmentChange, Rules, book, cancel, move_visit};
use office::visits::judge_visits::take_proposal;
use office::{Acting, Error, named_visit};
use store::letters::LetterFilter;
use store::visits::{VisitFilter, VisitPages};

/// List, show, add, book, rebook, move and cancel visits
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  ronda visit list --site MAD-1 --from 2026-03-01\n  ronda visit move V12 --on 2026-03-12 --at 10:30"
)]
pub struct VisitArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List visits by day
    #[command(
        after_help = "Examples:\n  ronda visit list --state booked --from 2026-03-01 --through 2026-03-31 --json\n  \
                            ronda visit list --site MAD-1 --purpose training\n  \
                            ronda visit list --customer CUMBRE --engineer E-ES-1 --limit 20\n  \
                            ronda visit list --unfit"
    )]
    List {
        /// Only this site, by code
        #[arg(long)]
        site: Option<SiteCode>,
        /// Only sites of this customer, by code
        #[arg(long)]
        customer: Option<CustomerCode>,
        /// Only visits of this engineer, by code
        #[arg(long)]
        engineer: Option<EngineerCode>,
        /// Only visits in this state
        #[arg(long, value_parser = PossibleValuesParser::new(VisitStateWord::ALL.map(|state| state.into_str())).map(state))]
        state: Option<VisitStateWord>,
        /// Only visits with this purpose: inspection, maintenance, training, follow-up, call-out or planned-support
        #[arg(long, value_parser = purpose)]
        purpose: Option<Purpose>,
        /// Only booked visits that can no longer take place as booked
        #[arg(long, conflicts_with_all = ["state", "limit"])]
        unfit: bool,
        /// From this date on
        #[arg(long, value_name = "DATE")]
        from: Option<NaiveDate>,
        /// Up to and including this date
        #[arg(long, value_name = "DATE")]
        through: Option<NaiveDate>,
        /// Show at most this many
        #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
        #[command(flatten)]
        form: OutputFormat,
    },
    /// Show one visit with its deadlines and letters
    #[command(after_help = "Examples:\n  ronda visit show V12\n  ronda visit show V12 --json")]
    Show {
        /// The visit's number, for example V12
        visit: VisitId,
        #[command(flatten)]
        form: OutputFormat,
    },
    /// Book a planned or cancelled visit and announce it
    #[command(after_help = "Examples:\n  ronda visit book V12\n  \
                            ronda visit book V12 --on 2026-03-12 --at 10:30 --engineer E-2 --overrule --json")]
    Book {
        /// The visit's number, for example V12
        visit: VisitId,
        #[command(flatten)]
        to: To,
    },
    /// Rebook a visit that can no longer take place as booked, in the way that was proposed; everyone who was told of it
    /// is notified
    ///
    /// `visit list --unfit` lists such visits with the proposals, and so does each digest. To leave one as it is, name its
    /// own date: `visit move V12 --on DAY --overrule`.
    #[command(after_help = "Examples:\n  ronda visit rebook V12\n  ronda visit rebook V12 --json")]
    Rebook {
        /// The visit's number, for example V12
        visit: VisitId,
        #[command(flatten)]
        form: OutputFormat,
    },
    /// Add a visit that no plan calls for; book and announce it
    ///
    /// For example an extra inspection, training on request, planned support, or a second trip. The visits that the contract
    /// calls for are not affected; the record and report of this one are due under the same terms. Without --on, the visit
    /// takes place on the first day from tomorrow on which somebody is free; without --engineer, the site's own engineer
    /// makes it, or the nearest one who is free.
    #[command(
        after_help = "Examples:\n  ronda visit add MAD-1 --purpose inspection --why \"It stopped twice this week\"\n  \
                            ronda visit add MAD-1 --purpose training --why \"New operators\" --on 2026-03-12 --at 10:30 \
                            --engineer E-2 --json\n  \
                            ronda visit add MAD-1 --purpose call-out --why \"No power\" --contract C-1 --on 2026-03-14 --overrule"
    )]
    Add {
        /// The site, by its code
        site: SiteCode,
        /// The purpose: inspection, maintenance, training, follow-up, call-out or planned-support
        #[arg(long, value_parser = purpose)]
        purpose: Purpose,
        /// The reason, which everyone who is told of the visit reads
        #[arg(long, value_name = "TEXT")]
        why: String,
        /// The contract under which it is made, if several cover the site
        #[arg(long, value_name = "CODE")]
        contract: Option<ContractCode>,
        #[command(flatten)]
        to: To,
    },
    /// Move a visit, and notify everyone who was told of it
    ///
    /// A planned visit that nobody has been told of stays planned; it is announced as far ahead of its new date as its
    /// term says. `visit book` announces it at once, and so does --overrule.
    #[command(after_help = "Examples:\n  ronda visit move V12 --on 2026-03-12 --at 10:30\n  \
                            ronda visit move V12 --engineer E-2 --overrule --json")]
    Move {
        /// The visit's number, for example V12
        visit: VisitId,
        #[command(flatten)]
        to: To,
    },
    /// Cancel a visit, and tell everyone who knew of it why
    #[command(after_help = "Examples:\n  ronda visit cancel V12 --reason \"The plant is shut down that week\"\n  \
                            ronda visit cancel V12 --reason \"Contract ended\" --json")]
    Cancel {
        /// The visit's number, for example V12
        visit: VisitId,
        /// The reason, which the customer reads
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        form: OutputFormat,
    },
}

/// The new date, time and engineer.
#[derive(Debug, clap::Args)]
struct To {
    /// The date, at the site
    #[arg(long, value_name = "DATE")]
    on: Option<NaiveDate>,
    /// Local time at the site, HH:MM
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<NaiveTime>,
    /// The engineer, by code
    #[arg(long)]
    engineer: Option<EngineerCode>,
    /// Allow what breaks a rule: a day off, a full day, a missing skill, an engineer from afar, a date outside the
    /// window
    #[arg(long)]
    overrule: bool,
    #[command(flatten)]
    form: OutputFormat,
}

impl To {
    fn change(self) -> (AppointmentChange, Rules, OutputFormat) {
        let rules = if self.overrule { Rules::Overrule } else { Rules::Keep };
        (AppointmentChange { engineer: self.engineer, day: self.on, starts: self.at }, rules, self.form)
    }
}

/// Parses a purpose.
pub(super) fn purpose(word: &str) -> Result<Purpose, String> {
    Purpose::ALL.into_iter().find(|purpose| purpose.word() == word).ok_or_else(|| {
        let words: Vec<_> = Purpose::ALL.iter().map(|purpose| purpose.word()).collect();
        format!("use one of {}", words.join(", "))
    })
}

/// Converts a state's word, which clap has already checked.
#[expect(clippy::needless_pass_by_value, reason = "clap gives it")]
fn state(word: String) -> VisitStateWord {
    word.parse().expect("one of the possible values")
}

fn time(text: &str) -> Result<NaiveTime, String> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| "give a time of day as HH:MM".to_owned())
}

/// Runs the subcommands of `ronda visit`.
///
/// # Errors
/// A refusal with its remedy, or a failure of the store.
pub async fn run(office: &Acting, args: VisitArgs) -> anyhow::Result<()> {
    match args.verb {
        Verb::List { site, customer, engineer, state, purpose, unfit, from, through, limit, form } => {
            known::site(office, site.as_ref()).await?;
            known::customer(office, customer.as_ref()).await?;
            known::engineer(office, engineer.as_ref()).await?;
            if let (Some(first), Some(last)) = (from, through)
                && last < first
            {
                return Err(
                    Error::Refused(format!("--through {last} lies before --from {first}; exchange them")).into()
                );
            }
            let narrowed = Narrowed::default()
                .by("--site", site.as_ref())
                .by("--customer", customer.as_ref())
                .by("--engineer", engineer.as_ref())
                .by("--state", state.map(|state| state.into_str()))
                .by("--purpose", purpose.map(Purpose::word))
                .by("--from", from)
                .by("--through", through);
            let filter =
                VisitFilter { site, customer, engineer, state, purpose, from, through, ..VisitFilter::default() };
            if unfit {
                return list_unfit(office, &filter, form).await;
            }
            let list = PagedList {
                form,
                head: &["visit", "day", "time", "site", "purpose", "engineer", "state"],
                none: &narrowed.nothing("No visit", "There is no visit yet; `ronda plan` plans them."),
                limit,
                which: "first",
                rest: "See them with --limit or --from.",
            };
            let mut pages = VisitPages::of(&office.db, filter);
            let next = async |last: Option<&ListedVisit>, most| -> anyhow::Result<Vec<ListedVisit>> {
                let after = last.map(|listed| (listed.visit.state.appointment().day, listed.visit.id));
                let visits = pages.page(after, most).await?.into_iter().map(|stored| stored.visit);
                listed(office, visits.collect()).await
            };
            list.print(&mut Out::new(), line, next).await?;
        }
        Verb::Show { visit, form } => one(office, visit, form).await?,
        Verb::Rebook { visit, form } => settled(form, "booked anew", &take_proposal(office, visit).await?),
        Verb::Book { visit, to } => {
            let (change, rules, form) = to.change();
            known::engineer(office, change.engineer.as_ref()).await?;
            settled(form, "booked", &book(office, visit, &change, rules).await?);
        }
        Verb::Add { site, purpose, why, contract, to } => {
            known::site(office, Some(&site)).await?;
            known::contract(office, contract.as_ref()).await?;
            let (appointment, rules, form) = to.change();
            known::engineer(office, appointment.engineer.as_ref()).await?;
            let wanted = WantedVisit { site, purpose, why, contract, appointment };
            settled(form, "added and booked", &add_visit(office, &wanted, rules).await?);
        }
        Verb::Move { visit, to } => {
            let (change, rules, form) = to.change();
            if change.engineer.is_none() && change.day.is_none() && change.starts.is_none() {
                let what = "say what changes: --on DATE, --at TIME or --engineer CODE";
                return Err(Error::Refused(what.to_owned()).into());
            }
            known::engineer(office, change.engineer.as_ref()).await?;
            let moved = move_visit(office, visit, &change, rules).await?;
            settled(form, moved.state.word(), &moved);
            if !form.json && matches!(moved.state, VisitState::Planned { .. }) {
                let announce_on = named_visit(&office.db, visit).await?.announce_on;
                println!("Nobody was told yet; it is to be announced on {announce_on}.");
            }
        }
        Verb::Cancel { visit, reason, form } => settled(form, "cancelled", &cancel(office, visit, &reason).await?),
    }
    Ok(())
}

/// A visit as a list shows it.
#[derive(Debug, Serialize)]
struct ListedVisit {
    #[serde(flatten)]
    visit: Visit,
    /// Whether something that it could not inspect is still to be seen.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    incomplete: bool,
    /// Why it cannot take place as it is booked; left out where it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    unfit: Option<UnfitVisit>,
}

/// Visits with what is known against them.
async fn listed(office: &Acting, visits: Vec<Visit>) -> anyhow::Result<Vec<ListedVisit>> {
    let ids: Vec<VisitId> = visits.iter().map(|visit| visit.id).collect();
    let mut unfit = store::visits::unfit::of_visits(&office.db, &ids).await?;
    let waiting = store::visits::rest::waiting(&office.db).await?;
    let of = |visit: Visit| {
        let at = unfit.iter().position(|unfit| unfit.visit == visit.id);
        let incomplete = waiting.iter().any(|waiting| waiting.visit.id == visit.id);
        ListedVisit { unfit: at.map(|at| unfit.swap_remove(at)), incomplete, visit }
    };
    Ok(visits.into_iter().map(of).collect())
}

fn line(ListedVisit { visit, incomplete, unfit }: &ListedVisit) -> Vec<String> {
    let state = match unfit {
        Some(_) => format!("{}, unfit", visit.state.word()),
        None if *incomplete => format!("{}, incomplete", visit.state.word()),
        None => visit.state.word().to_owned(),
    };
    let appointment = visit.state.appointment();
    vec![
        visit.id.to_string(),
        appointment.day.format("%a %d %b %Y").to_string(),
        appointment.starts.format("%H:%M").to_string(),
        visit.site.to_string(),
        visit.purpose.word().to_owned(),
        appointment.engineer.to_string(),
        state,
    ]
}

fn settled(form: OutputFormat, what: &str, visit: &Visit) {
    if form.json {
        return show::json(visit);
    }
    let appointment = visit.state.appointment();
    println!(
        "{} {what}: {}, {} at {}, {}",
        visit.id,
        visit.site,
        appointment.day,
        appointment.starts.format("%H:%M"),
        appointment.engineer
    );
}

async fn one(office: &Acting, id: VisitId, form: OutputFormat) -> anyhow::Result<()> {
    let stored = named_visit(&office.db, id).await?;
    let told = store::letters::told::of_appointment(&office.db, id).await?;
    let answers = store::letters::received::answers(&office.db, id).await?;
    let report = store::reports::latest(&office.db, id).await?;
    let filing = store::reports::filing(&office.db, id).await?;
    let unfit = store::visits::unfit::find(&office.db, id).await?;
    let rest = ShownRest::of(office, &stored.visit).await?;
    let deadlines: Vec<VisitDeadline> = store::promises::all_of_visit(&office.db, id, stored.slot)
        .await?
        .into_iter()
        .map(|deadline| VisitDeadline::of(&deadline, office.clock.now()))
        .collect();
    let letters = LetterFilter { visit: Some(id), most: LETTERS_SHOWN, ..LetterFilter::default() };
    let mut letters: Vec<VisitLetter> =
        store::letters::list(&office.db, &letters).await?.into_iter().map(VisitLetter::of).collect();
    letters.reverse();
    if form.json {
        show::json(&serde_json::json!({
            "visit": stored.visit,
            "unfit": unfit,
            "not_inspected": rest.not_inspected,
            "rest": rest.visits,
            "told": told,
            "answers": answers,
            "report_sha256": report.as_ref().map(|report| &report.sha256),
            "filed_at": filing.as_ref().map(|filing| filing.filed_at),
            "deadlines": deadlines,
            "letters": letters,
        }));
        return Ok(());
    }
    settled(form, stored.visit.state.word(), &stored.visit);
    match stored.visit.number {
        0 => println!("contract {}, extra {}", stored.visit.contract, stored.visit.purpose.word()),
        number => println!("contract {}, {} no. {number}", stored.visit.contract, stored.visit.term),
    }
    match (&stored.visit.why, stored.visit.rest_of) {
        (Some(why), Some(first)) => println!("added for the rest of {first}: {why}"),
        (Some(why), None) => println!("added because: {why}"),
        (None, _) => {}
    }
    match &stored.visit.state {
        VisitState::Planned { .. } => println!("to be announced on {}", stored.announce_on),
        VisitState::Booked { announced_at, .. } => println!("announced {announced_at}"),
        VisitState::Done { completed_at, .. } => println!("completed {completed_at}"),
        VisitState::Cancelled { reason, cancelled_at, .. } => println!("cancelled {cancelled_at}: {reason}"),
    }
    print_rest(&rest);
    if let Some(unfit) = unfit {
        for why in &unfit.reasons {
            println!("cannot take place: {}", in_words(why));
        }
        println!("proposed: {}", proposed(&unfit));
    }
    for reader in told {
        println!("told: {} <{}>", reader.name, reader.email);
    }
    let sequence = stored.visit.state.sequence();
    let is_booked = matches!(stored.visit.state, VisitState::Booked { .. });
    for answer in answers {
        let to_earlier = if is_booked && answer.sequence != sequence { ", to an earlier time" } else { "" };
        let comment = answer.comment.map_or_else(String::new, |comment| format!(": {comment}"));
        let said = match answer.answer {
            Participation::Accepted => "confirmed by",
            Participation::Tentative => "may suit",
            Participation::Declined => "asked to move by",
        };
        println!("{said} {} <{}> {}{to_earlier}{comment}", answer.name, answer.email, answer.answered_at);
    }
    if let Some(report) = report {
        println!("report: revision {}, issued {}, {}", report.revision, report.issued_at, report.sha256);
    }
    if let Some(filing) = filing {
        println!("filed: {} {}", filing.filed_at, filed(&filing.how));
    }
    for VisitDeadline { deadline, owed, due_on, standing, .. } in deadlines {
        let due = due_on.map_or_else(|| "not counted".to_owned(), |day| format!("due {day}"));
        println!("deadline: {deadline} {}, {due}, {standing}", owed.word());
    }
    for VisitLetter { letter, notice, to, at, state } in letters {
        println!("letter: {letter} {notice} to {to}, {state} {}", at.format("%Y-%m-%d %H:%M UTC"));
    }
    Ok(())
}

/// Maximum number of letters shown with a visit, the latest first.
const LETTERS_SHOWN: u32 = 200;

/// A deadline, as shown with its visit.
#[derive(Debug, Serialize)]
struct VisitDeadline {
    deadline: DeadlineId,
    owed: Owed,
    due_on: Option<NaiveDate>,
    met_at: Option<Instant>,
    standing: &'static str,
}

impl VisitDeadline {
    fn of(deadline: &Deadline, now: Instant) -> VisitDeadline {
        let standing = match deadline.standing(now) {
            Standing::Open { .. } => "open",
            Standing::Late { .. } => "late",
            Standing::Met => "met",
            Standing::MetLate { .. } => "met late",
            Standing::Unknown => "cannot be counted",
            Standing::Waived => "waived",
            Standing::Held => "held",
            Standing::Withdrawn => "not owed any more",
        };
        let (owed, due_on, met_at) = (deadline.owed(), deadline.due.on(), deadline.met_at);
        VisitDeadline { deadline: deadline.id, owed, due_on, met_at, standing }
    }
}

/// A letter, as shown with its visit.
#[derive(Debug, Serialize)]
struct VisitLetter {
    letter: LetterId,
    notice: &'static str,
    to: String,
    /// When it was sent, given up, or first owed.
    at: Instant,
    state: &'static str,
}

impl VisitLetter {
    fn of(letter: Letter) -> VisitLetter {
        let at = letter.sent_at.or(letter.given_up_at).unwrap_or(letter.created_at);
        let (notice, state) = (letter.notice.word(), letter.state.word());
        VisitLetter { letter: letter.letter, notice, to: letter.to, at, state }
    }
}
