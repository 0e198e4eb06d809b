//! Pages for deadlines: the list of what is owed, and for each deadline how its due date was counted.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use axum::extract::{Path, State};
use axum::response::Html;
use chrono::NaiveDate;
use minijinja::{Value as Given, context};

use crate::Desk;
use crate::error::WebError;
use crate::pages::draw;
use crate::words::Reads;
use domain::calendar::Calendar;
use domain::ids::{DeadlineId, SiteCode};
use domain::language::Language;
use domain::people::equipment::Site;
use domain::promises::account;
use domain::promises::{Deadline, Due, Standing, days_late};
use domain::wording::first_up;
use office::Office;
use office::promises::deadlines::Counter;
use office::promises::reports_without_record;
use store::promises::DeadlineFilter;
use store::promises::flag::StoredFlag;
use words::{Locales, Value};

/// Maximum number of deadlines on the list, the longest overdue first.
const MAX_LISTED: i64 = 200;

/// Open deadlines, earliest due date first.
pub(crate) async fn list(State(desk): State<Desk>, Reads(language): Reads) -> Result<Html<String>, WebError> {
    let office = desk.office();
    let filter = DeadlineFilter { only_open: true, limit: Some(MAX_LISTED), ..DeadlineFilter::default() };
    let found = store::promises::list(&office.db, &filter).await.map_err(anyhow::Error::from)?;
    let codes: BTreeSet<SiteCode> = found.iter().map(|deadline| deadline.site.clone()).collect();
    let codes: Vec<SiteCode> = codes.into_iter().collect();
    let sites = store::people::site::with_codes(&office.db, &codes).await.map_err(anyhow::Error::from)?;
    let sites: BTreeMap<&SiteCode, &Site> = sites.iter().map(|site| (&site.site, site)).collect();
    let no_record = reports_without_record(&office.db, &found).await.map_err(anyhow::Error::from)?;
    let line = |deadline: &Deadline| {
        let site = sites.get(&deadline.site)?;
        Some(summary(&office, &desk.locales, language, deadline, site, &no_record))
    };
    let lines: Vec<Given> = found.iter().filter_map(line).collect();
    draw(&desk, language, "deadlines.html", context! { lines })
}

/// One deadline, counted day by day.
pub(crate) async fn page(
    State(desk): State<Desk>,
    Reads(language): Reads,
    Path(number): Path<String>,
) -> Result<Html<String>, WebError> {
    let office = desk.office();
    let id = number.trim_start_matches(['D', 'd']).parse().map(DeadlineId).map_err(|_| WebError::NotFound)?;
    let found = store::promises::get(&office.db, id).await.map_err(anyhow::Error::from)?;
    let deadline = found.ok_or(WebError::NotFound)?;
    let site = site(&office, &deadline).await?.ok_or(WebError::NotFound)?;
    let customer = store::people::customer::find(&office.db, &deadline.customer).await.map_err(anyhow::Error::from)?;
    let moves = moves(&office, &desk.locales, language, id).await?;
    let flags = store::promises::flag::of(&office.db, id).await.map_err(anyhow::Error::from)?;
    let flags: Vec<Given> = flags.iter().map(flag).collect();
    let of_one = std::slice::from_ref(&deadline);
    let no_record = reports_without_record(&office.db, of_one).await.map_err(anyhow::Error::from)?;
    draw(
        &desk,
        language,
        "deadline.html",
        context! {
            moves, flags,
            line => summary(&office, &desk.locales, language, &deadline, &site, &no_record),
            customer => customer.map_or_else(|| deadline.customer.to_string(), |customer| customer.name),
            site => format!("{} · {}", site.name, site.site),
            since_on => deadline.since_on.to_string(),
            account => account_of(&desk.locales, language, &deadline),
        },
    )
}

async fn site(office: &Office, deadline: &Deadline) -> Result<Option<Site>, WebError> {
    Ok(store::people::site::find(&office.db, &deadline.site).await.map_err(anyhow::Error::from)?)
}

fn summary(
    office: &Office,
    locales: &Locales,
    language: Language,
    deadline: &Deadline,
    site: &Site,
    no_record: &HashSet<DeadlineId>,
) -> Given {
    let now = office.clock.now();
    let stands = deadline.standing(now);
    let counter = Counter::of(office, site, &deadline.terms);
    let today = site.time_zone.day(now);
    let owed = locales.say(language, "mail-owed-any", &[("owed", Value::text(deadline.owed().word()))]);
    let mut standing = in_words(locales, language, stands, deadline, today, counter.calendar.as_ref().ok());
    if no_record.contains(&deadline.id) {
        standing = format!("{standing} · {}", locales.say(language, "digest-waits-record", &[]));
    }
    context! {
        number => deadline.id.to_string(),
        what => format!("{} · {}", first_up(&owed), site.name),
        due_on => deadline.due.on().map(|day| day.to_string()),
        standing,
        is_late => matches!(stands, Standing::Late { .. }),
    }
}

fn due_on(locales: &Locales, language: Language, day: Option<NaiveDate>) -> String {
    day.map_or_else(|| locales.say(language, "ledger-not-counted", &[]), |day| words::date(language, day))
}

fn in_words(
    locales: &Locales,
    language: Language,
    stands: Standing,
    deadline: &Deadline,
    today: NaiveDate,
    calendar: Option<&Calendar>,
) -> String {
    let say = |key: &str| locales.say(language, key, &[]);
    match stands {
        Standing::Open { .. } => say("mail-standing-open"),
        Standing::Late { .. } => {
            let days = deadline.due.on().map_or(1, |due_on| days_late(due_on, today, calendar)).max(1);
            locales.say(language, "mail-standing-late", &[("days", Value::Number(f64::from(days)))])
        }
        Standing::Met => say("web-standing-met"),
        Standing::MetLate { .. } => say("web-standing-met-late"),
        Standing::Waived => say("web-standing-excused"),
        Standing::Held => say("web-standing-held"),
        Standing::Withdrawn => say("web-standing-withdrawn"),
        Standing::Unknown => say("ledger-not-counted"),
    }
}

/// Each day of the count, or why it cannot be counted.
fn account_of(locales: &Locales, language: Language, deadline: &Deadline) -> Given {
    let say = |key: &str, values: &[(&str, Value<'_>)]| locales.say(language, key, values);
    match &deadline.due {
        Due::Counted { ledger } => {
            let day = Value::owned(words::weekday_and_day(language, ledger.from));
            let entry = |entry: account::Entry| {
                let is_counted = match entry.is {
                    account::Counting::Yes => true,
                    account::Counting::No => false,
                };
                context! { days => entry.days, says => entry.says, is_counted }
            };
            let entries = account::entries(ledger, language, &say).into_iter().map(entry);
            context! {
                start => say("ledger-start", &[("day", day), ("owed", Value::text(deadline.owed().word()))]),
                entries => entries.collect::<Vec<_>>(),
                end => say("ledger-due", &[]),
                provisional => if ledger.provisional { say("ledger-provisional", &[]) } else { String::new() },
                calendar => format!("{} · {}", ledger.calendar, ledger.version),
            }
        }
        Due::Window { first_on, last_on } => {
            let days = [first_on, last_on].map(|day| Value::owned(words::date(language, *day)));
            let [first, last] = days;
            context! { start => say("web-window", &[("first", first), ("last", last)]) }
        }
        Due::Timed { on, .. } => context! { start => words::date(language, *on) },
        Due::Held => context! { start => say("web-standing-held", &[]) },
        Due::Unknown { why } => context! { start => format!("{}: {why}", say("ledger-not-counted", &[])) },
    }
}

/// A level that was reached, with its date: `late-2` is the second working day after the due date. A withdrawn flag
/// also says why.
fn flag(flag: &StoredFlag) -> Given {
    let (level, days) = match flag.level.rsplit_once('-') {
        Some((word, number)) => (word, number.parse().unwrap_or(0.0)),
        None => (flag.level.as_str(), 0.0),
    };
    let withdrawn = flag.withdrawn.as_ref().map(|(_, why)| why.word());
    context! { level, days, dated => flag.dated.to_string(), withdrawn }
}

/// The moves by changed calendars, one line each.
async fn moves(
    office: &Office,
    locales: &Locales,
    language: Language,
    id: DeadlineId,
) -> Result<Vec<String>, WebError> {
    let say = |key: &str, values: &[(&str, Value<'_>)]| locales.say(language, key, values);
    let stored = store::promises::deadline_move::of_deadline(&office.db, id).await.map_err(anyhow::Error::from)?;
    let line = |stored: store::promises::deadline_move::StoredMove| {
        let (was, is) = (due_on(locales, language, stored.moved.was_on), due_on(locales, language, stored.moved.is_on));
        let days = say("mail-digest-moved-from-to", &[("was", Value::owned(was)), ("is", Value::owned(is))]);
        format!("{days} · {}", account::reasons(&stored.moved.why, language, &say))
    };
    Ok(stored.into_iter().map(line).collect())
}
