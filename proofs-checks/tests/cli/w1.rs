use std::fs;
use std::io::Write;
use std::process::Stdio;

use tempfile::tempdir;

use crate::{json, lip1, run, stdout};

/// Widest bracket at distances below 10 that the LP backends' own tolerance leaves.
const SOLVER: f64 = 1e-9;
/// Widest bracket at distances below 10 that rounding leaves.
const ROUNDING: f64 = 1e-12;

#[test]
fn a_distance_known_by_hand_is_enclosed() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("p.csv"), "x,y\n0,0\n0,0\n").unwrap();
    fs::write(folder.path().join("q.csv"), "\u{feff}3,4\r\n0,1\r\n\r\n").unwrap();
    for (cost, distance) in [("l2", 3.0), ("l1", 4.0), ("linf", 2.5)] {
        for method in ["auto", "simplex", "sparse", "lp"] {
            let answer =
                json(folder.path(), &["w1", "p.csv", "q.csv", "--json", "--cost", cost, "--method", method]);
            let end = |key: &str| answer[key].as_f64().unwrap();
            assert!(end("lower") <= distance && distance <= end("upper"), "{answer}");
            assert!(end("upper") - end("lower") <= SOLVER, "{answer}");
            assert_eq!((answer["n"].as_u64(), answer["m"].as_u64()), (Some(2), Some(2)));
            assert!(answer["seconds"].is_number() && answer["check_seconds"].is_number());
        }
    }
}

#[test]
fn equal_clouds_are_at_distance_exactly_0() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("p.csv"), "0.1,0.2\n0.3,0.4\n0.5,0.6\n").unwrap();
    let answer = json(folder.path(), &["w1", "p.csv", "p.csv", "--json"]);
    assert_eq!((answer["lower"].as_f64(), answer["upper"].as_f64()), (Some(0.0), Some(0.0)));
    assert_eq!(answer["status"], "optimal");
}

#[test]
fn weights_are_divided_by_their_own_total() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("p.csv"), "0,3\n").unwrap();
    fs::write(folder.path().join("q.csv"), "1,10\n5,0\n2,30\n").unwrap();
    let answer = json(folder.path(), &["w1", "p.csv", "q.csv", "--weights", "--json"]);
    let (lower, upper) = (answer["lower"].as_f64().unwrap(), answer["upper"].as_f64().unwrap());
    assert!(lower <= 1.75 && 1.75 <= upper && upper - lower <= ROUNDING, "{answer}");
}

#[test]
fn standard_input_is_a_file() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("q.csv"), "1\n").unwrap();
    let mut child = lip1(folder.path(), &["w1", "-", "q.csv"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"0\n").unwrap();
    assert!(stdout(&child.wait_with_output().unwrap()).contains(", 1.0]\n"));
}

#[test]
fn the_files_asked_for_are_written() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("p.csv"), "0,0\n1,0\n").unwrap();
    fs::write(folder.path().join("q.csv"), "0,1\n1,1\n").unwrap();
    let files = ["--plan", "plan.csv", "--potential", "potential.csv", "--svg", "w.svg"];
    let output = run(folder.path(), &[&["w1", "p.csv", "q.csv"][..], &files].concat());
    assert_eq!(output.status.code(), Some(0));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("plan.csv"), "i,j,mass\n0,0,0.5\n1,1,0.5\n");
    assert_eq!(read("potential.csv").lines().count(), 5);
    assert!(read("w.svg").starts_with("<svg") && !read("w.svg").contains("currentColor"));
}
