//! Polygons: any number of closed contours; a point is inside when a ray from it crosses them an odd number of times.

use lip1_kernel::Interval;
use robust::{Coord, orient2d};

use super::segment::{Place, Segment};
use super::tree::Tree;
use crate::Error;

/// How far the rounded distance to a segment may be from the true one, relative to the coordinates.
///
/// The rounded foot moves by a few roundings of `|x - from|`, the distance changes by no more than the foot.
const ROUNDING: f64 = 64.0 * f64::EPSILON;

/// A region of the plane bounded by closed contours of straight pieces, exactly as its vertices are stored.
#[derive(Clone, Debug)]
pub struct Polygon {
    tree: Tree,
    /// Largest coordinate of a vertex.
    size: f64,
}

impl Polygon {
    /// A polygon from the vertices of its contours, each closed by a segment from its last vertex to its first.
    ///
    /// # Errors
    /// When a contour has fewer than three vertices, two neighbours are equal, or a coordinate is not finite.
    pub fn new(contours: &[Vec<Place>]) -> Result<Self, Error> {
        let refused = |why: &str| Err(Error::Instance(format!("polygon: {why}")));
        if contours.is_empty() || contours.iter().any(|contour| contour.len() < 3) {
            return refused("fewer than three vertices");
        }
        let coordinates = || contours.iter().flatten().flatten();
        if !coordinates().all(|x| x.is_finite()) {
            return refused("a vertex that is not finite");
        }
        let edges = contours.iter().flat_map(|contour| {
            let next = contour.iter().cycle().skip(1);
            contour.iter().zip(next).map(|(from, to)| Segment { from: *from, to: *to })
        });
        let edges: Vec<Segment> = edges.collect();
        if edges.iter().any(|edge| equal(edge.from, edge.to)) {
            return refused("two equal vertices in a row");
        }
        let size = coordinates().fold(0.0_f64, |size, x| size.max(x.abs()));
        Ok(Self { tree: Tree::new(edges), size })
    }

    /// Number of straight pieces of the frontier.
    pub fn pieces(&self) -> usize {
        self.tree.segments().len()
    }

    /// The ends of all pieces, in order.
    pub fn ends(&self) -> impl Iterator<Item = (Place, Place)> {
        self.tree.segments().iter().map(|edge| (edge.from, edge.to))
    }

    /// Whether a point lies inside, by exact predicates; `None` on the frontier.
    pub fn inside(&self, x: Place) -> Option<bool> {
        let mut odd = false;
        for (edge, bounds) in self.tree.select(|bounds| bounds.meets_ray(x)) {
            let side = orientation(edge.from, edge.to, x);
            if side == 0.0 && bounds.contains(x) {
                return None;
            }
            // An end counts as above when it lies strictly above, so that a ray through a vertex meets one piece of two.
            let (up, down) =
                (edge.from[1] <= x[1] && edge.to[1] > x[1], edge.from[1] > x[1] && edge.to[1] <= x[1]);
            odd ^= (up && side > 0.0) || (down && side < 0.0);
        }
        Some(odd)
    }

    /// Whether a point lies in an odd number of the triangles of all pieces with one apex: the same answer by other means,
    /// `None` where a triangle's frontier is met. Cost: one exact predicate or three a piece.
    pub fn inside_by_triangles(&self, x: Place, apex: Place) -> Option<bool> {
        let mut odd = false;
        let spoke = |end: Place| orientation(apex, end, x);
        for Segment { from, to } in self.tree.segments() {
            let (first, last) = (spoke(*from), spoke(*to));
            if first == 0.0 || last == 0.0 {
                return None;
            }
            if (first > 0.0) != (last > 0.0) {
                // Between the two spokes, if not behind the apex: on the same side of the piece as the apex or not.
                let (side, apex_side) = (orientation(*from, *to, x), orientation(*from, *to, apex));
                let ahead = (apex_side > 0.0) == (first > 0.0);
                if side == 0.0 || apex_side == 0.0 {
                    return None;
                }
                odd ^= ahead && (side > 0.0) == (apex_side > 0.0);
            }
        }
        Some(odd)
    }

    /// The signed distance to the frontier, positive inside, enclosed.
    pub fn signed_distance(&self, x: Place) -> Interval {
        let Some(inside) = self.inside(x) else { return Interval::ZERO };
        let reach = self.tree.least_distance(x) + 4.0 * self.rounding(x);
        // A piece whose rounded distance is larger than this is not the closest; its box is no farther than it is.
        let near = self.tree.select(|bounds| bounds.distance(x) <= reach);
        let distances = near.into_iter().map(|(edge, _)| edge.distance(x));
        let distance = distances.reduce(Interval::min).unwrap_or(Interval::ENTIRE);
        if inside { distance } else { -distance }
    }

    /// The signed distance, rounded.
    pub fn value(&self, x: Place) -> f64 {
        let distance = self.tree.least_distance(x);
        if self.inside(x).unwrap_or(false) { distance } else { -distance }
    }

    /// A closest point of the frontier, rounded.
    pub fn foot(&self, x: Place) -> Place {
        let least = self.tree.least_distance(x) + self.rounding(x);
        let near = self.tree.select(|bounds| bounds.distance(x) <= least);
        let feet = near.into_iter().map(|(edge, _)| edge.foot(x));
        feet.min_by(|a, b| length(*a, x).total_cmp(&length(*b, x))).unwrap_or(x)
    }

    /// As [`super::Shape::clear_of_medial_axis`].
    ///
    /// Two pieces with a common end that is the foot on both are no two branches: there `f` is the distance to the vertex, smooth
    /// but at the vertex itself. The medial axis ends at vertices, so nothing is claimed beyond the distance to the frontier.
    pub fn clear_of_medial_axis(&self, x: Place, reach: f64) -> f64 {
        let (foot, least) = (self.foot(x), self.tree.least_distance(x));
        let near = self.tree.select(|bounds| bounds.distance(x) <= least + 2.0 * reach);
        let others = near.into_iter().map(|(edge, _)| edge.foot(x)).filter(|other| !equal(*other, foot));
        let second = others.map(|other| length(other, x)).fold(f64::INFINITY, f64::min);
        ((second - least) / 2.0).min(least).min(reach).max(0.0)
    }

    fn rounding(&self, x: Place) -> f64 {
        ROUNDING * self.size.max(x[0].abs()).max(x[1].abs())
    }
}

/// Positive when `x` lies to the left of the line from `a` to `b`; the sign is exact.
fn orientation(a: Place, b: Place, x: Place) -> f64 {
    let coord = |p: Place| Coord { x: p[0], y: p[1] };
    orient2d(coord(a), coord(b), coord(x))
}

fn equal(a: Place, b: Place) -> bool {
    a.iter().zip(&b).all(|(a, b)| a.to_bits() == b.to_bits())
}

fn length(a: Place, b: Place) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

#[cfg(test)]
mod tests {
    use lip1_kernel::Interval;
    use rand::RngExt;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::Polygon;

    fn ring() -> Polygon {
        let square = |half: f64| vec![[-half, -half], [half, -half], [half, half], [-half, half]];
        Polygon::new(&[square(2.0), square(1.0)]).unwrap()
    }

    #[test]
    fn a_square_ring_has_the_distances_of_its_sides_and_corners() {
        for (x, distance) in [
            ([0.0, 0.25], -0.75),
            ([1.25, 0.0], 0.25),
            ([1.25, 1.25], 0.353_553_390_593_273_8),
            ([5.0, 6.0], -5.0),
            ([3.0, 0.0], -1.0),
        ] {
            let enclosed = ring().signed_distance(x);
            assert!((enclosed.lower() - distance).abs() < 4.0 * f64::EPSILON * 8.0, "{x:?} {enclosed}");
            assert!((ring().value(x) - distance).abs() < 4.0 * f64::EPSILON * 8.0, "{x:?}");
        }
    }

    #[test]
    fn points_of_the_frontier_are_neither_inside_nor_outside() {
        for x in [[2.0, 0.5], [-1.0, 1.0], [0.5, 2.0], [2.0, 2.0], [-2.0, -2.0], [1.0, -1.0]] {
            assert_eq!((ring().inside(x), ring().signed_distance(x)), (None, Interval::ZERO), "{x:?}");
        }
        // Rays through vertices and along sides.
        for (x, inside) in
            [([-3.0, 2.0], false), ([-1.5, 1.0], true), ([0.0, 1.0 - 0.5], false), ([3.0, 2.0], false)]
        {
            assert_eq!(ring().inside(x), Some(inside), "{x:?}");
        }
    }

    #[test]
    fn the_tree_finds_what_a_look_at_every_piece_finds() {
        let koch = Polygon::von_koch(3, 1.0).unwrap();
        let mut random = ChaCha8Rng::seed_from_u64(1);
        for _ in 0..500 {
            let x = [random.random_range(-1.0..1.0), random.random_range(-1.0..1.0)];
            let all = koch.tree.segments().iter().map(|edge| edge.distance(x));
            let least = all.reduce(Interval::min).unwrap();
            let found = koch.signed_distance(x);
            assert_eq!(found.abs(), least, "{x:?}");
            assert!((koch.value(x) - found.lower()).abs() < super::ROUNDING);
            if let Some(inside) = koch.inside_by_triangles(x, [0.01, 0.003]) {
                assert_eq!(koch.inside(x), Some(inside), "{x:?}");
            }
        }
    }

    #[test]
    fn the_medial_axis_of_a_square_is_its_diagonals() {
        let square = Polygon::new(&[vec![[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]]]).unwrap();
        assert!(square.clear_of_medial_axis([1.0, 1.0], 1.0) <= 0.0);
        let clear = square.clear_of_medial_axis([2.0, 1.0], 1.0);
        assert!(clear > 0.49 && clear <= 0.5_f64.sqrt());
        // Outside, the closest point is a corner over a quarter of the plane; there is no medial axis.
        assert!(square.clear_of_medial_axis([-1.0, -1.0], 0.5) >= 0.5);
    }

    #[test]
    fn contours_that_bound_nothing_are_refused() {
        assert!(Polygon::new(&[]).is_err());
        assert!(Polygon::new(&[vec![[0.0, 0.0], [1.0, 0.0]]]).is_err());
        assert!(Polygon::new(&[vec![[0.0, 0.0], [1.0, 0.0], [1.0, 0.0]]]).is_err());
        assert!(Polygon::new(&[vec![[0.0, 0.0], [1.0, 0.0], [f64::NAN, 0.0]]]).is_err());
    }
}
