//! Notifications to systemd; without systemd, they do nothing.

use std::time::Duration;

use sd_notify::NotifyState;

/// Whether systemd is there to receive notifications.
pub(super) fn is_present() -> bool {
    std::env::var_os("NOTIFY_SOCKET").is_some()
}

/// The daemon has started.
pub(super) fn ready() {
    tell(&[NotifyState::Ready]);
}

/// The configuration is being reloaded. systemd matches this with the next [`ready`] by its time.
pub(super) fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(at) => tell(&[NotifyState::Reloading, at]),
        Err(error) => tracing::warn!(%error, "the monotonic clock cannot be read"),
    }
}

/// The daemon is shutting down.
pub(super) fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// One line for `systemctl status`. The protocol ends a value at a line break, so line breaks are replaced.
pub(super) fn status(text: &str) {
    tell(&[NotifyState::Status(&one_line(text))]);
}

/// The store answered: resets the watchdog timer.
pub(super) fn feed_watchdog() {
    tell(&[NotifyState::Watchdog]);
}

/// How often to feed the watchdog: three times per timeout. `None` if there is no watchdog.
pub(super) fn watchdog_every() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|bites_after| bites_after / 3)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, "systemd was not told");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_has_no_line_break_to_smuggle_another_value_in() {
        assert_eq!(one_line("12 wait\nSTOPPING=1\r\n"), "12 wait STOPPING=1");
    }
}
