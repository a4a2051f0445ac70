use std::process::Command;

use tempfile::tempdir;

use crate::json;

/// The environment variable that names a Python with torch, safetensors and libraries of 1-Lipschitz layers.
const PYTHON: &str = "LIP1_TORCH_PYTHON";

/// Excess over 1 of a constant of layers that the libraries orthogonalise in single precision.
const SINGLE: f64 = 1e-5;

/// Trains a small model of a library, exports it, and compares what is certified with what PyTorch computes; skipped, with a
/// word, where there is no such Python or the module is not installed.
fn a_model_is_certified_and_decides_as_pytorch_does(library: &str, module: &str) {
    let Ok(python) = std::env::var(PYTHON) else {
        eprintln!("skipped: {PYTHON} names no Python with torch, safetensors and {library}");
        return;
    };
    let asked = Command::new(&python).args(["-c", &format!("import {module}")]).output().unwrap();
    if !asked.status.success() {
        eprintln!("skipped: {python} has no {module}");
        return;
    }
    let folder = tempdir().unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/interop/export_torch.py");
    let status = Command::new(python)
        .current_dir(folder.path())
        .args([script, library, "m.safetensors", "d.csv"])
        .status()
        .unwrap();
    assert!(status.success());
    let bracket = json(folder.path(), &["lipschitz", "m.safetensors", "--json"]);
    eprintln!("{library}: constant in [{}, {}]", bracket["lower"], bracket["upper"]);
    assert!(bracket["upper"].as_f64().unwrap() < 1.0 + SINGLE, "{bracket}");
    let certified = json(folder.path(), &["certify", "m.safetensors", "d.csv", "--json"]);
    let rows = certified["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 50);
    assert!(rows.iter().any(|row| row["radius"].as_f64().unwrap() > 0.1), "{certified}");
    for row in rows {
        // PyTorch computes in f64 there: it can only differ where nothing is certified.
        assert!(row["prediction"] == row["label"] || row["radius"].as_f64() == Some(0.0), "{row}");
    }
}

#[test]
fn a_deel_torchlip_model_is_certified_and_decides_as_pytorch_does() {
    a_model_is_certified_and_decides_as_pytorch_does("deel-torchlip", "deel.torchlip");
}

#[test]
fn an_orthogonium_model_with_convolutions_is_certified_and_decides_as_pytorch_does() {
    a_model_is_certified_and_decides_as_pytorch_does("orthogonium", "orthogonium");
}
