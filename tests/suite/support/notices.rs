//! What letters are made from in tests: the program's own samples, from a company of Bilbao.

use std::sync::LazyLock;

use ronda::domain::Instant;
use ronda::mail::{Composer, House};

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
