//! The administrator's layers over a country's days: town, company, customer, site, and an engineer's own.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::closures::{Applies, ByOwner, Closure, covers};
use super::{Calendars, NoCalendar, finished};
use domain::calendar::{Calendar, CalendarParts, HalfDays, Together};
use domain::contract::CountedOn;
use domain::ids::{CustomerCode, EngineerCode, SiteCode};
use domain::people::Engineer;
use domain::people::equipment::{Site, plain_place};

/// All closures, by whose days they change; in the order of the files.
#[derive(Debug, Default)]
pub(super) struct Layers {
    /// For everybody on a calendar.
    of_all: Vec<Closure>,
    towns: Vec<Town>,
    customers: ByOwner<CustomerCode>,
    sites: ByOwner<SiteCode>,
    engineers: ByOwner<EngineerCode>,
}

/// The days of a town, under one of the calendars that it can be named by.
#[derive(Debug)]
struct Town {
    calendar: String,
    name: String,
    closures: Vec<Closure>,
}

/// A layer of one calendar: what it is called in the calendar's code, and its closures.
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

    /// Closes the days that are closed for everybody on the calendar of this code.
    pub(super) fn close_for_all(&self, code: &str, parts: &mut CalendarParts) {
        for closure in self.of_all.iter().filter(|closure| closure.applies.concerns(code)) {
            closure.close(parts);
        }
    }

    /// Town, customer and site, as far as they have days of their own.
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

    /// The town of a site on the calendar of this code.
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
    /// A site's calendar over `base`, the one of its country and subdivision. Sites with the same days share it.
    pub(super) fn layered_for_site(&self, base: &Calendar, site: &Site) -> Calendar {
        self.layered(base, &self.layers.of_site(site, base.code()))
    }

    /// The working days of an engineer: those of their calendar, without their own days off.
    ///
    /// # Errors
    /// [`NoCalendar`]
    pub fn of_engineer(&self, engineer: &Engineer) -> Result<Calendar, NoCalendar> {
        let base = self.named(&engineer.calendar)?;
        let own = self.layers.engineers.get(&engineer.engineer);
        let own: Vec<Own<'_>> =
            own.map(|closures| labelled(("engineer", engineer.engineer.as_str(), closures))).into_iter().collect();
        Ok(self.layered(&base, &own))
    }

    /// The days that a deadline at a site counts: the site's, those of the company's seat (`company`, a code), or
    /// both taken together; half days or not.
    ///
    /// # Errors
    /// [`NoCalendar`] where one that is needed is missing: a count with half of what it needs is a wrong one.
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

    /// The calendar of this name among those made before, or a new one.
    fn kept(&self, name: &str, make: impl FnOnce() -> Calendar) -> Calendar {
        let known = self.made.lock().expect("no panic under this lock").get(name).cloned();
        known.unwrap_or_else(|| {
            let calendar = make();
            self.made.lock().expect("no panic under this lock").insert(name.to_owned(), calendar.clone());
            calendar
        })
    }

    /// How many days off a site has by its town and of its own, in a year: Spain's towns have two that no table has.
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

    /// The customers that closures are listed for, so that `ronda check` can name those that do not exist.
    pub fn customers_with_closures(&self) -> impl Iterator<Item = &str> {
        self.layers.customers.keys().map(CustomerCode::as_str)
    }

    /// The sites that closures are listed for.
    pub fn sites_with_closures(&self) -> impl Iterator<Item = &str> {
        self.layers.sites.keys().map(SiteCode::as_str)
    }

    /// The engineers that closures are listed for.
    pub fn engineers_with_closures(&self) -> impl Iterator<Item = &str> {
        self.layers.engineers.keys().map(EngineerCode::as_str)
    }

    /// The towns that closures are listed for: a calendar's code, and the town's name.
    pub fn municipalities_with_closures(&self) -> impl Iterator<Item = (&str, &str)> {
        self.layers.towns.iter().map(|town| (town.calendar.as_str(), town.name.as_str()))
    }
}
