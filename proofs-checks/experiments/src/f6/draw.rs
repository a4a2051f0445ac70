//! The picture of F6.

use lip1_figures::plot::{Axis, Curve, Mark, Plot, draw};
use lip1_figures::{Error, Picture};

use super::{Moment, Norms};

/// Three quantities against steps.
pub(super) fn norms(results: &Norms) -> Result<Picture, Error> {
    let panel = |heading: &str, label: &str, value: fn(&Moment) -> f64| {
        let curve = |(look, course): (usize, &super::Course)| {
            let moments = course.moments.iter().filter(|moment| moment.step > 0);
            let points = moments.map(|moment| (moment.step as f64, value(moment))).collect();
            Curve::new(course.way.name(), Mark::Line, look, points)
        };
        Plot {
            heading: heading.into(),
            x: Axis::logarithmic("step"),
            y: Axis::logarithmic(label),
            map: None,
            curves: results.courses.iter().enumerate().map(curve).collect(),
        }
    };
    let panels = [
        panel("Bound on the Lipschitz constant", "certified constant", |moment| moment.constant),
        panel("Largest spectral norm of a layer", "spectral norm", |moment| moment.spectral),
        panel("Largest Frobenius norm of a layer", "Frobenius norm", |moment| moment.frobenius),
        panel("Loss on the batches", "cross-entropy (nats)", |moment| moment.loss),
    ];
    let alternative = "Four quantities against training steps on MNIST, logarithmic axes: the certified Lipschitz constant, \
        the largest spectral norm and the largest Frobenius norm of a layer, and the loss. Without the constraint the norms \
        keep growing with Adam and, below it, with gradient descent, on whose curve momentum with short steps lies; momentum \
        with long steps rises highest and then stops. With the constraint the constant stays at 1.";
    draw("F6: norms over training", alternative, 2, &panels)
}
