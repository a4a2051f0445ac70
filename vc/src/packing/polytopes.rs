//! Simplices and cross-polytopes in a ball: optimal for few points in every dimension.

use crate::packing::Units;

/// The vertices `±R e_i`: 2n points at distance √2·R.
pub(crate) fn cross_polytope(dim: usize, units: Units) -> Vec<i64> {
    let mut coords = vec![0; 2 * dim * dim];
    for axis in 0..dim {
        coords[2 * axis * dim + axis] = units.size;
        coords[(2 * axis + 1) * dim + axis] = -units.size;
    }
    coords
}

/// A regular simplex with n + 1 vertices on the sphere, rounded inward to units; its side is `R √(2(n+1)/n)`.
///
/// Vertices 1..n are `a·1 + b e_i`, the last is `c·1`: in the basis of the ball itself, no projection is needed.
pub(crate) fn simplex(dim: usize, units: Units) -> Vec<i64> {
    let n = dim as f64;
    let root = (n + 1.0).sqrt();
    // Unit vectors with inner products -1/n.
    let last = -1.0 / n.sqrt();
    let diagonal = root / n.sqrt();
    let shared = (1.0 / n.sqrt() - diagonal) / n;
    let unit = units.size as f64 * (1.0 - 4.0 * f64::EPSILON);
    let towards_zero = |x: f64| (x * unit) as i64;
    (0..=dim)
        .flat_map(|vertex| {
            (0..dim).map(move |axis| {
                if vertex == dim { last } else { shared + if axis == vertex { diagonal } else { 0.0 } }
            })
        })
        .map(towards_zero)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{cross_polytope, simplex};
    use crate::packing::Units;
    use lip1_kernel::packing::{Domain, IntegerPoints, inside};

    #[test]
    fn simplices_are_regular_up_to_rounding() {
        let units = Units { size: 1 << 46, separation: 1 };
        for dim in 1..=12 {
            let n = f64::from(u32::try_from(dim).unwrap());
            let side = (units.size as f64 * (2.0 * (n + 1.0) / n).sqrt() * (1.0 - 1e-12)) as i64;
            let points = IntegerPoints { dim, coords: simplex(dim, units) };
            assert_eq!(inside(&points, Domain::Ball, units.size, side).unwrap().count, dim + 1);
        }
    }

    #[test]
    fn cross_polytopes_lie_on_the_sphere() {
        let points = IntegerPoints { dim: 7, coords: cross_polytope(7, Units { size: 1000, separation: 1 }) };
        assert_eq!(inside(&points, Domain::Ball, 1000, 1414).unwrap().count, 14);
        assert!(inside(&points, Domain::Ball, 1000, 1415).is_err());
    }
}
