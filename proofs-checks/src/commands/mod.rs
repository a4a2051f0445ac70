//! The commands, one file each. A command computes its whole answer before anything is printed.

mod answer;
mod claims;
mod output;
mod progress;
mod report;
mod table;
pub(crate) mod verify;

pub(crate) use answer::{Answer, Failure};

/// What the program can do.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Check the claims, write the ledger and its page
    Verify(verify::Arguments),
    /// List the claims, or explain one
    Claims(claims::Arguments),
    /// Merge the ledgers of shards and make the verdicts
    Report(report::Arguments),
}

impl Command {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        match self {
            Command::Verify(arguments) => arguments.run(),
            Command::Claims(arguments) => arguments.run(),
            Command::Report(arguments) => arguments.run(),
        }
    }
}
