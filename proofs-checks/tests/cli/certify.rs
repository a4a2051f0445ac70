use std::fs;

use serde_json::Value;
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
        ("1,2\n", &["--deployed", "f64:f32"], "f64:f32"),
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

/// The exact keys, and a radius in each format that is smaller the shorter the format.
#[test]
fn deployed_radii_name_their_rounding_model() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("d.csv"), "4,0\n1e38,0\n").unwrap();
    let file = model("dense");
    let answer =
        |format: &[&str]| json(folder.path(), &[&["certify", &file, "d.csv", "--json"], format].concat());
    let radius = |answer: &Value, row: usize| answer["rows"][row]["radius"].as_f64().unwrap();
    let plain = answer(&[]);
    assert!(plain.get("model").is_none());
    let mut last = radius(&plain, 0);
    for (format, storage, accumulate) in [
        ("f64", "f64", "f64"),
        ("f32", "f32", "f32"),
        ("f16:f32", "f16", "f32"),
        ("f16", "f16", "f16"),
        ("bf16:f32", "bf16", "f32"),
        ("bf16", "bf16", "bf16"),
    ] {
        let answer = answer(&["--deployed", format]);
        let described = answer["model"].as_object().unwrap();
        assert_eq!(described.keys().collect::<Vec<_>>(), ["accumulate", "excluded", "format", "rounding"]);
        assert_eq!((&described["format"], &described["accumulate"]), (&storage.into(), &accumulate.into()));
        let rounding = described["rounding"].as_str().unwrap();
        for word in ["nearest", "gradual underflow", "any order"] {
            assert!(rounding.contains(word), "{rounding}");
        }
        let excluded: Vec<&str> =
            described["excluded"].as_array().unwrap().iter().map(|what| what.as_str().unwrap()).collect();
        for word in ["Winograd", "FFT", "TF32", "flush-to-zero"] {
            assert!(excluded.iter().any(|what| what.contains(word)), "{excluded:?} lacks {word}");
        }
        assert!(radius(&answer, 0) < last, "{format}");
        last = radius(&answer, 0);
        // Far beyond the range of half precision.
        assert_eq!(radius(&answer, 1) == 0.0, storage == "f16", "{format}");
    }
    assert!(last > 0.0);
    let said = stdout(&run(folder.path(), &["certify", &file, "d.csv", "--deployed", "bf16:f32"]));
    assert!(said.contains("stored in bf16 and summed in f32") && said.contains("Winograd"), "{said}");
    let help = stdout(&run(folder.path(), &["certify", "--help"]));
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for words in ["bf16:f32", "sums in any order", "Winograd and FFT convolutions", "TF32", "flush-to-zero"] {
        assert!(help.contains(words), "{words}: {help}");
    }
}

/// A model whose numbers are `bf16`: read exactly, so that `bf16` holds them as they are.
#[test]
fn a_model_of_short_numbers_is_certified_as_it_is_stored() {
    let folder = tempdir().unwrap();
    let head = |dtype: &str| {
        format!(
            r#"{{"__metadata__":{{"architecture":"[{{\"kind\":\"dense\"}}]"}},"0.weight":{{"dtype":"{dtype}","shape":[1,2],"data_offsets":[0,4]}}}}"#
        )
    };
    let write = |name: &str, dtype: &str, numbers: [u16; 2]| {
        let head = head(dtype);
        let mut bytes = (head.len() as u64).to_le_bytes().to_vec();
        bytes.extend_from_slice(head.as_bytes());
        bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        fs::write(folder.path().join(name), bytes).unwrap();
    };
    // (3, 4) in both formats.
    write("bf16.safetensors", "BF16", [0x4040, 0x4080]);
    write("f16.safetensors", "F16", [0x4200, 0x4400]);
    fs::write(folder.path().join("d.csv"), "0.5,0.25\n").unwrap();
    for name in ["bf16", "f16"] {
        let file = format!("{name}.safetensors");
        let radius = |deployed: &[&str]| {
            let answer = json(folder.path(), &[&["certify", &file, "d.csv", "--json"], deployed].concat());
            answer["rows"][0]["radius"].as_f64().unwrap()
        };
        // f = 3 / 2 + 4 / 4 = 5 / 2, and its constant is 5.
        let real = radius(&[]);
        assert!((0.499..=0.5).contains(&real), "{real}");
        let deployed = radius(&["--deployed", name]);
        assert!(0.4 < deployed && deployed < radius(&["--deployed", &format!("{name}:f32")]), "{deployed}");
    }
}
