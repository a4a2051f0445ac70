//! Packings of boxes and balls, as descriptions that are checked and counted without listing their points: lower ends.
//!
//! A description is scaled to the domain, by an irrational factor where need be: only quotients of squares are compared, in
//! integers, so that what fits exactly is accepted. `S`, `m` are size and margin of the domain, `2m` the distance to be kept.

use crate::capacity::{CapacityBound, Formula, Scale};
use crate::count::{Count, compare_products};
use crate::packing::{Domain, IntegerPoints};
use crate::points::whole_points;
use crate::refusal::require;
use crate::{Refusal, Theorem};

/// Words of a code's dual times its length, at most: about a second of work.
const MOST_BITS: usize = 1 << 27;

/// Rows of points that are counted, at most: some hundredths of a second of work.
const MOST_ROWS: i128 = 1 << 18;

/// A packing of a cube of side `S`, whose number of axes is that of [`Block::dim`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// The points of `{0, ..., steps}^n` whose coordinates satisfy parity checks, stretched by `S / steps`: a grid where there is no
    /// check, D_n, or Construction A on a code. Bit `c` of `columns[i]` says that coordinate `i` takes part in check `c`, which
    /// asks that the sum of its coordinates be even.
    Parity {
        /// Points an axis, less one.
        steps: u64,
        /// One an axis.
        columns: Vec<u64>,
    },
    /// The points `(j, i)`, `j` in `{0, ..., across}`, `i` in `{0, ..., up}`, with `i + j` even, stretched to the square: `up + 1`
    /// staggered rows.
    Rows {
        /// Half steps along a row; at least 1.
        across: u64,
        /// Steps from row to row; at least 1.
        up: u64,
    },
    /// The words of the Reed-Muller code of that order and length `2^log`, each bit repeated, at the corners of the cube.
    ReedMuller {
        /// Largest degree of the polynomials; at most `log`.
        order: u32,
        /// Number of their variables; below 32.
        log: u32,
        /// How often a bit is repeated; at least 1.
        repeats: u32,
    },
}

impl Block {
    /// The number of axes; none when it does not fit 64 bits.
    pub fn dim(&self) -> Option<u64> {
        match self {
            Self::Parity { columns, .. } => Some(columns.len() as u64),
            Self::Rows { .. } => Some(2),
            Self::ReedMuller { log, repeats, .. } => 1_u64.checked_shl(*log)?.checked_mul((*repeats).into()),
        }
    }

    /// The number of its points, if they keep their distance.
    fn count(&self, scale: Scale) -> Result<Count, Refusal> {
        match self {
            Self::Parity { steps, columns } => parity(scale, *steps, columns),
            Self::Rows { across, up } => rows(scale, (*across).into(), (*up).into()),
            Self::ReedMuller { order, log, repeats } => reed_muller(scale, *order, *log, *repeats),
        }
    }
}

/// The product of packings of cubes of side `S`, one a block: a packing of the box, since two of its points differ in a block and
/// are as far apart there as two points of that block.
///
/// Cost: `n log n + n 2^c` for `n` axes with `c` parity checks, where `2^c` must be at most `4 n + 1` and `n 2^c` at most `2^27`.
///
/// ```
/// use lip1_kernel::{capacity::Scale, construction::{self, Block}, packing::Domain};
/// // 35 margins: 18 x 18 points of a grid, or 11 and 10 points in 21 rows; one unit less, and neither keeps its distance.
/// let rows = [Block::Rows { across: 35, up: 20 }];
/// assert_eq!(construction::product(Scale::new(Domain::Box, 2, 35, 1)?, &rows)?.least_points(), Some(378.0));
/// assert!(construction::product(Scale::new(Domain::Box, 2, 34_999, 1000)?, &rows).is_err());
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
///
/// # Errors
/// When the domain is no box, the blocks have another number of axes in all, two points of a block are too close, or the work exceeds
/// its limit.
pub fn product(scale: Scale, blocks: &[Block]) -> Result<Theorem<CapacityBound>, Refusal> {
    require(scale.domain() == Domain::Box, "blocks fill a box")?;
    let overflow = Refusal::Overflow { what: "axes of the blocks" };
    let axes = blocks.iter().try_fold(0_u64, |sum, block| sum.checked_add(block.dim()?)).ok_or(overflow)?;
    require(axes == u64::from(scale.dim()), "the blocks must have as many axes as the box")?;
    let mut count = Count::of(1);
    for block in blocks {
        count = count.times(block.count(scale)?);
    }
    Ok(Theorem::counted(scale, Formula::Product, count))
}

/// Points of a lattice of parity checks in a cube.
///
/// Distance. A difference of two points is a nonzero integer vector that satisfies the checks mod 2. If all its coordinates are even
/// its square is at least 4. Otherwise the columns at its odd coordinates sum to 0 mod 2, so these are at least 1; at least 2 if
/// no column is 0; at least 3 if all are distinct too; and at least 4 if they share a bit besides, for then an odd number of columns
/// never sums to 0. So the square is at least the `norm` below, and `norm (S / steps)^2 >= 4 m^2` is what is asked.
///
/// Number. With `e` even and `o` odd numbers in `{0, ..., steps}`, a sum over all sets of the `c` checks of
/// `product_i (e ± o)`, minus where coordinate `i` takes part in an odd number of the checks of the set, counts each point `2^c` times
/// and everything else 0 times (MacWilliams). There `e + o = steps + 1` and `e - o` is 1 for even `steps`, else 0.
fn parity(scale: Scale, steps: u64, columns: &[u64]) -> Result<Count, Refusal> {
    let mut sorted = columns.to_vec();
    sorted.sort_unstable();
    let distinct = sorted.windows(2).all(|pair| pair[0] < pair[1]);
    let shared = columns.iter().fold(u64::MAX, |common, column| common & column) != 0;
    let norm = match (columns.contains(&0), distinct && shared) {
        (true, _) => 1,
        (false, false) => 2,
        (false, true) => 4,
    };
    keeps_distance(square(scale.size()), norm, square(2 * scale.margin()), square(steps.into()))?;
    let checks = u64::BITS - columns.iter().fold(0, |any, column| any | column).leading_zeros();
    let words = 1_u64.checked_shl(checks).and_then(|words| usize::try_from(words).ok());
    let few = |words: &usize| *words <= 4 * columns.len() + 1 && *words <= MOST_BITS / columns.len().max(1);
    let words = words.filter(few).ok_or(Refusal::Overflow { what: "words of parity checks" })? as u64;
    // How many words have each weight.
    let mut weights = vec![0_u128; columns.len() + 1];
    for word in 0..words {
        weights[columns.iter().filter(|column| (**column & word).count_ones() % 2 == 1).count()] += 1;
    }
    let mut sum = Count::of(0);
    for (weight, many) in weights.into_iter().enumerate() {
        if many > 0 && (weight == 0 || steps.is_multiple_of(2)) {
            let free =
                u32::try_from(columns.len() - weight).map_err(|_| Refusal::Overflow { what: "axes" })?;
            sum = sum.plus(Count::of(many).times(Count::power(u128::from(steps) + 1, free)));
        }
    }
    Ok(sum.shared(checks))
}

/// Staggered rows in a square.
///
/// Distance. A difference `(j, i)` of two points has `i + j` even. If neither is 0 its square is at least `(S/across)^2 + (S/up)^2`;
/// else the other is even, and the distance at least `2 S/across` (never when `across = 1`) or `2 S/up`. What is asked is that the first
/// be at least `4 m^2`, that is `S^2 (across^2 + up^2) >= (2 m up)^2 across^2`, and the others at least `2m`.
///
/// Number. Of the `(across + 1) (up + 1)` points of the grid every second one, the first included.
fn rows(scale: Scale, across: u128, up: u128) -> Result<Count, Refusal> {
    require(across > 0 && up > 0, "rows need a step along and a step up")?;
    let (size, margin) = (scale.size(), scale.margin());
    for steps in [across, up] {
        require(steps == 1 || steps * margin <= size, "points of a row or column are too close")?;
    }
    // Below 2^62 each, or 1.
    keeps_distance(square(size), square(across) + square(up), square(2 * margin * up), square(across))?;
    Ok(Count::of(((across + 1) * (up + 1)).div_ceil(2)))
}

/// The words of a Reed-Muller code at the corners of a cube.
///
/// A word lists the values on `{0,1}^log` of a polynomial over the field of two elements, of degree at most `order`, linear in each variable;
/// there are `2^k`, `k = sum_{i <= order} C(log, i)`, and different ones differ somewhere. A nonzero one differs from 0 in at least
/// `2^(log - order)` places, by induction: `p + x q` with `x` the last variable has the values of `p` and of `p + q`. If
/// neither is 0, each has at least `2^(log - 1 - order)` places; if one is 0, the other is `q` or `-q`, nonzero and of degree below `order`.
/// (For `order = log` there is nothing to show.) Corners that differ in `h` coordinates are at distance `S sqrt(h)`.
fn reed_muller(scale: Scale, order: u32, log: u32, repeats: u32) -> Result<Count, Refusal> {
    require(order <= log && log < 32 && repeats > 0, "a Reed-Muller code needs order <= log < 32")?;
    let differ = u128::from(repeats) << (log - order);
    keeps_distance(square(scale.size()), differ, square(2 * scale.margin()), 1)?;
    // C(log, i + 1) = C(log, i) (log - i) / (i + 1); all of them together are 2^log at most.
    let mut binomial = 1_u64;
    let mut information = 1_u64;
    for i in 0..order {
        binomial = binomial * u64::from(log - i) / (u64::from(i) + 1);
        information += binomial;
    }
    let information = u32::try_from(information).map_err(|_| Refusal::Overflow { what: "words" })?;
    Ok(Count::power(2, information))
}

/// Where a hexagonal packing lies: the disc's centre is `(along / parts, up / parts)` in steps of the lattice, half the distance `2m`
/// along a row and the distance of two rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Centre {
    /// At least 1.
    pub parts: u32,
    /// At most `parts`.
    pub along: u32,
    /// At most `parts`.
    pub up: u32,
}

/// The points of a hexagonal lattice of distance `2m` in a disc.
///
/// The lattice has the points `(j m, i sqrt(3) m)` with `i + j` even: a difference has square `m^2 (j^2 + 3 i^2)`, where `i = 0`
/// leaves an even `j`, `|i| = 1` an odd one, and `|i| >= 2` suffices. From the centre a point is at
/// `(m / parts)^2 (x^2 + 3 y^2)`, `x = parts j - along`, `y = parts i - up`, so it lies in the disc iff
/// `x^2 + 3 y^2 <= (parts S)^2 / m^2`: integers, counted row by row. Cost: a root a row, for `2^18` rows at most.
///
/// ```
/// use lip1_kernel::{capacity::Scale, construction::{self, Centre}, packing::Domain};
/// let middle = Centre { parts: 1, along: 0, up: 0 };
/// let disc = |size| Ok::<_, lip1_kernel::Refusal>(construction::hexagonal(Scale::new(Domain::Ball, 2, size, 1000)?, middle)?.least_points());
/// assert_eq!((disc(2000)?, disc(1999)?), (Some(7.0), Some(1.0)));
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
///
/// # Errors
/// When the domain is no disc, the centre is not as said, there are too many rows, no point lies in the disc, or a product does not fit
/// 128 bits.
pub fn hexagonal(scale: Scale, centre: Centre) -> Result<Theorem<CapacityBound>, Refusal> {
    require(scale.domain() == Domain::Ball && scale.dim() == 2, "hexagonal rows fill a disc")?;
    let [parts, along, up] = [centre.parts, centre.along, centre.up].map(i128::from);
    require(parts > 0 && along <= parts && up <= parts, "the centre must lie within a step of the lattice")?;
    // Below 2^94, with a square below 2^127 or refused.
    let radius = u128::from(centre.parts) * scale.size();
    let overflow = Refusal::Overflow { what: "squared radius" };
    let limit = radius.checked_mul(radius).ok_or(overflow.clone())? / square(scale.margin());
    let limit = i128::try_from(limit).map_err(|_| overflow)?;
    let [first, last] = between(limit.div_euclid(3).isqrt(), up, parts);
    require(last - first < MOST_ROWS, "at most 2^18 rows are counted")?;
    let mut count = 0_u128;
    for row in first..=last {
        let y = parts * row - up;
        let [from, to] = between((limit - 3 * y * y).isqrt(), along, parts);
        // The numbers of the row's parity from `from` to `to`.
        let odd = row.rem_euclid(2);
        let many = (to - odd).div_euclid(2) - (from - odd - 1).div_euclid(2);
        count += u128::try_from(many).unwrap_or(0);
    }
    require(count > 0, "no point of the lattice lies in the disc")?;
    Ok(Theorem::counted(scale, Formula::Hexagonal, Count::of(count)))
}

/// The first and the last integer `k` with `|parts k - offset| <= reach`.
fn between(reach: i128, offset: i128, parts: i128) -> [i128; 2] {
    [-(reach - offset).div_euclid(parts), (reach + offset).div_euclid(parts)]
}

/// `n + 1` points at distance `2m` in a ball: a regular simplex of that side has circumradius `m sqrt(2n / (n + 1))`, as one sees at
/// the unit vectors of `R^(n+1)`, which are `sqrt 2` apart and `sqrt(n / (n + 1))` from their mean.
///
/// # Errors
/// When the domain is no ball, or too small: `S^2 (n + 1) < 2 n m^2`.
pub fn simplex(scale: Scale) -> Result<Theorem<CapacityBound>, Refusal> {
    require(scale.domain() == Domain::Ball, "a simplex lies in a ball")?;
    let n = u128::from(scale.dim());
    keeps_distance(square(scale.size()), n + 1, square(scale.margin()), 2 * n)?;
    Ok(Theorem::counted(scale, Formula::Simplex, Count::of(n + 1)))
}

/// The number of given points, once scaled so that the closest two are `2m` apart, if they fit the domain then: a cube anywhere, a ball
/// about 0. With `a` the least squared distance of two and `b` the largest square of an extent along an axis (box) or of a distance
/// to 0 (ball), a factor exists iff `4 m^2 b <= S^2 a`. Cost: `n^2 dim / 2`.
///
/// ```
/// use lip1_kernel::{capacity::Scale, construction, packing::{Domain, IntegerPoints}};
/// // Neighbours of 0 in D_3 are sqrt 2 away from it and each other: 13 points in a ball of radius 2m.
/// let near = (0..27).map(|k| [k / 9 - 1, k / 3 % 3 - 1, k % 3 - 1]).filter(|p| p.iter().map(|x| x * x).sum::<i64>() % 2 == 0);
/// let points = IntegerPoints { dim: 3, coords: near.flatten().collect() };
/// let ball = |size| Scale::new(Domain::Ball, 3, size, 1000);
/// assert_eq!(construction::points(ball(2000)?, &points)?.least_points(), Some(13.0));
/// assert!(construction::points(ball(1999)?, &points).is_err());
/// # Ok::<(), lip1_kernel::Refusal>(())
/// ```
///
/// # Errors
/// When there is no point, the dimension is another, coordinates don't make whole points, a sum of squares does not fit 128 bits, or the
/// points don't fit: [`Refusal::TooClose`] names the closest two.
pub fn points(scale: Scale, points: &IntegerPoints) -> Result<Theorem<CapacityBound>, Refusal> {
    let dim = points.dim;
    whole_points(dim, points.coords.len())?;
    require(dim as u64 == u64::from(scale.dim()), "the points must have the dimension of the domain")?;
    let rows: Vec<&[i64]> = points.coords.chunks_exact(dim).collect();
    if rows.is_empty() {
        return Err(Refusal::Empty { what: "points" });
    }
    let reach = match scale.domain() {
        Domain::Box => {
            let column = |axis: usize| rows.iter().map(move |row| row[axis]);
            let extents = (0..dim).map(|axis| column(axis).max().zip(column(axis).min()));
            let largest = extents.flatten().map(|(most, least)| most.abs_diff(least)).max();
            square(largest.unwrap_or(0).into())
        }
        Domain::Ball => {
            let mut largest = 0;
            for row in &rows {
                largest = largest.max(squares(row.iter().map(|x| x.unsigned_abs()))?);
            }
            largest
        }
    };
    let mut closest: Option<(u128, usize, usize)> = None;
    for (i, x) in rows.iter().enumerate() {
        for (j, y) in rows.iter().enumerate().skip(i + 1) {
            let apart = squares(x.iter().zip(*y).map(|(a, b)| a.abs_diff(*b)))?;
            if closest.is_none_or(|(least, ..)| apart < least) {
                closest = Some((apart, i, j));
            }
        }
    }
    if let Some((apart, i, j)) = closest {
        let fits =
            compare_products([square(scale.size()), apart], [square(2 * scale.margin()), reach]).is_ge();
        if apart == 0 || !fits {
            return Err(Refusal::TooClose { i, j });
        }
    }
    Ok(Theorem::counted(scale, Formula::Points(rows.len()), Count::of(rows.len() as u128)))
}

/// Refuses unless `a b >= c d`: a squared distance against the square of `2m`, both multiplied by what makes them whole.
fn keeps_distance(a: u128, b: u128, c: u128, d: u128) -> Result<(), Refusal> {
    require(compare_products([a, b], [c, d]).is_ge(), "two of the points are closer than twice the margin")
}

/// The square of a number below `2^64`.
fn square(x: u128) -> u128 {
    x * x
}

fn squares(terms: impl Iterator<Item = u64>) -> Result<u128, Refusal> {
    let mut squares = terms.map(|term| square(term.into()));
    squares.try_fold(0_u128, u128::checked_add).ok_or(Refusal::Overflow { what: "squared distance" })
}
