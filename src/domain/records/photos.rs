//! Photos as submitted: names and bytes.

use super::BadField;

/// Maximum size of a photo, in bytes.
pub const MAX_PHOTO_BYTES: usize = 15 * 1024 * 1024;
/// Maximum total size of a record's photos, in bytes.
pub const MAX_PHOTOS_BYTES: usize = 60 * 1024 * 1024;

/// Whether a name can only be a file's name: no folder, and nothing with a special meaning in file systems or URLs.
#[must_use]
pub fn is_plain_photo_name(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let stem = [".jpg", ".jpeg", ".png"].iter().find_map(|ending| lower.strip_suffix(ending));
    stem.is_some_and(|stem| !stem.is_empty() && !stem.starts_with('.'))
        && name.len() <= 200
        && !name.chars().any(|c| c.is_control() || "/\\:*?\"<>|%#".contains(c))
}

/// What is wrong with submitted photos: their names, their sizes, or that they are not pictures.
#[must_use]
pub fn bad_photos(photos: &[(String, Vec<u8>)]) -> Vec<BadField> {
    let mut bad = Vec::new();
    let mut wrong = |path: String, name: &str, rule: String, remedy: &str| {
        bad.push(BadField { path, value: format!("{name:?}"), rule, remedy: remedy.to_owned() });
    };
    for (index, (name, bytes)) in photos.iter().enumerate() {
        let path = || format!("photo file {}", index + 1);
        if !is_plain_photo_name(name) {
            let rule = "a photo's name is a plain file name that ends in .jpg, .jpeg or .png".to_owned();
            wrong(path(), name, rule, "rename it, for example to finding-1.jpg");
        }
        if photos[..index].iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            wrong(path(), name, "two files with this name were handed in".to_owned(), "hand each photo in once");
        }
        if bytes.len() > MAX_PHOTO_BYTES {
            let rule = format!("the photo has {} bytes, and {MAX_PHOTO_BYTES} are allowed", bytes.len());
            wrong(path(), name, rule, "make it smaller");
        }
        if !is_picture(bytes) {
            wrong(path(), name, "the file is neither a JPEG nor a PNG picture".to_owned(), "save it as JPEG or PNG");
        }
    }
    let total: usize = photos.iter().map(|(_, bytes)| bytes.len()).sum();
    if total > MAX_PHOTOS_BYTES {
        let rule = format!("the photos have {total} bytes together, and {MAX_PHOTOS_BYTES} are allowed");
        wrong(
            "photo files".to_owned(),
            &format!("{} files", photos.len()),
            rule,
            "make them smaller, or leave some out",
        );
    }
    bad
}

/// JPEG begins with SOI and a marker (ITU T.81, B.1.1.3), PNG with its signature (ISO/IEC 15948, 5.2).
fn is_picture(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xd8, 0xff]) || bytes.starts_with(b"\x89PNG\r\n\x1a\n")
}
