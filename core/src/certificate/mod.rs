//! Producers of certificates: they search in fast floating point, the kernel verifies.

mod cholesky;
mod convolution;
mod lanczos;
mod steepest;

use lip1_kernel::Theorem;
use lip1_kernel::net::{Dense, Layer, Net};
use lip1_kernel::network::{Hint, LipschitzNet, lipschitz};
use lip1_kernel::norm::{SpectralCertificate, scale_exponent};
use nalgebra::DMatrix;

use crate::error::Error;
use crate::gram::small_gram;
use cholesky::cholesky;
pub use convolution::convolution_certificate;
use lanczos::largest_eigenvalue;
pub use steepest::steepest_pair;

/// Relative distance above the estimate of the largest eigenvalue at which a first proof is tried.
const FIRST_EXCESS: f64 = 2e-12;

/// Growth of that distance from one attempt to the next.
const GROWTH: f64 = 4.0;

/// Attempts before giving up on a tight bound.
const ATTEMPTS: usize = 40;

/// A network with certified Lipschitz constants: its hints are produced here, the kernel checks them.
///
/// Cost: for each dense layer one Gram matrix on its smaller side, one Cholesky factor and the same
/// again in the kernel; under a second at 1024 x 1024.
///
/// # Errors
/// When the kernel refuses: a norm overflows.
///
/// # Examples
/// ```
/// use lip1_core::{Architecture, certify};
/// let net = Architecture::lipnet(2, &[16, 16], 1).build::<f64>(3)?.to_kernel()?;
/// let certified = certify(&net)?;
/// assert!(certified.l2() <= 1.0 + 1e-10);
/// assert!(certified.decide(&[5.0, 0.0])?.radius() >= 0.0);
/// # Ok::<(), lip1_core::Error>(())
/// ```
pub fn certify(net: &Net) -> Result<Theorem<LipschitzNet<'_>>, Error> {
    Ok(lipschitz(net, &hints(net.layers()))?)
}

/// A hint for each dense layer and convolution, in the order in which the kernel asks for them.
pub fn hints(layers: &[Layer]) -> Vec<Option<Hint>> {
    let hint = |layer: &Layer| match layer {
        Layer::Dense(dense) => vec![Some(Hint::Spectral(spectral_certificate(dense)))],
        Layer::Conv(conv) => vec![convolution_certificate(conv).map(Hint::Conv)],
        Layer::Residual { body, .. } => hints(body),
        _ => Vec::new(),
    };
    layers.iter().flat_map(hint).collect()
}

/// A hint by which the kernel bounds the norm of a dense layer from above, usually within 1e-10.
///
/// With `G` the Gram matrix of the scaled weight, `mu` is a little more than an estimate of its largest
/// eigenvalue and the factor is that of Cholesky for `mu I - G`, tried again with larger `mu` until it
/// exists. Any outcome is sound, since the kernel checks it.
pub fn spectral_certificate(dense: &Dense) -> SpectralCertificate {
    // The kernel scales by the same power of two; beyond the exponent range of one factor, by two.
    let exponent = scale_exponent(&dense.weight);
    let half = exponent / 2;
    let (a, b) = (2_f64.powi(-half), 2_f64.powi(half - exponent));
    let scaled =
        DMatrix::from_row_iterator(dense.outputs, dense.inputs, dense.weight.iter().map(|w| w * a * b));
    let gram = small_gram(&scaled);
    let size = gram.nrows();
    let packed = size * (size + 1) / 2;
    let largest = largest_eigenvalue(&gram);
    if largest <= 0.0 {
        return SpectralCertificate { mu: 0.0, factor: vec![0.0; packed] };
    }
    let mut excess = FIRST_EXCESS.max(f64::EPSILON * size as f64);
    for _ in 0..ATTEMPTS {
        let mu = largest * (1.0 + excess);
        let mut shifted = -&gram;
        for i in 0..size {
            shifted[(i, i)] += mu;
        }
        if let Some(lower) = cholesky(shifted) {
            let rows = (0..size).flat_map(|row| (0..=row).map(move |column| (row, column)));
            return SpectralCertificate { mu, factor: rows.map(|at| lower[at]).collect() };
        }
        excess *= GROWTH;
    }
    // The trace bounds the largest eigenvalue; a zero factor leaves the rest to the kernel.
    SpectralCertificate { mu: gram.trace(), factor: vec![0.0; packed] }
}
