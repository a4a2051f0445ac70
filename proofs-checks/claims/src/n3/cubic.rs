//! The scalar map g(s) = s (3 - s^2)/2, in integers.

use lip1_faults::{Fault, unless};
use lip1_harness::Finding;

/// Both sides of an identity between polynomials, times 2.
type Identity = (&'static str, fn(i128) -> i128, fn(i128) -> i128);

/// `2 g(s)`.
fn twice(s: i128) -> i128 {
    s * (unless(Fault::ShiftIsAScale, 3, 2) - s * s)
}

/// Points at which they are compared. Polynomials of degree 3 that agree at four are equal.
const POINTS: std::ops::RangeInclusive<i128> = -8..=8;

/// What the argument for convergence needs, as identities of degree 3.
pub(super) fn identities() -> Finding {
    let mut finding = Finding::new("units");
    let identities: [Identity; 3] = [
        ("1 - g(s) = (1 - s)^2 (2 + s)/2", |s| 2 - twice(s), |s| (1 - s).pow(2) * (2 + s)),
        ("g(s) - s = s (1 - s)(1 + s)/2", |s| twice(s) - 2 * s, |s| s * (1 - s) * (1 + s)),
        ("g(1 + e) - 1 = -3/2 e^2 - 1/2 e^3", |e| twice(1 + e) - 2, |e| -3 * e * e - e.pow(3)),
    ];
    for (name, left, right) in identities {
        for s in POINTS {
            finding.exact(left(s) == right(s), || format!("{name} at {s}"));
        }
    }
    finding
}
