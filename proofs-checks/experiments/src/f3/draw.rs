//! The pictures of F3.

use lip1_figures::plot::{Axis, Curve, Mark, Plot, draw};
use lip1_figures::{Error, Picture};

use super::{Examined, Moon, Moons};

/// Radii at which accuracy is drawn.
const RADII: usize = 120;
const FARTHEST: f64 = 1.2;

/// What the network decides, one panel a temperature.
pub(super) fn decisions(results: &Moons) -> Result<Picture, Error> {
    let panel = |fit: &Moon| Plot {
        heading: format!("tau = {}", fit.tau),
        x: Axis::linear("x₁"),
        y: Axis::linear("x₂").same_unit(),
        map: Some(fit.map.clone()),
        curves: vec![
            Curve::new("frontier", Mark::Frontier, 0, fit.frontier.clone()),
            Curve::new("lower moon", Mark::Dots, 0, results.samples[0].clone()),
            Curve::new("upper moon", Mark::Dots, 1, results.samples[1].clone()),
        ],
    };
    let panels: Vec<Plot> = results.fits.iter().map(panel).collect();
    let alternative = "Maps of the certified radius around two moons, one a temperature, light on the side of the upper \
        moon and dark on that of the lower one, in bands of 0.1; the frontier is a black line. At low temperature it cuts \
        straight through both moons, at high temperature it winds between them.";
    draw("F3: decisions on two moons (bands: 0.1 of radius)", alternative, panels.len(), &panels)
}

/// Accuracy against radius: certified, found, and on the paper's axis.
pub(super) fn radii(results: &Moons) -> Result<Picture, Error> {
    let panel = |fit: &Moon| {
        let along = |number: fn(&Examined) -> f64| {
            let at = |k: usize| k as f64 / RADII as f64 * FARTHEST;
            (0..=RADII).map(|k| (at(k), 100.0 * fit.accuracy(at(k), number))).collect()
        };
        Plot {
            heading: format!("tau = {}", fit.tau),
            x: Axis::linear("radius").between(0.0, FARTHEST),
            y: Axis::linear("accuracy (%)").between(0.0, 102.0),
            map: None,
            curves: vec![
                Curve::new("certified", Mark::Line, 0, along(|point| point.radius)),
                Curve::new("distance to the frontier", Mark::Line, 1, along(|point| point.distance.1)),
                Curve::new("as the paper's figure shows it", Mark::Line, 2, along(|point| point.shown)),
            ],
        }
    };
    let panels: Vec<Plot> = results.fits.iter().map(panel).collect();
    let alternative = "Share of fresh points that are right and keep their class within a radius, against the radius, one \
        panel a temperature. The certified curve stays below that of the true distances to the frontier; the curve on the \
        paper's axis, twice as far out, lies above it.";
    draw("F3: accuracy against radius", alternative, panels.len(), &panels)
}
