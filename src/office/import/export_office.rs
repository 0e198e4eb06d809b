//! Export: writes the office's data as the files that an import reads; importing them again changes nothing.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context;

use crate::Result;
use crate::import::import_office::stored;
use domain::import::{self, ColumnIs, ImportRow, Noun};
use store::Db;
use world::tables;

/// Columns of numbers: they contain no text of the user's, and a guard would turn `-53.06` into a text.
const NUMBERS: [&str; 3] = ["latitude", "longitude", "warranty_months"];

/// Writes all files of the office into `folder`, creating it if necessary, and returns the number of rows of each.
///
/// # Errors
/// If a file cannot be written.
pub async fn export_office(db: &Db, folder: &Path) -> Result<Vec<(&'static str, usize)>> {
    let nouns = stored(db).await?;
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let mut written = Vec::new();
    for noun in Noun::ALL {
        let rows = nouns.rows(noun);
        let columns = columns(noun, &rows);
        let cells: Vec<Vec<String>> =
            rows.iter().map(|row| columns.iter().map(|column| cell(row, column)).collect()).collect();
        tables::write(&folder.join(format!("{}.csv", noun.name())), &columns, &cells)?;
        written.push((noun.name(), rows.len()));
    }
    Ok(written)
}

/// The file's own columns, and the `term.key` columns that any of its rows uses.
fn columns(noun: Noun, rows: &[ImportRow]) -> Vec<String> {
    let own: Vec<&str> = noun.columns().iter().map(|column: &ColumnIs| column.name()).collect();
    let more: BTreeSet<&String> =
        rows.iter().flat_map(|row| row.cells.keys()).filter(|column| !own.contains(&column.as_str())).collect();
    own.into_iter().map(str::to_owned).chain(more.into_iter().cloned()).collect()
}

fn cell(row: &ImportRow, column: &str) -> String {
    let text = row.cells.get(column).map_or("", String::as_str);
    if NUMBERS.contains(&column) { text.to_owned() } else { import::guarded(text) }
}
