//! The pictures of F4.

use lip1_figures::plot::{Axis, Curve, Mark, Plot, draw};
use lip1_figures::{Error, Picture};

use super::{Family, Fronts, RADII};

/// Certified accuracy against accuracy, one panel a radius.
pub(super) fn fronts(results: &Fronts) -> Result<Picture, Error> {
    let panel = |(index, radius): (usize, &f64)| {
        let mut curves = Vec::new();
        for (look, family) in Family::ALL.into_iter().enumerate() {
            let spots =
                || results.of(family).filter_map(move |spot| Some((spot, spot.certified.get(index)?)));
            let at = spots().map(|(spot, share)| (100.0 * spot.accuracy.value(), 100.0 * share.value()));
            curves.push(Curve::new(family.name(), Mark::LineAndDots, look, at.collect()));
            let bars = spots().flat_map(|(spot, share)| {
                let (x, y) = (spot.accuracy, *share);
                let (left, right) = x.interval();
                let (low, high) = y.interval();
                let place = |x: f64, y: f64| (100.0 * x, 100.0 * y);
                [
                    place(left, y.value()),
                    place(right, y.value()),
                    place(x.value(), low),
                    place(x.value(), high),
                ]
            });
            curves.push(Curve::new("", Mark::Bars, look, bars.collect()));
        }
        Plot {
            heading: format!("radius {radius:.3} (pixels 0..1)"),
            x: Axis::linear("accuracy (%)"),
            y: Axis::linear("certified accuracy (%)"),
            map: None,
            curves,
        }
    };
    let panels: Vec<Plot> = RADII.iter().enumerate().map(panel).collect();
    let alternative = "Certified accuracy against accuracy on MNIST test images, one panel a radius, one curve a loss, with \
        99 % intervals as bars. At the small radius the most accurate networks are also the most certified; at the large \
        radii the curves turn: more certified accuracy costs accuracy.";
    draw("F4: accuracy against certified accuracy", alternative, 2, &panels)
}

/// The exact fronts.
pub(super) fn exact(results: &Fronts) -> Result<Picture, Error> {
    let curve = |(look, family): (usize, Family)| {
        let of = results.optima.iter().filter(|optimum| optimum.family == family);
        let points = of.map(|optimum| (optimum.least, optimum.mean)).collect();
        Curve::new(family.exact_name(), Mark::LineAndDots, look, points)
    };
    let plot = Plot {
        heading: String::new(),
        x: Axis::linear("least margin, min y f (pixels 0..1)"),
        y: Axis::linear("mean margin, E y f (pixels 0..1)"),
        map: None,
        curves: Family::ALL.into_iter().enumerate().map(curve).collect(),
    };
    let alternative = "Exact optima over all 1-Lipschitz functions on a small sample of threes and eights: mean margin against \
        the least margin, one curve a loss, one dot a value of its temperature, margin or lambda. At one end lies the potential \
        of optimal transport, with the largest mean margin, at the other the largest least margin that any function can have.";
    draw("F4: exact fronts on a small sample", alternative, 1, &[plot])
}
