//! The best closed-form packing of a box, by dimension: lattices, staggered rows and products of these.

use crate::count::Count;
use crate::packing::Scale;
use crate::packing::parity::Parity;
use crate::packing::rows::Rows;

/// Factors of a product have at most this dimension (E8 is the last with its own closed form here).
const LARGEST_FACTOR: usize = 8;

/// From this dimension on only the grid is tried: the dual code of a longer Hamming code has too many words.
const LARGEST_DIM: usize = 4096;

/// A packing of the box known by formula; the points are written out only on request.
pub(crate) struct BoxPlan {
    dim: usize,
    best: Vec<Step>,
}

struct Step {
    count: Count,
    way: Way,
}

enum Way {
    Lattice(Parity),
    Rows(Rows),
    /// A packing of the first axes times a packing of the others.
    Product(usize),
}

impl BoxPlan {
    pub(crate) fn new(dim: usize, scale: Scale) -> BoxPlan {
        if dim > LARGEST_DIM {
            let grid = Parity::grid(dim, scale);
            return BoxPlan { dim, best: vec![Step { count: grid.count(), way: Way::Lattice(grid) }] };
        }
        let mut best: Vec<Step> = Vec::with_capacity(dim);
        for n in 1..=dim {
            let mut step = candidate(Parity::grid(n, scale));
            if n == 2
                && let Some(rows) = Rows::best(scale)
            {
                step = step.or(Step { count: rows.count(), way: Way::Rows(rows) });
            }
            // Above the largest factor lattices are only tried for the dimension asked: their counts cost n² words.
            if n > 2 && (n <= LARGEST_FACTOR || n == dim) {
                step = step.or(candidate(Parity::checkerboard(n, scale)));
                step = step.or(candidate(Parity::hamming(n, scale)));
            }
            for first in 1..=LARGEST_FACTOR.min(n / 2) {
                let count = best[first - 1].count.times(best[n - first - 1].count);
                step = step.or(Step { count, way: Way::Product(first) });
            }
            best.push(step);
        }
        BoxPlan { dim, best }
    }

    fn top(&self) -> Option<&Step> {
        self.best.last()
    }

    pub(crate) fn count(&self) -> Count {
        self.top().map_or(Count::ONE, |step| step.count)
    }

    /// The construction; of a product, the factors met, each once.
    pub(crate) fn name(&self) -> String {
        let mut factors: Vec<&'static str> = Vec::new();
        let mut open: Vec<usize> = vec![self.best.len()];
        while let Some(step) = open.pop().and_then(|dim| Some((dim, self.best.get(dim.checked_sub(1)?)?))) {
            let factor = match (&step.1.way, step.0) {
                (Way::Lattice(lattice), _) => lattice.name,
                (Way::Rows(_), _) => "staggered rows",
                (Way::Product(first), dim) => {
                    open.extend([*first, dim - first]);
                    continue;
                }
            };
            if !factors.contains(&factor) {
                factors.push(factor);
            }
        }
        factors.join(" x ")
    }

    /// The points in units, or nothing when there are more than `limit`.
    pub(crate) fn points(&self, limit: usize) -> Option<Vec<i64>> {
        match self.count() {
            Count::Exact(n) if n <= limit as u128 => {}
            _ => return None,
        }
        self.top().and_then(|step| self.write(step, self.best.len().max(self.dim), limit))
    }

    fn write(&self, step: &Step, dim: usize, limit: usize) -> Option<Vec<i64>> {
        match &step.way {
            Way::Lattice(lattice) => lattice.points(limit),
            Way::Rows(rows) => rows.points(limit),
            Way::Product(first) => {
                let (a, b) = (*first, dim - first);
                let left = self.write(&self.best[a - 1], a, limit)?;
                let right = self.write(&self.best[b - 1], b, limit)?;
                Some(
                    left.chunks(a)
                        .flat_map(|p| right.chunks(b).flat_map(move |q| p.iter().chain(q).copied()))
                        .collect(),
                )
            }
        }
    }
}

impl Step {
    fn or(self, other: Step) -> Step {
        if other.count.exceeds(self.count) { other } else { self }
    }
}

fn candidate(lattice: Parity) -> Step {
    Step { count: lattice.count(), way: Way::Lattice(lattice) }
}

#[cfg(test)]
mod tests {
    use super::BoxPlan;
    use crate::count::Count;
    use crate::packing::Scale;
    use crate::ratio::Ratio;

    fn plan(dim: usize, num: u128, den: u128) -> BoxPlan {
        BoxPlan::new(dim, Scale::of(Ratio::new(num, den).unwrap()))
    }

    #[test]
    fn the_line_is_exact_at_ties() {
        assert_eq!(plan(1, 10, 1).count(), Count::Exact(6));
        assert_eq!(plan(1, 99_999, 10_000).count(), Count::Exact(5));
    }

    #[test]
    fn every_listed_plan_is_separated_and_as_long_as_counted() {
        for dim in 1..=8 {
            for num in 1..=16 {
                let scale = Scale::of(Ratio::new(num, 4).unwrap());
                let plan = BoxPlan::new(dim, scale);
                let Some(coords) = plan.points(600) else { continue };
                assert_eq!(plan.count(), Count::Exact((coords.len() / dim) as u128));
                let points: Vec<_> = coords.chunks(dim).collect();
                for (i, a) in points.iter().enumerate() {
                    for b in &points[..i] {
                        let d: i128 = a.iter().zip(*b).map(|(x, y)| i128::from(x - y).pow(2)).sum();
                        assert!(d >= i128::from(scale.separation).pow(2), "{} at r = {num}/4", plan.name());
                    }
                }
            }
        }
    }

    #[test]
    fn large_dimensions_stay_fast_and_finite() {
        assert_eq!(plan(1, 1, 1).name(), "grid");
        assert!(plan(784, 7, 2).count().below() >= 1e100);
        assert!(plan(100_000, 7, 2).count().below() > 1e300);
    }
}
