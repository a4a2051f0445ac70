//! Error-free transformations and directed rounding, in round-to-nearest `f64` arithmetic.
//!
//! Source: Ogita, Rump, Oishi, *Accurate sum and dot product*, SIAM J. Sci. Comput. 26 (2005); Dekker (1971).
//! Products are split, since `f64::mul_add` is a library call where the target has no fused multiply-add.

/// Unit roundoff of `f64`: `2^-53`.
pub(crate) const U: f64 = f64::EPSILON / 2.0;

/// The smallest positive `f64`, `2^-1074`: a bound on any absolute error made by underflow.
pub(crate) const TINY: f64 = f64::from_bits(1);

/// Results of products, quotients and roots in this range, with operands in it, have exact remainders.
const SAFE: std::ops::Range<f64> = 1e-280..1e280;

/// `a + b = s + e` exactly, `s` the rounded sum; no assumption on the order of magnitude.
pub(crate) fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let s = a + b;
    let t = s - a;
    (s, (a - (s - t)) + (b - t))
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
    let c = 134_217_729.0 * a; // 2^27 + 1
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
/// as many roundings before them: `x (1 + 2 (terms + 2) u)`, rounded up.
pub(crate) fn inflate(x: f64, terms: usize) -> f64 {
    mul(x, 1.0 + 2.0 * (terms as f64 + 2.0) * U).1.next_up()
}

/// The largest of some numbers that are not negative, 0 when there are none; a NaN counts as infinite, where `f64::max` would
/// pass over it.
pub(crate) fn largest(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, |most, value| if value.is_nan() { f64::INFINITY } else { most.max(value) })
}

/// `2^k`, for `-1022 <= k <= 1023`.
pub(crate) fn power_of_two(k: i32) -> f64 {
    debug_assert!((-1022..=1023).contains(&k));
    f64::from_bits(((k + 1023) as u64) << 52)
}
