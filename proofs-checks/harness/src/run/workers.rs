//! The jobs of a run on several threads, each kept as soon as it is done.

use std::sync::{Mutex, PoisonError};

use super::{Job, Journal, Settings};
use crate::pool::{self, NoThreads};
use crate::record::Record;
use crate::store::StoreError;

/// Why a run stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The journal cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There are no threads to work on.
    #[error(transparent)]
    Threads(#[from] NoThreads),
}

/// How far a run is, told after each finished job.
#[derive(Debug)]
pub struct Progress<'a> {
    /// Jobs finished, resumed ones included.
    pub done: usize,
    /// Jobs in all.
    pub total: usize,
    /// The job that just finished.
    pub last: &'a Record,
}

/// Runs the jobs that the journal has not, on `threads` threads, and returns the records of all, by position.
///
/// # Errors
/// When the journal cannot be written; jobs already running are finished first.
pub fn run(
    jobs: &[Job],
    settings: Settings,
    threads: usize,
    journal: &mut Journal,
    progress: impl FnMut(Progress<'_>) + Send,
) -> Result<Vec<Record>, RunError> {
    let mut records = journal.resumed().to_vec();
    let todo: Vec<&Job> =
        jobs.iter().filter(|job| !records.iter().any(|record| record.position == job.position)).collect();
    let so_far = Mutex::new((journal, progress, records.len()));
    records.extend(pool::each(threads, &todo, |job| {
        let record = job.run(settings);
        let mut so_far = so_far.lock().unwrap_or_else(PoisonError::into_inner);
        let (journal, progress, done) = &mut *so_far;
        journal.append(&record)?;
        *done += 1;
        progress(Progress { done: *done, total: jobs.len(), last: &record });
        Ok::<_, RunError>(record)
    })?);
    records.sort_by_key(|record| record.position);
    Ok(records)
}
