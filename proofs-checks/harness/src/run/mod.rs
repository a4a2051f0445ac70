//! Running checks and controls: the list of jobs, the worker threads, the journal that makes a run resumable.

mod header;
mod job;
mod journal;
mod shard;
mod workers;

pub use crate::store::Again;
pub use header::{Header, program_hash};
pub use job::{Job, Part, Settings, jobs};
pub use journal::{Contents, JOURNAL, Journal, read_journal};
pub use shard::Shard;
pub use workers::{Progress, RunError, run};
