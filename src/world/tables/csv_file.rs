//! CSV (RFC 4180), as saved by spreadsheets in any locale.

use std::path::Path;

use anyhow::Context;

use super::whole;
use domain::import::{BadCell, Noun, Origin, TableRow, TextTable};

/// Parses a file; `None` if it is empty.
///
/// # Errors
/// Every line that is not UTF-8, or the error that makes the file invalid CSV.
pub(super) fn read(noun: Noun, file: &str, bytes: &[u8]) -> Result<Option<TextTable>, Vec<BadCell>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| lines_not_utf8(file, bytes))?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut lines = Lines { text, counted: 0, line: 1 };
    for record in reader.records() {
        let record = record.map_err(|why| vec![whole(file, &format!("is not CSV: {why}"), None)])?;
        let number = lines.at(record.position().map_or(0, csv::Position::byte));
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            let cells = record.iter().map(|cell| cell.replace("\r\n", "\n")).collect();
            rows.push(TableRow { number, cells });
        }
    }
    if rows.first().is_some_and(|row: &TableRow| separator(&row.cells[0]).is_some() || row.cells[0] == "sep=") {
        rows.remove(0);
    }
    if rows.is_empty() {
        return Ok(None);
    }
    let header = rows.remove(0);
    Ok(Some(TextTable { noun, origin: Origin::File(file.to_owned()), header, rows }))
}

/// Counts lines up to a record, looking at each byte once.
///
/// The CSV reader's own line number is not used: it is the line before any blank lines and the LF of a CRLF are
/// skipped.
struct Lines<'t> {
    text: &'t str,
    counted: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the record that begins at `byte`, or after the line breaks there.
    fn at(&mut self, byte: u64) -> u64 {
        let bytes = self.text.as_bytes();
        let from = usize::try_from(byte).expect("the text is in memory").min(bytes.len());
        let breaks = bytes[from..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let begins = from + breaks;
        self.line += bytes[self.counted..begins].iter().filter(|byte| **byte == b'\n').count() as u64;
        self.counted = begins;
        self.line
    }
}

/// The separator declared by a first line `sep=;`, which Excel understands.
fn separator(line: &str) -> Option<u8> {
    match line.trim().strip_prefix("sep=")?.as_bytes() {
        [one] => Some(*one),
        _ => None,
    }
}

/// The declared separator; otherwise a semicolon if the header contains more of them than commas.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if let Some(named) = separator(header) {
        return named;
    }
    let count = |mark| header.matches(mark).count();
    if count(';') > count(',') { b';' } else { b',' }
}

/// How many characters of an undecodable line are shown, enough to find it.
const SHOWN_OF_LINE: usize = 60;

fn lines_not_utf8(file: &str, bytes: &[u8]) -> Vec<BadCell> {
    let lines = bytes.split(|byte| *byte == b'\n').enumerate();
    lines
        .filter(|(_, line)| std::str::from_utf8(line).is_err())
        .map(|(at, line)| BadCell {
            place: format!("{file}:{}", at + 1),
            column: String::new(),
            // In UTF-16, every other byte of Latin text is NUL, and the whole file may appear to be one line.
            value: String::from_utf8_lossy(line).trim().chars().filter(|c| *c != '\0').take(SHOWN_OF_LINE).collect(),
            rule: "is not UTF-8 text".to_owned(),
            suggestion: Some("save the file as \"CSV UTF-8\"".to_owned()),
        })
        .collect()
}

/// Writes a file atomically: UTF-8, commas, LF.
///
/// # Errors
/// If the file cannot be written.
pub fn write(path: &Path, header: &[String], rows: &[Vec<String>]) -> anyhow::Result<()> {
    let place = || format!("cannot write {}", path.display());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).with_context(place)?;
    for row in rows {
        writer.write_record(row).with_context(place)?;
    }
    let bytes = writer.into_inner().map_err(|why| why.into_error()).with_context(place)?;
    let temporary = path.with_extension("csv.tmp");
    std::fs::write(&temporary, bytes).with_context(place)?;
    std::fs::rename(&temporary, path).with_context(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        let table = read(Noun::Customers, "customers.csv", bytes).unwrap().unwrap();
        std::iter::once(table.header).chain(table.rows).map(|row| (row.number, row.cells)).collect()
    }

    #[test]
    fn a_line_that_names_the_separator_is_taken_at_its_word() {
        let read = cells(b"sep=;\r\ncustomer;name\r\nC-1;Cumbre, S.A.\r\n");
        let row = |number, one: &str, two: &str| (number, vec![one.to_owned(), two.to_owned()]);
        assert_eq!(read, [row(2, "customer", "name"), row(3, "C-1", "Cumbre, S.A.")]);
        assert_eq!(cells(b"sep=,\ncustomer,name\n"), [row(2, "customer", "name")]);
    }

    #[test]
    fn bom_semicolons_and_crlf_read_as_plain_csv_does() {
        let plain = cells(b"customer,name\nC-1,\"Sol, S.L.\"\n");
        assert_eq!(cells(b"\xef\xbb\xbfcustomer;name\r\nC-1;Sol, S.L.\r\n"), plain);
        assert_eq!(plain[1].1, ["C-1", "Sol, S.L."]);
    }

    #[test]
    fn a_row_is_named_by_its_line_past_quoted_line_breaks_and_blank_lines() {
        let rows = cells(b"customer,name\n\nC-1,\"two\nlines\"\n,\nC-2,x\n");
        assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 3, 6]);
    }

    #[test]
    fn each_line_that_is_not_utf8_is_named() {
        let bad =
            read(Noun::Customers, "customers.csv", b"customer,name\nC-1,Sol\nC-2,Se\xf1or\nC-3,Ni\xf1o\n").unwrap_err();
        assert_eq!(
            bad.iter().map(|bad| bad.place.as_str()).collect::<Vec<_>>(),
            ["customers.csv:3", "customers.csv:4"]
        );
    }

    #[test]
    fn a_file_in_utf_16_is_refused_in_a_line_that_can_be_read() {
        let utf_16 = |text: &str| -> Vec<u8> {
            let units = std::iter::once(0xfeff).chain(text.encode_utf16());
            units.flat_map(u16::to_le_bytes).collect()
        };
        let long = format!("customer,name,{}\r\n", "language,".repeat(500));
        let bad = read(Noun::Customers, "customers.csv", &utf_16(&long)).unwrap_err();
        assert_eq!(bad[0].place, "customers.csv:1");
        assert!(bad[0].value.contains("customer,name,language"), "{}", bad[0].value);
        assert!(bad[0].value.chars().count() <= SHOWN_OF_LINE && !bad[0].value.contains('\0'), "{}", bad[0].value);
    }
}
