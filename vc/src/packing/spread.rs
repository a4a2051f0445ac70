//! An optimiser for few points: repulsion from a random start, then repair by linear programs.

use good_lp::{Expression, ProblemVariables, Solution, SolverModel, Variable, constraint, microlp, variable};
use lip1_kernel::packing::Domain;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A search for `points` points of `[0, extent]^dim`, or of the ball of radius `extent` about 0, at mutual distance at least 2.
///
/// Repulsion descends the overlap energy `sum (1 - d²/4)₊²`. Repair maximises the smallest squared distance with
/// each `|x_i - x_j + δ_i - δ_j|²` replaced by its linear part, which under-estimates it: every step is an improvement
/// and the method converges quadratically to a rigid packing. The kernel judges what comes out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) domain: Domain,
    pub(crate) dim: usize,
    pub(crate) points: usize,
    pub(crate) extent: f64,
    pub(crate) starts: usize,
    pub(crate) seed: u64,
}

/// Distance asked, squared.
const TARGET: f64 = 4.0;
/// Squared distances are driven this far (relatively) past the target, so that rounding to units keeps them above.
const ROUNDING: f64 = 64.0 * f64::EPSILON;
const REPULSION_STEPS: usize = 300;
const REPAIR_STEPS: usize = 40;
/// A start whose smallest squared distance is below this fraction of the target after a few repairs is dropped.
const HOPELESS: f64 = 0.9;
const REPAIRS_BEFORE_JUDGING: usize = 5;
/// Repair stops when the relative trust region is below this.
const SMALLEST_MOVE: f64 = 1e-15;

impl Spread {
    /// Coordinates of a packing, or nothing when none was found.
    pub(crate) fn run(self) -> Option<Vec<f64>> {
        let mut generator = ChaCha8Rng::seed_from_u64(self.seed ^ (self.points as u64) << 32);
        (0..self.starts).find_map(|_| {
            let mut coords: Vec<f64> = (0..self.points * self.dim)
                .map(|_| match self.domain {
                    Domain::Box => generator.random_range(0.0..=self.extent),
                    Domain::Ball => generator.random_range(-self.extent..=self.extent),
                })
                .collect();
            self.project(&mut coords);
            self.repel(&mut coords);
            self.repair(coords)
        })
    }

    fn project(&self, coords: &mut [f64]) {
        match self.domain {
            Domain::Box => coords.iter_mut().for_each(|x| *x = x.clamp(0.0, self.extent)),
            Domain::Ball => {
                for point in coords.chunks_mut(self.dim) {
                    let norm = point.iter().map(|x| x * x).sum::<f64>().sqrt();
                    if norm > self.extent {
                        point.iter_mut().for_each(|x| *x *= self.extent / norm);
                    }
                }
            }
        }
    }

    fn repel(&self, coords: &mut [f64]) {
        for _ in 0..REPULSION_STEPS {
            let mut push = vec![0.0; coords.len()];
            for (i, j, square) in self.pairs(coords) {
                let overlap = 1.0 - square / TARGET;
                if overlap > 0.0 {
                    for axis in 0..self.dim {
                        let (a, b) = (i * self.dim + axis, j * self.dim + axis);
                        let force = 0.5 * overlap * (coords[a] - coords[b]);
                        push[a] += force;
                        push[b] -= force;
                    }
                }
            }
            coords.iter_mut().zip(&push).for_each(|(x, f)| *x += f);
            self.project(coords);
        }
    }

    /// Successive linear programs; the coordinates once every pair is far enough.
    fn repair(&self, mut coords: Vec<f64>) -> Option<Vec<f64>> {
        let mut trust = 0.5;
        let mut square = self.smallest_square(&coords);
        for step in 0..REPAIR_STEPS {
            if square >= TARGET * (1.0 + ROUNDING) {
                return Some(coords);
            }
            if trust < SMALLEST_MOVE || step > REPAIRS_BEFORE_JUDGING && square < HOPELESS * TARGET {
                return None;
            }
            let moves = self.best_move(&coords, square, trust)?;
            let mut moved: Vec<f64> = coords.iter().zip(&moves).map(|(x, d)| x + trust * d).collect();
            self.project(&mut moved);
            let next = self.smallest_square(&moved);
            let longest = moves.iter().fold(0.0_f64, |m, d| m.max(d.abs()));
            trust *= if next > square { (2.0 * longest).min(1.0) } else { 0.25 };
            if next > square {
                (coords, square) = (moved, next);
            }
        }
        None
    }

    /// Moves in units of the trust region, so that the solver's absolute tolerances shrink with it.
    fn best_move(&self, coords: &[f64], square: f64, trust: f64) -> Option<Vec<f64>> {
        let mut unknowns = ProblemVariables::new();
        let moves: Vec<Variable> = unknowns.add_vector(variable().min(-1.0).max(1.0), coords.len());
        let gain = unknowns.add(variable().min(0.0));
        let mut model = unknowns.maximise(gain).using(microlp);
        // Squared distances that one trust region can bring to the current smallest, and no others.
        let reach = (square.sqrt() + 4.0 * trust * (self.dim as f64).sqrt()).powi(2);
        for (i, j, pair) in self.pairs(coords).filter(|(_, _, pair)| *pair <= reach) {
            let mut change = Expression::from(0.0);
            for axis in 0..self.dim {
                let (a, b) = (i * self.dim + axis, j * self.dim + axis);
                change += 2.0 * (coords[a] - coords[b]) * (moves[a] - moves[b]);
            }
            model = model.with(constraint!(change - gain >= (square - pair) / trust));
        }
        for (point, step) in coords.chunks(self.dim).zip(moves.chunks(self.dim)) {
            match self.domain {
                Domain::Box => {
                    for (x, d) in point.iter().zip(step) {
                        model = model.with(constraint!(*d >= -x / trust));
                        model = model.with(constraint!(*d <= (self.extent - x) / trust));
                    }
                }
                Domain::Ball => {
                    let norm = point.iter().map(|x| x * x).sum::<f64>().sqrt();
                    if norm > 0.0 {
                        let outward: Expression = point.iter().zip(step).map(|(x, d)| (x / norm) * *d).sum();
                        model = model.with(constraint!(outward <= (self.extent - norm) / trust));
                    }
                }
            }
        }
        let solution = model.solve().ok()?;
        Some(moves.iter().map(|d| solution.value(*d)).collect())
    }

    fn pairs<'a>(&self, coords: &'a [f64]) -> impl Iterator<Item = (usize, usize, f64)> + use<'a> {
        let (points, dim) = (self.points, self.dim);
        (0..points).flat_map(move |i| {
            (0..i).map(move |j| {
                let (a, b) = (&coords[i * dim..][..dim], &coords[j * dim..][..dim]);
                (i, j, a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum())
            })
        })
    }

    fn smallest_square(&self, coords: &[f64]) -> f64 {
        self.pairs(coords).map(|(_, _, square)| square).fold(f64::INFINITY, f64::min)
    }
}

#[cfg(test)]
mod tests {
    use super::Spread;
    use lip1_kernel::packing::Domain;

    fn found(domain: Domain, dim: usize, points: usize, extent: f64) -> bool {
        Spread { domain, dim, points, extent, starts: 40, seed: 1 }.run().is_some()
    }

    #[test]
    fn the_optimiser_reaches_known_optima_and_no_more() {
        let square =
            [2.0_f64.sqrt(), 6.0_f64.sqrt() - 2.0_f64.sqrt(), 1.0, 0.5_f64.sqrt(), 13.0_f64.sqrt() / 6.0];
        for (k, distance) in (2..).zip(square) {
            let extent = 2.0 / distance;
            assert!(found(Domain::Box, 2, k, extent * (1.0 + 1e-11)), "{k}");
            assert!(!found(Domain::Box, 2, k, extent * (1.0 - 1e-6)), "{k}");
        }
    }

    #[test]
    fn points_in_a_disc_reach_the_pentagon() {
        let distance = 2.0 * (std::f64::consts::PI / 5.0).sin();
        assert!(found(Domain::Ball, 2, 5, 2.0 / distance * (1.0 + 1e-11)));
        assert!(!found(Domain::Ball, 2, 5, 2.0 / distance * (1.0 - 1e-6)));
    }
}
