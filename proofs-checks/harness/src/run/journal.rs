//! The journal of a run: a store of finished checks and controls under the header of the run.

use std::collections::HashSet;
use std::path::Path;

use super::{Header, Job};
use crate::record::Record;
use crate::store::{self, Again, Share, Store, StoreError};

/// The name of the journal in the folder of a run.
pub const JOURNAL: &str = "ledger.jsonl";

/// What a journal holds.
pub type Contents = store::Contents<Header, Record>;

/// A journal open for appending; it is locked against other runs.
pub type Journal = Store<Header, Record>;

/// Reads the journal in `folder`; `None` if there is none, or not even a header.
///
/// # Errors
/// When it cannot be read, or a line before the last is damaged.
pub fn read_journal(folder: &Path) -> Result<Option<Contents>, StoreError> {
    store::read(&folder.join(JOURNAL))
}

impl Journal {
    /// Opens the journal of a run in `folder`, created if need be.
    ///
    /// # Errors
    /// When a file cannot be read or written, or another run holds the journal.
    pub fn open(folder: &Path, header: &Header, jobs: &[Job], again: Again) -> Result<Self, StoreError> {
        Store::at(folder.join(JOURNAL), header, again, |records| share(records, jobs))
    }

    /// What a person should be told: that a run is resumed or kept, or that a file was set aside.
    pub fn notice(&self) -> Option<String> {
        let (path, done) = (self.path().display(), self.resumed().len());
        match (self.set_aside(), self.is_kept(), done) {
            (Some(said), _, _) => Some(said.to_owned()),
            (None, true, _) => {
                Some(format!("{path} is finished and kept: {done} done (--fresh runs them again)"))
            }
            (None, false, 1..) => Some(format!("resuming {path}: {done} done")),
            (None, false, 0) => None,
        }
    }
}

/// What records are to a run of these jobs: each names its job by position in the whole list, claim and name, none twice.
fn share(records: &[Record], jobs: &[Job]) -> Share {
    let mut seen = HashSet::new();
    let of = |record: &Record, job: &Job| {
        job.position == record.position && job.claim.id == record.claim && job.name() == record.name
    };
    let belongs = |record: &Record| seen.insert(record.position) && jobs.iter().any(|job| of(record, job));
    match (records.iter().all(belongs), records.len() == jobs.len()) {
        (false, _) => Share::Foreign,
        (true, false) => Share::Part,
        (true, true) => Share::Whole,
    }
}
