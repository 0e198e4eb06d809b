//! What changes in the simulated year, by the seed: contracts end, are renewed, upgraded and corrected, sites come and go.

use std::fmt::Write;

use chrono::{Days, NaiveDate};

use super::company;
use super::faults::Dice;

/// The contracts as they were imported last.
pub struct Contracts {
    of: Vec<Contract>,
    /// Sites that were added.
    added: u32,
}

#[derive(Clone)]
struct Contract {
    plan: &'static str,
    accepted_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    /// A site that it does not cover any more.
    without: Option<u32>,
    left_on: Option<NaiveDate>,
}

const PLANS: [&str; 3] = ["standard", "light", "data-centre"];

impl Default for Contracts {
    fn default() -> Contracts {
        let files = company::files();
        let (_, text) = files.iter().find(|(name, _)| *name == "contracts.csv").unwrap();
        let read = |line: &str| {
            let cells: Vec<&str> = line.split(',').collect();
            Contract {
                plan: PLANS.into_iter().find(|plan| *plan == cells[3]).unwrap(),
                accepted_on: cells[4].parse().unwrap(),
                ends_on: cells[5].parse().ok(),
                without: None,
                left_on: None,
            }
        };
        Contracts { of: text.lines().skip(1).map(read).collect(), added: 0 }
    }
}

impl Contracts {
    /// Changes one, and says so as people do.
    pub fn change(&mut self, dice: &mut Dice, today: NaiveDate) -> Vec<(&'static str, String)> {
        let number = dice.below(u32::try_from(self.of.len()).unwrap());
        let contract = &mut self.of[number as usize];
        let soon = |dice: &mut Dice| today + Days::new(u64::from(dice.below(70)));
        match dice.below(8) {
            0 => contract.ends_on = Some(soon(dice).max(contract.accepted_on)),
            1 => (contract.ends_on, contract.left_on) = (None, None),
            2 | 3 => contract.plan = PLANS[dice.below(3) as usize],
            4 => contract.without = if contract.without.is_some() { None } else { Some(dice.below(10)) },
            5 => {
                let back = Days::new(u64::from(dice.below(50)));
                contract.accepted_on = contract.accepted_on.checked_sub_days(back).unwrap();
            }
            6 if contract.left_on.is_none() => contract.left_on = Some(soon(dice)),
            6 => contract.left_on = None,
            _ => return self.add_a_site(number, dice),
        }
        self.files(number)
    }

    /// A site with equipment that was accepted some days ago.
    fn add_a_site(&mut self, number: u32, dice: &mut Dice) -> Vec<(&'static str, String)> {
        self.added += 1;
        let code = format!("S{number}-9{}", self.added);
        let files = company::files();
        let (_, sites) = files.iter().find(|(name, _)| *name == "sites.csv").unwrap();
        let like = sites.lines().find(|line| line.starts_with(&format!("S{number}-3,"))).unwrap();
        let (head, like) = (sites.lines().next().unwrap(), like.split_once(',').unwrap().1);
        let skill = dice.pick(&[("ups-battery", "electrical"), ("precision-cooling", "cooling")]);
        let mut equipment =
            "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months\n".to_owned();
        writeln!(equipment, "U{code},{code},Unit,Make,Model,9,{},{},,18", skill.0, skill.1).unwrap();
        vec![("sites.csv", format!("{head}\n{code},{like}\n")), ("equipment.csv", equipment)]
    }

    fn files(&self, number: u32) -> Vec<(&'static str, String)> {
        let Contract { plan, accepted_on, ends_on, without, left_on } = &self.of[number as usize];
        let day = |day: &Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
        let sites = without.map_or("*".to_owned(), |gone| {
            (0..10).filter(|site| *site != gone).map(|site| format!("S{number}-{site}")).collect::<Vec<_>>().join(";")
        });
        let row = format!("K{number},C{number},{sites},{plan},{accepted_on},{}", day(ends_on));
        let files = company::files();
        let (_, customers) = files.iter().find(|(name, _)| *name == "customers.csv").unwrap();
        let language = customers.lines().find(|line| line.starts_with(&format!("C{number},"))).unwrap();
        vec![
            ("contracts.csv", format!("contract,customer,sites,plan,accepted_on,ends_on\n{row}\n")),
            ("customers.csv", format!("customer,name,language,left_on\n{language},{}\n", day(left_on))),
        ]
    }
}
