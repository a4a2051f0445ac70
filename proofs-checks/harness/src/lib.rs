//! The harness of lip1's claims: a check examines instances, and what it found says who decided each of them.
//!
//! | to do this | use that |
//! |---|---|
//! | state a claim | [`Claim`], with its [`Sentence`]s, [`Check`]s and [`Control`]s |
//! | count what an examination found | [`Finding`] |
//! | draw random instances | [`Context::sampled`] |
//! | go through a finite set | [`Finding::enumerating`] |
//! | argue for all instances | [`Lemma`], [`Finding::reducing`] |
//! | run claims, resume and shard a run | [`run`] |
//! | make verdicts of what was found | [`verdict`], [`ledger`] |
//! | put shards together | [`merge`] |
//! | write files so that nothing is lost | [`outputs`] |
//! | keep what is done, line by line | [`store`] |
//! | work on several threads | [`pool`] |
//! | tell what claims made of faults on purpose | [`power`] |
//!
//! Nobody says how strong evidence is. A case is counted by a method that names who decides it: the kernel (a theorem, or
//! a judgement between enclosures of data, constants and theorems), exact arithmetic (the harness compares the two values
//! itself), floating point, or a statistical test. Kind and scope of the evidence follow from the counts.
//!
//! No claim is known here: whoever runs some passes them as `&[&'static Claim]`.

mod claim;
mod context;
mod enumeration;
mod error;
mod evidence;
mod exact;
mod finding;
pub mod ledger;
mod lemma;
pub mod merge;
pub mod outputs;
pub mod paper;
mod picture;
pub mod pool;
pub mod power;
pub mod record;
mod rejection;
pub mod run;
mod sampling;
pub mod store;
mod test;
mod tolerance;
pub mod verdict;

pub use claim::{Check, Claim, Control, Section, Sentence, Whose};
pub use context::{Budget, Context};
pub use error::CheckError;
pub use evidence::{Decider, Kind, Scope, Tally};
pub use exact::Exact;
pub use finding::{Finding, Outcome, Slack};
pub use lemma::Lemma;
pub use picture::Picture;
pub use rejection::Rejection;
pub use test::Test;
pub use tolerance::{Tolerance, Tolerated};
pub use verdict::Verdict;
