//! Converts photos from a phone into pictures for a report: upright, at most 1,600 pixels, without location or other
//! metadata.
//!
//! Photos are untrusted input: the header is checked first, dimensions and memory are limited, and a panic in the
//! decoder costs one photo, never the daemon.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use sha2::{Digest, Sha256};

use domain::reports::{Colours, Picture};

/// Maximum size of a file, in bytes.
pub const LARGEST_FILE: usize = 40 * 1024 * 1024;
/// Maximum number of pixels of a photo.
pub const MOST_PIXELS: u64 = 50_000_000;
/// Maximum memory for decoding a photo, in bytes.
pub const MOST_MEMORY: u64 = 128 * 1024 * 1024;
/// The longer side of a report picture in pixels: at least 300 dpi at half a page's width.
pub const LONGEST_SIDE: u32 = 1_600;
/// JPEG quality of report pictures, out of 100; a logo has sharp edges.
const QUALITY: u8 = 82;
const LOGO_QUALITY: u8 = 95;
/// The longer side of a thumbnail in pixels, as shown on a phone for another phone's photo.
const SMALL_SIDE: u32 = 480;
/// The longer side of a logo in pixels: 300 dpi at its printed width.
pub const LOGO_SIDE: u32 = 720;

/// Why a file is not usable as a photo.
#[derive(Debug, thiserror::Error)]
pub enum UnreadablePhoto {
    #[error("the file has {bytes} bytes; a photo may have {LARGEST_FILE}")]
    TooManyBytes { bytes: usize },
    #[error("the file is neither a JPEG nor a PNG")]
    NotAPhoto,
    #[error("the photo has {width} x {height} pixels; it may have {MOST_PIXELS}")]
    TooManyPixels { width: u32, height: u32 },
    /// Decoders fill missing data with grey; a report must not.
    #[error("the photo ends before its last line")]
    CutShort,
    #[error("the photo is damaged")]
    Damaged(#[from] image::ImageError),
    #[error("the photo cannot be decoded")]
    Broken,
}

/// Only one photo is decoded at a time.
static ONE_AT_A_TIME: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(1);

/// Like [`prepare`], on a blocking thread.
///
/// # Errors
/// [`UnreadablePhoto`] if the file is not a usable photo.
pub async fn prepare_beside(bytes: Vec<u8>) -> Result<Picture, UnreadablePhoto> {
    made_beside(bytes, LONGEST_SIDE).await
}

async fn made_beside(bytes: Vec<u8>, longest_side: u32) -> Result<Picture, UnreadablePhoto> {
    let _turn = ONE_AT_A_TIME.acquire().await.expect("the semaphore is never closed");
    let made = tokio::task::spawn_blocking(move || made(&bytes, longest_side, QUALITY)).await;
    made.unwrap_or(Err(UnreadablePhoto::Broken))
}

fn made(bytes: &[u8], longest_side: u32, quality: u8) -> Result<Picture, UnreadablePhoto> {
    if bytes.len() > LARGEST_FILE {
        return Err(UnreadablePhoto::TooManyBytes { bytes: bytes.len() });
    }
    catch_unwind(AssertUnwindSafe(|| encode(decode(bytes, longest_side)?, quality)))
        .unwrap_or(Err(UnreadablePhoto::Broken))
}

/// Converts a file into a picture. The same bytes give the same picture.
///
/// # Errors
/// [`UnreadablePhoto`] if the file is not a usable photo.
pub fn prepare(bytes: &[u8]) -> Result<Picture, UnreadablePhoto> {
    made(bytes, LONGEST_SIDE, QUALITY)
}

/// Makes a JPEG thumbnail of a photo, on a blocking thread.
///
/// # Errors
/// [`UnreadablePhoto`] if the file is not a usable photo.
pub async fn small_beside(bytes: Vec<u8>) -> Result<Picture, UnreadablePhoto> {
    made_beside(bytes, SMALL_SIDE).await
}

/// Converts a file into a company logo.
///
/// # Errors
/// [`UnreadablePhoto`] if the file is not a usable picture.
pub fn prepare_logo(bytes: &[u8]) -> Result<Picture, UnreadablePhoto> {
    made(bytes, LOGO_SIDE, LOGO_QUALITY)
}

/// A picture from bytes that [`prepare`] made, unchanged; other bytes are converted as by [`prepare`].
///
/// # Errors
/// [`UnreadablePhoto`] if the file is not a usable photo.
pub async fn kept_beside(bytes: Vec<u8>) -> Result<Picture, UnreadablePhoto> {
    match catch_unwind(AssertUnwindSafe(|| header(&bytes))).unwrap_or(Err(UnreadablePhoto::Broken))? {
        Some((width, height, colours)) => {
            let sha256 = Sha256::digest(&bytes).into();
            Ok(Picture { jpeg: std::sync::Arc::new(bytes), width, height, colours, sha256 })
        }
        None => prepare_beside(bytes).await,
    }
}

/// The header of a JPEG like those made by [`prepare`]: small enough, and without metadata.
fn header(bytes: &[u8]) -> Result<Option<(u32, u32, Colours)>, UnreadablePhoto> {
    if !is_bare(bytes) {
        return Ok(None);
    }
    let decoder = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Jpeg).into_decoder()?;
    let (width, height) = decoder.dimensions();
    let colours = match decoder.color_type() {
        image::ColorType::L8 => Colours::Grey,
        image::ColorType::Rgb8 => Colours::Rgb,
        _ => return Ok(None),
    };
    Ok((width.max(height) <= LONGEST_SIDE).then_some((width, height, colours)))
}

/// Whether a JPEG contains only what its pixels need, up to its scan: no EXIF, comments or maker notes.
fn is_bare(bytes: &[u8]) -> bool {
    let mut others = segments(bytes);
    // JFIF header, tables, frames, restart intervals.
    let is_bare = others.all(|(marker, _)| matches!(marker, 0xe0 | 0xdb | 0xc0..=0xc4 | 0xdd | SCAN));
    is_bare && scan(bytes).is_some() && bytes.ends_with(&END)
}

/// Whether a JPEG has an end marker after the start of its first scan. The marker's bytes cannot occur inside a scan,
/// and a thumbnail, with an end marker of its own, precedes it.
fn has_its_end(bytes: &[u8]) -> bool {
    scan(bytes).is_some_and(|at| bytes[at..].windows(2).any(|two| two == END))
}

/// Markers of a JPEG (ITU T.81, B.1.1.3).
const SCAN: u8 = 0xda;
const END: [u8; 2] = [0xff, 0xd9];

/// Offset of the first scan; `None` if this is not a JPEG, or is cut off before its scan.
fn scan(bytes: &[u8]) -> Option<usize> {
    segments(bytes).find(|(marker, _)| *marker == SCAN).map(|(_, at)| at)
}

/// The segments of a JPEG, up to and including its first scan: marker and offset.
fn segments(bytes: &[u8]) -> impl Iterator<Item = (u8, usize)> {
    let mut next = bytes.starts_with(&[0xff, 0xd8]).then_some(2);
    std::iter::from_fn(move || {
        let mut at = next.take()?;
        // Any marker may be preceded by fill bytes.
        while bytes.get(at..at + 2)? == [0xff, 0xff] {
            at += 1;
        }
        let [0xff, marker, high, low] = bytes.get(at..at + 4)? else { return None };
        if *marker != SCAN {
            next = Some(at + 2 + usize::from(u16::from_be_bytes([*high, *low])));
        }
        Some((*marker, at))
    })
}

/// Reads and checks the header, and only then decodes.
fn decode(bytes: &[u8], longest_side: u32) -> Result<DynamicImage, UnreadablePhoto> {
    let format = match image::guess_format(bytes) {
        Ok(format @ (ImageFormat::Jpeg | ImageFormat::Png)) => format,
        Ok(_) | Err(_) => return Err(UnreadablePhoto::NotAPhoto),
    };
    if format == ImageFormat::Jpeg && !has_its_end(bytes) {
        return Err(UnreadablePhoto::CutShort);
    }
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS || decoder.total_bytes() > MOST_MEMORY {
        return Err(UnreadablePhoto::TooManyPixels { width, height });
    }
    decoder.set_limits(limits)?;
    let orientation = decoder.orientation()?;
    let decoded = DynamicImage::from_decoder(decoder)?;
    let mut scaled = if width.max(height) > longest_side {
        decoded.resize(longest_side, longest_side, FilterType::Triangle)
    } else {
        decoded
    };
    scaled.apply_orientation(orientation);
    Ok(scaled)
}

/// Encodes a new JPEG with nothing but pixels. Transparency becomes white.
fn encode(photo: DynamicImage, quality: u8) -> Result<Picture, UnreadablePhoto> {
    let (width, height) = (photo.width(), photo.height());
    let colours = if photo.color().has_color() { Colours::Rgb } else { Colours::Grey };
    let opaque = if photo.color().has_alpha() { on_white(&photo) } else { photo };
    let flat = match colours {
        Colours::Grey => DynamicImage::ImageLuma8(opaque.to_luma8()),
        Colours::Rgb => DynamicImage::ImageRgb8(opaque.to_rgb8()),
    };
    let mut jpeg = Vec::new();
    flat.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, quality))?;
    let sha256 = Sha256::digest(&jpeg).into();
    Ok(Picture { jpeg: std::sync::Arc::new(jpeg), width, height, colours, sha256 })
}

fn on_white(photo: &DynamicImage) -> DynamicImage {
    let mut flat = photo.to_rgba8();
    for pixel in flat.pixels_mut() {
        let alpha = u16::from(pixel[3]);
        for channel in 0..3 {
            let mixed = (u16::from(pixel[channel]) * alpha + 255 * (255 - alpha)) / 255;
            pixel[channel] = u8::try_from(mixed).expect("a mean of bytes is a byte");
        }
        pixel[3] = 255;
    }
    DynamicImage::ImageRgba8(flat)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let photo =
            RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([250, 0, 0]) } else { Rgb([0, 0, 250]) });
        let mut bytes = Vec::new();
        photo.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 90)).unwrap();
        bytes
    }

    /// An EXIF block with a rotation by 90 degrees and a secret.
    fn with_exif(jpeg: &[u8]) -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(b"GPS 40.4168 -3.7038");
        let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
        [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
    }

    #[test]
    fn a_photo_is_scaled_turned_upright_and_loses_its_place() {
        let bytes = with_exif(&jpeg(3_200, 800));
        let picture = prepare(&bytes).unwrap();
        assert_eq!((picture.width, picture.height), (400, 1_600));
        assert!(!picture.jpeg.windows(4).any(|window| window == b"Exif" || window == b"GPS "));
        let shown = image::load_from_memory(&picture.jpeg).unwrap().to_rgb8();
        assert!(shown.get_pixel(200, 10)[0] > 200 && shown.get_pixel(200, 1_590)[2] > 200);
    }

    #[test]
    fn the_same_file_gives_the_same_picture() {
        let bytes = jpeg(320, 200);
        assert_eq!(prepare(&bytes).unwrap(), prepare(&bytes).unwrap());
    }

    #[tokio::test]
    async fn what_was_made_is_taken_as_it_is_and_anything_else_is_made_anew() {
        let made = prepare(&jpeg(320, 200)).unwrap();
        let kept = kept_beside(made.jpeg.to_vec()).await.unwrap();
        assert_eq!(kept, made);
        let grey = DynamicImage::ImageLuma8(image::GrayImage::new(64, 64));
        let mut png = Vec::new();
        grey.write_to(&mut Cursor::new(&mut png), ImageFormat::Png).unwrap();
        let made = prepare(&png).unwrap();
        assert_eq!(made.colours, Colours::Grey);
        assert_eq!(kept_beside(made.jpeg.to_vec()).await.unwrap(), made);
        let tail = [made.jpeg.as_slice(), b"#!/bin/sh"].concat();
        for other in [with_exif(&jpeg(320, 200)), jpeg(3_200, 100), png, tail] {
            let kept = kept_beside(other.clone()).await.unwrap();
            assert_eq!(kept, prepare(&other).unwrap());
            assert!(is_bare(&kept.jpeg) && kept.width <= LONGEST_SIDE);
        }
    }

    #[test]
    fn what_was_transparent_lies_on_white() {
        let mut bytes = Vec::new();
        let clear = RgbaImage::from_pixel(32, 32, Rgba([0, 0, 0, 0]));
        clear.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
        let shown = image::load_from_memory(&prepare(&bytes).unwrap().jpeg).unwrap().to_rgb8();
        assert!(shown.get_pixel(16, 16)[0] > 250);
    }

    #[test]
    fn a_bomb_is_refused_by_its_header() {
        // A PNG header that claims 60,000 x 60,000 pixels.
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend([0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 2, 0, 0, 0]);
        png.extend([0x17, 0x4f, 0xbb, 0xb4, 0, 0, 0, 0, b'I', b'D', b'A', b'T', 0x35, 0xaf, 0x06, 0x1e]);
        assert!(prepare(&png).is_err());
    }

    #[tokio::test]
    async fn a_file_that_is_no_photo_costs_nothing_but_itself() {
        for bytes in [b"%PDF-1.7".to_vec(), Vec::new(), jpeg(64, 64)[..80].to_vec(), vec![0xff; 1_000]] {
            assert!(prepare_beside(bytes).await.is_err());
        }
        assert!(prepare_beside(jpeg(64, 64)).await.is_ok());
    }
}
