//! Minimisers of the log loss, and the masses that their transport problems move.

use lip1_datasets::worlds::Classes;
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{CheckError, Context, Picture};
use lip1_kernel::Points;

use crate::optimum::{LeastLoss, masses_against_margins};
use crate::picture::Drawn;

/// The share of each sample's mass that is moved, against the margin that the minimiser has there.
pub(super) fn masses() -> Result<Picture, CheckError> {
    let classes = Classes::cells(100, 100)?;
    let mut series = Vec::new();
    for tau in [0.25, 1.0, 4.0] {
        let least = LeastLoss::solve(&classes, tau, 1.0)?;
        let points = masses_against_margins(&least.terms());
        series.push(Series { name: format!("tau = {tau}"), mark: Mark::Dots, points });
    }
    Chart {
        title: "Log loss as transport: how much of each sample's mass is moved".to_owned(),
        alternative: "Real cells, each at the margin y f that the exact minimiser of the log loss has there, against the share of \
                      its mass that the optimal plan moves. At each of three temperatures the dots lie on a falling logistic \
                      curve, steeper at higher temperature: the larger the margin, the less is moved, at tau = 4 next to nothing."
            .to_owned(),
        x: "y f (standard deviations)".to_owned(),
        y: "share of the mass that is moved".to_owned(),
        series,
    }
    .drawn()
}

/// The exact minimiser on the paper's mixture, at several temperatures.
pub(super) fn minimisers(ctx: &Context) -> Result<Picture, CheckError> {
    let classes = Classes::mixture(ctx.seed("picture"), 60)?;
    let grid: Vec<f64> = (-70..=70).map(|k| f64::from(k) / 20.0).collect();
    let mut series = Vec::new();
    for tau in [0.25, 1.0, 4.0, 64.0] {
        let least = LeastLoss::solve(&classes, tau, 1.0)?;
        let values = &least.dual.potentials.v;
        // The largest 1-Lipschitz function with these values on the negative points.
        let places = classes.negative.points().coords();
        let at =
            |x: f64| places.iter().zip(values).map(|(z, v)| v + (x - z).abs()).fold(f64::INFINITY, f64::min);
        let points = grid.iter().map(|x| (*x, at(*x))).collect();
        series.push(Series { name: format!("minimiser at tau = {tau}"), mark: Mark::Line, points });
    }
    let dots = |points: &Points| points.coords().iter().map(|x| (*x, 0.0)).collect();
    for (name, points) in [("label +1", classes.positive.points()), ("label -1", classes.negative.points())] {
        series.push(Series { name: name.to_owned(), mark: Mark::Dots, points: dots(points) });
    }
    Chart {
        title: "The exact minimiser of the log loss on a line, at four temperatures".to_owned(),
        alternative: "Two classes on a line, each with a tenth of its points in a small group on the other's side. At low \
                      temperature the minimiser rises once, from the left group to the right one, and ignores the small \
                      groups; at high temperature it zigzags between slopes 1 and -1 and changes sign at each of them."
            .to_owned(),
        x: "x".to_owned(),
        y: "f(x)".to_owned(),
        series,
    }
    .drawn()
}
