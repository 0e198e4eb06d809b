//! How lists look on a terminal: a table for people, JSON for programs.

use std::io::Write;

use anyhow::Context;
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

/// In which form a list is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Args)]
pub struct OutputFormat {
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

/// Prints rows as JSON, or as a table with `head`, a line for each row; `none` where there is no row.
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

/// Rows that are in memory at a time while a list is printed, and that stand in one table.
const A_PAGE: usize = 1000;

/// What could not be done where standard output takes no more.
const OUTPUT: &str = "cannot print the list";

/// A list that is printed page by page, as it is read: memory stays flat, however long it is.
pub struct PagedList<'a> {
    pub form: OutputFormat,
    pub head: &'a [&'a str],
    /// What is said where there is no row.
    pub none: &'a str,
    /// Rows to print at most.
    pub limit: u32,
    /// What those are, where there are more: "first", "latest".
    pub which: &'a str,
    /// How the others are seen.
    pub rest: &'a str,
}

impl PagedList<'_> {
    /// Prints what `next` answers, a page at a time: given the last row that was printed, and how many to read. Says on
    /// standard error where the limit has cut the list.
    ///
    /// # Errors
    /// When `next` fails, or `out` takes no more.
    pub async fn print<T: Serialize>(
        &self,
        out: &mut impl Write,
        line: impl Fn(&T) -> Vec<String>,
        mut next: impl AsyncFnMut(Option<&T>, i64) -> anyhow::Result<Vec<T>>,
    ) -> anyhow::Result<()> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let mut printed = 0;
        let mut last: Option<T> = None;
        let is_cut = loop {
            let wanted = A_PAGE.min(limit - printed);
            // One more than is printed tells whether there are more.
            let mut page = next(last.as_ref(), i64::try_from(wanted + 1).unwrap_or(i64::MAX)).await?;
            let is_cut = page.len() > wanted;
            page.truncate(wanted);
            self.page(out, printed, &page, &line).context(OUTPUT)?;
            printed += page.len();
            if !is_cut || printed >= limit {
                break is_cut;
            }
            last = page.pop();
        };
        self.end(out, printed).context(OUTPUT)?;
        if is_cut {
            say_cut(self.which, self.limit, self.rest);
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
        for (nth, row) in rows.iter().enumerate() {
            let text = serde_json::to_string_pretty(row).expect("plain data").replace('\n', "\n  ");
            write!(out, "{}\n  {text}", if before + nth == 0 { "[" } else { "," })?;
        }
        Ok(())
    }

    fn end(&self, out: &mut impl Write, printed: usize) -> std::io::Result<()> {
        match (self.form.json, printed) {
            (true, 0) => writeln!(out, "[]"),
            (true, _) => writeln!(out, "\n]"),
            (false, 0) => writeln!(out, "{}", self.none),
            (false, _) => Ok(()),
        }
    }
}

/// Says on standard error that a list has more rows than were printed.
pub fn say_cut(which: &str, limit: impl std::fmt::Display, rest: &str) {
    eprintln!("These are the {which} {limit}; there are more. {rest}");
}

/// Rows under their heads, as all lists look.
pub fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Table {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(head.to_vec());
    rows.for_each(|row| _ = table.add_row(row));
    table
}

/// What a list was narrowed by, as it was asked for.
#[derive(Debug, Default)]
pub struct Narrowed(Vec<String>);

impl Narrowed {
    /// Adds an option that takes a value, where one was given.
    #[must_use]
    pub fn by(mut self, option: &str, value: Option<impl std::fmt::Display>) -> Narrowed {
        self.0.extend(value.map(|value| format!("{option} {value}")));
        self
    }

    /// What is said instead of an empty list: `all` where nothing narrowed it, else that no `what` matches.
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

    fn listed(json: bool, number: u32, limit: u32) -> String {
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
        let printed = list.print(&mut out, |row: &u32| vec![row.to_string()], next);
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
    fn every_row_stands_in_a_table_once() {
        assert_eq!(listed(false, 0, 5), "There is none.\n");
        let table = listed(false, 2500, 9999);
        let rows = table.lines().filter_map(|line| line.trim().parse::<u32>().ok());
        assert_eq!(rows.collect::<Vec<_>>(), (0..2500).collect::<Vec<_>>());
    }
}
