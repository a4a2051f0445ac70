//! Files that commands write.

use std::ffi::OsStr;
use std::path::Path;
use std::{fs, io};

use lip1_checks::ledger::Ledger;
use lip1_checks::page::Notebook;

use super::{Failure, page};

/// Where a run writes unless told otherwise.
pub(super) const FOLDER: &str = "target/lip1";

/// A file to write.
pub(super) struct File {
    pub(super) name: String,
    pub(super) text: String,
}

/// Writes files, each all at once.
pub(super) fn write_all(files: &[File]) -> Result<(), Failure> {
    files.iter().try_for_each(|file| replace(Path::new(&file.name), file.text.as_bytes()))
}

/// Written aside and renamed, so that a reader never sees half of it; devices and pipes are written to directly.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let special = fs::metadata(path).is_ok_and(|there| !there.is_file());
    let written = if special {
        fs::write(path, bytes)
    } else {
        let mut aside = path.as_os_str().to_owned();
        aside.push(".part");
        fs::write(&aside, bytes).and_then(|()| fs::rename(&aside, path))
    };
    written.map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}

/// The ledger in JSON.
pub(super) fn json(ledger: &Ledger) -> Result<String, Failure> {
    ledger.to_json().map_err(Failure::new)
}

/// Writes `ledger.json` and `index.html` and says where.
pub(super) fn write(folder: &Path, ledger: &Ledger) -> Result<String, Failure> {
    fs::create_dir_all(folder).map_err(|error| Failure::new(format!("{}: {error}", folder.display())))?;
    let notebooks =
        notebooks(folder).map_err(|error| Failure::new(format!("{}: {error}", folder.display())))?;
    let mut said = String::new();
    for (name, text) in [("ledger.json", json(ledger)?), ("index.html", page::of(ledger, &notebooks)?)] {
        let path = folder.join(name);
        replace(&path, text.as_bytes())?;
        said += &format!("{}\n", path.display());
    }
    Ok(said)
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
