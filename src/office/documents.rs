//! Files stored by their SHA-256: reports, certificates, photos.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use sha2::{Digest, Sha256};

/// The document store: a folder, with two levels of subfolders by hash.
#[derive(Debug, Clone)]
pub struct Documents {
    folder: PathBuf,
}

/// The SHA-256 of `bytes`, in lower-case hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
        text
    })
}

impl Documents {
    /// Documents stored as files below `folder`.
    #[must_use]
    pub fn folder(folder: &Path) -> Documents {
        Documents { folder: folder.to_owned() }
    }

    /// The path of the document with this hash.
    #[must_use]
    pub fn path(&self, sha256: &str) -> PathBuf {
        self.folder.join(&sha256[..2]).join(sha256)
    }

    /// Stores `bytes` durably and returns their hash. Storing the same bytes again changes nothing.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub async fn put(&self, bytes: Vec<u8>) -> anyhow::Result<String> {
        let hash = sha256(&bytes);
        let path = self.path(&hash);
        let name = hash.clone();
        tokio::task::spawn_blocking(move || write_durably(&path, &bytes))
            .await
            .expect("writing a file does not panic")
            .with_context(|| format!("cannot keep document {name}"))?;
        Ok(hash)
    }

    /// The bytes of a document, verified against its hash.
    ///
    /// # Errors
    /// If it is missing, cannot be read, or was changed on disk.
    pub async fn get(&self, hash: &str) -> anyhow::Result<Vec<u8>> {
        let path = self.path(hash);
        let bytes = tokio::fs::read(&path).await.with_context(|| format!("cannot read document {}", path.display()))?;
        ensure!(sha256(&bytes) == hash, "document {} was changed on disk; restore it from a backup", path.display());
        Ok(bytes)
    }
}

/// Writes to a temporary name, syncs, renames, and syncs the folder, so that the file is either complete or absent.
fn write_durably(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    if path.metadata().is_ok_and(|found| found.len() == bytes.len() as u64) {
        return Ok(());
    }
    let folder = path.parent().expect("a document lies in a folder");
    if !folder.is_dir() {
        std::fs::create_dir_all(folder)?;
        // The folder's own entry must survive a power cut, too.
        std::fs::File::open(folder.parent().expect("two levels deep"))?.sync_all()?;
    }
    let temporary = path.with_extension(format!("{}.tmp", std::process::id()));
    let mut file = std::fs::File::create(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&temporary, path)?;
    std::fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_document_changed_on_disk_is_not_given_out() {
        let folder = tempfile::tempdir().unwrap();
        let documents = Documents::folder(folder.path());
        let hash = documents.put(b"report".to_vec()).await.unwrap();
        assert_eq!(documents.get(&hash).await.unwrap(), b"report");
        std::fs::write(documents.path(&hash), b"altered").unwrap();
        assert!(documents.get(&hash).await.unwrap_err().to_string().contains("was changed on disk"));
    }
}
