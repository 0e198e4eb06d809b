//! The company of the simulated year: a hundred sites of ten customers in six places.

use std::fmt::Write;

/// Where a customer's sites are.
struct Place {
    country: &'static str,
    subdivision: &'static str,
    time_zone: &'static str,
    language: &'static str,
    latitude: f64,
    longitude: f64,
}

const fn place(
    country: &'static str,
    subdivision: &'static str,
    time_zone: &'static str,
    language: &'static str,
    (latitude, longitude): (f64, f64),
) -> Place {
    Place { country, subdivision, time_zone, language, latitude, longitude }
}

/// A customer in each; Madrid, London, Shanghai and Riyadh have two.
const PLACES: [Place; 10] = [
    place("ES", "MD", "Europe/Madrid", "es", (40.4, -3.7)),
    place("ES", "MD", "Europe/Madrid", "es", (40.5, -3.6)),
    place("ES", "CT", "Europe/Madrid", "es", (41.4, 2.1)),
    place("GB", "ENG", "Europe/London", "en", (51.5, -0.1)),
    place("GB", "ENG", "Europe/London", "en", (51.6, -0.2)),
    place("GB", "SCT", "Europe/London", "en", (55.9, -3.2)),
    place("CN", "", "Asia/Shanghai", "zh", (31.2, 121.5)),
    place("CN", "", "Asia/Shanghai", "zh", (31.3, 121.4)),
    place("SA", "", "Asia/Riyadh", "en", (24.7, 46.7)),
    place("SA", "", "Asia/Riyadh", "en", (24.8, 46.8)),
];

/// Sites of one customer.
const SITES_EACH: usize = 10;

/// Ten engineers: three in Spain, three in Britain, two in China, two in Saudi Arabia.
pub const ENGINEERS: &str = "\
engineer,name,email,phone,skills,time_zone,calendar,latitude,longitude,language
E-1,Lucía Romero,e1@ronda.example,+34 1,cooling;electrical,Europe/Madrid,ES-MD,40.4,-3.7,es
E-2,Jordi Puig,e2@ronda.example,+34 2,cooling;electrical,Europe/Madrid,ES-CT,41.4,2.1,es
E-3,Iker Goñi,e3@ronda.example,+34 3,electrical,Europe/Madrid,ES-MD,40.5,-3.6,es
E-4,Thomas Ashworth,e4@ronda.example,+44 4,cooling;electrical,Europe/London,GB-ENG,51.5,-0.1,en
E-5,Isla Fraser,e5@ronda.example,+44 5,cooling;electrical,Europe/London,GB-SCT,55.9,-3.2,en
E-6,Owen Price,e6@ronda.example,+44 6,electrical,Europe/London,GB-ENG,51.6,-0.2,en
E-7,陈志远,e7@ronda.example,+86 7,cooling;electrical,Asia/Shanghai,CN,31.2,121.5,zh
E-8,黄丽君,e8@ronda.example,+86 8,electrical,Asia/Shanghai,CN,31.3,121.4,zh
E-9,Omar Al-Qahtani,e9@ronda.example,+966 9,cooling;electrical,Asia/Riyadh,SA,24.7,46.7,en
E-10,Yusuf Al-Harbi,e10@ronda.example,+966 10,electrical,Asia/Riyadh,SA,24.8,46.8,en
";

/// Three managers, of whom each customer has at least one.
const MANAGERS: &str = "\
manager,name,email,scope,time_zone,calendar,digest_at,language
M-ALL,Helena Ortiz,m-all@ronda.example,all,Europe/Madrid,ES-MD,07:30,es
M-GB,David Brennan,m-gb@ronda.example,C3;C4;C5;C8;C9,Europe/London,GB-ENG,08:00,en
M-CN,吴建国,m-cn@ronda.example,C6;C7,Asia/Shanghai,CN,08:30,zh
";

/// Addresses that stop to exist for a part of the year.
pub const SHAKY: [&str; 4] =
    ["reports0@c.example", "reports6@c.example", "operations3@c.example", "escalation8@c.example"];

/// The company's files, as `ronda import` takes them.
pub fn files() -> Vec<(&'static str, String)> {
    let mut customers = "customer,name,language\n".to_owned();
    let mut sites = "site,customer,name,address,country,subdivision,time_zone,latitude,longitude,language\n".to_owned();
    let mut contacts = "site,customer,name,email,role,language\n".to_owned();
    let mut equipment =
        "equipment,site,name,make,model,serial,checklist,skills,accepted_on,warranty_months\n".to_owned();
    let mut contracts = "contract,customer,sites,plan,accepted_on,ends_on\n".to_owned();
    for (c, place) in PLACES.iter().enumerate() {
        writeln!(customers, "C{c},Customer {c},{}", place.language).unwrap();
        for role in ["operations", "reports", "escalation"] {
            writeln!(contacts, ",C{c},{role} of {c},{role}{c}@c.example,{role},").unwrap();
        }
        // One site has a second reader of its reports.
        writeln!(contacts, "S{c}-0,,Archive,archive{c}@c.example,reports,en").unwrap();
        for s in 0..SITES_EACH {
            let (latitude, longitude) = (place.latitude + 0.03 * s as f64, place.longitude + 0.05 * (s % 3) as f64);
            writeln!(
                sites,
                "S{c}-{s},C{c},Site {c}-{s},Street {s},{},{},{},{latitude:.3},{longitude:.3},",
                place.country, place.subdivision, place.time_zone,
            )
            .unwrap();
            let (checklist, skills) = [("ups-battery", "electrical"), ("precision-cooling", "cooling")][s % 2];
            writeln!(equipment, "U{c}-{s},S{c}-{s},Unit,Make,Model,{c}{s},{checklist},{skills},2025-06-01,18").unwrap();
        }
        // Half the customers by the month, half by the quarter; one has a data centre, and one contract ends.
        let plan =
            ["standard", "light", "light", "standard", "light", "light", "standard", "light", "data-centre", "light"]
                [c];
        let ends_on = if c == 5 { "2026-09-30" } else { "" };
        writeln!(contracts, "K{c},C{c},*,{plan},2025-{:02}-{:02},{ends_on}", 1 + c, 3 * c + 1).unwrap();
    }
    vec![
        ("customers.csv", customers),
        ("sites.csv", sites),
        ("contacts.csv", contacts),
        ("engineers.csv", ENGINEERS.to_owned()),
        ("managers.csv", MANAGERS.to_owned()),
        ("equipment.csv", equipment),
        ("contracts.csv", contracts),
    ]
}
