//! The page of one matter.

use std::collections::HashMap;

use axum::http::StatusCode;
use axum::response::Response;
use minijinja::value::Serde;
use minijinja::{Value as Given, context};
use serde::Serialize;

use super::words::{act, differing, may_insist, moment, refused, settled};
use super::{Fields, NoOrder};
use crate::Desk;
use crate::error::WebError;
use crate::pages::answer;
use domain::access::{Act, ActKind, Matter};
use domain::access::{LinkRefused, StoredAct};
use domain::contract::Purpose;
use domain::language::Language;
use domain::people::Manager;
use domain::promises::{Due, days_late};
use domain::visits::{Appointment, VisitState};
use mail::PageWords;
use office::Office;
use office::digest::decide::{Refused, View};
use words::Value;

/// A friendly page on why a link does not open. It does not reveal whether such a link ever existed.
pub(super) fn link_refused(
    desk: &Desk,
    office: &Office,
    language: Language,
    refused: &LinkRefused,
) -> Result<Response, WebError> {
    let words = PageWords { locales: &desk.locales, language };
    let (status, why) = match refused {
        LinkRefused::Unknown => (StatusCode::NOT_FOUND, words.say("decide-link-unknown", &[])),
        LinkRefused::Expired { at } => {
            let at = moment(words, &office.config.company.time_zone, *at);
            (StatusCode::GONE, words.say("decide-link-expired", &[("at", Value::owned(at))]))
        }
        LinkRefused::Revoked => (StatusCode::GONE, words.say("decide-link-revoked", &[])),
    };
    // The address of our style sheet depends on the route, so this page has none; it is readable without.
    answer(desk, status, language, "link-refused.html", context! { why })
}

/// The notice at the top of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Note {
    Done,
    Refused(Box<(Refused, Act)>),
    NoOrder(NoOrder),
}

/// A label and its value, with a smaller line below.
#[derive(Debug, Serialize)]
struct Fact {
    label: String,
    value: String,
    below: String,
}

/// The page of one matter.
pub(super) struct MatterPage<'a> {
    pub desk: &'a Desk,
    pub office: &'a Office,
    pub manager: &'a Manager,
    pub view: &'a View,
    /// The relative path to the style sheet.
    pub root: &'a str,
    pub note: Option<Note>,
    /// What was entered before the page was shown again, so that nobody has to type it twice.
    pub typed: Option<Fields>,
}

impl MatterPage<'_> {
    fn words(&self) -> PageWords<'_> {
        PageWords { locales: &self.desk.locales, language: self.manager.language }
    }

    pub(super) async fn draw(&self, status: StatusCode) -> Result<Response, WebError> {
        let (words, view, zone) = (self.words(), self.view, &self.manager.time_zone);
        let names = self.names().await?;
        let ledger = view.deadline.as_ref().and_then(|deadline| match &deadline.due {
            Due::Counted { ledger } => Some(ledger),
            Due::Window { .. } | Due::Timed { .. } | Due::Held | Due::Unknown { .. } => None,
        });
        let acts: Vec<_> = view.acts.iter().map(|stored| self.told(stored, &names)).collect();
        let acts: Vec<_> = acts.into_iter().map(|(what, by)| context! { what => what, by => by }).collect();
        let values = context! {
            root => self.root,
            reader => self.manager.name.as_str(),
            title => self.title(),
            note => self.note(&names),
            settled => view.settled.as_ref().map(|why| settled(words, zone, why)),
            facts => Given::from(Serde(self.facts())),
            ledger => ledger.map(|ledger| Given::from(Serde(words.ledger(ledger)))),
            ledger_from => ledger.map(|ledger| ledger.from.to_string()),
            ledger_due => ledger.map(|ledger| ledger.due_on.to_string()),
            ledger_calendar => ledger.map(|ledger| ledger.calendar.as_str()),
            provisional => ledger.is_some_and(|ledger| ledger.provisional),
            acts => acts,
            forms => view.can.iter().map(|kind| self.form(*kind)).collect::<Vec<_>>(),
            written => self.typed.as_ref().and_then(|typed| typed.written(&view.can)),
            seen => view.acts.first().map_or(0, |act| act.id),
        };
        answer(self.desk, status, self.manager.language, "matter.html", values)
    }

    /// Names of the people in the history, by keys such as `manager:M-1` and by engineer code.
    async fn names(&self) -> Result<HashMap<String, String>, WebError> {
        let mut names = HashMap::new();
        for stored in &self.view.acts {
            if let Some(code) = stored.by.strip_prefix("manager:") {
                let found =
                    store::people::manager::find(&self.office.db, &code.into()).await.map_err(anyhow::Error::from)?;
                names.insert(stored.by.clone(), found.map_or_else(|| code.to_owned(), |manager| manager.name));
            }
            if let Act::Assign { engineer: code, .. } | Act::TakeProposal { engineer: code, .. } = &stored.act {
                let found = store::people::engineer::find(&self.office.db, code).await.map_err(anyhow::Error::from)?;
                names.insert(code.to_string(), found.map_or_else(|| code.to_string(), |engineer| engineer.name));
            }
        }
        Ok(names)
    }

    /// What was done, then by whom and when.
    fn told(&self, stored: &StoredAct, names: &HashMap<String, String>) -> (String, String) {
        let words = self.words();
        let named = |code: &str| names.get(code).cloned().unwrap_or_else(|| code.to_owned());
        let at = moment(words, &self.manager.time_zone, stored.done_at);
        let by = words.say("decide-act-by", &[("at", Value::owned(at)), ("by", Value::owned(named(&stored.by)))]);
        (act(words, &stored.act, named), by)
    }

    fn title(&self) -> String {
        let (words, view) = (self.words(), self.view);
        let site = view.parties.as_ref().map(|parties| parties.site.name.as_str()).unwrap_or_default();
        let purpose = view.visit.as_ref().map_or(Purpose::Inspection, |stored| stored.visit.purpose);
        let what = match (&view.matter, &view.deadline, &view.slot, &view.letter) {
            (Matter::Letter(_), _, _, Some(letter)) => {
                return words.say("decide-letter", &[("subject", Value::text(&letter.subject))]);
            }
            (Matter::Slot(_), _, Some(slot), _) => {
                let purpose = words.purpose(slot.purpose);
                words.say("decide-slot", &[("purpose", Value::owned(purpose))])
            }
            (Matter::Deadline(_), Some(deadline), _, _) => words.owed(deadline.owed(), purpose),
            (Matter::Visit(_), _, _, _) => words.purpose(purpose),
            (Matter::Form(_), _, _, _) => {
                words.say("decide-form", &[("purpose", Value::owned(words.purpose(purpose)))])
            }
            (Matter::Deadline(_) | Matter::Slot(_) | Matter::Letter(_), _, _, _) => {
                return words.say("decide-gone", &[]);
            }
        };
        format!("{what} · {site}")
    }

    fn facts(&self) -> Vec<Fact> {
        let (words, view) = (self.words(), self.view);
        let mut facts = Vec::new();
        let mut fact = |key: &str, value: String, below: String| {
            if !value.is_empty() {
                facts.push(Fact { label: words.say(key, &[]), value, below });
            }
        };
        if let Some(letter) = &view.letter {
            fact("decide-letter-to", format!("{} <{}>", letter.to_name, letter.to), String::new());
            fact("decide-letter-said", letter.outcome.clone().unwrap_or_default(), String::new());
            fact("decide-letter-attempts", letter.attempts.to_string(), String::new());
        }
        if let Some(parties) = &view.parties {
            fact("mail-fact-site", parties.site.name.clone(), parties.site.address.clone());
            fact("mail-fact-customer", parties.customer.name.clone(), String::new());
        }
        if let Some((deadline, due_on)) =
            view.deadline.as_ref().and_then(|deadline| Some((deadline, deadline.due.on()?)))
        {
            let late = days_late(due_on, view.today, self.calendar().as_ref());
            let standing = match (&view.settled, late) {
                (None, 1..) => words.late_by(late),
                (None, 0) => words.say("mail-standing-open", &[]),
                (Some(_), _) => String::new(),
            };
            fact("decide-standing", standing, String::new());
            let below = words.say("decide-due-below", &[]);
            fact("decide-due", words::short_date(words.language, due_on), below);
            if let Due::Window { first_on, last_on } = deadline.due {
                fact("decide-window", words.span(first_on, last_on), String::new());
            }
        }
        if let Some(slot) = &view.slot {
            // If the deadline is a window, it has already been shown.
            if !matches!(view.deadline.as_ref().map(|deadline| &deadline.due), Some(Due::Window { .. })) {
                fact("decide-window", words.span(slot.slot.first_on, slot.slot.last_on), String::new());
            }
            let why = slot.unplanned.as_ref().map(|why| words.unplanned(why)).unwrap_or_default();
            fact("decide-why", why, String::new());
        }
        if let Some(Due::Unknown { why }) = view.deadline.as_ref().map(|deadline| &deadline.due) {
            fact("decide-why", why.clone(), String::new());
        }
        if let Some(waits_for) = view.waits_for.filter(|_| view.settled.is_none()) {
            fact("decide-waits", words.waits_for(waits_for), String::new());
        }
        if let Some(stored) = &view.visit {
            let appointment = stored.visit.state.appointment();
            let (day, time) = (words::short_date(words.language, appointment.day), words::time(appointment.starts));
            fact("decide-visit", format!("{day} {time}"), format!("{} · {}", stored.visit.id, self.state()));
        }
        if let Some(unfit) = &view.unfit {
            let name = view.engineer.as_ref().map_or("", |engineer| engineer.name.as_str());
            let mut why = unfit.reasons.iter().map(|why| words.unfit(why, name));
            let first = why.next().unwrap_or_default();
            fact("decide-unfit", first, why.collect::<Vec<_>>().join(" · "));
        }
        if let Some(engineer) = &view.engineer {
            fact("mail-fact-engineer", engineer.name.clone(), engineer.phone.clone());
        }
        if let Some(form) = &view.form {
            let at = moment(words, &self.manager.time_zone, form.received_at);
            fact("decide-form-received", at, form.body_sha256[..12].to_owned());
            let number = Value::Number(f64::from(u32::try_from(form.id.0).unwrap_or(u32::MAX)));
            let why = form
                .review
                .map(|why| words.say("digest-review-why", &[("why", Value::text(why.word())), ("form", number)]));
            fact("decide-why", why.unwrap_or_default(), String::new());
            fact("decide-form-note", form.office_note.clone(), String::new());
        }
        if let Some(contents) = &view.contents {
            let photos: Vec<&str> = contents.photos.iter().map(|(file, _)| file.as_str()).collect();
            fact("decide-form-photos", photos.join(", "), String::new());
            if let Some(differences) = &contents.differences {
                let (said, places) = differing(words, differences);
                fact("decide-form-compared", said, places);
            }
        }
        facts
    }

    fn state(&self) -> String {
        let key = match self.view.visit.as_ref().map(|stored| &stored.visit.state) {
            Some(VisitState::Planned { .. }) => "decide-visit-planned",
            Some(VisitState::Booked { .. }) => "decide-visit-booked",
            Some(VisitState::Done { .. }) => "decide-visit-done",
            Some(VisitState::Cancelled { .. }) => "decide-visit-cancelled",
            None => return String::new(),
        };
        self.words().say(key, &[])
    }

    /// Whether nobody has been told of the visit yet.
    fn is_planned(&self) -> bool {
        self.view.visit.as_ref().is_some_and(|stored| matches!(stored.visit.state, VisitState::Planned { .. }))
    }

    fn calendar(&self) -> Option<domain::calendar::Calendar> {
        let (deadline, parties) = (self.view.deadline.as_ref()?, self.view.parties.as_ref()?);
        office::promises::deadlines::Counter::of(self.office, &parties.site, &deadline.terms).calendar.ok()
    }

    /// The notice at the top of the page, with a form to insist if the rule may be overruled.
    fn note(&self, names: &HashMap<String, String>) -> Option<Given> {
        let (words, zone) = (self.words(), &self.manager.time_zone);
        Some(match self.note.as_ref()? {
            Note::Done if self.view.acts.is_empty() => return None,
            Note::Done => context! { tone => "calm", text => words.say("decide-done", &[]), insist => () },
            Note::NoOrder(bad) => {
                let text = match bad {
                    NoOrder::Broken => words.say("decide-form-broken", &[]),
                    NoOrder::NoDay { typed } => words.say("decide-form-no-day", &[("typed", Value::text(typed))]),
                    NoOrder::NoTime { typed } => words.say("decide-form-no-time", &[("typed", Value::text(typed))]),
                };
                context! { tone => "warn", text => text, insist => () }
            }
            Note::Refused(refusal) => {
                let (why, asked) = &**refusal;
                let text = refused(words, zone, why, |before| {
                    let (what, _) = self.told(before, names);
                    (what, names.get(&before.by).cloned().unwrap_or_default())
                });
                let insist = (may_insist(why) && self.view.can.contains(&asked.kind())).then(|| {
                    let fields: Vec<(&str, String)> = match asked {
                        Act::Assign { engineer, insist: _ } => vec![("engineer", engineer.to_string())],
                        Act::Move { day, starts, insist: _ } => {
                            vec![("day", day.to_string()), ("starts", starts.map(words::time).unwrap_or_default())]
                        }
                        Act::Remind
                        | Act::TakeProposal { .. }
                        | Act::HandedOver { .. }
                        | Act::Waive { .. }
                        | Act::Retry
                        | Act::TakeForm
                        | Act::DismissForm { .. } => Vec::new(),
                    };
                    context! {
                        act => asked.kind().word(),
                        id => self.office.clock.secret(),
                        fields => Given::from(Serde(fields)),
                    }
                });
                context! { tone => "warn", text => text, insist => insist }
            }
        })
    }

    fn proposal(&self) -> Option<&Appointment> {
        self.view.unfit.as_ref()?.proposal.as_ref()
    }

    /// Who could make the visit instead, and when, as values of a text.
    fn proposal_words(&self) -> Vec<(&'static str, Value<'static>)> {
        let Some(to) = self.proposal() else { return Vec::new() };
        let name =
            self.view.proposed.as_ref().map_or_else(|| to.engineer.to_string(), |engineer| engineer.name.clone());
        vec![
            ("engineer", Value::owned(name)),
            ("day", Value::owned(words::short_date(self.words().language, to.day))),
            ("time", Value::owned(words::time(to.starts))),
        ]
    }

    /// The form of one act. Its id is unique to this rendering of the page.
    fn form(&self, kind: ActKind) -> Given {
        let (words, view) = (self.words(), self.view);
        let engineer = || Value::owned(view.engineer.as_ref().map(|e| e.name.clone()).unwrap_or_default());
        let appointment = view.visit.as_ref().map(|stored| stored.visit.state.appointment());
        let day = |day| Value::owned(words::short_date(words.language, day));
        let (title, lead) = match (kind, appointment) {
            (ActKind::Remind, _) => {
                let lead = match view.remind_from {
                    Some(from) => {
                        let at = moment(words, &self.manager.time_zone, from);
                        words.say("decide-remind-wait", &[("at", Value::owned(at))])
                    }
                    None => words.say("decide-remind-lead", &[("engineer", engineer())]),
                };
                (words.say("decide-remind", &[("engineer", engineer())]), lead)
            }
            (ActKind::Assign, Some(planned)) => {
                let key = if view.free.is_empty() { "decide-assign-nobody" } else { "decide-assign-lead" };
                (words.say("decide-assign", &[]), words.say(key, &[("day", day(planned.day))]))
            }
            (ActKind::Move, Some(planned)) => {
                let values = [("day", day(planned.day)), ("time", Value::owned(words::time(planned.starts)))];
                let lead = if self.is_planned() { "decide-move-lead-planned" } else { "decide-move-lead" };
                (words.say("decide-move", &[]), words.say(lead, &values))
            }
            (ActKind::TakeProposal, _) => {
                let lead = words.say("decide-take-proposal-lead", &[]);
                (words.say("decide-take-proposal", &self.proposal_words()), lead)
            }
            (ActKind::HandedOver, _) => {
                (words.say("decide-handed-over", &[]), words.say("decide-handed-over-lead", &[]))
            }
            (ActKind::Waive, _) => (words.say("decide-excuse", &[]), words.say("decide-excuse-lead", &[])),
            (ActKind::Retry, _) => (words.say("decide-retry", &[]), words.say("decide-retry-lead", &[])),
            (ActKind::TakeForm, _) => (words.say("decide-take-form", &[]), words.say("decide-take-form-lead", &[])),
            (ActKind::DismissForm, _) => {
                (words.say("decide-dismiss-form", &[]), words.say("decide-dismiss-form-lead", &[]))
            }
            (ActKind::Assign | ActKind::Move, None) => (String::new(), String::new()),
        };
        let is_open = match kind {
            ActKind::Remind => view.remind_from.is_none(),
            ActKind::Assign => !view.free.is_empty(),
            ActKind::Move
            | ActKind::TakeProposal
            | ActKind::HandedOver
            | ActKind::Waive
            | ActKind::Retry
            | ActKind::TakeForm
            | ActKind::DismissForm => true,
        };
        let free: Vec<_> =
            view.free.iter().map(|engineer| (engineer.engineer.as_str(), engineer.name.as_str())).collect();
        context! {
            act => kind.word(),
            id => self.office.clock.secret(),
            title => title,
            lead => lead,
            is_open => is_open,
            press => words.say(&format!("decide-press-{}", kind.word()), &[]),
            engineers => Given::from(Serde(free)),
            today => view.today.to_string(),
            drawn_on => view.drawn_on.map(|day| day.to_string()),
            proposal => self.proposal().map(|to| context! {
                engineer => to.engineer.as_str(), day => to.day.to_string(), starts => words::time(to.starts),
            }),
            engineer => view.engineer.as_ref().map(|engineer| engineer.name.clone()).unwrap_or_default(),
            typed => self.typed.as_ref().filter(|typed| typed.is_of(kind)).map(|typed| Given::from(Serde(typed.clone()))),
        }
    }
}
