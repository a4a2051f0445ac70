//! The files of a run: `ledger.json` and `index.html`.

use std::fs;
use std::path::Path;

use lip1_checks::ledger::Ledger;
use lip1_checks::page;

use super::Failure;

/// Where a run writes unless told otherwise.
pub(super) const FOLDER: &str = "target/lip1";

/// The ledger in JSON.
pub(super) fn json(ledger: &Ledger) -> Result<String, Failure> {
    ledger.to_json().map_err(Failure::new)
}

/// Writes both files and says where.
pub(super) fn write(folder: &Path, ledger: &Ledger) -> Result<String, Failure> {
    let named = |path: &Path, error| Failure::new(format!("{}: {error}", path.display()));
    fs::create_dir_all(folder).map_err(|error| named(folder, error))?;
    let mut said = String::new();
    for (name, text) in [("ledger.json", json(ledger)?), ("index.html", page::of(ledger))] {
        let path = folder.join(name);
        // Written aside and renamed, so that a reader never sees half of it.
        let aside = folder.join(format!("{name}.part"));
        fs::write(&aside, text).map_err(|error| named(&aside, error))?;
        fs::rename(&aside, &path).map_err(|error| named(&path, error))?;
        said += &format!("{}\n", path.display());
    }
    Ok(said)
}
