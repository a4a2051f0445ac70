//! What a claim is, and how a run of claims becomes a ledger.
//!
//! A [`Claim`] is data plus code: its statement, its hypotheses, checks that examine sound instances and controls
//! that run the same examination on broken ones. An examination counts its cases in a [`Finding`]; a check says as
//! [`Evidence`] how strong a finding is, a control asks it for a [`Rejection`]. [`run`] carries checks and controls out,
//! with a journal that makes a run resumable; [`merge`] puts shards together, [`verdict`] concludes, [`ledger`] keeps it all. [`power`] is what claims made of faults on purpose.
//!
//! No claim is known here: whoever runs some passes them as `&[&'static Claim]`.

mod claim;
mod context;
mod error;
mod evidence;
mod finding;
pub mod ledger;
pub mod merge;
mod picture;
pub mod power;
pub mod record;
pub mod run;
mod sampling;
pub mod verdict;

pub use claim::{About, Check, Claim, Control, Section};
pub use context::{Budget, Context};
pub use error::CheckError;
pub use evidence::{Evidence, Kind, Scope};
pub use finding::{Finding, Outcome, Rejection, Slack};
pub use picture::Picture;
pub use verdict::Verdict;
