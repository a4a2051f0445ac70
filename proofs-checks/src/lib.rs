//! The facade of the crates that `lip1` is made of, for the program, notebooks and tests.
//!
//! | to do this | use that | which is |
//! |---|---|---|
//! | check claims of *The Many Faces of 1-Lipschitz Neural Networks* in a notebook | [`experiments::verdicts`] | this crate |
//! | find a claim | [`claims`] | `lip1-claims` |
//! | run claims, resume and shard a run, put shards together | [`run`], [`merge`], [`ledger`] | `lip1-harness` |
//! | count what an examination found | [`Finding`] | `lip1-harness` |
//! | take data, draw points, read a file | [`data`], [`worlds`], [`csv`] | `lip1-datasets` |
//! | perform an experiment, load its results | [`experiments`] | `lip1-experiments` |
//! | read and write certificates | [`certificate`] | `lip1-certificates` |
//! | make the page | [`page`] | `lip1-report` |
//! | draw | [`Chart`], [`plot`] | `lip1-figures` |
//! | keep what is done, write files so that nothing is lost | [`store`], [`outputs`] | `lip1-harness` |
//!
//! Networks, transport and capacity are crates of their own: `lip1-core`, `lip1-ot`, `lip1-vc`.

mod verdicts;

pub use lip1_certificates as certificate;
pub use lip1_claims as claims;
pub use lip1_claims::table_one;
pub use lip1_datasets::{csv, data, worlds};
pub use lip1_figures::{Chart, Picture, Series, plot};
pub use lip1_harness::{
    Budget, Check, CheckError, Claim, Context, Control, Finding, Kind, Outcome, Rejection, Scope, Section,
    Sentence, Slack, Tally, Verdict, Whose, ledger, merge, outputs, paper, pool, power, record, run, store,
    verdict,
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
