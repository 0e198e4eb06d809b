//! SQL, who writes to the store, who sends letters.

use super::Kind;

const SQL: &str = "SQL stands in the store";
const ROWS: &str = "a row of the store is private to its file";
const TUPLES: &str = "the store gives out nouns, not tuples";
const WRITES: &str = "the office alone writes to the store";
const WORDS: &str = "no text of the store has a notice's or a state's word of its own";
const SENDS: &str = "a letter is sent in one place";

const TRANSPORT: (&str, &str) = (
    "src/mail/transport.rs",
    "impl NextHop {\n    async fn send(&self, run: &mut Run, letter: &Letter) {\n        relay.send(run, letter).await\n    }\n}\n",
);
const DELIVERY: (&str, &str) =
    ("src/office/deliver.rs", "async fn attempt(hop: &NextHop) {\n    hop.send(run, &letter).await;\n}\n");
const STORE: (&str, &str) = (
    "src/store/letter.rs",
    "async fn cancel(tx: &mut Tx) {}\nasync fn get(db: &Db) {}\nasync fn put(db: &Db) {\n    db.write(TEXT).execute().await;\n}\n",
);

const STATES: (&str, &str) = (
    "src/domain/letters/letter.rs",
    "/// Where a letter stands.\npub enum LetterState {\n    Waiting,\n    PutOff,\n}\n",
);
const NOTICES: (&str, &str) = (
    "src/domain/letters/notice/table.rs",
    "notices! { $;\n    Digest = \"digest\" to [EachManager], \"each day\";\n}\n",
);

pub const KINDS: &[Kind] = &[
    Kind {
        name: "a row that is public",
        rule: ROWS,
        violation: &[(
            "src/store/site.rs",
            "/// A site on file.\n#[derive(Debug, sqlx::FromRow)]\npub struct StoredSite {\n    name: String,\n}\n",
        )],
        alike: &[(
            "src/store/site.rs",
            "#[derive(FromRow, Debug)]\nstruct SiteRow {\n    name: String,\n}\n\n/// Which sites are wanted.\n#[derive(Debug)]\npub struct SiteFilter {\n    name: String,\n}\n",
        )],
    },
    Kind {
        name: "a row that the crate sees",
        rule: ROWS,
        violation: &[("src/store/site.rs", "#[derive(FromRow)]\npub(super) struct SiteRow {\n    name: String,\n}\n")],
        alike: &[("src/store/site.rs", "#[derive(FromRow)]\nstruct SiteRow {\n    name: String,\n}\n")],
    },
    Kind {
        name: "a tuple out of the store",
        rule: TUPLES,
        violation: &[(
            "src/store/site.rs",
            "/// The sites with their zones.\npub async fn all(db: &Db) -> Result<Vec<(String, Option<String>)>> {\n    db.all().await\n}\n",
        )],
        alike: &[(
            "src/store/site.rs",
            "/// Forgets a site, and its zone.\npub async fn forget(db: &Db, (site, zone): (String, String)) -> Result<()> {\n    pair(site, zone).await\n}\n\nfn pair(a: String, b: String) -> (String, String) {\n    (a, b)\n}\n",
        )],
    },
    Kind {
        name: "a state in a statement",
        rule: WORDS,
        violation: &[
            STATES,
            (
                "src/store/letter.rs",
                "const TEXT: &str = \"select id from letter where state in ('sent', 'put-off')\";\n",
            ),
        ],
        alike: &[
            STATES,
            (
                "src/store/letter.rs",
                "const TEXT: &str = text!(\"select id from letter where state = '\", WAITING, \"'\");\n",
            ),
            ("src/store/count.rs", "const TEXT: &str = \"select 'letters waiting', count(*) from letter\";\n"),
            ("src/office/letter.rs", "const TEXT: &str = \"it is 'waiting' still\";\n"),
        ],
    },
    Kind {
        name: "a notice in a statement",
        rule: WORDS,
        violation: &[
            NOTICES,
            ("src/store/letter.rs", "const TEXT: &str = \"select id from letter where notice = 'digest'\";\n"),
        ],
        alike: &[
            NOTICES,
            ("src/store/letter.rs", "const TEXT: &str = \"select id from letter where notice = $1\";\n"),
            ("src/store/digest.rs", "const TEXT: &str = \"select ended_at from digest\";\n"),
        ],
    },
    Kind {
        name: "a state's word that is joined to a statement",
        rule: WORDS,
        violation: &[
            STATES,
            (
                "src/store/letter.rs",
                "const TEXT: &str = text!(\"select id from letter where state = '\", \"waiting\", \"'\");\n",
            ),
        ],
        alike: &[STATES, ("src/store/letter.rs", "const TEXT: &str = \"waiting letters\";\n")],
    },
    Kind {
        name: "SQL in a text",
        rule: SQL,
        violation: &[("src/office/book.rs", "const TEXT: &str = \"select name from site\";\n")],
        alike: &[
            ("src/office/book.rs", "const TEXT: &str = \"Select the site from the list where it stands\";\n"),
            ("src/store/site.rs", "const TEXT: &str = \"select name from site\";\n"),
        ],
    },
    Kind {
        name: "SQL in a raw text",
        rule: SQL,
        violation: &[("src/web/book.rs", "const TEXT: &str = r#\"select \"name\" from site\"#;\n")],
        alike: &[("src/web/book.rs", "const TEXT: &str = r#\"select the \"name\" of a site\"#;\n")],
    },
    Kind {
        name: "SQL that begins with `with`",
        rule: SQL,
        violation: &[(
            "src/office/book.rs",
            "const TEXT: &str = \"with late (id) as (select 1) select * from late\";\n",
        )],
        alike: &[("src/office/book.rs", "const TEXT: &str = \"with manual chosen as the way, the result is good\";\n")],
    },
    Kind {
        name: "SQL after a line break",
        rule: SQL,
        violation: &[("src/office/book.rs", "const TEXT: &str = \"\n    -- who is late\n    delete from flag\";\n")],
        alike: &[("src/office/book.rs", "const TEXT: &str = \"\n    delete the flag\";\n")],
    },
    Kind {
        name: "SQL in capitals after a comment",
        rule: SQL,
        violation: &[("src/cli/book.rs", "const TEXT: &str = \"/* all */ UPDATE site SET name = $1\";\n")],
        alike: &[("src/cli/book.rs", "const TEXT: &str = \"UPDATE THE SITE\";\n")],
    },
    Kind {
        name: "SQL in a macro",
        rule: SQL,
        violation: &[(
            "src/office/book.rs",
            "fn f() -> String {\n    format!(\"insert into {table} values (1)\")\n}\n",
        )],
        alike: &[("src/office/book.rs", "fn f() -> String {\n    format!(\"insert {table} into the folder\")\n}\n")],
    },
    Kind {
        name: "SQL in bytes",
        rule: SQL,
        violation: &[("src/office/book.rs", "const TEXT: &[u8] = b\"create table site (name text)\";\n")],
        alike: &[("src/office/book.rs", "const TEXT: &[u8] = b\"create a table\";\n")],
    },
    Kind {
        name: "SQL that sets the engine",
        rule: SQL,
        violation: &[(
            "src/app/check.rs",
            "const TEXT: &str = \"pragma integrity_check\";\nconst MORE: &str = \"drop table x\";\n",
        )],
        alike: &[(
            "src/app/check.rs",
            "const TEXT: &str = \"BEGIN:VEVENT\";\nconst MORE: &str = \"select\";\nconst LAST: &str = \"update-calendars\";\n",
        )],
    },
    Kind {
        name: "a part of a statement",
        rule: SQL,
        violation: &[("src/web/office.rs", "const TEXT: &str = \" and site = $1\";\n")],
        alike: &[(
            "src/web/office.rs",
            "const TEXT: &str = \" and costs $ 1\";\nconst MORE: &str = \"order by mail\";\n",
        )],
    },
    Kind {
        name: "SQL from a file",
        rule: SQL,
        violation: &[("src/app/check.rs", "const TEXT: &str = include_str!(\"check.sql\");\n")],
        alike: &[("src/app/check.rs", "const TEXT: &str = include_str!(\"check.txt\");\n")],
    },
    Kind {
        name: "a page begins a transaction and writes",
        rule: WRITES,
        violation: &[(
            "src/web/desk.rs",
            "async fn f(office: &Office) {\n    let mut tx = office.db.begin().await;\n}\n",
        )],
        alike: &[
            ("src/web/desk.rs", "fn f(text: &str) {\n    let begin = text.begin(1);\n}\n"),
            ("src/office/planning/desk.rs", "async fn f(o: &Office) {\n    let mut tx = o.db.begin().await;\n}\n"),
        ],
    },
    Kind {
        name: "a page writes without one",
        rule: WRITES,
        violation: &[(
            "src/web/desk.rs",
            "async fn f(office: &Office) {\n    office.db.write(TEXT).execute().await;\n}\n",
        )],
        alike: &[(
            "src/web/desk.rs",
            "fn f(file: File) {\n    file.options().write(true);\n    file.write(&bytes);\n    file.write(b\"x\");\n}\n",
        )],
    },
    Kind {
        name: "a command writes inside of a macro",
        rule: WRITES,
        violation: &[(
            "src/cli/fix.rs",
            "async fn f(office: &Office) {\n    tokio::join!(office.db.begin(), g());\n}\n",
        )],
        alike: &[("src/cli/fix.rs", "async fn f(office: &Office) {\n    tokio::join!(office.db.read(), g());\n}\n")],
    },
    Kind {
        name: "a command takes the transaction",
        rule: WRITES,
        violation: &[("src/cli/fix.rs", "use store::{Db, Tx as T};\nfn f(tx: &mut T) {}\n")],
        alike: &[("src/cli/fix.rs", "use store::Db;\nstruct Tx;\nfn f(tx: &mut Tx) {}\n")],
    },
    Kind {
        name: "a page calls a function of the store that writes",
        rule: WRITES,
        violation: &[
            STORE,
            (
                "src/web/desk.rs",
                "use store::letter;\nasync fn f(office: &Office) {\n    letter::put(&office.db).await;\n}\n",
            ),
        ],
        alike: &[
            STORE,
            (
                "src/web/desk.rs",
                "use store::letter;\nasync fn f(office: &Office) {\n    letter::get(&office.db).await;\n}\n",
            ),
        ],
    },
    Kind {
        name: "a page calls a function of the store that takes a transaction",
        rule: WRITES,
        violation: &[
            STORE,
            ("src/demo/desk.rs", "async fn f(tx: &mut X) {\n    store::letter::cancel(tx).await;\n}\n"),
        ],
        alike: &[
            STORE,
            ("src/demo/desk.rs", "async fn f(office: &Office) {\n    office::letter::cancel(office).await;\n}\n"),
        ],
    },
    Kind {
        name: "a letter sent by a page",
        rule: SENDS,
        violation: &[
            TRANSPORT,
            DELIVERY,
            ("src/web/desk.rs", "async fn f(hop: &NextHop) {\n    hop.send(&mut run, &letter).await;\n}\n"),
        ],
        alike: &[
            TRANSPORT,
            DELIVERY,
            ("src/web/desk.rs", "async fn f(channel: &Channel) {\n    channel.send(letter).await;\n}\n"),
        ],
    },
    Kind {
        name: "a letter sent by a second function of the office",
        rule: SENDS,
        violation: &[
            TRANSPORT,
            DELIVERY,
            ("src/office/canary.rs", "async fn sing(hop: &NextHop) {\n    hop.send(run, &letter).await;\n}\n"),
        ],
        alike: &[
            TRANSPORT,
            DELIVERY,
            ("src/office/canary.rs", "async fn sing(to: &Wake) {\n    to.send(()).await;\n}\n"),
        ],
    },
    Kind {
        name: "a letter sent by a path",
        rule: SENDS,
        violation: &[
            TRANSPORT,
            DELIVERY,
            (
                "src/app/check.rs",
                "use mail::transport::NextHop as W;\nasync fn f(hop: &W) {\n    W::send(hop, run, &letter).await;\n}\n",
            ),
        ],
        alike: &[
            TRANSPORT,
            DELIVERY,
            (
                "src/app/check.rs",
                "use mail::transport::NextHop as W;\nasync fn f(hop: &W) {\n    W::check(hop).await;\n}\n",
            ),
        ],
    },
    Kind {
        name: "a letter sent by another part of mail",
        rule: SENDS,
        violation: &[(
            "src/mail/preview.rs",
            "async fn show(relay: &Relay) {\n    relay.send(run, letter).await;\n}\n",
        )],
        alike: &[TRANSPORT],
    },
];
