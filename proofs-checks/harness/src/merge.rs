//! Shards of one run put together.

use std::collections::HashSet;

use crate::record::Record;
use crate::run::{Contents, Header, Shard};
use crate::store::Header as _;

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
    /// A shard is there twice.
    #[error("{folder}: shard {shard} again, which is in {other}")]
    Doubled {
        /// The folder of the second.
        folder: String,
        /// The shard.
        shard: Shard,
        /// The folder of the first.
        other: String,
    },
    /// A shard holds what it should not.
    #[error("{folder}: {claim} {name}: {what}")]
    Record {
        /// The folder of the shard.
        folder: String,
        /// Id of the claim.
        claim: String,
        /// Name of the check or control.
        name: String,
        /// What is wrong with it.
        what: String,
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
/// # Errors
/// When a shard is missing, there twice, unfinished, or of another run or program.
pub fn merge(parts: &[(String, Contents)], program: &str) -> Result<Merged, MergeError> {
    let (_, first) = parts.first().ok_or(MergeError::Nothing)?;
    for (index, (folder, part)) in parts.iter().enumerate() {
        let shard = part.header.shard;
        let other = |what| MergeError::Other { folder: folder.clone(), what };
        if part.header.program != program {
            return Err(other("program"));
        }
        if shard.of() != first.header.shard.of() {
            return Err(other("number of shards"));
        }
        let placed = Header { shard: first.header.shard, ..part.header.clone() };
        if let Some(what) = first.header.difference(&placed) {
            return Err(other(what));
        }
        if let Some((other, _)) = parts.iter().take(index).find(|(_, part)| part.header.shard == shard) {
            return Err(MergeError::Doubled { folder: folder.clone(), shard, other: other.clone() });
        }
        if !part.finished {
            return Err(MergeError::Unfinished { folder: folder.clone(), shard });
        }
        if let Some((record, what)) = amiss(part) {
            let (claim, name) = (record.claim.clone(), record.name.clone());
            return Err(MergeError::Record { folder: folder.clone(), claim, name, what });
        }
    }
    let shards = first.header.shard.of();
    let there = |index: &usize| parts.iter().any(|(_, part)| part.header.shard.index() == *index);
    if let Some(index) = (0..shards).find(|index| !there(index)) {
        return Err(MergeError::Missing { shard: format!("{index}/{shards}") });
    }
    let records = parts.iter().flat_map(|(_, part)| part.records.iter().cloned()).collect();
    Ok(Merged { header: Header { shard: Shard::WHOLE, ..first.header.clone() }, records })
}

/// The first record that is not of its shard or there twice, and what is wrong with it.
fn amiss(part: &Contents) -> Option<(&Record, String)> {
    let mut seen = HashSet::new();
    part.records.iter().find_map(|record| {
        let shard = part.header.shard;
        if !shard.contains(record.position) {
            return Some((record, format!("not of shard {shard}")));
        }
        (!seen.insert(record.position)).then(|| (record, "two results".to_owned()))
    })
}
