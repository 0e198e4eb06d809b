//! Letters that were given up, and contacts who cannot be reached.

use serde::{Deserialize, Serialize};

use crate::Instant;
use crate::ids::{LetterId, SiteCode};
use crate::people::ContactFor;

/// A letter that was given up, as described in letters and digests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndeliveredWords {
    pub letter: LetterId,
    pub subject: String,
    pub to: String,
    pub notice: String,
    pub given_up_at: Instant,
    /// The server's message.
    pub outcome: String,
    pub attempts: u32,
}

/// A contact who cannot be reached by mail: a server has reported that nobody is at the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreachableContact {
    pub of: ContactFor,
    pub name: String,
    pub email: String,
    /// The contact's site, or one of the customer's sites.
    pub site: SiteCode,
    pub since: Instant,
    /// The server's message.
    pub said: String,
    /// The letter that was refused or returned.
    pub letter: LetterId,
}

/// Enhanced status codes that mean that nobody is at the address (RFC 3463 sections 3.2 and 3.3, RFC 7505 section 5.1).
/// Codes about the sender's address, or a full mailbox, are not included.
const NOBODY: [&str; 7] = ["5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"];

/// Words by which a server without such codes refers to the recipient, rather than to the sender or the contents.
const OF_RECIPIENT: [&str; 7] = ["user", "mailbox", "recipient", "no such", "unknown", "not exist", "not found"];

/// Whether a refusal means that nobody is at the address, so that no other letter can reach the reader there either.
///
/// Without an enhanced status code, a server is believed if it refuses the recipient (550, 551 and 553, RFC 5321
/// section 4.2.3) and its text says so.
#[must_use]
pub fn is_nobody_there(refusal: &str) -> bool {
    let words = || refusal.split(|c: char| c.is_whitespace() || matches!(c, ';' | '(' | ')' | '#' | ':'));
    let is_status = |word: &&str| {
        let parts: Vec<&str> = word.split('.').collect();
        parts.len() == 3 && parts.iter().all(|part| part.parse::<u16>().is_ok()) && *word != "5.0.0"
    };
    let mut statuses = words().filter(is_status).peekable();
    if statuses.peek().is_some() {
        return statuses.any(|status| NOBODY.contains(&status));
    }
    let said = refusal.to_lowercase();
    words().any(|word| matches!(word, "550" | "551" | "553")) && OF_RECIPIENT.iter().any(|word| said.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_believed_where_it_speaks_of_the_recipient() {
        for refusal in [
            "550 5.1.1 no such mailbox",
            "5.1.1 550 no such user",
            "5.0.0 550 5.1.1 <ana@cum.example>: Recipient address rejected",
            "550 5.1.10 RESOLVER.ADR.RecipientNotFound",
            "550 5.2.1 The email account that you tried to reach is disabled",
            "550 User unknown",
            "5.0.0 550 Mailbox not found",
        ] {
            assert!(is_nobody_there(refusal), "{refusal}");
        }
        for refusal in [
            "550 5.7.1 relaying denied",
            "552 5.2.2 mailbox full",
            "550 5.1.8 sender address rejected",
            "554 rejected as spam",
            "550 blocked by policy",
            "552 5.3.4 message too big for the mailbox",
            "",
        ] {
            assert!(!is_nobody_there(refusal), "{refusal}");
        }
    }
}
