use std::fs;

use tempfile::tempdir;

use crate::{json, model, run, stderr, stdout};

fn bracket(domain: &str, dim: &str, size: &str, margin: &str) -> serde_json::Value {
    let folder = tempdir().unwrap();
    json(folder.path(), &["vc", domain, "--dim", dim, "--size", size, "--margin", margin, "--json"])
}

#[test]
fn size_and_margin_are_exact_decimals() {
    let line = bracket("box", "1", "1", "0.1");
    assert_eq!((line["lower"].as_f64(), line["upper"].as_f64()), (Some(6.0), Some(6.0)));
}

#[test]
fn the_bound_as_transcribed_is_above_the_upper_end_in_a_large_square() {
    let square = bracket("box", "2", "35", "1");
    assert!(square["upper"].as_f64().unwrap() < square["paper_lower"].as_f64().unwrap());
    assert!(square["corrected_lower"].as_f64().unwrap() <= square["lower"].as_f64().unwrap());
    assert!(square["upper"].as_f64().unwrap() <= square["corrected_upper"].as_f64().unwrap());
    assert!(square["lower_by"].is_string() && square["upper_by"].is_string());
    assert_eq!(square["paper_false_from"].as_f64(), Some(34.72));
    assert!(bracket("box", "1", "35", "1")["paper_false_from"].is_null());
}

#[test]
fn ends_are_the_kernels_and_name_the_theorem_of_others_that_they_rest_on() {
    let square = bracket("box", "2", "35", "1");
    assert_eq!(
        (square["lower_by"].as_str(), square["upper_by"].as_str()),
        (Some("staggered rows"), Some("Oler 1961"))
    );
    // More points than are listed.
    let cube = bracket("box", "3", "35", "1");
    let ends = (cube["lower_by"].as_str(), cube["upper_by"].as_str());
    assert_eq!(ends, (Some("D_n"), Some("tiling with a density bound: Hales (2005, formally proved 2017)")));
}

#[test]
fn corrected_bounds_are_a_lattices_density_and_the_inradius() {
    let square = bracket("box", "2", "40", "1");
    let rounded = |key: &str| (square[key].as_f64().unwrap() * 10.0).round() / 10.0;
    assert_eq!((rounded("corrected_lower"), rounded("corrected_upper")), (461.9, 561.5));
}

#[test]
fn a_bound_whose_hypothesis_fails_is_null_and_why_says_so() {
    let small = bracket("ball", "2", "1", "4");
    assert!(small["paper_upper"].is_null());
    // (1 + 1/4)^2.
    assert_eq!(small["corrected_upper"].as_f64(), Some(1.5625));
    assert!(small["why"].as_str().unwrap().contains("paper_upper"));
}

/// Five points of a pentagon of radius 1 (sides 1.1756, diagonals 1.9021), the first one twice.
const PENTAGON: &str = "x,y,class\n1,0,1\n0.30901699437494745,0.9510565162951535,-1\n\
    -0.8090169943749473,0.5877852522924732,1\n-0.8090169943749475,-0.587785252292473,1\n\
    0.30901699437494723,-0.9510565162951536,-1\n1,0,1\n";

fn points(margin: &str, more: &[&str]) -> serde_json::Value {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("p.csv"), PENTAGON).unwrap();
    json(
        folder.path(),
        &[&["vc", "points", "p.csv", "--json", "--labels", "--margin", margin], more].concat(),
    )
}

#[test]
fn points_of_a_file_are_bracketed_with_their_rows() {
    for (margin, count) in [("0.5", 5), ("0.75", 2), ("1", 1)] {
        let found = points(margin, &[]);
        assert_eq!((found["lower"].as_u64(), found["upper"].as_u64()), (Some(count), Some(count)), "{found}");
        assert_eq!(found["status"], "optimal");
        assert_eq!(found["shattered"].as_array().unwrap().len() as u64, count);
        assert!(!found["upper_by"].as_str().unwrap().contains("not checked"));
    }
}

#[test]
fn labels_are_realised_up_to_half_the_distance_of_the_classes() {
    let realised = |margin| points(margin, &[])["labelling"]["realised"].as_bool();
    assert_eq!((realised("0.587"), realised("0.588")), (Some(true), Some(false)));
    let labelling = &points("1", &[])["labelling"];
    let (lower, upper) =
        (labelling["margin_lower"].as_f64().unwrap(), labelling["margin_upper"].as_f64().unwrap());
    assert!(0.5877 < lower && lower <= upper && upper < 0.5878);
}

#[test]
fn points_without_labels_say_it_in_words() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("p.csv"), "0\n1\n2\n3\n4\n").unwrap();
    let said = stdout(&run(folder.path(), &["vc", "points", "p.csv", "--margin", "1"]));
    assert!(said.contains("between 3 and 3") && said.contains("shattered rows: 0 2 4"), "{said}");
}

#[test]
fn few_points_in_the_unit_square_are_bracketed_on_both_sides_of_every_optimum() {
    // Half the largest smallest distance of 2 to 9 points, cut off and rounded up at the tenth digit.
    let optima = [
        (2, "0.7071067811", "0.7071067812"),
        (3, "0.5176380902", "0.5176380903"),
        (4, "0.5", "0.5000000001"),
        (5, "0.3535533905", "0.3535533906"),
        (6, "0.3004626062", "0.3004626063"),
        (7, "0.2679491924", "0.2679491925"),
        (8, "0.2588190451", "0.2588190452"),
        (9, "0.25", "0.2500000001"),
    ];
    for (count, below, above) in optima {
        let (fits, full) = (bracket("box", "2", "1", below), bracket("box", "2", "1", above));
        assert!(fits["lower"].as_f64() >= Some(f64::from(count)), "{count}: {fits}");
        assert!(full["upper"].as_f64() < Some(f64::from(count)), "{count}: {full}");
        assert!(full["lower"].as_f64() <= full["upper"].as_f64());
    }
}

#[test]
fn a_certificate_of_points_passes_and_a_better_claim_does_not() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("p.csv"), PENTAGON).unwrap();
    let saved = ["vc", "points", "p.csv", "--labels", "--margin", "0.75", "--certificate", "c.txt"];
    assert_eq!(run(folder.path(), &saved).status.code(), Some(0));
    let checked = json(folder.path(), &["check", "c.txt", "--json"]);
    assert_eq!((checked["lower"].as_f64(), checked["upper"].as_f64()), (Some(2.0), Some(2.0)), "{checked}");
    let text = fs::read_to_string(folder.path().join("c.txt")).unwrap();
    let better = [
        text.replace("bracket 2.0 2.0", "bracket 3.0 3.0"),
        text.replace("bracket 2.0 2.0", "bracket 2.0 1.0"),
        text.replace("distance 1.5", "distance 1.95"),
    ];
    for better in better {
        assert_ne!(better, text);
        fs::write(folder.path().join("c.txt"), better).unwrap();
        assert_eq!(run(folder.path(), &["check", "c.txt"]).status.code(), Some(1));
    }
}

/// A safetensors file: rows, GroupSort in pairs, and a head that adds every second neuron.
fn pairs(inputs: usize, rows: &[&[f64]]) -> Vec<u8> {
    let (bytes, outputs) = (8 * inputs * rows.len(), rows.len());
    let architecture = r#"[{\"kind\":\"dense\"},{\"kind\":\"groupsort\",\"group\":2},{\"kind\":\"dense\"}]"#;
    let header = format!(
        r#"{{"__metadata__":{{"architecture":"{architecture}"}},"0.weight":{{"dtype":"F64","shape":[{outputs},{inputs}],"data_offsets":[0,{bytes}]}},"0.bias":{{"dtype":"F64","shape":[{outputs}],"data_offsets":[{bytes},{}]}},"2.weight":{{"dtype":"F64","shape":[1,{outputs}],"data_offsets":[{},{}]}}}}"#,
        bytes + 8 * outputs,
        bytes + 8 * outputs,
        bytes + 16 * outputs,
    );
    let weights = rows.iter().flat_map(|row| &row[..inputs]);
    let biases = rows.iter().map(|row| &row[inputs]);
    let numbers = weights.chain(biases).copied().chain((0..outputs).map(|k| (k % 2) as f64));
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.bytes());
    file.extend(numbers.flat_map(f64::to_le_bytes));
    file
}

#[test]
fn three_lines_in_general_position_cut_a_network_into_seven_pieces() {
    let folder = tempdir().unwrap();
    // Larger of a line's equation and 0, for three lines no two of which are parallel and which have no common point.
    let rows = [[1.0, 0.0, 0.0], [0.0; 3], [1.0, 1.0, 1.0], [0.0; 3], [1.0, 2.0, 4.0], [0.0; 3]];
    let rows: Vec<&[f64]> = rows.iter().map(|row| &row[..]).collect();
    fs::write(folder.path().join("plane"), pairs(2, &rows)).unwrap();
    let found = json(folder.path(), &["vc", "network", "plane", "--json"]);
    let number = |key: &str| found[key].as_u64().unwrap_or_else(|| panic!("{key}: {found}"));
    assert_eq!(
        (number("pieces"), number("cells"), number("inputs"), number("neurons")),
        (7, 7, 2, 6),
        "{found}"
    );
    assert!(
        number("pieces_bound") >= 7 && number("vc_upper") >= 3 && found["bartlett"].is_number(),
        "{found}"
    );
    let words = stdout(&run(folder.path(), &["vc", "network", "plane"]));
    assert!(words.contains("7 affine pieces in 7 cells"), "{words}");

    // Two breaks on a line, none for three inputs, where pieces are not enumerated.
    fs::write(folder.path().join("line"), pairs(1, &[&[1.0, 0.0], &[0.0; 2], &[1.0, 1.0], &[0.0; 2]]))
        .unwrap();
    let found = json(folder.path(), &["vc", "network", "line", "--json"]);
    assert_eq!((found["pieces"].as_u64(), found["vc_exact"].is_u64()), (Some(3), true), "{found}");
    fs::write(folder.path().join("space"), pairs(3, &[&[1.0, 0.0, 0.0, 0.0], &[0.0; 4]])).unwrap();
    let found = json(folder.path(), &["vc", "network", "space", "--json"]);
    assert!(found["pieces"].is_null() && found["cells"].is_null() && found["vc_upper"].is_u64(), "{found}");

    for name in ["truncated", "nan", "none"] {
        let output = run(folder.path(), &["vc", "network", &model(name)]);
        assert_eq!((output.status.code(), stderr(&output).lines().count()), (Some(2), 1), "{name}");
    }
}
