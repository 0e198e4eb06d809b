//! What an owed letter has to say by the time it may leave.

use super::notice::{DeadlineWords, Notice, VisitWords, WhileItWaits};
use crate::Date;
use crate::calendar::WorkingDays;
use crate::contract::FlagAt;
use crate::visits::VisitState;

/// The current situation concerning a letter. `None`: not known, or not relevant for the letter.
#[derive(Debug, Clone, Copy)]
pub struct AsThingsStand<'a> {
    /// The day at the company.
    pub today: Date,
    /// The visit's site's.
    pub day_at_site: Date,
    pub visit: Option<&'a VisitState>,
    /// Whether the visit can take place as booked.
    pub fitness: Fitness,
    /// The visit's current description.
    pub words: Option<&'a VisitWords>,
    pub deadline: Option<StillOwed>,
    pub lateness: Option<Lateness>,
    /// The latest revision of the visit's report.
    pub revision: Option<u32>,
    pub signature: Option<SignatureIs>,
    /// The hotline's current number.
    pub hotline: Option<&'a str>,
}

/// Whether a visit can take place as booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fitness {
    Fit,
    Unfit,
}

/// Whether the subject of a deadline is still owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StillOwed {
    /// Until this day.
    Until(Date),
    /// Met, waived, or its last day is no longer known.
    NoMore,
}

/// How a deadline stands on a day, in the working days by which it counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lateness {
    pub days_late: u32,
    /// From the day to the last one.
    pub days_left: u32,
    pub is_last_day: bool,
}

/// Whether the customer's signature under a record is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureIs {
    Asked,
    There,
}

/// Why an owed letter is no longer true.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Untrue {
    #[error("not sent: the visit was moved or booked anew since")]
    BookedAnew,
    #[error("not sent: the visit cannot take place as it is booked")]
    Unfit,
    #[error("not sent: the visit is cancelled")]
    Cancelled,
    #[error("not sent: the visit has taken place")]
    Done,
    #[error("not sent: the visit's day is over")]
    DayOver,
    #[error("not sent: what it says is owed is no longer owed")]
    NotOwed,
    #[error("not sent: its last day has been recounted since")]
    CountedAnew,
    #[error("not sent: a later revision of the report is on its way")]
    Reissued,
    #[error("not sent: the record is signed")]
    Signed,
    #[error("not sent: the hotline has another number by now")]
    AnotherNumber,
    #[error("not sent: a later letter says how it stands")]
    ToldLater,
}

impl Notice {
    /// The notice as it should be sent now. `booking` is the visit's booking that it announces.
    ///
    /// [`Notice::about`] states for each kind how long it stays true.
    ///
    /// # Errors
    /// [`Untrue`] if it should not be sent any more.
    pub fn as_things_stand(mut self, booking: Option<u32>, now: &AsThingsStand<'_>) -> Result<Notice, Untrue> {
        now.holds(self.about().while_it_waits, booking)?;
        self.renew(now);
        Ok(self)
    }
}

impl DeadlineWords {
    /// How it stands on the day of telling: what was to become due may be late by then.
    pub(super) fn renew(&mut self, lateness: Lateness) {
        self.days_late = lateness.days_late;
        self.at = match self.at {
            FlagAt::Before(_) | FlagAt::OnTheDay if lateness.days_late > 0 => {
                FlagAt::Late(WorkingDays(lateness.days_late))
            }
            FlagAt::Before(_) if lateness.is_last_day => FlagAt::OnTheDay,
            FlagAt::Before(_) if lateness.days_left > 0 => FlagAt::Before(WorkingDays(lateness.days_left)),
            FlagAt::Before(_) | FlagAt::OnTheDay | FlagAt::Late(_) => self.at,
        };
    }
}

impl AsThingsStand<'_> {
    /// Whether what the letter says is still true.
    fn holds(&self, while_it_waits: WhileItWaits<'_>, booking: Option<u32>) -> Result<(), Untrue> {
        match while_it_waits {
            WhileItWaits::AsItWas => Ok(()),
            WhileItWaits::AsBooked => self.is_booked(booking),
            WhileItWaits::UntilBookedAnew => match (self.visit, booking) {
                (Some(VisitState::Booked { sequence, .. }), Some(told)) if *sequence != told => Err(Untrue::BookedAnew),
                (Some(VisitState::Cancelled { sequence, .. }), Some(told)) if *sequence > told => {
                    Err(Untrue::Cancelled)
                }
                (
                    Some(
                        VisitState::Planned { .. }
                        | VisitState::Booked { .. }
                        | VisitState::Cancelled { .. }
                        | VisitState::Done { .. },
                    )
                    | None,
                    _,
                ) => Ok(()),
            },
            WhileItWaits::WhileFit => match self.fitness {
                Fitness::Fit => self.is_booked(booking),
                Fitness::Unfit => Err(Untrue::Unfit),
            },
            WhileItWaits::UntilReissued(own) => match self.revision {
                Some(latest) if latest > own => Err(Untrue::Reissued),
                Some(_) | None => Ok(()),
            },
            WhileItWaits::UntilSigned => match self.signature {
                Some(SignatureIs::There) => Err(Untrue::Signed),
                Some(SignatureIs::Asked) | None => Ok(()),
            },
            WhileItWaits::WhileOwed(due_on) => match self.deadline {
                Some(StillOwed::NoMore) => Err(Untrue::NotOwed),
                Some(StillOwed::Until(day)) if day != due_on => Err(Untrue::CountedAnew),
                Some(StillOwed::Until(_)) | None => Ok(()),
            },
            WhileItWaits::WhileNumberHolds(told) => match self.hotline {
                Some(number) if number != told => Err(Untrue::AnotherNumber),
                Some(_) | None => Ok(()),
            },
        }
    }

    /// Whether the visit is booked as it was when the letter was owed.
    fn is_booked(&self, booking: Option<u32>) -> Result<(), Untrue> {
        match (self.visit, booking) {
            (Some(VisitState::Booked { sequence, .. }), Some(told)) if *sequence != told => Err(Untrue::BookedAnew),
            (Some(VisitState::Booked { appointment, .. }), _) if appointment.day < self.day_at_site => {
                Err(Untrue::DayOver)
            }
            (Some(VisitState::Cancelled { .. }), _) => Err(Untrue::Cancelled),
            (Some(VisitState::Done { .. }), _) => Err(Untrue::Done),
            (Some(VisitState::Planned { .. } | VisitState::Booked { .. }) | None, _) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::letters::notice::{Ending, PhaseWords};
    use crate::visits::Appointment;

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    fn words(site_name: &str) -> VisitWords {
        VisitWords {
            id: crate::ids::VisitId(1),
            purpose: crate::contract::Purpose::Inspection,
            customer: String::new(),
            site: crate::ids::SiteCode::default(),
            site_name: site_name.to_owned(),
            address: String::new(),
            day: day("2026-03-12"),
            starts: chrono::NaiveTime::MIN,
            takes_minutes: 60,
            engineer: String::new(),
            engineer_phone: String::new(),
            equipment: Vec::new(),
            topics: Vec::new(),
            why: None,
            rest_of: None,
        }
    }

    fn appointment() -> Appointment {
        let engineer = "E-1".into();
        Appointment { engineer, day: day("2026-03-12"), starts: chrono::NaiveTime::MIN, takes_minutes: 60 }
    }

    fn booked(sequence: u32) -> VisitState {
        VisitState::Booked { appointment: appointment(), announced_at: crate::Instant::UNIX_EPOCH, sequence }
    }

    fn now(visit: Option<&VisitState>) -> AsThingsStand<'_> {
        AsThingsStand {
            today: day("2026-03-02"),
            day_at_site: day("2026-03-02"),
            visit,
            fitness: Fitness::Fit,
            words: None,
            deadline: None,
            lateness: None,
            revision: None,
            signature: None,
            hotline: None,
        }
    }

    #[test]
    fn what_tells_of_an_appointment_is_told_as_it_is_now_while_that_booking_stands() {
        let announced = || Notice::VisitAnnounced { visit: words("before") };
        let (first, again) = (booked(0), booked(1));
        let present = words("renamed");
        let told = announced().as_things_stand(Some(0), &AsThingsStand { words: Some(&present), ..now(Some(&first)) });
        assert_eq!(told, Ok(Notice::VisitAnnounced { visit: words("renamed") }));
        assert_eq!(announced().as_things_stand(Some(0), &now(Some(&again))), Err(Untrue::BookedAnew));
        let cancelled = VisitState::Cancelled {
            appointment: appointment(),
            reason: String::new(),
            cancelled_at: crate::Instant::UNIX_EPOCH,
            sequence: 1,
        };
        assert_eq!(announced().as_things_stand(Some(0), &now(Some(&cancelled))), Err(Untrue::Cancelled));
        let done = VisitState::Done { appointment: appointment(), completed_at: crate::Instant::UNIX_EPOCH };
        let reminder = Notice::VisitReminder { visit: words("before") };
        assert_eq!(reminder.clone().as_things_stand(Some(0), &now(Some(&done))), Err(Untrue::Done));
        let unfit = AsThingsStand { fitness: Fitness::Unfit, ..now(Some(&first)) };
        assert_eq!(reminder.as_things_stand(Some(0), &unfit), Err(Untrue::Unfit));
        assert_eq!(announced().as_things_stand(Some(0), &unfit), Ok(announced()), "what it was booked as is told");
        assert_eq!(announced().as_things_stand(None, &now(None)), Ok(announced()), "of what nothing is known");
    }

    #[test]
    fn of_a_visit_whose_day_is_over_nobody_is_told_when_it_is() {
        let (first, announced) = (booked(0), || Notice::VisitAnnounced { visit: words("before") });
        let on = |text| AsThingsStand { day_at_site: day(text), ..now(Some(&first)) };
        assert_eq!(announced().as_things_stand(Some(0), &on("2026-03-12")), Ok(announced()));
        assert_eq!(announced().as_things_stand(Some(0), &on("2026-03-13")), Err(Untrue::DayOver));
    }

    #[test]
    fn what_has_happened_is_told_as_it_was() {
        let cancelled = || Notice::VisitCancelled {
            visit: words("before"),
            reason: "closed".to_owned(),
            ended_on: None,
            rest_of: None,
        };
        let present = words("renamed");
        let state = VisitState::Cancelled {
            appointment: appointment(),
            reason: String::new(),
            cancelled_at: crate::Instant::UNIX_EPOCH,
            sequence: 1,
        };
        let told = AsThingsStand { words: Some(&present), ..now(Some(&state)) };
        assert_eq!(cancelled().as_things_stand(Some(1), &told), Ok(cancelled()));
        let again = booked(2);
        assert_eq!(cancelled().as_things_stand(Some(1), &now(Some(&again))), Err(Untrue::BookedAnew));
        let passed_on = || Notice::VisitPassedOn { visit: words("before"), to: "Jordi".to_owned() };
        assert_eq!(passed_on().as_things_stand(Some(2), &now(Some(&again))), Ok(passed_on()));
        assert_eq!(passed_on().as_things_stand(Some(0), &now(Some(&state))), Err(Untrue::Cancelled));
    }

    #[test]
    fn what_waits_for_a_deadline_a_report_or_a_signature_is_told_while_it_is_so() {
        use crate::letters::notice::WhileItWaits;
        let until = |on| AsThingsStand { deadline: Some(StillOwed::Until(day(on))), ..now(None) };
        let due = WhileItWaits::WhileOwed(day("2026-03-12"));
        assert_eq!(until("2026-03-12").holds(due, None), Ok(()));
        assert_eq!(until("2026-03-13").holds(due, None), Err(Untrue::CountedAnew));
        let met = AsThingsStand { deadline: Some(StillOwed::NoMore), ..now(None) };
        assert_eq!(met.holds(due, None), Err(Untrue::NotOwed));
        let issued = |revision| AsThingsStand { revision: Some(revision), ..now(None) };
        assert_eq!(issued(1).holds(WhileItWaits::UntilReissued(1), None), Ok(()));
        assert_eq!(issued(2).holds(WhileItWaits::UntilReissued(1), None), Err(Untrue::Reissued));
        let signature = |is| AsThingsStand { signature: Some(is), ..now(None) };
        assert_eq!(signature(SignatureIs::Asked).holds(WhileItWaits::UntilSigned, None), Ok(()));
        assert_eq!(signature(SignatureIs::There).holds(WhileItWaits::UntilSigned, None), Err(Untrue::Signed));
    }

    #[test]
    fn p15_the_days_that_are_left_are_counted_when_the_letter_is_written() {
        let phase = |days_left| Notice::PhaseEnding {
            phase: PhaseWords {
                customer: String::new(),
                contract: None,
                ending: Ending::Contract,
                ends_on: day("2026-03-12"),
                days_left,
            },
        };
        assert_eq!(phase(60).as_things_stand(None, &now(None)), Ok(phase(10)));
    }

    #[test]
    fn p19_a_number_that_has_changed_again_is_not_told() {
        let hotline = Notice::HotlineChanged {
            hotline: crate::letters::notice::HotlineWords {
                customer: String::new(),
                number: "2".to_owned(),
                previous: "1".to_owned(),
                changed_on: day("2026-03-02"),
            },
        };
        let now = |number| AsThingsStand { hotline: Some(number), ..now(None) };
        assert_eq!(hotline.clone().as_things_stand(None, &now("2")), Ok(hotline.clone()));
        assert_eq!(hotline.as_things_stand(None, &now("3")), Err(Untrue::AnotherNumber));
    }
}
