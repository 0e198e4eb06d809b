//! The administrator's closures on top of a country's days: for a town, the company, a customer, a site or an engineer.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::closures::{Applies, ByOwner, Closure, covers};
use super::{Calendars, NoCalendar, finished};
use domain::calendar::{Calendar, CalendarParts, HalfDays, Together};
use domain::contract::CountedOn;
use domain::ids::{CustomerCode, EngineerCode, SiteCode};
use domain::people::Engineer;
use domain::people::equipment::{Site, plain_place};

/// All closures, grouped by whom they apply to, in file order.
#[derive(Debug, Default)]
pub(super) struct Layers {
    /// Closures for everybody on a calendar.
    of_all: Vec<Closure>,
    towns: Vec<Town>,
    customers: ByOwner<CustomerCode>,
    sites: ByOwner<SiteCode>,
    engineers: ByOwner<EngineerCode>,
}

/// The closures of a town, under one calendar by which it can be named.
#[derive(Debug)]
struct Town {
    calendar: String,
    name: String,
    closures: Vec<Closure>,
}

/// A layer on top of a calendar: its part of the calendar's code, and its closures.
type Own<'a> = (String, &'a [Closure]);

impl Layers {
    pub(super) fn of(closures: Vec<Closure>) -> Layers {
        let mut layers = Layers::default();
        for closure in closures {
            match closure.applies.clone() {
                Applies::Company | Applies::Calendar(_) => layers.of_all.push(closure),
                Applies::Municipality { calendar, town } => layers.add_to_town(calendar, town, closure),
                Applies::Customer(customer) => layers.customers.entry(customer).or_default().push(closure),
                Applies::Site(site) => layers.sites.entry(site).or_default().push(closure),
                Applies::Engineer(engineer) => layers.engineers.entry(engineer).or_default().push(closure),
            }
        }
        layers
    }

    fn add_to_town(&mut self, calendar: String, name: String, closure: Closure) {
        let place = plain_place(&name);
        match self.towns.iter_mut().find(|town| town.calendar == calendar && plain_place(&town.name) == place) {
            Some(town) => town.closures.push(closure),
            None => self.towns.push(Town { calendar, name, closures: vec![closure] }),
        }
    }

    /// Applies the closures that affect everybody on the calendar with this code.
    pub(super) fn close_for_all(&self, code: &str, parts: &mut CalendarParts) {
        for closure in self.of_all.iter().filter(|closure| closure.applies.concerns(code)) {
            closure.close(parts);
        }
    }

    /// The layers of a site's town, customer and the site itself, if they have closures.
    fn of_site(&self, site: &Site, code: &str) -> Vec<Own<'_>> {
        let mut own: Vec<Own<'_>> = self
            .towns_of(site, code)
            .map(|town| ("municipality", &*town.name, &*town.closures))
            .map(labelled)
            .collect();
        let named = [
            ("customer", site.customer.as_str(), self.customers.get(&site.customer)),
            ("site", site.site.as_str(), self.sites.get(&site.site)),
        ];
        for (whose, name, found) in named {
            own.extend(found.map(|closures| labelled((whose, name, closures))));
        }
        own
    }

    /// The entries for a site's town, on the calendar with this code.
    fn towns_of<'a>(&'a self, site: &Site, code: &str) -> impl Iterator<Item = &'a Town> + use<'a> {
        let (place, code) = (plain_place(&site.municipality), code.to_owned());
        self.towns
            .iter()
            .filter(move |town| !place.is_empty() && covers(&town.calendar, &code) && plain_place(&town.name) == place)
    }
}

fn labelled<'a>((whose, name, closures): (&str, &str, &'a [Closure])) -> Own<'a> {
    (format!("+{whose}:{name}"), closures)
}

impl Calendars {
    /// A site's calendar on top of `base`, that of its country and subdivision. Sites with the same days share one.
    pub(super) fn layered_for_site(&self, base: &Calendar, site: &Site) -> Calendar {
        self.layered(base, &self.layers.of_site(site, base.code()))
    }

    /// An engineer's working days: those of their calendar, minus their own days off.
    ///
    /// # Errors
    /// [`NoCalendar`] if the country is unknown.
    pub fn of_engineer(&self, engineer: &Engineer) -> Result<Calendar, NoCalendar> {
        let base = self.named(&engineer.calendar)?;
        let own = self.layers.engineers.get(&engineer.engineer);
        let own: Vec<Own<'_>> =
            own.map(|closures| labelled(("engineer", engineer.engineer.as_str(), closures))).into_iter().collect();
        Ok(self.layered(&base, &own))
    }

    /// The calendar by which a deadline at a site counts: the site's, that of the company's seat (`company`, a code),
    /// or both combined; with or without half days.
    ///
    /// # Errors
    /// [`NoCalendar`] if a required calendar is missing: counting with half of what is needed would be wrong.
    pub fn counted(
        &self,
        site: &Site,
        company: &str,
        counted_on: CountedOn,
        half_days: HalfDays,
    ) -> Result<Calendar, NoCalendar> {
        let together = |how| {
            let (site, company) = (self.of_site(site)?, self.named(company)?);
            Ok(self.kept(&format!("{} {how:?} {}", site.code(), company.code()), || site.with(&company, how)))
        };
        let calendar = match counted_on {
            CountedOn::Site => self.of_site(site)?,
            CountedOn::Company => self.named(company)?,
            CountedOn::Both => together(Together::Both)?,
            CountedOn::Either => together(Together::Either)?,
        };
        Ok(match half_days {
            HalfDays::Count => calendar,
            HalfDays::Skip => {
                self.kept(&format!("{} without half days", calendar.code()), || calendar.with_half_days(half_days))
            }
        })
    }

    fn layered(&self, base: &Calendar, own: &[Own<'_>]) -> Calendar {
        if own.is_empty() {
            return base.clone();
        }
        let code = own.iter().fold(base.code().to_owned(), |code, (label, _)| code + label);
        self.kept(&code, || {
            let mut parts = base.parts().clone();
            parts.code.clone_from(&code);
            own.iter().flat_map(|(_, closures)| *closures).for_each(|closure| closure.close(&mut parts));
            finished(parts)
        })
    }

    /// The calendar with this name from the cache, or else a new one.
    fn kept(&self, name: &str, make: impl FnOnce() -> Calendar) -> Calendar {
        let known = self.made.lock().expect("no panic under this lock").get(name).cloned();
        known.unwrap_or_else(|| {
            let calendar = make();
            self.made.lock().expect("no panic under this lock").insert(name.to_owned(), calendar.clone());
            calendar
        })
    }

    /// Number of local days off of a site (its town's and its own) in a year. Towns in Spain have two that no table
    /// contains.
    #[must_use]
    pub fn local_days_off(&self, site: &Site, year: i32) -> usize {
        let (Some(first), Some(last)) = (NaiveDate::from_ymd_opt(year, 1, 1), NaiveDate::from_ymd_opt(year, 12, 31))
        else {
            return 0;
        };
        let Ok(base) = self.based_on(&site.country, &site.subdivision) else { return 0 };
        let code = base.code();
        let towns = self.layers.towns_of(site, code).flat_map(|town| &town.closures);
        let own = self.layers.sites.get(&site.site).into_iter().flatten();
        let days: BTreeSet<NaiveDate> =
            towns.chain(own).filter(|closure| closure.is_off()).flat_map(|closure| closure.days(first, last)).collect();
        days.len()
    }

    /// The customers that closures refer to, so that `ronda check` can report those that do not exist.
    pub fn customers_with_closures(&self) -> impl Iterator<Item = &str> {
        self.layers.customers.keys().map(CustomerCode::as_str)
    }

    /// The sites that closures refer to.
    pub fn sites_with_closures(&self) -> impl Iterator<Item = &str> {
        self.layers.sites.keys().map(SiteCode::as_str)
    }

    /// The engineers that closures refer to.
    pub fn engineers_with_closures(&self) -> impl Iterator<Item = &str> {
        self.layers.engineers.keys().map(EngineerCode::as_str)
    }

    /// The towns that closures refer to: calendar code and name.
    pub fn municipalities_with_closures(&self) -> impl Iterator<Item = (&str, &str)> {
        self.layers.towns.iter().map(|town| (town.calendar.as_str(), town.name.as_str()))
    }
}
