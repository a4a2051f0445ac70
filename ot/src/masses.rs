//! Integer masses for two measures, exact where that is possible.

use crate::Measure;

/// Totals stay at or below this, so that sums of two of them fit 64 bits.
pub(crate) const LARGEST_TOTAL: u64 = 1 << 62;

/// Integer masses of the two sides; both sum to `total`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Masses {
    pub(crate) p: Vec<u64>,
    pub(crate) q: Vec<u64>,
    /// Whether `p_i / total` and `q_j / total` are the measures' masses themselves, as rational numbers.
    pub(crate) exact: bool,
}

/// Masses of `p` and `q` over one common total.
///
/// With integer forms `a_i` (total `A`) and `b_j` (total `B`) of the weights, `a_i B / g` and `b_j A / g`, `g =
/// gcd(A, B)`, are exact. Only when their total would not fit 62 bits are the masses rounded (each by less than one
/// unit of `2^-62`), a side with a small integer form still being exact.
pub(crate) fn balance(p: &Measure, q: &Measure) -> Masses {
    let (a, b) = (integers(p), integers(q));
    let (total_a, total_b) = (a.iter().sum::<u128>(), b.iter().sum::<u128>());
    let g = gcd(total_a, total_b);
    let common = (total_a / g).checked_mul(total_b).filter(|&t| t <= u128::from(LARGEST_TOTAL));
    let truncated = truncates(p) || truncates(q);
    if let (Some(common), false) = (common, truncated) {
        let total = common as u64;
        return Masses { p: spread(&a, total_a, total), q: spread(&b, total_b, total), exact: true };
    }
    let small = [total_a, total_b].into_iter().filter(|&t| t <= 1 << 40).max().unwrap_or(1) as u64;
    let total = LARGEST_TOTAL / small * small;
    Masses { p: spread(&a, total_a, total), q: spread(&b, total_b, total), exact: false }
}

/// Bits kept below the leading bit of the largest weight; with 2^31 points a sum stays below 2^127.
const KEPT_BITS: i32 = 94;

/// The weights as integers in proportion, without common factor; bits far below the largest weight are cut.
fn integers(measure: &Measure) -> Vec<u128> {
    let Some(weights) = measure.weights() else { return vec![1; measure.len()] };
    let (top, _) = exponents(weights);
    let mut integers: Vec<u128> = weights
        .iter()
        .map(|&w| {
            let (mantissa, exponent) = decompose(w);
            let shift = exponent - (top - KEPT_BITS);
            match shift {
                _ if mantissa == 0 => 0,
                ..=-64 => 0,
                -63..=-1 => u128::from(mantissa) >> -shift,
                _ => u128::from(mantissa) << shift,
            }
        })
        .collect();
    let common = integers.iter().copied().fold(0, gcd).max(1);
    integers.iter_mut().for_each(|a| *a /= common);
    integers
}

/// Whether [`integers`] cuts bits of some weight.
fn truncates(measure: &Measure) -> bool {
    measure.weights().is_some_and(|weights| {
        let (top, bottom) = exponents(weights);
        bottom < top - KEPT_BITS
    })
}

/// Exponent of the largest weight's leading bit, and of the smallest lowest bit of a nonzero weight.
fn exponents(weights: &[f64]) -> (i32, i32) {
    weights.iter().filter(|w| **w > 0.0).fold((i32::MIN, i32::MAX), |(top, bottom), &w| {
        let (mantissa, exponent) = decompose(w);
        (top.max(exponent + 63 - mantissa.leading_zeros() as i32), bottom.min(exponent))
    })
}

/// `w = mantissa * 2^exponent` with an odd mantissa (zero for zero), `w` finite and not negative.
fn decompose(w: f64) -> (u64, i32) {
    let bits = w.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = (bits >> 52) as i32 & 0x7ff;
    let (mantissa, exponent) =
        if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
    if mantissa == 0 {
        return (0, 0);
    }
    let zeros = mantissa.trailing_zeros();
    (mantissa >> zeros, exponent + zeros as i32)
}

/// `a_i * total / sum a`, rounded down, the units lost given to the largest remainders.
fn spread(a: &[u128], sum: u128, total: u64) -> Vec<u64> {
    let (mut masses, remainders): (Vec<u64>, Vec<u128>) =
        a.iter().map(|&a| multiply_divide(a, total, sum)).unzip();
    let given: u128 = masses.iter().map(|&m| u128::from(m)).sum();
    let lost = (u128::from(total) - given) as usize;
    let mut order: Vec<usize> = (0..a.len()).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(remainders[i]), i));
    order.iter().take(lost).for_each(|&i| masses[i] += 1);
    masses
}

/// Quotient and remainder of `a * total / sum` for `a <= sum < 2^127`, bit by bit since the product may not fit.
fn multiply_divide(a: u128, total: u64, sum: u128) -> (u64, u128) {
    let (mut quotient, mut remainder) = (0u64, 0u128);
    for bit in (0..64 - total.leading_zeros()).rev() {
        quotient <<= 1;
        remainder <<= 1;
        quotient += u64::from(remainder >= sum);
        remainder -= if remainder >= sum { sum } else { 0 };
        if total >> bit & 1 == 1 {
            remainder += a;
            quotient += u64::from(remainder >= sum);
            remainder -= if remainder >= sum { sum } else { 0 };
        }
    }
    (quotient, remainder)
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use lip1_kernel::Points;
    use proptest::prelude::*;

    use super::*;

    fn line(weights: Option<Vec<f64>>, n: usize) -> Measure {
        let points = Points::new(1, (0..n).map(|i| i as f64).collect()).unwrap();
        match weights {
            None => Measure::uniform(points).unwrap(),
            Some(w) => Measure::weighted(points, w).unwrap(),
        }
    }

    #[test]
    fn unequal_uniform_sides_are_exact() {
        let masses = balance(&line(None, 4), &line(None, 6));
        assert_eq!((masses.p, masses.q, masses.exact), (vec![3; 4], vec![2; 6], true));
    }

    #[test]
    fn small_weights_are_exact_whatever_their_scale() {
        let masses = balance(&line(Some(vec![0.25, 0.0, 0.75]), 3), &line(Some(vec![3e300, 3e300]), 2));
        assert!(masses.exact);
        assert_eq!((masses.p, masses.q), (vec![1, 0, 3], vec![2, 2]));
    }

    #[test]
    fn a_zero_weight_gets_no_mass_and_tiny_weights_do_not_break_the_total() {
        let masses = balance(&line(Some(vec![1.0, 0.0, 5e-324, 0.1]), 4), &line(None, 3));
        assert!(!masses.exact);
        assert_eq!(masses.p[1], 0);
        assert_eq!(masses.p.iter().sum::<u64>(), masses.q.iter().sum::<u64>());
        assert_eq!(masses.q[0], masses.q[2]);
    }

    proptest! {
        #[test]
        fn masses_are_within_one_unit_of_the_weights(
            p in prop::collection::vec(0.0..1.0f64, 1..20),
            q in prop::collection::vec(prop_oneof![Just(0.0), 1e-12..1e9f64], 1..20),
        ) {
            prop_assume!(p.iter().sum::<f64>() > 0.0 && q.iter().sum::<f64>() > 0.0);
            let (m, n) = (line(Some(p.clone()), p.len()), line(Some(q.clone()), q.len()));
            let masses = balance(&m, &n);
            let total: u64 = masses.p.iter().sum();
            prop_assert_eq!(total, masses.q.iter().sum::<u64>());
            prop_assert!(total <= LARGEST_TOTAL);
            for (side, weights) in [(&masses.p, p), (&masses.q, q)] {
                let sum: f64 = weights.iter().sum();
                for (&mass, weight) in side.iter().zip(weights) {
                    prop_assert!((mass as f64 / total as f64 - weight / sum).abs() <= 64.0 * f64::EPSILON);
                }
            }
        }
    }
}
