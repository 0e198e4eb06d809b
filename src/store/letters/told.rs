//! What people were told, according to their letters, which are never deleted.

use super::{APPOINTMENT, MAY_BE_KNOWN, UNDELIVERED, WAITING};
use crate::reader::{parsed, unreadable};
use crate::text::text;
use crate::{Db, Result, Tx};
use domain::Instant;
use domain::ids::{CustomerCode, DeadlineId, LetterId, VisitId};
use domain::language::Language;
use domain::letters::notice::{NoticeKind, Reader};
use domain::letters::stored::GivenUpLetter;
use domain::letters::undelivered::UndeliveredWords;
use domain::people::ReaderRole;
use domain::promises::{Deadline, Owed};

/// Whether there was ever a letter with this key, even a withdrawn one.
pub async fn was_owed<'a>(on: impl Into<crate::ReadHandle<'a>>, key: &str) -> Result<bool> {
    Ok(on.into().sql("select 1 as one from letter where key = $1").bind(key).optional::<(i32,)>().await?.is_some())
}

/// When somebody last sent a reminder about a visit from a page, whatever the page was about.
pub async fn reminded<'a>(
    on: impl Into<crate::ReadHandle<'a>>,
    visit: VisitId,
    reader: &ReaderRole,
) -> Result<Option<Instant>> {
    let (role, code) = reader.stored();
    let (at,): (Option<Instant>,) = on
        .into()
        .sql(
            "select max(created_at) from letter
             where visit_id = $1 and reader_role = $2 and reader_code = $3 and key like 'reminder/%'",
        )
        .bind(visit)
        .bind(role)
        .bind(code.to_owned())
        .one()
        .await?;
    Ok(at)
}

/// Everyone who was told of a visit's appointment or is going to be, each address once, the first told first. Not those
/// whose letter was withdrawn before it left.
pub async fn of_appointment<'a>(on: impl Into<crate::ReadHandle<'a>>, visit: VisitId) -> Result<Vec<Reader>> {
    let rows: Vec<(String, String, String, String, String)> = on.into().sql(OF_APPOINTMENT).bind(visit.0).all().await?;
    let mut readers: Vec<Reader> = Vec::new();
    for (role, code, name, email, language) in rows {
        if !readers.iter().any(|reader| reader.email == email) {
            let role = ReaderRole::of_stored(&role, code)
                .ok_or_else(|| unreadable("letter", "reader_role", "no role of a reader"))?;
            let language = language.parse::<Language>().expect("the schema admits our languages alone");
            readers.push(Reader { name, email, language, role });
        }
    }
    readers.reverse();
    Ok(readers)
}

pub(super) const OF_APPOINTMENT: &str = text!(
    "select reader_role, reader_code, to_name, to_email, language
             from letter
             where visit_id = $1 and bears = '",
    APPOINTMENT,
    "' and ",
    MAY_BE_KNOWN,
    " order by id desc"
);

/// A letter about a deadline that somebody has just got, or will get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlagTold {
    pub letter: LetterId,
    pub to: String,
    pub deadline: DeadlineId,
    pub owed: Owed,
    pub notice: NoticeKind,
}

#[derive(sqlx::FromRow)]
struct FlagToldRow {
    id: i64,
    to_email: String,
    deadline_id: i64,
    owed: String,
    notice: String,
}

impl FlagToldRow {
    fn told(self) -> Result<FlagTold> {
        let place = format!("letter {}", self.id);
        Ok(FlagTold {
            letter: LetterId(self.id),
            to: self.to_email,
            deadline: DeadlineId(self.deadline_id),
            owed: parsed(&place, "owed", &self.owed)?,
            notice: parsed(&place, "notice", &self.notice)?,
        })
    }
}

const FLAGS: &str = "select letter.id, letter.to_email, letter.deadline_id, deadline.owed, letter.notice
                     from letter
                     join deadline on deadline.id = letter.deadline_id
                     where ";
const SINCE: &str = text!(" and (letter.state = '", WAITING, "' or letter.sent_at >= $2) order by letter.id");

/// The letters about a deadline, and about all others of the visit that it concerns directly, that wait or have left
/// since a moment.
pub async fn flags_beside(tx: &mut Tx, of: &Deadline, since: Instant) -> Result<Vec<FlagTold>> {
    let asked = match of.subject.visit() {
        Some(visit) => tx.sql(text!(FLAGS, "letter.visit_id = $1", SINCE)).bind(visit),
        None => tx.sql(text!(FLAGS, "letter.deadline_id = $1", SINCE)).bind(of.id),
    };
    let rows: Vec<FlagToldRow> = asked.bind(since).all().await?;
    rows.into_iter().map(FlagToldRow::told).collect()
}

#[derive(sqlx::FromRow)]
struct GivenUpRow {
    id: i64,
    subject: String,
    to_email: String,
    notice: String,
    given_up_at: Instant,
    outcome: Option<String>,
    attempts: i64,
    visit_id: Option<i64>,
    customer: Option<String>,
}

impl GivenUpRow {
    fn letter(self) -> GivenUpLetter {
        GivenUpLetter {
            visit: self.visit_id.map(VisitId),
            customer: self.customer.map(CustomerCode::from),
            words: UndeliveredWords {
                letter: LetterId(self.id),
                subject: self.subject,
                to: self.to_email,
                notice: self.notice,
                given_up_at: self.given_up_at,
                outcome: self.outcome.unwrap_or_default(),
                attempts: u32::try_from(self.attempts).unwrap_or(u32::MAX),
            },
        }
    }
}

/// Letters that were given up after `since`, latest first.
pub async fn undelivered(db: &Db, since: Instant) -> Result<Vec<GivenUpLetter>> {
    let rows: Vec<GivenUpRow> = db
        .read(text!(
            "select letter.id, letter.subject, letter.to_email, letter.notice, letter.given_up_at, letter.outcome,
                    letter.attempts, letter.visit_id, coalesce(site.customer, deadline.customer) as customer
             from letter
             left join visit on visit.id = letter.visit_id
             left join site on site.site = visit.site
             left join deadline on deadline.id = letter.deadline_id
             where letter.given_up_at > $1 and letter.state = '",
            UNDELIVERED,
            "'
             order by letter.given_up_at desc, letter.id"
        ))
        .bind(since)
        .all()
        .await?;
    Ok(rows.into_iter().map(GivenUpRow::letter).collect())
}
