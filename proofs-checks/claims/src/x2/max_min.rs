//! The function of largest margin, enclosed without building its network.

use lip1_harness::CheckError;
use lip1_kernel::distance::{self, Cost};
use lip1_kernel::{Interval, Points};

use super::Sample;

/// `f(x) = max_i min_j (|x - z_j|^2 - |x - x_i|^2) / (2 |x_i - z_j|)`, a real function of the points as stored.
pub(crate) struct MaxMin<'a> {
    sample: &'a Sample,
    /// `2 |x_i - z_j|`, positive by negative.
    doubled: Vec<Interval>,
    /// How squared distances between points of the sample come out right.
    squares: Squares,
}

impl<'a> MaxMin<'a> {
    /// The function of a sample.
    pub(crate) fn new(sample: &'a Sample) -> Result<Self, CheckError> {
        let two = Interval::integer(2);
        let all = sample.positive.coords().iter().chain(sample.negative.coords());
        let squares = Squares::of(sample.positive.dim(), all);
        let pairs = sample.positive.rows().flat_map(|x| sample.negative.rows().map(move |z| (x, z)));
        let doubled: Vec<Interval> = pairs.map(|(x, z)| two * squares.between(x, z).sqrt()).collect();
        if doubled.iter().any(|d| d.lower() <= 0.0) {
            return Err(CheckError::Instance("a point has both labels".to_owned()));
        }
        Ok(Self { sample, doubled, squares })
    }

    /// The value at a point. Near points come first on both sides, so that most rows end at once.
    pub(crate) fn at(&self, x: &[f64]) -> Interval {
        let squares = match self.squares {
            Squares::Plain => Squares::of(x.len(), x.iter()),
            Squares::Enclosed => Squares::Enclosed,
        };
        let near = squares.sorted(&self.sample.positive, x);
        let far = squares.sorted(&self.sample.negative, x);
        let columns = self.sample.negative.len();
        let mut best: Option<Interval> = None;
        for (i, to_positive) in &near {
            let mut least: Option<Interval> = None;
            for (j, to_negative) in &far {
                let piece = (*to_negative - *to_positive) / self.doubled[i * columns + j];
                let smaller = least.map_or(piece, |least| least.min(piece));
                least = Some(smaller);
                // The row is at most this and can't raise the maximum.
                if best.is_some_and(|best| smaller.upper() <= best.lower()) {
                    least = None;
                    break;
                }
            }
            best = match (best, least) {
                (Some(best), Some(least)) => Some(best.max(least)),
                (best, least) => best.or(least),
            };
        }
        best.unwrap_or(Interval::ENTIRE)
    }
}

/// Largest coordinate, and most coordinates, for which squared distances of integers are exact in `f64`:
/// `2^10 (2 * 2^20)^2 = 2^52`.
const SMALL: (f64, usize) = (1_048_576.0, 1_024);

/// How to enclose squared distances.
#[derive(Clone, Copy)]
enum Squares {
    /// By plain arithmetic, exact for small integers.
    Plain,
    /// By intervals.
    Enclosed,
}

impl Squares {
    fn of<'a>(dim: usize, mut coords: impl Iterator<Item = &'a f64>) -> Self {
        let small = |v: &f64| v.fract() == 0.0 && v.abs() <= SMALL.0;
        if dim <= SMALL.1 && coords.all(small) { Self::Plain } else { Self::Enclosed }
    }

    /// `|x - y|^2`.
    fn between(self, x: &[f64], y: &[f64]) -> Interval {
        let pairs = x.iter().zip(y);
        match self {
            Self::Plain => Interval::data(pairs.map(|(a, b)| (a - b) * (a - b)).sum()),
            Self::Enclosed => {
                let differences = pairs.map(|(a, b)| Interval::data(*a) - Interval::data(*b));
                differences.fold(Interval::ZERO, |sum, d| sum + d.sqr())
            }
        }
    }

    /// Squared distances of `x` to every point with the point's position, nearest first.
    fn sorted(self, points: &Points, x: &[f64]) -> Vec<(usize, Interval)> {
        let mut all: Vec<(usize, Interval)> = points.rows().map(|y| self.between(x, y)).enumerate().collect();
        all.sort_by(|(_, a), (_, b)| a.lower().total_cmp(&b.lower()));
        all
    }
}

/// The smallest distance between two sets; pairs that can't be closer are passed over by a bound.
pub(super) fn smallest_distance(a: &Points, b: &Points) -> Interval {
    let mut smallest: Option<Interval> = None;
    for x in a.rows() {
        for z in b.rows() {
            if smallest.is_none_or(|smallest| distance::below(x, z, Cost::L2) < smallest.upper()) {
                let found = distance::enclose(x, z, Cost::L2);
                smallest = Some(smallest.map_or(found, |smallest| smallest.min(found)));
            }
        }
    }
    smallest.unwrap_or(Interval::ENTIRE)
}
