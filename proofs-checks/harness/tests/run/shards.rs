use std::path::Path;

use lip1_harness::ledger::Ledger;
use lip1_harness::merge::{MergeError, Merged, merge};
use lip1_harness::record::Ended;
use lip1_harness::run::{self, Contents, Shard};
use tempfile::tempdir;

use crate::claims::{FLIPPED, SQUARES};
use crate::{run_shard, run_whole, timeless};

const CLAIMS: [&lip1_harness::Claim; 2] = [&SQUARES, &FLIPPED];

fn shard(text: &str) -> (String, Contents) {
    let folder = tempdir().unwrap();
    let shard: Shard = text.parse().unwrap();
    run_shard(folder.path(), &CLAIMS, shard, 1);
    (text.to_owned(), contents(folder.path()))
}

fn contents(folder: &Path) -> Contents {
    run::read_journal(folder).unwrap().unwrap()
}

fn merged(parts: &[(String, Contents)]) -> Result<Merged, MergeError> {
    merge(parts, "program")
}

#[test]
fn shards_merged_in_any_order_equal_the_whole() {
    let whole = timeless(&run_whole(tempdir().unwrap().path(), &CLAIMS, 2));
    for of in [1, 2, 4, 50] {
        let mut parts: Vec<_> = (0..of).map(|index| shard(&format!("{index}/{of}"))).collect();
        parts.reverse();
        let merged = merged(&parts).unwrap();
        let ledger = Ledger::new(&merged.header, &run::jobs(&CLAIMS), &merged.records).unwrap();
        assert_eq!(timeless(&ledger), whole, "{of} shards");
    }
}

#[test]
fn a_missing_shard_is_named() {
    let error = merged(&[shard("0/3"), shard("2/3")]).unwrap_err();
    assert_eq!(error.to_string(), "shard 1/3 is missing");
}

#[test]
fn an_unfinished_shard_is_named() {
    let mut part = shard("0/1");
    part.1.finished = false;
    assert_eq!(merged(&[part]).unwrap_err().to_string(), "0/1: shard 0/1 is not finished");
}

#[test]
fn the_same_shard_twice_is_fine_and_two_that_disagree_conflict() {
    assert!(merged(&[shard("0/1"), shard("0/1")]).is_ok());
    let mut other = shard("0/1");
    let Ended::Check(found) = &mut other.1.records[0].result else { panic!("a check") };
    found.cases += 1;
    assert!(matches!(merged(&[shard("0/1"), other]), Err(MergeError::Conflict { .. })));
}

#[test]
fn shards_of_another_program_seed_or_split_are_refused() {
    let other = |change: fn(&mut Contents)| {
        let mut part = shard("1/2");
        change(&mut part.1);
        merged(&[shard("0/2"), part]).unwrap_err().to_string()
    };
    assert_eq!(other(|part| part.header.program = "another".into()), "1/2: another program");
    assert_eq!(other(|part| part.header.seed = "8".into()), "1/2: another seed");
    assert_eq!(other(|part| part.header.shard = "1/3".parse().unwrap()), "1/2: another number of shards");
    assert_eq!(merge(&[shard("0/1")], "another").unwrap_err().to_string(), "0/1: another program");
    assert!(merged(&[]).is_err());
}
