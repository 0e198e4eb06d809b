//! `ronda export`: writes the office to the files that `ronda import` reads.

use std::path::PathBuf;

use super::show::{self, OutputFormat};
use office::Office;
use office::import::export_office::export_office;

/// Write the office's customers, sites, contacts, engineers, managers, equipment and contracts as CSV files
///
/// Importing them again changes nothing. Text that begins with = + - @ or ' is prefixed with an apostrophe, so that no
/// spreadsheet takes it for a formula; import removes the apostrophe again.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  ronda export backup/\n  ronda export backup/ --json")]
pub struct ExportArgs {
    /// Folder for the files; created if it does not exist
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    #[command(flatten)]
    form: OutputFormat,
}

/// A file that was written, with its number of rows.
#[derive(Debug, serde::Serialize)]
struct ExportedFile {
    file: String,
    rows: usize,
}

/// Exports the office, and prints how many rows each file has.
///
/// # Errors
/// If the store cannot be read or a file cannot be written.
pub async fn run(office: &Office, args: ExportArgs) -> anyhow::Result<()> {
    let written = export_office(&office.db, &args.folder).await?;
    let place = |name| args.folder.join(format!("{name}.csv")).display().to_string();
    let files: Vec<ExportedFile> =
        written.into_iter().map(|(name, rows)| ExportedFile { file: place(name), rows }).collect();
    let line = |file: &ExportedFile| vec![file.file.clone(), file.rows.to_string()];
    show::list(args.form, &files, &["file", "rows"], line, "");
    Ok(())
}
