//! Draws a report on a separate thread, signs it, and has the signature time-stamped (P04).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::TimeDelta;
use tokio::sync::{Mutex, Semaphore};

use crate::{Office, Result};
use domain::Instant;
use domain::ids::VisitId;
use domain::reports::{self, Pages, Picture, ReportFacts};
use domain::wording::Value;
use paper::pdf;
use paper::seal::{NoStamp, Sealer, Stamper, Unstamped};
use words::Locales;

/// Time limit for drawing one report, after which the others do not wait for it any longer.
const DRAWN_WITHIN: Duration = Duration::from_secs(120);

/// How long a report waits for a time stamp, counted from when it could first be drawn: an outage of the authority
/// costs nothing, and of three working days enough is left.
const STAMPED_WITHIN: TimeDelta = TimeDelta::hours(2);

/// The time-stamp authority during one run over the reports. The first report asks it alone; once it has answered,
/// several may ask at the same time, so that a slow authority does not make them wait for each other. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Authority(Arc<Mutex<Heard>>);

/// Whether the authority has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Heard {
    #[default]
    Nothing,
    /// It has answered.
    Answer,
    /// It did not answer, and is not asked again in this run, or every report would have to wait for it.
    Silence,
}

impl Authority {
    /// Whether the authority has answered so far; unknown while it is being asked for the first time.
    pub(crate) fn heard(&self) -> Heard {
        self.0.try_lock().map_or(Heard::Nothing, |heard| *heard)
    }

    /// A time stamp for a signature; `None` if the authority was silent before.
    async fn stamp(
        &self,
        stamper: &Stamper,
        value: &[u8],
        nonce: u64,
    ) -> Option<std::result::Result<Vec<u8>, NoStamp>> {
        let mut first = self.0.lock().await;
        let ask = async || stamper.stamp(value, nonce).await.map(|(token, _)| token);
        let told = |answer: &std::result::Result<Vec<u8>, NoStamp>| match answer {
            Ok(_) => Heard::Answer,
            Err(_) => Heard::Silence,
        };
        match *first {
            Heard::Silence => None,
            Heard::Nothing => {
                let answer = ask().await;
                *first = told(&answer);
                Some(answer)
            }
            Heard::Answer => {
                drop(first);
                let answer = ask().await;
                if answer.is_err() {
                    *self.0.lock().await = Heard::Silence;
                }
                Some(answer)
            }
        }
    }
}

/// The outcome of drawing a report.
pub(crate) enum DrawOutcome {
    Ready(Vec<u8>),
    /// The authority gave no time stamp, and there is still time to ask again.
    Unstamped,
}

/// Whether a report has to wait, and is not drawn in this run. A record from the future never waits, since either its
/// clock or ours is wrong.
pub(crate) fn waits(office: &Office, ready_at: Instant, authority: &Authority) -> bool {
    authority.heard() == Heard::Silence && is_stamped(office) && has_time(office, ready_at)
}

/// Whether reports get time stamps.
pub(crate) fn is_stamped(office: &Office) -> bool {
    office.sealer.as_ref().is_some_and(|sealer| sealer.stamper.is_some())
}

fn has_time(office: &Office, ready_at: Instant) -> bool {
    (TimeDelta::zero()..STAMPED_WITHIN).contains(&(office.clock.now() - ready_at))
}

/// The input for drawing a report, which can be sent to another thread.
pub(crate) struct Drawing {
    facts: ReportFacts,
    record: String,
    provenance: pdf::Provenance,
    locales: Arc<Locales>,
    sealer: Option<Arc<Sealer>>,
}

/// A drawn report, signed if there are means to sign.
struct DrawnReport {
    bytes: Vec<u8>,
    signed: Option<DrawnSignature>,
}

/// A signature, and where in the report it goes once it is time-stamped.
struct DrawnSignature {
    sealer: Arc<Sealer>,
    hole: pdf::Hole,
    signature: Unstamped,
}

/// Has a drawn report's signature time-stamped, and inserts it.
///
/// If the time-stamp authority does not answer, only the time stamp is missing, and only if there is no more time to
/// wait for it.
async fn seal(
    office: &Office,
    visit: VisitId,
    drawn: DrawnReport,
    ready_at: Instant,
    (authority, nonce): (&Authority, u64),
) -> Result<DrawOutcome> {
    let DrawnReport { mut bytes, signed } = drawn;
    let Some(DrawnSignature { sealer, hole, signature }) = signed else { return Ok(DrawOutcome::Ready(bytes)) };
    let token = match &sealer.stamper {
        None => None,
        Some(stamper) => match authority.stamp(stamper, signature.value(), nonce).await {
            Some(Ok(token)) => Some(token),
            // It fell silent while this report was being drawn.
            None if has_time(office, ready_at) => return Ok(DrawOutcome::Unstamped),
            None => {
                tracing::warn!(%visit, "the report goes out signed, without a time stamp: no authority answers");
                None
            }
            Some(Err(error)) => {
                let error = anyhow::Error::from(error);
                if has_time(office, ready_at) {
                    tracing::info!(%visit, "the report waits for its time stamp: {error:#}");
                    return Ok(DrawOutcome::Unstamped);
                }
                tracing::warn!(%visit, "the report goes out signed, without a time stamp: {error:#}");
                None
            }
        },
    };
    let signature = signature.finish(token.as_deref()).context("the signature cannot be written")?;
    hole.fill(&mut bytes, &signature).context("the report cannot be signed")?;
    Ok(DrawOutcome::Ready(bytes))
}

/// The means of signing, if the certificate is valid; an expired one does not hold up a report, because the report is
/// owed.
fn valid_sealer(office: &Office, provenance: &pdf::Provenance) -> Option<Arc<Sealer>> {
    let sealer = office.sealer.as_ref()?;
    if sealer.signer.is_valid_at(provenance.issued_at) {
        return Some(Arc::clone(sealer));
    }
    let until = sealer.signer.signatory().valid_until;
    tracing::error!(visit = %provenance.visit, %until, "the certificate is not valid now; the report is not signed");
    None
}

impl Drawing {
    /// The input for a report, with the means of signing it if the office has a valid certificate.
    pub(crate) fn new(office: &Office, facts: ReportFacts, record: String, provenance: pdf::Provenance) -> Drawing {
        let sealer = valid_sealer(office, &provenance);
        Drawing { facts, record, provenance, locales: Arc::clone(&office.composer.locales), sealer }
    }

    /// Draws the report when one of `cores` is free, signs it, and has the signature time-stamped if configured; while
    /// the authority works, the core is free for others.
    pub(crate) async fn draw_and_seal(
        self,
        office: &Office,
        cores: &Semaphore,
        photos: impl Future<Output = Result<BTreeMap<String, Picture>>>,
        ready_at: Instant,
        asked: (&Authority, u64),
    ) -> Result<DrawOutcome> {
        let visit = self.facts.visit;
        let core = cores.acquire().await.context("nobody closes it")?;
        let drawn = self.draw_beside(photos.await?).await?;
        drop(core);
        seal(office, visit, drawn, ready_at, asked).await
    }

    /// Draws the report with its photos on a separate thread, and signs it.
    ///
    /// Whatever a record contains must not take the daemon down: drawing is limited in pages and time, and a panic only
    /// costs this report.
    async fn draw_beside(mut self, photos: BTreeMap<String, Picture>) -> Result<DrawnReport> {
        self.facts.photos = photos;
        let drawn = tokio::task::spawn_blocking(move || self.draw());
        let drawn = tokio::time::timeout(DRAWN_WITHIN, drawn).await.context("drawing the report takes too long")?;
        Ok(drawn.context("drawing the report stopped")??)
    }

    fn draw(self) -> anyhow::Result<DrawnReport> {
        let language = self.facts.language;
        let say = |key: &str, arguments: &[(&str, Value<'_>)]| self.locales.say(language, key, arguments);
        let mut pages = reports::pages(&self.facts, &say);
        let drawn = match self.draw_pages(&pages) {
            Err(pdf::Error::TooLong { .. }) => {
                reports::shorten(&mut pages, &say);
                self.draw_pages(&pages)
            }
            drawn => drawn,
        };
        let (bytes, hole) = drawn.context("the report cannot be drawn")?;
        let signed = match self.sealer.zip(hole) {
            Some((sealer, hole)) => {
                let signature = sealer.signer.sign(&hole.around(&bytes)).context("the report cannot be signed")?;
                Some(DrawnSignature { sealer, hole, signature })
            }
            None => None,
        };
        Ok(DrawnReport { bytes, signed })
    }

    fn draw_pages(&self, pages: &Pages) -> std::result::Result<(Vec<u8>, Option<pdf::Hole>), pdf::Error> {
        let facts = &self.facts;
        let company = &facts.company.name;
        let meta = pdf::Meta {
            title: format!("{} {}", pages.running_head, facts.number()),
            author: company.clone(),
            subject: format!("{}, {}", facts.customer, facts.site.name),
            language: facts.language,
            issued_on: facts.issued_on,
            record: Some(self.record.clone().into_bytes()),
            provenance: Some(self.provenance.clone()),
        };
        let Some(sealer) = &self.sealer else {
            return Ok((pdf::draw(pages, &meta)?, None));
        };
        let seal = pdf::Seal {
            bytes: sealer.bytes(),
            name: company.clone(),
            label: self.locales.say(facts.language, "verify-signature-of", &[("company", Value::text(company))]),
            at: self.provenance.issued_at,
        };
        let (bytes, hole) = pdf::draw_to_sign(pages, &meta, &seal)?;
        Ok((bytes, Some(hole)))
    }
}
