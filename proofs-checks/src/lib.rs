//! The facade of the crates that `lip1` is made of, for the program, notebooks and tests: what a claim is and how it is run
//! (`lip1-harness`), the claims of *The Many Faces of 1-Lipschitz Neural Networks* ([`claims`]), what they are tried on ([`data`],
//! [`worlds`], [`csv`]), the [`experiments`], the [`page`], saved certificates ([`certificate`]) and plots ([`plot`]).

mod verdicts;

pub use lip1_certificates as certificate;
pub use lip1_claims as claims;
pub use lip1_claims::table_one;
pub use lip1_datasets::{csv, data, worlds};
pub use lip1_figures::{Chart, Picture, Series, plot};
pub use lip1_harness::{
    Budget, Check, CheckError, Claim, Context, Control, Finding, Kind, Outcome, Rejection, Scope, Section,
    Sentence, Slack, Tally, Verdict, Whose, ledger, merge, outputs, pool, power, record, run, store, verdict,
};
pub use lip1_report as page;

/// The experiments of the paper, and what notebooks show of the claims.
pub mod experiments {
    pub use lip1_experiments::{
        ALL, Cell, Entry, Experiment, News, Outcome, Relation, Run, Saved, Setting, Statement, Table, Tell,
        by_id, defects, f1, f2, f3, f4, f5, f6, f7, f8,
    };

    pub use crate::verdicts::{Verdicts, faults, verdicts};
}
