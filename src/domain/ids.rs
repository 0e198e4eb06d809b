//! Identities. Each has a type of its own, so that a site's code is never mistaken for its customer's, nor a slot's
//! number for a visit's.
//!
//! Numbers are assigned by the store, codes by the user. Both are read and written as plain numbers or texts, in JSON,
//! in tables and in the store.

use std::borrow::Borrow;
use std::convert::Infallible;
use std::fmt::{Debug, Display, Formatter, Result as Written};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Defines the type of an identity: a `number`, with the form that people see, or a `code`.
macro_rules! identity {
    ($(#[$about:meta])* number $name:ident shown $shown:literal) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl Display for $name {
            fn fmt(&self, f: &mut Formatter<'_>) -> Written {
                write!(f, $shown, self.0)
            }
        }
    };
    ($(#[$about:meta])* code $name:ident) => {
        $(#[$about])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The code as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Display for $name {
            fn fmt(&self, f: &mut Formatter<'_>) -> Written {
                f.pad(&self.0)
            }
        }

        // Like that of a text, because messages quote codes.
        impl Debug for $name {
            fn fmt(&self, f: &mut Formatter<'_>) -> Written {
                Debug::fmt(&self.0, f)
            }
        }

        impl From<String> for $name {
            fn from(code: String) -> Self {
                $name(code)
            }
        }

        impl From<&str> for $name {
            fn from(code: &str) -> Self {
                $name(code.to_owned())
            }
        }

        impl FromStr for $name {
            type Err = Infallible;

            fn from_str(code: &str) -> Result<Self, Infallible> {
                Ok(code.into())
            }
        }

        impl From<$name> for String {
            fn from(code: $name) -> String {
                code.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }
    };
}

identity!(
    /// A customer's code.
    code CustomerCode
);
identity!(
    /// A site's code.
    code SiteCode
);
identity!(
    /// An engineer's code.
    code EngineerCode
);
identity!(
    /// A manager's code.
    code ManagerCode
);
identity!(
    /// The code of a piece of equipment.
    code EquipmentCode
);
identity!(
    /// A contract's code.
    code ContractCode
);
identity!(
    /// The name of a term in its service plan, for example `inspection`.
    code TermName
);
identity!(
    /// A visit's number in the store; shown as `V1042`.
    number VisitId shown "V{}"
);
identity!(
    /// A deadline's number in the store; shown as `D17`.
    number DeadlineId shown "D{}"
);
identity!(
    /// A slot's number in the store.
    number SlotId shown "{}"
);
identity!(
    /// A letter's number in the outbox; shown as `L12`.
    number LetterId shown "L{}"
);
identity!(
    /// A secret link's number in the store.
    number LinkId shown "{}"
);
identity!(
    /// The number of a submitted form, for use in commands.
    number FormId shown "{}"
);
identity!(
    /// The number of a finding, by which a later record closes it.
    number FindingId shown "{}"
);

/// The text is not the number of a visit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a visit's number; give it as V1042 or 1042 (`ronda visit list` shows them)")]
pub struct NotAVisitId(pub String);

impl FromStr for VisitId {
    type Err = NotAVisitId;

    fn from_str(text: &str) -> Result<Self, NotAVisitId> {
        text.trim_start_matches(['V', 'v'])
            .parse()
            .ok()
            .filter(|n| *n > 0)
            .map(VisitId)
            .ok_or_else(|| NotAVisitId(text.to_owned()))
    }
}

/// The text is not the number of a letter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a letter's number; give it as L12 or 12 (see `ronda letters list`)")]
pub struct NotALetterId(pub String);

impl FromStr for LetterId {
    type Err = NotALetterId;

    fn from_str(text: &str) -> Result<Self, NotALetterId> {
        text.trim_start_matches(['L', 'l'])
            .parse()
            .ok()
            .filter(|n| *n > 0)
            .map(LetterId)
            .ok_or_else(|| NotALetterId(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn an_identity_is_written_as_its_bare_number_or_text() {
        let codes = [(SiteCode::from("MAD"), VisitId(12))];
        assert_eq!(serde_json::to_string(&codes).unwrap(), r#"[["MAD",12]]"#);
        assert_eq!(serde_json::from_str::<[(SiteCode, VisitId); 1]>(r#"[["MAD",12]]"#).unwrap(), codes);
        assert_eq!((codes[0].0.to_string(), codes[0].1.to_string()), ("MAD".to_owned(), "V12".to_owned()));
        assert_eq!(format!("{:<5}| {:?}", codes[0].0, codes[0].0), "MAD  | \"MAD\"");
    }

    #[test]
    fn a_map_by_codes_is_asked_with_a_text() {
        let by_code = BTreeMap::from([(EngineerCode::from("E-1"), 1)]);
        assert_eq!(by_code.get("E-1"), Some(&1));
    }

    #[test]
    fn a_letters_number_is_read_with_or_without_its_l() {
        assert_eq!(("L12".parse(), "12".parse()), (Ok(LetterId(12)), Ok(LetterId(12))));
        assert!("L0".parse::<LetterId>().unwrap_err().to_string().contains("L12"));
        assert!("letter".parse::<LetterId>().is_err());
    }

    #[test]
    fn a_visit_is_named_with_or_without_its_letter() {
        assert_eq!(("V12".parse(), "12".parse()), (Ok(VisitId(12)), Ok(VisitId(12))));
        assert_eq!("V0".parse::<VisitId>(), Err(NotAVisitId("V0".to_owned())));
    }
}
