//! Björck iteration of the first order, forwards and backwards.

use nalgebra::DMatrix;

use crate::error::Error;
use crate::gram::small_gram;
use crate::product::{Factor, on_small_side, product};
use crate::scalar::Scalar;

/// When to stop iterating `W <- W (3I - WᵀW)/2`.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Bjorck {
    /// A fixed number of steps.
    Steps(usize),
    /// Until a step moves the matrix by at most this much in Frobenius norm.
    Tolerance {
        /// The largest last move, positive.
        tolerance: f64,
        /// Steps after which to stop all the same.
        most: usize,
    },
}

impl Default for Bjorck {
    /// Until a step moves the matrix by 1e-3 at most, 15 steps at most: the peers' choice.
    fn default() -> Self {
        Self::Tolerance { tolerance: 1e-3, most: 15 }
    }
}

impl Bjorck {
    /// Checks the ranges.
    pub(super) fn guard(self) -> Result<Self, Error> {
        match self {
            Self::Tolerance { tolerance, .. } if !(tolerance > 0.0 && tolerance.is_finite()) => {
                Err(Error::Parameter {
                    name: "Björck tolerance",
                    value: tolerance,
                    range: "positive and finite",
                })
            }
            Self::Steps(_) | Self::Tolerance { .. } => Ok(self),
        }
    }

    /// The iterates from `start`, itself first.
    pub(super) fn iterates<T: Scalar>(self, start: DMatrix<T>) -> Vec<DMatrix<T>> {
        let (tolerance, most) = match self {
            Self::Steps(steps) => (0.0, steps),
            Self::Tolerance { tolerance, most } => (tolerance, most),
        };
        let mut iterates = Vec::with_capacity(most + 1);
        let mut current = start;
        for _ in 0..most {
            let next = bjorck_step(&current);
            let moved = (&next - &current).norm().to_f64();
            iterates.push(std::mem::replace(&mut current, next));
            if moved <= tolerance {
                break;
            }
        }
        iterates.push(current);
        iterates
    }
}

/// One step of Björck iteration: `W (3I - WᵀW)/2` (outputs x inputs).
///
/// Each singular value `s` becomes `s (3 - s²)/2`: below √3 they tend to 1, above √5 they diverge,
/// and the image of `[0, 2]` is in `[-1, 1]`.
/// Cost: 4 `min(m,n)² max(m,n)` operations. Source: Björck and Bowie 1971.
///
/// # Examples
/// ```
/// use nalgebra::dmatrix;
/// let next = lip1_core::bjorck_step(&dmatrix![0.5, 0.0; 0.0, 1.0]);
/// assert_eq!(next, dmatrix![0.6875, 0.0; 0.0, 1.0]);
/// ```
pub fn bjorck_step<T: Scalar>(matrix: &DMatrix<T>) -> DMatrix<T> {
    let half = T::nearest(0.5);
    let mut factor = small_gram(matrix) * -half;
    for i in 0..factor.nrows() {
        factor[(i, i)] += T::one() + half;
    }
    on_small_side(&factor, matrix)
}

/// The gradient before a step from the gradient `after` it.
///
/// From `W' = 3W/2 - W WᵀW/2`: `3G/2 - (G WᵀW + W (GᵀW + WᵀG))/2`, or its mirror on the other side.
pub(super) fn step_back<T: Scalar>(matrix: &DMatrix<T>, after: &DMatrix<T>) -> DMatrix<T> {
    let half = T::nearest(0.5);
    let gram = small_gram(matrix);
    let mixed = if matrix.nrows() < matrix.ncols() {
        product(Factor::Plain(after), Factor::Transposed(matrix))
    } else {
        product(Factor::Transposed(matrix), Factor::Plain(after))
    };
    let symmetric = &mixed + mixed.transpose();
    after * (T::one() + half) - (on_small_side(&gram, after) + on_small_side(&symmetric, matrix)) * half
}

#[cfg(test)]
mod tests {
    use super::{Bjorck, bjorck_step, step_back};
    use crate::random::gaussian;
    use nalgebra::DMatrix;
    use proptest::prelude::{prop_assert, proptest};

    /// Rounding: c·eps·n on matrices of at most ten rows and norm below 3.
    const ROUNDING: f64 = 1e-12;

    fn sorted_singular_values(matrix: &DMatrix<f64>) -> Vec<f64> {
        let mut values: Vec<f64> = matrix.singular_values().iter().copied().collect();
        values.sort_by(f64::total_cmp);
        values
    }

    /// Error of a central difference with step 1e-5: the third derivative times its square, and rounding over it.
    const DIFFERENCES: f64 = 1e-7;

    proptest! {
        #[test]
        fn singular_values_follow_the_cubic(
            rows in 1_usize..10, columns in 1_usize..10, seed in 0_u64..1000, scale in 0.05_f64..2.2,
        ) {
            let draw = gaussian::<f64>(rows, columns, 1.0, seed, 0);
            let matrix = &draw * (scale / draw.singular_values().max());
            let mut expected: Vec<f64> = sorted_singular_values(&matrix)
                .into_iter()
                .map(|s| (s * (3.0 - s * s) / 2.0).abs())
                .collect();
            expected.sort_by(f64::total_cmp);
            let found = sorted_singular_values(&bjorck_step(&matrix));
            for (e, f) in expected.iter().zip(&found) {
                prop_assert!((e - f).abs() <= ROUNDING, "{expected:?} {found:?}");
            }
        }

        #[test]
        fn the_derivative_of_a_step_matches_central_differences(
            rows in 1_usize..6, columns in 1_usize..6, seed in 0_u64..1000,
        ) {
            let matrix = gaussian::<f64>(rows, columns, 0.4, seed, 0);
            let after = gaussian::<f64>(rows, columns, 1.0, seed, 1);
            let direction = gaussian::<f64>(rows, columns, 1.0, seed, 2);
            let step = 1e-5;
            let up = bjorck_step(&(&matrix + &direction * step)).dot(&after);
            let down = bjorck_step(&(&matrix - &direction * step)).dot(&after);
            let slope = (up - down) / (2.0 * step);
            let derivative = step_back(&matrix, &after).dot(&direction);
            prop_assert!((slope - derivative).abs() <= DIFFERENCES * (1.0 + slope.abs()));
        }
    }

    #[test]
    fn steps_to_tolerance_stop_early_and_keep_the_norm_at_most_one() {
        let rule = Bjorck::default();
        let draw = gaussian::<f64>(8, 5, 1.0, 3, 0);
        let start = &draw / draw.singular_values().max();
        let iterates = rule.iterates(start);
        assert!(iterates.len() < 16);
        let last = iterates.last().unwrap();
        assert!(last.singular_values().max() <= 1.0 + ROUNDING);
        assert!(Bjorck::Tolerance { tolerance: 0.0, most: 3 }.guard().is_err());
    }
}
