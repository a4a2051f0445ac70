//! Records of long work, kept on the disk one by one so that it goes on where it was killed.
//!
//! A file of lines in JSON: a header that says what the rest belongs to, a record a line, each synced before the next,
//! and a mark at the end. Whatever is there when the work is killed is a header, whole lines, and at most one torn line.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The line that ends finished work.
const FINISHED: &[u8] = b"{\"finished\":true}\n";

/// Why a store cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A file or folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The I/O error.
        source: io::Error,
    },
    /// A device or a pipe is no place for what is read again.
    #[error("{}: not a regular file", path.display())]
    Irregular {
        /// What has the store's name.
        path: PathBuf,
    },
    /// Another run holds the store.
    #[error("{}: another run is writing here", path.display())]
    Busy {
        /// The store.
        path: PathBuf,
    },
    /// A line before the last is not what such a store holds.
    #[error("{}: line {line}: not a line of a journal", path.display())]
    Damaged {
        /// The store.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
}

/// What records belong to.
pub trait Header: Clone + Serialize + DeserializeOwned {
    /// What differs from another header, in words; `None` if nothing does.
    fn difference(&self, other: &Self) -> Option<&'static str>;
}

/// What becomes of work that is started again. Either way what was finished stays until the new work has a record to
/// put in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// Unfinished work is resumed, finished work kept: its records are those of the work, and nothing is written.
    Keep,
    /// Unfinished work is resumed, finished work done again.
    Redo,
    /// Even unfinished work is begun anew.
    Fresh,
}

/// What the records in a store are to the work at hand, whose header they are under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// One of them is none of its own.
    Foreign,
    /// There is more to do.
    Part,
    /// Nothing is left to do.
    Whole,
}

/// What a store holds.
#[derive(Debug)]
pub struct Contents<H, T> {
    /// What the records belong to.
    pub header: H,
    /// The records, in the order of finishing.
    pub records: Vec<T>,
    /// Whether the work came to its end.
    pub finished: bool,
    /// Bytes up to the end of the last whole line.
    whole: u64,
}

/// Reads a store; `None` if there is none, or not even a header.
///
/// # Errors
/// When it cannot be read, or a line before the last is damaged.
pub fn read<H: Header, T: DeserializeOwned>(path: &Path) -> Result<Option<Contents<H, T>>, StoreError> {
    match File::open(path) {
        Ok(mut file) => contents(&mut file, path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(StoreError::File { path: path.to_owned(), source }),
    }
}

fn contents<H: Header, T: DeserializeOwned>(
    file: &mut File,
    path: &Path,
) -> Result<Option<Contents<H, T>>, StoreError> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|source| StoreError::File { path: path.to_owned(), source })?;
    let damaged = |line| StoreError::Damaged { path: path.to_owned(), line };
    // What follows the last line end is torn, and the loop never sees it.
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
    let Some(first) = lines.next() else { return Ok(None) };
    let header = serde_json::from_slice(first).map_err(|_| damaged(1))?;
    let mut contents = Contents { header, records: Vec::new(), finished: false, whole: first.len() as u64 };
    let mut lines = lines.enumerate().peekable();
    while let Some((index, line)) = lines.next() {
        contents.finished = line == FINISHED;
        if !contents.finished {
            match serde_json::from_slice(line) {
                Ok(record) => contents.records.push(record),
                // A power cut can leave rubbish that ends like a line: as good as torn.
                Err(_) if lines.peek().is_none() => break,
                Err(_) => return Err(damaged(index + 2)),
            }
        }
        contents.whole += line.len() as u64;
    }
    Ok(Some(contents))
}

/// A store open for appending; it is locked against other runs.
#[derive(Debug)]
pub struct Store<H, T> {
    path: PathBuf,
    file: File,
    /// The header that takes the place of all that is in the file, with the first line after it.
    header: Option<H>,
    resumed: Vec<T>,
    kept: bool,
    set_aside: Option<String>,
}

impl<H: Header, T: Serialize + DeserializeOwned> Store<H, T> {
    /// Opens the store at `path`, made with its folder if need be.
    ///
    /// What is there under the same header is taken up as `again` says. What is under another one, damaged, or of
    /// another work by the word of `share`, is set aside under another name.
    ///
    /// # Errors
    /// When a file cannot be read or written, or another run holds the store.
    pub fn at(
        path: PathBuf,
        header: &H,
        again: Again,
        share: impl FnOnce(&[T]) -> Share,
    ) -> Result<Self, StoreError> {
        let failed = |source| StoreError::File { path: path.clone(), source };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)
                .map_err(|source| StoreError::File { path: folder.to_owned(), source })?;
        }
        let mut file = locked(&path)?;
        let (old, why) = match contents::<H, T>(&mut file, &path) {
            Ok(None) => (None, None),
            Ok(Some(old)) => match (old.header.difference(header), share(&old.records)) {
                (Some(difference), _) => (None, Some(format!("it belongs to another {difference}"))),
                (None, Share::Foreign) => (None, Some("its lines are not of this run".to_owned())),
                (None, share) => (Some((old, share)), None),
            },
            Err(StoreError::Damaged { line, .. }) => (None, Some(format!("line {line} is damaged"))),
            Err(error) => return Err(error),
        };
        let mut set_aside = None;
        if let Some(why) = why {
            let aside = move_aside(&path).map_err(failed)?;
            set_aside = Some(format!("{} set aside as {}: {why}", path.display(), aside.display()));
            file = locked(&path)?;
        }
        let mut store = Self { path, file, header: None, resumed: Vec::new(), kept: false, set_aside };
        let Some((old, share)) = old else {
            store.restart(header)?;
            return Ok(store);
        };
        let finished = old.finished && share == Share::Whole;
        if again == Again::Fresh || (again == Again::Redo && finished) {
            store.header = Some(header.clone());
        } else {
            let end = store.file.set_len(old.whole).and_then(|()| store.file.seek(SeekFrom::End(0)));
            store.done(end)?;
            (store.resumed, store.kept) = (old.records, finished);
        }
        Ok(store)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Records of earlier work that are taken up.
    pub fn resumed(&self) -> &[T] {
        &self.resumed
    }

    /// Whether the work was finished before and is kept.
    pub fn is_kept(&self) -> bool {
        self.kept
    }

    /// That something was set aside and why, in a sentence.
    pub fn set_aside(&self) -> Option<&str> {
        self.set_aside.as_deref()
    }

    /// Adds a record; it is on the disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn append(&mut self, record: &T) -> Result<(), StoreError> {
        let line = line(record);
        let line = self.done(line)?;
        self.write(&line)
    }

    /// Marks the work as finished.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<(), StoreError> {
        if self.kept { Ok(()) } else { self.write(FINISHED) }
    }

    /// Puts the header in the place of all that is there.
    fn restart(&mut self, header: &H) -> Result<(), StoreError> {
        self.header = Some(header.clone());
        self.write(&[])
    }

    fn write(&mut self, lines: &[u8]) -> Result<(), StoreError> {
        let mut bytes = Vec::new();
        if let Some(header) = self.header.take() {
            let written = line(&header).and_then(|header| {
                self.file.set_len(0)?;
                self.file.rewind()?;
                Ok(header)
            });
            bytes = self.done(written)?;
        }
        bytes.extend_from_slice(lines);
        let written = self.file.write_all(&bytes).and_then(|()| self.file.sync_data());
        self.done(written)
    }

    fn done<R>(&self, result: io::Result<R>) -> Result<R, StoreError> {
        result.map_err(|source| StoreError::File { path: self.path.clone(), source })
    }
}

fn line(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(line)
}

fn locked(path: &Path) -> Result<File, StoreError> {
    let failed = |source| StoreError::File { path: path.to_owned(), source };
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return Err(StoreError::Irregular { path: path.to_owned() });
    }
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    let file = file.map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        // Some shared file systems have no locks; a run there is as safe as its folder is its own.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Busy { path: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Renames a file to the first free name of its kind: `a.jsonl` to `a.1.jsonl`.
fn move_aside(path: &Path) -> io::Result<PathBuf> {
    let mut number = 1;
    loop {
        let aside = path.with_extension(format!("{number}.jsonl"));
        if !aside.try_exists()? {
            fs::rename(path, &aside)?;
            return Ok(aside);
        }
        number += 1;
    }
}
