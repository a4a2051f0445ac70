//! Regularised Kantorovich-Rubinstein duals: transport with masses that are free in a range.
//!
//! | problem | value |
//! |---|---|
//! | [`Hkr`] | `max_f E_P f - E_Q f - lambda (E_P (m - f)_+ + E_Q (m + f)_+)` |
//! | [`LogLoss`] | `min_f E softplus(-tau y f)`, `f` with Lipschitz constant `L` |
//! | [`Hinge`] | `min_f E (m - y f)_+`, zero or not |
//!
//! All optimise over all Lipschitz functions: a finite convex problem on the sample, by McShane's extension. The first two
//! solvers hand over a [`Dual`], which `regularised::hkr` and `regularised::bce` of the kernel verify.

mod active_set;
mod bce;
mod cone;
mod constant;
mod dual;
mod hinge;
mod hkr;
mod sample;

pub use bce::{LogLoss, LogLossMethod};
pub use dual::Dual;
pub use hinge::{Hinge, Separation};
pub use hkr::Hkr;
// What the signatures here take and return of the kernel.
pub use lip1_kernel::regularised::{Sample, Total};
