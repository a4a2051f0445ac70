//! Exact optima over all 1-Lipschitz functions on a small sample, threes against eights: what each loss trades the mean
//! margin for.

use lip1_datasets::data::mnist;
use lip1_harness::CheckError;
use lip1_kernel::distance::Cost;
use lip1_kernel::regularised::Total;
use lip1_ot::Measure;
use lip1_ot::regularised::{Hkr, LogLoss};
use serde::{Deserialize, Serialize};

use super::Family;

/// The margin of HKR (pixels from 0 to 1).
pub(super) const MARGIN: f64 = 5.0;

/// A weight of the hinge so large that the optimum is one of least hinge, and of those the one with the largest mean margin.
pub(super) const HEAVY: f64 = 64.0;

/// The optimum at one value of a parameter.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Optimum {
    /// The loss: log loss, hinge (HKR with a heavy hinge), HKR.
    pub family: Family,
    /// Its temperature, margin or lambda.
    pub parameter: f64,
    /// The least log loss (nats), or the largest `E y f - lambda E (m - y f)+`, from below and from above; both classes have
    /// mass 1/2.
    pub value: (f64, f64),
    /// `E y f` of the optimum found.
    pub mean: f64,
    /// `E (m - y f)+` of it at m = 5 (pixels from 0 to 1).
    pub hinge: f64,
    /// The least `y f` of it over the sample.
    pub least: f64,
    /// Share of the sample on its wrong side.
    pub error: f64,
}

/// Solves with `count` images of either class.
pub(super) fn optimum(family: Family, parameter: f64, count: usize) -> Result<Optimum, CheckError> {
    let data = &mnist()?.train;
    let class = |digit: u8| data.points(data.of_class(digit).take(count));
    let (p, q) = (Measure::uniform(class(3)?)?, Measure::uniform(class(8)?)?);
    let hkr = |margin: f64, lambda: f64| -> Result<_, CheckError> {
        let problem = Hkr::new(&p, &q, Cost::L2, Total::Together, margin, lambda)?;
        let dual = problem.solve()?;
        Ok((problem.certify(&dual)?, dual))
    };
    let (bracket, dual) = match family {
        Family::Temperature => {
            let problem = LogLoss::new(&p, &q, Cost::L2, parameter, 1.0)?;
            let dual = problem.solve()?;
            (problem.certify(&dual)?, dual)
        }
        Family::Margin => hkr(parameter, HEAVY)?,
        Family::Lambda => hkr(MARGIN, parameter)?,
    };
    let yf: Vec<f64> =
        dual.potentials.u.iter().copied().chain(dual.potentials.v.iter().map(|v| -v)).collect();
    let mean = |value: &dyn Fn(f64) -> f64| yf.iter().map(|x| value(*x)).sum::<f64>() / yf.len() as f64;
    Ok(Optimum {
        family,
        parameter,
        value: (bracket.lower, bracket.upper),
        mean: mean(&|x| x),
        hinge: mean(&|x| (MARGIN - x).max(0.0)),
        least: yf.iter().copied().fold(f64::INFINITY, f64::min),
        error: mean(&|x| f64::from(x <= 0.0)),
    })
}
