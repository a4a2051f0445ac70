//! The masses that the transport problem of the hinge moves.

use lip1_datasets::worlds::Classes;
use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{CheckError, Picture};
use lip1_kernel::regularised::Total;

use crate::optimum::{LargestHkr, masses_against_margins};
use crate::picture::Drawn;

/// The margin at which the hinge begins, in standard deviations of a feature.
const MARGIN: f64 = 3.0;

/// What is moved of each sample, in multiples of its mass, against the margin that the optimum has there.
pub(super) fn masses() -> Result<Picture, CheckError> {
    let classes = Classes::cells(100, 100)?;
    let mut series = Vec::new();
    for lambda in [0.5, 2.0, 8.0] {
        let largest = LargestHkr::solve(&classes, Total::EachClass, MARGIN, lambda)?;
        let points = masses_against_margins(&largest.terms());
        series.push(Series { name: format!("lambda = {lambda}"), mark: Mark::Dots, points });
    }
    Chart {
        title: "The hinge as transport: how much of each sample's mass is moved (m = 3)".to_owned(),
        alternative: "Real cells, each at the margin y f that the optimum of the hinge-regularised problem has there, against what \
                      the optimal plan moves, in multiples of its mass. To the right of m = 3 it is 1, to the left 1 + lambda, \
                      and at m anything between: the hinge lets samples on the wrong side of the margin weigh more."
            .to_owned(),
        x: "y f (standard deviations)".to_owned(),
        y: "mass moved / mass".to_owned(),
        series,
    }
    .drawn()
}
