//! The iteration on matrices of prescribed singular values.

use lip1_core::{Parametrisation, Weight, bjorck_step, polar};
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{CheckError, Context, Finding, Picture};
use nalgebra::{DMatrix, DVector};
use rand::RngExt;

use crate::picture::Drawn;

/// Steps after which singular values in [1/32, 1.7] have arrived: each multiplies a small one by nearly 3/2, so 10 lead to 1,
/// and at the top 1.7 falls to 0.09.
const STEPS: usize = 40;

/// Rounding errors of a step or of a decomposition, in units of `size eps`: a few products of matrices.
const ROUNDINGS: f64 = 64.0;

/// Which singular values a matrix gets.
#[derive(Clone, Copy)]
pub(super) enum Spectrum {
    /// Between 1/32 and 1.7.
    Sound,
    /// The same, with one of them between two numbers.
    With(f64, f64),
}

/// A matrix with what it was made of.
pub(super) struct Instance {
    matrix: DMatrix<f64>,
    /// The polar factor.
    target: DMatrix<f64>,
    /// Smallest singular value.
    least: f64,
}

/// An orthonormal frame: `rows` by `columns`, `rows >= columns`.
fn frame(rows: usize, columns: usize, seed: u64, stream: u64) -> Result<DMatrix<f64>, CheckError> {
    let weight = Weight::random(rows, columns, Parametrisation::Orthogonal, 1.0, seed, stream);
    Ok(weight.map_err(CheckError::during("frame"))?.matrix().clone())
}

impl Instance {
    fn new(values: &[f64], rows: usize, columns: usize, seed: u64) -> Result<Self, CheckError> {
        let left = frame(rows, values.len(), seed, 0)?;
        let right = frame(columns, values.len(), seed, 1)?;
        let scaled = &left * DMatrix::from_diagonal(&DVector::from_column_slice(values));
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        Ok(Self { matrix: scaled * right.transpose(), target: left * right.transpose(), least })
    }

    fn rounding(&self) -> f64 {
        ROUNDINGS * self.matrix.nrows().max(self.matrix.ncols()) as f64 * f64::EPSILON
    }
}

/// Examines random matrices up to 24 x 24.
pub(super) fn over(
    ctx: &Context,
    spectrum: Spectrum,
    examine: fn(&mut Finding, &Instance) -> Result<(), CheckError>,
) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("distance");
    let mut random = ctx.generator("spectra");
    for trial in 0..ctx.count(30, 400, 6_000) as u64 {
        let (rows, columns) = (random.random_range(1..=24_usize), random.random_range(1..=24_usize));
        let mut values: Vec<f64> =
            (0..rows.min(columns)).map(|_| random.random_range(0.031_25..1.7)).collect();
        if let (Spectrum::With(low, high), Some(first)) = (spectrum, values.first_mut()) {
            *first = low + (high - low) * random.random_range(0.0..1.0);
        }
        examine(&mut finding, &Instance::new(&values, rows, columns, ctx.seed("frames") ^ trial)?)?;
    }
    Ok(finding)
}

/// The singular values after each step against the cubic of those before.
pub(super) fn steps(finding: &mut Finding, instance: &Instance) -> Result<(), CheckError> {
    let sorted = |values: DVector<f64>| {
        let mut values: Vec<f64> = values.iter().copied().collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let mut matrix = instance.matrix.clone();
    for step in 0..STEPS / 4 {
        let expected = matrix.singular_values().map(|s| (s * (3.0 - s * s) / 2.0).abs());
        matrix = bjorck_step(&matrix);
        let pairs = sorted(expected).into_iter().zip(sorted(matrix.singular_values()));
        let error = pairs.fold(0.0_f64, |error, (a, b)| error.max((a - b).abs()));
        finding.case(instance.rounding() - error, || {
            format!("{} x {}, step {step}", matrix.nrows(), matrix.ncols())
        });
    }
    Ok(())
}

/// The distance of the last iterate to the polar factor, that of the construction and that of a singular value decomposition;
/// the polar factor itself moves by the rounding of `W` over its smallest singular value.
pub(super) fn end(finding: &mut Finding, instance: &Instance) -> Result<(), CheckError> {
    let last = (0..STEPS).fold(instance.matrix.clone(), |matrix, _| bjorck_step(&matrix));
    let tolerance = instance.rounding() / instance.least.clamp(0.031_25, 1.0);
    let shape = || format!("{} x {}, least {}", last.nrows(), last.ncols(), instance.least);
    finding.case(tolerance - (&last - &instance.target).norm(), shape);
    if let Ok(factor) = polar(instance.matrix.clone()) {
        finding.case(tolerance - (&last - factor).norm(), shape);
    }
    Ok(())
}

/// Singular values over the steps, the sign of the direction they belong to included.
pub(super) fn picture() -> Result<Picture, CheckError> {
    let starts = [0.05, 0.5, 1.7, 2.0, 2.2];
    let instance = Instance::new(&starts, starts.len(), starts.len(), 0)?;
    let (left, right) = (frame(starts.len(), starts.len(), 0, 0)?, frame(starts.len(), starts.len(), 0, 1)?);
    let mut curves = vec![Vec::new(); starts.len()];
    let mut matrix = instance.matrix;
    for step in 0..12 {
        let inner = left.transpose() * &matrix * &right;
        for (k, curve) in curves.iter_mut().enumerate() {
            curve.push((f64::from(step), inner[(k, k)]));
        }
        matrix = bjorck_step(&matrix);
    }
    let series = starts.iter().zip(curves).map(|(start, points)| Series {
        name: format!("from {start}"),
        mark: Mark::Line,
        points,
    });
    Chart {
        title: "Singular values under Björck iteration".to_owned(),
        alternative: "Singular values of a matrix against the step, with the sign of their direction. From 0.05, 0.5 and 1.7 they \
                      tend to 1. From 2.0 the value becomes negative and tends to -1; from 2.2 it becomes negative, is \
                      too large to stay there, and comes back to 1."
            .to_owned(),
        x: "step".to_owned(),
        y: "singular value".to_owned(),
        series: series.collect(),
    }
    .drawn()
}
