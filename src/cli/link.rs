//! `ronda link`: secret addresses for people outside the office.

use clap::Subcommand;
use serde::Serialize;

use super::show::{self, Form};
use crate::actions::{Office, feeds};
use crate::domain::Instant;
use crate::domain::link::{FeedOf, Link};

/// Make, list and revoke secret addresses
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  ronda link feed new engineer:E-1")]
pub struct LinkArgs {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, Subcommand)]
enum Kind {
    /// Calendars to subscribe to: visits of an engineer, at a site, or of a manager's customers
    #[command(after_help = "Example:\n  ronda link feed new site:MAD")]
    Feed {
        #[command(subcommand)]
        verb: Verb,
    },
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a feed's address and print it, once; the earlier one opens nothing any more
    #[command(after_help = "Example:\n  ronda link feed new engineer:E-1")]
    New {
        /// engineer:CODE, site:CODE or manager:CODE
        of: FeedOf,
        #[command(flatten)]
        form: Form,
    },
    /// List the feeds that can be subscribed to, without their secrets
    #[command(after_help = "Example:\n  ronda link feed list --json")]
    List {
        #[command(flatten)]
        form: Form,
    },
    /// End a feed
    #[command(after_help = "Example:\n  ronda link feed revoke engineer:E-1")]
    Revoke {
        /// engineer:CODE, site:CODE or manager:CODE
        of: FeedOf,
    },
}

/// A feed in a list.
#[derive(Serialize)]
struct Row {
    feed: String,
    made_at: Instant,
}

impl Row {
    fn of(link: Link) -> Row {
        Row { feed: link.holder, made_at: link.created_at }
    }
}

/// Does what was asked of secret addresses.
///
/// # Errors
/// A refusal with its remedy, or a failure of the store.
pub async fn run(office: &Office, args: LinkArgs) -> anyhow::Result<()> {
    let Kind::Feed { verb } = args.kind;
    match verb {
        Verb::New { of, form } => {
            let address = feeds::new_feed(office, &of).await?;
            if form.json {
                show::json(&address);
            } else {
                println!("{}\n{}", address.https, address.webcal);
                println!("Whoever has this address sees these visits. It is not shown again.");
            }
        }
        Verb::List { form } => {
            let rows: Vec<Row> = feeds::feeds(office).await?.into_iter().map(Row::of).collect();
            let line = |row: &Row| vec![row.feed.clone(), row.made_at.format("%Y-%m-%d %H:%M UTC").to_string()];
            show::list(form, &rows, &["feed", "made"], line, "There is no feed.");
        }
        Verb::Revoke { of } => {
            feeds::revoke_feed(office, &of).await?;
            println!("The feed of {of} is ended.");
        }
    }
    Ok(())
}
