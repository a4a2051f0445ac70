//! The claims of *The Many Faces of 1-Lipschitz Neural Networks*, checked by computation.
//!
//! A [`Claim`] is data plus code: its statement, its hypotheses, checks that examine sound instances and controls
//! that run the same examination on broken ones. How to write one is told in [`claims`].

mod claim;
pub mod claims;
mod context;
mod counterexample;
mod error;
mod evidence;
mod finding;
mod picture;
mod sampling;
mod verdict;

pub use claim::{About, Check, Claim, Control, Section};
pub use context::{Budget, Context};
pub use counterexample::Counterexample;
pub use error::CheckError;
pub use evidence::{Evidence, Kind, Scope};
pub use finding::{Finding, Outcome, Rejection, Slack};
pub use picture::Picture;
pub use verdict::Verdict;
