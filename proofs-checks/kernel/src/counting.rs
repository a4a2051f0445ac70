//! How many points keep their distance in a box or a ball, by counting alone and by optima that others proved: upper ends.
//!
//! `S`, `m` are size and margin of the domain; all comparisons are of integers, so that ties are decided.

use crate::capacity::{CapacityBound, Formula, Scale};
use crate::count::{Count, compare_products};
use crate::packing::Domain;
use crate::refusal::require;
use crate::{Refusal, Theorem};

/// How a box is cut into equal boxes, and how many points each is said to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cells {
    /// Parts into which an axis is cut; at least 1.
    pub parts: u32,
    /// The first so many axes are cut into one part more.
    pub finer: u32,
    /// Points that a part holds at most; at least 1.
    pub each: u32,
}

/// `parts^n each` points at most (`(parts + 1)` for the axes cut finer), if no part holds `each + 1`. With `each = 1` the parts have
/// a diameter below `2m`, the principle of Dirichlet's drawers.
///
/// Proof. `N` numbers in an interval of length `a` have squared differences adding up to at most `a^2 floor(N^2 / 4)`: the sum is convex
/// in each number, hence largest when all stand at the ends, `t` at one and `N - t` at the other, `a^2 t (N - t)`. So `N` points
/// of a box with sides `a_i` at pairwise distance `2m` have
/// `4 m^2 N (N - 1) / 2 <= sum_i a_i^2 floor(N^2 / 4)`. For `N = each + 1` this is shown false, and more points would contain `N` of them. (Plotkin's bound
/// for codes, in a box.) With `c`, `d` parts along `few`, `many` axes: `2 N (N - 1) c^2 d^2 m^2 > S^2 (few d^2 + many c^2) floor(N^2 / 4)`.
///
/// ```
/// use lip1_kernel::{capacity::Scale, counting::{self, Cells}, packing::Domain};
/// // Nine points fit the square of side 4m, but only four a smaller one.
/// let cut = Cells { parts: 2, finer: 0, each: 1 };
/// let square = |size| counting::cells(Scale::new(Domain::Box, 2, size, 1000)?, cut);
/// assert_eq!(square(2828)?.most_points(), Some(4.0));
/// assert!(square(2829).is_err());
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
///
/// # Errors
/// When the domain is no box, the cut is not as said, a part may hold more points, or a product does not fit 128 bits.
pub fn cells(scale: Scale, cut: Cells) -> Result<Theorem<CapacityBound>, Refusal> {
    require(scale.domain() == Domain::Box, "only boxes are cut into boxes")?;
    require(cut.parts > 0 && cut.each > 0 && cut.finer <= scale.dim(), "a cut has parts that hold points")?;
    let [coarse, n] = [u128::from(cut.parts), u128::from(cut.each) + 1];
    let fine = coarse + 1;
    let (few, many) = (scale.dim() - cut.finer, cut.finer);
    let overflow = || Refusal::Overflow { what: "squared sides of a part" };
    let (c, d) = (coarse * coarse, fine * fine);
    let asked = [2, n, n - 1, c, d].into_iter().try_fold(1, u128::checked_mul).ok_or_else(overflow)?;
    let sides = (u128::from(few) * d).checked_add(u128::from(many) * c).ok_or_else(overflow)?;
    let given = sides.checked_mul(n * n / 4).ok_or_else(overflow)?;
    let [size, margin] = [scale.size(), scale.margin()].map(|x| x * x);
    require(compare_products([margin, asked], [size, given]).is_gt(), "a part may hold more points")?;
    let parts = Count::power(coarse, few).times(Count::power(fine, many));
    Ok(Theorem::counted(scale, Formula::Cells, parts.times(Count::of(cut.each.into()))))
}

/// Points of a ball with `S^2 < 2 m^2`: at most `n + 1`, and at most `2 m^2 / (2 m^2 - S^2)` (Rankin).
///
/// Proof. Take the centre as 0. (i) All squared differences of `N` points add up to at most `N` times the sum of their squares, so
/// `4 m^2 N (N - 1) / 2 <= N^2 S^2`, that is `N (2 m^2 - S^2) <= 2 m^2`. (ii) Two of the points have the inner product
/// `(|x|^2 + |y|^2 - |x - y|^2) / 2 <= S^2 - 2 m^2 < 0`. Of `n + 2` points some combination with coefficients that are not all 0 but sum to 0
/// vanishes: these are `n + 1` linear equations. So one and the same vector is a combination with positive coefficients of some of the points,
/// and another of other points; its square, the inner product of the two, is negative: impossible.
///
/// ```
/// use lip1_kernel::{capacity::Scale, counting, packing::Domain};
/// let ball = |size| counting::moments(Scale::new(Domain::Ball, 3, size, 1000)?);
/// assert_eq!((ball(999)?.most_points(), ball(1000)?.most_points()), (Some(1.0), Some(2.0)));
/// assert_eq!(ball(1414)?.most_points(), Some(4.0));
/// assert!(ball(1415).is_err());
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
///
/// # Errors
/// When the domain is no ball, or a larger one.
pub fn moments(scale: Scale) -> Result<Theorem<CapacityBound>, Refusal> {
    require(scale.domain() == Domain::Ball, "second moments are taken in a ball")?;
    let twice = 2 * scale.margin() * scale.margin();
    let slack = twice.saturating_sub(scale.size() * scale.size());
    require(slack > 0, "the radius must be below sqrt(2) margins")?;
    let count = (twice / slack).min(u128::from(scale.dim()) + 1);
    Ok(Theorem::counted(scale, Formula::Moments, Count::of(count)))
}

/// The square of the largest smallest distance of so many points in a box of side 1 or a disc of radius 1, or more: `over / under`.
struct Optimum {
    points: u32,
    over: u128,
    under: u128,
    source: &'static str,
}

const fn best(points: u32, over: u128, under: u128, source: &'static str) -> Optimum {
    Optimum { points, over, under, source }
}

/// Irrational optima are rounded up to a multiple of this.
const DIGITS: u128 = 10_u128.pow(30);

/// Optima of the square. Those of 3, 7 and 8 points are `8 - 4 sqrt 3`, `4 (2 - sqrt 3)^2` and `2 - sqrt 3`. Sources as H. Melissen, *Densest
/// packing of six equal circles in a square*, Elem. Math. 49 (1994), gives them.
const SQUARE: &[Optimum] = &[
    best(3, 1_071_796_769_724_490_825_890_214_633_977, DIGITS, "Melissen 1994"),
    best(4, 1, 1, "Melissen 1994"),
    best(5, 1, 2, "Melissen 1994"),
    best(6, 13, 36, "Graham, in Melissen 1994"),
    best(7, 287_187_078_897_963_303_560_858_535_907, DIGITS, "Schaer, in Melissen 1994"),
    best(8, 267_949_192_431_122_706_472_553_658_495, DIGITS, "Schaer and Meir 1965"),
    best(9, 1, 4, "Schaer 1965"),
    best(16, 1, 9, "Wengerodt 1983"),
    best(25, 1, 16, "Wengerodt 1987"),
    best(36, 1, 25, "Kirchner and Wengerodt 1987"),
];

/// Optima of the cube.
const CUBE: &[Optimum] = &[
    best(3, 2, 1, "Schaer 1966"),
    best(5, 5, 4, "Schaer 1966"),
    best(6, 9, 8, "Schaer 1966"),
    best(8, 1, 1, "Schaer 1966"),
    best(9, 3, 4, "Schaer 1966"),
    best(10, 9, 16, "Schaer 1994"),
];

/// Optima of the disc: regular polygons to 5 and with a centre from 7 to 9 points. `(5 - sqrt 5) / 2`, `4 sin^2(pi / 7)`, `2 - sqrt 2` and
/// `2 - sqrt 3` are those of 5, 8, 9 and 19.
const DISC: &[Optimum] = &[
    best(3, 3, 1, "Bateman and Erdős 1951"),
    best(4, 2, 1, "Bateman and Erdős 1951"),
    best(5, 1_381_966_011_250_105_151_795_413_165_635, DIGITS, "Bateman and Erdős 1951"),
    best(6, 1, 1, "Bateman and Erdős 1951"),
    best(8, 753_020_396_282_532_938_949_990_231_992, DIGITS, "Pirl 1969"),
    best(9, 585_786_437_626_904_951_198_311_275_791, DIGITS, "Pirl 1969"),
    best(19, 267_949_192_431_122_706_472_553_658_495, DIGITS, "Fodor 1999"),
];

/// One less than `count` points, whose best possible smallest distance others proved to be below `2m / S` for size 1.
///
/// ```
/// use lip1_kernel::{capacity::Scale, counting, packing::Domain};
/// let square = |size| counting::optimum(Scale::new(Domain::Box, 2, size, 1000)?, 9);
/// assert_eq!(square(3999)?.most_points(), Some(8.0));
/// assert!(square(4000).is_err());
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
///
/// # Errors
/// When the optimum of so many points is not in the table of this crate, or not below `2m / S`.
pub fn optimum(scale: Scale, count: u32) -> Result<Theorem<CapacityBound>, Refusal> {
    let table = match (scale.domain(), scale.dim()) {
        (Domain::Box, 2) => SQUARE,
        (Domain::Box, 3) => CUBE,
        (Domain::Ball, 2) => DISC,
        _ => &[],
    };
    let known = table.iter().find(|optimum| optimum.points == count);
    let Some(Optimum { points, over, under, source }) = known else {
        return Err(Refusal::Hypothesis { why: "the optimum of so many points must be a known one" });
    };
    let [size, twice] = [scale.size(), 2 * scale.margin()].map(|x| x * x);
    require(compare_products([*over, size], [*under, twice]).is_lt(), "so many points may fit")?;
    let count = Count::of(u128::from(points - 1));
    Ok(Theorem::counted(scale, Formula::Optimum(*points, source), count))
}

#[cfg(test)]
mod tests {
    use super::{DIGITS, DISC, Optimum, SQUARE};

    /// Digits to the base `2^32`, the lowest first.
    fn product(factors: &[u128]) -> Vec<u64> {
        factors.iter().fold(vec![1], |number, factor| {
            let mut product = vec![0_u64; number.len() + 5];
            for (i, a) in number.iter().enumerate() {
                for k in 0..4 {
                    let wide = a * u64::try_from(factor >> (32 * k) & 0xffff_ffff).unwrap();
                    product[i + k] += wide & 0xffff_ffff;
                    product[i + k + 1] += wide >> 32;
                }
            }
            carried(product)
        })
    }

    fn carried(mut number: Vec<u64>) -> Vec<u64> {
        for i in 0..number.len() - 1 {
            number[i + 1] += number[i] >> 32;
            number[i] %= 1 << 32;
        }
        number
    }

    /// Whether a sum of products is at least another.
    fn at_least(left: &[Vec<u64>], right: &[Vec<u64>]) -> bool {
        let sum = |terms: &[Vec<u64>]| {
            let digit = |i: usize| terms.iter().map(|term| term.get(i).copied().unwrap_or(0)).sum();
            let mut sum = carried((0..40).map(digit).collect());
            sum.reverse();
            sum
        };
        sum(left) >= sum(right)
    }

    fn over(table: &[Optimum], points: u32) -> u128 {
        let found = table.iter().find(|optimum| optimum.points == points && optimum.under == DIGITS);
        found.map_or(0, |optimum| optimum.over)
    }

    #[test]
    fn irrational_optima_are_rounded_up_by_less_than_a_digit() {
        // The number below is `(k - sqrt w) / j`: x is at least it iff (k - j x)^2 <= w.
        for (x, k, j, w) in [
            (over(SQUARE, 3), 8, 1, 48),
            (over(SQUARE, 7), 28, 1, 768),
            (over(SQUARE, 8), 2, 1, 3),
            (over(DISC, 5), 5, 2, 5),
            (over(DISC, 9), 2, 1, 2),
            (over(DISC, 19), 2, 1, 3),
        ] {
            let above = |x: u128| {
                let rest = k * DIGITS - j * x;
                at_least(&[product(&[w, DIGITS, DIGITS])], &[product(&[rest, rest])])
            };
            assert!(above(x) && !above(x - 1), "{x}");
        }
        // 4 sin^2(pi / 7), the least root of x^3 - 7 x^2 + 14 x - 7.
        let above = |x: u128| {
            at_least(
                &[product(&[x, x, x]), product(&[14, x, DIGITS, DIGITS])],
                &[product(&[7, x, x, DIGITS]), product(&[7, DIGITS, DIGITS, DIGITS])],
            )
        };
        assert!(above(over(DISC, 8)) && !above(over(DISC, 8) - 1));
    }
}
