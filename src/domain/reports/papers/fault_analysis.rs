//! The analysis of a fault after it was fixed: its cause, what was done, and how to prevent it in the future (P27).

use chrono::{DateTime, FixedOffset};
use serde::Deserialize;

use super::{Head, bound, columns, fact, listed, section, text};
use crate::ids::{EquipmentCode, SiteCode};
use crate::language::Language;
use crate::reports::{Align, Block, Mark, Pages, Paragraph};
use crate::wording::{Say, Value, short_date, time};

/// The input for a fault analysis, written as a TOML file; `templates/fault-analysis.example.toml` is a complete
/// example.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultAnalysis {
    /// The number of the case.
    pub number: String,
    pub site: SiteCode,
    pub equipment: EquipmentCode,
    pub level: FaultLevel,
    pub reported_at: DateTime<FixedOffset>,
    pub reported_by: String,
    pub cleared_at: DateTime<FixedOffset>,
    /// One or two sentences.
    pub fault: String,
    pub cause: String,
    pub done: Vec<String>,
    pub prevention: Vec<String>,
    #[serde(default)]
    pub parts: Vec<String>,
    #[serde(default)]
    pub steps: Vec<Step>,
    /// Who is responsible for the analysis.
    pub author: String,
}

/// The severity of a fault (P22).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u8")]
pub enum FaultLevel {
    One,
    Two,
    Three,
}

impl TryFrom<u8> for FaultLevel {
    type Error = String;

    fn try_from(level: u8) -> Result<Self, String> {
        match level {
            1 => Ok(FaultLevel::One),
            2 => Ok(FaultLevel::Two),
            3 => Ok(FaultLevel::Three),
            other => Err(format!("there is no level {other}; levels are 1, 2 and 3")),
        }
    }
}

impl FaultLevel {
    fn number(self) -> f64 {
        match self {
            FaultLevel::One => 1.0,
            FaultLevel::Two => 2.0,
            FaultLevel::Three => 3.0,
        }
    }
}

/// An event in the course of a fault (P28).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub at: DateTime<FixedOffset>,
    pub what: String,
}

/// The report on a fault that was fixed (P27). Times keep the offset with which they were written.
#[must_use]
pub fn fault_analysis(analysis: &FaultAnalysis, customer: &str, site: &str, head: &Head, say: Say<'_>) -> Pages {
    let language = head.language;
    let lasted = (analysis.cleared_at - analysis.reported_at).num_minutes().max(0);
    #[expect(clippy::cast_precision_loss, reason = "some thousand minutes")]
    let lasted = [("hours", (lasted / 60) as f64), ("minutes", (lasted % 60) as f64)];
    let lasted = lasted.map(|(key, count)| (key, Value::Number(count)));
    let level = say("paper-fault-level", &[("level", Value::Number(analysis.level.number()))]);
    let mut blocks = vec![
        Block::Verdict {
            mark: Mark::Ok,
            headline: say("paper-fault-cleared", &[]),
            detail: format!("{level} · {}", say("paper-fault-lasted", &lasted)),
        },
        Block::Facts(vec![
            fact("report-fact-site", vec![site.to_owned(), analysis.site.to_string()], say),
            fact("report-fact-customer", vec![customer.to_owned()], say),
            fact(
                "paper-fact-reported",
                vec![moment(language, analysis.reported_at), analysis.reported_by.clone()],
                say,
            ),
            fact("paper-fact-cleared", vec![moment(language, analysis.cleared_at)], say),
            fact("report-fact-equipment", vec![analysis.equipment.to_string()], say),
            fact("paper-fact-author", vec![analysis.author.clone()], say),
        ]),
    ];
    for (key, words) in [("paper-section-fault", &analysis.fault), ("paper-section-cause", &analysis.cause)] {
        blocks.extend([section(key, say), Block::Paragraph(Paragraph::Body, words.clone())]);
    }
    let lists = [
        ("paper-section-done", &analysis.done),
        ("paper-section-prevention", &analysis.prevention),
        ("paper-section-parts", &analysis.parts),
    ];
    for (key, lines) in lists.into_iter().filter(|(_, lines)| !lines.is_empty()) {
        blocks.extend([section(key, say), Block::Bullets(lines.clone())]);
    }
    let steps = analysis.steps.iter().map(|step| vec![text(moment(language, step.at)), text(&step.what)]);
    let keys = [("paper-column-when", 3.0, Align::Left), ("report-column-what", 9.0, Align::Left)];
    blocks.extend(listed("paper-section-steps", columns(&keys, say), steps.collect(), say));
    let number = say("report-number", &[("number", Value::text(&analysis.number))]);
    bound(head, say("paper-fault-analysis", &[]), site.to_owned(), number, blocks, say)
}

fn moment(language: Language, at: DateTime<FixedOffset>) -> String {
    format!("{} {}", short_date(language, at.date_naive()), time(at.time()))
}
