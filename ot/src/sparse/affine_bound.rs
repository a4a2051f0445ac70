//! Affine lower bounds on the values in a box.
//!
//! Values of slope about 1 differ by the width of a box within it, and so a bound from their least one is that much too low. With
//! `v_j >= base + g (y_j - c)` for the points of a box around `c`, convexity of the distance gives
//!
//! ```text
//! v_j + d(x, y_j) >= base + d(x, c) - max over the box of -(g + e) (y - c),    e the gradient of d(x, .) at c,
//! ```
//!
//! and `g` is near `-e` just where the sum is small: the bound is off by the square of the width.

use lip1_kernel::distance::Cost;

use super::kd_tree::KdTree;
use crate::tolerance;

/// What a node's bound needs besides its gradient and its box.
#[derive(Debug, Clone, Copy)]
pub(super) struct AffineBound {
    /// `min_j v_j - g (y_j - c)`, less what rounding may take.
    base: f64,
}

impl AffineBound {
    /// Fits a plane to the values at a node's points, and lowers it below all of them; writes its gradient.
    pub(super) fn fit(tree: &KdTree, node: usize, values: &[f64], gradient: &mut [f64]) -> Self {
        least_squares_gradient(tree, node, values, gradient);
        let (low, high) = tree.corners(node);
        let mut base = f64::INFINITY;
        for (y, value) in tree.points(node).zip(values) {
            let rise: f64 = (0..tree.dim).map(|k| gradient[k] * (y[k] - middle(low[k], high[k]))).sum();
            base = base.min(value - rise);
        }
        Self { base }
    }

    /// At most `v_j + d(x, y_j)` for every point of the node.
    pub(super) fn below(self, tree: &KdTree, node: usize, gradient: &[f64], x: &[f64]) -> f64 {
        let (low, high) = tree.corners(node);
        if let (Cost::L2, [x, y], [g, h], [a, b], [c, d]) = (tree.cost, x, gradient, low, high) {
            let (to_x, to_y) = (middle(*a, *c) - x, middle(*b, *d) - y);
            let far = (to_x * to_x + to_y * to_y).sqrt();
            let inverse = if far > 0.0 { 1.0 / far } else { 0.0 };
            let spread = (g + to_x * inverse).abs() * (c - a) + (h + to_y * inverse).abs() * (d - b);
            return tolerance::not_above(self.base + far, self.base.abs() + far) - 0.5 * spread;
        }
        let step = |k: usize| middle(low[k], high[k]) - x[k];
        let far = match tree.cost {
            Cost::L2 => (0..tree.dim).map(|k| step(k) * step(k)).sum::<f64>().sqrt(),
            Cost::L1 => (0..tree.dim).map(|k| step(k).abs()).sum(),
            Cost::Linf => (0..tree.dim).map(|k| step(k).abs()).fold(0.0, f64::max),
        };
        let steepest = (0..tree.dim).find(|&k| step(k).abs() >= far);
        let direction = |k: usize| match tree.cost {
            Cost::L2 if far > 0.0 => step(k) / far,
            Cost::L1 if step(k) != 0.0 => step(k).signum(),
            Cost::Linf if far > 0.0 && steepest == Some(k) => step(k).signum(),
            _ => 0.0,
        };
        let spread: f64 =
            (0..tree.dim).map(|k| (gradient[k] + direction(k)).abs() * (high[k] - low[k])).sum();
        tolerance::not_above(self.base + far, self.base.abs() + far) - 0.5 * spread
    }
}

fn middle(low: f64, high: f64) -> f64 {
    low / 2.0 + high / 2.0
}

impl KdTree {
    /// Writes the gradient of the plane nearest to the values, by position, at the points of a node.
    pub(crate) fn slope(&self, node: usize, values: &[f64], gradient: &mut [f64]) {
        let (begin, end) = self.runs[node];
        least_squares_gradient(self, node, &values[begin as usize..end as usize], gradient);
    }
}

/// The gradient of the least-squares plane, by as many steps of conjugate gradients as there are dimensions.
fn least_squares_gradient(tree: &KdTree, node: usize, values: &[f64], gradient: &mut [f64]) {
    let (dim, count) = (tree.dim, values.len() as f64);
    gradient.fill(0.0);
    if values.len() <= 1 {
        return;
    }
    let mean = values.iter().sum::<f64>() / count;
    let mut centre = vec![0.0; dim];
    tree.points(node).for_each(|y| centre.iter_mut().zip(y).for_each(|(c, y)| *c += y / count));
    let mut residual = vec![0.0; dim];
    let mut square = vec![0.0; dim * dim];
    for (y, value) in tree.points(node).zip(values) {
        for k in 0..dim {
            let z = y[k] - centre[k];
            residual[k] += (value - mean) * z;
            (0..dim).for_each(|l| square[k * dim + l] += z * (y[l] - centre[l]));
        }
    }
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let mut direction = residual.clone();
    let mut norm = dot(&residual, &residual);
    for _ in 0..dim {
        let image: Vec<f64> = square.chunks_exact(dim).map(|row| dot(row, &direction)).collect();
        let curvature = dot(&direction, &image);
        if curvature <= 0.0 || !curvature.is_finite() {
            break;
        }
        let step = norm / curvature;
        gradient.iter_mut().zip(&direction).for_each(|(g, d)| *g += step * d);
        residual.iter_mut().zip(&image).for_each(|(r, i)| *r -= step * i);
        let next = dot(&residual, &residual);
        direction.iter_mut().zip(&residual).for_each(|(d, r)| *d = r + next / norm * *d);
        norm = next;
        if norm <= 0.0 {
            break;
        }
    }
    if !gradient.iter().all(|g| g.is_finite()) {
        gradient.fill(0.0);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::distance::distance;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_bound_is_below_every_sum(
            rows in prop::collection::vec((prop::array::uniform3(-2.0..2.0f64), -1.0..1.0f64), 1..40),
            x in prop::array::uniform3(-3.0..3.0f64),
            dim in 1usize..=3,
            cost in crate::testing::costs(),
        ) {
            let coords: Vec<f64> = rows.iter().flat_map(|(row, _)| &row[..dim]).copied().collect();
            let tree = KdTree::new(cost, dim, &coords);
            let values: Vec<f64> = tree.order().iter().map(|&k| rows[k as usize].1).collect();
            let mut gradient = vec![0.0; dim];
            for node in 0..tree.runs.len() {
                let (begin, end) = tree.runs[node];
                let here = &values[begin as usize..end as usize];
                let bound = AffineBound::fit(&tree, node, here, &mut gradient);
                let below = bound.below(&tree, node, &gradient, &x[..dim]);
                for (y, value) in tree.points(node).zip(here) {
                    prop_assert!(below <= value + distance(cost, &x[..dim], y));
                }
            }
        }
    }
}
