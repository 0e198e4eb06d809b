//! The state of the lanes, for monitoring: the health page, the watchdog, `systemctl status`.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::watch;

use super::{Beat, Lane};
use crate::clock::Clock;
use domain::Instant;

impl Lane {
    /// Maximum time between the beginning of a beat and the end of the next one. If it takes longer, the lane, or what
    /// it waits for, is stuck.
    #[must_use]
    pub fn bound(self) -> Duration {
        let minutes = match self {
            Lane::Clocks => 3,
            Lane::Writing => 10,
            Lane::Letters | Lane::Papers => 30,
            Lane::Night => 120,
        };
        Duration::from_secs(minutes * 60)
    }
}

/// The state of the lanes, as a value that can be watched. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Pulse(watch::Sender<PulseState>);

/// The state of the lanes.
#[derive(Debug, Clone)]
pub struct PulseState {
    started_at: Instant,
    lanes: [LanePulse; Lane::ALL.len()],
    jump: Option<ClockJump>,
}

/// The state of one lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LanePulse {
    pub lane: Lane,
    /// When its last completed beat began; `None` before the first.
    pub last: Option<Instant>,
    /// The names of the work that did not succeed in it.
    pub troubled: Vec<&'static str>,
    /// The clock's uptime at that beat, or when the daemon started.
    uptime: Duration,
}

/// A jump of the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockJump {
    /// By the clock as it is set now.
    pub noticed_at: Instant,
    /// Negative if the clock was set back.
    pub by: TimeDelta,
}

impl ClockJump {
    /// "ahead by 3 h 0 min 2 s".
    #[must_use]
    pub fn words(&self) -> String {
        let side = if self.by < TimeDelta::zero() { "back" } else { "ahead" };
        let by = self.by.abs();
        format!("{side} by {} h {} min {} s", by.num_hours(), by.num_minutes() % 60, by.num_seconds() % 60)
    }
}

impl Pulse {
    /// The state before any lane has beaten.
    #[must_use]
    pub fn new(clock: &Clock) -> Pulse {
        let uptime = clock.uptime();
        let lanes = Lane::ALL.map(|lane| LanePulse { lane, last: None, troubled: Vec::new(), uptime });
        Pulse(watch::Sender::new(PulseState { started_at: clock.now(), lanes, jump: None }))
    }

    /// The state when all lanes have just beaten.
    #[must_use]
    pub fn beaten(clock: &Clock) -> Pulse {
        let pulse = Pulse::new(clock);
        let beat = Beat { began_at: clock.now(), done: Vec::new() };
        Lane::ALL.into_iter().for_each(|lane| pulse.beat(lane, &beat, clock.uptime()));
        pulse
    }

    /// A receiver that is notified of each change.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<PulseState> {
        self.0.subscribe()
    }

    /// The current state of all lanes.
    #[must_use]
    pub fn state(&self) -> PulseState {
        self.0.borrow().clone()
    }

    /// Records a lane's completed beat, and the clock's uptime at its beginning.
    pub(super) fn beat(&self, lane: Lane, beat: &Beat, uptime: Duration) {
        let troubled = beat.troubled().collect();
        self.0.send_modify(|state| {
            state.lanes[lane as usize] = LanePulse { lane, last: Some(beat.began_at), troubled, uptime };
        });
    }

    pub(super) fn jumped(&self, jump: ClockJump) {
        self.0.send_modify(|state| state.jump = Some(jump));
    }

    /// How long a lane has been silent.
    pub(super) fn silence(&self, lane: Lane, uptime: Duration) -> Duration {
        self.0.borrow().lanes[lane as usize].silence(uptime)
    }
}

impl LanePulse {
    fn silence(&self, uptime: Duration) -> Duration {
        uptime.saturating_sub(self.uptime)
    }
}

impl PulseState {
    /// The state of each lane, in their order.
    #[must_use]
    pub fn lanes(&self) -> &[LanePulse] {
        &self.lanes
    }

    /// When the last beat in which all lanes have taken part began; `None` before each has beaten once.
    #[must_use]
    pub fn last_beat(&self) -> Option<Instant> {
        let each: Option<Vec<Instant>> = self.lanes.iter().map(|lane| lane.last).collect();
        each?.into_iter().min()
    }

    /// Lanes that have not beaten within their bound, and since when; for the clocks lane, even before its first beat.
    #[must_use]
    pub fn silent(&self, clock: &Clock) -> Vec<(Lane, Instant)> {
        let is_silent = |lane: &&LanePulse| {
            let never = lane.last.is_none() && lane.lane == Lane::Clocks;
            never || lane.silence(clock.uptime()) > lane.lane.bound()
        };
        self.lanes.iter().filter(is_silent).map(|lane| (lane.lane, lane.last.unwrap_or(self.started_at))).collect()
    }

    /// Whether a lane has beaten within its bound, or still has time for its first beat.
    #[must_use]
    pub fn beats(&self, lane: Lane, clock: &Clock) -> bool {
        self.lanes[lane as usize].silence(clock.uptime()) <= lane.bound()
    }

    /// The names of the work that did not succeed in the last beat of its lane.
    pub fn troubled(&self) -> impl Iterator<Item = &'static str> {
        self.lanes.iter().flat_map(|lane| lane.troubled.iter().copied())
    }

    /// The last time that the wall clock was found to have been set.
    #[must_use]
    pub fn jump(&self) -> Option<ClockJump> {
        self.jump
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    fn beat(pulse: &Pulse, clock: &Clock, lane: Lane) {
        pulse.beat(lane, &Beat { began_at: clock.now(), done: Vec::new() }, clock.uptime());
    }

    #[test]
    fn a_lane_that_has_not_beaten_within_its_bound_is_named_with_since_when() {
        let clock = Clock::simulated(at("2026-03-02T09:00:00Z"), 1);
        let pulse = Pulse::new(&clock);
        assert_eq!(pulse.state().silent(&clock), [(Lane::Clocks, at("2026-03-02T09:00:00Z"))], "never beaten");
        assert!(pulse.state().beats(Lane::Clocks, &clock), "the watchdog waits for its first");
        assert_eq!(pulse.state().last_beat(), None);
        Lane::ALL.into_iter().for_each(|lane| beat(&pulse, &clock, lane));
        assert_eq!(pulse.state().silent(&clock), []);
        clock.advance_to(at("2026-03-02T09:11:00Z"));
        beat(&pulse, &clock, Lane::Clocks);
        assert_eq!(pulse.state().silent(&clock), [(Lane::Writing, at("2026-03-02T09:00:00Z"))]);
        assert_eq!(pulse.state().last_beat(), Some(at("2026-03-02T09:00:00Z")));
        clock.advance_to(at("2026-03-02T09:15:00Z"));
        assert!(!pulse.state().beats(Lane::Clocks, &clock));
    }

    #[test]
    fn silence_is_measured_by_a_clock_that_nobody_can_set() {
        let clock = Clock::fast(at("2026-03-02T09:00:00Z"), 1, 1);
        let pulse = Pulse::beaten(&clock);
        clock.set_ahead(TimeDelta::hours(3));
        assert_eq!(pulse.state().silent(&clock), []);
        assert!(pulse.silence(Lane::Night, clock.uptime()) < Duration::from_secs(60));
    }

    #[test]
    fn a_jump_is_told_in_words() {
        let jump = |by| ClockJump { noticed_at: at("2026-03-02T09:00:00Z"), by }.words();
        assert_eq!(jump(TimeDelta::minutes(181)), "ahead by 3 h 1 min 0 s");
        assert_eq!(jump(TimeDelta::seconds(-7)), "back by 0 h 0 min 7 s");
    }
}
