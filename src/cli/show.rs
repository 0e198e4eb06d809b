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
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(head.to_vec());
    for row in rows {
        table.add_row(line(row));
    }
    println!("{table}");
}

/// Prints a value as JSON.
pub fn json<T: Serialize>(value: &T) {
    println!("{}", serde_json::to_string_pretty(value).expect("plain data"));
}
