//! The exact optimum of hinge-regularised Kantorovich-Rubinstein on a small sample: threes against eights.

use lip1_kernel::distance::Cost;
use lip1_kernel::regularised::Total;
use lip1_ot::Measure;
use lip1_ot::regularised::HingeKr;
use serde::{Deserialize, Serialize};

use crate::CheckError;
use crate::data::mnist;

/// The margin (pixels from 0 to 1).
const MARGIN: f64 = 5.0;

/// The optimum at one lambda.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Optimum {
    /// Weight of the hinge.
    pub lambda: f64,
    /// The largest value of `E y f - lambda E (m - y f)+`, both classes of mass 1/2, from below and from above.
    pub value: (f64, f64),
    /// `E y f` of the optimum found.
    pub mean: f64,
    /// `E (m - y f)+` of it.
    pub hinge: f64,
    /// Share of the sample on its wrong side.
    pub error: f64,
}

/// Solves with `count` images of either class.
pub(super) fn optimum(lambda: f64, count: usize) -> Result<Optimum, CheckError> {
    let data = &mnist()?.train;
    let class = |digit: u8| data.points(data.of_class(digit).take(count));
    let (p, q) = (Measure::uniform(class(3)?)?, Measure::uniform(class(8)?)?);
    let problem = HingeKr::new(&p, &q, Cost::L2, Total::Together, MARGIN, lambda)?;
    let dual = problem.solve()?;
    let bracket = problem.certify(&dual)?;
    let yf: Vec<f64> =
        dual.potentials.u.iter().copied().chain(dual.potentials.v.iter().map(|v| -v)).collect();
    let mean = |value: &dyn Fn(f64) -> f64| yf.iter().map(|x| value(*x)).sum::<f64>() / yf.len() as f64;
    Ok(Optimum {
        lambda,
        value: (bracket.lower, bracket.upper),
        mean: mean(&|x| x),
        hinge: mean(&|x| (MARGIN - x).max(0.0)),
        error: dual.error(&problem.sample),
    })
}
