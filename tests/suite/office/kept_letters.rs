//! What is kept of letters: each document once, the same bytes at each attempt, and no text for ever.

use std::sync::Arc;

use chrono::TimeDelta;
use clap::Parser;
use ronda::cli::letters::{LettersArgs, run};
use ronda::domain::ids::{LetterId, VisitId};
use ronda::domain::letters::kept::{KeptMessage, LetterOnFile};
use ronda::domain::letters::letter::{Letter, LetterState};
use ronda::domain::letters::retry::{AttemptReply, DialogueStage};
use ronda::office::documents::sha256;
use ronda::office::letters::clear_letters::{clear_letters, shrink_letters};
use ronda::office::letters::deliver_letters::deliver_letters;
use ronda::office::letters::preview_letter::{LetterPreview, preview_letter};
use ronda::office::letters::retry_letter::retry_letter;
use ronda::office::letters::whole_message;
use ronda::office::letters::write_letters::write_letters;
use ronda::office::reports::issue_report::issue_reports;
use ronda::store;
use ronda::store::letters::LetterFilter;

use crate::office::harness::TestOffice;
use crate::story;
use crate::support::keys::Keys;

/// Where reports go.
const REPORTS: &str = "reports@cum.example";

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    letters: LettersArgs,
}

/// What `ronda letters show` says of a letter.
async fn shown(office: &TestOffice, letter: LetterId) -> String {
    let line = Line::try_parse_from(["letters", "show", &letter.to_string()]).unwrap();
    let mut out = Vec::new();
    run(&office.office, &line.letters, &mut out).await.unwrap();
    String::from_utf8(out).unwrap()
}

/// A visit whose record is in and whose report is issued; its letters are owed.
async fn reported(office: &TestOffice) -> VisitId {
    office.tick().await;
    let visit = office.first_visit("inspection", "2026-01-05").await.visit;
    let day = visit.state.appointment().day;
    office.sleep_until(&format!("{day}T13:00")).await;
    office.done(visit.id, &format!("{day}T12:00")).await;
    assert_eq!(issue_reports(&office.office).await.unwrap(), 1);
    visit.id
}

async fn letters_with(office: &TestOffice, notice: &str) -> Vec<Letter> {
    let filter = LetterFilter { notice: Some(notice.to_owned()), most: 1000, ..LetterFilter::default() };
    store::letters::list(&office.office.db, &filter).await.unwrap()
}

async fn kept(office: &TestOffice, letter: LetterId) -> LetterOnFile {
    store::letters::get(&office.office.db, letter).await.unwrap().unwrap()
}

async fn change(office: &TestOffice, sql: &'static str, letter: LetterId, bytes: Option<&[u8]>) {
    let mut tx = office.office.db.begin().await.unwrap();
    let statement = tx.sql(sql).bind(letter);
    match bytes {
        Some(bytes) => statement.bind(bytes).execute().await.unwrap(),
        None => statement.execute().await.unwrap(),
    };
    tx.commit().await.unwrap();
}

story!(a_report_is_kept_once_and_each_attempt_sends_the_same_bytes at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    office.import(&[("contacts.csv", "site,customer,name,email,role,language\n,CUM,Archivo,archive@cum.example,reports,en\n")])
        .await;
    office.office.tools.composer.dkim = Keys::make().signers;
    let visit = reported(&office).await;
    let report = store::reports::latest(&office.office.db, visit).await.unwrap().unwrap();
    let pdf = office.office.documents.get(&report.sha256).await.unwrap();
    let owed = letters_with(&office, "report-delivered").await;
    assert_eq!(owed.len(), 2);
    let mut drafts = Vec::new();
    for letter in &owed {
        let LetterPreview::IfWrittenNow(draft) = preview_letter(&office.office, letter.letter).await.unwrap().1 else {
            panic!("it is not written yet");
        };
        drafts.push(draft.bytes);
    }
    write_letters(&office.office).await.unwrap();
    for (letter, draft) in owed.iter().zip(&drafts) {
        let kept = kept(&office, letter.letter).await.message;
        assert_eq!(kept.enclosed.iter().map(|one| &one.sha256).collect::<Vec<_>>(), [&report.sha256]);
        assert!(kept.rest.len() + pdf.len() < draft.len(), "{} bytes are kept of {}", kept.rest.len(), draft.len());
        assert_eq!(kept.sha256.as_deref(), Some(sha256(draft).as_str()));
        assert_eq!(&whole_message(&office.office.documents, &kept).await.unwrap(), draft);
    }
    // Put off, then accepted, then accepted once more, as after a crash between the server's 250 and our commit.
    let busy = AttemptReply::Reply { step: DialogueStage::Envelope, code: 451, said: "4.7.1 later".to_owned() };
    office.post.with(|post| post.script.extend([busy.clone(), busy]));
    deliver_letters(&office.office).await.unwrap();
    office.office.clock.advance_to(office.office.clock.now() + TimeDelta::hours(1));
    deliver_letters(&office.office).await.unwrap();
    for letter in &owed {
        let again = "update letter set state = 'waiting', sent_at = null, next_attempt_at = created_at where id = $1";
        change(&office, again, letter.letter, None).await;
    }
    deliver_letters(&office.office).await.unwrap();
    let accepted = office.post.with(|post| post.accepted.clone());
    for (letter, draft) in owed.iter().zip(&drafts) {
        let copies: Vec<_> = accepted.iter().filter(|copy| copy.message_id == letter.message_id).collect();
        assert_eq!(copies.len(), 2, "{}", letter.key);
        assert!(copies.iter().all(|copy| copy.bytes == *draft), "{}", letter.key);
        assert!(draft.starts_with(b"DKIM-Signature: "), "it is signed");
    }
});

story!(a_letter_whose_document_is_missing_waits_and_keeps_no_other_back at "2026-01-05T08:00:00+01:00", |office| {
    let visit = reported(&office).await;
    let report = store::reports::latest(&office.office.db, visit).await.unwrap().unwrap();
    let path = office.office.documents.path(&report.sha256);
    write_letters(&office.office).await.unwrap();
    let pdf = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let done = deliver_letters(&office.office).await.unwrap();
    assert_eq!(done.not_written, 1);
    let letter = letters_with(&office, "report-delivered").await.remove(0);
    assert_eq!((letter.state, letter.attempts), (LetterState::Waiting, 0));
    assert!(letter.outcome.as_ref().is_some_and(|why| why.contains("cannot read document")), "{letter:?}");
    assert!(shown(&office, letter.letter).await.contains("It cannot be put together: cannot read document"));
    std::fs::write(&path, pdf).unwrap();
    office.office.clock.advance_to(office.office.clock.now() + TimeDelta::minutes(10));
    office.tick().await;
    assert_eq!(office.told(REPORTS, "report-delivered").len(), 1);
});

story!(the_text_of_a_letter_is_cleared_long_after_it_left_and_the_proof_stays at "2026-01-05T08:00:00+01:00", |office| {
    let mut office = office;
    let mut config = (*office.office.config).clone();
    config.letters.keep_text_days = 30;
    office.office.config = Arc::new(config);
    office.post.with(|post| post.unknown.insert("ops@cum.example".to_owned()));
    reported(&office).await;
    office.tick().await;
    let sent = office.told(REPORTS, "report-delivered").remove(0);
    let before = letters_with(&office, "report-delivered").await.remove(0);
    let undelivered = letters_with(&office, "visit-announced").await;
    let undelivered = undelivered.iter().find(|letter| letter.state == LetterState::Undelivered).expect("no such mailbox");
    let whole = kept(&office, undelivered.letter).await;

    office.office.clock.advance_to(before.sent_at.unwrap() + TimeDelta::days(29));
    clear_letters(&office.office).await.unwrap();
    assert_eq!(kept(&office, before.letter).await.message.cleared_at, None, "not yet");
    office.office.clock.advance_to(before.sent_at.unwrap() + TimeDelta::days(32));
    assert!(clear_letters(&office.office).await.unwrap() > 0);
    assert_eq!(clear_letters(&office.office).await.unwrap(), 0, "once");

    let LetterOnFile { letter: after, message: kept_as } = kept(&office, before.letter).await;
    assert_eq!(after, before, "what is on file of it stays");
    assert_eq!(kept_as.cleared_at, Some(office.office.clock.now()));
    assert_eq!(kept_as.sha256, Some(sha256(&sent.bytes)));
    let head = String::from_utf8(kept_as.rest.clone()).unwrap();
    assert!(sent.bytes.starts_with(head.as_bytes()) && head.contains(&format!("<{}>", before.message_id)));
    assert!(!head.contains("\r\n\r\n") && kept_as.enclosed.is_empty(), "{head}");
    assert_eq!(kept(&office, undelivered.letter).await, whole, "what has not arrived is kept whole");

    let text = shown(&office, before.letter).await;
    assert!(text.contains("text     cleared on 2026-"), "{text}");
    assert!(text.contains(&format!("sha256   {}", sha256(&sent.bytes))) && text.contains("2.0.0 kept"), "{text}");
    assert!(text.contains(&format!("    Message-ID: <{}>", before.message_id)), "{text}");
    let refused = retry_letter(&office.office, before.letter).await.unwrap_err().to_string();
    assert!(refused.contains("was cleared on 2026-"), "{refused}");
    office.leaves_waiting(&["undelivered", "record-missing", "deadline-late", "deadline-due", "deadline-escalated"]);
});

story!(a_letter_that_an_earlier_version_kept_whole_is_taken_apart at "2026-01-05T08:00:00+01:00", |office| {
    let visit = reported(&office).await;
    let report = store::reports::latest(&office.office.db, visit).await.unwrap().unwrap();
    write_letters(&office.office).await.unwrap();
    let letter = letters_with(&office, "report-delivered").await.remove(0);
    let apart = kept(&office, letter.letter).await.message;
    let whole = whole_message(&office.office.documents, &apart).await.unwrap();
    let as_before = "update letter set bytes = $2, enclosed = null, sha256 = null where id = $1";
    change(&office, as_before, letter.letter, Some(&whole)).await;
    let kept_whole = kept(&office, letter.letter).await.message;
    assert_eq!(kept_whole, KeptMessage::whole(whole.clone()), "it is read as it is");

    assert_eq!(shrink_letters(&office.office).await.unwrap(), 1);
    assert_eq!(kept(&office, letter.letter).await.message, apart);
    assert_eq!(shrink_letters(&office.office).await.unwrap(), 0);

    // Without its document it stays whole, and is looked at once.
    change(&office, as_before, letter.letter, Some(&whole)).await;
    let path = office.office.documents.path(&report.sha256);
    let pdf = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(shrink_letters(&office.office).await.unwrap(), 1);
    assert_eq!(shrink_letters(&office.office).await.unwrap(), 0);
    assert_eq!(kept(&office, letter.letter).await.message.rest, whole);
    std::fs::write(&path, pdf).unwrap();
    office.tick().await;
    assert_eq!(office.told(REPORTS, "report-delivered")[0].bytes, whole);
});
