//! All networks of width 2 with weights from a finite set, and all their activation patterns, in integers over 5.

use lip1_harness::Finding;

type Vector = [i64; 2];
type Matrix = [Vector; 2];

/// Common divisor of all weights.
const DIVISOR: i64 = 5;

/// Vectors of length 5 with whole entries, up to the sign.
const UNITS: [Vector; 6] = [[5, 0], [0, 5], [3, 4], [4, 3], [3, -4], [4, -3]];

/// Vectors of norm at most 1 (times 5): units of both signs and shorter ones.
fn vectors() -> Vec<Vector> {
    let signed = UNITS.iter().flat_map(|[a, b]| [[*a, *b], [-a, -b]]);
    signed.chain([[3, 0], [2, -3], [1, 1]]).collect()
}

/// Matrices of norm at most 1 (times 5): rotations, reflections, projections of rank 1, multiples of the identity.
fn matrices() -> Vec<Matrix> {
    let orthogonal = vectors().into_iter().take(12).flat_map(|[a, b]| [[[a, b], [-b, a]], [[a, b], [b, -a]]]);
    let others = [[[5, 0], [0, 0]], [[0, 5], [0, 0]], [[0, 0], [3, 4]], [[3, 0], [0, -3]], [[2, 2], [-2, 2]]];
    orthogonal.chain(others).collect()
}

/// A slope through a network: the product with the units that a pattern keeps.
fn kept(v: Vector, pattern: usize) -> Vector {
    [v[0] * (pattern & 1) as i64, v[1] * (pattern >> 1) as i64]
}

fn times(m: &Matrix, v: Vector) -> Vector {
    [m[0][0] * v[0] + m[0][1] * v[1], m[1][0] * v[0] + m[1][1] * v[1]]
}

/// Every network with up to `layers` hidden layers: on every pattern, feasible or not, with a slope of 1 in size, the slope must be that
/// of the product of all weights. `longer` vectors are taken, too.
pub(super) fn all(layers: usize, longer: &[[i64; 2]]) -> Finding {
    let mut finding = Finding::new("slope");
    let (mut vectors, matrices) = (vectors(), matrices());
    vectors.extend(longer);
    let mut slopes = Vec::new();
    for &start in &vectors {
        // Each entry: the product without patterns, and with every pattern so far.
        let mut level: Vec<(Vector, Vec<Vector>)> = vec![(start, (0..4).map(|p| kept(start, p)).collect())];
        for depth in 1..=layers {
            let one = DIVISOR.pow(depth as u32 + 1);
            for (plain, patterns) in &level {
                for head in &vectors {
                    let dot = |v: &Vector| head[0] * v[0] + head[1] * v[1];
                    slopes.clear();
                    slopes.extend(patterns.iter().map(dot).filter(|slope| slope.abs() == one));
                    let affine = slopes.iter().all(|slope| *slope == dot(plain));
                    finding.exact(affine, || {
                        format!("slopes {slopes:?} over {one}, first weights {start:?}, head {head:?}")
                    });
                }
            }
            if depth < layers {
                let next = level.iter().flat_map(|(plain, patterns)| {
                    matrices.iter().map(move |m| {
                        let spread = patterns.iter().flat_map(|v| {
                            let image = times(m, *v);
                            (0..4).map(move |p| kept(image, p))
                        });
                        let mut spread: Vec<Vector> = spread.collect();
                        spread.sort_unstable();
                        spread.dedup();
                        (times(m, *plain), spread)
                    })
                });
                level = next.collect();
            }
        }
    }
    finding
}

#[cfg(test)]
mod tests {
    use super::{DIVISOR, matrices, vectors};

    #[test]
    fn all_weights_have_norm_at_most_1() {
        let square = DIVISOR * DIVISOR;
        assert!(vectors().iter().all(|[a, b]| a * a + b * b <= square));
        for [[a, b], [c, d]] in matrices() {
            // The larger eigenvalue of M'M is at most d^2: 2 d^2 - trace >= 0 and (d^2 - p)(d^2 - r) >= q^2.
            let (p, q, r) = (a * a + c * c, a * b + c * d, b * b + d * d);
            assert!(p + r <= 2 * square && (square - p) * (square - r) >= q * q);
        }
    }
}
