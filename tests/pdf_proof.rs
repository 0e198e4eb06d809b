//! What a report proves, by other people's programs: OpenSSL, pyHanko and poppler say whether a signature holds;
//! and by ours: `ronda verify` on files that were altered, cut, or made to hurt.

#[allow(dead_code, reason = "each test binary uses its part")]
#[path = "support/authority.rs"]
mod authority;
#[path = "pdf_proof/command.rs"]
mod command;
#[path = "pdf_proof/company.rs"]
mod company;
#[path = "pdf_proof/hostile.rs"]
mod hostile;
#[allow(dead_code, reason = "each test binary uses its part")]
mod sample;
#[path = "pdf_proof/signatures.rs"]
mod signatures;
