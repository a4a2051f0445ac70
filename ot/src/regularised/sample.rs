//! Two classes as the kernel takes them.

use lip1_kernel::distance::Cost;
use lip1_kernel::regularised::{Sample, Total};

use crate::{Error, Measure};

/// A sample with `p` as the positive and `q` as the negative class.
pub(super) fn sample(p: &Measure, q: &Measure, cost: Cost, total: Total) -> Result<Sample, Error> {
    let (dim_p, dim_q) = (p.points().dim(), q.points().dim());
    if dim_p != dim_q {
        return Err(Error::Dimensions { p: dim_p, q: dim_q });
    }
    let weights = |m: &Measure| m.weights().map_or_else(|| vec![1.0; m.len()], <[f64]>::to_vec);
    let (mut p_weight, mut q_weight) = (weights(p), weights(q));
    // Equal weights are ones up to a factor that is divided out, and ones add up exactly.
    let same = total == Total::EachClass || p_weight.first() == q_weight.first();
    if uniform(&p_weight) && uniform(&q_weight) && same {
        p_weight.fill(1.0);
        q_weight.fill(1.0);
    }
    Ok(Sample { p: p.points().clone(), q: q.points().clone(), p_weight, q_weight, cost, total })
}

/// What the weights of either class are divided by, in plain floating point.
pub(super) fn totals(sample: &Sample) -> (f64, f64) {
    let (p, q) = (sample.p_weight.iter().sum::<f64>(), sample.q_weight.iter().sum::<f64>());
    match sample.total {
        Total::EachClass => (p, q),
        Total::Together => (p + q, p + q),
    }
}

/// Whether all weights of a class are equal.
pub(super) fn uniform(weights: &[f64]) -> bool {
    weights.windows(2).all(|pair| pair[0].to_bits() == pair[1].to_bits())
}

/// A finite parameter that is at least zero.
pub(super) fn not_negative(name: &'static str, value: f64) -> Result<(), Error> {
    if value >= 0.0 && value.is_finite() {
        Ok(())
    } else {
        Err(Error::Parameter { name, value, range: "finite and >= 0" })
    }
}

/// A finite parameter above zero.
pub(super) fn positive(name: &'static str, value: f64) -> Result<(), Error> {
    if value > 0.0 && value.is_finite() {
        Ok(())
    } else {
        Err(Error::Parameter { name, value, range: "finite and > 0" })
    }
}
