//! `ronda record`: hands in a visit's record, with the photos next to it.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::known;
use super::show::{self, OutputFormat};
use domain::ids::VisitId;
use domain::records::form::{MOST_FORM_BYTES, ReviewWhy};
use domain::records::{MAX_PHOTO_BYTES, MAX_PHOTOS_BYTES, Outcome, Record, is_plain_photo_name};
use domain::wording::counted;
use office::records::hand_in_form::{HandIn, hand_in_file};
use office::records::record_visit::{Recorded, record_visit};
use office::{Acting, Error};

/// Hand in the record of a visit
///
/// Photos named in the record are read from the folder of FILE. Handing in the same record twice changes nothing; a
/// different record of the same visit is refused, but kept for review. A file saved by a phone includes its photos, and
/// counts as the same submission as the one that the phone may still send.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  ronda record V1042 V1042.json\n  ronda record V1042 V1042.json --json\n\n\
    V1042.json of a visit that did not take place:\n  \
    {\"schema\": 1, \"outcome\": \"not-done\", \"reason\": \"The plant was closed for stocktaking\",\n   \
    \"noted_at\": \"2026-03-02T09:40:00+01:00\", \"by\": \"Marta Ruiz\"}")]
pub struct RecordArgs {
    /// The visit's number
    visit: VisitId,
    /// The record, or a file saved by a phone (JSON)
    #[arg(value_name = "FILE.json")]
    file: PathBuf,
    #[command(flatten)]
    form: OutputFormat,
}

/// Runs `ronda record`: hands in a record and its photos.
///
/// # Errors
/// A refusal by the office, or a file that cannot be read.
pub async fn run(office: &Acting, args: RecordArgs) -> anyhow::Result<()> {
    let json = read(&args.file, MAX_SAVED_BYTES)?;
    if is_saved_form(&json) {
        return saved_form(office, &args, &json).await;
    }
    let record = Record::parse(&json)
        .map_err(|bad| Error::Refused(format!("{}:{}:{}: {}", args.file.display(), bad.line, bad.column, bad.why)))?;
    let photos = photos_beside(&args.file, &record)?;
    let recorded = record_visit(office, args.visit, &json, photos).await?;
    let (what, sha256) = match &recorded {
        Recorded::Taken { sha256 } => ("taken", sha256),
        Recorded::Already { sha256 } => ("already", sha256),
    };
    if args.form.json {
        show::json(&json!({ "visit": args.visit, "record": what, "sha256": sha256 }));
    } else {
        match recorded {
            Recorded::Taken { .. } => println!("{}: record taken ({})", args.visit, &sha256[..12]),
            Recorded::Already { .. } => println!("{}: this record was taken before; nothing changed", args.visit),
        }
    }
    Ok(())
}

/// The largest file that a phone saves: a form with all its photos, in base64.
const MAX_SAVED_BYTES: usize = MOST_FORM_BYTES + MAX_PHOTOS_BYTES / 3 * 4 + 1024 * 1024;

/// Whether a file was written by the phone's "save to file", as opposed to a bare record.
fn is_saved_form(json: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Head {
        form: Option<u32>,
    }
    serde_json::from_slice::<Head>(json).is_ok_and(|head| head.form.is_some())
}

async fn saved_form(office: &Acting, args: &RecordArgs, json: &[u8]) -> anyhow::Result<()> {
    let visit = args.visit;
    let handed = hand_in_file(office, visit, json).await?;
    let receipt = match handed {
        HandIn::OnFile(receipt) | HandIn::Conflict(receipt) => receipt,
        HandIn::MissingPhotos(missing) => {
            let hashes = missing.join(", ");
            return Err(Error::Refused(format!(
                "{} neither in the file nor sent before: {hashes}; save the form again on the phone",
                are(missing.len(), "photo")
            ))
            .into());
        }
        HandIn::Asked(_) => {
            return Err(Error::Refused(
                "the record states a completion that lies ahead; correct completed_at in the file".to_owned(),
            )
            .into());
        }
        HandIn::TooMany(here) => {
            return Err(Error::Refused(format!(
                "forms of {visit} that wait for a manager: {here}; `ronda form list` shows them. Take or dismiss some first"
            ))
            .into());
        }
        HandIn::Bad(bad) => {
            let lines: String = bad.iter().map(|field| format!("\n  {field}")).collect();
            return Err(Error::Refused(format!("the record of {visit} is wrong:{lines}")).into());
        }
    };
    let waits = receipt.review.map(ReviewWhy::word);
    if args.form.json {
        let record = if waits.is_none() { "taken" } else { "review" };
        show::json(&json!({ "visit": visit, "record": record, "waits_because": waits, "receipt": receipt.number }));
    } else if waits.is_none() {
        println!("{visit}: record taken ({})", receipt.number);
    } else {
        println!("{visit}: kept for review ({}); `ronda form list` shows why", receipt.number);
    }
    Ok(())
}

/// `1 photo is`, `2 photos are`.
fn are(count: usize, what: &str) -> String {
    format!("{} {}", counted(count, what), if count == 1 { "is" } else { "are" })
}

/// The photos that the record names and that are in the same folder; the office reports those that are missing.
fn photos_beside(file: &Path, record: &Record) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let folder = file.parent().unwrap_or(Path::new(""));
    let names = match &record.outcome {
        Outcome::Done(done) => done.photos.as_slice(),
        Outcome::NotDone { .. } => &[],
    };
    let mut photos: Vec<(String, Vec<u8>)> = Vec::new();
    for name in names.iter().map(|photo| &photo.file) {
        let path = folder.join(name);
        let is_wanted = is_plain_photo_name(name) && photos.iter().all(|(other, _)| other != name);
        if is_wanted && path.is_file() {
            photos.push((name.clone(), read(&path, MAX_PHOTO_BYTES)?));
        }
    }
    Ok(photos)
}

/// Reads at most one byte more than `at_most`, which is enough to detect a file that is too large.
fn read(path: &Path, at_most: usize) -> anyhow::Result<Vec<u8>> {
    use std::io::Read;
    let cannot = |error| known::unreadable(path, error);
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(cannot)?;
    file.take(at_most as u64 + 1).read_to_end(&mut bytes).map_err(cannot)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_photos_that_the_record_names_and_that_lie_beside_it_are_handed_in() {
        let folder = tempfile::tempdir().unwrap();
        let outside = folder.path().join("secret.jpg");
        std::fs::write(&outside, b"not for the office").unwrap();
        let inside = folder.path().join("inside");
        std::fs::create_dir(&inside).unwrap();
        std::fs::write(inside.join("panel.jpg"), b"photo").unwrap();
        std::fs::write(inside.join("unnamed.jpg"), b"photo").unwrap();
        let example = include_bytes!("../../templates/record.example.json");
        let mut record = Record::parse(example).unwrap();
        let Outcome::Done(done) = &mut record.outcome else { panic!("the example took place") };
        let photo = |file: &str| domain::records::Photo { file: file.to_owned(), caption: String::new() };
        done.photos = vec![photo("panel.jpg"), photo("../secret.jpg"), photo("missing.jpg"), photo("panel.jpg")];
        let found = photos_beside(&inside.join("V1.json"), &record).unwrap();
        assert_eq!(found, [("panel.jpg".to_owned(), b"photo".to_vec())]);
    }
}
