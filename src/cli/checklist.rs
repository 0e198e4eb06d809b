//! `ronda checklist`: shows what is asked on a visit, and checks the administrator's own checklist files.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde::Serialize;

use super::show::{self, OutputFormat};
use super::{Call, EX_CONFIG};
use crate::app::{BadFiles, existing};
use domain::language::Language;
use domain::records::checklist::{Checklist, Item, Kind};
use domain::suggest;
use domain::wording::counted;
use office::Error;
use world::checklists::{self, Checklists};

/// Show the checklists, and check a file of your own
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ronda checklist list\n  ronda checklist show ups-battery --language es\n  \
                  ronda checklist check checklists/our-lift.toml")]
pub(super) struct ChecklistArgs {
    #[command(subcommand)]
    command: ChecklistCommand,
}

#[derive(Debug, Subcommand)]
enum ChecklistCommand {
    Check(CheckArgs),
    List(ListArgs),
    Show(ShowArgs),
}

/// Report every mistake in checklist files, with line and column
///
/// Needs no office. Exits with 78 if a file contains a mistake.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ronda checklist check checklists/*.toml")]
struct CheckArgs {
    /// TOML files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// List the checklists: the built-in ones and your own
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ronda checklist list\n  ronda checklist list --json | jq '.[].checklist'")]
struct ListArgs {
    #[command(flatten)]
    form: OutputFormat,
}

/// Print a checklist as the engineer sees it
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ronda checklist show ups-battery\n  ronda checklist show lift --language zh\n  \
                  ronda checklist show chiller --json > chiller.json")]
struct ShowArgs {
    /// Key of the checklist, for example ups-battery
    checklist: String,
    /// Language of the texts: en, es, zh
    #[arg(long, default_value_t = Language::En)]
    language: Language,
    #[command(flatten)]
    form: OutputFormat,
}

/// Runs the subcommand.
///
/// # Errors
/// Mistakes in the configuration or in the office's checklists; an unknown checklist.
pub(super) fn run(call: &Call, args: ChecklistArgs) -> anyhow::Result<ExitCode> {
    match args.command {
        ChecklistCommand::Check(args) => return Ok(check(&args.files)),
        ChecklistCommand::List(args) => list(&load(call)?, args.form),
        ChecklistCommand::Show(args) => show(&load(call)?, &args)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The built-in checklists and the administrator's own, read without opening the store.
fn load(call: &Call) -> anyhow::Result<Checklists> {
    let config = call.source.read()?;
    Ok(Checklists::load(existing(&config.folders.checklists)).map_err(BadFiles)?)
}

fn check(files: &[PathBuf]) -> ExitCode {
    match checklists::read_files(files) {
        Ok(lists) => {
            lists.values().for_each(|list| println!("ok: {}", summary(list)));
            ExitCode::SUCCESS
        }
        Err(mistakes) => {
            mistakes.iter().for_each(|mistake| eprintln!("{mistake}"));
            eprintln!("{}", counted(mistakes.len(), "mistake"));
            ExitCode::from(EX_CONFIG)
        }
    }
}

/// One-line summary: `lift: 5 sections, 19 items, 9 required, 2 asked on a condition; en, es, zh`.
fn summary(list: &Checklist) -> String {
    let required = list.items().filter(|item| item.required).count();
    let conditional = list.items().filter(|item| item.when.is_some()).count();
    let languages = Language::ALL.iter().map(|language| {
        let missing = list.texts().filter(|words| !words.is_in(*language)).count();
        match missing {
            0 => language.to_string(),
            missing if missing == list.texts().count() => format!("no {language}"),
            missing => format!("{language} without {}", counted(missing, "text")),
        }
    });
    format!(
        "{}: {}, {}, {required} required, {conditional} asked on a condition; {}",
        list.checklist,
        counted(list.sections.len(), "section"),
        counted(list.items().count(), "item"),
        languages.collect::<Vec<_>>().join(", "),
    )
}

/// One row of `ronda checklist list`.
#[derive(Debug, Serialize)]
struct Line<'c> {
    checklist: &'c str,
    title: &'c str,
    items: usize,
    required: usize,
    from: &'static str,
}

fn list(all: &Checklists, form: OutputFormat) {
    let lines: Vec<Line<'_>> = all
        .all()
        .map(|list| Line {
            checklist: &list.checklist,
            title: &list.title.en,
            items: list.items().count(),
            required: list.items().filter(|item| item.required).count(),
            from: origin(all, list),
        })
        .collect();
    let cells = |line: &Line<'_>| {
        let texts = [line.checklist, line.title].map(str::to_owned);
        let counts = [line.items, line.required].map(|count| count.to_string());
        texts.into_iter().chain(counts).chain([line.from.to_owned()]).collect()
    };
    show::list(form, &lines, &["checklist", "title", "items", "required", "from"], cells, "There is no checklist.");
}

fn origin(all: &Checklists, list: &Checklist) -> &'static str {
    if all.is_own(&list.checklist) { "own" } else { "shipped" }
}

fn show(all: &Checklists, args: &ShowArgs) -> anyhow::Result<()> {
    let Some(list) = all.get(&args.checklist) else {
        let meant = suggest::did_you_mean(suggest::nearest(&args.checklist, all.keys()));
        let text = format!("there is no checklist {:?}; `ronda checklist list` shows them{meant}", args.checklist);
        return Err(Error::NotFound(text).into());
    };
    if args.form.json {
        show::json(list);
        return Ok(());
    }
    println!("{} · {} · {}", list.title.get(args.language), summary(list), origin(all, list));
    for section in &list.sections {
        println!("\n{}", section.title.get(args.language));
        section.items.iter().for_each(|item| print!("{}", lines(item, args.language)));
    }
    Ok(())
}

/// An item: its text and key, then the kind of answer, how it is answered, and when it is asked.
fn lines(item: &Item, language: Language) -> String {
    let mut about = match &item.kind {
        Kind::Check => "check".to_owned(),
        Kind::Number { reading } => format!("number, {reading}"),
        Kind::Text => "text".to_owned(),
        Kind::Photo => "photo".to_owned(),
        Kind::Choice { choices } => {
            let words = choices.iter().map(|choice| {
                let text = choice.text.get(language);
                match choice.result.word() {
                    "ok" => text.to_owned(),
                    worse => format!("{text} ({worse})"),
                }
            });
            format!("choice of {}", words.collect::<Vec<_>>().join(" | "))
        }
    };
    if item.required {
        about.push_str(", required");
    }
    if let Some(when) = &item.when {
        about.push_str(&format!(", only where {when}"));
    }
    let guidance = item.guidance.as_ref().map(|words| format!("      › {}\n", words.get(language)));
    format!("  {} [{}]\n      {about}\n{}", item.text.get(language), item.item, guidance.unwrap_or_default())
}
