//! Files that lie outside the database: artwork and proofs, named by the SHA-256 of their bytes. Replicas share
//! the folder. A file is written before its row, so a row never names a file that is not there.
use crate::http::Problem;
use crate::http::body::Digested;
use crate::http::problem::internal;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufRead, BufReader, Seek, Write};
use std::path::{Path, PathBuf};
use store::error::Code;
use store::fulfilment::artworks::StoredFile;

/// The largest file.
pub const FILE_MAX_BYTES: usize = 20 * 1024 * 1024;

/// What is read of a file at once.
const BUFFER_BYTES: usize = 64 * 1024;

/// The kinds of file that are taken, by how their bytes begin. None of them is shown by a browser as a page.
const KINDS: [(&str, &str, &[u8]); 5] = [
    ("application/pdf", "pdf", b"%PDF-"),
    ("image/png", "png", b"\x89PNG\r\n\x1a\n"),
    ("image/jpeg", "jpg", b"\xff\xd8\xff"),
    ("image/tiff", "tif", b"II*\0"),
    ("image/tiff", "tif", b"MM\0*"),
];

/// The media types that are taken.
pub fn media_types() -> Vec<&'static str> {
    let mut types: Vec<&str> = KINDS.iter().map(|(media_type, ..)| *media_type).collect();
    types.dedup();
    types
}

/// What the bytes are, where it is a kind that is taken.
pub fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    KINDS
        .iter()
        .find(|(_, _, begins)| bytes.starts_with(begins))
        .map(|(media_type, ..)| *media_type)
}

/// The media type as it is known here, and the ending of its files' names.
pub fn known(media_type: &str) -> Option<(&'static str, &'static str)> {
    KINDS
        .iter()
        .find(|(known, ..)| *known == media_type)
        .map(|(known, ending, _)| (*known, *ending))
}

/// The folder of the files.
#[derive(Clone, Debug)]
pub struct Files(PathBuf);

impl Files {
    /// The files in this folder, which is made when the first comes.
    pub fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// Keeps the bytes.
    ///
    /// # Errors
    /// [`internal`] where the folder cannot be written.
    pub fn keep(&self, media_type: &str, bytes: &[u8]) -> Result<StoredFile, Problem> {
        let sha256 = Digested::of(bytes).0;
        let path = self.path(&sha256);
        write(&path, bytes).map_err(|error| {
            tracing::error!(%error, path = %path.display(), "a file could not be kept");
            internal()
        })?;
        Ok(StoredFile {
            sha256,
            media_type: media_type.to_owned(),
            bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        })
    }

    /// The bytes of a file that was kept.
    ///
    /// # Errors
    /// [`Code::NotFound`] where this replica does not see the folder that it was kept in.
    pub fn read(&self, file: &StoredFile) -> Result<Vec<u8>, Problem> {
        let path = self.path(&file.sha256);
        std::fs::read(&path).map_err(|error| {
            tracing::error!(%error, path = %path.display(), "a file that is on record is missing");
            Problem::new(Code::NotFound, "The file is not where it was kept.")
        })
    }

    /// Keeps what `fill` writes, however large.
    ///
    /// # Errors
    /// Those of `fill`, and where the folder cannot be written.
    pub fn keep_written<E: From<std::io::Error>>(
        &self,
        media_type: &str,
        fill: impl FnOnce(&mut File) -> Result<(), E>,
    ) -> Result<StoredFile, E> {
        std::fs::create_dir_all(&self.0)?;
        let mut beside = tempfile::NamedTempFile::new_in(&self.0)?;
        fill(beside.as_file_mut())?;
        let file = beside.as_file_mut();
        file.sync_all()?;
        file.rewind()?;
        let mut digest = Sha256::new();
        let mut reader = BufReader::with_capacity(BUFFER_BYTES, &*file);
        let mut bytes = 0;
        loop {
            let part = reader.fill_buf()?;
            let read = part.len();
            if read == 0 {
                break;
            }
            digest.update(part);
            reader.consume(read);
            bytes += read;
        }
        let digits = digest.finalize();
        let sha256: String = digits.iter().map(|byte| format!("{byte:02x}")).collect();
        let path = self.path(&sha256);
        std::fs::create_dir_all(path.parent().unwrap_or(&self.0))?;
        beside.persist(path).map_err(|error| error.error)?;
        Ok(StoredFile {
            sha256,
            media_type: media_type.to_owned(),
            bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        })
    }

    /// Opens a file that was kept.
    ///
    /// # Errors
    /// Where this replica does not see the folder that it was kept in.
    pub fn open(&self, file: &StoredFile) -> std::io::Result<File> {
        File::open(self.path(&file.sha256))
    }

    /// Deletes a file, whether it is still there or not.
    ///
    /// # Errors
    /// Where it is there and cannot be deleted.
    pub fn delete(&self, file: &StoredFile) -> std::io::Result<()> {
        match std::fs::remove_file(self.path(&file.sha256)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Two letters a folder, so that no folder holds too many.
    fn path(&self, sha256: &str) -> PathBuf {
        let folder = sha256.get(..2).unwrap_or_default();
        self.0.join(folder).join(sha256)
    }
}

/// Writes beside, then renames: nobody sees half a file.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if path.exists() {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let beside = folder.join(format!("{}.part", uuid::Uuid::now_v7()));
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::{kind_of, known};

    #[test]
    fn files_are_what_their_bytes_say() {
        assert_eq!(kind_of(b"%PDF-1.7\n"), Some("application/pdf"));
        assert_eq!(kind_of(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(kind_of(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(kind_of(b"MM\0*...."), Some("image/tiff"));
        for page in ["<!doctype html>", "<svg xmlns=", " %PDF-", "GIF89a", ""] {
            assert_eq!(kind_of(page.as_bytes()), None, "{page}");
        }
        assert_eq!(known("image/jpeg"), Some(("image/jpeg", "jpg")));
        assert_eq!(known("text/html"), None);
    }
}
