//! The commands, one file each. A command computes its whole answer before anything is printed.

mod answer;
mod bce;
mod certify;
mod check;
mod choice;
mod claims;
mod clouds;
mod experiment;
mod hkr;
mod labels;
mod lipschitz;
mod model;
mod output;
mod page;
mod power;
mod progress;
mod refuted;
mod report;
mod rows;
mod table;
mod train;
mod vc;
pub(crate) mod verify;
mod w1;

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
    /// Show which claims notice which faults built in on purpose
    Power(power::Arguments),
    /// Check a saved certificate with the kernel alone; exit status 1 if it is refused
    Check(check::Arguments),
    /// Bracket the Wasserstein distance of two point clouds, with proof
    W1(w1::Arguments),
    /// Bracket the hinge-regularised Kantorovich-Rubinstein value of two point clouds, with proof
    Hkr(hkr::Arguments),
    /// Bracket the least log loss of a Lipschitz function on two point clouds, with proof
    Bce(bce::Arguments),
    /// Bracket the Lipschitz constant of a model, layer by layer, with proof
    Lipschitz(lipschitz::Arguments),
    /// Certify the decisions of a model: a class and a radius for each row
    Certify(certify::Arguments),
    /// Train a network and write it as a model
    Train(train::Arguments),
    /// Bracket the VC dimension of 1-Lipschitz classifiers with margin
    #[command(subcommand)]
    Vc(vc::Arguments),
    /// Perform an experiment of the paper
    Experiment(experiment::Arguments),
}

impl Command {
    pub(crate) fn run(self) -> Result<Answer, Failure> {
        match self {
            Command::Verify(arguments) => arguments.run(),
            Command::Claims(arguments) => arguments.run(),
            Command::Report(arguments) => arguments.run(),
            Command::Check(arguments) => arguments.run(),
            Command::Power(arguments) => arguments.run(),
            Command::W1(arguments) => arguments.run(),
            Command::Hkr(arguments) => arguments.run(),
            Command::Bce(arguments) => arguments.run(),
            Command::Lipschitz(arguments) => arguments.run(),
            Command::Certify(arguments) => arguments.run(),
            Command::Train(arguments) => arguments.run(),
            Command::Vc(arguments) => arguments.run(),
            Command::Experiment(arguments) => arguments.run(),
        }
    }
}
