//! The pictures of F5.

use lip1_figures::plot::{Axis, Curve, Mark, Plot, draw};
use lip1_figures::{Error, Picture};

use super::{Consistency, Learnt, name};

fn panel(results: &Consistency, heading: &str, y: Axis, value: impl Fn(&Learnt) -> f64 + Copy) -> Plot {
    let curves = results.taus().into_iter().enumerate().map(|(look, tau)| {
        let points = results.of(tau).map(|learnt| (learnt.images as f64, value(learnt)));
        Curve::new(name(tau), Mark::LineAndDots, look, points.collect())
    });
    Plot {
        heading: heading.into(),
        x: Axis::logarithmic("images trained on"),
        y,
        map: None,
        curves: curves.collect(),
    }
}

/// Accuracy on seen and on fresh images.
pub(super) fn accuracy(results: &Consistency) -> Result<Picture, Error> {
    let axis = || Axis::linear("accuracy (%)");
    let panels = [
        panel(results, "On the images trained on", axis(), |learnt| 100.0 * learnt.accuracy.0),
        panel(results, "On fresh images", axis(), |learnt| 100.0 * learnt.accuracy.1),
    ];
    let alternative = "Accuracy on MNIST against the number of images trained on, left on these images, right on fresh ones, \
        one curve a temperature and one for the unconstrained network. The unconstrained network and high temperatures are \
        right on everything they have seen; at low temperature the two accuracies come together as images are added.";
    draw("F5: seen and fresh images", alternative, 2, &panels)
}

/// Gaps: of accuracy, and of the loss as a share of its bound.
pub(super) fn gaps(results: &Consistency) -> Result<Picture, Error> {
    let panels = [
        panel(
            results,
            "Accuracy on seen minus on fresh images",
            Axis::linear("gap (percentage points)"),
            |learnt| 100.0 * (learnt.accuracy.0 - learnt.accuracy.1),
        ),
        panel(
            results,
            "Largest gap of a class over its bound",
            Axis::logarithmic("gap / (Λ W1)"),
            |learnt| results.worst(learnt),
        ),
    ];
    let alternative = "Against the number of images: left the gap in accuracy between seen and fresh images, shrinking; right \
        the gap in loss as a share of the bound from transport, everywhere below 1.";
    draw("F5: gaps", alternative, 2, &panels)
}
