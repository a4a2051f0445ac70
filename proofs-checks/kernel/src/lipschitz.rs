//! Values on a finite set that extend to a Lipschitz function (McShane-Whitney).

use std::cmp::Ordering;

use crate::distance::{self, Cost};
use crate::float::U;
use crate::points::{finite, length};
use crate::refusal::{each, in_order};
use crate::{Counterexample, FalseInequality, Interval, Judgement, Points, Refusal, Rule, Theorem};

/// Values `f_i` on points `x_i` with `|f_i - f_j| <= L |x_i - x_j|` for all pairs: the restriction of an `L`-Lipschitz
/// function on the whole space, of which [`Theorem::largest_at`] and [`Theorem::smallest_at`] are the
/// extremes.
#[derive(Debug, Clone, PartialEq)]
pub struct LipschitzValues {
    /// The points.
    pub points: Points,
    /// The values, one a point.
    pub values: Vec<f64>,
    /// The Lipschitz constant that the values respect.
    pub constant: f64,
}

/// Judges whether values on points are `constant`-Lipschitz in the Euclidean norm, exactly: a pair one unit in the last place too steep
/// is refuted.
///
/// Cost: `n^2 dim / 2` operations, more for pairs that are within rounding of the constant.
///
/// ```
/// use lip1_kernel::{Points, lipschitz};
/// let line = Points::new(1, vec![0.0, 1.0, 3.0])?;
/// assert!(lipschitz::values(&line, &[0.0, 1.0, -1.0], 1.0).is_verified());
/// assert!(lipschitz::values(&line, &[0.0, 1.0_f64.next_up(), 0.0], 1.0).is_refuted());
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
pub fn values(points: &Points, values: &[f64], constant: f64) -> Judgement<Theorem<LipschitzValues>> {
    if let Err(refusal) = check_input(points, values, constant) {
        return Judgement::Undecided(refusal);
    }
    for (i, x) in points.rows().enumerate() {
        for (j, y) in points.rows().enumerate().skip(i + 1) {
            if let Some(pair) = broken([i, j], [x, y], [values[i], values[j]], constant) {
                return Judgement::Refuted(pair);
            }
        }
    }
    Judgement::Verified(Theorem::new(LipschitzValues {
        points: points.clone(),
        values: values.to_vec(),
        constant,
    }))
}

fn check_input(points: &Points, values: &[f64], constant: f64) -> Result<(), Refusal> {
    length("values", points.len(), values.len())?;
    finite("values", values)?;
    finite("constant", &[constant])?;
    each("constant", &[constant], |c| *c >= 0.0)?;
    if points.is_empty() { Err(Refusal::Empty { what: "points" }) } else { Ok(()) }
}

/// Whether a pair breaks the constant: a fast bound, then exactly.
///
/// The factor `1 - 4 u` makes up for the rounding of the product before it. Where that product is subnormal, it is off by at most half of
/// the smallest number, and a size below it differs from it by a whole one; where it is infinite, so is a size that is not below it.
fn broken(pair: [usize; 2], [x, y]: [&[f64]; 2], [f, g]: [f64; 2], constant: f64) -> Option<Counterexample> {
    let rise = if f > g { [f, g] } else { [g, f] };
    let size = Interval::exact(rise[0]) - Interval::exact(rise[1]);
    let quick = constant * distance::below(x, y, Cost::L2);
    if size.upper() < quick * (1.0 - 4.0 * U) {
        return None;
    }
    let order = if Interval::exact(constant) == Interval::ONE {
        distance::compare(x, y, rise, Cost::L2)
    } else {
        distance::compare_scaled(constant, x, y, rise)
    };
    (order == Ordering::Less).then(|| {
        let limit = Interval::exact(constant) * distance::enclose(x, y, Cost::L2);
        let inequality = FalseInequality::new(size, limit, false);
        Counterexample::new(Rule::LipschitzValues, Some(pair), inequality)
    })
}

impl Theorem<LipschitzValues> {
    /// The values, exactly, one a point.
    pub fn enclosures(&self) -> impl ExactSizeIterator<Item = Interval> {
        self.values.iter().map(|value| Interval::exact(*value))
    }

    /// The value at point `i`, exactly.
    pub fn enclosure(&self, i: usize) -> Option<Interval> {
        self.values.get(i).map(|value| Interval::exact(*value))
    }

    /// The Lipschitz constant that the values respect, exactly.
    pub fn upper_bound(&self) -> Interval {
        Interval::exact(self.constant)
    }

    /// `min_i f_i + L |x - x_i|`: no `L`-Lipschitz function with these values is larger at `x`.
    ///
    /// # Errors
    /// When `x` has another dimension or is not finite.
    pub fn largest_at(&self, x: &[f64]) -> Result<Interval, Refusal> {
        self.extremes(x).map(|(_, largest)| largest)
    }

    /// `max_i f_i - L |x - x_i|`: no `L`-Lipschitz function with these values is smaller at `x`.
    ///
    /// # Errors
    /// When `x` has another dimension or is not finite.
    pub fn smallest_at(&self, x: &[f64]) -> Result<Interval, Refusal> {
        self.extremes(x).map(|(smallest, _)| smallest)
    }

    fn extremes(&self, x: &[f64]) -> Result<(Interval, Interval), Refusal> {
        length("query", self.points.dim(), x.len())?;
        finite("query", x)?;
        let cones = self.points.rows().zip(&self.values).map(|(y, &f)| {
            let reach = Interval::exact(self.constant) * distance::enclose(x, y, Cost::L2);
            (Interval::exact(f) - reach, Interval::exact(f) + reach)
        });
        let join = |a: (Interval, Interval), b: (Interval, Interval)| (a.0.max(b.0), a.1.min(b.1));
        let (smallest, largest) = cones.reduce(join).ok_or(Refusal::Empty { what: "points" })?;
        in_order("value of an extension", smallest.lower(), largest.upper())?;
        Ok((smallest, largest))
    }
}
