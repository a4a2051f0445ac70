use std::fs;

use tempfile::tempdir;

use crate::{json, model, run, stderr, stdout};

#[test]
fn classes_radii_and_certified_accuracy_come_with_labels() {
    let folder = tempdir().unwrap();
    // Of the real function: -0.5, 1 and 2.5 at the three points.
    fs::write(folder.path().join("d.csv"), "x,y,class\n0,0,7\n4,0,7\n8,0,3\n").unwrap();
    let file = model("dense");
    let plain = json(folder.path(), &["certify", &file, "d.csv", "--radii", "0,1e9", "--json"]);
    let rows = plain["rows"].as_array().unwrap();
    assert!(rows.iter().all(|row| row["radius"].as_f64().unwrap() >= 0.0));
    assert_eq!(rows.iter().map(|row| row["label"].as_i64().unwrap()).collect::<Vec<_>>(), [7, 7, 3]);
    let right = rows.iter().filter(|row| row["prediction"] == row["label"]).count();
    assert_eq!(plain["accuracy"].as_f64(), Some(right as f64 / 3.0));
    assert_eq!(plain["certified"][1]["accuracy"].as_f64(), Some(0.0));
    let mut last = f64::INFINITY;
    for format in [None, Some("f64"), Some("f32")] {
        let mut arguments = vec!["certify", &file, "d.csv", "--json"];
        arguments.extend(format.iter().flat_map(|format| ["--deployed", format]));
        let radius = json(folder.path(), &arguments)["rows"][1]["radius"].as_f64().unwrap();
        assert!(radius < last, "{format:?}");
        last = radius;
    }
    assert!(last > 0.0);
    let text = run(folder.path(), &["certify", &file, "d.csv"]);
    assert!(stdout(&text).contains("certified accuracy"), "{}", stderr(&text));
}

#[test]
fn without_labels_there_are_classes_and_radii_only() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("d.csv"), "2,4\n0,0\n").unwrap();
    let answer = json(folder.path(), &["certify", &model("multiclass"), "d.csv", "--json"]);
    // Two outputs of the first point are equal: a tie has radius 0.
    assert_eq!(answer["rows"][0]["radius"].as_f64(), Some(0.0));
    assert_eq!(answer["rows"][1]["prediction"].as_u64(), Some(0));
    assert!(answer["rows"][1]["radius"].as_f64().unwrap() > 0.0);
    assert!(answer.get("accuracy").is_none() && answer.get("certified").is_none());
    assert!(answer["rows"][0].get("label").is_none());
}

#[test]
fn bad_input_gets_one_line() {
    let folder = tempdir().unwrap();
    for (data, arguments, says) in [
        ("1,2,3,4\n", &[][..], "d.csv: 4 columns, but the model has 2 inputs"),
        ("1,2,0\n1,2,1\n1,2,2\n", &[], "d.csv: line 2: a third class"),
        ("1,NaN\n", &[], "d.csv: line 1"),
        ("", &[], "d.csv: no rows"),
        ("1,2\n", &["--radii", "1,-1"], "--radii"),
        ("1,2\n", &["--radii", "nan"], "--radii"),
        ("1,2\n", &["--deployed", "f8"], "f8"),
    ] {
        fs::write(folder.path().join("d.csv"), data).unwrap();
        let file = model("dense");
        let output = run(folder.path(), &[&["certify", &file, "d.csv"], arguments].concat());
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{says}: {said}");
        assert!(
            output.stdout.is_empty() && said.lines().count() == 1 && said.contains(says),
            "{says}: {said}"
        );
    }
    fs::write(folder.path().join("d.csv"), "1,2,3\n").unwrap();
    let output = run(folder.path(), &["certify", &model("multiclass"), "d.csv"]);
    assert!(stderr(&output).contains("d.csv: line 1: label 3"), "{}", stderr(&output));
}
