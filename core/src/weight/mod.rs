//! Weights under a constraint: a matrix that is always the one evaluated.

mod almost_orthogonal;
mod bjorck;
mod block_convolution;
mod frobenius;
mod inverse_root;
mod orthogonal;
mod power;
mod row_bounded;
mod row_normalised;
mod spectral;
mod spectrum;

pub use bjorck::{Bjorck, bjorck_step};
pub(crate) use block_convolution::BlockConvolution;
pub(crate) use orthogonal::Pass;
pub use orthogonal::polar;

use nalgebra::DMatrix;

use crate::error::Error;
use crate::optimiser::Scaling;
use crate::random::gaussian;
use crate::scalar::Scalar;
use almost_orthogonal::AlmostOrthogonal;
use spectral::Spectral;

/// The constraint a weight matrix is trained under; `k` is the constant prescribed for the layer.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Parametrisation {
    /// Any matrix.
    Unconstrained,
    /// `k` times Björck iterates of a free matrix divided by its largest singular value.
    ///
    /// The norm never exceeds `k` (up to rounding); singular values tend to `k` but small ones may
    /// stay behind ([`Weight::singular_values`] tells).
    SpectralBjorck(Bjorck),
    /// All singular values equal to `k`: rows orthogonal when there are fewer rows than columns,
    /// else columns.
    ///
    /// The matrix itself is the parameter: gradients are projected on the tangent space of the
    /// Stiefel manifold, and each update ends with a retraction to the polar factor.
    Orthogonal,
    /// Every row of Euclidean norm `k`: each output is `k`-Lipschitz on its own, the norm from l2 to l-infinity is `k`.
    RowNormalised,
    /// Every row of Euclidean norm at most `k`: as [`Parametrisation::RowNormalised`], and rows may shrink.
    RowBounded,
    /// A free kernel whose columns are rescaled by channel until the norm of its convolution is at most `k` (AOL).
    ///
    /// `kernel` is the height and width of a window; a dense weight has `[1, 1]`.
    AlmostOrthogonal {
        /// Height and width of a window.
        kernel: [usize; 2],
    },
    /// Frobenius norm `k`: the vector of outputs is `k`-Lipschitz.
    Frobenius,
}

/// How the free parameter relates to the matrix that is evaluated.
#[derive(Debug, Clone, PartialEq)]
enum Kind<T: Scalar> {
    /// They are the same array, without constraint.
    Unconstrained,
    /// They are the same array, kept on the Stiefel manifold.
    Orthogonal,
    /// They are the same array, kept on a product of spheres.
    RowNormalised,
    /// They are the same array, kept in a product of balls.
    RowBounded,
    /// They are the same array, kept on a sphere.
    Frobenius,
    /// The parameter is a kernel with other columns.
    AlmostOrthogonal(Box<AlmostOrthogonal<T>>),
    /// The parameter is another matrix.
    Spectral(Box<Spectral<T>>),
}

/// A weight matrix (outputs x inputs) under a [`Parametrisation`].
///
/// The effective matrix is recomputed inside every update, so that no reader can meet a stale one:
/// what is evaluated, exported and certified is one array, bit for bit.
#[derive(Debug, Clone, PartialEq)]
pub struct Weight<T: Scalar> {
    effective: DMatrix<T>,
    constant: T,
    kind: Kind<T>,
}

impl<T: Scalar> Weight<T> {
    /// A random weight (outputs x inputs) on its constraint.
    ///
    /// Gaussian entries of variance `1/inputs`, brought onto the constraint; orthogonal weights are
    /// then uniform (Haar measure). Depends on `seed` and `stream` only.
    ///
    /// # Errors
    /// When a size is 0, or the constant or an iteration limit is out of range.
    pub fn random(
        outputs: usize,
        inputs: usize,
        parametrisation: Parametrisation,
        constant: f64,
        seed: u64,
        stream: u64,
    ) -> Result<Self, Error> {
        if outputs == 0 || inputs == 0 {
            return Err(Error::Empty { what: "a weight" });
        }
        let deviation = (1.0 / inputs as f64).sqrt();
        let draw = gaussian(outputs, inputs, deviation, seed, stream);
        Self::new(draw, parametrisation, constant)
    }

    /// Brings a matrix (outputs x inputs) onto the constraint and keeps it there.
    ///
    /// Unconstrained weights are taken as they are, whatever the constant.
    ///
    /// # Errors
    /// When the matrix is empty, not finite, or rank deficient where that matters; when the constant
    /// is not a positive number or an iteration limit is out of range.
    pub fn new(matrix: DMatrix<T>, parametrisation: Parametrisation, constant: f64) -> Result<Self, Error> {
        if matrix.is_empty() {
            return Err(Error::Empty { what: "a weight" });
        }
        if !(constant > 0.0 && constant.is_finite()) {
            return Err(Error::Parameter { name: "constant", value: constant, range: "positive and finite" });
        }
        if !matrix.iter().all(|entry| entry.is_finite()) {
            return Err(Error::NotFinite { what: "a weight" });
        }
        let constant = T::nearest(constant);
        let mut effective = matrix;
        let kind = match parametrisation {
            Parametrisation::Unconstrained => Kind::Unconstrained,
            Parametrisation::Orthogonal => {
                orthogonal::retract(&mut effective, constant)?;
                Kind::Orthogonal
            }
            Parametrisation::RowNormalised => {
                row_normalised::retract(&mut effective, constant);
                Kind::RowNormalised
            }
            Parametrisation::RowBounded => {
                row_bounded::retract(&mut effective, constant);
                Kind::RowBounded
            }
            Parametrisation::Frobenius => {
                frobenius::retract(&mut effective, constant)?;
                Kind::Frobenius
            }
            Parametrisation::AlmostOrthogonal { kernel } => {
                let weight = AlmostOrthogonal::new(effective, kernel)?;
                effective = weight.effective(constant);
                Kind::AlmostOrthogonal(Box::new(weight))
            }
            Parametrisation::SpectralBjorck(rule) => {
                let spectral = Spectral::new(effective, rule)?;
                effective = spectral.effective(constant);
                Kind::Spectral(Box::new(spectral))
            }
        };
        Ok(Self { effective, constant, kind })
    }

    /// The matrix in force (outputs x inputs).
    pub fn matrix(&self) -> &DMatrix<T> {
        &self.effective
    }

    /// The constraint in force.
    pub fn parametrisation(&self) -> Parametrisation {
        match &self.kind {
            Kind::Unconstrained => Parametrisation::Unconstrained,
            Kind::Orthogonal => Parametrisation::Orthogonal,
            Kind::RowNormalised => Parametrisation::RowNormalised,
            Kind::RowBounded => Parametrisation::RowBounded,
            Kind::Frobenius => Parametrisation::Frobenius,
            Kind::AlmostOrthogonal(weight) => Parametrisation::AlmostOrthogonal { kernel: weight.kernel() },
            Kind::Spectral(spectral) => Parametrisation::SpectralBjorck(spectral.rule()),
        }
    }

    /// The constant prescribed for the layer; without meaning for unconstrained weights.
    pub fn constant(&self) -> f64 {
        self.constant.to_f64()
    }

    /// Singular values of the matrix in force, in `f64`, largest first.
    ///
    /// An estimate, not a theorem. Cost: one singular value decomposition.
    pub fn singular_values(&self) -> Vec<f64> {
        let wide = self.effective.map(Scalar::to_f64);
        let mut values: Vec<f64> = wide.singular_values().iter().copied().collect();
        values.sort_by(|a, b| b.total_cmp(a));
        values
    }

    /// How an adaptive optimiser may scale the gradient: entry by entry would leave the tangent space of the
    /// Stiefel manifold, and depend on the choice of axes there.
    pub(crate) fn scaling(&self) -> Scaling {
        match &self.kind {
            Kind::Orthogonal | Kind::Frobenius => Scaling::Whole,
            Kind::Unconstrained
            | Kind::RowNormalised
            | Kind::RowBounded
            | Kind::Spectral(_)
            | Kind::AlmostOrthogonal(_) => Scaling::Entries,
        }
    }

    /// Turns the gradient with respect to the matrix in force into the one with respect to the
    /// parameter, in place (same shape); on a manifold, its projection on the tangent space.
    pub(crate) fn pull_back(&self, gradient: &mut DMatrix<T>) {
        match &self.kind {
            Kind::Unconstrained | Kind::RowBounded => {}
            Kind::Orthogonal => {
                orthogonal::project(&self.effective, self.constant, gradient);
            }
            Kind::RowNormalised => {
                row_normalised::project(&self.effective, self.constant, gradient);
            }
            Kind::Frobenius => frobenius::project(&self.effective, self.constant, gradient),
            Kind::AlmostOrthogonal(weight) => weight.pull_back(self.constant, gradient),
            Kind::Spectral(spectral) => spectral.pull_back(self.constant, gradient),
        }
    }

    /// Whether [`Weight::tangent_gradient`] takes fewer operations than a gradient and its projection, for that many
    /// samples; `pulled` says that the gradient at the inputs is there already.
    pub(crate) fn prefers_factors(&self, samples: usize, pulled: bool) -> bool {
        self.kind == Kind::Orthogonal && orthogonal::prefers_factors(self.effective.shape(), samples, pulled)
    }

    /// The gradient of an orthogonal weight, projected, from the factors it is made of.
    pub(crate) fn tangent_gradient(&self, pass: &Pass<'_, T>, gradient: &mut DMatrix<T>) {
        orthogonal::tangent_gradient(&self.effective, self.constant, pass, gradient);
    }

    /// Changes the parameter and brings the matrix in force up to date, in one go.
    pub(crate) fn update(&mut self, change: &mut dyn FnMut(&mut [T])) -> Result<(), Error> {
        match &mut self.kind {
            Kind::Unconstrained => change(self.effective.as_mut_slice()),
            Kind::Orthogonal => {
                change(self.effective.as_mut_slice());
                orthogonal::retract(&mut self.effective, self.constant)?;
            }
            Kind::RowNormalised => {
                change(self.effective.as_mut_slice());
                row_normalised::retract(&mut self.effective, self.constant);
            }
            Kind::RowBounded => {
                change(self.effective.as_mut_slice());
                row_bounded::retract(&mut self.effective, self.constant);
            }
            Kind::Frobenius => {
                change(self.effective.as_mut_slice());
                frobenius::retract(&mut self.effective, self.constant)?;
            }
            Kind::AlmostOrthogonal(weight) => {
                weight.update(change)?;
                self.effective = weight.effective(self.constant);
            }
            Kind::Spectral(spectral) => {
                spectral.update(change)?;
                self.effective = spectral.effective(self.constant);
            }
        }
        Ok(())
    }
}
