//! The journal of a run: `ledger.jsonl`, a header line and then one line a finished check, synced before the next.
//!
//! Whatever is on the disk when a run is killed is a header, whole lines, and at most one torn line at the end.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Header, Job};
use crate::record::Record;

/// The name of the journal in the folder of a run.
pub const JOURNAL: &str = "ledger.jsonl";

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The file system said no.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// A device or a pipe is no place for what is read again.
    #[error("{}: not a regular file", path.display())]
    Irregular {
        /// What has the journal's name.
        path: PathBuf,
    },
    /// Another run holds the journal.
    #[error("{}: another run is writing here", path.display())]
    Busy {
        /// The journal.
        path: PathBuf,
    },
    /// A line before the last is not what a journal holds.
    #[error("{}: line {line}: not a line of a journal", path.display())]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
}

/// What becomes of a run that is started again in its folder. Either way what was finished stays until the new run has
/// a result to put in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// An unfinished run is resumed, a finished one kept: its records are those of the run, and nothing is written.
    Keep,
    /// An unfinished run is resumed, a finished one run again.
    Redo,
    /// Even an unfinished run is begun anew.
    Fresh,
}

/// A line after the header.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Line {
    Record(Record),
    Finished { finished: bool },
}

/// What a journal holds.
#[derive(Debug)]
pub struct Contents {
    /// What the records belong to.
    pub header: Header,
    /// Finished checks and controls, in the order of finishing.
    pub records: Vec<Record>,
    /// Whether the run came to its end.
    pub finished: bool,
    /// Bytes up to the end of the last whole line.
    whole: u64,
}

/// Reads the journal in `folder`; `None` if there is none, or not even a header.
///
/// # Errors
/// When it cannot be read, or a line before the last is damaged.
pub fn read(folder: &Path) -> Result<Option<Contents>, JournalError> {
    let path = folder.join(JOURNAL);
    match File::open(&path) {
        Ok(mut file) => contents(&mut file, &path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(JournalError::File { path, source }),
    }
}

fn contents(file: &mut File, path: &Path) -> Result<Option<Contents>, JournalError> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(|source| JournalError::File { path: path.to_owned(), source })?;
    let damaged = |line| JournalError::Damaged { path: path.to_owned(), line };
    // What follows the last line end is torn, and the loop never sees it.
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n').filter(|line| line.ends_with(b"\n"));
    let Some(first) = lines.next() else { return Ok(None) };
    let header = serde_json::from_slice(first).map_err(|_| damaged(1))?;
    let mut contents = Contents { header, records: Vec::new(), finished: false, whole: first.len() as u64 };
    let mut lines = lines.enumerate().peekable();
    while let Some((index, line)) = lines.next() {
        match serde_json::from_slice(line) {
            Ok(Line::Record(record)) => {
                contents.records.push(record);
                contents.finished = false;
            }
            Ok(Line::Finished { finished }) => contents.finished = finished,
            // A power cut can leave rubbish that ends like a line: as good as torn.
            Err(_) if lines.peek().is_none() => break,
            Err(_) => return Err(damaged(index + 2)),
        }
        contents.whole += line.len() as u64;
    }
    Ok(Some(contents))
}

/// A journal open for appending; it is locked against other runs.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// The header that takes the place of all that is in the file, with the first line after it.
    header: Option<Header>,
    resumed: Vec<Record>,
    /// Whether the run was finished before and is kept.
    kept: bool,
    notice: Option<String>,
}

impl Journal {
    /// Opens the journal of a run in `folder`, created if need be.
    ///
    /// What is there of the same run is taken up as `again` says. What belongs to another program, seed, budget or list
    /// of claims, or is damaged, is set aside under another name.
    ///
    /// # Errors
    /// When a file cannot be read or written, or another run holds the journal.
    pub fn open(folder: &Path, header: &Header, jobs: &[Job], again: Again) -> Result<Self, JournalError> {
        let path = folder.join(JOURNAL);
        let failed = |source| JournalError::File { path: path.clone(), source };
        fs::create_dir_all(folder)
            .map_err(|source| JournalError::File { path: folder.to_owned(), source })?;
        let mut file = locked(&path)?;
        let old = match contents(&mut file, &path) {
            Ok(None) => Ok(None),
            Ok(Some(old)) => match old.header.difference(header) {
                Some(difference) => Err(format!("it belongs to another {difference}")),
                None if !belong(&old.records, jobs) => Err("its lines are not of this run".to_owned()),
                None => Ok(Some(old)),
            },
            Err(JournalError::Damaged { line, .. }) => Err(format!("line {line} is damaged")),
            Err(error) => return Err(error),
        };
        let mut notice = None;
        let old = match old {
            Ok(old) => old,
            Err(why) => {
                let aside = set_aside(&path).map_err(failed)?;
                notice = Some(format!("{} set aside as {}: {why}", path.display(), aside.display()));
                file = locked(&path)?;
                None
            }
        };
        let Some(old) = old else {
            emptied(&file).map_err(failed)?;
            let mut journal = Self { path, file, header: None, resumed: Vec::new(), kept: false, notice };
            journal.line(header)?;
            return Ok(journal);
        };
        let finished = old.finished && old.records.len() == jobs.len();
        if again == Again::Fresh || (again == Again::Redo && finished) {
            let header = Some(header.clone());
            return Ok(Self { path, file, header, resumed: Vec::new(), kept: false, notice });
        }
        file.set_len(old.whole).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        let done = old.records.len();
        let notice = if finished {
            format!("{} is finished and kept: {done} done (--fresh runs them again)", path.display())
        } else {
            format!("resuming {}: {done} done", path.display())
        };
        Ok(Self { path, file, header: None, resumed: old.records, kept: finished, notice: Some(notice) })
    }

    /// What an earlier run had done that is taken up.
    pub fn resumed(&self) -> &[Record] {
        &self.resumed
    }

    /// What a person should be told: that a run is resumed or kept, or that a file was set aside.
    pub fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    /// Adds a finished check or control; it is on the disk when this returns.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn append(&mut self, record: &Record) -> Result<(), JournalError> {
        self.line(record)
    }

    /// Marks the run as finished.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<(), JournalError> {
        if self.kept { Ok(()) } else { self.line(&Line::Finished { finished: true }) }
    }

    fn line(&mut self, value: &impl Serialize) -> Result<(), JournalError> {
        let write = || -> io::Result<()> {
            let mut lines = Vec::new();
            if let Some(header) = &self.header {
                lines = serde_json::to_vec(header)?;
                lines.push(b'\n');
                emptied(&self.file)?;
            }
            serde_json::to_writer(&mut lines, value)?;
            lines.push(b'\n');
            (&self.file).write_all(&lines)?;
            self.file.sync_data()
        };
        write().map_err(|source| JournalError::File { path: self.path.clone(), source })?;
        self.header = None;
        Ok(())
    }
}

/// An empty file, to be written from its start.
fn emptied(mut file: &File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()
}

fn locked(path: &Path) -> Result<File, JournalError> {
    let failed = |source| JournalError::File { path: path.to_owned(), source };
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return Err(JournalError::Irregular { path: path.to_owned() });
    }
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    let file = file.map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        // Some shared file systems have no locks; a run there is as safe as its folder is its own.
        Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JournalError::Busy { path: path.to_owned() }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Whether each record is of a job, by position in the whole list, claim and name; none twice.
fn belong(records: &[Record], jobs: &[Job]) -> bool {
    let mut seen = HashSet::new();
    let of = |record: &Record, job: &Job| {
        job.position == record.position && job.claim.id == record.claim && job.name() == record.name
    };
    records.iter().all(|record| seen.insert(record.position) && jobs.iter().any(|job| of(record, job)))
}

/// Renames a file to the first free name of its kind.
fn set_aside(path: &Path) -> io::Result<PathBuf> {
    let mut number = 1;
    loop {
        let kept = path.with_file_name(format!("ledger.{number}.jsonl"));
        if !kept.try_exists()? {
            fs::rename(path, &kept)?;
            return Ok(kept);
        }
        number += 1;
    }
}
