//! Exact comparison of a squared distance with a squared number.

use std::cmp::Ordering;

use crate::float::{two_prod, two_sum};

/// Exact sign of `sum_k (x_k - y_k)^2 - r^2`: how the distance of `x` and `y` compares with `r >= 0`.
///
/// `None` when a coordinate difference or `r` is not 0 and leaves `[1e-130, 1e130]`, where products need not be exact,
/// or when rounding errors of the differences do. The sum is a Shewchuk expansion: a list of numbers
/// whose sum is exact, its last nonzero one deciding the sign.
pub(crate) fn compare_distance(x: &[f64], y: &[f64], r: f64) -> Option<Ordering> {
    let mut sum = Vec::new();
    for (&a, &b) in x.iter().zip(y) {
        let (d, e) = two_sum(a, -b);
        if !(exact(d) && exact(e)) {
            return None;
        }
        add_product(&mut sum, d, d);
        add_product(&mut sum, 2.0 * d, e);
        add_product(&mut sum, e, e);
    }
    if !exact(r) || r < 0.0 {
        return None;
    }
    add_product(&mut sum, -r, r);
    // The components are nonoverlapping and grow in magnitude: the last nonzero one has the sign of the sum.
    sum.iter().rev().find(|c| **c != 0.0).map_or(Some(Ordering::Equal), |c| c.partial_cmp(&0.0))
}

/// Whether squares and products of such numbers have exact rounding errors.
fn exact(x: f64) -> bool {
    x == 0.0 || (1e-130..=1e130).contains(&x.abs())
}

fn add_product(expansion: &mut Vec<f64>, a: f64, b: f64) {
    let (p, e) = two_prod(a, b);
    grow(expansion, e);
    grow(expansion, p);
}

/// Adds one number to an expansion, exactly.
fn grow(expansion: &mut Vec<f64>, x: f64) {
    let mut carry = x;
    for component in expansion.iter_mut() {
        let (s, e) = two_sum(carry, *component);
        *component = e;
        carry = s;
    }
    expansion.push(carry);
    // Zeros carry nothing; dropping them keeps the list as long as the number of significant bits needs.
    expansion.retain(|c| *c != 0.0);
}

#[cfg(test)]
mod tests {
    use super::compare_distance;
    use std::cmp::Ordering::{Equal, Greater, Less};

    #[test]
    fn a_tie_and_its_neighbours_are_told_apart() {
        let at = |r: f64| compare_distance(&[1.0, 1.0], &[4.0, 5.0], r);
        assert_eq!(
            (at(5.0), at(5.0_f64.next_down()), at(5.0_f64.next_up())),
            (Some(Equal), Some(Greater), Some(Less))
        );
        assert_eq!(compare_distance(&[2.0], &[2.0], 0.0), Some(Equal));
        assert_eq!(compare_distance(&[2.0], &[3.0], 0.0), Some(Greater));
    }

    /// `1 - 2^-60` squared against numbers next to it: the rounding error of the difference decides.
    #[test]
    fn errors_of_differences_take_part() {
        let x = [1.0, 0.0];
        let y = [2.0_f64.powi(-60), 0.0];
        assert_eq!(compare_distance(&x, &y, 1.0), Some(Less));
        assert_eq!(compare_distance(&[-1.0, 0.0], &y, 1.0), Some(Greater));
        // (1 - e)^2 + 2 e = 1 + e^2 with e = 2^-61, in three coordinates.
        let (e, root) = (2.0_f64.powi(-61), 2.0_f64.powi(-31));
        assert_eq!(
            compare_distance(&[1.0, root, root, root, root], &[e, 0.0, 0.0, 0.0, 0.0], 1.0),
            Some(Greater)
        );
    }

    #[test]
    fn numbers_whose_products_may_be_inexact_are_not_compared() {
        for small in [1e-131, 1e-300] {
            assert_eq!(compare_distance(&[small], &[0.0], 1.0), None);
            assert_eq!(compare_distance(&[1.0], &[0.0], small), None);
            // The difference is 1, its rounding error is small.
            assert_eq!(compare_distance(&[1.0], &[small], 1.0), None);
        }
        for large in [1.1e130, 1e300] {
            assert_eq!(compare_distance(&[large], &[0.0], 1.0), None);
            assert_eq!(compare_distance(&[1.0], &[0.0], large), None);
        }
        assert_eq!(compare_distance(&[1e-130], &[0.0], 1e130), Some(Less));
        assert_eq!(compare_distance(&[1.0], &[0.0], -1.0), None);
        assert_eq!(compare_distance(&[1.0], &[0.0], f64::NAN), None);
        assert_eq!(compare_distance(&[f64::MAX], &[f64::MIN], 1.0), None);
    }
}
