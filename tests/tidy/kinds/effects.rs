//! Time, chance, the terminal, libraries, and what a pure domain has none of.

use super::Kind;

const TIME: &str = "the clock alone reads time and randomness";
const PURE: &str = "the domain is pure";
const PRINTS: &str = "the command line alone prints";
const LIBRARIES: &str = "a library stays in its place";

pub const KINDS: &[Kind] = &[
    Kind {
        name: "`Utc::now`",
        rule: TIME,
        violation: &[("src/office/book.rs", "fn f() {\n    let now = chrono::Utc::now();\n}\n")],
        alike: &[
            ("src/office/clock.rs", "fn f() {\n    let now = chrono::Utc::now();\n}\n"),
            ("src/office/book.rs", "fn f(office: &Office) {\n    let now = office.clock.now(); // Utc::now\n}\n"),
        ],
    },
    Kind {
        name: "what tests do not have alone",
        rule: TIME,
        violation: &[(
            "src/office/book.rs",
            "#[cfg(any(test, unix))]\nfn f() {\n    let now = chrono::Utc::now();\n}\n",
        )],
        alike: &[(
            "src/office/book.rs",
            "#[cfg(any(test, all(unix, test)))]\nfn f() {\n    let now = chrono::Utc::now();\n}\n",
        )],
    },
    Kind {
        name: "what tests do not have",
        rule: TIME,
        violation: &[(
            "src/office/book.rs",
            "struct A;\nimpl A {\n    #[cfg(not(test))]\n    fn f() {\n        chrono::Utc::now();\n    }\n}\n",
        )],
        alike: &[(
            "src/office/book.rs",
            "struct A;\nimpl A {\n    #[cfg(test)]\n    fn f() {\n        chrono::Utc::now();\n    }\n}\n",
        )],
    },
    Kind {
        name: "`Utc` under another name",
        rule: TIME,
        violation: &[("src/office/book.rs", "use chrono::Utc as U;\nfn f() {\n    let now = U::now();\n}\n")],
        alike: &[("src/office/book.rs", "use crate::clock::Ours as U;\nfn f() {\n    let now = U::now();\n}\n")],
    },
    Kind {
        name: "a crate under another name",
        rule: TIME,
        violation: &[(
            "src/office/book.rs",
            "use chrono as c;\nuse c::offset as o;\nfn f() {\n    let now = o::Utc::now;\n}\n",
        )],
        alike: &[("src/office/book.rs", "use chrono as c;\nfn f(at: c::DateTime<c::Utc>) {}\n")],
    },
    Kind {
        name: "`Utc` by the domain",
        rule: TIME,
        violation: &[
            ("src/domain/lib.rs", "//! The nouns of the office.\npub use chrono::Utc as Zone;\n"),
            ("src/store/visit.rs", "use domain::Zone;\nfn f() {\n    let now = Zone::now();\n}\n"),
        ],
        alike: &[
            ("src/domain/lib.rs", "//! The nouns of the office.\npub use chrono::Utc as Zone;\n"),
            ("src/store/visit.rs", "use domain::Zone;\nfn f(zone: Zone) {}\n"),
        ],
    },
    Kind {
        name: "all of chrono",
        rule: TIME,
        violation: &[("src/mail/wire.rs", "use chrono::prelude::*;\nfn f() {\n    let now = Utc::now();\n}\n")],
        alike: &[("src/mail/wire.rs", "use chrono::prelude::*;\nfn f(at: DateTime<Utc>) {}\n")],
    },
    Kind {
        name: "an alias of a type",
        rule: TIME,
        violation: &[(
            "src/mail/wire.rs",
            "type Moment = std::time::SystemTime;\nfn f() {\n    let now = Moment::now();\n}\n",
        )],
        alike: &[("src/mail/wire.rs", "type Moment = domain::Instant;\nfn f(moment: Moment) {}\n")],
    },
    Kind {
        name: "`<Utc>::now`",
        rule: TIME,
        violation: &[("src/mail/wire.rs", "fn f() {\n    let now = <chrono::Local>::now();\n}\n")],
        alike: &[("src/mail/wire.rs", "fn f() {\n    let now = <Ours as Clock>::now();\n}\n")],
    },
    Kind {
        name: "`Utc::now` in a macro",
        rule: TIME,
        violation: &[("src/mail/wire.rs", "fn f() {\n    tracing::info!(at = %chrono::Utc::now(), \"sent\");\n}\n")],
        alike: &[("src/mail/wire.rs", "fn f() {\n    tracing::info!(\"Utc::now() is banned\");\n}\n")],
    },
    Kind {
        name: "tokio's instants",
        rule: TIME,
        violation: &[("src/web/pace.rs", "use tokio::time;\nfn f() {\n    let now = time::Instant::now();\n}\n")],
        alike: &[("src/web/pace.rs", "use tokio::time;\nasync fn f() {\n    time::sleep(SECOND).await;\n}\n")],
    },
    Kind {
        name: "`UNIX_EPOCH.elapsed()`",
        rule: TIME,
        violation: &[(
            "src/web/pace.rs",
            "use std::time::UNIX_EPOCH;\nfn f() {\n    let now = UNIX_EPOCH.elapsed();\n}\n",
        )],
        alike: &[("src/web/pace.rs", "fn f(at: DateTime) -> bool {\n    at == DateTime::UNIX_EPOCH\n}\n")],
    },
    Kind {
        name: "`.elapsed()` of something",
        rule: TIME,
        violation: &[("src/web/pace.rs", "fn f(began: Instant) {\n    let took = began.elapsed();\n}\n")],
        alike: &[("src/web/pace.rs", "fn f(began: Instant, now: Instant) {\n    let elapsed = now - began;\n}\n")],
    },
    Kind {
        name: "`RandomState` as chance",
        rule: TIME,
        violation: &[(
            "src/office/draw.rs",
            "use std::collections::hash_map::RandomState as R;\nfn f() -> R {\n    R::new()\n}\n",
        )],
        alike: &[(
            "src/office/draw.rs",
            "use std::collections::HashMap;\nfn f() -> HashMap<u8, u8> {\n    HashMap::new()\n}\n",
        )],
    },
    Kind {
        name: "`rand` outside of the clock",
        rule: TIME,
        violation: &[("src/demo/chance.rs", "fn f() -> u8 {\n    rand::random()\n}\n")],
        alike: &[("src/demo/chance.rs", "mod rand {}\nfn f(operand: u8) -> u8 {\n    rand::of(operand)\n}\n")],
    },
    Kind {
        name: "chance beside the blinding",
        rule: TIME,
        violation: &[("src/mail/dkim.rs", "fn f() {\n    let _ = rand::thread_rng();\n}\n")],
        alike: &[("src/mail/dkim.rs", "fn f() {\n    let _ = ring::rand::SystemRandom::new();\n}\n")],
    },
    Kind {
        name: "`std::fs` in the domain",
        rule: PURE,
        violation: &[("src/domain/day.rs", "fn f() {\n    let _ = std::fs::read(\"x\");\n}\n")],
        alike: &[("src/domain/day.rs", "mod fs {}\nfn f() {\n    let _ = fs::read(\"std::fs::read\");\n}\n")],
    },
    Kind {
        name: "`std::env` in the domain",
        rule: PURE,
        violation: &[("src/domain/day.rs", "use std::{env as e, fmt};\nfn f() {\n    let _ = e::var(\"TZ\");\n}\n")],
        alike: &[("src/domain/day.rs", "fn f() {\n    let _ = env!(\"CARGO_PKG_VERSION\");\n}\n")],
    },
    Kind {
        name: "a thread in the domain",
        rule: PURE,
        violation: &[("src/domain/day.rs", "use std as s;\nfn f() {\n    s::thread::yield_now();\n}\n")],
        alike: &[("src/domain/day.rs", "fn f(thread: &Thread) {\n    thread.spawn();\n}\n")],
    },
    Kind {
        name: "an `async fn` in the domain",
        rule: PURE,
        violation: &[("src/domain/day.rs", "async fn f() {}\n")],
        alike: &[("src/domain/day.rs", "/// An async fn would wait.\nfn r#async() {}\n")],
    },
    Kind {
        name: "an `async` method in a trait of the domain",
        rule: PURE,
        violation: &[("src/domain/day.rs", "trait Days {\n    async fn next(&self);\n}\n")],
        alike: &[("src/domain/day.rs", "trait Days {\n    fn next(&self);\n}\n")],
    },
    Kind {
        name: "an async block in the domain",
        rule: PURE,
        violation: &[("src/domain/day.rs", "fn f() {\n    let _ = async { 1 };\n}\n")],
        alike: &[("src/domain/day.rs", "fn f() {\n    let _ = { 1 };\n}\n")],
    },
    Kind {
        name: "a wait in a macro of the domain",
        rule: PURE,
        violation: &[("src/domain/day.rs", "macro_rules! f {\n    () => {\n        day().await\n    };\n}\n")],
        alike: &[("src/domain/day.rs", "macro_rules! f {\n    () => {\n        day().waits\n    };\n}\n")],
    },
    Kind {
        name: "`println!` outside of the command line",
        rule: PRINTS,
        violation: &[("src/office/book.rs", "fn f() {\n    println!(\"booked\");\n}\n")],
        alike: &[
            ("src/office/book.rs", "fn f(out: &mut Out) {\n    writeln!(out, \"println!\");\n}\n"),
            ("src/cli/book.rs", "fn f() {\n    println!(\"booked\");\n}\n"),
        ],
    },
    Kind {
        name: "`dbg!` in a macro",
        rule: PRINTS,
        violation: &[("src/office/book.rs", "fn f() {\n    let _ = vec![dbg!(1)];\n}\n")],
        alike: &[("src/office/book.rs", "fn f(dbg: bool) -> bool {\n    !dbg\n}\n")],
    },
    Kind {
        name: "sqlx by way of the store",
        rule: LIBRARIES,
        violation: &[
            ("src/store/lib.rs", "//! The store and its SQL.\npub use sqlx as x;\n"),
            ("src/office/book.rs", "use store::x::Row;\n"),
        ],
        alike: &[("src/store/lib.rs", "//! The store and its SQL.\nuse sqlx as x;\nfn f(row: &x::Row) {}\n")],
    },
    Kind {
        name: "lettre outside of mail",
        rule: LIBRARIES,
        violation: &[("src/office/book.rs", "fn f(to: &::lettre::Address) {}\n")],
        alike: &[("src/mail/address.rs", "fn f(to: &::lettre::Address) {}\n")],
    },
];
