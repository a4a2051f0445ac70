//! Models as commands read them.

use std::fs;

use lip1_core::{Model, read_model};

use super::Failure;

/// Reads a model; errors name the file.
pub(super) fn read(file: &str) -> Result<Model, Failure> {
    let bytes = fs::read(file).map_err(|error| Failure::new(format!("{file}: {error}")))?;
    read_model(&bytes).map_err(|error| Failure::new(format!("{file}: {error}")))
}
