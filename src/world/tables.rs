//! Reads CSV files and XLSX workbooks as tables of text, and writes CSV. [`domain::import`] interprets the cells.

mod csv_file;
mod workbook;

use std::path::{Path, PathBuf};

use anyhow::Context;

use domain::import::{BadCell, Noun, TextTable};
use domain::suggest::nearest;

pub use csv_file::write;

/// What was found at the given paths.
#[derive(Debug, Default)]
pub struct Found {
    pub tables: Vec<TextTable>,
    /// Everything that could not be read as a table.
    pub bad: Vec<BadCell>,
    /// Names of files and sheets that do not belong to the import.
    pub skipped: Vec<String>,
}

/// Reads folders of CSV files, single CSV files and XLSX workbooks (with one sheet per CSV file).
///
/// CSV is UTF-8 with or without a BOM, separated by commas or semicolons, with CRLF or LF.
///
/// # Errors
/// If a file or folder cannot be opened; mistakes inside them are returned in [`Found::bad`].
pub fn read(paths: &[PathBuf]) -> anyhow::Result<Found> {
    let mut found = Found::default();
    for path in paths {
        if !path.exists() {
            found.bad.push(whole(&path.display().to_string(), "there is no such file or folder", None));
        } else if path.is_dir() {
            for file in files_of(path)? {
                read_file(&file, Named::InFolder, &mut found)?;
            }
        } else {
            read_file(path, Named::ByUser, &mut found)?;
        }
    }
    Ok(found)
}

/// Reads CSV from memory, each text with a file name.
#[must_use]
pub fn from_texts(files: &[(&str, &str)]) -> Found {
    let mut found = Found::default();
    for (file, text) in files {
        read_csv(file, file.trim_end_matches(".csv"), text.as_bytes(), Named::ByUser, &mut found);
    }
    found
}

/// How a file was found: an unknown file in a folder is skipped, one named by the user is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Named {
    ByUser,
    InFolder,
}

fn files_of(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let place = || format!("cannot read the folder {}", folder.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(place)? {
        let path = entry.with_context(place)?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn read_file(path: &Path, named: Named, found: &mut Found) -> anyhow::Result<()> {
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    match ending.as_str() {
        "csv" => {
            let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            read_csv(&file, &stem, &bytes, named, found);
            Ok(())
        }
        "xlsx" => workbook::read(path, found),
        _ if named == Named::ByUser => {
            found.bad.push(whole(&file, "is neither a .csv file nor an .xlsx workbook", None));
            Ok(())
        }
        _ => {
            found.skipped.push(file);
            Ok(())
        }
    }
}

fn read_csv(file: &str, stem: &str, bytes: &[u8], named: Named, found: &mut Found) {
    match Noun::named(stem).map(|noun| csv_file::read(noun, file, bytes)) {
        Some(Ok(Some(table))) => found.tables.push(table),
        Some(Ok(None)) => empty(file, named, found),
        Some(Err(bad)) => found.bad.extend(bad),
        None => stranger(file, stem, named, found),
    }
}

/// Reports a file without a header.
fn empty(file: &str, named: Named, found: &mut Found) {
    match named {
        Named::ByUser => {
            let help = "its first line names the columns".to_owned();
            found.bad.push(whole(file, "is empty", Some(help)));
        }
        Named::InFolder => found.skipped.push(format!("{file} (empty)")),
    }
}

/// Skips or refuses a file or sheet whose name does not belong to the import.
fn stranger(place: &str, name: &str, named: Named, found: &mut Found) {
    let names = Noun::ALL.map(Noun::name);
    match (nearest(name, names), named) {
        (Some(meant), _) => {
            let help = format!("did you mean {meant}?");
            found.bad.push(whole(place, "is not the name of a file of the import", Some(help)));
        }
        (None, Named::ByUser) => {
            let help = format!("the names are {}", names.join(", "));
            found.bad.push(whole(place, "is not the name of a file of the import", Some(help)));
        }
        (None, Named::InFolder) => found.skipped.push(place.to_owned()),
    }
}

fn whole(place: &str, rule: &str, suggestion: Option<String>) -> BadCell {
    BadCell { place: place.to_owned(), column: String::new(), value: String::new(), rule: rule.to_owned(), suggestion }
}
