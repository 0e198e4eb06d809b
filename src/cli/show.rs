//! How lists look on a terminal: a table for people, JSON for programs.

use std::borrow::Cow;

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

/// A text with its control characters written out, as JSON writes them; line breaks and tabs stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    let is_obeyed = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let written = |c: char| if is_obeyed(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    text.chars().map(written).collect::<String>().into()
}

/// Rows under their heads, as all lists look: as wide as the terminal, and as wide as they are in a file or a pipe.
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

/// Columns below which a table is not squeezed.
const NARROWEST: u16 = 60;

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
}
