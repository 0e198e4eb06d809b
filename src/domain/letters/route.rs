//! Which route a letter takes, by the recipient's domain. Pure.

use std::collections::BTreeSet;

/// The domains that a route is for, in lower case, both as people write them and in A-labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Domains {
    These(BTreeSet<String>),
    AllBut(BTreeSet<String>),
}

impl Domains {
    /// The domains of a route for all letters.
    #[must_use]
    pub fn all() -> Domains {
        Domains::AllBut(BTreeSet::new())
    }

    /// Whether letters to `domain` take this route.
    #[must_use]
    pub fn hold(&self, domain: &str) -> bool {
        match self {
            Domains::These(these) => these.contains(domain),
            Domains::AllBut(others) => !others.contains(domain),
        }
    }
}

/// The part of an address after the last @, in lower case; empty if there is none.
#[must_use]
pub fn domain_of(email: &str) -> String {
    email.rsplit_once('@').map_or_else(String::new, |(_, domain)| domain.trim().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_goes_one_way_also_one_that_is_none() {
        let some = BTreeSet::from(["norte.example".to_owned()]);
        let (these, others) = (Domains::These(some.clone()), Domains::AllBut(some));
        for (email, goes_there) in [
            ("ana@norte.example", true),
            ("Ana@Norte.EXAMPLE ", true),
            ("\"a@b\"@norte.example", true),
            ("ana@sur.example", false),
            ("nobody", false),
            ("", false),
        ] {
            let domain = domain_of(email);
            assert_eq!((these.hold(&domain), others.hold(&domain)), (goes_there, !goes_there), "{email}");
        }
    }
}
