//! The recursions in enclosures.

use lip1_faults::{Fault, unless};
use lip1_harness::Finding;
use lip1_kernel::Interval;

/// How the weight moves.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    /// The gradient over the curvature.
    Newton,
    /// The gradient times a step size.
    Descent(f64),
}

/// A run from a start, with a ridge `r W^2/2` added to the loss.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path {
    rule: Rule,
    start: f64,
    ridge: f64,
}

impl Path {
    pub(super) fn new(rule: Rule, start: f64, ridge: f64) -> Self {
        Self { rule, start, ridge }
    }

    /// The weight after the next step.
    fn next(&self, weight: Interval) -> Interval {
        let ridge = Interval::point(self.ridge);
        let small = (-weight).exp();
        let whole = Interval::ONE + small;
        // sigma(-W) = e^-W/(1 + e^-W), and the curvature is that over 1 + e^-W; both over e^-W, so that nothing underflows.
        match self.rule {
            Rule::Newton if self.ridge == 0.0 => weight + unless(Fault::NewtonForgetsOne, whole, small),
            Rule::Newton => {
                let slope = small / whole;
                weight + (slope - ridge * weight) / (slope / whole + ridge)
            }
            Rule::Descent(step) => weight + Interval::point(step) * (small / whole - ridge * weight),
        }
    }

    /// What the claim promises after `t` steps from `W >= 0`.
    fn promised(&self, t: usize) -> Interval {
        let t = Interval::integer(t as u128);
        match self.rule {
            Rule::Newton => t,
            Rule::Descent(step) => (Interval::point(step) * t / Interval::integer(2)).ln_1p(),
        }
    }
}

/// Gradient descent of several step sizes, from several starts.
pub(super) fn descents(ridge: f64) -> Vec<Path> {
    let steps = [0.0625, 0.5, 1.0, 4.0];
    let paths =
        steps.iter().flat_map(|step| [0.0, 1.0, 5.0].map(|w| Path::new(Rule::Descent(*step), w, ridge)));
    paths.collect()
}

/// Every step against what is promised. Once an enclosure is wider than 1 the rest of a path is undecided.
pub(super) fn examine(paths: &[Path], steps: usize) -> Finding {
    let mut finding = Finding::new("weight");
    for path in paths {
        let mut weight = Interval::point(path.start);
        for t in 1..=steps {
            weight = path.next(weight);
            finding.at_most("promised <= W", path.promised(t), weight, || {
                format!("{path:?}, step {t}, W in {weight}")
            });
            if weight.width() > 1.0 {
                finding.undecided(format!("{path:?}: too wide after {t} steps"));
                break;
            }
        }
    }
    finding
}
