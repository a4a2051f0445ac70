//! Exact optimal transport with proof.
//!
//! The Wasserstein distance `W(P, Q)` of two finitely supported measures is searched for in fast floating point; the
//! answer is repaired into an integer plan with exact marginals and potentials that are exactly feasible, and
//! [`lip1_kernel::transport`] verifies both: what comes out is a bracket true of the real numbers.
//!
//! | to do this | use that |
//! |---|---|
//! | state a problem | [`Measure`], [`Problem`] |
//! | measure points by a matrix of distances | [`Metric`] |
//! | find a plan and potentials | [`solve`], by the [`Method`] of the [`Settings`] |
//! | have the kernel bracket the distance | [`certify`] |
//! | group many points, so that the kernel needs less time | [`boxes()`], which [`certify`] uses by itself |
//! | evaluate the optimal 1-Lipschitz function anywhere | [`Extension`] |
//! | say what all optimal potentials have in common | [`OptimalFace`] |
//! | regularise by a hinge or a log loss | [`regularised`] |
//! | regularise by entropy | [`Entropic`] |
//!
//! What signatures take and return of the kernel is named here too: [`Points`], [`Cost`], [`Plan`], [`Potentials`], [`Bracket`],
//! [`Theorem`], [`Statement`], [`Refusal`]; and of [`lip1_kernel::optimal`] [`Optimum`], [`Conflict`], [`Chain`], [`LeastError`], [`LeastValue`].
//!
//! ```
//! use lip1_ot::{Cost, Measure, Points, Problem, Settings, certify, solve};
//!
//! let p = Measure::uniform(Points::new(1, vec![0.0, 1.0, 2.0])?)?;
//! let q = Measure::weighted(Points::new(1, vec![1.0, 3.0])?, vec![1.0, 2.0])?;
//! let problem = Problem::new(&p, &q, Cost::L2)?;
//! let certified = certify(&problem, solve(&problem, &Settings::default())?)?;
//! assert!(certified.bracket.lower <= 4.0 / 3.0 && 4.0 / 3.0 <= certified.bracket.upper);
//! # Ok::<(), lip1_ot::Error>(())
//! ```

mod boxes;
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

pub use boxes::boxes;
pub use entropic::{Entropic, EntropicSolution};
pub use error::Error;
pub use extension::Extension;
pub use face::{ErrorCertificate, LinearCertificate, OptimalFace};
// What the signatures here take and return of the kernel.
pub use lip1_kernel::distance::Cost;
pub use lip1_kernel::optimal::{Chain, Conflict, LeastError, LeastValue, Optimum};
pub use lip1_kernel::transport::{Bracket, Plan, Potentials, Problem as Statement};
pub use lip1_kernel::{Points, Refusal, Theorem};
pub use lp::LpBackend;
pub use measure::Measure;
pub use metric::Metric;
pub use problem::Problem;
pub use solve::{Certified, Method, Settings, Solution, certify, solve};
pub use status::Status;
