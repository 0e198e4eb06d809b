//! `ronda link`: secret addresses for people outside the office.

use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use serde::Serialize;

use super::show::{self, OutputFormat};
use domain::Instant;
use domain::access::{Errand, FeedOf, Link};
use domain::ids::{LinkId, VisitId};
use office::access::form_links::new_form_link;
use office::access::links;
use office::visits::feeds;
use office::{Acting, Error};
use paper::qr;
use store::access::LinkFilter;

/// Create, list and revoke secret addresses
///
/// `ronda link VISIT` creates a link to the form of a visit, for its engineer, and shows it as a QR code to scan with
/// the phone. Links in earlier letters keep working until `ronda link revoke` ends them.
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    arg_required_else_help = true,
    after_help = "Examples:\n  ronda link V1042\n  ronda link V1042 --json\n  ronda link feed new engineer:E-1\n  ronda link list --errand digest"
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
    /// Calendar feeds to subscribe to: the visits of an engineer, of a site, or of a manager's customers
    #[command(after_help = "Example:\n  ronda link feed new site:MAD")]
    Feed {
        #[command(subcommand)]
        verb: Verb,
    },
    /// List active links of every kind, newest first, without their secrets
    #[command(
        after_help = "Examples:\n  ronda link list --errand digest --holder manager:M-1\n  ronda link list --limit 20 --json"
    )]
    List {
        /// Only links of this errand
        #[arg(long, value_parser = PossibleValuesParser::new(Errand::WORDS))]
        errand: Option<String>,
        /// Only links of this holder, as shown in the list
        #[arg(long)]
        holder: Option<String>,
        /// Show at most this many
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
        limit: u32,
        #[command(flatten)]
        form: OutputFormat,
    },
    /// Revoke a link, given by its number in the list or by its address
    #[command(after_help = "Examples:\n  ronda link revoke 12\n  ronda link revoke 12 --json")]
    Revoke {
        /// The number of the link, or the leaked address
        #[arg(value_name = "NUMBER|ADDRESS")]
        link: String,
        #[command(flatten)]
        form: OutputFormat,
    },
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Create a feed and print its address, which is not shown again; this revokes the earlier feed
    #[command(after_help = "Examples:\n  ronda link feed new engineer:E-1\n  ronda link feed new site:MAD-1 --json")]
    New {
        /// engineer:CODE, site:CODE or manager:CODE
        of: FeedOf,
        #[command(flatten)]
        form: OutputFormat,
    },
    /// List the active feeds, without their secrets
    #[command(after_help = "Example:\n  ronda link feed list --json")]
    List {
        #[command(flatten)]
        form: OutputFormat,
    },
    /// Revoke a feed
    #[command(after_help = "Example:\n  ronda link feed revoke engineer:E-1")]
    Revoke {
        /// engineer:CODE, site:CODE or manager:CODE
        of: FeedOf,
    },
}

/// A link in the list.
#[derive(Debug, Serialize)]
struct LinkLine {
    link: LinkId,
    errand: &'static str,
    about: String,
    holder: String,
    made_at: Instant,
    expires_at: Option<Instant>,
}

impl LinkLine {
    fn of(link: Link) -> LinkLine {
        let Link { id, holder, errand, created_at, expires_at, .. } = link;
        LinkLine { link: id, errand: errand.word(), about: errand.about(), holder, made_at: created_at, expires_at }
    }

    fn cells(&self) -> Vec<String> {
        let at = |at: Instant| at.format("%Y-%m-%d %H:%M UTC").to_string();
        let until = self.expires_at.map_or_else(|| "revoked".to_owned(), at);
        let [errand, about, holder] = [self.errand, &self.about, &self.holder].map(str::to_owned);
        vec![self.link.to_string(), errand, about, holder, at(self.made_at), until]
    }
}

/// A feed in the list.
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

/// Runs the subcommands of `ronda link`.
///
/// # Errors
/// A refusal with its remedy, or a failure of the store.
pub async fn run(office: &Acting, args: LinkArgs) -> anyhow::Result<()> {
    let verb = match (args.kind, args.visit) {
        (Some(Kind::Feed { verb }), _) => verb,
        (Some(Kind::List { errand, holder, limit, form }), _) => {
            let filter = LinkFilter { errand, holder, most: limit };
            let links = store::access::usable(&office.db, &filter, office.clock.now()).await?;
            let lines: Vec<LinkLine> = links.into_iter().map(LinkLine::of).collect();
            let head = ["link", "errand", "about", "holder", "made", "until"];
            show::list(form, &lines, &head, LinkLine::cells, "No link opens anything.");
            return Ok(());
        }
        (Some(Kind::Revoke { link, form }), _) => {
            let ended = links::revoke(office, numbered(office, &link).await?).await?;
            match form.json {
                true => show::json(&LinkLine::of(ended)),
                false => println!("Link {} is ended: {} of {}.", ended.id, ended.errand.word(), ended.holder),
            }
            return Ok(());
        }
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

/// Parses a link's number, or looks it up by the link's address.
async fn numbered(office: &Acting, text: &str) -> anyhow::Result<LinkId> {
    if let Ok(number) = text.parse() {
        return Ok(LinkId(number));
    }
    let secret = text.split(|c: char| !c.is_ascii_hexdigit()).find(|part| part.len() == 64);
    match secret {
        Some(secret) => match links::known(office, secret).await? {
            Some((link, _)) => Ok(link.id),
            None => Err(Error::NotFound("this address was never a link of this office".to_owned()).into()),
        },
        None => {
            let what = "give a link's number, as `ronda link list` shows it, or its whole address";
            Err(Error::Refused(what.to_owned()).into())
        }
    }
}

/// Creates a link to a visit's form and shows it, once.
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
