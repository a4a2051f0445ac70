use tempfile::tempdir;

use crate::{json, model, run, stderr, stdout};

/// Digits of a norm that was computed elsewhere, relative.
const FOUR_DIGITS: f64 = 1e-3;

#[test]
fn the_constant_and_each_layer_are_bracketed_and_the_certificate_passes() {
    let folder = tempdir().unwrap();
    for name in ["dense", "multiclass", "image"] {
        let file = model(name);
        let answer = json(folder.path(), &["lipschitz", &file, "--json", "--certificate", "c.txt"]);
        let ends =
            |value: &serde_json::Value| (value["lower"].as_f64().unwrap(), value["upper"].as_f64().unwrap());
        let (lower, upper) = ends(&answer);
        assert!(0.0 < lower && lower <= upper, "{name}: {answer}");
        for (index, layer) in answer["layers"].as_array().unwrap().iter().enumerate() {
            assert_eq!((layer["index"].as_u64(), &layer["norm"]), (Some(index as u64), &"l2".into()));
            assert!(layer["kind"].is_string() && ends(layer).0 <= ends(layer).1, "{name}: {layer}");
        }
        assert!(answer["seconds"].is_number() && answer["check_seconds"].is_number());
        let (below, above) = ends(&json(folder.path(), &["check", "c.txt", "--json"]));
        assert!(below <= lower && upper <= above, "{name}");
    }
    let text = run(folder.path(), &["lipschitz", &model("dense")]);
    assert!(stdout(&text).contains("groupsort"), "{}", stderr(&text));
}

/// Three ones a side on four places a side, of norm (1 + 2 cos(pi / 5))^2, and a layer of stride 2: the bounds are the norms of these
/// matrices, which a grid without borders and a count of windows exceed by a third and a half.
#[test]
fn small_and_strided_convolutions_have_the_norms_of_their_matrices() {
    let folder = tempdir().unwrap();
    let golden = (7.0 + 3.0 * 5.0_f64.sqrt()) / 2.0;
    for (name, norm) in [("ones_on_4x4", golden), ("strided", 10.33)] {
        let answer = json(folder.path(), &["lipschitz", &model(name), "--json", "--certificate", "c.txt"]);
        let upper = answer["upper"].as_f64().unwrap();
        assert!((upper / norm - 1.0).abs() < FOUR_DIGITS, "{name}: {answer}");
        let checked = json(folder.path(), &["check", "c.txt", "--json"]);
        assert_eq!(checked["upper"], answer["upper"], "{name}");
    }
}

#[test]
fn a_malformed_model_gets_one_line_that_names_it() {
    let folder = tempdir().unwrap();
    for name in [
        "unknown_kind",
        "unused",
        "missing",
        "nan",
        "wide",
        "padded",
        "no_image",
        "truncated",
        "huge_header",
        "lying_header",
        "lying_shape",
        "huge_shape",
        "empty",
        "none",
    ] {
        let output = run(folder.path(), &["lipschitz", &model(name), "--certificate", "c.txt"]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{name}: {said}");
        assert!(output.stdout.is_empty() && said.lines().count() == 1, "{name}: {said}");
        assert!(said.contains(&format!("{name}.safetensors: ")), "{name}: {said}");
    }
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}
