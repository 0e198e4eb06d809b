//! All variants of an enum, and their words in the store, files and templates.

/// All variants, as an array: `const ALL: [Owed; Owed::VARIANTS.len()] = every(Owed::VARIANTS)`.
pub(crate) const fn every<T: Copy, const N: usize>(variants: &[T]) -> [T; N] {
    match variants.first_chunk() {
        Some(all) if variants.len() == N => *all,
        Some(_) | None => panic!("the array is as long as the enum has variants"),
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantNames;

    use crate::access::{ActKind, ActorKind, Deed, Errand};
    use crate::audit::trail::PersonalField;
    use crate::calendar::{Layer, Observance};
    use crate::contract::{CountedOn, Purpose};
    use crate::digest::{Period, Rhythm};
    use crate::language::Language;
    use crate::letters::letter::{Bears, LetterState};
    use crate::letters::notice::NoticeKind;
    use crate::letters::received::{DeliveryAction, KindWord};
    use crate::letters::{reply, retry};
    use crate::people::{ContactRole, ReaderRole};
    use crate::promises::Owed;
    use crate::records::checklist::{Best, Kind};
    use crate::records::form::{FormOutcome, ReviewWhy};
    use crate::records::{CostClass, ItemResult, Severity};
    use crate::reports::DocumentKind;
    use crate::visits::VisitState;
    use crate::visits::invitation::Method;

    /// Words outlive the program that wrote them, since they are in stores, files, keys and templates. A word that is
    /// missing here is new; a word that differs has to be restored.
    #[test]
    fn every_stored_word_is_as_it_ever_was() {
        let words: [(&[&str], &[&str]); 32] = [
            (Errand::VARIANTS, &["feed", "unsubscribe", "paper", "matter", "digest", "visit-form", "countersign"]),
            (
                Layer::VARIANTS,
                &["weekend", "country", "subdivision", "municipality", "company", "customer", "site", "engineer"],
            ),
            (Observance::VARIANTS, &["half-day", "optional", "bank", "government", "public"]),
            (Purpose::VARIANTS, &["inspection", "maintenance", "training", "follow-up", "call-out", "planned-support"]),
            (CountedOn::VARIANTS, &["site", "company", "both", "either"]),
            (
                ActKind::VARIANTS,
                &[
                    "remind",
                    "assign",
                    "move",
                    "take-proposal",
                    "handed-over",
                    "excuse",
                    "retry",
                    "take-form",
                    "dismiss-form",
                ],
            ),
            (Rhythm::VARIANTS, &["daily", "weekly", "monthly"]),
            (Period::VARIANTS, &["week", "month"]),
            (Language::VARIANTS, &["en", "es", "zh"]),
            (KindWord::VARIANTS, &["reply", "status", "automatic", "ordinary", "unreadable"]),
            (DeliveryAction::VARIANTS, &["failed", "delayed", "delivered", "relayed", "expanded"]),
            (reply::Participation::VARIANTS, &["accepted", "tentative", "declined"]),
            (retry::AttemptOutcome::VARIANTS, &["accepted", "put off", "refused"]),
            (ReaderRole::VARIANTS, &["engineer", "manager", "customer"]),
            (ContactRole::VARIANTS, &["operations", "reports", "escalation"]),
            (Owed::VARIANTS, &["visit", "training", "record", "report"]),
            (ItemResult::VARIANTS, &["ok", "not-applicable", "attention", "fault", "not-inspected"]),
            (Severity::VARIANTS, &["minor", "major", "critical"]),
            (CostClass::VARIANTS, &["low", "medium", "high"]),
            (Kind::VARIANTS, &["check", "number", "choice", "text", "photo"]),
            (Best::VARIANTS, &["ok", "attention", "fault"]),
            (
                ReviewWhy::VARIANTS,
                &["expired", "revoked", "cancelled", "other-record", "conflict", "for-review", "in-the-future"],
            ),
            (ActorKind::VARIANTS, &["engineer", "manager", "customer", "user", "program"]),
            (PersonalField::VARIANTS, &["name", "email", "text"]),
            (
                Deed::VARIANTS,
                &[
                    "plan-visits",
                    "announce-visit",
                    "add-visit",
                    "book-visit",
                    "move-visit",
                    "rebook-visit",
                    "cancel-visit",
                    "hand-over",
                    "remind",
                    "answer-invitation",
                    "take-record",
                    "keep-record",
                    "keep-form",
                    "take-form",
                    "dismiss-form",
                    "sign-record",
                    "issue-report",
                    "send-report",
                    "file-report",
                    "hand-over-report",
                    "unfile-report",
                    "open-deadlines",
                    "recount-deadlines",
                    "raise-flag",
                    "waive-deadline",
                    "accept-difference",
                    "end-digests",
                    "resume-digests",
                    "retry-letter",
                    "cancel-letter",
                    "return-letter",
                    "change-hotline",
                    "note-hotline",
                    "import-tables",
                    "import-calendar",
                    "make-form-link",
                    "make-signing-link",
                    "make-feed",
                    "revoke-feed",
                    "revoke-link",
                    "begin-trail",
                    "erase-personal",
                ],
            ),
            (FormOutcome::VARIANTS, &["taken", "review"]),
            (DocumentKind::VARIANTS, &["inspection", "certificate"]),
            (LetterState::VARIANTS, &["waiting", "sent", "undelivered", "cancelled"]),
            (Bears::VARIANTS, &["appointment", "paper"]),
            (VisitState::VARIANTS, &["planned", "booked", "done", "cancelled"]),
            (Method::VARIANTS, &["REQUEST", "CANCEL"]),
            (
                NoticeKind::VARIANTS,
                &[
                    "visit-announced",
                    "training-invitation",
                    "follow-up-question",
                    "visit-reminder",
                    "visit-moved",
                    "visit-passed-on",
                    "visit-cancelled",
                    "visit-not-done",
                    "visit-asked-to-move",
                    "record-missing",
                    "report-delivered",
                    "certificate-delivered",
                    "countersign-asked",
                    "deadline-due",
                    "deadline-late",
                    "deadline-escalated",
                    "hotline-changed",
                    "phase-ending",
                    "digest",
                    "review",
                    "canary",
                    "undelivered",
                ],
            ),
        ];
        for (found, was) in words {
            let new: Vec<_> = found.iter().filter(|word| !was.contains(word)).collect();
            assert_eq!(found, was, "\nnew here, and to be added to its list in src/domain/variants.rs: {new:?}");
        }
    }
}
