//! The picture of F8.

use super::{Course, Temperatures};
use crate::plot::{Axis, Curve, Mark, Plot, draw};
use crate::{CheckError, Picture};

/// The mean margin over training, one panel a final temperature.
pub(super) fn margins(results: &Temperatures) -> Result<Picture, CheckError> {
    let (starts, ends) = results.temperatures();
    let curve = |look: usize, start: f64, course: &Course| {
        let points = course.margins.iter().enumerate().map(|(epoch, margin)| ((epoch + 1) as f64, *margin));
        Curve::new(format!("from tau = {start}"), Mark::Line, look, points.collect())
    };
    let panel = |end: &f64| {
        let mut curves = Vec::new();
        for (look, start) in starts.iter().enumerate() {
            let same = |c: &&Course| c.start.total_cmp(start).is_eq() && c.end.total_cmp(end).is_eq();
            curves.extend(results.courses.iter().filter(same).map(|course| curve(look, *start, course)));
        }
        Plot {
            heading: format!("to tau = {end}"),
            x: Axis::linear("epoch"),
            y: Axis::linear("mean of y f (standardised units)"),
            map: None,
            curves,
        }
    };
    let panels: Vec<Plot> = ends.iter().map(panel).collect();
    let alternative = "Mean margin on the breast cancer data over training, one curve a seed and a temperature at the \
        start, one panel a final temperature. In each panel the curves of all starts come together once the temperature \
        stays.";
    draw("F8: the temperature changed during training", alternative, 2, &panels)
}
