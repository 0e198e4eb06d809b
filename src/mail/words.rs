//! The template context: the facts of a notice, formatted in the reader's language.

mod digest;
mod page;
mod review;

pub use self::digest::{List, ListLine};
pub(super) use self::digest::{first_up, lists};
pub use self::page::{LedgerRow, PageWords};

use chrono::{NaiveDate, NaiveTime};
use minijinja::{Value as Given, context};

use super::Composer;
use super::address::one_line;
use domain::calendar::{Ledger, WorkingDays};
use domain::contract::{FlagAt, Purpose};
use domain::ids::ContractCode;
use domain::language::Language;
use domain::letters::notice::{
    DeadlineWords, Ending, HotlineWords, Notice, PdfDelivery, PhaseWords, Reader, Reissue, VisitWords,
};
use domain::letters::owed::Links;
use domain::letters::undelivered::UndeliveredWords;
use domain::people::ReaderRole;
use domain::promises::Owed;
use domain::promises::account;
use words::{Locales, Value};

/// The texts of one language.
pub(super) struct Speaker<'a> {
    pub locales: &'a Locales,
    pub language: Language,
}

impl Speaker<'_> {
    fn say(&self, key: &str, values: &[(&str, Value<'_>)]) -> String {
        self.locales.say(self.language, key, values)
    }

    fn date(&self, day: NaiveDate) -> String {
        words::date(self.language, day)
    }

    fn short(&self, day: NaiveDate) -> String {
        words::weekday_and_day(self.language, day)
    }

    fn span(&self, from: NaiveDate, through: NaiveDate) -> String {
        if from == through { self.short(from) } else { format!("{} – {}", self.short(from), self.short(through)) }
    }

    fn takes(&self, minutes: u32) -> String {
        let (hours, minutes) = (Value::Number(f64::from(minutes / 60)), Value::Number(f64::from(minutes % 60)));
        match (&hours, &minutes) {
            (Value::Number(0.0), _) => self.say("mail-takes-minutes", &[("minutes", minutes)]),
            (_, Value::Number(0.0)) => self.say("mail-takes-hours", &[("hours", hours)]),
            (_, _) => self.say("mail-takes-both", &[("hours", hours), ("minutes", minutes)]),
        }
    }

    fn purpose(&self, purpose: Purpose) -> String {
        self.say("mail-purpose", &[("purpose", Value::text(purpose.word()))])
    }

    /// `inspection report`, without an article.
    fn owed(&self, owed: Owed, purpose: Purpose) -> String {
        self.say(&format!("mail-owed-{}", owed.word()), &[("purpose", Value::text(purpose.word()))])
    }
}

/// The context of a notice's templates. User text is reduced to single lines without control characters.
pub(super) fn context(
    composer: &Composer,
    speaker: &Speaker<'_>,
    notice: &Notice,
    reader: &Reader,
    links: &Links,
) -> Given {
    let form = links.form.as_deref().filter(|_| notice.about().asks);
    let visit_words = |speaker, visit| visit_words(speaker, visit, form);
    let about = match notice {
        Notice::VisitAnnounced { visit } | Notice::VisitReminder { visit } => {
            context! { visit => visit_words(speaker, visit), tone => "calm" }
        }
        Notice::VisitMoved { visit, was } => {
            context! { visit => visit_words(speaker, visit), was => moment(speaker, *was), tone => "warn" }
        }
        Notice::VisitPassedOn { visit, to } => {
            context! { visit => visit_words(speaker, visit), to => one_line(to), tone => "warn" }
        }
        Notice::VisitCancelled { visit, reason, ended_on, rest_of } => {
            let reason = match (ended_on, rest_of) {
                (None, None) => one_line(reason),
                (None, Some(first)) => {
                    let first = Value::owned(first.to_string());
                    speaker.say("mail-visit-cancelled-nothing-left", &[("visit", first)])
                }
                (Some(day), _) => {
                    speaker.say("mail-visit-cancelled-contract-ended", &[("day", Value::owned(speaker.date(*day)))])
                }
            };
            context! { visit => visit_words(speaker, visit), reason => reason, tone => "warn" }
        }
        Notice::VisitNotDone { visit, reason } => {
            context! { visit => visit_words(speaker, visit), reason => one_line(reason), tone => "warn" }
        }
        Notice::VisitAskedToMove { visit, by, comment } => context! {
            visit => visit_words(speaker, visit),
            by => one_line(by),
            comment => comment.as_deref().map(one_line).unwrap_or_default(),
            tone => "warn",
        },
        Notice::ReportDelivered { visit, completed_on, not_inspected, pdf, reissue } => context! {
            visit => visit_words(speaker, visit),
            not_inspected => *not_inspected,
            completed_on => speaker.date(*completed_on),
            completed_short => words::short_date(speaker.language, *completed_on),
            file => file(speaker, pdf),
            reissue => reissue.as_ref().map(|reissue| reissue_words(speaker, reissue)),
            tone => "calm",
        },
        Notice::CertificateDelivered { visit, completed_on, attendees, pdf, reissue } => context! {
            visit => visit_words(speaker, visit),
            completed_on => speaker.date(*completed_on),
            completed_short => words::short_date(speaker.language, *completed_on),
            attendees => attendees
                .iter()
                .map(|person| {
                    let (name, role) = (one_line(&person.name), one_line(&person.role));
                    if role.is_empty() { name } else { format!("{name} ({role})") }
                })
                .collect::<Vec<_>>(),
            file => file(speaker, pdf),
            reissue => reissue.as_ref().map(|reissue| reissue_words(speaker, reissue)),
            tone => "calm",
        },
        Notice::CountersignAsked { visit, completed_on, until, url } => context! {
            visit => visit_words(speaker, visit),
            completed_on => speaker.date(*completed_on),
            completed_short => speaker.short(*completed_on),
            until => speaker.date(*until),
            url => address(url),
            tone => "calm",
        },
        Notice::DeadlineFlagged { deadline } => deadline_words(speaker, deadline, form),
        Notice::HotlineChanged { hotline } => hotline_words(speaker, hotline),
        Notice::PhaseEnding { phase } => phase_words(speaker, phase),
        Notice::Digest(digest) => digest::context(speaker, digest),
        Notice::Canary { day, head, dir } => {
            context! { day => speaker.date(*day), on => day.to_string(), head => head, dir => dir, tone => "calm" }
        }
        Notice::Review(review) => review::context(speaker, review),
        Notice::Undelivered { letter } => undelivered_words(speaker, letter),
    };
    let common = context! {
        tag => speaker.language.tag(),
        company => one_line(&composer.company),
        address => one_line(&composer.address),
        hotline => composer.hotline.as_deref().map(one_line),
        unsubscribe => links.unsubscribe.as_deref().map(address),
        reader => one_line(&reader.name),
        role => match reader.role {
            ReaderRole::Engineer(_) => "engineer",
            ReaderRole::Manager(_) => "manager",
            ReaderRole::Customer(_) => "customer",
        },
    };
    context! { ..about, ..common }
}

/// A visit, with the address of its form if the letter asks for the record.
fn visit_words(speaker: &Speaker<'_>, visit: &VisitWords, form: Option<&str>) -> Given {
    context! {
        number => visit.id.to_string(),
        purpose => visit.purpose.word(),
        customer => one_line(&visit.customer),
        site => one_line(visit.site.as_str()),
        site_name => one_line(&visit.site_name),
        address => one_line(&visit.address),
        day => speaker.date(visit.day),
        short_day => speaker.short(visit.day),
        starts => words::time(visit.starts),
        takes => speaker.takes(visit.takes_minutes),
        engineer => one_line(&visit.engineer),
        phone => one_line(&visit.engineer_phone),
        equipment => lines(&visit.equipment),
        topics => lines(&visit.topics),
        why => visit.why.as_deref().map(|why| why_words(speaker, visit, why)),
        form_link => form.map(address),
    }
}

/// Why a visit was added: in somebody's own words, or what an earlier one could not inspect.
fn why_words(speaker: &Speaker<'_>, visit: &VisitWords, why: &str) -> String {
    let why = one_line(why);
    match visit.rest_of {
        None => why,
        Some(first) => {
            let first = Value::owned(first.to_string());
            speaker.say("mail-why-rest", &[("visit", first), ("why", Value::owned(why))])
        }
    }
}

/// A web address that is marked safe if nothing in it needs escaping; otherwise it is escaped like any other text.
fn address(url: &str) -> Given {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$()*+,;=%".contains(c);
    if url.chars().all(is_plain) { Given::from_safe_string(url.to_owned()) } else { Given::from(url) }
}

fn moment(speaker: &Speaker<'_>, (day, time): (NaiveDate, NaiveTime)) -> Given {
    context! { day => speaker.date(day), starts => words::time(time) }
}

fn file(speaker: &Speaker<'_>, pdf: &PdfDelivery) -> Given {
    let (name, size, url, until) = match pdf {
        PdfDelivery::Attached { file_name, size, .. } => (file_name, *size, None, None),
        PdfDelivery::Linked { file_name, size, url, until } => {
            (file_name, *size, Some(address(url)), Some(speaker.date(*until)))
        }
    };
    let size = match size.div_ceil(1024) {
        kilobytes @ ..1024 => speaker.say("mail-file-size", &[("kilobytes", Value::count(kilobytes))]),
        kilobytes => speaker.say("mail-file-size-mb", &[("megabytes", Value::count(kilobytes.div_ceil(1024)))]),
    };
    context! { name => one_line(name), size => size, url => url, until => until }
}

fn deadline_words(speaker: &Speaker<'_>, deadline: &DeadlineWords, form: Option<&str>) -> Given {
    let (level, tone) = match deadline.at {
        FlagAt::Before(_) => ("before", "calm"),
        FlagAt::OnTheDay => ("today", "warn"),
        FlagAt::Late(WorkingDays(0 | 1)) => ("late", "late"),
        FlagAt::Late(_) => ("escalated", "late"),
    };
    // A record counts as missing from the day after the visit, even while it is not late yet.
    let tone = if deadline.owed == Owed::Record && tone == "calm" { "warn" } else { tone };
    let standing = match (deadline.at, deadline.days_late) {
        (FlagAt::Before(_) | FlagAt::OnTheDay, 0) => speaker.say("mail-standing-open", &[]),
        (FlagAt::Late(_), 0) => speaker.say("mail-standing-just-late", &[]),
        (FlagAt::Before(_) | FlagAt::OnTheDay | FlagAt::Late(_), days) => late_by(speaker, days),
    };
    context! {
        tone => tone,
        level => level,
        number => deadline.id.to_string(),
        owed => deadline.owed.word(),
        what => speaker.owed(deadline.owed, deadline.purpose),
        visit_number => deadline.visit.map_or_else(String::new, |visit| visit.to_string()),
        customer => one_line(&deadline.customer),
        site => one_line(deadline.site.as_str()),
        site_name => one_line(&deadline.site_name),
        engineer => deadline.engineer.as_deref().map(one_line).unwrap_or_default(),
        purpose => deadline.purpose.word(),
        since => speaker.date(deadline.since_on),
        short_since => speaker.short(deadline.since_on),
        days => deadline.days_late,
        due => speaker.date(deadline.due_on),
        short_due => speaker.short(deadline.due_on),
        standing => standing,
        report_due => deadline.report_due_on.map(|due_on| speaker.date(due_on)),
        ledger => deadline.ledger.as_ref().map(|ledger| ledger_words(speaker, ledger)),
        visit => context! { form_link => form.map(address) },
    }
}

fn late_by(speaker: &Speaker<'_>, days: u32) -> String {
    speaker.say("mail-standing-late", &[("days", Value::Number(f64::from(days)))])
}

/// Why a report is sent again, and which one it replaces.
fn reissue_words(speaker: &Speaker<'_>, reissue: &Reissue) -> Given {
    context! {
        revision => reissue.revision,
        replaces => reissue.replaces.revision,
        of => speaker.date(reissue.replaces.issued_on),
        signed_by => reissue.signed_since_by.as_deref().map(one_line).unwrap_or_default(),
    }
}

/// Every day counted or skipped, and why.
fn ledger_words(speaker: &Speaker<'_>, ledger: &Ledger) -> Given {
    let entry = |entry: account::Entry| {
        let counted = match entry.is {
            account::Counting::Yes => true,
            account::Counting::No => false,
        };
        context! { days => entry.days, why => one_line(&entry.says), counted => counted }
    };
    let entries = account::entries(ledger, speaker.language, &|key, values| speaker.say(key, values));
    context! {
        within => f64::from(ledger.within.0),
        from => speaker.date(ledger.from),
        calendar => one_line(&ledger.calendar),
        version => one_line(&ledger.version),
        due => speaker.date(ledger.due_on),
        provisional => ledger.provisional,
        lines => entries.into_iter().map(entry).collect::<Vec<_>>(),
    }
}

fn hotline_words(speaker: &Speaker<'_>, hotline: &HotlineWords) -> Given {
    context! {
        tone => "calm",
        number => one_line(&hotline.number),
        previous => one_line(&hotline.previous),
        customer => one_line(&hotline.customer),
        day => speaker.date(hotline.changed_on),
    }
}

fn phase_words(speaker: &Speaker<'_>, phase: &PhaseWords) -> Given {
    let (ending, equipment) = match &phase.ending {
        Ending::Warranty { equipment } => ("warranty", equipment.as_slice()),
        Ending::Contract => ("contract", &[][..]),
    };
    let one = |(name, site): &(String, String)| context! { name => one_line(name), site => one_line(site) };
    context! {
        tone => "warn",
        ending => ending,
        customer => one_line(&phase.customer),
        contract => one_line(phase.contract.as_ref().map_or("", ContractCode::as_str)),
        day => speaker.date(phase.ends_on),
        short_day => words::short_date(speaker.language, phase.ends_on),
        days => phase.days_left,
        equipment => equipment.iter().map(one).collect::<Vec<_>>(),
    }
}

fn undelivered_words(speaker: &Speaker<'_>, letter: &UndeliveredWords) -> Given {
    context! {
        tone => "late",
        number => letter.letter.0,
        subject => one_line(&letter.subject),
        to => one_line(&letter.to),
        kind => letter.notice.as_str(),
        given_up => format!(
            "{} {} UTC",
            speaker.date(letter.given_up_at.date_naive()),
            words::time(letter.given_up_at.time()),
        ),
        said => one_line(&letter.outcome),
        attempts => letter.attempts,
    }
}

fn lines(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| one_line(text)).filter(|text| !text.is_empty()).collect()
}
