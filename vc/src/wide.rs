//! Comparison of products that need 256 bits.

use std::cmp::Ordering;

/// Compares `a·b` with `c·d` exactly.
pub(crate) fn compare_products(a: u128, b: u128, c: u128, d: u128) -> Ordering {
    multiply(a, b).cmp(&multiply(c, d))
}

/// `a·b` as (high, low) halves of 128 bits.
fn multiply(a: u128, b: u128) -> (u128, u128) {
    const HALF: u128 = (1 << 64) - 1;
    let (a1, a0, b1, b0) = (a >> 64, a & HALF, b >> 64, b & HALF);
    let low = a0 * b0;
    // a1·b0 <= (2^64-1)², so adding two numbers below 2^64 cannot overflow.
    let middle = a1 * b0 + (low >> 64);
    let carry = a0 * b1 + (middle & HALF);
    (a1 * b1 + (middle >> 64) + (carry >> 64), (carry << 64) | (low & HALF))
}

#[cfg(test)]
mod tests {
    use super::{compare_products, multiply};
    use std::cmp::Ordering;

    #[test]
    fn wide_products_are_exact() {
        assert_eq!(multiply(u128::MAX, u128::MAX), (u128::MAX - 1, 1));
        assert_eq!(multiply(1 << 127, 4), (2, 0));
        assert_eq!(multiply(12, 34), (0, 408));
        assert_eq!(compare_products(u128::MAX, u128::MAX - 2, u128::MAX - 1, u128::MAX - 1), Ordering::Less);
    }
}
