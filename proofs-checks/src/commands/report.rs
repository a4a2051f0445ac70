//! `lip1 report`: merge the journals of shards, make the verdicts, write the page.

use std::path::{Path, PathBuf};

use lip1_checks::claims::find;
use lip1_checks::ledger::Ledger;
use lip1_checks::merge;
use lip1_checks::run::{self, Contents};

use super::{Answer, Failure, output, table};

/// Merge the ledgers of shards and make the verdicts.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Folders of runs with the same program, seed, budget and claims
    #[arg(value_name = "DIR", required = true)]
    folders: Vec<PathBuf>,
    /// Where the merged ledger goes
    #[arg(long, value_name = "DIR", default_value = output::FOLDER)]
    out: PathBuf,
    /// Print the ledger as JSON
    #[arg(long)]
    json: bool,
}

impl Arguments {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        let parts: Vec<(String, Contents)> =
            self.folders.iter().map(|folder| contents(folder)).collect::<Result<_, _>>()?;
        let program = run::program_hash().map_err(Failure::new)?;
        let merged = merge::merge(&parts, &program).map_err(Failure::new)?;
        let journals: Vec<PathBuf> = self.folders.iter().map(|folder| folder.join(run::JOURNAL)).collect();
        let outputs = output::examine_folder(&self.out, &journals, &output::FILES, self.json)?;
        let mut claims = Vec::new();
        for id in &merged.header.ids {
            claims.push(find(id).ok_or_else(|| Failure::new(format!("unknown claim `{id}`")))?);
        }
        let ledger =
            Ledger::new(&merged.header, &run::jobs(&claims), &merged.records).map_err(Failure::new)?;
        let written = output::write(&self.out, &outputs, &ledger)?;
        let text = if self.json { output::json(&ledger)? } else { table::of(&ledger) + &written };
        Ok(Answer::judged(text, ledger.passes()).beside(&outputs))
    }
}

fn contents(folder: &Path) -> Result<(String, Contents), Failure> {
    let named = folder.display().to_string();
    match run::read_journal(folder).map_err(Failure::new)? {
        Some(contents) => Ok((named, contents)),
        None => Err(Failure::new(format!("{named}: no ledger.jsonl"))),
    }
}
