//! Exact optimal transport with proof.
//!
//! The Wasserstein distance `W(P, Q)` of two finitely supported measures is searched for in fast floating point; the
//! answer is repaired into an integer plan with exact marginals and potentials that are exactly feasible, and
//! [`lip1_kernel::transport`] verifies both: what comes out is a bracket true of the real numbers.
//!
//! ```
//! use lip1_kernel::{Points, distance::Cost};
//! use lip1_ot::{Measure, Problem, Settings, certify, solve};
//!
//! let p = Measure::uniform(Points::new(1, vec![0.0, 1.0, 2.0])?)?;
//! let q = Measure::weighted(Points::new(1, vec![1.0, 3.0])?, vec![1.0, 2.0])?;
//! let problem = Problem::new(&p, &q, Cost::L2)?;
//! let certified = certify(&problem, solve(&problem, &Settings::default())?)?;
//! assert!(certified.bracket.lower <= 4.0 / 3.0 && 4.0 / 3.0 <= certified.bracket.upper);
//! # Ok::<(), lip1_ot::Error>(())
//! ```

mod cancel;
mod distance;
mod entropic;
mod error;
mod extension;
mod face;
mod instance;
mod line;
mod lp;
mod masses;
mod measure;
mod metric;
mod problem;
pub mod regularised;
mod repair;
mod settle;
mod simplex;
mod solve;
mod sparse;
mod status;
#[cfg(feature = "testing")]
pub mod testing;
mod tolerance;

pub use entropic::{Entropic, EntropicSolution};
pub use error::Error;
pub use extension::Extension;
pub use face::{Chain, Conflict, ErrorCertificate, LeastError, LeastValue, LinearCertificate, OptimalFace};
pub use lp::LpBackend;
pub use measure::Measure;
pub use metric::Metric;
pub use problem::Problem;
pub use solve::{Certified, Method, Settings, Solution, certify, solve};
pub use status::Status;
