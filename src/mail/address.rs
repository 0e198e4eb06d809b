//! E-mail addresses in the form used in SMTP.

use std::collections::BTreeSet;

use lettre::Address;

pub(crate) use domain::typed::one_line;

/// Why nothing can ever be sent to an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    #[error("{0:?} is not an e-mail address")]
    Malformed(String),
    #[error("the part before the @ of {0:?} is not ASCII, which few servers take; ask for another address")]
    NotAscii(String),
}

/// The address with its domain in A-labels (`ana@xn--caf-dma.example`).
///
/// # Errors
/// [`BadAddress`] if no server would accept it, so that there is no point in asking one.
pub fn wire_address(text: &str) -> Result<Address, BadAddress> {
    let malformed = || BadAddress::Malformed(text.to_owned());
    let (local, domain) = text.trim().rsplit_once('@').ok_or_else(malformed)?;
    if !local.is_ascii() {
        return Err(BadAddress::NotAscii(text.to_owned()));
    }
    let domain = idna::domain_to_ascii_strict(domain).map_err(|_| malformed())?;
    Address::new(local, domain).map_err(|_| malformed())
}

/// Domains in lower case, both as people write them and in A-labels.
#[must_use]
pub fn both_spellings(domains: &[String]) -> BTreeSet<String> {
    let both = |domain: &String| {
        let lower = domain.trim().to_lowercase();
        let wire = idna::domain_to_ascii(&lower).unwrap_or_else(|_| lower.clone());
        let (written, _) = idna::domain_to_unicode(&lower);
        [lower, wire, written]
    };
    domains.iter().flat_map(both).collect()
}

/// Normalises an address for comparison: lower case, with its domain in A-labels. Anything that is not an address is
/// only lower-cased.
///
/// Servers may distinguish `Ana@` from `ana@` (RFC 5321 section 2.4), but in practice none does.
#[must_use]
pub fn same_address(text: &str) -> String {
    let text = text.trim();
    wire_address(text).map_or_else(|_| text.to_lowercase(), |address| address.to_string().to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_goes_out_in_a_labels() {
        assert_eq!(wire_address("ana@café.example").unwrap().to_string(), "ana@xn--caf-dma.example");
        assert_eq!(wire_address(" ops@例子.测试 ").unwrap().to_string(), "ops@xn--fsqu00a.xn--0zwm56d");
    }

    #[test]
    fn addresses_are_the_same_in_any_case_and_script() {
        assert_eq!(same_address(" Ana@Café.Example "), same_address("ana@xn--caf-dma.example"));
        assert_eq!(same_address("No Address"), "no address");
    }

    #[test]
    fn an_address_that_no_server_takes_says_why() {
        assert_eq!(wire_address("josé@example.org"), Err(BadAddress::NotAscii("josé@example.org".into())));
        for bad in ["", "ana", "ana@", "@example.org", "a b@example.org", "ana@exa mple.org", "a\r\nb@example.org"] {
            assert_eq!(wire_address(bad), Err(BadAddress::Malformed(bad.into())), "{bad:?}");
        }
    }

    #[test]
    fn a_domain_is_known_in_both_spellings() {
        let both = both_spellings(&["Café.example".to_owned()]);
        assert_eq!(both.into_iter().collect::<Vec<_>>(), ["café.example", "xn--caf-dma.example"]);
    }

    #[test]
    fn one_line_holds_no_control_character() {
        assert_eq!(one_line("Pump\r\nBcc: x@y\u{2028}\u{202e}a\0b  c"), "Pump Bcc: x@y a b c");
    }

    #[test]
    fn one_line_holds_nothing_that_turns_or_hides_text() {
        assert_eq!(one_line("gpj\u{202e}fdp.exe\u{2066}\u{200f}\u{61c}"), "gpj fdp.exe");
        assert_eq!(one_line("A\u{200b}B\u{e0041}C\u{2060}\u{ad}"), "A B C");
        assert_eq!(one_line("می\u{200c}خواهم क्\u{200d}ष"), "می\u{200c}خواهم क्\u{200d}ष");
    }
}
