//! Every tolerance of the crate. None is part of a proof: the kernel decides what a certificate is worth.

/// Rounding: a reduced cost counts as negative below this many units in the last place of the largest cost.
const PRICING_ULPS: f64 = 4.0;

/// Rounding: operations in a bound on a box, with room to spare.
const BOUND_ULPS: f64 = 16.0;

/// Solver: relative size below which an LP backend's mass is noise.
pub(crate) const LP_NOISE: f64 = 1e-12;

/// Solver: mass by which the rows of an entropic plan may be off before it is rounded.
pub(crate) const MARGINALS: f64 = 1e-13;

/// Rounding: loss of a dual value, relative to the cost and to the longest step, from which on potentials are worth another look.
const LOSS: (f64, f64) = (0.25e-12, 1.0);

/// How much feasible potentials may lose beside a plan of that cost, `longest` being the longest coordinate difference.
pub(crate) fn loss(cost: f64, longest: f64) -> f64 {
    LOSS.0 * cost + LOSS.1 * f64::EPSILON * longest
}

/// Rounding: what potentials up to `size` keep clear of all distances, so that the kernel settles ties by whole boxes too: more than
/// its own roundings on values of that size.
pub(crate) fn clearance(size: f64) -> f64 {
    32.0 * f64::EPSILON * size
}

/// Solver: pivots after which a network simplex on that many points is not believed to end; known instances take a
/// few dozen for each point.
pub(crate) fn most_pivots(points: usize) -> u64 {
    10_000 + 1_000 * points as u64
}

/// How negative a reduced cost must be for its arc to enter, `largest` being the largest cost.
pub(crate) fn pricing(largest: f64) -> f64 {
    PRICING_ULPS * f64::EPSILON * largest
}

/// Rounding: factor on distances in `dim` dimensions under which the kernel's fast test passes, so that it need not look
/// at tight pairs twice.
pub(crate) fn shrink(dim: usize) -> f64 {
    1.0 - (dim as f64 + 10.0) * f64::EPSILON
}

/// Rounding: `sum` lowered by what a few operations on numbers up to `size` may have added to it.
pub(crate) fn not_above(sum: f64, size: f64) -> f64 {
    sum - BOUND_ULPS * f64::EPSILON * size
}

/// Rounding: excess of a slope over its pair's distance that is not worth a constraint, `longest` being the longest pair.
pub(crate) fn violation(longest: f64) -> f64 {
    64.0 * f64::EPSILON * longest
}
