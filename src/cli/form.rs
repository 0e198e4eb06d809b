//! `ronda form`: what was handed in from phones, and what waits for a manager.

use clap::Subcommand;
use serde::Serialize;
use serde_json::Value;

use super::show::{self, OutputFormat};
use domain::Instant;
use domain::ids::VisitId;
use domain::records::form::ReviewWhy;
use office::Acting;
use office::records::review_forms::{dismiss_form, form, take_form};
use store::records::submission::Submission;

/// Lines of `ronda form list --all`.
const A_LIST: i64 = 500;

/// Review records that phones have handed in
///
/// A record that could not be taken as it was is kept for review: its link had ended, the visit was cancelled or had
/// another record, or the engineer asked for it. It waits here, and in the manager's digest, until somebody takes or
/// dismisses it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ronda form list")]
pub struct FormArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the records that wait for review
    #[command(after_help = "Example:\n  ronda form list --all --json")]
    List {
        /// Also those that were taken or dismissed, newest first
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        form: OutputFormat,
    },
    /// Show a record as it was handed in
    #[command(after_help = "Examples:\n  ronda form show 3 --json\n  ronda form show 3 --record > V1042.json")]
    Show {
        /// Its number in the list
        number: i64,
        /// Print only the record, in the form that `ronda record` takes
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
        /// Why it is not taken
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
}

/// A form in a list.
#[derive(Serialize)]
struct Row {
    form: i64,
    visit: VisitId,
    by: String,
    received_at: Instant,
    /// The number on the engineer's phone.
    receipt: String,
    /// None: it is the visit's record.
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
            settled: submission.settled.as_ref().map(|(_, how)| how.clone()),
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
            let found = match all {
                true => store::records::submission::latest(&office.db, A_LIST).await?,
                false => store::records::submission::to_review(&office.db).await?,
            };
            let rows: Vec<Row> = found.iter().map(Row::of).collect();
            let heads = ["form", "visit", "by", "received", "receipt", "state", "note for the office"];
            let none =
                if all { "No form was handed in yet." } else { "No form waits; --all shows those that were settled." };
            show::list(form, &rows, &heads, Row::cells, none);
        }
        Verb::Show { number, record, form: as_form } => {
            let found = form(&office.db, number).await?;
            let body: Value = serde_json::from_str(&found.body)?;
            if record {
                show::json(&body["record"]);
            } else if as_form.json {
                show::json(&body);
            } else {
                let row = Row::of(&found);
                for (head, cell) in
                    ["form", "visit", "by", "received", "receipt", "state", "note"].iter().zip(row.cells())
                {
                    println!("{head:<9}{cell}");
                }
                println!("\n{}", serde_json::to_string_pretty(&body["record"])?);
            }
        }
        Verb::Take { number } => {
            take_form(office, number).await?;
            println!("Form {number} is the visit's record now.");
        }
        Verb::Dismiss { number, why } => {
            dismiss_form(office, number, &why).await?;
            println!("Form {number} is dismissed; it stays on file.");
        }
    }
    Ok(())
}
