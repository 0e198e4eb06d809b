//! Takes photos from phones in pieces, so that a lost signal costs the last piece alone (R10, R15).
//!
//! Pieces are gathered in a file of the office's folder. When the last one is there the whole is held against its
//! SHA-256, decoded and encoded anew: what is kept is pixels and nothing else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::Days;
use tokio::io::{AsyncSeekExt, AsyncWriteExt};
use tokio::sync::{Mutex, MutexGuard};

use crate::documents::sha256;
use crate::{Office, Result};
use domain::ids::VisitId;
use domain::records::MAX_PHOTO_BYTES;
use paper::photos::{self, UnreadablePhoto};
use store::records::form_photo::FormPhoto;

/// The most bytes of one piece.
pub const PIECE_BYTES: usize = 256 * 1024;
/// The most photos that phones may send for a visit, also those that no record names in the end.
const MOST_PHOTOS: usize = 200;
/// The most that they may have together, in bytes as sent.
const MOST_BYTES: u64 = 240 * 1024 * 1024;

/// How long after a visit's day pieces of its photos are kept. Links to its form have ended by then.
const PIECES_KEPT: Days = Days::new(90);
/// The fact that names the company's day on which pieces were last cleared away.
const CLEARED_ON: &str = "pieces-cleared-on";

/// How far a photo has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadProgress {
    /// Bytes that are here, from the first on.
    pub have: u64,
    /// It is here whole, and kept.
    pub is_stored: bool,
}

/// Why a piece was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PieceRefused {
    #[error("the next piece begins at {have}")]
    NotNext { have: u64 },
    #[error(
        "a photo may have {MAX_PHOTO_BYTES} bytes, and a piece {PIECE_BYTES}; a visit may have {MOST_PHOTOS} photos"
    )]
    TooLarge,
    /// The whole has another SHA-256 than was said: it is dropped, and can be sent again.
    #[error("what arrived is not what was sent; send it again from its beginning")]
    Hash,
    #[error("this is no photo: {0}")]
    NotAPhoto(String),
    #[error("the photo is damaged: {0}")]
    Damaged(String),
}

/// A piece of a photo.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    pub visit: VisitId,
    /// Of the whole photo as sent; 64 hexadecimal digits, checked before.
    pub sha256: &'a str,
    /// Where the piece begins, in bytes.
    pub at: u64,
    /// How many bytes the whole photo has.
    pub of: u64,
    pub bytes: &'a [u8],
}

/// Two who send the same photo take turns. Different ones may share a turn; that costs time and nothing else.
static TURNS: [Mutex<()>; 64] = [const { Mutex::const_new(()) }; 64];

async fn turn(sha256: &str) -> MutexGuard<'static, ()> {
    let place = usize::from_str_radix(&sha256[..2], 16).unwrap_or(0) % TURNS.len();
    TURNS[place].lock().await
}

/// How far a photo has come.
///
/// # Errors
/// When the store does not answer, or the office's folder cannot be read.
pub async fn progress(office: &Office, visit: VisitId, sha256: &str) -> Result<UploadProgress> {
    let stored = store::records::form_photo::of_visit(&office.db, visit).await?;
    if let Some(photo) = stored.iter().find(|photo| photo.sent_sha256 == sha256) {
        return Ok(UploadProgress { have: photo.bytes.unsigned_abs(), is_stored: true });
    }
    Ok(UploadProgress { have: length(&part(office, visit, sha256)).await?, is_stored: false })
}

/// A small JPEG of a photo that is here whole; None where it is not.
///
/// # Errors
/// When the store does not answer, or what is kept cannot be read.
pub async fn small(office: &Office, visit: VisitId, sha256: &str) -> Result<Option<Vec<u8>>> {
    let stored = store::records::form_photo::of_visit(&office.db, visit).await?;
    let Some(photo) = stored.into_iter().find(|photo| photo.sent_sha256 == sha256) else { return Ok(None) };
    let kept = office.documents.get(&photo.sha256).await?;
    let picture = photos::small_beside(kept).await.context("a photo that was kept cannot be read")?;
    Ok(Some(picture.jpeg.to_vec()))
}

/// Takes the next piece of a photo. The last one makes it whole. A piece that is here already is refused with the
/// place to go on from; nothing is taken twice.
///
/// # Errors
/// The refusal inside; the error outside when the store fails or the disk is full.
pub async fn take_piece(
    office: &Office,
    piece: Piece<'_>,
) -> Result<std::result::Result<UploadProgress, PieceRefused>> {
    let Piece { visit, sha256, at, of, bytes } = piece;
    // What a phone says of places may be any number.
    let end = at.saturating_add(bytes.len() as u64);
    if of == 0 {
        return Ok(Err(PieceRefused::NotAPhoto("it has no bytes".to_owned())));
    }
    if of > MAX_PHOTO_BYTES as u64 || bytes.len() > PIECE_BYTES || end > of {
        return Ok(Err(PieceRefused::TooLarge));
    }
    let _turn = turn(sha256).await;
    let now = progress(office, visit, sha256).await?;
    if now.is_stored {
        return Ok(Ok(now));
    }
    if now.have > of {
        // It was sent with another length before, which cannot have been right for this hash.
        remove(&part(office, visit, sha256)).await?;
        return Ok(Err(PieceRefused::NotNext { have: 0 }));
    }
    if now.have != at {
        return Ok(Err(PieceRefused::NotNext { have: now.have }));
    }
    let path = part(office, visit, sha256);
    if !bytes.is_empty() && !has_room(office, visit, sha256, of).await? {
        return Ok(Err(PieceRefused::TooLarge));
    }
    append(&path, at, bytes).await.with_context(|| format!("cannot keep a piece in {}", path.display()))?;
    if end < of {
        return Ok(Ok(UploadProgress { have: end, is_stored: false }));
    }
    let outcome = complete(office, visit, sha256, &path).await?;
    remove(&path).await?;
    Ok(outcome.map(|()| UploadProgress { have: of, is_stored: true }))
}

/// Holds the whole against its hash, encodes it anew and keeps it.
async fn complete(
    office: &Office,
    visit: VisitId,
    sent_sha256: &str,
    path: &Path,
) -> Result<std::result::Result<(), PieceRefused>> {
    let whole = tokio::fs::read(path).await.with_context(|| format!("cannot read {}", path.display()))?;
    if sha256(&whole) != sent_sha256 {
        return Ok(Err(PieceRefused::Hash));
    }
    let bytes = i64::try_from(whole.len()).expect("a photo is smaller than memory");
    let picture = match photos::prepare_beside(whole).await {
        Ok(picture) => picture,
        Err(
            why @ (UnreadablePhoto::NotAPhoto
            | UnreadablePhoto::TooManyBytes { .. }
            | UnreadablePhoto::TooManyPixels { .. }),
        ) => {
            return Ok(Err(PieceRefused::NotAPhoto(why.to_string())));
        }
        Err(why @ (UnreadablePhoto::CutShort | UnreadablePhoto::Damaged(_) | UnreadablePhoto::Broken)) => {
            return Ok(Err(PieceRefused::Damaged(why.to_string())));
        }
    };
    let kept = office.documents.put(picture.jpeg.to_vec()).await?;
    let photo = FormPhoto { sent_sha256: sent_sha256.to_owned(), bytes, sha256: kept };
    let mut tx = office.db.begin().await?;
    store::records::form_photo::put(&mut tx, visit, &photo, office.clock.now()).await?;
    tx.commit().await?;
    tracing::info!(%visit, photo = &sent_sha256[..12], "photo received");
    Ok(Ok(()))
}

/// Keeps a photo that lay beside a form in a file, as if a phone had sent it; the same one again changes nothing.
///
/// # Errors
/// The refusal inside; the error outside when the store fails or the disk is full.
pub(crate) async fn take_whole(
    office: &Office,
    visit: VisitId,
    bytes: &[u8],
) -> Result<std::result::Result<String, PieceRefused>> {
    let name = sha256(bytes);
    let mut at = progress(office, visit, &name).await?;
    // What a phone has sent of it before is gone on from.
    while !at.is_stored {
        let begin = usize::try_from(at.have).expect("a photo is smaller than memory");
        let end = bytes.len().min(begin + PIECE_BYTES);
        let piece = Piece {
            visit,
            sha256: &name,
            at: at.have,
            of: bytes.len() as u64,
            bytes: bytes.get(begin..end).unwrap_or_default(),
        };
        at = match take_piece(office, piece).await? {
            Ok(progress) => progress,
            Err(PieceRefused::NotNext { have }) => UploadProgress { have, is_stored: false },
            Err(refused) => return Ok(Err(refused)),
        };
    }
    Ok(Ok(name))
}

/// Whether a visit may have this photo, of so many bytes, beside its others; what is under way counts as well. Asked at
/// each piece: many that were begun while there was room may not all be gone on with.
async fn has_room(office: &Office, visit: VisitId, sha256: &str, of: u64) -> Result<bool> {
    let stored = store::records::form_photo::of_visit(&office.db, visit).await?;
    let mut bytes: u64 = stored.iter().map(|photo| photo.bytes.unsigned_abs()).sum();
    let mut others: BTreeSet<String> = stored.into_iter().map(|photo| photo.sent_sha256).collect();
    let is_enough = |others: usize, bytes: u64| others < MOST_PHOTOS && bytes + of <= MOST_BYTES;
    let folder = folder(office, visit);
    let cannot = || format!("cannot read {}", folder.display());
    let mut entries = match tokio::fs::read_dir(&folder).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(is_enough(others.len(), bytes)),
        Err(error) => return Err(anyhow::Error::from(error).context(cannot()).into()),
    };
    while let Some(entry) = entries.next_entry().await.with_context(cannot)? {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name != sha256 {
            bytes += entry.metadata().await.map_or(0, |about| about.len());
            others.insert(name);
        }
    }
    Ok(is_enough(others.len(), bytes))
}

async fn append(path: &Path, at: u64, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().expect("a piece lies in a folder");
    tokio::fs::create_dir_all(folder).await?;
    let mut file = tokio::fs::File::options().create(true).write(true).truncate(false).open(path).await?;
    file.seek(std::io::SeekFrom::Start(at)).await?;
    let written = file.write_all(bytes).await;
    // A piece that the disk had no room for is as if it had never come.
    match written.and(file.flush().await) {
        Ok(()) => Ok(()),
        Err(error) => {
            file.set_len(at).await?;
            Err(error)
        }
    }
}

async fn remove(path: &Path) -> Result<()> {
    Ok(tokio::fs::remove_file(path).await.with_context(|| format!("cannot remove {}", path.display()))?)
}

async fn length(path: &Path) -> Result<u64> {
    match tokio::fs::metadata(path).await {
        Ok(about) => Ok(about.len()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(anyhow::Error::from(error).context(format!("cannot look at {}", path.display())).into()),
    }
}

fn folder(office: &Office, visit: VisitId) -> PathBuf {
    office.config.dir.join("incoming").join(visit.to_string())
}

fn part(office: &Office, visit: VisitId, sha256: &str) -> PathBuf {
    folder(office, visit).join(sha256)
}

/// Removes what is left of photos that never became whole, once a visit's record is in.
pub(crate) async fn forget_pieces(office: &Office, visit: VisitId) {
    let folder = folder(office, visit);
    match tokio::fs::remove_dir_all(&folder).await {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => tracing::warn!(%visit, "pieces of photos are left in {}: {error}", folder.display()),
    }
}

/// Removes what is left of photos of visits whose day is long past, once a day of the company's; says of how many
/// visits. A phone that still has such a photo asks how far it has come, and sends it from its beginning.
///
/// # Errors
/// When the store does not answer, or the folder cannot be read.
pub async fn clear_pieces(office: &Office) -> Result<u64> {
    let today = office.today();
    if store::fact::get(&office.db, CLEARED_ON).await?.is_some_and(|day| day == today.to_string()) {
        return Ok(0);
    }
    let incoming = office.config.dir.join("incoming");
    let mut cleared = 0;
    for visit in visits_in(&incoming).await.with_context(|| format!("cannot read {}", incoming.display()))? {
        let day = store::visits::get(&office.db, visit).await?.map(|stored| stored.visit.state.appointment().day);
        if day.is_none_or(|day| day + PIECES_KEPT < today) {
            forget_pieces(office, visit).await;
            cleared += 1;
        }
    }
    let mut tx = office.db.begin().await?;
    store::fact::set(&mut tx, CLEARED_ON, &today.to_string()).await?;
    tx.commit().await?;
    Ok(cleared)
}

/// The visits that have a folder of pieces.
async fn visits_in(incoming: &Path) -> std::io::Result<Vec<VisitId>> {
    let mut entries = match tokio::fs::read_dir(incoming).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut visits = Vec::new();
    while let Some(entry) = entries.next_entry().await? {
        visits.extend(entry.file_name().to_str().and_then(|name| name.parse::<VisitId>().ok()));
    }
    Ok(visits)
}
