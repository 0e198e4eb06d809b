//! Ronda keeps the promises of after-sales service contracts, and proves that it did.
//!
//! # The map, in reading order
//!
//! | module | what it is |
//! |---|---|
//! | [`domain`] | the nouns: pure rules of contracts, calendars, visits, records, deadlines |
//! | [`actions`] | the verbs: load, ask the domain, store in one transaction |
//! | [`db`] | SQL and nothing else, one text for SQLite and PostgreSQL |
//! | [`holidays`] | calendar files → [`domain::calendar::Calendar`] |
//! | [`plans`], [`checklists`], [`toml_file`] | service plans and checklists; TOML that people write, every mistake with its place |
//! | [`documents`] | bytes kept by their SHA-256 |
//! | [`tables`] | CSV files and XLSX workbooks ↔ tables of text |
//! | [`locales`] | every text a person reads, in three languages |
//! | [`mail`] | notices → letters → the wire |
//! | [`ping`] | the sign of life to a watching service |
//! | [`tls`] | whose certificates are believed |
//! | [`pdf`] | blocks → PDF bytes |
//! | [`seal`] | signatures under documents, and time stamps on them |
//! | [`qr`] | addresses that a camera reads |
//! | [`photos`] | files from a phone → pictures fit for a report |
//! | [`clock`] | the only reader of time and randomness |
//! | [`config`] | file, environment, credentials → `Config` |
//! | [`heartbeat`] | the table of all background work |
//! | [`web`] | health, the office's pages, and what people outside reach by a link: decisions, forms, signatures |
//! | [`demo`] | a company and its people, for a quarter by the daemon's own code |
//! | [`cli`] | a file per command |
//! | [`app`] | composition root of the daemon |
//!
//! # The dependency rule
//!
//! ```text
//! main → cli → { app, demo } → { web, heartbeat } → actions → { db, mail, pdf, documents, holidays, clock, config … } → domain
//! ```
//!
//! Beside the adapters stand four helpers that they share: `locales`, `photos`, `tls`, `toml_file`.
//!
//! Arrows point inward only; `tests/tidy.rs` holds it.
//!
//! # Invariants
//!
//! 1. `domain` names no other module and reads no clock. `clock.rs` alone reads time and randomness.
//! 2. A message leaves only through the outbox; `Way::send` is called in one place.
//! 3. A change and the letters that it causes commit in one transaction, or not at all.
//! 4. Planning, reminding, flagging, digests and delivery, repeated on the same data, change nothing.
//! 5. A slot has at most one visit, a visit at most one filing, a deadline at most one flag per level,
//!    a key at most one letter: the schema refuses a second one.
//! 6. A deadline's due moment is explained by a ledger. Open deadlines follow a changed calendar; met
//!    ones are frozen with theirs. A calendar that does not know a year says so, in the digest, and
//!    never stops the sweep.
//! 7. Import stores all rows or none, and names every bad cell.
//! 8. Killing the process between any two steps loses no letter, no record, no filing, no flag.
//! 9. What the store indexes for speed (`next_look_at`) is a hint, re-judged by the domain.

pub use {domain, mail, net, office, paper, store, web, words, world};

pub mod app;
pub mod cli;
pub mod demo;
