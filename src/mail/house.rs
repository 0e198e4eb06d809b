//! The company's own wording, templates, colours and logo, read once and tested before any letter is sent.

use std::path::PathBuf;
use std::sync::Arc;

use super::look::Look;
use super::templates::Templates;
use super::{Composer, Dkim, samples};
use domain::colour::Colour;
use domain::language::Language;
use words::Locales;

/// Some mail programs clip larger HTML (Gmail at 102 KB).
const HTML_BYTES: usize = 100_000;

/// Everything that a company's letters are made from.
#[derive(Debug, Clone, Default)]
pub struct House {
    pub company: String,
    pub address: String,
    pub hotline: Option<String>,
    /// Sender address, and the domain of Message-IDs.
    pub from: String,
    /// Reply-To address; `None` means the sender address.
    pub reply_to: Option<String>,
    /// Envelope sender, which receives bounces; `None` means the sender address.
    pub bounces: Option<String>,
    /// DKIM keys; every letter is signed with each.
    pub dkim: Vec<Dkim>,
    pub colour: Option<Colour>,
    /// A PNG or JPEG file.
    pub logo: Option<PathBuf>,
    /// A folder with templates and wording that override the built-in ones.
    pub folder: Option<PathBuf>,
}

impl House {
    /// Reads the company's files, and renders every notice with sample data in every language, so that what would fail
    /// later fails now.
    ///
    /// # Errors
    /// Every mistake, each with its file, its line if known, and its cause.
    pub fn furnish(self) -> Result<Composer, Vec<String>> {
        let mut mistakes = Vec::new();
        let look = Look::new(self.colour, self.logo.as_deref()).unwrap_or_else(|mistake| {
            mistakes.push(mistake);
            Look::default()
        });
        let folder = self.folder.as_deref();
        let wording = folder.map_or_else(|| Ok(Locales::load()), |at| Locales::with_own(&at.join("locales"), "mail-"));
        let locales = Arc::new(wording.unwrap_or_else(|of_wording| {
            mistakes.extend(of_wording);
            Locales::load()
        }));
        let templates = match folder {
            None => Ok(Templates::shipped(&locales, &look)),
            Some(folder) => Templates::with_own(folder, &locales, &look),
        };
        let templates = templates.unwrap_or_else(|of_templates| {
            mistakes.extend(of_templates);
            Templates::shipped(&locales, &look)
        });
        let composer = Composer {
            locales,
            templates: Arc::new(templates),
            look: Arc::new(look),
            company: self.company,
            address: self.address,
            hotline: self.hotline,
            bounces: self.bounces.unwrap_or_else(|| self.from.clone()),
            from: self.from,
            reply_to: self.reply_to,
            dkim: self.dkim,
        };
        if mistakes.is_empty() && composer.templates.has_own() {
            mistakes = composer.render_all();
        }
        if mistakes.is_empty() { Ok(composer) } else { Err(mistakes) }
    }
}

impl Composer {
    /// A composer with the built-in templates and wording.
    #[must_use]
    pub fn new(company: &str, from: &str) -> Composer {
        let house = House { company: company.to_owned(), from: from.to_owned(), ..House::default() };
        house.furnish().expect("without files of its own a house has no mistakes")
    }

    /// Renders every notice in every language; returns each mistake once.
    fn render_all(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        let mut found = |mistake: String| {
            if !mistakes.contains(&mistake) {
                mistakes.push(mistake);
            }
        };
        for language in Language::ALL {
            for sample in samples::all(language) {
                match self.render(&sample.notice, &sample.reader, &sample.links) {
                    Err(error) => found(format!("{error:#} (in {}, {language})", sample.name)),
                    Ok(rendered) if rendered.html.len() > HTML_BYTES => {
                        let size = rendered.html.len().div_ceil(1000);
                        found(format!("{} has {size} KB of HTML; mail programs cut letters at 100 KB", sample.name));
                    }
                    Ok(rendered) if rendered.subject.is_empty() => found(format!("{} has no subject", sample.name)),
                    Ok(_) => {}
                }
            }
        }
        mistakes
    }
}
