//! Runs of small claims made for the purpose: determinism, resuming, shards, crashes, a false claim.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test's failure is a panic")]

mod claims;
mod crash;
mod determinism;
mod falsehood;
mod resume;
mod shards;

use std::path::Path;

use lip1_harness::ledger::Ledger;
use lip1_harness::run::{self, Again, Header, Job, Journal, Settings, Shard};
use lip1_harness::{Budget, Claim};
use serde_json::Value;

const SETTINGS: Settings = Settings { seed: 7, budget: Budget::Quick, cases: None };

fn header(claims: &[&'static Claim], shard: Shard) -> Header {
    Header::new("program", SETTINGS, claims, shard)
}

/// Runs a shard in `folder` and returns how many jobs it had left to do; a finished one is kept.
fn run_shard(folder: &Path, claims: &[&'static Claim], shard: Shard, threads: usize) -> usize {
    run_shard_again(folder, claims, shard, threads, Again::Keep)
}

fn run_shard_again(
    folder: &Path,
    claims: &[&'static Claim],
    shard: Shard,
    threads: usize,
    again: Again,
) -> usize {
    let jobs: Vec<Job> = run::jobs(claims).into_iter().filter(|job| shard.contains(job.position)).collect();
    let mut journal = Journal::open(folder, &header(claims, shard), &jobs, again).unwrap();
    let left = jobs.len() - journal.resumed().len();
    run::run(&jobs, SETTINGS, threads, &mut journal, |_| {}).unwrap();
    journal.finish().unwrap();
    left
}

/// Runs everything in `folder` and returns the ledger.
fn run_whole(folder: &Path, claims: &[&'static Claim], threads: usize) -> Ledger {
    run_shard(folder, claims, Shard::WHOLE, threads);
    let records = run::read_journal(folder).unwrap().unwrap().records;
    Ledger::new(&header(claims, Shard::WHOLE), &run::jobs(claims), &records).unwrap()
}

/// The ledger's text without what may differ between two equal runs.
fn timeless(ledger: &Ledger) -> String {
    let mut value: Value = serde_json::from_str(&ledger.to_json().unwrap()).unwrap();
    strip(&mut value);
    value.to_string()
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for key in ["seconds", "check_seconds", "machine"] {
                map.remove(key);
            }
            map.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}
