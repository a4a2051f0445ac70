//! Empirical Rademacher complexity of bounded 1-Lipschitz functions.

use lip1_kernel::distance::{self, Cost};
use lip1_kernel::{Interval, Judgement, Points, lipschitz};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::error::Error;
use crate::scale::assignment::assign;
use crate::shatter::{Label, labellings};

/// Bounds on a supremum over functions, each with its proof.
#[derive(Debug, Clone, PartialEq)]
pub struct SupBracket {
    /// Attained by `values`, up to rounding.
    pub lower: f64,
    /// From a matching, by weak duality.
    pub upper: f64,
    /// Values at the points of a function in the class (the kernel accepted their slopes).
    pub values: Vec<f64>,
    /// The matching: a positive and a negative point each, no point twice. The supremum is at most the sum of their distances
    /// and of `bound` for each other point, divided by N.
    pub pairs: Vec<[usize; 2]>,
}

/// `lower <= R <= upper`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RademacherBracket {
    /// The lower end.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
    /// Sign vectors solved.
    pub signs: u64,
    /// Probability with which a sampled bracket may fail; 0 when all sign vectors were solved.
    pub failure: f64,
}

/// Points whose sign vectors are all solved.
const MOST_EXACT: usize = 12;
/// Potentials are shrunk by such a share, the first that the kernel accepts: rounding pushes the slope between two points
/// above 1 by a unit in the last place of a value over their distance.
const SHRINKS: [f64; 4] = [1e-13, 1e-11, 1e-9, 1e-7];

/// `sup (1/N) sum s_i f(x_i)` over the f that are 1-Lipschitz with `|f| <= bound`, for one sign vector.
///
/// The dual is a matching of positive with negative points at the cost of their distance, each unmatched point costing
/// `bound`: an assignment problem. The matching bounds the supremum from above, its potentials, extended by
/// `min_j f_j + d` and clipped, are a function of the class and bound it from below; both ends are evaluated in
/// interval arithmetic, and the kernel checks the slopes.
///
/// Cost: O(N³).
///
/// # Errors
/// [`Error::Length`] when there is not one sign a point, [`Error::OutOfRange`] for a bound that is not positive and finite
/// (unbounded functions have an infinite supremum when signs do not balance), [`Error::Refused`] when rounding defeats the
/// kernel's check.
pub fn supremum(points: &Points, signs: &[Label], bound: f64) -> Result<SupBracket, Error> {
    let n = points.len();
    if signs.len() != n {
        return Err(Error::Length { what: "signs", found: signs.len(), expected: n });
    }
    if !(bound > 0.0 && bound.is_finite()) {
        return Err(Error::OutOfRange { what: "bound", value: bound, range: "positive and finite" });
    }
    if n == 0 {
        return Ok(SupBracket { lower: 0.0, upper: 0.0, values: Vec::new(), pairs: Vec::new() });
    }
    let plus: Vec<usize> = (0..n).filter(|i| signs[*i] == Label::Plus).collect();
    let minus: Vec<usize> = (0..n).filter(|i| signs[*i] == Label::Minus).collect();
    // Rows: positive points, then one absence a negative point. Columns: negative points, then absences.
    let cost: Vec<f64> = (0..n)
        .flat_map(|i| (0..n).map(move |j| (i, j)))
        .map(|(i, j)| match (plus.get(i), minus.get(j)) {
            (Some(p), Some(q)) => distance::below(points.row(*p), points.row(*q), Cost::L2),
            (Some(_), None) | (None, Some(_)) => bound,
            (None, None) => 0.0,
        })
        .collect();
    let matching = assign(n, &cost);
    let mut upper = Interval::ZERO;
    for (i, j) in matching.column_of.iter().enumerate() {
        upper = upper
            + match (plus.get(i), minus.get(*j)) {
                (Some(p), Some(q)) => distance::enclose(points.row(*p), points.row(*q), Cost::L2),
                (Some(_), None) | (None, Some(_)) => Interval::data(bound),
                (None, None) => Interval::ZERO,
            };
    }
    let pair = |(i, j): (usize, &usize)| Some([*plus.get(i)?, *minus.get(*j)?]);
    let pairs: Vec<[usize; 2]> = matching.column_of.iter().enumerate().filter_map(pair).collect();
    let paired = !pairs.is_empty();
    // Potentials are fixed up to a constant: an absence, in row or column, has value 0. If no pair is matched, the
    // negative points are free to have the least value.
    let absence = matching.column.iter().skip(minus.len()).copied().fold(f64::NEG_INFINITY, f64::max);
    let column = matching.column.iter().take(minus.len());
    let at_minus: Vec<f64> =
        column.map(|c| if paired { (absence - c).clamp(-bound, bound) } else { -bound }).collect();
    let whole = extended(points, &minus, &at_minus, bound);
    let values = SHRINKS
        .iter()
        .map(|share| whole.iter().map(|f| f * (1.0 - share)).collect::<Vec<f64>>())
        .find(|values| matches!(lipschitz::values(points, values, 1.0), Judgement::Verified(_)))
        .ok_or_else(|| Error::Refused("the potentials are not 1-Lipschitz after rounding".to_owned()))?;
    let scale = Interval::ratio(1, n as u128);
    let terms = values.iter().zip(signs).map(|(f, sign)| Interval::data(sign.sign() * f));
    let lower = terms.fold(Interval::ZERO, |sum, term| sum + term) * scale;
    Ok(SupBracket { lower: lower.lower().max(0.0), upper: (upper * scale).upper(), values, pairs })
}

/// The values at all points of `min_j f_j + |x - x_j|`, clipped to the bound.
fn extended(points: &Points, minus: &[usize], at_minus: &[f64], bound: f64) -> Vec<f64> {
    let value = |row: &[f64]| {
        let cones = minus.iter().zip(at_minus);
        let least =
            cones.map(|(q, f)| f + distance::below(row, points.row(*q), Cost::L2)).fold(bound, f64::min);
        least.max(-bound)
    };
    points.rows().map(value).collect()
}

/// The empirical Rademacher complexity `R = E_s sup (1/N) sum s_i f(x_i)` over 1-Lipschitz f with `|f| <= bound`, from all
/// `2^N` sign vectors.
///
/// # Errors
/// [`Error::TooLarge`] for more than 12 points, and those of [`supremum`].
pub fn rademacher_exact(points: &Points, bound: f64) -> Result<RademacherBracket, Error> {
    if points.len() > MOST_EXACT {
        return Err(Error::TooLarge { what: "points", found: points.len(), limit: MOST_EXACT });
    }
    let mut sums = Sums::default();
    for signs in labellings(points.len()) {
        sums.add(&supremum(points, &signs, bound)?);
    }
    let (lower, upper) = sums.means();
    let upper = upper.upper().min(bound);
    Ok(RademacherBracket { lower: lower.lower(), upper, signs: sums.count, failure: 0.0 })
}

/// The same from `draws` random sign vectors, with Hoeffding's inequality (each supremum lies in `[0, bound]`): the bracket
/// fails with probability at most `failure`.
///
/// # Errors
/// [`Error::OutOfRange`] for no draws or a failure probability outside (0, 1), and those of [`supremum`].
pub fn rademacher_sampled(
    points: &Points,
    bound: f64,
    draws: u64,
    failure: f64,
    seed: u64,
) -> Result<RademacherBracket, Error> {
    if draws == 0 {
        return Err(Error::OutOfRange { what: "draws", value: 0.0, range: "at least 1" });
    }
    if !(failure > 0.0 && failure < 1.0) {
        return Err(Error::OutOfRange { what: "failure", value: failure, range: "between 0 and 1" });
    }
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let mut sums = Sums::default();
    for _ in 0..draws {
        let signs: Vec<Label> =
            (0..points.len()).map(|_| if generator.random() { Label::Plus } else { Label::Minus }).collect();
        sums.add(&supremum(points, &signs, bound)?);
    }
    let (lower, upper) = sums.means();
    let log = (Interval::data(2.0) / Interval::data(failure)).ln();
    let width = Interval::data(bound) * (log / Interval::integer(2 * u128::from(draws))).sqrt();
    Ok(RademacherBracket {
        lower: (lower - width).lower().max(0.0),
        upper: (upper + width).upper().min(bound),
        signs: draws,
        failure,
    })
}

#[derive(Default)]
struct Sums {
    lower: Option<Interval>,
    upper: Option<Interval>,
    count: u64,
}

impl Sums {
    fn add(&mut self, bracket: &SupBracket) {
        let plus = |sum: Option<Interval>, x: f64| Some(sum.unwrap_or(Interval::ZERO) + Interval::data(x));
        self.lower = plus(self.lower, bracket.lower);
        self.upper = plus(self.upper, bracket.upper);
        self.count += 1;
    }

    fn means(&self) -> (Interval, Interval) {
        let mean =
            |sum: Option<Interval>| sum.unwrap_or(Interval::ZERO) / Interval::integer(u128::from(self.count));
        (mean(self.lower), mean(self.upper))
    }
}
