//! Matrices whose singular values all equal a constant: the (scaled) Stiefel manifold.

use nalgebra::DMatrix;

use super::{inverse_root, spectrum};
use crate::error::Error;
use crate::gram::{add_transpose, small_gram};
use crate::product::{Factor, gemm, product};
use crate::scalar::Scalar;
use crate::tolerance;

/// Residual above which the norm is looked at before anything else; below, singular values are neither far
/// above 1 nor tiny.
const NEAR: f64 = 0.9;

/// One step of Newton-Schulz: the series up to its first order.
const NEWTON_SCHULZ: [f64; 2] = [1.0, 0.5];

/// The orthogonal polar factor of a full-rank matrix: the nearest matrix with singular values 1.
///
/// `W (WᵀW)^(-1/2)`, or `(WWᵀ)^(-1/2) W` when there are fewer rows than columns.
/// Cost: 4 `min(m,n)² max(m,n)` operations a step, one or two steps near the manifold.
///
/// # Errors
/// [`Error::RankDeficient`] when the iteration does not reach it, [`Error::NotFinite`].
///
/// # Examples
/// ```
/// use nalgebra::dmatrix;
/// let factor = lip1_core::polar(dmatrix![3.0, 0.0; 0.0, -0.5])?;
/// assert!((factor - dmatrix![1.0, 0.0; 0.0, -1.0]).amax() < 1e-15);
/// # Ok::<(), lip1_core::Error>(())
/// ```
pub fn polar<T: Scalar>(matrix: DMatrix<T>) -> Result<DMatrix<T>, Error> {
    let mut factor = matrix;
    retract(&mut factor, T::one())?;
    Ok(factor)
}

/// Replaces a matrix by `constant` times its polar factor.
///
/// With `E = I - WᵀW/k²` (on the smaller side), `W (I - E)^(-1/2)` is replaced by `W p(E)`, `p` a polynomial that is
/// good on the spectrum of `E`; after a step of an optimiser one Gram matrix and a low degree do. Far from the
/// manifold, steps of Newton-Schulz `W (3I - WᵀW/k²)/2` come first; those converge from every full-rank start once
/// the norm is below `√3 k`.
pub(super) fn retract<T: Scalar>(weight: &mut DMatrix<T>, constant: T) -> Result<(), Error> {
    // `s - 1` is half of `s² - 1`.
    let goal = 2.0 * tolerance::orthogonality::<T>().to_f64();
    let over = T::one() / (constant * constant);
    for step in 0..tolerance::RETRACTION_STEPS {
        let mut residual = small_gram(weight);
        residual.as_mut_slice().iter_mut().for_each(|entry| *entry *= -over);
        for (i, square) in squares(weight).into_iter().enumerate() {
            residual[(i, i)] = T::nearest(1.0 - over.to_f64() * square);
        }
        let (low, high) = spectrum::ends(&residual);
        let bound = high.max(-low);
        if step == 0 && (bound.is_nan() || bound > NEAR) {
            bring_near(weight, constant)?;
            continue;
        }
        if bound <= goal {
            return Ok(());
        }
        let polynomial = inverse_root::interpolate(low, high, goal);
        let last = polynomial.is_some();
        correct(weight, &residual, polynomial.as_deref().unwrap_or(&NEWTON_SCHULZ));
        if last {
            return Ok(());
        }
    }
    Err(Error::RankDeficient {
        rows: weight.nrows(),
        columns: weight.ncols(),
        iterations: tolerance::RETRACTION_STEPS,
    })
}

/// The squared lengths of the vectors on the smaller side, in double precision: in single precision the diagonal of a Gram
/// matrix, sums of positive numbers, carries most of its rounding.
fn squares<T: Scalar>(weight: &DMatrix<T>) -> Vec<f64> {
    let square = |entry: &T| entry.to_f64() * entry.to_f64();
    if weight.nrows() < weight.ncols() {
        let mut sums = vec![0.0; weight.nrows()];
        for column in weight.column_iter() {
            sums.iter_mut().zip(column.iter()).for_each(|(sum, entry)| *sum += square(entry));
        }
        sums
    } else {
        weight.column_iter().map(|column| column.iter().map(square).sum()).collect()
    }
}

const NOT_FINITE: Error = Error::NotFinite { what: "an orthogonal weight" };

/// Scales a matrix to a norm of at most `constant`, and not much less, from where Newton-Schulz converges to
/// the polar factor without turning a singular value over, which it would do beyond √3.
fn bring_near<T: Scalar>(weight: &mut DMatrix<T>, constant: T) -> Result<(), Error> {
    if !weight.iter().all(|entry| entry.is_finite()) {
        return Err(NOT_FINITE);
    }
    let largest = weight.amax();
    if largest <= T::zero() {
        return Err(Error::RankDeficient { rows: weight.nrows(), columns: weight.ncols(), iterations: 0 });
    }
    // First the entries, so that no square overflows or vanishes; then the norm, by ‖W‖⁴ <= ‖(WᵀW)²‖.
    weight.apply(|entry| *entry /= largest);
    let gram = small_gram(weight);
    let fourth = product(Factor::Plain(&gram), Factor::Plain(&gram)).norm();
    let factor = constant / fourth.sqrt().sqrt();
    weight.apply(|entry| *entry *= factor);
    Ok(())
}

/// `W <- W + W (p(E) - I)`, on the smaller side: only the small correction meets rounding.
fn correct<T: Scalar>(weight: &mut DMatrix<T>, residual: &DMatrix<T>, polynomial: &[f64]) {
    let change = inverse_root::evaluate_less_one(polynomial, residual);
    let start = weight.clone();
    let (left, right) = if weight.nrows() < weight.ncols() { (&change, &start) } else { (&start, &change) };
    gemm(weight, T::one(), Factor::Plain(left), Factor::Plain(right), T::one());
}

/// Projects a gradient on the tangent space at `weight`: `G - W sym(WᵀG)/k²`, on the smaller side.
///
/// Without it the part of the gradient normal to the manifold, which does not vanish at a
/// constrained minimum, would enter the moments of the optimiser and move the minimum.
pub(super) fn project<T: Scalar>(weight: &DMatrix<T>, constant: T, gradient: &mut DMatrix<T>) {
    let wide = weight.nrows() < weight.ncols();
    let mut inner = if wide {
        product(Factor::Plain(gradient), Factor::Transposed(weight))
    } else {
        product(Factor::Transposed(weight), Factor::Plain(gradient))
    };
    add_transpose(&mut inner);
    let (left, right) = if wide { (&inner, weight) } else { (weight, &inner) };
    gemm(gradient, -half_over(constant), Factor::Plain(left), Factor::Plain(right), T::one());
}

/// `1/(2 k²)`.
fn half_over<T: Scalar>(constant: T) -> T {
    T::nearest(0.5) / (constant * constant)
}

/// What a batch leaves behind at a weight `W`: the factors of its gradient `slopes inputsᵀ` and their images.
pub(crate) struct Pass<'a, T> {
    /// `X`: inputs x samples.
    pub(crate) inputs: &'a DMatrix<T>,
    /// `Z = W X`: outputs x samples.
    pub(crate) images: &'a DMatrix<T>,
    /// `S`: outputs x samples.
    pub(crate) slopes: &'a DMatrix<T>,
    /// `D = Wᵀ S`: inputs x samples.
    pub(crate) pulled: &'a DMatrix<T>,
}

/// Whether [`tangent_gradient`] takes fewer operations than `S Xᵀ` and [`project`].
pub(super) fn prefers_factors((rows, columns): (usize, usize), samples: usize, pulled: bool) -> bool {
    // Both take one product of the size of the weight by the batch; the projection two more, by the smaller side.
    let more = 1 + usize::from(rows != columns) + usize::from(!pulled);
    2 * rows.min(columns) > samples * more
}

/// The projected gradient without a product of two matrices of the size of the weight.
///
/// With `G = S Xᵀ`, the two halves of `W sym(WᵀG)` are `W D Xᵀ` and `Z Dᵀ` (`S (WᵀZ)ᵀ` and `Z Dᵀ` when there are
/// fewer rows than columns), and `W Wᵀ S = k² S` where `W` is square.
pub(super) fn tangent_gradient<T: Scalar>(
    weight: &DMatrix<T>,
    constant: T,
    pass: &Pass<'_, T>,
    gradient: &mut DMatrix<T>,
) {
    let Pass { inputs, images, slopes, pulled } = *pass;
    let half = half_over(constant);
    let (rows, columns) = weight.shape();
    if rows == columns {
        gemm(gradient, T::nearest(0.5), Factor::Plain(slopes), Factor::Transposed(inputs), T::zero());
    } else if rows < columns {
        let mut rest = inputs.clone();
        gemm(&mut rest, -half, Factor::Transposed(weight), Factor::Plain(images), T::one());
        gemm(gradient, T::one(), Factor::Plain(slopes), Factor::Transposed(&rest), T::zero());
    } else {
        let mut rest = slopes.clone();
        gemm(&mut rest, -half, Factor::Plain(weight), Factor::Plain(pulled), T::one());
        gemm(gradient, T::one(), Factor::Plain(&rest), Factor::Transposed(inputs), T::zero());
    }
    gemm(gradient, -half, Factor::Plain(images), Factor::Transposed(pulled), T::one());
}

#[cfg(test)]
mod tests {
    use super::{Pass, polar, prefers_factors, project, retract, tangent_gradient};
    use crate::product::{Factor, product};
    use crate::random::gaussian;
    use crate::weight::{Parametrisation, Weight};
    use nalgebra::DMatrix;
    use proptest::prelude::{prop_assert, proptest};

    /// Rounding: c·eps·n with n up to a few tens.
    const ROUNDING: f64 = 1e-12;

    proptest! {
        // The characterisation, not a decomposition of nalgebra, whose singular vectors for close singular
        // values are good to 1e-11 only.
        #[test]
        fn the_retraction_is_orthogonal_and_leaves_a_positive_symmetric_factor(
            rows in 1_usize..12, columns in 1_usize..12, seed in 0_u64..1000,
            exponent in -8_i32..8,
        ) {
            let matrix = gaussian::<f64>(rows, columns, 10_f64.powi(exponent), seed, 0);
            let factor = polar(matrix.clone()).unwrap();
            let (gram, stretch) = if rows < columns {
                (&factor * factor.transpose(), matrix * factor.transpose())
            } else {
                (factor.transpose() * &factor, factor.transpose() * matrix)
            };
            let identity = DMatrix::identity(gram.nrows(), gram.nrows());
            prop_assert!((gram - identity).amax() <= ROUNDING);
            prop_assert!((&stretch - stretch.transpose()).amax() <= ROUNDING * stretch.amax());
            prop_assert!(stretch.symmetric_eigenvalues().min() > 0.0);
        }

        #[test]
        fn the_projected_gradient_is_tangent(
            rows in 1_usize..9, columns in 1_usize..9, seed in 0_u64..1000,
        ) {
            let weight = polar(gaussian::<f64>(rows, columns, 1.0, seed, 0)).unwrap();
            let mut gradient = gaussian::<f64>(rows, columns, 1.0, seed, 1);
            project(&weight, 1.0, &mut gradient);
            let inner = if rows < columns {
                &gradient * weight.transpose()
            } else {
                weight.transpose() * &gradient
            };
            prop_assert!((&inner + inner.transpose()).amax() <= ROUNDING);
        }
    }

    proptest! {
        #[test]
        fn the_gradient_from_factors_is_the_projected_one(
            rows in 1_usize..9, columns in 1_usize..9, samples in 1_usize..9, constant in 0.5_f64..2.0,
            seed in 0_u64..1000,
        ) {
            let weight = polar(gaussian::<f64>(rows, columns, 1.0, seed, 0)).unwrap() * constant;
            let inputs = gaussian::<f64>(columns, samples, 1.0, seed, 1);
            let slopes = gaussian::<f64>(rows, samples, 1.0, seed, 2);
            let (images, pulled) = (&weight * &inputs, weight.transpose() * &slopes);
            let mut expected = product(Factor::Plain(&slopes), Factor::Transposed(&inputs));
            project(&weight, constant, &mut expected);
            let mut found = DMatrix::from_element(rows, columns, f64::NAN);
            let pass = Pass { inputs: &inputs, images: &images, slopes: &slopes, pulled: &pulled };
            tangent_gradient(&weight, constant, &pass, &mut found);
            prop_assert!((found - &expected).amax() <= ROUNDING * (1.0 + expected.amax()));
        }
    }

    #[test]
    fn factors_are_preferred_where_they_save_operations() {
        assert!(prefers_factors((1024, 1024), 256, true));
        assert!(!prefers_factors((64, 64), 256, true));
        assert!(!prefers_factors((256, 784), 256, false));
    }

    #[test]
    fn a_large_matrix_near_the_manifold_returns_to_it_from_small_and_large_steps() {
        // Large enough for the spectrum to be estimated.
        let start = polar(gaussian::<f64>(300, 200, 1.0, 7, 0)).unwrap();
        let spread = |size: f64| gaussian::<f64>(300, 200, size, 8, 0);
        let narrow = |size: f64| gaussian::<f64>(300, 2, size, 8, 1) * gaussian::<f64>(2, 200, size, 8, 2);
        for push in [spread(1e-5), spread(3e-3), spread(1e-2), narrow(1e-3), narrow(3e-2), narrow(0.1)] {
            let mut weight = &start + push;
            retract(&mut weight, 1.0).unwrap();
            let kept = Weight::new(weight, Parametrisation::Unconstrained, 1.0).unwrap();
            assert!(kept.singular_values().iter().all(|s| (s - 1.0).abs() <= ROUNDING));
        }
    }

    #[test]
    fn huge_tiny_and_zero_matrices_are_told_apart() {
        for scale in [1e-200, 1e200] {
            let matrix = gaussian::<f64>(4, 6, scale, 5, 0);
            let factor = polar(matrix).unwrap();
            assert!((&factor * factor.transpose() - DMatrix::identity(4, 4)).amax() < ROUNDING);
        }
        assert!(polar(DMatrix::<f64>::zeros(3, 3)).is_err());
        assert!(polar(DMatrix::from_element(3, 3, f64::NAN)).is_err());
        assert!(polar(DMatrix::from_element(3, 3, 1.0)).is_err());
    }

    /// What is promised of exported weights.
    const MILLIONTH: f64 = 1e-6;

    /// Some of these spectra are missed by a little, see `spectrum`.
    #[test]
    fn large_matrices_reach_a_millionth_in_single_precision_from_noise_of_any_size() {
        for seed in 0..60 {
            let (rows, columns) = (128 + 7 * (seed as usize % 10), 128 + 11 * (seed as usize % 5));
            let size = [1e-5, 1e-4, 1e-3, 3e-3, 1e-2][seed as usize % 5];
            let start = polar(gaussian::<f64>(rows, columns, 1.0, seed, 0)).unwrap();
            let noisy = start + gaussian::<f64>(rows, columns, size, seed, 1);
            let factor = polar(noisy.map(|entry| entry as f32)).unwrap().map(f64::from);
            let values = factor.singular_values();
            assert!(values.iter().all(|s| (s - 1.0).abs() <= MILLIONTH), "{seed}: {values}");
        }
    }

    #[test]
    fn single_precision_stays_within_a_millionth() {
        let mut weight = polar(gaussian::<f32>(96, 64, 1.0, 7, 0)).unwrap();
        for step in 0..50 {
            weight += gaussian::<f32>(96, 64, 0.01, 8, step);
            retract(&mut weight, 1.0).unwrap();
        }
        let kept = Weight::new(weight, Parametrisation::Unconstrained, 1.0).unwrap();
        let values = kept.singular_values();
        assert!(values.iter().all(|s| (s - 1.0).abs() <= MILLIONTH), "{values:?}");
    }
}
