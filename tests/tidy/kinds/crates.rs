//! Arrows, manifests and files that nothing leads to.

use super::Kind;

const ARROWS: &str = "arrows point inward only";
const AUDITOR: &str = "the auditor shares nothing with what it audits";
const CLIMBS: &str = "no path climbs by three `super`";
const MANIFESTS: &str = "a manifest names only what its crate may use";
const UNUSED: &str = "a manifest names nothing that no file uses";

pub const KINDS: &[Kind] = &[
    Kind {
        name: "the domain names the store",
        rule: ARROWS,
        violation: &[("src/domain/visit.rs", "use store::Db;\n")],
        alike: &[
            ("src/domain/visit.rs", "use super::store::Shelf;\n"),
            ("src/domain/store.rs", "/// Where spare parts lie.\npub struct Shelf;\n"),
            ("src/office/book.rs", "use store::Db;\n"),
        ],
    },
    Kind {
        name: "the domain names the store by its package",
        rule: ARROWS,
        violation: &[("src/domain/visit.rs", "fn open(db: &ronda_store::Db) {}\n")],
        alike: &[("src/web/visit.rs", "fn open(db: &ronda_store::Db) {}\n")],
    },
    Kind {
        name: "the domain names the store by `crate`",
        rule: ARROWS,
        violation: &[("src/domain/visit.rs", "use crate::store::Db;\n")],
        alike: &[
            ("src/domain/visit.rs", "use crate::words::Word;\n"),
            ("src/domain/words.rs", "/// A word of the office.\npub struct Word;\n"),
        ],
    },
    Kind {
        name: "a group over several lines",
        rule: ARROWS,
        violation: &[(
            "src/domain/visit.rs",
            "use {\n    std::fmt,\n    crate::{\n        store::{\n            Db,\n        },\n    },\n};\n",
        )],
        alike: &[
            ("src/domain/visit.rs", "use crate::{\n    day::Day,\n    // crate::store::Db\n};\n"),
            ("src/domain/day.rs", "/// A day at a site.\npub struct Day;\n"),
        ],
    },
    Kind {
        name: "`use super::super::store`",
        rule: ARROWS,
        violation: &[("src/domain/visit/fit.rs", "use super::super::store::Db;\n")],
        alike: &[
            ("src/domain/visit/fit.rs", "use super::super::store::Shelf;\n"),
            ("src/domain/store.rs", "/// Where spare parts lie.\npub struct Shelf;\n"),
        ],
    },
    Kind {
        name: "any other path by `super::super`",
        rule: ARROWS,
        violation: &[("src/domain/visit/fit.rs", "fn fit() -> bool {\n    super::super::office::fit()\n}\n")],
        alike: &[("src/domain/visit/fit.rs", "fn fit() -> bool {\n    super::super::free()\n}\n")],
    },
    Kind {
        name: "an adapter uses another by `super::super`",
        rule: ARROWS,
        violation: &[("src/mail/wire/reply.rs", "use super::super::paper::qr;\n")],
        alike: &[
            ("src/mail/wire/reply.rs", "use super::super::paper::Letterhead;\n"),
            ("src/mail/paper.rs", "/// What a letter is written on.\npub struct Letterhead;\n"),
        ],
    },
    Kind {
        name: "an adapter uses another",
        rule: ARROWS,
        violation: &[("src/world/plans.rs", "fn f() {\n    let _ = store::visit::get();\n}\n")],
        alike: &[("src/world/plans.rs", "fn f(store: &Shelf) {\n    let _ = store.visit.get();\n}\n")],
    },
    Kind {
        name: "an adapter inside of a macro",
        rule: ARROWS,
        violation: &[("src/store/visit.rs", "fn f() -> String {\n    format!(\"{}\", mail::message_id(1))\n}\n")],
        alike: &[("src/store/visit.rs", "fn f() -> String {\n    format!(\"mail::message_id {}\", mail.id)\n}\n")],
    },
    Kind {
        name: "an attribute that names what the crate must not",
        rule: ARROWS,
        violation: &[("src/domain/visit.rs", "struct Day {\n    #[serde(with = \"store::day\")]\n    day: u8,\n}\n")],
        alike: &[("src/domain/visit.rs", "struct Day {\n    #[serde(with = \"super::day\")]\n    day: u8,\n}\n")],
    },
    Kind {
        name: "the office names the top",
        rule: ARROWS,
        violation: &[("src/office/book.rs", "use web::public::Address;\n")],
        alike: &[("src/web/book.rs", "use office::book::Booked;\n")],
    },
    Kind {
        name: "the daemon names the command line",
        rule: ARROWS,
        violation: &[("src/app/check.rs", "use crate::cli::columns;\n"), ("src/cli/columns.rs", "")],
        alike: &[("src/app/check.rs", ""), ("src/cli/columns.rs", "use crate::app::check;\n")],
    },
    Kind {
        name: "the auditor asks the planner",
        rule: AUDITOR,
        violation: &[
            ("src/domain/audit/promises/periods.rs", "use crate::planning::slots::slots;\n"),
            ("src/domain/audit/promises.rs", "//! The auditor of a small house.\nmod periods;\n"),
            ("src/domain/planning.rs", "//! The planner of a small house.\n"),
        ],
        alike: &[
            (
                "src/domain/audit/promises/periods.rs",
                "use crate::calendar::Day;\nfn f(promises: &Shelf) {\n    let _ = promises.planning.slots();\n}\n",
            ),
            ("src/domain/audit/promises.rs", "//! The auditor of a small house.\nmod periods;\n"),
            ("src/domain/audit/trail.rs", "use crate::planning::Day;\n"),
            ("src/domain/calendar.rs", "/// A day at a site.\npub struct Day;\n"),
            ("src/domain/planning.rs", "//! The planner of a small house.\n"),
        ],
    },
    Kind {
        name: "the auditor asks the sweep by `super`",
        rule: AUDITOR,
        violation: &[
            ("src/domain/audit/promises.rs", "use super::super::sweep::Due;\n"),
            ("src/domain/sweep.rs", "//! What is late in a small house.\n"),
        ],
        alike: &[("src/domain/audit/promises.rs", "use super::super::time::Zone;\n"), ("src/domain/time.rs", "")],
    },
    Kind {
        name: "three `super`",
        rule: CLIMBS,
        violation: &[("src/office/a/b/c.rs", "use super::super::super::day;\n"), ("src/office/a/b.rs", "")],
        alike: &[("src/office/a/b/c.rs", "use super::super::day;\n"), ("src/office/a/b.rs", "")],
    },
    Kind {
        name: "out of the crate",
        rule: CLIMBS,
        violation: &[("src/domain/visit.rs", "fn f() {\n    super::super::f();\n}\n")],
        alike: &[("src/domain/visit.rs", "mod inner {\n    fn f() {\n        super::super::f();\n    }\n}\n")],
    },
    Kind {
        name: "a file that nothing leads to",
        rule: "every file is reached from its crate's root",
        violation: &[("src/mail/lost.rs", "fn f() {}\n")],
        alike: &[
            (
                "src/mail/lib.rs",
                "//! The crate of letters.\nmod inner {\n    mod lost;\n}\n#[path = \"other/lost.rs\"]\nmod lost;\n",
            ),
            ("src/mail/inner/lost.rs", ""),
            ("src/mail/other/lost.rs", "mod more_lost;\n"),
            ("src/mail/other/more_lost.rs", ""),
        ],
    },
    Kind {
        name: "a file that is not Rust",
        rule: "every file can be parsed",
        violation: &[("src/mail/wire.rs", "fn f( {}\n")],
        alike: &[("src/mail/wire.rs", "fn f() {}\n")],
    },
    Kind {
        name: "a manifest of the domain with a runtime",
        rule: MANIFESTS,
        violation: &[("src/domain/Cargo.toml", "[dependencies]\ntokio = { workspace = true }\n")],
        alike: &[
            (
                "src/domain/Cargo.toml",
                "[dependencies]\nchrono = { workspace = true }\n\n[dev-dependencies]\ntokio = \"1\"\n",
            ),
            ("src/domain/day.rs", "use chrono::NaiveDate;\n"),
        ],
    },
    Kind {
        name: "a manifest of an adapter with another",
        rule: MANIFESTS,
        violation: &[(
            "src/mail/Cargo.toml",
            "[dependencies]\npaper = { path = \"../paper\", package = \"ronda-paper\" }\n",
        )],
        alike: &[
            ("src/mail/Cargo.toml", "[dependencies]\nwords = { path = \"../words\", package = \"ronda-words\" }\n"),
            ("src/mail/compose.rs", "use words::Words;\n"),
        ],
    },
    Kind {
        name: "a manifest that renames what it takes",
        rule: MANIFESTS,
        violation: &[
            ("Cargo.toml", "[workspace.dependencies]\nwords = { path = \"src/store\", package = \"ronda-store\" }\n"),
            ("src/mail/Cargo.toml", "[dependencies]\nwords = { workspace = true }\n"),
        ],
        alike: &[
            ("Cargo.toml", "[workspace.dependencies]\nstore = { path = \"src/words\", package = \"ronda-words\" }\n"),
            ("src/mail/Cargo.toml", "[dependencies.words]\npackage = \"ronda-words\"\npath = \"../words\"\n"),
            ("src/mail/compose.rs", "use words::Words;\n"),
        ],
    },
    Kind {
        name: "a manifest of one machine alone",
        rule: MANIFESTS,
        violation: &[("src/store/Cargo.toml", "[target.'cfg(unix)'.dependencies]\naxum = \"1\"\n")],
        alike: &[("src/web/Cargo.toml", "[dependencies]\naxum = \"1\"\n"), ("src/web/desk.rs", "use axum::Router;\n")],
    },
    Kind {
        name: "tests of an adapter with the office",
        rule: MANIFESTS,
        violation: &[(
            "src/store/Cargo.toml",
            "[dev-dependencies]\noffice = { path = \"../office\", package = \"ronda-office\" }\n",
        )],
        alike: &[("src/store/Cargo.toml", "[dev-dependencies]\nproptest = \"1\"\n")],
    },
    Kind {
        name: "a dependency that nobody uses",
        rule: UNUSED,
        violation: &[
            ("src/paper/Cargo.toml", "[dependencies]\nqrcodegen = \"1\"\n"),
            ("src/paper/qr.rs", "// qrcodegen\n"),
        ],
        alike: &[
            ("src/paper/Cargo.toml", "[dependencies]\nqr-codegen = \"1\"\nserde = \"1\"\nthiserror = \"2\"\n"),
            ("src/paper/qr.rs", "#[derive(serde::Serialize)]\nstruct Qr(qr_codegen::Code);\nuse thiserror as e;\n"),
        ],
    },
];
