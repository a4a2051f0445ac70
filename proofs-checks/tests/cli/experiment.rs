use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::tempdir;

use crate::{run, stderr, stdout};

/// The one that takes least.
const QUICKEST: &[&str] = &["experiment", "defects", "--out", "out", "--threads", "1"];

fn results(folder: &Path) -> Vec<u8> {
    fs::read(folder.join("out/defects/results.json")).unwrap()
}

#[test]
fn without_a_name_experiments_are_listed() {
    let folder = tempdir().unwrap();
    let output = run(folder.path(), &["experiment"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let listed = stdout(&output);
    let names: Vec<&str> = listed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(names, ["F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "DEFECTS"]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_run_writes_what_it_says_and_a_second_one_takes_its_parts_over() {
    let folder = tempdir().unwrap();
    let first = run(folder.path(), QUICKEST);
    assert_eq!(first.status.code(), Some(0), "{}", stderr(&first));
    let said = stdout(&first);
    for name in said.lines().filter(|line| line.starts_with("out/")) {
        assert!(folder.path().join(name).is_file(), "{name}");
    }
    assert!(said.contains("out/defects/results.json") && said.contains("out/defects/defects.csv"));
    let written = results(folder.path());
    let value: Value = serde_json::from_slice(&written).unwrap();
    assert_eq!((&value["experiment"], &value["setting"]), (&"DEFECTS".into(), &"quick".into()));

    let table = folder.path().join("out/defects/defects.csv");
    let drawn = fs::read(&table).unwrap();
    fs::remove_file(&table).unwrap();
    let again = run(folder.path(), &["experiment", "defects", "--out", "out", "--redraw"]);
    assert_eq!((stdout(&again), fs::read(&table).unwrap()), (said.clone(), drawn));

    // A kept part is believed, and one of another program is set aside and computed anew.
    let parts = folder.path().join("out/defects/parts.jsonl");
    let kept = fs::read_to_string(&parts).unwrap();
    let second = run(folder.path(), QUICKEST);
    assert_eq!((stdout(&second), results(folder.path())), (said.clone(), written.clone()));
    assert!(stderr(&second).is_empty() && !stderr(&first).is_empty(), "{}", stderr(&second));
    let other = kept.replacen("\"program\":\"", "\"program\":\"0", 1);
    fs::write(&parts, &other).unwrap();
    let third = run(folder.path(), QUICKEST);
    assert_eq!((stdout(&third), results(folder.path())), (said, written));
    assert!(stderr(&third).ends_with(&stderr(&first)) && stderr(&third).contains("another program"));
    assert_eq!(fs::read_to_string(&parts).unwrap(), kept);
    assert_eq!(fs::read_to_string(parts.with_file_name("parts.1.jsonl")).unwrap(), other);
}
