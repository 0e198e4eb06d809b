//! A letter to be looked at before any is sent: the same words and the same bytes, made of sample data.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::sync::LazyLock;

use super::Composer;
use super::samples::Sample;
use domain::Instant;
use domain::letters::notice::Letter;

/// A sample's letter, as a person looks at it.
#[derive(Debug, Clone)]
pub struct Preview {
    pub name: &'static str,
    pub text: String,
    /// With its pictures inside, so that a browser shows it by itself.
    pub html: String,
    pub letter: Letter,
}

/// The moment at which samples are written.
static AT: LazyLock<Instant> = LazyLock::new(|| "2026-03-18T06:30:00Z".parse().expect("an instant"));

impl Composer {
    /// The letter of a sample.
    ///
    /// # Errors
    /// As [`Composer::compose`].
    pub fn preview(&self, sample: &Sample) -> anyhow::Result<Preview> {
        let rendered = self.render(&sample.notice, &sample.reader, &sample.links)?;
        let key = format!("{}/preview/{}", sample.notice.word(), sample.reader.role.key());
        let letter = self.compose_with(&sample.notice, &sample.reader, &key, *AT, &sample.links)?;
        Ok(Preview { name: sample.name, text: rendered.text, html: self.with_pictures(rendered.html), letter })
    }

    fn with_pictures(&self, html: String) -> String {
        match &self.look.logo {
            None => html,
            Some(logo) => html.replace(
                &format!("cid:{}", logo.cid),
                &format!("data:{};base64,{}", logo.media_type, STANDARD.encode(logo.bytes.as_slice())),
            ),
        }
    }
}
