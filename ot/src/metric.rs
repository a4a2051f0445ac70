//! Any finite metric space, as points.

use lip1_kernel::Points;
use lip1_kernel::transport::Bracket;

use crate::Error;

/// A metric given by its matrix, embedded isometrically into `l-infinity`.
///
/// Row `i` of the matrix, taken as a point of `R^k`, is at distance `max_l |D_il - D_jl|` from row `j`: at most `D_ij` by the triangle
/// inequality, at least that by `l = j` (Fréchet 1910, Kuratowski 1935). No number is rounded, so a bracket for these points under
/// [`lip1_kernel::distance::Cost::Linf`] is one for the matrix. Where rounded distances break the triangle inequality by up to
/// `excess`, the embedded distances are larger by at most that, and [`Metric::widened`] accounts for it.
///
/// ```
/// use lip1_ot::{Cost, Measure, Metric, Problem, Settings, certify, solve};
///
/// // The path a - b - c with steps 1 and 2.
/// let metric = Metric::new(3, vec![0.0, 1.0, 3.0, 1.0, 0.0, 2.0, 3.0, 2.0, 0.0])?;
/// let p = Measure::weighted(metric.points().clone(), vec![1.0, 0.0, 0.0])?;
/// let q = Measure::weighted(metric.points().clone(), vec![0.0, 1.0, 1.0])?;
/// let problem = Problem::new(&p, &q, Cost::Linf)?;
/// let bracket = metric.widened(&certify(&problem, solve(&problem, &Settings::default())?)?.bracket);
/// assert!(bracket.lower <= 2.0 && 2.0 <= bracket.upper);
/// # Ok::<(), lip1_ot::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Metric {
    points: Points,
    excess: f64,
}

impl Metric {
    /// Takes a `size x size` matrix of distances, row by row; `O(size^3)` time.
    ///
    /// # Errors
    /// When the matrix is not square, symmetric, zero on its diagonal, finite and nowhere negative. The triangle inequality may
    /// fail: see [`Metric::excess`].
    pub fn new(size: usize, matrix: Vec<f64>) -> Result<Self, Error> {
        if size == 0 {
            return Err(Error::Empty);
        }
        if size.checked_mul(size) != Some(matrix.len()) {
            return Err(Error::Matrix { size, entries: matrix.len() });
        }
        for i in 0..size {
            for j in 0..=i {
                let (d, back) = (matrix[i * size + j], matrix[j * size + i]);
                let fits = d >= 0.0 && d.is_finite() && d <= back && back <= d && (i != j || d <= 0.0);
                if !fits {
                    return Err(Error::Distance { row: i, column: j, distance: d });
                }
            }
        }
        let mut excess = 0.0f64;
        for (i, x) in matrix.chunks_exact(size).enumerate() {
            for y in matrix[..i * size].chunks_exact(size).enumerate() {
                let (j, y) = y;
                // The largest difference of two rows is rounded once, upwards here.
                let embedded = x.iter().zip(y).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                if embedded > x[j] {
                    excess = excess.max((embedded.next_up() - x[j]).next_up());
                }
            }
        }
        Ok(Self { points: Points::new(size, matrix)?, excess })
    }

    /// The points of the space, in order; their `l-infinity` distances are those of the matrix, or up to [`Metric::excess`] more.
    #[must_use]
    pub fn points(&self) -> &Points {
        &self.points
    }

    /// By how much the triangle inequality fails at most; zero for a metric whose differences are not rounded up.
    #[must_use]
    pub fn excess(&self) -> f64 {
        self.excess
    }

    /// A bracket for the matrix from one for the points.
    #[must_use]
    pub fn widened(&self, bracket: &Bracket) -> Bracket {
        let lower = bracket.lower - self.excess;
        let lower = if self.excess > 0.0 { lower.next_down().max(0.0) } else { bracket.lower };
        Bracket { lower, ..*bracket }
    }
}

#[cfg(test)]
mod tests {
    use lip1_kernel::distance::Cost;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{costs, pairs};
    use crate::{Measure, Problem, Settings, certify, solve};

    fn on(points: &Points, weights: Vec<f64>) -> Measure {
        Measure::weighted(points.clone(), weights).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

        #[test]
        fn a_matrix_of_distances_gives_the_distance_of_its_points((p, q) in pairs(8), cost in costs()) {
            let all: Vec<&[f64]> = p.points().rows().chain(q.points().rows()).collect();
            let matrix = all.iter().flat_map(|x| all.iter().map(|y| crate::distance::distance(cost, x, y))).collect();
            let metric = Metric::new(all.len(), matrix).unwrap();
            let (n, m) = (p.len(), q.len());
            let weights = |side: &Measure| side.weights().map_or_else(|| vec![1.0; side.len()], <[f64]>::to_vec);
            let embedded = Problem::new(
                &on(metric.points(), [weights(&p), vec![0.0; m]].concat()),
                &on(metric.points(), [vec![0.0; n], weights(&q)].concat()),
                Cost::Linf,
            ).unwrap();
            let direct = Problem::new(&p, &q, cost).unwrap();
            let run = |problem: &Problem| certify(problem, solve(problem, &Settings::default()).unwrap()).unwrap().bracket;
            let (ours, theirs) = (metric.widened(&run(&embedded)), run(&direct));
            // The entries are rounded distances: each is off by a few units in the last place.
            let rounded = 4.0 * f64::EPSILON * direct.diameter();
            prop_assert!(ours.lower <= theirs.upper + rounded && theirs.lower <= ours.upper + rounded);
        }
    }

    #[test]
    fn what_is_no_metric_is_refused_with_its_place() {
        let entry = |matrix: [f64; 4]| Metric::new(2, matrix.to_vec());
        for matrix in
            [[1.0, 1.0, 1.0, 0.0], [0.0, 1.0, 2.0, 0.0], [0.0, -1.0, -1.0, 0.0], [0.0, f64::NAN, 1.0, 0.0]]
        {
            assert!(matches!(entry(matrix), Err(Error::Distance { .. })), "{matrix:?}");
        }
        assert!(matches!(Metric::new(2, vec![0.0; 3]), Err(Error::Matrix { .. })));
    }

    #[test]
    fn a_broken_triangle_inequality_is_charged_to_the_bracket() {
        let metric = Metric::new(3, vec![0.0, 1.0, 5.0, 1.0, 0.0, 2.0, 5.0, 2.0, 0.0]).unwrap();
        assert!((2.0..2.0 + 1e-9).contains(&metric.excess()));
        let unit = |k: usize| on(metric.points(), (0..3).map(|l| f64::from(u8::from(k == l))).collect());
        let problem = Problem::new(&unit(0), &unit(1), Cost::Linf).unwrap();
        let bracket = metric
            .widened(&certify(&problem, solve(&problem, &Settings::default()).unwrap()).unwrap().bracket);
        assert!(bracket.lower <= 1.0 && 1.0 <= bracket.upper);
    }
}
