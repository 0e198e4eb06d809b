//! The digest's sections, shortened to what one screen holds.

mod incomplete;
mod lists;
mod trend;
mod unfit;
mod unreachable;
mod week;

pub(crate) use lists::lists;
pub use lists::{List, ListLine};
pub(super) use lists::{csv, to_act_on as complete, to_know};
pub(super) use trend::{compliance, trend};
pub(super) use unfit::unfit_words;
use unfit::{doubtful, unfit};

use chrono::NaiveDate;
use minijinja::{Value as Given, context};

use self::incomplete::incomplete;
use self::unreachable::unreachable;
use super::{Speaker, address, late_by};
use crate::address::one_line;
use domain::audit::promises::held::{DifferencePlace, DifferenceReading};
use domain::calendar::Ledger;
use domain::digest::{
    AskedLine, BegunLine, CalledOffLine, DifferenceLine, Digest, DueLine, FormLine, Instead, LATE_SHOWN, MovedLine,
    NotCountedLine, NotPlannedLine, PhaseLine, Risk, SHOWN, UndeliveredLine, UnwrittenLine, VisitLine, WaitsFor,
};
use domain::planning::slots::Unplanned;
use domain::promises::account;
use domain::promises::{Move, Owed};
pub(crate) use domain::wording::first_up;
use words::Value;

/// Number of late lines that explain how their due date was counted; for the rest, their page does.
const WITH_LEDGER: usize = 3;
/// Maximum number of names in the summary of who has the most late items.
const NAMED: usize = 3;

/// A titled list.
pub(super) struct DigestSection {
    /// The list's name in addresses: `late`, `at-risk`, …
    name: &'static str,
    title: String,
    count: usize,
    /// `late`, `warn` or `calm`.
    tone: &'static str,
    lines: Vec<DigestLine>,
    /// `and 12 more`; empty if all lines are shown.
    more: String,
}

/// A line, with `what` on the left, `tag` on the right, and `detail` and `note` below.
pub(super) struct DigestLine {
    pub what: String,
    pub tag: String,
    pub detail: String,
    /// Why it is listed; empty if the list itself says so.
    pub note: String,
    pub link: Option<String>,
}

impl DigestSection {
    fn given(self, all: Option<&str>) -> Given {
        let line = |line: DigestLine| {
            context! {
                what => line.what, tag => line.tag, detail => line.detail, note => line.note,
                link => line.link.as_deref().map(address),
            }
        };
        context! {
            title => self.title,
            count => self.count,
            tone => self.tone,
            lines => self.lines.into_iter().map(line).collect::<Vec<_>>(),
            more => self.more,
            // The page has an anchor for each list.
            link => all.map(|all| address(&format!("{all}#{}", self.name))),
        }
    }
}

pub(super) fn context(speaker: &Speaker<'_>, digest: &Digest) -> Given {
    let (verdict, tone) = verdict(speaker, digest);
    let to_act_on = to_act_on(speaker, digest);
    let to_know = [
        section(speaker, "rebooked", "calm", &digest.rebooked, SHOWN, visit),
        section(speaker, "called-off", "calm", &digest.called_off, SHOWN, called_off),
        section(speaker, "rests", "calm", &digest.rests, SHOWN, incomplete),
        section(speaker, "notes", "calm", &digest.notes, SHOWN, form),
        section(speaker, "moved", "calm", &digest.moved, SHOWN, moved),
        section(speaker, "begun", "calm", &digest.begun, SHOWN, begun),
        section(speaker, "trainings", "calm", &digest.trainings, SHOWN, visit),
        section(speaker, "phases", "calm", &digest.phases, SHOWN, phase),
    ];
    let all = digest.link.as_deref();
    let given = |sections: Vec<DigestSection>| sections.into_iter().map(|one| one.given(all)).collect::<Vec<_>>();
    context! {
        tone => tone,
        verdict => verdict,
        day => speaker.date(digest.day),
        short_day => speaker.short(digest.day),
        all_well => digest.is_all_well(),
        quiet => digest.is_quiet().then(|| quiet(speaker, digest)),
        to_act_on => given(to_act_on),
        most_late => most_late(speaker, &digest.late),
        to_know => given(to_know.into_iter().flatten().collect()),
        week => week::rows(speaker, digest),
        week_title => speaker.say("digest-week", &[("count", Value::count(digest.week.len()))]),
        compliance => compliance(speaker, digest.compliance),
        trend => trend(speaker, &digest.trend, words::short_month),
        all => all.map(address),
        attached => lists::is_attached(digest).then(|| speaker.say("digest-attached", &[])),
    }
}

/// The lists that need a decision, in reading order.
fn to_act_on(speaker: &Speaker<'_>, digest: &Digest) -> Vec<DigestSection> {
    let mut late = section(speaker, "late", "late", &digest.late, LATE_SHOWN, late);
    if let Some(section) = &mut late {
        for (line, due) in section.lines.iter_mut().zip(&digest.late).take(WITH_LEDGER) {
            let account = due.ledger.as_ref().map(|ledger| counted(speaker, ledger, due.owed));
            line.note = joined([std::mem::take(&mut line.note), account.unwrap_or_default()]);
        }
    }
    let sections = [
        late,
        section(speaker, "due-today", "warn", &digest.due_today, SHOWN, due),
        section(speaker, "at-risk", "warn", &digest.at_risk, SHOWN, due),
        section(speaker, "without-record", "warn", &digest.without_record, SHOWN, due),
        section(speaker, "not-planned", "warn", &digest.not_planned, SHOWN, not_planned),
        section(speaker, "not-counted", "warn", &digest.not_counted, SHOWN, not_counted),
        section(speaker, "undelivered", "late", &digest.undelivered, SHOWN, undelivered),
        section(speaker, "unreachable", "late", &digest.unreachable, SHOWN, unreachable),
        section(speaker, "unfit", "warn", &digest.unfit, SHOWN, unfit),
        section(speaker, "doubtful", "warn", &digest.doubtful, SHOWN, doubtful),
        section(speaker, "incomplete", "warn", &digest.incomplete, SHOWN, incomplete),
        section(speaker, "unwritten", "late", &digest.unwritten, SHOWN, unwritten),
        section(speaker, "asked-to-move", "warn", &digest.asked_to_move, SHOWN, asked),
        section(speaker, "to-review", "warn", &digest.to_review, SHOWN, form),
        section(speaker, "without-recipient", "warn", &digest.without_recipient, SHOWN, visit),
        section(speaker, "differences", "late", &digest.differences, SHOWN, differs),
    ];
    sections.into_iter().flatten().collect()
}

/// The second of the two lines of a digest with nothing to report.
fn quiet(speaker: &Speaker<'_>, digest: &Digest) -> String {
    let visits = speaker.say("digest-week-visits", &[("count", Value::count(digest.week.len()))]);
    let month = Value::owned(words::month(speaker.language, digest.compliance.month));
    match digest.compliance.percent() {
        Some(percent) => speaker.say(
            "digest-quiet",
            &[("visits", Value::owned(visits)), ("percent", Value::Number(f64::from(percent))), ("month", month)],
        ),
        None => speaker.say("digest-quiet-undecided", &[("visits", Value::owned(visits))]),
    }
}

/// Who has most of the late items, if there are more than the list shows.
fn most_late(speaker: &Speaker<'_>, late: &[DueLine]) -> String {
    if late.len() <= LATE_SHOWN {
        return String::new();
    }
    let mut counts = std::collections::BTreeMap::<&str, usize>::new();
    for name in late.iter().filter_map(|line| line.engineer.as_deref()) {
        *counts.entry(name).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let names: Vec<_> =
        counts.into_iter().take(NAMED).map(|(name, count)| format!("{} {count}", one_line(name))).collect();
    match names.is_empty() {
        true => String::new(),
        false => speaker.say("digest-most-late", &[("names", Value::owned(names.join(" · ")))]),
    }
}

/// The day in one sentence, the worst first.
fn verdict(speaker: &Speaker<'_>, digest: &Digest) -> (String, &'static str) {
    let counted = |key: &str, count: usize| speaker.say(key, &[("count", Value::count(count))]);
    let others = digest.at_risk.len()
        + digest.without_record.len()
        + digest.not_planned.len()
        + digest.not_counted.len()
        + digest.undelivered.len()
        + digest.unreachable.len()
        + digest.unfit.len()
        + digest.doubtful.len()
        + digest.incomplete.len()
        + digest.unwritten.len()
        + digest.asked_to_move.len()
        + digest.to_review.len()
        + digest.without_recipient.len()
        + digest.differences.len();
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
    name: &'static str,
    tone: &'static str,
    all: &[T],
    shown: usize,
    line: impl Fn(&Speaker<'_>, &T) -> DigestLine,
) -> Option<DigestSection> {
    let hidden = all.len().saturating_sub(shown);
    (!all.is_empty()).then(|| DigestSection {
        name,
        title: speaker.say(&format!("mail-digest-{name}"), &[]),
        count: all.len(),
        tone,
        lines: all.iter().take(shown).map(|item| line(speaker, item)).collect(),
        more: match hidden {
            0 => String::new(),
            hidden => speaker.say("mail-digest-more", &[("count", Value::count(hidden))]),
        },
    })
}

fn due(speaker: &Speaker<'_>, line: &DueLine) -> DigestLine {
    let engineer = line.engineer.as_deref().map_or_else(|| speaker.say("mail-no-engineer", &[]), one_line);
    let provisional = match line.provisional {
        true => speaker.say("mail-digest-provisional", &[]),
        false => String::new(),
    };
    let note = match (line.risk, line.waits_for) {
        (Some(risk), Some(WaitsFor::Record)) => {
            joined([risk_words(speaker, risk), waits_words(speaker, WaitsFor::Record)])
        }
        (Some(risk), _) => risk_words(speaker, risk),
        (None, Some(waits_for)) => waits_words(speaker, waits_for),
        (None, None) => String::new(),
    };
    DigestLine {
        what: format!("{} · {}", first_up(&speaker.owed(line.owed, line.purpose)), one_line(&line.site_name)),
        tag: speaker.say("mail-digest-due", &[("due", Value::owned(speaker.short(line.due_on)))]),
        detail: joined([engineer, one_line(&line.customer), numbers(line), provisional]),
        note: first_up(&note),
        link: line.link.clone(),
    }
}

fn late(speaker: &Speaker<'_>, line: &DueLine) -> DigestLine {
    let due = due(speaker, line);
    let engineer = line.engineer.as_deref().map_or_else(|| speaker.say("mail-no-engineer", &[]), one_line);
    let detail = joined([engineer, one_line(&line.customer), due.tag, numbers(line)]);
    DigestLine { tag: late_by(speaker, line.days_late.max(1)), detail, ..due }
}

/// What a deadline is waiting for, as a clause without a full stop.
pub(super) fn waits_words(speaker: &Speaker<'_>, waits_for: WaitsFor) -> String {
    match waits_for {
        WaitsFor::Record => speaker.say("digest-waits-record", &[]),
        WaitsFor::Drawing => speaker.say("digest-waits-drawing", &[]),
        WaitsFor::Delivery => speaker.say("digest-waits-delivery", &[]),
        WaitsFor::Refused => speaker.say("digest-waits-refused", &[]),
        WaitsFor::Recipient => speaker.say("digest-waits-recipient", &[]),
        WaitsFor::Visit { day } => speaker.say("digest-waits-visit", &[("day", Value::owned(speaker.short(day)))]),
        WaitsFor::Planning => speaker.say("digest-waits-planning", &[]),
        WaitsFor::Rest => speaker.say("digest-waits-rest", &[]),
    }
}

fn risk_words(speaker: &Speaker<'_>, risk: Risk) -> String {
    let days = |days: u32| Value::Number(f64::from(days));
    match risk {
        Risk::Habit { usual, left } => {
            speaker.say("digest-risk-habit", &[("usual", days(usual)), ("left", days(left))])
        }
        Risk::LongerThanEver { left } => speaker.say("digest-risk-longer", &[("left", days(left))]),
        Risk::Soon { left } => speaker.say("digest-risk-soon", &[("left", days(left))]),
        Risk::NoVisit { left } => speaker.say("digest-risk-no-visit", &[("left", days(left))]),
        Risk::VisitTooLate { day } => {
            speaker.say("digest-risk-visit-too-late", &[("day", Value::owned(speaker.short(day)))])
        }
    }
}

/// How a due date was counted, in one sentence.
fn counted(speaker: &Speaker<'_>, ledger: &Ledger, owed: Owed) -> String {
    let say = |key: &str, values: &[(&str, Value<'_>)]| speaker.say(key, values);
    let sentence = account::sentence(ledger, owed, speaker.language, &say);
    one_line(&format!("{sentence} · {}", account::calendar(ledger, &say)))
}

fn numbers(line: &DueLine) -> String {
    line.visit.map_or_else(|| line.deadline.to_string(), |visit| visit.to_string())
}

fn visit(speaker: &Speaker<'_>, line: &VisitLine) -> DigestLine {
    DigestLine {
        what: format!("{} · {}", speaker.purpose(line.purpose), one_line(&line.site_name)),
        tag: format!("{} {}", speaker.short(line.day), words::time(line.starts)),
        detail: joined([one_line(&line.engineer), one_line(&line.customer), line.visit.to_string()]),
        note: String::new(),
        link: line.link.clone(),
    }
}

fn called_off(speaker: &Speaker<'_>, line: &CalledOffLine) -> DigestLine {
    let instead = match line.instead {
        Instead::Visit { visit, day } => {
            let day = Value::owned(speaker.short(day));
            speaker.say("digest-called-off-instead", &[("visit", Value::owned(visit.to_string())), ("day", day)])
        }
        Instead::Nothing => speaker.say("digest-called-off-nothing", &[]),
        Instead::NotNeeded => String::new(),
    };
    DigestLine { note: joined([format!("“{}”", one_line(&line.reason)), instead]), ..visit(speaker, &line.visit) }
}

fn asked(speaker: &Speaker<'_>, line: &AskedLine) -> DigestLine {
    let by = speaker.say("digest-asked-by", &[("by", Value::owned(one_line(&line.by)))]);
    let comment = line.comment.as_deref().map_or_else(String::new, |comment| format!("“{}”", one_line(comment)));
    DigestLine { note: joined([by, comment]), ..visit(speaker, &line.visit) }
}

fn form(speaker: &Speaker<'_>, line: &FormLine) -> DigestLine {
    let form = Value::Number(f64::from(u32::try_from(line.form.0).unwrap_or(u32::MAX)));
    let why = line.why.map_or_else(String::new, |why| {
        let values = [("why", Value::text(why.word())), ("form", form)];
        speaker.say("digest-review-why", &values)
    });
    let note = if line.note.is_empty() { String::new() } else { format!("“{}”", one_line(&line.note)) };
    DigestLine { note: joined([why, note]), ..visit(speaker, &line.visit) }
}

fn not_planned(speaker: &Speaker<'_>, line: &NotPlannedLine) -> DigestLine {
    let slots = match line.slots {
        0 | 1 => String::new(),
        slots => speaker.say("mail-digest-slots", &[("count", Value::Number(f64::from(slots)))]),
    };
    DigestLine {
        what: format!("{} · {}", speaker.purpose(line.purpose), one_line(&line.site_name)),
        tag: speaker.span(line.first_on, line.last_on),
        detail: joined([why(speaker, &line.why), slots]),
        note: String::new(),
        link: line.link.clone(),
    }
}

pub(super) fn why(speaker: &Speaker<'_>, why: &Unplanned) -> String {
    let text = |text: &str| Value::owned(one_line(text));
    match why {
        Unplanned::NoCalendar { calendar } => {
            speaker.say("mail-unplanned-no-calendar", &[("calendar", text(calendar))])
        }
        Unplanned::UnknownHolidays { calendar, known_through } => speaker.say(
            "mail-unplanned-unknown-holidays",
            &[("calendar", text(calendar)), ("day", Value::owned(words::short_date(speaker.language, *known_through)))],
        ),
        Unplanned::NoWorkingDay => speaker.say("mail-unplanned-no-working-day", &[]),
        Unplanned::NoSkill { skills } => {
            speaker.say("mail-unplanned-no-skill", &[("skills", text(&skills.join(", ")))])
        }
        Unplanned::OutOfReach { skills, engineers } => speaker.say(
            "mail-unplanned-out-of-reach",
            &[("skills", text(&skills.join(", "))), ("engineers", Value::Number(f64::from(*engineers)))],
        ),
        Unplanned::NoRoom { engineers } => {
            speaker.say("mail-unplanned-no-room", &[("engineers", Value::Number(f64::from(*engineers)))])
        }
        Unplanned::NoEquipment => speaker.say("mail-unplanned-no-equipment", &[]),
        Unplanned::NoPlan { plan } => speaker.say("mail-unplanned-no-plan", &[("plan", text(plan))]),
        Unplanned::Passed => speaker.say("mail-unplanned-passed", &[]),
        Unplanned::CalledOff => speaker.say("mail-unplanned-called-off", &[]),
    }
}

fn not_counted(speaker: &Speaker<'_>, line: &NotCountedLine) -> DigestLine {
    DigestLine {
        what: format!(
            "{} · {}",
            first_up(&speaker.say("mail-owed-any", &[("owed", Value::text(line.owed.word()))])),
            one_line(&line.site_name)
        ),
        tag: line.deadline.to_string(),
        detail: one_line(&line.why),
        note: String::new(),
        link: line.link.clone(),
    }
}

/// A new promise, and from which day on it is kept.
fn begun(speaker: &Speaker<'_>, line: &BegunLine) -> DigestLine {
    let purpose = speaker.purpose(line.purpose);
    let sites = [("sites", Value::count(usize::try_from(line.sites).unwrap_or(usize::MAX)))];
    DigestLine {
        what: format!("{} · {}", first_up(&purpose), one_line(line.contract.as_str())),
        tag: speaker.say("mail-digest-begun-from", &[("day", Value::owned(speaker.short(line.next_on)))]),
        detail: speaker.say("mail-digest-begun-sites", &sites),
        note: String::new(),
        link: None,
    }
}

/// The old and the new due date, and the days that made the difference.
fn moved(speaker: &Speaker<'_>, line: &MovedLine) -> DigestLine {
    let day = |day: Option<NaiveDate>| {
        Value::owned(day.map_or_else(|| speaker.say("ledger-not-counted", &[]), |day| speaker.short(day)))
    };
    let Move { was_on, is_on, is_calendar, is_version, why, .. } = &line.moved;
    let by = [("calendar", Value::text(is_calendar)), ("version", Value::text(is_version))];
    DigestLine {
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
        note: String::new(),
        link: None,
    }
}

/// Where the books differ from the facts, and what each of them says.
fn differs(speaker: &Speaker<'_>, line: &DifferenceLine) -> DigestLine {
    let on = |day: NaiveDate| Value::owned(speaker.short(day));
    let (first, last, visit) = match line.place {
        DifferencePlace::Window { first_on, last_on } => (on(first_on), on(last_on), String::new()),
        DifferencePlace::Record { visit, day } => (on(day), on(day), visit.to_string()),
        DifferencePlace::Report { visit } => (Value::text(""), Value::text(""), visit.to_string()),
        DifferencePlace::Correction { visit, revision } => {
            (Value::text(""), Value::text(""), format!("{visit}-{revision}"))
        }
        DifferencePlace::Visit { visit, day } => (on(day), on(day), visit.to_string()),
    };
    let place =
        [("of", Value::text(line.place.word())), ("first", first), ("last", last), ("visit", Value::text(&visit))];
    let reads = |reading: DifferenceReading| {
        let day = reading.day().map_or(Value::text(""), on);
        Value::owned(speaker.say("digest-difference-reads", &[("reads", Value::text(reading.word())), ("day", day)]))
    };
    let both = [("facts", reads(line.facts)), ("books", reads(line.held))];
    DigestLine {
        what: format!("{} · {}", first_up(&speaker.say("digest-difference-place", &place)), one_line(&line.site_name)),
        tag: line.number.to_string(),
        detail: one_line(&speaker.say("digest-difference-both", &both)),
        note: String::new(),
        link: None,
    }
}

fn undelivered(_: &Speaker<'_>, undelivered: &UndeliveredLine) -> DigestLine {
    let line = &undelivered.letter;
    DigestLine {
        what: one_line(&line.to),
        tag: format!("{}", line.letter),
        detail: joined([one_line(&line.subject), one_line(&line.outcome)]),
        note: String::new(),
        link: undelivered.link.clone(),
    }
}

fn unwritten(_: &Speaker<'_>, line: &UnwrittenLine) -> DigestLine {
    DigestLine {
        what: one_line(&line.to),
        tag: format!("{}", line.letter),
        detail: joined([one_line(&line.notice), one_line(&line.why)]),
        note: String::new(),
        link: None,
    }
}

fn phase(speaker: &Speaker<'_>, line: &PhaseLine) -> DigestLine {
    DigestLine {
        what: format!("{} · {}", one_line(&line.equipment_name), one_line(&line.site_name)),
        tag: words::short_date(speaker.language, line.warranty_ends_on),
        detail: one_line(line.equipment.as_str()),
        note: String::new(),
        link: None,
    }
}

/// Joins the parts that are not empty.
pub(super) fn joined<const N: usize>(parts: [String; N]) -> String {
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
