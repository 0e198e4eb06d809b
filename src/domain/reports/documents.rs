//! The two documents: their blocks, in order.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::phrases::local;
use super::sections::{self, Tally};
use super::{
    Block, Code, Colophon, Contractor, DocumentKind, Fact, Letterhead, Mark, Pages, Paragraph, ReportFacts, charts,
    deadline,
};
use crate::language::Language;
use crate::records::{CustomerSignature, ItemResult};
use crate::wording::{Say, Value, date, short_date, time};

/// The document for the visit's purpose.
#[must_use]
pub fn pages(facts: &ReportFacts, say: Say<'_>) -> Pages {
    match DocumentKind::of(facts.purpose) {
        DocumentKind::Certificate => certificate(facts, say),
        DocumentKind::Report => inspection(facts, say),
    }
}

/// The report on an inspection, or on any other visit to equipment (P03, P04, P06, P07, P14).
#[must_use]
pub fn inspection(facts: &ReportFacts, say: Say<'_>) -> Pages {
    let tally = Tally::of(facts);
    let mut blocks = vec![title(facts, say), verdict(facts, &tally, say), Block::Facts(visit_facts(facts, say))];
    if tally.total() > 0 {
        blocks.push(sections::summary(&tally, say));
    }
    blocks.extend(sections::not_inspected(facts, say));
    blocks.extend(sections::due_list(facts, say));
    blocks.extend(sections::remarks(facts, say));
    blocks.extend(sections::equipment(facts, say));
    blocks.extend(sections::checks(facts, say));
    blocks.extend(sections::unplaced_remarks(facts, say));
    blocks.extend(sections::findings(facts, say));
    blocks.extend(sections::closed(facts, say));
    blocks.extend(sections::still_open(facts, say));
    blocks.extend(sections::advice(facts, say));
    blocks.extend(charts::trends(facts, say));
    blocks.extend(sections::photos(facts, say));
    blocks.extend(sections::topics(facts, say));
    blocks.extend(sections::attendance(facts, say));
    blocks.extend(sections::operators(facts, say));
    blocks.extend(sections::signatures(facts, say));
    blocks.push(about(facts, say));
    framed(facts, blocks, say)
}

/// The certificate of a training, with its attendance list (P09, P10, P14).
#[must_use]
pub fn certificate(facts: &ReportFacts, say: Say<'_>) -> Pages {
    let mut blocks = vec![title(facts, say)];
    let statement = say(
        "report-certificate-statement",
        &[
            ("company", Value::text(&facts.company.name)),
            ("site", Value::text(&facts.site.name)),
            ("day", Value::owned(date(facts.language, local(facts, facts.done.completed_at).date()))),
        ],
    );
    blocks.push(Block::Paragraph(Paragraph::Lead, statement));
    blocks.push(Block::Facts(visit_facts(facts, say)));
    blocks.extend(sections::topics(facts, say));
    blocks.extend(sections::attendance(facts, say));
    blocks.extend(sections::operators(facts, say));
    blocks.extend(sections::remarks(facts, say));
    blocks.extend(sections::not_inspected(facts, say));
    blocks.extend(sections::due_list(facts, say));
    blocks.extend(sections::checks(facts, say));
    blocks.extend(sections::unplaced_remarks(facts, say));
    blocks.extend(sections::findings(facts, say));
    blocks.extend(sections::closed(facts, say));
    blocks.extend(sections::still_open(facts, say));
    blocks.extend(sections::advice(facts, say));
    blocks.extend(sections::photos(facts, say));
    blocks.extend(sections::signatures(facts, say));
    blocks.push(about(facts, say));
    framed(facts, blocks, say)
}

fn purpose(facts: &ReportFacts) -> Value<'static> {
    Value::text(facts.purpose.word())
}

/// Adds letterhead, headers and footers, and the deadline to the blocks.
fn framed(facts: &ReportFacts, blocks: Vec<Block>, say: Say<'_>) -> Pages {
    let title = say("report-title", &[("purpose", purpose(facts))]);
    let number = Value::owned(facts.number());
    let stationery = &facts.company.stationery;
    Pages {
        language: facts.language,
        paper: stationery.paper.for_country(&facts.site.country),
        accent: stationery.accent,
        letterhead: letterhead(&facts.company),
        running_head: facts.site.name.clone(),
        running_foot: say("report-footer", &[("title", Value::owned(title)), ("number", number)]),
        page_of: say("report-page", &[("page", Value::text("{page}")), ("pages", Value::text("{pages}"))]),
        first_foot: deadline::in_words(&facts.due, facts.language, say),
        blocks,
    }
}

/// The company in the header of the first page, and its legal lines in the footer.
pub(super) fn letterhead(company: &Contractor) -> Letterhead {
    let reach: Vec<&str> = std::iter::once(company.email.as_str())
        .chain(company.phone.as_deref())
        .filter(|text| !text.is_empty())
        .collect();
    let mut lines: Vec<String> = company.address.lines().map(str::to_owned).collect();
    lines.push(reach.join(" · "));
    lines.retain(|line| !line.is_empty());
    let stationery = &company.stationery;
    Letterhead { name: company.name.clone(), logo: stationery.logo.clone(), lines, legal: stationery.legal.clone() }
}

fn title(facts: &ReportFacts, say: Say<'_>) -> Block {
    let replaced = facts.replaces.map(|replaced| {
        let day = Value::owned(short_date(facts.language, replaced.issued_on));
        say("report-replaces", &[("replaced", Value::Number(f64::from(replaced.revision))), ("day", day)])
    });
    Block::Title {
        text: say("report-title", &[("purpose", purpose(facts))]),
        subtitle: facts.site.name.clone(),
        number: say("report-number", &[("number", Value::owned(facts.number()))]),
        note: replaced.unwrap_or_default(),
    }
}

/// The verdict is the worst of all results and all open findings of the site, whoever found them (P02). What was not
/// looked at is never in good order, and what could not be inspected leaves the visit incomplete.
fn verdict(facts: &ReportFacts, tally: &Tally, say: Say<'_>) -> Block {
    let (open, critical) = sections::open_findings(facts);
    let left = tally.count(ItemResult::NotInspected);
    // A visit that left something is incomplete, whatever else it found.
    let either = |incomplete, complete| if left > 0 { incomplete } else { complete };
    let (mark, key) = if tally.count(ItemResult::Fault) > 0 {
        (Mark::Fault, either("report-verdict-incomplete-fault", "report-verdict-fault"))
    } else if critical > 0 {
        (Mark::Fault, either("report-verdict-incomplete-critical", "report-verdict-critical"))
    } else if tally.count(ItemResult::Attention) > 0 || open > 0 {
        (Mark::Attention, either("report-verdict-incomplete-attention", "report-verdict-attention"))
    } else if left > 0 {
        (Mark::NotInspected, "report-verdict-incomplete")
    } else {
        match (tally.count(ItemResult::Ok), tally.unanswered()) {
            (0, 0) => (Mark::Ok, "report-verdict-done"),
            (0, _) => (Mark::Open, "report-verdict-done"),
            (_, 0) => (Mark::Ok, "report-verdict-ok"),
            (_, _) => (Mark::Open, "report-verdict-partly"),
        }
    };
    let mut parts = Vec::new();
    if tally.total() > 0 {
        parts.push(say(
            "report-verdict-checks",
            &[("ok", Value::count(tally.count(ItemResult::Ok))), ("total", Value::count(tally.total()))],
        ));
    }
    if left > 0 {
        parts.push(say("report-verdict-not-inspected", &[("count", Value::count(left))]));
    }
    if tally.unanswered() > 0 {
        parts.push(say("report-verdict-unanswered", &[("count", Value::count(tally.unanswered()))]));
    }
    let counted = [("count", Value::count(open)), ("critical", Value::count(critical))];
    parts.push(match (open, critical) {
        (0, _) => say("report-verdict-no-findings", &[]),
        (_, 0) => say("report-verdict-findings", &counted[..1]),
        (_, _) => say("report-verdict-critical-findings", &counted),
    });
    Block::Verdict { mark, headline: say(key, &[]), detail: parts.join(" · ") }
}

fn visit_facts(facts: &ReportFacts, say: Say<'_>) -> Vec<Fact> {
    let mut list = vec![
        fact("report-fact-site", site_lines(facts), say),
        fact("report-fact-customer", vec![facts.customer.clone(), contract(facts, say)], say),
        fact("report-fact-carried-out", carried_out(facts, say), say),
        fact("report-fact-period", period(facts, say), say),
        fact("report-fact-engineer", engineer(facts, say), say),
        fact("report-fact-customer-engineer", customer_engineer(facts, say), say),
        fact("report-fact-equipment", equipment(facts, say), say),
        fact("report-fact-present", present(facts), say),
    ];
    list.retain(|fact| fact.lines.iter().any(|line| !line.is_empty()));
    list
}

/// The document about itself: numbers, hashes, and where it can be verified.
fn about(facts: &ReportFacts, say: Say<'_>) -> Block {
    let mut list = vec![
        fact("report-fact-number", vec![facts.number()], say),
        fact("report-fact-issued", vec![date(facts.language, facts.issued_on)], say),
        fact("report-fact-revision", vec![revision(facts, say)], say),
    ];
    if let Some(hash) = &facts.previous_report {
        list.push(fact("report-fact-previous", vec![hash.clone()], say));
    }
    let code = facts.verify_at().map(|address| Code {
        caption: say("report-verify", &[]),
        alternative: say("report-verify-alternative", &[("address", Value::text(&address))]),
        address,
    });
    Block::Seal(Colophon { title: say("report-section-about", &[]), facts: list, code })
}

/// Only the first line may be empty, in which case none of the others is emphasised.
fn fact(key: &str, lines: Vec<String>, say: Say<'_>) -> Fact {
    let kept = lines.into_iter().enumerate().filter(|(index, line)| *index == 0 || !line.is_empty());
    Fact { label: say(key, &[]), lines: kept.map(|(_, line)| line).collect() }
}

/// `Marta Ibáñez · Head of shift`, or only the name.
fn joined(name: &str, role: &str) -> String {
    if role.is_empty() { name.to_owned() } else { format!("{name} · {role}") }
}

fn contract(facts: &ReportFacts, say: Say<'_>) -> String {
    say("report-contract-number", &[("contract", Value::text(facts.contract.as_str()))])
}

/// The visit's window, or what it is the rest of, and the appointment.
fn period(facts: &ReportFacts, say: Say<'_>) -> Vec<String> {
    let window = facts.period.map(|(first, last)| {
        let both =
            [("from", first), ("to", last)].map(|(key, day)| (key, Value::owned(short_date(facts.language, day))));
        say("report-from-to", &both)
    });
    let appointment = day_and_time(facts.language, facts.appointment.day, facts.appointment.starts);
    let appointed = say("report-appointed", &[("when", Value::owned(appointment))]);
    let rest = facts.rest_of.map(|first| say("report-rest-of", &[("visit", Value::owned(first.to_string()))]));
    rest.into_iter().chain(window).chain([appointed]).collect()
}

/// The engineer who signed, and the one who was booked if that was another.
fn engineer(facts: &ReportFacts, say: Say<'_>) -> Vec<String> {
    let signed = &facts.done.engineer_signature;
    let mut lines = vec![signed.name.clone(), signed.role.clone()];
    if signed.name != facts.engineer {
        lines.push(say("report-booked-engineer", &[("name", Value::text(&facts.engineer))]));
    }
    lines
}

/// The equipment by name; if there is much of it, the table has the rest.
fn equipment(facts: &ReportFacts, say: Say<'_>) -> Vec<String> {
    const NAMED: usize = 6;
    let names: Vec<&str> =
        facts.equipment.iter().take(NAMED).map(|reported| reported.equipment.name.as_str()).collect();
    let between = match facts.language {
        Language::En | Language::Es => ", ",
        Language::Zh => "、",
    };
    let more = facts.equipment.len().checked_sub(NAMED).filter(|more| *more > 0);
    vec![
        names.join(between),
        more.map(|more| say("report-and-more", &[("count", Value::count(more))])).unwrap_or_default(),
    ]
}

/// Who was present, besides those who sign. They are equals, so none is emphasised.
fn present(facts: &ReportFacts) -> Vec<String> {
    match facts.done.present.as_slice() {
        [one] => vec![one.name.clone(), one.role.clone()],
        all => {
            std::iter::once(String::new()).chain(all.iter().map(|person| joined(&person.name, &person.role))).collect()
        }
    }
}

fn day_and_time(language: Language, day: NaiveDate, starts: NaiveTime) -> String {
    let between = match language {
        Language::En | Language::Es => ", ",
        Language::Zh => " ",
    };
    format!("{}{between}{}", date(language, day), time(starts))
}

fn site_lines(facts: &ReportFacts) -> Vec<String> {
    let mut lines = vec![format!("{} · {}", facts.site.name, facts.site.site)];
    lines.extend(facts.site.address.lines().map(str::to_owned));
    lines
}

/// Day and times at the site; both days if the visit went past midnight.
fn carried_out(facts: &ReportFacts, say: Say<'_>) -> Vec<String> {
    let (start, end) = (local(facts, facts.done.started_at), local(facts, facts.done.completed_at));
    let (from, to) = if start.date() == end.date() {
        (time(start.time()), time(end.time()))
    } else {
        let both = |at: NaiveDateTime| format!("{} {}", short_date(facts.language, at.date()), time(at.time()));
        (both(start), both(end))
    };
    vec![
        date(facts.language, end.date()),
        say("report-from-to", &[("from", Value::owned(from)), ("to", Value::owned(to))]),
    ]
}

fn customer_engineer(facts: &ReportFacts, say: Say<'_>) -> Vec<String> {
    match &facts.done.customer_signature {
        CustomerSignature::Signed(signature) => vec![signature.name.clone(), signature.role.clone()],
        CustomerSignature::Asked { name, role, .. } => vec![name.clone(), role.clone()],
        CustomerSignature::Refused { name, .. } => vec![name.clone()],
        CustomerSignature::Absent { .. } => vec![say("report-nobody", &[])],
    }
}

fn revision(facts: &ReportFacts, say: Say<'_>) -> String {
    let number = Value::Number(f64::from(facts.revision));
    match facts.replaces {
        None => say("report-revision-first", &[("revision", number)]),
        Some(replaced) => say(
            "report-revision-replaces",
            &[
                ("revision", number),
                ("replaced", Value::Number(f64::from(replaced.revision))),
                ("day", Value::owned(short_date(facts.language, replaced.issued_on))),
            ],
        ),
    }
}
