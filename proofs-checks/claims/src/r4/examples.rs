//! Two scores whose radii are attained, at points of whole coordinates.

use lip1_harness::{CheckError, Finding};
use lip1_kernel::Interval;

/// Two scores.
#[derive(Clone, Copy, Debug)]
pub(super) enum Example {
    /// `(x, -x)` on a line: each has slope 1, the map slope sqrt 2.
    Opposite,
    /// `(x1, x2)` in the plane: an isometry.
    Coordinates,
    /// `(2x, -2x)`: each has slope 2.
    Steep,
}

/// How the radius follows from the margin.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    /// Half.
    EachScore,
    /// Over sqrt 2.
    Map,
    /// As it is.
    Margin,
}

impl Rule {
    fn radius(self, margin: Interval) -> Interval {
        match self {
            Rule::EachScore => margin / Interval::integer(2),
            Rule::Map => margin / Interval::integer(2).sqrt(),
            Rule::Margin => margin,
        }
    }
}

impl Example {
    /// The difference of the scores.
    fn lead(self, x: [f64; 2]) -> Interval {
        let (first, second) = (Interval::data(x[0]), Interval::data(x[1]));
        match self {
            Example::Opposite => first + first,
            Example::Coordinates => first - second,
            Example::Steep => (first + first) + (first + first),
        }
    }

    /// The unit vector in which the lead falls fastest, rounded.
    fn descent(self) -> [f64; 2] {
        match self {
            Example::Opposite | Example::Steep => [-1.0, 0.0],
            Example::Coordinates => [-(0.5_f64.sqrt()), 0.5_f64.sqrt()],
        }
    }

    /// The other directions that are tried: those of the space the example lives in.
    fn directions(self) -> Vec<[f64; 2]> {
        match self {
            Example::Opposite | Example::Steep => vec![[-1.0, 0.0], [1.0, 0.0]],
            Example::Coordinates => {
                let angle = |k: u32| std::f64::consts::TAU * f64::from(k) / 64.0;
                (0..64).map(|k| [angle(k).cos(), angle(k).sin()]).collect()
            }
        }
    }
}

/// How close to the radius from either side the decision is looked at: far above the rounding of a point.
const NEAR: f64 = 1e-9;

/// No changed decision inside the radius; one just outside.
pub(super) fn attained(example: Example, rule: Rule) -> Result<Finding, CheckError> {
    let mut finding = Finding::new("difference of scores");
    for x in (1..=12).flat_map(|a| (-3..a).map(move |b| [f64::from(a), f64::from(b)])) {
        let radius = rule.radius(example.lead(x));
        let moved = |direction: [f64; 2], length: f64| [0, 1].map(|k| x[k] + length * direction[k]);
        for direction in example.directions() {
            let y = moved(direction, radius.lower() * (1.0 - NEAR));
            finding.at_most("0 <= f_a - f_b inside the radius", Interval::ZERO, example.lead(y), || {
                format!("x = ({}, {}), radius {radius}", x[0], x[1])
            });
        }
        let y = moved(example.descent(), radius.upper() * (1.0 + NEAR));
        finding.at_most("f_a - f_b <= 0 beyond the radius", example.lead(y), Interval::ZERO, || {
            format!("x = ({}, {}), radius {radius}", x[0], x[1])
        });
    }
    Ok(finding)
}
