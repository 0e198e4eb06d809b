//! `ronda link`: secret addresses for people outside the office.

use clap::Subcommand;
use serde::Serialize;

use super::show::{self, OutputFormat};
use domain::Instant;
use domain::access::{FeedOf, Link};
use domain::ids::VisitId;
use office::access::form_links::new_form_link;
use office::visits::feeds;
use office::{Acting, Error};
use paper::qr;

/// Make, list and revoke secret addresses
///
/// `ronda link VISIT` makes a link to the form of a visit, for its engineer, and shows it as a QR code for the phone's
/// camera. Links in earlier letters keep working.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    arg_required_else_help = true,
    after_help = "Examples:\n  ronda link V1042\n  ronda link V1042 --json\n  ronda link feed new engineer:E-1"
)]
pub struct LinkArgs {
    /// The visit whose form the link opens, for example V1042
    visit: Option<VisitId>,
    #[command(flatten)]
    form: OutputFormat,
    #[command(subcommand)]
    kind: Option<Kind>,
}

#[derive(Debug, Subcommand)]
enum Kind {
    /// Calendars to subscribe to: the visits of an engineer, of a site, or of a manager's customers
    #[command(after_help = "Example:\n  ronda link feed new site:MAD")]
    Feed {
        #[command(subcommand)]
        verb: Verb,
    },
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a feed and print its address, which is not shown again; an earlier one ends
    #[command(after_help = "Examples:\n  ronda link feed new engineer:E-1\n  ronda link feed new site:MAD-1 --json")]
    New {
        /// engineer:CODE, site:CODE or manager:CODE
        of: FeedOf,
        #[command(flatten)]
        form: OutputFormat,
    },
    /// List the feeds that can be subscribed to, without their secrets
    #[command(after_help = "Example:\n  ronda link feed list --json")]
    List {
        #[command(flatten)]
        form: OutputFormat,
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
pub async fn run(office: &Acting, args: LinkArgs) -> anyhow::Result<()> {
    let verb = match (args.kind, args.visit) {
        (Some(Kind::Feed { verb }), _) => verb,
        (None, Some(visit)) => return form_link(office, visit, args.form).await,
        (None, None) => return Err(Error::Refused("say which visit, as V1042, or `ronda link feed`".to_owned()).into()),
    };
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

/// Makes a link to a visit's form and shows it, once.
async fn form_link(office: &Acting, visit: VisitId, form: OutputFormat) -> anyhow::Result<()> {
    let link = new_form_link(office, visit).await?;
    if form.json {
        show::json(&link);
        return Ok(());
    }
    println!("{}\n", link.address);
    print!("{}", qr::terminal(&link.address));
    let until = link.until.format("%Y-%m-%d %H:%M UTC");
    println!("\nIt opens the form of {visit} until {until}, for its engineer alone. It is not shown again.");
    Ok(())
}
