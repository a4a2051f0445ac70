use tempfile::tempdir;

use crate::json;

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
}

#[test]
fn an_end_says_when_the_kernel_has_not_checked_it() {
    let says = |by: &serde_json::Value| by.as_str().unwrap().ends_with("not checked by the kernel");
    let listed = bracket("box", "2", "35", "1");
    assert!(!says(&listed["lower_by"]) && !says(&listed["upper_by"]));
    // More points than the kernel lists, in staggered rows.
    assert!(says(&bracket("box", "3", "35", "1")["lower_by"]));
}

#[test]
fn a_bound_whose_hypothesis_fails_is_null_and_why_says_so() {
    let small = bracket("ball", "2", "1", "4");
    assert!(small["paper_upper"].is_null() && small["corrected_upper"].is_null());
    assert!(small["why"].as_str().unwrap().contains("paper_upper"));
}
