//! How lists look on a terminal: a table for people, JSON for programs.

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
