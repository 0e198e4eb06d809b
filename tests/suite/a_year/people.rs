//! Who is where in the simulated year: engineers leave and come back, lose skills, and equipment asks for others.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{Days, NaiveDate};

use super::company::ENGINEERS;
use super::faults::Dice;

/// What has changed about engineers and equipment.
#[derive(Debug, Default)]
pub struct People {
    /// By code: what of the skills is left, and the day of leaving.
    engineers: BTreeMap<String, (Option<String>, Option<NaiveDate>)>,
    /// Sites whose equipment asks for more than it did.
    asks_for_more: Vec<String>,
}

impl People {
    /// Changes something, and says the files that tell of it.
    pub fn change(&mut self, dice: &mut Dice, today: NaiveDate) -> Vec<(&'static str, String)> {
        if dice.falls(200) {
            let (customer, site) = (dice.below(5), 2 * dice.below(5));
            let code = format!("{customer}-{site}");
            match self.asks_for_more.iter().position(|known| *known == code) {
                Some(at) => _ = self.asks_for_more.remove(at),
                None => self.asks_for_more.push(code.clone()),
            }
            let skills = if self.asks_for_more.contains(&code) { "cooling;electrical" } else { "electrical" };
            let row = format!("U{code},S{code},Unit,Make,Model,{customer}{site},ups-battery,{skills},2025-06-01,18\n");
            let head = "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months\n";
            return vec![("equipment.csv", format!("{head}{row}"))];
        }
        // Nobody else in their countries has their skills.
        let code = *dice.pick(&["E-1", "E-2", "E-3", "E-4", "E-5", "E-6", "E-8", "E-10"]);
        let (skills, left_on) = self.engineers.remove(code).unwrap_or_default();
        let soon = today + Days::new(u64::from(dice.below(20)));
        let changed = match (skills, left_on, dice.below(3)) {
            (None, None, 0) => (Some(String::new()), None),
            (None, None, 1) => (Some(format!("cooling until {soon};electrical until {soon}")), None),
            (None, None, _) => (None, Some(soon)),
            // Back again, with all skills.
            (Some(_), _, _) | (_, Some(_), _) => (None, None),
        };
        self.engineers.insert(code.to_owned(), changed);
        vec![("engineers.csv", self.engineers_file())]
    }

    fn engineers_file(&self) -> String {
        let mut lines = ENGINEERS.lines();
        let mut file = format!("{},left_on\n", lines.next().unwrap());
        for line in lines {
            let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
            let (skills, left_on) = self.engineers.get(&cells[0]).cloned().unwrap_or_default();
            cells[4] = skills.unwrap_or_else(|| cells[4].clone());
            let left_on = left_on.map(|day| day.to_string()).unwrap_or_default();
            writeln!(file, "{},{left_on}", cells.join(",")).unwrap();
        }
        file
    }
}
