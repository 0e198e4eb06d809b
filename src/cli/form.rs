//! `ronda form`: records handed in from phones, and those that await a manager's review.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Subcommand;
use serde::Serialize;
use serde_json::Value;

use super::show::{self, OutputFormat};
use domain::Instant;
use domain::ids::{FormId, VisitId};
use domain::records::Submission;
use domain::records::form::ReviewWhy;
use domain::records::is_plain_photo_name;
use office::Acting;
use office::records::review_forms::{FormContents, contents, dismiss_form, form, take_form};

/// Maximum number of lines of `ronda form list --all`.
const MAX_LISTED: i64 = 500;

/// Review records that phones have handed in
///
/// A record that could not be accepted as it stands is kept for review, whether it came from a phone or from a file:
/// its link had expired, the visit was cancelled or already had a record, or the engineer asked for a review. It waits
/// here, and in the manager's digest, until somebody accepts or dismisses it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ronda form list")]
pub struct FormArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the records that await review
    #[command(after_help = "Example:\n  ronda form list --all --json")]
    List {
        /// Include those that were accepted or dismissed, newest first
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        form: OutputFormat,
    },
    /// Show a submitted record, its photos, and how it differs from the record on file
    #[command(after_help = "Examples:\n  ronda form show 3 --json\n  ronda form show 3 --record > V1042.json\n  \
                            ronda form show 3 --photos V1042/")]
    Show {
        /// Its number in the list
        number: i64,
        /// Write its photos to this folder
        #[arg(long, value_name = "DIR")]
        photos: Option<PathBuf>,
        /// Print only the record, in the format that `ronda record` reads
        #[arg(long)]
        record: bool,
        #[command(flatten)]
        form: OutputFormat,
    },
    /// Accept one as the record of its visit
    #[command(after_help = "Example:\n  ronda form take 3")]
    Take {
        /// Its number in the list
        number: i64,
    },
    /// Dismiss one; it stays on file with the reason
    #[command(after_help = "Example:\n  ronda form dismiss 3 --why \"the same as the record of V1042\"")]
    Dismiss {
        /// Its number in the list
        number: i64,
        /// Why it is dismissed
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
}

/// A submitted form in the list.
#[derive(Serialize)]
struct Row {
    form: FormId,
    visit: VisitId,
    by: String,
    received_at: Instant,
    /// The receipt number shown on the engineer's phone.
    receipt: String,
    /// Why it awaits review; `None` if it became the visit's record.
    waits_because: Option<&'static str>,
    office_note: String,
    settled: Option<String>,
}

impl Row {
    fn of(submission: &Submission) -> Row {
        Row {
            form: submission.id,
            visit: submission.visit,
            by: submission.by.clone(),
            received_at: submission.received_at,
            receipt: submission.body_sha256[..12].to_owned(),
            waits_because: submission.review.map(ReviewWhy::word),
            office_note: submission.office_note.clone(),
            settled: submission.settled.as_ref().map(|settled| settled.how.clone()),
        }
    }

    fn cells(&self) -> Vec<String> {
        let state = match (self.waits_because, &self.settled) {
            (None, _) => "taken".to_owned(),
            (Some(why), None) => format!("waits: {}", in_words(why)),
            (Some(_), Some(how)) => how.clone(),
        };
        vec![
            self.form.to_string(),
            self.visit.to_string(),
            self.by.clone(),
            self.received_at.format("%Y-%m-%d %H:%M UTC").to_string(),
            self.receipt.clone(),
            state,
            self.office_note.clone(),
        ]
    }
}

fn in_words(word: &str) -> &'static str {
    match ReviewWhy::parse(word) {
        Some(ReviewWhy::Expired) => "its link had expired",
        Some(ReviewWhy::Revoked) => "the visit had another engineer by then",
        Some(ReviewWhy::Cancelled) => "the visit was cancelled",
        Some(ReviewWhy::OtherRecord) => "the visit had another record",
        Some(ReviewWhy::Conflict) => "it came under the id of another",
        Some(ReviewWhy::ForReview) => "the engineer asks for it",
        Some(ReviewWhy::InTheFuture) => "it states a completion that lay ahead",
        None => "unknown",
    }
}

/// Runs `ronda form`, printing to standard output.
///
/// # Errors
/// A refusal with its remedy, or a failure of the store.
pub async fn run(office: &Acting, args: FormArgs) -> anyhow::Result<()> {
    match args.verb {
        Verb::List { all, form } => {
            let mut found = match all {
                true => store::records::submission::latest(&office.db, MAX_LISTED + 1).await?,
                false => store::records::submission::to_review(&office.db).await?,
            };
            if all && found.len() as i64 > MAX_LISTED {
                found.pop();
                show::note_cut_off("latest", MAX_LISTED, "`ronda form show` shows each by its number.");
            }
            let rows: Vec<Row> = found.iter().map(Row::of).collect();
            let heads = ["form", "visit", "by", "received", "receipt", "state", "note for the office"];
            let none =
                if all { "No form was handed in yet." } else { "No form waits; --all shows those that were settled." };
            show::list(form, &rows, &heads, Row::cells, none);
        }
        Verb::Show { number, photos, record, form: as_form } => {
            let found = form(&office.db, FormId(number)).await?;
            let body: Value = serde_json::from_str(&found.body)?;
            if let Some(folder) = photos {
                save_photos(office, &found, &folder).await?;
            } else if record {
                show::json(&body["record"]);
            } else if as_form.json {
                show::json(&body);
            } else {
                print(&found, &contents(&office.db, &found).await?);
            }
        }
        Verb::Take { number } => {
            take_form(office, FormId(number)).await?;
            println!("Form {number} is the visit's record now.");
        }
        Verb::Dismiss { number, why } => {
            dismiss_form(office, FormId(number), &why).await?;
            println!("Form {number} is dismissed; it stays on file.");
        }
    }
    Ok(())
}

/// Differences between two records that are shown one by one.
const DIFFERENCES: usize = 40;

/// Prints what a person needs to decide on a form; the record itself is shown with `--record`.
fn print(found: &Submission, contents: &FormContents) {
    let row = Row::of(found);
    for (head, cell) in ["form", "visit", "by", "received", "receipt", "state", "note"].iter().zip(row.cells()) {
        println!("{head:<9}{cell}");
    }
    for (file, sha256) in &contents.photos {
        println!("photo    {file}{}", if sha256.is_none() { ", which never arrived" } else { "" });
    }
    let (id, visit) = (found.id, found.visit);
    match &contents.differences {
        None => println!("\n{visit} has no record."),
        Some(differences) if differences.is_empty() => println!("\nThe record of {visit} says the same."),
        Some(differences) => {
            println!("\nThe record of {visit} says otherwise in {}:", places(differences.len()));
            for difference in differences.iter().take(DIFFERENCES) {
                let said = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
                println!("  {}", difference.path);
                println!("    on file    {}", said(&difference.on_file));
                println!("    in form {id:<3}{}", said(&difference.other));
            }
            if differences.len() > DIFFERENCES {
                println!("  … and {} more", differences.len() - DIFFERENCES);
            }
        }
    }
    if found.review.is_some() && found.settled.is_none() {
        println!("\nAccept it with `ronda form take {id}`, or dismiss it with `ronda form dismiss {id} --why TEXT`.");
    }
    println!("`ronda form show {id} --record` prints the record itself.");
}

fn places(count: usize) -> String {
    if count == 1 { "one place".to_owned() } else { format!("{count} places") }
}

async fn save_photos(office: &Acting, found: &Submission, folder: &Path) -> anyhow::Result<()> {
    let photos = contents(&office.db, found).await?.photos;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (file, sha256) in photos {
        let Some(sha256) = sha256 else { continue };
        // A name that leads out of the folder is not a photo's name.
        anyhow::ensure!(is_plain_photo_name(&file), "{file:?} cannot be a file's name; nothing was written for it");
        let path = folder.join(&file);
        let bytes = office.documents.get(&sha256).await?;
        std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
        println!("{}", path.display());
    }
    Ok(())
}
