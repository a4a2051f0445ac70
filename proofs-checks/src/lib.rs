//! The claims of *The Many Faces of 1-Lipschitz Neural Networks*, checked by computation.
//!
//! A [`Claim`] is data plus code: its statement, its hypotheses, checks that examine sound instances and controls
//! that run the same examination on broken ones. How to write one is told in [`claims`].

pub mod certificate;
mod claim;
pub mod claims;
mod context;
pub mod csv;
pub mod data;
mod error;
mod evidence;
pub mod experiments;
mod finding;
pub mod ledger;
pub mod merge;
mod optimum;
pub mod outputs;
pub mod page;
pub mod picture;
pub mod plot;
pub mod power;
pub mod record;
pub mod run;
mod sampling;
pub mod table_one;
mod trained;
pub mod verdict;
pub mod worlds;

pub use claim::{About, Check, Claim, Control, Section};
pub use context::{Budget, Context};
pub use error::CheckError;
pub use evidence::{Evidence, Kind, Scope};
pub use finding::{Finding, Outcome, Rejection, Slack};
pub use picture::Picture;
pub use verdict::Verdict;
