//! Ronda keeps the promises of after-sales service contracts, and proves that it did.
//!
//! # The map
//!
//! `src/README.md` walks through the tree. Each ring is a crate under `src/`, with its `lib.rs` and a `Cargo.toml` that
//! lists only what the ring may use. This crate, the top one, re-exports them by name. In reading order:
//!
//! | crate | what it is |
//! |---|---|
//! | [`domain`] | the nouns: pure rules of contracts, calendars, visits, records, deadlines |
//! | [`words`] | every text that a person reads, in three languages |
//! | [`net`] | trusted certificates, the one HTTP client, and the ping to a monitoring service |
//! | [`store`] | SQL and nothing else, one text for SQLite and PostgreSQL |
//! | [`mail`] | notices → letters → SMTP, and incoming messages |
//! | [`paper`] | blocks → PDF bytes; signatures and time stamps, QR codes, photos; it knows nothing about contracts |
//! | [`world`] | everything read from files: holidays, service plans, checklists, tables, the configuration |
//! | [`office`] | the verbs: load, ask the domain, store in one transaction; the clock, documents, the heartbeat |
//! | [`web`] | health, the office's pages, and what people outside reach by a link: decisions, forms, signatures |
//! | [`app`] | composition root of the daemon |
//! | [`demo`] | a simulated company that runs on the daemon's own code for a quarter |
//! | [`cli`] | a file per command |
//!
//! `app`, `demo` and `cli` are modules of the top crate.
//!
//! # Rooms
//!
//! Within a ring the second level is the capability, with the same name in each: `planning`, `visits`, `records`,
//! `reports`, `promises` (deadlines and flags), `digest`, `letters` (outbox and inbox), `import`, `people`, `access`,
//! `audit`. How a late report is flagged, for example, is in `domain::promises`, `store::promises` and
//! `office::promises`. A ring has only the rooms that it needs: those of [`web`] are `desk` (the office) and `link`
//! (people outside), and the adapters are divided by the outside system that they deal with.
//!
//! # The dependency rule
//!
//! ```text
//! main → cli → { app, demo } → web → office → { store, mail, paper, world } → { words, net } → domain
//! ```
//!
//! Arrows point inward only, and may skip rings; the four adapters never refer to one another. The manifests enforce
//! this. What a manifest cannot enforce (who reads the clock, who writes to the store, where SQL and letters may be,
//! one name for one type), `tests/tidy/` checks on the syntax of the whole tree; the tables are in its `house.rs`.
//!
//! # Invariants
//!
//! 1. `domain` depends on no other crate of ours and reads no clock. `office::clock` alone reads time and randomness.
//! 2. A message leaves only through the outbox; `NextHop::send` is called in one place.
//! 3. A change and the letters that it causes commit in one transaction, or not at all. What commits is that a letter is
//!    owed; its bytes are created once, when it may leave, and are committed before anybody sends them.
//! 4. Planning, reminding, flagging, digests and delivery change nothing when repeated on the same data.
//! 5. A slot has at most one visit, a visit at most one filing, a deadline at most one standing flag per step and due,
//!    a key at most one letter: the schema refuses a second one.
//! 6. A ledger explains a deadline's due moment. Open deadlines follow a changed calendar, met ones do not; a changed
//!    history causes them to be judged again, too, by the calendar and terms that applied then. A calendar that does
//!    not cover a year says so, in the digest, and never stops the sweep.
//! 7. Import stores all rows or none, and reports every bad cell.
//! 8. Killing the process between any two steps loses no letter, no record, no filing, no flag; a letter that is sent
//!    again has the same bytes.
//! 9. What the store indexes for speed (`next_look_at`) is a hint, and is judged again by the domain.
//! 10. What is judged at a certain moment waits for no network and no long work: the heartbeat's lanes beat in parallel,
//!     none holds a transaction open while it computes, and setting the machine's clock stops none of them.
//! 11. Whatever changes something acts for somebody (`Actor`), asks [`domain::access::may`], and its line in the audit
//!     trail commits with the change, or neither does.

pub use {domain, mail, net, office, paper, store, web, words, world};

pub mod app;
pub mod cli;
pub mod demo;
