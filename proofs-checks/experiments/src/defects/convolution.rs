//! Norms of convolutions: two estimates of the published code that are not upper bounds.

use std::f64::consts::TAU;

use lip1_core::convolution_certificate;
use lip1_datasets::worlds::gaussian;
use lip1_harness::CheckError;
use lip1_kernel::conv::{self, Conv};
use nalgebra::{Complex, DMatrix, DVector};

use super::Defect;

/// Side of a kernel.
const SIDE: usize = 3;

/// The estimate's own grid and iterations, the channels, and the grid that the layer is used on.
const SMALL: usize = 7;
const ITERATIONS: usize = 10;
const CHANNELS: usize = 16;
const LARGE: usize = 32;

/// Figures of both defects.
pub(super) fn figures(seed: u64, kernels: usize) -> Result<Vec<Defect>, CheckError> {
    Ok(vec![power_iteration(seed, kernels)?, multiplicity()?])
}

/// A kernel by offset: one matrix (outputs x inputs) for each place of the window.
type Kernel = Vec<DMatrix<f64>>;

fn kernel(seed: u64) -> Result<Kernel, CheckError> {
    let draw = gaussian(seed, SIDE * SIDE * CHANNELS, &[0.0; CHANNELS], 1.0)?;
    let parts = draw.coords().chunks_exact(CHANNELS * CHANNELS);
    Ok(parts.map(|part| DMatrix::from_row_slice(CHANNELS, CHANNELS, part)).collect())
}

/// Circular convolution on a square grid, one column a place.
fn convolve(kernel: &Kernel, grid: usize, x: &DMatrix<f64>) -> DMatrix<f64> {
    let mut y = DMatrix::zeros(CHANNELS, x.ncols());
    for (k, matrix) in kernel.iter().enumerate() {
        let (up, left) = (k / SIDE, k % SIDE);
        let from = |place: usize| {
            let (row, column) = (place / grid, place % grid);
            (row + up + grid - 1) % grid * grid + (column + left + grid - 1) % grid
        };
        let moved: Vec<usize> = (0..x.ncols()).map(from).collect();
        y += matrix * x.select_columns(&moved);
    }
    y
}

/// The published estimate: power iteration whose way back transposes the channels but does not flip the window.
fn estimate(kernel: &Kernel, seed: u64) -> Result<f64, CheckError> {
    let back: Kernel = kernel.iter().map(DMatrix::transpose).collect();
    let draw = gaussian(seed, SMALL * SMALL, &[0.0; CHANNELS], 1.0)?;
    let mut u = DMatrix::from_column_slice(CHANNELS, SMALL * SMALL, draw.coords());
    let mut sigma = 0.0;
    for _ in 0..ITERATIONS {
        let v = convolve(&back, SMALL, &u).normalize();
        u = convolve(kernel, SMALL, &v);
        sigma = u.norm();
        u /= sigma;
    }
    Ok(sigma)
}

/// The norm on a circular grid: the largest of the symbol's norms over its frequencies.
fn norm_on(kernel: &Kernel, grid: usize) -> f64 {
    let mut largest: f64 = 0.0;
    for row in 0..=grid / 2 {
        for column in 0..grid {
            let symbol =
                kernel.iter().enumerate().fold(DMatrix::zeros(CHANNELS, CHANNELS), |sum, (k, matrix)| {
                    let turns = ((k / SIDE) * row + (k % SIDE) * column) as f64 / grid as f64;
                    sum + matrix.map(|w| Complex::from_polar(1.0, TAU * turns) * w)
                });
            largest = largest.max(top_singular_value(&symbol));
        }
    }
    largest
}

/// Power steps on a symbol; they approach its norm from below.
const SYMBOL_STEPS: usize = 30;

fn top_singular_value(symbol: &DMatrix<Complex<f64>>) -> f64 {
    let gram = symbol.adjoint() * symbol;
    let start = |k: usize| Complex::new(1.0 + k as f64 / 7.0, 0.3 * k as f64);
    let mut x = DVector::from_fn(CHANNELS, |k, _| start(k)).normalize();
    for _ in 0..SYMBOL_STEPS {
        x = (&gram * x).normalize();
    }
    (symbol * x).norm()
}

/// Fig 4's OrthoConv2D.
fn power_iteration(seed: u64, kernels: usize) -> Result<Defect, CheckError> {
    let mut worst: f64 = 0.0;
    for k in 0..kernels as u64 {
        let kernel = kernel(1_000 * seed + 2 * k)?;
        worst = worst.max(norm_on(&kernel, LARGE) / estimate(&kernel, 1_000 * seed + 2 * k + 1)?);
    }
    Ok(Defect {
        place: "Fig 4, OrthoConv2D".into(),
        quantity: format!(
            "largest norm of a layer \"of norm 1\", {kernels} random 16 to 16 kernels, 32 x 32, circular"
        ),
        defect: "power iteration with an adjoint that does not flip the window, on a grid of 7 x 7".into(),
        published: None,
        reproduced: worst,
        // Divided by its norm on the grid that it is used on.
        corrected: 1.0,
        within: 0.0,
    })
}

/// deel-lip's factor for stride 1 takes the mean number of windows that read a pixel, where it takes the largest.
fn multiplicity() -> Result<Defect, CheckError> {
    let grid = 16;
    let (size, side) = (grid as f64, SIDE as f64);
    let reach = (side - 1.0) / 2.0;
    let factor = size / (side * size - reach * (reach + 1.0));
    // A box kernel divided by its norm as a matrix, which is 3.
    let layer = |scale: f64| Conv {
        input: [1, grid, grid],
        outputs: 1,
        kernel: [SIDE, SIDE],
        stride: 1,
        padding: 1,
        circular: false,
        groups: 1,
        weight: vec![scale / side; SIDE * SIDE],
        bias: Vec::new(),
    };
    let wave = |k: usize| ((k + 1) as f64 * std::f64::consts::PI / (size + 1.0)).sin();
    let image = |row: usize, column: usize| wave(row) * wave(column);
    let (mut before, mut after) = (0.0, 0.0);
    for row in 0..grid {
        for column in 0..grid {
            before += image(row, column).powi(2);
            let rows = row.saturating_sub(1)..(row + 2).min(grid);
            let columns = || column.saturating_sub(1)..(column + 2).min(grid);
            let sum: f64 = rows.flat_map(|r| columns().map(move |c| image(r, c))).sum();
            after += (factor / side * sum).powi(2);
        }
    }
    let corrected = layer(1.0 / side);
    let refused = || CheckError::Instance("no bound for the box kernel".into());
    let certificate = convolution_certificate(&corrected).ok_or_else(refused)?;
    Ok(Defect {
        place: "deel-lip, convolutions at stride 1".into(),
        quantity: "gain of a layer \"of norm 1\": box kernel 3 x 3, 16 x 16, zero padding".into(),
        defect: "the factor takes the mean number of windows over a pixel, not the largest".into(),
        published: Some(1.019_923),
        reproduced: (after / before).sqrt(),
        corrected: conv::norm(&corrected, &certificate)?.upper,
        // Half a unit of the last digit.
        within: 5e-7,
    })
}

#[cfg(test)]
mod tests {
    use nalgebra::DMatrix;

    use super::{SMALL, convolve, estimate, kernel, norm_on};

    /// Power iteration comes this close to the norm, relative.
    const CLOSE: f64 = 0.02;

    #[test]
    fn the_symbol_gives_the_norm_of_the_convolution() {
        let kernel = kernel(5).unwrap();
        // The true adjoint flips the window.
        let back: Vec<DMatrix<f64>> = kernel.iter().rev().map(DMatrix::transpose).collect();
        let mut x = DMatrix::from_fn(16, SMALL * SMALL, |i, j| ((3 * i + 7 * j) as f64).sin());
        for _ in 0..300 {
            x = convolve(&back, SMALL, &convolve(&kernel, SMALL, &x)).normalize();
        }
        let (found, norm) = (convolve(&kernel, SMALL, &x).norm(), norm_on(&kernel, SMALL));
        assert!((found / norm - 1.0).abs() < CLOSE, "{found} {norm}");
    }

    #[test]
    fn the_published_estimate_is_below_the_norm() {
        let kernel = kernel(5).unwrap();
        assert!(estimate(&kernel, 6).unwrap() < norm_on(&kernel, 32));
    }
}
