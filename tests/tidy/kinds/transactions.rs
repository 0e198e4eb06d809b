//! A second connection beside a transaction.

use super::Kind;

const WAYS: &str = "what works in a transaction has no other way to the store";
const BESIDE: &str = "nothing but the transaction is asked while it is open";

const BOOK: (&str, &str) =
    ("src/office/site.rs", "async fn named(office: &Office) {}\nasync fn worded(tools: &Tools, tx: &mut Tx) {}\n");

pub const KINDS: &[Kind] = &[
    Kind {
        name: "a function takes the transaction and the office",
        rule: WAYS,
        violation: &[("src/office/planning/book.rs", "async fn book(office: &Office, tx: &mut store::Tx) {}\n")],
        alike: &[
            ("src/office/planning/book.rs", "async fn book(tools: &Tools, tx: &mut store::Tx) {}\n"),
            (
                "src/office/planning/turn.rs",
                "async fn begin(office: &Office) -> Tx {\n    office.db.begin().await\n}\n",
            ),
        ],
    },
    Kind {
        name: "a function takes the transaction and the store",
        rule: WAYS,
        violation: &[("src/office/planning/book.rs", "async fn book(db: Option<&Db>, tx: &mut Tx) {}\n")],
        alike: &[("src/office/planning/book.rs", "async fn book(db: &Db) {}\nasync fn take(tx: &mut Tx) {}\n")],
    },
    Kind {
        name: "a method takes the transaction and has the office",
        rule: WAYS,
        violation: &[(
            "src/office/desk.rs",
            "struct Shelf<'a> {\n    office: &'a Office,\n}\nstruct Desk<'a> {\n    shelf: Shelf<'a>,\n}\n\
             impl Desk<'_> {\n    async fn put(&self, tx: &mut Tx) {}\n}\n",
        )],
        alike: &[(
            "src/office/desk.rs",
            "struct Desk<'a> {\n    tools: &'a Tools,\n}\nimpl Desk<'_> {\n    async fn put(&self, tx: &mut Tx) {}\n}\n\
             struct Shelf<'a> {\n    office: &'a Office,\n}\nimpl Shelf<'_> {\n    async fn all(&self) {}\n}\n",
        )],
    },
    Kind {
        name: "the store is read between begin and commit",
        rule: BESIDE,
        violation: &[(
            "src/office/planning/book.rs",
            "async fn book(office: &Office) {\n    let mut tx = office.db.begin().await?;\n    \
             if is_free(&office.db).await {\n        put(&mut tx).await;\n    }\n    tx.commit().await?;\n}\n",
        )],
        alike: &[(
            "src/office/planning/book.rs",
            "async fn book(office: &Office) {\n    let free = is_free(&office.db).await;\n    \
             let mut tx = office.db.begin().await?;\n    put(&mut tx).await;\n    tx.commit().await?;\n    \
             read(&office.db).await;\n}\n",
        )],
    },
    Kind {
        name: "the store is read beside a transaction that is committed further in",
        rule: BESIDE,
        violation: &[(
            "src/office/planning/book.rs",
            "async fn book(db: &Db) {\n    loop {\n        let mut tx = db.begin().await.context(\"no\")?;\n        \
             if put(&mut tx).await {\n            tx.commit().await?;\n        }\n        \
             let all = join!(read(db), wait());\n    }\n}\n",
        )],
        alike: &[(
            "src/office/planning/book.rs",
            "async fn book(db: &Db) {\n    loop {\n        let mut tx = db.begin().await.context(\"no\")?;\n        \
             if put(&mut tx).await {\n            return Ok(tx.commit().await?);\n        }\n        drop(tx);\n        \
             let all = join!(read(db), wait());\n    }\n}\n",
        )],
    },
    Kind {
        name: "a function that takes the office is called between begin and commit",
        rule: BESIDE,
        violation: &[
            BOOK,
            (
                "src/office/planning/book.rs",
                "use crate::site::named as known;\nasync fn book(office: &Office) {\n    \
                 let mut tx = office.db.begin().await?;\n    known(office).await;\n    tx.commit().await?;\n}\n",
            ),
        ],
        alike: &[
            BOOK,
            (
                "src/office/planning/book.rs",
                "use crate::site::{named, worded};\nasync fn book(office: &Office) {\n    named(office).await;\n    \
                 let mut tx = office.db.begin().await?;\n    worded(office, &mut tx).await;\n    tx.commit().await?;\n}\n",
            ),
        ],
    },
];
