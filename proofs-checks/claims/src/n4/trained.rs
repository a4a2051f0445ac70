//! Networks trained on real data: their rows, their gradients.

use lip1_core::{Parametrisation, Tape};
use lip1_harness::{CheckError, Context, Finding};
use lip1_kernel::Interval;
use lip1_kernel::net::{Dense, Layer};
use nalgebra::DMatrix;

use crate::trained::Trained;

/// How far sums of `W W' - I` along a row may go: 64 products of rounded entries, each within the retraction's own rounding, in
/// each of 64 columns.
const ORTHONORMAL: (u128, u128) = (1, 1_000_000_000_000);

/// How far a gradient's length may be from 1: three layers of the above, and the rounding of three products.
const ROUNDING: f64 = 4e-12;

/// Odd or even digits: widths 64, 48, 48, 1.
pub(super) fn narrowing(ctx: &Context) -> Result<Trained, CheckError> {
    Trained::on_parity(Parametrisation::Orthogonal, ctx.count(1, 10, 60), ctx.run_seed())
}

/// Malignant or benign cells: widths 30, 48, 48, 1.
pub(super) fn widening(ctx: &Context) -> Result<Trained, CheckError> {
    Trained::on_cells(Parametrisation::Orthogonal, 1, ctx.run_seed())
}

/// The largest row sum of `|W W' - I|` of every dense layer, enclosed.
pub(super) fn orthonormal(trained: &Trained) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("row sum");
    for layer in trained.net.layers() {
        let Layer::Dense(Dense { outputs, inputs, weight, .. }) = layer else { continue };
        let rows: Vec<&[f64]> = weight.chunks_exact(*inputs).collect();
        let mut largest = Interval::ZERO;
        for (i, a) in rows.iter().enumerate() {
            let mut sum = Interval::ZERO;
            for (j, b) in rows.iter().enumerate() {
                let products = a.iter().zip(*b).map(|(a, b)| Interval::point(*a) * Interval::point(*b));
                let product = products.fold(Interval::ZERO, |sum, term| sum + term);
                sum = sum + (product - if i == j { Interval::ONE } else { Interval::ZERO }).abs();
            }
            largest = largest.max(sum);
        }
        let most = Interval::ratio(ORTHONORMAL.0, ORTHONORMAL.1);
        finding.at_most("row sum of |W W' - I|", largest, most, || format!("{outputs} x {inputs}"));
    }
    Ok(finding)
}

/// The length of the gradient at every point of the data.
pub(super) fn gradients(trained: &Trained) -> Result<Finding, CheckError> {
    let failed = || CheckError::during("gradient");
    let (network, points) = (&trained.network, &trained.points);
    let batch = DMatrix::from_column_slice(points.dim(), points.len(), points.coords());
    let mut tape = Tape::new(network);
    tape.forward(network, &batch).map_err(failed())?;
    let ones = DMatrix::from_element(1, points.len(), 1.0);
    tape.differentiate(network, &ones).map_err(failed())?;
    let mut finding = Finding::new("length");
    for (index, gradient) in tape.input_gradient().column_iter().enumerate() {
        finding.case(ROUNDING - (gradient.norm() - 1.0).abs(), || {
            format!("sample {index}, |grad f| = {}", gradient.norm())
        });
    }
    Ok(finding)
}
