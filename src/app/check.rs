//! Everything that is wrong with an office, found in one run: configuration, files, store, mail server.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::Months;
use serde::Serialize;

use super::{Furniture, Source, existing, open_store, sealer, transport};
use crate::checklists::Checklists;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{self, Db};
use crate::domain::zone;
use crate::holidays::{Calendars, NoCalendar};
use crate::plans::Plans;

/// The longest that the mail server may take, whatever its own timeout is.
const MAIL_WITHIN: Duration = Duration::from_secs(60);

/// A certificate that ends within this time is to be renewed.
const EXPIRES_SOON: chrono::TimeDelta = chrono::TimeDelta::days(30);

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something does not work.
    Error,
    /// Something works less well than it could.
    Warning,
    /// As it should be; said so that one sees what was looked at.
    Fine,
}

/// One thing that the check has to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub severity: Severity,
    /// configuration, signing, calendars, plans, checklists, store, contracts, mail
    pub area: &'static str,
    pub text: String,
}

/// What was found, in the order in which it was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Findings {
    pub findings: Vec<Finding>,
}

impl Findings {
    /// Whether anything does not work.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }

    fn error(&mut self, area: &'static str, text: impl Into<String>) {
        self.findings.push(Finding { severity: Severity::Error, area, text: text.into() });
    }

    fn warning(&mut self, area: &'static str, text: impl Into<String>) {
        self.findings.push(Finding { severity: Severity::Warning, area, text: text.into() });
    }

    fn fine(&mut self, area: &'static str, text: impl Into<String>) {
        self.findings.push(Finding { severity: Severity::Fine, area, text: text.into() });
    }
}

/// Looks at everything and reports all of it. Sends no mail.
pub async fn check(source: &Source, clock: &Clock) -> Findings {
    let mut found = Findings::default();
    let config = match source.read() {
        Ok(config) => config,
        Err(problems) => {
            problems.iter().for_each(|problem| found.error("configuration", problem.to_string()));
            return found;
        }
    };
    match &config.file {
        Some(file) => found.fine("configuration", format!("{} is in order", file.display())),
        None => found.fine("configuration", "no ronda.toml; everything has its default"),
    }
    found.fine("configuration", format!("zone database {}", zone::database_version()));
    signing(&config, clock, &mut found);
    let furniture = files(&config, &mut found);
    match open_store(&config).await {
        Ok(db) => {
            store(&db, &mut found).await;
            if let Some(furniture) = &furniture {
                let gone_through = contents(&db, &config, furniture, clock, &mut found).await;
                gone_through.unwrap_or_else(|error| found.error("store", format!("{:#}", anyhow::Error::from(error))));
            }
            db.close().await;
        }
        Err(error) => found.error("store", format!("{error:#}")),
    }
    mail(&config, &mut found).await;
    found
}

/// The certificate that reports are signed with: whether it can be used, and for how long.
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
    let calendars = noted("calendars", Calendars::load(existing(&folders.calendars)), found);
    let plans = noted("plans", Plans::load(existing(&folders.plans)), found);
    let checklists = noted("checklists", Checklists::load(existing(&folders.checklists)), found);
    Some(Furniture { calendars: calendars?, plans: plans?, checklists: checklists? })
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

async fn store(db: &Db, found: &mut Findings) {
    let facts = async {
        let (engine, schema) = (db::store::engine_version(db).await?, db::store::schema_version(db).await?);
        Ok::<_, db::Error>((engine, schema, db::store::outbox(db).await?))
    };
    match facts.await {
        Ok((engine, schema, outbox)) => {
            found.fine("store", format!("{} {engine}, schema {schema}", db.engine()));
            if outbox.undelivered > 0 {
                let text = format!("{} letters are undelivered; see `ronda letters --undelivered`", outbox.undelivered);
                found.warning("store", text);
            }
        }
        Err(error) => found.error("store", format!("{:#}", anyhow::Error::from(error))),
    }
}

/// Calendars that somebody counts on: a line for each that is missing or knows too little, with who waits for it.
async fn calendars_in_use(
    db: &Db,
    config: &Config,
    furniture: &Furniture,
    clock: &Clock,
    found: &mut Findings,
) -> db::Result<()> {
    let needed_through = clock.now().date_naive() + Months::new(config.planning.horizon_months);
    let mut waiting: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut wants = |code: &str, who: String| {
        if furniture.calendars.named(code).is_err() {
            waiting.entry(code.to_owned()).or_default().push(who);
        }
    };
    wants(&config.company.calendar, "the company".to_owned());
    for engineer in db::engineer::all(db).await? {
        wants(&engineer.calendar, format!("engineer {}", engineer.engineer));
    }
    for manager in db::manager::all(db).await? {
        wants(&manager.calendar, format!("manager {}", manager.manager));
    }
    let (mut national, mut known_through) = (BTreeMap::<String, Vec<String>>::new(), BTreeSet::new());
    for site in db::site::all(db).await? {
        let code = site.calendar_code();
        match furniture.calendars.of_site(&site) {
            Err(missing) => waiting.entry(missing.code).or_default().push(format!("site {}", site.site)),
            Ok(calendar) => {
                if !calendar.code().starts_with(&code) {
                    national.entry(code).or_default().push(format!("site {}", site.site));
                }
                if calendar.known_through() < needed_through {
                    known_through.insert((site.country, calendar.known_through()));
                }
            }
        }
    }
    for (code, who) in waiting {
        found.error("calendars", format!("{}; {} for it", NoCalendar { code }, are_waiting(&who)));
    }
    for (code, who) in national {
        let text = format!("{code} has no calendar of its own, the national one counts; {} for it", are_waiting(&who));
        found.warning("calendars", text);
    }
    for (country, through) in known_through {
        let text = format!("{country}: holidays are known through {through}, plans reach to {needed_through}");
        found.warning("calendars", text);
    }
    Ok(())
}

/// "3 wait (site A, site B, engineer C)"; a long list is cut, with its length.
fn are_waiting(who: &[String]) -> String {
    const NAMED: usize = 4;
    let named = who.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match who.len().checked_sub(NAMED) {
        None | Some(0) => format!("{} wait ({named})", who.len()),
        Some(more) => format!("{} wait ({named} and {more} more)", who.len()),
    }
}

/// What the store holds, against the files that it refers to.
async fn contents(
    db: &Db,
    config: &Config,
    furniture: &Furniture,
    clock: &Clock,
    found: &mut Findings,
) -> db::Result<()> {
    calendars_in_use(db, config, furniture, clock, found).await?;
    for contract in db::contract::all(db).await? {
        if let Err(why) = furniture.plans.terms(&contract) {
            found.error("contracts", format!("contract {}: {why}", contract.contract));
        }
    }
    for machine in db::equipment::all(db).await? {
        if furniture.checklists.get(&machine.checklist).is_none() {
            let text = format!("equipment {}: there is no checklist {:?}", machine.equipment, machine.checklist);
            found.error("checklists", text);
        }
    }
    Ok(())
}

async fn mail(config: &Config, found: &mut Findings) {
    let transport = match transport(&config.mail) {
        Ok(transport) => transport,
        Err(error) => return found.error("mail", format!("{error:#}")),
    };
    match tokio::time::timeout(MAIL_WITHIN, transport.check()).await {
        Ok(Ok(())) => found.fine("mail", format!("{} takes letters", transport.relay())),
        Ok(Err(error)) => found.error("mail", format!("{}: {error:#}", transport.relay())),
        Err(_) => found.error("mail", format!("{}: no answer in {MAIL_WITHIN:?}", transport.relay())),
    }
}
