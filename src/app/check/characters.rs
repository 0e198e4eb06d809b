//! Finds characters in names and texts that are missing from the fonts of the reports.

use super::super::Furniture;
use super::Findings;
use domain::records::checklist::Words;
use paper::pdf;
use store::Db;
use world::config::Config;

/// Maximum number of texts listed; the rest are only counted.
const NAMED: usize = 20;

/// Lists every text of the office in which a report would show a code point instead of a character.
pub(super) async fn look(db: &Db, config: &Config, furniture: &Furniture, found: &mut Findings) -> store::Result<()> {
    let mut lacking = Vec::new();
    let mut look_at = |whose: &str, texts: &[&str]| {
        for (character, code) in pdf::without_form(&texts.join(" ")) {
            lacking.push(format!("{whose}: no font has {character:?}; reports show {code} in its place"));
        }
    };
    let company = &config.company;
    look_at("company.name", &[&company.name]);
    look_at("company.address", &[&company.address]);
    look_at("company.legal_lines", &company.legal_lines.iter().map(String::as_str).collect::<Vec<_>>());
    for customer in store::people::customer::all(db).await? {
        look_at(&format!("customer {}", customer.customer), &[&customer.name]);
    }
    for site in store::people::site::all(db).await? {
        look_at(&format!("site {}", site.site), &[&site.name, &site.address]);
    }
    for machine in store::people::equipment::all(db).await? {
        let texts = [&machine.name, &machine.make, &machine.model, &machine.serial].map(String::as_str);
        look_at(&format!("equipment {}", machine.equipment), &texts);
    }
    for engineer in store::people::engineer::all(db).await? {
        look_at(&format!("engineer {}", engineer.engineer), &[&engineer.name]);
    }
    for checklist in furniture.checklists.keys().filter_map(|key| furniture.checklists.get(key)) {
        let units = checklist.items().filter_map(|item| Some(item.reading()?.unit.as_str()));
        let texts: Vec<&str> = checklist.texts().flat_map(in_all_languages).chain(units).collect();
        look_at(&format!("checklist {}", checklist.checklist), &texts);
    }
    for plan in furniture.plans.all() {
        let topics: Vec<&str> = plan.terms.iter().flat_map(|term| &term.syllabus).flat_map(in_all_languages).collect();
        look_at(&format!("plan {}", plan.name), &topics);
    }
    if lacking.is_empty() {
        found.fine("characters", "the fonts of reports have every character of all names and texts");
    }
    let more = lacking.len().saturating_sub(NAMED);
    lacking.into_iter().take(NAMED).for_each(|text| found.warning("characters", text));
    if more > 0 {
        found.warning("characters", format!("{more} more characters that no font has"));
    }
    Ok(())
}

fn in_all_languages(words: &Words) -> impl Iterator<Item = &str> {
    [Some(&words.en), words.es.as_ref(), words.zh.as_ref()].into_iter().flatten().map(String::as_str)
}
