//! Error-free transformations and directed rounding, in round-to-nearest `f64` arithmetic.
//!
//! Source: Ogita, Rump, Oishi, *Accurate sum and dot product*, SIAM J. Sci. Comput. 26 (2005); Dekker (1971).
//! Products are split, since `f64::mul_add` is a library call where the target has no fused multiply-add.

/// Unit roundoff of `f64`: `2^-53`.
pub(crate) const U: f64 = f64::EPSILON / 2.0;

/// The smallest positive `f64`, `2^-1074`: a bound on any absolute error made by underflow.
pub(crate) const TINY: f64 = f64::from_bits(1);

/// `2^27 + 1`: times this, a number is rounded so that its first 26 bits can be told from the others.
const SPLITTER: f64 = 134_217_729.0;

/// Terms up to which the error bounds on long sums are proved; beyond, their squares would count.
pub(crate) const MOST_TERMS: usize = 1 << 26;

/// What [`inflate`] adds to the number of terms: the roundings of its own, and the squares of all.
const INFLATE_SPARE: f64 = 2.0;

/// Results of products, quotients and roots in this range, with operands in it, have exact remainders.
const SAFE: std::ops::Range<f64> = 1e-280..1e280;

/// `a + b = s + e` exactly, `s` the rounded sum; no assumption on the order of magnitude. Near the largest numbers `e` may be NaN
/// although `s` is finite, since `s - a` may overflow.
pub(crate) fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let s = a + b;
    let t = s - a;
    (s, (a - (s - t)) + (b - t))
}

/// `a - b = s + e` exactly whenever the rounded difference `s` is finite, at the price of a comparison (Dekker).
pub(crate) fn exact_difference(a: f64, b: f64) -> (f64, f64) {
    let (large, small) = if a.abs() >= b.abs() { (a, -b) } else { (-b, a) };
    let s = large + small;
    (s, small - (s - large))
}

/// `a * b = p + e` exactly, `p` the rounded product, when `|a|`, `|b|` and `|a b|` are at most `1e280`; if
/// `0 < |a b| < 1e-280`, then up to an error of at most `8 TINY`.
pub(crate) fn two_prod(a: f64, b: f64) -> (f64, f64) {
    let p = a * b;
    let (ah, al) = split(a);
    let (bh, bl) = split(b);
    (p, al * bl - (((p - ah * bh) - al * bh) - ah * bl))
}

/// `a = h + l` with at most 26 significant bits in each.
fn split(a: f64) -> (f64, f64) {
    let c = SPLITTER * a;
    let h = c - (c - a);
    (h, a - h)
}

fn safe(x: f64) -> bool {
    SAFE.contains(&x.abs())
}

/// The two neighbours in `f64` of `rounded + error`, given the sign of the error: `(below, above)`.
fn neighbours(rounded: f64, error: f64) -> (f64, f64) {
    if error > 0.0 {
        (rounded, rounded.next_up())
    } else if error < 0.0 {
        (rounded.next_down(), rounded)
    } else if error == 0.0 {
        (rounded, rounded)
    } else {
        // A NaN: some intermediate result overflowed.
        (rounded.next_down(), rounded.next_up())
    }
}

/// The largest `f64` at most, and the smallest at least, `a + b`.
pub(crate) fn add(a: f64, b: f64) -> (f64, f64) {
    let (s, e) = two_sum(a, b);
    neighbours(s, e)
}

/// An `f64` at most, and one at least, `a * b`: equal when the product is exact and not near under- or overflow.
pub(crate) fn mul(a: f64, b: f64) -> (f64, f64) {
    if a == 0.0 || b == 0.0 {
        return (0.0, 0.0);
    }
    let (p, e) = two_prod(a, b);
    let error = if safe(a) && safe(b) && safe(p) { e } else { f64::NAN };
    neighbours(p, error)
}

/// An `f64` at most, and one at least, `a / b`; `b` is not 0.
pub(crate) fn div(a: f64, b: f64) -> (f64, f64) {
    if a == 0.0 {
        return (0.0, 0.0);
    }
    let q = a / b;
    let error = if safe(a) && safe(b) && safe(q) {
        let (p, e) = two_prod(q, b);
        ((a - p) - e) * b.signum()
    } else {
        f64::NAN
    };
    neighbours(q, error)
}

/// An `f64` at most, and one at least, the square root of `a >= 0`.
pub(crate) fn sqrt(a: f64) -> (f64, f64) {
    if a == 0.0 {
        return (0.0, 0.0);
    }
    let s = a.sqrt();
    let error = if safe(a) {
        let (p, e) = two_prod(s, s);
        (a - p) - e
    } else {
        f64::NAN
    };
    neighbours(s, error)
}

/// An upper end of a sum of non-negative numbers that was computed in any order with at most `terms` additions and
/// as many roundings before them: `x (1 + 2 (terms + 2) u)`, rounded up; infinite for more than [`MOST_TERMS`].
pub(crate) fn inflate(x: f64, terms: usize) -> f64 {
    if terms > MOST_TERMS {
        return f64::INFINITY;
    }
    mul(x, 1.0 + 2.0 * (terms as f64 + INFLATE_SPARE) * U).1.next_up()
}

/// The larger of two numbers; NaN when one of them is, where `f64::max` would pass over it.
pub(crate) fn larger(a: f64, b: f64) -> f64 {
    if a > b || a.is_nan() { a } else { b }
}

/// The smaller of two numbers; NaN when one of them is, where `f64::min` would pass over it.
pub(crate) fn smaller(a: f64, b: f64) -> f64 {
    if a < b || a.is_nan() { a } else { b }
}

/// The largest of 0 and some upper ends; a NaN, of which nothing is known, counts as infinite.
pub(crate) fn largest(values: impl IntoIterator<Item = f64>) -> f64 {
    values
        .into_iter()
        .fold(0.0, |most, value| if value.is_nan() { f64::INFINITY } else { larger(most, value) })
}

/// Sorts numbers none of which is NaN.
#[expect(clippy::disallowed_methods, reason = "the order of numbers is total without NaN")]
pub(crate) fn sort(values: &mut [f64]) {
    values.sort_by(f64::total_cmp);
}

/// `2^k`, for `-1022 <= k <= 1023`.
pub(crate) fn power_of_two(k: i32) -> f64 {
    debug_assert!((-1022..=1023).contains(&k));
    f64::from_bits(((k + 1023) as u64) << 52)
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "results are compared to the last bit")]
mod tests {
    use super::{MOST_TERMS, TINY, U, inflate, larger, largest, power_of_two, smaller, two_prod};

    #[test]
    fn inflation_covers_its_roundings_and_little_more() {
        for (terms, roundings) in [(0, 2.0), (1, 3.0), (2, 4.0), (10, 12.0), (1000, 1002.0)] {
            let least = 1.0 + 2.0 * roundings * U;
            assert_eq!(inflate(1.0, terms), least.next_up());
            assert_eq!(inflate(0.0, terms), TINY);
        }
        assert_eq!(inflate(f64::INFINITY, 3), f64::INFINITY);
        assert_eq!(inflate(1.0, MOST_TERMS), (1.0 + (2.0_f64.powi(27) + 4.0) * U).next_up());
        assert_eq!(inflate(1.0, MOST_TERMS + 1), f64::INFINITY);
    }

    #[test]
    fn the_largest_of_some_numbers_is_infinite_when_one_is_not_a_number() {
        assert_eq!((largest([1.0, 3.0, 2.0]), largest([-1.0]), largest([0.0; 0])), (3.0, 0.0, 0.0));
        for list in [[f64::NAN, 1.0], [1.0, f64::NAN]] {
            assert_eq!(largest(list), f64::INFINITY);
            assert!(larger(list[0], list[1]).is_nan() && smaller(list[0], list[1]).is_nan());
        }
        for (a, b) in [(1.0, 2.0), (-3.0, -2.0), (0.0, f64::INFINITY), (f64::NEG_INFINITY, 5.0)] {
            assert_eq!((larger(a, b), larger(b, a), smaller(a, b), smaller(b, a)), (b, b, a, a));
        }
    }

    /// `a b = p + e` in whole numbers of 40 bits, then the same with the product near the smallest numbers.
    #[test]
    fn products_split_exactly_and_to_8_units_where_they_underflow() {
        let mut seed = 7_u64;
        let mut odd = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 24) | 1
        };
        for k in 0..800 {
            let (m, n) = (odd(), odd());
            let exact = i128::from(m) * i128::from(n);
            let (p, e) = two_prod(m as f64, n as f64);
            assert_eq!(p as i128 + e as i128, exact);
            // In multiples of TINY the product is `exact 2^unit`.
            let unit = k % 80 - 60;
            let i = (unit - 1074) / 2;
            let (p, e) = two_prod(m as f64 * power_of_two(i), n as f64 * power_of_two(unit - 1074 - i));
            let sum = (p / TINY) as i128 + (e / TINY) as i128;
            let lost = if unit < 0 { sum - (exact >> -unit) } else { sum - (exact << unit) };
            assert!(lost.abs() <= if unit < 0 { 8 } else { 0 }, "{lost} units lost at 2^{unit}");
        }
    }
}
