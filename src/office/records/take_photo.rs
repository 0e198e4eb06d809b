//! Receives photos from phones in pieces, so that a lost signal only costs the last piece (R10, R15).
//!
//! Pieces are collected in a file in the office's folder. When the last one has arrived, the whole is verified against
//! its SHA-256, decoded and encoded again: only pixels are stored.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::Days;
use tokio::io::{AsyncSeekExt, AsyncWriteExt};
use tokio::sync::{Mutex, MutexGuard};

use crate::documents::sha256;
use crate::{Office, Result};
use domain::ids::VisitId;
use domain::records::{FormPhoto, MAX_PHOTO_BYTES};
use paper::photos::{self, UnreadablePhoto};

/// Maximum size of a piece, in bytes.
pub const PIECE_BYTES: usize = 256 * 1024;
/// Maximum number of photos that phones may upload for a visit, including those that no record refers to in the end.
const MOST_PHOTOS: usize = 200;
/// Maximum total size of a visit's photos, in bytes as sent.
const MOST_BYTES: u64 = 240 * 1024 * 1024;

/// How long after a visit's day pieces of its photos are kept. By then, links to its form have expired.
const PIECES_KEPT: Days = Days::new(90);
/// The fact with the day, at the company, on which pieces were last removed.
const CLEARED_ON: &str = "pieces-cleared-on";

/// The progress of an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UploadProgress {
    /// How many bytes have arrived, counted from the beginning.
    pub have: u64,
    /// Whether the photo has arrived completely and is stored.
    pub is_stored: bool,
}

/// Why a piece was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PieceRefused {
    #[error("the next piece begins at {have}")]
    NotNext { have: u64 },
    #[error(
        "a photo may have {MAX_PHOTO_BYTES} bytes, and a piece {PIECE_BYTES}; a visit may have {MOST_PHOTOS} photos"
    )]
    TooLarge,
    /// The whole photo does not match its SHA-256: it was deleted, and can be uploaded again.
    #[error("what arrived differs from what was sent; send it again from the beginning")]
    Hash,
    #[error("this is not a photo: {0}")]
    NotAPhoto(String),
    #[error("the photo is damaged: {0}")]
    Damaged(String),
}

/// A piece of a photo.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    pub visit: VisitId,
    /// SHA-256 of the whole photo as sent: 64 hexadecimal digits, already validated.
    pub sha256: &'a str,
    /// The piece's offset, in bytes.
    pub at: u64,
    /// The size of the whole photo, in bytes.
    pub of: u64,
    pub bytes: &'a [u8],
}

/// Uploads of the same photo take turns. Different photos may share a lock, which only costs time.
static TURNS: [Mutex<()>; 64] = [const { Mutex::const_new(()) }; 64];

async fn turn(sha256: &str) -> MutexGuard<'static, ()> {
    let place = usize::from_str_radix(&sha256[..2], 16).unwrap_or(0) % TURNS.len();
    TURNS[place].lock().await
}

/// The progress of a photo's upload.
///
/// # Errors
/// If the office's folder cannot be read.
pub async fn progress(office: &Office, visit: VisitId, sha256: &str) -> Result<UploadProgress> {
    let stored = store::records::form_photo::of_visit(&office.db, visit).await?;
    if let Some(photo) = stored.iter().find(|photo| photo.sent_sha256 == sha256) {
        return Ok(UploadProgress { have: photo.bytes.unsigned_abs(), is_stored: true });
    }
    Ok(UploadProgress { have: length(&part(office, visit, sha256)).await?, is_stored: false })
}

/// A thumbnail of a photo as JPEG; `None` if the photo has not arrived completely.
///
/// # Errors
/// If the stored photo cannot be read.
pub async fn small(office: &Office, visit: VisitId, sha256: &str) -> Result<Option<Vec<u8>>> {
    let stored = store::records::form_photo::of_visit(&office.db, visit).await?;
    let Some(photo) = stored.into_iter().find(|photo| photo.sent_sha256 == sha256) else { return Ok(None) };
    let kept = office.documents.get(&photo.sha256).await?;
    let picture = photos::small_beside(kept).await.context("a photo that was kept cannot be read")?;
    Ok(Some(picture.jpeg.to_vec()))
}

/// Accepts the next piece of a photo; the last one completes it. If a piece has already arrived, it is refused with the
/// offset at which to continue; nothing is stored twice.
///
/// # Errors
/// The inner error is the refusal; the outer one means that the store failed or the disk is full.
pub async fn take_piece(
    office: &Office,
    piece: Piece<'_>,
) -> Result<std::result::Result<UploadProgress, PieceRefused>> {
    let Piece { visit, sha256, at, of, bytes } = piece;
    // The offset sent by a phone can be any number.
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
        // It was announced with another size before, which cannot have been right for this hash.
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

/// Verifies the whole photo against its hash, encodes it again and stores it.
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

/// Stores a photo that came with a form in a file, as if a phone had uploaded it; storing the same one again changes
/// nothing.
///
/// # Errors
/// The inner error is the refusal; the outer one means that the store failed or the disk is full.
pub(crate) async fn take_whole(
    office: &Office,
    visit: VisitId,
    bytes: &[u8],
) -> Result<std::result::Result<String, PieceRefused>> {
    let name = sha256(bytes);
    let mut at = progress(office, visit, &name).await?;
    // Continues after the part that a phone has already uploaded.
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

/// Whether a visit has room for a photo of this size next to its others, including unfinished ones. Checked at each
/// piece, because not all uploads that were begun while there was room can be completed.
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
    // If the disk had no room for a piece, it counts as never received.
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

/// Removes unfinished photos once a visit's record has arrived.
pub(crate) async fn forget_pieces(office: &Office, visit: VisitId) {
    let folder = folder(office, visit);
    match tokio::fs::remove_dir_all(&folder).await {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => tracing::warn!(%visit, "pieces of photos are left in {}: {error}", folder.display()),
    }
}

/// Removes unfinished photos of visits long past, once on each day at the company; returns the number of visits. A
/// phone that still has such a photo asks for its progress, and uploads it from the beginning.
///
/// # Errors
/// If the folder cannot be read.
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
