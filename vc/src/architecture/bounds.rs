//! Upper bounds on the VC dimension of architectures, with their constants.

use dashu_int::UBig;
use lip1_kernel::Interval;

use crate::architecture::layers::{Activation, HiddenLayer, counted};
use crate::error::Error;

/// At most `prod over layers` of the patterns of a layer: `(g!)^(w/g)` for groups of g, `2^w` for units; `2^(W/2)` for GroupSort2.
///
/// Nothing when it exceeds 128 bits.
#[must_use]
pub fn pieces_bound(layers: &[HiddenLayer]) -> Option<u128> {
    layers.iter().try_fold(1_u128, |product, layer| {
        let (patterns, times) = match layer.activation {
            Activation::Sort { group } => {
                ((1..=group as u128).try_fold(1_u128, u128::checked_mul)?, layer.width.checked_div(group)?)
            }
            Activation::Unit => (2, layer.width),
        };
        (0..times).try_fold(product, |product, _| product.checked_mul(patterns))
    })
}

/// `(n + 1) 2^W`, the paper's bound for W neurons in `R^n` as transcribed (with constant 1).
///
/// Nothing when it exceeds 128 bits.
#[must_use]
pub fn paper_network_bound(inputs: usize, neurons: u32) -> Option<u128> {
    1_u128.checked_shl(neurons).filter(|_| neurons < 128)?.checked_mul(inputs as u128 + 1)
}

/// Numbers of points beyond this are not tried.
const MOST_POINTS: u64 = 1 << 14;

/// One hidden GroupSort2 layer of W = 2K neurons in `R^n`, by counting: the smallest N with
/// `2^K C(N, n+1)^K C(N, (K+1)(n+1)) < 2^N`, so that no N points are shattered and VCdim < N.
///
/// `C(N, d) = 2 sum_{k<d} binom(N-1, k)` is Cover's count of dichotomies by d-dimensional homogeneous half-spaces: K comparisons
/// of affine functions, then one half-space of the (K+1)(n+1) piece-wise coefficients. Exact integers.
/// Source: T. Cover, *Geometrical and statistical properties of systems of linear inequalities*, 1965.
///
/// Nothing when no N up to 2^14 will do.
#[must_use]
pub fn one_layer_bound(inputs: usize, pairs: usize) -> Option<u64> {
    let shatterable = |points: u64| {
        let per_pair = dichotomies(points, inputs as u64 + 1);
        let output = dichotomies(points, (pairs as u64 + 1) * (inputs as u64 + 1));
        let patterns = (UBig::ONE << pairs) * per_pair.pow(pairs) * output;
        patterns >= UBig::ONE << usize::try_from(points).unwrap_or(usize::MAX)
    };
    // Polynomials in N against 2^N: once false it stays false.
    first_false(1, MOST_POINTS, shatterable)
}

/// Cover's `C(N, d)`.
fn dichotomies(points: u64, dim: u64) -> UBig {
    let mut binomial = UBig::ONE;
    let mut sum = UBig::ZERO;
    for k in 0..dim.min(points) {
        sum += &binomial;
        binomial = binomial * UBig::from(points - 1 - k) / UBig::from(k + 1);
    }
    sum * UBig::from(2_u8)
}

/// The smallest number in `from..=to` for which a predicate that is first true, then false, is false.
fn first_false(from: u64, to: u64, holds: impl Fn(u64) -> bool) -> Option<u64> {
    if holds(to) {
        return None;
    }
    let (mut low, mut high) = (from.saturating_sub(1), to);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle) { low = middle } else { high = middle }
    }
    Some(high)
}

/// Any number of hidden GroupSort layers, by counting parameters: the smallest N with
///
/// `2^(L+1) prod_i (2 e N k_i i / P_i)^(P_i) < 2^N`, the product over the L hidden layers and the output layer i = L + 1,
///
/// `k_i` the comparisons of layer i (pairs within groups, one a unit; 1 for the sign of the output) and `P_i` the parameters up to layer
/// i. Then VCdim < N. With all earlier orders fixed, a comparison of layer i is a polynomial of degree at most i in `P_i`
/// parameters, and m polynomials have at most `2 (2 e m d / P)^P` sign patterns when `m >= P`.
/// Sources: the proof of Theorem 7 of Bartlett, Harvey, Liaw and Mehrabian, *Nearly-tight VC-dimension and pseudodimension
/// bounds for piecewise linear neural networks*, JMLR 2019, with comparisons for units; the count is Theorem 8.3 of Anthony and
/// Bartlett, *Neural Network Learning*, 1999. In interval arithmetic.
///
/// # Errors
/// [`Error::OutOfRange`] when no N up to 2^53 satisfies the condition, [`Error::Length`] for a group that does not divide
/// its width.
pub fn growth_bound(inputs: usize, layers: &[HiddenLayer]) -> Result<u64, Error> {
    let counted = counted(inputs, layers)?;
    let two = Interval::data(2.0);
    let log2 = |x: Interval| x.ln() / two.ln();
    let refuted = |points: u64| {
        let mut exponent = Interval::integer(counted.len() as u128);
        for (depth, layer) in (1_u128..).zip(&counted) {
            let polynomials = u128::from(points) * layer.comparisons;
            if polynomials < layer.parameters {
                return false;
            }
            let base = two * Interval::ONE.exp() * Interval::ratio(polynomials * depth, layer.parameters);
            exponent = exponent + Interval::integer(layer.parameters) * log2(base);
        }
        exponent.upper() < Interval::integer(u128::from(points)).lower()
    };
    const MOST: u64 = 1 << 53;
    first_false(1, MOST, |points| !refuted(points)).ok_or(Error::OutOfRange {
        what: "points",
        value: MOST as f64,
        range: "enough for the bound",
    })
}

/// The closed form that Theorem 7 of Bartlett et al. (2019) draws from the same count: `VCdim <= L + S log2(4 e R log2(2 e R))`,
/// L layers with the output, `S = sum_i P_i`, `R = sum_i i k_i` as in [`growth_bound`] (their W·L̄ and p·R for one kink a
/// unit). Enclosed.
///
/// # Errors
/// [`Error::Length`] for a group that does not divide its width.
pub fn bartlett_bound(inputs: usize, layers: &[HiddenLayer]) -> Result<Interval, Error> {
    let counted = counted(inputs, layers)?;
    let sum: u128 = counted.iter().map(|layer| layer.parameters).sum();
    let units: u128 = (1_u128..).zip(&counted).map(|(depth, layer)| depth * layer.comparisons).sum();
    let two = Interval::data(2.0);
    let log2 = |x: Interval| x.ln() / two.ln();
    let scaled = two * Interval::ONE.exp() * Interval::integer(units);
    let logarithm = log2(two * scaled * log2(scaled));
    Ok(Interval::integer(counted.len() as u128) + Interval::integer(sum) * logarithm)
}

#[cfg(test)]
mod tests {
    use super::{
        HiddenLayer, bartlett_bound, dichotomies, growth_bound, one_layer_bound, paper_network_bound,
        pieces_bound,
    };
    use dashu_int::UBig;

    #[test]
    fn covers_count_is_right_for_few_points() {
        // Up to d points in general position all dichotomies are linear; 4 points of the plane: 14 by affine lines (d = 3).
        assert_eq!(dichotomies(3, 3), UBig::from(8_u8));
        assert_eq!(dichotomies(4, 3), UBig::from(14_u8));
    }

    #[test]
    fn counting_beats_the_papers_bound_where_theory_says() {
        for inputs in [1, 2, 3, 5, 10, 20] {
            for neurons in [6, 8] {
                let counted = one_layer_bound(inputs, neurons as usize / 2).unwrap();
                assert!(u128::from(counted) <= paper_network_bound(inputs, neurons).unwrap());
            }
        }
        assert!(u128::from(one_layer_bound(3, 1).unwrap()) > paper_network_bound(3, 2).unwrap());
        assert!(u128::from(one_layer_bound(2, 2).unwrap()) > paper_network_bound(2, 4).unwrap());
    }

    #[test]
    fn pieces_and_parameters_grow_with_the_network() {
        let layer = HiddenLayer::sort;
        assert_eq!(pieces_bound(&[layer(4, 2), layer(4, 2)]), Some(16));
        assert_eq!(pieces_bound(&[layer(4, 4)]), Some(24));
        let shallow = growth_bound(2, &[layer(8, 2)]).unwrap();
        let deep = growth_bound(2, &[layer(8, 2), layer(8, 2)]).unwrap();
        assert!(shallow < deep);
        assert!((shallow as f64) <= bartlett_bound(2, &[layer(8, 2)]).unwrap().upper());
        assert!(growth_bound(2, &[layer(8, 3)]).is_err());
    }
}
