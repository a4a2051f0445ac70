use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use tempfile::tempdir;

use crate::{ledger, lip1, run, stderr};

const VERIFY: &[&str] = &["verify", "L3", "M0", "--threads", "1", "--out", "out"];

fn lines(folder: &Path) -> usize {
    lines_of(&folder.join("out"))
}

fn lines_of(out: &Path) -> usize {
    let journal = fs::read(out.join("ledger.jsonl")).unwrap_or_default();
    journal.iter().filter(|byte| **byte == b'\n').count()
}

/// Starts a run and waits until its journal has that many lines.
fn started(folder: &Path, wanted: usize) -> Child {
    let child = lip1(folder, VERIFY).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let began = Instant::now();
    while lines(folder) < wanted && began.elapsed() < Duration::from_secs(60) {
        sleep(Duration::from_millis(1));
    }
    child
}

fn whole() -> serde_json::Value {
    let folder = tempdir().unwrap();
    assert_eq!(run(folder.path(), VERIFY).status.code(), Some(0));
    ledger(&folder.path().join("out"))
}

#[test]
fn a_run_killed_again_and_again_ends_with_the_ledger_of_an_uninterrupted_one() {
    let folder = tempdir().unwrap();
    for wanted in [0, 1, 2, 4, 7, 10, 13] {
        let mut child = started(folder.path(), wanted);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!folder.path().join("out/ledger.json").exists(), "the run was over before it was killed");
    }
    let output = run(folder.path(), VERIFY);
    assert_eq!(output.status.code(), Some(0));
    assert!(stderr(&output).contains("resuming"), "{}", stderr(&output));
    assert_eq!(ledger(&folder.path().join("out")), whole());
}

#[test]
fn a_shard_killed_again_and_again_resumes_like_a_whole_run() {
    let folder = tempdir().unwrap();
    let command = |index: usize| {
        let (shard, out) = (format!("{index}/2"), format!("part{index}"));
        lip1(folder.path(), &["verify", "L3", "M0", "--threads", "1", "--shard", &shard, "--out", &out])
    };
    for index in 0..2 {
        let lines = || lines_of(&folder.path().join(format!("part{index}")));
        let mut done = 0;
        for wanted in [1, 2, 3, 5] {
            let mut child = command(index).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            let began = Instant::now();
            while lines() < wanted && began.elapsed() < Duration::from_secs(60) {
                sleep(Duration::from_millis(1));
            }
            child.kill().unwrap();
            child.wait().unwrap();
            assert!(lines() >= done.max(wanted), "what was done is lost");
            done = lines();
        }
        let output = command(index).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert!(
            stderr(&output).contains("resuming") || stderr(&output).contains("kept"),
            "{}",
            stderr(&output)
        );
    }
    assert_eq!(run(folder.path(), &["report", "part0", "part1", "--out", "all"]).status.code(), Some(0));
    assert_eq!(ledger(&folder.path().join("all")), whole());
}

/// Of claims that take seconds together, so that most kills meet a run at work.
const LONGER: &[&str] = &["verify", "M0", "N2", "L3", "T1", "T3", "--threads", "2", "--out", "out"];

#[test]
fn a_run_killed_twenty_times_at_random_moments_ends_with_the_ledger_of_an_uninterrupted_one() {
    let folder = tempdir().unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(20);
    let (mut met, mut done) = (0, 0);
    for _ in 0..20 {
        let mut child =
            lip1(folder.path(), LONGER).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        sleep(Duration::from_millis(random.random_range(0..120)));
        met += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        // A run that was over before it was killed starts afresh the next time.
        if fs::remove_file(folder.path().join("out/ledger.json")).is_ok() {
            done = 0;
        } else {
            assert!(lines(folder.path()) >= done, "what was done is lost");
            done = lines(folder.path());
        }
    }
    assert!(met >= 10, "only {met} runs of 20 were killed at work");
    assert_eq!(run(folder.path(), LONGER).status.code(), Some(0));
    let whole = tempdir().unwrap();
    assert_eq!(run(whole.path(), LONGER).status.code(), Some(0));
    assert_eq!(ledger(&folder.path().join("out")), ledger(&whole.path().join("out")));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_exits_with_130_and_resumes() {
    let folder = tempdir().unwrap();
    let mut child = started(folder.path(), 3);
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(run(folder.path(), VERIFY).status.code(), Some(0));
    assert_eq!(ledger(&folder.path().join("out")), whole());
}
