//! The picture of F7.

use lip1_figures::plot::{Axis, Curve, Mark, Plot, draw};
use lip1_figures::{Error, Picture};

use super::Memory;

/// Accuracy over training, and the radii at the end.
pub(super) fn memory(results: &Memory) -> Result<Picture, Error> {
    let course = results.course.iter().enumerate().map(|(epoch, share)| ((epoch + 1) as f64, 100.0 * share));
    let count = results.radii.len() as f64;
    let above =
        results.radii.iter().enumerate().map(|(k, radius)| (*radius, 100.0 * (count - k as f64) / count));
    let panels = [
        Plot {
            heading: "Labels learnt over training".into(),
            x: Axis::linear("epoch"),
            y: Axis::linear("labels right (%)").between(0.0, 102.0),
            map: None,
            curves: vec![Curve::new("", Mark::Line, 0, course.collect())],
        },
        Plot {
            heading: "Certified radii at the end".into(),
            x: Axis::linear("radius (pixels from 0 to 1)"),
            y: Axis::linear("images with at least that (%)").between(0.0, 102.0),
            map: None,
            curves: vec![Curve::new("", Mark::Line, 0, above.collect())],
        },
    ];
    let alternative = "Left: the share of random labels that the network says right, against the epoch, rising to 100 %. \
        Right: the share of images whose label is certified within a radius, against the radius, falling from all to none.";
    draw("F7: random labels memorised", alternative, 2, &panels)
}
