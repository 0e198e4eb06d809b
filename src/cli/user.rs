//! Whoever types a command, by the name that the kernel knows them by.
//!
//! The environment is anybody's to set: what it says of who called `sudo` is a remark beside the name, and only where it
//! names an account that exists.

use domain::access::Actor;

/// What the kernel has in `/proc/self/loginuid` for a process that nobody's login has begun.
const NOBODY: u32 = u32::MAX;

/// Who acts on the command line: whoever logged in, as the kernel keeps it through `sudo` and `su` (`loginuid`, proc(5));
/// where it does not, the account of this process.
pub(super) fn actor() -> Actor {
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let login = std::fs::read_to_string("/proc/self/loginuid").ok().and_then(|uid| uid.trim().parse().ok());
    match number() {
        Some(uid) => {
            let said = ["SUDO_UID", "SUDO_USER"].map(|name| std::env::var(name).ok());
            who(&accounts, uid, login.filter(|login| *login != NOBODY), &said)
        }
        // No Linux: what the shell says.
        None => {
            let named = ["LOGNAME", "USER"].iter().find_map(|name| std::env::var(name).ok());
            let name = named.filter(|name| is_name(name)).unwrap_or_else(|| "unknown".to_owned());
            Actor::User { name, runs_as: None, says: None }
        }
    }
}

/// Who acts under the number `uid`, where `login` has logged in and the environment names these: number and name.
fn who(accounts: &str, uid: u32, login: Option<u32>, said: &[Option<String>; 2]) -> Actor {
    let account = name(accounts, uid);
    match login {
        Some(login) if login != uid => Actor::User { name: name(accounts, login), runs_as: Some(account), says: None },
        Some(_) => Actor::User { name: account, runs_as: None, says: None },
        None => {
            let says = said_to_be(accounts, said).filter(|says| *says != account);
            Actor::User { name: account, runs_as: None, says }
        }
    }
}

/// The account that the environment names, where there is such a one, and number and name agree.
fn said_to_be(accounts: &str, [uid, user]: &[Option<String>; 2]) -> Option<String> {
    let known = name_of(accounts, uid.as_ref()?.parse().ok()?)?;
    user.as_ref().is_none_or(|user| *user == known).then_some(known)
}

/// The login name of a user; their number where the machine knows no name, as in a container.
fn name(accounts: &str, uid: u32) -> String {
    name_of(accounts, uid).unwrap_or_else(|| format!("uid {uid}"))
}

/// The user's number, as the kernel has it.
fn number() -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").ok().map(|about| about.uid())
}

/// The name in a text like `/etc/passwd` (passwd(5): name, password, number, …).
fn name_of(accounts: &str, uid: u32) -> Option<String> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(uid) && is_name(name)).then(|| name.to_owned())
    })
}

/// Whether a text can be a login name: letters, digits and `._-$@\`, as those of directories have them.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "._-$@\\".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNTS: &str = "root:x:0:0:root:/root:/bin/sh\n+::::::\nana:x:1000:1000:Ana Ruiz,,,:/home/ana:/bin/sh\n\
                            a b\"<x>:x:1001:1001::/:/bin/sh\n";

    /// Name, account and remark of whoever acts.
    fn found(uid: u32, login: Option<u32>, said: [&str; 2]) -> (String, Option<String>, Option<String>) {
        let said = said.map(|text| Some(text.to_owned()).filter(|text| !text.is_empty()));
        match who(ACCOUNTS, uid, login, &said) {
            Actor::User { name, runs_as, says } => (name, runs_as, says),
            other => panic!("{other:?}"),
        }
    }

    fn named(name: &str, runs_as: Option<&str>, says: Option<&str>) -> (String, Option<String>, Option<String>) {
        (name.to_owned(), runs_as.map(str::to_owned), says.map(str::to_owned))
    }

    #[test]
    fn an_account_is_known_by_its_number() {
        assert_eq!(name_of(ACCOUNTS, 1000).as_deref(), Some("ana"));
        assert_eq!(name_of(ACCOUNTS, 0).as_deref(), Some("root"));
        assert_eq!(name_of(ACCOUNTS, 7), None);
        assert_eq!(name(ACCOUNTS, 1001), "uid 1001", "what is no login name is not printed");
    }

    #[test]
    fn who_has_logged_in_is_known_behind_the_account_of_the_command() {
        assert_eq!(found(0, Some(1000), ["", ""]), named("ana", Some("root"), None));
        assert_eq!(found(1000, Some(1000), ["0", "root"]), named("ana", None, None), "the kernel knows better");
        assert_eq!(found(0, Some(7), ["", ""]), named("uid 7", Some("root"), None));
    }

    #[test]
    fn what_the_environment_says_is_a_remark_and_only_of_an_account_that_exists() {
        assert_eq!(found(0, None, ["1000", "ana"]), named("root", None, Some("ana")));
        assert_eq!(found(0, None, ["1000", ""]), named("root", None, Some("ana")));
        for forged in [["", "mallory"], ["4321", "mallory"], ["1000", "mallory"], ["1001", "a b\"<x>"], ["x", "ana"]] {
            assert_eq!(found(0, None, forged), named("root", None, None), "{forged:?}");
        }
        assert_eq!(found(4321, None, ["", "a b\"<x>"]), named("uid 4321", None, None));
        assert_eq!(found(1000, None, ["1000", "ana"]), named("ana", None, None), "they are the same");
    }
}
