use std::fs;
use std::path::Path;

use lip1_harness::ledger::Ledger;
use lip1_harness::merge::{MergeError, Merged, merge};
use lip1_harness::record::{Ended, Record};
use lip1_harness::run::{self, Again, Contents, JOURNAL, Job, Journal, Shard};
use tempfile::tempdir;

use crate::claims::{FLIPPED, SQUARES};
use crate::{SETTINGS, header, run_shard, run_shard_again, run_whole, timeless};

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
fn a_shard_given_twice_is_refused() {
    let named = |name: &str, text: &str| (name.to_owned(), shard(text).1);
    let error = merged(&[named("a", "0/2"), named("b", "1/2"), named("c", "0/2")]).unwrap_err();
    assert_eq!(error.to_string(), "c: shard 0/2 again, which is in a");
    let mut other = named("b", "0/1");
    let Ended::Check(found) = &mut other.1.records[0].result else { panic!("a check") };
    found.cases += 1;
    let error = merged(&[named("a", "0/1"), other]).unwrap_err();
    assert_eq!(error.to_string(), "b: shard 0/1 again, which is in a");
}

#[test]
fn a_shard_with_a_result_that_is_not_its_own_is_refused() {
    let mut parts = [shard("0/2"), shard("1/2")];
    let foreign = parts[1].1.records[0].clone();
    let said = format!("0/2: {} {}: not of shard 0/2", foreign.claim, foreign.name);
    parts[0].1.records.push(foreign);
    assert_eq!(merged(&parts).unwrap_err().to_string(), said);
    let mut parts = [shard("0/2"), shard("1/2")];
    let twice = parts[0].1.records[0].clone();
    let said = format!("0/2: {} {}: two results", twice.claim, twice.name);
    parts[0].1.records.push(twice);
    assert_eq!(merged(&parts).unwrap_err().to_string(), said);
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

/// Shards of several sizes: the whole, two halves, one of three, one without a job.
const SHARDS: [&str; 5] = ["0/1", "0/2", "1/2", "2/3", "49/50"];

fn jobs(shard: Shard) -> Vec<Job> {
    run::jobs(&CLAIMS).into_iter().filter(|job| shard.contains(job.position)).collect()
}

/// Records by position, without their timings.
fn timeless_records(folder: &Path) -> Vec<Record> {
    let mut records = contents(folder).records;
    records.iter_mut().for_each(|record| record.seconds = 0.0);
    records.sort_by_key(|record| record.position);
    records
}

#[test]
fn a_shard_killed_after_any_line_of_its_journal_resumes_to_the_same_ledger() {
    let whole = timeless(&run_whole(tempdir().unwrap().path(), &CLAIMS, 2));
    for text in SHARDS {
        let (folder, of): (_, Shard) = (tempdir().unwrap(), text.parse().unwrap());
        let total = run_shard(folder.path(), &CLAIMS, of, 1);
        let uninterrupted = timeless_records(folder.path());
        let bytes = fs::read(folder.path().join(JOURNAL)).unwrap();
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        assert_eq!(lines.len(), total + 2, "a header, the records, the mark of the end");
        for kept in 1..=total + 1 {
            let killed = tempdir().unwrap();
            fs::write(killed.path().join(JOURNAL), lines[..kept].concat()).unwrap();
            let left = run_shard(killed.path(), &CLAIMS, of, 2);
            assert_eq!(left, total + 1 - kept, "{text} killed after line {kept}");
            assert_eq!(timeless_records(killed.path()), uninterrupted, "{text} killed after line {kept}");
            let mut parts: Vec<_> = (0..of.of())
                .filter(|index| *index != of.index())
                .map(|index| shard(&format!("{index}/{}", of.of())))
                .collect();
            parts.push((text.to_owned(), contents(killed.path())));
            let merged = merged(&parts).unwrap();
            let ledger = Ledger::new(&merged.header, &run::jobs(&CLAIMS), &merged.records).unwrap();
            assert_eq!(timeless(&ledger), whole, "{text} killed after line {kept}");
        }
    }
}

#[test]
fn a_finished_shard_that_is_started_again_is_kept_to_the_byte() {
    for text in SHARDS {
        let (folder, shard): (_, Shard) = (tempdir().unwrap(), text.parse().unwrap());
        let total = run_shard(folder.path(), &CLAIMS, shard, 1);
        let bytes = fs::read(folder.path().join(JOURNAL)).unwrap();
        assert_eq!(run_shard(folder.path(), &CLAIMS, shard, 1), 0, "{text}");
        assert_eq!(fs::read(folder.path().join(JOURNAL)).unwrap(), bytes, "{text}");
        let journal =
            Journal::open(folder.path(), &header(&CLAIMS, shard), &jobs(shard), Again::Keep).unwrap();
        assert_eq!(journal.resumed().len(), total, "{text}");
        assert!(journal.notice().unwrap().contains("kept"), "{text}: {:?}", journal.notice());
    }
}

#[test]
fn a_finished_shard_is_run_afresh_when_that_is_asked_for() {
    for text in SHARDS {
        let (folder, shard): (_, Shard) = (tempdir().unwrap(), text.parse().unwrap());
        let total = run_shard(folder.path(), &CLAIMS, shard, 1);
        let first = timeless_records(folder.path());
        assert_eq!(run_shard_again(folder.path(), &CLAIMS, shard, 1, Again::Fresh), total, "{text}");
        assert_eq!(timeless_records(folder.path()), first, "{text}");
        assert!(contents(folder.path()).finished && !folder.path().join("ledger.1.jsonl").exists(), "{text}");
    }
}

#[test]
fn what_is_finished_stays_until_the_new_run_has_a_result_to_put_in_its_place() {
    for (text, again) in [("0/1", Again::Redo), ("0/1", Again::Fresh), ("1/2", Again::Fresh)] {
        let (folder, shard): (_, Shard) = (tempdir().unwrap(), text.parse().unwrap());
        run_shard(folder.path(), &CLAIMS, shard, 1);
        let bytes = fs::read(folder.path().join(JOURNAL)).unwrap();
        let jobs = jobs(shard);
        let mut journal = Journal::open(folder.path(), &header(&CLAIMS, shard), &jobs, again).unwrap();
        assert!(journal.resumed().is_empty(), "{text}");
        assert_eq!(fs::read(folder.path().join(JOURNAL)).unwrap(), bytes, "{text}");
        journal.append(&jobs[0].run(SETTINGS)).unwrap();
        drop(journal);
        let begun = contents(folder.path());
        assert_eq!((begun.records.len(), begun.finished), (1, false), "{text}");
        assert_eq!(run_shard(folder.path(), &CLAIMS, shard, 1), jobs.len() - 1, "{text}");
    }
}

#[test]
fn an_unfinished_shard_is_begun_anew_when_that_is_asked_for() {
    let (folder, shard): (_, Shard) = (tempdir().unwrap(), "1/2".parse().unwrap());
    let jobs = jobs(shard);
    let mut journal = Journal::open(folder.path(), &header(&CLAIMS, shard), &jobs, Again::Keep).unwrap();
    journal.append(&jobs[0].run(SETTINGS)).unwrap();
    drop(journal);
    assert_eq!(run_shard_again(folder.path(), &CLAIMS, shard, 1, Again::Fresh), jobs.len());
}

#[test]
fn a_record_under_the_place_claim_or_name_of_another_is_not_of_this_run() {
    let shard: Shard = "1/2".parse().unwrap();
    let jobs = jobs(shard);
    for change in [
        (|record: &mut Record| record.position += 1) as fn(&mut Record),
        |record| record.position += 2,
        |record| record.claim = "T1".to_owned(),
        |record| record.name.push('s'),
    ] {
        let folder = tempdir().unwrap();
        let mut journal = Journal::open(folder.path(), &header(&CLAIMS, shard), &jobs, Again::Keep).unwrap();
        let mut record = jobs[0].run(SETTINGS);
        change(&mut record);
        journal.append(&record).unwrap();
        drop(journal);
        let journal = Journal::open(folder.path(), &header(&CLAIMS, shard), &jobs, Again::Keep).unwrap();
        assert!(journal.resumed().is_empty() && journal.notice().unwrap().contains("not of this run"));
    }
}
