use std::fmt::Write;
use std::fs;

use tempfile::{TempDir, tempdir};

use crate::{json, run, stderr, stdout};

/// Points on a grid in as many stripes as classes.
fn stripes(classes: usize) -> TempDir {
    let folder = tempdir().unwrap();
    let mut text = String::new();
    for k in 0..60 {
        let class = k % classes;
        let (x, y) = (3.0 * class as f64 + (k % 7) as f64 / 10.0, (k % 11) as f64 / 10.0);
        writeln!(text, "{x},{y},{class}").unwrap();
    }
    fs::write(folder.path().join("d.csv"), text).unwrap();
    folder
}

const QUICK: [&str; 8] = ["--hidden", "8", "--epochs", "60", "--batch", "20", "--out", "m.safetensors"];

#[test]
fn every_loss_learns_two_stripes_and_the_model_is_certified() {
    let folder = stripes(2);
    let losses =
        [&["bce", "--tau", "8"][..], &["hinge", "--margin", "0.5"], &["hkr", "--lambda", "5"], &["cce"]];
    for loss in losses {
        let arguments = [&["train", "d.csv", "--test", "d.csv", "--loss"], loss, &QUICK].concat();
        let output = run(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(0), "{loss:?}: {}", stderr(&output));
        assert!(
            stdout(&output).contains("test: 60 rows, accuracy 100.00 %"),
            "{loss:?}: {}",
            stdout(&output)
        );
        let lipschitz = json(folder.path(), &["lipschitz", "m.safetensors", "--json"]);
        assert!(lipschitz["upper"].as_f64().unwrap() < 1.0 + 1e-5, "{loss:?}: {lipschitz}");
        let certified =
            json(folder.path(), &["certify", "m.safetensors", "d.csv", "--radii", "0.2", "--json"]);
        assert_eq!(certified["accuracy"].as_f64(), Some(1.0), "{loss:?}");
        assert!(certified["certified"][0]["accuracy"].as_f64().unwrap() > 0.9, "{loss:?}");
    }
}

#[test]
fn three_classes_get_three_outputs_and_the_same_seed_the_same_bytes() {
    let folder = stripes(3);
    let train = |out: &str, seed: &str| {
        let fixed = ["train", "d.csv", "--loss", "cce", "--hidden", "8", "--epochs", "3", "--seed", seed];
        let output = run(folder.path(), &[&fixed[..], &["--out", out]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        fs::read(folder.path().join(out)).unwrap()
    };
    let first = train("a", "5");
    assert_eq!(first, train("b", "5"));
    assert_ne!(first, train("c", "6"));
    let certified = json(folder.path(), &["certify", "a", "d.csv", "--json"]);
    let classes = certified["rows"].as_array().unwrap().iter().map(|row| row["prediction"].as_u64().unwrap());
    assert!(classes.max() <= Some(2));
    let free =
        ["train", "d.csv", "--loss", "bce", "--unconstrained", "--lr", "0.01", "--epochs", "2", "--out", "u"];
    assert_eq!(run(folder.path(), &free).status.code(), Some(0));
}

#[test]
fn bad_usage_and_bad_data_get_one_line_and_write_nothing() {
    for (data, arguments, says) in [
        ("0,0\n1,1\n", &["--loss", "cce", "--margin", "1"][..], "--margin"),
        ("0,0\n1,1\n", &["--loss", "hinge", "--tau", "1"], "--tau"),
        ("0,0\n1,1\n", &["--loss", "bce", "--tau", "-1"], "tau"),
        ("0,0\n1,1\n", &["--loss", "bce", "--lr", "0"], "rate"),
        ("0,0\n1,1\n", &["--loss", "bce", "--batch", "0"], "batch"),
        ("0,0\n1,1\n", &["--loss", "bce", "--hidden", "3"], "groupsort"),
        ("0,0\n1,0\n", &["--loss", "bce"], "d.csv: a single class"),
        ("0,0\n1,0.5\n2,1\n", &["--loss", "bce"], "d.csv: line 2: label 0.5"),
        ("0,0\n1,1e12\n2,1\n", &["--loss", "bce"], "d.csv: class"),
        ("0\n1\n", &["--loss", "bce"], "d.csv: line 1"),
        ("0,0\n1\n", &["--loss", "bce"], "d.csv: line 2"),
        ("0,0\n1,1\n", &["--loss", "bce", "--test", "none.csv"], "none.csv"),
        ("0,0\n1,1\n", &["--loss", "mse"], "mse"),
    ] {
        let folder = tempdir().unwrap();
        fs::write(folder.path().join("d.csv"), data).unwrap();
        let output = run(folder.path(), &[&["train", "d.csv", "--out", "m"], arguments].concat());
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{says}: {said}");
        assert!(
            output.stdout.is_empty() && said.lines().count() == 1 && said.contains(says),
            "{says}: {said}"
        );
        assert!(!folder.path().join("m").exists());
    }
}
