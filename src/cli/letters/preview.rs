//! `ronda letters preview`: renders any notice from sample data, as its readers will see it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::Context;
use clap::Args;
use serde::Serialize;

use crate::app::{self, BadFiles};
use crate::cli::show;
use domain::language::Language;
use domain::letters::notice::{Audience, NOTICES, NoticeKind};
use domain::wording::counted;
use mail::{Preview, samples};
use office::{Error, Result};
use world::config::Config;

/// Which notices are rendered, and where the result goes.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  ronda letters preview\n  ronda letters preview visit-announced --language es --open\n  \
                        ronda letters preview digest --text\n  ronda letters preview digest --json\n  \
                        ronda letters preview --all --out letters/"
)]
pub struct PreviewArgs {
    /// The notice, for example visit-announced; if omitted, lists all notices with their recipients and when each is
    /// sent
    pub notice: Option<String>,
    /// Render every notice
    #[arg(long, conflicts_with = "notice")]
    pub all: bool,
    /// en, es or zh [default: all three with --all or --out, otherwise the company's language]
    #[arg(long)]
    pub language: Option<Language>,
    /// Open the HTML in the browser
    #[arg(long, requires = "notice")]
    pub open: bool,
    /// Print the text part
    #[arg(long, conflicts_with = "json")]
    pub text: bool,
    /// Write .html, .txt and .eml files to this folder
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Print a JSON array
    #[arg(long)]
    pub json: bool,
}

/// A row of the list, or a rendered letter.
#[derive(Debug, Serialize)]
struct Row {
    notice: &'static str,
    to: Vec<&'static str>,
    leaves: &'static str,
    when: &'static str,
}

#[derive(Debug, Serialize)]
struct Rendered {
    name: &'static str,
    language: Language,
    subject: String,
    text: String,
    html: String,
}

/// Runs `ronda letters preview`. Needs only the configuration, no store.
///
/// # Errors
/// [`BadFiles`] for templates, wording or a logo that cannot be used; a refusal for an unknown notice.
pub fn run(config: &Config, args: &PreviewArgs, out: &mut impl Write) -> anyhow::Result<()> {
    let wanted = match &args.notice {
        None if !args.all => return Ok(list(args, out)?),
        None => None,
        Some(name) => Some(parse(name)?),
    };
    let composer = app::composer(config).map_err(BadFiles)?;
    let languages = match args.language {
        Some(language) => vec![language],
        None if args.all || args.out.is_some() => Language::ALL.to_vec(),
        None => vec![config.company.language],
    };
    let mut previews = Vec::new();
    for language in languages {
        let samples = samples::all(language).into_iter();
        for sample in samples.filter(|sample| wanted.as_ref().is_none_or(|wanted| wanted.takes(sample))) {
            previews.push((language, composer.preview(&sample)?));
        }
    }
    if let Some(folder) = &args.out {
        write_files(folder, &previews)?;
        writeln!(out, "{} written to {}", counted(previews.len(), "letter"), folder.display())?;
    }
    if args.json {
        return Ok(print_json(out, &previews.into_iter().map(rendered).collect::<Vec<_>>())?);
    }
    if args.text || (args.out.is_none() && !args.open) {
        for (language, preview) in &previews {
            writeln!(out, "── {} ({language})\nSubject: {}\n\n{}", preview.name, preview.letter.subject, preview.text)?;
        }
    }
    if args.open
        && let Some((language, preview)) = previews.first()
    {
        open(*language, preview, out)?;
    }
    Ok(())
}

/// A notice, or one particular sample of it.
enum Wanted {
    Notice(NoticeKind),
    Sample(String),
}

impl Wanted {
    fn takes(&self, sample: &samples::Sample) -> bool {
        match self {
            Wanted::Notice(kind) => sample.notice.kind() == *kind,
            Wanted::Sample(name) => sample.name == name,
        }
    }
}

fn parse(name: &str) -> Result<Wanted> {
    match name.parse::<NoticeKind>() {
        Ok(kind) => Ok(Wanted::Notice(kind)),
        Err(unknown) => {
            let is_sample = samples::all(Language::En).iter().any(|sample| sample.name == name);
            let sample = is_sample.then(|| Wanted::Sample(name.to_owned()));
            sample.ok_or_else(|| Error::NotFound(unknown.to_string()))
        }
    }
}

/// Prints the table of notices.
fn list(args: &PreviewArgs, out: &mut impl Write) -> std::io::Result<()> {
    let to = |to: &[Audience]| to.iter().map(|to| to.words()).collect::<Vec<_>>();
    if args.json {
        let rows =
            NOTICES.map(|row| Row { notice: row.word, to: to(row.to), leaves: row.leaves.words(), when: row.when });
        return print_json(out, &rows);
    }
    let lines = NOTICES
        .iter()
        .map(|row| vec![row.word.to_owned(), to(row.to).join(", "), row.leaves.to_string(), row.when.to_owned()]);
    writeln!(out, "{}", show::table(&["notice", "goes to", "leaves", "when"], lines))
}

fn print_json(out: &mut impl Write, rows: &impl Serialize) -> std::io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, rows)?;
    writeln!(out)
}

fn rendered((language, preview): (Language, Preview)) -> Rendered {
    let subject = preview.letter.subject;
    Rendered { name: preview.name, language, subject, text: preview.text, html: preview.html }
}

fn write_files(folder: &Path, previews: &[(Language, Preview)]) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (language, preview) in previews {
        let (html, text, bytes) = (preview.html.as_bytes(), preview.text.as_bytes(), preview.letter.bytes.as_slice());
        for (ending, content) in [("html", html), ("txt", text), ("eml", bytes)] {
            let path = folder.join(format!("{}.{language}.{ending}", preview.name));
            std::fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    Ok(())
}

/// Opens the HTML in the desktop's browser, from a temporary file that is kept, since the browser reads it later.
fn open(language: Language, preview: &Preview, out: &mut impl Write) -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join("ronda-preview");
    write_files(&folder, &[(language, preview.clone())])?;
    let path = folder.join(format!("{}.{language}.html", preview.name));
    let mut viewer = Command::new("xdg-open");
    viewer.arg(&path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match viewer.status() {
        Ok(status) if status.success() => {}
        Ok(_) | Err(_) => writeln!(out, "no browser could be opened; the letter is {}", path.display())?,
    }
    Ok(())
}
