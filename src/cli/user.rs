//! Identifies the user who runs a command, by the account that the kernel reports.
//!
//! Anyone can set the environment, so what it claims about the caller of `sudo` is recorded only as a remark beside the
//! account, and only if it names an existing account.

use domain::access::Actor;

/// The value of `/proc/self/loginuid` for a process that was not started from a login session.
const NOBODY: u32 = u32::MAX;

/// The actor on the command line: the user who logged in, which the kernel keeps across `sudo` and `su` (`loginuid`,
/// proc(5)), or else the account of this process.
pub(super) fn actor() -> Actor {
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let login = std::fs::read_to_string("/proc/self/loginuid").ok().and_then(|uid| uid.trim().parse().ok());
    match uid() {
        Some(uid) => {
            let claims = ["SUDO_UID", "SUDO_USER"].map(|name| std::env::var(name).ok());
            who(&accounts, uid, login.filter(|login| *login != NOBODY), &claims)
        }
        // Not Linux: believe the shell.
        None => {
            let claimed = ["LOGNAME", "USER"].iter().find_map(|name| std::env::var(name).ok());
            let name = claimed.filter(|name| is_name(name)).unwrap_or_else(|| "unknown".to_owned());
            Actor::User { name, runs_as: None, says: None }
        }
    }
}

/// The actor for the user id `uid`, with the login's user id and the environment's claim (`SUDO_UID`, `SUDO_USER`).
fn who(accounts: &str, uid: u32, login: Option<u32>, claims: &[Option<String>; 2]) -> Actor {
    let account = name(accounts, uid);
    match login {
        Some(login) if login != uid => Actor::User { name: name(accounts, login), runs_as: Some(account), says: None },
        Some(_) => Actor::User { name: account, runs_as: None, says: None },
        None => {
            let says = claimed_account(accounts, claims).filter(|says| *says != account);
            Actor::User { name: account, runs_as: None, says }
        }
    }
}

/// The account that the environment claims, if it exists and its number and name agree.
fn claimed_account(accounts: &str, [uid, user]: &[Option<String>; 2]) -> Option<String> {
    let known = look_up(accounts, uid.as_ref()?.parse().ok()?)?;
    user.as_ref().is_none_or(|user| *user == known).then_some(known)
}

/// The login name of a user, or `uid N` if the machine has no name for it, as in a container.
fn name(accounts: &str, uid: u32) -> String {
    look_up(accounts, uid).unwrap_or_else(|| format!("uid {uid}"))
}

/// The user id of this process, from the kernel.
fn uid() -> Option<u32> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").ok().map(|about| about.uid())
}

/// Looks a user id up in text in the format of `/etc/passwd` (passwd(5): name, password, number, …).
fn look_up(accounts: &str, uid: u32) -> Option<String> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(uid) && is_name(name)).then(|| name.to_owned())
    })
}

/// Whether a text could be a login name: letters, digits and `._-$@\`, which directory services also allow.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "._-$@\\".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNTS: &str = "root:x:0:0:root:/root:/bin/sh\n+::::::\nana:x:1000:1000:Ana Ruiz,,,:/home/ana:/bin/sh\n\
                            a b\"<x>:x:1001:1001::/:/bin/sh\n";

    /// Name, account and remark of the actor.
    fn found(uid: u32, login: Option<u32>, claims: [&str; 2]) -> (String, Option<String>, Option<String>) {
        let claims = claims.map(|text| Some(text.to_owned()).filter(|text| !text.is_empty()));
        match who(ACCOUNTS, uid, login, &claims) {
            Actor::User { name, runs_as, says } => (name, runs_as, says),
            other => panic!("{other:?}"),
        }
    }

    fn named(name: &str, runs_as: Option<&str>, says: Option<&str>) -> (String, Option<String>, Option<String>) {
        (name.to_owned(), runs_as.map(str::to_owned), says.map(str::to_owned))
    }

    #[test]
    fn an_account_is_known_by_its_uid() {
        assert_eq!(look_up(ACCOUNTS, 1000).as_deref(), Some("ana"));
        assert_eq!(look_up(ACCOUNTS, 0).as_deref(), Some("root"));
        assert_eq!(look_up(ACCOUNTS, 7), None);
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
