//! The digest's sections, shortened to what one screen holds.

use chrono::NaiveDate;
use minijinja::{Value as Given, context};

use super::{Speaker, late_by};
use crate::domain::account;
use crate::domain::calendar::Ledger;
use crate::domain::deadline::{Move, Owed};
use crate::domain::digest::{
    Compliance, Digest, DueLine, MovedLine, NotCountedLine, NotPlannedLine, PhaseLine, VisitLine,
};
use crate::domain::notice::UndeliveredWords;
use crate::domain::slots::Unplanned;
pub(in crate::mail) use crate::domain::wording::first_up;
use crate::locales::{self, Value};
use crate::mail::address::one_line;

/// Lines of a section that a letter shows.
const SHOWN: usize = 15;

/// A titled list.
struct Section {
    title: String,
    count: usize,
    /// `late`, `warn` or `calm`.
    tone: &'static str,
    lines: Vec<Line>,
    /// `and 12 more`; empty where all are shown.
    more: String,
}

/// `what` at the left, `tag` at the right, `detail` below.
struct Line {
    what: String,
    tag: String,
    detail: String,
    /// How its due day was counted; empty where it was not.
    account: String,
}

impl Section {
    fn given(self) -> Given {
        let lines = self.lines.into_iter();
        let lines = lines.map(|line| {
            context! { what => line.what, tag => line.tag, detail => line.detail, account => line.account }
        });
        context! {
            title => self.title,
            count => self.count,
            tone => self.tone,
            lines => lines.collect::<Vec<_>>(),
            more => self.more,
        }
    }
}

pub(super) fn context(speaker: &Speaker<'_>, digest: &Digest) -> Given {
    let (verdict, tone) = verdict(speaker, digest);
    let to_act_on = [
        section(speaker, "late", "late", &digest.late, late),
        section(speaker, "due-today", "warn", &digest.due_today, due),
        section(speaker, "at-risk", "warn", &digest.at_risk, due),
        section(speaker, "without-record", "warn", &digest.without_record, visit),
        section(speaker, "not-planned", "warn", &digest.not_planned, not_planned),
        section(speaker, "not-counted", "warn", &digest.not_counted, not_counted),
        section(speaker, "undelivered", "late", &digest.undelivered, undelivered),
        section(speaker, "without-recipient", "warn", &digest.without_recipient, visit),
    ];
    let to_know = [
        section(speaker, "moved", "calm", &digest.moved, moved),
        section(speaker, "today", "calm", &digest.today, visit),
        section(speaker, "week", "calm", &digest.week, visit),
        section(speaker, "trainings", "calm", &digest.trainings, visit),
        section(speaker, "phases", "calm", &digest.phases, phase),
    ];
    context! {
        tone => tone,
        verdict => verdict,
        day => speaker.date(digest.day),
        short_day => speaker.short(digest.day),
        all_well => digest.is_all_well(),
        to_act_on => to_act_on.into_iter().flatten().map(Section::given).collect::<Vec<_>>(),
        to_know => to_know.into_iter().flatten().map(Section::given).collect::<Vec<_>>(),
        compliance => compliance(speaker, digest.compliance),
    }
}

/// The day in one sentence: the worst first.
fn verdict(speaker: &Speaker<'_>, digest: &Digest) -> (String, &'static str) {
    let counted = |key: &str, count: usize| speaker.say(key, &[("count", Value::count(count))]);
    let others = digest.at_risk.len()
        + digest.without_record.len()
        + digest.not_planned.len()
        + digest.not_counted.len()
        + digest.undelivered.len()
        + digest.without_recipient.len();
    if !digest.late.is_empty() {
        let reports = digest.late.iter().all(|line| line.owed == Owed::Report);
        let key = if reports { "mail-digest-verdict-reports" } else { "mail-digest-verdict-late" };
        (counted(key, digest.late.len()), "late")
    } else if !digest.due_today.is_empty() {
        (counted("mail-digest-verdict-today", digest.due_today.len()), "warn")
    } else if others > 0 {
        (counted("mail-digest-verdict-attention", others), "warn")
    } else {
        (speaker.say("mail-digest-verdict-well", &[]), "calm")
    }
}

fn section<T>(
    speaker: &Speaker<'_>,
    name: &str,
    tone: &'static str,
    all: &[T],
    line: impl Fn(&Speaker<'_>, &T) -> Line,
) -> Option<Section> {
    let hidden = all.len().saturating_sub(SHOWN);
    (!all.is_empty()).then(|| Section {
        title: speaker.say(&format!("mail-digest-{name}"), &[]),
        count: all.len(),
        tone,
        lines: all.iter().take(SHOWN).map(|item| line(speaker, item)).collect(),
        more: match hidden {
            0 => String::new(),
            hidden => speaker.say("mail-digest-more", &[("count", Value::count(hidden))]),
        },
    })
}

fn due(speaker: &Speaker<'_>, line: &DueLine) -> Line {
    let engineer = line.engineer.as_deref().map_or_else(|| speaker.say("mail-no-engineer", &[]), one_line);
    let began = || [("since", Value::owned(speaker.short(line.since_on)))];
    let since = match (line.owed, &line.ledger) {
        (_, Some(_)) => String::new(),
        (Owed::Record | Owed::Report, None) => speaker.say("mail-digest-counted", &began()),
        (Owed::Visit | Owed::Training, None) => speaker.say("mail-digest-window", &began()),
    };
    Line {
        what: format!("{} · {}", first_up(&speaker.owed(line.owed, line.purpose)), one_line(&line.site_name)),
        tag: speaker.say("mail-digest-due", &[("due", Value::owned(speaker.short(line.due_on)))]),
        detail: joined([engineer, one_line(&line.customer), since, numbers(line)]),
        account: line.ledger.as_ref().map_or_else(String::new, |ledger| counted(speaker, ledger, line.owed)),
    }
}

fn late(speaker: &Speaker<'_>, line: &DueLine) -> Line {
    let due = due(speaker, line);
    Line { tag: late_by(speaker, line.days_late.max(1)), detail: format!("{} · {}", due.tag, due.detail), ..due }
}

fn numbers(line: &DueLine) -> String {
    line.visit.map_or_else(|| line.deadline.to_string(), |visit| visit.to_string())
}

fn visit(speaker: &Speaker<'_>, line: &VisitLine) -> Line {
    Line {
        what: format!("{} · {}", speaker.purpose(line.purpose), one_line(&line.site_name)),
        tag: format!("{} {}", speaker.short(line.day), locales::time(line.starts)),
        detail: joined([one_line(&line.engineer), one_line(&line.customer), line.visit.to_string()]),
        account: String::new(),
    }
}

fn not_planned(speaker: &Speaker<'_>, line: &NotPlannedLine) -> Line {
    let slots = match line.slots {
        0 | 1 => String::new(),
        slots => speaker.say("mail-digest-slots", &[("count", Value::Number(f64::from(slots)))]),
    };
    Line {
        what: format!("{} · {}", speaker.purpose(line.purpose), one_line(&line.site_name)),
        tag: speaker.span(line.first_on, line.last_on),
        detail: joined([why(speaker, &line.why), slots]),
        account: String::new(),
    }
}

fn why(speaker: &Speaker<'_>, why: &Unplanned) -> String {
    let text = |text: &str| Value::owned(one_line(text));
    match why {
        Unplanned::NoCalendar { calendar } => {
            speaker.say("mail-unplanned-no-calendar", &[("calendar", text(calendar))])
        }
        Unplanned::UnknownHolidays { calendar, known_through } => speaker.say(
            "mail-unplanned-unknown-holidays",
            &[
                ("calendar", text(calendar)),
                ("day", Value::owned(locales::short_date(speaker.language, *known_through))),
            ],
        ),
        Unplanned::NoWorkingDay => speaker.say("mail-unplanned-no-working-day", &[]),
        Unplanned::NoSkill { skills } => {
            speaker.say("mail-unplanned-no-skill", &[("skills", text(&skills.join(", ")))])
        }
        Unplanned::NoRoom { engineers } => {
            speaker.say("mail-unplanned-no-room", &[("engineers", Value::Number(f64::from(*engineers)))])
        }
        Unplanned::NoEquipment => speaker.say("mail-unplanned-no-equipment", &[]),
        Unplanned::NoPlan { plan } => speaker.say("mail-unplanned-no-plan", &[("plan", text(plan))]),
        Unplanned::Passed => speaker.say("mail-unplanned-passed", &[]),
    }
}

fn not_counted(speaker: &Speaker<'_>, line: &NotCountedLine) -> Line {
    Line {
        what: format!(
            "{} · {}",
            first_up(&speaker.say("mail-owed-any", &[("owed", Value::text(line.owed.word()))])),
            one_line(&line.site_name)
        ),
        tag: line.deadline.to_string(),
        detail: one_line(&line.why),
        account: String::new(),
    }
}

/// From which day to which, and the days that made the difference.
fn moved(speaker: &Speaker<'_>, line: &MovedLine) -> Line {
    let day = |day: Option<NaiveDate>| {
        Value::owned(day.map_or_else(|| speaker.say("ledger-not-counted", &[]), |day| speaker.short(day)))
    };
    let Move { was_on, is_on, is_calendar, is_version, why, .. } = &line.moved;
    let by = [("calendar", Value::text(is_calendar)), ("version", Value::text(is_version))];
    Line {
        what: format!(
            "{} · {}",
            first_up(&speaker.say("mail-owed-any", &[("owed", Value::text(line.owed.word()))])),
            one_line(&line.site_name)
        ),
        tag: speaker.say("mail-digest-moved-from-to", &[("was", day(*was_on)), ("is", day(*is_on))]),
        detail: joined([
            one_line(&account::reasons(why, speaker.language, &|key, values| speaker.say(key, values))),
            line.deadline.to_string(),
            one_line(&speaker.say("ledger-calendar", &by)),
        ]),
        account: String::new(),
    }
}

/// How a due day was counted, in one sentence.
fn counted(speaker: &Speaker<'_>, ledger: &Ledger, owed: Owed) -> String {
    let say = |key: &str, values: &[(&str, Value<'_>)]| speaker.say(key, values);
    let sentence = account::sentence(ledger, owed, speaker.language, &say);
    one_line(&format!("{sentence} · {}", account::calendar(ledger, &say)))
}

fn undelivered(_: &Speaker<'_>, line: &UndeliveredWords) -> Line {
    Line {
        what: one_line(&line.to),
        tag: format!("L{}", line.letter),
        detail: joined([one_line(&line.subject), one_line(&line.outcome), String::new()]),
        account: String::new(),
    }
}

fn phase(speaker: &Speaker<'_>, line: &PhaseLine) -> Line {
    Line {
        what: format!("{} · {}", one_line(&line.equipment_name), one_line(&line.site_name)),
        tag: locales::short_date(speaker.language, line.warranty_ends_on),
        detail: one_line(&line.equipment),
        account: String::new(),
    }
}

fn compliance(speaker: &Speaker<'_>, month: Compliance) -> Given {
    let count = |n: u32| Value::Number(f64::from(n));
    let all = month.kept + month.met_late + month.late;
    let share = |n: u32| if all == 0 { 0 } else { (n * 100).div_ceil(all) };
    let (met_late, late) = (share(month.met_late), share(month.late));
    context! {
        month => locales::month(speaker.language, month.month),
        percent => month.percent(),
        counts => speaker.say("mail-digest-compliance-counts", &[
            ("kept", count(month.kept)), ("all", count(all)),
            ("metlate", count(month.met_late)), ("late", count(month.late)),
        ]),
        reports => speaker.say("mail-digest-compliance-reports", &[
            ("kept", count(month.reports_kept)),
            ("all", count(month.reports_kept + month.reports_met_late + month.reports_late)),
        ]),
        // What is late is always seen, however small its share.
        bar => context! { kept => 100_u32.saturating_sub(met_late + late), met_late => met_late, late => late },
    }
}

/// The parts that are not empty.
fn joined<const N: usize>(parts: [String; N]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
