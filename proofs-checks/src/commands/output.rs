//! Files that commands write.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use lip1_checks::ledger::Ledger;
use lip1_checks::outputs::{File, Outputs};
use lip1_checks::page::Notebook;

use super::{Failure, page};

/// Where a run writes unless told otherwise.
pub(super) const FOLDER: &str = "target/lip1";

/// The files that a run makes its folder of.
pub(super) const FILES: [&str; 2] = ["ledger.json", "index.html"];

/// Examines the outputs of a command that prints its answer, before its work begins.
pub(super) fn examine(inputs: &[&str], names: &[&Option<String>], json: bool) -> Result<Outputs, Failure> {
    let outputs = Outputs::new(inputs, names.iter().copied().flatten()).map_err(Failure::new)?;
    if json && outputs.to_standard_output() {
        return Err(Failure::new("standard output holds the JSON; an output needs a file of its own"));
    }
    Ok(outputs)
}

/// Makes a folder of results and examines the files that it is to hold, before the work begins.
pub(super) fn examine_folder(
    folder: &Path,
    inputs: &[PathBuf],
    names: &[&str],
    json: bool,
) -> Result<Outputs, Failure> {
    if folder.starts_with("-") {
        return Err(Failure::new("--out -: a folder is needed, and standard output is none"));
    }
    fs::create_dir_all(folder).map_err(|error| Failure::new(format!("{}: {error}", folder.display())))?;
    let outputs = Outputs::new(inputs, names.iter().map(|name| folder.join(name))).map_err(Failure::new)?;
    if json && outputs.to_standard_output() {
        let said = format!("{}: a file in it is standard output, which holds the JSON", folder.display());
        return Err(Failure::new(said));
    }
    Ok(outputs)
}

/// The ledger in JSON.
pub(super) fn json(ledger: &Ledger) -> Result<String, Failure> {
    ledger.to_json().map_err(Failure::new)
}

/// Writes `ledger.json` and `index.html` and says where.
pub(super) fn write(folder: &Path, outputs: &Outputs, ledger: &Ledger) -> Result<String, Failure> {
    let notebooks =
        notebooks(folder).map_err(|error| Failure::new(format!("{}: {error}", folder.display())))?;
    let [json_file, page_file] = FILES.map(|name| folder.join(name));
    let files = [File::new(json_file, json(ledger)?), File::new(page_file, page::of(ledger, &notebooks)?)];
    outputs.write(&files).map_err(Failure::new)?;
    Ok(files.iter().map(|file| format!("{}\n", file.name.display())).collect())
}

/// The notebooks that `notebooks/run` has rendered into a folder of the page's, by name.
fn notebooks(folder: &Path) -> io::Result<Vec<Notebook>> {
    let entries = match fs::read_dir(folder.join("notebooks")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let (Some(name), Some("html")) =
            (path.file_name().and_then(OsStr::to_str), path.extension().and_then(OsStr::to_str))
        else {
            continue;
        };
        let text = fs::read_to_string(&path)?;
        let title = text.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>"));
        let title = title.map_or(name, |(title, _)| title).to_owned();
        found.push(Notebook { address: format!("notebooks/{name}"), title });
    }
    found.sort_by(|a, b| a.address.cmp(&b.address));
    Ok(found)
}
