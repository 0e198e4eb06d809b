//! Who must have received a report before it counts as delivered (P04).

use std::fmt;

use super::text::{BadTerm, plain};

/// Which of the customer's contacts for reports must have received a report before it counts as delivered. Whatever the
/// rule, all of them are sent it, and every letter that fails is reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveredTo {
    /// Any one of them.
    Any,
    /// All who can be reached by mail.
    All,
    /// These contacts, by name or address, if they can be reached by mail; sorted, without duplicates, at least one.
    Named(Vec<String>),
}

impl DeliveredTo {
    /// Whether the rule requires the contact with this name and address.
    #[must_use]
    pub fn asks_for(&self, name: &str, email: &str) -> bool {
        match self {
            DeliveredTo::Any | DeliveredTo::All => true,
            DeliveredTo::Named(names) => names.iter().any(|named| is_named(named, name, email)),
        }
    }

    /// Names in the rule that match none of these contacts, given by name and address.
    #[must_use]
    pub fn unknown_among(&self, contacts: &[(&str, &str)]) -> Vec<&str> {
        let is_known = |named: &&String| !contacts.iter().any(|(name, email)| is_named(named, name, email));
        match self {
            DeliveredTo::Any | DeliveredTo::All => Vec::new(),
            DeliveredTo::Named(names) => names.iter().filter(is_known).map(String::as_str).collect(),
        }
    }
}

/// Compares names, ignoring case and spacing.
fn is_named(named: &str, name: &str, email: &str) -> bool {
    named.eq_ignore_ascii_case(email) || plain(named) == plain(name)
}

/// Parses `any`, `all`, or names and addresses of contacts, separated by `;`.
///
/// # Errors
/// [`BadTerm`].
pub fn parse_delivered_to(text: &str) -> Result<DeliveredTo, BadTerm> {
    match plain(text).as_str() {
        "" => {
            return Err(BadTerm::new(
                text,
                "does not say who has to have the report; use any, all, or names separated by ;",
            ));
        }
        "any" => return Ok(DeliveredTo::Any),
        "all" => return Ok(DeliveredTo::All),
        _ => {}
    }
    let mut names: Vec<String> = text
        .split(';')
        .map(|name| name.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|name| !name.is_empty())
        .collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return Err(BadTerm::new(text, "names nobody; use any, all, or names separated by ;"));
    }
    Ok(DeliveredTo::Named(names))
}

impl fmt::Display for DeliveredTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DeliveredTo::Any => f.write_str("any"),
            DeliveredTo::All => f.write_str("all"),
            DeliveredTo::Named(names) => f.write_str(&names.join("; ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p04_a_rule_of_delivery_is_read_as_it_is_written() {
        for text in ["any", "all", "Control room", "Ana Gil; carmen@cum.example"] {
            assert_eq!(parse_delivered_to(text).unwrap().to_string(), text);
        }
        assert_eq!(parse_delivered_to(" ALL ").unwrap(), DeliveredTo::All);
        let named = parse_delivered_to("carmen@cum.example;  Ana   Gil ; Ana Gil").unwrap();
        assert_eq!(named, DeliveredTo::Named(vec!["Ana Gil".to_owned(), "carmen@cum.example".to_owned()]));
        assert!(named.asks_for("ana gil", "x@cum.example") && named.asks_for("X", "Carmen@cum.example"));
        assert!(!named.asks_for("Ana", "ana@cum.example"));
        assert_eq!(named.unknown_among(&[("Ana Gil", "ana@cum.example")]), ["carmen@cum.example"]);
        for text in ["", " ; "] {
            assert!(parse_delivered_to(text).is_err(), "{text:?}");
        }
    }
}
