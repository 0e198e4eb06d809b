//! The share of promises kept: as a bar for one period, as columns for the latest ones. Drawn with table cells, so that
//! they appear in every client, even with images off; the text part gives the same figures.

use chrono::NaiveDate;
use minijinja::{Value as Given, context};

use crate::words::Speaker;
use domain::digest::Compliance;
use domain::language::Language;
use words::Value;

/// Height of a 100 % column, in pixels.
const HEIGHT: u32 = 48;
/// Columns start at this percentage, so that 96 % and 99 % look different.
const FLOOR: u32 = 50;

pub(in crate::words) fn compliance(speaker: &Speaker<'_>, period: Compliance) -> Given {
    let count = |n: u32| Value::Number(f64::from(n));
    let all = period.decided();
    let share = |n: u32| if all == 0 { 0 } else { (n * 100).div_ceil(all) };
    let (met_late, late) = (share(period.met_late), share(period.late));
    let waived = match period.waived {
        0 => String::new(),
        waived => speaker.say("digest-excused", &[("count", count(waived))]),
    };
    context! {
        month => words::month(speaker.language, period.month),
        percent => period.percent(),
        counts => speaker.say("mail-digest-compliance-counts", &[
            ("kept", count(period.kept)), ("all", count(all)),
            ("metlate", count(period.met_late)), ("late", count(period.late)),
        ]),
        reports => speaker.say("mail-digest-compliance-reports", &[
            ("kept", count(period.reports_kept)),
            ("all", count(period.reports_kept + period.reports_met_late + period.reports_late)),
        ]),
        excused => waived,
        // Late items are always visible, however small their share.
        bar => context! { kept => 100_u32.saturating_sub(met_late + late), met_late => met_late, late => late },
    }
}

/// One column for each period, oldest first; empty if there is nothing to compare with.
pub(in crate::words) fn trend(
    speaker: &Speaker<'_>,
    periods: &[Compliance],
    name: impl Fn(Language, NaiveDate) -> String,
) -> Vec<Given> {
    if periods.len() < 2 {
        return Vec::new();
    }
    let column = |period: &Compliance| {
        let percent = period.percent();
        let above = percent.map_or(0, |percent| percent.saturating_sub(FLOOR));
        let height = (above * HEIGHT / (100 - FLOOR)).max(2);
        context! { name => name(speaker.language, period.month), percent => percent, height => height }
    };
    periods.iter().map(column).collect()
}
