//! The program from outside: exit statuses, streams, files.

#![expect(clippy::unwrap_used, reason = "a test's failure is a panic")]

mod bad_input;
mod certificate;
mod certify;
mod experiment;
mod formulas;
mod interop;
mod interrupted;
mod lipschitz;
mod outputs;
mod regularised;
mod train;
mod vc;
mod verify;
mod w1;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// `lip1` run in `folder`; the caller's `PROPTEST_CASES` stays out.
fn lip1(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lip1"));
    command.current_dir(folder).args(arguments).env_remove("PROPTEST_CASES");
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    lip1(folder, arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The JSON that the program printed; it must have succeeded.
fn json(folder: &Path, arguments: &[&str]) -> Value {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// `ledger.json` in a folder, without what may differ between two equal runs.
fn ledger(folder: &Path) -> Value {
    let mut ledger = serde_json::from_slice(&fs::read(folder.join("ledger.json")).unwrap()).unwrap();
    strip(&mut ledger);
    ledger
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for key in ["seconds", "check_seconds", "machine"] {
                map.remove(key);
            }
            map.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// A model of the reader's corpus.
fn model(name: &str) -> String {
    format!("{}/../core/fuzz/corpus/read_model/{name}.safetensors", env!("CARGO_MANIFEST_DIR"))
}
