//! Shards of one run put together.

use crate::record::Record;
use crate::run::{Contents, Header, Shard};

/// Why shards do not make a run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// No shard was given.
    #[error("no shards")]
    Nothing,
    /// A shard comes from elsewhere.
    #[error("{folder}: another {what}")]
    Other {
        /// The folder of the shard.
        folder: String,
        /// What differs: program, seed, budget, claims.
        what: &'static str,
    },
    /// Two folders disagree about a check or control.
    #[error("{folder}: {claim} {name}: conflicts with another shard")]
    Conflict {
        /// The folder of the second.
        folder: String,
        /// Id of the claim.
        claim: String,
        /// Name of the check or control.
        name: String,
    },
    /// A shard is not finished.
    #[error("{folder}: shard {shard} is not finished")]
    Unfinished {
        /// The folder of the shard.
        folder: String,
        /// The shard.
        shard: Shard,
    },
    /// A shard is not there.
    #[error("shard {shard} is missing")]
    Missing {
        /// The shard, as `I/N`.
        shard: String,
    },
}

/// A whole run made of its shards.
#[derive(Debug)]
pub struct Merged {
    /// The header of the whole.
    pub header: Header,
    /// The records of all shards.
    pub records: Vec<Record>,
}

/// Merges finished shards, each with the name of its folder; `program` is the hash of the program that asks.
///
/// The same shard may appear twice if both agree, timings apart.
///
/// # Errors
/// When a shard is missing, unfinished, of another run or program, or two conflict.
pub fn merge(parts: &[(String, Contents)], program: &str) -> Result<Merged, MergeError> {
    let (_, first) = parts.first().ok_or(MergeError::Nothing)?;
    let mut records: Vec<Record> = Vec::new();
    for (folder, part) in parts {
        let other = |what| MergeError::Other { folder: folder.clone(), what };
        if part.header.program != program {
            return Err(other("program"));
        }
        if part.header.shard.of() != first.header.shard.of() {
            return Err(other("number of shards"));
        }
        let placed = Header { shard: first.header.shard, ..part.header.clone() };
        if let Some(what) = first.header.difference(&placed) {
            return Err(other(what));
        }
        if !part.finished {
            return Err(MergeError::Unfinished { folder: folder.clone(), shard: part.header.shard });
        }
        for record in &part.records {
            match records.iter().find(|known| known.position == record.position) {
                None => records.push(record.clone()),
                Some(known) if agree(known, record) => {}
                Some(_) => {
                    return Err(MergeError::Conflict {
                        folder: folder.clone(),
                        claim: record.claim.clone(),
                        name: record.name.clone(),
                    });
                }
            }
        }
    }
    let shards = first.header.shard.of();
    let there = |index: &usize| parts.iter().any(|(_, part)| part.header.shard.index() == *index);
    if let Some(index) = (0..shards).find(|index| !there(index)) {
        return Err(MergeError::Missing { shard: format!("{index}/{shards}") });
    }
    Ok(Merged { header: Header { shard: Shard::WHOLE, ..first.header.clone() }, records })
}

/// Whether two records say the same, timings apart.
fn agree(one: &Record, other: &Record) -> bool {
    one.claim == other.claim && one.name == other.name && one.result == other.result
}
