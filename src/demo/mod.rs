//! The demo: simulates a quarter of a company with 25 sites in four countries, using the daemon's own code, a simulated
//! clock and an unreliable mail server.

mod chance;
mod form;
mod photo;
mod summary;
mod world;

use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::{Days, Months, TimeDelta};

pub use self::world::{TimelineEvent, World};
pub use summary::Summary;

use domain::access::Actor;
use domain::ids::VisitId;
use domain::records::answers_for_all;
use domain::reports::ReportLine;
use domain::visits::VisitState;
use domain::wording::in_file_names;
use domain::{Date, Instant};
use office::Office;
use office::access::form_links::new_form_link;
use office::clock::Clock;
use office::heartbeat;

/// The import files of the demo's company, in the format of `ronda import`.
pub const FILES: [(&str, &str); 7] = [
    ("customers.csv", include_str!("../../templates/demo/customers.csv")),
    ("sites.csv", include_str!("../../templates/demo/sites.csv")),
    ("contacts.csv", include_str!("../../templates/demo/contacts.csv")),
    ("engineers.csv", include_str!("../../templates/demo/engineers.csv")),
    ("managers.csv", include_str!("../../templates/demo/managers.csv")),
    ("equipment.csv", include_str!("../../templates/demo/equipment.csv")),
    ("contracts.csv", include_str!("../../templates/demo/contracts.csv")),
];

/// The interval at which the simulated daemon beats. The demo skips beats at which nobody acts and nothing is due.
const STEP: TimeDelta = TimeDelta::minutes(30);

/// The start of the simulated quarter: a Monday morning before anyone is at work.
///
/// # Panics Never: the date and time are valid.
#[must_use]
pub fn begins_at() -> Instant {
    "2026-01-12T03:00:00Z".parse().expect("a moment that exists")
}

/// The simulated clock for this seed.
#[must_use]
pub fn clock(seed: u64) -> Clock {
    Clock::simulated(begins_at(), seed)
}

/// Progress of the simulation.
#[derive(Debug)]
pub enum DemoProgress<'a> {
    /// An event worth reporting.
    Event(&'a TimelineEvent),
    /// The end of a week: its last day, and the summary so far.
    Week(Date, &'a Summary),
}

/// Simulates `months` from the clock's current time, and returns the summary.
///
/// # Errors
/// If the office fails.
pub async fn run(
    office: &Office,
    seed: u64,
    months: u32,
    tell: &mut (dyn FnMut(DemoProgress<'_>) + Send),
) -> anyhow::Result<Summary> {
    let begin = office.clock.now();
    let end = begin + Months::new(months);
    let mut world = World::new(seed);
    let mut week_ends = begin + Days::new(7);
    while office.clock.now() < end {
        for event in world.act(office).await? {
            tell(DemoProgress::Event(&event));
        }
        let beat = heartbeat::beat(office).await;
        if let Some(name) = beat.troubled().next() {
            anyhow::bail!("the daemon could not {name}: {:?}", beat.done);
        }
        let due_at = heartbeat::next_moment::next_moment(office).await?;
        let wakes_at = due_at.into_iter().chain([world.acts_next_at(office.clock.now()), week_ends, end]).min();
        office.clock.advance_to(next_beat(office.clock.now(), wakes_at.expect("the end is one of them")));
        if office.clock.now() >= week_ends {
            copy_reports(office).await?;
            tell(DemoProgress::Week((week_ends - Days::new(1)).date_naive(), &Summary::of(office, begin).await?));
            week_ends = week_ends + Days::new(7);
        }
    }
    copy_reports(office).await?;
    Summary::of(office, begin).await
}

/// The first beat after `now`, itself a beat, that is not before `at`.
fn next_beat(now: Instant, at: Instant) -> Instant {
    let mut next = now + STEP;
    while next < at {
        next += STEP;
    }
    next
}

/// A visit whose record has not been filled in yet, and the link to its form.
#[derive(Debug)]
pub struct FormToFillIn {
    pub visit: VisitId,
    pub site: String,
    pub address: String,
}

/// The form of the next booked visit that has a checklist; `None` if none is booked.
///
/// # Errors
/// If the office fails.
pub async fn form_to_fill_in(office: &Office) -> anyhow::Result<Option<FormToFillIn>> {
    let filter = store::visits::VisitFilter { from: Some(office.today()), ..store::visits::VisitFilter::default() };
    let booked = store::visits::list(&office.db, &filter).await?.into_iter().map(|stored| stored.visit);
    let next =
        booked.filter(|visit| matches!(visit.state, VisitState::Booked { .. }) && answers_for_all(visit.purpose));
    let Some(visit) = next.min_by_key(|visit| visit.state.appointment().day) else { return Ok(None) };
    let site = store::people::site::find(&office.db, &visit.site)
        .await?
        .map_or_else(|| visit.site.to_string(), |site| site.name);
    let address = new_form_link(&office.acting(owner()), visit.id).await?.address;
    Ok(Some(FormToFillIn { visit: visit.id, site, address }))
}

/// Copies every report under a readable name to `reports` in the office's folder, next to `letters`.
///
/// # Errors
/// If the folder cannot be written to.
async fn copy_reports(office: &Office) -> anyhow::Result<()> {
    let folder = office.config.dir.join("reports");
    tokio::fs::create_dir_all(&folder).await.with_context(|| format!("cannot make {}", folder.display()))?;
    for report in store::reports::list(&office.db, None, None, 1_000_000).await? {
        let Some(site) = store::people::site::find(&office.db, &report.site).await? else { continue };
        let target = folder.join(file_name(&report, &site.name, site.time_zone.day(report.issued_at)));
        put_file(&office.documents.path(&report.sha256), &target).await?;
    }
    Ok(())
}

fn file_name(report: &ReportLine, site: &str, day: Date) -> String {
    let place = in_file_names(site);
    format!("{day} {} - {place} - {}.pdf", report.kind.word(), report.visit)
}

async fn put_file(from: &Path, to: &PathBuf) -> anyhow::Result<()> {
    if !tokio::fs::try_exists(to).await? {
        tokio::fs::copy(from, to).await.with_context(|| format!("cannot write {}", to.display()))?;
    }
    Ok(())
}

/// The actor of the demo: its office staff use the command line.
#[must_use]
pub fn owner() -> Actor {
    Actor::User { name: "demo".to_owned(), runs_as: None, says: None }
}
