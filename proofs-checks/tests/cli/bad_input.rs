use std::fs;

use tempfile::tempdir;

use crate::{run, stderr};

/// Runs a command that must fail: status 2, nothing on standard output, one line that says `says`.
fn refused(files: &[(&str, &str)], arguments: &[&str], says: &str) {
    let folder = tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let output = run(folder.path(), arguments);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    assert_eq!(said.lines().count(), 1, "{arguments:?}: {said}");
    assert!(said.contains(says), "{arguments:?}: {said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), files.len(), "{arguments:?} left a file");
}

const GOOD: (&str, &str) = ("good.csv", "1,2\n3,4\n");
const W1: &[&str] = &["w1", "bad.csv", "good.csv", "--certificate", "c.txt", "--plan", "p.csv"];

#[test]
fn a_bad_file_of_points_gets_one_line_with_file_and_line() {
    for (text, says) in [
        ("1,2\n3\n", "bad.csv: line 2: 1 fields"),
        ("1,2\n3,NaN\n", "bad.csv: line 2: field 2"),
        ("1,2\n-inf,0\n", "bad.csv: line 2: field 1"),
        ("x,y\r\n1,2\r\n3,z\r\n", "bad.csv: line 3: field 2"),
        ("1,2\n\n3,4\n", "bad.csv: line 2"),
        ("", "bad.csv: no rows"),
        ("x,y\n", "bad.csv: no rows"),
        ("1,2,3\n", "2 columns, but bad.csv has 3"),
    ] {
        refused(&[GOOD, ("bad.csv", text)], W1, says);
    }
}

#[test]
fn bad_masses_get_one_line_with_file_and_line() {
    let arguments = [W1, &["--weights"]].concat();
    for (text, says) in
        [("1,1\n2,-1\n", "bad.csv: line 2: negative mass"), ("1,0\n2,0\n", "bad.csv: the total mass")]
    {
        refused(&[GOOD, ("bad.csv", text)], &arguments, says);
    }
    refused(&[("bad.csv", "1\n"), ("good.csv", "1\n")], &arguments, "bad.csv: line 1");
}

#[test]
fn a_missing_file_is_named() {
    refused(&[GOOD], W1, "bad.csv: ");
    refused(&[], &["check", "none.txt"], "none.txt: ");
    refused(&[], &["w1", "-", "-"], "standard input");
}

#[test]
fn a_method_that_does_not_apply_is_refused() {
    refused(&[GOOD], &["w1", "good.csv", "good.csv", "--method", "1d"], "1d");
    refused(&[("a.csv", "1,2,3\n")], &["w1", "a.csv", "a.csv", "--svg", "a.svg"], "dimensions");
}

#[test]
fn a_malformed_certificate_is_bad_input() {
    refused(&[("c.txt", "lip1-certificate 9 transport\n")], &["check", "c.txt"], "c.txt: line 1");
    refused(&[("c.txt", "")], &["check", "c.txt"], "c.txt: ");
}

#[test]
fn bad_usage_gets_one_line() {
    refused(&[], &["verify", "Z9"], "Z9");
    refused(&[], &["claims", "Z9"], "Z9");
    refused(&[], &["verify", "--seed", "-1"], "-1");
    refused(&[], &["verify", "--budget", "vast"], "vast");
    refused(&[], &["verify", "--threads", "0"], "--threads");
    refused(&[], &["verify", "--shard", "2/2"], "2/2");
    refused(&[], &["w1"], "required");
    refused(&[], &["fly"], "fly");
    refused(&[], &["experiment", "F9"], "no experiment `F9`");
    refused(&[], &["experiment", "F2", "--budget", "vast"], "vast");
    refused(&[], &["experiment", "F2", "--redraw"], "saved results");
    refused(&[], &["report"], "DIR");
    refused(&[], &["report", "nowhere"], "nowhere");
    refused(&[], &["vc", "box", "--dim", "0", "--size", "1", "--margin", "1"], "dimension");
    refused(&[], &["vc", "ball", "--dim", "2", "--size", "one", "--margin", "1"], "one");
    refused(&[], &["vc", "box", "--dim", "2", "--size", "1", "--margin", "0"], "margin");
}

#[test]
fn bad_points_for_a_packing_number_get_one_line() {
    let points = |margin: &str, more: &[&str], text: &str, says: &str| {
        let arguments = [&["vc", "points", "bad.csv", "--margin", margin], more].concat();
        refused(&[("bad.csv", text)], &arguments, says);
    };
    points("1", &[], "1,2\n3\n", "bad.csv: line 2: 1 fields");
    points("1", &[], "", "bad.csv: no rows");
    points("0", &[], "1,2\n", "margin: 0 is not positive");
    points("-1", &[], "1,2\n", "margin");
    points("inf", &[], "1,2\n", "margin");
    points("wide", &[], "1,2\n", "wide");
    points("1", &["--labels"], "1,0\n2,1\n3,2\n", "bad.csv: line 2: 1 is a third class");
    points("1", &["--labels"], "1\n", "bad.csv: line 1");
    refused(&[], &["vc", "points", "none.csv", "--margin", "1"], "none.csv: ");
}
