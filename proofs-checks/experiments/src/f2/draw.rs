//! The pictures of F2.

use lip1_figures::plot::{Axis, Curve, Mark, Plot, draw};
use lip1_figures::{Error, Picture};

use super::{Fit, Mixture, PUBLISHED};

/// Where functions are drawn.
const RANGE: (f64, f64) = (-3.2, 3.2);
const PLACES: usize = 161;

/// Heights at which the samples are drawn.
const RUGS: (f64, f64) = (2.75, -2.75);

/// The places at which functions are drawn.
pub(super) fn grid() -> impl Iterator<Item = f64> {
    (0..PLACES).map(|k| RANGE.0 + (RANGE.1 - RANGE.0) * k as f64 / (PLACES - 1) as f64)
}

/// The functions, one panel a temperature.
pub(super) fn functions(results: &Mixture) -> Result<Picture, Error> {
    let panel = |fit: &Fit| {
        let rug = |points: &[f64], height| points.iter().map(|x| (*x, height)).collect();
        let zero = vec![(RANGE.0, 0.0), (RANGE.1, 0.0)];
        Plot {
            heading: format!("tau = {}", fit.tau),
            x: Axis::linear("x").between(RANGE.0, RANGE.1),
            y: Axis::linear("f(x)").between(-3.0, 3.0),
            map: None,
            curves: vec![
                Curve::new("", Mark::Frontier, 0, zero),
                Curve::new("exact minimiser", Mark::Line, 0, fit.curve.iter().map(|c| (c.0, c.1)).collect()),
                Curve::new("network", Mark::Line, 1, fit.curve.iter().map(|c| (c.0, c.2)).collect()),
                Curve::new("positive samples (top)", Mark::Dots, 0, rug(&results.sample.positive, RUGS.0)),
                Curve::new("negative samples (bottom)", Mark::Dots, 1, rug(&results.sample.negative, RUGS.1)),
            ],
        }
    };
    let panels: Vec<Plot> = results.fits.iter().map(panel).collect();
    let alternative = "For each temperature the exact minimiser of the log loss over 1-Lipschitz functions and a trained \
        network, over the line. At low temperature both fall with slope −1 and ignore the small modes at ±1; at high \
        temperature they bend there to have the right sign.";
    draw("F2: fits by temperature", alternative, 3, &panels)
}

/// Losses against temperature.
pub(super) fn losses(results: &Mixture) -> Result<Picture, Error> {
    let taus: Vec<f64> = results.fits.iter().map(|fit| fit.tau).collect();
    let of = |value: fn(&Fit) -> f64| results.fits.iter().map(|fit| (fit.tau, value(fit))).collect();
    let published = PUBLISHED.iter().filter(|(tau, _)| taus.contains(tau)).copied().collect();
    let plot = Plot {
        heading: String::new(),
        x: Axis::logarithmic("temperature tau (1/unit of length)").ticks_at(&taus),
        y: Axis::logarithmic("mean log loss (nats)"),
        map: None,
        curves: vec![
            Curve::new(
                "least of all 1-Lipschitz functions (certified)",
                Mark::LineAndDots,
                0,
                of(|fit| fit.least.0),
            ),
            Curve::new("trained network", Mark::LineAndDots, 1, of(|fit| fit.loss)),
            Curve::new("the paper's notebook (its own samples)", Mark::Dots, 2, published),
        ],
    };
    let alternative = "Mean log loss against temperature: the certified minimum falls with the temperature; trained \
        networks lie on it at low temperature; the paper's published losses beside.";
    draw("F2: losses by temperature", alternative, 1, &[plot])
}
