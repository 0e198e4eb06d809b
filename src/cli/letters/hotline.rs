//! `ronda letters hotline`: who has been told of a change of the hotline number (P19).

use std::io::Write;

use anyhow::Context;
use clap::Args;
use serde::Serialize;

use crate::cli::known;
use crate::cli::show::{self, Narrowed};
use domain::ids::CustomerCode;
use domain::wording::counted;
use office::letters::tell_hotline::{HotlineChange, Reached, last_change, told_otherwise};
use office::{Acting, Result};

/// Arguments of `ronda letters hotline`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  ronda letters hotline\n  ronda letters hotline --untold --json\n  \
                        ronda letters hotline --told CUM --how \"by phone, Ana Ruiz\"")]
pub struct HotlineArgs {
    /// Record that this customer was told other than by letter
    #[arg(long, value_name = "CUSTOMER", requires = "how")]
    pub told: Option<CustomerCode>,
    /// How they were told, and by whom
    #[arg(long, requires = "told")]
    pub how: Option<String>,
    /// Only customers who do not know the number yet
    #[arg(long)]
    pub untold: bool,
    /// Print a JSON array
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Serialize)]
struct Row {
    customer: CustomerCode,
    name: String,
    told: bool,
    how: String,
}

/// Runs `ronda letters hotline`.
///
/// # Errors
/// A refusal if there is no new number to announce or no such customer.
pub async fn run(office: &Acting, args: &HotlineArgs, out: &mut impl Write) -> Result<()> {
    known::customer(office, args.told.as_ref()).await?;
    if let (Some(customer), Some(how)) = (&args.told, &args.how) {
        told_otherwise(office, customer, how).await?;
    }
    let change = last_change(&office.db, &office.config.company, office.clock.now()).await?;
    let rows = change.as_ref().map_or_else(Vec::new, |change| rows(change, args));
    let printed = match (&change, args.json) {
        (_, true) => super::json(out, &rows),
        (None, false) => writeln!(out, "The hotline's number has not changed."),
        (Some(change), false) => table(out, change, &rows, args),
    };
    Ok(printed.context("cannot print the list")?)
}

fn rows(change: &HotlineChange, args: &HotlineArgs) -> Vec<Row> {
    let all = change.customers.iter().map(|(customer, reached)| Row {
        customer: customer.customer.clone(),
        name: customer.name.clone(),
        told: reached.is_told(),
        how: words(reached),
    });
    all.filter(|row| !(args.untold && row.told)).collect()
}

fn words(reached: &Reached) -> String {
    match reached {
        Reached::ByMail { at, to } => format!("accepted for {to} at {} UTC", at.format("%Y-%m-%d %H:%M")),
        Reached::Otherwise { how } => how.clone(),
        Reached::OnTheWay => "on its way".to_owned(),
        Reached::NotDelivered => "not delivered; tell them otherwise, and note it with --told".to_owned(),
        Reached::NobodyToTell => "no contact; tell them otherwise, and note it with --told".to_owned(),
    }
}

fn table(out: &mut impl Write, change: &HotlineChange, rows: &[Row], args: &HotlineArgs) -> std::io::Result<()> {
    let (all, untold) = (change.customers.len(), change.untold().count());
    let HotlineChange { number, previous, changed_on, due_on, .. } = change;
    writeln!(
        out,
        "{number} since {changed_on}, before {previous}: {} of {} told",
        all - untold,
        counted(all, "customer")
    )?;
    if untold > 0 {
        writeln!(out, "The others are to be told by the end of {due_on}.")?;
    }
    if rows.is_empty() {
        let narrowed = Narrowed::default().by("--untold:", args.untold.then_some("everyone knows the number"));
        return writeln!(out, "{}", narrowed.nothing("No customer", "There is no customer."));
    }
    let line = |row: &Row| {
        let told = if row.told { "yes" } else { "no" };
        vec![row.customer.to_string(), row.name.clone(), told.to_owned(), row.how.clone()]
    };
    writeln!(out, "{}", show::table(&["customer", "name", "told", "how"], rows.iter().map(line)))
}
