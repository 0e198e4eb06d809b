//! Visits that cannot take place as they are booked, and what is proposed instead.

use super::super::show::{self, OutputFormat};
use super::{ListedVisit, listed};
use domain::visits::VisitStateWord;
use domain::visits::fit::{Unfit, UnfitVisit};
use office::Acting;
use store::visits::VisitFilter;

/// Lists the visits that cannot take place as they are booked, with what is proposed.
pub(super) async fn list_unfit(office: &Acting, filter: &VisitFilter, form: OutputFormat) -> anyhow::Result<()> {
    let filter = VisitFilter { state: Some(VisitStateWord::Booked), only_unfit: true, ..filter.clone() };
    let visits = store::visits::list(&office.db, &filter).await?.into_iter().map(|stored| stored.visit);
    let found = listed(office, visits.collect()).await?;
    let row = |one: &ListedVisit| {
        let appointment = one.visit.state.appointment();
        let (why, proposed) = one.unfit.as_ref().map_or_else(Default::default, |unfit| {
            let why: Vec<String> = unfit.reasons.iter().map(in_words).collect();
            (why.join("; "), proposed(unfit))
        });
        vec![
            one.visit.id.to_string(),
            appointment.day.format("%a %d %b %Y").to_string(),
            one.visit.site.to_string(),
            appointment.engineer.to_string(),
            why,
            proposed,
        ]
    };
    let head = ["visit", "day", "site", "engineer", "why it cannot take place", "proposed"];
    show::list(form, &found, &head, row, "Every booked visit can take place.");
    Ok(())
}

pub(super) fn in_words(why: &Unfit) -> String {
    let named = |name: &str| if name.is_empty() { String::new() } else { format!(" ({name})") };
    match why {
        Unfit::EngineerGone => "the engineer is not there any more".to_owned(),
        Unfit::EngineerOff { day, name } => format!("the engineer does not work on {day}{}", named(name)),
        Unfit::LacksSkill { skill } => format!("the engineer lacks {skill}"),
        Unfit::CertificateEnds { skill, valid_until } => format!("the certificate for {skill} ends on {valid_until}"),
        Unfit::SiteClosed { day, name } => format!("the site is closed on {day}{}", named(name)),
        Unfit::NoEquipment => "nothing stands at the site that could be looked at".to_owned(),
    }
}

pub(super) fn proposed(unfit: &UnfitVisit) -> String {
    unfit.proposal.as_ref().map_or_else(
        || "nobody inside its window".to_owned(),
        |to| format!("{}, {} at {}", to.engineer, to.day, to.starts.format("%H:%M")),
    )
}
