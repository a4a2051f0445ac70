//! What a journal belongs to.

use std::fs::File;
use std::io::{self, Read};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Settings, Shard};
use crate::{Budget, Claim, store};

/// The first line of a journal: everything that its records depend on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Version of the format.
    pub schema: u32,
    /// SHA-256 of the program.
    pub program: String,
    /// Seed of the run, as text since it may exceed 2^53.
    pub seed: String,
    /// Budget of the run.
    pub budget: Budget,
    /// `PROPTEST_CASES`, if it was set.
    pub proptest_cases: Option<u32>,
    /// The claims of the run, in order.
    pub ids: Vec<String>,
    /// The part of the run that the journal holds.
    pub shard: Shard,
}

impl Header {
    /// The version that this program writes.
    pub const SCHEMA: u32 = 2;

    /// The header of a run.
    pub fn new(program: &str, settings: Settings, claims: &[&Claim], shard: Shard) -> Self {
        Self {
            schema: Self::SCHEMA,
            program: program.to_owned(),
            seed: settings.seed.to_string(),
            budget: settings.budget,
            proptest_cases: settings.cases,
            ids: claims.iter().map(|claim| claim.id.to_owned()).collect(),
            shard,
        }
    }
}

impl store::Header for Header {
    fn difference(&self, other: &Self) -> Option<&'static str> {
        let differs = [
            (self.schema != other.schema, "format"),
            (self.program != other.program, "program"),
            (self.seed != other.seed, "seed"),
            (self.budget != other.budget, "budget"),
            (self.proptest_cases != other.proptest_cases, "PROPTEST_CASES"),
            (self.ids != other.ids, "list of claims"),
            (self.shard != other.shard, "shard"),
        ];
        differs.into_iter().find_map(|(differs, what)| differs.then_some(what))
    }
}

/// SHA-256 of the running executable, in hexadecimal.
///
/// # Errors
/// When the executable cannot be read.
pub fn program_hash() -> io::Result<String> {
    let mut program = File::open(std::env::current_exe()?)?;
    let mut hash = Sha256::new();
    let mut part = vec![0; 1 << 16];
    loop {
        match program.read(&mut part)? {
            0 => break,
            read => hash.update(part.get(..read).unwrap_or_default()),
        }
    }
    Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
