use std::fs;

use tempfile::tempdir;

use crate::{json, ledger, lip1, run, stderr, stdout};

#[test]
fn verify_prints_the_table_and_writes_the_ledger_and_the_page() {
    let folder = tempdir().unwrap();
    let output = run(folder.path(), &["verify", "L3"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("1 of 1 verdicts as expected"));
    let out = folder.path().join("target/lip1");
    let ledger = ledger(&out);
    assert_eq!(ledger["claims"][0]["verdict"], "holds");
    assert_eq!(ledger["seed"], "0");
    assert_eq!(ledger["claims"][0]["checks"][0]["seed"], "0");
    let page = fs::read_to_string(out.join("index.html")).unwrap();
    for remote in ["src=", "href=\"http", "@import", "url("] {
        assert!(!page.contains(remote), "{remote}");
    }
    let explained = run(folder.path(), &["claims", "l3"]);
    assert!(stdout(&explained).contains("Last verdict: holds"));
}

#[test]
fn the_ledger_is_the_same_with_one_and_with_two_threads() {
    let folder = tempdir().unwrap();
    for (threads, out) in [("1", "one"), ("2", "two")] {
        let output = run(folder.path(), &["verify", "L3", "M0", "--threads", threads, "--out", out]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    }
    assert_eq!(ledger(&folder.path().join("one")), ledger(&folder.path().join("two")));
}

#[test]
fn shards_reported_together_equal_the_whole() {
    let folder = tempdir().unwrap();
    let whole = json(folder.path(), &["verify", "L3", "--out", "whole", "--json"]);
    assert_eq!(whole["claims"].as_array().unwrap().len(), 1);
    for index in 0..3 {
        let (shard, out) = (format!("{index}/3"), format!("part{index}"));
        let answer = json(folder.path(), &["verify", "L3", "--shard", &shard, "--out", &out, "--json"]);
        assert_eq!(answer["shard"], shard);
    }
    let output = run(folder.path(), &["report", "part0", "part1", "part2", "--out", "all"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(ledger(&folder.path().join("all")), ledger(&folder.path().join("whole")));
    let missing = run(folder.path(), &["report", "part0", "part2"]);
    assert_eq!((missing.status.code(), stderr(&missing).as_str()), (Some(2), "lip1: shard 1/3 is missing\n"));
}

#[test]
fn the_seed_reaches_the_checks_and_64_bits_of_it_survive() {
    let folder = tempdir().unwrap();
    let seed = u64::MAX.to_string();
    json(folder.path(), &["verify", "L3", "--json", "--seed", &seed, "--out", "one"]);
    json(folder.path(), &["verify", "L3", "--json", "--out", "two"]);
    let (one, two) = (ledger(&folder.path().join("one")), ledger(&folder.path().join("two")));
    assert_eq!(one["seed"], seed);
    let slacks = |ledger: &serde_json::Value| ledger["claims"][0]["checks"][1]["witness"].clone();
    assert_ne!(slacks(&one), slacks(&two));
}

#[test]
fn proptest_cases_is_written_into_the_ledger_and_must_be_a_count() {
    let folder = tempdir().unwrap();
    let with = |cases: &str| {
        lip1(folder.path(), &["verify", "L3", "--json"]).env("PROPTEST_CASES", cases).output().unwrap()
    };
    let ledger: serde_json::Value = serde_json::from_slice(&with("5").stdout).unwrap();
    assert_eq!(ledger["proptest_cases"], 5);
    assert_eq!(with("many").status.code(), Some(2));
}

#[test]
fn every_claim_is_listed() {
    let folder = tempdir().unwrap();
    let listed = json(folder.path(), &["claims", "--json"]);
    let ids: Vec<&str> =
        listed["claims"].as_array().unwrap().iter().map(|claim| claim["id"].as_str().unwrap()).collect();
    let registered: Vec<&str> = lip1_checks::claims::CLAIMS.iter().map(|claim| claim.id).collect();
    assert_eq!(ids, registered);
}
