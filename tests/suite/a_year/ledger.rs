//! The auditor: what must hold after every day, checked on the store with plain means.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use ronda::domain::Instant;
use ronda::domain::calendar::{Calendar, Ledger as Count, Why, WorkingDays};
use ronda::domain::contract::FlagAt;
use ronda::domain::ids::SiteCode;
use ronda::domain::people::equipment::Site;
use ronda::domain::promises::clock::StepAt;
use ronda::domain::promises::{Deadline, DeadlineTerms, Due, Owed};
use ronda::domain::visits::VisitStateWord;
use ronda::mail::Memory;
use ronda::office::Office;
use ronda::office::documents::sha256;
use ronda::store;
use ronda::store::promises::DeadlineFilter;
use ronda::store::visits::VisitFilter;

use super::mail::Taken;

/// A booking as it was seen: sequence, engineer, day, start.
type Booking = (i64, String, NaiveDate, String);

/// What the auditor remembers from day to day.
#[derive(Default)]
pub struct Ledger {
    taken: Taken,
    /// Deaths in which the server may have taken a letter whose sender did not live to note it.
    deaths: u32,
    last_beat: Option<Instant>,
    /// When the day before was looked at.
    looked_at: Option<Instant>,
    /// How each met deadline was judged.
    met: HashMap<i64, String>,
    booked: BTreeMap<i64, Booking>,
    /// Keys of digests that must be there, and of those that may.
    digests_due: BTreeSet<String>,
    digests_allowed: BTreeSet<String>,
}

impl Ledger {
    /// A whole beat is about to begin.
    pub async fn beats(&mut self, office: &Office) {
        let due = digests_of_now(office).await;
        self.digests_allowed.extend(due.iter().cloned());
        self.digests_due.extend(due);
        self.last_beat = Some(office.clock.now());
    }

    /// A beat that may be cut is about to begin.
    pub async fn may_write_digests(&mut self, office: &Office) {
        self.digests_allowed.extend(digests_of_now(office).await);
    }

    pub fn dies(&mut self) {
        self.deaths += 1;
    }

    pub fn collect(&mut self, post: &Memory) {
        self.taken.collect(post);
    }

    pub fn letters(&self) -> usize {
        self.taken.len()
    }

    pub fn repeats(&self) -> u32 {
        self.taken.repeats()
    }

    /// Everything that must hold now, right after a whole beat.
    pub async fn check(&mut self, office: &Office) {
        let since = self.looked_at.unwrap_or(Instant::UNIX_EPOCH);
        let sites = sites(office).await;
        nothing_twice(office).await;
        self.letters_are_where_they_are_said_to_be(office, since).await;
        papers_are_complete(office, since).await;
        every_debt_is_on_the_books(office).await;
        open_deadlines_are_counted_by_todays_calendar(office, &sites).await;
        self.met_deadlines_are_frozen(office).await;
        lateness_is_flagged_once(office, self.last_beat.expect("a beat came before")).await;
        self.bookings_stay(office).await;
        no_plan_for_a_day_off(office, &sites).await;
        self.digests_are_as_due(office, since).await;
        self.looked_at = Some(office.clock.now());
    }

    async fn letters_are_where_they_are_said_to_be(&self, office: &Office, since: Instant) {
        assert!(
            self.taken.repeats() <= self.deaths,
            "{} letters came twice, and the process died {} times",
            self.taken.repeats(),
            self.deaths
        );
        let sent: Vec<(String, String)> = office
            .db
            .read("select message_id, key from letter where state = 'sent' and sent_at >= $1")
            .bind(since)
            .all()
            .await
            .unwrap();
        for (message_id, key) in sent {
            assert!(self.taken.has(&message_id), "letter {key} counts as sent, and no server has it");
        }
    }

    /// Every letter ever: sent is what was taken, but for those whose sender died.
    pub async fn check_all_letters(&self, office: &Office) {
        self.letters_are_where_they_are_said_to_be(office, Instant::UNIX_EPOCH).await;
        let (sent,): (i64,) = office.db.read("select count(*) from letter where state = 'sent'").one().await.unwrap();
        let unknown = self.taken.len() as i64 - sent;
        assert!(
            (0..=i64::from(self.deaths)).contains(&unknown),
            "the server has {} letters, {sent} count as sent, and the process died {} times",
            self.taken.len(),
            self.deaths
        );
    }

    async fn met_deadlines_are_frozen(&mut self, office: &Office) {
        let rows: Vec<(i64, String, Option<Instant>, Instant)> = office
            .db
            .read("select id, due, late_from, met_at from deadline where met_at is not null")
            .all()
            .await
            .unwrap();
        let mut met = HashMap::with_capacity(rows.len());
        for (id, due, late_from, met_at) in rows {
            let judged = format!("{due} late from {late_from:?} met at {met_at}");
            if let Some(before) = self.met.get(&id) {
                assert_eq!(before, &judged, "the met deadline D{id} changed");
            }
            met.insert(id, judged);
        }
        for id in self.met.keys().filter(|id| !met.contains_key(id)) {
            let owed: Option<(String,)> =
                office.db.read("select owed from deadline where id = $1").bind(*id).optional().await.unwrap();
            // A refused recipient reopens a report's clock, and nothing else may.
            assert_eq!(owed, Some(("report".to_owned(),)), "the met deadline D{id} is not met any more");
        }
        self.met = met;
    }

    /// Only a command changes a booking, and every command raises its sequence.
    async fn bookings_stay(&mut self, office: &Office) {
        let rows: Vec<(i64, String, i64, String, NaiveDate, String)> = office
            .db
            .read("select id, state, sequence, engineer, day, starts from visit where state <> 'planned'")
            .all()
            .await
            .unwrap();
        let mut booked = BTreeMap::new();
        let mut known = BTreeSet::new();
        for (id, state, sequence, engineer, day, starts) in rows {
            known.insert(id);
            let now = (sequence, engineer, day, starts);
            if let Some(before) = self.booked.get(&id).filter(|before| before.0 == now.0) {
                assert_eq!(before, &now, "the booking of V{id} changed by itself ({state})");
            }
            booked.insert(id, now);
        }
        for id in self.booked.keys() {
            assert!(known.contains(id), "V{id} was booked and is not any more");
        }
        self.booked = booked;
    }

    async fn digests_are_as_due(&mut self, office: &Office, since: Instant) {
        let rows: Vec<(String,)> = office
            .db
            .read("select key from letter where notice = 'digest' and created_at >= $1")
            .bind(since)
            .all()
            .await
            .unwrap();
        let written: BTreeSet<String> = rows.into_iter().map(|(key,)| key).collect();
        for key in &written {
            assert!(self.digests_allowed.contains(key), "{key} was written on a day off, or before its hour");
        }
        for key in &self.digests_due {
            let exists = written.contains(key) || store::letters::told::was_owed(&office.db, key).await.unwrap();
            assert!(exists, "{key} was due while the daemon was up, and not written");
        }
        self.digests_due.clear();
    }

    /// Everything that a beat could change, in few bytes, by table.
    pub async fn fingerprint(&self, office: &Office) -> Vec<(&'static str, String)> {
        let mut prints = Vec::new();
        for sql in [
            "select coalesce(group_concat(id || state || day || engineer || sequence || watched || coalesce(remind_at, '')), '') from visit",
            "select coalesce(group_concat(id || watched || coalesce(unplanned, '')), '') from slot",
            "select coalesce(group_concat(id || coalesce(due_on, '') || coalesce(met_at, '') || coalesce(next_look_at, '') || calendar_version), '') from deadline",
            "select coalesce(group_concat(deadline_id || level || dated || raised_at), '') from flag",
            "select coalesce(group_concat(id || state || attempts || coalesce(next_attempt_at, '')), '') from letter",
            "select coalesce(group_concat(visit_id || revision || sha256), '') from report",
            "select coalesce(group_concat(visit_id || filed_at || how), '') from filing",
            "select coalesce(group_concat(visit_id || sha256 || reported), '') from record",
            "select coalesce(group_concat(name || value), '') from fact",
            "select coalesce(group_concat(contract || site || term || rule || planned_through || coalesce(offset_days, '') || coalesce(engineer, '') || coalesce(next_on, '') || coalesce(far, '')), '') from round",
        ] {
            let (print,): (String,) = office.db.read(sql).one().await.unwrap();
            prints.push((sql.rsplit(' ').next().expect("a table"), sha256(print.as_bytes())));
        }
        prints
    }
}

async fn sites(office: &Office) -> HashMap<SiteCode, Site> {
    store::people::site::all(&office.db).await.unwrap().into_iter().map(|site| (site.site.clone(), site)).collect()
}

/// Keys of the digests whose hour has come, by the managers' calendars of today.
async fn digests_of_now(office: &Office) -> Vec<String> {
    let now = office.clock.now();
    let mut due = Vec::new();
    for manager in store::people::manager::all(&office.db).await.unwrap() {
        let local = manager.time_zone.local(now);
        let calendar = office.calendars.named(&manager.calendar).unwrap();
        let works =
            calendar.is_working(local.date()).unwrap_or(!matches!(local.weekday(), Weekday::Sat | Weekday::Sun));
        if works && local.time() >= manager.digest_at {
            due.push(format!("digest/{}/{}", manager.manager, local.date()));
        }
    }
    due
}

/// No row that the statement finds.
async fn none(office: &Office, rule: &str, sql: &'static str) {
    let found: Vec<(String,)> = office.db.read(sql).all().await.unwrap();
    assert_eq!(found, [], "{rule}");
}

async fn nothing_twice(office: &Office) {
    for (rule, sql) in [
        ("a slot has two visits", "select 'slot ' || slot_id from visit where slot_id is not null group by slot_id having count(*) > 1"),
        ("a visit has two filings", "select 'V' || visit_id from filing group by visit_id having count(*) > 1"),
        (
            "a level is flagged twice",
            // One that a new count has taken back is on file beside the one for the new day.
            "select 'D' || deadline_id || level from flag where withdrawn_at is null
             group by deadline_id, level having count(*) > 1",
        ),
        ("a key has two letters", "select key from letter group by key having count(*) > 1"),
        ("two letters have one Message-ID", "select message_id from letter group by message_id having count(*) > 1"),
        ("a thing is owed twice", "select key from deadline where withdrawn_at is null group by key having count(*) > 1"),
        (
            "a planned slot says that it has no visit",
            "select 'slot ' || slot.id from slot join visit on visit.slot_id = slot.id where slot.unplanned is not null and visit.state <> 'cancelled'",
        ),
        (
            "a slot has neither visit nor reason",
            // One that a changed contract calls for no more has a deadline that was withdrawn.
            "select 'slot ' || id from slot where unplanned is null and not exists (select 1 from visit where slot_id = slot.id)
               and not exists (select 1 from deadline where slot_id = slot.id and withdrawn_at is not null)",
        ),
    ] {
        none(office, rule, sql).await;
    }
}

/// Records, reports, documents, filings and deadlines belong together.
async fn papers_are_complete(office: &Office, since: Instant) {
    for (rule, sql) in [
        ("a visit is done without a record", "select 'V' || id from visit where state = 'done' and not exists (select 1 from record where visit_id = visit.id)"),
        ("a record waits for its report after a beat", "select 'V' || visit_id from record where not reported"),
        ("a done visit has no report", "select 'V' || id from visit where state = 'done' and not exists (select 1 from report where visit_id = visit.id)"),
        ("a done visit owes no report", "select 'V' || id from visit where state = 'done' and not exists (select 1 from deadline where visit_id = visit.id and owed = 'report' and withdrawn_at is null)"),
        ("a filed report counts as owed", "select d.key from deadline d join filing f on f.visit_id = d.visit_id where d.owed = 'report' and d.withdrawn_at is null and (d.met_at is null or d.met_at <> f.filed_at)"),
        ("a report counts as filed and is not", "select 'V' || visit_id from deadline d where owed = 'report' and met_at is not null and not exists (select 1 from filing where filing.visit_id = d.visit_id)"),
        (
            "a recipient has a report, and it is not filed",
            "select 'V' || visit_id from letter where notice in ('report-delivered', 'certificate-delivered') and state <> 'cancelled'
               and visit_id not in (select visit_id from filing)
             group by visit_id having sum(state = 'sent') > 0",
        ),
        (
            "a report was filed by mail, and nobody has got it",
            "select 'V' || visit_id from letter where notice in ('report-delivered', 'certificate-delivered') and state <> 'cancelled'
               and visit_id in (select visit_id from filing where how like '%\"how\":\"mail\"%')
             group by visit_id having sum(state = 'sent') = 0",
        ),
    ] {
        none(office, rule, sql).await;
    }
    let new: Vec<(i64, String)> =
        office.db.read("select visit_id, sha256 from report where issued_at >= $1").bind(since).all().await.unwrap();
    for (visit, hash) in new {
        let bytes = std::fs::read(office.documents.path(&hash))
            .unwrap_or_else(|error| panic!("the report of V{visit} is not among the documents: {error}"));
        assert_eq!(sha256(&bytes), hash, "the report of V{visit} is not what was kept");
    }
}

/// Windows that have begun and days that have passed are owed.
async fn every_debt_is_on_the_books(office: &Office) {
    let now = office.clock.now();
    let yesterday = now.date_naive() - Days::new(1);
    let unwatched: Vec<(i64,)> = office
        .db
        .read(
            "select id from slot where first_on <= $1 and not exists (select 1 from deadline where slot_id = slot.id)",
        )
        .bind(yesterday)
        .all()
        .await
        .unwrap();
    assert_eq!(unwatched, [], "slots whose window has begun are not owed");
    let hidden: Vec<(i64, NaiveDate)> = office
        .db
        .read(
            "select id, day from visit
             where state = 'booked' and day < $1
               and not exists (select 1 from unfit_visit where visit_id = visit.id)
               and not exists (select 1 from deadline
                               where visit_id = visit.id and owed = 'record' and since_on = visit.day and met_at is null)",
        )
        .bind(yesterday)
        .all()
        .await
        .unwrap();
    assert_eq!(hidden, [], "booked visits whose day has passed owe no record");
}

async fn open_deadlines_are_counted_by_todays_calendar(office: &Office, sites: &HashMap<SiteCode, Site>) {
    let filter = DeadlineFilter { only_open: true, ..DeadlineFilter::default() };
    for deadline in store::promises::list(&office.db, &filter).await.unwrap() {
        let (id, site) = (deadline.id, &sites[&deadline.site]);
        match &deadline.due {
            Due::Counted { ledger } => {
                let DeadlineTerms { counted_on, half_days, .. } = deadline.terms;
                let company = &office.config.company.calendar;
                let calendar = office.calendars.counted(site, company, counted_on, half_days).unwrap();
                let due_on = count(&calendar, deadline.since_on, ledger.within);
                assert_eq!(
                    ledger.due_on, due_on,
                    "{id} is not due on the day that today's calendar says: {deadline:?}"
                );
                explained(&deadline, ledger);
            }
            Due::Window { first_on, last_on } => {
                let slot =
                    store::planning::slot::get(&office.db, deadline.subject.slot().expect("a window is a slot's"))
                        .await
                        .unwrap();
                assert_eq!((slot.slot.first_on, slot.slot.last_on), (*first_on, *last_on), "{id} has another window");
            }
            Due::Timed { .. } | Due::Held => panic!("{id} has a clock that nothing opens"),
            Due::Unknown { why } => panic!("{id} could not be counted: {why}"),
        }
        let due_on = deadline.due.on().expect("it is known");
        assert_eq!(deadline.late_from, Some(site.time_zone.end_of(due_on)), "{id} is late from another moment");
    }
}

/// The nth working day after `from`, counted on the fingers.
fn count(calendar: &Calendar, from: NaiveDate, within: WorkingDays) -> NaiveDate {
    let (mut day, mut left) = (from, within.0);
    while left > 0 {
        day = day + Days::new(1);
        left -= u32::from(calendar.is_working(day).expect("near days are known"));
    }
    day
}

/// Each day after the first is in the ledger once, and the counted ones are numbered from 1.
fn explained(deadline: &Deadline, ledger: &Count) {
    let (mut next, mut counted) = (ledger.from + Days::new(1), 0);
    for line in &ledger.lines {
        assert_eq!(line.from, next, "the ledger of {} has a gap", deadline.id);
        assert!(line.from <= line.through, "the ledger of {} runs backwards", deadline.id);
        if let Why::Counted { n, .. } = line.why {
            counted += 1;
            assert_eq!((n, line.through), (counted, line.from), "the ledger of {} miscounts", deadline.id);
        }
        next = line.through + Days::new(1);
    }
    assert_eq!(ledger.from, deadline.since_on, "the ledger of {} starts on another day", deadline.id);
    assert_eq!(next, ledger.due_on + Days::new(1), "the ledger of {} ends on another day", deadline.id);
    assert_eq!(counted, ledger.within.0, "the ledger of {} counts other than promised", deadline.id);
}

async fn lateness_is_flagged_once(office: &Office, last_beat: Instant) {
    let filter = DeadlineFilter { open_late_from_through: Some(last_beat), ..DeadlineFilter::default() };
    for deadline in store::promises::list(&office.db, &filter).await.unwrap() {
        let is_told = deadline.terms.steps.iter().any(|step| step.at == StepAt::Day(FlagAt::Late(WorkingDays(1))));
        let flags = store::promises::flags(&office.db, deadline.id).await.unwrap();
        let late: Vec<_> = flags.iter().filter(|flag| flag.level == "late-1").collect();
        assert_eq!(late.len(), usize::from(is_told), "{} is late and has flags {flags:?}", deadline.id);
        let due_on = deadline.due.on().expect("it is late");
        for flag in late {
            assert_eq!(flag.dated, due_on + Days::new(1), "{} is flagged late with another date", deadline.id);
        }
    }
    for (rule, sql) in [
        (
            "a flag says late before it was",
            "select 'D' || d.id || ' ' || f.raised_at || ' ' || d.late_from from flag f join deadline d on d.id = f.deadline_id
             where f.withdrawn_at is null and f.level like 'late-%' and f.raised_at < d.late_from
               -- One that stands again for another day was raised, and told of, when it was late by the count of then.
               and not exists (select 1 from flag w where w.deadline_id = f.deadline_id and w.level = f.level
                                 and w.raised_at = f.raised_at and w.withdrawn_at is not null)",
        ),
        (
            "a flag was raised and nobody told, and it was not over by then",
            "select 'D' || f.deadline_id || f.level from flag f join deadline d on d.id = f.deadline_id
             where f.withdrawn_at is null and f.level like 'late-%' and (d.met_at is null or d.met_at > f.raised_at)
               and not exists (select 1 from letter where letter.deadline_id = f.deadline_id and letter.created_at = f.raised_at)",
        ),
        (
            "a report that was filed in time by mail is flagged late",
            "select 'D' || d.id from deadline d join flag f on f.deadline_id = d.id join filing on filing.visit_id = d.visit_id
             where d.owed = 'report' and f.withdrawn_at is null and f.level like 'late-%' and filing.how like '%\"how\":\"mail\"%' and d.met_at < d.late_from",
        ),
        (
            "a window is flagged late after its visit's record was in",
            "select 'D' || d.id from deadline d join flag f on f.deadline_id = d.id
               join visit on visit.slot_id = d.slot_id and visit.state = 'done' join record on record.visit_id = visit.id
             where f.withdrawn_at is null and f.level like 'late-%' and f.raised_at > record.received_at",
        ),
        (
            "a record that came in time is flagged late",
            "select 'D' || d.id from deadline d join flag f on f.deadline_id = d.id
             where d.owed = 'record' and f.withdrawn_at is null and f.level like 'late-%' and d.met_at < d.late_from",
        ),
    ] {
        none(office, rule, sql).await;
    }
    debug_assert!(Owed::ALL.len() == 4, "another kind of debt needs a rule of its own here");
}

async fn no_plan_for_a_day_off(office: &Office, sites: &HashMap<SiteCode, Site>) {
    let filter = VisitFilter { state: Some(VisitStateWord::Planned), ..VisitFilter::default() };
    let planned = store::visits::list(&office.db, &filter).await.unwrap();
    let mut calendars: HashMap<&str, Calendar> = HashMap::new();
    for stored in &planned {
        let (visit, site, day) = (stored.visit.id, &stored.visit.site, stored.visit.state.appointment().day);
        let calendar = calendars
            .entry(site.as_str())
            .or_insert_with(|| office.calendars.of_site(&sites[site.as_str()]).expect("every place has one"));
        assert!(
            calendar.is_working(day).expect("planned days are known"),
            "{visit} is planned on {day}, a day off at {site}"
        );
    }
}
