//! Roles that are known elsewhere, and changes that are nobody's.

use super::Kind;

const ROLES: &str = "one place knows roles and scopes";
const ACTS: &str = "whatever changes something says who acts";

const PEOPLE: (&str, &str) = (
    "src/domain/people.rs",
    "//! The people of a small house.\n\n/// Whose sites they answer for.\npub enum Scope {\n    All,\n    Customers(u8),\n}\n",
);

pub const KINDS: &[Kind] = &[
    Kind {
        name: "a scope is matched in a verb",
        rule: ROLES,
        violation: &[
            PEOPLE,
            (
                "src/office/decide.rs",
                "use domain::people::Scope;\nfn all(scope: &Scope) -> bool {\n    match scope {\n        Scope::All => true,\n        \
                 Scope::Customers(_) => false,\n    }\n}\n",
            ),
        ],
        alike: &[
            PEOPLE,
            (
                "src/domain/access/may.rs",
                "use crate::people::Scope;\nfn all(scope: &Scope) -> bool {\n    match scope {\n        Scope::All => true,\n        \
                 Scope::Customers(_) => false,\n    }\n}\n",
            ),
        ],
    },
    Kind {
        name: "a scope is compared in a verb",
        rule: ROLES,
        violation: &[
            PEOPLE,
            (
                "src/office/decide.rs",
                "use domain::people as who;\nfn all(s: who::Scope) -> bool {\n    s == who::Scope::All\n}\n",
            ),
        ],
        alike: &[
            PEOPLE,
            ("src/office/decide.rs", "use domain::people as who;\nfn all() -> who::Scope {\n    who::Scope::All\n}\n"),
        ],
    },
    Kind {
        name: "a scope is compared in a macro",
        rule: ROLES,
        violation: &[
            PEOPLE,
            (
                "src/web/page.rs",
                "use domain::people::Scope;\nfn all(s: &Scope) -> bool {\n    matches!(s, Scope::All)\n}\n",
            ),
        ],
        alike: &[
            PEOPLE,
            ("src/web/page.rs", "use domain::people::Scope;\nfn all() -> Vec<Scope> {\n    vec![Scope::All]\n}\n"),
        ],
    },
    Kind {
        name: "a verb begins a transaction by nobody",
        rule: ACTS,
        violation: &[(
            "src/office/part.rs",
            "async fn order(office: &Office) {\n    let tx = office.db.begin().await;\n}\n",
        )],
        alike: &[
            ("src/office/part.rs", "async fn order(office: &Acting) {\n    let tx = office.begin().await;\n}\n"),
            (
                "src/office/planning/part.rs",
                "async fn page(office: &Office) {\n    let tx = office.db.begin().await;\n}\n",
            ),
        ],
    },
    Kind {
        name: "a verb owes no line",
        rule: ACTS,
        violation: &[(
            "src/office/part.rs",
            "async fn order(office: &Acting) {\n    let tx = office.begin_part().await;\n}\n",
        )],
        alike: &[(
            "src/office/letters/receive_letter.rs",
            "async fn receive_letter(office: &Acting) {\n    let tx = office.begin_part().await;\n}\n",
        )],
    },
];
