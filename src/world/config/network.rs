//! The `[network]` section: private hosts to which the office may connect.

use super::file::ConfigFile;

/// Reads `[network]`: hosts whose public names may resolve to private addresses.
pub(super) fn private_hosts(file: &mut ConfigFile) -> Vec<String> {
    let mut section = file.section("network");
    let hosts = section.texts("private_hosts");
    let is_name = |host: &str| {
        !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
    };
    if let Some(bad) = hosts.iter().find(|host| !is_name(host)) {
        let rule = format!("{bad:?} is not the name of a host");
        section.wrong("private_hosts", &rule, "write names alone, for example [\"tsa.corp.example.com\"]");
    }
    hosts
}
