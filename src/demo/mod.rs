//! The demo: a company of 25 sites in four countries goes through a quarter, by the daemon's own code, a
//! simulated clock and a mail server with moods.

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

/// The files of the demo's company, as `ronda import` takes them.
pub const FILES: [(&str, &str); 7] = [
    ("customers.csv", include_str!("../../templates/demo/customers.csv")),
    ("sites.csv", include_str!("../../templates/demo/sites.csv")),
    ("contacts.csv", include_str!("../../templates/demo/contacts.csv")),
    ("engineers.csv", include_str!("../../templates/demo/engineers.csv")),
    ("managers.csv", include_str!("../../templates/demo/managers.csv")),
    ("equipment.csv", include_str!("../../templates/demo/equipment.csv")),
    ("contracts.csv", include_str!("../../templates/demo/contracts.csv")),
];

/// The grid on which the simulated daemon beats. Between two of its moments the demo jumps over those at which nobody does
/// anything and nothing is due.
const STEP: TimeDelta = TimeDelta::minutes(30);

/// The first moment of the simulated quarter: a Monday morning before anyone is at work.
///
/// # Panics
/// Never: the moment exists.
#[must_use]
pub fn begins_at() -> Instant {
    "2026-01-12T03:00:00Z".parse().expect("a moment that exists")
}

/// The clock of a demo with this seed.
#[must_use]
pub fn clock(seed: u64) -> Clock {
    Clock::simulated(begins_at(), seed)
}

/// What happens while the quarter goes by.
#[derive(Debug)]
pub enum DemoProgress<'a> {
    /// Something worth a line.
    Event(&'a TimelineEvent),
    /// A week is over: its last day, and how things stand.
    Week(Date, &'a Summary),
}

/// Lets `months` go by from the clock's present, and says how it went.
///
/// # Errors
/// When the office fails.
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
        office.clock.advance_to(on_the_grid(office.clock.now(), wakes_at.expect("the end is one of them")));
        if office.clock.now() >= week_ends {
            lay_out_reports(office).await?;
            tell(DemoProgress::Week((week_ends - Days::new(1)).date_naive(), &Summary::of(office, begin).await?));
            week_ends = week_ends + Days::new(7);
        }
    }
    lay_out_reports(office).await?;
    Summary::of(office, begin).await
}

/// The first moment of the grid after `now`, which is one of its own, that is not before `at`.
fn on_the_grid(now: Instant, at: Instant) -> Instant {
    let mut next = now + STEP;
    while next < at {
        next += STEP;
    }
    next
}

/// A visit whose record nobody has filled in yet, and the link to its form.
#[derive(Debug)]
pub struct FormToFillIn {
    pub visit: VisitId,
    pub site: String,
    pub address: String,
}

/// The form of the next booked visit that has a checklist to go through; None where none is booked.
///
/// # Errors
/// When the office fails.
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

/// Puts every report under a name that a person can read into the folder's `reports`, beside `letters`.
///
/// # Errors
/// When the folder cannot be written.
async fn lay_out_reports(office: &Office) -> anyhow::Result<()> {
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

/// Whoever acts in the demo: its office's people type commands.
#[must_use]
pub fn owner() -> Actor {
    Actor::User { name: "demo".to_owned(), runs_as: None, says: None }
}
