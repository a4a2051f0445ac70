//! Losses, one file each.
//!
//! One convention: labels are ±1, margins are `m`, never `m/2`, the hinge is weighed against the linear term
//! by `lambda`, and log losses are not divided by the temperature. In a loss that tells each class from the
//! rest, the class of a sample counts as much as all others together. With the peers' arguments `alpha`,
//! `margin`, `tau`:
//!
//! | peer | loss | here |
//! |---|---|---|
//! | deel-torchlip, deel-lip | `KR` (to be made large) | `-`[`Kantorovich`] |
//! | both | `HingeMargin(margin)`, `HingeMulticlass(margin)` | [`Hinge`] of margin `margin/2` |
//! | deel-torchlip | `HKR(alpha, margin)`, `HKRMulticlass` | `(1 - alpha)` [`HingeKantorovich`], `lambda = alpha/(1 - alpha)`, margin `margin/2`, [`Balance::ByClass`] |
//! | deel-lip | `HKR(alpha, margin)`, `MulticlassHKR` | [`HingeKantorovich`], `lambda = alpha`, margin `margin/2`, [`Balance::ByClass`] |
//! | deel-torchlip | `SoftHKRMulticlass(alpha, margin, T)` | `(1 - alpha)` [`SoftHingeKantorovich`], same `lambda` and margin, sharpness `T margin / max(running mean of abs f, margin)` |
//! | deel-torchlip | `LseHKRMulticlass(alpha, margin, T, penalty)` | `(1 - alpha)` [`LogSumExpHingeKantorovich`] of `T` times the outputs, same `lambda` and margin, sharpness `ln(classes - 1)/(margin/2 · penalty)` |
//! | both | `TauBCE(tau)`, `TauCCE(tau)` | [`BinaryCrossEntropy`], [`CategoricalCrossEntropy`], divided by `tau` |
//! | deel-torchlip, deel-lip | `CategoricalHinge(margin)` | [`CategoricalHinge`] of margin `margin` |
//! | orthogonium | `LossXent(offset, T)` | `T` times [`CategoricalCrossEntropy`] of `tau = 1/T`, with `offset` taken off the true score |

mod binary_cross_entropy;
mod categorical_hinge;
mod cross_entropy;
mod hinge;
mod hkr;
mod kantorovich;
mod log_sum_exp_hkr;
mod soft_hkr;
mod square;

pub use binary_cross_entropy::BinaryCrossEntropy;
pub use categorical_hinge::CategoricalHinge;
pub use cross_entropy::CategoricalCrossEntropy;
pub use hinge::Hinge;
pub use hkr::{Balance, HingeKantorovich};
pub use kantorovich::Kantorovich;
pub use log_sum_exp_hkr::LogSumExpHingeKantorovich;
pub use soft_hkr::SoftHingeKantorovich;
pub use square::MeanSquare;

use nalgebra::DMatrix;

use crate::error::Error;
use crate::scalar::Scalar;
use crate::targets::Targets;

/// A function of the outputs of a batch, to be made small.
pub trait Loss<T: Scalar>: Sync {
    /// The value, in `f64`, and its gradient with respect to the outputs (outputs x samples), which is
    /// overwritten.
    ///
    /// # Errors
    /// When a parameter is out of range, or the targets do not suit the loss or the outputs.
    fn evaluate(
        &self,
        outputs: &DMatrix<T>,
        targets: &Targets,
        gradient: &mut DMatrix<T>,
    ) -> Result<f64, Error>;
}

/// The value of a loss (outputs x samples), without its gradient.
///
/// # Errors
/// As [`Loss::evaluate`].
pub fn loss_value<T: Scalar>(
    loss: &dyn Loss<T>,
    outputs: &DMatrix<T>,
    targets: &Targets,
) -> Result<f64, Error> {
    let mut gradient = outputs.clone();
    loss.evaluate(outputs, targets, &mut gradient)
}

/// Checks that outputs, targets and gradient are of one batch, which is not empty.
fn guard_batch<T: Scalar>(
    outputs: &DMatrix<T>,
    targets: &Targets,
    gradient: &DMatrix<T>,
) -> Result<(), Error> {
    if outputs.is_empty() {
        return Err(Error::Empty { what: "a batch" });
    }
    if targets.len() != outputs.ncols() {
        return Err(Error::Shape {
            what: "targets of a batch",
            expected: outputs.ncols(),
            found: targets.len(),
        });
    }
    if gradient.shape() != outputs.shape() {
        return Err(Error::Shape {
            what: "gradient at the outputs",
            expected: outputs.len(),
            found: gradient.len(),
        });
    }
    targets.guard(outputs.nrows())
}

/// The class of a sample.
fn class_of(loss: &'static str, targets: &Targets, sample: usize) -> Result<usize, Error> {
    let needed = Error::Targets { loss, needed: "classes" };
    match targets {
        Targets::Classes(classes) => classes.get(sample).copied().ok_or(needed),
        _ => Err(needed),
    }
}

/// Weighted mean over samples and outputs of a function of the sign `y` and the output `f`, which returns its
/// value and its derivative with respect to `f`. Of several outputs, the one of the sample's class weighs as
/// much as all others together.
fn mean_of<T: Scalar>(
    loss: &'static str,
    outputs: &DMatrix<T>,
    targets: &Targets,
    gradient: &mut DMatrix<T>,
    each: impl Fn(f64, f64) -> (f64, f64),
) -> Result<f64, Error> {
    guard_batch(outputs, targets, gradient)?;
    let count = outputs.len() as f64;
    let own = outputs.nrows().saturating_sub(1).max(1) as f64;
    let mut sum = 0.0;
    for (sample, column) in outputs.column_iter().enumerate() {
        for (row, output) in column.iter().enumerate() {
            let sign =
                targets.sign(row, sample).ok_or(Error::Targets { loss, needed: "signs or classes" })?;
            let (value, slope) = each(sign, output.to_f64());
            let weight = if sign > 0.0 { own } else { 1.0 };
            sum += weight * value;
            gradient[(row, sample)] = T::nearest(weight * slope / count);
        }
    }
    Ok(sum / count)
}

/// Checks that a parameter is a positive finite number.
fn positive(name: &'static str, value: f64) -> Result<(), Error> {
    if value > 0.0 && value.is_finite() {
        Ok(())
    } else {
        Err(Error::Parameter { name, value, range: "positive and finite" })
    }
}

/// Checks that a parameter is a finite number, 0 or more.
fn not_negative(name: &'static str, value: f64) -> Result<(), Error> {
    if value >= 0.0 && value.is_finite() {
        Ok(())
    } else {
        Err(Error::Parameter { name, value, range: "finite and at least 0" })
    }
}
