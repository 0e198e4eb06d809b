//! What goes wrong in the simulated year, by the seed.

use std::path::Path;
use std::pin::pin;
use std::task::Poll;

use chrono::{Days, NaiveDate};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use ronda::domain::letters::retry::{AttemptReply, DialogueStage};

/// The year's dice.
pub struct Dice(ChaCha8Rng);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(ChaCha8Rng::seed_from_u64(seed))
    }

    /// A number below `n`.
    pub fn below(&mut self, n: u32) -> u32 {
        self.0.next_u32() % n
    }

    /// True `n` times in a thousand.
    pub fn falls(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }

    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(u32::try_from(all.len()).unwrap()) as usize]
    }

    /// A bad answer to one letter, seldom for good.
    pub fn bad_answer(&mut self) -> AttemptReply {
        let reply =
            |step, code| AttemptReply::Reply { step, code, said: "the simulated relay is in a mood".to_owned() };
        match self.below(20) {
            0 => reply(DialogueStage::Envelope, 550),
            1 => reply(DialogueStage::Content, 554),
            2..=4 => reply(DialogueStage::Content, 452),
            5 => reply(DialogueStage::Envelope, 503),
            6 => reply(DialogueStage::Envelope, 421),
            7..=9 => AttemptReply::NoReply { step: DialogueStage::Content, said: "cut after the final dot".to_owned() },
            10 => reply(DialogueStage::Content, 354),
            _ => reply(DialogueStage::Envelope, 451),
        }
    }

    /// The relay is not there at all.
    pub fn away(&mut self) -> AttemptReply {
        if self.falls(500) {
            AttemptReply::NoReply { step: DialogueStage::Session, said: "connection refused".to_owned() }
        } else {
            AttemptReply::Reply { step: DialogueStage::Session, code: 421, said: "closing for maintenance".to_owned() }
        }
    }

    /// A closure that somebody enters late: it may have begun already.
    pub fn closure(&mut self, today: NaiveDate) -> String {
        let from = today - Days::new(3) + Days::new(u64::from(self.below(12)));
        let to = from + Days::new(u64::from(self.below(5)));
        let applies = match self.below(6) {
            0 => "company".to_owned(),
            1 => "calendar:ES-MD".to_owned(),
            2 => "calendar:GB".to_owned(),
            3 => "calendar:CN".to_owned(),
            4 => format!("customer:C{}", self.below(10)),
            _ => format!("site:S{}-{}", self.below(10), self.below(10)),
        };
        format!(
            "[[closure]]\nfrom = {from}\nto = {to}\nname = \"Closed, entered on {today}\"\napplies = \"{applies}\"\n"
        )
    }
}

/// Writes the closures that are known by now.
pub fn write_closures(folder: &Path, closures: &[String]) {
    std::fs::create_dir_all(folder).unwrap();
    std::fs::write(folder.join("closures.toml"), closures.concat()).unwrap();
}

/// Lets a future make so many steps and then drops it, as a death of the process would; None if it was cut.
pub async fn cut_after<T>(steps: u32, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut left = steps;
    std::future::poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}
