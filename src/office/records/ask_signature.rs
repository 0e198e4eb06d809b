//! Asks the customer's engineer to sign a record later (P03).

use chrono::TimeDelta;

use crate::access::form_links::countersign_link;
use crate::letters::owe;
use crate::parties::{Parties, engineer};
use crate::{Result, Tools};
use domain::language::Language;
use domain::letters::hours::Occasion;
use domain::letters::notice::{Notice, Reader};
use domain::people::ReaderRole;
use domain::records::{CustomerSignature, Done};
use domain::visits::StoredVisit;
use domain::{Date, Instant};
use store::Tx;

/// If a record says that the customer's engineer will sign later, asks for the signature in the transaction that stores
/// the record; by letter if the record has an address. The report waits for it for a limited time.
pub(crate) async fn ask_for_signature(
    tools: &Tools,
    tx: &mut Tx,
    stored: &StoredVisit,
    parties: &Parties,
    done: &Done,
    record_sha256: &str,
    now: Instant,
) -> Result<()> {
    let CustomerSignature::Asked { name, email, .. } = &done.customer_signature else { return Ok(()) };
    let visit = stored.visit.id;
    let waits = TimeDelta::hours(i64::from(tools.config.records.countersign_within_hours));
    store::records::countersign::ask(tx, visit, record_sha256, now, now + waits).await?;
    if email.is_empty() || tools.config.web.public.is_none() {
        return Ok(());
    }
    let role = ReaderRole::Customer(email.clone());
    let known = parties.contacts.iter().find(|contact| contact.email.eq_ignore_ascii_case(email));
    let language: Language = known.and_then(|contact| contact.language).unwrap_or_else(|| parties.language());
    let key = format!("countersign-asked/{visit}/{}", role.key());
    let link = countersign_link(tools, tx, visit, &role, &format!("{key}/link")).await?;
    let engineer = engineer(&mut *tx, &stored.visit.state.appointment().engineer).await?;
    let zone = &parties.site.time_zone;
    let until: Date = zone.day(link.until) - chrono::Days::new(1);
    let notice = Notice::CountersignAsked {
        visit: parties.words(&stored.visit, &engineer),
        completed_on: zone.day(done.completed_at.to_utc()),
        until,
        url: link.address,
    };
    let reader = Reader { name: name.clone(), email: email.clone(), language, role };
    owe(tx, &tools.composer.owed(key, reader, notice), &Occasion::at_once(now)).await?;
    Ok(())
}
