use std::fs;
use std::path::Path;

use tempfile::{TempDir, tempdir};

use crate::{json, run};

/// Widest bracket at values below 10 that counts as closed.
const CLOSED: f64 = 1e-8;

/// One point on each side, at distance 2.
fn pair() -> TempDir {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("p.csv"), "1,0\n").unwrap();
    fs::write(folder.path().join("q.csv"), "-1,0\n").unwrap();
    folder
}

fn encloses(folder: &Path, arguments: &[&str], value: f64) -> serde_json::Value {
    let answer = json(folder, &[arguments, &["--json", "--certificate", "c.txt"]].concat());
    let (lower, upper) = (answer["lower"].as_f64().unwrap(), answer["upper"].as_f64().unwrap());
    assert!(lower <= value && value <= upper && upper - lower <= CLOSED, "{value}: {answer}");
    assert_eq!(answer["status"], "optimal");
    assert_eq!(answer["error"].as_f64(), Some(0.0));
    assert!(answer["seconds"].is_number() && answer["check_seconds"].is_number());
    let checked = json(folder, &["check", "c.txt", "--json"]);
    assert_eq!((&checked["lower"], &checked["upper"]), (&answer["lower"], &answer["upper"]));
    answer
}

#[test]
fn hkr_of_a_pair_is_known_by_hand() {
    let folder = pair();
    // f = x gives 2 at margins up to 1; beyond, each unit of margin costs lambda twice.
    let w1 = ["w1", "p.csv", "q.csv", "--json"];
    assert!(json(folder.path(), &w1)["upper"].as_f64().unwrap() >= 2.0);
    let within = encloses(folder.path(), &["hkr", "p.csv", "q.csv", "--margin", "1", "--lambda", "3"], 2.0);
    assert!(within["hinge"].as_f64().unwrap() <= CLOSED);
    let beyond =
        encloses(folder.path(), &["hkr", "p.csv", "q.csv", "--margin", "1.5", "--lambda", "3"], -1.0);
    assert!((beyond["hinge"].as_f64().unwrap() - 1.0).abs() <= CLOSED);
}

#[test]
fn the_log_loss_of_a_pair_is_known_by_hand() {
    let folder = pair();
    let arguments = ["bce", "p.csv", "q.csv", "--tau", "1", "--lip", "2"];
    // f = 2x: softplus(-2), between two decimals.
    let answer = encloses(folder.path(), &arguments, 0.126_928_011_042_972_5);
    assert!((answer["lipschitz"].as_f64().unwrap() - 2.0).abs() <= CLOSED);
}

#[test]
fn parameters_out_of_range_are_bad_input() {
    let folder = pair();
    for arguments in [
        ["hkr", "p.csv", "q.csv", "--margin", "-1", "--lambda", "1"],
        ["hkr", "p.csv", "q.csv", "--margin", "1", "--lambda", "NaN"],
        ["bce", "p.csv", "q.csv", "--tau", "0", "--lip", "1"],
        ["bce", "p.csv", "q.csv", "--tau", "inf", "--lip", "1"],
    ] {
        let output = run(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert_eq!(output.stderr.iter().filter(|byte| **byte == b'\n').count(), 1, "{arguments:?}");
    }
}
