//! Worker threads over a list of jobs.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use super::{Job, Journal, JournalError, Settings};
use crate::record::Record;

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
    mut progress: impl FnMut(Progress<'_>),
) -> Result<Vec<Record>, JournalError> {
    let mut records = journal.resumed().to_vec();
    let todo: Vec<&Job> =
        jobs.iter().filter(|job| !records.iter().any(|record| record.position == job.position)).collect();
    let next = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    let (sender, finished) = mpsc::channel();
    let work = || {
        let sender = sender.clone();
        while !stop.load(Ordering::Relaxed) {
            let Some(job) = todo.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
            if sender.send(job.run(settings)).is_err() {
                break;
            }
        }
    };
    let outcome = thread::scope(|scope| {
        for _ in 0..threads.clamp(1, todo.len().max(1)) {
            scope.spawn(work);
        }
        for record in finished.iter().take(todo.len()) {
            if let Err(error) = journal.append(&record) {
                stop.store(true, Ordering::Relaxed);
                return Err(error);
            }
            records.push(record);
            if let Some(last) = records.last() {
                progress(Progress { done: records.len(), total: jobs.len(), last });
            }
        }
        Ok(())
    });
    outcome?;
    records.sort_by_key(|record| record.position);
    Ok(records)
}
