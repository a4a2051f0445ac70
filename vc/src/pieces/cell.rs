//! Convex cells of the line or the plane, in homogeneous integer coordinates.

use dashu_int::IBig;
use dashu_int::ops::Gcd;

/// `(X, Y, W)` with `W >= 0`: the point `(X/W, Y/W)`, or a direction when `W = 0`. On a line Y is 0.
pub(crate) type Ray = [IBig; 3];

/// An affine function in the same coordinates: its sign at a ray is that of the scalar product.
pub(crate) type Form = [IBig; 3];

/// A convex set, as the rays of the cone over it: two on a line, in cyclic order in the plane.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) rays: Vec<Ray>,
}

/// On which sides of a line a cell lies.
pub(crate) enum Sides {
    Above,
    Below,
    /// Cut in two, each with interior.
    Both {
        above: Cell,
        below: Cell,
    },
    /// The function vanishes on the whole cell.
    Neither,
}

pub(crate) fn ray(x: i32, y: i32, w: i32) -> Ray {
    [x, y, w].map(IBig::from)
}

pub(crate) fn product(form: &Form, ray: &Ray) -> IBig {
    form.iter().zip(ray).map(|(a, b)| a * b).sum()
}

impl Cell {
    /// A positive combination of all rays: an interior point.
    pub(crate) fn inside(&self) -> Ray {
        let mut sum = ray(0, 0, 0);
        for ray in &self.rays {
            sum.iter_mut().zip(ray).for_each(|(total, x)| *total += x);
        }
        sum
    }

    /// Where the cell lies with respect to the zero set of a form.
    pub(crate) fn sides(&self, form: &Form) -> Sides {
        let values: Vec<IBig> = self.rays.iter().map(|ray| product(form, ray)).collect();
        let zero = IBig::ZERO;
        match (values.iter().any(|v| *v > zero), values.iter().any(|v| *v < zero)) {
            (true, false) => Sides::Above,
            (false, true) => Sides::Below,
            (false, false) => Sides::Neither,
            (true, true) => {
                let (mut above, mut below) = (Vec::new(), Vec::new());
                for (i, (ray, value)) in self.rays.iter().zip(&values).enumerate() {
                    if *value >= zero {
                        above.push(ray.clone());
                    }
                    if *value <= zero {
                        below.push(ray.clone());
                    }
                    // The edge to the next ray; on a line there is one edge only.
                    let next = (i + 1) % self.rays.len();
                    let edge = next > i || self.rays.len() > 2;
                    if edge
                        && ((*value > zero && values[next] < zero) || (*value < zero && values[next] > zero))
                    {
                        let crossing = crossing(ray, value, &self.rays[next], &values[next]);
                        above.push(crossing.clone());
                        below.push(crossing);
                    }
                }
                Sides::Both { above: Cell { rays: above }, below: Cell { rays: below } }
            }
        }
    }
}

/// The ray of the edge on which the form vanishes, in lowest terms; the values have opposite signs.
fn crossing(a: &Ray, at_a: &IBig, b: &Ray, at_b: &IBig) -> Ray {
    let (to_b, to_a) = if *at_a > IBig::ZERO { (at_a.clone(), -at_b) } else { (-at_a, at_b.clone()) };
    let mixed: Vec<IBig> = a.iter().zip(b).map(|(x, y)| &to_a * x + &to_b * y).collect();
    let mut divisor = IBig::ZERO;
    for x in mixed.iter().filter(|x| **x != IBig::ZERO) {
        divisor = if divisor == IBig::ZERO { x.clone() } else { IBig::from((&divisor).gcd(x)) };
    }
    if divisor < IBig::ZERO {
        divisor = -divisor;
    }
    let mut reduced = mixed.into_iter().map(|x| if divisor == IBig::ZERO { x } else { x / &divisor });
    [(); 3].map(|()| reduced.next().unwrap_or(IBig::ZERO))
}

#[cfg(test)]
mod tests {
    use super::{Cell, Sides, ray};

    #[test]
    fn a_line_cuts_a_quadrant_into_a_triangle_and_the_rest() {
        let quadrant = Cell { rays: vec![ray(1, 0, 0), ray(0, 1, 0), ray(0, 0, 1)] };
        // x + y - 1
        let Sides::Both { above, below } = quadrant.sides(&ray(1, 1, -1)) else { panic!("cut") };
        assert_eq!((above.rays.len(), below.rays.len()), (4, 3));
        assert!(matches!(below.sides(&ray(1, 1, -2)), Sides::Below));
        assert!(matches!(below.sides(&ray(1, 0, 0)), Sides::Above));
        assert!(matches!(quadrant.sides(&ray(0, 0, 0)), Sides::Neither));
    }

    #[test]
    fn half_lines_are_cut_once() {
        let half = Cell { rays: vec![ray(0, 0, 1), ray(1, 0, 0)] };
        // 2x - 3
        let Sides::Both { above, below } = half.sides(&ray(2, 0, -3)) else { panic!("cut") };
        assert_eq!(below.rays, [ray(0, 0, 1), ray(3, 0, 2)]);
        assert_eq!(above.rays, [ray(3, 0, 2), ray(1, 0, 0)]);
    }
}
