//! Renders letters from sample data for inspection, with the same texts and bytes as real ones.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use mail_parser::MessageParser;
use std::sync::LazyLock;

use super::Composer;
use super::samples::{self, Sample};
use domain::Instant;
use domain::letters::owed::{LetterOwed, WrittenLetter};

/// The letter of a sample, for display.
#[derive(Debug, Clone)]
pub struct Preview {
    pub name: &'static str,
    pub text: String,
    /// The HTML with its pictures embedded, so that a browser can show it on its own.
    pub html: String,
    pub letter: WrittenLetter,
}

/// The instant at which samples are written.
static AT: LazyLock<Instant> = LazyLock::new(|| "2026-03-18T06:30:00Z".parse().expect("an instant"));

/// The text part of a message.
#[must_use]
pub fn text_of(message: &[u8]) -> String {
    let message = MessageParser::default().parse(message);
    message.and_then(|message| message.body_text(0).map(std::borrow::Cow::into_owned)).unwrap_or_default()
}

impl Composer {
    /// The letter of a sample.
    ///
    /// # Errors
    /// Those of [`Composer::compose`].
    pub fn preview(&self, sample: &Sample) -> anyhow::Result<Preview> {
        let rendered = self.render(&sample.notice, &sample.reader, &sample.links)?;
        let key = format!("{}/preview/{}", sample.notice.word(), sample.reader.role.key());
        let letter = self.compose(&self.owed_sample(sample, key), Some(&samples::document()), *AT)?;
        Ok(Preview { name: sample.name, text: rendered.text, html: self.with_pictures(rendered.html), letter })
    }

    /// The letter of a sample, under a key; those that enclose a document use [`samples::document`].
    #[must_use]
    pub fn owed_sample(&self, sample: &Sample, key: String) -> LetterOwed {
        let mut letter = self.owed(key, sample.reader.clone(), sample.notice.clone());
        letter.facts.links = sample.links.clone();
        letter
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
