//! `ronda check`: every problem of an office in one run: configuration, files, store, mail server.

mod characters;
mod layers;
mod recipients;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{Months, TimeDelta};
use serde::Serialize;

use super::{Furniture, Source, composer, existing, is_there, open_store, sealer, signer, transport};
use domain::letters::circuit::Circuit;
use domain::letters::notice::NoticeKind;
use domain::letters::stored::{RelayState, UnwritableLetter};
use domain::reports::Unreported;
use domain::time;
use domain::wording::counted;
use net::ping;
use office::clock::Clock;
use office::letters::tell_hotline::last_change;
use store::Db;
use world::checklists::Checklists;
use world::config::{Config, MailConfig};
use world::holidays::{Calendars, NoCalendar};
use world::plans::Plans;

/// Time limit for the mail server, whatever timeout is configured.
const MAIL_WITHIN: Duration = Duration::from_secs(60);

/// A canary is sent once a day and gets one hour to be delivered.
const CANARY_WITHIN: TimeDelta = TimeDelta::hours(25);
/// A report waits up to two hours for a time stamp; one outstanding for longer is stuck.
const DRAWN_WITHIN: TimeDelta = TimeDelta::hours(3);
/// A certificate that expires within this period should be renewed.
const EXPIRES_SOON: TimeDelta = TimeDelta::days(30);

/// The severity of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DiagnosticSeverity {
    /// Something does not work.
    Error,
    /// Something works less well than it could.
    Warning,
    /// Everything is in order; reported to show what was checked.
    Fine,
}

/// One finding of the check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    pub severity: DiagnosticSeverity,
    /// configuration, signing, calendars, plans, checklists, logo, letters, store, hotline, contacts, contracts, characters, reports,
    /// dkim, mail, watch
    pub area: &'static str,
    pub text: String,
}

/// The findings, in the order in which things were checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Findings {
    pub findings: Vec<Diagnostic>,
}

impl Findings {
    /// Whether any finding is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == DiagnosticSeverity::Error)
    }

    fn error(&mut self, area: &'static str, text: impl Into<String>) {
        self.findings.push(Diagnostic { severity: DiagnosticSeverity::Error, area, text: text.into() });
    }

    fn warning(&mut self, area: &'static str, text: impl Into<String>) {
        self.findings.push(Diagnostic { severity: DiagnosticSeverity::Warning, area, text: text.into() });
    }

    fn fine(&mut self, area: &'static str, text: impl Into<String>) {
        self.findings.push(Diagnostic { severity: DiagnosticSeverity::Fine, area, text: text.into() });
    }
}

/// Checks everything and reports all findings. Sends no mail.
pub async fn check(source: &Source, clock: &Clock) -> Findings {
    let mut found = Findings::default();
    let (config, problems) = Config::read_through(&source.choice, &source.environment);
    problems.iter().for_each(|problem| found.error("configuration", problem.to_string()));
    let Some(config) = config else { return found };
    match &config.file {
        Some(_) | None if !problems.is_empty() => {}
        Some(file) => found.fine("configuration", format!("{} is in order", file.display())),
        None => found.fine("configuration", "no ronda.toml; everything has its default"),
    }
    found.fine("configuration", format!("zone database {}", time::database_version()));
    if problems.spare("signing") {
        signing(&config, clock, &mut found);
    }
    let furniture = files(&config, &mut found);
    replies(&config, &mut found);
    forms(&config, &mut found);
    let unlooked = |what: &str| format!("{what} not checked: mend the configuration first");
    let opened = match problems.spare("database") {
        // Checking must not create an office because somebody has mistyped its folder.
        true if !config.dir.is_dir() => is_there(&config).map(|()| None).map_err(anyhow::Error::from),
        true => open_store(&config).await.map(Some),
        false => Ok(None),
    };
    match opened {
        Ok(None) => found.warning("store", unlooked("data are")),
        Ok(Some(db)) => {
            store(&db, &mut found).await;
            hotline(&db, &config, clock, &mut found).await;
            canary(&db, &config, clock, &mut found).await;
            if let Some(furniture) = &furniture {
                let gone_through = contents(&db, &config, furniture, clock, &mut found).await;
                gone_through.unwrap_or_else(|error| found.error("store", format!("{:#}", anyhow::Error::from(error))));
            }
            db.close().await;
        }
        Err(error) => found.error("store", format!("{error:#}")),
    }
    // The mail folder inside the office's folder is checked only if the office exists: the check would create it.
    let is_nowhere = matches!(config.mail, MailConfig::Folder(_)) && !config.dir.is_dir();
    match (problems.spare("mail"), is_nowhere) {
        (true, true) => {}
        (true, false) => mail(&config, &mut found).await,
        (false, _) => found.warning("mail", unlooked("mail servers are")),
    }
    watch(&config, &mut found);
    found
}

/// Checks that the certificate for signing reports is usable, and how long it stays valid.
fn signing(config: &Config, clock: &Clock, found: &mut Findings) {
    let signer = match sealer(config) {
        Ok(Some(sealer)) => sealer.signer,
        Ok(None) => return,
        Err(error) => return found.error("signing", format!("{error:#}")),
    };
    let (now, signatory) = (clock.now(), signer.signatory());
    let text = format!("{}, certificate valid until {}", signatory.name, signatory.valid_until.date_naive());
    if !signer.is_valid_at(now) {
        found.error("signing", format!("reports go out without a signature: {text}; put a new one in its place"));
    } else if signatory.valid_until < now + EXPIRES_SOON {
        found.warning("signing", format!("{text}; order the next one"));
    } else {
        found.fine("signing", text);
    }
}

fn files(config: &Config, found: &mut Findings) -> Option<Furniture> {
    let folders = &config.folders;
    let observed = config.observed.clone();
    let calendars = noted("calendars", Calendars::load_observing(existing(&folders.calendars), observed), found);
    if let Some(calendars) = &calendars {
        table(calendars, found);
    }
    let plans = noted("plans", Plans::load(existing(&folders.plans)), found);
    let checklists = noted("checklists", Checklists::load(existing(&folders.checklists)), found);
    let logo = match &config.company.logo {
        Some(_) => noted("logo", super::logo(config), found),
        None => Some(None),
    };
    let composer = noted("letters", composer(config), found);
    Some(Furniture { calendars: calendars?, plans: plans?, checklists: checklists?, logo: logo?, composer: composer? })
}

fn noted<T>(area: &'static str, loaded: Result<T, Vec<String>>, found: &mut Findings) -> Option<T> {
    match loaded {
        Ok(loaded) => {
            found.fine(area, "all files are in order");
            Some(loaded)
        }
        Err(mistakes) => {
            mistakes.into_iter().for_each(|mistake| found.error(area, mistake));
            None
        }
    }
}

/// Reports which holiday table is in use, and which of the administrator's files need attention.
fn table(calendars: &Calendars, found: &mut Findings) {
    let table = calendars.table();
    found.fine("calendars", format!("world's table {table}"));
    for own in &table.own {
        let country = &own.country;
        if !own.counts {
            let text = format!("{country}: your file is older than the program's own and does not count; take it out");
            found.warning("calendars", text);
        } else if !own.verified {
            found.warning("calendars", format!("{country}: your file has no sha256 and counts unverified"));
        }
    }
}

async fn store(db: &Db, found: &mut Findings) {
    let facts = async {
        let (engine, schema) = (store::health::engine_version(db).await?, store::health::schema_version(db).await?);
        Ok::<_, store::Error>((
            engine,
            schema,
            store::health::outbox(db).await?,
            store::letters::relay::troubled(db).await?,
            store::letters::owed::troubled(db).await?,
        ))
    };
    match facts.await {
        Ok((engine, schema, outbox, troubled, not_written)) => {
            found.fine("store", format!("{} {engine}, schema {schema}", db.engine()));
            for RelayState { relay, circuit } in troubled {
                match circuit {
                    Circuit::Closed { .. } => {}
                    Circuit::Open { since, said, .. } => {
                        let since = since.format("%Y-%m-%d %H:%M UTC");
                        found.warning("mail", format!("{relay} has been away since {since}; it said last: {said}"));
                    }
                }
            }
            if outbox.undelivered > 0 {
                let letters = counted(outbox.undelivered, "undelivered letter");
                let text = format!("{letters}; see `ronda letters list --state undelivered`");
                found.warning("store", text);
            }
            for UnwritableLetter { letter, notice, why, .. } in not_written {
                found.error("letters", format!("{letter} ({notice}) cannot be written, and is tried again: {why}"));
            }
        }
        Err(error) => found.error("store", format!("{:#}", anyhow::Error::from(error))),
    }
}

/// Customers who do not know the hotline number yet (P19).
async fn hotline(db: &Db, config: &Config, clock: &Clock, found: &mut Findings) {
    let now = clock.now();
    match last_change(db, &config.company, now).await {
        Ok(None) => {}
        Ok(Some(change)) => {
            let untold: Vec<String> = change.untold().map(|customer| customer.customer.to_string()).collect();
            let text = format!("the number of {} is not known to {}", change.changed_on, untold.join(", "));
            let is_late = config.company.time_zone.day(now) > change.due_on;
            match untold.len() {
                0 => found.fine("hotline", format!("every customer knows the number of {}", change.changed_on)),
                _ if is_late => found.error("hotline", format!("{text}; they were to be told by {}", change.due_on)),
                _ => found.warning("hotline", format!("{text}; they are to be told by {}", change.due_on)),
            }
        }
        Err(error) => found.error("hotline", format!("{:#}", anyhow::Error::from(error))),
    }
}

/// Whether anybody reads replies to letters.
fn replies(config: &Config, found: &mut Findings) {
    let address = config.company.reply_to.as_ref().unwrap_or(&config.company.email);
    let local = address.split('@').next().unwrap_or_default().to_lowercase().replace(['-', '_', '.'], "");
    if ["noreply", "donotreply", "noresponder", "noreponder"].iter().any(|word| local.contains(word)) {
        let text = format!("letters ask to be answered, and answers go to {address}; set company.reply_to");
        found.warning("letters", text);
    }
}

/// Whether engineers can fill in records without a signal: browsers keep a page offline only if it came over HTTPS.
fn forms(config: &Config, found: &mut Findings) {
    let Some(public) = &config.web.public else {
        let text = "web.public_url is not set: letters carry no link to the form on which engineers fill records in";
        return found.fine("forms", text);
    };
    let is_here = ["http://localhost", "http://127.0.0.1"].iter().any(|here| public.url.starts_with(here));
    if public.url.starts_with("https://") || is_here {
        found.fine("forms", format!("engineers fill records in at {}", public.url));
    } else {
        let text =
            format!("{} is not https: browsers keep the form for use without signal from https alone", public.url);
        found.warning("forms", text);
    }
}

/// Whether the canary letter was accepted within the last day.
async fn canary(db: &Db, config: &Config, clock: &Clock, found: &mut Findings) {
    if config.watch.canary.is_none() {
        return;
    }
    match store::letters::last_sent(db, NoticeKind::Canary).await {
        Ok(Some(at)) if clock.now() - at <= CANARY_WITHIN => {
            found.fine("watch", format!("the last canary was accepted at {}", at.format("%Y-%m-%d %H:%M UTC")));
        }
        Ok(Some(at)) => {
            let at = at.format("%Y-%m-%d %H:%M UTC");
            found.warning(
                "watch",
                format!("no canary was accepted since {at}; see `ronda letters list --notice canary`"),
            );
        }
        Ok(None) => found.warning("watch", "no canary was accepted yet"),
        Err(error) => found.error("watch", format!("{:#}", anyhow::Error::from(error))),
    }
}

/// One finding for each calendar in use that is missing or incomplete, with those affected.
async fn calendars_in_use(
    db: &Db,
    config: &Config,
    furniture: &Furniture,
    clock: &Clock,
    found: &mut Findings,
) -> store::Result<()> {
    let needed_through = clock.now().date_naive() + Months::new(config.planning.horizon_months);
    let mut waiting: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut wants = |code: &str, who: String| {
        if furniture.calendars.listed(code).is_err() {
            waiting.entry(code.to_owned()).or_default().push(who);
        }
    };
    wants(&config.company.calendar, "the company".to_owned());
    for engineer in store::people::engineer::all(db).await? {
        wants(&engineer.calendar, format!("engineer {}", engineer.engineer));
    }
    for manager in store::people::manager::all(db).await? {
        wants(&manager.calendar, format!("manager {}", manager.manager));
    }
    let (mut national, mut regionless) = (BTreeMap::<String, Vec<String>>::new(), BTreeMap::<_, Vec<String>>::new());
    let mut known_through = BTreeSet::new();
    for site in store::people::site::all(db).await? {
        let code = site.calendar_code();
        match furniture.calendars.of_site(&site) {
            Err(missing) => waiting.entry(missing.code).or_default().push(format!("site {}", site.site)),
            Ok(calendar) => {
                if furniture.calendars.wants_subdivision(&site) {
                    regionless.entry(site.country.clone()).or_default().push(site.site.to_string());
                }
                if furniture.calendars.is_national_only(&site) {
                    national.entry(code).or_default().push(format!("site {}", site.site));
                }
                if calendar.known_through() < needed_through {
                    known_through.insert((site.country, calendar.known_through()));
                }
            }
        }
    }
    for (code, who) in waiting {
        let why = furniture
            .calendars
            .listed(&code)
            .err()
            .map_or_else(|| NoCalendar { code }.to_string(), |why| why.to_string());
        found.error("calendars", format!("{why}; {} for it", are_waiting(&who)));
    }
    for (code, who) in national {
        let text = format!("{code} has no calendar of its own, the national one counts; {} for it", are_waiting(&who));
        found.warning("calendars", text);
    }
    for (country, who) in regionless {
        let text = format!("{country} without a subdivision misses regional holidays: {}", sites_named(&who));
        found.warning("calendars", text);
    }
    for (country, through) in known_through {
        let text = format!("{country}: holidays are known through {through}, plans reach to {needed_through}");
        found.warning("calendars", text);
    }
    Ok(())
}

/// "3 wait (site A, site B, engineer C)"; a long list is truncated, with its length.
fn are_waiting(who: &[String]) -> String {
    const NAMED: usize = 4;
    let named = who.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let waits = if who.len() == 1 { "waits" } else { "wait" };
    match who.len().checked_sub(NAMED) {
        None | Some(0) => format!("{} {waits} ({named})", who.len()),
        Some(more) => format!("{} {waits} ({named} and {more} more)", who.len()),
    }
}

/// "2 sites (A, B)"; a long list is truncated, with its length.
fn sites_named(sites: &[String]) -> String {
    const NAMED: usize = 8;
    let named = sites.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let word = if sites.len() == 1 { "site" } else { "sites" };
    match sites.len().saturating_sub(NAMED) {
        0 => format!("{} {word} ({named})", sites.len()),
        more => format!("{} {word} ({named} and {more} more)", sites.len()),
    }
}

/// Records whose report should have been drawn by now.
async fn undrawn(db: &Db, clock: &Clock, found: &mut Findings) -> store::Result<()> {
    const NAMED: i64 = 20;
    let now = clock.now();
    for Unreported { visit, ready_at, .. } in store::reports::unreported(db, now, NAMED).await? {
        if now - ready_at > DRAWN_WITHIN {
            let since = ready_at.format("%Y-%m-%d %H:%M UTC");
            found.error(
                "reports",
                format!("{} could be drawn since {since} and is not; the log of `ronda serve` says why", visit),
            );
        }
    }
    Ok(())
}

/// Checks the contents of the store against the files that it refers to.
async fn contents(
    db: &Db,
    config: &Config,
    furniture: &Furniture,
    clock: &Clock,
    found: &mut Findings,
) -> store::Result<()> {
    calendars_in_use(db, config, furniture, clock, found).await?;
    let (today, horizon) = (clock.now().date_naive(), Months::new(config.planning.horizon_months));
    layers::layers(db, &furniture.calendars, today, horizon, found).await?;
    characters::look(db, config, furniture, found).await?;
    undrawn(db, clock, found).await?;
    recipients::look(db, furniture, today, found).await?;
    for contract in store::people::contract::all(db).await? {
        if let Err(why) = furniture.plans.terms(&contract) {
            found.error("contracts", format!("contract {}: {why}", contract.contract));
        }
    }
    for machine in store::people::equipment::all(db).await? {
        if furniture.checklists.get(&machine.checklist).is_none() {
            let text = format!("equipment {}: there is no checklist {:?}", machine.equipment, machine.checklist);
            found.error("checklists", text);
        }
    }
    Ok(())
}

fn watch(config: &Config, found: &mut Findings) {
    match &config.watch.canary {
        Some(canary) => {
            found.fine("watch", format!("a letter a day to {}, at {}", canary.to, canary.at.format("%H:%M")))
        }
        None => found.fine("watch", "no canary; write watch.canary = \"06:00\" for a letter a day to yourself"),
    }
    match &config.watch.ping {
        None => {}
        Some(service) => match ping::check_address(service.address.reveal()) {
            Ok(()) => found.fine("watch", "a service is told after each good day"),
            Err(error) => found.error("watch", format!("watch.ping: {error:#}")),
        },
    }
}

async fn mail(config: &Config, found: &mut Findings) {
    for dkim in &config.dkim {
        match signer(dkim) {
            Ok(signer) => {
                let (name, record) = (signer.record_name(), signer.record());
                found.fine("dkim", format!("signs with {}; publish: {name}. TXT \"{record}\"", signer.algorithm()));
            }
            Err(error) => found.error("dkim", format!("{error:#}")),
        }
    }
    let transport = match transport(&config.mail) {
        Ok(transport) => transport,
        Err(error) => return found.error("mail", format!("{error:#}")),
    };
    for hop in transport.hops() {
        match tokio::time::timeout(MAIL_WITHIN, hop.check()).await {
            Ok(Ok(())) => found.fine("mail", format!("{} takes letters", hop.name())),
            Ok(Err(error)) => found.error("mail", format!("{}: {error:#}", hop.name())),
            Err(_) => found.error("mail", format!("{}: no answer in {MAIL_WITHIN:?}", hop.name())),
        }
    }
}

#[cfg(test)]
mod tests;
