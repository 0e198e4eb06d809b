//! Commands that read CSV from standard input and add columns to it, one record at a time: memory use stays constant,
//! the other columns are copied byte for byte, and a bad line is reported by number while the rest are still answered.

use std::io::{BufRead, Write};

use anyhow::{Context, bail};

use domain::wording::counted;

/// The outcome of one run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Told {
    /// Records that were answered.
    pub answered: u64,
    /// Records that were reported as bad; their new columns are left empty.
    pub bad: u64,
}

/// Copies CSV from `input` to `output` and appends the columns `added`. `answer` computes them from the `needed`
/// columns (in that order, trimmed of white space), or returns what is wrong with the record. An input column with the
/// same name as an added one is replaced. `complain` is called with the number of each bad line, counting from 1, and
/// the reason.
///
/// The delimiter is a semicolon if the header contains more semicolons than commas.
///
/// # Errors
/// If a needed column is missing, or reading or writing fails.
pub fn add<const N: usize, const A: usize>(
    mut input: impl BufRead,
    mut output: impl Write,
    needed: [&str; N],
    added: [&str; A],
    mut answer: impl FnMut([&str; N]) -> Result<[String; A], String>,
    mut complain: impl FnMut(u64, &str),
) -> anyhow::Result<Told> {
    let mut lines = Lines { line: 0, text: Vec::new() };
    if !lines.next(&mut input)? {
        bail!("standard input is empty; its first line names the columns: {}", needed.join(","));
    }
    let head = Head::read(lines.record()?, needed, added)?;
    let mut told = Told::default();
    let written = head.write(&mut output, lines.record()?, added);
    written.context(OUTPUT)?;
    while lines.next(&mut input)? {
        let answered = lines
            .record()
            .map_err(|why| why.to_string())
            .and_then(|record| head.pick(record).and_then(|fields| answer(fields.each_ref().map(AsRef::as_ref))));
        let record = String::from_utf8_lossy(lines.bytes());
        let written = match answered {
            Ok(new) => {
                told.answered += 1;
                head.write(&mut output, &record, new.each_ref().map(String::as_str))
            }
            Err(why) => {
                told.bad += 1;
                complain(lines.line, &why);
                head.write(&mut output, &head.filled(record), [""; A])
            }
        };
        written.context(OUTPUT)?;
    }
    output.flush().context(OUTPUT)?;
    Ok(told)
}

const OUTPUT: &str = "standard output";

/// Reads one record at a time and keeps the number of its first line.
struct Lines {
    line: u64,
    text: Vec<u8>,
}

impl Lines {
    /// Reads the next record that is not blank; a quoted line break is part of the record. Returns false at the end of
    /// the input.
    fn next(&mut self, input: &mut impl BufRead) -> anyhow::Result<bool> {
        let breaks = self.text.iter().filter(|byte| **byte == b'\n').count();
        self.line += breaks as u64;
        loop {
            self.text.clear();
            loop {
                let read = input.read_until(b'\n', &mut self.text).context("standard input")?;
                let quotes = self.text.iter().filter(|byte| **byte == b'"').count();
                if read == 0 || quotes % 2 == 0 {
                    break;
                }
            }
            if self.text.is_empty() {
                return Ok(false);
            }
            if self.line == 0 {
                self.line = 1;
                if self.text.starts_with(b"\xef\xbb\xbf") {
                    self.text.drain(..3);
                }
            }
            if !self.bytes().iter().all(u8::is_ascii_whitespace) {
                return Ok(true);
            }
            self.line += 1;
        }
    }

    /// The record, without its trailing line break.
    fn bytes(&self) -> &[u8] {
        let text = self.text.strip_suffix(b"\n").unwrap_or(&self.text);
        text.strip_suffix(b"\r").unwrap_or(text)
    }

    fn record(&self) -> anyhow::Result<&str> {
        std::str::from_utf8(self.bytes()).context("this line is not UTF-8; save the file as \"CSV UTF-8\"")
    }
}

/// The layout of the input's columns.
struct Head<const N: usize> {
    delimiter: char,
    columns: usize,
    /// Positions of the needed columns.
    needed: [usize; N],
    names: [String; N],
    /// Positions of the columns that added ones replace.
    replaced: Vec<usize>,
}

impl<const N: usize> Head<N> {
    fn read<const A: usize>(record: &str, needed: [&str; N], added: [&str; A]) -> anyhow::Result<Head<N>> {
        let count = |mark| record.matches(mark).count();
        let delimiter = if count(';') > count(',') { ';' } else { ',' };
        let columns = fields(record, delimiter);
        let place = |name: &str| columns.iter().position(|column| column.trim().eq_ignore_ascii_case(name));
        let missing: Vec<&str> = needed.iter().filter(|name| place(name).is_none()).copied().collect();
        if !missing.is_empty() {
            bail!(
                "the first line names the columns, and {} {} not among them: {record}",
                missing.join(", "),
                if missing.len() == 1 { "is" } else { "are" }
            );
        }
        Ok(Head {
            delimiter,
            columns: columns.len(),
            needed: needed.map(|name| place(name).expect("none is missing")),
            names: needed.map(str::to_owned),
            replaced: added.iter().filter_map(|name| place(name)).collect(),
        })
    }

    /// Picks the needed fields of a record.
    fn pick<'r>(&self, record: &'r str) -> Result<[std::borrow::Cow<'r, str>; N], String> {
        let mut all = fields(record, self.delimiter);
        if all.len() != self.columns {
            let last = self.needed.iter().zip(&self.names).find(|(at, _)| **at >= all.len());
            return Err(match last {
                Some((_, name)) => {
                    format!("{} instead of {}; {name} is missing", counted(all.len(), "column"), self.columns)
                }
                None => format!("{} instead of {}", counted(all.len(), "column"), self.columns),
            });
        }
        Ok(self.needed.map(|at| trimmed(std::mem::take(&mut all[at]))))
    }

    /// Pads a short record with empty fields, so that the new ones end up in their own columns.
    fn filled<'r>(&self, record: std::borrow::Cow<'r, str>) -> std::borrow::Cow<'r, str> {
        match self.columns.checked_sub(fields(&record, self.delimiter).len()) {
            None | Some(0) => record,
            Some(lacking) => format!("{record}{}", self.delimiter.to_string().repeat(lacking)).into(),
        }
    }

    /// Writes the original record followed by the new fields.
    fn write<const A: usize>(&self, output: &mut impl Write, record: &str, new: [&str; A]) -> std::io::Result<()> {
        if self.replaced.is_empty() {
            output.write_all(record.as_bytes())?;
        } else {
            let kept = fields(record, self.delimiter);
            let kept = kept.iter().enumerate().filter(|(at, _)| !self.replaced.contains(at)).map(|(_, field)| field);
            let kept: Vec<String> = kept.map(|field| self.quoted(field)).collect();
            output.write_all(kept.join(&self.delimiter.to_string()).as_bytes())?;
        }
        for field in new {
            write!(output, "{}{}", self.delimiter, self.quoted(field))?;
        }
        output.write_all(b"\n")
    }

    fn quoted(&self, field: &str) -> String {
        if field.contains([self.delimiter, '"', '\n', '\r']) {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            field.to_owned()
        }
    }
}

fn trimmed(field: std::borrow::Cow<'_, str>) -> std::borrow::Cow<'_, str> {
    match field {
        std::borrow::Cow::Borrowed(text) => text.trim().into(),
        std::borrow::Cow::Owned(text) => text.trim().to_owned().into(),
    }
}

/// Splits a record into fields; most have no quotes and need no CSV parser.
fn fields(record: &str, delimiter: char) -> Vec<std::borrow::Cow<'_, str>> {
    if !record.contains('"') {
        return record.split(delimiter).map(Into::into).collect();
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(delimiter).expect("a comma or a semicolon"))
        .from_reader(record.as_bytes());
    let mut found = csv::StringRecord::new();
    // The text is valid UTF-8 and in memory, so this cannot fail.
    let _ = reader.read_record(&mut found);
    found.iter().map(|field| field.to_owned().into()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Doubles `n`; returns the output and the complaints.
    fn doubled(input: &str) -> (String, Vec<String>) {
        let (mut output, mut complaints) = (Vec::new(), Vec::new());
        let double = |[n]: [&str; 1]| {
            n.parse::<u32>().map(|n| [(n * 2).to_string()]).map_err(|_| format!("n = {n:?} is not a number"))
        };
        let complain = |line, why: &str| complaints.push(format!("line {line}: {why}"));
        add(input.as_bytes(), &mut output, ["n"], ["twice"], double, complain).expect("streams in memory");
        (String::from_utf8(output).expect("UTF-8"), complaints)
    }

    #[test]
    fn other_columns_pass_through_as_they_are() {
        let (output, complaints) = doubled("id,n,note\n 7,2,\"a, \"\"b\"\"\"\nx,3,\n");
        assert_eq!(output, "id,n,note,twice\n 7,2,\"a, \"\"b\"\"\",4\nx,3,,6\n");
        assert!(complaints.is_empty());
    }

    #[test]
    fn a_bad_line_is_named_by_its_number_and_the_rest_goes_on() {
        let (output, complaints) = doubled("id,n\r\n1,2\r\n\r\n2,x\r\n\"two\nlines\",5\r\n3\r\n4,4\r\n");
        assert_eq!(output, "id,n,twice\n1,2,4\n2,x,\n\"two\nlines\",5,10\n3,,\n4,4,8\n");
        assert_eq!(complaints, ["line 4: n = \"x\" is not a number", "line 7: 1 column instead of 2; n is missing"]);
    }

    #[test]
    fn a_column_of_the_added_name_is_replaced() {
        assert_eq!(doubled("twice,n\n9,2\n").0, "n,twice\n2,4\n");
    }

    #[test]
    fn semicolons_quotes_and_a_byte_order_mark_are_understood() {
        assert_eq!(doubled("\u{feff}id;\"N\"\n\"a;b\"; 2 \n").0, "id;\"N\";twice\n\"a;b\"; 2 ;4\n");
    }

    #[test]
    fn a_missing_column_is_named() {
        let none = |_: [&str; 2]| Ok([String::new()]);
        let refused = add("id,n\n".as_bytes(), Vec::new(), ["n", "country"], ["due"], none, |_, _| {});
        let why = refused.expect_err("a column is missing").to_string();
        assert_eq!(why, "the first line names the columns, and country is not among them: id,n");
    }
}
