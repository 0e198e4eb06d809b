//! Which addresses the office may connect to: public ones, and private ones if the configuration says so.
//!
//! An address in the configuration may name its host in a way that can only be private: as an IP address, as
//! `localhost`, as a single label, or under a suffix that no public name has. That is the administrator's explicit
//! choice and is accepted. Any other name must resolve to public addresses; otherwise, whoever controls the name or its
//! DNS could direct our requests to machines on our own network. If an internal host has a public name, the
//! administrator lists it in [`PrivateHosts`].

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Hosts with public names that may resolve to private addresses: `network.private_hosts`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrivateHosts(Vec<String>);

impl PrivateHosts {
    /// Exactly these hosts; names are compared case-insensitively.
    #[must_use]
    pub fn of(hosts: &[String]) -> PrivateHosts {
        PrivateHosts(hosts.iter().map(|host| host.trim_end_matches('.').to_ascii_lowercase()).collect())
    }

    /// Whether a connection to `host` may go to a private address.
    pub(crate) fn allow(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_ascii_lowercase();
        is_named_privately(&host) || self.0.contains(&host)
    }
}

/// Suffixes that no public name has (RFC 6761, RFC 6762 with its appendix G, RFC 8375).
const PRIVATE_ENDINGS: [&str; 9] =
    [".localhost", ".local", ".internal", ".intranet", ".private", ".corp", ".home", ".lan", ".home.arpa"];

/// Whether a host is an IP address or has a name that can only be private.
fn is_named_privately(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>().is_ok() || !host.contains('.') || PRIVATE_ENDINGS.iter().any(|end| host.ends_with(end))
}

/// Whether an address is globally reachable: not loopback, private, or otherwise reserved (the IANA special-purpose
/// registries of IPv4 and IPv6).
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127 | 224.., ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [192, 168, ..]
            | [198, 18..=19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
    )
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        // IPv4 addresses embedded in IPv6: mapped, translated (RFC 6052), 6to4.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            v4(high, low)
        }
        // Teredo, ORCHID and others; documentation.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [0x2000..=0x3fff, ..] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_internet_are_public() {
        for public in ["1.1.1.1", "100.63.0.1", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "198.20.0.1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for public in ["2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for private in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::1",
            "3fff::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
    }

    #[test]
    fn a_host_is_private_by_its_own_name_or_by_the_configuration() {
        let listed = PrivateHosts::of(&["TSA.corp.example.com".to_owned()]);
        for host in [
            "localhost",
            "127.0.0.1",
            "[::1]",
            "tsa",
            "tsa.local",
            "a.b.INTERNAL",
            "x.home.arpa",
            "tsa.corp.example.com.",
        ] {
            assert!(listed.allow(host), "{host}");
        }
        for host in
            ["tsa.example.org", "local.example.org", "corp.example.com", "xtsa.corp.example.com", "notlocal.org"]
        {
            assert!(!listed.allow(host), "{host}");
        }
        assert!(!PrivateHosts::default().allow("tsa.corp.example.com"));
    }
}
