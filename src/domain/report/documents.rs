//! The two documents: which blocks stand in which order.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use super::super::contract::Purpose;
use super::super::language::Language;
use super::super::record::{CustomerSignature, ItemResult};
use super::super::wording::{Say, Value, date, short_date, time};
use super::sections::{self, Tally};
use super::{Block, Fact, Letterhead, Level, Mark, Pages, Paragraph, ReportFacts, deadline};

/// The document that a visit's purpose calls for.
#[must_use]
pub fn pages(facts: &ReportFacts, say: Say<'_>) -> Pages {
    match facts.purpose {
        Purpose::Training => certificate(facts, say),
        Purpose::Inspection | Purpose::Maintenance | Purpose::FollowUp | Purpose::CallOut | Purpose::PlannedSupport => {
            inspection(facts, say)
        }
    }
}

/// The report of an inspection, or of another visit to equipment (P03, P04, P06).
#[must_use]
pub fn inspection(facts: &ReportFacts, say: Say<'_>) -> Pages {
    let tally = Tally::of(facts);
    let mut blocks = vec![title(facts, say), verdict(facts, &tally, say), Block::Facts(visit_facts(facts, say))];
    if tally.total() > 0 {
        blocks.push(sections::summary(&tally, say));
    }
    blocks.extend(sections::due_list(facts, say));
    blocks.extend(sections::remarks(facts, say));
    blocks.extend(sections::equipment(facts, say));
    blocks.extend(sections::checks(facts, say));
    blocks.extend(sections::findings(facts, say));
    blocks.extend(sections::closed(facts, say));
    blocks.extend(sections::advice(facts, say));
    blocks.extend(sections::topics(facts, say));
    blocks.extend(sections::attendance(facts, say));
    blocks.extend(sections::photos(facts, say));
    blocks.extend(sections::signatures(facts, say));
    framed(facts, blocks, say)
}

/// The certificate of a training with its attendance list (P09, P10).
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
    blocks.extend(sections::remarks(facts, say));
    blocks.extend(sections::due_list(facts, say));
    blocks.extend(sections::checks(facts, say));
    blocks.extend(sections::findings(facts, say));
    blocks.extend(sections::closed(facts, say));
    blocks.extend(sections::advice(facts, say));
    blocks.extend(sections::photos(facts, say));
    blocks.extend(sections::signatures(facts, say));
    framed(facts, blocks, say)
}

/// Wall-clock time at the site.
pub(super) fn local(facts: &ReportFacts, at: DateTime<FixedOffset>) -> NaiveDateTime {
    facts.site.time_zone.local(at.with_timezone(&Utc))
}

pub(super) fn heading(key: &str, say: Say<'_>) -> Block {
    Block::Heading(Level::Section, say(key, &[]))
}

fn purpose(facts: &ReportFacts) -> Value<'static> {
    Value::text(facts.purpose.word())
}

/// Letterhead, running lines and the deadline round the blocks.
fn framed(facts: &ReportFacts, blocks: Vec<Block>, say: Say<'_>) -> Pages {
    let number = facts.number();
    let title = say("report-title", &[("purpose", purpose(facts))]);
    let reach: Vec<&str> = std::iter::once(facts.company.email.as_str())
        .chain(facts.company.phone.as_deref())
        .filter(|text| !text.is_empty())
        .collect();
    let mut lines: Vec<String> = facts.company.address.lines().map(str::to_owned).collect();
    lines.push(reach.join(" · "));
    lines.retain(|line| !line.is_empty());
    Pages {
        language: facts.language,
        letterhead: Letterhead { name: facts.company.name.clone(), lines },
        running_head: facts.site.name.clone(),
        running_foot: say("report-footer", &[("title", Value::owned(title)), ("number", Value::owned(number))]),
        page_of: say("report-page", &[("page", Value::text("{page}")), ("pages", Value::text("{pages}"))]),
        first_foot: deadline::in_words(&facts.due, facts.language, say),
        blocks,
    }
}

fn title(facts: &ReportFacts, say: Say<'_>) -> Block {
    Block::Title {
        text: say("report-title", &[("purpose", purpose(facts))]),
        subtitle: facts.site.name.clone(),
        number: say("report-number", &[("number", Value::owned(facts.number()))]),
    }
}

/// The worst result decides; an open finding needs attention even where every check is in order.
fn verdict(facts: &ReportFacts, tally: &Tally, say: Say<'_>) -> Block {
    let open = facts.done.findings.iter().filter(|finding| !finding.closed).count();
    let (mark, key) = if tally.count(ItemResult::Fault) > 0 {
        (Mark::Fault, "report-verdict-fault")
    } else if tally.count(ItemResult::Attention) > 0 || open > 0 {
        (Mark::Attention, "report-verdict-attention")
    } else if tally.count(ItemResult::Ok) > 0 {
        (Mark::Ok, "report-verdict-ok")
    } else {
        (Mark::Ok, "report-verdict-done")
    };
    let mut parts = Vec::new();
    if tally.total() > 0 {
        parts.push(say(
            "report-verdict-checks",
            &[("ok", Value::count(tally.count(ItemResult::Ok))), ("total", Value::count(tally.total()))],
        ));
    }
    parts.push(match open {
        0 => say("report-verdict-no-findings", &[]),
        open => say("report-verdict-findings", &[("count", Value::count(open))]),
    });
    Block::Verdict { mark, headline: say(key, &[]), detail: parts.join(" · ") }
}

fn visit_facts(facts: &ReportFacts, say: Say<'_>) -> Vec<Fact> {
    let fact = |key: &str, lines: Vec<String>| Fact {
        label: say(key, &[]),
        lines: lines.into_iter().filter(|line| !line.is_empty()).collect(),
    };
    let kind = say("report-purpose", &[("purpose", purpose(facts))]);
    let appointment = &facts.appointment;
    let mut list = vec![
        fact("report-fact-customer", vec![facts.customer.clone()]),
        fact("report-fact-site", site_lines(facts)),
        fact("report-fact-carried-out", carried_out(facts, say)),
        fact("report-fact-appointment", vec![day_and_time(facts.language, appointment.day, appointment.starts)]),
        fact("report-fact-engineer", vec![facts.engineer.clone()]),
        fact("report-fact-customer-engineer", customer_engineer(facts, say)),
        fact("report-fact-visit", vec![format!("{} · {kind}", facts.visit)]),
        fact("report-fact-contract", vec![facts.contract.clone()]),
        fact("report-fact-issued", vec![date(facts.language, facts.issued_on)]),
        fact("report-fact-revision", vec![revision(facts, say)]),
    ];
    if let Some(hash) = &facts.previous_report {
        // The empty first line keeps a hash from being set as strong as a name.
        list.push(Fact { label: say("report-fact-previous", &[]), lines: vec![String::new(), hash.clone()] });
    }
    list
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

/// Day and times at the site; both days where the visit went past midnight.
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
