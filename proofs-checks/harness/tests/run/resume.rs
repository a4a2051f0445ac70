use std::fs;
use std::path::Path;

use lip1_harness::run::{self, Again, Header, Journal, Settings, Shard};
use lip1_harness::store::StoreError;
use tempfile::tempdir;

use crate::claims::{FLIPPED, SQUARES};
use crate::{SETTINGS, header, run_shard, run_shard_again, run_whole, timeless};

/// Bytes of a journal whose run was killed after `records` records.
fn killed_after(records: usize) -> (Vec<u8>, String) {
    let folder = tempdir().unwrap();
    let ledger = run_whole(folder.path(), &[&SQUARES], 1);
    let bytes = fs::read(folder.path().join("ledger.jsonl")).unwrap();
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    (lines[..1 + records].concat(), timeless(&ledger))
}

fn journal_in(folder: &Path, bytes: &[u8]) {
    fs::write(folder.join("ledger.jsonl"), bytes).unwrap();
}

#[test]
fn a_run_cut_at_any_byte_of_its_last_line_resumes_to_the_same_ledger() {
    let (bytes, whole) = killed_after(3);
    let last_line = bytes[..bytes.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    for cut in last_line..=bytes.len() {
        let folder = tempdir().unwrap();
        journal_in(folder.path(), &bytes[..cut]);
        let done = if cut == bytes.len() { 3 } else { 2 };
        assert_eq!(run_shard(folder.path(), &[&SQUARES], Shard::WHOLE, 2), 5 - done, "cut at {cut}");
        let records = run::read_journal(folder.path()).unwrap().unwrap().records;
        let ledger = lip1_harness::ledger::Ledger::new(
            &header(&[&SQUARES], Shard::WHOLE),
            &run::jobs(&[&SQUARES]),
            &records,
        );
        assert_eq!((records.len(), timeless(&ledger.unwrap())), (5, whole.clone()), "cut at {cut}");
    }
}

#[test]
fn a_run_cut_inside_its_header_starts_again() {
    let (bytes, whole) = killed_after(0);
    for cut in 0..bytes.len() {
        let folder = tempdir().unwrap();
        journal_in(folder.path(), &bytes[..cut]);
        assert_eq!(timeless(&run_whole(folder.path(), &[&SQUARES], 2)), whole, "cut at {cut}");
    }
}

#[test]
fn a_last_line_of_rubbish_is_dropped() {
    let (mut bytes, _) = killed_after(3);
    bytes.extend_from_slice(b"\0\0\0\0\n");
    let folder = tempdir().unwrap();
    journal_in(folder.path(), &bytes);
    assert_eq!(run_shard(folder.path(), &[&SQUARES], Shard::WHOLE, 1), 2);
}

#[test]
fn a_finished_run_is_run_again_where_nothing_else_is_asked_for() {
    let folder = tempdir().unwrap();
    let redone = || run_shard_again(folder.path(), &[&SQUARES], Shard::WHOLE, 1, Again::Redo);
    assert_eq!((redone(), redone()), (5, 5));
}

#[test]
fn what_belongs_to_another_run_is_set_aside_and_that_is_said() {
    let (bytes, _) = killed_after(3);
    let other = [
        ("seed", Header::new("program", Settings { seed: 8, ..SETTINGS }, &[&SQUARES], Shard::WHOLE)),
        ("program", Header::new("another", SETTINGS, &[&SQUARES], Shard::WHOLE)),
        (
            "PROPTEST_CASES",
            Header::new("program", Settings { cases: Some(3), ..SETTINGS }, &[&SQUARES], Shard::WHOLE),
        ),
        ("list of claims", header(&[&FLIPPED], Shard::WHOLE)),
        ("shard", header(&[&SQUARES], "0/2".parse().unwrap())),
    ];
    for (what, header) in other {
        let folder = tempdir().unwrap();
        journal_in(folder.path(), &bytes);
        let journal = Journal::open(folder.path(), &header, &run::jobs(&[&SQUARES]), Again::Keep).unwrap();
        assert!(journal.resumed().is_empty());
        assert!(journal.notice().unwrap().contains(&format!("another {what}")), "{what}");
        assert_eq!(fs::read(folder.path().join("ledger.1.jsonl")).unwrap(), bytes);
    }
}

#[test]
fn a_journal_damaged_in_the_middle_is_set_aside() {
    let (bytes, _) = killed_after(3);
    let second_line = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let mut damaged = bytes.clone();
    damaged[second_line] = b'!';
    let folder = tempdir().unwrap();
    journal_in(folder.path(), &damaged);
    let jobs = run::jobs(&[&SQUARES]);
    let journal =
        Journal::open(folder.path(), &header(&[&SQUARES], Shard::WHOLE), &jobs, Again::Keep).unwrap();
    assert!(journal.notice().unwrap().contains("line 2 is damaged"));
}

#[test]
fn a_record_twice_is_not_of_this_run() {
    let (mut bytes, _) = killed_after(2);
    let last = bytes[..bytes.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    bytes.extend_from_within(last..);
    let folder = tempdir().unwrap();
    journal_in(folder.path(), &bytes);
    let jobs = run::jobs(&[&SQUARES]);
    let journal =
        Journal::open(folder.path(), &header(&[&SQUARES], Shard::WHOLE), &jobs, Again::Keep).unwrap();
    assert!(journal.resumed().is_empty());
}

#[test]
fn two_runs_cannot_share_a_folder() {
    let folder = tempdir().unwrap();
    let jobs = run::jobs(&[&SQUARES]);
    let header = header(&[&SQUARES], Shard::WHOLE);
    let _first = Journal::open(folder.path(), &header, &jobs, Again::Keep).unwrap();
    let second = Journal::open(folder.path(), &header, &jobs, Again::Keep);
    assert!(matches!(second, Err(StoreError::Busy { .. })));
}
