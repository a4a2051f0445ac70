//! Where computed curvatures break off.

use lip1_figures::{Chart, Mark, Series};
use lip1_harness::{CheckError, Picture};

use super::{FORMS, weights};
use crate::picture::Drawn;

/// The computed curvature in double precision until it breaks.
pub(super) fn curvatures() -> Result<Picture, CheckError> {
    let series = FORMS.iter().map(|form| {
        let (single, double) = (weights(*form, 0.0_f32), weights(*form, 0.0_f64));
        let points = double
            .iter()
            .enumerate()
            .step_by(8)
            .map(|(step, weight)| (step as f64, form.slope_and_curvature(*weight, 0.0).1.log10()));
        Series {
            name: format!("{}: {} steps in f32, {} in f64", form.name(), single.len() - 1, double.len() - 1),
            mark: Mark::Dots,
            points: points.collect(),
        }
    });
    Chart {
        title: "Newton's method on two points, until it divides 0 by 0".to_owned(),
        alternative: "The curvature falls by a constant factor a step, along one line for all ways to write it; each way ends at a \
                      step of its own, the complement of the logistic function first, the exponential last."
            .to_owned(),
        x: "step".to_owned(),
        y: "log10 of the curvature, f64".to_owned(),
        series: series.collect(),
    }
    .drawn()
}
