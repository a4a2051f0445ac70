use std::process::Command;

use tempfile::tempdir;

use crate::json;

/// The environment variable that names a Python with torch, deel-torchlip and safetensors.
const PYTHON: &str = "LIP1_TORCH_PYTHON";

#[test]
fn a_deel_torchlip_model_is_certified_and_decides_as_pytorch_does() {
    let Ok(python) = std::env::var(PYTHON) else {
        eprintln!("skipped: {PYTHON} names no Python with torch, deel-torchlip and safetensors");
        return;
    };
    let folder = tempdir().unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/interop/export_torch.py");
    let status = Command::new(python)
        .current_dir(folder.path())
        .args([script, "m.safetensors", "d.csv"])
        .status()
        .unwrap();
    assert!(status.success());
    let bracket = json(folder.path(), &["lipschitz", "m.safetensors", "--json"]);
    assert!(bracket["upper"].as_f64().unwrap() < 1.0 + 1e-5, "{bracket}");
    let certified = json(folder.path(), &["certify", "m.safetensors", "d.csv", "--json"]);
    for row in certified["rows"].as_array().unwrap() {
        // PyTorch computes in f64 there: it can only differ where nothing is certified.
        assert!(row["prediction"] == row["label"] || row["radius"].as_f64() == Some(0.0), "{row}");
    }
}
