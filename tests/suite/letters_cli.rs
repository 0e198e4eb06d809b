//! `ronda letters`: list, show, retry, cancel.

use chrono::TimeDelta;
use clap::Parser;
use ronda::cli::letters::{LettersArgs, run};
use ronda::domain::letters::letter::LetterState;
use ronda::domain::letters::retry::{AttemptReply, DialogueStage};
use ronda::domain::letters::route::Domains;
use ronda::mail::{Memory, Transport};
use ronda::office::{Error, Result};
use ronda::store::letters;

use crate::support::outbox::{Outbox, made_for};

#[derive(Parser)]
struct Line {
    #[command(flatten)]
    letters: LettersArgs,
}

async fn ronda_letters(outbox: &Outbox, line: &str) -> Result<String> {
    let line = Line::try_parse_from(std::iter::once("letters").chain(line.split(' '))).unwrap();
    let mut out = Vec::new();
    run(&outbox.office, &line.letters, &mut out).await?;
    Ok(String::from_utf8(out).unwrap())
}

/// One letter put off, one refused, one that waits.
async fn office() -> (Outbox, Memory) {
    let memory = Memory::default();
    let outbox = Outbox::open(Transport::Memory(memory.clone()), 1).await;
    outbox.write(["ana@norte.example".to_owned(), "gone@norte.example".to_owned()]).await;
    memory.with(|post_box| {
        post_box.unknown.insert("gone@norte.example".to_owned());
        let busy = AttemptReply::Reply { step: DialogueStage::Envelope, code: 451, said: "4.7.1 later".to_owned() };
        post_box.script.push_back(busy);
    });
    outbox.deliver().await;
    outbox.office.clock.advance_to(outbox.office.clock.now() + TimeDelta::minutes(1));
    outbox.write(["luis@sur.example".to_owned()]).await;
    (outbox, memory)
}

#[tokio::test]
async fn a_letter_is_shown_with_every_attempt_relay_code_and_text() {
    let (outbox, _) = office().await;
    let shown = ronda_letters(&outbox, "show L1").await.unwrap();
    insta::assert_snapshot!(shown.lines().map(str::trim_end).collect::<Vec<_>>().join("\n"), @"
    L1  hello
    to       <ana@norte.example>
    notice   visit-announced (hello/ana@norte.example)
    made     2026-03-02 09:00 UTC, 732 bytes, <ana@norte.example.office.example>
    state    waiting, attempt 2 at 03-02 09:05
    answer   4.7.1 later

    ───────────────────────────────────────────────────────────────────────
     attempt   at (UTC)              relay    code   outcome   answer
    ═══════════════════════════════════════════════════════════════════════
     1         2026-03-02 09:00:00   memory   451    put off   4.7.1 later
    ───────────────────────────────────────────────────────────────────────
    ");
    let json: serde_json::Value =
        serde_json::from_str(&ronda_letters(&outbox, "show 1 --json").await.unwrap()).unwrap();
    assert_eq!(json["tried"][0]["code"], 451);
    assert_eq!(json["state"], "waiting");
    assert!(matches!(ronda_letters(&outbox, "show L9").await, Err(Error::NotFound(_))));
}

#[tokio::test]
async fn a_list_is_narrowed_by_state_and_address() {
    let (outbox, _) = office().await;
    let shown = ronda_letters(&outbox, "list").await.unwrap();
    insta::assert_snapshot!(shown.lines().map(str::trim_end).collect::<Vec<_>>().join("\n"), @"
    ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     letter   made (UTC)         to                   subject   state                               answer
    ══════════════════════════════════════════════════════════════════════════════════════════════════════════════════════
     L3       2026-03-02 09:01   luis@sur.example     hello     waiting
    ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     L2       2026-03-02 09:00   gone@norte.example   hello     undelivered                         5.1.1 no such mailbox
    ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     L1       2026-03-02 09:00   ana@norte.example    hello     waiting, attempt 2 at 03-02 09:05   4.7.1 later
    ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    ");
    let undelivered = ronda_letters(&outbox, "list --state undelivered --json").await.unwrap();
    let undelivered: Vec<serde_json::Value> = serde_json::from_str(&undelivered).unwrap();
    assert_eq!((undelivered.len(), &undelivered[0]["to"]), (1, &"gone@norte.example".into()));
    assert_eq!(
        ronda_letters(&outbox, "list --to nobody@norte.example").await.unwrap(),
        "No letter matches --to nobody@norte.example.\n"
    );
}

#[tokio::test]
async fn the_eml_is_what_goes_over_the_wire_byte_for_byte() {
    let (outbox, _) = office().await;
    let sent = made_for("ana@norte.example").1.bytes;
    assert_eq!(ronda_letters(&outbox, "show L1 --eml -").await.unwrap().into_bytes(), sent);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("letter.eml");
    ronda_letters(&outbox, &format!("show L1 --eml {}", file.display())).await.unwrap();
    assert_eq!(std::fs::read(file).unwrap(), sent);
}

#[tokio::test]
async fn a_letter_that_was_given_up_goes_out_again_and_a_waiting_one_at_once() {
    let (outbox, memory) = office().await;
    memory.with(|post_box| post_box.unknown.clear());
    for letter in ["L1", "L2"] {
        ronda_letters(&outbox, &format!("retry {letter}")).await.unwrap();
    }
    outbox.deliver().await;
    assert_eq!(outbox.count(LetterState::Sent).await, 3);
    let refused = ronda_letters(&outbox, "retry L1").await.unwrap_err();
    assert!(matches!(&refused, Error::Refused(said) if said.contains("L1 is sent")), "{refused}");
}

#[tokio::test]
async fn a_letter_that_was_withdrawn_never_leaves_and_one_on_the_wire_cannot_be() {
    let (outbox, memory) = office().await;
    ronda_letters(&outbox, "cancel L1").await.unwrap();
    let now = outbox.office.clock.now();
    let mut tx = outbox.office.db.begin().await.unwrap();
    let on_the_wire = letters::claim(&mut tx, &Domains::all(), 10, now, now + TimeDelta::minutes(9)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(on_the_wire.len(), 1);
    for what in ["cancel L3", "retry L3"] {
        let refused = ronda_letters(&outbox, what).await.unwrap_err();
        assert!(matches!(&refused, Error::Refused(said) if said.contains("right now")), "{what}: {refused}");
    }
    outbox.deliver_after(TimeDelta::hours(1)).await;
    outbox.settle().await;
    let sent: Vec<_> = memory.with(|post_box| post_box.accepted.iter().map(|sent| sent.to.clone()).collect());
    assert_eq!(sent, ["luis@sur.example"]);
    assert!(matches!(ronda_letters(&outbox, "cancel L2").await, Err(Error::Refused(_))));
}
