//! What letters are made from in tests: the program's own samples, from a company of Bilbao.

use std::sync::LazyLock;

use ronda::domain::Instant;
use ronda::domain::ids::VisitId;
use ronda::domain::letters::owed::LetterOwed;
use ronda::mail::{Composer, House, samples};

pub fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub fn house() -> House {
    House {
        company: "Norte Servicio Técnico, S.L.".to_owned(),
        address: "Calle Autonomía 26, Bilbao".to_owned(),
        hotline: Some("+34 944 100 200".to_owned()),
        from: "servicio@norte.example".to_owned(),
        reply_to: Some("mesa@norte.example".to_owned()),
        bounces: Some("rebotes@norte.example".to_owned()),
        ..House::default()
    }
}

/// Made once: clones are cheap.
pub fn composer() -> Composer {
    static COMPOSER: LazyLock<Composer> = LazyLock::new(|| house().furnish().unwrap());
    COMPOSER.clone()
}

/// A letter in its final bytes, with what it was known by before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    pub key: String,
    pub message_id: String,
    pub visit: Option<VisitId>,
    pub subject: String,
    pub bytes: Vec<u8>,
}

pub fn composed(by: &Composer, owed: LetterOwed, at: Instant) -> Composed {
    let written = by.compose(&owed, Some(&samples::document()), at).unwrap();
    let LetterOwed { key, message_id, visit, .. } = owed;
    Composed { key, message_id, visit, subject: written.subject, bytes: written.bytes }
}
