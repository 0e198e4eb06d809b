//! XLSX workbooks: one sheet per CSV file, with the same columns.

use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};

use super::{Found, Named, stranger, whole};
use domain::import::{BadCell, Noun, Origin, TableRow, TextTable};

/// Reads every sheet whose name belongs to the import.
///
/// # Errors
/// If the file cannot be opened.
pub(super) fn read(path: &Path, found: &mut Found) -> anyhow::Result<()> {
    let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    std::fs::File::open(path).map_err(|why| anyhow::anyhow!("cannot read {}: {why}", path.display()))?;
    let mut workbook: Xlsx<_> = match open_workbook(path) {
        Ok(workbook) => workbook,
        Err(why) => {
            let why: calamine::XlsxError = why;
            found.bad.push(whole(&file, &format!("is not an XLSX workbook: {why}"), None));
            return Ok(());
        }
    };
    for sheet in workbook.sheet_names() {
        let Some(noun) = Noun::named(&sheet) else {
            stranger(&format!("{file}, sheet {sheet}"), &sheet, Named::InFolder, found);
            continue;
        };
        match workbook.worksheet_range(&sheet) {
            Ok(range) => table(noun, &sheet, &range, found),
            Err(why) => {
                found.bad.push(whole(&format!("{file}, sheet {sheet}"), &format!("cannot be read: {why}"), None))
            }
        }
    }
    Ok(())
}

fn table(noun: Noun, sheet: &str, range: &calamine::Range<Data>, found: &mut Found) {
    let Some((first_row, first_column)) = range.start() else { return };
    let mut rows = Vec::new();
    let mut broken = Vec::new();
    for (at, row) in range.rows().enumerate() {
        let number = u64::from(first_row) + at as u64 + 1;
        let cells: Vec<String> = row.iter().map(text).collect();
        for (column, cell) in row.iter().enumerate() {
            if let Data::Error(error) = cell {
                broken.push((number, column, error.to_string()));
            }
        }
        if cells.iter().any(|cell| !cell.trim().is_empty()) {
            rows.push(TableRow { number, cells });
        }
    }
    if rows.is_empty() {
        return;
    }
    let header = rows.remove(0);
    let origin = Origin::Sheet { sheet: sheet.to_owned(), first_column: first_column as usize };
    let table = TextTable { noun, origin, header, rows };
    for (number, column, error) in broken {
        let row = TableRow { number, cells: Vec::new() };
        found.bad.push(BadCell {
            place: table.place(&row, column),
            column: table.header.cells.get(column).cloned().unwrap_or_default(),
            value: error,
            rule: "is a formula that failed".to_owned(),
            suggestion: None,
        });
    }
    found.tables.push(table);
}

/// Converts a cell to the text that the same table in CSV would contain.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.replace("\r\n", "\n"),
        // An integer is a code, a year or a count: `1200`, not `1200.0`, which is how Display formats it.
        Data::Float(number) => number.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Bool(yes) => yes.to_string(),
        Data::DateTime(moment) => {
            let (year, month, day, hour, minute, ..) = moment.to_ymd_hms_milli();
            if moment.as_f64() < 1.0 {
                format!("{hour:02}:{minute:02}")
            } else if moment.as_f64().fract() == 0.0 {
                format!("{year:04}-{month:02}-{day:02}")
            } else {
                format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}")
            }
        }
    }
}
