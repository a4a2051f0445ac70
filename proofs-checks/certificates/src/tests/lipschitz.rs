//! Certificates of Lipschitz constants, in which every number matters.

use super::assert_all_fail;

/// A rotation by half the root of 2, times 3.
pub(super) const LIPSCHITZ: &str = "lip1-certificate 1 lipschitz
inputs 2
layers 2
dense 2 2
weight 0.5 0.5 0.5 -0.5
bias 0.0 1.0
spectral 0.5 0.0 0.0 0.0
scale 3.0
x 0.0 0.0
y 1.0 0.0
bracket 2.1213203435 2.1213203436
end
";

/// Three ones on a row of two places, and an output that sees nothing: the matrix is `[[1, 1], [1, 1]]` between zeros.
pub(super) const EXPLICIT: &str = "lip1-certificate 1 lipschitz
inputs 2
layers 1
conv 1 1 2 2 1 3 1 1 0 1
weight 1.0 1.0 1.0 0.0 0.0 0.0
bias 0.0 1.0
explicit
spectral 1.0 0.7071067811865476 -0.7071067811865476 0.0
x 0.0 0.0
y 1.0 1.0
bracket 1.9999999999 2.0000000000001
end
";

#[test]
fn a_lipschitz_certificate_fails_once_any_number_is_changed_for_the_worse() {
    let harmful: [(usize, usize, &[&str]); 16] = [
        (2, 1, &["1", "3"]),
        (3, 1, &["1", "3"]),
        (4, 1, &["1", "3"]),
        (4, 2, &["1", "3"]),
        (5, 1, &["0.4999999999", "0.5000000001", "NaN"]),
        (5, 2, &["0.5000000001", "inf"]),
        (5, 3, &["0.4999999999", "0.5000000001"]),
        (5, 4, &["-0.5000000001"]),
        (7, 1, &["0.6", "NaN"]),
        (7, 2, &["0.1", "NaN"]),
        (7, 3, &["0.1"]),
        (7, 4, &["0.1"]),
        (8, 1, &["2.9999999999", "3.0000000001"]),
        (10, 1, &["0.0", "NaN"]),
        (11, 1, &["2.1213203436", "NaN"]),
        (11, 2, &["2.1213203435", "NaN"]),
    ];
    assert_all_fail(LIPSCHITZ, &harmful);
}

#[test]
fn a_certificate_by_an_explicit_matrix_fails_once_any_number_is_changed_for_the_worse() {
    let harmful: [(usize, usize, &[&str]); 13] = [
        (4, 3, &["1", "3"]),
        (4, 6, &["1", "2", "4"]),
        (4, 7, &["0", "2"]),
        (4, 8, &["0"]),
        (4, 10, &["0", "2"]),
        (5, 1, &["1.0001", "0.99", "NaN"]),
        (5, 2, &["1.0001", "0.99", "-1.0"]),
        (7, 0, &["multiplicity", "symbol", "gershgorin", "frobenius"]),
        (8, 1, &["1.0000000001", "inf"]),
        (8, 2, &["0.7", "NaN"]),
        (8, 3, &["0.7071067811865476"]),
        (11, 1, &["2.0000000001", "NaN"]),
        (11, 2, &["1.9999999999999998", "NaN"]),
    ];
    assert_all_fail(EXPLICIT, &harmful);
}
