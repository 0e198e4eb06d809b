//! Whoever types a command, by the name that the operating system knows.

use domain::access::Actor;

/// Who acts on the command line: the account of this process, or who has taken it on by `sudo`.
pub(super) fn actor() -> Actor {
    let account = account();
    let behind = std::env::var("SUDO_USER").ok().filter(|name| !name.trim().is_empty() && *name != account);
    match behind {
        Some(name) => Actor::User { name, runs_as: Some(account) },
        None => Actor::User { name: account, runs_as: None },
    }
}

/// The login name of the process's user; its number where the machine knows no name, as in a container.
fn account() -> String {
    match number() {
        Some(uid) => std::fs::read_to_string("/etc/passwd")
            .ok()
            .and_then(|known| name_of(&known, uid))
            .unwrap_or_else(|| format!("uid {uid}")),
        // No Linux: what the shell says.
        None => ["LOGNAME", "USER"].iter().find_map(|name| std::env::var(name).ok()).unwrap_or("unknown".to_owned()),
    }
}

/// The user's number, as the kernel has it.
fn number() -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").ok().map(|about| about.uid())
}

/// The name in a text like `/etc/passwd` (passwd(5): name, password, number, …).
fn name_of(known: &str, uid: u32) -> Option<String> {
    known.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(uid)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_known_by_its_number() {
        let known = "root:x:0:0:root:/root:/bin/sh\n+::::::\nana:x:1000:1000:Ana Ruiz,,,:/home/ana:/bin/sh\n";
        assert_eq!(name_of(known, 1000).as_deref(), Some("ana"));
        assert_eq!(name_of(known, 0).as_deref(), Some("root"));
        assert_eq!(name_of(known, 7), None);
    }
}
