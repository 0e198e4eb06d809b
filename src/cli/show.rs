//! Prints lists: as a table for people, as JSON for programs.

use std::borrow::Cow;
use std::io::Write;

use anyhow::Context;
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

/// Whether a list is printed as a table or as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Args)]
pub struct OutputFormat {
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

/// Prints rows as JSON, or as a table with the header `head` and one line per row; prints `none` if there are no rows.
pub fn list<T: Serialize>(form: OutputFormat, rows: &[T], head: &[&str], line: impl Fn(&T) -> Vec<String>, none: &str) {
    if form.json {
        return json(&rows);
    }
    if rows.is_empty() {
        println!("{none}");
        return;
    }
    println!("{}", table(head, rows.iter().map(line)));
}

/// Escapes control characters as JSON does, except line breaks and tabs.
pub fn visible(text: &str) -> Cow<'_, str> {
    let is_obeyed = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let written = |c: char| if is_obeyed(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    text.chars().map(written).collect::<String>().into()
}

/// Rows per page: how many are held in memory at a time, and printed as one table.
const PAGE_ROWS: usize = 1000;

/// Error context for a failed write to standard output.
const OUTPUT: &str = "cannot print the list";

/// A list that is printed page by page as it is read, so that memory use stays constant.
pub struct PagedList<'a> {
    pub form: OutputFormat,
    pub head: &'a [&'a str],
    /// The message for an empty list.
    pub none: &'a str,
    /// Maximum number of rows to print.
    pub limit: u32,
    /// Which rows those are if there are more: "first", "latest".
    pub which: &'a str,
    /// How to see the rest.
    pub rest: &'a str,
}

impl PagedList<'_> {
    /// Prints the rows that `next` returns, a page at a time; `next` is given the last row printed and the number of
    /// rows to read. If the limit cuts the list off, a note goes to standard error.
    ///
    /// # Errors
    /// If `next` fails, or writing to `out` fails.
    /// When `next` fails, or `out` takes no more.
    pub async fn print<T: Serialize>(
        &self,
        out: &mut impl Write,
        line: impl Fn(&T) -> Vec<String>,
        next: impl AsyncFnMut(Option<&T>, i64) -> anyhow::Result<Vec<T>>,
    ) -> anyhow::Result<()> {
        self.print_explained(out, line, |_, _| Ok(()), next).await
    }

    /// Like [`PagedList::print`], and below the table of each page prints what `explain` writes for each of its rows.
    /// JSON rows already contain everything and are not explained.
    ///
    /// # Errors
    /// If `next` fails, or writing to `out` fails.
    pub async fn print_explained<T: Serialize, W: Write>(
        &self,
        out: &mut W,
        line: impl Fn(&T) -> Vec<String>,
        explain: impl Fn(&mut W, &T) -> std::io::Result<()>,
        mut next: impl AsyncFnMut(Option<&T>, i64) -> anyhow::Result<Vec<T>>,
    ) -> anyhow::Result<()> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let mut printed = 0;
        let mut last: Option<T> = None;
        let is_cut = loop {
            let wanted = PAGE_ROWS.min(limit - printed);
            // Fetch one row more than is printed, to learn whether the list was cut off.
            let mut page = next(last.as_ref(), i64::try_from(wanted + 1).unwrap_or(i64::MAX)).await?;
            let is_cut = page.len() > wanted;
            page.truncate(wanted);
            self.page(out, printed, &page, &line).context(OUTPUT)?;
            if !self.form.json {
                page.iter().try_for_each(|row| explain(out, row)).context(OUTPUT)?;
            }
            printed += page.len();
            if !is_cut || printed >= limit {
                break is_cut;
            }
            last = page.pop();
        };
        self.end(out, printed).context(OUTPUT)?;
        if is_cut {
            note_cut_off(self.which, self.limit, self.rest);
        }
        Ok(())
    }

    fn page<T: Serialize>(
        &self,
        out: &mut impl Write,
        before: usize,
        rows: &[T],
        line: &impl Fn(&T) -> Vec<String>,
    ) -> std::io::Result<()> {
        if !self.form.json {
            return if rows.is_empty() { Ok(()) } else { writeln!(out, "{}", table(self.head, rows.iter().map(line))) };
        }
        rows.iter().enumerate().try_for_each(|(nth, row)| json_row(out, before + nth, row))
    }

    fn end(&self, out: &mut impl Write, printed: usize) -> std::io::Result<()> {
        match (self.form.json, printed) {
            (true, _) => json_end(out, printed),
            (false, 0) => writeln!(out, "{}", self.none),
            (false, _) => Ok(()),
        }
    }
}

/// Prints row `nth` (from 0) of a JSON array that is written as it is read; [`json_end`] closes the array.
///
/// # Errors
/// If writing to `out` fails.
pub fn json_row<T: Serialize>(out: &mut impl Write, nth: usize, row: &T) -> std::io::Result<()> {
    let text = serde_json::to_string_pretty(row).expect("plain data").replace('\n', "\n  ");
    write!(out, "{}\n  {}", if nth == 0 { "[" } else { "," }, visible(&text))
}

/// Closes a JSON array of which `printed` rows were written.
///
/// # Errors
/// If writing to `out` fails.
pub fn json_end(out: &mut impl Write, printed: usize) -> std::io::Result<()> {
    writeln!(out, "{}", if printed == 0 { "[]" } else { "\n]" })
}

/// Notes on standard error that a list has more rows than were printed.
pub fn note_cut_off(which: &str, limit: impl std::fmt::Display, rest: &str) {
    eprintln!("These are the {which} {limit}; there are more. {rest}");
}

/// A table with a header, fitted to the width of the terminal; in a file or a pipe, as wide as its contents.
pub fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Table {
    let terminal = terminal_size::terminal_size_of(std::io::stdout());
    table_within(head, rows, terminal.map(|(terminal_size::Width(columns), _)| columns))
}

fn table_within(head: &[&str], rows: impl Iterator<Item = Vec<String>>, columns: Option<u16>) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(head.to_vec());
    if let Some(columns) = columns {
        table.set_width(columns.max(NARROWEST));
    }
    let cells = |row: Vec<String>| row.into_iter().map(|cell| visible(&cell).into_owned()).collect::<Vec<_>>();
    rows.for_each(|row| _ = table.add_row(cells(row)));
    table
}

/// Minimum width of a table, in columns, however narrow the terminal.
const NARROWEST: u16 = 60;

/// The filters of a list, as given on the command line.
#[derive(Debug, Default)]
pub struct Narrowed(Vec<String>);

impl Narrowed {
    /// Adds an option that takes a value, if one was given.
    #[must_use]
    pub fn by(mut self, option: &str, value: Option<impl std::fmt::Display>) -> Narrowed {
        self.0.extend(value.map(|value| format!("{option} {value}")));
        self
    }

    /// The message for an empty list: `all` if there were no filters, otherwise that no `what` matches them.
    #[must_use]
    pub fn nothing(&self, what: &str, all: &str) -> String {
        if self.0.is_empty() { all.to_owned() } else { format!("{what} matches {}.", self.0.join(" ")) }
    }
}

/// Prints a value as JSON.
pub fn json<T: Serialize>(value: &T) {
    println!("{}", serde_json::to_string_pretty(value).expect("plain data"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        assert_eq!(visible("closed\u{1b}[31m\u{9b}2J\r\u{7f}"), "closed\\u001b[31m\\u009b2J\\u000d\\u007f");
        assert_eq!(visible("Peñalver\t陈静\n"), "Peñalver\t陈静\n");
        let table =
            table_within(&["reason"], std::iter::once(vec!["\u{1b}]0;title\u{7}".to_owned()]), None).to_string();
        assert!(table.contains("\\u001b]0;title\\u0007") && !table.contains('\u{1b}'), "{table}");
    }

    #[test]
    fn a_table_is_no_wider_than_its_terminal_and_whole_elsewhere() {
        let row = || std::iter::once(vec!["V1".to_owned(), "a long reason ".repeat(20)]);
        let widest = |table: Table| table.to_string().lines().map(|line| line.chars().count()).max().unwrap_or(0);
        assert!(widest(table_within(&["visit", "reason"], row(), Some(80))) <= 80);
        assert!(widest(table_within(&["visit", "reason"], row(), Some(10))) <= usize::from(NARROWEST));
        assert!(widest(table_within(&["visit", "reason"], row(), None)) > 250);
    }

    fn listed(json: bool, number: u32, limit: u32) -> String {
        explained(json, number, limit, |_, _| Ok(()))
    }

    fn explained(
        json: bool,
        number: u32,
        limit: u32,
        explain: impl Fn(&mut Vec<u8>, &u32) -> std::io::Result<()>,
    ) -> String {
        let list = PagedList {
            form: OutputFormat { json },
            head: &["number"],
            none: "There is none.",
            limit,
            which: "first",
            rest: "See them with --limit.",
        };
        let next = async |last: Option<&u32>, most: i64| {
            let from = last.map_or(0, |last| last + 1);
            Ok((from..number).take(usize::try_from(most).expect("a page")).collect())
        };
        let mut out = Vec::new();
        let printed = list.print_explained(&mut out, |row: &u32| vec![row.to_string()], explain, next);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(printed).expect("memory takes all");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn json_is_the_same_however_many_pages_it_takes() {
        for (number, limit, printed) in
            [(0, 5, 0), (3, 5, 3), (5, 5, 5), (9, 5, 5), (2500, 9999, 2500), (2500, 2000, 2000)]
        {
            let whole = serde_json::to_string_pretty(&(0..printed).collect::<Vec<u32>>()).expect("numbers");
            assert_eq!(listed(true, number, limit), format!("{whole}\n"), "{number} {limit}");
        }
    }

    #[test]
    fn each_row_is_explained_once_below_its_page_and_never_in_json() {
        let explain = |out: &mut Vec<u8>, row: &u32| writeln!(out, "why {row}");
        let said = explained(false, 2500, 2000, explain);
        let whys = said.lines().filter_map(|line| line.strip_prefix("why ")?.parse::<u32>().ok());
        assert_eq!(whys.collect::<Vec<_>>(), (0..2000).collect::<Vec<_>>());
        let at = |text: &str| said.find(text).unwrap_or_else(|| panic!("{text:?} is not there"));
        assert!(at("why 999\n") < at(" 1000 "), "the second page comes after the first one's reasons");
        assert_eq!(explained(true, 3, 9, explain), listed(true, 3, 9));
    }

    #[test]
    fn every_row_stands_in_a_table_once() {
        assert_eq!(listed(false, 0, 5), "There is none.\n");
        let table = listed(false, 2500, 9999);
        let rows = table.lines().filter_map(|line| line.trim().parse::<u32>().ok());
        assert_eq!(rows.collect::<Vec<_>>(), (0..2500).collect::<Vec<_>>());
    }
}
