//! The picture of F8.

use super::{Course, Temperatures, WORLDS};
use crate::plot::{Axis, Curve, Mark, Plot, draw};
use crate::{CheckError, Picture};

/// The mean margin over training, one panel a final temperature.
pub(super) fn margins(results: &Temperatures) -> Result<Picture, CheckError> {
    let curve = |look: usize, start: f64, course: &Course| {
        let points = course.margins.iter().map(|(step, margin)| (*step as f64, *margin));
        Curve::new(format!("from tau = {start}"), Mark::Line, look, points.collect())
    };
    // One look a start, in all panels.
    let mut starts: Vec<f64> = WORLDS.iter().flat_map(|world| results.starts(*world)).collect();
    starts.sort_by(f64::total_cmp);
    starts.dedup_by(|a, b| a.total_cmp(b).is_eq());
    let mut panels = Vec::new();
    for world in WORLDS {
        for end in world.ends() {
            let mut curves = Vec::new();
            for (look, &start) in starts.iter().enumerate() {
                // A place in the legend, in the same order in all panels.
                curves.push(Curve::new(format!("from tau = {start}"), Mark::Line, look, Vec::new()));
                curves.extend(results.runs(world, start, end).map(|course| curve(look, start, course)));
            }
            if curves.iter().all(|curve| curve.points.is_empty()) {
                continue;
            }
            if let Some(exact) = results.exact(world, end) {
                let last = curves.iter().flat_map(|c| c.points.last()).map(|(x, _)| *x).fold(1.0, f64::max);
                let level = vec![(1.0, exact.margin), (last, exact.margin)];
                curves.push(Curve::new("exact minimiser", Mark::Frontier, 0, level));
            }
            panels.push(Plot {
                heading: format!("{}, to tau = {end}", world.name()),
                x: Axis::linear("step"),
                y: Axis::linear(format!("mean of y f ({})", world.unit())),
                map: None,
                curves,
            });
        }
    }
    let alternative = "Mean margin over training, one curve a seed and a temperature at the start, one panel a final \
        temperature; above the mixture on the line, below the breast cancer data. On the line the curves of all starts \
        end on the black line, the exact minimiser's. On the cells they come together, close to each other, off the \
        minimiser.";
    draw("F8: the temperature changed during training", alternative, 2, &panels)
}
